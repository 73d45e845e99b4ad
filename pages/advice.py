"""Anbefalinger: advice that adds up, clean-ups before decisions, down to the users and things it is about."""

from pages._ui.advice import asked, left, ranked
from pages._ui.parts.page import page

shown = page("advice", of_all=True)
found = asked.ask(shown)
ranked.show(found)
left.show(found)
