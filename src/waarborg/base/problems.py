"""Problems in what a person wrote or handed in: values that are collected and shown all at once.

A problem says where, what was expected, what was found and how to mend it. "Cannot be decided" is
no problem but an outcome; a record that does not hold is a verification failure (`record`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from waarborg.base.visible import on_one_line


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend.

    Attributes:
        file: Name of the file, as the person gave it.
        line: Line, counted from 1; 0 when the whole file is meant.
        code: Stable code with a page in the docs, as "VII-004".
        message: What is wrong, one sentence.
        expected: What would be right.
        found: What stands there, cut to a readable length.
        fix: How to mend it.
        severity: "error" refuses the row or file, "warning" does not.
    """

    file: str
    line: int
    code: str
    message: str
    expected: str = ""
    found: str = ""
    fix: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        """The problem on a few lines: place and code first, then what to do.

        Each part stays on its line and nothing in it can act, whatever a file holds.
        """
        place = f"{self.file}:{self.line}" if self.line else self.file
        lines = [on_one_line(f"{self.code} {place} · {self.message}")]
        for label, text in (("expected", self.expected), ("found", self.found), ("fix", self.fix)):
            if text:
                lines.append(f"    {label}: {on_one_line(text)}")
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """The problem as plain data for `--json`."""
        return asdict(self)


class ProblemsFound(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """What was handed in cannot be used; carries every problem found, in file order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))
