"""What a user has: uploads, choices, prices, readings, ratings. The only place that keeps anything between two runs."""
