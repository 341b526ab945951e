"""Fusion of sightings on Spark: the kernels of `incidents`, on as many machines as Spark has.

Spark moves the rows, the kernels do the work, through Arrow: density and pairs by tile; components,
of which only links between tiles come to the driver; merging by component. A tile is a stretch of
time and a band of longitude; its halo holds all that its own sightings can touch. Rules this module
keeps:
1. The same pairs, incidents, probabilities and flags as `sightings.fuse_columns`, to the byte.
2. A pair is found in one tile only: that of its earlier sighting.
3. The driver holds one link for each sighting tied across an edge and for each that was judged, and
   nothing else of the data.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import Column, DataFrame, GroupedData, SparkSession
from pyspark.sql import functions as sql

from waarborg.incidents import merge_kernels
from waarborg.incidents.judged_sightings import NOBODY, JudgedPairs, from_edges
from waarborg.incidents.sighting_columns import SightingModel, usable
from waarborg.incidents.sighting_slabs import halo_m
from waarborg.incidents.sightings import halo_s, merge_edges, slab_edges
from waarborg.store.sighting_files import ARRIVED, FOUND, sightings

_METRES_PER_DEGREE = 111_195.0
_ROWS = (
    "report_id long, source long, kind long, t double, t_prec double, lat double, lon double,"
    " pos_prec double, etype long, count double"
)
_FOUND = "report_id long, incident long, probability double, flags long"
_TIED = "report_id long, other long, nats double, root long, crowd double, flags long"
ROWS_PER_TILE = 250_000
"""Sightings a task works on at a time, without the halo: about 200 MB in a Python worker."""


@dataclass(frozen=True, slots=True)
class Tiling:
    """How an archive is cut; how it is cut changes nothing in what is found.

    Attributes:
        seconds: Length of a tile.
        degrees: Width of a tile from west to east.
        halo_s: Seconds around a tile that have to be at hand.
        halo_degrees: Degrees to its west and east, likewise.
        buckets: Into how many parts the components are dealt for merging.
    """

    seconds: float
    degrees: float
    halo_s: float
    halo_degrees: float
    buckets: int


@dataclass(frozen=True, slots=True)
class Done:
    """What Spark found; the rows are computed when somebody reads them.

    Attributes:
        rows: `report_id`, `incident`, `probability`, `flags`, in no order.
        pairs: `one`, `other` (identifiers, smaller first), `nats`.
        across: Links between tiles that came to the driver.
    """

    rows: DataFrame
    pairs: DataFrame
    across: int


def session(memory: str = "2g") -> SparkSession:
    """Spark as whoever started us set it up; alone, as many cores as this machine has.

    `spark-submit` and `PYSPARK_SUBMIT_ARGS` are taken as they are.

    Args:
        memory: Of the one Java process when Spark runs on this machine alone.
    """
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    building = SparkSession.builder.appName("waarborg fuse")
    if not {"PYSPARK_GATEWAY_PORT", "PYSPARK_SUBMIT_ARGS"} & set(os.environ):
        cores = os.cpu_count() or 1
        for name, value in (
            ("spark.master", f"local[{cores}]"),
            ("spark.driver.memory", memory),
            ("spark.driver.host", "127.0.0.1"),
            ("spark.driver.bindAddress", "127.0.0.1"),
            ("spark.ui.enabled", "false"),
            ("spark.ui.showConsoleProgress", "false"),
            ("spark.sql.shuffle.partitions", str(4 * cores)),
        ):
            building = building.config(name, value)
    started: SparkSession = building.getOrCreate()
    started.sparkContext.setLogLevel("ERROR")
    return started


def read_sightings(spark: SparkSession, path: Path | str) -> DataFrame:
    """A file or folder of sightings, Parquet or CSV, with the columns that the kernels take."""
    at = str(path)
    csv = at.endswith(".csv")
    raw = spark.read.option("header", "true").csv(at) if csv else spark.read.parquet(at)
    wanted = [column.split() for column in _ROWS.split(", ")]
    wanted += [[ARRIVED, "double"]] if ARRIVED in raw.columns else []

    def cast(name: str, kind: str) -> Column:
        held = sql.col(name).cast(kind)
        if kind == "double":
            held = sql.coalesce(held, sql.lit(math.nan))
        elif name == "etype":
            held = sql.coalesce(held, sql.lit(-1).cast("long"))
        return held.alias(name)

    return raw.select(*(cast(name, kind) for name, kind in wanted))


def tiling(rows: DataFrame, model: SightingModel, rows_per_tile: int = ROWS_PER_TILE) -> Tiling:
    """Tiles of about so many sightings, long enough that halos stay the smaller part.

    Args:
        rows: Usable sightings.
        model: What was learnt beforehand.
        rows_per_tile: Without the halo.
    """

    def stated(name: str) -> Column:
        return sql.max(sql.when(~sql.isnan(name), sql.col(name))).alias(name)

    seen = rows.agg(
        sql.count("*").alias("n"),
        sql.min("t").alias("begin"),
        sql.max("t").alias("end"),
        sql.max(sql.abs("lat")).alias("lat"),
        stated("t_prec"),
        stated("pos_prec"),
    ).first()
    parts = max(1, round(seen["n"] / rows_per_tile))
    around = halo_s(model, seen["t_prec"] or 0.0) + 1.0
    span = (seen["end"] or 0.0) - (seen["begin"] or 0.0)
    # the degree is smallest where the data come nearest to a pole
    degree = _METRES_PER_DEGREE * math.cos(
        math.radians(min(math.floor(seen["lat"] or 0.0) + 1, 89))
    )
    return Tiling(
        max(span / parts, 4.0 * around),
        360.0,
        around,
        min((halo_m(model, seen["pos_prec"] or 0.0) + 1.0) / degree, 360.0),
        max(2, parts),
    )


def fuse_on_spark(
    rows: DataFrame,
    model: SightingModel,
    tiles: Tiling | None = None,
    judged: JudgedPairs = NOBODY,
) -> Done:
    """Decide which sightings are of one event.

    Args:
        rows: As `read_sightings` gives them, checked.
        model: What was learnt beforehand.
        tiles: None cuts the archive into tiles of about `ROWS_PER_TILE` sightings.
        judged: What people judged; every sighting in it is among the rows.

    Raises:
        ValueError: An identifier stands there twice.
    """
    _refuse_doubles(rows)
    shape = rows.schema
    looked = rows.mapInArrow(_look, shape.simpleString()[7:-1].replace(":", " ") + ", odd long")
    usable_rows = looked.where("odd = 0").drop("odd")
    tiles = tiling(usable_rows, model) if tiles is None else tiles
    found = (
        _with_halo(usable_rows, tiles)
        .applyInArrow(_tile_stage(model, tiles), _TIED)
        .persist(StorageLevel.DISK_ONLY)
    )
    own = found.where("other is null").select("report_id", "crowd", "flags")
    ties = found.where("other is not null").select(
        sql.col("report_id").alias("one"), "other", "nats", "root"
    )
    if len(judged):
        ties = ties.union(_judged_ties(rows.sparkSession, judged))
    ends = ties.select(sql.col("one").alias("report_id"), "root").union(
        ties.select(sql.col("other").alias("report_id"), "root")
    )
    names, across = _components(ends.distinct())
    component = sql.coalesce("component", "root").alias("component")
    members = ends.join(sql.broadcast(names), "root", "left").select("report_id", component)
    part = sql.pmod(sql.xxhash64("component"), sql.lit(tiles.buckets)).alias("part")
    known = usable_rows.join(own, "report_id")
    unplaced = looked.where("odd != 0")
    if len(judged):
        # what has no place or time goes where people put it
        known = known.union(
            unplaced.withColumnRenamed("odd", "flags")
            .withColumn("crowd", sql.lit(math.nan))
            .select(known.columns)
        )
        unplaced = unplaced.join(ends, "report_id", "left_anti")
    groups = known.join(members.distinct(), "report_id").withColumn("part", part).groupBy("part")
    tied = ties.join(sql.broadcast(names), "root", "left").withColumn("component", component)
    merged = groups.cogroup(tied.withColumn("part", part).groupBy("part")).applyInArrow(
        _merge_stage(model), _FOUND
    )
    alone = own.join(ends, "report_id", "left_anti").select(
        "report_id", sql.col("report_id"), sql.lit(1.0), "flags"
    )
    apart = unplaced.select("report_id", sql.col("report_id"), sql.lit(1.0), "odd")
    return Done(merged.union(alone).union(apart), ties.select("one", "other", "nats"), across)


def _judged_ties(spark: SparkSession, judged: JudgedPairs) -> DataFrame:
    """Judged pairs as ties; those judged different too, so that both lie where they are merged."""
    schema = pa.schema(
        [("one", pa.int64()), ("other", pa.int64()), ("nats", pa.float64()), ("root", pa.int64())]
    )
    columns = [judged.first, judged.second, judged.nats, judged.first]
    return spark.createDataFrame(pa.table(columns, schema=schema))


def _refuse_doubles(rows: DataFrame) -> None:
    if rows.groupBy("report_id").count().where("count > 1").limit(1).count():
        raise ValueError("two sightings carry one identifier; identifiers settle ties")


def _look(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Each row with what makes it unusable, 0 when nothing does."""
    for batch in batches:
        odd = usable(sightings(batch))[1].astype(np.int64)
        yield pa.RecordBatch.from_arrays(
            [*batch.columns, pa.array(odd)], names=[*batch.schema.names, "odd"]
        )


