"""The one fold: determinations and entries in, the state of commission and guarantors out.

Rules this module keeps:
1. `state` over all entries equals `Running` fed entry by entry (law 3).
2. Only what was known before `known_at` and done before `as_of` counts (law 4).
3. Deadlines pass in order of time, whichever part of the state they belong to. Of those of one moment
   votes are counted first, then steps lapse, then times of commitments and obligations end: a vote that
   ends with the hearing lay all before the hearing was over.
4. What a new entry changes is named in `changes`, so that views need not look at the rest.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from waarborg.agreement.model import Agreement
from waarborg.cases.ballots import note_unread, take_turn
from waarborg.cases.determination import Determination
from waarborg.cases.entry import Entry, Propose, Refused, RuleBroken, Unreadable
from waarborg.cases.promise_acts import (
    ChangeStanding,
    CommitmentStep,
    Contribute,
    GateStep,
    PromiseTerm,
)
from waarborg.cases.turn import Turn, history
from waarborg.obligations.ledger import Ledger
from waarborg.obligations.moves import MOVES
from waarborg.obligations.owing import derive, fall

_MOVE_PROMISES = frozenset((GateStep, Contribute, PromiseTerm, CommitmentStep, ChangeStanding))
"""Acts after which more or fewer promises may hold."""


@dataclass(slots=True)
class Running(Ledger):
    """State of a mission's commission and guarantors; grows entry by entry."""

    def found(self, determination: Determination, at: datetime) -> None:
        """A determination by the text, or a pending one that opens a case, becomes known."""
        self.tick(at)
        self.base[determination.id] = determination
        self.commission.open(determination, at)
        self.commission.decided.add(determination.id)
        self._follow(at)

    def turn(self, turn: Turn) -> None:
        """A determination by the text, or one that opens a case, became known, changed or went.

        A case stays, and says what it rested on; obligations by operation of the text follow what
        stands now, and those that fell away are told in `fallen`.
        """
        if turn.before is None and turn.after is not None and turn.id not in self.commission.cases:
            self.found(turn.after, turn.at)
            return
        self.tick(turn.at)
        self.commission.touched |= self.resting.tell(turn, self.commission.cases)
        if turn.after is None:
            fall(self, turn)
        else:
            self.base[turn.id] = turn.after
            self.commission.open(turn.after, turn.at)
            self.commission.decided.add(turn.id)
        self._follow(turn.at)

    def take(self, entry: Entry) -> Refused | None:
        """Take the next entry; one that breaks a rule changes nothing, and is given back as refused."""
        self.tick(entry.known_at)
        try:
            self._check(entry)
            act: Any = entry.act
            move = MOVES.get(type(act))
            if move is not None:
                move(self, entry, act)
            else:
                self.commission.take(entry)
                self._note_turn(entry, act)
        except RuleBroken as broken:
            refusal = Refused(entry, broken.rule, broken.words)
            self.refused.append(refusal)
            note_unread(self.commission, refusal)
            return refusal
        finally:
            self._ids.add(entry.id)
        self.taken.append(entry)
        if type(act) in _MOVE_PROMISES:
            self.commitments.note(entry.known_at)
        self._follow(entry.known_at)
        return None

    def tick(self, moment: datetime) -> None:
        """Let time pass up to a moment, deadline by deadline."""
        while (due := self._next_deadline()) is not None and due <= moment:
            self.commission.tick(due)
            self.procedures.tick(due)
            self.commitments.tick(due)
            self._pass(due)
            self._follow(due, settle=False)
        if self.clock is None or moment > self.clock:
            self.clock = moment

    def _next_deadline(self) -> datetime | None:
        ends = [
            kept[0][0]
            for kept in (self.ends, self.commission.timers, self.procedures.timers)
            if kept
        ]
        if self.commitments.next_deadline is not None:
            ends.append(self.commitments.next_deadline)
        return min(ends, default=None)

    def _pass(self, at: datetime) -> None:
        """Times of obligations that end now: what nothing holds back is late, and stays so."""
        names = set()
        while self.ends and self.ends[0][0] <= at:
            names.add(heapq.heappop(self.ends)[1])
        self.note_late(names, at)

    def _check(self, entry: Entry) -> None:
        if entry.id in self._ids:
            raise RuleBroken("COM-011", f"there is an entry {entry.id} already")
        if entry.at > entry.known_at:
            raise RuleBroken("COM-013", f"{entry.id} is dated after it reached the record")
        if isinstance(entry.act, Unreadable):
            words = f"a {entry.act.kind} that cannot be read: {entry.act.words}"
            raise RuleBroken("COM-021", words)

    def _note_turn(self, entry: Entry, act: object) -> None:
        """Flag a proposal that is put before the procedure of the text has come to the ruling."""
        if isinstance(act, Propose):
            case = self.commission.cases[self.commission.case_of(entry.id)]
            if case.unripe:
                case.flags.append(f"put before its turn: {entry.id} came when {case.unripe}")

    def _ripen(self, at: datetime) -> None:
        """Tell each case whose procedure moved what the text still has before a ruling."""
        cases = self.commission.cases
        for name in sorted(self.procedures.touched):
            of = self.procedures.courses[name].determination
            case = cases.get(of) or cases.get(of.removeprefix("det-"))
            if case is not None:
                case.untaken = self.procedures.left_out(case)
                case.on_word = self.procedures.on_word(case)
                unripe = self.procedures.before_ruling(case)
                if unripe != case.unripe:
                    take_turn(self.commission, case, unripe, at)
                    self.changes.cases.add(case.id)

    def _follow(self, at: datetime, *, settle: bool = True) -> None:
        """Work out again what follows from the cases that were decided; let times already over pass."""
        commission = self.commission
        if commission.touched:
            for name in commission.touched:
                self.resting.note(commission.cases[name])
            self.changes.cases |= commission.touched
            commission.touched.clear()
        if commission.decided:
            for name in sorted(commission.decided):
                derive(self, name, at)
            commission.decided.clear()
        if settle:
            self.tick(at)
        if self.procedures.touched:
            self._ripen(at)
            self.changes.courses |= self.procedures.touched
            self.procedures.touched.clear()
        if self.commitments.touched:
            self.changes.commitments |= self.commitments.touched
            self.commitments.touched.clear()


def state(
    agreement: Agreement,
    base: Iterable[Determination | Turn],
    entries: Sequence[Entry],
    as_of: datetime,
    known_at: datetime,
) -> Running:
    """The state of commission and guarantors.

    Args:
        agreement: The text, under the reading that applies.
        base: The turns that determinations of this agreement took as knowledge grew; a determination
            stands for one that came when its first report did and never changed.
        entries: Every entry, in the order of the record; those of one moment keep that order.
        as_of: What was done from this moment on is left out, and clocks are read at it.
        known_at: What reached the record from this moment on is left out.
    """
    running = Running(agreement)
    known = [turn for turn in history(base, agreement.id) if turn.at < known_at]
    taken = sorted(
        (e for e in entries if e.known_at < known_at and e.at < as_of), key=lambda e: e.known_at
    )
    place = 0
    for entry in taken:
        while place < len(known) and known[place].at <= entry.known_at:
            running.turn(known[place])
            place += 1
        running.take(entry)
    for turn in known[place:]:
        running.turn(turn)
    running.tick(min(as_of, known_at))
    return running
