"""What the page of the budget alone draws."""
