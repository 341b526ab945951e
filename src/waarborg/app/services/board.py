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
    step_order,
    step_row,
    untaken,
)
from waarborg.cases.case import CaseFile
from waarborg.cases.determination import Determination
from waarborg.cases.entry import Entry, Refused
from waarborg.cases.turn import Turn
from waarborg.obligations.obligation import Obligation
from waarborg.obligations.promises import Alike, Barred, Block
from waarborg.obligations.state import Changes, Running

Under = tuple[str, Alike]
"""A promise, and how the breaches stand for which it is owed."""

Stood = tuple[Obligation, str, str, Alike]
"""An obligation, its promise, its state, and how its breach stands."""


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
        self._under_block: dict[Under, Block | None] = {}
        self._step_states: dict[str, tuple[str, ...]] = {}
        self._turns: list[datetime] = []
        self._ends: list[tuple[datetime, str]] = []
        running.changes = Changes(
            set(running.commission.cases), set(running.procedures.courses), set(running.owed)
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
        return [case_row(cases[key[-1]], self._clock) for key in self._docket[start:stop]]

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
            case "step":
                return step_row(running, running.procedures.courses[name], part, self._clock)
            case _:
                return owed_row(running.settled(running.owed[name], running.barred(self._clock)))

    def _refresh(self) -> None:
        running, changes = self.running, self.running.changes
        if running.clock is None:
            return
        running.changes = Changes(promises=False)
        for name in changes.cases:
            self._case(running.commission.cases[name])
        affected = changes.owed
        if changes.promises or (self._turns and self._turns[0] <= running.clock):
            affected = affected | self._reblock(running.clock)
        while self._ends and self._ends[0][0] <= running.clock:
            affected.add(heapq.heappop(self._ends)[1])
        barred = running.barred(running.clock)
        for name in affected:
            self._obligation(name, barred)
        for name in changes.courses:
            self._course(name, running.clock)

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
        """Work out anew what blocks each promise; obligations under those that changed."""
        self.blocks = dict(self.running.blocks(clock))
        self._turns = sorted(turn for turn in self.running.promises.turns() if turn > clock)
        barred, changed = self.running.barred(clock), set[str]()
        for key, names in self._under.items():
            block = barred.of(key[1])[key[0]]
            if self._under_block.get(key) != block:
                self._under_block[key] = block
                changed |= names.keys()
        return changed

    def _obligation(self, name: str, barred: Barred) -> None:
        clock = barred.as_of
        owed, before = self.running.owed.get(name), self._stands.get(name)
        alike = self.running.alike_of(owed) if owed is not None else None
        if before is not None and (before[0] is not owed or before[3] != alike):
            self._drop(name, before)
            before = None
        if owed is None or alike is None:
            return
        if before is None:
            guarantee = self.running.guarantee_of(owed).id
            under = (guarantee, alike)
            if under not in self._under:
                self._under[under] = {}
                self._under_block[under] = barred.of(alike)[guarantee]
            self._under[under][name] = None
            self._list(("owed", name), ((owed_order(owed), name, ""),))
            window = owed.deadline.window
            for moment in (window.start, window.end) if window else ():
                if moment > clock:
                    heapq.heappush(self._ends, (moment, name))
        else:
            guarantee = before[1]
        state = self.running.state_of(owed, barred)[0].value
        if before is None or before[2] != state:
            if before is not None:
                self.figures.obligation(owed, guarantee, before[2], -1)
            self.figures.obligation(owed, guarantee, state, 1)
            self._stands[name] = (owed, guarantee, state, alike)

    def _drop(self, name: str, held: Stood) -> None:
        owed, guarantee, state, alike = held
        self.figures.obligation(owed, guarantee, state, -1)
        del self._under[guarantee, alike][name]
        if not self._under[guarantee, alike]:
            del self._under[guarantee, alike], self._under_block[guarantee, alike]
        del self._stands[name]
        self._list(("owed", name), ())

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
