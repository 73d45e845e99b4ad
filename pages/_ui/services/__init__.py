"""The screen of services."""
