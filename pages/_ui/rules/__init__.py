"""The screen of rules and prices."""
