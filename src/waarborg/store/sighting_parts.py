"""Parquet files that do not fit into memory, read part by part."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def parts(file: pq.ParquetFile, rows: int) -> Iterator[pa.Table]:
    """The rows of a file, so many at a time.

    Group by group, because `iter_batches` keeps all that it has read until the file is closed.
    """
    held = file.schema_arrow.empty_table()
    for number in range(file.num_row_groups):
        held = pa.concat_tables([held, file.read_row_group(number)])
        while held.num_rows >= rows:
            yield held.slice(0, rows)
            held = held.slice(rows)
    if held.num_rows:
        yield held


def quoted(path: Path) -> str:
    """A path as it stands between the quotes of a query."""
    return str(path).replace("'", "''")