def _with_halo(rows: DataFrame, tiles: Tiling) -> GroupedData:
    """Each sighting in every tile that it can touch, grouped by tile."""

    def reached(name: str, reach: float, side: float) -> Column:
        low, high = (
            sql.floor((sql.col(name) + shift) / side).cast("long") for shift in (-reach, reach)
        )
        return sql.explode(sql.sequence(low, high))

    return (
        rows.withColumn("in_time", reached("t", tiles.halo_s, tiles.seconds))
        .withColumn("in_band", reached("lon", tiles.halo_degrees, tiles.degrees))
        .groupBy("in_time", "in_band")
    )


def _tile_stage(
    model: SightingModel, tiles: Tiling
) -> Callable[[tuple[Any, ...], pa.Table], pa.Table]:
    """A tile's own sightings with the density about them, and the pairs whose earlier one is its own."""

    def stage(key: tuple[Any, ...], table: pa.Table) -> pa.Table:
        seen = sightings(table)
        stretch, band = (value.as_py() for value in key)
        found = slab_edges(seen, model, stretch * tiles.seconds, (stretch + 1) * tiles.seconds)
        order = np.argsort(seen.id)
        ids = seen.id[order]
        inside = np.floor(seen.longitude[order] / tiles.degrees) == band
        when = seen.t[order]
        mine = inside[np.searchsorted(ids, found.id)]
        one, two = np.searchsorted(ids, found.first), np.searchsorted(ids, found.second)
        # of two at the same time the smaller identifier counts as the earlier
        kept = np.where(when[two] < when[one], inside[two], inside[one])
        one, two = one[kept], two[kept]
        root = merge_kernels.roots(len(ids), one.astype(np.int32), two.astype(np.int32))
        n, m = int(mine.sum()), len(one)
        return pa.table(
            [
                np.concatenate([found.id[mine], ids[one]]),
                pa.concat_arrays([pa.nulls(n, pa.int64()), pa.array(ids[two])]),
                np.concatenate([np.zeros(n), found.nats[kept]]),
                np.concatenate([found.id[mine], ids[root[one]]]),
                np.concatenate([found.crowd[mine], np.zeros(m)]),
                np.concatenate([found.flags[mine].astype(np.int64), np.zeros(m, dtype=np.int64)]),
            ],
            names=[column.split()[0] for column in _TIED.split(", ")],
        )

    return stage


