"""A chances file: how likely each element is to hold, who says so, and what may fail together.

Nothing is filled in: every element that a need hangs on must be given a chance with a source, by name
or under `others`, or the file is refused with all that is missing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from waarborg.agreement.build import records, section, text, words
from waarborg.agreement.file_shape import SOURCE
from waarborg.agreement.shape import (
    Anything,
    Checker,
    Key,
    ListOf,
    MapOf,
    Record,
    Text,
    Word,
    nearest,
)
from waarborg.agreement.yaml_tree import Mapping_, Scalar, Sequence_, Tree, read_tree
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.coverage.base_rates import BASE_RATES

FORMAT = "chances/1"

_CHANCE = Anything("a chance from 0 to 1, or a range of two")
_STATED = {
    "chance": Key(_CHANCE, "chance that it holds: a number from 0 to 1, or a range [0.4, 0.7]"),
    "base_rate": Key(Word(tuple(BASE_RATES)), "a published share that stands for the chance"),
    "source": Key(Text("a source of the file"), "where the chance comes from"),
    "words": Key(Text(), "on what ground, in words"),
}
CHANCES = Record(
    {
        "waarborg": Key(Word((FORMAT,)), "name and version of the format", required=True),
        "by": Key(Text(), "who states these chances", required=True),
        "sources": Key(MapOf(SOURCE), "where they come from"),
        "holds": Key(MapOf(Record(_STATED, "a chance")), "element to the chance that it holds"),
        "others": Key(Record(_STATED, "a chance"), "the chance of every element not named"),
        "together": Key(
            ListOf(
                Record(
                    {
                        "of": Key(ListOf(Text("an element"), least=2), "elements", required=True),
                        "fails": Key(_CHANCE, "chance that all fail from one cause", required=True),
                        "source": Key(Text("a source of the file"), "where it comes from"),
                        "words": Key(Text(), "the cause, in words", required=True),
                    },
                    "a common cause",
                )
            ),
            "what may fail together",
        ),
    },
    "a chances file",
)
"""What a chances file may hold."""


@dataclass(frozen=True, slots=True)
class Range:
    """A chance, or a range of chances: least and most, as exact fractions."""

    least: Fraction
    most: Fraction

    @property
    def words(self) -> str:
        """In per cent, as "60 %" or "40 to 70 %"."""
        low, high = percent(self.least), percent(self.most)
        return f"{low} %" if self.least == self.most else f"{low} to {high} %"


def percent(share: Fraction) -> str:
    """A share in per cent to one decimal; never 0 or 100 unless it is."""
    shown = f"{float(share * 100):.1f}".removesuffix(".0")
    if shown == "0" and share > 0:
        return "under 0.1"
    return "over 99.9" if shown == "100" and share < 1 else shown


@dataclass(frozen=True, slots=True)
class Stated:
    """A stated chance.

    Attributes:
        element: Name of the element, as "guarantor US".
        holds: The chance that it holds.
        source: Where it comes from, in words.
        words: On what ground, "" if the file gives none.
    """

    element: str
    holds: Range
    source: str
    words: str


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause from which several elements fail at once, beside their own chance of failing.

    Attributes:
        of: Names of the elements, sorted.
        fails: The chance of it.
        source: Where it comes from, in words.
        words: The cause, in words.
    """

    of: tuple[str, ...]
    fails: Range
    source: str
    words: str


@dataclass(frozen=True, slots=True)
class Chances:
    """A chances file, checked against the elements that a need hangs on.

    Attributes:
        by: Who states the chances.
        digest: SHA-256 of the file's text, in hex.
        stated: For each element its chance.
        causes: What may fail together.
    """

    by: str
    digest: str
    stated: Mapping[str, Stated]
    causes: tuple[Cause, ...]


def read_chances(
    source: str, name: str, elements: Collection[str], needed: Collection[str]
) -> Chances:
    """Read a chances file.

    Args:
        source: The text of the file.
        name: How messages call the file.
        elements: Names of everything that can fail under the agreement.
        needed: Names of what must be given a chance.

    Raises:
        ProblemsFound: With every problem of the file.
    """
    tree, problems = read_tree(source, name)
    checker = Checker(name, problems)
    checked = None if tree is None else checker.check(CHANCES, tree, "the file")
    if not isinstance(checked, Mapping_):
        raise ProblemsFound(checker.problems)
    reader = _Reader(checked, checker, tuple(sorted(elements)))
    stated = {each.element: each for each in reader.stated(sorted(needed))}
    causes = tuple(reader.causes())
    if checker.problems:
        raise ProblemsFound(list(dict.fromkeys(checker.problems)))
    digest = hashlib.sha256(source.encode()).hexdigest()
    return Chances(text(checked, "by"), digest, stated, causes)


