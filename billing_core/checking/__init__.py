"""What comes in and goes out beside the rating: invoices held against our lines, account strings."""
