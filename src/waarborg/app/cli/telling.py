"""How every command speaks: to a person in lines that cannot act, to a program in JSON, and of problems."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console
from rich.text import Text

from waarborg.app.services.plain import pretty
from waarborg.base.problems import Problem
from waarborg.base.visible import visible
from waarborg.record.failure import VerificationFailure

_PIPED_WIDTH = 120
"""Columns of output that goes to a file or another program, which have no width of their own."""


class InertConsole(Console):
    """A terminal on which text from files cannot act: no markup, no emoji, no control sequence.

    Args:
        stderr: Print on standard error.
        width: Columns, None for those of the terminal.
    """

    def __init__(self, *, stderr: bool = False, width: int | None = None) -> None:
        super().__init__(
            stderr=stderr, width=width, soft_wrap=True, highlight=False, markup=False, emoji=False
        )

    def render_str(self, text: str, **how: Any) -> Text:
        """Text as it will be printed, with whatever could act spelled out."""
        return super().render_str(visible(text), **how)


OUT = InertConsole(width=None if sys.stdout.isatty() else _PIPED_WIDTH)
ERR = InertConsole(stderr=True)


def print_json(value: object) -> None:
    """Print a value as JSON on standard output, for another program to read."""
    sys.stdout.write(pretty(value))


def tell(problems: tuple[Problem, ...], *, as_json: bool) -> None:
    """Tell a person of every problem on standard error, or a program on standard output."""
    if as_json:
        rows = [problem.to_json() for problem in problems]
        sys.stdout.write(
            json.dumps({"problems": rows}, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
        )
        return
    for problem in problems:
        ERR.print(str(problem), markup=False)
    many = len(problems)
    ERR.print(f"{many} problem{'s' if many != 1 else ''}.", markup=False)


def tell_failure(failure: VerificationFailure, *, as_json: bool) -> None:
    """Tell what does not hold, and nothing that was derived from it."""
    if as_json:
        sys.stdout.write(pretty({"holds": False} | failure.to_json()))
        return
    ERR.print(str(failure), markup=False)
    ERR.print("NOT VERIFIED. Do not rely on anything derived from this record.", style="bold red")
