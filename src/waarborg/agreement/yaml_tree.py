"""YAML in a strict, safe subset, with the line of every key and value.

Rules this module keeps:
1. YAML 1.2 types only: text, whole and decimal numbers, true, false, null. A plain word that
   YAML 1.1 would read as a truth value (NO, yes, on) or as a number in base sixty (18:00) is
   refused, since tools disagree about it.
2. No anchors, aliases, tags or merge keys: what stands at a line is written at that line.
3. Every key once. A flow mapping whose comma cut a sentence in two is refused.
4. One document, with no more than 60 lists and mappings in each other.

The events of the parser are read, never its values: what a plain word means is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from waarborg.base.problems import Problem

_TRAP_BOOLEAN = re.compile(r"^(?:y|n|yes|no|on|off|true|false)$", re.IGNORECASE)
_TRAP_SIXTY = re.compile(r"^[-+]?\d+(?::[0-5]?\d)+(?:\.\d*)?$")
_TRAP_OCTAL = re.compile(r"^[-+]?0[0-9_]+$|^[-+]?0[xob][0-9a-fA-F_]+$")
_WHOLE = re.compile(r"^[-+]?(?:0|[1-9]\d*)$")
_DECIMAL = re.compile(r"^[-+]?(?:0|[1-9]\d*)\.\d+(?:[eE][-+]?\d+)?$")
_QUOTED = frozenset({"'", '"', "|", ">"})
_DEEPEST = 60
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value; `quoted` tells a text from a word that could be read otherwise."""

    value: str | int | float | bool | None
    line: int
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value."""

    key: str
    value: Tree
    line: int


@dataclass(frozen=True, slots=True)
class Mapping_:  # noqa: N801  # "mapping" is YAML's word; the underscore keeps it apart from typing's
    """Keys with values, in the order of the file, each key once."""

    entries: tuple[Entry, ...]
    line: int

    def get(self, key: str) -> Tree | None:
        """The value of a key, None when it is not there."""
        return next((entry.value for entry in self.entries if entry.key == key), None)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys, in the order of the file."""
        return tuple(entry.key for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Sequence_:  # noqa: N801  # "sequence" is YAML's word; the underscore keeps it apart from typing's
    """Values in order."""

    items: tuple[Tree, ...]
    line: int


Tree = Scalar | Mapping_ | Sequence_


def is_plain_word(text: str) -> bool:
    """Whether a text without quotes is read as that text, by us and by other tools."""
    traps = (_TRAP_BOOLEAN, _TRAP_SIXTY, _TRAP_OCTAL)
    return not any(trap.match(text) for trap in traps) and _number_or_text(text) == text


def plain(tree: Tree) -> object:
    """The tree as plain data, without lines."""
    match tree:
        case Scalar(value):
            return value
        case Mapping_(entries):
            return {entry.key: plain(entry.value) for entry in entries}
        case Sequence_(items):
            return [plain(item) for item in items]


def read_tree(text: str, name: str) -> tuple[Tree | None, list[Problem]]:
    """Read YAML text.

    Args:
        text: The text of the file.
        name: How messages call the file.

    Returns:
        The tree without the parts that could not be read, None when nothing could be, and the
        problems found (AGR-001 to AGR-008).
    """
    reader = _Reader(text, name)
    try:
        tree = reader.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 0
        problem = " ".join(str(error.problem or error.context or "it cannot be read").split())
        return None, [_not_yaml(name, line, problem)]
    except yaml.reader.ReaderError as error:
        line = text.encode()[: error.position].count(b"\n") + 1
        return None, [_not_yaml(name, line, str(error.reason))]
    if tree is None and not reader.problems:
        return None, [_not_yaml(name, 0, "the file is empty")]
    return tree, reader.problems


def _not_yaml(name: str, line: int, found: str) -> Problem:
    return Problem(
        name,
        line,
        "AGR-001",
        "the file cannot be read as YAML",
        expected="keys and values as in the examples, indented with spaces",
        found=found[:120],
        fix="mend the line named, or the one before it",
    )


class _Reader:
    """Reads the events of one text, as they come, into a tree; keeps every problem."""

    def __init__(self, text: str, name: str) -> None:
        self._events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)
        self._name = name
        self._depth = 0
        self.problems: list[Problem] = []

    def _problem(
        self, line: int, code: str, message: str, expected: str, found: str, fix: str
    ) -> None:
        self.problems.append(Problem(self._name, line, code, message, expected, found[:80], fix))

    def document(self) -> Tree | None:
        """The one document of the text, None when there is none."""
        next(self._events)
        if not isinstance(next(self._events), yaml.DocumentStartEvent):
            return None
        tree = self._read(next(self._events))
        next(self._events)
        more = next(self._events)
        if isinstance(more, yaml.DocumentStartEvent):
            raise yaml.MarkedYAMLError(
                problem="a second document begins", problem_mark=more.start_mark
            )
        return tree

    def _read(self, event: Any) -> Tree | None:
        line: int = event.start_mark.line + 1
        if isinstance(event, yaml.ScalarEvent):
            tree: Tree | None = self._scalar(event, line)
        elif isinstance(event, yaml.AliasEvent):
            self._no_anchors(line, f"*{event.anchor}")
            return None
        else:
            tree = self._collection(event, line)
        if event.anchor is not None or event.tag is not None:
            self._no_anchors(line, f"&{event.anchor}" if event.anchor else str(event.tag))
            return None
        return tree

    def _no_anchors(self, line: int, found: str) -> None:
        self._problem(
            line,
            "AGR-005",
            "anchors, aliases and tags are not part of the language",
            "the value itself",
            found,
            "write the value out where it belongs",
        )

    def _collection(self, event: Any, line: int) -> Tree:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise yaml.MarkedYAMLError(
                problem=f"more than {_DEEPEST} lists and mappings stand in each other",
                problem_mark=event.start_mark,
            )
        if isinstance(event, yaml.MappingStartEvent):
            tree: Tree = self._mapping(event, line)
        else:
            items = []
            while not isinstance(inner := next(self._events), yaml.SequenceEndEvent):
                item = self._read(inner)
                if item is not None:
                    items.append(item)
            tree = Sequence_(tuple(items), line)
        self._depth -= 1
        return tree

    def _scalar(self, event: Any, line: int) -> Scalar | None:
        text: str = event.value
        if event.style in _QUOTED:
            return Scalar(text, line, quoted=True)
        if text in {"true", "false"}:
            return Scalar(text == "true", line)
        if _TRAP_BOOLEAN.match(text):
            self._problem(
                line,
                "AGR-003",
                f"{text} without quotes is read as yes or no by some tools",
                "a quoted text, or true or false",
                text,
                f'write "{text}" if the word is meant, true or false if a truth value is meant',
            )
            return None
        if _TRAP_SIXTY.match(text) or _TRAP_OCTAL.match(text):
            self._problem(
                line,
                "AGR-004",
                f"{text} without quotes is read as another number by some tools",
                "a quoted text, or a number without leading zeros and colons",
                text,
                f'write "{text}" if the text is meant',
            )
            return None
        return Scalar(_number_or_text(text), line)

    def _mapping(self, event: Any, line: int) -> Mapping_:
        entries: dict[str, Entry] = {}
        while not isinstance(named := next(self._events), yaml.MappingEndEvent):
            at: int = named.start_mark.line + 1
            key = self._key(named, at)
            given = next(self._events)
            if (
                key is not None
                and key not in entries
                and event.flow_style
                and _was_cut(named, given)
            ):
                self._problem(
                    at,
                    "AGR-006",
                    "a comma inside braces cut a text in two",
                    "prose in quotes or on lines of its own",
                    f"{key} as a key without a value",
                    "put the whole text in quotes",
                )
                continue
            value = self._read(given)
            if key is None:
                continue
            if key in entries:
                self._problem(
                    at,
                    "AGR-002",
                    f"the key {key} stands twice in one place",
                    "each key once",
                    f"{key} at line {entries[key].line} and at line {at}",
                    "remove or rename one of the two",
                )
            elif value is not None:
                entries[key] = Entry(key, value, at)
        return Mapping_(tuple(entries.values()), line)

    def _key(self, event: Any, line: int) -> str | None:
        scalar = self._read(event)
        if not isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
            self._problem(
                line, "AGR-008", "a key is a text", "a text", "a list or mapping", "write a word"
            )
            return None
        if not isinstance(scalar, Scalar):
            return None
        if event.value == "<<" and not scalar.quoted:
            self._problem(
                line,
                "AGR-005",
                "merge keys are not part of the language",
                "the keys themselves",
                "<<",
                "write the keys out where they belong",
            )
            return None
        if scalar.value is None:
            self._problem(
                line, "AGR-008", "a key is a text", "a text", "nothing", "write the key's name"
            )
            return None
        return str(event.value)


def _was_cut(key: Any, value: Any) -> bool:
    """Whether a pair of a flow mapping has no colon: `{says: first, second}` has the key "second"."""
    return (
        isinstance(value, yaml.ScalarEvent)
        and value.value == ""
        and value.style not in _QUOTED
        and (" " in key.value or value.start_mark.index == key.end_mark.index)
    )


def _number_or_text(text: str) -> str | int | float | None:
    if text in _NULL:
        return None
    if _WHOLE.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return float(text)
    return text
