"""A script of events: who says what and when, in a file that a lawyer can read and a clock can play.

Rules this module keeps:
1. A script is no record: what is played from one is marked as exercise wherever it shows.
2. Everything wrong with a script is told at once, with its line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from waarborg.agreement.deadlines import due
from waarborg.agreement.sections import Clock
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.base.times import parse_instant
from waarborg.cases.body import from_body
from waarborg.cases.entry import Entry

FORMAT = "script/1"
_HEAD = {"waarborg", "title", "words", "exercise", "start", "events"}
_EVENT = {"at", "after", "by", "does", "as", "with", "cites", "received", "tells"}


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a script.

    Attributes:
        entry: What is entered; `known_at` is when it reaches the record.
        tells: What happens, in a sentence for the players.
    """

    entry: Entry
    tells: str


@dataclass(frozen=True, slots=True)
class Script:
    """A script.

    Attributes:
        title: Its title.
        words: What it is about.
        exercise: The mark on everything that is played from it.
        events: In the order in which they reach the record.
    """

    title: str
    words: str
    exercise: str
    events: tuple[Event, ...]

    @property
    def entries(self) -> list[Entry]:
        """The entries in the order in which they reach the record."""
        return [event.entry for event in self.events]


def read_script(text: str, name: str) -> Script:
    """Read a script.

    Args:
        text: YAML, as the how-to describes it.
        name: How problems call the file.

    Raises:
        ProblemsFound: Everything that is wrong with it, at once (COM-1xx).
    """
    try:
        loaded: Any = YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ProblemsFound(
            [_problem(name, line, "this is no YAML", "YAML", error.problem)]
        ) from None
    if not isinstance(loaded, Mapping) or loaded.get("waarborg") != FORMAT:
        found = loaded.get("waarborg") if isinstance(loaded, Mapping) else loaded
        raise ProblemsFound([_problem(name, 1, "this is no script", f"waarborg: {FORMAT}", found)])
    problems = list(_strange(name, 1, loaded, _HEAD))
    events: list[Event] = []
    last = _moment(loaded.get("start"), None)
    for place, row in enumerate(loaded.get("events") or []):
        line = loaded["events"].lc.item(place)[0] + 1
        event, last = _event(name, line, row, last, problems)
        if event is not None:
            events.append(event)
    if problems:
        raise ProblemsFound(problems)
    mark = str(loaded.get("exercise") or "exercise: played from a script, nothing of this is real")
    ordered = sorted(events, key=lambda event: event.entry.known_at)
    return Script(
        str(loaded.get("title", name)), str(loaded.get("words", "")), mark, tuple(ordered)
    )


def _event(
    name: str, line: int, row: object, last: datetime | None, problems: list[Problem]
) -> tuple[Event | None, datetime | None]:
    if not isinstance(row, Mapping):
        problems.append(
            _problem(name, line, "an event is a mapping", ", ".join(sorted(_EVENT)), row)
        )
        return None, last
    before = len(problems)
    problems.extend(_strange(name, line, row, _EVENT))
    at = _when(row, last)
    if at is None:
        found = row.get("at", row.get("after"))
        expected = "at: an instant with offset, or after: a duration as PT6H"
        problems.append(_problem(name, line, "the event has no moment", expected, found))
    known = _moment(row["received"], None) if "received" in row else at
    if at is not None and known is None:
        expected = "an instant with offset"
        problems.append(_problem(name, line, "received is no moment", expected, row["received"]))
    if len(problems) > before or at is None or known is None:
        return None, at or last
    body = {
        **_plain(row.get("with") or {}),
        "id": str(row.get("as", f"event-{line}")),
        "kind": row.get("does"),
        "at": at.isoformat(),
        "known_at": known.isoformat(),
        "author": row.get("by"),
        "cites": _plain(row.get("cites") or []),
    }
    try:
        return Event(from_body(body, name, line), str(row.get("tells", ""))), at
    except ProblemsFound as found:
        problems.extend(found.problems)
        return None, at


def _strange(name: str, line: int, row: Mapping[str, Any], known: set[str]) -> Iterator[Problem]:
    for key in sorted(map(str, set(row) - known)):
        yield _problem(name, line, f"no such key: {key}", ", ".join(sorted(known)), key)


def _when(row: Mapping[str, Any], last: datetime | None) -> datetime | None:
    if "after" not in row:
        return _moment(row.get("at"), None)
    try:
        return due(Clock(), last, str(row["after"])) if last is not None else None
    except ValueError:
        return None


def _moment(value: object, otherwise: datetime | None) -> datetime | None:
    if isinstance(value, datetime):
        return parse_instant(value.isoformat()) if value.tzinfo else otherwise
    try:
        return parse_instant(str(value))
    except ValueError:
        return otherwise


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, bool | int) or value is None:
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def _problem(name: str, line: int, message: str, expected: str, found: object) -> Problem:
    return Problem(name, line, "COM-104", message, expected, str(found)[:80], "correct the script")
