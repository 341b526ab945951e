"""What tests of the whole chain share: the example mission, read and derived once, and the commands."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from small_mission import Chain, CommandResult, Mission, open_texts, texts_of
from waarborg.app.cli import main
from waarborg.app.services.derived import Derived

ROOT = Path(__file__).parents[1]
EASTER = ROOT / "examples" / "easter-truce-2026"

# Speed is measured in benchmarks/, never by a test: a busy machine must not fail one.
# The checks of a change try the same examples each time; a person's run goes on looking for new ones.
settings.register_profile("waarborg", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("waarborg")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that writes golden texts anew."""
    parser.addoption(
        "--refresh-golden",
        action="store_true",
        help="write the golden texts anew; read the difference before committing",
    )


@pytest.fixture(scope="session")
def refresh_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden texts are to be written anew."""
    return bool(request.config.getoption("--refresh-golden"))


@pytest.fixture(scope="session")
def easter_texts() -> dict[str, bytes]:
    """Every file of the example mission, releases included, by name."""
    return texts_of(EASTER)


@pytest.fixture(scope="session")
def easter(easter_texts: dict[str, bytes]) -> Chain:
    """The example mission, read."""
    return open_texts(easter_texts)


@pytest.fixture(scope="session")
def easter_derived(easter: Chain) -> Derived:
    """Everything that follows from the example mission, with all that came in."""
    return easter.derive()


@pytest.fixture(scope="session")
def small() -> Mission:
    """A small made-up mission, as texts."""
    return Mission()


@pytest.fixture(scope="session")
def waarborg() -> Callable[..., CommandResult]:
    """Run a command of the program in this process: exit code, standard output, standard error."""

    def command(*arguments: object) -> CommandResult:
        out, err = io.StringIO(), io.StringIO()
        argv = sys.argv
        sys.argv = ["waarborg", *map(str, arguments)]
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                try:
                    main()
                    code = 0
                except SystemExit as ended:
                    code = int(ended.code or 0)
        finally:
            sys.argv = argv
        return CommandResult(code, out.getvalue(), err.getvalue())

    return command
