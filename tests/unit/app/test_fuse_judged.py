"""`waarborg fuse --judgements`: what people say of pairs counts, and what does not hold is told."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from many_sightings import frame_for_file, many
from small_mission import ROWS, Mission, release, row
from waarborg.app.cli.commands import app
from waarborg.base.problems import ProblemsFound

HEADER = "one,other,sameness,who,when,why\n"
SAMPLE = Path(__file__).parents[1] / "reports" / "data" / "ucdp-candidate-sample.csv"
TWO = (
    row("20300412-0901-0", "2030-04-12", slug="artillery shells hit the water tower at norvik two killed"),
    row("20300412-0902-0", "2030-04-12", source="gazette",
        slug="two killed as artillery shells hit the water tower at norvik"),
)  # fmt: skip


def line(one: object, other: object, sameness: str, who: str = "Ann", hour: int = 12) -> str:
    """A judgement in a file."""
    return f"{one},{other},{sameness},{who},2030-04-14T{hour}:00+03:00,saw both\n"


def fuse(tmp_path: Path, file: Path, source: str, lines: str, *more: str) -> Result:
    """What the command says."""
    judged = tmp_path / "judged.csv"
    judged.write_text(HEADER + lines, encoding="utf-8")
    words = ["fuse", str(file), "--source", source, "--out", str(tmp_path / "out.csv")]
    return CliRunner().invoke(
        app, [*words, "--judgements", str(judged), *more], catch_exceptions=False
    )


def incidents(tmp_path: Path, name: str = "out.csv") -> dict[str, str]:
    """The incident of each row."""
    with (tmp_path / name).open(newline="") as file:
        return {row["report_key"]: row["incident_id"] for row in csv.DictReader(file)}


@pytest.fixture
def seen(tmp_path: Path) -> Path:
    """A file of sightings."""
    path = tmp_path / "seen.parquet"
    frame_for_file(many(3, 20, 200)).write_parquet(path)
    return path


def lone(seen: Path, tmp_path: Path, count: int) -> Sequence[int]:
    """Sightings that stand alone without any judgement."""
    words = ["fuse", str(seen), "--source", "synthetic", "--out", str(tmp_path / "before.csv")]
    assert CliRunner().invoke(app, words, catch_exceptions=False).exit_code == 0
    held = incidents(tmp_path, "before.csv")
    whole = list(held.values())
    return [int(key) for key, name in held.items() if whole.count(name) == 1][:count]


def test_sightings_are_joined_as_people_say_and_contradictions_are_told(tmp_path, seen):
    """Two that are judged the same meet; a chain that a "different" forbids is named with all names."""
    one, two, three = lone(seen, tmp_path, 3)
    lines = (
        line(one, two, "same")
        + line(three, two, "same", "Ben")
        + line(one, three, "different", "Eva")
    )
    done = fuse(tmp_path, seen, "synthetic", lines, "--flags", str(tmp_path / "flags.csv"))
    held = incidents(tmp_path)

    assert done.exit_code == 0
    assert held[str(one)] == held[str(two)] == f"inc-{one}"
    assert held[str(three)] == f"inc-{three}"
    assert "3 judged by people" in done.output
    assert "2 with judgements that contradict" in done.output
    assert (
        f"judgement that does not hold: Ben judged {min(str(two), str(three))} and "
        f"{max(str(two), str(three))} the same event on 2030-04-14 (saw both), which cannot be followed: "
        f"Eva judged {min(str(one), str(three))} and {max(str(one), str(three))} different events on "
        "2030-04-14 (saw both); of the two, different is the stronger"
    ) in done.output.replace("\n", "")
    flags = pl.read_csv(tmp_path / "flags.csv")
    assert flags.columns == ["report_key", "flag"]
    told = {flag: set(rows["report_key"]) for (flag,), rows in flags.group_by("flag")}
    assert told["judged"] == {one, two, three}
    assert told["contradicted"] == {two, three}
    assert {"unplaced", "ahead", "clamped"} < told.keys()


def test_without_the_line_everything_is_as_before(tmp_path, seen):
    """A judgement taken back leaves no trace in the file."""
    one, two = lone(seen, tmp_path, 2)
    fuse(tmp_path, seen, "synthetic", line(one, two, "same"))
    assert incidents(tmp_path) != incidents(tmp_path, "before.csv")
    fuse(tmp_path, seen, "synthetic", "")

    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "before.csv").read_bytes()


def test_a_later_word_of_another_is_told_as_a_contradiction(tmp_path, seen):
    """Two who disagree on a pair: the latest counts, and the other is not dropped in silence."""
    one, two = lone(seen, tmp_path, 2)
    lines = line(one, two, "same") + line(one, two, "unsure", "Ben", 13)
    said = json.loads(fuse(tmp_path, seen, "synthetic", lines, "--json").output)

    assert incidents(tmp_path) == incidents(tmp_path, "before.csv")
    assert len(said["contradictions"]) == 1
    assert said["contradictions"][0].endswith(
        "perhaps one event, perhaps not on 2030-04-14 (saw both): the latest counts"
    )
    lines = line(one, two, "same") + line(one, two, "unsure", "Ann", 13)
    assert (
        json.loads(fuse(tmp_path, seen, "synthetic", lines, "--json").output)["contradictions"]
        == []
    )


def test_events_of_a_file_are_judged_by_their_keys(tmp_path):
    """UCDP rows that evidence leaves apart are joined by a person; the flags name them by key."""
    keys = sorted(r["id"] for r in csv.DictReader(SAMPLE.read_text(encoding="utf-8").splitlines()))
    lines = line(keys[0], keys[1], "same")
    flags = tmp_path / "flags.csv"
    said = json.loads(fuse(tmp_path, SAMPLE, "ucdp", lines, "--flags", str(flags), "--json").output)
    held = incidents(tmp_path)

    assert held[keys[0]] == held[keys[1]]
    assert (said["incidents"], said["judged_by_people"]) == (35, 2)
    told = flags.read_text(encoding="utf-8").splitlines()
    assert told[0] == "report_key,flag"
    assert [each for each in told if each.endswith(",judged")] == [
        f"{keys[0]},judged", f"{keys[1]},judged",
    ]  # fmt: skip
    assert len([each for each in told if each.endswith(",unplaced")]) == said["without_a_place"] > 0


def test_a_mission_is_fused_with_its_own_judgements(tmp_path):
    """What stands in the mission's file counts for `fuse` as it does for `run`."""
    mission = Mission(((release((*ROWS, *TWO)), "2030-04-14T12:00:00+03:00"),))
    folder = mission.write(tmp_path / "m")
    keys = ("20300412-0901-0", "20300412-0902-0")
    out = str(tmp_path / "out.csv")
    assert CliRunner().invoke(app, ["fuse", str(folder), "--out", out]).exit_code == 0
    held = incidents(tmp_path)
    assert held[keys[0]] == held[keys[1]]
    one, other = sorted(str(r.id) for r in mission.open().inputs.reports if "tower" in r.headline)
    settings = folder / "mission.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(
        text.replace('claims = "claims.yaml"', 'claims = "claims.yaml"\njudgements = "judged.csv"'),
        encoding="utf-8",
    )
    (folder / "judged.csv").write_text(HEADER + line(one, other, "different"), encoding="utf-8")
    assert CliRunner().invoke(app, ["fuse", str(folder), "--out", out]).exit_code == 0
    held = incidents(tmp_path)

    assert held[keys[0]] != held[keys[1]]


