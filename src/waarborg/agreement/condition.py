"""The typed condition: one small tree that every reading walks.

Rules this module keeps:
1. Logic is Kleene's: a missing value makes an answer unknown, never no.
2. Places and times never enter the tree as geometry or calendars. Zones, periods, thresholds and
   distance rules are settled once for each incident into a column of yes, no or unknown.
3. A tree that was built is well typed: properties and literals are checked where it is built.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

Value = str | int | bool
"""A literal: a word of a list, a whole number, or so / not so."""


class Relation(StrEnum):
    """How a property is compared with a literal."""

    EQUAL = "="
    DIFFERENT = "<>"
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="


class SettledKind(StrEnum):
    """What was settled into a column before any logic."""

    ZONE = "zone"
    PERIOD = "period"
    NEAR = "near"
    """A distance rule: near a line or a zone."""
    THRESHOLD = "threshold"
    """A count over a sliding window."""


@dataclass(frozen=True, slots=True)
class Constant:
    """Always, or never."""

    holds: bool


@dataclass(frozen=True, slots=True)
class Compare:
    """A property against one literal; grades compare by their order."""

    property: str
    relation: Relation
    value: Value


@dataclass(frozen=True, slots=True)
class Member:
    """A property is one of several literals."""

    property: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """A property has no value; never itself unknown."""

    property: str


@dataclass(frozen=True, slots=True)
class Settled:
    """A question about place, time or record that was settled into a column."""

    kind: SettledKind
    name: str

    @property
    def column(self) -> str:
        """The column that holds the answer, as "zone:UA-63"."""
        return f"{self.kind.value}:{self.name}"


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Node


@dataclass(frozen=True, slots=True)
class Named:
    """A term of the file: the same as its body, with a name for sentences."""

    term: str
    words: str
    body: Node


Node = Constant | Compare | Member | Missing | Settled | All | AnyOf | Not | Named
"""A condition."""

ALWAYS = Constant(True)  # noqa: FBT003  # the value is the data, not a switch
NEVER = Constant(False)  # noqa: FBT003  # the value is the data, not a switch


def conjunction(parts: Iterable[Node]) -> Node:
    """All of the parts; none gives ALWAYS, one gives itself."""
    kept = tuple(part for part in parts if part != ALWAYS)
    if not kept:
        return ALWAYS
    return kept[0] if len(kept) == 1 else All(kept)


def disjunction(parts: Iterable[Node]) -> Node:
    """Any of the parts; none gives NEVER, one gives itself."""
    kept = tuple(part for part in parts if part != NEVER)
    if not kept:
        return NEVER
    return kept[0] if len(kept) == 1 else AnyOf(kept)


def member_of(name: str, values: Iterable[Value]) -> Node:
    """A property is one of the values."""
    return Member(name, tuple(values))


def parts_of(node: Node) -> tuple[Node, ...]:
    """The nodes directly below a node; empty for a leaf."""
    match node:
        case All(parts) | AnyOf(parts):
            return parts
        case Not(part):
            return (part,)
        case Named(body=body):
            return (body,)
        case _:
            return ()


def leaves(node: Node) -> Iterator[Constant | Compare | Member | Missing | Settled]:
    """Every leaf, from left to right, repeated where the tree repeats it."""
    match node:
        case All() | AnyOf() | Not() | Named():
            for part in parts_of(node):
                yield from leaves(part)
        case _:
            yield node


def properties(node: Node) -> frozenset[str]:
    """The columns the condition looks at: property names and settled columns."""
    found: set[str] = set()
    for leaf in leaves(node):
        match leaf:
            case Compare(property=name) | Member(property=name) | Missing(property=name):
                found.add(name)
            case Settled():
                found.add(leaf.column)
            case Constant():
                pass
    return frozenset(found)
