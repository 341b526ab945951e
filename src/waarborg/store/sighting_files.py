"""Files of sightings, of any size, in bounded memory: sorted by time on disk, read slab by slab.

Rules this module keeps:
1. Every problem of a file is told at once, with the column and the first row that has it.
2. Sorting, and the last ordering of the result, spill to disk: memory does not follow the archive.
3. The result is written whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from waarborg.base.problems import Problem, ProblemsFound
from waarborg.incidents.sighting_slabs import Frame, Sealed, Slab, frame, middle_degrees
from waarborg.incidents.sightings import SightingModel, Sightings

WHOLE = ("report_id", "source", "kind", "etype")
BROKEN = ("t", "t_prec", "lat", "lon", "pos_prec", "count")
COLUMNS = (
    "report_id", "source", "kind", "t", "t_prec", "lat", "lon", "pos_prec", "etype", "count",
)  # fmt: skip
"""Columns a file of sightings has to hold; `waarborg.incidents.sightings` says what they mean."""

_PLACED = "isfinite(t) AND isfinite(lat) AND isfinite(lon)"
_MEMORY = "1GB"


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of a file before it is fused.

    Attributes:
        rows: Sightings in all.
        placed: Those with a place and a time.
        around: How far they reach.
    """

    rows: int
    placed: int
    around: Frame


@dataclass(frozen=True, slots=True)
class Written:
    """What was written.

    Attributes:
        rows: Lines, without the header.
        incidents: Different incidents among them.
    """

    rows: int
    incidents: int


