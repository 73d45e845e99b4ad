"""Anbefalinger: advice that adds up, down to the users and things it is about; and the checklist of licences."""

from pages._ui.advice import asked, checklist, left, ranked
from pages._ui.parts.page import choose_part, page

shown = page("advice", of_all=True)
section = choose_part("advice", ("advice", "licences"))
if section == "licences":
    checklist.show(shown)
else:
    found = asked.ask(shown)
    ranked.show(found)
    left.show(found)
