"""One command is built alone, so that it loads no more than it needs; help and errors know them all."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest
import typer

from waarborg.app.cli.commands import MODULES, built

SLOW = ("z3", "sqlalchemy", "alembic", "duckdb", "jinja2")


def _names(app: typer.Typer) -> list[str]:
    """The commands of a command line, in no order that help could show otherwise."""
    return list(getattr(typer.main.get_command(app), "commands", {}))


@pytest.mark.parametrize("module", MODULES)
def test_each_module_mounts_the_commands_that_are_listed_under_it(module: str) -> None:
    """No command is forgotten in the list by which the one that was typed is found."""
    app = typer.Typer()
    app.callback()(lambda: None)
    import_module(f"waarborg.app.cli.{module}").mount(app)
    assert sorted(_names(app)) == sorted(MODULES[module])
    for command in MODULES[module]:
        assert sorted(_names(built(command))) == sorted(MODULES[module])


def test_help_and_a_word_that_is_no_command_know_every_command() -> None:
    """So that help lists them all, and a misspelled word is compared with all."""
    every = sorted(name for names in MODULES.values() for name in names)
    assert (
        sorted(_names(built()))
        == sorted(_names(built("--help")))
        == sorted(_names(built("due ")))
        == every
    )


@pytest.mark.parametrize("command", ["explain", "docket", "due", "status", "determine"])
def test_what_reads_a_record_loads_neither_solver_nor_database(command: str) -> None:
    """Z3, SQLAlchemy and the templates stay on the shelf until something asks for them."""
    code = (
        "import sys; from waarborg.app.cli.commands import built; "
        f"built({command!r}); print([name for name in {SLOW!r} if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
