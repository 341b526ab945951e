"""Writing: a tree as YAML of our strict subset, a condition in its short form.

Rules this module keeps:
1. What is written reads back as what it was: the same tree, the same condition.
2. One way to write each thing, so that two files with one meaning differ in nothing but order.
   Comments are no part of a tree and are not written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

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
from waarborg.agreement.yaml_tree import Mapping_, Scalar, Sequence_, Tree, is_plain_word

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_WORDS = {
    Relation.EQUAL: "is",
    Relation.DIFFERENT: "not",
    Relation.BELOW: "below",
    Relation.AT_MOST: "at_most",
    Relation.ABOVE: "above",
    Relation.AT_LEAST: "at_least",
}
_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}

Short = dict[str, object] | str
"""A condition in its short form, as plain data."""


def as_yaml(tree: Tree) -> str:
    """A tree as YAML: blocks, one key a line, text in double quotes unless it is a plain word."""
    return "\n".join(_lines(tree)) + "\n"


def _lines(tree: Tree) -> Iterator[str]:
    match tree:
        case Mapping_(entries) if entries:
            for entry in entries:
                yield from _under(f"{_text(entry.key)}:", entry.value, "  ")
        case Sequence_(items) if items:
            for item in items:
                yield from _under("-", item, "  ")
        case Mapping_():
            yield "{}"
        case Sequence_():
            yield "[]"
        case Scalar(value):
            yield _value(value)


def _under(head: str, tree: Tree, indent: str) -> Iterator[str]:
    below = list(_lines(tree))
    if isinstance(tree, Scalar) or below in (["{}"], ["[]"]):
        yield f"{head} {below[0]}"
        return
    yield head
    yield from (indent + line for line in below)


def _value(value: str | float | bool | None) -> str:  # noqa: FBT001  # data
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(value) if isinstance(value, str) else _number(value)


def _number(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    written = repr(value)
    head, e, tail = written.partition("e")
    return f"{head if '.' in head else head + '.0'}{e}{tail}"


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and is_plain_word(text):
        return text
    return '"' + "".join(_character(c) for c in text) + '"'


def _character(c: str) -> str:
    if c in _ESCAPED:
        return _ESCAPED[c]
    if c.isprintable():
        return c
    return f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}"


def short_form(node: Node) -> Short:  # noqa: PLR0911  # one branch a kind of node
    """A condition in its short form, which reads back as the same condition.

    Raises:
        ValueError: A list is empty, which no file can say.
    """
    match node:
        case Constant(holds):
            return "always" if holds else "never"
        case All(parts):
            return {"all": [short_form(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [short_form(part) for part in parts]}
        case Not(part):
            return {"not": short_form(part)}
        case Named(term=term):
            return {"term": term}
        case Missing(name):
            return {"unknown": name}
        case Member(name, values):
            return {name: _listed(name, values)}
        case Compare(name, relation, value):
            return {name: value if relation is Relation.EQUAL else {_WORDS[relation]: value}}
        case Settled():
            return _settled(node)


def _settled(node: Settled) -> Short:
    match node.kind:
        case SettledKind.ZONE:
            return {"place": {"in": node.name}}
        case SettledKind.PERIOD:
            return {"at": {"during": node.name}}
        case kind:
            return {kind.value: node.name}


def _listed(name: str, values: tuple[Value, ...]) -> list[Value]:
    if not values:
        raise ValueError(f"an empty list of {name} cannot be written")
    return list(values)
