"""The ledger: where commission, promises and procedures stand, and all that is owed.

Rules this module keeps:
1. What was overdue stays so until it is fulfilled or let off; what was owed never leaves the list.
2. Where an obligation stands is the first ground that applies, the strongest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from waarborg.agreement.model import Agreement, Guarantee
from waarborg.agreement.versions import everything
from waarborg.agreement.vocabulary import RunsFrom
from waarborg.base.grades import Standing
from waarborg.base.judgement import Reason
from waarborg.base.times import Period
from waarborg.cases.case import CaseFile
from waarborg.cases.commission import Commission
from waarborg.cases.determination import Determination
from waarborg.cases.entry import Entry, Refused
from waarborg.cases.ruled import alleged, ruled
from waarborg.cases.turn import Resting
from waarborg.obligations.barred import Barred
from waarborg.obligations.block import Alike, Block
from waarborg.obligations.commitments import Commitments
from waarborg.obligations.let_off import answered_for, contested, denied, let_off
from waarborg.obligations.moments import Moments, moments_of
from waarborg.obligations.obligation import GateState, Obligation, ObligationState
from waarborg.obligations.procedures import Procedures
from waarborg.obligations.promises import Promises
from waarborg.obligations.standing import whole_text

WAY_BARRED = "way-barred"
"""The code of the reason that tells which choices of a promise gates keep back."""

_OVERDUE = ObligationState.OVERDUE

Under = tuple[str, Alike]
"""A promise, and how the breaches stand for which it is owed."""


@dataclass(slots=True)
class Changes:
    """What was touched since a view last looked.

    Attributes:
        cases: Cases.
        courses: Procedures under way.
        owed: Obligations that arose, went or moved.
        promises: Whether something moved on which a promise as a whole depends.
        commitments: Commitments that were kept, freed, held back or late.
    """

    cases: set[str] = field(default_factory=set)
    courses: set[str] = field(default_factory=set)
    owed: set[str] = field(default_factory=set)
    promises: bool = True
    commitments: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Fallen:
    """A determination by operation of the text of which nothing is left.

    Attributes:
        at: When that became known.
        determination: Its name.
        owed: Obligations that fell away with it.
        words: What became of what it rested on.
        was: The determination as it was.
    """

    at: datetime
    determination: str
    owed: tuple[str, ...]
    words: str
    was: Determination


@dataclass(slots=True)
class Ledger:
    """Where a mission's commission and guarantors stand after so many entries.

    Attributes:
        agreement: The text, under the reading that applies.
        commission: The cases.
        promises: The promises.
        procedures: The procedures under way.
        commitments: What waits for what, and until when.
        refused: Entries that broke a rule, in order.
        taken: Entries that were taken, in order: what anything can rest on.
        asked: Case or determination to when a party asked for an answer.
        clock: The moment reached.
        owed: Every obligation by name, as its determination left it.
        base: Determinations of the text, and those that opened a case.
        late: Obligation to when its time passed with nothing in the way.
        held_back: Promise and how breaches stand to obligations whose time passed with something in the way.
        void: Obligation to why nothing asks for it any more.
        one_with: What a ruling would make owed to what the text made owed for the same incident.
        alike: Case or determination to how promises stand for it.
        fallen: Determinations of the text that went, with what had been owed after them.
        resting: Which cases rest on which findings.
        changes: What was touched since a view last looked.
        owed_by: Case or determination to what is or was owed for it.
        owed_for: Obligation to the case or determination that it is owed for.
        since: Case or determination to when something was first owed for it.
        ends: When times of obligations end, and which.
        first: Party to its first breach.
        guarantees: Group and giver to the promise.
        from_first: Whether any clock of the text runs from a first breach.
    """

    agreement: Agreement
    commission: Commission = field(init=False)
    promises: Promises = field(init=False)
    procedures: Procedures = field(init=False)
    commitments: Commitments = field(init=False)
    refused: list[Refused] = field(default_factory=list)
    taken: list[Entry] = field(default_factory=list)
    asked: dict[str, datetime] = field(default_factory=dict)
    clock: datetime | None = None
    owed: dict[str, Obligation] = field(default_factory=dict)
    base: dict[str, Determination] = field(default_factory=dict)
    late: dict[str, datetime] = field(default_factory=dict)
    held_back: dict[Under, dict[str, None]] = field(default_factory=dict)
    void: dict[str, str] = field(default_factory=dict)
    one_with: dict[str, str] = field(default_factory=dict)
    alike: dict[str, Alike] = field(default_factory=dict)
    fallen: list[Fallen] = field(default_factory=list)
    resting: Resting = field(default_factory=Resting)
    changes: Changes = field(default_factory=Changes, compare=False)
    owed_by: dict[str, tuple[str, ...]] = field(default_factory=dict)
    owed_for: dict[str, str] = field(default_factory=dict)
    since: dict[str, datetime] = field(default_factory=dict)
    ends: list[tuple[datetime, str]] = field(default_factory=list)
    first: dict[str, Period] = field(default_factory=dict)
    _ids: set[str] = field(default_factory=set)
    _alleged: dict[str, Determination] = field(default_factory=dict, compare=False)
    guarantees: dict[tuple[str, str], Guarantee] = field(init=False, compare=False)
    from_first: bool = field(init=False, compare=False)

    def __post_init__(self) -> None:
        self.agreement = everything(self.agreement)
        self.commission = Commission(self.agreement)
        self.promises = Promises(self.agreement)
        self.procedures = Procedures(self.agreement)
        self.commitments = Commitments(self.promises)
        self.guarantees = {(g.group, str(g.by)): g for g in self.agreement.guarantees}
        steps = (s for p in self.agreement.procedures.values() for s in p.steps.values())
        self.from_first = RunsFrom.FIRST_BREACH in {
            *(g.runs_from for g in self.agreement.guarantees),
            *(s.runs_from for s in steps),
        }

    def determinations(self) -> tuple[Determination, ...]:
        """Every determination, by name: those of the text, those ruled, those pending."""
        names = sorted(self.base.keys() | self.commission.cases.keys())
        return tuple(made for name in names if (made := self.determination(name)) is not None)

    def determination(self, name: str) -> Determination | None:
        """What stands now under the name of a case or of a determination of the text."""
        case, base = self.commission.cases.get(name), self.base.get(name)
        if case is None:
            return base
        base = base or self._alleged_in(case)
        return ruled(self.agreement.id, self.agreement.exercise, case, base)

    def _alleged_in(self, case: CaseFile) -> Determination:
        """The pending determination of a case that an entry opened, kept while its first finding stays."""
        kept = self._alleged.get(case.id)
        if kept is None or kept.finding != next(iter(case.findings), ""):
            kept = alleged(self.agreement.id, self.agreement.exercise, case)
            self._alleged[case.id] = kept
        return kept

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
        return self.alike[self.owed_for[owed.id]]

    def in_force(self, day: datetime) -> dict[str, Standing]:
        """Party to the last standing it has reached for the whole text at a moment."""
        return whole_text(self.agreement, self.promises.standing, day)

    def guarantee_of(self, owed: Obligation) -> Guarantee:
        """The promise under which something is owed."""
        return self.guarantees[owed.guarantee, str(owed.guarantor)]

    def moments(self, name: str) -> Moments:
        """The moments from which clocks run for a case or a determination of the text."""
        made = self.determination(name)
        assert made is not None, name  # noqa: S101  # callers name what the state holds
        return self.moments_for(name, made)

    def settled(self, owed: Obligation, barred: Barred) -> Obligation:
        """An obligation with its state at a moment, and why."""
        alike, as_of = self.alike_of(owed), barred.as_of
        gates = tuple(
            GateState(g.gate, g.effect, self.promises.gate_state(g.gate, as_of, alike), g.words)
            for g in owed.gates
        )
        state, why = self.state_of(owed, barred)
        reasons = (*owed.reasons, *((Reason(f"obligation-{state.value}", why),) * bool(why)))
        narrowed = self.promises.narrowed(self.guarantee_of(owed), as_of, alike)
        if narrowed and self._let_off(owed) is None:
            reasons = (*reasons, Reason(WAY_BARRED, narrowed))
        return replace(owed, gates=gates, state=state, reasons=reasons)

    def state_of(self, owed: Obligation, barred: Barred) -> tuple[ObligationState, str]:
        """Where an obligation stands at a moment, and why; the strongest ground first."""
        found = self._let_off(owed) or self._standing(owed, barred)
        if owed.id not in self.promises.contests:
            return found
        return contested(self.promises, owed, found, self._deniers(owed))

    def is_denied(self, owed: Obligation) -> bool:
        """Whether a fulfilment was claimed, and who may deny it has: it can be claimed anew, or let off."""
        if owed.id not in self.promises.contests:
            return False
        return bool(denied(self.promises, owed, self._deniers(owed)))

    def lead(self, case: CaseFile | None) -> str:
        """Who leads the body of a case by its rules of procedure, "" if nobody does."""
        rules = self.commission.rules.get(case.body) if case else None
        return rules.lead if rules else ""

    def _deniers(self, owed: Obligation) -> frozenset[str]:
        """Who may deny that something was fulfilled: who may let it off."""
        name = self.owed_for[owed.id]
        case, made = self.commission.cases.get(name), self.determination(name)
        wrong = {str(owed.guarantor), *((str(made.breacher),) if made else ())}
        wrong |= {case.accused} if case else set()
        return frozenset(answered_for(self.agreement, case, self.lead(case)) - wrong)

    def claim_anew(self, owed: Obligation, at: datetime) -> None:
        """What was denied is said anew: it is late where its time had passed meanwhile."""
        latest = owed.deadline.latest
        if latest is None or latest > at or owed.id in self.late:
            return
        for moment in (latest, at):
            if self._standing(owed, self.barred(moment))[0] is _OVERDUE:
                self.late[owed.id] = moment
                return

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

    def moments_for(self, name: str, made: Determination) -> Moments:
        """The moments from which clocks run for what stands now under a name."""
        case = self.commission.cases.get(name)
        first = self.first.get(str(made.breacher))
        return moments_of(made, case, self.base.get(name), self.asked.get(name), first)

    def note_late(self, names: Iterable[str], at: datetime) -> None:
        """Of some obligations keep those whose time is over with nothing in the way: they are late."""
        barred = self.barred(at)
        for name in names:
            owed = self.owed.get(name)
            latest = owed.deadline.latest if owed else None
            if owed is None or latest is None or latest > at or name in self.late:
                continue
            if self._let_off(owed) is not None:
                continue
            if self._standing(owed, barred)[0] is _OVERDUE:
                self.late[name] = at
                self.changes.owed.add(name)
            else:
                self.held_back.setdefault(self.under(owed), {})[name] = None

    def under(self, owed: Obligation) -> Under:
        """The promise under which something is owed, and how its breach stands."""
        return self.guarantee_of(owed).id, self.alike_of(owed)

    def free(self, at: datetime) -> None:
        """Something stands in the way no more: what it alone held back past its time is late."""
        barred = self.barred(at)
        freed = [each for each in self.held_back if barred.of(each[1])[each[0]] is None]
        for each in freed:
            self.note_late(self.held_back.pop(each), at)

    def let_go(self, name: str) -> None:
        """Forget that what is owed for a breach was held back: its time or its ground is worked out anew."""
        for owed in map(self.owed.__getitem__, self.owed_by.get(name, ())):
            under = self.under(owed)
            names = self.held_back.get(under, {})
            if names.pop(owed.id, self) is None and not names:
                del self.held_back[under]

    def hangs(self, owed: Obligation) -> bool:
        """Whether the state of an obligation hangs on what stands in the way of its promise."""
        late = owed.id in self.late or owed.state is ObligationState.UNDECIDED
        return not late and self._let_off(owed) is None
