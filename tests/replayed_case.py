"""A shipped case, replayed from its script against an outcome file that a lawyer can read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from waarborg.agreement.load import load
from waarborg.agreement.model import Agreement
from waarborg.app.services.board import Board
from waarborg.app.services.day import status
from waarborg.app.services.docket import courses, docket, due
from waarborg.app.services.script import Script, read_script
from waarborg.base.times import parse_instant
from waarborg.obligations.state import Running, state

EXAMPLES = Path(__file__).parents[1] / "examples"


@dataclass(frozen=True)
class ReplayedCase:
    """A text, what is said under it, and what is expected of that.

    Attributes:
        folder: Where it is shipped.
        agreement: The text.
        script: The events.
        expected: The rows of the outcome file, in order of time.
    """

    folder: Path
    agreement: Agreement
    script: Script
    expected: list[dict[str, Any]]


def read_case(name: str) -> ReplayedCase:
    """The case that is shipped under a name."""
    folder = EXAMPLES / name

    def text(file: str) -> str:
        return (folder / file).read_text(encoding="utf-8")

    return ReplayedCase(
        folder,
        load(text("agreement.yaml"), "agreement.yaml"),
        read_script(text("script.yaml"), "script.yaml"),
        YAML(typ="safe", pure=True).load(text("expected.yaml")),
    )


def moment_of(day: dict[str, Any]) -> datetime:
    """The moment of a row of the outcome file, which YAML reads as text or as a time."""
    at = day["at"]
    return parse_instant(at.replace(" ", "T")) if isinstance(at, str) else at


def step_by_step_is_at_once(case: ReplayedCase, end: datetime) -> None:
    """Assert that with every hour passing by itself the end and every view are what they are at once."""
    board, moment = Board(Running(case.agreement)), case.script.entries[0].known_at
    waiting = list(case.script.entries)
    while moment < end:
        while waiting and waiting[0].known_at <= moment:
            board.take(waiting.pop(0))
        board.tick(moment)
        moment += timedelta(hours=1)
    board.tick(end)
    assert waiting == []
    at_once = state(case.agreement, (), case.script.entries, end, end)
    assert board.running == at_once
    assert board.docket() == docket(at_once, end)
    assert board.due() == due(at_once, end)
    assert board.status() == status(at_once, end)
    assert courses(board.running, end) == courses(at_once, end)
