"""What the page of advice alone draws."""
