"""Who takes part: identifiers only; names and roles stand in the agreement and the mission."""

from __future__ import annotations

import unicodedata
from typing import NewType

PartyId = NewType("PartyId", str)
"""A party's identifier, as "UA". The core never knows which party it is: it only compares."""


def person(name: str) -> str:
    """The person behind a name, however it is spelled: capitals, blanks and unseen characters tell nobody apart.

    Letters of other scripts that look alike stay different.

    Args:
        name: As in "GUA:chair".
    """
    seen = "".join(
        c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) != "Cf"
    )
    return "".join(seen.casefold().split())
