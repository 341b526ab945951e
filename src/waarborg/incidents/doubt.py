"""What is not sure about an incident of sightings: its place, time, type and count, with their bounds.

The middle of place and time is weighted with stated precision and pays little heed to gross errors;
where the sightings scatter more than they state, the bounds widen. How wide nine tenths are was learnt
on generated reports, whose truth is known: with wrong joins in it, as they come.

Rules this module keeps:
1. A function of the incident's own sightings, its chance and the table: batch, stream and Spark agree.
2. All sightings of one source are one witness, and so are those that give one place and time to the digit.
3. What no sighting tells is unknown, with the reason; never nought.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waarborg.incidents import doubt_kernels
from waarborg.incidents.sighting_columns import (
    Floats,
    Ints,
    SightingModel,
    Sightings,
    lay,
    tables,
    usable,
)

_METRES_PER_DEGREE = 111_195.0
NINE_TENTHS = 0.9


@dataclass(frozen=True, slots=True)
class Doubt:
    """What was learnt about how far off incidents are.

    Attributes:
        version: Names the table.
        provenance: The data it was learnt from.
        model: The sightings model whose incidents it was learnt on.
        types: Names of the types that sightings may state, by number.
        leaves: The type of each leaf of the model.
        force: Those types that are acts of force.
        temper: How much one sighting's type counts; below 1 because joins are sometimes wrong.
        gross: Chance that a count tells of something else.
        sure: Bounds between classes of how sure an incident is.
        where: Spreads within which the place lies nine times in ten: by witnesses (1, 2, 3, 4 or more),
            then by class of sureness.
        time: Likewise for the time.
    """

    version: str
    provenance: str
    model: str
    types: tuple[str, ...]
    leaves: tuple[int, ...]
    force: tuple[int, ...]
    temper: float
    gross: float
    sure: tuple[float, ...]
    where: Floats
    time: Floats

    def spreads(self, held: Floats, witnesses: Ints, probability: Floats) -> Floats:
        """For each incident the spreads that hold nine tenths, from `where` or `time`."""
        return np.asarray(
            held[np.clip(witnesses, 1, len(held)) - 1, np.digitize(probability, self.sure)]
        )

    def of_force(self, chances: Floats) -> NDArray[np.bool_]:
        """Which incidents are likelier an act of force than not; none of which no sighting tells the type.

        Args:
            chances: Chance of each leaf type, one row an incident; NaN where none is told.
        """
        return np.asarray(chances[:, np.isin(self.leaves, self.force)].sum(axis=1) > 0.5)


def read_doubt(text: str) -> Doubt:
    """Read a table as it ships in `waarborg/incidents/tables`."""
    held: dict[str, Any] = json.loads(text)
    for name in ("types", "leaves", "force", "sure"):
        held[name] = tuple(held[name])
    for name in ("where", "time"):
        held[name] = np.array(held[name], dtype=np.float64)
    return Doubt(**held)


@dataclass(frozen=True, slots=True)
class Pictures:
    """What is held of incidents, one row each, by identifier.

    Attributes:
        incident: As fusion names it.
        sightings: How many it has.
        witnesses: How many of them are independent.
        probability: That all its sightings are of one event.
        longitude: Degrees east; NaN when not known, and so with all that follows.
        latitude: Degrees north.
        radius_m: The place lies within this of the position nine times in ten.
        t: Seconds on the clock of the sightings.
        t_low: With `t_high`, the time lies between them nine times in ten.
        t_high: See `t_low`.
        types: Chance of each leaf type; NaN when no sighting tells one.
        count: The likeliest number; NaN when none is told.
        count_low: With `count_high`, the number lies between them nine times in ten.
        count_high: See `count_low`.
        place_variance: Square metres by which the position was weighed, before `Doubt` widens it.
        time_variance: Likewise for the time, in square seconds.
    """

    incident: Ints
    sightings: Ints
    witnesses: Ints
    probability: Floats
    longitude: Floats
    latitude: Floats
    radius_m: Floats
    t: Floats
    t_low: Floats
    t_high: Floats
    types: Floats
    count: Floats
    count_low: Floats
    count_high: Floats
    place_variance: Floats
    time_variance: Floats


def pictures(
    seen: Sightings, incident: Ints, probability: Floats, model: SightingModel, doubt: Doubt
) -> Pictures:
    """What is held of each incident.

    Args:
        seen: Whole incidents, in any order.
        incident: The incident of each sighting, as `sightings.Fused` has it.
        probability: Likewise.
        model: What was learnt about kinds of sources.
        doubt: What was learnt about how far off incidents are.
    """
    # what has no place or time comes last in its incident: people may have judged it into one
    order = np.lexsort((seen.id, ~usable(seen)[0], incident))
    seen, incident, probability = seen.take(order), incident[order], probability[order]
    names, first, many = np.unique(incident, return_index=True, return_counts=True)
    can = usable(seen)[0]
    # such a sighting keeps its type and count, and weighs nothing where place and time are told
    filled = Sightings(
        **{
            name: getattr(seen, name)
            for name in Sightings.__slots__
            if name not in {"t", "longitude", "latitude"}
        },
        t=np.where(can, seen.t, np.arange(len(can), dtype=np.float64)),
        longitude=np.where(can, seen.longitude, 0.0),
        latitude=np.where(can, seen.latitude, 0.0),
    )
    held = tables(model)
    laid, _ = lay(filled, model, held)
    laid.place[~can, 2] = laid.when[~can, 1] = np.inf
    m = len(names)
    witnesses, known = np.zeros(m, dtype=np.int64), np.zeros((m, 2), dtype=np.bool_)
    where, time, numbers = np.zeros((m, 3)), np.zeros((m, 2)), np.zeros((m, 3))
    types = np.zeros((m, len(model.prior)))
    doubt_kernels.picture(
        np.append(first, len(incident)), laid.place, laid.when, laid.code.astype(np.int64),
        model.said.shape[1] + 1, held.leaves, model.prior, doubt.temper, laid.source,
        np.where(np.isfinite(seen.count), seen.count, 0.0),
        (model.count_mean, model.count_variance, math.sqrt(model.count_noise), doubt.gross),
        witnesses, where, time, known, types, numbers,
    )  # fmt: skip
    placed = can[first]
    sure = probability[first]
    nowhere = np.where(placed, 0.0, np.nan)
    reach = np.sqrt(time[:, 1]) * doubt.spreads(doubt.time, witnesses, sure) + nowhere
    numbers[~known[:, 1]] = np.nan
    types[~known[:, 0]] = np.nan
    return Pictures(
        incident=names,
        sightings=many.astype(np.int64),
        witnesses=witnesses,
        probability=sure,
        longitude=where[:, 0] / _METRES_PER_DEGREE + nowhere,
        latitude=where[:, 1] / _METRES_PER_DEGREE + nowhere,
        radius_m=np.sqrt(where[:, 2]) * doubt.spreads(doubt.where, witnesses, sure) + nowhere,
        t=time[:, 0] + nowhere,
        t_low=time[:, 0] - reach,
        t_high=time[:, 0] + reach,
        types=types,
        count=numbers[:, 0],
        count_low=numbers[:, 1],
        count_high=numbers[:, 2],
        place_variance=where[:, 2] + nowhere,
        time_variance=time[:, 1] + nowhere,
    )


def likely_types(chances: Floats, names: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    """The fewest types that hold nine tenths together, the likeliest first; none when not known.

    Args:
        chances: Chance of each leaf.
        names: Name of each leaf.
    """
    if not np.isfinite(chances).all():
        return ()
    # ties go to the smaller leaf
    order = np.lexsort((np.arange(len(chances)), -chances))
    enough = int(np.searchsorted(np.cumsum(chances[order]), NINE_TENTHS)) + 1
    return tuple((names[leaf], float(chances[leaf])) for leaf in order[:enough].tolist())
