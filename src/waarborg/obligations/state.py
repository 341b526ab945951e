"""The one fold: determinations and entries in, the state of commission and guarantors out.

Rules this module keeps:
1. `state` over all entries equals `Running` fed entry by entry (law 3).
2. Only what was known before `known_at` and done before `as_of` counts (law 4).
3. Reliance is a least fixed point: promises that wait only for each other all wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import get_args

from waarborg.agreement.model import Agreement, Guarantee
from waarborg.base.grades import Standing
from waarborg.base.judgement import Reason
from waarborg.base.times import parse_instant
from waarborg.cases.commission import Commission
from waarborg.cases.determination import Determination
from waarborg.cases.entry import (
    Amend,
    CaseAct,
    ChangeStanding,
    Contribute,
    Entry,
    GateStep,
    ObligationStep,
    PromiseTerm,
    Refused,
    RuleBroken,
)
from waarborg.cases.ruled import ruled
from waarborg.obligations.fall_due import fall_due
from waarborg.obligations.obligation import GateState, Obligation, ObligationState

_CASE_ACTS = get_args(CaseAct)
_CONTRIBUTION = ("pledged", "approved", "ready", "deployed", "withdrawn")
_STEPS = {
    "fulfilled": ObligationState.FULFILLED,
    "waived": ObligationState.WAIVED,
    "excused": ObligationState.EXCUSED,
    "contested": ObligationState.CONTESTED,
}
_FINAL = {"fulfilled", "waived", "excused"}


@dataclass(slots=True)
class Running:
    """State of a mission's commission and guarantors; grows entry by entry.

    Attributes:
        agreement: The text, under the reading that applies.
        commission: The cases.
        refused: Entries that broke a rule, in order.
        gates: Gate to the entry that last moved it.
        contributions: Guarantee to the entries about its contribution.
        steps: Obligation to the entry that last moved it.
        terms: Guarantee to the entry that ends or renews it.
        standing: Entries on standing, in order.
        amendments: Entries that amend the text.
        clock: The moment reached.
    """

    agreement: Agreement
    commission: Commission = field(default_factory=Commission)
    refused: list[Refused] = field(default_factory=list)
    gates: dict[str, Entry] = field(default_factory=dict)
    contributions: dict[str, list[Entry]] = field(default_factory=dict)
    steps: dict[str, Entry] = field(default_factory=dict)
    terms: dict[str, Entry] = field(default_factory=dict)
    standing: list[Entry] = field(default_factory=list)
    amendments: list[Entry] = field(default_factory=list)
    clock: datetime | None = None
    _base: dict[str, Determination] = field(default_factory=dict)
    _owed: dict[str, tuple[Obligation, ...]] = field(default_factory=dict)
    _ids: set[str] = field(default_factory=set)

    def found(self, determination: Determination, at: datetime) -> None:
        """A determination by the text, or a pending one that opens a case, becomes known."""
        self.tick(at)
        self._base[determination.id] = determination
        self.commission.open(determination, at)
        self._owed[determination.id] = fall_due(self.agreement, [determination], at)

    def take(self, entry: Entry) -> Refused | None:
        """Take the next entry; one that breaks a rule changes nothing, and is given back as refused."""
        self.tick(entry.known_at)
        try:
            self._check(entry)
            self._ids.add(entry.id)
            if isinstance(entry.act, _CASE_ACTS):
                self.commission.take(entry)
            else:
                self._promise(entry)
        except RuleBroken as broken:
            refusal = Refused(entry, broken.rule, broken.words)
            self.refused.append(refusal)
            return refusal
        self._follow()
        return None

    def tick(self, moment: datetime) -> None:
        """Let time pass up to a moment."""
        if self.clock is None or moment > self.clock:
            self.clock = moment
        self.commission.tick(moment)
        self._follow()

    def determinations(self) -> tuple[Determination, ...]:
        """Every determination, by name: those of the text, those ruled, those pending."""
        names = sorted(set(self._base) | set(self.commission.cases))
        found = (self._determination(name) for name in names)
        return tuple(each for each in found if each is not None)

    def obligations(self, as_of: datetime) -> tuple[Obligation, ...]:
        """What is owed, each with its state at a moment."""
        holds = self.holding(as_of)
        owed = [each for group in self._owed.values() for each in group]
        return tuple(self._settled(each, holds, as_of) for each in sorted(owed, key=lambda o: o.id))

    def holding(self, as_of: datetime) -> frozenset[str]:
        """Guarantees that hold by themselves or through others, as a least fixed point."""
        held: set[str] = set()
        while True:
            more = {
                g.id
                for g in self.agreement.guarantees
                if g.id not in held
                and self._bound(g, as_of)
                and not self._closed(g, as_of)
                and all(any(each in held for each in item) for item in g.reliance)
            }
            if not more:
                return frozenset(held)
            held |= more

    def in_force(self, day: datetime) -> dict[str, Standing]:
        """Party to the last standing it has reached for the whole text at a moment."""
        return {
            e.act.party: e.act.step
            for e in sorted(self.standing, key=lambda e: (_since(e), e.known_at, e.id))
            if isinstance(e.act, ChangeStanding) and not e.act.clause and e.act.since <= day
        }

    def _check(self, entry: Entry) -> None:
        if entry.id in self._ids:
            raise RuleBroken("COM-011", f"there is an entry {entry.id} already")
        if entry.at > entry.known_at:
            raise RuleBroken("COM-013", f"{entry.id} is dated after it reached the record")

    def _follow(self) -> None:
        """Work out again what follows from the cases that changed."""
        for name in sorted(self.commission.touched):
            made = self._determination(name)
            asked = self.clock
            if made is not None and asked is not None:
                self._owed[name] = fall_due(self.agreement, [made], asked)
        self.commission.touched.clear()

    def _determination(self, name: str) -> Determination | None:
        case, base = self.commission.cases.get(name), self._base.get(name)
        if case is None:
            return base
        return ruled(self.agreement.id, self.agreement.exercise, case, base)

    def _promise(self, entry: Entry) -> None:
        match entry.act:
            case GateStep():
                self._gate(entry, entry.act)
            case ObligationStep():
                self._step(entry, entry.act)
            case Contribute():
                self._guarantee(entry, entry.act.guarantee)
                if entry.act.step not in _CONTRIBUTION:
                    raise RuleBroken(
                        "COM-005", f"{entry.act.step} is none of {', '.join(_CONTRIBUTION)}"
                    )
                self.contributions.setdefault(entry.act.guarantee, []).append(entry)
            case PromiseTerm():
                self._guarantee(entry, entry.act.guarantee)
                self.terms[entry.act.guarantee] = entry
            case ChangeStanding():
                if entry.act.party != entry.party:
                    raise RuleBroken("COM-012", f"{entry.party} cannot speak for {entry.act.party}")
                self.standing.append(entry)
            case Amend():
                version = self.agreement.version
                starts = [p.start for p in self.agreement.periods.values()]
                first = version.start if version else min(starts, default=entry.act.since)
                if entry.act.since < first:
                    raise RuleBroken("COM-008", "an amendment cannot begin before the agreement")
                self.amendments.append(entry)

    def _gate(self, entry: Entry, act: GateStep) -> None:
        gate = self.agreement.gates.get(act.gate)
        if gate is None:
            raise RuleBroken("COM-005", f"there is no gate {act.gate}")
        if gate.of != entry.party:
            raise RuleBroken("COM-012", f"{act.gate} is the procedure of {gate.of}")
        if act.step not in {"filed", "given", "refused", "recalled"}:
            raise RuleBroken("COM-005", f"{act.step} is no step of a gate")
        last = self.gates.get(act.gate)
        before = last.act.step if last and isinstance(last.act, GateStep) else ""
        if act.step in {"given", "refused"} and before in {"given", "refused"}:
            raise RuleBroken("COM-006", f"{act.gate} is decided already: {before}")
        if act.step == "recalled" and before != "given":
            raise RuleBroken("COM-006", f"{act.gate} gave nothing that could be recalled")
        self.gates[act.gate] = entry

    def _step(self, entry: Entry, act: ObligationStep) -> None:
        owed = {each.id: each for group in self._owed.values() for each in group}
        obligation = next((o for name, o in owed.items() if name == act.obligation), None)
        if obligation is None:
            raise RuleBroken("COM-007", f"{act.obligation} is not owed")
        if act.step not in _STEPS:
            raise RuleBroken("COM-005", f"{act.step} is none of {', '.join(_STEPS)}")
        last = self.steps.get(act.obligation)
        if last and isinstance(last.act, ObligationStep) and last.act.step in _FINAL:
            raise RuleBroken("COM-002", f"{act.obligation} is {last.act.step} already")
        if act.step == "fulfilled" and entry.party != obligation.guarantor:
            raise RuleBroken("COM-012", f"{obligation.guarantor} owes it, not {entry.party}")
        if act.step in {"waived", "excused"} and entry.party == obligation.guarantor:
            raise RuleBroken("COM-009", f"{entry.party} cannot let itself off")
        self.steps[act.obligation] = entry

    def _guarantee(self, entry: Entry, name: str) -> None:
        given = next((g for g in self.agreement.guarantees if g.id == name), None)
        if given is None:
            raise RuleBroken("COM-005", f"there is no guarantee {name}")
        if given.by != entry.party:
            raise RuleBroken("COM-012", f"{name} is the promise of {given.by}")

    def _gate_state(self, gate: str, as_of: datetime) -> str:
        last = self.gates.get(gate)
        if last is None or not isinstance(last.act, GateStep):
            return "open"
        if last.act.step == "given" and last.act.until is not None and last.act.until <= as_of:
            return "expired"
        return {"given": "passed", "filed": "open"}.get(last.act.step, last.act.step)

    def _closed(self, guarantee: Guarantee, as_of: datetime) -> bool:
        return any(
            self.agreement.gates[gate].effect == "prior_consent"
            and self._gate_state(gate, as_of) != "passed"
            for gate in guarantee.gates
        )

    def _bound(self, guarantee: Guarantee, as_of: datetime) -> bool:
        """Whether a promise has not ended, and its giver has not withdrawn what it brings."""
        term = self.terms.get(guarantee.id)
        until = term.act.until if term and isinstance(term.act, PromiseTerm) else guarantee.until
        brought = self.contributions.get(guarantee.id, [])
        last = brought[-1].act if brought else None
        gone = isinstance(last, Contribute) and last.step == "withdrawn"
        return (until is None or as_of < until) and not gone

    def _settled(self, owed: Obligation, holds: frozenset[str], as_of: datetime) -> Obligation:
        guarantee = next(
            g
            for g in self.agreement.guarantees
            if g.group == owed.guarantee and g.by == owed.guarantor
        )
        gates = tuple(
            GateState(g.gate, g.effect, self._gate_state(g.gate, as_of), g.words)
            for g in owed.gates
        )
        state, why = self._state(owed, guarantee, gates, holds, as_of)
        reasons = (*owed.reasons, *((Reason(f"obligation-{state.value}", why),) * bool(why)))
        return replace(owed, gates=gates, state=state, reasons=reasons)

    def _state(  # noqa: PLR0911  # one line a state, strongest first
        self,
        owed: Obligation,
        guarantee: Guarantee,
        gates: Sequence[GateState],
        holds: frozenset[str],
        as_of: datetime,
    ) -> tuple[ObligationState, str]:
        step = self.steps.get(owed.id)
        if step is not None and isinstance(step.act, ObligationStep):
            return _STEPS[step.act.step], f"{step.author} in {step.id}: {step.act.words}"
        if owed.state is ObligationState.UNDECIDED:
            return owed.state, ""
        if not self._bound(guarantee, as_of):
            return ObligationState.DORMANT, "the promise has ended or was withdrawn"
        consents = [g for g in gates if g.effect == "prior_consent" and g.state != "passed"]
        if consents:
            words = ", ".join(f"{g.gate} is {g.state}" for g in consents)
            refused = any(g.state in {"refused", "recalled"} for g in consents)
            if refused and owed.strength == "shall_subject_to_procedures":
                return ObligationState.EXCUSED, f"the promise is subject to procedures: {words}"
            return ObligationState.WAITING_FOR_GATE, words
        waits = [" or ".join(i) for i in guarantee.reliance if not any(g in holds for g in i)]
        if waits:
            return ObligationState.WAITING_FOR_PARTNER, f"waits for {', '.join(waits)}"
        window = owed.deadline.window
        if window is None:
            return ObligationState.NO_DEADLINE, ""
        if as_of < window.start:
            return ObligationState.DUE, ""
        late = as_of >= window.end
        return (ObligationState.OVERDUE if late else ObligationState.MAYBE_OVERDUE), ""


def _since(entry: Entry) -> datetime:
    return entry.act.since if isinstance(entry.act, ChangeStanding) else entry.at


def state(
    agreement: Agreement,
    base: Iterable[Determination],
    entries: Sequence[Entry],
    as_of: datetime,
    known_at: datetime,
) -> Running:
    """The state of commission and guarantors.

    Args:
        agreement: The text, under the reading that applies.
        base: What `determine` made of the findings of this agreement.
        entries: Every entry, in the order of the record; those of one moment keep that order.
        as_of: What was done from this moment on is left out, and clocks are read at it.
        known_at: What reached the record from this moment on is left out.
    """
    running = Running(agreement)
    made = [(parse_instant(d.known_at), d) for d in base if d.agreement == agreement.id]
    known = sorted((m for m in made if m[0] < known_at), key=lambda m: (m[0], m[1].id))
    taken = sorted(
        (e for e in entries if e.known_at < known_at and e.at < as_of), key=lambda e: e.known_at
    )
    place = 0
    for entry in taken:
        while place < len(known) and known[place][0] <= entry.known_at:
            running.found(known[place][1], known[place][0])
            place += 1
        running.take(entry)
    for at, determination in known[place:]:
        running.found(determination, at)
    running.tick(min(as_of, known_at))
    return running
