"""Golden help: what `--help` prints for each command of the chain.

After a change that is meant to show, write the texts anew with `pytest tests/golden --refresh-golden`
and read the difference before committing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from small_mission import CommandResult

GOLDEN = Path(__file__).parent / "help"
COMMANDS = (
    "run", "import", "import viina", "fuse", "assess", "report", "verify", "explain", "joins",
    "docket", "due", "status", "determine", "what-if", "exercise", "releases",
    "redact propose",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_is_the_one_reviewed(
    waarborg: Callable[..., CommandResult],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    refresh_golden: bool,
) -> None:
    """On a plain terminal of 80 columns the help reads as it was reviewed, word for word."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")
    done = waarborg(*command.split(), "--help")
    assert done.code == 0
    plain = re.sub(r"\x1b\[[0-9;]*m", "", done.out)
    found = re.sub(r"[ \t]+$", "", plain, flags=re.MULTILINE)
    file = GOLDEN / f"{command.replace(' ', '-')}.txt"
    if refresh_golden:
        file.write_text(found, encoding="utf-8")
    assert found == file.read_text(encoding="utf-8")


def test_every_command_names_json_and_says_what_it_does() -> None:
    """Each command that gives figures offers --json, and each begins with a sentence."""
    for command in COMMANDS:
        text = (GOLDEN / f"{command.replace(' ', '-')}.txt").read_text(encoding="utf-8")
        assert text.startswith(f"\n Usage: waarborg {command} ")
        assert ("--json" in text) == (command != "import")
