"""`fuse`: which reports of a file, or of a mission, tell of the same event."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import polars as pl
import typer

from waarborg.app.cli.desk import OUT, open_mission, print_json, tell
from waarborg.app.cli.exits import Exit
from waarborg.app.services.fusing import Beside, Engine, FusedFile, People, fuse_sightings
from waarborg.app.services.held_files import held_file, held_rows
from waarborg.app.services.intake import Intake
from waarborg.app.services.judged import IN_A_FILE, by_report, read_judgements
from waarborg.app.services.outputs import table
from waarborg.base.grades import Certainty
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.incidents.fuse import fuse_bounded
from waarborg.incidents.judgements import Judgement, contradictions, settled
from waarborg.reports import ucdp, viina
from waarborg.reports.collect import collect
from waarborg.reports.headlines import HeadlineReader
from waarborg.reports.mission import Release
from waarborg.reports.report import Report, ReportId
from waarborg.store.fusion_models import fusion_model
from waarborg.store.mission_folder import read
from waarborg.store.out_folder import write_file
from waarborg.store.sighting_rows import Refused
from waarborg.store.source_settings import source_settings

_ANY_DAY = datetime(9000, 1, 1, tzinfo=UTC)
"""After every day that a release can tell of: a file by itself does not say when it came in."""
HEADER = ("report_key", "incident_id", "probability")
Json = Annotated[bool, typer.Option("--json", help="Print JSON for another program.")]


def mount(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("fuse")(fuse_command)


def fuse_command(  # noqa: PLR0913  # one argument an option
    path: Annotated[Path, typer.Argument(help="File of reports, or a mission folder.")],
    out: Annotated[Path, typer.Option("--out", help="CSV file to write.", metavar="OUT.csv")],
    source: Annotated[
        str, typer.Option("--source", help="What the file holds: viina, ucdp or synthetic.")
    ] = "viina",
    mission: Annotated[
        Path | None,
        typer.Option(
            "--mission",
            help="Mission folder whose settings read the file: stand-in places, time zone, words. "
            "Without it, those that ship for the source.",
        ),
    ] = None,
    engine: Annotated[
        Engine,
        typer.Option(
            "--engine",
            help="Where sightings are fused: in this process, or on Spark (the extra `spark`).",
        ),
    ] = Engine.LOCAL,
    *,
    judgements: Annotated[
        Path | None,
        typer.Option(
            "--judgements",
            help="CSV file of what people judged (one,other,sameness,who,when,why): two report keys; same, "
            "different or unsure; who judged, when and on what ground.",
            metavar="FILE",
        ),
    ] = None,
    flags: Annotated[
        Path | None,
        typer.Option(
            "--flags",
            help="CSV file to write: report_key,flag for everything odd or judged about a report.",
            metavar="FILE",
        ),
    ] = None,
    incidents: Annotated[
        Path | None,
        typer.Option(
            "--incidents",
            help="File to write: place, time, kind and numbers of each incident with bounds that hold nine times "
            "in ten, and its independent witnesses; CSV, or JSON lines where the name ends with .jsonl.",
            metavar="FILE",
        ),
    ] = None,
    refused: Annotated[
        Path | None,
        typer.Option(
            "--refused",
            help="CSV file to write: line,code,message,expected,found,fix for every fault of a row that was not "
            "taken.",
            metavar="FILE",
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Take nothing and write nothing where a row is faulty.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Say which reports tell of the same event.

    Writes report_key, incident_id and probability for every accepted row, by key. A faulty row is refused by
    itself, with its line and reason, and the command then ends with 4.
    """
    _refuse_to_overwrite([path, judgements], [out, flags, incidents, refused])
    people = None if judgements is None else People(judgements.name, _text(judgements))
    beside = Beside(flags, incidents, refused)
    if source == "synthetic" and (path.is_file() or not path.exists()):
        fused = fuse_sightings(path, out, engine, people=people, beside=beside, strict=strict)
    else:
        if engine is Engine.SPARK:
            raise ProblemsFound([_too_small(path, source)])
        taken = _take_in(path, source, mission)
        if strict and taken.refused:
            raise ProblemsFound(taken.refused)
        judged = taken.judged + (() if people is None else _judged(people, taken.keys))
        fused = _fuse(taken, judged, out, beside)
    _say(fused, out, as_json=as_json)
    if fused.refused.rows:
        if not as_json:
            tell(fused.refused.problems, as_json=False)
        raise typer.Exit(Exit.QUARANTINED)


_FLAGGED = (
    ("unplaced", "without_a_place"),
    ("flood", "in_a_flood"),
    ("cut", "in_a_tangle_too_large_to_weigh_whole"),
    ("judged", "judged_by_people"),
    ("contradicted", "with_judgements_that_contradict"),
)


@dataclass(frozen=True, slots=True)
class _Taken:
    """Reports of a file or mission, the rows behind each, what was refused, what people judged."""

    reports: Sequence[Report]
    keys: Mapping[ReportId, tuple[str, ...]]
    refused: tuple[Problem, ...]
    judged: tuple[Judgement, ...] = ()


def _take_in(path: Path, source: str, mission: Path | None) -> _Taken:
    """Read a mission folder or a file of reports."""
    if path.is_dir():
        opened = open_mission(path, lambda _: None)
        intake = opened.intake
        return _Taken(intake.reports, _latest_keys(intake), intake.problems, opened.inputs.counted)
    if source == "viina":
        reports, refused = _viina(path, mission)
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
    return _Taken(reports, {report.id: report.keys for report in reports}, refused)


