"""Web reports fused as they come in: the same incidents as if all had come at once.

Rules this module keeps:
1. After each step the incidents are those of `fuse.fuse` on the reports and judgements so far, to the
   byte, however late, early or corrected a report comes (laws 1 and 3).
2. A step costs what it touches: the reports it brings, those whose signs it makes common or rare
   again, and what hangs together with them. Incidents of long ago cost memory, no time.
3. Taking a judgement back undoes exactly what it did.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from waarborg.incidents.columns import Columns
from waarborg.incidents.compare import compare_pairs, score_pairs
from waarborg.incidents.fuse import Chances, by_time, fuse_bounded, judged_rows, member
from waarborg.incidents.grown import Grown
from waarborg.incidents.hinges import Hinge
from waarborg.incidents.incident import Incident
from waarborg.incidents.judgements import Judgement, Pair, Said, Sameness
from waarborg.incidents.merge import SAME_NATS, Groups, merge
from waarborg.incidents.model import Model
from waarborg.incidents.picture import picture
from waarborg.incidents.remembered import Evidence, Known
from waarborg.incidents.rising import rising
from waarborg.incidents.ties import Hanging, Ties
from waarborg.incidents.told_index import AT_ONCE, OVER, Index
from waarborg.reports.report import Report, ReportId

Ints = NDArray[np.int64]

_TWO_DAYS = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Moved:
    """Incidents that a step changed.

    Attributes:
        before: As they were, by time and identifier; nothing for those that are new.
        after: As they are; nothing for those that are gone. One of whose reports only another version
            came stands here and in `before`.
        left: Reports that went, or that a later version replaced.
        came: Reports that came, and later versions.
    """

    before: tuple[Incident, ...]
    after: tuple[Incident, ...]
    left: tuple[Report, ...] = ()
    came: tuple[Report, ...] = ()


class Told:
    """Web reports and judgements so far, and the incidents they make up.

    Args:
        model: Everything learnt beforehand.

    Attributes:
        standing: The reports that count, each in its latest version, by identifier.
        arrived: When each report first came in, in whatever version.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._weights = np.array(model.weights)
        self._index = Index(model)
        self._ties = Ties()
        self._evidence = Evidence()
        self._row: dict[ReportId, int] = {}
        self._reports: list[Report | None] = []
        self.standing: dict[ReportId, Report] = {}
        self.arrived: dict[ReportId, datetime] = {}
        self._said = Said()
        self._counted = self._said.counted
        self._judged: defaultdict[ReportId, set[Pair]] = defaultdict(set)
        whole, none = np.empty(0, dtype=np.int64), np.empty(0)
        self._state = Grown(leader=whole, partner=whole, nats=none, mean=none, beside=none)
        self._members: dict[int, list[int]] = {}
        self._held: dict[int, Incident] = {}

    def __len__(self) -> int:
        """How many incidents there are."""
        return len(self._held)

    def incidents(self) -> tuple[Incident, ...]:
        """All incidents by time and identifier, nobody's deed yet."""
        return by_time(self._held.values())

    def hinges(self) -> tuple[Hinge, ...]:
        """What hinges on a few reports, looked for anew in all that is held."""
        said = self._counted.values()
        return fuse_bounded(self.reports(), self._model, said, self.arrived).hinges

    def report(self, name: ReportId) -> Report:
        """A report in its latest version.

        Raises:
            KeyError: There is no such report.
        """
        return self.standing[name]

    def take(
        self,
        reports: Iterable[Report] = (),
        judgements: Iterable[Judgement] = (),
        *,
        gone: Iterable[ReportId] = (),
        taken_back: Iterable[Judgement] = (),
    ) -> Moved:
        """Take in what came.

        Args:
            reports: New reports and new versions, of any time; what is known already changes nothing.
            judgements: What people said about pairs of reports.
            gone: Reports that are not to count any more.
            taken_back: Judgements that are to be as if they had never been.
        """
        changed, earlier = self._newer(reports)
        touched = self._judge(judgements, taken_back) | earlier
        leaving = set(gone)
        out = (leaving | {report.id for report in changed}) & self.standing.keys()
        left = tuple(self.standing[name] for name in sorted(out))
        touched |= self._leave_out(out)
        for name in leaving & self._row.keys():
            self._reports[self._row[name]] = None
            self.standing.pop(name, None)
        for part in _parts(changed):
            touched |= self._enter(part)
        if not touched:
            return Moved((), ())
        rows = np.array(sorted(touched), dtype=np.int64)
        partners = self._ties.drop(rows)
        self._tie(rows)
        hanging = self._ties.hanging(np.concatenate([rows, partners]))
        before, after = self._merge(hanging, touched)
        anew = {report.id for report in changed}
        return Moved(*_otherwise(before, after, anew), left, tuple(changed))

    def reports(self) -> tuple[Report, ...]:
        """The reports that count, each in its latest version, by identifier."""
        return tuple(self.standing[name] for name in sorted(self.standing))

    def _newer(self, reports: Iterable[Report]) -> tuple[list[Report], set[int]]:
        """The reports that say something new, each in its last version; notes who came when.

        Also the rows of reports that came earlier than was known: an incident is named after the first
        to come.
        """
        found: dict[ReportId, Report] = {}
        earlier: set[int] = set()
        for report in reports:
            name = report.id
            came = self.arrived.get(name)
            if came is None:
                self.arrived[name] = report.received_at
            elif report.received_at < came:
                self.arrived[name] = report.received_at
                earlier |= {self._row[name]} if name in self.standing else set()
            held = found.get(name) or self.standing.get(name)
            if held is None or (report.version, repr(report)) > (held.version, repr(held)):
                found[name] = report
        return list(found.values()), earlier

    def _judge(self, said: Iterable[Judgement], taken_back: Iterable[Judgement]) -> set[int]:
        """Note what people said; gives the rows of pairs that count differently now."""
        touched: set[int] = set()
        for pair in self._said.take(said, taken_back):
            counts = pair in self._counted
            for name in pair:
                (self._judged[name].add if counts else self._judged[name].discard)(pair)
                if name in self.standing:
                    touched.add(self._row[name])
        return touched

    def _leave_out(self, names: Iterable[ReportId]) -> set[int]:
        """Let reports not be found any more; gives every row this touches."""
        standing = np.array(sorted(self._row[name] for name in names), dtype=np.int64)
        touched = set(standing.tolist())
        for part in self._index.near(standing):
            touched |= self._turned(part, partial(self._index.unpost, part))
        return touched

    def _enter(self, reports: list[Report]) -> set[int]:
        """Put reports in their rows; gives every row this touches."""
        new = [report for report in reports if report.id not in self._row]
        self._row |= {report.id: row for row, report in enumerate(new, len(self._reports))}
        self._reports += new
        self.standing |= {report.id: report for report in reports}
        at = np.array([self._row[report.id] for report in reports], dtype=np.int64)
        order = np.argsort(at)
        rows, held = at[order], [reports[place] for place in order.tolist()]
        for row, report in zip(rows.tolist(), held, strict=True):
            self._reports[row] = report
        fresh = int((rows >= len(self._index)).sum())
        self._ties.grow(fresh)
        self._state.append(fresh, leader=-1, partner=-1, nats=0.0, mean=0.0, beside=-np.inf)
        self._index.put(rows, held)
        self._evidence.forget(rows)
        return set(rows.tolist()) | self._turned(rows, partial(self._index.post, rows))

    def _turned(self, rows: Ints, change: Callable[[], None]) -> set[int]:
        """Make a change to the postings of some rows; gives the rows whose signs it made common or rare."""
        keys, days = self._index.keys(rows), self._index.days(rows)
        low, high = float(days.min()) - self._index.window, float(days.max()) + self._index.window
        before = self._index.crowded(keys, low, high)
        change()
        after = self._index.crowded(keys, low, high)
        return set(
            (np.setxor1d(rising(before), rising(after), assume_unique=True) & (OVER - 1)).tolist()
        )

    def _tie(self, rows: Ints) -> None:
        """Weigh touched rows against all that share a sign with them."""
        alive = rows[[self._reports[row] is not None for row in rows.tolist()]]
        done = np.zeros(len(self._index), dtype=np.bool_)
        for part in self._index.near(alive):
            first, second = self._index.pairs(part)
            new = ~(done[first] | done[second])
            done[part] = True
            first, second = first[new], second[new]
            own = rising(np.concatenate([first, second]))
            nats = score_pairs(
                self._index.take(own),
                np.searchsorted(own, first),
                np.searchsorted(own, second),
                self._weights,
            )
            tied = nats > self._model.keep_joined
            self._ties.put(first[tied], second[tied], nats[tied])
        same = sorted(
            (self._row[pair[0]], self._row[pair[1]])
            for pair in self._judged_of(self._reports[row] for row in alive.tolist())
            if self._counted[pair].sameness is Sameness.SAME and self._both(pair)
        )
        if same:
            ends = np.array(same, dtype=np.int64)
            self._ties.put(ends[:, 0], ends[:, 1], np.full(len(same), SAME_NATS))

    def _judged_of(self, reports: Iterable[Report | None]) -> set[Pair]:
        """The pairs that people judged of which one is among these reports."""
        if not self._judged:
            return set()
        held = (self._judged.get(report.id, ()) for report in reports if report is not None)
        return set(chain.from_iterable(held))

    def _both(self, pair: Pair) -> bool:
        return all(name in self.standing for name in pair)

    def _merge(self, hanging: Hanging, touched: set[int]) -> tuple[list[Incident], list[Incident]]:
        """Merge anew what hangs together, and picture the incidents that came out otherwise."""
        held = [self._reports[row] for row in hanging.rows.tolist()]
        standing = {at: report for at, report in enumerate(held) if report is not None}
        order = np.array(sorted(standing, key=lambda at: standing[at].id), dtype=np.int64)
        rows = hanging.rows[order]
        place = np.full(len(hanging.rows), -1, dtype=np.int64)
        place[order] = np.arange(len(rows))
        evidence = hanging.nats < SAME_NATS
        reports = [standing[at] for at in order.tolist()]
        columns = self._index.take(rows)
        first, second = place[hanging.first[evidence]], place[hanging.second[evidence]]
        counted = {pair: self._counted[pair] for pair in self._judged_of(reports)}
        groups = merge(
            columns, np.minimum(first, second), np.maximum(first, second), hanging.nats[evidence],
            self._model, judged_rows(reports, counted), Known(self._evidence, rows),
        )  # fmt: skip
        old, new = self._compare(rows, groups, touched)
        before = [self._held.pop(leader) for leader in old if leader in self._held]
        for leader in old:
            self._members.pop(leader, None)
        after = self._build(new, columns, reports, groups, counted) if len(new) else []
        for leader, incident, members in after:
            at = int(rows[leader])
            self._held[at] = incident
            self._members[at] = rows[members].tolist()
        return before, [incident for _, incident, _ in after]

    def _compare(self, rows: Ints, groups: Groups, touched: set[int]) -> tuple[list[int], Ints]:
        """Note the partition; gives the leaders of groups that were, and of those that are, to picture.

        A leader that was is a row of all; one that is, a position in `rows`.
        """
        leader = rows[groups.group] if len(rows) else rows
        partner = np.where(groups.partner >= 0, rows[groups.partner], -1) if len(rows) else rows
        state = self._state
        other = (
            (state["leader"][rows] != leader)
            | (state["partner"][rows] != partner)
            | (state["nats"][rows] != groups.nats)
            | (state["mean"][rows] != groups.mean_nats)
            | (state["beside"][rows] != groups.beside)
        )
        every = np.array(sorted(touched), dtype=np.int64)
        other |= np.isin(rows, every)
        old = {*state["leader"][rows[other]].tolist(), *state["leader"][every].tolist()}
        old |= set(leader[other].tolist())
        state["leader"][every] = -1
        for name, values in (
            ("leader", leader), ("partner", partner), ("nats", groups.nats),
            ("mean", groups.mean_nats), ("beside", groups.beside),
        ):  # fmt: skip
            state[name][rows] = values
        mine = np.isin(leader, np.array(sorted(old), dtype=np.int64))
        again = {row for at in old for row in self._members.get(at, ())}
        mine |= np.isin(rows, np.array(sorted(again), dtype=np.int64))
        return sorted(old - {-1}), rising(groups.group[mine])

    def _build(
        self, leaders: Ints, columns: Columns, reports: list[Report], groups: Groups,
        counted: dict[Pair, Judgement],
    ) -> list[tuple[int, Incident, list[int]]]:  # fmt: skip
        """Picture the groups of some leaders, which are positions in the columns."""
        chosen = np.isin(groups.group, leaders)
        joined = np.flatnonzero(chosen & (groups.partner >= 0))
        told = compare_pairs(columns, joined, groups.partner[joined])
        compared = dict(zip(joined.tolist(), map(bytes, told), strict=True))
        chances = Chances(groups, self._model)
        held: dict[int, list[int]] = {}
        some = np.flatnonzero(chosen)
        for at, leader in zip(some.tolist(), groups.group[some].tolist(), strict=True):
            held.setdefault(leader, []).append(at)
        found = []
        for leader, own in held.items():
            members = []
            for at in own:
                other = int(groups.partner[at])
                partner = reports[other] if other >= 0 else None
                chance, told_by = chances.of(at), compared.get(at, b"")
                members.append(member(reports[at], partner, chance, told_by, self._model, counted))
            incident = picture([reports[at] for at in own], tuple(members), self.arrived)
            found.append((leader, incident, own))
        return found


def _parts(reports: list[Report]) -> Iterator[list[Report]]:
    """Reports by time, in parts that are near in time and not too many."""
    part: list[Report] = []
    for report in sorted(reports, key=lambda r: r.happened.start):
        if part and (
            len(part) == AT_ONCE or report.happened.start - part[-1].happened.start >= _TWO_DAYS
        ):
            yield part
            part = []
        part.append(report)
    if part:
        yield part


def _otherwise(
    before: list[Incident], after: list[Incident], anew: set[ReportId]
) -> tuple[tuple[Incident, ...], tuple[Incident, ...]]:
    """What differs; an incident that came out as it was, with the same reports, is left out."""
    was = {incident.id: incident for incident in before}
    same = {
        incident.id
        for incident in after
        if was.get(incident.id) == incident and anew.isdisjoint(incident.reports)
    }
    return (
        by_time(each for each in before if each.id not in same),
        by_time(each for each in after if each.id not in same),
    )
