"""What came after: incidents whose reports only tell of what followed an earlier one.

A trial, an investigation, a death in hospital or a day of mourning is told months after the blow it
speaks of. It is no report of the blow and no blow of its own: it is tied to the earlier incident, with
the words that tie it, and counts neither as a witness of it nor as an incident beside it.

Rules this module keeps:
1. A pure function of the incidents and their reports: the order and the steps in which they came
   change nothing.
2. A tie never joins: both incidents stay what they are.
3. Where two earlier incidents fit about as well, which one is meant cannot be told: there is no tie, and
   both are named.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from waarborg.base.places import Area, Place, Point
from waarborg.incidents.columns import telling_signs
from waarborg.incidents.genre import Genre, genre, spelt
from waarborg.incidents.incident import Incident, IncidentId, Term
from waarborg.incidents.model import Model, place_key
from waarborg.incidents.regions import region_names, regions
from waarborg.incidents.words import read, tokens
from waarborg.reports.report import Report, ReportId


class Aftermath(StrEnum):
    """What came after."""

    COURT = "court"
    """A trial, a sentence."""
    INQUIRY = "inquiry"
    """An investigation, a suspect, an arrest."""
    DEATH = "death"
    """Somebody died of it later, or is buried."""
    REMEMBRANCE = "remembrance"
    """Mourning, an anniversary, a memorial."""
    REPAIR = "repair"
    """The search is over, rubble is cleared, what was struck is mended."""


_MARKS: dict[Aftermath, tuple[str, ...]] = {
    Aftermath.COURT: (
        "virok", "vyrok", "prigovor", "dovichn", "zasudil", "zasudyl", "zasudzhen", "osudili", "osudil na", "osuzhden", "sudyat", "sudyt", "sudyty", "sudimut", "na lavi",
        "sud zaar", "sud arest", "do sudu", "sentenc", "trial of", "convicted", "veroordeel",
    ),
    Aftermath.INQUIRY: (
        "pidozr", "podozr", "rozslid", "rassled", "slidstv", "sledstv", "kriminalne provad", "ekshuma", "ekspertiz",
        "investigat", "suspect", "onderzoek naar",
    ),
    Aftermath.DEATH: (
        "pomer v likarn", "pomerla v likarn", "pomer u likarn", "pomerla u likarn", "umer v bolnic", "umerla v bolnic", "pomer vid poranen",
        "pomerla vid poranen", "vid otrimanih poranen", "skonchal", "pohoron", "pohova", "poproshch", "proshchann", "proshchayut",
        "died in hospital", "funeral", "overleed in",
    ),
    Aftermath.REMEMBRANCE: (
        "zhalob", "traur", "richnic", "richnits", "godovsch", "godovshch", "rokovin", "vshanu", "vshanuv", "memorial", "na misci tragedi",
        "mourning", "anniversary", "herdenk",
    ),
    Aftermath.REPAIR: (
        "zavershil poshuk", "zaversheno poshuk", "zavershili avariyno", "zavershil ryatuv", "rozbirannya zavaliv", "repaired", "rebuilt",
    ),
}  # fmt: skip
_FOLDED = tuple(
    (kind, tuple((mark, spelt(mark).rstrip()) for mark in marks)) for kind, marks in _MARKS.items()
)


@dataclass(frozen=True, slots=True)
class After:
    """That a headline tells of what came after, and what shows it."""

    kind: Aftermath
    words: str


@lru_cache(maxsize=100_000)
def aftermath(headline: str) -> After | None:
    """What came after, when a headline tells of that."""
    held = spelt(headline)
    for kind, marks in _FOLDED:
        shown = [mark for mark, folded in marks if folded in held]
        if shown:
            return After(kind, ", ".join(shown))
    return None


_KM_PER_DEGREE = 111.195
_DAYS = 400
_LEAST = 10.1
_MARGIN = 2.0
_NAMES = 1
_SIGNS = 3
_NAME_NATS, _CONCEPT_NATS = 6.0, 3.0
_NEAR_KM, _FAR_KM = 30.0, 100.0
_COMMON = 400
_ELSEWHERE = 5.0
_AMOUNTS = frozenset(
    sign for word in ("mln", "mlrd", "grn", "griven", "tis", "rokiv") for sign in tokens(word)
)
_OF_THE_AFTERMATH = frozenset(
    {"*court", "*arrest", "*mourning", "*consequence", "*hospital", "*people"}
)


@dataclass(frozen=True, slots=True)
class Follows:
    """That an incident's reports only tell of what followed an earlier incident.

    Attributes:
        incident: The incident that is no event of its own.
        of: The earlier incident; None where several fit about as well.
        kind: What came after.
        shown: The words of the headline that show it.
        report: The report of what came after through which the two are tied.
        to: The report of the earlier incident that it resembles most.
        days: Days between the two.
        nats: Evidence for the tie.
        terms: Its parts.
        others: Earlier incidents that fit about as well, with the evidence for each.
    """

    incident: IncidentId
    of: IncidentId | None
    kind: Aftermath
    shown: str
    report: ReportId
    to: ReportId
    days: int
    nats: float
    terms: tuple[Term, ...]
    others: tuple[tuple[IncidentId, float], ...] = ()


def tells_of_what_came_after(reports: Iterable[Report]) -> bool:
    """Whether some reports tell of what came after and none of a blow itself."""
    told = False
    for report in reports:
        after = aftermath(report.headline)
        told |= after is not None
        if after is None and genre(report.headline).genre in {Genre.ACCOUNT, Genre.UNREAD}:
            return False
    return told


def follows(
    incidents: Iterable[Incident], reports: Mapping[ReportId, Report], model: Model
) -> tuple[Follows, ...]:
    """Tie incidents that only tell of what came after to the earlier incident they speak of.

    Args:
        incidents: In any order.
        reports: At least the reports in them.
        model: How surprising a sign is.

    Returns:
        Ties by incident; an incident that resembles nothing earlier has none.
    """
    held = sorted(incidents, key=lambda incident: incident.id)
    after, early = [], _Early()
    for incident in held:
        own = [reports[name] for name in incident.reports]
        if tells_of_what_came_after(own):
            after.append((incident, own))
        else:
            early.add(incident, own)
    found = (_tie(incident, own, early, model) for incident, own in after)
    return tuple(tie for tie in found if tie is not None)


class _Early:
    """Accounts of blows, found by the signs of their headlines."""

    def __init__(self) -> None:
        self._reports: dict[IncidentId, int] = {}
        self._under: defaultdict[str, list[tuple[date, Report, IncidentId]]] = defaultdict(list)

    def add(self, incident: Incident, reports: Sequence[Report]) -> None:
        """Hold the accounts of an incident."""
        self._reports[incident.id] = len(reports)
        for report in reports:
            if genre(report.headline).genre in {Genre.ACCOUNT, Genre.FOLLOW_UP}:
                day = incident.happened.start.date()
                for sign in _names(report):
                    self._under[sign].append((day, report, incident.id))

    def told(self, incident: IncidentId) -> Term:
        """How much was told of an incident: what many told of is spoken of again."""
        many = self._reports[incident]
        return Term("told of", round(math.log(many), 4), f"{many} reports told of it")

    def before(self, report: Report) -> Iterable[tuple[Report, IncidentId]]:
        """Earlier accounts that share names enough with a report, each once."""
        day = report.happened.start.date()
        shared: defaultdict[tuple[ReportId, IncidentId], int] = defaultdict(int)
        known: dict[ReportId, Report] = {}
        for sign in _names(report):
            under = [
                entry for entry in self._under.get(sign, ())
                if timedelta(0) < day - entry[0] <= timedelta(days=_DAYS)
                and entry[1].happened.start < report.happened.start
            ]  # fmt: skip
            for _, other, incident in under:
                shared[other.id, incident] += 1
                known[other.id] = other
        for (name, incident), count in sorted(shared.items()):
            if count >= _NAMES:
                yield known[name], incident


def _names(report: Report) -> frozenset[str]:
    """The stems of a headline: neither concepts, numbers nor amounts, nor the name of a region or town."""
    signs = {sign for sign in telling_signs(report) if sign[0] not in "@#*"} - _AMOUNTS
    return frozenset(sign for sign in signs if not regions(read(report.headline).get(sign, sign)))


def _tie(incident: Incident, own: Sequence[Report], early: _Early, model: Model) -> Follows | None:
    """The tie of one incident, if there is one."""
    best: dict[IncidentId, tuple[float, ReportId, ReportId, tuple[Term, ...]]] = {}
    days: dict[tuple[ReportId, ReportId], int] = {}
    for report in own:
        if aftermath(report.headline) is None:
            continue
        for other, name in early.before(report):
            if len(_both(report, other)) < _SIGNS:
                continue
            place = _places(report, other)
            if place is None:
                continue
            terms = (*_compare(report, other, model), place, early.told(name))
            nats = sum(term.nats for term in terms)
            days[report.id, other.id] = (report.happened.start - other.happened.start).days
            # of equal evidence the smaller identifiers
            mine = (-nats, report.id, other.id, terms)
            if name not in best or mine[:3] < best[name][:3]:
                best[name] = mine
    ranked = sorted((entry[:3], name) for name, entry in best.items() if -entry[0] >= _LEAST)
    if not ranked:
        return None
    (loss, report_id, other_id), first = ranked[0]
    others = tuple(
        (name, round(-entry[0], 4)) for entry, name in ranked[1:] if entry[0] < loss + _MARGIN
    )
    told = next(report for report in own if report.id == report_id)
    shown = aftermath(told.headline)
    if shown is None:  # ties are looked for from such reports alone
        raise AssertionError(report_id)
    return Follows(
        incident.id, None if others else first, shown.kind, shown.words, report_id, other_id,
        days[report_id, other_id], round(-loss, 4), best[first][3],
        ((first, round(-loss, 4)), *others) if others else (),
    )  # fmt: skip


def _compare(report: Report, other: Report, model: Model) -> tuple[Term, ...]:
    """What speaks for a report telling of what came after another's event."""
    one, two = read(report.headline), read(other.headline)
    both = sorted(_both(report, other))
    names = [sign for sign in both if sign[0] != "*"]
    concepts = [sign for sign in both if sign[0] == "*"]
    where = (_key(report.place), _key(other.place))
    nats = sum(min(_NAME_NATS, *(model.surprise(sign, at) for at in where)) for sign in names)
    nats += sum(
        min(_CONCEPT_NATS, *(model.surprise(sign, at) for at in where)) for sign in concepts
    )
    said = (
        one[sign] if one[sign] == two[sign] else f"{one[sign]} = {two[sign]}"
        for sign in (*names, *concepts)
    )
    found = [Term("words", round(nats, 4), "both headlines say " + ", ".join(dict.fromkeys(said)))]
    days = max((report.happened.start - other.happened.start).days, 0)
    found.append(Term("days between", round(-math.log1p(days), 4), f"{days} days lie between them"))
    return tuple(found)


