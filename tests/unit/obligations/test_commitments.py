"""Commitments: since when nothing holds one back, until when it is to be kept, kept or late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commission_begun import at, said
from commission_moves import NINETY, beginning
from waarborg.agreement.load import load
from waarborg.agreement.sections import Span
from waarborg.app.services.board import Board
from waarborg.app.services.day import status
from waarborg.app.services.docket import DueRow, due
from waarborg.app.services.moved import stand
from waarborg.base.times import format_instant
from waarborg.cases.entry import Entry
from waarborg.obligations.movable import Movable, Waiting, movable, waiting
from waarborg.obligations.state import Running, state

EXAMPLES = Path(__file__).parents[3] / "examples" / "agreements"
WEEK = 7 * 24


def company(hours: float, step: str = "deployed") -> Entry:
    """Sulland's company of observers comes or goes."""
    name = f"company-{step}-{hours}"
    return said(name, hours, "SUL:x", "contribute", guarantee="company", step=step)


def kept(hours: float, step: str = "done") -> Entry:
    """Borland says that it has drawn back, or takes that back."""
    name = f"{step}-{hours}"
    return said(name, hours, "BOR:x", "commitment-step", commitment="draw-back", step=step)


def stands(entries: list[Entry], hours: float, text=NINETY) -> Waiting:
    """Where Borland's drawing back stands at an hour."""
    moment = at(hours)
    found = waiting(state(text, (), entries, moment, moment).commitments, moment)
    return next(each for each in found if each.commitment == "draw-back")


def row(entries: list[Entry], hours: float) -> DueRow | None:
    """The line of `due` on it."""
    rows = due(state(NINETY, (), entries, at(hours), at(hours)), at(hours))
    return next((each for each in rows if each.id == "draw-back"), None)


def test_the_time_runs_from_when_all_that_is_waited_for_is_there() -> None:
    """Seven days after the company stood on the line, told with what opened it."""
    found = stands([company(6)], 7)
    assert (found.state, found.since, found.until) == ("due", at(6), at(6 + WEEK))
    assert found.words == (
        "P7D after company was there (2030-01-02T06:00:00Z), so at 2030-01-09T06:00:00Z"
    )


def test_due_shows_it_like_every_other_deadline() -> None:
    """Waiting without a time, due until one, overdue after it, and gone once kept."""
    waits, there = row([], 5), row([company(6)], 7)
    assert waits is not None
    assert there is not None
    assert (waits.state, waits.by) == ("waiting", "")
    assert waits.words == (
        "C-5: P7D after company was there, which is not on the record: no time runs yet; "
        "waits for company"
    )
    assert (there.state, there.by, there.who) == ("due", "2030-01-09T06:00:00Z", "BOR")
    late = row([company(6)], 6 + WEEK)
    assert late is not None
    assert late.state == "overdue"
    assert row([company(6), kept(8)], 9) is None


def test_the_clock_stops_where_it_ends() -> None:
    """An exercise shows the moment at which a commitment becomes overdue."""
    running = Running(NINETY)
    running.take(company(6))
    assert running.commitments.next_deadline == at(6 + WEEK)
    assert stand(running, at(7))["clock"]["draw-back"] == "until 2030-01-09T06:00:00Z"
    running.tick(at(6 + WEEK))
    assert stand(running, at(6 + WEEK))["commitment"]["draw-back"] == "overdue"


@pytest.mark.parametrize(
    ("hours", "told"), [(5 + WEEK, "done"), (6 + WEEK, "done late"), (500, "done late")]
)
def test_what_is_kept_after_its_time_is_marked_late(hours: float, told: str) -> None:
    """A week and an hour is too late, and stays so."""
    assert stands([company(6), kept(hours)], hours + 1).state == told


def test_what_it_waits_for_may_go_again_before_its_time() -> None:
    """The company leaves: it waits anew, and seven days run anew when the company is back."""
    entries = [company(6), company(30, "withdrawn"), company(40, "pledged"), company(50)]
    assert stands(entries, 35).state == "waiting"
    assert stands(entries, 60).until == at(50 + WEEK)


def test_a_default_is_not_cured_by_what_goes_later() -> None:
    """Overdue before the company left: it stays overdue, says what it now waits for, and ends as late."""
    entries = [company(6), company(300, "withdrawn")]
    found = stands(entries, 310)
    assert (found.state, found.waits_for) == ("overdue", ("company",))
    assert "its time had passed before that went" in found.words
    running = state(NINETY, (), entries, at(310), at(310))
    moves = movable(running.commitments, running.blocks(at(310)), at(310))
    assert [m.what for m in moves if "draw-back" in m.what] == []
    assert stands([*entries, kept(320)], 330).state == "done late"


def test_kept_its_time_stands_still_and_taken_back_it_runs_on() -> None:
    """Taken back within its time it is due until then; after it, it is overdue at once."""
    entries = [company(6), kept(8)]
    assert stands([*entries, company(300, "withdrawn")], 310).until == at(6 + WEEK)
    assert stands([*entries, kept(20, "undone")], 30).state == "due"
    assert stands([*entries, kept(300, "undone")], 301).state == "overdue"
    gone = [*entries, company(30, "withdrawn"), kept(40, "undone")]
    assert stands(gone, 50).state == "waiting"


