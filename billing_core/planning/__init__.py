"""Looking ahead and back: what changed between two months, the year's budget, an estimate without data.

Every figure is a rating by the same engine as the charge lines; nothing here decides or prices by itself.
"""