def _both(report: Report, other: Report) -> frozenset[str]:
    """The names and concepts that two headlines share, without those of what came after."""
    names = _names(report) & _names(other)
    concepts = set(telling_signs(report)) & set(telling_signs(other)) - _OF_THE_AFTERMATH
    return names | {sign for sign in concepts if sign[0] == "*"}


def apart_km(one: Point, other: Point) -> float:
    """Kilometres between two points, on a plane."""
    north = (one.latitude - other.latitude) * _KM_PER_DEGREE
    cosine = math.cos(math.radians((one.latitude + other.latitude) / 2.0))
    return math.hypot(north, (one.longitude - other.longitude) * _KM_PER_DEGREE * cosine)


def _key(place: Place | None) -> str:
    return place_key(place.longitude, place.latitude) if isinstance(place, Point) else ""


def _places(report: Report, other: Report) -> Term | None:
    """What their places and the regions they name say; None when the two speak of different places."""
    one, two = set(region_names(report.headline)), set(region_names(other.headline))
    if one and two:
        if not one & two:
            return None
        return Term("place", 1.0, "both headlines name " + ", ".join(sorted(one & two)))
    if isinstance(report.place, Point) and isinstance(other.place, Point):
        km = apart_km(report.place, other.place)
        words = f"their places lie {km:.0f} km apart"
        return None if km > _FAR_KM else Term("place", 1.0 if km <= _NEAR_KM else 0.0, words)
    zones = [zone_of(each.place) for each in (report, other)]
    if all(zones):
        return None if zones[0] != zones[1] else Term("place", 1.0, f"both are told of {zones[0]}")
    return Term("place", -_ELSEWHERE, "nothing says that it is the same place")


def zone_of(place: Place | None) -> str:
    """The named area that a place is; empty for a point, or where no place is known."""
    return place.zone if isinstance(place, Area) else ""
