"""`waarborg fuse FILE`: each kind of file gives one line for each accepted row."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from many_sightings import frame_for_file, many
from sightings_made import on_one_spot
from small_mission import release, row
from waarborg.app.cli.commands import app
from waarborg.base.problems import ProblemsFound

SAMPLE = Path(__file__).parents[1] / "reports" / "data" / "ucdp-candidate-sample.csv"


def fuse(*words):
    """What the command says, as JSON."""
    done = CliRunner().invoke(app, ["fuse", *map(str, words), "--json"], catch_exceptions=False)
    return done.exit_code, json.loads(done.output)


@pytest.mark.parametrize("packed", [False, True])
def test_ucdp_events_each_have_a_line(tmp_path, packed):
    """Every row has its key in the result, packed with gzip or not; rows of one file stay apart."""
    path = SAMPLE
    if packed:
        path = tmp_path / "sample.csv.gz"
        path.write_bytes(gzip.compress(SAMPLE.read_bytes()))
    code, said = fuse(path, "--source", "ucdp", "--out", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    keys = [row["id"] for row in csv.DictReader(SAMPLE.read_text(encoding="utf-8").splitlines())]

    assert (code, said["rows"], said["incidents"], said["refused"]) == (0, 36, 36, 0)
    assert [line["report_key"] for line in lines] == sorted(keys)


EASTER = Path(__file__).parents[3] / "examples" / "easter-truce-2026"
WINDOW = EASTER / "reports" / "viina_reports_2026-04-01_2026-04-25.csv"


def _groups(path):
    """The keys of a result by incident, and all keys in order."""
    held = {}
    with path.open(newline="") as file:
        lines = list(csv.DictReader(file))
    for line in lines:
        held.setdefault(line["incident_id"], []).append(line["report_key"])
    return sorted(held.values()), [line["report_key"] for line in lines]


def test_a_viina_window_is_fused_without_a_mission_as_the_mission_would(tmp_path):
    """Every accepted key has one line, and stand-in places and words are those of a mission."""
    with WINDOW.open(encoding="utf-8", newline="") as file:
        keys = sorted(row["report_key"] for row in csv.DictReader(file))
    bare, by_mission = tmp_path / "bare.csv", tmp_path / "mission.csv"
    code, said = fuse(WINDOW, "--source", "viina", "--out", bare)
    fuse(WINDOW, "--source", "viina", "--mission", EASTER, "--out", by_mission)

    assert (code, said["refused"], said["rows"]) == (0, 0, len(keys))
    assert _groups(bare)[1] == keys
    assert _groups(bare) == _groups(by_mission)


def test_a_viina_row_of_any_year_is_fused_without_a_mission(tmp_path):
    """A file by itself does not say when it came in, so no row is refused for its day."""
    lines = WINDOW.read_text(encoding="utf-8").splitlines()[:200]
    path = tmp_path / "later.csv"
    path.write_text("\n".join(lines).replace(",202604", ",203104") + "\n", encoding="utf-8")
    code, said = fuse(path, "--source", "viina", "--out", tmp_path / "out.csv")

    assert (code, said["refused"], said["rows"]) == (0, 0, 199)


def test_a_refused_ucdp_row_is_told_and_the_rest_is_written(tmp_path):
    """A faulty row ends the command with the code for rows set aside, and the others are written."""
    path = tmp_path / "sample.csv"
    text = SAMPLE.read_text(encoding="utf-8")
    first = text.splitlines()[1]
    path.write_text(text.replace(first, first.replace(",1,", ",9,", 1)), encoding="utf-8")
    code, said = fuse(path, "--source", "ucdp", "--out", tmp_path / "out.csv")

    assert (code, said["rows"], said["refused"]) == (4, 35, 1)
    assert [problem["line"] for problem in said["problems"]] == [2]


@pytest.mark.parametrize("source", ["ucdp", "synthetic"])
def test_refused_rows_are_written_or_refuse_all_as_asked(tmp_path, source):
    """Of every source the faults can be had as a file, and --strict writes nothing where a row is faulty."""
    path, out, refused = (tmp_path / name for name in ("in.csv", "out.csv", "refused.csv"))
    if source == "ucdp":
        text = SAMPLE.read_text(encoding="utf-8")
        first = text.splitlines()[1]
        path.write_text(text.replace(first, first.replace(",1,", ",9,", 1)), encoding="utf-8")
    else:
        frame_for_file(many(3, 20, 200)).write_csv(path)
        path.write_text(path.read_text(encoding="utf-8") + "1,2,3\n", encoding="utf-8")
    with pytest.raises(ProblemsFound, match=r"in.csv:\d+ · "):
        fuse(path, "--source", source, "--out", out, "--refused", refused, "--strict")
    assert not out.exists()
    assert not refused.exists()
    code, said = fuse(path, "--source", source, "--out", out, "--refused", refused)
    with refused.open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))

    assert (code, said["refused"]) == (4, 1)
    assert [{name: str(problem[name]) for name in line} for line, problem in
            zip(lines, said["problems"], strict=True)] == lines  # fmt: skip
    assert set(lines[0]) == {"line", "code", "message", "expected", "found", "fix"}


def test_sightings_are_fused_without_a_mission(tmp_path):
    """A file of sightings gives its lines and counts what was odd, by name."""
    frame_for_file(many(3, 20, 200)).write_parquet(tmp_path / "seen.parquet")
    code, said = fuse(
        tmp_path / "seen.parquet", "--source", "synthetic", "--out", tmp_path / "out.csv"
    )

    assert (code, said["rows"]) == (0, 200)
    assert said["without_place_or_time"] > 0
    assert said["told_of_a_time_after_they_came_in"] > 0
    assert len((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()) == 201


@pytest.mark.parametrize("flooding", [False, True])
def test_a_source_that_gave_more_than_half_is_named(tmp_path, flooding):
    """A source that floods a file, however thinly spread, is told with its number of rows."""
    seen = many(3, 600, 1500)
    seen.source[: 900 if flooding else 300] = 7
    told = int((seen.source == 7).sum())
    path, words = tmp_path / "seen.csv", "source 7 gave "
    frame_for_file(seen).write_csv(path)
    code, said = fuse(path, "--source", "synthetic", "--out", tmp_path / "out.csv")
    spoken = CliRunner().invoke(
        app, ["fuse", str(path), "--source", "synthetic", "--out", str(tmp_path / "out.csv")]
    )

    assert code == 0
    if flooding:
        assert said["source_of_more_than_half"] == {"source": 7, "rows": told}
        assert f"{words}{told:,} of the 1,500 rows" in spoken.output
    else:
        assert said["source_of_more_than_half"] is None
        assert words not in spoken.output


def test_incidents_of_a_flood_are_told_apart_from_events(tmp_path):
    """Lots of a flood are no events: how many incidents they make is said, so that nobody counts them."""
    path = tmp_path / "seen.csv"
    flood = on_one_spot(3000, 1)
    frame_for_file(replace(flood, received=np.full(3000, 9e6))).write_csv(path)
    code, said = fuse(path, "--source", "synthetic", "--out", tmp_path / "out.csv")

    assert code == 0
    assert said["in_a_flood"] == 3000
    assert said["incidents_in_floods_that_are_no_count_of_events"] == said["incidents"] > 1


def test_an_unknown_kind_of_file_is_refused(tmp_path):
    """A source without a reader is told with those that there are."""
    with pytest.raises(ProblemsFound, match="there is no reader for this kind of file") as caught:
        fuse(SAMPLE, "--source", "acled", "--out", tmp_path / "out.csv")
    assert caught.value.problems[0].expected == "viina, ucdp or synthetic"


def test_reports_with_headlines_are_not_sent_to_spark(tmp_path):
    """Spark is for sightings; for other files the user is told to leave it out."""
    with pytest.raises(ProblemsFound, match="reports with headlines are fused in this process"):
        fuse(SAMPLE, "--source", "ucdp", "--engine", "spark", "--out", tmp_path / "out.csv")


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_what_is_held_of_incidents_of_web_reports_is_written(tmp_path, ending):
    """A line an incident with its bounds and independent witnesses, and why something is not known."""
    told = tmp_path / f"held.{ending}"
    _, said = fuse(SAMPLE, "--source", "ucdp", "--out", tmp_path / "o.csv", "--incidents", told)
    text = told.read_text(encoding="utf-8")
    lines = text.splitlines()
    rows = list(csv.DictReader(lines)) if ending == "csv" else [json.loads(line) for line in lines]

    assert len(rows) == said["incidents"]
    assert [row["incident_id"] for row in rows] == sorted(row["incident_id"] for row in rows)
    assert all(float(row["witnesses_expected"]) == 1.0 for row in rows)
    assert all("killed: no headline names a number" in row["unknown"] for row in rows)
    assert all(row["killed"] == ("" if ending == "csv" else None) for row in rows)
    # six events around Donetsk at the end of August 2022
    episode = Counter(row["episode_id"] for row in rows if row["episode_id"])
    assert list(episode.values()) == [6]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut.csv.gz", gzip.compress(SAMPLE.read_bytes())[:-40]),
        ("no.csv.gz", b"id,year\n"),
        ("no.parquet", b"PAR1 no"),
    ],
)
@pytest.mark.parametrize("source", ["viina", "ucdp"])
def test_a_file_cut_short_is_told_and_not_guessed_at(tmp_path, name, content, source):
    """A packed file that ends early, and files that are not what their name says, are refused in words."""
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(ProblemsFound, match="the file cannot be read") as caught:
        fuse(path, "--source", source, "--out", tmp_path / "out.csv")
    assert [problem.code for problem in caught.value.problems] == ["FUS-003"]
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("source", ["ucdp", "synthetic"])
def test_nothing_is_written_over_what_is_read(tmp_path, source):
    """The result never takes the place of the file it came from, nor do two results share a file."""
    path = tmp_path / "sample.csv"
    path.write_bytes(SAMPLE.read_bytes())
    there = tmp_path / "x" / ".." / "sample.csv"
    (tmp_path / "x").mkdir()

    with pytest.raises(ProblemsFound, match="one file would be written over another"):
        fuse(path, "--source", source, "--out", there)
    with pytest.raises(ProblemsFound, match="one file would be written over another") as caught:
        fuse(path, "--source", source, "--out", tmp_path / "o.csv", "--flags", tmp_path / "o.csv")
    assert [problem.code for problem in caught.value.problems] == ["FUS-010"]
    assert path.read_bytes() == SAMPLE.read_bytes()
    assert not (tmp_path / "o.csv").exists()


def test_rows_of_a_page_that_stays_up_are_flagged_and_told(tmp_path):
    """Rows two days or more after a page's first stand under that day: flagged, counted, and told by explain."""
    page = {
        "source": "liga",
        "slug": "udar po mistu ye zagibli",
        "url": "https://liga.example/page",
    }
    rows = [
        row(f"r{n}", day, "Sudby", **page)
        for n, day in enumerate(("2030-04-01", "2030-04-02", "2030-09-25"))
    ]
    rows.append(row("q", "2030-04-01", "Sudby", source="nv", slug="kotik vryatovano"))
    path, flags = tmp_path / "in.csv", tmp_path / "flags.csv"
    path.write_bytes(release(rows))
    words = ["fuse", str(path), "--out", str(tmp_path / "out.csv"), "--flags", str(flags)]
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    code, said = fuse(path, "--out", tmp_path / "out.csv")
    told = CliRunner().invoke(app, ["explain", "r0", str(path)], catch_exceptions=False).output

    assert (code, said["rows"], said["reports"], said["incidents"]) == (0, 4, 2, 2)
    assert "4 rows, 2 reports, in 2 incidents" in done.output
    assert said["rows_dated_to_the_first_day_of_a_page_that_stayed_up"] == 1
    assert flags.read_text(encoding="utf-8") == "report_key,flag\nr2,stood\n"
    assert (
        "the page stood until 25 September 2030: a later row (r2), dated to its first day" in told
    )
