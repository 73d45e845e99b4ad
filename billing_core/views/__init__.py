"""What is shown of charge lines: sums, changes, what comes, what is missing, how they are explored and explained."""