def _judged(people: People, keys: Mapping[ReportId, tuple[str, ...]]) -> tuple[Judgement, ...]:
    """What people judged of rows or reports, as judgements on reports."""
    known = {*keys, *(ReportId(key) for rows in keys.values() for key in rows)}
    said = read_judgements(people.text, people.name, known, IN_A_FILE)
    return by_report(said, keys, people.name)


def _fuse(taken: _Taken, judged: Sequence[Judgement], out: Path, beside: Beside) -> FusedFile:
    """Write a line for each row behind each report; and, when asked for, what was odd about which."""
    done = fuse_bounded(taken.reports, fusion_model(), judged)
    incidents = done.incidents
    held = {report: str(incident.id) for incident in incidents for report in incident.reports}
    against = contradictions(judged, held)
    rows = sorted(
        (key, str(incident.id), f"{member.probability:.4f}")
        for incident in incidents
        for member in incident.members
        for key in taken.keys[member.report]
    )
    write_file(out, pl.DataFrame(rows, schema=HEADER, orient="row").write_csv().encode())
    odd: dict[str, Collection[ReportId]] = {
        "unplaced": {report.id for report in taken.reports if report.place is None},
        "flood": done.flooded,
        "cut": done.cut,
        "judged": {name for pair in settled(judged) for name in pair},
        "contradicted": {
            name for each in against for name in (each.judgement.one, each.judgement.other)
        },
    }
    if beside.flags is not None:
        lines = sorted(
            (key, name)
            for name, reports in odd.items()
            for report in reports
            for key in taken.keys.get(report, ())
        )
        flagged = pl.DataFrame(lines, schema=("report_key", "flag"), orient="row")
        write_file(beside.flags, flagged.write_csv().encode())
    if beside.incidents is not None:
        about = held_rows(incidents, taken.reports)
        as_lines = beside.incidents.suffix == ".jsonl"
        write_file(beside.incidents, held_file(about, as_lines=as_lines))
    if beside.refused is not None:
        _write_refused(beside.refused, taken.refused)
    counted = {name: len(odd[flag]) for flag, name in _FLAGGED}
    refused = Refused(len(taken.refused), taken.refused)
    return FusedFile(len(rows), len({row[1] for row in rows}), counted, against, refused=refused)


def _write_refused(out: Path, refused: Sequence[Problem]) -> None:
    """Write every fault of the rows that were not taken, by line."""
    names = ("line", "code", "message", "expected", "found", "fix")
    rows = [tuple(str(getattr(problem, name)) for name in names) for problem in sorted(refused)]
    write_file(out, table(names, rows))


_TOLD = 20


def _say(fused: FusedFile, out: Path, *, as_json: bool) -> None:
    """What was written, what had to be bounded or left alone, and which judgements do not hold."""
    against = [each.words for each in fused.contradictions]
    if as_json:
        said = {"rows": fused.rows, "incidents": fused.incidents, "refused": fused.refused.rows}
        loudest = (
            dict(zip(("source", "rows"), fused.loudest, strict=True)) if fused.loudest else None
        )
        more = {
            "contradictions": against, "source_of_more_than_half": loudest, "problems": fused.refused.problems,
        }  # fmt: skip
        print_json(said | {"out": str(out)} | fused.flags | more)
        return
    OUT.print(f"{fused.rows:,} rows in {fused.incidents:,} incidents · {out}", markup=False)
    for name, count in fused.flags.items():
        if count:
            OUT.print(f"{count:,} {name.replace('_', ' ')}", markup=False)
    if fused.loudest:
        source, told = fused.loudest
        OUT.print(f"source {source} gave {told:,} of the {fused.rows:,} rows", markup=False)
    for words in against[:_TOLD]:
        OUT.print(f"judgement that does not hold: {words}", markup=False)
    if len(against) > _TOLD:
        OUT.print(f"and {len(against) - _TOLD:,} more that do not hold: see --json", markup=False)


def _text(path: Path) -> str:
    """A file of judgements as text.

    Raises:
        ProblemsFound: It cannot be read (FUS-009).
    """
    try:
        return path.read_text(encoding="utf-8-sig")
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


def _too_small(path: Path, source: str) -> Problem:
    return Problem(
        str(path),
        0,
        "FUS-008",
        "reports with headlines are fused in this process",
        "--engine spark with --source synthetic",
        f"--source {source}" if path.is_file() else "a mission folder",
        "leave --engine out: years of such reports fit into one process",
    )


def _latest_keys(intake: Intake) -> dict[ReportId, tuple[str, ...]]:
    """The rows of each report in the last release that holds it: keys change between releases."""
    keys: dict[ReportId, tuple[str, ...]] = {}
    for release in intake.imports:
        held: dict[ReportId, list[str]] = {}
        for key, report in release.rows:
            held.setdefault(ReportId(report), []).append(key)
        keys |= {report: tuple(rows) for report, rows in held.items()}
    return keys


def _viina(path: Path, mission: Path | None) -> tuple[tuple[Report, ...], tuple[Problem, ...]]:
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
    return found.reports, parsed.problems


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


def _refuse_to_overwrite(read_from: list[Path | None], written: list[Path | None]) -> None:
    """Refuse to write over what is read, or to write two things into one file.

    Raises:
        ProblemsFound: Two of the files are one (FUS-010).
    """
    taken = {each.resolve() for each in read_from if each is not None}
    problems = []
    for each in written:
        if each is None:
            continue
        if each.resolve() in taken:
            problems.append(
                Problem(
                    str(each), 0, "FUS-010", "one file would be written over another",
                    "a name of its own for each file", "a file that is read, or written already",
                    "name another file; nothing was written",
                )
            )  # fmt: skip
        taken.add(each.resolve())
    if problems:
        raise ProblemsFound(problems)
