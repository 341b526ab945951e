"""A replay in stretches: what became known at one moment is taken at once, entries of the commission between."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import event, given, settings
from hypothesis import strategies as st
from strategies import Row, rows

from small_mission import AGREEMENT, Mission, release
from waarborg.agreement.load import load
from waarborg.app.services.board import Board
from waarborg.app.services.carry import Carry, arrivals, turns
from waarborg.app.services.day import status
from waarborg.app.services.docket import docket
from waarborg.app.services.inputs import Inputs
from waarborg.base.times import format_instant
from waarborg.cases.body import from_body
from waarborg.cases.entry import Entry
from waarborg.incidents.judgements import Judgement, Sameness
from waarborg.obligations.state import Running, state

BEGIN = datetime(2030, 4, 20, tzinfo=UTC)
LATER = BEGIN + timedelta(days=400)
TEXT = load(AGREEMENT, "agreement.yaml")


def arrived(found: list[Row], data: st.DataObject) -> Inputs:
    """A mission whose reports came in at up to four moments, with what people judged then."""
    whole = Mission(((release(found), "2030-04-14T12:00:00+03:00"),), {"agreement.yaml": AGREEMENT})
    inputs = whole.open().inputs
    hours = st.integers(0, 3).map(lambda number: BEGIN + timedelta(hours=10 * number))
    reports = tuple(
        replace(report, received_at=data.draw(hours, label="came")) for report in inputs.reports
    )
    said: list[Judgement] = []
    for _ in range(data.draw(st.integers(0, 2), label="judgements") if len(reports) > 1 else 0):
        one, other = data.draw(st.permutations([r.id for r in reports]))[:2]
        kind = data.draw(st.sampled_from(Sameness))
        said.append(Judgement(one, other, kind, "ana", data.draw(hours), "seen"))
    return replace(inputs, reports=reports, judgements=tuple(said))


def drawn(inputs: Inputs, data: st.DataObject) -> list[Entry]:
    """Entries about the cases that findings open, and one that an entry opens, at any hours."""
    every = turns(inputs, LATER, LATER)
    cases = sorted({turn.id for turn in every} | {"case-0"})
    made = []
    hours = data.draw(st.lists(st.integers(0, 39), max_size=8, unique=True), label="hours")
    for number, hour in enumerate(sorted(hours)):
        # half an hour after what came in, so that nothing is of one moment
        at = format_instant(BEGIN + timedelta(hours=hour, minutes=30))
        author = data.draw(st.sampled_from(("ARD:ana", "BOR:ben")))
        case = data.draw(st.sampled_from(cases))
        fields = data.draw(
            st.sampled_from(
                (
                    {"kind": "comment", "case": case, "words": "we deny it"},
                    {"kind": "close-case", "case": case, "reason": "settled"},
                    {"kind": "reopen-case", "case": case, "reason": "new pictures"},
                    {"kind": "verify", "case": case, "result": "verified"},
                    {
                        "kind": "open-case", "body": "commission", "accused": "BOR", "clause": "C-1",
                        "happened_from": format_instant(BEGIN - timedelta(days=9)),
                        "happened_until": format_instant(BEGIN - timedelta(days=8)),
                        "act_done": "artillery_fire",
                    },
                )
            )
        )  # fmt: skip
        name = "case-0" if fields["kind"] == "open-case" and not number else f"e{number}"
        made.append(from_body({"id": name, "at": at, "author": author, **fields}))
    return made


@settings(max_examples=30, deadline=None)
@given(rows(least=2, most=10), st.data())
def test_a_replay_in_stretches_stands_where_all_at_once_stands(
    found: list[Row], data: st.DataObject
) -> None:
    """At every entry and at the end the state is that of turns and entries together, to the last flag."""
    inputs = arrived(found, data)
    entries = drawn(inputs, data)
    every = turns(inputs, LATER, LATER)
    carry = Carry(replace(inputs, reports=(), judgements=()), LATER)
    running = Running(TEXT)
    waiting = list(arrivals(inputs, LATER))
    for entry in [*entries, None]:
        while waiting and (entry is None or waiting[0][0] <= entry.known_at):
            at, reports, judgements = waiting.pop(0)
            # within a stretch the order says nothing
            some = data.draw(st.permutations(reports))
            for turn in carry.take(at, some, judgements).turns:
                running.turn(turn)
        moment = LATER if entry is None else entry.known_at + timedelta(seconds=1)
        if entry is not None:
            running.take(entry)
        running.tick(moment)
        assert running == state(TEXT, every, entries, moment, moment)
    event(f"cases {len(running.commission.cases)}")
    board = Board(running)
    assert board.docket() == docket(running, LATER)
    assert board.status() == status(running, LATER)


@settings(max_examples=25, deadline=None)
@given(rows(least=2, most=12), st.data())
def test_however_a_stretch_is_cut_what_is_held_after_it_is_the_same(
    found: list[Row], data: st.DataObject
) -> None:
    """Reports of one moment in one take, in several, one by one: nothing held at its end differs."""
    inputs = arrived(found, data)
    bare = replace(inputs, reports=(), judgements=())
    whole, parted = Carry(bare, LATER), Carry(bare, LATER)
    for at, reports, judgements in arrivals(inputs, LATER):
        step = whole.take(at, reports, judgements)
        rest = data.draw(st.permutations(reports))
        taken = list(parted.take(at, judgements=judgements).turns)
        while rest:
            size = data.draw(st.integers(1, len(rest)), label="part")
            taken += parted.take(at, rest[:size]).turns
            rest = rest[size:]
        held = {turn.id: turn.before for turn in reversed(taken)}
        now = {turn.id: turn.after for turn in taken}
        assert parted.derived(LATER) == whole.derived(LATER)
        changed = {name for name, was in held.items() if was != now[name]}
        assert {turn.id: (turn.before, turn.after) for turn in step.turns} == {
            name: (held[name], now[name]) for name in changed
        }
