"""What a user keeps between days: saved work as one file, with usage in it only encrypted."""
