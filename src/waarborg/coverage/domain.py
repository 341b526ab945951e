"""The distinctions a text makes: every column of an incident as a handful of classes.

Two values of a property are in one class when no condition tells them apart, so a proof over the
classes is a proof over all values. Numbers fall into stretches between the limits that the text
draws. "Not known" is always a class of its own, the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from waarborg.agreement.condition import (
    Compare,
    Constant,
    Member,
    Missing,
    Node,
    Settled,
    Value,
    leaves,
)
from waarborg.agreement.explain import truth
from waarborg.agreement.vocabulary import PROPERTIES, Kind

Leaf = Compare | Member


@dataclass(frozen=True, slots=True)
class Class_:  # noqa: N801  # the word of the field; the underscore avoids the keyword
    """Values of one column that the text does not tell apart.

    Attributes:
        values: The values; for a number its least and its most; empty for "not known".
        weight: How many values it stands for, 1 for a stretch of numbers and for "not known".
    """

    values: tuple[Value, ...]
    weight: int = 1

    @property
    def known(self) -> bool:
        """Whether the class is one of known values."""
        return bool(self.values)

    @property
    def example(self) -> Value | None:
        """One value of it; None for "not known"."""
        return self.values[0] if self.values else None


UNKNOWN = Class_(())


@dataclass(frozen=True, slots=True)
class Domain:
    """The columns that matter, each with its classes."""

    columns: Mapping[str, tuple[Class_, ...]]

    @property
    def zones(self) -> tuple[str, ...]:
        """The zone columns, sorted."""
        return tuple(c for c in self.columns if c.startswith("zone:"))

    @property
    def periods(self) -> tuple[str, ...]:
        """The period columns, sorted."""
        return tuple(c for c in self.columns if c.startswith("period:"))


def domain(conditions: Iterable[Node], parties: Iterable[str]) -> Domain:
    """The distinctions that some conditions make.

    Args:
        conditions: Every condition that will be asked about.
        parties: The values of the actor.
    """
    asked: dict[str, set[Leaf]] = {}
    settled: set[str] = set()
    for condition in conditions:
        for leaf in leaves(condition):
            match leaf:
                case Compare(property=name) | Member(property=name):
                    asked.setdefault(name, set()).add(leaf)
                case Missing(property=name):
                    asked.setdefault(name, set())
                case Settled():
                    settled.add(leaf.column)
                case Constant():
                    pass
    columns = {
        name: (*_classes(name, asked[name], tuple(parties)), UNKNOWN)
        for name in PROPERTIES
        if name in asked
    }
    both = (Class_((True,)), Class_((False,)), UNKNOWN)
    return Domain({**columns, **dict.fromkeys(sorted(settled), both)})


def _classes(name: str, asked: set[Leaf], parties: tuple[str, ...]) -> tuple[Class_, ...]:
    kind = PROPERTIES[name].kind
    if kind is Kind.NUMBER:
        return _stretches(name, asked)
    if kind is Kind.FLAG:
        return (Class_((True,)), Class_((False,)))
    values = parties if name == "actor" else PROPERTIES[name].values
    tests = sorted(asked, key=repr)
    alike: dict[tuple[bool | None, ...], list[Value]] = {}
    for value in values:
        told = tuple(truth(test, {name: value}) for test in tests)
        alike.setdefault(told, []).append(value)
    return tuple(Class_(tuple(group), len(group)) for group in alike.values())


def _stretches(name: str, asked: set[Leaf]) -> tuple[Class_, ...]:
    least, most = PROPERTIES[name].least, PROPERTIES[name].most
    starts = {least}
    for leaf in asked:
        limits = leaf.values if isinstance(leaf, Member) else (leaf.value,)
        for limit in limits:
            if isinstance(limit, int):
                starts |= {limit, limit + 1}
    marks = sorted(start for start in starts if least <= start <= most)
    ends = [*(mark - 1 for mark in marks[1:]), most]
    return tuple(Class_((start, end)) for start, end in zip(marks, ends, strict=True))
