"""Databases and a played record for the replays."""

from ninety_days_played import played
from record_databases import cluster, database

__all__ = ["cluster", "database", "played"]
