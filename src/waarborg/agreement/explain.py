"""Reading 1: one row, in words; also why it cannot be decided.

Only the leaves that settle the answer give reasons. One part that is no settles "all of", one that is
yes settles "any of": then the first such part, in the order of the text, is given. An open answer
names every open part, because each of them would have to be known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from waarborg.agreement.condition import (
    All,
    AnyOf,
    Compare,
    Constant,
    Member,
    Missing,
    Named,
    Node,
    Not,
    Relation,
    Settled,
    SettledKind,
    Value,
)
from waarborg.agreement.vocabulary import PROPERTIES, Kind
from waarborg.agreement.words import NO_NAMES, Names, leaf_words, value_words
from waarborg.base.judgement import Judgement, Reason, from_bool

Row = Mapping[str, Value | None]
Why = Judgement
"""A verdict with the reasons that settle it."""

Leaf = Constant | Compare | Member | Missing | Settled

NOTHING_SAID: Mapping[str, str] = {}

_UNKNOWN_WORDS = {
    "actor": "it is not known who did it",
    "act": "it is not known what was done",
    "target": "it is not known what was hit",
    "weapon": "it is not known which weapon it was",
    "severity": "the severity is not known",
    "attribution": "it is not known how firmly the act is laid at anyone's door",
    "decision": "it is not known whether there is a ruling",
    "hours_since_first": "it is not known how long after the first breach it happened",
    "continuing": "it is not known whether the fighting goes on",
    "in_force": "it is not known whether the agreement was in force",
}
_SETTLED_CODES = {
    SettledKind.ZONE: "place",
    SettledKind.PERIOD: "time",
    SettledKind.NEAR: "distance",
    SettledKind.THRESHOLD: "threshold",
}
_SETTLED_UNKNOWN = {
    SettledKind.ZONE: "it cannot be said whether the place lies in {}",
    SettledKind.PERIOD: "it cannot be said whether the time falls within {}",
    SettledKind.NEAR: "the position is not precise enough to say whether it lies within {}",
    SettledKind.THRESHOLD: "it cannot be said whether the threshold {} is reached",
}


def explain(
    node: Node, row: Row, unknown: Mapping[str, str] = NOTHING_SAID, names: Names = NO_NAMES
) -> Why:
    """Judge one row and say why.

    Args:
        node: The condition.
        row: Property or settled column to value; absent or None means not known.
        unknown: Column to words for why it is not known, as "the source gives the day, the truce
            began at 16:00"; used instead of the usual sentence.
        names: How parties, zones and periods are called.

    Returns:
        The verdict and its settling reasons in the order of the text, each once.
    """
    holds = truth(node, row)
    leaves = _settling(node, row, holds)
    reasons = dict.fromkeys(_reason(leaf, row, unknown, names) for leaf in leaves)
    return Why(from_bool(holds), tuple(reasons))


def truth(node: Node, row: Row) -> bool | None:  # noqa: PLR0911  # one branch a kind of node
    """The bare answer for one row: True, False, or None when it cannot be decided."""
    match node:
        case Compare(name, relation, value):
            got = row.get(name)
            return None if got is None else compare(name, relation, got, value)
        case Member(name, values):
            got = row.get(name)
            return None if got is None else got in values
        case Settled():
            got = row.get(node.column)
            return None if got is None else bool(got)
        case All(parts):
            return _kleene(parts, row, settled_by=False)
        case AnyOf(parts):
            return _kleene(parts, row, settled_by=True)
        case Not(part):
            inner = truth(part, row)
            return None if inner is None else not inner
        case Named(body=body):
            return truth(body, row)
        case Missing(name):
            return row.get(name) is None
        case Constant(holds):
            return holds


def _kleene(parts: tuple[Node, ...], row: Row, *, settled_by: bool) -> bool | None:
    outcome: bool | None = not settled_by
    for part in parts:
        holds = truth(part, row)
        if holds is settled_by:
            return settled_by
        if holds is None:
            outcome = None
    return outcome


def compare(name: str, relation: Relation, got: Value, value: Value) -> bool:
    """Compare two known values of a property; grades by their order."""
    if relation is Relation.EQUAL:
        return got == value
    if relation is Relation.DIFFERENT:
        return got != value
    left, right = rank(name, got), rank(name, value)
    if relation is Relation.BELOW:
        return left < right
    if relation is Relation.AT_MOST:
        return left <= right
    return left > right if relation is Relation.ABOVE else left >= right


def rank(name: str, value: Value) -> int:
    """Where a value stands in the order of its property.

    Raises:
        ValueError: The property has no order, or the value does not belong to it.
    """
    asked = PROPERTIES[name]
    if asked.kind is Kind.GRADE and isinstance(value, str):
        return asked.values.index(value)
    if asked.kind is Kind.NUMBER and isinstance(value, int):
        return value
    raise ValueError(f"{value!r} has no place in an order of {asked.words}")


def _settling(node: Node, row: Row, holds: bool | None) -> Iterator[Leaf]:  # noqa: FBT001  # data
    match node:
        case All(parts):
            yield from _settling_parts(parts, row, holds, settled_by=False)
        case AnyOf(parts):
            yield from _settling_parts(parts, row, holds, settled_by=True)
        case Not(part):
            yield from _settling(part, row, None if holds is None else not holds)
        case Named(body=body):
            yield from _settling(body, row, holds)
        case _:
            yield node


def _settling_parts(
    parts: tuple[Node, ...],
    row: Row,
    holds: bool | None,  # noqa: FBT001  # data
    *,
    settled_by: bool,
) -> Iterator[Leaf]:
    for part in parts:
        if truth(part, row) is holds:
            yield from _settling(part, row, holds)
            if holds is settled_by:
                return


def _reason(leaf: Leaf, row: Row, unknown: Mapping[str, str], names: Names) -> Reason:
    match leaf:
        case Constant(holds):
            return Reason("constant", "the text says: always" if holds else "the text says: never")
        case Settled(kind, name):
            return _settled_reason(leaf, kind, name, row, unknown, names)
        case Missing(name):
            missing = row.get(name) is None
            return Reason(
                f"{_code(name)}-{'unknown' if missing else 'known'}",
                leaf_words(leaf, names, holds=missing),
            )
        case Compare(property=name) | Member(property=name):
            return _value_reason(name, row.get(name), unknown, names)


def _settled_reason(
    leaf: Settled,
    kind: SettledKind,
    name: str,
    row: Row,
    unknown: Mapping[str, str],
    names: Names,
) -> Reason:
    got = row.get(leaf.column)
    code = _SETTLED_CODES[kind]
    if got is None:
        called = names.get(leaf.column, name.replace("_", " "))
        usual = _SETTLED_UNKNOWN[kind].format(called)
        return Reason(f"{code}-unknown", unknown.get(leaf.column, usual))
    words = leaf_words(leaf, names, holds=bool(got))
    return Reason(f"{code}-{'inside' if got else 'outside'}", words)


def _value_reason(name: str, got: Value | None, unknown: Mapping[str, str], names: Names) -> Reason:
    if got is None:
        return Reason(f"{_code(name)}-unknown", unknown.get(name, _UNKNOWN_WORDS[name]))
    asked = PROPERTIES[name]
    if asked.kind is Kind.FLAG:
        return Reason(_code(name), asked.words if got else f"it is not so that {asked.words}")
    return Reason(_code(name), f"{asked.words} is {value_words(name, got, names)}")


def _code(name: str) -> str:
    return name.replace("_", "-")