def test_it_binds_nobody_who_has_not_signed() -> None:
    """While its clause does not bind Borland no time runs; from its signature it does."""
    clauses = {**NINETY.clauses, "C-5": replace(NINETY.clauses["C-5"], standing=())}
    text = replace(NINETY, clauses=clauses)
    found = stands([company(6)], 300, text)
    assert (found.state, found.until) == ("dormant", None)
    assert found.words.endswith("BOR had not signed the text")
    since = format_instant(at(48))
    fields = {"party": "BOR", "step": "signed", "since": since, "clause": "C-5"}
    signs = said("s", 20, "BOR:x", "change-standing", **fields)
    assert stands([company(6), signs], 30, text).state == "dormant"
    assert stands([company(6), signs], 50, text).until == at(48 + WEEK)


def test_a_clause_that_comes_to_bind_by_the_clock_starts_the_time_then() -> None:
    """Minsk of February 2015 gives fourteen days from its ceasefire; Lebanon of 2024 sixty days."""
    for name, commitment, until in (
        ("minsk-2", "withdrawal-government", "2015-02-28T22:00:00Z"),
        ("israel-lebanon-2024", "withdrawal", "2025-01-26T02:00:00Z"),
    ):
        text = load((EXAMPLES / name / "agreement.yaml").read_text(encoding="utf-8"), "a.yaml")
        moment = datetime(2026, 1, 1, tzinfo=UTC)
        running = state(text, (), (), moment, moment)
        [found] = [w for w in waiting(running.commitments, moment) if w.commitment == commitment]
        assert found.until is not None
        assert format_instant(found.until) == until
        assert found.state == "overdue"
        assert "came to bind" in found.words


def test_a_text_without_signatures_begins_with_its_first_period() -> None:
    """It is read as binding all from there; one without any period gives no moment."""
    clauses = {name: replace(c, standing=()) for name, c in NINETY.clauses.items()}
    given = replace(NINETY.commitments["draw-back"], waits_for=())
    unsigned = replace(NINETY, clauses=clauses, commitments={"draw-back": given})
    truce = unsigned.periods["truce"]
    assert truce.start is not None
    assert stands([], 5, unsigned).until == truce.start + timedelta(days=7)
    timeless = replace(unsigned, periods={})
    found = stands([company(6)], 5, timeless)
    assert (found.state, found.until) == ("movable", None)
    assert "of which the file gives no moment: no time runs yet" in found.words


def test_a_span_left_open_or_without_an_end_gives_no_time() -> None:
    """An open term is named; a month that would lead past the calendar is told."""
    given = NINETY.commitments["draw-back"]
    open_term = replace(given, within=Span("", None, "how_fast"))
    text = replace(NINETY, commitments={"draw-back": open_term})
    found = stands([company(6)], 7, text)
    assert (found.state, found.until) == ("movable", None)
    assert found.words == "the text leaves open how fast (open term how_fast)"
    far = replace(NINETY, commitments={"draw-back": replace(given, within=Span("P9000Y", None))})
    assert "which cannot be measured" in stands([company(6)], 7, far).words


def test_a_promise_that_begins_by_the_clock_starts_the_time() -> None:
    """Waiting for help, whose giver is bound from a later day: the clock stops there by itself."""
    given = replace(NINETY.commitments["draw-back"], waits_for=("watch",))
    text = replace(NINETY, commitments={"draw-back": given})
    fields = {"party": "SUL", "step": "signed", "since": format_instant(at(48))}
    signs = said("s", 20, "SUL:x", "change-standing", **fields)
    board = Board(Running(text))
    for entry in (signs, said("late", 400, "ARD:x", "ask-help", breach="none")):
        board.take(entry)
    board.tick(at(401))
    [found] = waiting(board.running.commitments, at(401))
    assert (found.since, found.state) == (at(48), "overdue")
    assert board.due() == due(board.running, at(401))
    assert board.status() == status(board.running, at(401))


def steps(entries: list[Entry], hours: float, text=NINETY) -> dict[str, Movable]:
    """What can move next at an hour, by what moves."""
    moment = at(hours)
    running = state(text, (), entries, moment, moment)
    listed = movable(running.commitments, running.blocks(moment), moment)
    return {step.what: step for step in listed}


def test_what_is_waited_for_with_another_thing_frees_nothing_alone() -> None:
    """Drawing back waits for the company and for the guarantee of help: only the last to come frees it."""
    both = replace(NINETY.commitments["draw-back"], waits_for=("company", "help"))
    text = replace(NINETY, commitments={"draw-back": both})
    begun = [*beginning(), company(4, "ready")]
    first = steps(begun, 5, text)
    assert first["contribution company"].step == "deployed"
    assert first["contribution company"].frees == ()
    assert first["gate GUA-senate"].frees == ("help", "supply")
    then = steps([*begun, company(6)], 7, text)
    assert then["gate GUA-senate"].frees == ("draw-back", "help", "supply")


def test_a_step_says_what_it_frees_by_the_clock_only() -> None:
    """Borland is bound from a later day: the company frees its drawing back then, and never if it is not bound."""
    clauses = {**NINETY.clauses, "C-5": replace(NINETY.clauses["C-5"], standing=())}
    text = replace(NINETY, clauses=clauses)
    never = steps([company(4, "ready")], 30, text)["contribution company"]
    assert (never.frees, never.words.endswith("(so far ready)")) == ((), True)
    fields = {"party": "BOR", "step": "signed", "since": format_instant(at(48)), "clause": "C-5"}
    signs = said("s", 20, "BOR:x", "change-standing", **fields)
    later = steps([company(4, "ready"), signs], 30, text)["contribution company"]
    assert later.frees == ("draw-back",)
    assert later.words.endswith(f"(so far ready; draw-back from {format_instant(at(48))} only)")
