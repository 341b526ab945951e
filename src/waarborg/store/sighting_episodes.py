"""Episodes of sightings' incidents: found by time, in bounded memory, from what is held of each incident.

Rules this module keeps:
1. What hangs together is what `waarborg.incidents.episodes` says, for web reports and sightings alike.
2. Memory follows what lasts at one moment and a part of the file, not the archive.
3. An incident without a place, that is likelier no act of force, or whose time is not known to half a day
   belongs to no episode: it would tie nights that nothing ties.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from waarborg.incidents.episodes import BY_THE_DAY_S, SMALLEST, Sweep, on_the_map
from waarborg.store.sighting_parts import parts, quoted

_TIED = pa.schema([("incident", pa.int64()), ("label", pa.int64())])


def tie_episodes(
    database: duckdb.DuckDBPyConnection, pictured: Path, work: Path, rows: int
) -> Path:
    """Find which incidents make up episodes.

    Args:
        database: Sorts, and spills to disk.
        pictured: Parquet with `incident`, `t_low`, `t_high`, `longitude`, `latitude` and `force`.
        work: A folder for what is made on the way.
        rows: Incidents in memory at a time, beside those that later ones can still be tied to.

    Returns:
        Parquet with `incident` and `episode`, the smallest incident of its episode; of those that belong to one.
    """
    ordered, tied, found = (
        work / f"{name}.parquet" for name in ("force-by-time", "tied", "episodes")
    )
    database.execute(
        "COPY (SELECT incident, t_low, t_high, longitude, latitude"  # noqa: S608  # names of this file, numbers, quoted paths
        f" FROM read_parquet('{quoted(pictured)}') WHERE force AND longitude IS NOT NULL"
        f" AND t_high - t_low <= {BY_THE_DAY_S} ORDER BY t_low, incident)"
        f" TO '{quoted(ordered)}' (FORMAT parquet, ROW_GROUP_SIZE 100000)"
    )
    sweep = Sweep()
    with pq.ParquetFile(ordered) as file, pq.ParquetWriter(tied, _TIED) as writer:
        for part in parts(file, rows):
            name, low, high, east, north = (column.to_numpy() for column in part.columns)
            label = sweep.take(name, on_the_map(low, high, north, east))
            writer.write_table(pa.table([name, label], schema=_TIED))
    parted = np.array(list(sweep.settled()), dtype=np.int64).reshape(-1, 2)
    database.register("parted", pa.table({"label": parted[:, 0], "part_of": parted[:, 1]}))
    database.execute(
        "COPY (WITH named AS (SELECT incident, coalesce(part_of, label) AS episode"  # noqa: S608  # as above
        f" FROM read_parquet('{quoted(tied)}') AS tied LEFT JOIN parted USING (label)), large AS"
        f" (SELECT episode FROM named GROUP BY 1 HAVING count(*) >= {SMALLEST})"
        " SELECT incident, episode FROM named SEMI JOIN large USING (episode))"
        f" TO '{quoted(found)}' (FORMAT parquet)"
    )
    database.unregister("parted")
    return found
