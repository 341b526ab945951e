"""Fusion of sightings: reports with a time to the second and a position, by the million.

Sensors, patrols and parties report the same bangs. There is no headline; there are stated
precisions, types seen through each kind of source's eyes, counts, and how much goes on around.
Method: pairs within 3.5 times their joint stated precision; the gain of a merge in nats is place +
time + type + count - ln(local density) + offset - a penalty for each source on both sides; best gain
first. An incident carries its precision-weighted mean place and time, the chances of each type, the
count and its sources.

Rules this module keeps:
1. The partition depends on the set of sightings and the model alone.
2. What is said of a pair depends on the pair and on counts in fixed cells around it, in steps:
   stretches of time with what lies around them, batches and the whole agree to the byte.
3. What had to be cut to stay within bounds is flagged in the result, never silent.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from waarborg.incidents import merge_kernels, sighting_kernels
from waarborg.incidents.judged_sightings import (
    NOBODY,
    JudgedPairs,
    judged_flags,
    least_crowd,
    unplaced,
    with_judged,
    within,
)
from waarborg.incidents.sighting_columns import (
    Flag,
    Floats,
    Ints,
    Laid,
    SightingModel,
    Sightings,
    Tables,
    lay,
    tables,
    usable,
)

_POSITION_CLASSES_M = (350.0, 1300.0)
_TIME_CLASSES_S = (40.0, 700.0, 10_000.0)
_REACH = 3.5
_LONGEST_SCALE_S = 86_400.0
_FEW = 24.0
_SMALL = 20_000
_THREADS = 2
_REPEATS = 3


LOOKED_AT = np.array([5, 40])
"""Sightings that an incident has at least and at most to be tried for one that alone holds it together."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs of sightings that may be one event, by row.

    Attributes:
        first: A row.
        second: A later row.
        nats: By how much one event explains the two better than two events do.
    """

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    nats: Floats


@dataclass(frozen=True, slots=True)
class Crowd:
    """How much goes on around each row.

    Attributes:
        crowd: Other reports a square metre and second hereabouts, in steps.
        level: In a flood, the logarithm of the number of lots to base 2; else 0.
    """

    crowd: Floats
    level: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class SlabEdges:
    """What one stretch of time gives: its own sightings, and the pairs whose earlier one is its own.

    Attributes:
        id: Own usable sightings, by time.
        crowd: The density about each.
        flags: What was odd about each.
        first: The smaller identifier of each pair.
        second: The larger.
        nats: The evidence of each pair.
    """

    id: Ints
    crowd: Floats
    flags: NDArray[np.uint8]
    first: Ints
    second: Ints
    nats: Floats


@dataclass(frozen=True, slots=True)
class Fused:
    """A partition of sightings, in the order they were handed in.

    Attributes:
        incident: The smallest identifier of the sightings in the same incident.
        probability: That all sightings of the incident are of one event; 1 for a lone sighting.
        flags: What was odd about each, as `Flag`.
    """

    incident: Ints
    probability: Floats
    flags: NDArray[np.uint8]

    def flagged(self, flag: Flag) -> int:
        """How many sightings bear a flag."""
        return int(((self.flags & np.uint8(flag)) != 0).sum())


def halo_s(model: SightingModel, longest_precision_s: float = _LONGEST_SCALE_S) -> float:
    """Seconds on each side of a stretch of time that have to be at hand to fuse it.

    Args:
        model: What was learnt beforehand.
        longest_precision_s: The longest stated or usual precision among the sightings, in seconds.
    """
    longest = min(max(longest_precision_s, *model.usual_s), _LONGEST_SCALE_S) * max(model.scale_s)
    return _REACH * math.sqrt(2.0) * longest + 3600.0 * max(model.near_h, model.close_h)


@dataclass(frozen=True, slots=True)
class Where:
    """Where and when rows are, sorted by time, and whose they are: all that crowding looks at."""

    t: Floats
    east: Floats
    north: Floats
    source: Ints


def where(laid: Laid, rows: Ints | slice = slice(None)) -> Where:
    """Where and when some rows are."""
    return Where(
        np.ascontiguousarray(laid.when[rows, 0]),
        laid.east[rows],
        np.ascontiguousarray(laid.place[rows, 1]),
        laid.source[rows],
    )


def crowds(at: Where, model: SightingModel, low: int = 0, high: int | None = None) -> Crowd:
    """How much goes on around the rows from `low` to `high`.

    Two sizes of cells are added: wide ones for the ordinary rate of a stretch, close ones for a
    session of fire, less what the reports of one incident make up by themselves. No source counts more
    than `SightingModel.flood` times in a cell, so that a flood does not drown what others say.
    """
    n = len(at.t)
    high = n if high is None else high
    around = np.full(n, model.density / (1e6 * 3600.0))
    mass = np.zeros(n)
    for km, hours, own, cap in (
        (model.near_km, model.near_h, 0.0, 2.0 * model.flood),
        (model.close_km, model.close_h, model.own_reports, model.flood),
    ):
        side, length = km * 1000.0, hours * 3600.0
        others = np.zeros(n)
        for shift in (0.0, 0.5):
            sighting_kernels.crowding(
                at.east, at.north, at.t, at.source, side, length, shift, cap, low, high, others,
                mass if own else np.zeros(n),
            )  # fmt: skip
        around += np.maximum(others - own, 0.0) / (side * side * length)
    stepped = np.exp(model.crowd_step * np.round(np.log(around) / model.crowd_step))
    level = np.ceil(np.log2(np.maximum(mass, 1.0))).astype(np.uint8)
    return Crowd(stepped, level)


def hopeful(laid: Laid, crowd: Crowd, held: Tables) -> NDArray[np.bool_]:
    """Rows that could be joined with somebody: too vague a row in too busy a place cannot."""
    limits = held.limits
    best = limits[0] * held.best[laid.code] * laid.most * (1.0 + limits[1]) * (1.0 + limits[2])
    worth = best / (laid.place[:, 2] * np.sqrt(laid.when[:, 1]) * crowd.crowd)
    return np.asarray(worth > limits[8])


CLASSES = (len(_POSITION_CLASSES_M) + 1) * (len(_TIME_CLASSES_S) + 1)
"""Classes of precision: they keep windows small, so that two cameras are compared within seconds, not days."""


def classes(laid: Laid) -> Ints:
    """The class of precision of each row: by time within place."""
    in_place = np.digitize(np.sqrt(laid.place[:, 2]), _POSITION_CLASSES_M)
    in_time = np.digitize(np.sqrt(laid.when[:, 1]), _TIME_CLASSES_S)
    return np.asarray(in_place * (len(_TIME_CLASSES_S) + 1) + in_time, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of like precision.

    Attributes:
        rows: Sorted by time.
        widest: No row's variance in place is larger.
        longest: No row's variance in time is larger.
        slimmest: No row's cosine of the latitude is smaller.
    """

    rows: Ints
    widest: float
    longest: float
    slimmest: float


