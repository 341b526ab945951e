"""Files of sightings: read slab by slab, every fault told at once, the result whole or not at all."""

from __future__ import annotations

import csv
import json
import shutil

import numpy as np
import polars as pl
import pytest

from many_sightings import frame_for_file, many
from waarborg.app.services import fusing
from waarborg.app.services.fusing import Beside, Engine, fuse_sightings
from waarborg.base.problems import ProblemsFound
from waarborg.incidents.doubt import pictures
from waarborg.incidents.sighting_columns import Flag, Sightings
from waarborg.incidents.sightings import fuse_columns
from waarborg.store.fusion_models import doubt_table, sighting_model


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("slab_rows", [37, 1_000_000])
def test_the_file_holds_what_fusion_found(tmp_path, ending, slab_rows):
    """Each sighting has its line, by key, with the incident and chance that fusing in memory gives."""
    seen = many(29, 150, 600)
    path, out = tmp_path / f"seen.{ending}", tmp_path / "out.csv"
    frame = frame_for_file(seen)
    frame.write_csv(path) if ending == "csv" else frame.write_parquet(path)
    done = fuse_sightings(path, out, slab_rows=slab_rows)
    whole = fuse_columns(seen, sighting_model())
    with out.open(newline="") as file:
        header, *lines = list(csv.reader(file))

    assert header == ["report_key", "incident_id", "probability"]
    assert lines == [
        [str(key), f"inc-{incident}", f"{chance:.4f}"]
        for key, incident, chance in sorted(
            zip(seen.id.tolist(), whole.incident.tolist(), whole.probability.tolist(), strict=True)
        )
    ]
    assert done.rows == 600
    assert done.incidents == len(set(whole.incident.tolist()))
    assert done.flags["without_place_or_time"] == whole.flagged(Flag.UNPLACED) > 0
    assert done.flags["absurd_precisions_or_counts"] == whole.flagged(Flag.CLAMPED) > 0
    assert done.flags["told_of_a_time_after_they_came_in"] == whole.flagged(Flag.AHEAD) > 0
    assert sorted(item.name for item in tmp_path.iterdir()) == ["out.csv", f"seen.{ending}"]


