"""What was seen when looking at evidence, in words: near duplicates as hints, credentials as information."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from waarborg.app.services.likeness import NEAR, distance
from waarborg.base.visible import on_one_line

LOOKED = ("near_duplicate_hint", "content_credentials")
"""Fields that come from looking at a file."""


class Seen(Protocol):
    """A piece of evidence, as far as it is compared here."""

    @property
    def place(self) -> int:
        """Place of its statement."""

    @property
    def hash(self) -> str:
        """Leaf hash in hex."""

    @property
    def body(self) -> Mapping[str, Any]:
        """What everyone may read."""

    @property
    def fields(self) -> Mapping[str, Any]:
        """What the desk can open."""


@dataclass(frozen=True, slots=True)
class Near:
    """A picture that another one looks like.

    Attributes:
        place: Place of its statement.
        evidence: Leaf hash in hex.
        distance: In how many of 64 bits the fingerprints differ.
    """

    place: int
    evidence: str
    distance: int

    def to_json(self) -> dict[str, Any]:
        """As plain data for `--json`."""
        return {"entry": self.place, "evidence": self.evidence, "distance": self.distance, "of": 64}


def fingerprint_of(fields: Mapping[str, Any]) -> str | None:
    """The fingerprint among the fields of a piece of evidence, None without one."""
    hint = fields.get("near_duplicate_hint")
    found = hint.get("hash") if isinstance(hint, Mapping) else None
    return found if isinstance(found, str) else None


def near(fingerprint: str, items: Sequence[Seen]) -> list[Near]:
    """The pieces of evidence that look like a picture, nearest first."""
    found = [
        Near(item.place, item.hash, apart)
        for item in items
        if (other := fingerprint_of(item.fields)) is not None
        and (apart := distance(fingerprint, other)) <= NEAR
    ]
    return sorted(found, key=lambda each: (each.distance, each.place))


def near_item(item: Seen, items: Sequence[Seen]) -> list[Near]:
    """The other pieces of evidence that one looks like; its own copies and original are left out."""
    fingerprint = fingerprint_of(item.fields)
    if fingerprint is None:
        return []
    kin = {item.hash, item.body.get("copy_of")}
    strangers = [o for o in items if o.hash not in kin and o.body.get("copy_of") != item.hash]
    return near(fingerprint, strangers)


def looks_like(found: Sequence[Near]) -> Iterator[str]:
    """One line for each piece of evidence that a picture looks like."""
    for each in found:
        yield (
            f"looks like {each.evidence[:12]} (entry {each.place}): distance {each.distance} of 64, "
            "a hint and no proof"
        )


def said_of_itself(fields: Mapping[str, Any]) -> Iterator[str]:
    """What was seen when a file was looked at, line by line."""
    hint, told = (fields.get(name) for name in LOOKED)
    if isinstance(hint, Mapping):
        seen = hint.get("hash") or f"none; {on_one_line(str(hint.get('reason')))}"
        yield f"fingerprint for near duplicates (concealed): {seen}"
    if isinstance(told, Mapping):
        yield from _credentials(told)


def _credentials(told: Mapping[str, Any]) -> Iterator[str]:
    words = {
        "none": "none: the file says nothing signed of its own making, which tells nothing against it",
        "elsewhere": "they lie elsewhere and were not fetched",
        "as signed": "the bytes are as they were signed; by whom, nobody here vouches for",
        "changed": "the file or its words were altered after signing",
    }
    state = str(told.get("state"))
    reason = f"{state}; {told.get('reason')}"
    yield f"content credentials (information, never proof): {on_one_line(words.get(state, reason))}"
    if "signer" not in told:
        return
    made = ", ".join(map(str, told.get("made_with", [])))
    yield on_one_line(f"  says it was made with {made or 'nothing named'}, signed {told['signer']}")
    for row in told.get("actions", []):
        yield on_one_line(
            f"  says: {row.get('action')}" + (f" at {row['when']}" if "when" in row else "")
        )
    if told.get("remarks"):
        yield on_one_line(f"  remarks of the check: {', '.join(map(str, told['remarks']))}")
