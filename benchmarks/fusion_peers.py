"""Other ways to fuse generated reports: what is tied by a threshold, ST-DBSCAN, and who knows the truth."""

from __future__ import annotations

import math

import numba
import numpy as np
from scipy.spatial import cKDTree

from fusion_data import seen
from fusion_synth import LEAVES, score_pairs
from waarborg.incidents import merge_kernels
from waarborg.incidents.sighting_columns import SightingModel, Sightings, lay, tables
from waarborg.incidents.sightings import slab_edges

_KM = 111.195
_LAT0, _LON0, _MIDDLE_KM = 14.0, 41.0, 20.0
"""Where `fusion_synth` puts its line."""


def components(made: dict[str, np.ndarray], model: SightingModel) -> tuple[np.ndarray, str]:
    """Everything tied by a gain of our score above a threshold; the truth picks the threshold."""
    rows = seen(made)
    found = slab_edges(rows, model)
    best = max(
        (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0),
        key=lambda nats: score_pairs(made["incident"], _tied(rows, found, nats))["f1"],
    )
    return _tied(rows, found, best), f"gain above {best:g}"


def _tied(rows: Sightings, found, nats: float) -> np.ndarray:
    keep = found.nats > nats
    return merge_kernels.roots(
        len(rows.id), found.first[keep].astype(np.int32), found.second[keep].astype(np.int32)
    )


def st_dbscan(made: dict[str, np.ndarray]) -> tuple[np.ndarray, str]:
    """ST-DBSCAN (Birant & Kut 2007): neighbours lie within one distance and one time.

    With two reports to a core every neighbour of a core is a core, so that clusters are what hangs
    together by neighbourhood. The truth picks distance and time.
    """
    x = (made["lon"] - _LON0) * _KM * math.cos(math.radians(_LAT0 + _MIDDLE_KM / _KM))
    y = (made["lat"] - _LAT0) * _KM
    best = (-1.0, np.arange(len(x)), "")
    for km in (0.2, 0.5, 1.0):
        for seconds in (15.0, 60.0, 240.0):
            tree = cKDTree(np.column_stack([x / km, y / km, made["t"] / seconds]))
            # the ball that holds the cylinder, then the cylinder itself
            pairs = tree.query_pairs(math.sqrt(2.0), output_type="ndarray")
            one, two = pairs[:, 0], pairs[:, 1]
            inside = (np.hypot(x[one] - x[two], y[one] - y[two]) <= km) & (
                np.abs(made["t"][one] - made["t"][two]) <= seconds
            )
            one, two = (side[inside].astype(np.int32) for side in (one, two))
            root = merge_kernels.roots(len(x), one, two)
            f1 = score_pairs(made["incident"], root)["f1"]
            if f1 > best[0]:
                best = (f1, root, f"{km:g} km, {seconds:g} s")
    return best[1], best[2]


def reference(made: dict[str, np.ndarray], model: SightingModel) -> np.ndarray:
    """Each report to the best of the true incidents, by place, time and type; needs `with_incidents`."""
    rows = seen(made)
    held = tables(model)
    laid, _ = lay(rows, model, held)
    happened = np.unique(made["incident"])
    happened = happened[np.argsort(made["truth_t"][happened], kind="stable")]
    leaf = np.searchsorted(LEAVES, made["truth_leaf"][happened])
    x = (rows.longitude - _LON0) * _KM * math.cos(math.radians(_LAT0 + _MIDDLE_KM / _KM))
    y = (rows.latitude - _LAT0) * _KM
    best = _nearest(
        (x * 1000.0, y * 1000.0, rows.t),
        (laid.place[:, 2].copy(), laid.when[:, 1].copy()),
        laid.code,
        (
            made["truth_x_km"][happened] * 1000.0,
            made["truth_y_km"][happened] * 1000.0,
            made["truth_t"][happened],
        ),
        leaf,
        held.leaves,
        (model.gross_share, model.gross_factor),
    )
    return np.where(best < 0, -1 - np.arange(len(best)), happened[best])


@numba.njit(cache=True, parallel=True)
def _nearest(said, spread, code, happened, leaf, leaves, gross):
    x, y, t = said
    vm, vs = spread
    ix, iy, it = happened
    share, factor = gross
    best = np.full(len(x), -1, dtype=np.int64)
    for row in numba.prange(len(x)):
        reach = 3.5 * math.sqrt(vs[row] * factor)
        low, high = np.searchsorted(it, t[row] - reach), np.searchsorted(it, t[row] + reach)
        most = -1.0
        for one in range(low, high):
            square = ((x[row] - ix[one]) ** 2 + (y[row] - iy[one]) ** 2) / vm[row]
            late = (t[row] - it[one]) ** 2 / vs[row]
            if square > 12.25 * factor:
                continue
            chance = (1.0 - share) * math.exp(-0.5 * square) + share / factor * math.exp(
                -0.5 * square / factor
            )
            chance *= (1.0 - share) * math.exp(-0.5 * late) + share / math.sqrt(factor) * math.exp(
                -0.5 * late / factor
            )
            chance *= leaves[code[row], leaf[one]]
            if chance > most:
                most = chance
                best[row] = one
    return best
