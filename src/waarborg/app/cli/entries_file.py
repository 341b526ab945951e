"""A file of entries: a script, or one JSON object a line, and when what it holds comes in."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from waarborg.app.cli.bench import UTC_ZONE
from waarborg.app.cli.desk import moment
from waarborg.app.services.script import read_script
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.cases.body import from_body
from waarborg.cases.entry import Entry


def taken(file: Path, received_at: str | None) -> list[Entry]:
    """Entries for the record: in at the moment given, else as a script or each line says, else now.

    Raises:
        ProblemsFound: COM-100 and those of an entry or a script, each with its place.
    """
    entries, told = read_entries(file)
    if received_at is None and told:
        return entries
    at = now_or(received_at)
    return [replace(entry, known_at=at) for entry in entries]


def read_entries(file: Path) -> tuple[list[Entry], bool]:
    """Entries as they stand in a file, each in when it says, or else at its own time.

    Returns:
        The entries, and whether the file itself says of every one when it came in.

    Raises:
        ProblemsFound: COM-100 and those of an entry or a script, each with its place.
    """
    content = file.read_text(encoding="utf-8")
    if file.suffix in {".yaml", ".yml"}:
        return read_script(content, str(file)).entries, True
    entries, problems, told = [], [], []
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        try:
            body = json.loads(line)
            entries.append(from_body(body, str(file), number))
            told.append("known_at" in body)
        except json.JSONDecodeError as error:
            problems.append(
                Problem(
                    str(file), number, "COM-100", "this is no JSON", "one object a line", str(error),
                    "write each entry on one line",
                )
            )  # fmt: skip
        except ProblemsFound as found:
            problems.extend(found.problems)
    if problems:
        raise ProblemsFound(problems)
    return entries, all(told)


def now_or(text: str | None) -> datetime:
    """The moment that a person names with `--received-at`, else now."""
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251  # the edge reads the clock
    return moment("--received-at", text, UTC_ZONE)
