"""`trail`: what became of incidents as reports arrived and people judged."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from waarborg.app.cli.desk import OUT, moments, open_inputs, print_json
from waarborg.app.cli.explaining import open_run
from waarborg.app.services.derive import trail_of
from waarborg.base.times import format_instant
from waarborg.incidents.incident import IncidentId
from waarborg.incidents.trail import Move, leads_to


def mount(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("trail")(trail_command)


def trail_command(
    identifier: Annotated[
        str, typer.Argument(help="Follow one incident's name (inc-…).", metavar="[INCIDENT]")
    ] = "",
    *,
    out: Annotated[
        Path, typer.Option("--out", help="Output folder of a run.", metavar="FOLDER")
    ] = Path("out"),
    known_at: Annotated[
        str | None,
        typer.Option("--known-at", help="Day or instant: what arrived later is left out."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for another program.")
    ] = False,
) -> None:
    """Tell which incidents merged or parted as reports arrived and people judged, and when.

    An incident keeps its name while it only grows: it is named after the report that came in first.
    """
    held = open_run(out)
    inputs = open_inputs(held)
    _, until = moments(inputs.mission, None, known_at, held.judgements)
    found = trail_of(inputs, until)
    if identifier:
        found = leads_to(IncidentId(identifier), found)
    if as_json:
        print_json(found)
        return
    for move in found:
        OUT.print(told(move), markup=False)
    about = f" of {identifier}" if identifier else ""
    OUT.print(f"{len(found):,} merges and splits{about}; what only grew is not listed")


def told(move: Move) -> str:
    """A move in words."""
    where = f"into {move.into}" if move.into else "no report of it is left"
    return (
        f"{format_instant(move.at)}  {move.incident} {move.fate.value} {where} "
        f"({len(move.reports)} reports: {', '.join(move.reports[:3])}"
        f"{' …' if len(move.reports) > 3 else ''})"
    )
