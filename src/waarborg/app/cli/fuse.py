"""`fuse`: which reports of a file, or of a mission, tell of the same event."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import polars as pl
import typer

from waarborg.app.cli.desk import OUT, open_mission, print_json, tell
from waarborg.app.cli.exits import Exit
from waarborg.app.services.fusing import Engine, fuse_sightings
from waarborg.app.services.intake import Intake
from waarborg.base.grades import Certainty
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.incidents.fuse import fuse
from waarborg.reports import ucdp, viina
from waarborg.reports.collect import collect
from waarborg.reports.headlines import HeadlineReader, Lexicon
from waarborg.reports.mission import Box, Channel, Release
from waarborg.reports.report import Report, ReportId
from waarborg.store.fusion_models import fusion_model
from waarborg.store.mission_folder import read
from waarborg.store.out_folder import write_file

HEADER = ("report_key", "incident_id", "probability")
Row = tuple[str, str, str]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for another program.")]


def mount(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("fuse")(fuse_command)


def fuse_command(
    path: Annotated[Path, typer.Argument(help="File of reports, or a mission folder.")],
    out: Annotated[Path, typer.Option("--out", help="CSV file to write.", metavar="OUT.csv")],
    source: Annotated[
        str, typer.Option("--source", help="What the file holds: viina, ucdp or synthetic.")
    ] = "viina",
    mission: Annotated[
        Path | None,
        typer.Option(
            "--mission",
            help="Mission folder whose settings read the file: stand-in places, time zone, words.",
        ),
    ] = None,
    engine: Annotated[
        Engine,
        typer.Option(
            "--engine",
            help="Where sightings are fused: in this process, or on Spark (the extra `spark`).",
        ),
    ] = Engine.LOCAL,
    incidents: Annotated[
        Path | None,
        typer.Option(
            "--incidents",
            help="Second file: place, time, type and numbers of each incident, with their bounds;"
            " CSV, or JSON lines where the name ends with .jsonl.",
            metavar="FILE",
        ),
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Say which reports tell of the same event.

    Writes report_key, incident_id and probability for every accepted row, by key.
    """
    if source == "synthetic" and (path.is_file() or not path.exists()):
        fused = fuse_sightings(path, out, engine, incidents=incidents)
        _say(fused.rows, fused.incidents, 0, out, fused.flags, as_json=as_json)
        return
    if engine is Engine.SPARK:
        raise ProblemsFound([_too_small(path, source)])
    refused: tuple[Problem, ...] = ()
    if path.is_dir():
        opened = open_mission(path, lambda _: None)
        rows = _rows(opened.intake.reports, _latest_keys(opened.intake))
        refused = opened.intake.problems
    elif source == "viina":
        reports, refused = _viina(path, mission)
        rows = _rows(reports, {report.id: report.keys for report in reports})
    elif source == "ucdp":
        parsed = ucdp.parse(_content(path), path.name, ZoneInfo("UTC"))
        refused = parsed.problems
        if not parsed.reports and refused:
            raise ProblemsFound(refused)
        rows = _rows(parsed.reports, {report.id: report.keys for report in parsed.reports})
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
    text = pl.DataFrame(rows, schema=HEADER, orient="row").write_csv()
    write_file(out, text.encode())
    _say(len(rows), len({row[1] for row in rows}), len(refused), out, {}, as_json=as_json)
    if refused:
        if not as_json:
            tell(refused, as_json=False)
        raise typer.Exit(Exit.QUARANTINED)


def _say(
    rows: int, incidents: int, refused: int, out: Path, flags: dict[str, int], *, as_json: bool
) -> None:
    """What was written, and what had to be bounded or left alone."""
    if as_json:
        print_json(
            {"rows": rows, "incidents": incidents, "refused": refused, "out": str(out)} | flags
        )
        return
    OUT.print(f"{rows:,} rows in {incidents:,} incidents · {out}", markup=False)
    for name, count in flags.items():
        OUT.print(f"{count:,} {name.replace('_', ' ')}", markup=False)


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


def _rows(reports: Sequence[Report], keys: Mapping[ReportId, tuple[str, ...]]) -> list[Row]:
    """A line for each row behind each report."""
    return sorted(
        (key, str(incident.id), f"{member.probability:.4f}")
        for incident in fuse(reports, fusion_model())
        for member in incident.members
        for key in keys[member.report]
    )


def _viina(path: Path, mission: Path | None) -> tuple[tuple[Report, ...], tuple[Problem, ...]]:
    if mission is None:
        channel, lexicon = _bare_channel(), _no_words()
    else:
        folder = read(mission)
        channel, lexicon = folder.mission.channels["viina"], folder.lexicon
    data = _content(path)
    release = Release(
        file=path.name,
        channel="viina",
        received_at=datetime(1970, 1, 1, tzinfo=UTC),
        certainty=Certainty.ASSUMED,
        words="arrival plays no part in fusing one file",
    )
    parsed = viina.parse(data, release, channel)
    if not parsed.rows.height and parsed.problems:
        raise ProblemsFound(parsed.problems)
    found = collect([parsed], {"viina": channel}, HeadlineReader(lexicon))
    return found.reports, parsed.problems


def _content(path: Path) -> bytes:
    """The file as CSV: Parquet is written out, what was packed with gzip is unpacked."""
    if path.suffix == ".parquet":
        return pl.read_parquet(path).write_csv().encode()
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def _bare_channel() -> Channel:
    """How a file is read when no mission says more: no stand-ins are known."""
    return Channel(
        time_zone=ZoneInfo("Europe/Kyiv"),
        time_zone_certainty=Certainty.ASSUMED,
        time_zone_words="VIINA's days are taken for days in Kyiv",
        place_precision_m=3000.0,
        place_precision_words="a settlement known by name",
        max_line_bytes=1 << 20,
        box=Box(-180.0, -90.0, 180.0, 90.0),
    )


def _no_words() -> Lexicon:
    return Lexicon(
        waarborg="words/1", version="none", actors={}, weapons={}, attack_verbs=(),
        weapon_verbs=(), attack_nouns=(), soldiers=(), framing=(), prisoners=(), killing=(),
        assaults=(), not_this=(), shot_down=(),
    )  # fmt: skip