def _written(path):
    """The lines of a CSV file without its header."""
    with path.open(newline="") as file:
        return list(csv.reader(file))[1:]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_one_bad_cell_refuses_one_row_and_the_others_are_fused(tmp_path, ending):
    """Each fault is told with line, column, expectation and finding; the rest is as if the row were not there."""
    seen = many(1, 30, 90)
    frame = frame_for_file(seen).cast(pl.String)
    broken = frame.with_row_index("n").with_columns(
        t=pl.when(pl.col("n") == 4).then(pl.lit("noon")).otherwise("t"),
        source=pl.when(pl.col("n") == 7).then(pl.lit("12.5")).otherwise("source"),
        kind=pl.when(pl.col("n") == 9).then(None).otherwise("kind"),
        etype=pl.when(pl.col("n") == 11).then(pl.lit("400")).otherwise("etype"),
    ).drop("n")  # fmt: skip
    path, sound = tmp_path / f"seen.{ending}", tmp_path / f"sound.{ending}"
    kept = pl.Series(range(90)).is_in([4, 7, 9, 11]).not_()
    for file, rows in ((path, broken), (sound, frame.filter(kept))):
        rows.write_csv(file) if ending == "csv" else rows.write_parquet(file)
    refused = tmp_path / "refused.csv"
    done = fuse_sightings(path, tmp_path / "out.csv", beside=Beside(refused=refused))
    fuse_sightings(sound, tmp_path / "other.csv")
    first = 2 if ending == "csv" else 1
    names = [f" in the row of report_id {seen.id[at]}" for at in (4, 7, 9, 11)]
    number, types = "holds no number that can be used", sighting_model().said.shape[1]

    assert done.refused.rows == 4
    assert [(p.line, p.code, p.message, p.expected, p.found) for p in done.refused.problems] == [
        (4 + first, "FUS-004", f"the column t {number}", "a number, or nothing where it is not known",
         f"'noon'{names[0]}"),
        (7 + first, "FUS-004", f"the column source {number}", "a whole number", f"'12.5'{names[1]}"),
        (9 + first, "FUS-004", f"the column kind {number}", "a whole number", f"nothing{names[2]}"),
        (11 + first, "FUS-005", "the column etype holds a number that stands for nothing",
         f"-1 (not said) to {types - 1}", f"'400'{names[3]}"),
    ]  # fmt: skip
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "other.csv").read_bytes()
    assert [(line[0], line[1], line[4]) for line in _written(refused)] == [
        (str(p.line), p.code, p.found) for p in done.refused.problems
    ]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"9,1,1", "3 cells in '9,1,1'"),
        (b"9,1,1,5,5,14,41,200,3,2,9,8,7", "13 cells in '9,1,1,5,5,14,41,200,3,2,9,8,7'"),
        (b'9,"1,1,5,5,14,41,200,3,2,0', "unexpected end of data in '9,\"1,1,5,5,14,41,200,3,2,0'"),
        (b"9,1,1,\xff,5,14,41,200,3,2,0", "the byte 0xff in b'9,1,1,\\xff,5,14,41,200,3,2,0\\n'"),
        (b"9" * 70_000, f"more than 65,536 bytes, beginning {b'9' * 40!r}"),
    ],
    ids=["too few", "too many", "open quote", "another encoding", "without end"],
)
def test_a_line_that_is_no_row_is_refused_by_itself(tmp_path, line, found):
    """A cut, torn or foreign line spoils nothing but itself, and keeps its number."""
    path = tmp_path / "seen.csv"
    frame_for_file(many(1, 30, 90)).write_csv(path)
    good = path.read_bytes()
    fuse_sightings(path, tmp_path / "sound.csv")
    lines = good.split(b"\n")
    path.write_bytes(b"\n".join([*lines[:40], line, *lines[40:]]))
    done = fuse_sightings(path, tmp_path / "out.csv")

    assert [(p.line, p.code, p.found) for p in done.refused.problems] == [(41, "FUS-013", found)]
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "sound.csv").read_bytes()


def test_of_two_rows_under_one_identifier_neither_is_taken(tmp_path):
    """Which of two contents is right cannot be told, so both are refused; a row said twice is taken once."""
    seen = many(1, 3, 6)
    frame = frame_for_file(seen)
    other = frame[0].with_columns(t=pl.lit(5.0))
    pl.concat([frame, other, frame[1]]).write_parquet(tmp_path / "seen.parquet")
    done = fuse_sightings(tmp_path / "seen.parquet", tmp_path / "out.csv")
    twice = "stands there 2 times"

    assert [(p.line, p.code, p.message, p.found) for p in done.refused.problems] == [
        (at, "FUS-006", "two sightings that say different things carry one identifier",
         f"report_id {seen.id[0]} {twice}") for at in (1, 7)
    ] + [(8, "FUS-012", "the row stands there twice", f"report_id {seen.id[1]} {twice}")]  # fmt: skip
    assert [line[0] for line in _written(tmp_path / "out.csv")] == [
        str(name) for name in sorted(seen.id[1:].tolist())
    ]


@pytest.mark.parametrize("strict", [True, False])
def test_a_file_is_refused_as_a_whole_when_nothing_is_left_or_when_asked(tmp_path, strict):
    """With --strict one fault is enough; without it the file is refused when no row can be used."""
    frame = frame_for_file(many(1, 3, 6)).cast(pl.String)
    faulty = frame["report_id"].is_in(frame["report_id"][:1] if strict else frame["report_id"])
    frame.with_columns(t=pl.when(faulty).then(pl.lit("noon")).otherwise("t")).write_csv(
        tmp_path / "seen.csv"
    )

    with pytest.raises(ProblemsFound) as caught:
        fuse_sightings(tmp_path / "seen.csv", tmp_path / "out.csv", strict=strict)
    assert {p.code for p in caught.value.problems} == {"FUS-004"}
    assert len(caught.value.problems) == (1 if strict else 6)
    assert not (tmp_path / "out.csv").exists()


