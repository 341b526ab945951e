"""Who takes part: identifiers only; names and roles stand in the agreement and the mission."""

from __future__ import annotations

from typing import NewType

PartyId = NewType("PartyId", str)
"""A party's identifier, as "UA". The core never knows which party it is: it only compares."""
