"""Determinations of one agreement's findings, kept up as findings come, change and go.

Rules this module keeps:
1. After each change the determinations are those that `determine` makes of all findings (law 3).
2. A breach is felt by those of the same party within the day after it; by all of them only where it
   becomes the first, or is no more.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from waarborg.agreement.model import Agreement, Prohibition
from waarborg.agreement.settled import Columns
from waarborg.base.times import Period
from waarborg.cases.determination import OPERATION_OF_THE_TEXT, Determination
from waarborg.cases.determine import deciding, determination_of
from waarborg.findings.finding import Finding
from waarborg.incidents.incident import IncidentId
from waarborg.reports.report import ReportId

_DAY = timedelta(hours=24)


@dataclass(slots=True)
class _Timeline:
    """Findings of one party by when they began, and by when they ended."""

    starts: list[tuple[datetime, str]] = field(default_factory=list)
    ends: list[tuple[datetime, str]] = field(default_factory=list)
    longest: timedelta = timedelta(0)

    def add(self, finding: Finding) -> None:
        happened = finding.happened
        insort(self.starts, (happened.start, finding.id))
        insort(self.ends, (happened.end, finding.id))
        self.longest = max(self.longest, happened.end - happened.start)

    def remove(self, finding: Finding) -> None:
        for held, moment in (
            (self.starts, finding.happened.start),
            (self.ends, finding.happened.end),
        ):
            del held[bisect_left(held, (moment, str(finding.id)))]

    def first(self) -> tuple[datetime, datetime] | None:
        """The earliest start and the earliest end."""
        return (self.starts[0][0], self.ends[0][0]) if self.starts else None

    def between(self, start: datetime, end: datetime) -> list[str]:
        """Those that began before `end` and may have ended after `start`."""
        low = bisect_left(self.starts, (start - self.longest, ""))
        return [name for _, name in self.starts[low : bisect_left(self.starts, (end, ""))]]


class KeptDeterminations:
    """The determinations of one agreement.

    Args:
        agreement: The agreement, under the reading that is to apply.
        received: When a report reached the mission, in the version that counts.
        columns: The settled columns of an incident.
    """

    def __init__(
        self,
        agreement: Agreement,
        received: Callable[[ReportId], datetime],
        columns: Callable[[IncidentId], Columns],
    ) -> None:
        self._agreement = agreement
        self._received = received
        self._columns = columns
        self._decided: dict[str, tuple[Finding, Prohibition]] = {}
        self._of_party: defaultdict[str, _Timeline] = defaultdict(_Timeline)
        self._by_text: defaultdict[str, _Timeline] = defaultdict(_Timeline)
        self._made: dict[str, Determination] = {}

    def change(
        self, gone: Iterable[Finding], new: Iterable[Finding], again: Iterable[Finding]
    ) -> tuple[tuple[Determination, ...], tuple[Determination, ...]]:
        """Findings went, or are no more as they were, and others came.

        Args:
            gone: Those that went.
            new: Those that came.
            again: Those whose incident was looked at again, and may have other columns or reports.

        Returns:
            Determinations that are no more as they were, and those that are new or as they are now.
        """
        touched = {str(each.id) for each in again}
        first = {party: line.first() for party, line in self._by_text.items()}
        moved: list[Finding] = []
        for each in gone:
            held = self._decided.pop(str(each.id), None)
            if held is not None:
                self._of_party[each.accused].remove(each)
                moved += self._note(each, held[1], come=False)
                touched.add(str(each.id))
        for each in new:
            rule = deciding(self._agreement, each)
            if rule is not None:
                self._decided[str(each.id)] = (each, rule)
                self._of_party[each.accused].add(each)
                moved += self._note(each, rule, come=True)
                touched.add(str(each.id))
        touched |= self._felt(moved, first)
        return self._make(sorted(touched))

    def determinations(self) -> tuple[Determination, ...]:
        """All determinations, by when it happened and finding."""
        return tuple(sorted(self._made.values(), key=lambda d: (d.happened, d.finding)))

    def _note(self, finding: Finding, rule: Prohibition, *, come: bool) -> list[Finding]:
        """Keep what the text itself decides; gives it back."""
        if rule.decided_by != OPERATION_OF_THE_TEXT:
            return []
        line = self._by_text[finding.accused]
        (line.add if come else line.remove)(finding)
        return [finding]

    def _felt(
        self, moved: Sequence[Finding], first: Mapping[str, tuple[datetime, datetime] | None]
    ) -> set[str]:
        """The findings whose facts rest on breaches that came or went."""
        touched: set[str] = set()
        for party in {str(each.accused) for each in moved}:
            if self._by_text[party].first() != first.get(party):
                touched |= {name for _, name in self._of_party[party].starts}
        for each in moved:
            happened = each.happened
            line = self._of_party[each.accused]
            touched.update(line.between(happened.start, happened.end + _DAY))
        return touched

    def _make(
        self, names: Sequence[str]
    ) -> tuple[tuple[Determination, ...], tuple[Determination, ...]]:
        before: list[Determination] = []
        after: list[Determination] = []
        for name in names:
            was, now = self._made.pop(name, None), self._determination(name)
            if now is not None:
                self._made[name] = now
            if was == now:
                continue
            before += [was] if was else []
            after += [now] if now else []
        return tuple(before), tuple(after)

    def _determination(self, name: str) -> Determination | None:
        held = self._decided.get(name)
        if held is None:
            return None
        finding, rule = held
        return determination_of(
            self._agreement, finding, rule, {r: self._received(r) for r in finding.cites},
            {finding.incident: self._columns(finding.incident)},
            self._near(finding.accused, finding.happened),
        )  # fmt: skip

    def _near(self, party: str, happened: Period) -> list[Finding]:
        """The breaches of a party that the facts of one of them rest on."""
        line = self._by_text[party]
        if not line.starts:
            return []
        names = {
            line.starts[0][1],
            line.ends[0][1],
            *line.between(happened.start - _DAY, happened.end),
        }
        return [self._decided[name][0] for name in sorted(names)]
