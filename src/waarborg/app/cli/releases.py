"""`releases`: what came in, where every row went, and what it changed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from waarborg.app.cli.desk import OUT, open_mission, print_json
from waarborg.app.services.plain import plain
from waarborg.app.services.releases import page, reconciled


def mount(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("releases")(releases_command)


def releases_command(
    mission: Annotated[Path, typer.Argument(help="Mission folder.", metavar="MISSION")],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for another program.")
    ] = False,
) -> None:
    """Account for every row of every release, and say what each release changed, by name.

    Rows read, refused, repeated, new, changed and left out add up, as do the incidents, findings and
    determinations before and after each release.
    """
    opened = open_mission(mission, lambda _step: None)
    found = reconciled(opened.inputs, opened.intake)
    if as_json:
        print_json({"releases": [plain(each) for each in found]})
        return
    OUT.print(page(opened.inputs, found), markup=False, soft_wrap=True, end="")
