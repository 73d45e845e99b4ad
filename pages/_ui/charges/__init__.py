"""The screen of additional charges."""
