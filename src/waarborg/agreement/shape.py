"""The shape of an agreement file: which keys stand where and what each may hold.

One description serves three readers: the loader's first check (`check_shape`), the JSON Schema for
editors, and the reference in the docs. What a shape cannot say (does the clause exist, is the
condition well typed) is the loader's second check.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from waarborg.agreement.yaml_tree import Entry, Mapping_, Scalar, Sequence_, Tree, plain
from waarborg.base.problems import Problem
from waarborg.base.times import parse_instant

DURATION = re.compile(
    r"^P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?)?$"
)


@dataclass(frozen=True, slots=True)
class Text:
    """A text; `about` names what it is, for messages."""

    about: str = "a text"


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a closed list."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number of at least `least`."""

    least: int = 0


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment with its offset from UTC."""


@dataclass(frozen=True, slots=True)
class Duration:
    """An ISO 8601 duration of years, months, weeks, days, hours and minutes."""


@dataclass(frozen=True, slots=True)
class Anything:
    """A value that the second check reads: a condition, or the row of a worked case."""

    about: str


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list; `lone` allows a single item without the brackets."""

    item: Shape
    lone: bool = False
    least: int = 0


@dataclass(frozen=True, slots=True)
class MapOf:
    """Names of the file's own with a value each; `fix` says how to write one."""

    item: Shape
    fix: str = "write name: value"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a record: what it holds, whether it must be there, and what it is for."""

    shape: Shape
    meaning: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """Known keys, and no others."""

    keys: Mapping[str, Key]
    about: str


@dataclass(frozen=True, slots=True)
class Either:
    """The first of several shapes whose outer form fits."""

    options: tuple[Shape, ...]


Shape = (
    Text | Word | Whole | Flag | Instant | Duration | Anything | ListOf | MapOf | Record | Either
)


def nearest(word: str, known: Iterable[str]) -> str:
    """What to write instead: the nearest known word, where one is near."""
    choices = sorted(known)
    close = difflib.get_close_matches(word, choices, n=1, cutoff=0.6)
    if close:
        return f"write {close[0]}"
    return "choose one of the expected words" if choices else "remove it"


def shown(tree: Tree) -> str:
    """What stands at a place, cut to a readable length."""
    match tree:
        case Mapping_():
            return f"keys {', '.join(tree.keys)}"[:80] if tree.entries else "an empty mapping"
        case Sequence_(items):
            return f"a list of {len(items)}"
        case Scalar(value):
            return "nothing" if value is None else str(plain(tree))[:80]


def _fits(shape: Shape, tree: Tree) -> bool:  # noqa: PLR0911  # one branch a shape
    """Whether the outer form fits, so that problems are told about the right option."""
    match shape:
        case Record(keys):
            return isinstance(tree, Mapping_) and (
                not tree.entries or any(key in keys for key in tree.keys)
            )
        case MapOf():
            return isinstance(tree, Mapping_)
        case ListOf(item, lone):
            return isinstance(tree, Sequence_) or (lone and _fits(item, tree))
        case Flag():
            return isinstance(tree, Scalar) and isinstance(tree.value, bool)
        case Whole():
            return isinstance(tree, Scalar) and type(tree.value) is int
        case Either(options):
            return any(_fits(option, tree) for option in options)
        case Word(words):
            return isinstance(tree, Scalar) and tree.value in words
        case Anything():
            return True
        case _:
            return isinstance(tree, Scalar) and isinstance(tree.value, str)


@dataclass
class Checker:
    """Checks a tree against a shape and keeps what is right."""

    name: str
    problems: list[Problem] = field(default_factory=list)

    def problem(
        self, line: int, code: str, message: str, expected: str, found: str, fix: str
    ) -> None:
        """Note a problem."""
        self.problems.append(Problem(self.name, line, code, message, expected, found, fix))

    def check(self, shape: Shape, tree: Tree, where: str) -> Tree | None:
        """The tree without what does not fit, None when nothing of it does."""
        match shape:
            case Record():
                return self._record(shape, tree, where)
            case MapOf():
                return self._map(shape, tree, where)
            case ListOf():
                return self._list(shape, tree, where)
            case Either(options):
                fitting = next((o for o in options if _fits(o, tree)), options[-1])
                return self.check(fitting, tree, where)
            case Anything():
                return tree
            case _:
                return self._scalar(shape, tree, where)

    def _wrong(self, tree: Tree, where: str, expected: str, fix: str) -> None:
        self.problem(
            tree.line, "AGR-012", f"{where} has the wrong form", expected, shown(tree), fix
        )

    def _record(self, shape: Record, tree: Tree, where: str) -> Tree | None:
        if not isinstance(tree, Mapping_):
            keys = ", ".join(shape.keys)
            self._wrong(tree, where, f"keys of {shape.about}: {keys}", "write key: value")
            return None
        kept: list[Entry] = []
        for entry in tree.entries:
            key = shape.keys.get(entry.key)
            if key is None:
                self.problem(
                    entry.line,
                    "AGR-010",
                    f"{where} has no key {entry.key}",
                    ", ".join(shape.keys),
                    entry.key,
                    nearest(entry.key, shape.keys),
                )
                continue
            value = self.check(key.shape, entry.value, f"{where}, {entry.key}")
            if value is not None:
                kept.append(Entry(entry.key, value, entry.line))
        for name, key in shape.keys.items():
            if key.required and name not in tree.keys:
                self.problem(
                    tree.line,
                    "AGR-011",
                    f"{where} lacks the key {name}",
                    f"{name}: {key.meaning}",
                    f"only {', '.join(tree.keys) or 'nothing'}",
                    f"add {name}",
                )
        return Mapping_(tuple(kept), tree.line)

    def _map(self, shape: MapOf, tree: Tree, where: str) -> Tree | None:
        if not isinstance(tree, Mapping_):
            self._wrong(tree, where, "names with a value each", shape.fix)
            return None
        kept = []
        for entry in tree.entries:
            value = self.check(shape.item, entry.value, f"{where}, {entry.key}")
            if value is not None:
                kept.append(Entry(entry.key, value, entry.line))
        return Mapping_(tuple(kept), tree.line)

    def _list(self, shape: ListOf, tree: Tree, where: str) -> Tree | None:
        if not isinstance(tree, Sequence_):
            if shape.lone and (_fits(shape.item, tree) or isinstance(tree, Scalar)):
                value = self.check(shape.item, tree, where)
                return None if value is None else Sequence_((value,), tree.line)
            self._wrong(tree, where, "a list", "write [one, two], or lines that start with a dash")
            return None
        if len(tree.items) < shape.least:
            self._wrong(tree, where, f"at least {shape.least} item", "add what is meant")
        kept = [self.check(shape.item, item, where) for item in tree.items]
        return Sequence_(tuple(item for item in kept if item is not None), tree.line)

    def _scalar(self, shape: Shape, tree: Tree, where: str) -> Tree | None:
        match shape:
            case Word(words):
                right = self._word(words, tree, where)
            case Instant():
                right = self._instant(tree, where)
            case Duration():
                right = self._duration(tree, where)
            case _:
                right = self._simple(shape, tree, where)
        return tree if right else None

    def _simple(self, shape: Shape, tree: Tree, where: str) -> bool:
        value = tree.value if isinstance(tree, Scalar) else None
        match shape:
            case Text(about):
                right = isinstance(value, str) and bool(value.strip())
                expected, fix = about, "write a text; in quotes if it looks like a number"
            case Whole(least):
                right = type(value) is int and value >= least
                expected, fix = f"a whole number of at least {least}", "write the number"
            case _:
                right = isinstance(value, bool)
                expected, fix = "true or false", "write true or false"
        if not right:
            self._wrong(tree, where, expected, fix)
        return right

    def _word(self, words: tuple[str, ...], tree: Tree, where: str) -> bool:
        value = tree.value if isinstance(tree, Scalar) else None
        if value in words:
            return True
        self.problem(
            tree.line,
            "AGR-013",
            f"{where} has a word that is not on its list",
            ", ".join(words),
            shown(tree),
            nearest(str(value), words),
        )
        return False

    def _duration(self, tree: Tree, where: str) -> bool:
        value = tree.value if isinstance(tree, Scalar) else None
        if isinstance(value, str) and DURATION.match(value):
            return True
        self.problem(
            tree.line,
            "AGR-015",
            f"{where} is no duration",
            "an ISO 8601 duration, as PT24H or P4M",
            shown(tree),
            "write hours as PT24H, days as P7D, months as P4M",
        )
        return False

    def _instant(self, tree: Tree, where: str) -> bool:
        value = tree.value if isinstance(tree, Scalar) else None
        try:
            if isinstance(value, str):
                parse_instant(value)
                return True
            message = f"{where} is no moment"
        except ValueError as error:
            offset = "offset" in str(error)
            message = f"{where} names no offset from UTC" if offset else f"{where} is no moment"
        self.problem(
            tree.line,
            "AGR-014",
            message,
            "a moment with its offset, as 2026-04-11T16:00+03:00",
            shown(tree),
            "write date, time and offset; Z stands for UTC",
        )
        return False
