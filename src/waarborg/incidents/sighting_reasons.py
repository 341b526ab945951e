"""Why sightings were joined or not: every join of an incident in its order, and what each term of it weighs.

Rules this module keeps:
1. The joins are those that the fusion made, noted by its own loops; nothing is scored anew for the telling.
2. The terms of a join add up to its gain, and the gain of the weakest gives the stated chance.
3. What a judgement would change is found by fusing with it, so that it is what would happen.

Units: metres, seconds, nats.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waarborg.incidents import merge_kernels
from waarborg.incidents.incident import Term
from waarborg.incidents.judged_sightings import judged_pairs, least_crowd, unplaced
from waarborg.incidents.judgements import Judgement, Pair, Sameness, in_words, settled
from waarborg.incidents.sighting_columns import (
    Floats,
    Ints,
    Laid,
    SightingModel,
    Sightings,
    Tables,
    tables,
)
from waarborg.incidents.sightings import LOOKED_AT, Weighed, sure_terms, sureness, weigh
from waarborg.reports.report import ReportId

_LEAST_SAME = 999.0
_REACH = 3.5
_ROUNDING = 1e-9
_LAST = datetime(9999, 1, 1, tzinfo=UTC)

Names = tuple[int, ...]
State = tuple[NDArray[Any], ...]
"""The arrays that `merge_kernels.gain` reads, one row a group."""


@dataclass(frozen=True, slots=True)
class Step:
    """Two groups of sightings, and what speaks for and against their being one event.

    Attributes:
        one: The sightings of one group, by identifier.
        other: Those of the other.
        nats: By how much one event explains them better than two.
        terms: The parts of that; empty where a person's judgement decided.
        judged: What a person said, in words; empty where evidence decided.
        through: Sightings that alone would have joined the two, which were kept apart for it.
    """

    one: Names
    other: Names
    nats: float
    terms: tuple[Term, ...]
    judged: str = ""
    through: Names = ()


@dataclass(frozen=True, slots=True)
class Held:
    """An incident of sightings, and how it came about.

    Attributes:
        incident: Its number: the smallest identifier in it.
        sightings: Those in it, by identifier.
        sources: How many different sources they have.
        probability: That all of them are of one event; 1 for a lone sighting.
        sure: The parts of the log odds of that chance.
        steps: Every join, in the order in which they were made.
        outside: The group that comes nearest to being joined with it; None where no pair leads out.
        bridges: Each sighting that alone would have joined it with another, and the number of that other.
    """

    incident: int
    sightings: Names
    sources: int
    probability: float
    sure: tuple[Term, ...]
    steps: tuple[Step, ...]
    outside: Step | None
    bridges: tuple[tuple[int, int], ...] = ()

    @property
    def weakest(self) -> Step | None:
        """The join with the smallest gain; None for a lone sighting."""
        return min(self.steps, key=lambda step: step.nats, default=None)


@dataclass(frozen=True, slots=True)
class Between:
    """Two sightings: whether they are in one incident, and why.

    Attributes:
        one: The smaller identifier.
        other: The larger.
        together: Whether they are in one incident.
        deciding: The join that brought them together; else their two incidents, weighed against each other.
        alone: The two by themselves.
        compared: Why the two were not weighed as a pair, in words; empty when they were.
    """

    one: int
    other: int
    together: bool
    deciding: Step
    alone: Step
    compared: str


@dataclass(frozen=True, slots=True)
class Change:
    """What one judgement would change.

    Attributes:
        one: A sighting.
        other: The other.
        sameness: What would be judged.
        before: The incidents whose sightings would be dealt otherwise, as they are.
        after: As they would be.
    """

    one: int
    other: int
    sameness: Sameness
    before: tuple[Names, ...]
    after: tuple[Names, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """What hangs together, merged; rows by identifier.

    Attributes:
        laid: The sightings.
        crowd: The density about each.
        ends: The two rows of each pair that may be one event, one after the other.
        group: For each row the row of its incident's smallest identifier.
        taken: Every join in its order: the group that took in, the one that was taken in, the gain.
        weakest: The smallest gain of the incident that a row leads.
        state: Each row as a group of its own.
        kept: What was kept apart: a row that alone would have joined two incidents, and a row of either.
    """

    laid: Laid
    crowd: Floats
    ends: Ints
    group: Ints
    taken: tuple[tuple[int, int, float], ...]
    weakest: Floats
    state: State
    kept: Ints

    def members(self, at: int) -> Names:
        """The sightings of the incident that a row is in."""
        return tuple(self.laid.id[self.group == self.group[at]].tolist())

    def bridges(self, leader: int) -> tuple[tuple[int, int], ...]:
        """Which sightings alone would have joined an incident with which others."""
        through, one, other = self.kept.T
        ends = np.concatenate([np.stack([one, other]), np.stack([other, one])], axis=1)
        mine = self.group[ends[0]] == leader
        rows = np.stack([np.tile(through, 2)[mine], self.group[ends[1][mine]]])
        return tuple(sorted({(int(a), int(b)) for a, b in self.laid.id[rows].T}))


class Weighing:
    """Sightings at hand, of which anything can be asked.

    Args:
        seen: All sightings of a stretch of time and of `sightings.halo_s` on both sides of it.
        model: What was learnt beforehand.
        judgements: What people said.
    """

    def __init__(
        self, seen: Sightings, model: SightingModel, judgements: Iterable[Judgement] = ()
    ) -> None:
        self._model = model
        self._tables = tables(model)
        self._seen = seen
        self._said = tuple(judgements)
        self._counted = settled(self._said)
        self._evidence = weigh(seen, model, self._tables)
        self._weighed = self._evidence.judged_by(seen, model, judged_pairs(self._said))

    def span(self, *names: int) -> tuple[float, float]:
        """From when to when what hangs together with some sightings lasts.

        Infinite (from above, to below) where none of it has a time that can be used.

        Raises:
            KeyError: One of them is not there.
        """
        part = self._part(*names)
        when = part.laid.when[part.laid.source >= 0, 0]
        return float(when.min(initial=math.inf)), float(when.max(initial=-math.inf))

    def held(self, name: int) -> Held:
        """The incident that a sighting is in.

        Raises:
            KeyError: There is no such sighting.
        """
        part = self._part(name)
        at = int(np.searchsorted(part.laid.id, name))
        leader = int(part.group[at])
        own = part.group == leader
        sources = set(part.laid.source[own].tolist()) - {-1}
        told = _Replay(part, self._model, self._tables, self._counted)
        chance = sureness(np.zeros(int(own.sum()), dtype=np.int64), part.weakest[own],
                          part.crowd[own], self._model)[0]  # fmt: skip
        return Held(
            int(part.laid.id[leader]), part.members(leader), max(len(sources), 1), float(chance),
            self._sure(part, own), tuple(told.steps_of(leader)), told.nearest(leader),
            part.bridges(leader),
        )  # fmt: skip

    def between(self, one: int, other: int) -> Between:
        """Why two sightings are in one incident, or are not.

        Raises:
            KeyError: One of them is not there.
        """
        one, other = sorted((one, other))
        part = self._part(one, other)
        a, b = (int(row) for row in np.searchsorted(part.laid.id, [one, other]))
        told = _Replay(part, self._model, self._tables, self._counted)
        together = bool(part.group[a] == part.group[b])
        deciding = (
            told.joining(one, other) if together else told.weighed(part.group[a], part.group[b])
        )
        before = _Replay(part, self._model, self._tables, self._counted, merged=False)
        alone = before.weighed(a, b)
        return Between(
            one, other, together, deciding, alone, self._unweighed(part, a, b, alone.nats)
        )

    def change(self, one: int, other: int, sameness: Sameness) -> Change:
        """What a person's judgement on two sightings would change, found by fusing with it.

        Raises:
            KeyError: One of them is not there.
        """
        said = Judgement(ReportId(str(one)), ReportId(str(other)), sameness, "", _LAST, "")
        judged = judged_pairs((*self._said, said))
        weighed = self._evidence.judged_by(self._seen, self._model, judged)
        was, now = self._part(one, other), self._part(one, other, weighed=weighed)
        # a tie that falls away parts what hung together; one that comes ties two such wholes
        names = np.union1d(was.laid.id, now.laid.id).tolist()
        was, now = self._part(*names), self._part(*names, weighed=weighed)
        groups = [{part.members(row) for row in part.group.tolist()} for part in (was, now)]
        return Change(
            one, other, sameness,
            tuple(sorted(groups[0] - groups[1])), tuple(sorted(groups[1] - groups[0])),
        )  # fmt: skip

    def _part(self, *names: int, weighed: Weighed | None = None) -> _Part:
        """What hangs together with some sightings, merged; other judgements than people's may be given.

        Raises:
            KeyError: One of them is not there.
        """
        wanted = np.unique(np.array(names, dtype=np.int64))
        gone = wanted[~np.isin(wanted, self._seen.id)]
        if len(gone):
            raise KeyError(int(gone[0]))
        weighed = weighed or self._weighed
        laid, edges = weighed.laid, weighed.edges
        root = merge_kernels.roots(len(laid.id), edges.first, edges.second)
        mine = np.isin(root, root[np.isin(laid.id, wanted)])
        lone = unplaced(wanted[~np.isin(wanted, laid.id)])
        rows = np.flatnonzero(mine)
        both = laid.take(rows).with_rows(lone)
        crowd = np.concatenate(
            [weighed.crowd[rows], np.full(len(lone.id), least_crowd(self._model))]
        )
        order = np.argsort(both.id, kind="stable")
        place = np.full(len(laid.id), -1, dtype=np.int64)
        place[rows] = np.argsort(order)[: len(rows)]
        inside = mine[edges.first]
        ends = place[np.column_stack([edges.first[inside], edges.second[inside]])].reshape(-1)
        return self._merged(both.take(order), crowd[order], ends, edges.nats[inside])

    def _merged(self, laid: Laid, crowd: Floats, ends: Ints, nats: Floats) -> _Part:
        """Merge what hangs together, and note every join."""
        n, held = len(laid.id), self._tables
        leaves = held.leaves.shape[1]
        state: State = (
            np.empty((n, 4)), np.empty((n, 2)), np.empty((n, leaves)), np.empty(n),
            np.empty((n, 2)), np.empty(n), np.empty((n, 2), dtype=np.uint64),
        )  # fmt: skip
        said = (
            laid.place, laid.when, laid.code, laid.amount, crowd, laid.source, held.leaves,
            held.leaves_log,
        )  # fmt: skip
        merge_kernels.fill_part(np.arange(n), *said, held.noise, *state)
        taker, turn = np.arange(n), np.full(n, -1, dtype=np.int64)
        won_by, weakest = np.full(n, np.nan), np.full(n, np.inf)
        kept = merge_kernels.merge_whole(
            np.arange(n), ends.copy(), nats.copy(), *said, self._model.prior, held.noise, held.settings, LOOKED_AT,
            taker, weakest, turn, won_by, *(a.copy() for a in state),
        )  # fmt: skip
        order = np.argsort(turn, kind="stable")[int((turn < 0).sum()) :].tolist()
        taken = tuple((int(taker[row]), row, float(won_by[row])) for row in order)
        group = taker.copy()
        for row in range(n):
            group[row] = group[group[row]]
        return _Part(laid, crowd, ends, group, taken, weakest[group], state, kept)

    def _sure(self, part: _Part, own: NDArray[np.bool_]) -> tuple[Term, ...]:
        """The parts of the log odds of an incident's stated chance."""
        weakest = float(part.weakest[own][0])
        if math.isinf(weakest):
            return ()
        thick = float(part.crowd[own].max())
        start, slope, crowd = sure_terms(np.array([weakest]), np.array([thick]), self._model)
        return (
            Term("start", float(start), f"before anything is known ({self._model.version})"),
            Term("weakest join", float(slope[0]),
                 f"{self._model.sure_slope} times the gain of the weakest join, {weakest:.4f} nats, at most 30"),
            Term("density", float(crowd[0]),
                 f"{self._model.sure_crowd} times ln of the density where it is highest, {thick:.4g} a m² and s"),
        )  # fmt: skip

    def _unweighed(self, part: _Part, a: int, b: int, nats: float) -> str:
        """Why two rows were not weighed as a pair; empty when they were."""
        pairs = np.sort(part.ends.reshape(-1, 2), axis=1)
        if (pairs == sorted((a, b))).all(axis=1).any():
            return ""
        if part.laid.source[a] < 0 or part.laid.source[b] < 0:
            return "one has no place and time that can be used: it joins only what a person says it joins"
        metres, wide, seconds, long = apart(part.state, a, b)
        if metres > _REACH * wide:
            return f"{metres:,.0f} m apart, more than {_REACH} times their joint spread of {wide:,.0f} m"
        if seconds > _REACH * long:
            return f"{seconds:,.0f} s apart, more than {_REACH} times their joint spread of {long:,.0f} s"
        if nats <= self._model.cut + _ROUNDING:
            return (
                f"two that have no more than {self._model.cut} nats by themselves are not followed"
            )
        return "they stand in a flood and were dealt into different lots of it"


