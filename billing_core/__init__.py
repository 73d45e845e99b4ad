"""What of the municipality's shared IT is covered, what is billed, by which clause and why.

The way of the data is a straight line: upload -> parse (intake) -> check -> decide (rules) -> price -> sum -> show.
The package reads only what it is handed: no clock, no network, no language of its own.
"""
