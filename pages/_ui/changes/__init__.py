"""What the page of changes alone draws."""
