"""An entry of the commission as the body of an entry of the record, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from waarborg.base.problems import Problem, ProblemsFound
from waarborg.base.times import format_instant, parse_instant
from waarborg.cases.entry import Act, Entry, Unreadable

_AUTHOR = re.compile(r"[^\s]{1,200}")
"""What a statement of the record takes as its author."""

_HEADER = {"id", "at", "known_at", "author", "cites", "kind"}


def _kind(act: type) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", act.__name__).lower()


KINDS: Mapping[str, type[Act]] = {_kind(each): each for each in get_args(Act)}
"""Name of a kind, as "open-case", to its act."""

_NAMES: Mapping[type, str] = {act: name for name, act in KINDS.items()}


def kind_of(act: Act | Unreadable) -> str:
    """The name of an act's kind, as "open-case"."""
    return act.kind if isinstance(act, Unreadable) else _NAMES[type(act)]


_ADAPTERS: Mapping[str, TypeAdapter[Any]] = {
    name: TypeAdapter(each) for name, each in KINDS.items()
}


def to_body(entry: Entry) -> dict[str, Any]:
    """Write an entry as plain values; `from_body` gives the same entry back."""
    if isinstance(entry.act, Unreadable):
        raise TypeError(f"{entry.id} could not be read: {entry.act.words}")
    kind = kind_of(entry.act)
    return {
        "id": entry.id,
        "kind": kind,
        "at": format_instant(entry.at),
        "known_at": format_instant(entry.known_at),
        "author": entry.author,
        "cites": list(entry.cites),
        **_ADAPTERS[kind].dump_python(entry.act, mode="json"),
    }


def from_body(body: Mapping[str, Any], file: str = "record", line: int = 0) -> Entry:
    """Read an entry back.

    Args:
        body: Plain values; `known_at` may be missing and is then `at`.
        file: Name of the file for messages.
        line: Line for messages.

    Raises:
        ProblemsFound: Everything that is wrong with the body, at once.
    """
    at, known_at, wrong = _header(body)
    if body.get("kind") not in KINDS:
        wrong.append(("this is no kind of entry", ", ".join(sorted(KINDS)), body.get("kind")))
    act = None
    kind = str(body.get("kind"))
    if kind in KINDS:
        try:
            act = _ADAPTERS[kind].validate_python(
                {key: value for key, value in body.items() if key not in _HEADER}
            )
        except ValidationError as error:
            wrong += [_misfit(kind, each) for each in error.errors()]
    if wrong or act is None or at is None or known_at is None:
        raise ProblemsFound(
            Problem(file, line, "COM-101", message, expected, str(found)[:120], "mend the entry")
            for message, expected, found in wrong
        )
    cites = tuple(str(each) for each in body.get("cites", ()))
    return Entry(body["id"], at, known_at, body["author"], act, cites)


Wrong = list[tuple[str, str, object]]
"""What is wrong, what was expected, what was found."""


def _misfit(kind: str, error: ErrorDetails) -> tuple[str, str, object]:
    """What pydantic found, in words that name the field."""
    place = ".".join(map(str, error["loc"]))
    names = ", ".join(sorted(each.name for each in fields(KINDS[kind])))
    if error["type"] in {"unexpected_keyword_argument", "missing_keyword_only_argument"}:
        return f"{kind} has no field {place}", names, place
    if error["type"] in {"missing", "missing_argument"}:
        return f"{kind} lacks its field {place}", names, "nothing"
    return f"{kind}: the value of {place} cannot be used", error["msg"], error["input"]


def _header(body: Mapping[str, Any]) -> tuple[datetime | None, datetime | None, Wrong]:
    wrong: Wrong = [
        (f"{name} is missing", "a text", body.get(name))
        for name in ("id", "author")
        if not isinstance(body.get(name), str) or not body[name]
    ]
    author = body.get("author")
    if isinstance(author, str) and author and not _AUTHOR.fullmatch(author):
        wrong.append(("author is no name", "PARTY:person, without blanks", repr(author)))
    at = _instant(body, "at", wrong)
    known_at = at if "known_at" not in body else _instant(body, "known_at", wrong)
    return at, known_at, wrong


def _instant(body: Mapping[str, Any], name: str, wrong: Wrong) -> datetime | None:
    found = body.get(name)
    try:
        return parse_instant(str(found))
    except ValueError:
        wrong.append((f"{name} is no instant", "an instant with its offset", found))
        return None
