"""`joins`: the joins of a run that a person should look at first."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from waarborg.app.cli.desk import OUT, print_json
from waarborg.app.cli.explaining import open_run
from waarborg.app.services.explanation import FIGURES, read_figures
from waarborg.app.services.reviewing import Join, joins
from waarborg.store.out_folder import read_file


def mount(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("joins")(joins_command)


def joins_command(
    *,
    out: Annotated[
        Path, typer.Option("--out", help="Output folder of a run.", metavar="FOLDER")
    ] = Path("out"),
    limit: Annotated[
        int, typer.Option("--limit", min=1, help="How many to show.", metavar="N")
    ] = 20,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for another program.")
    ] = False,
) -> None:
    """List the least certain joins of reports first, for a person to judge.

    Whoever judges a pair writes a line into the mission's file of judgements: the two reports, same,
    different or unsure, who, when and why.
    """
    held = open_run(out)
    figures = read_figures({name: read_file(out / name) or b"" for name in FIGURES})
    latest = {str(report.id): report for report in sorted(held.reports, key=lambda r: r.version)}
    found = joins(figures.incidents.values(), latest)
    if as_json:
        print_json(found[:limit])
        return
    for number, join in enumerate(found[:limit], 1):
        _tell(number, join)
    OUT.print(f"{min(limit, len(found)):,} of {len(found):,} joins, the least certain first")


def _tell(number: int, join: Join) -> None:
    lines = [
        f"{number}. {join.probability:.0%} · {join.incident}, {join.reports} reports",
        f"   {join.one}  {join.sides[0]}",
        f"   {join.other}  {join.sides[1]}",
    ]
    for name, terms in (("for", join.speaks_for), ("against", join.speaks_against)):
        if terms:
            lines.append(f"   {name}: " + "; ".join(f"{w} ({n:+.1f})" for w, n in terms))
    if join.judged:
        lines.append(f"   {join.judged}")
    for line in lines:
        OUT.print(line, markup=False)
