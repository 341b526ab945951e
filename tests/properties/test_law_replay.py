"""Replay: what follows from a record is a function of the record alone (G8)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from small_mission import ROWS, CommandResult, Mission, release, row

Command = Callable[..., CommandResult]

SECOND = Path(os.environ.get("WAARBORG_SECOND", "/nonexistent"))
SOURCE = Path(__file__).parents[2] / "src"

EARLY = (release(ROWS), "2030-04-13T12:00:00+03:00")
LATE = (release([row("late", "2030-04-12", "Sudby")]), "2030-04-14T12:00:00+03:00")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, waarborg: Command) -> Path:
    """The output of a run over two releases."""
    base = tmp_path_factory.mktemp("replay")
    done = waarborg("run", Mission((EARLY, LATE)).write(base / "mission"), "--out", base / "out")
    assert done.code == 0, done.err
    return base / "out"


def told(waarborg: Command, *arguments: object) -> dict[str, object]:
    """What `replay` says, as data."""
    done = waarborg("replay", *arguments, "--json")
    assert done.code == 0, done.out + done.err
    found: dict[str, object] = json.loads(done.out)
    return found


def test_without_moments_the_answer_is_the_one_the_record_states(
    waarborg: Command, out: Path, tmp_path: Path
) -> None:
    """The digest is that of the last derivation, and the files written are those of the run."""
    found = told(waarborg, out / "record", "--out", tmp_path / "again")
    assert found["entry"] is not None
    for file in (tmp_path / "again").rglob("*.json*"):
        assert file.read_bytes() == (out / file.name).read_bytes()
    spoken = waarborg("replay", out / "record")
    assert f"Digest {found['digest']}" in spoken.out
    assert f"The same as entry {found['entry']} of the record states." in spoken.out


def test_an_earlier_moment_gives_what_was_known_then(
    waarborg: Command, out: Path, tmp_path: Path
) -> None:
    """Known at 13 April, the record of both releases says what a run over the first one said."""
    mission = Mission((EARLY, LATE)).write(tmp_path / "mission")
    asked = ("--known-at", "2030-04-13T15:00+03:00", "--as-of", "2030-04-14")
    assert waarborg("run", mission, "--out", tmp_path / "first", *asked).code == 0
    found = told(waarborg, out / "record", *asked, "--out", tmp_path / "again")
    assert found["entry"] is None
    for name in ("incidents.jsonl", "findings.jsonl", "counts.jsonl", "obligations.jsonl"):
        then, now = (tmp_path / each / name for each in ("first", "again"))
        assert then.read_bytes() == now.read_bytes()
    assert found["digest"] != told(waarborg, out / "record")["digest"]


def test_the_place_of_the_record_makes_no_difference(
    waarborg: Command, out: Path, tmp_path: Path
) -> None:
    """A copy elsewhere, a mirror, a bundle and the output folder itself give the same digest."""
    digest = told(waarborg, out / "record")["digest"]
    shutil.copytree(out / "record", tmp_path / "copy")
    vkey = (out / "record/vkey").read_text().strip()
    assert waarborg("mirror", out / "record", tmp_path / "mirror", "--vkey", vkey).code == 0
    assert waarborg("export", out / "record", tmp_path / "bundle").code == 0
    for place in (tmp_path / "copy", tmp_path / "mirror", tmp_path / "bundle", out):
        assert told(waarborg, place)["digest"] == digest
        assert waarborg("verify", place).code == 0


def test_seed_zone_and_locale_make_no_difference(waarborg: Command, out: Path) -> None:
    """A process with another hash seed, time zone and locale gives the same digest."""
    program = [Path(sys.executable).parent / "waarborg", "replay", out / "record", "--json"]
    surroundings = {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Chatham", "LC_ALL": "tr_TR.UTF-8"}
    done = subprocess.run(
        program, env={**os.environ, **surroundings}, capture_output=True, check=True
    )
    assert json.loads(done.stdout)["digest"] == told(waarborg, out / "record")["digest"]


@pytest.mark.skipif(
    not SECOND.is_file(),
    reason="no second Python: make an environment of another one from requirements.lock and name its "
    "python in WAARBORG_SECOND, as .ci/run does",
)
def test_another_python_makes_no_difference(waarborg: Command, out: Path) -> None:
    """Another version of Python, with the packages the lock names for it, gives the same digest."""
    version = "import sys; print(sys.version_info[:2])"
    asked = subprocess.run([SECOND, "-c", version], capture_output=True, check=True, text=True)
    assert asked.stdout.strip() != str(sys.version_info[:2])
    program = [SECOND, "-c", "from waarborg.app.cli import main; main()", "replay", out / "record"]
    done = subprocess.run(
        [*program, "--json"],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["digest"] == told(waarborg, out / "record")["digest"]


def test_a_record_that_does_not_hold_is_not_replayed(
    waarborg: Command, out: Path, tmp_path: Path
) -> None:
    """One changed byte of the record, and no digest is shown."""
    copy = Path(shutil.copytree(out / "record", tmp_path / "copy"))
    bundle = next(copy.glob("tile/entries/*.p/*"))
    bundle.write_bytes(bundle.read_bytes().replace(b"ey", b"ez", 1))
    done = waarborg("replay", copy)
    assert (done.code, done.out) == (3, "")
    assert "NOT VERIFIED" in done.err
