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
from waarborg.app.services.fusing import Engine, fuse_sightings
from waarborg.base.problems import ProblemsFound
from waarborg.incidents.doubt import pictures
from waarborg.incidents.sighting_columns import Flag
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


def test_all_faults_of_a_file_are_told_at_once(tmp_path):
    """Text where a number has to be is named column by column; nothing is written."""
    path = tmp_path / "seen.csv"
    rows = frame_for_file(many(1, 3, 6)).cast(pl.String)
    rows.with_columns(t=pl.lit("noon"), source=pl.lit("reuters")).write_csv(path)

    with pytest.raises(ProblemsFound) as caught:
        fuse_sightings(path, tmp_path / "out.csv")
    assert [(p.code, p.message) for p in caught.value.problems] == [
        ("FUS-004", "the column source holds something that is no number in 6 rows"),
        ("FUS-004", "the column t holds something that is no number in 6 rows"),
    ]
    assert not (tmp_path / "out.csv").exists()


def test_numbers_that_stand_for_nothing_are_told_at_once(tmp_path):
    """A source below zero, an unknown kind and type, and an identifier twice come together."""
    seen = many(1, 3, 6)
    seen.source[0], seen.kind[1], seen.type[2] = -4, 99, 400
    seen.id[1] = seen.id[0]
    frame_for_file(seen).write_parquet(tmp_path / "seen.parquet")

    with pytest.raises(ProblemsFound) as caught:
        fuse_sightings(tmp_path / "seen.parquet", tmp_path / "out.csv")
    assert [(p.code, p.message) for p in caught.value.problems] == [
        ("FUS-005", "the column etype holds a number that stands for nothing in 1 rows"),
        ("FUS-005", "the column kind holds a number that stands for nothing in 1 rows"),
        ("FUS-005", "the column source holds a number that stands for nothing in 1 rows"),
        ("FUS-006", "two sightings carry one identifier"),
    ]


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
    done = fuse_sightings(path, out, slab_rows=slab_rows, incidents=told)
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


def test_what_is_held_can_be_had_as_json_lines(tmp_path):
    """A name that ends with .jsonl gives the same figures as JSON, null where nothing is known."""
    path = tmp_path / "seen.parquet"
    frame_for_file(many(29, 150, 600)).write_parquet(path)
    for name in ("held.csv", "held.jsonl"):
        fuse_sightings(path, tmp_path / "out.csv", incidents=tmp_path / name)
    rows = [json.loads(line) for line in (tmp_path / "held.jsonl").read_text().splitlines()]
    with (tmp_path / "held.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))

    assert [list(row) for row in rows] == [list(line) for line in lines]
    assert [row["radius_90_m"] for row in rows] == [
        int(line["radius_90_m"]) if line["radius_90_m"] else None for line in lines
    ]
