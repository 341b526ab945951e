"""Incidents held against the clauses of an agreement: alleged breaches, three-valued, with reasons."""
