"""The one fold: determinations and entries in, the state of commission and guarantors out.

Rules this module keeps:
1. `state` over all entries equals `Running` fed entry by entry (law 3).
2. Only what was known before `known_at` and done before `as_of` counts (law 4).
3. Deadlines pass in order of time, whichever part of the state they belong to.
4. What a new entry changes is named in `changes`, so that views need not look at the rest.
5. What was overdue stays so until it is fulfilled or let off; what was owed never leaves the list.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, get_args

from waarborg.agreement.model import Agreement, Guarantee
from waarborg.agreement.versions import everything
from waarborg.agreement.vocabulary import RunsFrom
from waarborg.base.grades import Standing
from waarborg.base.judgement import Reason
from waarborg.base.times import Period, format_instant
from waarborg.cases.case import CaseFile, CaseState
from waarborg.cases.commission import Commission
from waarborg.cases.determination import Decision, Determination, DeterminationId
from waarborg.cases.entry import CaseAct, Entry, Propose, Refused, RuleBroken, Unreadable
from waarborg.cases.promise_acts import (
    Amend,
    AskHelp,
    ChangeStanding,
    CommitmentStep,
    Contribute,
    GateStep,
    ObligationStep,
    PauseCourse,
    PromiseTerm,
    ResumeCourse,
    StepTaken,
)
from waarborg.cases.ruled import ruled
from waarborg.cases.turn import Resting, Turn, history
from waarborg.obligations.fall_due import fall_due
from waarborg.obligations.let_off import contested, let_off, may_let_off
from waarborg.obligations.moments import Moments, moments_of
from waarborg.obligations.movable import note_met
from waarborg.obligations.obligation import GateState, Obligation, ObligationState
from waarborg.obligations.procedures import Procedures
from waarborg.obligations.promises import Alike, Barred, Block, Promises
from waarborg.obligations.standing import whole_text

_OVERDUE = ObligationState.OVERDUE
_CASE_ACTS = frozenset(get_args(CaseAct))
_MOVE_PROMISES = frozenset((GateStep, Contribute, PromiseTerm, CommitmentStep, ChangeStanding))
"""Acts after which more or fewer promises may hold."""


@dataclass(slots=True)
class Changes:
    """What was touched since a view last looked.

    Attributes:
        cases: Cases.
        courses: Procedures under way.
        owed: Obligations that arose, went or moved.
        promises: Whether something moved on which a promise as a whole depends.
    """

    cases: set[str] = field(default_factory=set)
    courses: set[str] = field(default_factory=set)
    owed: set[str] = field(default_factory=set)
    promises: bool = True


@dataclass(frozen=True, slots=True)
class Fallen:
    """A determination by operation of the text of which nothing is left.

    Attributes:
        at: When that became known.
        determination: Its name.
        owed: Obligations that fell away with it.
        words: What became of what it rested on.
    """

    at: datetime
    determination: str
    owed: tuple[str, ...]
    words: str


@dataclass(slots=True)
class Running:
    """State of a mission's commission and guarantors; grows entry by entry.

    Attributes:
        agreement: The text, under the reading that applies.
        commission: The cases.
        promises: The promises.
        procedures: The procedures under way.
        refused: Entries that broke a rule, in order.
        taken: Entries that were taken, in order: what anything can rest on.
        asked: Case or determination to when a party asked for an answer.
        clock: The moment reached.
        owed: Every obligation by name, as its determination left it.
        base: Determinations of the text, and those that opened a case.
        late: Obligation to when its time passed with nothing in the way.
        void: Obligation to why nothing asks for it any more.
        alike: Case or determination to how promises stand for it.
        fallen: Determinations of the text that went, with what had been owed after them.
        resting: Which cases rest on which findings.
        changes: What was touched since a view last looked.
    """

    agreement: Agreement
    commission: Commission = field(init=False)
    promises: Promises = field(init=False)
    procedures: Procedures = field(init=False)
    refused: list[Refused] = field(default_factory=list)
    taken: list[Entry] = field(default_factory=list)
    asked: dict[str, datetime] = field(default_factory=dict)
    clock: datetime | None = None
    owed: dict[str, Obligation] = field(default_factory=dict)
    base: dict[str, Determination] = field(default_factory=dict)
    late: dict[str, datetime] = field(default_factory=dict)
    void: dict[str, str] = field(default_factory=dict)
    alike: dict[str, Alike] = field(default_factory=dict)
    fallen: list[Fallen] = field(default_factory=list)
    resting: Resting = field(default_factory=Resting)
    changes: Changes = field(default_factory=Changes, compare=False)
    _owed_by: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _owed_for: dict[str, str] = field(default_factory=dict)
    _since: dict[str, datetime] = field(default_factory=dict)
    _ends: list[tuple[datetime, str]] = field(default_factory=list)
    _first: dict[str, Period] = field(default_factory=dict)
    _ids: set[str] = field(default_factory=set)
    _guarantees: dict[tuple[str, str], Guarantee] = field(init=False, compare=False)
    _from_first: bool = field(init=False, compare=False)

    def __post_init__(self) -> None:
        self.agreement = everything(self.agreement)
        self.commission = Commission(self.agreement)
        self.promises = Promises(self.agreement)
        self.procedures = Procedures(self.agreement)
        self._guarantees = {(g.group, str(g.by)): g for g in self.agreement.guarantees}
        steps = (s for p in self.agreement.procedures.values() for s in p.steps.values())
        self._from_first = RunsFrom.FIRST_BREACH in {
            *(g.runs_from for g in self.agreement.guarantees),
            *(s.runs_from for s in steps),
        }

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
            self._fall(turn)
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
            if type(act) in _CASE_ACTS:
                self.commission.take(entry)
                self._note_turn(entry, act)
            else:
                _PROMISES[type(act)](self, entry, act)
        except RuleBroken as broken:
            refusal = Refused(entry, broken.rule, broken.words)
            self.refused.append(refusal)
            return refusal
        finally:
            self._ids.add(entry.id)
        self.taken.append(entry)
        if self.agreement.commitments and type(act) in _MOVE_PROMISES:
            note_met(self.promises, entry.known_at)
        self._follow(entry.known_at)
        return None

    def tick(self, moment: datetime) -> None:
        """Let time pass up to a moment, deadline by deadline."""
        while True:
            own = self._ends[0][0] if self._ends else None
            ends = (self.commission.next_deadline, self.procedures.next_deadline, own)
            due = min((end for end in ends if end is not None), default=None)
            if due is None or due > moment:
                break
            self.commission.tick(due)
            self.procedures.tick(due)
            self._pass(due)
            self._follow(due, settle=False)
        if self.clock is None or moment > self.clock:
            self.clock = moment

    def determinations(self) -> tuple[Determination, ...]:
        """Every determination, by name: those of the text, those ruled, those pending."""
        names = sorted(self.base.keys() | self.commission.cases.keys())
        return tuple(made for name in names if (made := self.determination(name)) is not None)

    def determination(self, name: str) -> Determination | None:
        """What stands now under the name of a case or of a determination of the text."""
        case, base = self.commission.cases.get(name), self.base.get(name)
        if case is None:
            return base
        return ruled(self.agreement.id, self.agreement.exercise, case, base)

    def obligations(self, as_of: datetime) -> tuple[Obligation, ...]:
        """What is owed, each with its state at a moment."""
        barred = self.barred(as_of)
        return tuple(self.settled(self.owed[name], barred) for name in sorted(self.owed))

    def holding(self, as_of: datetime) -> frozenset[str]:
        """Guarantees that hold by themselves or through others, as a least fixed point."""
        return self.promises.holding(as_of)

    def blocks(self, as_of: datetime) -> Mapping[str, Block | None]:
        """Guarantee to what would keep it from falling due for a breach at a moment."""
        return self.promises.blocks(as_of)

    def barred(self, as_of: datetime) -> Barred:
        """What keeps promises from falling due at a moment, for every breach found."""
        return Barred(self.promises, as_of)

    def alike_of(self, owed: Obligation) -> Alike:
        """How promises stand for the breach that something is owed for."""
        return self.alike[self._owed_for[owed.id]]

    def in_force(self, day: datetime) -> dict[str, Standing]:
        """Party to the last standing it has reached for the whole text at a moment."""
        return whole_text(self.promises.standing, day)

    def guarantee_of(self, owed: Obligation) -> Guarantee:
        """The promise under which something is owed."""
        return self._guarantees[owed.guarantee, str(owed.guarantor)]

    def moments(self, name: str) -> Moments:
        """The moments from which clocks run for a case or a determination of the text."""
        made = self.determination(name)
        assert made is not None, name  # noqa: S101  # callers name what the state holds
        return self._moments(name, made)

    def settled(self, owed: Obligation, barred: Barred) -> Obligation:
        """An obligation with its state at a moment, and why."""
        alike, as_of = self.alike_of(owed), barred.as_of
        gates = tuple(
            GateState(g.gate, g.effect, self.promises.gate_state(g.gate, as_of, alike), g.words)
            for g in owed.gates
        )
        state, why = self.state_of(owed, barred)
        reasons = (*owed.reasons, *((Reason(f"obligation-{state.value}", why),) * bool(why)))
        return replace(owed, gates=gates, state=state, reasons=reasons)

    def state_of(self, owed: Obligation, barred: Barred) -> tuple[ObligationState, str]:
        """Where an obligation stands at a moment, and why; the strongest ground first."""
        found = self._let_off(owed) or self._standing(owed, barred)
        return contested(self.promises, owed, found, barred.as_of)

    def _let_off(self, owed: Obligation) -> tuple[ObligationState, str] | None:
        return let_off(self.promises, owed, self.void.get(owed.id, ""), self.late.get(owed.id))

    def _standing(self, owed: Obligation, barred: Barred) -> tuple[ObligationState, str]:
        """Where an obligation stands of which nobody has said that it is fulfilled or let off."""
        if owed.state is ObligationState.UNDECIDED:
            return owed.state, ""
        if owed.id in self.late:
            return ObligationState.OVERDUE, ""
        guarantee, alike = self.guarantee_of(owed).id, self.alike_of(owed)
        window, latest = owed.deadline.window, owed.deadline.latest
        block = barred.of(alike)[guarantee]
        ahead = latest is not None and (self.clock is None or self.clock < latest <= barred.as_of)
        if block is not None and latest is not None and ahead:
            block = self.barred(latest).of(alike)[guarantee] and block
        if block is not None:
            return block.state, block.words
        if window is None or latest is None:
            return ObligationState.NO_DEADLINE, ""
        if barred.as_of < window.start:
            return ObligationState.DUE, ""
        late = barred.as_of >= latest
        return (ObligationState.OVERDUE if late else ObligationState.MAYBE_OVERDUE), ""

    def _pass(self, at: datetime) -> None:
        """Times of obligations that end now: what nothing holds back is late, and stays so."""
        names = set()
        while self._ends and self._ends[0][0] <= at:
            names.add(heapq.heappop(self._ends)[1])
        self._note_late(names, at)

    def _note_late(self, names: Iterable[str], at: datetime) -> None:
        barred = self.barred(at)
        for name in names:
            owed = self.owed.get(name)
            latest = owed.deadline.latest if owed else None
            if owed is None or latest is None or latest > at or name in self.late:
                continue
            if self._let_off(owed) is None and self._standing(owed, barred)[0] is _OVERDUE:
                self.late[name] = at
                self.changes.owed.add(name)

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
        if not isinstance(act, Propose) or not self.agreement.procedures:
            return
        case = self.commission.cases[self.commission.case_of(entry.id)]
        for procedure in self.agreement.procedures.values():
            name = f"{procedure.id}-{case.id.removeprefix('det-')}"
            course = self.procedures.courses.get(name)
            for step in procedure.steps.values():
                rules_here = step.what == "determination" and step.who == case.body
                if course is not None and rules_here and step.id not in course.steps:
                    untaken = ", ".join(s for s, o in course.steps.items() if o.done is None)
                    case.flags.append(
                        f"put to the vote before its turn: {entry.id} came when {name} was at "
                        f"{untaken or 'no step'}, before {step.id} ({procedure.clause})"
                    )

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
                self._derive(name, at)
            commission.decided.clear()
        if settle:
            self.tick(at)
        if self.procedures.touched:
            self.changes.courses |= self.procedures.touched
            self.procedures.touched.clear()

    def _derive(self, name: str, at: datetime) -> None:
        made = self.determination(name)
        if made is None:
            return
        if self._from_first and made.decision is Decision.BREACH_FOUND:
            self._note_first(made, at)
        self._owe(name, made, at)

    def _fall(self, turn: Turn) -> None:
        """What rested on a determination of the text alone is owed no more; a case keeps what it had."""
        if turn.id in self.commission.cases:
            return
        self.base.pop(turn.id, None)
        gone = self._owed_by.pop(turn.id, ())
        for name in gone:
            del self.owed[name]
        self.changes.owed.update(gone)
        self.fallen.append(Fallen(turn.at, turn.id, gone, turn.words))

    def _note_first(self, made: Determination, at: datetime) -> None:
        """Keep the first breach of each party; an earlier one moves every clock that runs from it."""
        party, held = str(made.breacher), self._first.get(str(made.breacher))
        if held is not None and held <= made.happened:
            return
        self._first[party] = made.happened
        for name in sorted(self._owed_by):
            other = self.determination(name)
            if other is not None and str(other.breacher) == party:
                self._owe(name, other, at)

    def _owe(self, name: str, made: Determination, at: datetime) -> None:
        moments = self._moments(name, made)
        if self.agreement.procedures:
            case = self.commission.cases.get(name)
            left_open = made.decision is Decision.CANNOT_BE_DETERMINED
            over = case is not None and (
                case.state in {CaseState.CLOSED, CaseState.JOINED}
                or (left_open and case.state is CaseState.RULED)
            )
            ended = f"the case is {case.state.value}" if case is not None and over else ""
            self.procedures.follow(made, moments, at, ended)
        before = self._owed_by.get(name, ())
        found: tuple[Obligation, ...] = ()
        if made.decision is Decision.BREACH_FOUND:
            signed = self.promises.signed() if self.promises.amendments else None
            known = {DeterminationId(made.id): moments}
            found = fall_due(self.agreement, [made], at, known, signed)
        if not before and not found:
            return
        self._since.setdefault(name, at)
        self._set_apart(name)
        names = {str(each.id): each for each in found}
        for gone in before:
            if gone not in names:
                words = made.decision.value.replace("_", " ")
                self.void[gone] = f"{made.id} is now {words} and asks for it no more"
        for owed_id, each in names.items():
            if self.void.pop(owed_id, None) is not None:
                self.late.pop(owed_id, None)  # asked for anew, its time runs anew
            self._owed_for[owed_id] = name
            if each.deadline.latest is not None:
                heapq.heappush(self._ends, (each.deadline.latest, owed_id))
        self.owed |= names
        self._owed_by[name] = tuple(dict.fromkeys((*before, *names)))
        self.changes.owed.update(self._owed_by[name])

    def _set_apart(self, name: str) -> None:
        """Work out how promises stand for a breach, from the moment at which it was found."""
        made = self.determination(name)
        if made is not None:
            decided = self.promises.decided_for(name, self._since[name])
            self.alike[name] = Alike(decided, *self.promises.bound(made.happened))

    def _moments(self, name: str, made: Determination) -> Moments:
        case = self.commission.cases.get(name)
        first = self._first.get(str(made.breacher))
        return moments_of(made, case, self.base.get(name), self.asked.get(name), first)

    def _move_gate(self, entry: Entry, act: GateStep) -> None:
        if act.case and act.case not in self.commission.cases and act.case not in self.base:
            raise RuleBroken("COM-005", f"there is no case {act.case}")
        self.promises.move_gate(entry, act)
        self.changes.promises = True
        for name in [act.case] if act.case else list(self.alike):
            before = self.alike.get(name)
            if before is None:
                continue
            self._set_apart(name)
            if self.alike[name] != before:
                self.changes.owed.update(self._owed_by[name])
        if act.step == "given":
            self._note_late(list(self.owed), entry.known_at)

    def _contribute(self, entry: Entry, act: Contribute) -> None:
        self.promises.contribute(entry, act)
        self.changes.promises = True

    def _end(self, entry: Entry, act: PromiseTerm) -> None:
        self.promises.end(entry, act)
        self.changes.promises = True

    def _commit(self, entry: Entry, act: CommitmentStep) -> None:
        self.promises.commit(entry, act)
        self.changes.promises = True

    def _stand(self, entry: Entry, act: ChangeStanding) -> None:
        self.promises.stand(entry, act)
        self.changes.promises = True

    def _amend(self, entry: Entry, act: Amend) -> None:
        self.promises.amend(entry, act)
        self.commission.decided |= self.base.keys() | self.commission.cases.keys()

    def _move_obligation(self, entry: Entry, act: ObligationStep) -> None:
        owed = self.owed.get(act.obligation)
        if owed is not None and act.step != "contested":
            if owed.id in self.void:
                raise RuleBroken("COM-007", f"{owed.id} is owed no more: {self.void[owed.id]}")
            why = dict(self.alike_of(owed).over).get(self.guarantee_of(owed).id)
            if why:
                raise RuleBroken("COM-007", f"{owed.id} is not owed: {why}")
        if owed is not None and act.step in {"waived", "excused"}:
            name = self._owed_for[owed.id]
            case, made = self.commission.cases.get(name), self.determination(name)
            lead = (
                self.commission.rules[case.body].lead
                if case and case.body in self.commission.rules
                else ""
            )
            may_let_off(self.agreement, entry, owed, case, str(made.breacher) if made else "", lead)
        self.promises.move_obligation(entry, act, owed)
        self.changes.owed.add(act.obligation)

    def _ask(self, entry: Entry, act: AskHelp) -> None:
        case: CaseFile | None = self.commission.cases.get(act.breach)
        if case is None and act.breach not in self.base:
            raise RuleBroken("COM-005", f"there is no breach {act.breach}")
        if act.breach in self.asked:
            since = format_instant(self.asked[act.breach])
            raise RuleBroken("COM-002", f"an answer to {act.breach} was asked for at {since}")
        self.asked[act.breach] = entry.known_at
        if case is not None:
            case.asked_at = entry.known_at
            case.entries.append(entry)
            case.moved_at = entry.known_at
            self.commission.touched.add(case.id)
        self.commission.decided.add(act.breach)

    def _take_step(self, entry: Entry, act: StepTaken) -> None:
        self.procedures.take_step(entry, act)

    def _not_accused(self, entry: Entry, course: str) -> None:
        """The accused neither stops nor starts the procedure about itself (COM-009)."""
        under_way = self.procedures.courses.get(course)
        case = self.commission.cases.get(under_way.determination) if under_way else None
        if case is None and under_way is not None:
            case = self.commission.cases.get(under_way.determination.removeprefix("det-"))
        if case is not None and case.accused == entry.party:
            words = f"{entry.party} is accused in {case.id}: others suspend and resume {course}"
            raise RuleBroken("COM-009", words)

    def _pause(self, entry: Entry, act: PauseCourse) -> None:
        self._not_accused(entry, act.course)
        self.procedures.pause(entry, act)

    def _resume(self, entry: Entry, act: ResumeCourse) -> None:
        self._not_accused(entry, act.course)
        self.procedures.resume(entry, act)


_PROMISES: Mapping[type, Callable[[Running, Entry, Any], None]] = {
    GateStep: Running._move_gate,  # noqa: SLF001  # the table is part of the class
    Contribute: Running._contribute,  # noqa: SLF001
    PromiseTerm: Running._end,  # noqa: SLF001
    CommitmentStep: Running._commit,  # noqa: SLF001
    ChangeStanding: Running._stand,  # noqa: SLF001
    Amend: Running._amend,  # noqa: SLF001
    ObligationStep: Running._move_obligation,  # noqa: SLF001
    AskHelp: Running._ask,  # noqa: SLF001
    StepTaken: Running._take_step,  # noqa: SLF001
    PauseCourse: Running._pause,  # noqa: SLF001
    ResumeCourse: Running._resume,  # noqa: SLF001
}


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
