"""The docket: every case before the bodies, their rules of procedure, and the deadlines that run.

Rules this module keeps:
1. An entry belongs to one case, or to none.
2. A case is changed only by what is noted in it, and by a deadline that passes.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from waarborg.agreement.model import Agreement
from waarborg.base.times import parse_instant
from waarborg.cases.case import CaseFile, CaseState, Due, due
from waarborg.cases.determination import Decision, Determination
from waarborg.cases.entry import AdoptRules, Entry, RuleBroken
from waarborg.cases.motion import Conduct, Motion
from waarborg.cases.seats import seats_of
from waarborg.cases.settled_rules import wants_two


@dataclass(slots=True)
class Docket:
    """Every case, its rules and its deadlines, after so many entries.

    Attributes:
        agreement: The text: its bodies, and what it settles about how they decide.
        rules: Body to its rules of procedure.
        waiting_rules: Rules not yet in effect by their entry, with the seats that have agreed.
        agreed: Body to who has agreed to its rules of procedure.
        in_effect: Entry to the body whose rules took effect with it, in order; the last of a body counts.
        cases: Every case by name.
        messages: The deconfliction log.
        loose: Motions about procedures that belong to no case, by entry.
        touched: Cases changed since it was last emptied.
        decided: Cases whose ruling or verification changed since it was last emptied.
        alike: Accused and clause to how many cases there were.
        owners: Case or entry to the case that it belongs to.
        timers: Deadlines that run: when, in which case, and which.
    """

    agreement: Agreement
    rules: dict[str, AdoptRules] = field(default_factory=dict)
    waiting_rules: dict[str, tuple[AdoptRules, frozenset[str]]] = field(default_factory=dict)
    agreed: dict[str, frozenset[str]] = field(default_factory=dict)
    in_effect: dict[str, str] = field(default_factory=dict)
    cases: dict[str, CaseFile] = field(default_factory=dict)
    messages: list[Entry] = field(default_factory=list)
    loose: dict[str, Motion] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    decided: set[str] = field(default_factory=set)
    alike: dict[tuple[str, str], int] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    timers: list[tuple[datetime, str, str]] = field(default_factory=list)

    def open(self, determination: Determination, at: datetime) -> None:
        """A finding that a body has to decide opens a case of its own."""
        if determination.decision is not Decision.PENDING or determination.id in self.cases:
            return
        self.add(
            CaseFile(
                determination.id,
                determination.by,
                determination.breacher,
                determination.clause,
                determination.happened,
                _severity(determination.facts.get("severity")),
                at,
                (determination.finding,),
                determination.allegation,
                known_at=parse_instant(determination.known_at),
                act_done=str(determination.facts.get("act") or ""),
                place=determination.place,
            )
        )

    def case_of(self, entry: str) -> str:
        """The case that an entry belongs to."""
        return self.owners[entry]

    @property
    def next_deadline(self) -> datetime | None:
        """When the next deadline passes; None when none is running."""
        return self.timers[0][0] if self.timers else None

    def add(self, case: CaseFile) -> None:
        """A case comes on the docket; with rules of procedure the time to comment begins."""
        case.moved_at = case.opened_at
        kind = (case.accused, case.clause)
        case.alike_before = self.alike.get(kind, 0)
        self.alike[kind] = case.alike_before + 1
        self.decided.add(case.id)
        self.cases[case.id] = case
        self.owners[case.id] = case.id
        self.touched.add(case.id)
        rules = self.rules.get(case.body)
        if rules:
            what = due("comment", case.accused, case.opened_at, rules.comment_hours, case.id)
            case.comment_until = what.by
            self.run(case, f"comment:{case.id}", what)

    def run(self, case: CaseFile, key: str, what: Due) -> None:
        """A deadline begins to run in a case."""
        case.duties[key] = what
        heapq.heappush(self.timers, (what.by, case.id, key))

    def case(self, name: str, *, active: bool = False) -> CaseFile:
        """The case that an entry, or the case itself, names.

        Raises:
            RuleBroken: COM-005, or COM-010 where only a case under way will do.
        """
        case = self.cases.get(self.owners.get(name, ""))
        if case is None:
            raise RuleBroken("COM-005", f"there is no case {name}")
        if active and case.state in {CaseState.CLOSED, CaseState.JOINED}:
            raise RuleBroken("COM-010", f"the case {case.id} is {case.state.value}")
        return case

    def note(self, case: CaseFile, entry: Entry) -> None:
        """An entry becomes part of a case."""
        case.entries.append(entry)
        case.moved_at = entry.known_at
        self.owners[entry.id] = case.id
        self.touched.add(case.id)

    def put(self, case: CaseFile | None, body: str, entry: Entry, act: Conduct) -> Motion:
        """A seat puts a motion before its body; with the seats that stand behind it, it may be in effect at once.

        Args:
            case: The case it is about, None for a procedure that belongs to none.
            body: The body.
            entry: The entry that puts it.
            act: What it asks for.
        """
        rules = self.rules.get(body)
        motion = Motion(entry, act, body, rules, self.seats(body))
        if case is None:
            self.loose[entry.id] = motion
        else:
            motion.accused, motion.brought_by = case.accused, case.brought_by
            case.motions[entry.id] = motion
            self.note(case, entry)
            if rules is not None:
                what = due(
                    f"agreement to {motion.asks}", body, entry.known_at, rules.vote_hours, entry.id
                )
                self.run(case, entry.id, what)
        self.back(case, motion, entry)
        return motion

    def back(self, case: CaseFile | None, motion: Motion, entry: Entry) -> bool:
        """A seat stands behind a motion; whether it takes effect with that, and ends others like it.

        Raises:
            RuleBroken: COM-002, COM-003 or COM-004.
        """
        if not motion.back(entry):
            return False
        others = self.loose if case is None else case.motions
        for other in others.values():
            alike = (type(other.act), other.course) == (type(motion.act), motion.course)
            if alike and other.carried_at is None and not other.ended:
                self.end(case, other, f"overtaken by {motion.entry.id}")
        if case is not None:
            case.duties.pop(motion.entry.id, None)
            case.flags += filter(None, (motion.noticed,))
        return True

    def end(self, case: CaseFile | None, motion: Motion, why: str) -> None:
        """A motion can take effect no more, and nothing of it is due."""
        motion.ended = why
        if case is not None:
            case.duties.pop(motion.entry.id, None)

    def motion(self, name: str) -> tuple[CaseFile | None, Motion] | None:
        """The motion that an entry put, with its case; None where it put none."""
        case = self.cases.get(self.owners.get(name, ""))
        found = (case.motions if case is not None else self.loose).get(name)
        return None if found is None else (case, found)

    def rules_of(self, case: CaseFile) -> AdoptRules:
        """The rules of procedure under which a case lies.

        Raises:
            RuleBroken: COM-018.
        """
        if case.body not in self.rules:
            raise RuleBroken("COM-018", f"{case.body} has no rules of procedure on the record")
        return self.rules[case.body]

    def wants_two(self, case: CaseFile) -> bool:
        """Whether a second person is wanted, by the rules or by the text itself."""
        rules, body = self.rules.get(case.body), self.agreement.bodies.get(case.body)
        return (rules is not None and rules.two_persons) or (body is not None and wants_two(body))

    def seats(self, body: str) -> frozenset[str]:
        """Who sits on a body; nobody where neither its rules nor the text says."""
        return seats_of(self.agreement, self.rules, body)


Takers = Mapping[type, Callable[[Docket, Entry, Any], None]]
"""Act to what takes it."""


def _severity(value: object) -> int | None:
    return value if isinstance(value, int) else None
