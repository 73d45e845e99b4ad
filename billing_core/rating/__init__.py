"""Usage to charge lines: check, decide, price; a month is the unit."""
