"""Fusion of sightings on Spark: the kernels of `incidents`, on as many machines as Spark has.

Spark moves the rows, the kernels do the work, through Arrow. Four stages: local density by tile;
pairs by tile; components, of which only those that cross a tile's edge come to the driver; merging
by component. A tile is a stretch of time and a band from west to east; its halo holds all that its
own sightings can touch. Rules this module keeps:
1. The same incidents and probabilities as `sightings.fuse_columns`, to the byte.
2. A pair is found in one tile only: that of its smaller identifier.
3. The driver holds one link for each sighting tied across an edge, and nothing else of the data.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark import StorageLevel
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as sql

from waarborg.incidents import sighting_kernels as kernels
from waarborg.incidents.sighting_slabs import (
    ABSURD_M,
    ABSURD_S,
    Frame,
    crowds,
    edges,
    frame,
    joined,
    middle_degrees,
)
from waarborg.incidents.sightings import SightingModel, Sightings

_METRES_PER_DEGREE = 111_195.0
_ROWS = "report_id long, source long, kind long, t double, t_prec double, lat double, lon double, pos_prec double, etype long, count double"
_PLACED = f"{_ROWS}, slab long, band long"
_CROWDED = f"{_PLACED}, crowd double"
_EDGES = "one long, other long, nats double, root long, cut long"
_DONE = "report_id long, incident long, probability double"


@dataclass(frozen=True, slots=True)
class Tiling:
    """How an archive is cut.

    Attributes:
        seconds: Length of a tile.
        metres: Width of a tile from west to east.
        buckets: Into how many parts the components are dealt for merging.
    """

    seconds: float
    metres: float
    buckets: int


@dataclass(frozen=True, slots=True)
class Laid:
    """What is known of an archive before it is cut.

    Attributes:
        rows: Sightings in all.
        placed: Those with a place and a time.
        clamped: Absurd precisions among these.
        begin: The earliest time, in seconds.
        end: The latest.
        around: How far sightings reach.
    """

    rows: int
    placed: int
    clamped: int
    begin: float
    end: float
    around: Frame


@dataclass(frozen=True, slots=True)
class Done:
    """What Spark found; the rows are computed when somebody reads them.

    Attributes:
        rows: `report_id`, `incident`, `probability`, in no order.
        pairs: `one`, `other` (identifiers, smaller first), `nats`.
        archive: What was counted first.
        crowded: Sightings with more possible partners than were looked at, once for each tile.
        across: Links between tiles that came to the driver.
    """

    rows: DataFrame
    pairs: DataFrame
    archive: Laid
    crowded: int
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
        building = (
            building.master(f"local[{os.cpu_count() or 1}]")
            .config("spark.driver.memory", memory)
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.shuffle.partitions", str(4 * (os.cpu_count() or 1)))
        )
    # one thread a task: Spark fills the cores with tasks
    started: SparkSession = building.config(
        "spark.executorEnv.NUMBA_NUM_THREADS", "1"
    ).getOrCreate()
    started.sparkContext.setLogLevel("ERROR")
    return started


def read_sightings(spark: SparkSession, path: Path | str) -> DataFrame:
    """A file or folder of sightings, Parquet or CSV, with the columns that the kernels take."""
    at = str(path)
    raw = (
        spark.read.option("header", "true").csv(at)
        if at.endswith(".csv")
        else spark.read.parquet(at)
    )
    missing = sql.lit(float("nan"))

    def cast(name: str, kind: str) -> Column:
        held = sql.col(name).cast(kind)
        if kind == "double":
            return sql.coalesce(held, missing).alias(name)
        return (sql.coalesce(held, sql.lit(-1)) if name == "etype" else held).alias(name)

    return raw.select(*(cast(*column.split()) for column in _ROWS.split(", ")))


def _finite(name: str) -> Column:
    return ~sql.isnan(name) & (sql.abs(sql.col(name)) < sql.lit(float("inf")))


_IS_PLACED = ("t", "lat", "lon")


def _placed(rows: DataFrame) -> DataFrame:
    return rows.where(reduce(Column.__and__, (_finite(name) for name in _IS_PLACED)))


def survey(rows: DataFrame, model: SightingModel) -> Laid:
    """Count an archive and measure how far its sightings reach.

    Raises:
        ValueError: An identifier stands there twice.
    """
    total = rows.count()
    if rows.select("report_id").distinct().count() != total:
        raise ValueError("two sightings carry one identifier; identifiers settle ties")
    placed = _placed(rows)

    def stated(name: str) -> Column:
        return sql.max(sql.when(~sql.isnan(name), sql.col(name)))

    def absurd(name: str, low: float, high: float) -> Column:
        known = ~sql.isnan(name)
        return sql.sum(
            sql.when(known & ((sql.col(name) < low) | (sql.col(name) > high)), 1).otherwise(0)
        )

    seen = placed.agg(
        sql.count("*").alias("n"),
        sql.min("t").alias("begin"),
        sql.max("t").alias("end"),
        stated("t_prec").alias("s"),
        stated("pos_prec").alias("m"),
        absurd("t_prec", *ABSURD_S).alias("absurd_s"),
        absurd("pos_prec", *ABSURD_M).alias("absurd_m"),
    ).first()
    degrees = {
        int(row["degree"]): int(row["count"])
        for row in placed.groupBy(sql.floor("lat").alias("degree")).count().toLocalIterator()
    }
    low, high = middle_degrees(degrees)
    if low != high:
        edge = placed.agg(
            sql.max(sql.when(sql.floor("lat") == low, sql.col("lat"))).alias("below"),
            sql.min(sql.when(sql.floor("lat") == high, sql.col("lat"))).alias("above"),
        ).first()
        low = int(np.floor((edge["below"] + edge["above"]) / 2))
    return Laid(
        total,
        seen["n"],
        int((seen["absurd_s"] or 0) + (seen["absurd_m"] or 0)),
        seen["begin"] or 0.0,
        seen["end"] or 0.0,
        frame(float(low), seen["s"] or 0.0, seen["m"] or 0.0, model),
    )


def tiling(archive: Laid, rows_per_tile: int = 250_000) -> Tiling:
    """Tiles of about so many sightings, long enough that halos stay the smaller part."""
    parts = max(1, round(archive.placed / rows_per_tile))
    span = max(archive.end - archive.begin, 1.0)
    shortest = 4.0 * max(archive.around.pair_s, archive.around.crowd_s)
    return Tiling(max(span / parts, shortest), 1e9, max(2, parts))


def fuse_on_spark(rows: DataFrame, model: SightingModel, archive: Laid, tiles: Tiling) -> Done:
    """Decide which sightings are of one event.

    Args:
        rows: As `read_sightings` gives them.
        model: What was learnt beforehand.
        archive: From `survey`.
        tiles: From `tiling`; how an archive is cut changes nothing in what is found.
    """
    around = archive.around
    east = sql.col("lon") * float(_METRES_PER_DEGREE * np.cos(np.radians(around.latitude)))
    whole = _placed(rows).withColumns(
        {
            "slab": sql.floor(sql.col("t") / tiles.seconds).cast("long"),
            "band": sql.floor(east / tiles.metres).cast("long"),
        }
    )
    crowded = (
        _with_halo(whole, east, tiles, around.crowd_s, around.crowd_m)
        .applyInArrow(_crowd_stage(model, around.latitude), _CROWDED)
        .persist(StorageLevel.DISK_ONLY)
    )
    found = (
        _with_halo(crowded, east, tiles, around.pair_s, around.pair_m)
        .applyInArrow(_pair_stage(model, around.latitude), _EDGES)
        .persist(StorageLevel.DISK_ONLY)
    )
    tied = found.where("one is not null")
    cut = found.agg(sql.sum("cut").alias("cut")).first()["cut"]
    ends = (
        tied.select(sql.col("one").alias("report_id"), "root")
        .union(tied.select(sql.col("other").alias("report_id"), "root"))
        .distinct()
    )
    names, across = _components(ends)
    part = sql.pmod(sql.xxhash64("component"), sql.lit(tiles.buckets)).alias("part")
    members = (
        ends.join(sql.broadcast(names), "root", "left")
        .select("report_id", sql.coalesce("component", "root").alias("component"))
        .distinct()
    )
    sightings = crowded.join(members, "report_id").select(crowded["*"], part)
    ties = (
        tied.join(sql.broadcast(names), "root", "left")
        .withColumn("component", sql.coalesce("component", "root"))
        .select("one", "other", "nats", part)
    )
    merged = (
        sightings.groupBy("part")
        .cogroup(ties.groupBy("part"))
        .applyInArrow(_merge_stage(model, around.latitude), _DONE)
    )
    alone = rows.join(members, "report_id", "left_anti").select(
        "report_id", sql.col("report_id").alias("incident"), sql.lit(1.0).alias("probability")
    )
    return Done(
        merged.union(alone), tied.select("one", "other", "nats"), archive, int(cut or 0), across
    )


def _with_halo(rows: DataFrame, east: Column, tiles: Tiling, seconds: float, metres: float) -> Any:
    """Each sighting in every tile that it can touch, grouped by tile."""

    def reached(at: Column, reach: float, side: float) -> Column:
        return sql.explode(
            sql.sequence(
                sql.floor((at - reach) / side).cast("long"),
                sql.floor((at + reach) / side).cast("long"),
            )
        )

    return (
        rows.withColumn("in_slab", reached(sql.col("t"), seconds, tiles.seconds))
        .withColumn("in_band", reached(east, metres, tiles.metres))
        .groupBy("in_slab", "in_band")
    )


def _column(table: pa.Table, name: str) -> NDArray[Any]:
    # a copy: Arrow's own memory cannot be written, and the kernels merge in place
    return np.array(table.column(name).to_numpy())


def _sightings(table: pa.Table) -> Sightings:
    return Sightings(
        id=_column(table, "report_id"),
        t=_column(table, "t"),
        longitude=_column(table, "lon"),
        latitude=_column(table, "lat"),
        precision_s=_column(table, "t_prec"),
        precision_m=_column(table, "pos_prec"),
        source=_column(table, "source"),
        kind=_column(table, "kind"),
        type=_column(table, "etype"),
        count=_column(table, "count"),
    )


def _own(table: pa.Table, key: tuple[Any, ...]) -> NDArray[np.bool_]:
    """Which sightings of a tile lie in it, and not in its halo."""
    slab, band = (value.as_py() for value in key)
    return np.asarray((_column(table, "slab") == slab) & (_column(table, "band") == band))


Stage = Callable[[tuple[Any, ...], pa.Table], pa.Table]


def _crowd_stage(model: SightingModel, latitude: float) -> Stage:
    """Local density of a tile's own sightings."""

    def stage(key: tuple[Any, ...], table: pa.Table) -> pa.Table:
        own = _own(table, key)
        crowd = crowds(_sightings(table), model, latitude)
        kept = table.select([column.split()[0] for column in _PLACED.split(", ")]).filter(
            pa.array(own)
        )
        return kept.append_column("crowd", pa.array(crowd[own]))

    return stage


