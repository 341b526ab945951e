"""Time: how long a span takes on the worst calendar, and deadlines that cannot be kept."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from small_agreements import agreement, asked, by, gate, promise
from waarborg.agreement.condition import ALWAYS, Compare, Relation
from waarborg.agreement.load import load
from waarborg.agreement.model import Gate
from waarborg.agreement.sections import Clock, Procedure, Span, Step, WayBack
from waarborg.agreement.vocabulary import ClockKind, GateEffect, RunsFrom
from waarborg.base.grades import Certainty
from waarborg.base.parties import PartyId
from waarborg.coverage.taken import notes
from waarborg.coverage.timing import Kept, in_time, late, measure, opens, owed_in_time

HARBOUR = Path(__file__).parents[2] / "data" / "agreements" / "harbour.yaml"
OFFICE = Clock(ClockKind.WORKING, "Europe/Amsterdam", time(9), time(17))


def hours(span):
    """A stretch of time in hours."""
    return span.total_seconds() / 3600


@pytest.fixture(scope="module")
def harbour():
    """Give the Harbour Truce."""
    return load(HARBOUR.read_text(encoding="utf-8"), "harbour.yaml")


def test_elapsed_time_is_the_same_on_every_calendar():
    """Twenty-four hours are twenty-four hours, whenever they start."""
    found = measure(Clock(), "PT24H")
    assert (hours(found.shortest), hours(found.longest)) == (24, 24)


def test_working_hours_take_longer_over_a_weekend():
    """24 working hours in Amsterdam take 56 real hours at least and 121 at most (summer time ends)."""
    found = measure(OFFICE, "PT24H")
    assert (hours(found.shortest), hours(found.longest)) == (56, 121)
    assert found.worst == datetime(2026, 10, 21, 8, tzinfo=UTC)


def test_a_calendar_day_ends_at_midnight():
    """One day takes 24 to 48 hours, and an hour more or less when the clocks change."""
    found = measure(Clock(ClockKind.LOCAL_DAYS, "Europe/Amsterdam"), "P1D")
    assert (hours(found.shortest), hours(found.longest)) == (24, 49)


def slow(takes, clock="", effect=GateEffect.PRIOR_CONSENT):
    """Give a procedure that takes some time."""
    span = Span(takes, None) if takes else Span("", None, "how_long")
    return Gate(
        "vote", PartyId("G"), effect, ("warning",), "", Certainty.STATED, takes=span, clock=clock
    )


def due_in(span, **changes):
    """Give a promise with a fixed time."""
    return promise("help", "G", within_text=span, gates=("vote",), **changes)


@pytest.mark.parametrize(
    ("takes", "kept", "words"),
    [
        ("P7D", Kept.NEVER, "the procedure vote takes 7 days: 96 hours too late"),
        ("PT72H", None, ""),
        ("", Kept.OPEN, "how long the procedure vote takes is left open"),
    ],
)
def test_a_procedure_longer_than_the_deadline(takes, kept, words):
    """A seven-day procedure can never keep a deadline of 72 hours; one of 72 hours just can."""
    found = late(agreement(due_in("PT72H"), gates=[slow(takes)]))
    assert [one.kept for one in found] == ([kept] if kept else [])
    assert all(words in one.words for one in found)


def test_a_deadline_that_the_weekend_breaks():
    """Two working days keep a deadline of 72 hours, but not over a weekend, and the start is named."""
    text = agreement(due_in("PT72H"), gates=[slow("P2D", "office")], clocks={"office": OFFICE})
    (found,) = late(text)
    assert found.kept is Kept.NOT_ALWAYS
    assert found.start == datetime(2026, 10, 21, 22, tzinfo=UTC)
    assert "as from 2026-10-21T22:00:00Z" in found.words


@pytest.mark.parametrize("effect", [GateEffect.LATER_EXTENSION, GateEffect.POLITICAL_PRACTICE])
def test_what_comes_after_the_action_delays_nothing(effect):
    """A later extension or a custom is no step before the action."""
    assert late(agreement(due_in("PT72H"), gates=[slow("P7D", effect=effect)])) == ()


def test_the_approval_of_a_partner_counts():
    """A promise that relies on another waits for the approval of that one."""
    text = agreement(
        promise("help", "H", within_text="PT24H", reliance=(("base",),)),
        promise("base", "G", gates=("vote",), group="base", words="lifts them"),
        gates=[slow("P2D")],
    )
    (found,) = late(text)
    assert (
        'for the promise it relies on ("lifts them") the procedure vote takes 2 days' in found.words
    )


def test_a_ruling_that_takes_longer_than_the_deadline(harbour):
    """A silence procedure of seven days, or a parliament of ten, breaks a 72-hour step."""
    found = {one.promise.id: one for one in late(harbour)}
    assert found["stand/R"].words == (
        "it is due within 72 hours of the occurrence, and the procedure N-storting takes 10 days: "
        "168 hours too late"
    )
    assert "a ruling of the Council may take 7 days: 96 hours too late" in found["stand/S"].words
    assert set(found) == {"stand/R", "stand/S"}


def test_what_is_owed_within_which_time(harbour):
    """The ruling counts where the time runs from it; what the words leave open is named."""
    owed = {one.promise.id: one for one in owed_in_time(harbour)}
    assert hours(owed["warn"].longest) == 24
    assert owed["talk"].event is RunsFrom.RULING
    assert hours(owed["talk"].longest) > 7 * 24 + 100
    assert owed["lift"].open_terms == ("lift_time",)
    assert owed["lift"].longest is None


def test_only_what_is_surely_in_time_counts(harbour):
    """The warning is due in a day; a force that waits for a ruling of seven days is not."""
    promises = {one.id: one for one in harbour.guarantees}
    day = timedelta(hours=24)
    assert in_time(harbour, promises["warn"], day)
    assert not in_time(harbour, promises["warn"], day - timedelta(minutes=1))
    assert not in_time(harbour, promises["stand/S"], timedelta(days=30))


@pytest.mark.parametrize(
    ("relation", "first"), [(Relation.AT_LEAST, 24), (Relation.ABOVE, 25), (Relation.BELOW, 0)]
)
def test_a_trigger_opens_some_hours_after_the_first_breach(relation, first):
    """A limit on the hours since the first breach says from when anything is owed."""
    assert opens(by("A", Compare("hours_since_first", relation, 24))) == first


def test_no_time_no_lateness():
    """A promise without a time, or without a slow procedure, is never late."""
    assert late(agreement(promise("help", "G", gates=("vote",)), gates=[gate("vote", "G")])) == ()


def test_rounds_before_a_ruling_are_told_and_not_counted():
    """With a time asked for, an answer says that a case may come back to its ruling, and how often."""
    steps = {
        name: Step(name, "board", what, name, None, "", "step", then, (), back=back)
        for name, what, then, back in (
            ("hear", "consultation", ("rule",), ()),
            ("rule", "determination", (), (WayBack("hear", 2),)),
        )
    }
    way = Procedure("complaint", "C", "a complaint", ALWAYS, steps, Certainty.STATED)
    text = agreement(promise("g", "G"), bodies=("board",), decided_by="board")
    soon = asked(within=timedelta(hours=24))
    words = (
        "the time for a ruling of the board is taken once: that the procedure complaint may come back to it twice at "
        "most is not counted"
    )
    assert words in notes(replace(text, procedures={"complaint": way}), soon, None)
    assert words not in notes(replace(text, procedures={"complaint": way}), asked(), None)
    assert not [note for note in notes(text, soon, None) if "come back" in note]
