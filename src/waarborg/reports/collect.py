"""Reports out of parsed releases: one report a page and place, with a version for each change.

Rules this module keeps:
1. A report's name comes from channel, address and place alone, so it is the same in every release.
2. Repeated scrapes of one page at one place are one report; it happened on the earliest day, with
   the labels the page had on that day. That the day of the row is the day of the event is assumed.
3. What a later release repeats makes no new version; a changed day or label does.
4. Neither the order nor the duplication of rows or releases changes anything (law 1).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

import polars as pl

from waarborg.base.acts import Act
from waarborg.base.grades import Basis
from waarborg.base.places import Area, Place, Point
from waarborg.base.times import Period, local_day
from waarborg.reports.headlines import HeadlineReader
from waarborg.reports.mission import Channel
from waarborg.reports.report import ActEvidence, Report, ReportId
from waarborg.reports.viina import Parsed

ACTS_BY_LABEL: Mapping[str, Act] = {
    "S": Act.AIR_STRIKE,
    "D": Act.DRONE_STRIKE,
    "A": Act.ARTILLERY_FIRE,
    "F": Act.SMALL_ARMS_FIRE,
    "V": Act.GROUND_ASSAULT,
}
"""What VIINA's reduced label says was done; C and M tell harm only, L and O no act."""

HARM_BY_LABEL: Mapping[str, str] = {"C": "civilian", "M": "military"}
_STANDS = timedelta(days=2)
"""So long after its first day a page that is seen again is one that stays up."""
_IDENTITY = ["source", "address", "place", "longitude", "latitude"]


@dataclass(frozen=True, slots=True)
class Collected:
    """All reports and where their rows went.

    Attributes:
        reports: Every version, sorted by identifier and version.
        keys: For each row of each release, by (file, report_key), the report it became.
        later: Of each page that was seen two days or more after its first day, those rows with their days, as
            the last release has them.
    """

    reports: tuple[Report, ...]
    keys: Mapping[tuple[str, str], ReportId]
    later: Mapping[ReportId, tuple[tuple[str, date], ...]]


def collect(
    releases: Iterable[Parsed], channels: Mapping[str, Channel], headlines: HeadlineReader
) -> Collected:
    """Make reports of the accepted rows of all releases.

    Args:
        releases: In any order; they are taken by the moment they were received.
        channels: What the mission knows about each channel.
        headlines: Reads what headlines state.
    """
    versions: dict[ReportId, list[Report]] = {}
    keys: dict[tuple[str, str], ReportId] = {}
    later: dict[ReportId, tuple[tuple[str, date], ...]] = {}
    in_order = sorted(releases, key=lambda p: (p.release.received_at, p.release.file))
    for parsed in in_order:
        release = parsed.release
        maker = _Maker(release.channel, channels[release.channel], headlines)
        pages = _pages(parsed.rows)
        later |= _later(release.channel, pages)
        for report in maker.reports(pages, release.received_at):
            keys.update(dict.fromkeys(((release.file, key) for key in report.keys), report.id))
            held = versions.setdefault(report.id, [])
            if not held:
                held.append(report)
            elif _changed(held[-1], report):
                held.append(replace(report, version=held[-1].version + 1))
    reports = tuple(report for name in sorted(versions) for report in versions[name])
    return Collected(reports, keys, {name: rows for name, rows in later.items() if rows})


def _changed(held: Report, later: Report) -> bool:
    """Whether a release tells something new about a page.

    A page first seen on a later day is only scraped again: the release does not cover its first day.
    """
    if later.happened.start != held.happened.start:
        return later.happened.start < held.happened.start
    return (later.label, later.headline) != (held.label, held.headline)


def _pages(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a page and place: first day, labels of that day, all keys, headline."""
    first = pl.col("day").min()
    return (
        rows.group_by(_IDENTITY)
        .agg(
            first.alias("day"),
            pl.col("label").filter(pl.col("day") == first).unique().sort().alias("labels"),
            pl.col("headline").max(),
            pl.col("key").sort().alias("keys"),
            pl.struct("day", "key").filter(pl.col("day") - first >= _STANDS).sort().alias("later"),
        )
        .sort(_IDENTITY)
    )


def _later(channel: str, pages: pl.DataFrame) -> dict[ReportId, tuple[tuple[str, date], ...]]:
    """The rows of pages that were seen again long after; of those seen in time, none."""
    seen = pages.filter(pl.col("keys").list.len() > 1)
    return {
        _identifier(channel, address, place, longitude, latitude): tuple(
            (row["key"], row["day"]) for row in rows
        )
        for _, address, place, longitude, latitude, rows in seen.select(
            *_IDENTITY, "later"
        ).iter_rows()
    }


class _Maker:
    """Makes reports of one channel; what many rows share is worked out once."""

    def __init__(self, name: str, channel: Channel, headlines: HeadlineReader) -> None:
        self._name = name
        self._channel = channel
        self._headlines = headlines
        self._stand_ins = {(s.name, s.longitude, s.latitude): s for s in channel.stand_ins}
        self._accidents = {(a.name, a.longitude, a.latitude) for a in channel.accidents}
        self.day = lru_cache(maxsize=None)(self._day)
        self.place = lru_cache(maxsize=None)(self._place)
        self.labelled = lru_cache(maxsize=None)(_labelled)

    def reports(self, pages: pl.DataFrame, received_at: datetime) -> Iterator[Report]:
        """The report of each page and place, as its first version."""
        columns = (
            pages[name].to_list() for name in (*_IDENTITY, "day", "labels", "headline", "keys")
        )
        for source, address, place, longitude, latitude, day, labels, headline, keys in zip(
            *columns, strict=True
        ):
            read = self._headlines.read(headline, source)
            acts, harm = self.labelled(tuple(labels))
            yield Report(
                id=_identifier(self._name, address, place, longitude, latitude),
                version=1,
                channel=self._name,
                source=source,
                address=address,
                headline=headline,
                happened=self.day(day),
                received_at=received_at,
                place=self.place(place, longitude, latitude),
                label=" ".join(labels),
                acts=read.acts + acts,
                actors=read.actors,
                harm=harm,
                keys=tuple(keys),
            )

    def _day(self, day: date) -> Period:
        return local_day(day, self._channel.time_zone)

    def _place(self, name: str, longitude: float, latitude: float) -> Place | None:
        """The place as the mission reads it: a region for a stand-in, unknown for an accident."""
        position = (name, longitude, latitude)
        if position in self._accidents:
            return None
        if stand_in := self._stand_ins.get(position):
            return Area(stand_in.zone, name)
        return Point(longitude, latitude, self._channel.place_precision_m, name)


def _labelled(labels: tuple[str, ...]) -> tuple[tuple[ActEvidence, ...], tuple[str, ...]]:
    """The acts and the harm that labels tell."""
    acts = tuple(
        ActEvidence(ACTS_BY_LABEL[label], Basis.LABELLED, label)
        for label in labels
        if label in ACTS_BY_LABEL
    )
    return acts, tuple(sorted(HARM_BY_LABEL[label] for label in labels if label in HARM_BY_LABEL))


def _identifier(
    channel: str, address: str, place: str, longitude: float, latitude: float
) -> ReportId:
    """Sixteen hexadecimal figures: two of a million pages share one once in thirty million times."""
    text = "\n".join((channel, address, place, f"{longitude:.5f}", f"{latitude:.5f}"))
    return ReportId(f"{channel}-{hashlib.sha256(text.encode()).hexdigest()[:16]}")
