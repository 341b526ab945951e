"""What the public sees: the report of a day as one page that opens from disk."""
