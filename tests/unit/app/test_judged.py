"""People's judgements in a mission: they count from when they were made, and leave with their line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from small_mission import MISSION, ROWS, CommandResult, Mission, release, row
from waarborg.app.services.judged import read_judgements
from waarborg.base.problems import ProblemsFound
from waarborg.reports.report import ReportId

HEADER = "one,other,sameness,who,when,why\n"
TWO = (
    row("20300412-0901-0", "2030-04-12", slug="artillery shells hit the water tower at norvik two killed"),
    row("20300412-0902-0", "2030-04-12", source="gazette",
        slug="two killed as artillery shells hit the water tower at norvik"),
)  # fmt: skip


def mission(lines: str) -> Mission:
    """A small mission with two reports of one event, and judgements."""
    settings = MISSION.replace(
        'claims = "claims.yaml"', 'claims = "claims.yaml"\njudgements = "judged.csv"'
    )
    return Mission(
        ((release((*ROWS, *TWO)), "2030-04-14T12:00:00+03:00"),),
        {"mission.toml": settings, "judged.csv": HEADER + lines},
    )


def ids() -> tuple[str, str]:
    """The two reports of one event."""
    reports = mission("").open().inputs.reports
    one, other = sorted(r.id for r in reports if "tower" in r.headline)
    return str(one), str(other)


def together(lines: str, known_at: str | None = None) -> bool:
    """Whether the two reports are in one incident."""
    one, other = ids()
    derived = mission(lines).open().derive(known_at=known_at)
    return any({one, other} <= {str(r) for r in i.reports} for i in derived.incidents)


def test_a_judgement_parts_two_reports_and_leaves_without_a_trace():
    """Judged different they part; with the line gone every incident is as before."""
    one, other = ids()
    line = f"{one},{other},different,Ann,2030-04-14T13:00+03:00,two towers\n"

    assert together("")
    assert not together(line)
    bare = Mission(mission("").releases).open().derive()
    assert mission("").open().derive().incidents == bare.incidents


def test_a_judgement_counts_only_from_when_it_was_made():
    """What was known before it was made stays as it was (law 4)."""
    one, other = ids()
    line = f"{one},{other},different,Ann,2030-04-15T09:00+03:00,two towers\n"

    assert together(line, "2030-04-15T08:00+03:00")
    assert not together(line, "2030-04-15T10:00+03:00")


def test_a_run_with_judgements_is_derived_again_from_its_record(waarborg, tmp_path: Path) -> None:
    """The file lies in the record, so that who verifies gets the same incidents."""
    one, other = ids()
    folder = mission(f"{one},{other},different,Ann,2030-04-14T13:00+03:00,two towers\n").write(
        tmp_path / "mission"
    )
    done: CommandResult = waarborg("run", folder, "--out", tmp_path / "out")
    assert done.code == 0, done.err

    checked: CommandResult = waarborg("verify", tmp_path / "out" / "record")
    assert checked.code == 0, checked.err


def test_a_broken_quote_is_told_with_its_line():
    """A quote that never ends is no CSV."""
    with pytest.raises(ProblemsFound) as refused:
        read_judgements(
            HEADER + 'a,b,same,Ann,2030-04-14T13:00+03:00,"x" y\n', "j.csv", {ReportId("a")}
        )

    assert [(p.code, p.line) for p in refused.value.problems] == [("JDG-002", 2)]


def test_the_trail_tells_of_a_split_by_a_judgement(waarborg, tmp_path: Path) -> None:
    """A judgement that parts an incident leaves a move with its moment, in words and as data."""
    one, other = ids()
    folder = mission(f"{one},{other},different,Ann,2030-04-14T13:00+03:00,two towers\n").write(
        tmp_path / "mission"
    )
    assert waarborg("run", folder, "--out", tmp_path / "out").code == 0
    told: CommandResult = waarborg("trail", "--out", tmp_path / "out")
    data: CommandResult = waarborg("trail", "--out", tmp_path / "out", "--json")
    moves = json.loads(data.out)

    assert "parted into inc-" in told.out
    assert [move["fate"] for move in moves] == ["parted"]
    assert set(moves[0]["reports"]) <= {one, other}
    followed: CommandResult = waarborg("trail", moves[0]["incident"], "--out", tmp_path / "out")
    assert f"1 merges and splits of {moves[0]['incident']}" in followed.out
    earlier: CommandResult = waarborg(
        "trail", "--out", tmp_path / "out", "--known-at", "2030-04-14T12:30+03:00"
    )
    assert "0 merges and splits" in earlier.out
