"""The rows of a file of sightings that cannot be fused, each refused with its reason; the others are taken.

Rules this module keeps:
1. A faulty row is refused by itself: line, column, what was expected, what was found.
2. Of two rows under one identifier that say different things neither can be told to be right: both are
   refused. A row that stands there twice is taken once.
3. A sound file is looked through once and copied nowhere.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import duckdb

from waarborg.base.problems import Problem
from waarborg.incidents.sighting_columns import SightingModel

NEEDED = ("report_id", "source", "kind")
"""Columns in which every row holds a whole number."""
WHOLE = (*NEEDED, "etype")
"""Columns of whole numbers."""
BROKEN = ("t", "t_prec", "lat", "lon", "pos_prec", "count")
"""Columns of numbers that may have a fraction."""

LISTED = 1000
"""Faults that are told one by one; a file of all of them can be asked for."""

_LINE = "line_no"
_LONGEST = 65_536
_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Refused:
    """Rows that were not taken.

    Attributes:
        rows: How many.
        problems: Their faults by line, the first `LISTED` of them and, where there are more, how many.
    """

    rows: int = 0
    problems: tuple[Problem, ...] = ()


NONE_REFUSED = Refused()


@dataclass(frozen=True, slots=True)
class _Check:
    """Something a cell has to be.

    Attributes:
        column: Which.
        code: Of the problem.
        condition: SQL that holds of a faulty row.
        message: What is wrong.
        expected: What would be right.
        fix: How to mend it.
    """

    column: str
    code: str
    condition: str
    message: str
    expected: str
    fix: str


def _checks(model: SightingModel) -> tuple[_Check, ...]:
    """What is asked of each row."""
    found = []
    for name in (*WHOLE, *BROKEN):
        faulty = f'"{name}" IS NOT NULL AND TRY_CAST("{name}" AS DOUBLE) IS NULL'
        if name in WHOLE:
            # a cast to a whole number rounds: what has a fraction names nothing
            faulty = (
                f'"{name}" IS NOT NULL AND (TRY_CAST("{name}" AS BIGINT) IS NULL'
                f' OR TRY_CAST("{name}" AS BIGINT)::DOUBLE != TRY_CAST("{name}" AS DOUBLE))'
            )
        if name in NEEDED:
            faulty = f'"{name}" IS NULL OR ({faulty})'
        kind = "a whole number" if name in WHOLE else "a number"
        expected = kind if name in NEEDED else f"{kind}, or nothing where it is not known"
        found.append(
            _Check(
                name, "FUS-004", faulty, f"the column {name} holds no number that can be used",
                expected, "correct the cell",
            )
        )  # fmt: skip
    kinds, types = len(model.usual_m), model.said.shape[1]
    for name, low, high, expected, fix in (
        ("source", 0, None, "0 or more", "number the sources from 0"),
        ("kind", 0, kinds - 1, f"0 to {kinds - 1}", "give each source one of the model's kinds"),
        ("etype", -1, types - 1, f"-1 (not said) to {types - 1}",
         "map the type to one of the model's types"),
    ):  # fmt: skip
        cell = f'TRY_CAST("{name}" AS BIGINT)'
        outside = f"{cell} < {low}" + (f" OR {cell} > {high}" if high is not None else "")
        found.append(
            _Check(
                name, "FUS-005", outside,
                f"the column {name} holds a number that stands for nothing", expected, fix,
            )
        )  # fmt: skip
    return tuple(found)


def sound(database: duckdb.DuckDBPyConnection, model: SightingModel) -> bool:
    """Whether every row of the view `held` can be taken, and no identifier stands there twice."""
    faulty = " OR ".join(f"({check.condition})" for check in _checks(model))
    (rows, distinct, faults), *_ = database.execute(
        f"SELECT count(*), count(DISTINCT TRY_CAST(report_id AS BIGINT)), count(*) FILTER ({faulty}) FROM held"  # noqa: S608  # names of this file, numbers
    ).fetchall()
    return bool(rows == distinct and not faults)


def sort_out(
    database: duckdb.DuckDBPyConnection, path: Path, work: Path, model: SightingModel
) -> Refused:
    """Take the sound rows of a file into the view `held`, and the faults of the others into `faults`.

    Args:
        database: Whose views these are.
        path: The file: Parquet or CSV, with a header that has all columns.
        work: A folder for what is copied.
        model: What the numbers have to stand for.
    """
    parquet = path.suffix == ".parquet" or path.is_dir()
    database.execute(
        f"CREATE TABLE faults ({_LINE} BIGINT, code VARCHAR, message VARCHAR, expected VARCHAR,"
        " found VARCHAR, fix VARCHAR)"
    )
    if parquet:
        # rows keep their order, so that a number leads back to one
        database.execute("SET preserve_insertion_order = true")
        numbered = f"SELECT row_number() OVER () AS {_LINE}, * FROM held"  # noqa: S608  # a name of this file
    else:
        copy = work / "numbered.csv"
        shapeless, delimiter = _numbered(path, copy)
        if shapeless:
            database.executemany("INSERT INTO faults VALUES (?, ?, ?, ?, ?, ?)", shapeless)
        numbered = (
            f"SELECT * FROM read_csv('{_quoted(copy)}', header = true, all_varchar = true,"  # noqa: S608  # a quoted path
            f" delim = '{delimiter}', quote = '\"', escape = '\"')"
        )
    whole = work / "numbered.parquet"
    database.execute(f"COPY ({numbered}) TO '{_quoted(whole)}' (FORMAT parquet)")
    database.execute("SET preserve_insertion_order = false")
    database.execute(
        f"CREATE VIEW numbered AS SELECT * FROM read_parquet('{_quoted(whole)}')"  # noqa: S608  # a quoted path
    )
    for check in _checks(model):
        database.execute(
            f"INSERT INTO faults SELECT {_LINE}, ?, ?, ?, coalesce('''' || \"{check.column}\" || '''', 'nothing')"  # noqa: S608  # names of this file
            " || ' in the row of report_id ' || coalesce(report_id::VARCHAR, '(none)'), ?"
            f" FROM numbered WHERE {check.condition}",
            [check.code, check.message, check.expected, check.fix],
        )
    _twice(database)
    kept = work / "sound.parquet"
    database.execute(
        f"COPY (SELECT * EXCLUDE {_LINE} FROM numbered ANTI JOIN faults USING ({_LINE}))"  # noqa: S608  # a name of this file
        f" TO '{_quoted(kept)}' (FORMAT parquet)"
    )
    database.execute(
        f"CREATE OR REPLACE VIEW held AS SELECT * FROM read_parquet('{_quoted(kept)}')"  # noqa: S608  # a quoted path
    )
    return _refused(database, str(path))


def _twice(database: duckdb.DuckDBPyConnection) -> None:
    """Identifiers that stand there more than once among rows without another fault."""
    said = ", ".join(
        f'TRY_CAST("{name}" AS {"BIGINT" if name in WHOLE else "DOUBLE"})'
        for name in (*WHOLE[1:], *BROKEN)
    )
    database.execute(
        "CREATE TEMP TABLE again AS SELECT TRY_CAST(report_id AS BIGINT) AS name, count(*) AS many,"  # noqa: S608  # names of this file
        f" count(DISTINCT row({said})) AS contents, min({_LINE}) AS first FROM numbered"
        f" ANTI JOIN faults USING ({_LINE}) GROUP BY 1 HAVING count(*) > 1"
    )
    for condition, code, message, expected, fix in (
        ("contents > 1", "FUS-006", "two sightings that say different things carry one identifier",
         "each report_id once, because identifiers settle ties",
         "number the rows anew, or take out those that are wrong"),
        (f"contents = 1 AND {_LINE} > first", "FUS-012", "the row stands there twice",
         "each row once", "take it out; the first was taken"),
    ):  # fmt: skip
        database.execute(
            f"INSERT INTO faults SELECT {_LINE}, ?, ?, ?, 'report_id ' || name || ' stands there '"  # noqa: S608  # names of this file
            f" || many || ' times', ? FROM numbered ANTI JOIN faults USING ({_LINE})"
            f" JOIN again ON TRY_CAST(report_id AS BIGINT) = name WHERE {condition}",
            [code, message, expected, fix],
        )


def _refused(database: duckdb.DuckDBPyConnection, file: str) -> Refused:
    """The faults as problems, by line."""
    (rows, many), *_ = database.execute(
        f"SELECT count(DISTINCT {_LINE}), count(*) FROM faults"  # noqa: S608  # a name of this file
    ).fetchall()
    told = database.execute(
        f"SELECT * FROM faults ORDER BY {_LINE}, code, message LIMIT {LISTED}"  # noqa: S608  # a name of this file
    ).fetchall()
    problems = [Problem(file, *fault) for fault in told]
    if many > LISTED:
        problems.append(
            Problem(
                file, 0, "FUS-014", f"{many - LISTED:,} more faults are not listed",
                f"at most {LISTED:,} at once", f"{many:,} faults in {rows:,} rows",
                "write all of them to a file with --refused FILE",
            )
        )  # fmt: skip
    return Refused(rows, tuple(problems))


def _numbered(path: Path, copy: Path) -> tuple[list[tuple[int | str, ...]], str]:
    """Copy the lines of a CSV file that are rows, with their numbers; the others are faults.

    Returns:
        The faults, as lines of the table `faults`; and what stands between two cells.
    """
    faults: list[tuple[int | str, ...]] = []
    with opened(path) as file, copy.open("w", encoding="utf-8", newline="") as out:
        names, delimiter = header(file)
        writer = csv.writer(out, delimiter=delimiter)
        writer.writerow([_LINE, *names])
        for number, content in _lines(file, 1):
            cells, wrong = _cells(content, delimiter, len(names))
            if wrong:
                faults.append(
                    (
                        number, "FUS-013", "the line is no row",
                        f"{len(names)} cells in UTF-8, every quote closed on its line", wrong,
                        "look for a lost line end, a quote too many or another encoding",
                    )
                )  # fmt: skip
            elif cells:
                writer.writerow([number, *cells])
    return faults, delimiter


def opened(path: Path) -> BinaryIO:
    """A CSV file to read, packed with gzip or not."""
    if path.suffix == ".gz":
        return cast("BinaryIO", gzip.open(path))
    return path.open("rb")


def header(file: BinaryIO) -> tuple[Sequence[str], str]:
    """The columns that the first line of a CSV file names, and what stands between two."""
    first = file.readline(_LONGEST).decode("utf-8-sig", "replace").rstrip("\r\n")
    delimiter = max(_DELIMITERS, key=first.count)
    return next(csv.reader([first], delimiter=delimiter), []), delimiter


def _lines(file: BinaryIO, number: int) -> Iterator[tuple[int, bytes]]:
    """The lines from here on with their numbers, counted on; of one that is too long, the beginning."""
    while content := file.readline(_LONGEST + 1):
        number += 1
        yield number, content
        rest = content
        while len(rest) > _LONGEST and not rest.endswith(b"\n"):
            rest = file.readline(_LONGEST + 1)


def _cells(content: bytes, delimiter: str, expected: int) -> tuple[list[str], str]:
    """The cells of a line, or what is wrong with it; nothing of either for an empty line."""
    if len(content) > _LONGEST:
        return [], f"more than {_LONGEST:,} bytes, beginning {content[:40]!r}"
    try:
        text = content.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        return [], f"the byte 0x{content[error.start]:02x} in {content[:60]!r}"
    if not text:
        return [], ""
    try:
        cells = next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error as error:
        return [], f"{error} in {text[:60]!r}"
    if len(cells) != expected:
        return [], f"{len(cells)} cells in {text[:60]!r}"
    return cells, ""


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
