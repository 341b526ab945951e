"""Exit codes: what a script can rely on."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """How a command ended."""

    FINE = 0
    """Everything asked for was done."""
    REFUSED = 1
    """The input has problems; nothing was written."""
    USAGE = 2
    """The command line itself was wrong."""
    NOT_VERIFIED = 3
    """The record, or a figure said to follow from it, does not hold."""
    QUARANTINED = 4
    """Done; but rows were refused and lie in quarantine with their reasons."""
