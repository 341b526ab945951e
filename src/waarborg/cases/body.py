"""An entry of the commission as the body of an entry of the record, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from waarborg.base.problems import Problem, ProblemsFound
from waarborg.base.times import format_instant, parse_instant
from waarborg.cases.entry import Act, Entry

_HEADER = {"id", "at", "known_at", "author", "cites", "kind"}


def _kind(act: type) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", act.__name__).lower()


KINDS: Mapping[str, type[Act]] = {_kind(each): each for each in get_args(Act)}
"""Name of a kind, as "open-case", to its act."""

_NAMES: Mapping[type, str] = {act: name for name, act in KINDS.items()}


def kind_of(act: Act) -> str:
    """The name of an act's kind, as "open-case"."""
    return _NAMES[type(act)]


_ADAPTERS: Mapping[str, TypeAdapter[Any]] = {
    name: TypeAdapter(each) for name, each in KINDS.items()
}


def to_body(entry: Entry) -> dict[str, Any]:
    """Write an entry as plain values; `from_body` gives the same entry back."""
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
    wrong = [
        *_wrong_header(body),
        *(("this is no kind of entry", ", ".join(sorted(KINDS)), body.get("kind")),)
        * (body.get("kind") not in KINDS),
    ]
    act = None
    kind = str(body.get("kind"))
    if kind in KINDS:
        try:
            act = _ADAPTERS[kind].validate_python(
                {key: value for key, value in body.items() if key not in _HEADER}
            )
        except ValidationError as error:
            wrong += [
                (f"{kind}: {'.'.join(map(str, e['loc']))}", e["msg"], e["input"])
                for e in error.errors()
            ]
    if wrong or act is None:
        raise ProblemsFound(
            Problem(file, line, "COM-101", message, expected, str(found)[:120], "mend the entry")
            for message, expected, found in wrong
        )
    at = parse_instant(str(body["at"]))
    known_at = parse_instant(str(body.get("known_at", body["at"])))
    cites = tuple(str(each) for each in body.get("cites", ()))
    return Entry(body["id"], at, known_at, body["author"], act, cites)


def _wrong_header(body: Mapping[str, Any]) -> Iterator[tuple[str, str, object]]:
    for name in ("id", "author"):
        if not isinstance(body.get(name), str) or not body[name]:
            yield f"{name} is missing", "a text", body.get(name)
    for name in ("at", "known_at"):
        found = body.get(name, body.get("at"))
        try:
            parse_instant(str(found))
        except ValueError:
            yield f"{name} is no instant", "an instant with its offset", found
