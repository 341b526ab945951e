"""People's judgements on pairs of reports, read from a mission's file and kept with the record."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from waarborg.base.problems import Problem, ProblemsFound
from waarborg.base.times import parse_instant
from waarborg.incidents.judgements import Judgement, Sameness
from waarborg.reports.report import ReportId

HEADER = ("one", "other", "sameness", "who", "when", "why")
"""The columns of a file of judgements."""

_WHEN = "an instant with offset, as 2026-04-24T12:00+03:00"


IN_A_MISSION = (
    "no report of the mission has this identifier",
    "an identifier from reports or `waarborg joins`",
)
IN_A_FILE = (
    "no row of the file has this identifier",
    "a report_key as `waarborg fuse` writes it",
)
"""What is wrong with an identifier that nobody knows, and what is expected."""


def read_judgements(
    text: str,
    name: str,
    known: Collection[ReportId],
    unknown: tuple[str, str] = IN_A_MISSION,
) -> tuple[Judgement, ...]:
    """Read a CSV file of judgements: one, other, sameness, who, when, why.

    Args:
        text: The CSV text.
        name: How problems call the file.
        known: Every report there is; a judgement on another is taken for a slip.
        unknown: What is said of such a slip.

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
                _judgement(row, (name, rows.line_num), (known, unknown), problems, found)
    except csv.Error as error:
        problems.append(
            _problem(name, rows.line_num, "JDG-002", "the line is not CSV",
                     "values between commas, quoted where they hold one", str(error))
        )  # fmt: skip
    if problems:
        raise ProblemsFound(problems)
    return tuple(sorted(found))


def named(text: str) -> frozenset[str]:
    """Everything that stands where a file of judgements has its two identifiers."""
    rows = csv.reader(io.StringIO(text, newline=""))
    try:
        return frozenset(value.strip() for row in rows for value in row[:2])
    except csv.Error:
        return frozenset()  # `read_judgements` says what is wrong


def by_report(
    judgements: Iterable[Judgement], keys: Mapping[ReportId, Collection[str]], name: str
) -> tuple[Judgement, ...]:
    """Judgements that name rows by their keys, as judgements on the reports behind the rows.

    Args:
        judgements: Their identifiers are of reports or of rows.
        keys: The rows behind each report.
        name: How problems call the file.

    Raises:
        ProblemsFound: Two rows that are judged stand behind one report (JDG-004).
    """
    behind = {ReportId(key): report for report, rows in keys.items() for key in rows}
    found, problems = [], []
    for each in judgements:
        on = replace(
            each, one=behind.get(each.one, each.one), other=behind.get(each.other, each.other)
        )
        if on.one == on.other:
            problems.append(
                _problem(
                    name, 0, "JDG-004", "a report is judged against itself",
                    "two reports", f"{each.one} and {each.other}, rows of {on.one}",
                )
            )  # fmt: skip
        found.append(on)
    if problems:
        raise ProblemsFound(problems)
    return tuple(found)


def _judgement(
    row: list[str],
    at: tuple[str, int],
    reports: tuple[Collection[ReportId], tuple[str, str]],
    problems: list[Problem],
    found: list[Judgement],
) -> None:
    """One line: a judgement more, or its problems."""
    (name, line), (known, unknown) = at, reports
    if len(row) != len(HEADER):
        expected = f"{len(HEADER)} values"
        problems.append(
            _problem(name, line, "JDG-002", "the line is not CSV", expected, f"{len(row)}")
        )
        return
    told = dict(zip(HEADER, (value.strip() for value in row), strict=True))
    before = len(problems)
    problems += [
        _problem(name, line, "JDG-003", *unknown, told[side] or "nothing")
        for side in ("one", "other")
        if told[side] not in known
    ]
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
