"""Why the sightings of a file were joined or not, and the joins a person should look at first.

Rules this module keeps:
1. A file of any size: what is looked at is the stretch of time in which what is asked for hangs together.
2. What is told is what `waarborg fuse` does with the same file and the same judgements.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from waarborg.app.services.fusing import SLAB_ROWS, People, said_of
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.incidents.judged_sightings import judged_pairs
from waarborg.incidents.judgements import (
    Circle,
    Contradiction,
    Judgement,
    Sameness,
    circles,
    contradictions,
)
from waarborg.incidents.sighting_columns import SightingModel
from waarborg.incidents.sighting_reasons import Between, Change, Held, Weighing
from waarborg.incidents.sighting_slabs import fuse_slabs
from waarborg.reports.report import ReportId
from waarborg.store.fusion_models import sighting_model
from waarborg.store.sighting_files import SightingFile, open_sightings
from waarborg.store.sighting_rows import Refused


@dataclass(frozen=True, slots=True)
class SeenJoin:
    """An incident that a person should look at.

    Attributes:
        held: The incident and how it came about.
        if_different: What it would change to judge the two sides of its weakest join different.
        if_same: What it would change to judge it the same as what comes nearest; None where nothing does.
    """

    held: Held
    if_different: Change
    if_same: Change | None


@dataclass(frozen=True, slots=True)
class SeenReview:
    """The joins of a file that a person should look at first.

    Attributes:
        joins: The least certain first.
        incidents: How many incidents hold several sightings.
        flooded: How many more do in floods, which are no events and are not listed.
        contradictions: Judgements that do not hold because others say otherwise.
        circles: Judgements that go round in a circle.
        refused: Rows of the file that were not taken.
    """

    joins: tuple[SeenJoin, ...]
    incidents: int
    flooded: int
    contradictions: tuple[Contradiction, ...]
    circles: tuple[Circle, ...]
    refused: Refused


class SeenFile:
    """A file of sightings of which anything can be asked.

    Args:
        file: The file, open.
        people: What people judged.
        slab_rows: Sightings that are held at a time; a file of no more is held whole.
    """

    def __init__(self, file: SightingFile, people: People | None, slab_rows: int) -> None:
        self.refused = file.check(sighting_model())
        self.said: tuple[Judgement, ...] = said_of(file, people)
        self._file = file
        self._model: SightingModel = sighting_model()
        self._rows = slab_rows
        self._halo_s = file.halo_s(self._model)
        self._whole: Weighing | None = None
        if file.rows() <= slab_rows:
            everything = file.stretch(-math.inf, math.inf)
            self._whole = Weighing(everything, self._model, self.said)

    def held(self, name: int) -> Held:
        """The incident that a sighting is in, and how it came about."""
        return self._weighing(name).held(name)

    def between(self, one: int, other: int) -> Between:
        """Why two sightings are in one incident, or are not."""
        return self._weighing(one, other).between(one, other)

    def change(self, one: int, other: int, sameness: Sameness) -> Change:
        """What a judgement on two sightings would change."""
        return self._weighing(one, other).change(one, other, sameness)

    def review(self, most: int) -> SeenReview:
        """The incidents of several sightings that are the least certain to be one event."""
        judged = judged_pairs(self.said)
        slabs = self._file.slabs(self._rows)
        self._file.hold(fuse_slabs(slabs, self._model, self._halo_s, judged))
        found, many, flooded = self._file.least_certain(most)
        into = self._file.incidents_of(judged.names.tolist()) if self.said else {}
        incident = {ReportId(str(name)): f"inc-{held}" for name, held in into.items()}
        return SeenReview(
            tuple(self._join(name) for name in found), many, flooded,
            contradictions(self.said, incident), circles(self.said), self.refused,
        )  # fmt: skip

    def _join(self, name: int) -> SeenJoin:
        held = self.held(name)
        weakest, outside = held.weakest, held.outside
        if weakest is None:
            raise ValueError(f"the incident of {name} holds one sighting: there is no join in it")
        different = self.change(weakest.one[0], weakest.other[0], Sameness.DIFFERENT)
        same = None
        if outside is not None:
            same = self.change(outside.one[0], outside.other[0], Sameness.SAME)
        return SeenJoin(held, different, same)

    def _weighing(self, *names: int) -> Weighing:
        """What hangs together with some sightings, and all that lies around it.

        Raises:
            ProblemsFound: One of them is not in the file (FUS-015).
        """
        when = self._file.moments(names)
        lacking = [name for name in names if name not in when]
        if lacking:
            raise ProblemsFound([_unknown(str(self._file.name), name) for name in lacking])
        if self._whole is not None:
            return self._whole
        times = [t for t in when.values() if math.isfinite(t)]
        low, high = min(times, default=math.inf), max(times, default=-math.inf)
        also = [*names, *judged_pairs(self.said).names.tolist()]
        around = 3.0 * self._halo_s
        while True:
            seen = self._file.stretch(low - around, high + around, also)
            found = Weighing(seen, self._model, self.said)
            first, last = found.span(*names)
            # all that can touch what hangs together has to be at hand
            if first - self._halo_s >= low - around and last + self._halo_s <= high + around:
                return found
            low, high = min(low, first), max(high, last)
            around *= 2.0


@contextmanager
def seen_file(
    path: Path, beside: Path, people: People | None = None, slab_rows: int = SLAB_ROWS
) -> Iterator[SeenFile]:
    """Open a file of sightings to ask about it.

    Args:
        path: Parquet or CSV.
        beside: A folder in which a temporary one may be made; it is gone afterwards.
        people: What people judged.
        slab_rows: Sightings in memory at a time.

    Raises:
        ProblemsFound: A file cannot be used.
    """
    with open_sightings(path, beside) as file:
        yield SeenFile(file, people, slab_rows)


def numbers(keys: Iterable[str], file: str) -> list[int]:
    """Keys of sightings as numbers.

    Raises:
        ProblemsFound: One of them is none (FUS-015).
    """
    held = list(keys)
    lacking = [key for key in held if not key.removeprefix("inc-").removeprefix("-").isdecimal()]
    if lacking:
        raise ProblemsFound([_unknown(file, key) for key in lacking])
    return [int(key.removeprefix("inc-")) for key in held]


def _unknown(file: str, key: int | str) -> Problem:
    return Problem(
        file, 0, "FUS-015", "no row that was taken has this key",
        "a report_key or an incident_id as `waarborg fuse` writes it", str(key),
        "copy the key from the result, or look whether its row was refused",
    )  # fmt: skip