class SightingFile:
    """An open file of sightings, with room beside it for what does not fit into memory."""

    def __init__(self, path: Path, work: Path, database: duckdb.DuckDBPyConnection) -> None:
        self.path = path
        self.work = work
        self._database = database

    def survey(self, model: SightingModel) -> Survey:
        """Check every row and measure how far the sightings reach.

        Raises:
            ProblemsFound: Columns are missing, cells are no numbers, or identifiers stand there twice.
        """
        _refuse(_unreadable(self._database, str(self.path)))
        _refuse(_odd(self._database, str(self.path), model))
        rows, placed, seconds, metres = self._one(
            f"SELECT count(*), count(*) FILTER ({_PLACED}),"  # noqa: S608  # names of this file, numbers, a quoted path
            f" max(t_prec) FILTER ({_PLACED} AND NOT isnan(t_prec)),"
            f" max(pos_prec) FILTER ({_PLACED} AND NOT isnan(pos_prec)) FROM seen"
        )
        return Survey(rows, placed, frame(self._middle(), seconds or 0.0, metres or 0.0, model))

    def _one(self, query: str) -> tuple[int, ...]:
        found: tuple[int, ...] = self._database.execute(query).fetchall()[0]
        return found

    def _middle(self) -> float:
        """The latitude that `sightings.middle` gives, without holding all of them."""
        degrees = self._database.execute(
            f"SELECT CAST(floor(lat) AS BIGINT), count(*) FROM seen WHERE {_PLACED} GROUP BY 1"  # noqa: S608  # names of this file, numbers, a quoted path
        ).fetchall()
        low, high = middle_degrees(dict(degrees))
        if low == high:
            return float(low)
        below, above = self._one(
            f"SELECT max(lat) FILTER (floor(lat) = {low}), min(lat) FILTER (floor(lat) = {high})"  # noqa: S608  # names of this file, numbers, a quoted path
            f" FROM seen WHERE {_PLACED}"
        )
        return float(np.floor((below + above) / 2))

    def slabs(self, rows: int) -> Iterator[Slab]:
        """The sightings that have a place and a time, by time.

        Args:
            rows: Sightings a slab holds at most.
        """
        sorted_file = self.work / "by-time.parquet"
        self._database.execute(
            f"COPY (SELECT {', '.join(COLUMNS)} FROM seen WHERE {_PLACED} ORDER BY t, report_id)"  # noqa: S608  # names of this file, numbers, a quoted path
            f" TO '{_quoted(sorted_file)}' (FORMAT parquet, ROW_GROUP_SIZE 100000)"
        )
        with pq.ParquetFile(sorted_file) as file:
            left = file.metadata.num_rows
            for batch in file.iter_batches(batch_size=rows):
                left -= batch.num_rows
                seen = _sightings(batch)
                yield Slab(seen, float(seen.t[-1]) if left else float("inf"))

    def write(self, sealed: Iterable[Sealed], out: Path) -> Written:
        """Write the lines of all sightings, by key: those that were sealed, and those without a place.

        Raises:
            OSError: The folder cannot be written; an old file then stands.
        """
        found = self.work / "found.parquet"
        shape = pa.schema(
            [("report_id", pa.int64()), ("incident", pa.int64()), ("probability", pa.float64())]
        )
        with pq.ParquetWriter(found, shape) as writer:
            for part in sealed:
                writer.write_table(
                    pa.table([part.id, part.incident, part.probability], schema=shape)
                )
        alone = f"SELECT report_id, report_id, 1.0 FROM seen WHERE NOT ({_PLACED})"  # noqa: S608  # names of this file, numbers, a quoted path
        return self._ordered(f"SELECT * FROM '{_quoted(found)}' UNION ALL {alone}", out)  # noqa: S608  # names of this file, numbers, a quoted path

    def write_found(self, folder: Path, out: Path) -> Written:
        """Write the lines of a folder of Parquet files, one row a sighting.

        Raises:
            OSError: The folder cannot be written; an old file then stands.
        """
        return self._ordered(f"SELECT * FROM '{_quoted(folder)}/*.parquet'", out)  # noqa: S608  # names of this file, numbers, a quoted path

    def _ordered(self, query: str, out: Path) -> Written:
        out.parent.mkdir(parents=True, exist_ok=True)
        draft = out.with_name(out.name + ".part")
        self._database.execute(f"CREATE VIEW found(report_id, incident, probability) AS {query}")
        try:
            self._database.execute(
                "COPY (SELECT report_id AS report_key, 'inc-' || incident AS incident_id,"  # noqa: S608  # names of this file, numbers, a quoted path
                " printf('%.4f', probability) AS probability FROM found ORDER BY report_id)"
                f" TO '{_quoted(draft)}' (FORMAT csv, HEADER)"
            )
            draft.replace(out)
        except duckdb.IOException as error:
            raise OSError(None, str(error), str(out)) from error
        finally:
            draft.unlink(missing_ok=True)
        return Written(
            *self._one("SELECT count(*), count(*) FILTER (report_id = incident) FROM found")
        )


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
            database.execute(f"SET temp_directory = '{_quoted(Path(folder))}'")
            database.execute("SET preserve_insertion_order = false")
            database.execute("SET enable_progress_bar = false")
            _view(database, path)
            yield SightingFile(path, Path(folder), database)
        finally:
            database.close()


def _view(database: duckdb.DuckDBPyConnection, path: Path) -> None:
    """The views `held`, as the file has it, and `seen`, as numbers."""
    try:
        held = (
            database.read_parquet(str(path))
            if path.suffix == ".parquet" or path.is_dir()
            else database.read_csv(str(path), header=True, all_varchar=True)
        )
    except duckdb.Error as error:
        raise ProblemsFound(
            [
                Problem(
                    str(path),
                    0,
                    "FUS-003",
                    "the file cannot be read",
                    "a Parquet file, or a CSV file in UTF-8 with a header",
                    str(error).splitlines()[0],
                    "correct the name, or export the file anew",
                )
            ]
        ) from error
    missing = [name for name in COLUMNS if name not in held.columns]
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
    held.create_view("held")
    whole = (f"TRY_CAST({name} AS BIGINT) AS {name}" for name in WHOLE[:3])
    broken = (
        f'coalesce(TRY_CAST("{name}" AS DOUBLE), \'nan\'::DOUBLE) AS "{name}"' for name in BROKEN
    )
    database.execute(
        f"CREATE VIEW seen AS SELECT {', '.join([*whole, *broken])},"  # noqa: S608  # names of this file, numbers, a quoted path
        " coalesce(TRY_CAST(etype AS BIGINT), -1) AS etype FROM held"
    )