def _merge_stage(model: SightingModel) -> Callable[[pa.Table, pa.Table], pa.Table]:
    """Incidents of whole components; ties that people judged lie among the others."""

    def stage(rows: pa.Table, ties: pa.Table) -> pa.Table:
        seen = sightings(rows)
        one, other, nats = (ties.column(name).to_numpy() for name in ("one", "other", "nats"))
        said, judged = from_edges(one, other, nats)
        fused = merge_edges(
            seen, rows.column("crowd").to_numpy(), one[~said], other[~said], nats[~said], model,
            judged,
        )  # fmt: skip
        flags = fused.flags | rows.column("flags").to_numpy().astype(np.uint8)
        columns = [seen.id, fused.incident, fused.probability, flags.astype(np.int64)]
        return pa.table(columns, schema=FOUND)

    return stage


def _components(ends: DataFrame) -> tuple[DataFrame, int]:
    """The component of each tile's root that is tied to another tile's; and how many links there were.

    Within a tile the kernels have found what hangs together. What is left is tied by sightings that
    pairs of two tiles share; there are few of them, so the driver joins them with the same kernel.
    """
    links = (
        ends.groupBy("report_id")
        .agg(sql.min("root").alias("low"), sql.collect_set("root").alias("roots"))
        .where(sql.size("roots") > 1)
        .select("low", sql.explode("roots").alias("root"))
        .where("low != root")
        .distinct()
        .toArrow()
    )
    pairs = np.column_stack([links.column(name).to_numpy() for name in ("low", "root")])
    names, rows = np.unique(pairs, return_inverse=True)
    one, two = rows.reshape(pairs.shape).astype(np.int32).T
    root = merge_kernels.roots(len(names), np.ascontiguousarray(one), np.ascontiguousarray(two))
    schema = pa.schema([("root", pa.int64()), ("component", pa.int64())])
    table = pa.table([names.astype(np.int64), names[root].astype(np.int64)], schema=schema)
    return ends.sparkSession.createDataFrame(table), len(pairs)
