"""`explain`: why anything came out as it did, down to the reports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from waarborg.app.cli.desk import OUT, print_json
from waarborg.app.services.explanation import FIGURES, Explained, explain, read_figures
from waarborg.app.services.logbook import Contents
from waarborg.app.wiring.verification import contents
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.record.failure import VerificationFailure
from waarborg.store.fusion_models import fusion_model
from waarborg.store.mission_record import read_journal
from waarborg.store.out_folder import read_file
from waarborg.store.record_folder import FolderSource


def mount(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("explain")(explain_command)


def explain_command(
    identifier: Annotated[
        str,
        typer.Argument(
            help="Identifier of an incident (inc-…), episode (epi-…), finding (fin-…), determination (det-…), "
            "obligation (obl-…) or report; the start of one is enough when only one has it.",
            metavar="ID",
        ),
    ],
    *,
    out: Annotated[
        Path, typer.Option("--out", help="Output folder of a run.", metavar="FOLDER")
    ] = Path("out"),
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for another program.")
    ] = False,
) -> None:
    """Say why something came out as it did: every step below it, down to the reports."""
    held = open_run(out)
    figures = read_figures({name: read_file(out / name) or b"" for name in FIGURES})
    found = explain(identifier, figures, held, fusion_model(held.fusion_model))
    if as_json:
        print_json(found)
        return
    for depth, line in told(found):
        OUT.print(f"{'  ' * depth}{line}", markup=False)


def open_run(out: Path) -> Contents:
    """What the record of a run holds.

    Raises:
        ProblemsFound: No run lies in the folder, or its record does not hold (CLI-003).
    """
    try:
        return contents(read_journal(FolderSource(out / "record")))
    except (OSError, VerificationFailure) as error:
        why = error.meaning if isinstance(error, VerificationFailure) else str(error)
        raise ProblemsFound([_no_run(out, why)]) from error


def told(found: Explained, depth: int = 0) -> Iterator[tuple[int, str]]:
    """Every line of an explanation with its depth: what it is, what is said of it, what it rests on."""
    yield depth, found.title
    for line in found.lines:
        yield depth + 1, f"· {line}"
    for part in found.parts:
        yield from told(part, depth + 1)


def _no_run(out: Path, found: str) -> Problem:
    return Problem(
        str(out),
        0,
        "CLI-003",
        "no run lies here",
        "the output folder of `waarborg run`, with record/ in it",
        found[:200],
        "run `waarborg run MISSION --out FOLDER` first, or name its folder with --out",
    )
