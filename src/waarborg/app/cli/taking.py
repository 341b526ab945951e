"""Reports taken in from a mission folder or from one file, with the rows behind each and what people judged."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from waarborg.app.cli.desk import open_mission
from waarborg.app.services.fusing import People
from waarborg.app.services.intake import Intake
from waarborg.app.services.judged import IN_A_FILE, by_report, read_judgements
from waarborg.app.services.rows import Rows
from waarborg.base.grades import Certainty
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.incidents.judgements import Judgement
from waarborg.reports import ucdp, viina
from waarborg.reports.collect import Collected, collect
from waarborg.reports.headlines import HeadlineReader
from waarborg.reports.mission import Release
from waarborg.reports.report import Report, ReportId
from waarborg.store.mission_folder import read
from waarborg.store.source_settings import source_settings

_ANY_DAY = datetime(9000, 1, 1, tzinfo=UTC)
"""After every day that a release can tell of: a file by itself does not say when it came in."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Reports of a file or mission, the rows behind each and those of pages that stayed up, what was refused, what people judged."""

    reports: Sequence[Report]
    keys: Mapping[ReportId, tuple[str, ...]]
    refused: tuple[Problem, ...]
    judged: tuple[Judgement, ...] = ()
    later: Mapping[ReportId, tuple[tuple[str, date], ...]] = field(default_factory=dict)

    @property
    def rows(self) -> Rows:
        """The rows behind the reports."""
        return Rows(self.keys, self.later)


def take_in(path: Path, source: str, mission: Path | None) -> Taken:
    """Read a mission folder or a file of reports."""
    if path.is_dir():
        opened = open_mission(path, lambda _: None)
        intake = opened.intake
        keys, judged = _latest_keys(intake), opened.inputs.counted
        return Taken(intake.reports, keys, intake.problems, judged, intake.later)
    later: Mapping[ReportId, tuple[tuple[str, date], ...]] = {}
    if source == "viina":
        found, refused = _viina(path, mission)
        reports, later = found.reports, found.later
    elif source == "ucdp":
        parsed = ucdp.parse(_content(path), path.name, ZoneInfo("UTC"))
        reports, refused = parsed.reports, parsed.problems
        if not reports and refused:
            raise ProblemsFound(refused)
    else:
        raise ProblemsFound(
            [
                Problem(
                    str(path),
                    0,
                    "FUS-001",
                    "there is no reader for this kind of file",
                    "viina, ucdp or synthetic",
                    source,
                    "name one of the three with --source",
                )
            ]
        )
    return Taken(reports, {report.id: report.keys for report in reports}, refused, later=later)


def judged_in(people: People, keys: Mapping[ReportId, tuple[str, ...]]) -> tuple[Judgement, ...]:
    """What people judged of rows or reports, as judgements on reports."""
    known = {*keys, *(ReportId(key) for rows in keys.values() for key in rows)}
    said = read_judgements(people.text, people.name, known, IN_A_FILE)
    return by_report(said, keys, people.name)


def people_of(path: Path | None) -> People | None:
    """What stands in a file of judgements; nothing where none is named.

    Raises:
        ProblemsFound: It cannot be read (FUS-009).
    """
    if path is None:
        return None
    try:
        return People(path.name, path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ProblemsFound(
            [
                Problem(
                    str(path), 0, "FUS-009", "the file of judgements cannot be read",
                    "a CSV file in UTF-8", reason, "correct the name, or save the file as UTF-8",
                )
            ]
        ) from error  # fmt: skip


def _latest_keys(intake: Intake) -> dict[ReportId, tuple[str, ...]]:
    """The rows of each report in the last release that holds it: keys change between releases."""
    keys: dict[ReportId, tuple[str, ...]] = {}
    for release in intake.imports:
        held: dict[ReportId, list[str]] = {}
        for key, report in release.rows:
            held.setdefault(ReportId(report), []).append(key)
        keys |= {report: tuple(rows) for report, rows in held.items()}
    return keys


def _viina(path: Path, mission: Path | None) -> tuple[Collected, tuple[Problem, ...]]:
    if mission is None:
        channel, lexicon = source_settings()
    else:
        folder = read(mission)
        channel, lexicon = folder.mission.channels["viina"], folder.lexicon
    data = _content(path)
    release = Release(
        file=path.name,
        channel="viina",
        received_at=_ANY_DAY,
        certainty=Certainty.ASSUMED,
        words="arrival plays no part in fusing one file",
    )
    parsed = viina.parse(data, release, channel)
    if not parsed.rows.height and parsed.problems:
        raise ProblemsFound(parsed.problems)
    found = collect([parsed], {"viina": channel}, HeadlineReader(lexicon))
    return found, parsed.problems


def _content(path: Path) -> bytes:
    """The file as CSV: Parquet is written out, what was packed with gzip is unpacked.

    Raises:
        ProblemsFound: The file is cut short, or not what its name says (FUS-003).
    """
    try:
        if path.suffix == ".parquet":
            return pl.read_parquet(path).write_csv().encode()
        return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (EOFError, gzip.BadGzipFile, zlib.error, pl.exceptions.PolarsError) as error:
        raise ProblemsFound(
            [
                Problem(
                    str(path), 0, "FUS-003", "the file cannot be read",
                    "a whole file of the kind that its name says: Parquet, gzip or CSV",
                    str(error).splitlines()[0], "copy the file again, or export it anew",
                )
            ]
        ) from error  # fmt: skip