@dataclass(frozen=True, slots=True)
class _Reader:
    tree: Mapping_
    checker: Checker
    elements: tuple[str, ...]

    def stated(self, needed: Collection[str]) -> Iterator[Stated]:
        """The chance of each element, what is named first."""
        named = dict[str, Mapping_]()
        for name, r, line in records(self.tree, "holds"):
            named[name] = r
            self._known(name, line)
            yield self._one(r, name)
        others = self.tree.get("others")
        for name in needed:
            if name in named:
                continue
            if isinstance(others, Mapping_):
                yield self._one(others, name)
            else:
                self.checker.problems.append(
                    Problem(
                        self.checker.name,
                        0,
                        "COV-003",
                        f"{name} can fail and is given no chance",
                        f'"{name}" under holds, or others for all that are not named',
                        ", ".join(named) or "no element at all",
                        "state a chance with its source",
                    )
                )

    def _known(self, name: str, line: int) -> None:
        if name not in self.elements:
            self.checker.problem(
                line,
                "COV-002",
                f"nothing that can fail is called {name}",
                ", ".join(self.elements) or "nothing can fail here",
                name,
                nearest(name, self.elements),
            )

    def _one(self, r: Mapping_, name: str) -> Stated:
        rate = BASE_RATES.get(text(r, "base_rate"))
        if (rate is None) is (r.get("chance") is None) or (rate is None and not text(r, "source")):
            self.checker.problem(
                r.line,
                "COV-004",
                f"the chance of {name} does not say where it comes from",
                "chance and source, or base_rate alone",
                ", ".join(r.keys) or "nothing",
                "state one chance and where it comes from",
            )
        if rate is not None:
            source = f"{rate.source} ({rate.words}), {rate.address}"
            return Stated(name, Range(rate.share, rate.share), source, text(r, "words"))
        held = self._range(r.get("chance"), r.line, f"the chance of {name}")
        return Stated(name, held, self._source(r), text(r, "words"))

    def _source(self, r: Mapping_) -> str:
        name = text(r, "source")
        known = section(self.tree, "sources")
        found = known.get(name)
        if name and not isinstance(found, Mapping_):
            self.checker.problem(
                r.line,
                "COV-004",
                f"the source {name} is not in the file",
                ", ".join(known.keys) or "sources: in the file",
                name,
                nearest(name, known.keys),
            )
        if not isinstance(found, Mapping_):
            return ""
        parts = (text(found, "title"), text(found, "date"), text(found, "url"))
        return ", ".join(part for part in parts if part)

    def _range(self, tree: Tree | None, line: int, where: str) -> Range:
        items = tree.items if isinstance(tree, Sequence_) else () if tree is None else (tree,)
        found = [_fraction(item) for item in items]
        numbers = [each for each in found if each is not None]
        if len(numbers) != len(found) or len(numbers) not in {1, 2} or numbers != sorted(numbers):
            self.checker.problem(
                line,
                "COV-001",
                f"{where} is no chance",
                "a number from 0 to 1, or a range with the least first, as [0.4, 0.7]",
                ", ".join(str(i.value) if isinstance(i, Scalar) else "a list" for i in items),
                "write the chance as a number from 0 to 1",
            )
            return Range(Fraction(0), Fraction(1))
        return Range(numbers[0], numbers[-1])

    def causes(self) -> Iterator[Cause]:
        """What may fail together."""
        found = self.tree.get("together")
        for item in found.items if isinstance(found, Sequence_) else ():
            if isinstance(item, Mapping_):
                named = words(item.get("of"))
                for name, line in named:
                    self._known(name, line)
                yield Cause(
                    tuple(sorted({name for name, _ in named})),
                    self._range(item.get("fails"), item.line, "what may fail together"),
                    self._source(item),
                    text(item, "words"),
                )


def _fraction(tree: Tree) -> Fraction | None:
    value = tree.value if isinstance(tree, Scalar) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    share = Fraction(str(value))
    return share if 0 <= share <= 1 else None
