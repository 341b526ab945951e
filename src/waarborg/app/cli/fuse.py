"""`fuse`: which reports of a file, or of a mission, tell of the same event."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from waarborg.app.cli.desk import OUT, print_json, tell
from waarborg.app.cli.exits import Exit
from waarborg.app.cli.taking import Taken, judged_in, people_of, take_in
from waarborg.app.services.fusing import Beside, Engine, FusedFile, fuse_sightings
from waarborg.app.services.held_files import held_file, held_rows
from waarborg.app.services.outputs import table
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.incidents.fuse import fuse_bounded
from waarborg.incidents.hinges import Kind
from waarborg.incidents.judgements import Judgement, contradictions, settled
from waarborg.reports.report import ReportId
from waarborg.store.fusion_models import fusion_model
from waarborg.store.out_folder import write_file
from waarborg.store.sighting_rows import Refused

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
            "in ten, its independent witnesses, and the episode that it belongs to (three or more incidents of force "
            "within 50 km, with pauses of an hour at most; on one day, where hours are not known); CSV, or JSON lines where the name ends with .jsonl.",
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
    people = people_of(judgements)
    beside = Beside(flags, incidents, refused)
    if source == "synthetic" and (path.is_file() or not path.exists()):
        fused = fuse_sightings(path, out, engine, people=people, beside=beside, strict=strict)
    else:
        if engine is Engine.SPARK:
            raise ProblemsFound([_too_small(path, source)])
        taken = take_in(path, source, mission)
        if strict and taken.refused:
            raise ProblemsFound(taken.refused)
        judged = taken.judged + (() if people is None else judged_in(people, taken.keys))
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
    ("bridge", "that_name_two_events_and_join_neither_to_the_other"),
    ("holds_together", "without_which_an_incident_would_be_two"),
    ("draws_in", "through_which_alone_another_report_stands_in_its_incident"),
    ("keeps_apart", "without_which_reports_of_two_incidents_would_be_in_one"),
    ("stood", "rows_dated_to_the_first_day_of_a_page_that_stayed_up"),
    ("judged", "judged_by_people"),
    ("contradicted", "with_judgements_that_contradict"),
)


def _fuse(taken: Taken, judged: Sequence[Judgement], out: Path, beside: Beside) -> FusedFile:
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
        **{kind.value: done.hinging(kind) for kind in Kind},
        "judged": {name for pair in settled(judged) for name in pair},
        "contradicted": {
            name for each in against for name in (each.judgement.one, each.judgement.other)
        },
    }
    stood = {key for rows in taken.later.values() for key, _ in rows}
    if beside.flags is not None:
        lines = [(key, "stood") for key in stood]
        lines += [
            (key, name)
            for name, reports in odd.items()
            for report in reports
            for key in taken.keys.get(report, ())
        ]
        lines.sort()
        flagged = pl.DataFrame(lines, schema=("report_key", "flag"), orient="row")
        write_file(beside.flags, flagged.write_csv().encode())
    if beside.incidents is not None:
        about = held_rows(incidents, taken.reports)
        as_lines = beside.incidents.suffix == ".jsonl"
        write_file(beside.incidents, held_file(about, as_lines=as_lines))
    if beside.refused is not None:
        _write_refused(beside.refused, taken.refused)
    counted = {name: len(odd.get(flag, stood)) for flag, name in _FLAGGED}
    refused = Refused(len(taken.refused), taken.refused)
    return FusedFile(
        len(rows), len(incidents), counted, against, refused=refused, reports=len(held)
    )


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
        said = {
            "rows": fused.rows, "reports": fused.reports or fused.rows, "incidents": fused.incidents,
            "refused": fused.refused.rows,
        }  # fmt: skip
        loudest = (
            dict(zip(("source", "rows"), fused.loudest, strict=True)) if fused.loudest else None
        )
        more = {
            "contradictions": against, "source_of_more_than_half": loudest, "problems": fused.refused.problems,
        }  # fmt: skip
        print_json(said | {"out": str(out)} | fused.flags | more)
        return
    pages = f", {fused.reports:,} reports," if fused.reports else ""
    OUT.print(f"{fused.rows:,} rows{pages} in {fused.incidents:,} incidents · {out}", markup=False)
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
