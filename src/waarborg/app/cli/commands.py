"""The commands of `waarborg`, mounted in the order in which a newcomer meets them."""

from __future__ import annotations

import gc
import sys
from typing import Annotated

import typer

from waarborg import __version__
from waarborg.app.cli import (
    agreement,
    chain,
    checking,
    commission,
    evidence,
    explaining,
    fuse,
    joins,
    prove,
    redaction,
    releases,
    replaying,
    trail,
    witnessing,
)
from waarborg.app.cli.desk import tell, tell_failure
from waarborg.app.cli.exits import Exit
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.record.failure import VerificationFailure

EXITS = (
    "Exit codes: 0 done · 1 input refused · 2 wrong usage · 3 not verified · 4 rows quarantined."
)

app = typer.Typer(
    name="waarborg",
    help=(
        "The open information system for a ceasefire backed by guarantees.\n\n"
        "Start with `waarborg run MISSION`: it takes a mission folder from reports to obligations, "
        "writes the report of the day and a record that anyone can verify. Every step is also a "
        "command of its own, and `waarborg explain ID` says why anything came out as it did."
    ),
    epilog=EXITS,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
chain.mount(app)
fuse.mount(app)
checking.mount(app)
replaying.mount(app)
explaining.mount(app)
joins.mount(app)
trail.mount(app)
releases.mount(app)
app.add_typer(agreement.app, name="agreement")
prove.mount(app)
commission.mount(app)
app.add_typer(evidence.app, name="evidence")
app.add_typer(redaction.app, name="redact")
witnessing.mount(app)


def _version(*, value: bool) -> None:
    if value:
        typer.echo(f"waarborg {__version__}")
        raise typer.Exit


@app.callback()
def root(
    *,
    version: Annotated[  # its callback reads it
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Options before the command."""


def collect_rarely() -> None:
    """Let Python look for rings of objects seldom: a run makes millions of values and no rings.

    A sixth of the time of a run over 35,920 rows went into looking, and no memory was won by it.
    """
    gc.set_threshold(200_000, 20, 100)


def main() -> None:
    """Run the command line and end with its exit code."""
    collect_rarely()
    try:
        # Named here: typer would take the name of whatever started Python, and help would show it.
        app(prog_name="waarborg")
    except ProblemsFound as found:
        tell(found.problems, as_json="--json" in sys.argv)
        raise SystemExit(Exit.REFUSED) from None
    except VerificationFailure as failure:
        tell_failure(failure, as_json="--json" in sys.argv)
        raise SystemExit(Exit.NOT_VERIFIED) from None
    except OSError as error:
        tell((_unwritable(error),), as_json="--json" in sys.argv)
        raise SystemExit(Exit.REFUSED) from None


def _unwritable(error: OSError) -> Problem:
    return Problem(
        str(error.filename or "disk"),
        0,
        "CLI-005",
        "the system refused to read or write",
        "a folder that can be written, with room on the disk",
        error.strerror or str(error),
        "make room or correct the rights, and run the command again; each file is whole or absent",
    )
