"""Fusion on Spark against fusion in this process: the same pairs, the same incidents, to the byte."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from many_sightings import any_judgements, frame_for_file, many
from waarborg.app.services.fusing import Beside, Engine, People, fuse_sightings
from waarborg.app.services.judged import HEADER
from waarborg.base.times import format_instant
from waarborg.incidents.judged_sightings import judged_pairs
from waarborg.incidents.sighting_columns import Flag, Sightings
from waarborg.incidents.sightings import Fused, fuse_columns, slab_edges
from waarborg.store.fusion_models import sighting_model

pytest.importorskip("pyspark", reason="PySpark is not here: it is the extra `spark`")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("java") is None, reason="Java is not here, and Spark needs it"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
ON_SPARK = pytest.importorskip("waarborg.store.sightings_spark", reason="PySpark is not here")


@pytest.fixture(scope="module")
def spark():
    """Spark on this machine alone, with little memory."""
    started = ON_SPARK.session("1g")
    yield started
    started.stop()


def _cutting(whole: Fused, seen: Sightings) -> float:
    """A length of tile, near two days, whose edge runs through the middle of the largest incident."""
    names, sizes = np.unique(whole.incident, return_counts=True)
    times = np.sort(seen.t[whole.incident == names[np.argmax(sizes)]])
    edge = float(times[len(times) // 2 - 1] + times[len(times) // 2]) / 2
    return edge / max(round(edge / 150_000.0), 1)


@pytest.mark.parametrize("degrees", [360.0, 0.25])
def test_spark_gives_the_same_pairs_and_incidents(spark, tmp_path, degrees):
    """Cut into tiles of time, and of time and space, every pair, gain, incident, chance and flag is alike."""
    model, seen = sighting_model(), many(17, 400, 1500)
    path = tmp_path / "seen.parquet"
    frame_for_file(seen).write_parquet(path)
    rows = ON_SPARK.read_sightings(spark, path)
    whole = fuse_columns(seen, model)
    tiles = replace(
        ON_SPARK.tiling(rows, model), seconds=_cutting(whole, seen), degrees=degrees, buckets=5
    )
    done = ON_SPARK.fuse_on_spark(rows, model, tiles)
    found = done.rows.toArrow().sort_by("report_id")
    order = np.argsort(seen.id)

    assert found["report_id"].to_pylist() == seen.id[order].tolist()
    assert found["incident"].to_pylist() == whole.incident[order].tolist()
    assert found["probability"].to_pylist() == whole.probability[order].tolist()
    assert found["flags"].to_pylist() == whole.flags[order].tolist()
    assert done.across > 0

    here = slab_edges(seen, model)
    table = done.pairs.toArrow()
    columns = (table[name].to_pylist() for name in ("one", "other", "nats"))
    there = sorted((min(a, b), max(a, b), nats) for a, b, nats in zip(*columns, strict=True))
    assert len(there) > 1000
    assert there == sorted(
        zip(here.first.tolist(), here.second.tolist(), here.nats.tolist(), strict=True)
    )


def test_the_command_writes_the_same_file(spark, tmp_path):
    """Both engines write the same bytes and flags, refuse the same row, and tell the same contradictions."""
    path, seen = tmp_path / "seen.csv", many(23, 100, 400)
    frame_for_file(seen).write_csv(path)
    with path.open("a", encoding="utf-8") as file:
        file.write("9999,1,1,noon,5,14,41,200,3,2,\n")
    lines = [
        f"{j.one},{j.other},{j.sameness},{j.who},{format_instant(j.when)},{j.why}"
        for j in any_judgements(seen, 23, 100)
    ]
    people = People("judged.csv", "\n".join([",".join(HEADER), *lines]))
    here, there = (
        fuse_sightings(path, tmp_path / f"{name}.csv", engine, people=people,
                       beside=Beside(tmp_path / f"{name}-flags.csv", tmp_path / f"{name}-held.csv"))
        for name, engine in (("here", Engine.LOCAL), ("there", Engine.SPARK))
    )  # fmt: skip

    assert [problem.line for problem in here.refused.problems] == [402]
    assert there == here
    assert here.flags["judged_by_people"] > 50
    assert here.contradictions
    assert (tmp_path / "there-flags.csv").read_bytes() == (tmp_path / "here-flags.csv").read_bytes()
    assert (tmp_path / "there.csv").read_bytes() == (tmp_path / "here.csv").read_bytes()
    assert (tmp_path / "there-held.csv").read_bytes() == (tmp_path / "here-held.csv").read_bytes()
    assert (tmp_path / "here-held.csv").read_text().count(",epi-") > 10
    assert there == here


def test_judgements_are_followed_on_spark_to_the_byte(spark, tmp_path):
    """Pairs judged near, weeks apart, across tiles and without a place: the same incidents, chances, flags."""
    model, seen = sighting_model(), many(19, 200, 900)
    path = tmp_path / "seen.parquet"
    frame_for_file(seen).write_parquet(path)
    rows = ON_SPARK.read_sightings(spark, path)
    judged = judged_pairs(any_judgements(seen, 19, 250))
    whole = fuse_columns(seen, model, judged)
    tiles = replace(
        ON_SPARK.tiling(rows, model), seconds=_cutting(whole, seen), degrees=0.25, buckets=5
    )
    found = ON_SPARK.fuse_on_spark(rows, model, tiles, judged).rows.toArrow().sort_by("report_id")
    order = np.argsort(seen.id)

    assert (whole.incident != fuse_columns(seen, model).incident).sum() > 40
    assert whole.flagged(Flag.CONTRADICTED) > 0
    assert (whole.flags & (Flag.UNPLACED | Flag.JUDGED) == Flag.UNPLACED | Flag.JUDGED).any()
    assert found["report_id"].to_pylist() == seen.id[order].tolist()
    assert found["incident"].to_pylist() == whole.incident[order].tolist()
    assert found["probability"].to_pylist() == whole.probability[order].tolist()
    assert found["flags"].to_pylist() == whole.flags[order].tolist()


def test_one_identifier_twice_is_refused_on_spark_too(spark, tmp_path):
    """Identifiers settle ties on every engine."""
    seen = many(5, 3, 10)
    seen.id[1] = seen.id[0]
    frame_for_file(seen).write_parquet(tmp_path / "seen.parquet")
    rows = ON_SPARK.read_sightings(spark, tmp_path / "seen.parquet")

    with pytest.raises(
        ValueError, match="two sightings carry one identifier; identifiers settle ties"
    ):
        ON_SPARK.fuse_on_spark(rows, sighting_model())


def test_a_cluster_of_several_processes_writes_the_same_file(tmp_path):
    """Handed to `spark-submit` as the page says, with executors in processes of their own: the same bytes."""
    path = tmp_path / "seen.csv"
    frame_for_file(many(31, 100, 400)).write_csv(path)
    fuse_sightings(path, tmp_path / "here.csv")
    job = tmp_path / "fuse_job.py"
    job.write_text("from waarborg.app.cli import main\n\nmain()\n", encoding="utf-8")
    home = Path(find_spec("pyspark").origin).parent
    events = tmp_path / "events"
    events.mkdir()
    done = subprocess.run(  # Spark's own starter, with this test's files
        [
            str(home / "bin" / "spark-submit"), "--master", "local-cluster[2,1,1024]",
            "--conf", f"spark.pyspark.python={sys.executable}",
            "--conf", "spark.executorEnv.NUMBA_NUM_THREADS=1",
            "--conf", "spark.sql.shuffle.partitions=4", "--conf", "spark.ui.enabled=false",
            "--conf", "spark.eventLog.enabled=true", "--conf", f"spark.eventLog.dir={events}",
            "--conf", "spark.eventLog.compress=false", "--conf", "spark.eventLog.rolling.enabled=false",
            str(job), "fuse", str(path), "--source", "synthetic", "--engine", "spark",
            "--out", str(tmp_path / "there.csv"), "--json",
        ],
        env={**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1",
             "SPARK_LOCAL_DIRS": str(tmp_path)},
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=400,
    )  # fmt: skip
    (told,) = events.iterdir()
    # workers of a local cluster keep their logs with Spark, whatever they are told
    shutil.rmtree(home / "work" / told.name, ignore_errors=True)

    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "there.csv").read_bytes() == (tmp_path / "here.csv").read_bytes()
    lines = told.read_text(encoding="utf-8").splitlines()
    assert sum("SparkListenerExecutorAdded" in line for line in lines) == 2
    ran_in = {line.partition('"Executor ID":"')[2][0] for line in lines if "TaskEnd" in line}
    assert ran_in == {"0", "1"}
