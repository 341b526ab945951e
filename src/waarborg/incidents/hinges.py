"""What hinges on a few reports: incidents that would be otherwise without them.

Rules this module keeps:
1. Nothing is moved: a hinge says what one text or a few alike decide, so that a person reads them first.
2. "Without it" is what fusion does without it, within the incidents named.
3. Bounded: a component so large that it was cut is not looked at, and in any other only so much is tried; which is
   tried first depends on the evidence alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from waarborg.incidents import kernels
from waarborg.incidents.columns import Columns
from waarborg.incidents.incident import IncidentId
from waarborg.incidents.merge import NOBODY_JUDGED, Groups, Judged, Remembered, evidence
from waarborg.incidents.model import Model
from waarborg.reports.report import ReportId

WORK = 4_000_000
"""Pairs of reports that are compared anew in one component, at most."""
_SMALL = 40
"""Reports of two incidents of which each is tried; of more, those that can tip the balance."""
_TIPPING = 5
PLANTED = 4
"""Reports that are left out together, at most."""
_HELD = 5
"""Reports of an incident that one can hold together: itself, and two on either side."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Kind(StrEnum):
    """What would be otherwise."""

    BRIDGE = "bridge"
    """It names two events: all that would have joined two incidents goes through it, and they were kept apart."""
    HOLDS_TOGETHER = "holds_together"
    """Without it, or the few of them, the incident would be two of several reports each."""
    DRAWS_IN = "draws_in"
    """A report stands in its incident through it alone."""
    KEEPS_APART = "keeps_apart"
    """Without it, or the few of them, reports of two incidents would be in one."""


@dataclass(frozen=True, slots=True, order=True)
class Hinge:
    """What hinges on one report or a few.

    Attributes:
        incidents: The incident that holds them; for `KEEPS_APART` also the other one.
        kind: What would be otherwise.
        reports: The reports on which it hinges together.
        moved: The reports that would be elsewhere; empty for `BRIDGE` and `HOLDS_TOGETHER`.
        whole: Whether, for `KEEPS_APART`, all reports of the two incidents would be in one.
    """

    incidents: tuple[IncidentId, ...]
    kind: Kind
    reports: tuple[ReportId, ...]
    moved: tuple[ReportId, ...] = ()
    whole: bool = False


def hinges(
    reports: Sequence[ReportId],
    columns: Columns,
    groups: Groups,
    model: Model,
    incident: Mapping[ReportId, IncidentId],
    judged: Judged = NOBODY_JUDGED,
    remembered: Remembered | None = None,
) -> tuple[Hinge, ...]:
    """Everything in a partition that hinges on one report or a few, by incident.

    Args:
        reports: The report of each row.
        columns: The same reports.
        groups: Their partition.
        model: Weights and the rule of the merge.
        incident: The incident of each report.
        judged: Pairs that people judged, as `merge.merge` takes them.
        remembered: What was compared before, likewise.
    """

    def named(kind: Kind, rows: Sequence[Ints], *, whole: bool = False) -> Hinge:
        through, moved, other = (tuple(reports[row] for row in each.tolist()) for each in rows)
        held = tuple(dict.fromkeys(incident[name] for name in (*through[:1], *other[:1])))
        return Hinge(held, kind, through, moved, whole)

    nobody: Ints = np.empty(0, dtype=np.int64)
    found = [
        named(Kind.BRIDGE, (np.array([row]), nobody, nobody))
        for row in np.flatnonzero(groups.bridge).tolist()
    ]
    order = np.argsort(groups.component, kind="stable")
    start = np.flatnonzero(np.r_[True, np.diff(groups.component[order]) != 0, True])
    for at in np.flatnonzero(np.diff(start) > 2).tolist():
        rows = order[start[at] : start[at + 1]]
        if groups.cut[rows].any():
            continue
        score = evidence(rows, columns, model, judged, remembered)
        part = _Part(score, groups.group[rows], model)
        for through, drawn in part.drawn_in().items():
            found.append(named(Kind.DRAWS_IN, (rows[list(through)], rows[drawn], nobody)))
        found += [
            named(Kind.HOLDS_TOGETHER, (rows[list(through)], nobody, nobody))
            for through in part.held_together()
        ]
        for some, moved, other, whole in part.kept_apart():
            three = (rows[list(some)], rows[moved], rows[other])
            found.append(named(Kind.KEEPS_APART, three, whole=whole))
    return tuple(sorted(found))


