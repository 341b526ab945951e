"""Fusing a file of sightings, of any size, in this process or on Spark, into one file of lines."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from waarborg.app.services.judged import IN_A_FILE, named, read_judgements
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.incidents.judged_sightings import JudgedPairs, judged_pairs
from waarborg.incidents.judgements import Contradiction, Judgement, contradictions
from waarborg.incidents.sighting_columns import Flag, SightingModel
from waarborg.incidents.sighting_slabs import fuse_slabs
from waarborg.reports.report import ReportId
from waarborg.store.fusion_models import doubt_table, sighting_model
from waarborg.store.sighting_files import SightingFile, open_sightings
from waarborg.store.sighting_rows import NONE_REFUSED, Refused

SLAB_ROWS = 1_000_000
"""Sightings in memory at a time, beside those that are still open."""


class Engine(StrEnum):
    """Where sightings are fused; both give the same bytes."""

    LOCAL = "local"
    SPARK = "spark"


@dataclass(frozen=True, slots=True)
class FusedFile:
    """What came of a file.

    Attributes:
        rows: Lines written, one for each sighting.
        incidents: Different incidents among them.
        flags: What had to be bounded or left alone, by name.
        contradictions: Judgements that do not hold because others say otherwise.
        loudest: A source that gave more than half of all sightings, and how many.
        refused: Rows that were not taken, with their faults.
        reports: Web reports behind the rows; 0 where each row is one.
    """

    rows: int
    incidents: int
    flags: dict[str, int]
    contradictions: tuple[Contradiction, ...] = ()
    loudest: tuple[int, int] | None = None
    refused: Refused = NONE_REFUSED
    reports: int = 0


@dataclass(frozen=True, slots=True)
class People:
    """A file in which people say which reports tell of one event.

    Attributes:
        name: How problems call it.
        text: Its content: see `judged.read_judgements`.
    """

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Files to write beside the result; None where one is not wanted.

    Attributes:
        flags: CSV that names each sighting with something odd about it, and what.
        incidents: What is held of each incident, with its bounds.
        refused: CSV of every fault of the rows that were not taken.
    """

    flags: Path | None = None
    incidents: Path | None = None
    refused: Path | None = None


NOTHING_BESIDE = Beside()

_FLAGGED = (
    (Flag.UNPLACED, "without_place_or_time"),
    (Flag.AHEAD, "told_of_a_time_after_they_came_in"),
    (Flag.CLAMPED, "absurd_precisions_or_counts"),
    (Flag.FLOOD, "in_a_flood"),
    (Flag.REPEATED, "with_one_source_more_than_three_times"),
    (Flag.BRIDGE, "that_alone_would_have_joined_two_incidents"),
    (Flag.JUDGED, "judged_by_people"),
    (Flag.CONTRADICTED, "with_judgements_that_contradict"),
)


def fuse_sightings(
    path: Path,
    out: Path,
    engine: Engine = Engine.LOCAL,
    slab_rows: int = SLAB_ROWS,
    *,
    people: People | None = None,
    beside: Beside = NOTHING_BESIDE,
    strict: bool = False,
) -> FusedFile:
    """Write `report_key,incident_id,probability` for every sighting of a file, by key.

    Args:
        path: Parquet or CSV.
        out: The CSV file to write; it and what is spilled to disk lie in one folder.
        engine: Where the work is done.
        slab_rows: Sightings in memory at a time.
        people: What people judged.
        beside: What else to write.
        strict: Take nothing where a row is faulty.

    Raises:
        ProblemsFound: A file cannot be used, or no row of it, or Spark is not here.
    """
    if engine is Engine.SPARK:
        _need_spark()
    model = sighting_model()
    with open_sightings(path, out.parent) as file:
        left_out = file.check(model)
        if strict and left_out.rows:
            raise ProblemsFound(left_out.problems)
        said = said_of(file, people)
        judged = judged_pairs(said)
        if engine is Engine.SPARK:
            _on_spark(file, model, judged)
        else:
            file.hold(fuse_slabs(file.slabs(slab_rows), model, file.halo_s(model), judged))
        written = file.write(out)
        if beside.flags is not None:
            file.write_flags(beside.flags)
        if beside.refused is not None:
            file.write_refused(beside.refused)
        if beside.incidents is not None:
            file.write_pictures(beside.incidents, model, doubt_table(), slab_rows)
        found = file.incidents_of(judged.names.tolist()) if said else {}
        loudest = file.loudest()
    counted = {name: written.flagged[flag] for flag, name in _FLAGGED}
    counted["incidents_in_floods_that_are_no_count_of_events"] = written.flooded
    incident = {ReportId(str(name)): f"inc-{into}" for name, into in found.items()}
    against = contradictions(said, incident)
    return FusedFile(written.rows, written.incidents, counted, against, loudest, left_out)


def said_of(file: SightingFile, people: People | None) -> tuple[Judgement, ...]:
    """What people judged of the sightings of a file.

    Raises:
        ProblemsFound: A line cannot be used, or names a sighting that is not in the file.
    """
    if people is None:
        return ()
    numbers = {int(name) for name in named(people.text) if _is_number(name)}
    known = {ReportId(str(name)) for name in file.known(numbers)}
    return read_judgements(people.text, people.name, known, IN_A_FILE)


def _is_number(name: str) -> bool:
    """Whether a name is a whole number that a file can hold."""
    return name.removeprefix("-").isdecimal() and abs(int(name)) < 2**63


def _on_spark(file: SightingFile, model: SightingModel, judged: JudgedPairs) -> None:
    from waarborg.store import sightings_spark as spark  # noqa: PLC0415  # an extra

    rows = spark.read_sightings(spark.session(), file.path)
    done = spark.fuse_on_spark(rows, model, judged=judged)
    found = file.work / "found"
    done.rows.write.parquet(str(found.absolute()))
    file.keep(found)


def _need_spark() -> None:
    """Say what is missing for Spark, all at once.

    Raises:
        ProblemsFound: PySpark or Java is not here.
    """
    java = shutil.which("java") or (
        os.environ.get("JAVA_HOME")
        and shutil.which("java", path=str(Path(os.environ["JAVA_HOME"]) / "bin"))
    )
    missing = [
        name for name, there in (("PySpark", find_spec("pyspark")), ("Java", java)) if not there
    ]
    if missing:
        raise ProblemsFound(
            [
                Problem(
                    "--engine spark",
                    0,
                    "FUS-007",
                    "Spark cannot be started here",
                    "PySpark, which is the extra `spark`, and Java 17 or later",
                    "no " + " and no ".join(missing),
                    "install what is missing, or leave --engine out: the result is the same",
                )
            ]
        )
