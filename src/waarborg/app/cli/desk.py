"""What every command needs: opening a mission, printing, progress, and telling problems."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from waarborg.app.services.inputs import Inputs, gather, last_arrival
from waarborg.app.services.intake import Intake, parse, take_in
from waarborg.app.services.logbook import MISSION_FILE
from waarborg.app.services.plain import pretty
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.base.times import local_day, parse_moment
from waarborg.base.visible import visible
from waarborg.incidents.judgements import Judgement
from waarborg.record.failure import VerificationFailure
from waarborg.reports.mission import Mission
from waarborg.store.fusion_models import fusion_model
from waarborg.store.mission_folder import MissionFolder, read

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

Announce = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Opened:
    """A mission that was read, with everything in it checked.

    Attributes:
        folder: The folder and its settings.
        intake: What its releases hold.
        inputs: What a derivation starts from.
        texts: The files of the mission, settings included, by name.
    """

    folder: MissionFolder
    intake: Intake
    inputs: Inputs
    texts: dict[str, bytes]

    @property
    def mission(self) -> Mission:
        """The mission's settings."""
        return self.folder.mission


def open_mission(path: Path, announce: Announce) -> Opened:
    """Read a mission folder, its releases and its texts.

    Raises:
        ProblemsFound: With every problem that refuses the mission.
    """
    announce("import")
    folder = read(path)
    mission = folder.mission
    parsed = [parse(folder.chunks(release), release, mission) for release in mission.releases]
    intake = take_in(parsed, mission, folder.lexicon)
    texts = {MISSION_FILE: (path / MISSION_FILE).read_bytes(), **folder.contents}
    model = fusion_model()
    return Opened(folder, intake, gather(mission, texts, intake.reports, model), texts)


def moments(
    mission: Mission,
    as_of: str | None,
    known_at: str | None,
    said: Iterable[Judgement] = (),
) -> tuple[datetime, datetime]:
    """What --as-of and --known-at mean for a mission.

    Without --known-at everything that came in counts; without --as-of the answer speaks of the
    mission's whole span.

    Args:
        mission: The settings.
        as_of: The moment the answer speaks of, as typed.
        known_at: The moment up to which knowledge counts, as typed.
        said: What people said about reports on the record; it came in too.

    Raises:
        ProblemsFound: One of them is neither a day nor an instant with offset.
    """
    zone = mission.time_zone
    default = {
        "--as-of": local_day(mission.span.last, zone).end,
        "--known-at": last_arrival(mission, said),
    }
    problems: list[Problem] = []
    found: list[datetime] = []
    for option, text in (("--as-of", as_of), ("--known-at", known_at)):
        try:
            found.append(moment(option, text, zone) if text else default[option])
        except ProblemsFound as refused:
            problems.extend(refused.problems)
    if problems:
        raise ProblemsFound(problems)
    return found[0], found[1]


def moment(option: str, text: str, zone: ZoneInfo) -> datetime:
    """An instant, or the end of a day in a zone, as a person typed it for an option.

    Raises:
        ProblemsFound: It is neither (CLI-001).
    """
    try:
        return parse_moment(text, zone)
    except ValueError:
        raise ProblemsFound(
            [
                Problem(
                    option,
                    0,
                    "CLI-001",
                    "this is no moment",
                    "a day as 2026-04-24, or an instant as 2026-04-24T12:00+03:00",
                    text,
                    "write the day or the instant with its offset",
                )
            ]
        ) from None


@contextmanager
def steps(total: int, *, quiet: bool) -> Iterator[Announce]:
    """A progress bar over named steps on standard error; nothing when quiet or not a terminal."""
    if quiet or not ERR.is_terminal:
        yield lambda _step: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=ERR, transient=True) as bar:
        task = bar.add_task("start", total=total)

        def announce(step: str) -> None:
            bar.update(task, description=step, advance=1)

        yield announce


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


__all__ = [
    "ERR",
    "OUT",
    "Announce",
    "Opened",
    "ProblemsFound",
    "moment",
    "moments",
    "open_mission",
    "print_json",
    "steps",
    "tell",
    "tell_failure",
]
