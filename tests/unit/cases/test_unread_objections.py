"""A seat whose objection was refused for its form is counted as silent, and the ruling says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from commission_desk import hour, opened, proposed, rules, run, vote
from waarborg.app.services.docket import docket, rulings
from waarborg.base.times import format_instant
from waarborg.cases.below import Thing
from waarborg.cases.entry import Entry, Unreadable
from waarborg.obligations.below import Grounds
from waarborg.obligations.state import Running


def scrawl(at: float = 5, about: str = "prop", kind: str = "vote", by: str = "BOR:x") -> Entry:
    """A vote that cannot be read."""
    entry = vote(at, by, "against", name="scrawl")
    return replace(entry, act=Unreadable(kind, "vote lacks its field choice", about))


def silent(*more: Entry, **changed: Any) -> Running:
    """A ruling in writing, over which the time has passed."""
    put = proposed(2, silence=True, **changed)
    running = run(*sorted((*rules(), opened(), put, *more), key=lambda entry: entry.known_at))
    running.tick(hour(200))
    return running


def told(running: Running) -> list[str]:
    """What the ruling says of whom it counts as silent, the same in docket and rulings."""
    [row] = docket(running, hour(200))
    found = [flag for flag in row["ruling"]["flags"] if "counted as silent" in flag]
    [made] = rulings(running)
    assert [flag for flag in made["flags"] if "counted as silent" in flag] == found
    return found


WORDS = (
    f"BOR is counted as silent, and had signed scrawl at {format_instant(hour(5))}, a vote that was refused for its "
    "form (COM-021: a vote that cannot be read: vote lacks its field choice): whether it objected cannot be decided"
)


def test_a_vote_that_cannot_be_read_stands_beside_the_silence_it_broke() -> None:
    """It counts for nothing, and what was adopted by silence says so for ever, with the entry."""
    running = silent(scrawl())
    [ruling] = running.commission.cases["case"].rulings
    assert ruling.by == "by silence"
    assert told(running) == [WORDS]
    under = {each.below.name for each in Grounds(running).down(Thing.DETERMINATION, "det-case")}
    assert "scrawl" in under


@pytest.mark.parametrize(
    "entry",
    [
        scrawl(about=""),
        scrawl(about="prob"),
        replace(vote(5, "BOR:x", "against", name="prop"), id="prop"),
        vote(5, "BOR:x", "against", proposal="prob"),
        vote(5, "BOR:x", "against", dated=6),
    ],
)
def test_every_fault_of_form_is_told(entry: Entry) -> None:
    """A proposal misnamed or not named, a name used twice, a date ahead."""
    running = silent(entry)
    assert [refused.entry.id for refused in running.refused] == [entry.id]
    [flag] = told(running)
    assert f"had signed {entry.id} at" in flag


@pytest.mark.parametrize(
    "entry",
    [
        scrawl(by="WIT:x"),
        scrawl(kind="comment"),
        scrawl(at=80),
        scrawl(at=1),
        vote(5, "BOR:x", "for", proposal="prob"),
        vote(5, "BOR:x", "abstain", proposal="prob"),
    ],
)
def test_what_is_no_objection_in_time_of_a_seat_is_not_told(entry: Entry) -> None:
    """Nobody without a seat, no other kind, nothing late or early, and no vote that says something else."""
    running = silent(entry)
    assert len(running.refused) == 1
    assert told(running) == []


def test_who_votes_after_that_is_not_silent() -> None:
    """A seat that hands in its vote anew is counted by that."""
    assert told(silent(scrawl(), vote(6, "BOR:x", "abstain"))) == []
    objected = silent(scrawl(), vote(6, "BOR:x", "against"))
    assert objected.commission.cases["case"].rulings == []


def test_a_vote_at_the_table_is_not_concerned() -> None:
    """Where silence is no consent, a vote refused for its form changes nothing that is said."""
    put = proposed(2)
    votes = [vote(3, "GUA:x"), vote(4, "ARD:x")]
    running = run(*rules(), opened(), put, *votes, scrawl())
    running.tick(hour(200))
    assert told(running) == []
