"""The screen of simulation."""
