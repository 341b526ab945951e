"""Claims by the parties, read from a mission's claims file and kept as claims (law 10)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from waarborg.app.services.derived import Claim
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.base.times import parse_instant

_TEXTS = ("id", "by", "by_words", "against", "unit", "window", "source")
_KEYS = (*_TEXTS, "count", "known_at")
_OPTIONAL = ("known_at_certainty", "known_at_words", "source_words")


def read_claims(text: str, name: str) -> tuple[Claim, ...]:
    """Read a claims file: a mapping with a list `claims`.

    Args:
        text: The YAML text.
        name: How problems call the file.

    Returns:
        The claims, sorted by identifier.

    Raises:
        ProblemsFound: With every problem of the file (CLM-0xx).
    """
    try:
        loaded: Any = YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ProblemsFound(
            [_problem(name, line, "CLM-001", "the file is not YAML", "YAML", str(error.problem))]
        ) from error
    rows = loaded.get("claims") if isinstance(loaded, Mapping) else None
    if not isinstance(rows, list):
        found = repr(
            loaded["claims"] if isinstance(loaded, Mapping) and "claims" in loaded else loaded
        )
        raise ProblemsFound(
            [_problem(name, 0, "CLM-002", "there is no list of claims", "a list `claims`", found)]
        )
    lines = [n for n, row in enumerate(text.splitlines(), 1) if re.match(r"\s*- ", row)]
    problems: list[Problem] = []
    claims: list[Claim] = []
    for place, row in enumerate(rows):
        line = lines[place] if place < len(lines) else 0
        claim = _claim(name, line, row, problems)
        if claim is not None and any(claim.id == other.id for other in claims):
            problems.append(
                _problem(name, line, "CLM-006", "two claims have one id", "each id once", claim.id)
            )
        elif claim is not None:
            claims.append(claim)
    if problems:
        raise ProblemsFound(problems)
    return tuple(sorted(claims, key=lambda claim: claim.id))


def _problem(name: str, line: int, code: str, message: str, expected: str, found: str) -> Problem:
    return Problem(name, line, code, message, expected, found[:80], "correct the claim")


def _claim(name: str, line: int, row: object, problems: list[Problem]) -> Claim | None:
    if not isinstance(row, Mapping):
        problems.append(
            _problem(name, line, "CLM-003", "a claim is a mapping", ", ".join(_KEYS), repr(row))
        )
        return None
    before = len(problems)
    known = {*_KEYS, *_OPTIONAL}
    problems += [
        _problem(name, line, "CLM-004", f"no such key: {key}", ", ".join(sorted(known)), key)
        for key in sorted(str(key) for key in row if key not in known)
    ]
    problems += [
        _wrong(name, line, key, "a text", row.get(key))
        for key in _TEXTS
        if not isinstance(row.get(key), str)
    ]
    count = row.get("count")
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        problems.append(_wrong(name, line, "count", "a whole number", count))
    known_at = _instant(row.get("known_at"))
    if known_at is None:
        expected = "an instant with offset, in quotes: '2026-04-12T22:00+03:00'"
        problems.append(_wrong(name, line, "known_at", expected, row.get("known_at")))
    if len(problems) > before or not isinstance(count, int):
        return None
    return Claim(**{key: str(row[key]) for key in _TEXTS}, count=count, known_at=known_at)


def _wrong(name: str, line: int, key: str, expected: str, found: object) -> Problem:
    return _problem(
        name, line, "CLM-005", f"the value of {key} cannot be used", expected, repr(found)
    )


def _instant(value: object) -> datetime | None:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    if not isinstance(value, str):
        return None
    try:
        return parse_instant(value)
    except ValueError:
        return None
