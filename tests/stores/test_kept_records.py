"""Old proofs hold for good (G12): a record of each version of the formats is kept, and checked on every run."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from small_mission import CommandResult
from waarborg.record.disclosure import match
from waarborg.record.statement import read_statement

Command = Callable[..., CommandResult]

KEPT = Path(__file__).parents[1] / "data" / "records"
VERSIONS = sorted(path.name for path in KEPT.iterdir())
OFFLINE = Path(__file__).parents[2] / "src/waarborg/app/publish/offline/verify_record.py"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_kept_record_goes_on_to_hold(waarborg: Command, version: str) -> None:
    """Bytes, tree, signatures, chains, kinds known and unknown, and the cosignature hold as they did."""
    folder = KEPT / version
    done = waarborg("verify", folder / "record", "--policy", folder / "policy")
    assert done.code == 0, done.err
    assert "269 statements signed by 3 authors, no chain with a gap." in done.out
    assert "from the log's name: party-b:liaison." in done.out
    assert "Witness kept: cosigned at 2026-04-24T03:18:20Z" in done.out


@pytest.mark.parametrize("version", VERSIONS)
def test_a_kept_receipt_goes_on_to_show_its_entry(waarborg: Command, version: str) -> None:
    """Who handed something in then can show today that it is in; another entry is not shown by it."""
    folder = KEPT / version
    given = (folder / "mine.tlog-proof", folder / "mine.entry", "--policy", folder / "policy")
    shown = waarborg("check-receipt", *given)
    assert (shown.code, "among its first 269" in shown.out) == (0, True)
    other = waarborg("check-receipt", given[0], folder / "policy", *given[2:])
    assert (other.code, "NOT SHOWN" in other.err) == (3, True)


@pytest.mark.parametrize("version", VERSIONS)
def test_kept_disclosures_go_on_to_match(version: str) -> None:
    """What was concealed then is disclosed today by the same bytes."""
    statement = read_statement((KEPT / version / "mine.entry").read_bytes())
    presented = (KEPT / version / "disclosures").read_text().split()
    found = match(statement.digests, presented, statement.body)
    values = {each.name: each.value for each in found["parties"].values()}
    assert values["words"] == "shells fell"
    assert len(values) == 2


@pytest.mark.parametrize("version", VERSIONS)
def test_the_verifier_in_one_file_takes_a_kept_record(version: str, tmp_path: Path) -> None:
    """The file that travels with bundles checks it as well, and finds a changed byte."""
    copy = Path(shutil.copytree(KEPT / version / "record", tmp_path / "record"))
    command = [sys.executable, "-I", "-S", str(OFFLINE), str(copy)]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    blob = next((copy / "blobs").iterdir())
    blob.write_bytes(blob.read_bytes()[:-1])
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 3, done.stdout
