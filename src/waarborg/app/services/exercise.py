"""An exercise: a script played against a simulated clock, turn by turn, to the last deadline.

Rules this module keeps:
1. Every turn carries the mark of the exercise.
2. The clock stops at every event, every arrival of reports and wherever a deadline passes, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from waarborg.agreement.model import Agreement
from waarborg.app.services.arrived import Arrival
from waarborg.app.services.behind import Behind, Places, moved
from waarborg.app.services.moved import Move, moves, stand
from waarborg.app.services.script import Event, Script
from waarborg.base.times import format_instant
from waarborg.cases.determination import Determination
from waarborg.cases.turn import Turn as Known
from waarborg.cases.turn import history
from waarborg.obligations.state import Running

CLOCK = "the clock"
"""What a turn without an event is called."""

MISSION = "the mission"
"""What a turn is called at which reports came in, whether or not they move anything."""


Coming = Arrival | Known | Event
"""What the clock stops for: reports that arrive, a determination that turns, an event of the script."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One stop of the simulated clock.

    Attributes:
        exercise: The mark of the exercise.
        at: The moment.
        entry: The entry that was made, `CLOCK` when a deadline passed, `MISSION` when reports came in, or
            a determination's name.
        author: Who made it, "" for the clock.
        tells: What happened, in the words of the script.
        refused: The rule it broke and how, "" when it was accepted.
        moved: What stands otherwise since the turn before.
        said: Of an entry: kind, author, when it was said and came in, number and digest in the record.
        rests_on: For each of `moved`, what it rests on now, down to the entries.
    """

    exercise: str
    at: str
    entry: str
    author: str
    tells: str
    refused: str
    moved: tuple[Move, ...]
    said: Mapping[str, Any] | None = None
    rests_on: tuple[Sequence[Mapping[str, Any]], ...] = ()


def play(
    agreement: Agreement,
    base: Sequence[Determination | Known],
    script: Script,
    until: datetime | None = None,
    arrivals: Sequence[Arrival] = (),
    places: Places | None = None,
) -> Iterator[Turn]:
    """Play a script.

    Args:
        agreement: The text.
        base: The turns that determinations from the mission's findings took.
        script: The script.
        until: Where the clock stops; at the last deadline when not given.
        arrivals: What the mission came to know, and when.
        places: Where the record of the exercise has its entries; with None nothing is said of what a turn
            rests on.
    """
    running = Running(agreement)
    mark = agreement.exercise or script.exercise
    waiting: list[tuple[datetime, Coming]] = sorted(
        [
            *((each.at, each) for each in arrivals),
            *((each.at, each) for each in history(base, agreement.id)),
            *((event.entry.known_at, event) for event in script.events),
        ],
        key=lambda pair: pair[0],
    )
    before = stand(running, waiting[0][0]) if waiting else {}
    clock = waiting[0][0] if waiting else None
    while clock is not None:
        following = [
            moment for moment in _deadlines(running, clock) if until is None or moment <= until
        ]
        coming = waiting[0][0] if waiting else None
        if coming is not None and until is not None and coming > until:
            waiting, coming = [], None
        passing = min(following, default=None)
        if passing is not None and (coming is None or passing <= coming):
            running.tick(passing)
            what = None
            clock, entry, author, tells, refused = passing, CLOCK, "", "a deadline passed", ""
        elif coming is not None:
            clock, what = waiting.pop(0)
            entry, author, tells, refused = _turn(running, what)
        else:
            return
        after = stand(running, clock)
        changed = tuple(moves(before, after))
        before = after
        if changed or entry != CLOCK:
            turn = Turn(mark, format_instant(clock), entry, author, tells, refused, changed)
            yield turn if places is None else _grounded(turn, what, Behind(running, places))


def _grounded(turn: Turn, what: Coming | None, behind: Behind) -> Turn:
    """A turn with where its entry stands on the record, and what everything that it moved rests on."""
    said = behind.named.entry(what.entry) if isinstance(what, Event) else None
    rests_on = tuple(moved(behind, move.kind, move.name) for move in turn.moved)
    return replace(turn, said=said, rests_on=rests_on)


def _turn(running: Running, what: Coming) -> tuple[str, str, str, str]:
    if isinstance(what, Arrival):
        running.tick(what.at)
        return MISSION, "", what.words, ""
    if isinstance(what, Known):
        running.turn(what)
        return what.id, what.either.by, what.words or what.either.words, ""
    refused = running.take(what.entry)
    words = f"{refused.rule} {refused.words}" if refused else ""
    return what.entry.id, what.entry.author, what.tells, words


def _deadlines(running: Running, clock: datetime) -> Iterator[datetime]:
    """Every moment after the clock at which something changes by time alone."""
    rooms = (running.commission, running.procedures, running.commitments)
    ends = [room.next_deadline for room in rooms]
    yield from (end for end in ends if end is not None and end > clock)
    for each in running.owed.values():
        window = each.deadline.window
        if window is not None:
            yield from (moment for moment in (window.start, window.end) if moment > clock)
    yield from (turn for turn in running.promises.turns() if turn > clock)
