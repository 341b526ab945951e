"""Files of sightings, of any size, in bounded memory: sorted by time on disk, read slab by slab.

Rules this module keeps:
1. A faulty row is refused by itself (`sighting_rows`); a file without the columns is refused as a whole.
2. Sorting, and the last ordering of the result, spill to disk: memory does not follow the archive.
3. The result is written whole or not at all.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from waarborg.base.problems import Problem, ProblemsFound
from waarborg.incidents.doubt import Doubt, Pictures, likely_types, pictures
from waarborg.incidents.sighting_columns import Flag, SightingModel, Sightings
from waarborg.incidents.sighting_slabs import Sealed, Slab
from waarborg.incidents.sightings import halo_s
from waarborg.store import sighting_rows
from waarborg.store.sighting_episodes import tie_episodes
from waarborg.store.sighting_parts import parts, quoted
from waarborg.store.sighting_rows import BROKEN, NEEDED, NONE_REFUSED, Refused

COLUMNS = (
    "report_id", "source", "kind", "t", "t_prec", "lat", "lon", "pos_prec", "etype", "count",
)  # fmt: skip
"""Columns a file of sightings has to hold; `waarborg.incidents.sightings` says what they mean."""

ARRIVED = "t_arrive"
"""When a sighting came in, where the file has it."""

_MEMORY = "1GB"
_SOME = 1000
FOUND = pa.schema(
    [
        ("report_id", pa.int64()),
        ("incident", pa.int64()),
        ("probability", pa.float64()),
        ("flags", pa.int64()),
    ]
)
"""What fusion found of each sighting, before it becomes a line."""


PICTURED = pa.schema(
    [
        ("incident", pa.int64()),
        ("sightings", pa.int64()),
        ("witnesses", pa.int64()),
        *((name, pa.float64()) for name in (
            "probability", "longitude", "latitude", "radius_m", "t", "t_low", "t_high", "count",
            "count_low", "count_high",
        )),
        ("types", pa.string()),
        ("unknown", pa.string()),
        ("force", pa.bool_()),
    ]
)  # fmt: skip
"""What is held of each incident, before it becomes a line."""

_SHOWN = (
    "'inc-' || incident AS incident_id", "'epi-' || episode AS episode_id", "sightings", "witnesses",
    "round(probability, 4) AS probability",
    *(f"round({name}, 6) AS {name}" for name in ("longitude", "latitude")),
    "round(radius_m)::BIGINT AS radius_90_m", "round(t, 3) AS t", "round(t_low, 3) AS t_low_90",
    "round(t_high, 3) AS t_high_90", "types", 'round("count")::BIGINT AS "count"',
    "round(count_low)::BIGINT AS count_low_90", "round(count_high)::BIGINT AS count_high_90", "unknown",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """What was written.

    Attributes:
        rows: Lines, without the header.
        incidents: Different incidents among them.
        flagged: How many sightings bear each of `sighting_columns.Flag`.
        flooded: Incidents that hold sightings of a flood: dealt into lots, they are no count of events.
    """

    rows: int
    incidents: int
    flagged: dict[Flag, int]
    flooded: int = 0


class SightingFile:
    """An open file of sightings, with room beside it for what does not fit into memory."""

    def __init__(self, path: Path, work: Path, database: duckdb.DuckDBPyConnection) -> None:
        self.name = path
        """What the file is called."""
        self.path = path
        """Where the rows lie: the file itself, or a copy of its sound rows."""
        self.work = work
        self._database = database

    def check(self, model: SightingModel) -> Refused:
        """Look through every row and leave out the faulty ones; call it before anything else.

        Raises:
            ProblemsFound: The file has rows, and none of them can be used.
        """
        refused = _taken(self._database, self.path, self.work, model)
        if refused.rows:
            self.path = self.work / "sound.parquet"
            if not self._one("SELECT count(*) FROM held")[0]:
                raise ProblemsFound(refused.problems)
        return refused

    def halo_s(self, model: SightingModel) -> float:
        """How far around a stretch of time sightings reach, in seconds."""
        (longest,) = self._one("SELECT max(t_prec) FILTER (isfinite(t_prec)) FROM seen")
        return halo_s(model, longest or 0.0)

    def _one(self, query: str) -> tuple[int, ...]:
        found: tuple[int, ...] = self._database.execute(query).fetchall()[0]
        return found

    def known(self, names: Iterable[int]) -> frozenset[int]:
        """Which of some identifiers the file holds."""
        wanted = pa.table({"name": pa.array(sorted(names), type=pa.int64())})
        self._database.register("wanted", wanted)
        found = self._database.execute(
            "SELECT name FROM wanted SEMI JOIN seen ON seen.report_id = wanted.name"
        ).fetchall()
        self._database.unregister("wanted")
        return frozenset(row[0] for row in found)

    def incidents_of(self, names: Iterable[int]) -> dict[int, int]:
        """The incident of each of some sightings, once the result is written."""
        wanted = pa.table({"name": pa.array(sorted(names), type=pa.int64())})
        self._database.register("wanted", wanted)
        found = self._database.execute(
            "SELECT name, incident FROM wanted JOIN found ON found.report_id = wanted.name"
        ).fetchall()
        self._database.unregister("wanted")
        return dict(found)

    def loudest(self) -> tuple[int, int] | None:
        """The source that gave more than half of a file of some size, and how many sightings."""
        rows, sources = self._one("SELECT count(*), count(DISTINCT source) FROM seen")
        source, told = self._one(
            "SELECT coalesce(any_value(source), 0), coalesce(max(n), 0) FROM"
            " (SELECT source, count(*) AS n FROM seen GROUP BY 1 ORDER BY n DESC, source LIMIT 1)"
        )
        return (source, told) if rows >= _SOME and sources > 1 and 2 * told > rows else None

    def write_refused(self, out: Path) -> None:
        """Write every fault of the rows that were not taken, by line.

        Raises:
            OSError: The folder cannot be written; an old file then stands.
        """
        names = ("line", "code", "message", "expected", "found", "fix")
        there = self._one("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'faults'")[0]
        nothing = "SELECT " + ", ".join(f"'' AS \"{name}\"" for name in names) + " WHERE false"
        faults = (
            'SELECT line_no AS "line", * EXCLUDE line_no FROM faults ORDER BY "line", code, message'
        )
        self._copy(faults if there else nothing, out)

    def write_flags(self, out: Path) -> None:
        """Write `report_key,flag` for everything that was odd, by key, once the result is written.

        Raises:
            OSError: The folder cannot be written; an old file then stands.
        """
        names = " UNION ALL ".join(
            f"SELECT report_id AS report_key, '{flag_name(flag)}' AS flag, {at} AS place FROM found"  # noqa: S608  # names of this file, numbers
            f" WHERE (flags & {int(flag)}) != 0"
            for at, flag in enumerate(Flag)
        )
        self._copy(f"SELECT report_key, flag FROM ({names}) ORDER BY report_key, place", out)  # noqa: S608  # as above

    def _copy(self, query: str, out: Path) -> None:
        """Write the rows of a query as CSV, whole or not at all."""
        out.parent.mkdir(parents=True, exist_ok=True)
        draft = out.with_name(out.name + ".part")
        try:
            self._database.execute(f"COPY ({query}) TO '{quoted(draft)}' (FORMAT csv, HEADER)")
            draft.replace(out)
        except duckdb.IOException as error:
            raise OSError(None, str(error), str(out)) from error
        finally:
            draft.unlink(missing_ok=True)

    def slabs(self, rows: int) -> Iterator[Slab]:
        """All sightings, by time.

        Args:
            rows: Sightings a slab holds at most.
        """
        ordered = self.work / "by-time.parquet"
        self._database.execute(
            f"COPY (SELECT * FROM seen ORDER BY t, report_id) TO '{quoted(ordered)}'"  # noqa: S608  # names of this file, numbers, a quoted path
            " (FORMAT parquet, ROW_GROUP_SIZE 100000)"
        )
        with pq.ParquetFile(ordered) as file:
            left = file.metadata.num_rows
            for part in parts(file, rows):
                left -= part.num_rows
                seen = sightings(part)
                # what is infinite or unknown comes last
                ends = left and math.isfinite(seen.t[-1])
                yield Slab(seen, float(seen.t[-1]) if ends else math.inf)

    def rows(self) -> int:
        """How many rows were taken."""
        return self._one("SELECT count(*) FROM seen")[0]

    def stretch(self, low: float, high: float, names: Iterable[int] = ()) -> Sightings:
        """All sightings between two moments, and some others by identifier.

        Args:
            low: On the clock of the file; with `high` infinite, sightings without a time are there too.
            high: See `low`.
            names: Others that are wanted, whatever their time.
        """
        wanted = pa.table({"name": pa.array(sorted(names), type=pa.int64())})
        self._database.register("wanted", wanted)
        query = "SELECT * FROM seen WHERE t BETWEEN $low AND $high OR report_id IN (SELECT name FROM wanted)"
        if math.isinf(low) and math.isinf(high):
            query = "SELECT * FROM seen"
        held = self._database.sql(
            query, params={"low": low, "high": high} if "$" in query else None
        )
        found = sightings(held.to_arrow_table())
        self._database.unregister("wanted")
        return found

    def moments(self, names: Iterable[int]) -> dict[int, float]:
        """The time of each of some sightings; those that are not in the file are left out."""
        wanted = pa.table({"name": pa.array(sorted(names), type=pa.int64())})
        self._database.register("wanted", wanted)
        found = self._database.execute(
            "SELECT name, t FROM wanted JOIN seen ON seen.report_id = wanted.name"
        ).fetchall()
        self._database.unregister("wanted")
        return dict(found)

    def least_certain(self, most: int) -> tuple[list[int], int, int]:
        """The incidents of several sightings with the smallest chance, once `hold` or `keep` was called.

        Incidents that hold sightings of a flood are dealt into lots and no events: they are left out.

        Args:
            most: How many are wanted.

        Returns:
            Those, the least certain first; how many there are; and how many lie in floods.
        """
        found = self._database.execute(
            "SELECT incident FROM found GROUP BY 1 HAVING count(*) > 1"  # noqa: S608  # numbers
            f" AND bit_or(flags) & {int(Flag.FLOOD)} = 0 ORDER BY min(probability), 1 LIMIT {most}"
        ).fetchall()
        many, flooded = self._one(
            "SELECT count(*) FILTER (NOT odd), count(*) FILTER (odd) FROM"  # noqa: S608  # a number
            f" (SELECT bit_or(flags) & {int(Flag.FLOOD)} != 0 AS odd FROM found GROUP BY incident"
            " HAVING count(*) > 1)"
        )
        return [row[0] for row in found], many, flooded

    def hold(self, sealed: Iterable[Sealed]) -> None:
        """Keep what was found beside the file, so that it can be written and asked for."""
        found = self.work / "found.parquet"
        with pq.ParquetWriter(found, FOUND) as writer:
            for part in sealed:
                columns = [part.id, part.incident, part.probability, part.flags.astype(np.int64)]
                writer.write_table(pa.table(columns, schema=FOUND))
        self.keep(found)

    def keep(self, found: Path) -> None:
        """Take what was found from a file, or a folder of files, with the columns of `FOUND`."""
        parts = f"{found}/*.parquet" if found.is_dir() else str(found)
        self._database.read_parquet(parts).create_view("found")

    def write(self, out: Path) -> Written:
        """Write a line for each sighting, by key, once `hold` or `keep` was called.

        Raises:
            OSError: The folder cannot be written; an old file then stands.
        """
        self._copy(
            "SELECT report_id AS report_key, 'inc-' || incident AS incident_id,"
            " printf('%.4f', probability) AS probability FROM found ORDER BY report_id",
            out,
        )
        counts = (f"count(*) FILTER ((flags & {int(flag)}) != 0)" for flag in Flag)
        rows, incidents, flooded, *flagged = self._one(
            "SELECT count(*), count(*) FILTER (report_id = incident),"  # noqa: S608  # names of this file, numbers, a quoted path
            f" count(DISTINCT incident) FILTER ((flags & {int(Flag.FLOOD)}) != 0),"
            f" {', '.join(counts)} FROM found"
        )
        return Written(rows, incidents, dict(zip(Flag, flagged, strict=True)), flooded)

    def write_pictures(
        self, out: Path, model: SightingModel, doubt: Doubt, rows: int = 1_000_000
    ) -> int:
        """Write what is held of each incident, with its bounds and its episode; call `hold` or `keep` first.

        Args:
            out: A CSV file, or JSON lines where its name ends with .jsonl.
            model: What was learnt about kinds of sources.
            doubt: What was learnt about how far off incidents are.
            rows: Sightings in memory at a time.

        Returns:
            Lines, without a header.

        Raises:
            OSError: The folder cannot be written; an old file then stands.
        """
        ordered, pictured = self.work / "by-incident.parquet", self.work / "pictured.parquet"
        self._database.execute(
            "COPY (SELECT seen.*, found.incident, found.probability FROM seen"  # noqa: S608  # names of this file, numbers, a quoted path
            " JOIN found USING (report_id) ORDER BY found.incident, report_id)"
            f" TO '{quoted(ordered)}' (FORMAT parquet, ROW_GROUP_SIZE 100000)"
        )
        with pq.ParquetFile(ordered) as file, pq.ParquetWriter(pictured, PICTURED) as writer:
            for part in _whole(parts(file, rows)):
                incident, probability = (
                    part.column(name).to_numpy() for name in ("incident", "probability")
                )
                held = pictures(sightings(part), incident, probability, model, doubt)
                writer.write_table(_pictured(held, doubt))
        tied = tie_episodes(self._database, pictured, self.work, rows)
        json = out.suffix == ".jsonl"
        draft = out.with_name(out.name + ".part")
        try:
            self._database.execute(
                f"COPY (SELECT {', '.join(_SHOWN)} FROM read_parquet('{quoted(pictured)}') AS held"  # noqa: S608  # names of this file, numbers, quoted paths
                f" LEFT JOIN read_parquet('{quoted(tied)}') AS tied USING (incident) ORDER BY incident) TO '{quoted(draft)}' ({'FORMAT json' if json else 'FORMAT csv, HEADER'})"
            )
            draft.replace(out)
        except duckdb.IOException as error:
            raise OSError(None, str(error), str(out)) from error
        finally:
            draft.unlink(missing_ok=True)
        (lines,) = self._one(f"SELECT count(*) FROM read_parquet('{quoted(pictured)}')")  # noqa: S608  # a quoted path
        return lines


@contextmanager
def open_sightings(path: Path, beside: Path, memory: str = _MEMORY) -> Iterator[SightingFile]:
    """Open a file of sightings, Parquet or CSV.

    Args:
        path: The file.
        beside: A folder in which a temporary one may be made; it is gone afterwards.
        memory: What sorting may hold; the rest spills to the temporary folder.

    Raises:
        ProblemsFound: The file cannot be read, or lacks columns.
    """
    beside.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".waarborg-", dir=beside) as folder:
        database = duckdb.connect()
        try:
            database.execute(f"SET memory_limit = '{memory}'")
            database.execute(f"SET temp_directory = '{quoted(Path(folder))}'")
            database.execute("SET preserve_insertion_order = false")
            database.execute("SET enable_progress_bar = false")
            yield SightingFile(path, Path(folder), database)
        finally:
            database.close()


def _taken(
    database: duckdb.DuckDBPyConnection, path: Path, work: Path, model: SightingModel
) -> Refused:
    """Make the views `held`, with the rows that can be used as the file has them, and `seen`, as numbers."""
    try:
        columns = _view(database, path)
        refused = (
            NONE_REFUSED
            if sighting_rows.sound(database, model)
            else sighting_rows.sort_out(database, path, work, model)
        )
    except duckdb.Error as error:
        # a line that is no row spoils the reading of a whole CSV file
        if path.suffix == ".parquet" or not path.is_file():
            raise ProblemsFound([_unreadable(path, error)]) from error
        columns = _header(path)
        _refuse_lacking(path, columns)
        refused = sighting_rows.sort_out(database, path, work, model)
    whole = (f"TRY_CAST({name} AS BIGINT) AS {name}" for name in NEEDED)
    arrived = [ARRIVED] if ARRIVED in columns else []
    broken = (
        f'coalesce(TRY_CAST("{name}" AS DOUBLE), \'nan\'::DOUBLE) AS "{name}"'
        for name in (*BROKEN, *arrived)
    )
    database.execute(
        f"CREATE VIEW seen AS SELECT {', '.join([*whole, *broken])},"  # noqa: S608  # names of this file, numbers, a quoted path
        " coalesce(TRY_CAST(etype AS BIGINT), -1) AS etype FROM held"
    )
    return refused


def _view(database: duckdb.DuckDBPyConnection, path: Path) -> Sequence[str]:
    """The view `held`, as the file has it; gives its columns."""
    parquet = path.suffix == ".parquet" or path.is_dir()
    held = (
        database.read_parquet(str(path))
        if parquet
        else database.read_csv(str(path), header=True, all_varchar=True)
    )
    # a CSV file whose lines differ is taken for one column: what its first line says counts
    columns = held.columns if parquet else _header(path)
    _refuse_lacking(path, columns)
    held.create_view("held")
    return columns


def _header(path: Path) -> Sequence[str]:
    """The columns that the first line of a CSV file names."""
    with sighting_rows.opened(path) as file:
        return sighting_rows.header(file)[0]


def _refuse_lacking(path: Path, columns: Sequence[str]) -> None:
    """Refuse a file that lacks columns.

    Raises:
        ProblemsFound: It does (FUS-002).
    """
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        raise ProblemsFound(
            [
                Problem(
                    str(path),
                    1,
                    "FUS-002",
                    "columns are missing",
                    ", ".join(COLUMNS),
                    "no " + ", ".join(missing),
                    "write the file with all columns; a value that is not known stays empty",
                )
            ]
        )


def _unreadable(path: Path, error: duckdb.Error) -> Problem:
    return Problem(
        str(path), 0, "FUS-003", "the file cannot be read",
        "a Parquet file, or a CSV file in UTF-8 with a header", str(error).splitlines()[0],
        "correct the name, or export the file anew",
    )  # fmt: skip


def flag_name(flag: Flag) -> str:
    """How a flag is called in files."""
    return str(flag.name).lower()


def _whole(parts: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The same rows, sorted by incident, cut so that no incident lies in two parts."""
    left: pa.Table | None = None
    for part in parts:
        held = part if left is None else pa.concat_tables([left, part])
        incident = held.column("incident").to_numpy()
        begins = int(np.searchsorted(incident, incident[-1]))
        if begins:
            yield held.slice(0, begins)
        left = held.slice(begins)
    if left is not None:
        yield left


