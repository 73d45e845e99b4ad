"""What the page of the invoice check alone draws."""
