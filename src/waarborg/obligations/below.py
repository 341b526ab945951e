"""What anything the commission and the guarantors answer for rests on, down to the entries.

Rules this module keeps:
1. One definition for every view: docket, deadlines, rulings, picture, what-if, exercise, `explain`.
2. Worked out when it is asked, from the state alone; nothing is carried along for it.
3. Only entries that were taken are grounds; one that was refused changed nothing.
4. What is named and not known here is kept by its name, never dropped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from waarborg.agreement.model import Guarantee
from waarborg.agreement.vocabulary import RunsFrom
from waarborg.cases.below import (
    Below,
    Thing,
    below,
    below_case,
    below_duty,
    below_entry,
    below_ruling,
    part_of,
)
from waarborg.cases.case import Ballot, CaseFile, CaseState, carried, whole_of
from waarborg.cases.determination import Decision, Determination
from waarborg.cases.entry import (
    AdoptRules,
    Appeal,
    Approve,
    Entry,
    JoinCases,
    RemedyStep,
    SplitCase,
    Task,
    Verify,
)
from waarborg.cases.motion import Motion
from waarborg.cases.promise_acts import SendBack, StepTaken
from waarborg.obligations.course import Course
from waarborg.obligations.flags import kept_on_own_word, let_off_for, needed_by, other_side, outside
from waarborg.obligations.state import Running
from waarborg.obligations.triggers import looks_at

Key = tuple[Thing, str]
"""What sort of thing, and its name."""

_HOURS = "hours_since_first"

_ABOUT = (
    (Thing.GATE, "gate"),
    (Thing.PROMISE, "guarantee"),
    (Thing.OBLIGATION, "obligation"),
    (Thing.COMMITMENT, "commitment"),
    (Thing.PROCEDURE, "course"),
    (Thing.STANDING, "party"),
    (Thing.AMENDMENT, "version"),
    (Thing.CASE, "breach"),
)
"""Fields in which an entry outside the cases names what it is about."""


@dataclass(frozen=True, slots=True)
class Under:
    """Something on which a thing rests, at some depth.

    Attributes:
        of: What rests on it directly.
        below: What it is.
        depth: How many steps down, from 1.
    """

    of: Key
    below: Below
    depth: int


class Grounds:
    """Answers what rests on what, for one state.

    Args:
        running: The state; it must not move while this is asked.
    """

    def __init__(self, running: Running) -> None:
        self._running = running
        self._made: dict[Key, tuple[Below, ...]] = {}
        self._ways: Mapping[Thing, Callable[[str], Iterator[Below]]] = {
            Thing.ENTRY: self._entry,
            Thing.CASE: self._case,
            Thing.DUTY: self._duty,
            Thing.DETERMINATION: self._determination,
            Thing.FINDING: self._finding,
            Thing.INCIDENT: self._incident,
            Thing.OBLIGATION: self._obligation,
            Thing.PROMISE: self._promise,
            Thing.GATE: self._gate,
            Thing.COMMITMENT: self._commitment,
            Thing.PROCEDURE: self._procedure,
            Thing.STEP: self._step,
            Thing.STANDING: self._said_of_party,
            Thing.AMENDMENT: self._amendment,
            Thing.FALLEN: self._fallen,
            Thing.REFUSED: self._refused,
        }

    def of(self, thing: Thing, name: str) -> tuple[Below, ...]:
        """What something rests on directly; empty for what rests on nothing that is known here."""
        key = (thing, name)
        made = self._made.get(key)
        if made is None:
            way = self._ways.get(thing)
            found = {b.key: b for b in map(self._known, way(name))} if way else {}
            found.pop(key, None)
            made = self._made[key] = tuple(found.values())
        return made

    def down(self, thing: Thing, name: str) -> list[Under]:
        """Everything that something rests on, each thing once, each behind what rests on it."""
        top: Key = (thing, name)
        seen, found = {top}, list[Under]()
        waiting = [Under(top, each, 1) for each in reversed(self.of(*top))]
        while waiting:
            under = waiting.pop()
            if under.below.key in seen:
                continue
            seen.add(under.below.key)
            found.append(under)
            key = under.below.key
            if under.below.whole:
                waiting += [Under(key, b, under.depth + 1) for b in reversed(self.of(*key))]
        return found

    def names(self) -> Iterator[Key]:
        """Everything that can be asked for by name, most telling first where one name has several."""
        running = self._running
        yield from ((Thing.OBLIGATION, name) for name in running.owed)
        yield from ((Thing.DETERMINATION, str(d.id)) for d in running.determinations())
        yield from ((Thing.CASE, name) for name in running.commission.cases)
        for name, course in running.procedures.courses.items():
            yield from ((Thing.STEP, f"{name}/{step}") for step in course.steps)
            yield Thing.PROCEDURE, name
        for name, case in running.commission.cases.items():
            yield from ((Thing.DUTY, f"{name}/{key}") for key in (*case.duties, *case.lapsed))
        yield from ((Thing.FINDING, name) for name in self._finds)
        yield from ((Thing.INCIDENT, name) for name in self._reports)
        yield from ((Thing.ENTRY, name) for name in self._entries)
        text = running.agreement
        yield from ((Thing.PROMISE, g.id) for g in text.guarantees)
        yield from ((Thing.PROMISE, name) for name in text.contributions)
        yield from ((Thing.GATE, name) for name in text.gates)
        yield from ((Thing.COMMITMENT, name) for name in text.commitments)
        yield from ((Thing.FALLEN, each.determination) for each in running.fallen)
        yield from ((Thing.REFUSED, each.entry.id) for each in running.refused)
        yield from (key for key in self._about if key[0] in {Thing.STANDING, Thing.AMENDMENT})

    def entry(self, name: str) -> Entry | None:
        """The entry of a name that was taken, None when none was."""
        return self._entries.get(name)

    def determination(self, name: str) -> Determination | None:
        """The determination that an obligation, a procedure or a row names."""
        return self._running.determination(self._inner(name))

    @cached_property
    def _entries(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in self._running.taken}

    @cached_property
    def _about(self) -> dict[Key, list[Entry]]:
        """What an entry outside the cases moves, to these entries in order."""
        found: dict[Key, list[Entry]] = defaultdict(list)
        for entry in self._running.taken:
            for thing, name in _ABOUT:
                about = getattr(entry.act, name, "")
                if about:
                    found[thing, about].append(entry)
        return found

    @cached_property
    def _rules(self) -> dict[str, dict[str, list[Entry]]]:
        """Body to the rules of procedure that took effect, each with who agreed to them."""
        found: dict[str, dict[str, list[Entry]]] = defaultdict(dict)
        body_of: dict[str, str] = {}
        for entry in self._running.taken:
            act = entry.act
            if isinstance(act, AdoptRules) and entry.id in self._running.commission.in_effect:
                body_of[entry.id] = act.body
                found[act.body][entry.id] = [entry]
            elif isinstance(act, Approve) and act.proposal in body_of:
                found[body_of[act.proposal]][act.proposal].append(entry)
        return found

    @cached_property
    def _finds(self) -> dict[str, list[str]]:
        """Finding to the incidents behind it."""
        found: dict[str, list[str]] = defaultdict(list)
        for case in self._running.commission.cases.values():
            for name in case.findings:
                found[str(name)] = []
        for made in self._running.base.values():
            found[str(made.finding)].append(str(made.incident))
        return dict(found)

    @cached_property
    def _reports(self) -> dict[str, dict[str, None]]:
        """Incident to its reports."""
        found: dict[str, dict[str, None]] = {}
        for made in self._running.base.values():
            found.setdefault(str(made.incident), {}).update(dict.fromkeys(map(str, made.cites)))
        return found

    @cached_property
    def _first(self) -> dict[tuple[str, object], str]:
        """Party and when it happened to a breach that was found: the first one is looked up here."""
        return {
            (str(made.breacher), made.happened): str(made.id)
            for made in self._running.determinations()
            if made.decision is Decision.BREACH_FOUND
        }

    def _known(self, named: Below) -> Below:
        """What is only named as what it is: an entry, a finding or an incident, where there is one."""
        if named.entry is not None or named.thing not in {Thing.ENTRY, Thing.CITED}:
            return named
        entry = self._entries.get(named.name)
        if entry is not None:
            return Below(Thing.ENTRY, named.name, named.part, entry)
        for thing, held in ((Thing.FINDING, self._finds), (Thing.INCIDENT, self._reports)):
            if named.name in held:
                return Below(thing, named.name, named.part)
        return Below(Thing.CITED, named.name, named.part)

    def _inner(self, determination: str) -> str:
        """The name under which the state holds a determination: its own, or that of its case."""
        held = self._running.base.keys() | self._running.commission.cases.keys()
        return determination if determination in held else determination.removeprefix("det-")

    def _entry(self, name: str) -> Iterator[Below]:
        entry = self._entries.get(name)
        if entry is None:
            return
        yield from below_entry(entry)
        course = (
            self._running.procedures.courses.get(entry.act.course)
            if isinstance(entry.act, StepTaken | SendBack)
            else None
        )
        if course is not None and isinstance(entry.act, StepTaken | SendBack):
            taken = (n for n, o in course.steps.items() if o.done and o.done.id == entry.id)
            yield from self._opened(course, next(taken, entry.act.step))

    def _case(self, name: str) -> Iterator[Below]:
        case = self._running.commission.cases.get(name)
        if case is None:
            return
        yield from below_case(case)
        yield from self._other_cases(case)
        asked = [each.entry for each in case.ballots.values()]
        asked += [each.entry for each in case.motions.values()]
        for put in (case.opened_at, *(entry.known_at for entry in asked)):
            yield from self._rules_of(case, put)
        yield from self._heard(case)
        for party in self._both(case.clause, case.accused, case):
            yield from self._bound(party, case.clause, case.happened.end)
        yield from self._outside(case, set(case.ballots))
        yield from self._apart(case)
        for ballot in case.ballots.values():
            yield from _unread(ballot)
        yield from (below(entry) for entry, _ in let_off_for(self._running, name))
        yield from self._ahead(name)
        if case.other_text:
            yield from (below(entry) for entry in self._running.promises.amendments)

    def _outside(self, case: CaseFile, proposals: Collection[str]) -> Iterator[Below]:
        """What ended the text for who brought a case or took part in its rulings."""
        for entry, _ in outside(self._running, case, proposals):
            yield from self._bound(entry.party, case.clause, entry.known_at)

    def _ahead(self, name: str) -> Iterator[Below]:
        """The steps that are dated before they could be taken."""
        for step, _ in self._running.procedures.ahead(name):
            yield Below(Thing.STEP, step, "a step dated before it could be taken")

    def _apart(self, case: CaseFile) -> Iterator[Below]:
        """What suspended or resumed the procedures of cases that were one with this one, since the split."""
        cases = self._running.commission.cases
        for course in self._running.procedures.courses.values():
            other = cases.get(self._inner(course.determination))
            if other is None or other is case or whole_of(cases, other) != whole_of(cases, case):
                continue
            since = max(case.opened_at, other.opened_at)
            for motion in carried(other):
                if motion.course == course.id and motion.carried_at and motion.carried_at >= since:
                    yield from self._motion(other, motion)

    def _motion(self, case: CaseFile, motion: Motion) -> Iterator[Below]:
        """What a body did with a case rests on: who put it, who stands behind it, and by which rules."""
        yield from (below(entry) for entry in motion.backed.values())
        yield from self._rules_of(case, motion.entry.known_at)

    def _other_cases(self, case: CaseFile) -> Iterator[Below]:
        """Cases that were joined into this one, and what the one it was split from held by then."""
        if case.joined_into:
            yield Below(Thing.CASE, case.joined_into, "the case it was joined into")
        for entry in case.entries:
            if isinstance(entry.act, JoinCases):
                # an entry may name a case by any entry in it
                named = {self._running.commission.case(name).id for name in entry.act.cases}
                joined = sorted(named - {case.id, case.joined_into})
                yield from (Below(Thing.CASE, name, "a case joined into it") for name in joined)
            if isinstance(entry.act, SplitCase) and entry.id == case.id:
                held = self._running.commission.cases[entry.act.case]
                before = (e for e in held.entries if e.known_at < entry.known_at)
                yield from (below(e) for e in before)

    def _duty(self, name: str) -> Iterator[Below]:
        inner, _, key = name.partition("/")
        case = self._running.commission.cases.get(inner)
        if case is not None:
            yield from below_duty(case, key)
            yield from self._other_cases(case)
            sort, _, proposal = key.rpartition(":")
            ballot, motion = case.ballots.get(proposal), case.motions.get(proposal)
            put = ballot.entry if ballot else motion.entry if motion else None
            if put is not None:
                yield from self._heard(case)
            if put is not None or sort == "comment":
                yield from self._rules_of(case, put.known_at if put else case.opened_at)

    def _rules_of(self, case: CaseFile, put_at: datetime) -> Iterator[Below]:
        """The rules of procedure in effect at a moment, else the first that came, and who agreed to them."""
        every = list(self._rules.get(case.body, {}).values())
        sets = [agreed for agreed in every if agreed[-1].known_at <= put_at] or every[:1]
        for entry in sets[-1] if sets else ():
            yield below(
                entry, "" if entry is sets[-1][0] else "agreement to the rules of procedure"
            )

    def _determination(self, determination: str) -> Iterator[Below]:
        name = self._inner(determination)
        made, case = self._running.determination(name), self._running.commission.cases.get(name)
        if made is None:
            return
        if made.finding:
            yield Below(Thing.FINDING, str(made.finding), "the alleged breach")
        for party in self._both(made.clause, str(made.breacher), case):
            yield from self._bound(party, made.clause, made.happened.end)
        yield from (below(entry) for entry, _ in let_off_for(self._running, name))
        yield from self._ahead(name)
        if case is None:
            return
        if case.ruling is None:
            yield Below(Thing.CASE, case.id, "the case before the body")
            return
        yield from below_ruling(case, case.ruling)
        yield from _unread(case.ballots[case.ruling.proposal])
        for owed in kept_on_own_word(self._running, made):
            yield Below(
                Thing.OBLIGATION, str(owed.id), "what is kept back on its guarantor's own word"
            )
        yield from self._outside(case, {case.ruling.proposal})
        yield from self._heard(case, case.ruling.at)
        for motion in case.motions.values():
            yield from self._motion(case, motion)
        yield from self._other_cases(case)
        for put in (case.opened_at, case.ballots[case.ruling.proposal].entry.known_at):
            yield from self._rules_of(case, put)
        since = [e for e in case.entries if e.known_at >= case.ruling.at]
        if case.state is CaseState.APPEALED:
            appeals = (e for e in since if isinstance(e.act, Appeal))
            yield from (below(e, "an appeal, which came after the ruling") for e in appeals)
        # which findings the ruling stands for, and what became of its remedy
        yield from self._remedied(name)
        parted = (e for e in since if isinstance(e.act, SplitCase | JoinCases | RemedyStep))
        yield from (below(e, f"{part_of(e)}, which came after the ruling") for e in parted)

    def _heard(self, case: CaseFile, until: datetime | None = None) -> Iterator[Below]:
        """The steps of the text's procedures about a case, as its hearing: all, or up to a ruling."""
        for course in self._running.procedures.courses.values():
            if self._inner(course.determination) == case.id:
                taken = (e for e in course.entries if until is None or e.known_at <= until)
                yield from (below(entry) for entry in taken)
                yield from self._turned(course)

    def _turned(self, course: Course) -> Iterator[Below]:
        """What suspended, resumed and sent back a procedure, before its case was split off too."""
        cases = self._running.commission.cases
        case = cases.get(self._inner(course.determination))
        while case is not None:
            for motion in carried(case):
                if motion.course and motion.entry in course.entries:
                    yield from self._motion(case, motion)
            case = cases.get(case.split_from)

    def _finding(self, name: str) -> Iterator[Below]:
        for incident in self._finds.get(name, ()):
            yield Below(Thing.INCIDENT, incident, "what happened")

    def _incident(self, name: str) -> Iterator[Below]:
        for report in self._reports.get(name, ()):
            yield Below(Thing.REPORT, report, "a report of it")

    def _obligation(self, name: str) -> Iterator[Below]:
        owed = self._running.owed.get(name)
        if owed is None:
            return
        inner = self._inner(str(owed.determination))
        yield Below(
            Thing.DETERMINATION, str(owed.determination), "the determination it follows from"
        )
        yield from self._ruled_before(inner)
        yield from self._remedied(inner)
        yield from (below(entry) for entry in self._about.get((Thing.OBLIGATION, name), ()))
        guarantee = self._running.guarantee_of(owed)
        yield from self._moved(guarantee, inner)
        yield from self._clock(
            guarantee.runs_from, inner, hours=_HOURS in looks_at(guarantee.trigger)
        )

    def _ruled_before(self, inner: str) -> Iterator[Below]:
        """Rulings before the one that counts: what was owed after one of them is told as fallen away."""
        case = self._running.commission.cases.get(inner)
        if case is None:
            return
        for ruling in case.rulings[:-1]:
            yield from below_ruling(case, ruling)
            yield from self._rules_of(case, case.ballots[ruling.proposal].entry.known_at)

    def _remedied(self, inner: str) -> Iterator[Below]:
        """What confirmed the remedy of the ruling that counts, and the tasks that let its author say so."""
        case = self._running.commission.cases.get(inner)
        if case is not None and case.confirmed_by:
            yield from (below(entry) for entry in case.confirmed_by)
            before = case.entries[: case.entries.index(case.confirmed_by[-1])]
            yield from (below(e) for e in before if isinstance(e.act, Task))

    def _clock(self, runs_from: RunsFrom | str, name: str, *, hours: bool) -> Iterator[Below]:
        """The entry or the breach from which a time runs, where it is not the determination."""
        if runs_from == RunsFrom.REQUEST:
            yield from (below(entry) for entry in self._about.get((Thing.CASE, name), ()))
        case = self._running.commission.cases.get(name)
        if runs_from == RunsFrom.VERIFICATION and case is not None:
            yield from (below(e) for e in case.entries if _verified(case, e))
        made = self._running.determination(name)
        if made is None or not (hours or runs_from == RunsFrom.FIRST_BREACH):
            return
        first = self._running.moments(name).first_breach
        found = self._first.get((str(made.breacher), first))
        if found is not None:
            yield Below(Thing.DETERMINATION, found, "the first breach of the same party")

    def _moved(self, guarantee: Guarantee, case: str | None) -> Iterator[Below]:
        """What was said that makes a promise hold or not: for one case, or (None) for all."""
        for gate in guarantee.gates:
            for entry in self._about.get((Thing.GATE, gate), ()):
                if case is None or getattr(entry.act, "case", "") in {"", case}:
                    yield below(entry)
        yield from (below(entry) for entry in self._about.get((Thing.PROMISE, guarantee.id), ()))
        yield from self._bound(str(guarantee.by), guarantee.clause)
        for entry in self._running.promises.amendments:
            if entry.party == guarantee.by:
                yield below(entry)
        for item in guarantee.reliance:
            yield from (Below(Thing.PROMISE, each, "a promise it relies on") for each in item)

    def _bound(self, party: str, clause: str, until: datetime | None = None) -> Iterator[Below]:
        """What was said, up to a moment or at all, that binds a party by a clause, or frees it."""
        for entry in self._about.get((Thing.STANDING, party), ()):
            late = until is not None and entry.known_at > until
            if not late and getattr(entry.act, "clause", "") in {"", clause}:
                yield below(entry)

    def _both(self, clause: str, accused: str, case: CaseFile | None) -> Iterator[str]:
        """The accused, and those against whom its breach would be."""
        yield accused
        brought = case.brought_by if case is not None else ()
        yield from other_side(self._running, clause, accused, brought)

    def _promise(self, name: str) -> Iterator[Below]:
        given = next((g for g in self._running.agreement.guarantees if g.id == name), None)
        if given is not None:
            yield from self._moved(given, None)
        else:
            yield from (below(entry) for entry in self._about.get((Thing.PROMISE, name), ()))
            for gate in needed_by(self._running.agreement, name):
                yield Below(Thing.GATE, gate.id, "a consent that it needs")

    def _gate(self, name: str) -> Iterator[Below]:
        yield from (below(entry) for entry in self._about.get((Thing.GATE, name), ()))

    def _commitment(self, name: str) -> Iterator[Below]:
        yield from (below(entry) for entry in self._about.get((Thing.COMMITMENT, name), ()))
        text = self._running.agreement
        if name in text.commitments:
            given = text.commitments[name]
            yield from self._bound(str(given.by), given.clause)
        for other in text.commitments[name].waits_for if name in text.commitments else ():
            if other in text.commitments:
                yield Below(Thing.COMMITMENT, other, "a commitment it waits for")
            else:
                mine = [g.id for g in text.guarantees if g.group == other] or [other]
                yield from (Below(Thing.PROMISE, each, "what it waits for") for each in mine)

    def _procedure(self, name: str) -> Iterator[Below]:
        course = self._running.procedures.courses.get(name)
        if course is not None:
            yield from self._began(course)
            yield from (below(entry) for entry in course.entries)
            yield from self._turned(course)

    def _began(self, course: Course) -> Iterator[Below]:
        """The determination that began a procedure, as it was then: before a ruling, what was in by then."""
        name = self._inner(course.determination)
        made, case = self._running.determination(name), self._running.commission.cases.get(name)
        if made is None:
            return
        before = case is not None and (not case.rulings or course.began_at < case.rulings[0].at)
        part = "what began the procedure"
        yield Below(Thing.DETERMINATION, str(made.id), part, whole=not before)
        if case is None or not before:
            return
        if made.finding:
            yield Below(Thing.FINDING, str(made.finding), "the alleged breach")
        yield from (below(e) for e in case.entries if e.known_at <= course.began_at)
        yield from self._other_cases(case)

    def _step(self, name: str) -> Iterator[Below]:
        inner, _, at = name.rpartition("/")
        course = self._running.procedures.courses.get(inner)
        if course is None or at not in course.steps:
            return
        steps = self._running.agreement.procedures[course.procedure].steps
        opened = course.steps[at]
        yield from (below(done) for done in (opened.done,) if done is not None)
        yield from self._opened(course, at)
        yield from self._began(course)
        # pauses, what was done before a split, and all of a procedure that can go back and so set steps aside
        back = any(step.back for step in steps.values())
        for each in course.entries:
            taken = isinstance(each.act, StepTaken | SendBack) and each.act.course == course.id
            if back or not taken:
                yield below(each)
        yield from self._turned(course)
        runs_from = steps[opened.id].runs_from if not opened.gone_back else "step"
        yield from self._clock(runs_from, self._inner(course.determination), hours=False)

    def _opened(self, course: Course, at: str) -> Iterator[Below]:
        """The step before: that it was taken, sent back, or that its time ran out, opened this one."""
        steps, opened = self._running.agreement.procedures[course.procedure].steps, course.steps[at]
        for name, before in course.steps.items():
            taken, step = before.done, steps[before.id]
            back = (before.back_to,) if before.back_to else ()
            then = back or step.then
            after = step.on_lapse if taken else back or step.on_lapse
            if opened.id in then and taken and before.done_at == opened.opened_at:
                how = "sent back" if before.back_to else "taken"
                yield below(taken, f"the step before it, {how}")
            if opened.id in after and before.lapsed_at == opened.opened_at:
                yield Below(Thing.STEP, f"{course.id}/{name}", "the step whose time ran out")

    def _said_of_party(self, name: str) -> Iterator[Below]:
        """What a party said of its standing: for all clauses, or for the one named as "PARTY/CLAUSE"."""
        party, _, clause = name.partition("/")
        if clause:
            yield from self._bound(party, clause)
        else:
            yield from (below(entry) for entry in self._about.get((Thing.STANDING, party), ()))

    def _fallen(self, name: str) -> Iterator[Below]:
        """What a determination rested on of which nothing is left: its finding, incident and reports."""
        for each in self._running.fallen:
            if each.determination == name:
                yield Below(Thing.FINDING, str(each.was.finding), "what was found", whole=False)
                yield Below(Thing.INCIDENT, str(each.was.incident), "the incident", whole=False)
                for report in each.was.cites:
                    yield Below(Thing.REPORT, str(report), "a report of it")

    def _refused(self, name: str) -> Iterator[Below]:
        found = (each for each in self._running.refused if each.entry.id == name)
        yield from (below(each.entry, f"refused under {each.rule}") for each in found)

    def _amendment(self, name: str) -> Iterator[Below]:
        yield from (below(entry) for entry in self._about.get((Thing.AMENDMENT, name), ()))


def _unread(ballot: Ballot) -> Iterator[Below]:
    """Votes of silent seats that were refused for their form."""
    for refused in ballot.unread.values():
        yield Below(Thing.REFUSED, refused.entry.id, "a vote that was refused for its form")


def _verified(case: CaseFile, entry: Entry) -> bool:
    """Whether an entry is the one by which a case counts as verified."""
    return entry.known_at == case.verified_at and isinstance(entry.act, Approve | Verify)
