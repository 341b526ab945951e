"""Incidents held against a text, kept up as they come, change and go.

Rules this module keeps:
1. What is said of an incident is what `versions.judged` says of it among all incidents held (law 3).
2. A change is felt by the incidents that it can reach and no others: through a threshold within its
   window, through "it answers a strike" shortly after it and in one place.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from waarborg.agreement.held import Deed, Ground, Held, counted, hold
from waarborg.agreement.judging import Judged, KeptAgainst
from waarborg.agreement.model import Agreement, Prohibition, VersionText
from waarborg.agreement.settled import Columns, settle_places
from waarborg.agreement.versions import agreed, merged, time_of, versions_of
from waarborg.base.judgement import Verdict
from waarborg.base.parties import PartyId
from waarborg.base.places import Place
from waarborg.base.times import Period

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)


class _Version:
    """The incidents held against one version of a text."""

    def __init__(self, version: VersionText, ground: Ground) -> None:
        self.version = version
        self.time = time_of(version)
        self.against = [
            KeptAgainst(version.text, rule, ground.smallest) for rule in version.text.prohibitions
        ]
        self.held: dict[str, Held] = {}
        self._places: dict[Place | None, Columns] = {}
        self._ground = ground
        self._bare = replace(version.text, thresholds={})
        windows = [threshold.window for threshold in version.text.thresholds.values()]
        self._window = max(windows, default=None)
        # before any threshold is counted, by when it began
        self._uncounted: dict[str, Held] = {}
        self._starts: list[tuple[datetime, str]] = []
        self._longest = timedelta(0)

    def change(self, gone: Sequence[str], deeds: Sequence[Deed]) -> set[str]:
        """Incidents went and came; gives every one that is to be judged again."""
        held = hold(self._bare, deeds, self._ground, self._zones_of(deeds)) if deeds else ()
        new = {one.deed.id: one for one in held}
        touched = {*gone, *new}
        old = {name: self.held.pop(name) for name in gone}
        if self._window is not None:
            new |= self._recount(old, new, self._window)
        for name, one in new.items():
            before = old.get(name) or self.held.get(name)
            old |= {name: before} if before else {}
            self.held[name] = one
        for against in self.against:
            for name in old:
                touched |= against.drop(name)
            for one in new.values():
                touched |= against.put(one)
        return touched | new.keys()

    def _zones_of(self, deeds: Sequence[Deed]) -> list[Columns] | None:
        """The zones that each incident lies in; places come up again and again, and are settled once."""
        if self._ground.zones is None:
            return None
        places = [deed.place for deed in deeds]
        new = list(dict.fromkeys(place for place in places if place not in self._places))
        if new:
            found = settle_places(self._ground.zones, new)
            self._places |= dict(zip(new, found, strict=True))
        return [self._places[place] for place in places]

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

    def judged(self, incident: str) -> Iterator[tuple[Prohibition, Judged]]:
        """Every prohibition and party of which a breach by one incident cannot be ruled out."""
        several: dict[tuple[str, PartyId], list[tuple[Prohibition, Judged]]] = {}
        candidates = self._in_force(incident)
        for each in candidates:
            sure = each.held[incident].deed.happened.lies_in(each.time) is Verdict.YES
            for against in each.against:
                for one in against.judged_of(incident):
                    if sure:
                        yield against.rule, one
                    else:
                        key = (against.rule.id, one.answer.accused)
                        several.setdefault(key, []).append((against.rule, one))
        for found in several.values():
            versions = [each.version for each in candidates]
            yield found[0][0], merged([one for _, one in found], versions)

    def columns(self, incident: str) -> Columns:
        """The settled columns of one incident, by the version in force when it happened."""
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
