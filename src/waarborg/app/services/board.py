"""Every view of commission and guarantors, kept up entry by entry.

Rules this module keeps:
1. After each entry a view equals what `docket`, `due` and `status` work out from the whole state.
2. An entry costs what it changes: a case, its obligations, or the obligations of the promises whose block
   it lifted; never the whole mission.
3. Rows are worded when they are read.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from waarborg.app.services.day import DAY, Figures, assemble
from waarborg.app.services.docket import (
    DueRow,
    Order,
    Pressing,
    case_row,
    duty_order,
    duty_row,
    outstanding,
    owed_order,
    owed_row,
    pressing,
    promised_order,
    promised_row,
    step_order,
    step_row,
    untaken,
)
from waarborg.cases.case import CaseFile
from waarborg.cases.determination import Determination
from waarborg.cases.entry import Entry, Refused
from waarborg.cases.turn import Turn
from waarborg.obligations.barred import Barred
from waarborg.obligations.block import Block
from waarborg.obligations.flags import flags_of
from waarborg.obligations.ledger import Changes, Under
from waarborg.obligations.movable import waiting
from waarborg.obligations.obligation import Obligation, ObligationState
from waarborg.obligations.state import Running

Stood = tuple[Obligation, Under, str]
"""An obligation, its promise with how its breach stands, and its state."""


class Board:
    """Docket, deadlines and picture of a running state, at its clock.

    Args:
        running: The state; everything that has moved in it goes through this board from now on.
    """

    def __init__(self, running: Running) -> None:
        self.running = running
        self.figures = Figures()
        self.blocks: dict[str, Block | None] = {}
        self._docket: list[Pressing] = []
        self._pressing: dict[str, Pressing] = {}
        self._case_state: dict[str, str] = {}
        self._moved: list[tuple[datetime, str]] = []
        self._moved_at: dict[str, datetime] = {}
        self._due: list[tuple[Order, str, str]] = []
        self._due_of: dict[tuple[str, str], tuple[tuple[Order, str, str], ...]] = {}
        self._stands: dict[str, Stood] = {}
        self._under: dict[Under, dict[str, None]] = {}
        self._under_state: dict[Under, ObligationState | None] = {}
        self._step_states: dict[str, tuple[str, ...]] = {}
        self._turn: datetime | None = None
        self._ends: list[tuple[datetime, str]] = []
        running.changes = Changes(
            set(running.commission.cases),
            set(running.procedures.courses),
            set(running.owed),
            commitments=set(running.agreement.commitments),
        )
        self._refresh()

    def found(self, determination: Determination, at: datetime) -> None:
        """A determination becomes known."""
        self.running.found(determination, at)
        self._refresh()

    def turn(self, turn: Turn) -> None:
        """A determination became known, changed or went."""
        self.running.turn(turn)
        self._refresh()

    def take(self, entry: Entry) -> Refused | None:
        """Take the next entry and bring every view up to it."""
        refused = self.running.take(entry)
        self._refresh()
        return refused

    def tick(self, moment: datetime) -> None:
        """Let time pass."""
        self.running.tick(moment)
        self._refresh()

    def docket(self, start: int = 0, stop: int | None = None) -> list[dict[str, Any]]:
        """Cases, the most pressing first; a stretch of them where that is enough."""
        cases = self.running.commission.cases
        return [
            case_row(self.running, cases[key[-1]], self._clock) for key in self._docket[start:stop]
        ]

    def due(self, start: int = 0, stop: int | None = None) -> list[DueRow]:
        """Deadlines, the earliest first; a stretch of them where that is enough."""
        return [self._row(order, name, part) for order, name, part in self._due[start:stop]]

    def status(self, since: datetime | None = None) -> dict[str, Any]:
        """The picture of the moment reached."""
        start = since or self._clock - DAY
        moved = (name for _, name in self._moved[bisect_left(self._moved, (start, "")) :])
        return assemble(self.running, self._clock, start, self.figures, self.blocks, moved)

    @property
    def _clock(self) -> datetime:
        clock = self.running.clock
        if clock is None:
            raise ValueError("no entry and no moment has been reached yet")
        return clock

    def _row(self, order: Order, name: str, part: str) -> DueRow:
        running = self.running
        match order[-1]:
            case "duty":
                each = dict(outstanding(running.commission.cases[name]))[part]
                return duty_row(name, part, each, self._clock)
            case "commitment":
                held = {w.commitment: w for w in waiting(running.commitments, self._clock)}
                return promised_row(held[name])
            case "step":
                return step_row(running, running.procedures.courses[name], part, self._clock)
            case _:
                settled = running.settled(running.owed[name], running.barred(self._clock))
                return owed_row(settled, flags_of(running, settled, self._clock))

    def _refresh(self) -> None:
        running, changes = self.running, self.running.changes
        if running.clock is None:
            return
        running.changes = Changes(promises=False)
        for name in changes.cases:
            self._case(running.commission.cases[name])
        affected = changes.owed
        if changes.promises or (self._turn is not None and self._turn <= running.clock):
            affected = affected | self._reblock(running.clock)
        self._turn = running.promises.next_turn(running.clock)
        while self._ends and self._ends[0][0] <= running.clock:
            affected.add(heapq.heappop(self._ends)[1])
        barred = running.barred(running.clock)
        for name in affected:
            self._obligation(name, barred)
        for name in changes.courses:
            self._course(name, running.clock)
        for name in changes.commitments:
            kept = running.promises.committed(name)
            rows = () if kept else ((promised_order(running, name), name, ""),)
            self._list(("commitment", name), rows)

    def _case(self, case: CaseFile) -> None:
        key = pressing(case)
        held = self._pressing.get(case.id)
        if held != key:
            if held is not None:
                del self._docket[bisect_left(self._docket, held)]
            insort(self._docket, key)
            self._pressing[case.id] = key
        moved = case.moved_at or case.opened_at
        before = self._moved_at.get(case.id)
        if before != moved:
            if before is not None:
                del self._moved[bisect_left(self._moved, (before, case.id))]
            insort(self._moved, (moved, case.id))
            self._moved_at[case.id] = moved
        state = self._case_state.get(case.id)
        if state != case.state.value:
            if state is not None:
                self.figures.case(case, state, -1)
            self.figures.case(case, case.state.value, 1)
            self._case_state[case.id] = case.state.value
        rows = ((duty_order(each), case.id, key) for key, each in outstanding(case))
        self._list(("case", case.id), rows)

    def _list(self, owner: tuple[str, str], rows: Iterable[tuple[Order, str, str]]) -> None:
        """Replace the deadlines of one case, procedure or obligation."""
        new, old = tuple(rows), self._due_of.get(owner, ())
        if new == old:
            return
        for row in old:
            del self._due[bisect_left(self._due, row)]
        for row in new:
            insort(self._due, row)
        if new:
            self._due_of[owner] = new
        else:
            self._due_of.pop(owner, None)

    def _reblock(self, clock: datetime) -> set[str]:
        """Work out anew what blocks each promise; obligations whose state hangs on what changed."""
        self.blocks = dict(self.running.blocks(clock))
        barred, changed = self.running.barred(clock), set[str]()
        for under, names in self._under.items():
            state = _blocked(barred, under)
            if self._under_state[under] is not state:
                self._under_state[under] = state
                changed |= names.keys()
        return changed

    def _obligation(self, name: str, barred: Barred) -> None:
        running = self.running
        owed, before = running.owed.get(name), self._stands.get(name)
        under = running.under(owed) if owed is not None else None
        if before is not None and (before[0] is not owed or before[1] != under):
            self._drop(name, before)
            before = None
        if owed is None or under is None:
            return
        if before is None:
            self._list(("owed", name), ((owed_order(owed), name, ""),))
            window = owed.deadline.window
            for moment in (window.start, window.end) if window else ():
                if moment > barred.as_of:
                    heapq.heappush(self._ends, (moment, name))
        if running.hangs(owed):
            if under not in self._under:
                self._under[under] = {}
                self._under_state[under] = _blocked(barred, under)
            self._under[under][name] = None
        else:
            self._loosen(name, under)
        state = running.state_of(owed, barred)[0].value
        if before is None or before[2] != state:
            if before is not None:
                self.figures.obligation(owed, under[0], before[2], -1)
            self.figures.obligation(owed, under[0], state, 1)
            self._stands[name] = (owed, under, state)

    def _drop(self, name: str, held: Stood) -> None:
        owed, under, state = held
        self.figures.obligation(owed, under[0], state, -1)
        self._loosen(name, under)
        del self._stands[name]
        self._list(("owed", name), ())

    def _loosen(self, name: str, under: Under) -> None:
        """The state of an obligation hangs no more on what blocks its promise."""
        names = self._under.get(under, {})
        if names.pop(name, self) is None and not names:
            del self._under[under], self._under_state[under]

    def _course(self, name: str, clock: datetime) -> None:
        course = self.running.procedures.courses[name]
        states = tuple(o.state(clock, course).value for o in course.steps.values())
        for state in self._step_states.get(name, ()):
            self.figures.steps[state] -= 1
        for state in states:
            self.figures.steps[state] += 1
        self._step_states[name] = states
        rows = ((step_order(self.running, course, step), name, step) for step in untaken(course))
        self._list(("step", name), rows)


def _blocked(barred: Barred, under: Under) -> ObligationState | None:
    """The state that obligations under a promise have while something stands in its way."""
    block = barred.of(under[1])[under[0]]
    return block.state if block else None
