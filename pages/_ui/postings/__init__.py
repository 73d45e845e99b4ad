"""What the page of the account strings alone draws."""
