"""A ruling that finds a breach in what the text as read does not forbid says so, with what follows from it; so does the docket."""

from __future__ import annotations

import pytest

from commission_begun import at, ruled, said
from commission_moves import NINETY, beginning
from waarborg.app.services.docket import docket
from waarborg.base.times import format_instant
from waarborg.obligations.flags import flags_of, flags_of_determination
from waarborg.obligations.state import Running


def _in_the_docket(running: Running, hours: float) -> list[str]:
    """The flags of the case in the docket."""
    [row] = [row for row in docket(running, at(hours)) if row["case"] == "extra"]
    flags: list[str] = row["flags"]
    return flags


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
    words = "the text as read does not forbid drone overflight to BOR under C-1"
    assert running.take(said("extra", 5, "ARD:x", "open-case", **case)) is None
    assert (words in _in_the_docket(running, 6)) is flagged, "before anybody rules on it"
    for entry in ruled(90, "extra"):
        assert running.take(entry) is None
    assert (words in _in_the_docket(running, 91)) is flagged
    made = running.determination("extra")
    assert made is not None
    assert (words in flags_of_determination(running, made)) is flagged
    owed = [o for o in running.obligations(at(91)) if o.determination == made.id]
    assert owed
    for each in owed:
        told = f"it follows from a ruling, but {words}" in flags_of(running, each, at(91))
        assert told is flagged