def _unreadable(database: duckdb.DuckDBPyConnection, file: str) -> list[Problem]:
    """Cells that hold something that is no number; and empty ones where there has to be one."""
    problems = []
    for name in COLUMNS:
        kind = "BIGINT" if name in WHOLE else "DOUBLE"
        needed = f'OR "{name}" IS NULL' if name in WHOLE[:3] else ""
        bad, example, at = database.execute(
            f'SELECT count(*), any_value("{name}"), any_value(report_id) FROM held'  # noqa: S608  # names of this file, numbers, a quoted path
            f' WHERE ("{name}" IS NOT NULL AND TRY_CAST("{name}" AS {kind}) IS NULL) {needed}'
        ).fetchall()[0]
        if bad:
            problems.append(
                Problem(
                    file,
                    0,
                    "FUS-004",
                    f"the column {name} holds something that is no number in {bad:,} rows",
                    "a whole number"
                    if name in WHOLE
                    else "a number, or nothing where it is not known",
                    f"{example!r} in the row of report_id {at}",
                    "correct the cells",
                )
            )
    return problems


def _odd(database: duckdb.DuckDBPyConnection, file: str, model: SightingModel) -> list[Problem]:
    """Numbers that stand for nothing the model knows, and identifiers that stand there twice."""
    kinds, types = len(model.usual_m), model.said.shape[1]
    checks = (
        ("source", "source < 0", "0 or more", "number the sources from 0"),
        ("kind", f"kind NOT BETWEEN 0 AND {kinds - 1}", f"0 to {kinds - 1}",
         "give each source one of the model's kinds"),
        ("etype", f"etype NOT BETWEEN -1 AND {types - 1}", f"-1 (not said) to {types - 1}",
         "map the type to one of the model's types"),
    )  # fmt: skip
    problems = []
    for name, condition, expected, fix in checks:
        bad, example, at = database.execute(
            f"SELECT count(*), any_value({name}), any_value(report_id) FROM seen WHERE {condition}"  # noqa: S608  # names of this file, numbers, a quoted path
        ).fetchall()[0]
        if bad:
            problems.append(
                Problem(
                    file,
                    0,
                    "FUS-005",
                    f"the column {name} holds a number that stands for nothing in {bad:,} rows",
                    expected,
                    f"{example} in the row of report_id {at}",
                    fix,
                )
            )
    twice = database.execute(
        "SELECT report_id, count(*) FROM seen GROUP BY 1 HAVING count(*) > 1 ORDER BY 1 LIMIT 1"
    ).fetchall()
    if twice:
        problems.append(
            Problem(
                file,
                0,
                "FUS-006",
                "two sightings carry one identifier",
                "each report_id once, because identifiers settle ties",
                f"{twice[0][0]} stands there {twice[0][1]} times",
                "number the rows anew, or take the repeated rows out",
            )
        )
    return problems


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise ProblemsFound(problems)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _sightings(batch: pa.RecordBatch) -> Sightings:
    def column(name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.array(batch.column(name).to_numpy(zero_copy_only=False))

    def whole(name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array(batch.column(name).to_numpy(zero_copy_only=False))

    return Sightings(
        id=whole("report_id"),
        t=column("t"),
        longitude=column("lon"),
        latitude=column("lat"),
        precision_s=column("t_prec"),
        precision_m=column("pos_prec"),
        source=whole("source"),
        kind=whole("kind"),
        type=whole("etype"),
        count=column("count"),
    )
