"""What the overview alone draws."""
