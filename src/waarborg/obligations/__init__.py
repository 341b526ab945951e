"""Guarantors: who owes what after a determination, until when, and what still stands in the way."""
