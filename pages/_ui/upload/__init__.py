"""The screen of upload."""