def grouped(laid: Laid, rows: Ints) -> Group:
    """Rows, sorted by time, with their bounds."""
    place = laid.place[rows]
    return Group(
        rows, float(place[:, 2].max()), float(laid.when[rows, 1].max()), float(place[:, 3].min())
    )


def find_edges(
    laid: Laid, crowd: Crowd, held: Tables, low: int = 0, high: int | None = None
) -> Edges:
    """The pairs that may be one event.

    Args:
        laid: Rows sorted by time, then identifier.
        crowd: How much goes on around each.
        held: What follows from the model.
        low: With `high`, only pairs whose earlier row lies between the two.
        high: See `low`; the end when not given.
    """
    high = len(laid.id) if high is None else high
    able = np.flatnonzero(hopeful(laid, crowd, held))
    number = classes(laid)[able]
    there = [grouped(laid, able[number == c]) for c in np.unique(number)]
    jobs = [(one, two) for at, one in enumerate(there) for two in there[at:]]
    jobs = [job if len(job[0].rows) <= len(job[1].rows) else job[::-1] for job in jobs]
    # the largest first, so that no thread is left with one at the end
    jobs.sort(key=lambda job: -len(job[0].rows) - len(job[1].rows))
    span = float(laid.when[-1, 0] - laid.when[0, 0]) if len(laid.id) else 0.0

    def work(job: tuple[Group, Group]) -> Edges:
        one, two = job
        # where few fall into one stretch of time, walking time alone is cheaper than finding cells
        reach = _REACH * math.sqrt(one.longest + two.longest)
        few = len(two.rows) * min(1.0, 2.0 * reach / max(span, 1.0)) < _FEW
        side = 1e9 if few else _REACH * math.sqrt(one.widest + two.widest)
        return search(job, side, (low, high), None, laid, crowd, held)

    if len(able) < _SMALL:
        return joined([work(job) for job in jobs])
    # the kernels let go of the interpreter, so that threads share the cores
    with ThreadPoolExecutor(max_workers=_THREADS) as pool:
        return joined(list(pool.map(work, jobs)))


