"""Where the rows of a mission's releases went, and what each release changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from small_mission import CommandResult, Mission, release, row
from waarborg.app.services.arrived import FEW, followed
from waarborg.app.services.inputs import last_arrival
from waarborg.app.services.releases import accounted

FIRST = (
    row("a", "2030-04-12", "Sudport", "A", "mirror", slug="ardanians stormed quarry", url="https://mirror.example/1"),
    row("b", "2030-04-12", "Sudport", "A", "mirror", slug="ardanians stormed quarry", url="https://mirror.example/1"),
    row("c", "2030-04-12", "Norvik", "D", "gazette", slug="borlanders attacked norvik with drones"),
    row("d", "2030-04-12", "Nordheim", "O", "tribune", slug="harvest fair opens"),
)  # fmt: skip
SECOND = (
    row("a", "2030-04-12", "Sudport", "S", "mirror", slug="ardanians stormed quarry", url="https://mirror.example/1"),
    row("c", "2030-04-12", "Norvik", "D", "gazette", slug="borlanders attacked norvik with drones"),
    row("e", "2030-04-12", "Sudmark", "A", "courier", slug="ardanians attacked sudmark harbour"),
    row("f", "2030-04-31", "Sudmark"),
)  # fmt: skip
MISSION = Mission(
    ((release(FIRST), "2030-04-14T12:00:00+03:00"), (release(SECOND), "2030-04-15T12:00:00+03:00"))
)


def test_every_row_is_accounted_for() -> None:
    """A row that repeats, one refused, a new report, a new version, one as before and one left out."""
    first, second = accounted(MISSION.open().intake)
    assert (first.rows, first.refused, first.repeated, first.first) == (4, 0, 1, 3)
    assert (second.rows, second.refused, second.repeated, second.first) == (4, 1, 0, 1)
    assert (second.newer, second.unchanged, second.left_out) == (1, 1, 1)
    assert (second.held, second.versions) == (4, 5)


def test_a_release_says_by_name_what_it_changed(
    waarborg: Callable[..., CommandResult], tmp_path: Path
) -> None:
    """The command names determinations with what happened, new versions, and how many stand."""
    folder = MISSION.write(tmp_path)
    told = waarborg("releases", folder)
    assert told.code == 0, told.err
    assert "| rows in the file | 4 | 4 |" in told.out
    assert "| determinations | 0 | 3 | 0 | 0 | 3 |" in told.out
    assert (
        "came: By operation of the text: Ardania in breach of C-1 (A-cease): ground assault, Sudport, "
        "within 1 km, 12 April 2030 (inc-"
    ) in told.out
    assert "of mirror, in version 2: label A, now S" in told.out
    found = json.loads(waarborg("releases", folder, "--json").out)["releases"]
    assert [each["rows"][0]["refused"] for each in found] == [0, 1]
    assert found[1]["moved"]["incidents"] == {"before": 3, "came": 1, "changed": 1, "went": 0}


def test_many_findings_are_counted_by_why() -> None:
    """More findings than are named under a clause are counted, with the commonest reasons."""
    many = [
        row(f"r{n}", "2030-04-12", f"Town{n}", "A", latitude=str(49.1 + n / 8), longitude="10.5")
        for n in range(FEW + 3)
    ]
    chain = Mission(((release(many), "2030-04-15T12:00:00+03:00"),)).open()
    known = last_arrival(chain.inputs.mission)
    _, (arrival,) = followed(chain.inputs, known, known)
    assert arrival.words.startswith("15 reports came in for the first time; of the incidents ")
    counted = [line for line in arrival.named if " findings came, cannot be decided: " in line]
    assert any("it is not known who did it" in line for line in counted)