class _Part:
    """What hangs together: the evidence of each row with each, and the groups they came out in."""

    def __init__(self, score: Floats, group: Ints, model: Model) -> None:
        self._score = score
        self._group = group
        self._model = model

    def drawn_in(self) -> dict[tuple[int, ...], list[int]]:
        """One row or two, and the rows of their group for which these speak and nothing else does."""
        least = self._model.keep_joined
        found: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
        for group in np.unique(self._group).tolist():
            own = np.flatnonzero(self._group == group)
            if len(own) < 3:
                continue
            speaks = self._score[np.ix_(own, own)] > least
            np.fill_diagonal(speaks, val=False)
            many = speaks.sum(axis=1)
            for at in np.flatnonzero((many > 0) & (many < 3) & (many < len(own) - 1)).tolist():
                found[tuple(own[speaks[at]].tolist())].append(int(own[at]))
        return found

    def held_together(self) -> Iterator[tuple[int, ...]]:
        """The fewest rows, up to `PLANTED`, without which the others of their group fall into two groups of several.

        Where one alone does not do it, each row is tried with those most like it, as texts that were planted together are.
        """
        left = WORK
        names, many = np.unique(self._group, return_counts=True)
        # the small ones first, so that a large one does not use up what may be tried
        for name in names[np.argsort(many, kind="stable")].tolist():
            own = np.flatnonzero(self._group == name)
            if len(own) < _HELD:
                continue
            left -= PLANTED * len(own) ** 3
            if left < 0:
                return
            named: set[int] = set()
            for some in self._planted(own, own):
                for gone in compress(map(tuple, some.tolist()), self._falls(own, some)):
                    if named.isdisjoint(gone):
                        named |= set(gone)
                        yield gone

    def _planted(self, own: Ints, tried: Ints) -> Iterator[Ints]:
        """Each of some rows of a group; then each with the row of the group most like it; then with two and more."""
        like = self._score[np.ix_(tried, own)].copy()
        like[tried[:, None] == own[None, :]] = np.inf
        nearest = own[np.argsort(-like, axis=1, kind="stable")[:, :PLANTED]]
        for many in range(1, min(PLANTED, nearest.shape[1]) + 1):
            # as numpy.unique by rows, which takes most of the time for so few
            sets = {tuple(sorted(rows)) for rows in nearest[:, :many].tolist()}
            yield np.array(sorted(sets), dtype=np.int64).reshape(-1, many)

    def _falls(self, own: Ints, gone: Ints) -> list[bool]:
        """Whether a group without some of its rows is two groups of several; one answer a row of `gone`."""
        blend, least = self._model.blend, self._model.keep_joined
        found: list[bool] = kernels.falls(own, gone, self._score, blend, least).tolist()
        return found

    def kept_apart(self) -> Iterator[tuple[tuple[int, ...], Ints, Ints, bool]]:
        """Rows; those that would stand with another group without them; that group; whether all would."""
        names = np.unique(self._group)
        if len(names) < 2:
            return
        own = {name: np.flatnonzero(self._group == name) for name in names.tolist()}
        blend, least = self._model.blend, self._model.keep_joined
        pull = np.stack(
            [
                blend * self._score[:, held].max(axis=1)
                + (1.0 - blend) * self._score[:, held].mean(axis=1)
                for held in own.values()
            ],
            axis=1,
        )
        pull[np.arange(len(pull)), np.searchsorted(names, self._group)] = -np.inf
        row, to = np.nonzero(pull > least)
        strongest: dict[tuple[int, int], float] = {}
        for at, column in zip(row.tolist(), to.tolist(), strict=True):
            pair = (int(self._group[at]), int(names[column]))
            if len(own[pair[0]]) > 1:
                strongest[pair] = max(strongest.get(pair, -np.inf), float(pull[at, column]))
        left = WORK
        # where one report keeps two groups apart, the several that would do it from the other side say nothing more
        found: defaultdict[tuple[int, int], list[tuple[tuple[int, ...], Ints, Ints, bool]]]
        found = defaultdict(list)
        for pair in sorted(strongest, key=lambda pair: (-strongest[pair], pair)):
            mine, theirs = own[pair[0]], own[pair[1]]
            both = np.concatenate([mine, theirs])
            tried = self._tipping(mine, theirs, pull[mine, np.searchsorted(names, pair[1])])
            left -= (PLANTED * len(tried) + 1) * len(both) ** 2
            if left < 0:
                break
            if not _shared(self._merged(both), len(mine)):
                found[min(pair), max(pair)] += self._without(mine, theirs, tried)
        for between in found.values():
            yield from [one for one in between if len(one[0]) == 1] or between

    def _without(
        self, mine: Ints, theirs: Ints, tried: Sequence[int]
    ) -> Iterator[tuple[tuple[int, ...], Ints, Ints, bool]]:
        """Leave out some rows of a group, and look whether others of it stand with another group then."""
        named: set[int] = set()
        planted = self._planted(mine, np.array(tried, dtype=np.int64))
        for some in (tuple(rows) for sets in planted for rows in sets.tolist()):
            if not named.isdisjoint(some):
                continue
            rest = mine[[row not in some for row in mine.tolist()]]
            if not len(rest):
                continue
            into = self._merged(np.concatenate([rest, theirs]))
            shared = _shared(into, len(rest))
            if shared:
                named |= set(some)
                moved = rest[np.isin(into[: len(rest)], sorted(shared))]
                yield some, moved, theirs, len(np.unique(into)) == 1

    def _tipping(self, mine: Ints, theirs: Ints, pull: Floats) -> list[int]:
        """The rows of a group that may keep others of it from another group; of a large one not every row."""
        if len(mine) + len(theirs) <= _SMALL:
            return [int(row) for row in mine]
        against = np.argsort(self._score[np.ix_(mine, theirs)].mean(axis=1), kind="stable")
        found = set(mine[against[:_TIPPING]].tolist())
        drawn = mine[np.argsort(-pull, kind="stable")[:_TIPPING]]
        for row in drawn.tolist():
            nearest = np.argsort(-self._score[row, mine], kind="stable")
            found |= set(mine[nearest[: _TIPPING + 1]].tolist()) - {row}
        return sorted(found)

    def _merged(self, some: Ints) -> Ints:
        """The groups of some rows when nothing else is there."""
        found: Ints = kernels.merged(some, self._score, self._model.blend, self._model.keep_joined)
        return found


def _shared(group: Ints, first: int) -> set[int]:
    """The groups that hold some of the first rows and some of the others."""
    return set(group[:first].tolist()) & set(group[first:].tolist())
