"""Databases for these tests."""

from record_databases import cluster, database

__all__ = ["cluster", "database"]