class _Replay:
    """The joins of what hangs together, made again one after the other by the same loops.

    Args:
        part: What hangs together.
        model: What was learnt beforehand.
        held: What follows from it.
        counted: What people said of each pair.
        merged: Whether to make the joins; without them each row is a group of its own.
    """

    def __init__(
        self, part: _Part, model: SightingModel, held: Tables, counted: Mapping[Pair, Judgement],
        *, merged: bool = True,
    ) -> None:  # fmt: skip
        self._part, self._model, self._held, self._counted = part, model, held, counted
        self._state: State = tuple(array.copy() for array in part.state)
        self._members: list[Names] = [(int(name),) for name in part.laid.id]
        self._steps: list[tuple[int, Step]] = []
        for a, b, won in part.taken if merged else ():
            self._steps.append((int(part.group[a]), self.weighed(a, b, won)))
            merge_kernels.absorb(a, b, *self._state, model.prior)
            self._members[a] = tuple(sorted(self._members[a] + self._members[b]))

    def steps_of(self, leader: int) -> Iterator[Step]:
        """The joins of one incident."""
        return (step for at, step in self._steps if at == leader)

    def joining(self, one: int, other: int) -> Step:
        """The join that brought two sightings of an incident together."""
        return next(
            step
            for _, step in self._steps
            if (one in step.one and other in step.other)
            or (other in step.one and one in step.other)
        )

    def nearest(self, leader: int) -> Step | None:
        """The group with the most evidence for being one with an incident that it is tied to."""
        groups = self._part.group[self._part.ends.reshape(-1, 2)]
        mine = groups[(groups == leader).any(axis=1)]
        others = sorted(set(mine.reshape(-1).tolist()) - {leader})
        found = [self.weighed(leader, other) for other in others]
        return max(found, key=lambda step: (step.nats, step.other), default=None)

    def weighed(self, a: int, b: int, won: float | None = None) -> Step:
        """Two groups as they are now, weighed against each other, or for the gain they were joined for."""
        said = self._said(self._members[a], self._members[b])
        terms = self._terms(a, b)
        nats = sum(term.nats for term in terms)
        judged = "" if won is not None and won < _LEAST_SAME else said
        return Step(self._members[a], self._members[b], nats, terms, judged, self._through(a, b))

    def _through(self, a: int, b: int) -> Names:
        """The sightings that alone would have joined two groups, which were kept apart for it."""
        names = self._part.laid.id[self._part.kept]
        in_a, in_b = (np.isin(names[:, 1:], self._members[group]) for group in (a, b))
        between = (in_a & in_b[:, ::-1]).any(axis=1)
        return tuple(np.unique(names[between, 0]).tolist())

    def _said(self, one: Names, other: Names) -> str:
        """What people said of pairs between two groups."""
        pairs = (tuple(sorted((str(a), str(b)))) for a in one for b in other)
        return "; ".join(
            in_words(self._counted[found])
            for pair in pairs
            if (found := (ReportId(pair[0]), ReportId(pair[1]))) in self._counted
        )

    def _terms(self, a: int, b: int) -> tuple[Term, ...]:
        """The parts of the gain of two groups, each with the numbers it follows from."""
        found = merge_kernels.gain_terms(a, b, *self._state, self._model.prior, self._held.settings)
        near, soon, like, many, thick, shared = map(float, found)
        if len(self._members[a]) == len(self._members[b]) == 1:
            source = self._part.laid.source
            shared = -self._model.shared_source if source[a] == source[b] else 0.0
        metres, wide, seconds, long = apart(self._state, a, b)
        amounts = self._state[4]
        told = (
            "how many: "
            + " and ".join(
                f"{math.exp(amounts[at, 1] + self._model.count_mean):.3g}" for at in (a, b)
            )
            if amounts[a, 0] > 0.0 and amounts[b, 0] > 0.0
            else "how many: not told on both sides"
        )
        return (
            Term("place", near, f"{metres:,.1f} m apart, joint spread {wide:,.1f} m"),
            Term("time", soon, f"{seconds:,.1f} s apart, joint spread {long:,.1f} s"),
            Term("type", like, f"what is told is {math.exp(like):.4g} times as likely of one event"),
            Term("count", many, told),
            Term("density", thick, f"{math.exp(-thick):.4g} other reports a m² and s hereabouts"),
            Term("sources", shared, f"{self._model.shared_source} off for each source on both sides"),
            Term("offset", self._model.offset, f"how readily reports are joined ({self._model.version})"),
        )  # fmt: skip


def apart(state: State, a: int, b: int) -> tuple[float, float, float, float]:
    """How far two groups lie apart and their joint spread, in metres and then in seconds."""
    place, when = state[0], state[1]
    east = (place[a, 0] - place[b, 0]) * (0.5 * (place[a, 3] + place[b, 3]))
    metres = math.hypot(east, place[a, 1] - place[b, 1])
    seconds = abs(float(when[a, 0] - when[b, 0]))
    wide, long = math.sqrt(place[a, 2] + place[b, 2]), math.sqrt(when[a, 1] + when[b, 1])
    return metres, wide, seconds, long
