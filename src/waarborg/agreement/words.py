"""A condition in plain English, to be read beside the text's own words.

`Names` lets a caller say how parties, zones and periods are called: keys are "actor:RU",
"zone:UA-63", "period:truce", "term:armed_attack". Without a name the identifier itself is printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
from waarborg.agreement.vocabulary import PROPERTIES, Kind, in_words

Names = Mapping[str, str]
NO_NAMES: Names = {}

_RELATION_WORDS = {
    Relation.EQUAL: "is",
    Relation.DIFFERENT: "is not",
    Relation.BELOW: "is below",
    Relation.AT_MOST: "is at most",
    Relation.ABOVE: "is above",
    Relation.AT_LEAST: "is at least",
}
_SETTLED_WORDS = {
    SettledKind.ZONE: ("the place lies in {}", "the place lies outside {}"),
    SettledKind.PERIOD: ("the time falls within {}", "the time falls outside {}"),
    SettledKind.NEAR: ("the place lies within {}", "the place does not lie within {}"),
    SettledKind.THRESHOLD: ("the threshold {} is reached", "the threshold {} is not reached"),
}


def listed(items: Sequence[str], last: str = "or") -> str:
    """Items as a sentence lists them: "a, b or c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def value_words(name: str, value: Value, names: Names = NO_NAMES) -> str:
    """A literal as a sentence writes it."""
    if isinstance(value, bool):
        return "so" if value else "not so"
    if isinstance(value, int):
        return str(value)
    return names.get(f"{name}:{value}", value if name == "actor" else in_words(value))


def sentence(node: Node, names: Names = NO_NAMES) -> str:
    """The condition as part of an English sentence; a named term by its name."""
    match node:
        case Constant(holds):
            return "always" if holds else "never"
        case Named(term=term):
            return f"it counts as {_defined(term, names)}"
        case All(parts):
            return " and ".join(_bracketed(part, AnyOf, names) for part in parts)
        case AnyOf(parts):
            return " or ".join(_bracketed(part, All, names) for part in parts)
        case Not(part):
            return _negated(part, names)
        case _:
            return leaf_words(node, names, holds=True)


def _bracketed(node: Node, other: type, names: Names) -> str:
    text = sentence(node, names)
    return f"({text})" if isinstance(node, other) else text


def _negated(node: Node, names: Names) -> str:
    match node:
        case Constant(holds):
            return "never" if holds else "always"
        case Not(part):
            return sentence(part, names)
        case Named(term=term):
            return f"it does not count as {_defined(term, names)}"
        case All() | AnyOf():
            return f"it is not so that ({sentence(node, names)})"
        case _:
            return leaf_words(node, names, holds=False)


def _defined(term: str, names: Names) -> str:
    return names.get(f"term:{term}", in_words(term))


def leaf_words(
    leaf: Constant | Compare | Member | Missing | Settled, names: Names = NO_NAMES, *, holds: bool
) -> str:
    """What a leaf asks, as a statement that it holds or does not hold."""
    match leaf:
        case Constant(value):
            return "always" if value is holds else "never"
        case Missing(name):
            return f"{PROPERTIES[name].words} is {'not known' if holds else 'known'}"
        case Settled(kind, name):
            return _SETTLED_WORDS[kind][0 if holds else 1].format(
                names.get(leaf.column, in_words(name))
            )
        case Member(name, values):
            verb = "is" if holds else "is not"
            found = listed([value_words(name, value, names) for value in values])
            return f"{PROPERTIES[name].words} {verb} {found or 'nothing'}"
        case Compare():
            return _compare_words(leaf, names, holds=holds)


def _compare_words(leaf: Compare, names: Names, *, holds: bool) -> str:
    asked = PROPERTIES[leaf.property]
    if asked.kind is Kind.FLAG:
        positive = (leaf.value is True) is (leaf.relation is Relation.EQUAL)
        return asked.words if positive is holds else f"it is not so that {asked.words}"
    relation = leaf.relation if holds else opposite(leaf.relation)
    value = value_words(leaf.property, leaf.value, names)
    return f"{asked.words} {_RELATION_WORDS[relation]} {value}"


_OPPOSITE = {
    Relation.EQUAL: Relation.DIFFERENT,
    Relation.DIFFERENT: Relation.EQUAL,
    Relation.BELOW: Relation.AT_LEAST,
    Relation.AT_LEAST: Relation.BELOW,
    Relation.ABOVE: Relation.AT_MOST,
    Relation.AT_MOST: Relation.ABOVE,
}


def opposite(relation: Relation) -> Relation:
    """The relation that holds exactly when this one, on known values, does not."""
    return _OPPOSITE[relation]