def _pair_stage(model: SightingModel, latitude: float) -> Stage:
    """Pairs whose smaller identifier is a tile's own, with the smallest identifier each is tied to here."""

    def stage(key: tuple[Any, ...], table: pa.Table) -> pa.Table:
        table = table.sort_by("report_id")
        seen, own = _sightings(table), _own(table, key)
        pairs, nats, cut = edges(seen, _column(table, "crowd"), model, latitude)
        rows = np.searchsorted(seen.id, pairs)
        mine = own[rows[:, 0]]
        rows, nats = rows[mine], nats[mine]
        root = kernels.roots(len(seen.id), rows)
        columns = (seen.id[rows[:, 0]], seen.id[rows[:, 1]], nats, seen.id[root[rows[:, 0]]])
        laid = [
            pa.concat_arrays([pa.array(column), pa.nulls(1, pa.array(column).type)])
            for column in columns
        ]
        counts = np.zeros(len(nats) + 1, dtype=np.int64)
        counts[-1] = cut
        return pa.table(
            [*laid, pa.array(counts)], names=[name.split()[0] for name in _EDGES.split(", ")]
        )

    return stage


def _merge_stage(model: SightingModel, latitude: float) -> Callable[[pa.Table, pa.Table], pa.Table]:
    """Incidents of whole components."""

    def stage(sightings: pa.Table, ties: pa.Table) -> pa.Table:
        sightings = sightings.sort_by("report_id")
        seen = _sightings(sightings)
        pairs = np.column_stack([_column(ties, "one"), _column(ties, "other")])
        incident, probability = joined(
            seen, _column(sightings, "crowd"), pairs, _column(ties, "nats"), model, latitude
        )
        return pa.table(
            [seen.id, incident, probability], names=["report_id", "incident", "probability"]
        )

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
    pairs = np.column_stack([_column(links, "low"), _column(links, "root")]).astype(np.int64)
    names, rows = np.unique(pairs, return_inverse=True)
    root = kernels.roots(len(names), rows.reshape(pairs.shape).astype(np.int64))
    table = pa.table([names, names[root]], names=["root", "component"])
    spark = ends.sparkSession
    return spark.createDataFrame(
        table.cast(pa.schema([("root", pa.int64()), ("component", pa.int64())]))
    ), len(pairs)
