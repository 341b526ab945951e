"""Incidents held against a text, kept up as they come, change and go.

Rules this module keeps:
1. What is said of an incident is what `versions.judged` says of it among all incidents held (law 3).
2. A change is felt by the incidents that it can reach and no others: through a threshold within its
   window, through "it answers a strike" shortly after it and in one place.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from waarborg.agreement.held import Alike, Deed, Ground, Held, Settling, counted
from waarborg.agreement.judging import Answer, KeptAgainst
from waarborg.agreement.model import Agreement, Prohibition, VersionText
from waarborg.agreement.settled import Columns
from waarborg.agreement.versions import agreed, merged, time_of, versions_of
from waarborg.base.judgement import Verdict
from waarborg.base.parties import PartyId
from waarborg.base.times import Period

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)
_KEPT = 1 << 14
"""So many of what a text says of incidents are kept; incidents differ in few of the things that it asks."""

Said = tuple[tuple[Prohibition, Answer], ...]
"""Prohibitions with what each says of a party, where that is not no."""


class _Version:
    """The incidents held against one version of a text."""

    def __init__(self, version: VersionText, ground: Ground) -> None:
        self.version = version
        self.time = time_of(version)
        self.against = [
            KeptAgainst(version.text, rule, ground.smallest) for rule in version.text.prohibitions
        ]
        self.held: dict[str, Held] = {}
        self._by_record = [each for each in self.against if each.by_record]
        self._settling = Settling(version.text, ground)
        self._ground = ground
        # by what can be asked of an incident, which is kept with it
        self._said: dict[int, tuple[Alike, Said]] = {}
        windows = [threshold.window for threshold in version.text.thresholds.values()]
        self._window = max(windows, default=None)
        # before any threshold is counted, by when it began
        self._uncounted: dict[str, Held] = {}
        self._starts: list[tuple[datetime, str]] = []
        self._longest = timedelta(0)

    def change(self, gone: Sequence[str], deeds: Sequence[Deed]) -> set[str]:
        """Incidents went and came; gives every one that is to be judged again."""
        new = {one.deed.id: one for one in self._settling.hold(deeds)}
        touched = {*gone, *new}
        old = {name: self.held.pop(name) for name in gone}
        if self._window is not None:
            new |= self._recount(old, new, self._window)
        if self._by_record:
            old |= {name: self.held[name] for name in new if name in self.held}
            for against in self._by_record:
                for name in old:
                    touched |= against.drop(name)
                for one in new.values():
                    touched |= against.put(one)
        self.held |= new
        return touched | new.keys()

    def said(self, incident: str) -> Said:
        """What this version says of an incident."""
        one = self.held[incident]
        if any(each.knows(incident) for each in self._by_record):
            return self._say(one)
        kept = self._said.get(id(one.alike))
        if kept is None:
            if len(self._said) >= _KEPT:
                self._said.clear()
            kept = self._said[id(one.alike)] = (one.alike, self._say(one))
        return kept[1]

    def _say(self, one: Held) -> Said:
        return tuple(
            (against.rule, answer)
            for against in self.against
            for answer in against.answers(one)
            if answer.verdict is not Verdict.NO
        )

    def _recount(
        self, old: dict[str, Held], new: dict[str, Held], window: timedelta
    ) -> dict[str, Held]:
        """The incidents of which a threshold says something else now, the new ones among them."""
        for name, one in old.items():
            del self._uncounted[name]
            del self._starts[bisect_left(self._starts, (one.deed.happened.start, name))]
        for name, one in new.items():
            happened = one.deed.happened
            self._uncounted[name] = one
            insort(self._starts, (happened.start, name))
            self._longest = max(self._longest, happened.end - happened.start)
        found: dict[str, Held] = {}
        for moved in (*old.values(), *new.values()):
            near = self._within(moved.deed.happened, window)
            if not near:
                continue
            around = Period(
                min(self._uncounted[name].deed.happened.start for name in near),
                max(self._uncounted[name].deed.happened.end for name in near),
            )
            context = self._within(around, window)
            place = {name: at for at, name in enumerate(context)}
            again = counted(
                self.version.text, [self._uncounted[name] for name in context], self._ground,
                [place[name] for name in near],
            )  # fmt: skip
            found |= {
                one.deed.id: one
                for one in again
                if one.deed.id in new or self.held.get(one.deed.id) != one
            }
        return found

    def _within(self, happened: Period, window: timedelta) -> list[str]:
        """The incidents that may lie within a window of a stretch of time."""
        start, end = _moved(happened.start, -window), _moved(happened.end, window)
        low = bisect_left(self._starts, (_moved(start, -self._longest), ""))
        high = bisect_left(self._starts, (_moved(end, timedelta(microseconds=1)), ""))
        return [
            name for _, name in self._starts[low:high]
            if self._uncounted[name].deed.happened.end >= start
        ]  # fmt: skip


class Kept:
    """The incidents of a record held against every version of a text.

    Args:
        agreement: The agreement, under the reading that is to apply.
        ground: The map, and the time zone of reasons.
    """

    def __init__(self, agreement: Agreement, ground: Ground) -> None:
        self._versions = [_Version(version, ground) for version in versions_of(agreement)]
        # a text that was never amended
        first = self._versions[0]
        self._alone = first if (first.version.start, first.version.end) == (None, None) else None

    def change(self, gone: Iterable[str], deeds: Sequence[Deed]) -> set[str]:
        """Incidents went and came.

        Args:
            gone: Incidents that are no more, or no more as they were.
            deeds: Those that are new, or as they are now.

        Returns:
            Every incident of which something else may have to be said, those that went among them.
        """
        names = tuple(gone)
        return {name for each in self._versions for name in each.change(names, deeds)}

    def said(self, incident: str) -> Said:
        """Every prohibition with what it says of each party, where that is not no.

        Incidents that are alike in all that a text asks have one and the same object said of them, where no other
        incident and no amendment has a say in it.
        """
        if self._alone is not None:
            return self._alone.said(incident)
        sure: list[tuple[Prohibition, Answer]] = []
        several: dict[tuple[str, PartyId], list[tuple[Prohibition, Answer]]] = {}
        candidates = self._in_force(incident)
        for each in candidates:
            happened = each.held[incident].deed.happened
            for rule, answer in each.said(incident):
                if happened.lies_in(each.time) is Verdict.YES:
                    sure.append((rule, answer))
                else:
                    several.setdefault((rule.id, answer.accused), []).append((rule, answer))
        versions = [each.version for each in candidates]
        for found in several.values():
            answer = merged([one for _, one in found], versions)
            if answer.verdict is not Verdict.NO:
                sure.append((found[0][0], answer))
        return tuple(sure)

    def columns(self, incident: str) -> Columns:
        """The settled columns of one incident, by the version in force when it happened."""
        if self._alone is not None:
            held = self._alone.held.get(incident)
            return {} if held is None else held.columns
        found: Columns | None = None
        for each in self._in_force(incident):
            columns = each.held[incident].columns
            found = columns if found is None else agreed(found, columns)
        return {} if found is None else found

    def _in_force(self, incident: str) -> list[_Version]:
        return [
            each
            for each in self._versions
            if incident in each.held and each.held[incident].deed.happened.overlaps(each.time)
        ]


def _moved(moment: datetime, by: timedelta) -> datetime:
    """A moment so much later, or earlier, as far as the calendar goes."""
    try:
        return moment + by
    except OverflowError:
        return _LATEST if by > timedelta(0) else _EARLIEST
