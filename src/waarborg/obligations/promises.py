"""What has become of the promises: gates, contributions, terms, steps, commitments and standing.

Rules this module keeps:
1. An entry that breaks a rule changes nothing.
2. What was owed stays owed: a promise binds for a breach when it bound its giver at the breach, as the
   record then had it. A later end, withdrawal or denunciation frees from what comes after.
3. A gate is decided for the case that its entry names. Without a case a yes stands for every breach until
   it is recalled or expires; a no, or a recall, for every breach found by then and for none found later.
   A promise that hangs on no breach follows the last word.
4. Whether a promise is blocked is worked out once for all breaches that stand alike (`Alike`).
5. Reliance is a least fixed point: promises that wait only for each other all wait. What relies on a promise
   that is excused or dormant for a breach cannot come for it, and is dormant as well.
6. A promise that leaves a choice is blocked only while every way of keeping it is.
7. A no excuses only where the file names who speaks for the gate: no guarantor is let off by its own word.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from waarborg.agreement.deadlines import UNSTATED, due
from waarborg.agreement.model import Agreement, Gate, Guarantee
from waarborg.agreement.sections import Span
from waarborg.agreement.vocabulary import GateEffect, in_words
from waarborg.agreement.ways import Way, ways
from waarborg.base.times import Period, format_instant
from waarborg.cases.entry import Entry, RuleBroken
from waarborg.cases.promise_acts import (
    Amend,
    ChangeStanding,
    CommitmentStep,
    Contribute,
    GateStep,
    ObligationStep,
    PromiseTerm,
)
from waarborg.obligations.block import NEW, Alike, Block
from waarborg.obligations.ends import early, leaving_promise, over, withdrawal
from waarborg.obligations.gates import (
    GATE_STEPS,
    SAID_NO,
    awaits_answer,
    said,
    stands,
    state_for,
)
from waarborg.obligations.leaving import Leaving
from waarborg.obligations.obligation import Obligation, ObligationState
from waarborg.obligations.standing import (
    doubt_at,
    doubt_over,
    effect_of,
    is_step_back,
    leaving,
    unbound,
)
from waarborg.obligations.stretches import Stretches
from waarborg.obligations.triggers import hangs_on_no_breach

CONTRIBUTION = ("pledged", "approved", "ready", "deployed", "withdrawn")
"""Steps of a contribution, in the order in which they can come; it may be withdrawn at any time."""

STEPS = {
    "fulfilled": ObligationState.FULFILLED,
    "waived": ObligationState.WAIVED,
    "excused": ObligationState.EXCUSED,
    "contested": ObligationState.CONTESTED,
}
"""What may be said of an obligation, and the state it then has."""

_GONE = frozenset({ObligationState.EXCUSED, ObligationState.DORMANT})
"""States of a promise in which it does not come for a breach, so that nothing can rely on it."""

_FINAL = {"fulfilled", "waived", "excused"}
_SECOND = timedelta(seconds=1)


@dataclass(slots=True)
class Promises:
    """The promises of one agreement after so many entries.

    Attributes:
        agreement: The text, under the reading that applies.
        gates: Gate to the entry that last moved it, without a case.
        case_gates: Case and gate to the entry that last moved it for this case.
        gate_log: Case, or "" for none, and gate to every entry that moved it so, in order.
        noes: Entries without a case that refuse or recall, in order.
        contributions: Guarantee or contribution to the entries about it, in order.
        steps: Obligation to the entry that last moved it.
        contests: Obligation to the entries that contest it, in order.
        terms: Guarantee to the entries that end or renew it, in order.
        commitments: Commitment to the entry that last moved it.
        standing: Entries on standing, in order.
        amendments: Entries that amend the text.
    """

    agreement: Agreement
    gates: dict[str, Entry] = field(default_factory=dict)
    case_gates: dict[tuple[str, str], Entry] = field(default_factory=dict)
    gate_log: dict[tuple[str, str], list[Entry]] = field(default_factory=dict)
    noes: list[Entry] = field(default_factory=list)
    contributions: dict[str, list[Entry]] = field(default_factory=dict)
    steps: dict[str, Entry] = field(default_factory=dict)
    contests: dict[str, list[Entry]] = field(default_factory=dict)
    terms: dict[str, list[Entry]] = field(default_factory=dict)
    commitments: dict[str, Entry] = field(default_factory=dict)
    standing: list[Entry] = field(default_factory=list)
    amendments: list[Entry] = field(default_factory=list)
    _last_no: dict[str, tuple[int, str]] = field(default_factory=dict)
    _ways: dict[str, tuple[Way, ...]] = field(init=False, compare=False, repr=False)
    _over: Stretches[None, frozenset[tuple[str, str]]] = field(
        default_factory=Stretches, compare=False, repr=False
    )
    _doubts: Stretches[tuple[str, str], str] = field(
        default_factory=Stretches, compare=False, repr=False
    )
    _blocks: Stretches[Alike, Mapping[str, Block | None]] = field(
        default_factory=Stretches, compare=False, repr=False
    )

    def __post_init__(self) -> None:
        given = self.agreement
        self._ways = {each.id: ways(given, each) for each in given.guarantees}
        self._over.turn(*(guarantee.until for guarantee in given.guarantees))
        steps = [step.since for clause in given.clauses.values() for step in clause.standing]
        self._over.turn(*steps)
        self._doubts.turn(*steps)

    def move_gate(self, entry: Entry, act: GateStep) -> None:
        """A national procedure is filed, decided or recalled."""
        gate = self.agreement.gates.get(act.gate)
        if gate is None:
            raise RuleBroken("COM-005", f"there is no gate {act.gate}")
        if gate.of != entry.party:
            raise RuleBroken("COM-012", f"{act.gate} is the procedure of {gate.of}")
        if act.step not in GATE_STEPS:
            raise RuleBroken("COM-005", f"{act.step} is no step of a gate")
        organs = gate.organs
        if act.step != "filed" and organs and entry.author not in organs:
            words = f"{entry.author} does not speak for {act.gate}: {' or '.join(organs)} does"
            raise RuleBroken("COM-012", words)
        last = self.case_gates.get((act.case, act.gate)) if act.case else self.gates.get(act.gate)
        before = last.act.step if last and isinstance(last.act, GateStep) else ""
        if act.step == "recalled" and before != "given":
            raise RuleBroken("COM-006", f"{act.gate} gave nothing that could be recalled")
        again = act.step in {"given", "refused"} or (act.step == "filed" and before == "given")
        if again and not awaits_answer(last, entry.known_at):
            raise RuleBroken("COM-006", f"{act.gate} is decided already: {before}")
        self.gate_log.setdefault((act.case, act.gate), []).append(entry)
        if act.case:
            self.case_gates[act.case, act.gate] = entry
        else:
            self.gates[act.gate] = entry
            if act.step in SAID_NO:
                self._last_no[act.gate] = (len(self.noes), act.step)
                self.noes.append(entry)
        self._blocks.turn(act.until)

    def move_obligation(
        self, entry: Entry, act: ObligationStep, owed: Obligation | None, *, again: bool = False
    ) -> None:
        """An obligation is fulfilled, waived, excused or contested; who may let off is not asked here.

        `again` says that a fulfilment claimed before was denied, so that it is not settled.
        """
        if owed is None:
            raise RuleBroken("COM-007", f"{act.obligation} is not owed")
        if act.step not in STEPS:
            raise RuleBroken("COM-005", f"{act.step} is none of {', '.join(STEPS)}")
        if act.step == "contested":
            if entry.party not in set(map(str, self.agreement.parties)):
                raise RuleBroken("COM-012", f"{entry.party} is no party to the text")
            self.contests.setdefault(act.obligation, []).append(entry)
            return
        last = self.steps.get(act.obligation)
        was = last.act.step if last and isinstance(last.act, ObligationStep) else ""
        if was in _FINAL and not again:
            raise RuleBroken("COM-002", f"{act.obligation} is {was} already")
        if act.step == "fulfilled" and entry.party != owed.guarantor:
            raise RuleBroken("COM-012", f"{owed.guarantor} owes it, not {entry.party}")
        if act.step in {"waived", "excused"} and entry.party == owed.guarantor:
            raise RuleBroken("COM-009", f"{entry.party} cannot let itself off")
        self.steps[act.obligation] = entry

    def contribute(self, entry: Entry, act: Contribute) -> None:
        """A contribution is pledged, approved, ready, deployed or withdrawn."""
        self._own(entry, act.guarantee)
        if act.step not in CONTRIBUTION:
            raise RuleBroken("COM-005", f"{act.step} is none of {', '.join(CONTRIBUTION)}")
        before = self.contribution_step(act.guarantee)
        back = CONTRIBUTION.index(act.step) <= CONTRIBUTION.index(before) if before else False
        if back and before != "withdrawn":
            raise RuleBroken("COM-020", f"{act.guarantee} is {before} already")
        if before == "withdrawn" and act.step != "pledged":
            raise RuleBroken("COM-020", f"{act.guarantee} was withdrawn; it has to be pledged anew")
        self.contributions.setdefault(act.guarantee, []).append(entry)
        self._over.turn(entry.known_at, withdrawal(self.agreement, entry).at)
        self._blocks.turn(*self._extensions())

    def end(self, entry: Entry, act: PromiseTerm) -> None:
        """A promise ends at a moment, or is renewed until one."""
        self._own(entry, act.guarantee)
        self.terms.setdefault(act.guarantee, []).append(entry)
        self._over.turn(entry.known_at, act.until, early(self.agreement, entry, act).at)

    def commit(self, entry: Entry, act: CommitmentStep) -> None:
        """A commitment was kept, or that is taken back."""
        given = self.agreement.commitments.get(act.commitment)
        if given is None:
            raise RuleBroken("COM-005", f"there is no commitment {act.commitment}")
        if given.by != entry.party:
            raise RuleBroken("COM-012", f"{act.commitment} is the commitment of {given.by}")
        if act.step not in {"done", "undone"}:
            raise RuleBroken("COM-005", f"{act.step} is none of done, undone")
        if (act.step == "done") is self.committed(act.commitment):
            raise RuleBroken("COM-002", f"{act.commitment} is {act.step} already")
        self.commitments[act.commitment] = entry

    def stand(self, entry: Entry, act: ChangeStanding) -> None:
        """A party signs, ratifies, reserves, suspends or withdraws."""
        if act.party != entry.party:
            raise RuleBroken("COM-012", f"{entry.party} cannot speak for {act.party}")
        if act.clause and act.clause not in self.agreement.clauses:
            raise RuleBroken("COM-005", f"there is no clause {act.clause}")
        if is_step_back(self.agreement, self.standing, entry):
            words = (
                f"{act.party} is bound: it leaves by suspending or denouncing, not by a step back "
                f"to {in_words(act.step.value)}"
            )
            raise RuleBroken("COM-020", words)
        self.standing.append(entry)
        since = effect_of(self.agreement, entry, act).at
        self._over.turn(entry.known_at, since)
        self._doubts.turn(entry.known_at, since)

    def amend(self, entry: Entry, act: Amend) -> None:
        """A party signs an amendment of the file, which binds it from a moment on."""
        given = self.agreement.versions
        version = given[0].text.version if given else self.agreement.version
        starts = [p.start for p in self.agreement.periods.values()]
        first = version.start if version else min(starts, default=act.since)
        if act.since < first:
            raise RuleBroken("COM-008", "an amendment cannot begin before the agreement")
        if entry.party not in set(map(str, self.agreement.parties)):
            raise RuleBroken("COM-012", f"{entry.party} is no party to the text")
        known = {each.name: each for each in given[1:]}
        if act.version not in known:
            there = ", ".join(known) or "none"
            words = f"the file has no amendment {act.version}; it has {there}"
            raise RuleBroken("COM-005", words)
        start = known[act.version].start
        if start is not None and act.since < start:
            words = f"amendment {act.version} does not begin before {format_instant(start)}"
            raise RuleBroken("COM-008", words)
        if entry.party in self.signed().get(act.version, {}):
            raise RuleBroken("COM-002", f"{entry.party} has signed amendment {act.version} already")
        self.amendments.append(entry)

    def signed(self) -> dict[str, dict[str, datetime]]:
        """Amendment to who signed it on the record, and from when it binds them."""
        found: dict[str, dict[str, datetime]] = {}
        for entry in self.amendments:
            if isinstance(entry.act, Amend):
                found.setdefault(entry.act.version, {})[entry.party] = entry.act.since
        return found

    def _own(self, entry: Entry, name: str) -> None:
        given = next((g.by for g in self.agreement.guarantees if g.id == name), None)
        if given is None and name in self.agreement.contributions:
            given = self.agreement.contributions[name].by
        if given is None:
            raise RuleBroken("COM-005", f"there is no guarantee {name}")
        if given != entry.party:
            raise RuleBroken("COM-012", f"{name} is the promise of {given}")

    def gate_state(
        self, gate: str, as_of: datetime, alike: Alike | None = None, *, standing: bool = False
    ) -> str:
        """Where a national procedure stands: open, passed, refused, recalled or expired.

        Args:
            gate: The gate.
            as_of: The moment asked.
            alike: For which breaches; None for the last word without a case, whatever it covers.
            standing: Whether it is asked for a promise that hangs on no breach: the last word counts
                unless a case has one of its own.
        """
        last = self.gates.get(gate)
        own = (
            next(((s, u) for name, s, u in alike.decided if name == gate), None) if alike else None
        )
        if alike is None or (standing and own is None):
            return "open" if last is None else stands(last, as_of)
        number, no = self._last_no.get(gate, (0, ""))
        covers = alike.noes is not None and number >= alike.noes
        return state_for(own, no if covers else "", said(last), as_of)

    def gate_state_for(self, case: str, gate: str, as_of: datetime) -> str:
        """Where a national procedure stands for the case that its entries name."""
        return stands(self.case_gates[case, gate], as_of)

    def alike(self, case: str, since: datetime, happened: Period) -> Alike:
        """How promises stand for one breach.

        Args:
            case: The name of its case or determination.
            since: When it was found; a no without a case that came before does not cover it.
            happened: When it happened.
        """
        decided = frozenset(
            (gate, own.act.step, own.act.until)
            for gate in self.agreement.gates
            if (own := self.case_gates.get((case, gate))) and isinstance(own.act, GateStep)
        )
        noes = bisect_left(self.noes, since, key=_known_at)
        return Alike(decided, noes, *self.bound(happened))

    def decides(self, gate: str, alike: Alike) -> bool:
        """Whether a gate was decided for breaches that stand so, as it is for no new one."""
        number, no = self._last_no.get(gate, (0, ""))
        covered = bool(no) and alike.noes is not None and number >= alike.noes
        return covered or any(name == gate for name, _, _ in alike.decided)

    def bound(self, happened: Period) -> tuple[frozenset[tuple[str, str]], frozenset[str]]:
        """Promises that did not bind at a breach, with why, and those of which that cannot be said."""
        first = self._over_at(happened.start)
        then = self._over_at(max(happened.start, happened.end - _SECOND))
        if first is then:
            return first, frozenset()
        at_first, at_last = dict(first), dict(then)
        over = frozenset((name, why) for name, why in first if name in at_last)
        return over, frozenset(at_first.keys() ^ at_last.keys())

    def _over_at(self, moment: datetime) -> frozenset[tuple[str, str]]:
        """The promises that did not bind at a moment, with why."""
        return self._over.at(
            moment,
            None,
            lambda: frozenset(
                (each.id, why)
                for each in self.agreement.guarantees
                if (why := self.over(each, moment))
            ),
        )

    def doubt(self, clause: str, party: str, happened: Period) -> str:
        """What keeps one from saying that a clause was in force for a party when something happened."""
        first, last = (
            self._doubts.at(
                moment,
                (clause, party),
                partial(doubt_at, self.agreement, self.standing, clause, party, moment),
            )
            for moment in (happened.start, max(happened.start, happened.end - _SECOND))
        )
        return doubt_over(clause, party, first, last)

    def contribution_step(self, name: str) -> str:
        """How far a contribution is, by its last entry, else as the file says; "" if nobody said."""
        brought = self.contributions.get(name)
        if brought and isinstance(brought[-1].act, Contribute):
            return brought[-1].act.step
        given = self.agreement.contributions.get(name)
        return {"promised": "pledged", "delivered": "deployed"}[given.state] if given else ""

    def committed(self, name: str) -> bool:
        """Whether a commitment was kept."""
        last = self.commitments.get(name)
        return last is not None and isinstance(last.act, CommitmentStep) and last.act.step == "done"

    def holding(
        self, as_of: datetime, supposed: frozenset[str] = frozenset(), alike: Alike | None = None
    ) -> frozenset[str]:
        """Guarantees that hold by themselves or through others, as a least fixed point.

        Args:
            as_of: The moment asked.
            supposed: Gates that are supposed to have been passed.
            alike: For which breaches; None for one that would happen at the moment asked.
        """
        given = self.agreement.guarantees
        able = [g for g in given if self._own_block(g, as_of, supposed, alike) is None]
        held: set[str] = set()
        while True:
            more = {
                g.id
                for g in able
                if g.id not in held and all(any(e in held for e in item) for item in g.reliance)
            }
            if not more:
                return frozenset(held)
            held |= more

    def blocks(self, as_of: datetime, alike: Alike | None = None) -> Mapping[str, Block | None]:
        """Guarantee to what keeps it from falling due at a moment, as a breach stands."""
        holds = self.holding(as_of, alike=alike)
        own = {g.id: self._own_block(g, as_of, alike=alike) for g in self.agreement.guarantees}
        gone = self._gone(own)
        return {
            g.id: own[g.id] or self._partners(g, holds, gone) for g in self.agreement.guarantees
        }

    def _gone(self, own: Mapping[str, Block | None]) -> Mapping[str, str]:
        """Guarantees that cannot come for the breaches asked about, with their state; a fixed point."""
        gone = {
            name: in_words(block.state.value)
            for name, block in own.items()
            if block is not None and block.state in _GONE
        }
        while True:
            more = {
                g.id: "dormant"
                for g in self.agreement.guarantees
                if g.id not in gone and own[g.id] is None
                if any(all(name in gone for name in item) for item in g.reliance)
            }
            if not more:
                return gone
            gone |= more

    def _partners(
        self, guarantee: Guarantee, holds: frozenset[str], gone: Mapping[str, str]
    ) -> Block | None:
        """What a promise waits for that others gave; None when nothing."""
        never = [item for item in guarantee.reliance if all(name in gone for name in item)]
        if never:
            by = tuple(dict.fromkeys(name for item in never for name in item))
            told = ", ".join(f"{name} is {gone[name]}" for name in by)
            words = f"what it relies on cannot come for this breach: {told}"
            return Block(ObligationState.DORMANT, words, by)
        waits = [item for item in guarantee.reliance if not any(g in holds for g in item)]
        if waits:
            words = f"waits for {', '.join(' or '.join(item) for item in waits)}"
            by = tuple(dict.fromkeys(g for item in waits for g in item))
            return Block(ObligationState.WAITING_FOR_PARTNER, words, by)
        return None

    def _own_block(
        self,
        guarantee: Guarantee,
        as_of: datetime,
        supposed: frozenset[str] = frozenset(),
        alike: Alike | None = None,
    ) -> Block | None:
        over = dict(alike.over).get(guarantee.id, "") if alike else self.over(guarantee, as_of)
        if over:
            return Block(ObligationState.DORMANT, over)
        if alike and guarantee.id in alike.unsure:
            words = f"{guarantee.id} bound {guarantee.by} in a part of the time of the breach only"
            return Block(ObligationState.UNDECIDED, words)
        each = self._shut_ways(guarantee, as_of, alike or NEW, supposed)
        if not all(shut for _, shut in each):
            return None
        shut = {name: state for _, found in each for name, state in found.items()}
        words = ", ".join(self._told(*each, alike or NEW) for each in shut.items())
        noes = [[name for name, state in found.items() if state in SAID_NO] for _, found in each]
        gates = self.agreement.gates
        own = ", ".join(dict.fromkeys(n for found in noes for n in found if not gates[n].speaks))
        subject = all(noes) and guarantee.strength == "shall_subject_to_procedures"
        if subject and all(any(gates[name].speaks for name in found) for found in noes):
            words = f"the promise is subject to procedures: {words}"
            return Block(ObligationState.EXCUSED, words, tuple(shut))
        if own:
            words += (
                f"; kept back on {guarantee.by}'s own word, which excuses nobody: the text names nobody who "
                f"speaks for {own}"
            )
        return Block(ObligationState.WAITING_FOR_GATE, words, tuple(shut))

    def _shut_ways(
        self,
        guarantee: Guarantee,
        as_of: datetime,
        alike: Alike,
        supposed: frozenset[str] = frozenset(),
    ) -> list[tuple[Way, dict[str, str]]]:
        """The ways of keeping a promise, each with the gates that keep it back and their states."""
        gates = self.agreement.gates
        return [
            (
                way,
                {
                    name: state
                    for name in way.gates
                    if name not in supposed
                    if (state := self._shut(gates[name], guarantee, as_of, alike))
                },
            )
            for way in self._ways[guarantee.id]
        ]

    def narrowed(self, guarantee: Guarantee, as_of: datetime, alike: Alike = NEW) -> str:
        """Which choices of a promise gates keep back while another is free, in words; "" for none."""
        each = self._shut_ways(guarantee, as_of, alike) if guarantee.choice else []
        if all(shut for _, shut in each):
            return ""
        barred: dict[str, list[str]] = {}
        for way, shut in each:
            if shut:
                why = ", ".join(self._told(name, state, alike) for name, state in shut.items())
                barred.setdefault(why, []).extend(map(in_words, way.actions))
        return "; ".join(
            f"of the choices not {' or '.join(actions)}: {why}" for why, actions in barred.items()
        )

    def _told(self, gate: str, state: str, alike: Alike) -> str:
        """The state of a gate in words; for a new breach with the no that covers those found before."""
        last = self.gates.get(gate)
        if alike.noes is None and state == "open" and last is not None and _said_no(last):
            covered = f"{stands(last, last.known_at)} in {last.id} for those found before"
            return f"{gate} is open for a breach found from now on ({covered})"
        return f"{gate} is {state}"

    def over(self, guarantee: Guarantee, moment: datetime) -> str:
        """Why a promise did not bind at a moment, "" when it did.

        Only what was on the record by then counts, so that nothing dated back ends what bound.
        """
        terms = self.terms.get(guarantee.id, ())
        brought = self.contributions.get(guarantee.id, ())
        gone = over(self.agreement, guarantee, terms, brought, moment)
        if gone:
            return gone
        by = str(guarantee.by)
        return unbound(self.agreement, self.standing, guarantee.clause, by, moment)

    def leaving(self, moment: datetime) -> list[Leaving]:
        """The exits that were announced by a moment and have no effect yet: from the text and from promises."""
        found = leaving(self.agreement, self.standing, moment)
        for each in self.agreement.guarantees:
            terms, brought = self.terms.get(each.id, ()), self.contributions.get(each.id, ())
            found += leaving_promise(self.agreement, each, terms, brought, moment)
        return sorted(found, key=lambda each: (each.since, each.party, each.what))

    def _shut(self, gate: Gate, guarantee: Guarantee, as_of: datetime, alike: Alike) -> str:
        """The state of a gate that keeps this promise back, "" when it does not."""
        standing = hangs_on_no_breach(guarantee.trigger)
        state = self.gate_state(gate.id, as_of, alike, standing=standing)
        if gate.effect is GateEffect.PRIOR_CONSENT:
            return "" if state == "passed" else state
        if gate.effect is GateEffect.LATER_EXTENSION and state != "passed":
            limit = self.extension_due(gate.after, guarantee)
            if limit is not None and as_of >= limit:
                return f"{state}, and going on needed it by then"
        return ""

    def extension_due(self, after: Span | None, guarantee: Guarantee) -> datetime | None:
        """When a later extension is needed: so long after what was promised was deployed."""
        for entry in self.contributions.get(guarantee.id, ()):
            deployed = isinstance(entry.act, Contribute) and entry.act.step == "deployed"
            if deployed and after is not None and after.text:
                return due(UNSTATED, entry.known_at, after.text)
        return None

    def _extensions(self) -> Iterator[datetime]:
        """When later extensions are needed, of what has been deployed."""
        for guarantee in self.agreement.guarantees:
            for name in guarantee.gates:
                limit = self.extension_due(self.agreement.gates[name].after, guarantee)
                if limit is not None:
                    yield limit

    def turns(self) -> Iterator[datetime]:
        """Moments at which a block may change by the clock alone."""
        yield from (g.until for g in self.agreement.guarantees if g.until is not None)
        yield from self._extensions()
        terms = (entry for entries in self.terms.values() for entry in entries)
        for entry in (*self.gates.values(), *self.case_gates.values(), *terms):
            if isinstance(entry.act, (GateStep, PromiseTerm)) and entry.act.until is not None:
                yield entry.act.until
        for entry in self.standing:
            if isinstance(entry.act, ChangeStanding):
                yield effect_of(self.agreement, entry, entry.act).at

    def next_bound(self, moment: datetime) -> datetime | None:
        """The next moment at which the clock alone may bind or free a giver, None when there is none."""
        return self._over.next(moment)

    def next_turn(self, moment: datetime) -> datetime | None:
        """The next moment at which a block may change by the clock alone, None when there is none."""
        turns = (self.next_bound(moment), self._blocks.next(moment))
        return min((turn for turn in turns if turn is not None), default=None)

    def blocks_alike(self, as_of: datetime, alike: Alike) -> Mapping[str, Block | None]:
        """The same as `blocks`, worked out once for all breaches that stand alike and every such moment."""
        return self._blocks.at(as_of, alike, lambda: self.blocks(as_of, alike))


def _said_no(entry: Entry) -> bool:
    told = said(entry)
    return told is not None and told[0] in SAID_NO


def _known_at(entry: Entry) -> datetime:
    return entry.known_at
