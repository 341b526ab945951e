"""What is held of an incident beyond one line: who is a witness of it, what the reports differ on.

Rules this module keeps:
1. Witnesses are counted so that the number holds before a hostile reader: outlets that print one text,
   name one authority or name each other are one witness; commentary and round-ups are none.
2. Whether an outlet without a headline to read copied another cannot be told: it raises the most
   there can be, never the least.
3. Beside that number stands how many witnesses are independent in the mean, from `copying`: a chance,
   and never in place of it.
4. Numbers of dead and injured are kept as reported, least and most; `bounds` says beside them what
   nine tenths of the chance allow.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from waarborg.base.acts import Act
from waarborg.base.places import Place, Point
from waarborg.base.times import Period
from waarborg.incidents.bounds import Bounds, OutletDoubt, bounds
from waarborg.incidents.copying import Copying, Independent, Shown, Teller, independent
from waarborg.incidents.genre import TELLING, TELLS_A_TOLL, Genre, genre
from waarborg.incidents.incident import Incident, IncidentId
from waarborg.incidents.origins import names_outlet, origins, strongest
from waarborg.incidents.tolls import HARMS, tolls
from waarborg.incidents.words import as_written
from waarborg.reports.report import Report, ReportId

_SAME_TEXT = 0.6
_SHARED_SIGNS = 4
_KM_PER_DEGREE = 111.195


@dataclass(frozen=True, slots=True)
class Witness:
    """Outlets that count as one witness.

    Attributes:
        sources: The outlets, sorted.
        reports: Their reports, sorted.
        why: What ties them, in words; empty for one outlet.
    """

    sources: tuple[str, ...]
    reports: tuple[ReportId, ...]
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Together:
    """Two outlets that tell of the incident, and the chance that both have it from one origin.

    Attributes:
        one: An outlet.
        other: Another, later by name.
        shown: What their headlines show of it.
        chance: The chance, from what was learnt of the two and what the headlines show.
    """

    one: str
    other: str
    shown: Shown
    chance: float


@dataclass(frozen=True, slots=True)
class Toll:
    """How many people were killed or injured, as reports have it.

    Attributes:
        harm: "killed" or "injured".
        least: The smallest number that a report names.
        most: The largest.
        reports: Those that name one, sorted.
    """

    harm: str
    least: int
    most: int
    reports: tuple[ReportId, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """What kind of text a report of the incident is.

    Attributes:
        report: Which.
        genre: Account, follow-up, commentary, round-up, ordinary or unread.
        words: What shows it.
        days_after: Whole days from the incident's first day to the report's.
    """

    report: ReportId
    genre: Genre
    words: str
    days_after: int


@dataclass(frozen=True, slots=True)
class Account:
    """What is held of an incident, with what is not sure about it.

    Attributes:
        incident: Which.
        texts: What kind of text each report is, by identifier.
        witnesses: Independent witnesses that can be told apart, by first report.
        least: How many independent witnesses there are at least.
        most: How many at most: every outlet that is no mere commentary or round-up.
        copying: The table from which chances of a common origin are taken.
        independent: How many witnesses stand on their own, as a chance; None where nobody is one.
        together: Each two outlets, by name.
        spread_km: The largest distance between two places that reports give; None when fewer than two.
        span: From the earliest to the latest moment that reports give.
        acts: Every act named and in how many reports, most first.
        tolls: Numbers of dead and injured.
        bounds: Its place, time, kind of act, dead and injured with bounds that hold nine tenths.
    """

    incident: IncidentId
    texts: tuple[Text, ...]
    witnesses: tuple[Witness, ...]
    least: int
    most: int
    copying: str
    independent: Independent | None
    together: tuple[Together, ...]
    spread_km: float | None
    span: Period
    acts: tuple[tuple[Act, int], ...]
    tolls: tuple[Toll, ...]
    bounds: Bounds


def _same_text(one: str, other: str) -> bool:
    a, b = as_written(one), as_written(other)
    shared = len(a & b)
    return shared >= _SHARED_SIGNS and shared >= _SAME_TEXT * len(a | b)


def _tie(one: Report, other: Report) -> str:
    """What makes two reports one witness, in words; empty when nothing does."""
    if one.source == other.source:
        return ""
    if _same_text(one.headline, other.headline):
        return f"{one.source} and {other.source} print one text"
    for copier, copied in ((one, other), (other, one)):
        if names_outlet(copier, copied):
            return f"{copier.source} names {copied.source}"
    both = sorted(set(origins(one.headline)) & set(origins(other.headline)))
    return f"{one.source} and {other.source} both name {both[0]}" if both else ""


def witnesses(reports: Sequence[Report]) -> tuple[Witness, ...]:
    """The independent witnesses among reports, as few as the headlines allow.

    All reports of one outlet are one witness. Reports without a headline, commentary and round-ups are
    left out.

    Args:
        reports: Of one incident, in any order.
    """
    held = sorted((r for r in reports if genre(r.headline).genre in TELLING), key=lambda r: r.id)
    group = {report.source: report.source for report in held}
    why: dict[str, set[str]] = defaultdict(set)
    for at, one in enumerate(held):
        for other in held[at + 1 :]:
            words = _tie(one, other)
            if words:
                low, high = sorted((group[one.source], group[other.source]))
                why[low] |= {words} | (why.pop(high) if high != low and high in why else set())
                group = {s: low if g == high else g for s, g in group.items()}
    found = []
    for name in set(group.values()):
        own = [report for report in held if group[report.source] == name]
        found.append(
            Witness(
                tuple(sorted({report.source for report in own})),
                tuple(report.id for report in own),
                tuple(sorted(why[name])) if name in why else (),
            )
        )
    return tuple(sorted(found, key=lambda witness: witness.reports))


def told_numbers(reports: Sequence[Report]) -> dict[str, list[tuple[int, ReportId]]]:
    """Numbers of dead and of injured that accounts and follow-ups name, with the report of each.

    Commentary, round-ups and pages of another kind speak of many events, or of another one.
    """
    held: dict[str, list[tuple[int, ReportId]]] = defaultdict(list)
    for report in reports:
        if genre(report.headline).genre in TELLS_A_TOLL:
            for harm, numbers in tolls(report.headline).items():
                held[harm] += [(number, report.id) for number in numbers]
    return held


def _tolls(held: Mapping[str, Sequence[tuple[int, ReportId]]]) -> tuple[Toll, ...]:
    """The smallest and the largest number told of the dead and of the injured."""
    return tuple(
        Toll(
            harm,
            min(number for number, _ in held[harm]),
            max(number for number, _ in held[harm]),
            tuple(sorted({report for _, report in held[harm]})),
        )
        for harm in HARMS
        if held.get(harm)
    )


def _apart_km(one: Point, other: Point) -> float:
    north = (one.latitude - other.latitude) * _KM_PER_DEGREE
    cosine = math.cos(math.radians((one.latitude + other.latitude) / 2.0))
    return math.hypot(north, (one.longitude - other.longitude) * _KM_PER_DEGREE * cosine)


def _spread(places: Sequence[Place]) -> float | None:
    points = [place for place in places if isinstance(place, Point)]
    if len(points) < 2:
        return None
    return round(max(_apart_km(a, b) for a in points for b in points), 1)


def _independent(
    speaking: Mapping[str, Sequence[Report]], copying: Copying
) -> tuple[Independent | None, tuple[Together, ...]]:
    """How many outlets stand on their own, and the chance of a common origin of each two."""
    if not speaking:
        return None, ()
    together = []
    for one, other in combinations(sorted(speaking), 2):
        sign = strongest(speaking[one], speaking[other])
        together.append(Together(one, other, sign, round(copying.chance(one, other, sign), 3)))
    tellers = [
        Teller(
            source,
            min(report.happened.start for report in held),
            1.0 if any(report.headline for report in held) else copying.telling,
        )
        for source, held in speaking.items()
    ]
    chances = {(each.one, each.other): each.chance for each in together}
    return independent(tellers, chances), tuple(together)


def account(
    incident: Incident, reports: Mapping[ReportId, Report], copying: Copying, doubt: OutletDoubt
) -> Account:
    """What is held of an incident, from its reports.

    Args:
        incident: Which.
        reports: At least the reports in it.
        copying: What was learnt about who rests on whom.
        doubt: What was learnt about how far outlets are off.

    Raises:
        KeyError: A report of the incident is not among `reports`.
    """
    own = [reports[identifier] for identifier in incident.reports]
    texts = []
    for report in own:
        told = genre(report.headline)
        days = (report.happened.start - incident.happened.start).days
        texts.append(Text(report.id, told.genre, told.words, max(days, 0)))
    apart = witnesses(own)
    speaking: dict[str, list[Report]] = defaultdict(list)
    for report, text in zip(own, texts, strict=True):
        if text.genre in TELLING or text.genre is Genre.UNREAD:
            speaking[report.source].append(report)
    number, together = _independent(speaking, copying)
    toll = told_numbers(own)
    acts: dict[Act, int] = defaultdict(int)
    for report in own:
        for act in {evidence.act for evidence in report.acts}:
            acts[act] += 1
    return Account(
        incident=incident.id,
        texts=tuple(texts),
        witnesses=apart,
        least=max(len(apart), int(bool(speaking))),
        most=len(speaking),
        copying=copying.version,
        independent=number,
        together=together,
        spread_km=_spread(incident.places),
        span=Period(
            min(report.happened.start for report in own), max(report.happened.end for report in own)
        ),
        acts=tuple(sorted(acts.items(), key=lambda item: (-item[1], item[0].value))),
        tolls=_tolls(toll),
        bounds=bounds(incident, own, toll, doubt),
    )
