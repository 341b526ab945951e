"""From a tree of the right shape to the agreement: the second check, across sections.

Everything a name points to must be in the file, every condition must be well typed, every period
must end after it starts. Problems are collected; the agreement is only used when there are none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from waarborg.agreement.condition import (
    ALWAYS,
    Node,
    Settled,
    SettledKind,
    conjunction,
    disjunction,
)
from waarborg.agreement.model import (
    Answers,
    Body,
    Clause,
    Exception_,
    Gate,
    Group,
    Guarantee,
    OpenTerm,
    Party,
    Prohibition,
    Source,
    StandingStep,
    Term,
)
from waarborg.agreement.sections import Span
from waarborg.agreement.shape import DURATION, Checker, nearest
from waarborg.agreement.short_form import ConditionReader, Scope
from waarborg.agreement.vocabulary import (
    OPERATION_OF_THE_TEXT,
    GateEffect,
    LateKnowledge,
    RunsFrom,
    Strength,
)
from waarborg.agreement.yaml_tree import Mapping_, Scalar, Sequence_, Tree
from waarborg.base.grades import Certainty, Standing
from waarborg.base.parties import PartyId
from waarborg.base.times import Period, parse_instant

_NOTHING = Mapping_((), 0)
_ENDINGS = frozenset({Standing.LAPSED, Standing.DENOUNCED, Standing.REPLACED})


def section(tree: Mapping_, key: str) -> Mapping_:
    """A mapping under a key, empty when it is not there."""
    found = tree.get(key)
    return found if isinstance(found, Mapping_) else _NOTHING


def records(tree: Mapping_, key: str) -> Iterator[tuple[str, Mapping_, int]]:
    """Name, record and line of each entry of a section."""
    for entry in section(tree, key).entries:
        if isinstance(entry.value, Mapping_):
            yield entry.key, entry.value, entry.line


def text(tree: Mapping_, key: str) -> str:
    """A text under a key, "" when it is not there."""
    found = tree.get(key)
    return str(found.value) if isinstance(found, Scalar) and found.value is not None else ""


def words(tree: Tree | None) -> list[tuple[str, int]]:
    """The texts of a list, or a lone text, with their lines."""
    items: tuple[Tree, ...] = tree.items if isinstance(tree, Sequence_) else (tree,) if tree else ()
    return [(str(i.value), i.line) for i in items if isinstance(i, Scalar) and i.value is not None]


def fixed_span(duration: str) -> timedelta | None:
    """The time an ISO 8601 duration takes, None when it has months or years."""
    found = DURATION.match(duration)
    if found is None:
        return None
    years, months, weeks, days, hours, minutes = (int(g or 0) for g in found.groups())
    if years or months:
        return None
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)


@dataclass
class Builder:
    """Builds the sections of one file in the order in which they need each other."""

    tree: Mapping_
    checker: Checker
    zones: tuple[str, ...] | None
    lines: tuple[str, ...] | None = None
    terms: dict[str, Term] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sources = {
            name: Source(name, text(r, "title"), text(r, "kind"), text(r, "date"), text(r, "url"))
            for name, r, _ in records(self.tree, "sources")
        }
        self.parties = {
            name: Party(PartyId(name), text(r, "name"), text(r, "role"))
            for name, r, _ in records(self.tree, "parties")
        }
        self.open = {
            name: OpenTerm(name, tuple(v for v, _ in words(r.get("values"))), text(r, "words"))
            for name, r, _ in records(self.tree, "open")
        }
        self.periods = dict(self._periods())
        self.groups = dict(self._groups())
        self._conditions = ConditionReader(
            Scope(
                tuple(self.parties),
                self.zones,
                section(self.tree, "periods").keys,
                self.terms,
                section(self.tree, "thresholds").keys,
                section(self.tree, "distances").keys,
            ),
            self.checker,
        )
        for name, r, _ in records(self.tree, "terms"):
            reads = self.condition(r.get("reads"), f"term {name}")
            self.terms[name] = Term(name, text(r, "words"), reads, certainty(r))
        self.clauses = dict(self._clauses())
        self.bodies = dict(self._bodies())
        self.gates = dict(self._gates())
        self.prohibitions = tuple(self._prohibitions())
        self.guarantees = tuple(self._guarantees())

    def known(
        self, name: str, line: int, where: str, kind: str, code: str, names: Collection[str]
    ) -> bool:
        """Whether a name points to something; notes a problem when it does not."""
        if name in names:
            return True
        choices = sorted(names)
        self.checker.problem(
            line,
            code,
            f"{where} names the {kind} {name}, which the file does not have",
            ", ".join(choices) or f"a {kind} that is defined",
            name,
            nearest(name, choices),
        )
        return False

    @property
    def guarantee_groups(self) -> tuple[str, ...]:
        """Keys of the guarantees in the file."""
        return section(self.tree, "guarantees").keys

    def zone(self, r: Mapping_, key: str, where: str) -> str:
        """A zone under a key, checked where zones were given; "" when it is not there."""
        named = self.zones if self.zones is not None else tuple(w for w, _ in words(r.get(key)))
        return self.one(r, key, where, "zone", "AGR-026", named)

    def zones_named(self, r: Mapping_, key: str, where: str) -> tuple[str, ...]:
        """Several zones under a key, checked where zones were given."""
        named = self.zones if self.zones is not None else tuple(w for w, _ in words(r.get(key)))
        return self.several(r, key, where, "zone", "AGR-026", named)

    def zone_or_line(self, r: Mapping_, key: str, where: str) -> str:
        """A zone or a line under a key, checked where a map was given."""
        if self.zones is None:
            return self.zone(r, key, where)
        named = (*self.zones, *(self.lines or ()))
        return self.one(r, key, where, "zone or line", "AGR-026", named)

    def condition(self, tree: Tree | None, where: str) -> Node:
        """A condition, ALWAYS when the key is not there."""
        return ALWAYS if tree is None else self._conditions.read(tree, where)

    def one(
        self, r: Mapping_, key: str, where: str, kind: str, code: str, names: Collection[str]
    ) -> str:
        """A name under a key, checked; "" when it is not there."""
        for name, line in words(r.get(key)):
            self.known(name, line, where, kind, code, names)
            return name
        return ""

    def several(
        self, r: Mapping_, key: str, where: str, kind: str, code: str, names: Collection[str]
    ) -> tuple[str, ...]:
        """The names under a key that point to something."""
        found = words(r.get(key))
        return tuple(n for n, line in found if self.known(n, line, where, kind, code, names))

    def parties_named(self, r: Mapping_, key: str, where: str) -> tuple[PartyId, ...]:
        """The parties under a key."""
        found = self.several(r, key, where, "party", "AGR-023", self.parties)
        return tuple(PartyId(name) for name in found)

    def _periods(self) -> Iterator[tuple[str, Period]]:
        for name, r, line in records(self.tree, "periods"):
            start, end = text(r, "from"), text(r, "until")
            if not start or not end:
                continue
            first, last = parse_instant(start), parse_instant(end)
            if last <= first:
                self.checker.problem(
                    line,
                    "AGR-016",
                    f"period {name} ends before it starts, or lasts no time",
                    f"an end after {start}",
                    end,
                    "correct from or until; a period holds its first moment and not its last",
                )
                continue
            yield name, Period(first, last)

    def _groups(self) -> Iterator[tuple[str, Group]]:
        for name, r, _ in records(self.tree, "groups"):
            number = r.get("said_to_number")
            yield (
                name,
                Group(
                    name,
                    self.parties_named(r, "members", f"group {name}"),
                    _flag(r, "complete", default=True),
                    number.value
                    if isinstance(number, Scalar) and isinstance(number.value, int)
                    else None,
                    self.one(r, "source", f"group {name}", "source", "AGR-020", self.sources),
                ),
            )

    def _clauses(self) -> Iterator[tuple[str, Clause]]:
        for name, r, _ in records(self.tree, "clauses"):
            where = f"clause {name}"
            yield (
                name,
                Clause(
                    name,
                    text(r, "quote"),
                    text(r, "says"),
                    self.one(r, "source", where, "source", "AGR-020", self.sources),
                    text(r, "binding") or "unstated",
                    certainty(r),
                    self._standing(r.get("standing"), where),
                ),
            )

    def _standing(self, tree: Tree | None, where: str) -> tuple[StandingStep, ...]:
        steps: list[StandingStep] = []
        last: dict[str, StandingStep] = {}
        for item in tree.items if isinstance(tree, Sequence_) else ():
            if not isinstance(item, Mapping_) or not text(item, "step") or not text(item, "since"):
                continue
            party = self.one(item, "party", where, "party", "AGR-023", self.parties)
            step = StandingStep(
                Standing(text(item, "step")),
                parse_instant(text(item, "since")),
                PartyId(party) if party else None,
                text(item, "since"),
            )
            before = last.get(party)
            if before is not None and step.since <= before.since:
                ends = step.step in _ENDINGS
                self.checker.problem(
                    item.line,
                    "AGR-017",
                    f"{where} {'ends before it starts' if ends else 'has its steps out of order'}",
                    f"a moment after {before.step.value} was reached",
                    text(item, "since"),
                    "give the steps in the order of time",
                )
            last[party] = step
            steps.append(step)
        return tuple(steps)

    def _bodies(self) -> Iterator[tuple[str, Body]]:
        members = (*self.parties, *self.groups)
        for name, r, _ in records(self.tree, "bodies"):
            where = f"body {name}"
            settings = {}
            for key in ("majority", "on_deadlock", "within"):
                if r.get(key) is not None:
                    settings[key] = self._setting(r.get(key), f"{where}, {key}")
            if _flag(r, "two_persons", default=False):
                settings["two_persons"] = "true"
            quorum = r.get("quorum")
            yield (
                name,
                Body(
                    name,
                    text(r, "words"),
                    self.several(r, "members", where, "member", "AGR-023", members),
                    tuple(w for w, _ in words(r.get("decides"))),
                    settings,
                    "" if quorum is None else self._setting(quorum, f"{where}, quorum"),
                    self.one(r, "chair", where, "party", "AGR-023", self.parties),
                ),
            )

    def _setting(self, tree: Tree | None, where: str) -> str:
        if isinstance(tree, Mapping_):
            name = self.one(tree, "open", where, "open term", "AGR-029", self.open)
            return f"open: {name}"
        return next((w for w, _ in words(tree)), "")

    def _gates(self) -> Iterator[tuple[str, Gate]]:
        for name, r, _ in records(self.tree, "gates"):
            where = f"gate {name}"
            after = text(r, "after")
            yield (
                name,
                Gate(
                    name,
                    PartyId(self.one(r, "of", where, "party", "AGR-023", self.parties)),
                    GateEffect(text(r, "effect") or GateEffect.NONE),
                    tuple(w for w, _ in words(r.get("for"))),
                    text(r, "words"),
                    certainty(r),
                    text(r, "practice"),
                    Span(after, fixed_span(after)) if after else None,
                    self.one(r, "source", where, "source", "AGR-020", self.sources),
                    self.span(r.get("takes"), where),
                    self.one(
                        r, "clock", where, "clock", "AGR-044", section(self.tree, "clocks").keys
                    ),
                    tuple(w for w, _ in words(r.get("speaks"))),
                ),
            )

    def span(self, tree: Tree | None, where: str) -> Span | None:
        """A duration or the open term in its place, None when the key is not there."""
        if isinstance(tree, Mapping_):
            name = self.one(tree, "open", where, "open term", "AGR-029", self.open)
            return Span("", None, name)
        written = next((w for w, _ in words(tree)), "")
        return Span(written, fixed_span(written)) if written else None

    def _prohibitions(self) -> Iterator[Prohibition]:
        for name, r, _ in records(self.tree, "prohibitions"):
            where = f"prohibition {name}"
            must_not = self.condition(r.get("must_not"), f"{where}, must_not")
            exceptions = r.get("except")
            deciders = (OPERATION_OF_THE_TEXT, *self.bodies)
            yield Prohibition(
                name,
                self.one(r, "clause", where, "clause", "AGR-021", self.clauses),
                self.parties_named(r, "who", where),
                conjunction([must_not, self._where(r.get("where"), where)]),
                tuple(
                    self._exception(item, f"{where}, except")
                    for item in (exceptions.items if isinstance(exceptions, Sequence_) else ())
                    if isinstance(item, Mapping_)
                ),
                certainty(r),
                self.one(r, "decided_by", where, "body", "AGR-027", deciders),
                text(r, "words"),
            )

    def _where(self, tree: Tree | None, where: str) -> Node:
        if not isinstance(tree, Mapping_):
            return ALWAYS
        found = words(tree.get("in"))
        if self.zones is not None:
            for zone, line in found:
                self.known(zone, line, f"{where}, where", "zone", "AGR-026", self.zones)
        return disjunction([Settled(SettledKind.ZONE, zone) for zone, _ in found])

    def _exception(self, r: Mapping_, where: str) -> Exception_:
        answers, reads = r.get("answers"), r.get("reads")
        if (answers is None) is (reads is None):
            self.checker.problem(
                r.line,
                "AGR-036",
                f"{where} needs either reads or answers",
                "one of the two",
                ", ".join(r.keys),
                "say either a condition on the act or the strike it answers",
            )
        return Exception_(
            self.one(r, "clause", where, "clause", "AGR-021", self.clauses),
            None if reads is None else self.condition(reads, f"{where}, reads"),
            self._answers(answers, where) if isinstance(answers, Mapping_) else None,
            certainty(r),
            text(r, "words"),
        )

    def _answers(self, r: Mapping_, where: str) -> Answers:
        return Answers(
            self.parties_named(r, "by", where),
            tuple(w for w, _ in words(r.get("same"))),
            self.span(r.get("within"), where) or Span("", None),
            self._nearness(r, where),
        )

    def _nearness(self, r: Mapping_, where: str) -> int | None:
        metres = number(r, "metres")
        if metres is not None and "place" not in [w for w, _ in words(r.get("same"))]:
            self.checker.problem(
                r.line,
                "AGR-073",
                f"{where} says how near the same place is, and does not ask for the same place",
                "same: [place] beside metres",
                f"same: {', '.join(w for w, _ in words(r.get('same'))) or 'nothing'}",
                "add place under same, or remove metres",
            )
        return metres

    def _guarantees(self) -> Iterator[Guarantee]:
        groups = {name: self._givers(r, name) for name, r, _ in records(self.tree, "guarantees")}
        for name, r, _ in records(self.tree, "guarantees"):
            yield from self._promises(name, r, groups)

    def _givers(self, r: Mapping_, name: str) -> tuple[str, ...]:
        where = f"guarantee {name}"
        found = words(r.get("by"))
        if len(found) == 1 and found[0][0] in self.groups:
            givers: tuple[str, ...] = self.groups[found[0][0]].members
        else:
            choices = (*self.parties, *self.bodies, *self.groups)
            givers = self.several(r, "by", where, "giver", "AGR-023", choices)
        if len(givers) > 1 and not _flag(r, "each", default=False):
            self.checker.problem(
                r.line,
                "AGR-035",
                f"{where} has several givers and does not say that each gives it",
                "each: true",
                ", ".join(givers),
                "add each: true, or write one guarantee for each giver",
            )
        return givers

    def _promises(
        self, name: str, r: Mapping_, groups: Mapping[str, tuple[str, ...]]
    ) -> Iterator[Guarantee]:
        where = f"guarantee {name}"
        action = r.get("action")
        choice = isinstance(action, Mapping_)
        actions = tuple(
            w for w, _ in words(action.get("one_of") if isinstance(action, Mapping_) else action)
        )
        named = self.several(r, "gates", where, "gate", "AGR-024", self.gates)
        reliance = self.reliance(r.get("relies_on"), where, groups)
        within = self.span(r.get("within"), where)
        trigger = self.condition(r.get("trigger"), f"{where}, trigger")
        clause = self.one(r, "clause", where, "clause", "AGR-021", self.clauses)
        clocks = section(self.tree, "clocks").keys
        awaited = (
            *section(self.tree, "contributions").keys,
            *section(self.tree, "commitments").keys,
        )
        waits_for = self.several(r, "waits_for", where, "promise", "AGR-028", awaited)
        clock = self.one(r, "clock", where, "clock", "AGR-044", clocks)
        givers = groups[name]
        for giver in givers:
            own = (
                self._own_gates(giver, actions) if _flag(r, "gates_of_actor", default=False) else ()
            )
            yield Guarantee(
                id=guarantee_id(name, giver, givers),
                group=name,
                clause=clause,
                by=PartyId(giver),
                strength=Strength(text(r, "strength") or Strength.UNSTATED),
                actions=actions,
                choice=choice,
                trigger=trigger,
                gates=tuple(dict.fromkeys((*named, *own))),
                relies_on=tuple(" or ".join(item) for item in reliance),
                reliance=tuple(
                    tuple(guarantee_id(g, by, groups[g]) for g in item for by in groups[g])
                    for item in reliance
                ),
                within=within.elapsed if within else None,
                within_text=within.text if within else "",
                within_open=within.open_term if within else "",
                runs_from=RunsFrom(text(r, "runs_from") or RunsFrom.VERIFICATION),
                certainty=certainty(r),
                words=text(r, "words"),
                clock=clock,
                until=parse_instant(text(r, "until")) if text(r, "until") else None,
                late_knowledge=LateKnowledge(text(r, "late_knowledge") or "as_written"),
                waits_for=waits_for,
            )

    def _own_gates(self, giver: str, actions: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(
            gate.id
            for gate in self.gates.values()
            if gate.of == giver and set(gate.actions) & set(actions)
        )

    def reliance(
        self, tree: Tree | None, where: str, groups: Mapping[str, tuple[str, ...]]
    ) -> tuple[tuple[str, ...], ...]:
        """What must hold first: each item lists guarantees of which one suffices."""
        items: tuple[Tree, ...] = tree.items if isinstance(tree, Sequence_) else ()
        found = []
        for item in items:
            named = words(item.get("any") if isinstance(item, Mapping_) else item)
            found.append(
                tuple(
                    g
                    for g, line in named
                    if self.known(g, line, where, "guarantee", "AGR-028", groups)
                )
            )
        return tuple(item for item in found if item)


def guarantee_id(group: str, giver: str, givers: tuple[str, ...]) -> str:
    """The unique name of one giver's promise."""
    return group if len(givers) == 1 else f"{group}/{giver}"


def items(tree: Mapping_, key: str) -> list[Mapping_]:
    """The records of a list, empty when it is not there."""
    found = tree.get(key)
    listed = found.items if isinstance(found, Sequence_) else ()
    return [item for item in listed if isinstance(item, Mapping_)]


def _flag(r: Mapping_, key: str, *, default: bool) -> bool:
    found = r.get(key)
    return found.value if isinstance(found, Scalar) and isinstance(found.value, bool) else default


def certainty(r: Mapping_) -> Certainty:
    """How a reading follows from the words; assumed when the file does not say."""
    return Certainty(text(r, "certainty") or Certainty.ASSUMED)


def number(r: Mapping_, key: str) -> int | None:
    """A whole number under a key, None when it is not there."""
    found = r.get(key)
    return found.value if isinstance(found, Scalar) and type(found.value) is int else None
