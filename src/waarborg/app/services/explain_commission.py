"""Why a case, ruling, deadline or promise stands as it does: in words, down to the entries.

Rules this module keeps:
1. What rests on what is defined in the core (`obligations.below`); here it is put into words.
2. A thing told once is only named when it comes again, so that the tree stays short enough to read.
3. Findings and what lies below them are told by whoever knows the mission's figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from waarborg.app.services.alleged import words_by
from waarborg.app.services.behind import Behind
from waarborg.app.services.docket import conducted
from waarborg.app.services.explanation import Explained
from waarborg.app.services.moved import holds
from waarborg.app.services.spoken import Speaker
from waarborg.base.times import format_instant
from waarborg.base.visible import on_one_line
from waarborg.cases.below import Below, Thing
from waarborg.cases.body import kind_of, to_body
from waarborg.cases.broken_rules import MEND, SAYS
from waarborg.cases.entry import Entry, Unreadable
from waarborg.obligations.below import Key
from waarborg.obligations.course import OpenStep
from waarborg.obligations.flags import (
    flags_of,
    flags_of_brought,
    flags_of_case,
    flags_of_determination,
)
from waarborg.obligations.movable import waiting
from waarborg.obligations.state import Running

Deeper = Callable[[str], Explained | None]
"""Tells a finding, incident or report from the mission's figures; None where these have it not."""

_SAID_ELSEWHERE = {"id", "kind", "at", "known_at", "author", "cites"}
_TITLES: Mapping[Thing, str] = {
    Thing.ENTRY: "Entry",
    Thing.CITED: "Cited",
    Thing.DUTY: "Duty before the commission",
    Thing.STEP: "Step of a procedure",
    Thing.STANDING: "Standing of",
    Thing.REFUSED: "Refused entry",
}


