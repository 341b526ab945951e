"""Reading a condition from its short YAML form into the typed tree.

The form: `{all: [...]}`, `{any: [...]}`, `{not: ...}`, `{term: name}`, `{unknown: property}`,
`{property: word}`, `{property: [word, word]}`, `{property: {at_least: word}}`, `{place: {in: zone}}`,
`{at: {during: period}}`, `{threshold: name}`, `{near: name}`, `always`, `never`. Several keys side by
side must all hold. CQL2 is taken too: as a text, or as CQL2-JSON (`{op: ..., args: [...]}`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from waarborg.agreement.condition import (
    ALWAYS,
    NEVER,
    Compare,
    Member,
    Missing,
    Named,
    Node,
    Not,
    Relation,
    Settled,
    SettledKind,
    Value,
    conjunction,
    disjunction,
)
from waarborg.agreement.cql2 import parse_text
from waarborg.agreement.cql2_in import to_short_form
from waarborg.agreement.model import Term
from waarborg.agreement.shape import Checker, nearest, shown
from waarborg.agreement.vocabulary import PROPERTIES, Kind, Property
from waarborg.agreement.yaml_tree import Entry, Mapping_, Scalar, Sequence_, Tree, plain

RELATIONS = {
    "is": Relation.EQUAL,
    "not": Relation.DIFFERENT,
    "at_least": Relation.AT_LEAST,
    "at_most": Relation.AT_MOST,
    "above": Relation.ABOVE,
    "below": Relation.BELOW,
}
"""How a file compares a property that has an order."""
_CALLED = {
    SettledKind.ZONE: "zone",
    SettledKind.PERIOD: "period",
    SettledKind.NEAR: "distance rule",
    SettledKind.THRESHOLD: "threshold",
}
UNORDERED = ("is", "not")
"""How a file compares a property that has none."""
_CONNECTIVES = ("all", "any", "not", "term", "unknown", "near", "threshold")


Known = Collection[str]
"""Names that a condition may use."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a condition may name.

    Attributes:
        parties: Parties of the file, the values of the actor.
        zones: Zones of the zones file, None when none was given and zones cannot be checked.
        periods: Periods of the file.
        terms: Terms read so far.
        thresholds: Thresholds read so far.
        distances: Distance rules of the file.
    """

    parties: tuple[str, ...]
    zones: tuple[str, ...] | None
    periods: tuple[str, ...]
    terms: Mapping[str, Term]
    thresholds: Known = frozenset()
    distances: Known = frozenset()


@dataclass(frozen=True, slots=True)
class ConditionReader:
    """Reads conditions, noting every problem; a part that cannot be read is left out."""

    scope: Scope
    checker: Checker

    def read(self, tree: Tree, where: str) -> Node:  # noqa: PLR0911  # one branch a form
        """Read one condition; problems are AGR-022, AGR-025, AGR-026 and AGR-030 to AGR-033."""
        match tree:
            case Mapping_() if set(tree.keys) == {"op", "args"}:
                return self._cql2(tree, where, lambda: plain(tree))
            case Mapping_(entries) if entries:
                return conjunction([self._entry(entry, where) for entry in entries])
            case Sequence_(items) if items:
                return conjunction([self.read(item, where) for item in items])
            case Scalar("always"):
                return ALWAYS
            case Scalar("never"):
                return NEVER
            case Scalar(str() as written):
                return self._cql2(tree, where, lambda: parse_text(written))
        self._form(tree, where)
        return NEVER

    def _cql2(self, tree: Tree, where: str, given: Callable[[], object]) -> Node:
        try:
            short = to_short_form(given(), tree.line)
        except ValueError as error:
            self.checker.problem(
                tree.line,
                "AGR-034",
                f"{where} is no condition in CQL2 that can be taken",
                "comparisons, in, between, isNull, and, or, not, and named zones and periods",
                str(error)[:120],
                "mend the expression, or write the condition in the short form",
            )
            return NEVER
        return self.read(short, where)

    def _form(self, tree: Tree, where: str) -> None:
        self.checker.problem(
            tree.line,
            "AGR-033",
            f"{where} is no condition",
            "a mapping such as {act: [air_strike]}, or always, or never",
            shown(tree),
            "write the condition as in the examples",
        )

    def _entry(self, entry: Entry, where: str) -> Node:  # noqa: PLR0911  # one branch a key
        key, value = entry.key, entry.value
        match key:
            case "all":
                return conjunction(self._parts(value, where))
            case "any":
                return disjunction(self._parts(value, where))
            case "not":
                return Not(self.read(value, where))
            case "term":
                return self._term(value, where)
            case "unknown":
                return self._missing(value, where)
            case "near":
                known = self.scope.distances
                return self._one(value, where, SettledKind.NEAR, known, "AGR-045") or NEVER
            case "threshold":
                known = self.scope.thresholds
                return self._one(value, where, SettledKind.THRESHOLD, known, "AGR-046") or NEVER
        asked = PROPERTIES.get(key)
        if asked is None:
            known = (*_CONNECTIVES, *PROPERTIES)
            self.checker.problem(
                entry.line,
                "AGR-030",
                f"{where} asks for {key}, which no incident has",
                ", ".join(known),
                key,
                nearest(key, known),
            )
            return NEVER
        return self._property(asked, value, where)

    def _parts(self, tree: Tree, where: str) -> list[Node]:
        if isinstance(tree, Sequence_) and tree.items:
            return [self.read(item, where) for item in tree.items]
        self._form(tree, where)
        return []

    def _word(self, tree: Tree, where: str) -> str | None:
        if isinstance(tree, Scalar) and isinstance(tree.value, str):
            return tree.value
        self._form(tree, where)
        return None

    def _term(self, tree: Tree, where: str) -> Node:
        name = self._word(tree, where)
        if name is None:
            return NEVER
        term = self.scope.terms.get(name)
        if term is None:
            self.checker.problem(
                tree.line,
                "AGR-022",
                f"{where} uses the term {name}, which is not defined above it",
                ", ".join(sorted(self.scope.terms)) or "a term under terms",
                name,
                nearest(name, self.scope.terms),
            )
            return NEVER
        return Named(name, term.words, term.reads)

    def _missing(self, tree: Tree, where: str) -> Node:
        name = self._word(tree, where)
        known = [p.name for p in PROPERTIES.values() if p.kind not in {Kind.PLACE, Kind.INSTANT}]
        if name is None or name in known:
            return Missing(name) if name else NEVER
        self.checker.problem(
            tree.line,
            "AGR-030",
            f"{where} asks whether {name} is unknown, which cannot be asked",
            ", ".join(known),
            name,
            nearest(name, known),
        )
        return NEVER

    def _property(self, asked: Property, tree: Tree, where: str) -> Node:
        if asked.kind is Kind.PLACE:
            zones = self.scope.zones
            return self._settled(tree, where, "in", SettledKind.ZONE, zones, "AGR-026")
        if asked.kind is Kind.INSTANT:
            periods = self.scope.periods
            return self._settled(tree, where, "during", SettledKind.PERIOD, periods, "AGR-025")
        match tree:
            case Sequence_(items) if items:
                values = [self._literal(asked, item, where) for item in items]
                return Member(asked.name, tuple(v for v in values if v is not None))
            case Mapping_(entries) if entries:
                return conjunction([self._relation(asked, entry, where) for entry in entries])
        value = self._literal(asked, tree, where)
        return NEVER if value is None else Compare(asked.name, Relation.EQUAL, value)

    def _relation(self, asked: Property, entry: Entry, where: str) -> Node:
        ordered = asked.kind in {Kind.GRADE, Kind.NUMBER}
        allowed = [r for r in RELATIONS if ordered or r in UNORDERED]
        if entry.key not in allowed:
            has = "" if ordered or entry.key not in RELATIONS else ", which has no order"
            self.checker.problem(
                entry.line,
                "AGR-032",
                f"{where} asks for {asked.name} {entry.key}{has}",
                ", ".join(allowed),
                entry.key,
                nearest(entry.key, allowed),
            )
            return NEVER
        value = self._literal(asked, entry.value, where)
        return NEVER if value is None else Compare(asked.name, RELATIONS[entry.key], value)

    def _literal(self, asked: Property, tree: Tree, where: str) -> Value | None:
        value = tree.value if isinstance(tree, Scalar) else None
        known: tuple[str, ...]
        match asked.kind:
            case Kind.FLAG:
                known, expected = ("true", "false"), "true or false"
                right = isinstance(value, bool)
            case Kind.NUMBER:
                known, expected = (), f"a whole number from {asked.least} to {asked.most}"
                right = type(value) is int and asked.least <= value <= asked.most
            case _:
                known = self.scope.parties if asked.name == "actor" else asked.values
                expected = ", ".join(known)
                right = isinstance(value, str) and value in known
        if right and isinstance(value, str | int):
            return value
        self.checker.problem(
            tree.line,
            "AGR-031",
            f"{where} compares {asked.name} with a value it cannot have",
            expected,
            shown(tree),
            nearest(str(value), known) if known else f"write {expected}",
        )
        return None

    def _settled(
        self,
        tree: Tree,
        where: str,
        verb: str,
        kind: SettledKind,
        known: Known | None,
        code: str,
    ) -> Node:
        if isinstance(tree, Mapping_) and tree.keys == (verb,):
            named = tree.entries[0].value
            items = named.items if isinstance(named, Sequence_) else (named,)
            nodes = [self._one(item, where, kind, known, code) for item in items]
            return disjunction([node for node in nodes if node is not None])
        asked = "place" if kind is SettledKind.ZONE else "at"
        self.checker.problem(
            tree.line,
            "AGR-033",
            f"{where} asks for {asked} in a form that is not known",
            f"{asked}: {{{verb}: name}}",
            shown(tree),
            f"write {asked}: {{{verb}: name}}",
        )
        return NEVER

    def _one(
        self,
        tree: Tree,
        where: str,
        kind: SettledKind,
        known: Known | None,
        code: str,
    ) -> Node | None:
        name = self._word(tree, where)
        if name is None:
            return None
        if known is not None and name not in known:
            self.checker.problem(
                tree.line,
                code,
                f"{where} names the {_CALLED[kind]} {name}, which is not defined",
                ", ".join(sorted(known)) or f"a {_CALLED[kind]} that is defined",
                name,
                nearest(name, known),
            )
        return Settled(kind, name)
