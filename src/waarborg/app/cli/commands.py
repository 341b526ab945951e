"""The commands of `waarborg`, mounted in the order in which a newcomer meets them."""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Annotated

import typer

from waarborg import __version__
from waarborg.app.cli.exits import Exit
from waarborg.app.cli.telling import tell, tell_failure
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.record.failure import VerificationFailure

EXITS = (
    "Exit codes: 0 done · 1 input refused · 2 wrong usage · 3 not verified · 4 rows quarantined."
)

MODULES: Mapping[str, tuple[str, ...]] = {
    "chain": ("run", "import", "assess", "report"),
    "fuse": ("fuse",),
    "checking": ("verify",),
    "replaying": ("replay",),
    "explaining": ("explain",),
    "joins": ("joins",),
    "trail": ("trail",),
    "releases": ("releases",),
    "agreement": ("agreement",),
    "prove": ("prove",),
    "commission": ("docket", "due", "status", "determine", "what-if", "exercise"),
    "evidence": ("evidence",),
    "redaction": ("redact",),
    "witnessing": (
        "witness", "cosign", "mirror", "export", "receipt", "check-receipt", "fraud-proof", "stamp",
    ),
}  # fmt: skip
"""Module to the commands that it mounts, in the order in which help lists them."""


def _version(*, value: bool) -> None:
    if value:
        typer.echo(f"waarborg {__version__}")
        raise typer.Exit


def root(
    *,
    version: Annotated[  # its callback reads it
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Options before the command."""


def built(command: str = "") -> typer.Typer:
    """The command line: with the command that was typed alone, or with all of them.

    One command needs a part of the program; to load the solver and the databases for it as well takes
    seconds. Help, and a word that is no command, need them all.

    Args:
        command: The first word that was typed, "" for all commands.
    """
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
    app.callback()(root)
    mine = [module for module, names in MODULES.items() if command in names]
    for module in mine or MODULES:
        import_module(f"waarborg.app.cli.{module}").mount(app)
    return app


def __getattr__(name: str) -> typer.Typer:
    """The whole command line as `app`, built when somebody asks for it."""
    if name == "app":
        return built()
    raise AttributeError(name)


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
        built(next(iter(sys.argv[1:]), ""))(prog_name="waarborg")
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
