"""People's judgements on pairs of reports, read from a mission's file and kept with the record."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping
from datetime import datetime

from waarborg.base.problems import Problem, ProblemsFound
from waarborg.base.times import parse_instant
from waarborg.incidents.judgements import Judgement, Sameness
from waarborg.reports.report import ReportId

HEADER = ("one", "other", "sameness", "who", "when", "why")
"""The columns of a file of judgements."""

_WHEN = "an instant with offset, as 2026-04-24T12:00+03:00"


def read_judgements(text: str, name: str, known: Collection[ReportId]) -> tuple[Judgement, ...]:
    """Read a CSV file of judgements: one, other, sameness, who, when, why.

    Args:
        text: The CSV text.
        name: How problems call the file.
        known: Every report of the mission; a judgement on another is taken for a slip.

    Returns:
        The judgements, sorted.

    Raises:
        ProblemsFound: With every problem of the file (JDG-0xx).
    """
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    problems: list[Problem] = []
    found: list[Judgement] = []
    try:
        header = tuple(next(rows, ()))
        if header != HEADER:
            raise ProblemsFound(
                [_problem(name, 1, "JDG-001", "the columns are not those of judgements",
                          ",".join(HEADER), ",".join(header))]
            )  # fmt: skip
        for row in rows:
            if row:
                _judgement(row, name, rows.line_num, known, problems, found)
    except csv.Error as error:
        problems.append(
            _problem(name, rows.line_num, "JDG-002", "the line is not CSV",
                     "values between commas, quoted where they hold one", str(error))
        )  # fmt: skip
    if problems:
        raise ProblemsFound(problems)
    return tuple(sorted(found))


def _judgement(
    row: list[str], name: str, line: int, known: Collection[ReportId], problems: list[Problem],
    found: list[Judgement],
) -> None:  # fmt: skip
    """One line: a judgement more, or its problems."""
    if len(row) != len(HEADER):
        expected = f"{len(HEADER)} values"
        problems.append(
            _problem(name, line, "JDG-002", "the line is not CSV", expected, f"{len(row)}")
        )
        return
    told = dict(zip(HEADER, (value.strip() for value in row), strict=True))
    before = len(problems)
    problems += [
        _problem(name, line, "JDG-003", "no report of the mission has this identifier",
                 "an identifier from reports or `waarborg joins`", told[side] or "nothing")
        for side in ("one", "other")
        if told[side] not in known
    ]  # fmt: skip
    if told["one"] == told["other"]:
        problems.append(
            _problem(name, line, "JDG-004", "a report is judged against itself", "two reports",
                     told["one"])
        )  # fmt: skip
    problems += [
        _problem(
            name,
            line,
            "JDG-005",
            f"the value of {key} cannot be used",
            expected,
            told[key] or "nothing",
        )
        for key, expected, good in (
            ("sameness", ", ".join(Sameness), told["sameness"] in set(Sameness)),
            ("who", "who judged", bool(told["who"])),
            ("when", _WHEN, _instant(told) is not None),
            ("why", "the ground in words", bool(told["why"])),
        )
        if not good
    ]
    when = _instant(told)
    if len(problems) == before and when is not None:
        found.append(
            Judgement(
                ReportId(told["one"]), ReportId(told["other"]), Sameness(told["sameness"]),
                told["who"], when, told["why"],
            )
        )  # fmt: skip


def _instant(told: Mapping[str, str]) -> datetime | None:
    try:
        return parse_instant(told["when"])
    except ValueError:
        return None


def _problem(name: str, line: int, code: str, what: str, expected: str, found: str) -> Problem:
    return Problem(
        name, line, code, what, expected, found,
        "correct the line; a judgement is taken back by taking its line out",
    )  # fmt: skip