def test_faults_beyond_what_can_be_read_are_counted_and_all_written(tmp_path):
    """A thousand faults are told one by one; of the rest the number, and the file of refused rows has all."""
    frame = frame_for_file(many(1, 400, 1300)).cast(pl.String)
    faulty = pl.int_range(pl.len()) < 1200
    frame.with_columns(t=pl.when(faulty).then(pl.lit("noon")).otherwise("t")).write_csv(
        tmp_path / "seen.csv"
    )
    refused = tmp_path / "refused.csv"
    done = fuse_sightings(
        tmp_path / "seen.csv", tmp_path / "out.csv", beside=Beside(refused=refused)
    )

    assert (done.refused.rows, done.rows, len(done.refused.problems)) == (1200, 100, 1001)
    assert [(p.message, p.found) for p in done.refused.problems if p.code == "FUS-014"] == [
        ("200 more faults are not listed", "1,200 faults in 1,200 rows")
    ]
    assert len(_written(refused)) == 1200


@pytest.mark.parametrize(
    ("name", "content", "code", "message"),
    [
        ("seen.csv", b"report_id,t\n1,2\n", "FUS-002", "columns are missing"),
        ("seen.parquet", b"no parquet", "FUS-003", "the file cannot be read"),
        ("gone.csv", None, "FUS-003", "the file cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path, name, content, code, message):
    """A file without the columns, of another kind, or that is not there is refused with its reason."""
    if content is not None:
        (tmp_path / name).write_bytes(content)

    with pytest.raises(ProblemsFound) as caught:
        fuse_sightings(tmp_path / name, tmp_path / "out.csv")
    assert [(p.code, p.message) for p in caught.value.problems] == [(code, message)]


def test_without_spark_the_user_is_told_what_is_missing(tmp_path, monkeypatch):
    """Where PySpark or Java is absent, both are named before any work is done."""
    monkeypatch.setattr(fusing, "find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name, path=None: None)

    with pytest.raises(ProblemsFound) as caught:
        fuse_sightings(tmp_path / "seen.csv", tmp_path / "out.csv", Engine.SPARK)
    assert [(p.code, p.found) for p in caught.value.problems] == [
        ("FUS-007", "no PySpark and no Java")
    ]


def test_an_old_result_stands_when_a_run_is_refused(tmp_path):
    """What was there before is not touched by a run that comes to nothing."""
    out = tmp_path / "out.csv"
    out.write_text("old", encoding="utf-8")
    (tmp_path / "seen.csv").write_text("report_id\n1\n", encoding="utf-8")

    with pytest.raises(ProblemsFound, match="columns are missing"):
        fuse_sightings(tmp_path / "seen.csv", out)
    assert out.read_text(encoding="utf-8") == "old"


def test_no_sightings_give_a_header_alone(tmp_path):
    """An empty file is no fault."""
    frame_for_file(many(1, 1, 0)).write_csv(tmp_path / "seen.csv")
    done = fuse_sightings(tmp_path / "seen.csv", tmp_path / "out.csv")

    assert (tmp_path / "out.csv").read_text(
        encoding="utf-8"
    ) == "report_key,incident_id,probability\n"
    assert (done.rows, done.incidents) == (0, 0)


@pytest.mark.parametrize("slab_rows", [37, 1_000_000])
def test_what_is_held_of_each_incident_is_written_with_its_bounds(tmp_path, slab_rows):
    """One line an incident, as the kernels give it, however the archive is cut; unknown with the reason."""
    seen = many(29, 150, 600)
    path, out, told = tmp_path / "seen.parquet", tmp_path / "out.csv", tmp_path / "held.csv"
    frame_for_file(seen).write_parquet(path)
    done = fuse_sightings(path, out, slab_rows=slab_rows, beside=Beside(incidents=told))
    model = sighting_model()
    whole = fuse_columns(seen, model)
    held = pictures(seen, whole.incident, whole.probability, model, doubt_table())
    with told.open(newline="") as file:
        lines = list(csv.DictReader(file))

    assert [line["incident_id"] for line in lines] == [f"inc-{name}" for name in held.incident]
    assert len(lines) == done.incidents
    assert [int(line["witnesses"]) for line in lines] == held.witnesses.tolist()
    for line, longitude, radius in zip(lines, held.longitude, held.radius_m, strict=True):
        if line["longitude"]:
            assert float(line["longitude"]) == pytest.approx(longitude, abs=1e-6)
            assert float(line["radius_90_m"]) == pytest.approx(radius, abs=0.51)
        else:
            assert np.isnan(longitude)
            assert "no place and time that can be used" in line["unknown"]
    assert any(line["unknown"] == "no sighting says how many" for line in lines)


@pytest.mark.parametrize("slab_rows", [37, 1_000_000])
def test_incidents_of_force_bear_the_episode_that_they_belong_to(tmp_path, slab_rows):
    """Three or more within an hour and 50 km are named by the smallest; what is no force or is vague has none."""
    hour, many_rows = 3600.0, 60
    of = np.repeat(np.arange(20), 3)
    # two nights; far off a third; two alone; four that are no force; three that are known by the day
    t = np.r_[
        np.arange(6) * 0.9, 30 + np.arange(3), np.arange(3), 60, 60.9, np.full(4, 2.5), 2, 2, 2
    ]
    east = np.r_[np.arange(6) * 0.3, np.zeros(3), np.full(3, 5.0), 0, 0, np.zeros(4), 0, 0.4, 0.8]
    types = np.r_[np.full(14, 15), np.full(4, 35), np.full(2, 16)]
    seen = Sightings(
        id=np.random.default_rng(3).permutation(many_rows).astype(np.int64),
        t=t[of] * hour, longitude=37.0 + east[of], latitude=48.0 + 0.02 * of,
        precision_s=np.where(of > 17, 40_000.0, 30.0), precision_m=np.full(many_rows, 200.0),
        source=np.arange(many_rows) % 3, kind=np.ones(many_rows, dtype=np.int64), type=types[of],
        count=np.full(many_rows, np.nan),
    )  # fmt: skip
    frame_for_file(seen).write_parquet(tmp_path / "seen.parquet")
    fuse_sightings(
        tmp_path / "seen.parquet", tmp_path / "out.csv", slab_rows=slab_rows,
        beside=Beside(incidents=tmp_path / "held.csv"),
    )  # fmt: skip
    with (tmp_path / "held.csv").open(newline="") as file:
        found = {line["incident_id"]: line["episode_id"] for line in csv.DictReader(file)}
    first = [int(seen.id[of == event].min()) for event in range(20)]
    nights = (first[:6], first[6:9], first[9:12])
    wanted = {f"inc-{name}": f"epi-{min(night)}" for night in nights for name in night}

    assert found == {f"inc-{name}": "" for name in first} | wanted


def test_what_is_held_can_be_had_as_json_lines(tmp_path):
    """A name that ends with .jsonl gives the same figures as JSON, null where nothing is known."""
    path = tmp_path / "seen.parquet"
    frame_for_file(many(29, 150, 600)).write_parquet(path)
    for name in ("held.csv", "held.jsonl"):
        fuse_sightings(path, tmp_path / "out.csv", beside=Beside(incidents=tmp_path / name))
    rows = [json.loads(line) for line in (tmp_path / "held.jsonl").read_text().splitlines()]
    with (tmp_path / "held.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))

    assert [list(row) for row in rows] == [list(line) for line in lines]
    assert [row["radius_90_m"] for row in rows] == [
        int(line["radius_90_m"]) if line["radius_90_m"] else None for line in lines
    ]
