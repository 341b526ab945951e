"""People's judgements on sightings, as the fusion of sightings takes them.

A judged pair is an edge like any other, worth so much that evidence never outweighs it. It takes the
place of the evidence for its pair and stays what it is while groups grow around it.

Rules this module keeps:
1. The partition depends on the sightings, the model and the judgements that count, and on nothing
   else: taking one back undoes exactly what it did.
2. "Different" is stronger than "same". A "same" that cannot be followed for that reason is flagged.
3. A sighting without a usable place or time joins only what a person says it joins, and adds
   nothing to it but itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from waarborg.incidents.judgements import Judgement, Pair, Sameness, settled
from waarborg.incidents.merge import DIFFERENT_NATS, SAME_NATS
from waarborg.incidents.sighting_columns import Flag, Floats, Ints, Laid, SightingModel

Rows = NDArray[np.int32] | Ints

_ENDLESS = 1e30
_LEAST_SAME, _MOST_DIFFERENT = 999.0, -1e11


@dataclass(frozen=True, slots=True)
class JudgedPairs:
    """The judgements that count, by pairs of identifiers, sorted, each pair once.

    Attributes:
        first: The smaller identifier of each pair.
        second: The larger.
        same: Whether the two were judged the same event; if not, different ones.
    """

    first: Ints
    second: Ints
    same: NDArray[np.bool_]

    def __len__(self) -> int:
        """How many pairs were judged."""
        return len(self.first)

    def take(self, rows: NDArray[np.bool_] | Ints) -> JudgedPairs:
        """Some of the pairs, in their order."""
        return JudgedPairs(self.first[rows], self.second[rows], self.same[rows])

    @property
    def names(self) -> Ints:
        """Every sighting that was judged, sorted, each once."""
        return np.unique(np.concatenate([self.first, self.second]))

    @property
    def nats(self) -> Floats:
        """What each pair weighs as an edge."""
        return np.where(self.same, SAME_NATS, DIFFERENT_NATS)

    def by_end(self) -> tuple[Ints, Ints]:
        """Every judged sighting, sorted, once for each of its pairs; and which pair that is."""
        ends = np.concatenate([self.first, self.second])
        order = np.argsort(ends, kind="stable")
        return ends[order], order % max(len(self), 1)

    def changed(self, anew: JudgedPairs, gone: JudgedPairs) -> JudgedPairs:
        """These pairs with others that count now, and without those that count no more."""
        first, second, same = (
            np.concatenate([getattr(part, name) for part in (anew, gone, self)])
            for name in JudgedPairs.__slots__
        )
        order = np.lexsort((second, first))
        new = np.r_[True, (np.diff(first[order]) != 0) | (np.diff(second[order]) != 0)]
        # of pairs that stand there twice the first counts: `lexsort` keeps their order
        kept = order[new[: len(order)]]
        kept = kept[(kept < len(anew)) | (kept >= len(anew) + len(gone))]
        return JudgedPairs(first[kept], second[kept], same[kept])

    def standing(self, names: Ints) -> NDArray[np.bool_]:
        """Which pairs have both ends among some identifiers, which are sorted."""
        return within(self.first, names) & within(self.second, names)


NOBODY = JudgedPairs(
    np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.bool_)
)
"""No judgement at all."""


def within(wanted: Ints, names: Ints) -> NDArray[np.bool_]:
    """Which of some identifiers are among others, which are sorted."""
    if not len(names):
        return np.zeros(len(wanted), dtype=np.bool_)
    at = np.searchsorted(names, wanted).clip(max=len(names) - 1)
    return np.asarray(names[at] == wanted)


def judged_pairs(judgements: Iterable[Judgement]) -> JudgedPairs:
    """The judgements that count, as columns; identifiers of sightings are whole numbers in digits.

    Raises:
        ValueError: An identifier is no whole number; a sighting is judged against itself.
    """
    return in_columns({pair: each.sameness for pair, each in settled(judgements).items()})


def in_columns(counted: Mapping[Pair, Sameness]) -> JudgedPairs:
    """What counts for each pair, as columns.

    Raises:
        ValueError: An identifier is no whole number.
    """
    held = sorted(
        (*sorted((int(one), int(other))), sameness is Sameness.SAME)
        for (one, other), sameness in counted.items()
    )
    return JudgedPairs(
        np.array([pair[0] for pair in held], dtype=np.int64),
        np.array([pair[1] for pair in held], dtype=np.int64),
        np.array([pair[2] for pair in held], dtype=np.bool_),
    )


def from_edges(first: Ints, second: Ints, nats: Floats) -> tuple[NDArray[np.bool_], JudgedPairs]:
    """Which of some edges are judged pairs, and those as `JudgedPairs`."""
    said = (nats >= _LEAST_SAME) | (nats <= _MOST_DIFFERENT)
    order = np.lexsort((second[said], first[said]))
    return said, JudgedPairs(
        first[said][order], second[said][order], nats[said][order] >= _LEAST_SAME
    )


def with_judged(
    names: Ints, first: Rows, second: Rows, nats: Floats, judged: JudgedPairs
) -> tuple[NDArray[np.int32], NDArray[np.int32], Floats]:
    """Edges between rows in which judged pairs stand for what evidence said of them.

    Args:
        names: The identifier of each row, in any order.
        first: A row of each edge of evidence.
        second: The other.
        nats: What it is worth.
        judged: Pairs of which one end is not here say nothing.
    """
    order = np.argsort(names, kind="stable")
    here = judged.take(judged.standing(names[order]))
    if not len(here):
        return first.astype(np.int32), second.astype(np.int32), nats
    one, other = (
        order[np.searchsorted(names, ends, sorter=order)] for ends in (here.first, here.second)
    )
    marked = np.zeros(len(names), dtype=np.bool_)
    marked[one] = marked[other] = True
    looked = np.flatnonzero(marked[first] & marked[second])
    told = np.isin(
        _codes(first[looked], second[looked], len(names)), _codes(one, other, len(names))
    )
    kept = np.ones(len(nats), dtype=np.bool_)
    kept[looked[told]] = False
    return (
        np.concatenate([first[kept], one]).astype(np.int32),
        np.concatenate([second[kept], other]).astype(np.int32),
        np.concatenate([nats[kept], here.nats]),
    )


def _codes(one: Rows, other: Rows, rows: int) -> Ints:
    """A number for each pair of rows, whichever of the two comes first."""
    low, high = np.minimum(one, other).astype(np.int64), np.maximum(one, other).astype(np.int64)
    return low * np.int64(rows) + high


def unplaced(names: Ints) -> Laid:
    """Sightings without a usable place or time, laid so that they move no incident they are put into."""
    n = len(names)
    return Laid(
        id=names.astype(np.int64),
        place=np.tile([0.0, 0.0, _ENDLESS, 1.0], (n, 1)),
        when=np.tile([0.0, _ENDLESS], (n, 1)),
        east=np.zeros(n),
        code=np.zeros(n, dtype=np.int32),
        amount=np.full(n, np.nan),
        most=np.ones(n),
        source=np.full(n, -1, dtype=np.int64),
        salt=np.zeros(n, dtype=np.int64),
    )


def least_crowd(model: SightingModel) -> float:
    """The density that is assumed where nothing else is known."""
    floor = math.log(model.density / (1e6 * 3600.0))
    return math.exp(model.crowd_step * round(floor / model.crowd_step))


def judged_flags(names: Ints, incident: Ints, judged: JudgedPairs) -> NDArray[np.uint8]:
    """The flags of what people judged, and of judgements that could not be followed.

    Args:
        names: Sightings, in any order.
        incident: The incident of each.
        judged: What people judged.
    """
    flags = np.zeros(len(names), dtype=np.uint8)
    if not len(judged):
        return flags
    flags[within(names, judged.names)] = np.uint8(Flag.JUDGED)
    order = np.argsort(names, kind="stable")
    here = judged.take(judged.same & judged.standing(names[order]))
    one, other = (
        order[np.searchsorted(names, ends, sorter=order)] for ends in (here.first, here.second)
    )
    apart = incident[one] != incident[other]
    flags[one[apart]] |= np.uint8(Flag.CONTRADICTED)
    flags[other[apart]] |= np.uint8(Flag.CONTRADICTED)
    return flags
