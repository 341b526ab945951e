"""What every command needs: opening a mission, printing, progress, and telling problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from waarborg.app.cli.telling import ERR, OUT, print_json, tell, tell_failure
from waarborg.app.services.inputs import Inputs, gather, last_arrival
from waarborg.app.services.intake import Intake, parse, take_in
from waarborg.app.services.logbook import MISSION_FILE, Contents, model_digest
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.base.times import local_day, parse_moment
from waarborg.incidents.judgements import Judgement
from waarborg.record.failure import VerificationFailure
from waarborg.reports.mission import Mission
from waarborg.store.fusion_models import fusion_model
from waarborg.store.mission_folder import MissionFolder, read, read_form

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


def open_inputs(held: Contents) -> Inputs:
    """Settings, texts and reports out of a record.

    Raises:
        VerificationFailure: The record does not hold what a derivation needs (REC-064).
    """
    try:
        return _inputs(held)
    except (KeyError, ProblemsFound, FileNotFoundError) as error:
        raise VerificationFailure(
            "REC-064", "texts", "a mission's settings and texts", f"{error}"
        ) from error


def _inputs(held: Contents) -> Inputs:
    problems: list[Problem] = []
    mission = read_form(MISSION_FILE, held.texts[MISSION_FILE], Mission, problems)
    if mission is None:
        raise ProblemsFound(problems)
    model = fusion_model(held.fusion_model)
    if model_digest(model) != held.fusion_digest:
        raise VerificationFailure(
            "REC-065",
            f"fusion model {held.fusion_model}",
            f"digest {held.fusion_digest}",
            f"digest {model_digest(model)}; install the version of waarborg the record names",
        )
    return gather(mission, held.texts, held.reports, model).judged(held.judgements)


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


__all__ = [
    "ERR",
    "OUT",
    "Announce",
    "Opened",
    "ProblemsFound",
    "moment",
    "moments",
    "open_inputs",
    "open_mission",
    "print_json",
    "steps",
    "tell",
    "tell_failure",
]