def joined(found: list[Edges]) -> Edges:
    """The edges of several searches together."""
    found = found or [Edges(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0))]
    return Edges(
        np.concatenate([part.first for part in found]),
        np.concatenate([part.second for part in found]),
        np.concatenate([part.nats for part in found]),
    )


def search(
    job: tuple[Group, Group], side: float, own: tuple[int, int],
    touched: NDArray[np.bool_] | None, laid: Laid, crowd: Crowd, held: Tables,
) -> Edges:  # fmt: skip
    """The pairs of two groups that may be one event.

    Args:
        job: The two groups; one group twice gives each of its pairs once.
        side: Side of the cells in metres.
        own: Only pairs whose earlier row lies between these two; row numbers rise with time.
        touched: When given, the rows of the first group, which are among the second's in any order of
            row numbers; then `own` plays no part.
        laid: All rows.
        crowd: How much goes on around each.
        held: What follows from the model.
    """
    one, two = job
    mode = int(one is two) if touched is None else 2
    marks = np.zeros(1, dtype=np.bool_) if touched is None else touched
    reach = _REACH * math.sqrt(one.longest + two.longest)
    room = len(one.rows) + len(two.rows) + 256 if mode < 2 else 16 * len(one.rows) + 256
    while True:
        first, second = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32)
        nats = np.empty(room)
        count = sighting_kernels.search(
            one.rows, two.rows, mode, marks, own[0], own[1], reach, two.widest, two.longest,
            side, side / two.slimmest, laid.place, laid.when, crowd.crowd, laid.code,
            held.together, held.best, laid.amount, laid.most, laid.source, crowd.level, laid.salt,
            held.limits, first, second, nats,
        )  # fmt: skip
        if count <= room:
            return Edges(first[:count].copy(), second[:count].copy(), nats[:count].copy())
        room = count


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of merging.

    Attributes:
        group: For each row the row of its incident's smallest identifier.
        weakest: The gain of the weakest join of its incident, in nats; infinity for a row alone.
        bridge: Whether it alone would have joined two incidents of several sightings each: they were kept apart.
    """

    group: Ints
    weakest: Floats
    bridge: NDArray[np.bool_]


def merge_rows(
    laid: Laid, crowd: Floats, edges: Edges, model: SightingModel, held: Tables
) -> Merged:
    """Merge rows into incidents by their edges, best gain first."""
    n = len(laid.id)
    done = Merged(np.arange(n), np.full(n, np.inf), np.zeros(n, dtype=np.bool_))
    if not len(edges.nats):
        return done
    root = merge_kernels.roots(n, edges.first, edges.second)
    row_start, edge_start, rows, order = merge_kernels.parts(root, edges.first)
    share = 1 if len(edges.nats) < _SMALL else 4 * _THREADS
    ends = np.searchsorted(edge_start, np.linspace(0, edge_start[-1], share + 1)[1:])
    bounds = np.unique(np.r_[0, ends, len(edge_start) - 1]).tolist()

    def work(stretch: tuple[int, int]) -> None:
        merge_kernels.merge_parts(
            stretch[0], stretch[1], row_start, edge_start, rows, order,
            edges.first, edges.second, edges.nats, laid.id, laid.place, laid.when, laid.code,
            laid.amount, crowd, laid.source, held.leaves, held.leaves_log, model.prior, held.noise,
            held.settings, LOOKED_AT, done.group, done.weakest, done.bridge,
        )  # fmt: skip

    stretches = list(pairwise(bounds))
    if share == 1:
        for stretch in stretches:
            work(stretch)
    else:
        with ThreadPoolExecutor(max_workers=_THREADS) as pool:
            list(pool.map(work, stretches))
    return done


def sureness(group: Ints, weakest: Floats, crowd: Floats, model: SightingModel) -> Floats:
    """The chance that each row's incident is one event; 1 for a lone row.

    Args:
        group: A number from 0 for each row: the same for rows of one incident.
        weakest: The gain of the weakest join of that incident, in nats.
        crowd: The density about each row; where it is highest in an incident, there it counts.
        model: What was learnt beforehand.
    """
    thick = np.zeros(int(group.max(initial=-1)) + 1)
    np.maximum.at(thick, group, crowd)
    start, slope, thickness = sure_terms(weakest, thick[group], model)
    odds = start + slope + thickness
    return np.where(np.isinf(weakest), 1.0, 1.0 / (1.0 + np.exp(-odds)))


def sure_terms(
    weakest: Floats, thick: Floats, model: SightingModel
) -> tuple[float, Floats, Floats]:
    """The parts of the log odds that incidents are one event: start, weakest join, density."""
    return (
        model.sure_offset,
        model.sure_slope * np.clip(weakest, 0.0, 30.0),
        model.sure_crowd * np.log(thick),
    )


def repeated(group: Ints, source: Ints) -> NDArray[np.bool_]:
    """Rows of incidents in which one source stands more than three times."""
    size = np.bincount(group, minlength=len(group))
    large = np.flatnonzero((size[group] > _REPEATS) & (source >= 0))
    large = large[np.lexsort((source[large], group[large]))]
    one, said = group[large], source[large]
    # sorted, whoever stands there once too often meets itself so many places further on
    again = (one[_REPEATS:] == one[:-_REPEATS]) & (said[_REPEATS:] == said[:-_REPEATS])
    odd = np.zeros(len(group), dtype=np.bool_)
    odd[one[_REPEATS:][again]] = True
    return odd[group]


def _by_time(seen: Sightings, rows: Ints) -> Ints:
    """Rows by time, then identifier."""
    if (np.diff(seen.id[rows]) < 0).any():
        rows = rows[np.argsort(seen.id[rows], kind="stable")]
    return rows[np.argsort(seen.t[rows], kind="stable")]


def _refuse_doubles(identity: Ints) -> None:
    held = identity if (np.diff(identity) > 0).all() else np.sort(identity)
    if (np.diff(held) == 0).any():
        raise ValueError("two sightings carry one identifier; identifiers settle ties")


def slab_edges(
    seen: Sightings, model: SightingModel, begin_s: float = -math.inf, end_s: float = math.inf
) -> SlabEdges:
    """The pairs of one stretch of time, the same as in the whole.

    Args:
        seen: Sightings of the stretch and of `halo_s` on both sides of it, in any order.
        model: What was learnt beforehand.
        begin_s: Where the stretch begins, on the clock of `Sightings.t`.
        end_s: Where it ends; half-open.

    Raises:
        ValueError: An identifier stands there twice; a kind or type is unknown.
    """
    _refuse_doubles(seen.id)
    held = tables(model)
    can, odd = usable(seen)
    rows = _by_time(seen, np.flatnonzero(can))
    laid, absurd = lay(seen.take(rows), model, held)
    crowd = crowds(where(laid), model)
    low, high = np.searchsorted(laid.when[:, 0], [begin_s, end_s]).tolist()
    edges = find_edges(laid, crowd, held, low, high)
    one, two = laid.id[edges.first], laid.id[edges.second]
    flags = odd[rows] | absurd | np.where(crowd.level > 0, np.uint8(Flag.FLOOD), np.uint8(0))
    own = slice(low, high)
    return SlabEdges(
        laid.id[own], crowd.crowd[own], flags[own], np.minimum(one, two), np.maximum(one, two),
        edges.nats,
    )  # fmt: skip


def merge_edges(
    seen: Sightings, crowd: Floats, first: Ints, second: Ints, nats: Floats, model: SightingModel,
    judged: JudgedPairs = NOBODY,
) -> Fused:  # fmt: skip
    """Merge whole components from their sightings and edges.

    Args:
        seen: Usable sightings, all those of any number of components; and those without a usable place
            or time that people judged the same as one of them.
        crowd: The density about each, as `slab_edges` gave it; not read of those that are not usable.
        first: An identifier of each pair.
        second: The other.
        nats: The evidence of each pair.
        model: What was learnt beforehand.
        judged: What people judged; a pair judged the same has both ends here or none.

    Raises:
        ValueError: A pair names a sighting that is not there.
    """
    _refuse_doubles(seen.id)
    held = tables(model)
    laid, crowd, rows, flags = _laid_with_judged(seen, crowd, model, held, judged)
    ends = np.searchsorted(laid.id, np.stack([first, second])).clip(max=max(len(laid.id) - 1, 0))
    if len(first) and (laid.id[ends] != np.stack([first, second])).any():
        raise ValueError("a pair names a sighting that is not among those handed in")
    edges = Edges(ends[0].astype(np.int32), ends[1].astype(np.int32), nats)
    if len(judged):
        edges = Edges(*with_judged(laid.id, edges.first, edges.second, edges.nats, judged))
    done = merge_rows(laid, crowd, edges, model, held)
    incident, probability = seen.id.astype(np.int64).copy(), np.ones(len(seen.id))
    incident[rows] = laid.id[done.group]
    probability[rows] = sureness(done.group, done.weakest, crowd, model)
    flags[rows[repeated(done.group, laid.source)]] |= np.uint8(Flag.REPEATED)
    flags[rows[done.bridge]] |= np.uint8(Flag.BRIDGE)
    return Fused(incident, probability, flags | judged_flags(seen.id, incident, judged))


def _laid_with_judged(
    seen: Sightings, crowd: Floats, model: SightingModel, held: Tables, judged: JudgedPairs
) -> tuple[Laid, Floats, Ints, NDArray[np.uint8]]:
    """Sightings laid by identifier, the density about each, their rows, and flags of all rows."""
    flags = np.zeros(len(seen.id), dtype=np.uint8)
    order = np.argsort(seen.id, kind="stable")
    if not len(judged):
        laid, flags[order] = lay(seen.take(order), model, held)
        return laid, crowd[order], order, flags
    can, flags = usable(seen)
    mine = order[can[order]]
    laid, absurd = lay(seen.take(mine), model, held)
    flags[mine] |= absurd
    lone = order[~can[order]]
    both = np.concatenate([mine, lone])
    by = np.argsort(seen.id[both], kind="stable")
    around = np.concatenate([crowd[mine], np.full(len(lone), least_crowd(model))])
    return laid.with_rows(unplaced(seen.id[lone])).take(by), around[by], both[by], flags


@dataclass(frozen=True, slots=True)
class Weighed:
    """Sightings laid out, with every pair that may be one event; nothing is merged yet.

    Attributes:
        laid: Those that can be compared, by time, and after them those that people judged all the same.
        rows: The row of each among all that were handed in.
        crowd: The density about each.
        level: In a flood, the logarithm of the number of lots to base 2; 0 for those that people put there.
        edges: Pairs of rows of `laid`.
        flags: What was odd about each that was handed in.
    """

    laid: Laid
    rows: Ints
    crowd: Floats
    level: NDArray[np.uint8]
    edges: Edges
    flags: NDArray[np.uint8]

    def judged_by(self, seen: Sightings, model: SightingModel, judged: JudgedPairs) -> Weighed:
        """The same with what people judged in the place of the evidence for their pairs.

        Args:
            seen: The sightings handed in.
            model: What was learnt beforehand.
            judged: What people judged.
        """
        if not len(judged):
            return self
        can, _ = usable(seen)
        lone = np.flatnonzero(~can & within(seen.id, judged.names))
        laid, edges = self.laid.with_rows(unplaced(seen.id[lone])), self.edges
        return Weighed(
            laid,
            np.concatenate([self.rows, lone]),
            np.concatenate([self.crowd, np.full(len(lone), least_crowd(model))]),
            np.concatenate([self.level, np.zeros(len(lone), dtype=np.uint8)]),
            Edges(*with_judged(laid.id, edges.first, edges.second, edges.nats, judged)),
            self.flags,
        )


def weigh(seen: Sightings, model: SightingModel, held: Tables) -> Weighed:
    """Lay sightings out and find every pair that may be one event.

    Args:
        seen: In any order; each identifier once.
        model: What was learnt beforehand.
        held: What follows from the model.

    Raises:
        ValueError: An identifier stands there twice; a kind or type is unknown.
    """
    _refuse_doubles(seen.id)
    can, flags = usable(seen)
    rows = _by_time(seen, np.flatnonzero(can))
    laid, absurd = lay(seen.take(rows), model, held)
    flags[rows] |= absurd
    around = crowds(where(laid), model)
    flags[rows[around.level > 0]] |= np.uint8(Flag.FLOOD)
    return Weighed(laid, rows, around.crowd, around.level, find_edges(laid, around, held), flags)


def fuse_columns(seen: Sightings, model: SightingModel, judged: JudgedPairs = NOBODY) -> Fused:
    """Decide which sightings are of one event.

    Args:
        seen: In any order; each identifier once.
        model: What was learnt beforehand.
        judged: What people judged; leaving a judgement out undoes exactly what it did.

    Raises:
        ValueError: An identifier stands there twice; a kind or type is unknown.
    """
    held = tables(model)
    found = weigh(seen, model, held).judged_by(seen, model, judged)
    incident, probability = seen.id.astype(np.int64).copy(), np.ones(len(seen.id))
    done = merge_rows(found.laid, found.crowd, found.edges, model, held)
    incident[found.rows] = found.laid.id[done.group]
    probability[found.rows] = sureness(done.group, done.weakest, found.crowd, model)
    flags = found.flags.copy()
    flags[found.rows[repeated(done.group, found.laid.source)]] |= np.uint8(Flag.REPEATED)
    flags[found.rows[done.bridge]] |= np.uint8(Flag.BRIDGE)
    return Fused(incident, probability, flags | judged_flags(seen.id, incident, judged))
