"""Where two orders of entries part, and what was done: changed, dropped, swapped, inserted, cut."""

from __future__ import annotations

from collections.abc import Container, Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """The first difference between what stands there and what should.

    Attributes:
        code: The failure's code, as "REC-011".
        place: Place of the entry concerned in the record as signed.
        words: What was found, for a person.
    """

    code: str
    place: int
    words: str


def first_difference(found: Sequence[Hashable], signed: Sequence[Hashable]) -> Difference | None:
    """Name what happened at the first place where the two orders part; None when they agree.

    Args:
        found: What identifies each entry as it stands there, as its leaf hash.
        signed: The same as it should be.
    """
    at = next(
        (
            place
            for place, (one, other) in enumerate(zip(found, signed, strict=False))
            if one != other
        ),
        min(len(found), len(signed)),
    )
    if at == len(found) == len(signed):
        return None
    if at == len(found):
        return Difference("REC-014", at, f"only {len(found)} of {len(signed)} entries")
    if at == len(signed):
        return Difference("REC-016", at, f"{len(found)} entries where {len(signed)} were signed")
    return _at(at, found, signed)


def _at(at: int, found: Sequence[Hashable], signed: Sequence[Hashable]) -> Difference:
    belongs = set(signed)
    stands = {each: place for place, each in enumerate(found)}
    home = signed.index(found[at]) if found[at] in belongs else None
    now = stands.get(signed[at])
    if home is None:
        return _stranger(at, now, found, belongs)
    if now is None:
        words = f"the entry is gone; in its place stands the one signed as entry {home}"
        return Difference("REC-011", at, words)
    if now == home:
        return Difference("REC-012", at, f"entries {at} and {home} have changed places")
    words = f"entry {at} stands at place {now}, in its place the one signed as entry {home}"
    return Difference("REC-015", at, words)


def _stranger(
    at: int, now: int | None, found: Sequence[Hashable], belongs: Container[Hashable]
) -> Difference:
    """An entry stands there that was never signed."""
    if now is not None and not any(each in belongs for each in found[at:now]):
        words = f"{now - at} that were never signed; the one signed as entry {at} stands behind"
        return Difference("REC-013", at, words)
    return Difference("REC-010", at, "other bytes than those recorded")
