"""A ruling that finds a breach in what the text as read does not forbid says so, with what follows from it."""

from __future__ import annotations

import pytest

from commission_begun import at, ruled, said
from commission_moves import NINETY, beginning
from waarborg.base.times import format_instant
from waarborg.obligations.flags import flags_of, flags_of_determination
from waarborg.obligations.state import Running


@pytest.mark.parametrize(
    ("act", "flagged"), [("drone_overflight", True), ("artillery_fire", False), ("", False)]
)
def test_a_breach_found_in_what_is_not_forbidden_is_flagged(act: str, flagged: bool) -> None:
    """Only an act that surely lies outside the prohibition: one that nobody named is not said to be allowed."""
    running = Running(NINETY)
    for entry in beginning():
        running.take(entry)
    case = {
        "body": "commission", "accused": "BOR", "clause": "C-1", "act_done": act, "severity": 1,
        "happened_from": format_instant(at(-5)), "happened_until": format_instant(at(0)),
    }  # fmt: skip
    for entry in (said("extra", 5, "ARD:x", "open-case", **case), *ruled(90, "extra")):
        assert running.take(entry) is None
    words = "the text as read does not forbid drone overflight to BOR under C-1"
    made = running.determination("extra")
    assert made is not None
    assert (words in flags_of_determination(running, made)) is flagged
    owed = [o for o in running.obligations(at(91)) if o.determination == made.id]
    assert owed
    for each in owed:
        told = f"it follows from a ruling, but {words}" in flags_of(running, each, at(91))
        assert told is flagged