_UNKNOWN = (
    ("longitude", "no place and time that can be used"),
    ("types", "no sighting says what it was"),
    ("count", "no sighting says how many"),
)


def _pictured(held: Pictures, doubt: Doubt) -> pa.Table:
    """Pictures as a table; what is not known is empty, with the reason in the last column."""
    names = tuple(doubt.types[leaf] for leaf in doubt.leaves)
    types = [
        " ".join(f"{name}:{chance:.2f}" for name, chance in likely_types(chances, names)) or None
        for chances in held.types
    ]
    gone = {
        name: np.isnan(held.types[:, 0] if name == "types" else getattr(held, name))
        for name, _ in _UNKNOWN
    }
    reasons = [
        "; ".join(why for (_, why), away in zip(_UNKNOWN, row, strict=True) if away) or None
        for row in zip(*gone.values(), strict=True)
    ]
    columns = [
        pa.array(getattr(held, field.name), type=field.type, from_pandas=True)
        for field in list(PICTURED)[:-3]
    ]
    told = [pa.array(types, pa.string()), pa.array(reasons, pa.string())]
    return pa.table([*columns, *told, pa.array(doubt.of_force(held.types))], schema=PICTURED)


def sightings(table: pa.RecordBatch | pa.Table) -> Sightings:
    """The columns of a table as the kernels take them."""

    def column(name: str) -> NDArray[Any]:
        # a copy: Arrow's own memory cannot be written
        held = table.column(name)
        whole = held.combine_chunks() if isinstance(held, pa.ChunkedArray) else held
        return np.array(whole.to_numpy(zero_copy_only=False))

    return Sightings(
        id=column("report_id"),
        t=column("t"),
        longitude=column("lon"),
        latitude=column("lat"),
        precision_s=column("t_prec"),
        precision_m=column("pos_prec"),
        source=column("source"),
        kind=column("kind"),
        type=column("etype"),
        count=column("count"),
        received=column(ARRIVED) if ARRIVED in table.schema.names else None,
    )
