"""The fictional ceasefire of ninety days: its script, and a record that holds it whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from replayed_case import read_case
from waarborg.app.wiring.proceedings import put
from waarborg.base.times import parse_instant
from waarborg.record.demonstration import demonstration_origin, demonstration_seed
from waarborg.store.mission_record import MissionRecord

CASE = read_case("ninety-days")
FOLDER, AGREEMENT, SCRIPT = CASE.folder, CASE.agreement, CASE.script
END = parse_instant("2030-06-02T00:00:00Z")
ORIGIN = demonstration_origin("exercise.ninety-days")


def opened(out: Path, database: str | None = None) -> MissionRecord:
    """The record of the exercise in a folder, to be written to."""
    return MissionRecord.open(out, ORIGIN, demonstration_seed(ORIGIN), database)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An output folder whose record holds the whole script."""
    out = tmp_path_factory.mktemp("ninety")
    with opened(out) as record:
        put(record, SCRIPT.entries)
    return out
