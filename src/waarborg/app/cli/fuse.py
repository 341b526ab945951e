"""`fuse`: which reports of a file, or of a mission, tell of the same event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import typer

from waarborg.app.cli.desk import OUT, open_mission, print_json, tell
from waarborg.app.cli.exits import Exit
from waarborg.app.services.intake import Intake
from waarborg.base.grades import Certainty
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.incidents.fuse import fuse
from waarborg.incidents.sighting_columns import Flag, Sightings
from waarborg.incidents.sightings import fuse_columns
from waarborg.reports import viina
from waarborg.reports.collect import collect
from waarborg.reports.headlines import HeadlineReader, Lexicon
from waarborg.reports.mission import Box, Channel, Release
from waarborg.reports.report import Report, ReportId
from waarborg.store.fusion_models import fusion_model, sighting_model
from waarborg.store.mission_folder import read
from waarborg.store.out_folder import write_file

HEADER = ("report_key", "incident_id", "probability")
SIGHTING_COLUMNS = (
    "report_id", "source", "kind", "t", "t_prec", "lat", "lon", "pos_prec", "etype", "count",
)  # fmt: skip
"""Columns a file of generated sightings has to hold."""

_FLAGGED = (
    (Flag.UNPLACED, "without_place_or_time"),
    (Flag.AHEAD, "told_of_a_time_after_they_came_in"),
    (Flag.CLAMPED, "absurd_precisions_or_counts"),
    (Flag.FLOOD, "in_a_flood"),
    (Flag.REPEATED, "with_one_source_more_than_three_times"),
)

Row = tuple[str, str, str]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for another program.")]


def mount(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("fuse")(fuse_command)


def fuse_command(
    path: Annotated[Path, typer.Argument(help="File of reports, or a mission folder.")],
    out: Annotated[Path, typer.Option("--out", help="CSV file to write.", metavar="OUT.csv")],
    source: Annotated[
        str, typer.Option("--source", help="What the file holds: viina or synthetic.")
    ] = "viina",
    mission: Annotated[
        Path | None,
        typer.Option(
            "--mission",
            help="Mission folder whose settings read the file: stand-in places, time zone, words.",
        ),
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Say which reports tell of the same event.

    Writes report_key, incident_id and probability for every accepted row, by key.
    """
    refused: tuple[Problem, ...] = ()
    flags: dict[str, int] = {}
    if path.is_dir():
        opened = open_mission(path, lambda _: None)
        rows = _rows(opened.intake.reports, _latest_keys(opened.intake))
        refused = opened.intake.problems
    elif source == "viina":
        reports, refused = _viina(path, mission)
        rows = _rows(reports, {report.id: report.keys for report in reports})
    elif source == "synthetic":
        rows, flags = _sightings(path)
    else:
        raise ProblemsFound(
            [
                Problem(
                    str(path),
                    0,
                    "FUS-001",
                    "there is no reader for this kind of file",
                    "viina or synthetic",
                    source,
                    "name one of the two with --source",
                )
            ]
        )
    text = pl.DataFrame(rows, schema=HEADER, orient="row").write_csv()
    write_file(out, text.encode())
    incidents = len({row[1] for row in rows})
    if as_json:
        print_json(
            {"rows": len(rows), "incidents": incidents, "refused": len(refused), "out": str(out)}
            | flags
        )
    else:
        OUT.print(f"{len(rows):,} rows in {incidents:,} incidents · {out}", markup=False)
        for name, count in flags.items():
            OUT.print(f"{count:,} {name.replace('_', ' ')}", markup=False)
    if refused:
        if not as_json:
            tell(refused, as_json=False)
        raise typer.Exit(Exit.QUARANTINED)


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
    data = (
        pl.read_parquet(path).write_csv().encode()
        if path.suffix == ".parquet"
        else path.read_bytes()
    )
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


def _sightings(path: Path) -> tuple[list[Row], dict[str, int]]:
    frame = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path)
    missing = [name for name in SIGHTING_COLUMNS if name not in frame.columns]
    if missing:
        raise ProblemsFound(
            [
                Problem(
                    str(path),
                    1,
                    "FUS-002",
                    "columns are missing",
                    ", ".join(SIGHTING_COLUMNS),
                    "no " + ", ".join(missing),
                    "write the file with all columns; a value that is not known stays empty",
                )
            ]
        )

    def numbers(name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        values = frame[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        return np.asarray(values, dtype=np.float64)

    def whole(name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.asarray(frame[name].cast(pl.Int64).fill_null(-1).to_numpy(), dtype=np.int64)

    seen = Sightings(
        id=whole("report_id"),
        t=numbers("t"),
        longitude=numbers("lon"),
        latitude=numbers("lat"),
        precision_s=numbers("t_prec"),
        precision_m=numbers("pos_prec"),
        source=whole("source"),
        kind=whole("kind"),
        type=whole("etype"),
        count=numbers("count"),
        received=numbers("t_arrive") if "t_arrive" in frame.columns else None,
    )
    fused = fuse_columns(seen, sighting_model())
    order = np.argsort(seen.id, kind="stable")
    rows = [
        (str(key), f"inc-{incident}", f"{chance:.4f}")
        for key, incident, chance in zip(
            seen.id[order].tolist(),
            fused.incident[order].tolist(),
            fused.probability[order].tolist(),
            strict=True,
        )
    ]
    return rows, {name: fused.flagged(flag) for flag, name in _FLAGGED}