class Why:
    """Explains what stands in one state at one moment.

    Args:
        behind: What rests on what.
        running: The state.
        at: The moment.
        speaker: Who puts it into words.
        deeper: Who tells what lies below a finding.
    """

    def __init__(
        self, behind: Behind, running: Running, at: datetime, speaker: Speaker, deeper: Deeper
    ) -> None:
        self.behind = behind
        self._running = running
        self._at = at
        self._speaker = speaker
        self._deeper = deeper
        self._moment = speaker.cutoff(format_instant(at))
        self._told: set[Key] = set()
        self._lines: Mapping[Thing, Callable[[str], Iterator[str]]] = {
            Thing.OBLIGATION: self._obligation,
            Thing.DETERMINATION: self._determination,
            Thing.CASE: self._case,
            Thing.DUTY: self._duty,
            Thing.STEP: self._step,
            Thing.PROCEDURE: self._procedure,
            Thing.PROMISE: self._promise,
            Thing.GATE: self._gate,
            Thing.COMMITMENT: self._commitment,
            Thing.ENTRY: self._entry_of,
            Thing.REFUSED: self._refused,
        }

    def names(self) -> dict[str, Key]:
        """What can be asked for by name; where one name has several meanings, the most telling."""
        found: dict[str, Key] = {}
        for key in self.behind.grounds.names():
            found.setdefault(key[1], key)
        return found

    def tell(self, key: Key) -> Explained:
        """Explain one thing, down to the entries."""
        self._told.clear()
        found = self._tell(Below(key[0], key[1], ""))
        mark = self._running.agreement.exercise
        return replace(found, lines=(mark, *found.lines)) if mark else found

    def _tell(self, below: Below) -> Explained:
        thing, name = below.key
        title = f"{_TITLES.get(thing, thing.value.capitalize())} {name}"
        if below.part:
            title = f"{below.part[0].upper()}{below.part[1:]}: {thing.value} {name}"
        if below.key in self._told:
            return Explained(name, f"{title} (told above)", ())
        if below.whole:
            self._told.add(below.key)
        if thing in {Thing.FINDING, Thing.INCIDENT, Thing.REPORT, Thing.CITED}:
            found = self._deeper(name)
            if found is not None:
                return found
        parts = self.behind.grounds.of(thing, name) if below.whole else ()
        lines = () if not below.whole else tuple(map(on_one_line, self._said(below)))
        entry = below.entry or (self.behind.grounds.entry(name) if thing is Thing.ENTRY else None)
        where = self.behind.named.entry(entry) if entry else None
        return Explained(name, title, lines, tuple(self._tell(part) for part in parts), where)

    def _said(self, below: Below) -> Iterator[str]:
        if below.entry is not None:
            yield from self._entry(below.entry)
            return
        way = self._lines.get(below.thing)
        if way is not None:
            yield from (self._speaker.words(line) for line in way(below.name))
        elif below.thing in {Thing.CITED, Thing.REPORT}:
            where = self.behind.named.other(below.name)
            yield _numbered(where["number"], where["digest"])
        elif below.thing is Thing.FINDING:
            yield "named by the entries; no report of it is known here"

    def _entry_of(self, name: str) -> Iterator[str]:
        entry = self.behind.grounds.entry(name)
        if entry is not None:
            yield from self._entry(entry)
        for each in self._running.refused:
            if each.entry.id == name:
                yield f"another entry by {each.entry.author} under this name was refused: {each.words}"

    def _refused(self, name: str) -> Iterator[str]:
        for each in self._running.refused:
            if each.entry.id == name:
                yield f"refused under {each.rule}: {each.words}"
                yield f"the rule: {SAYS[each.rule]}"
                yield f"how to mend it: {MEND[each.rule]}"
                yield "it changed nothing, and stays on the record as it was signed"

    def _entry(self, entry: Entry) -> Iterator[str]:
        kind = kind_of(entry.act).replace("-", " ")
        said = {} if isinstance(entry.act, Unreadable) else to_body(entry)
        told = [
            f"{key.replace('_', ' ')}: {self._speaker.cell(key, value)}"
            for key, value in said.items()
            if key not in _SAID_ELSEWHERE and value not in ("", None, [], False)
        ]
        if isinstance(entry.act, Unreadable):
            told = [f"it cannot be read: {entry.act.words}"]
        yield f"{kind}: {'; '.join(told)}" if told else kind
        done, came = format_instant(entry.at), format_instant(entry.known_at)
        late = "" if done == came else f", dated {done} by its author"
        signed = self.behind.named.signed(entry)
        yield self._speaker.words(f"{signed}, reached the record at {came}{late}")
        where = self.behind.named.entry(entry)
        yield _numbered(where["number"], where["digest"])

    def _obligation(self, name: str) -> Iterator[str]:
        owed = self._running.owed[name]
        settled = self._running.settled(owed, self._running.barred(self._at))
        actions = (" or " if owed.choice else " and ").join(owed.actions)
        yield f"{owed.guarantor} owes {actions} ({owed.strength})"
        how = f"under the reading {owed.reading}" if owed.reading else "as the words stand"
        yield f"from clause {owed.clause}, {how} ({owed.certainty})"
        yield f"until when: {owed.deadline.words}"
        yield f"state at {self._moment}: {settled.state.value}"
        yield from (f"flag: {flag}" for flag in flags_of(self._running, owed, self._at))
        yield from (f"gate {g.gate} ({g.effect}) is {g.state}: {g.words}" for g in settled.gates)
        yield from (f"relies on {partner}" for partner in owed.relies_on)
        yield from (f"because {reason.words}" for reason in settled.reasons)

    def _determination(self, name: str) -> Iterator[str]:
        made = self.behind.grounds.determination(name)
        if made is None:
            return
        yield made.words
        yield f"decided by {made.by}: {made.decision.value}, {made.breacher} under {made.clause}"
        start, end = format_instant(made.happened.start), format_instant(made.happened.end)
        yield f"happened between {start} and {end}"
        yield f"stands since {made.known_at}"
        yield from (f"flag: {flag}" for flag in flags_of_determination(self._running, made))

    def _case(self, name: str) -> Iterator[str]:
        case = self._running.commission.cases[name]
        if case.words:
            by = words_by(self._running, case)
            yield f"{by}: {case.words}" if by else case.words
        yield f"{case.accused} accused under {case.clause} before {case.body}: {case.state.value}"
        if case.ruling is not None:
            yield f"ruled {case.ruling.by} at {format_instant(case.ruling.at)}: {case.ruling.tally.words}"
        yield from conducted(case)
        duties = case.duties.values()
        yield from (f"due from {d.who} by {format_instant(d.by)}: {d.what}" for d in duties)
        yield from (f"flag: {flag}" for flag in flags_of_case(self._running, case))

    def _duty(self, name: str) -> Iterator[str]:
        inner, _, key = name.partition("/")
        case = self._running.commission.cases[inner]
        due = case.duties.get(key) or case.lapsed[key]
        yield f"{due.who} is to do this: {due.what}"
        yield f"until {format_instant(due.by)}: {due.words}"
        if key in case.lapsed:
            yield "its time is over and nobody has done it"

    def _step(self, name: str) -> Iterator[str]:
        inner, _, at = name.rpartition("/")
        course = self._running.procedures.courses[inner]
        opened = course.steps[at]
        step = self._running.agreement.procedures[course.procedure].steps[opened.id]
        yield f"{step.who} is to take it: {step.words}"
        called = self._running.procedures.called(course, opened)
        if called != opened.id:
            yield called
        yield f"opened at {format_instant(opened.opened_at)}: {opened.opened_by}"
        yield f"until when: {opened.deadline.words}"
        yield f"state at {self._moment}: {opened.state(self._at, course).value}"
        if opened.ahead:
            yield f"flag: it {opened.ahead}"
        yield from _went_back(opened)

    def _procedure(self, name: str) -> Iterator[str]:
        course = self._running.procedures.courses[name]
        clause = self._running.agreement.procedures[course.procedure].clause
        yield f"procedure {course.procedure} under {clause}, for {course.determination}"
        yield f"began at {format_instant(course.began_at)}: {course.why}"
        if course.rests:
            yield f"rests: {course.rests}"
        if course.paused_at is not None:
            yield f"suspended since {format_instant(course.paused_at)}"
        for opened in course.steps.values():
            back = "".join(f"; {words}" for words in _went_back(opened))
            called, state = (
                self._running.procedures.called(course, opened),
                opened.state(self._at, course),
            )
            yield f"{called}: {state.value}; {opened.deadline.words}{back}"

    def _promise(self, name: str) -> Iterator[str]:
        block = self._running.blocks(self._at).get(name)
        given = next((g for g in self._running.agreement.guarantees if g.id == name), None)
        if given is not None:
            yield f"{given.by} under {given.clause}: {given.words or ', '.join(given.actions)}"
            stands = holds(self._running, given, self._at)
            yield stands if block is None else f"{block.state.value}: {block.words}"
        step = self._running.promises.contribution_step(name)
        if step:
            yield f"contribution: {step}"
        flags = flags_of_brought(self._running, name, self._at)
        yield from (f"flag: {flag}" for flag in flags)

    def _gate(self, name: str) -> Iterator[str]:
        gate = self._running.agreement.gates[name]
        yield f"procedure of {gate.of}: {gate.words}"
        who = " or ".join(gate.organs)
        yield f"{who} says what it decided" if who else "the file names nobody who speaks for it"
        yield f"stands without a case: {self._running.promises.gate_state(name, self._at)}"

    def _commitment(self, name: str) -> Iterator[str]:
        for each in waiting(self._running.commitments, self._at):
            if each.commitment == name:
                yield f"{each.by} under {each.clause}: {each.does}"
                yield f"{each.state}: {each.words}"


def _went_back(opened: OpenStep) -> Iterator[str]:
    """Where the procedure went back from a step, and when it went back before anybody had taken it."""
    if opened.back_to:
        yield f"from here it went back to {opened.back_to}"
    elif opened.set_aside_at is not None:
        yield f"the procedure went back at {format_instant(opened.set_aside_at)}, before anybody took it"


def _numbered(number: int | None, digest: str | None) -> str:
    if number is None:
        return "in no entry of this record"
    return f"entry {number} of the record, digest {digest}"
