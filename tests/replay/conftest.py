"""Databases for the replays."""

from record_databases import cluster, database

__all__ = ["cluster", "database"]