@pytest.mark.parametrize("source", ["synthetic", "ucdp"])
def test_a_slip_in_the_file_of_judgements_refuses_it(tmp_path, seen, source):
    """Identifiers that are not there are told line by line, and nothing is written."""
    with pytest.raises(ProblemsFound) as caught:
        fuse(tmp_path, seen if source == "synthetic" else SAMPLE, source,
             line("nobody", "9" * 30, "same"))  # fmt: skip

    assert [(p.code, p.line, p.message, p.found) for p in caught.value.problems] == [
        ("JDG-003", 2, "no row of the file has this identifier", "9" * 30),
        ("JDG-003", 2, "no row of the file has this identifier", "nobody"),
    ]
    assert not (tmp_path / "out.csv").exists()


def test_a_file_of_judgements_that_is_no_text_is_refused(tmp_path, seen):
    """A name that leads nowhere, and a file in another encoding, are told with what to do."""
    for path, found in ((tmp_path / "gone.csv", "No such file"), (seen, "utf-8")):
        with pytest.raises(ProblemsFound, match="the file of judgements cannot be read") as caught:
            CliRunner().invoke(
                app,
                ["fuse", str(seen), "--source", "synthetic", "--out", str(tmp_path / "o.csv"),
                 "--judgements", str(path)],
                catch_exceptions=False,
            )  # fmt: skip
        assert caught.value.problems[0].code == "FUS-009"
        assert found in caught.value.problems[0].found


def test_two_rows_of_one_report_are_not_judged_against_each_other(tmp_path):
    """VIINA merges some rows itself: a judgement on two rows of one report is taken for a slip."""
    folder = Mission(((release(ROWS), "2030-04-14T12:00:00+03:00"),)).write(tmp_path / "m")
    report = next(
        iter(Mission(((release(ROWS), "2030-04-14T12:00:00+03:00"),)).open().inputs.reports)
    )
    with pytest.raises(ProblemsFound, match="a report is judged against itself"):
        fuse(tmp_path, folder, "viina", line(report.keys[0], report.id, "same"))
