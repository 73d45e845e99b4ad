"""Words, numbers, the address and the shipped data: nothing of a user."""
