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
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from waarborg.base.places import Area, Place, Point
from waarborg.incidents.columns import telling
from waarborg.incidents.genre import Genre, genre, spelt
from waarborg.incidents.incident import Incident, IncidentId, Term
from waarborg.incidents.lexicon import VIOLENCE
from waarborg.incidents.model import Model, place_key
from waarborg.incidents.regions import region_names, regions
from waarborg.incidents.words import is_concept, latin, read, spell, tokens
from waarborg.reports.report import ActorEvidence, Report, ReportId


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
        "virok", "prigovor", "dovichn", "zasudil", "zasudzhen", "osudili", "osudil na", "osuzhden", "sudyat", "suditimut", "na lavi",
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
        "zavershili poshuk", "zaversheno poshuk", "zavershili avariyno", "zavershili ryatuv", "zaversheno ryatuv", "rozbirannya zavaliv", "repaired", "rebuilt",
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


_SENTENCES = ("zasudil", "osudili")
_BLOWS = frozenset((*VIOLENCE, "*threat"))


def _condemns(headline: str) -> bool:
    """Whether a headline condemns a blow or a threat; the same verb sentences a person "for" or "to"."""
    words = latin(headline.lower()).split()
    return any(
        words[at + 1] not in {"za", "do", "na", "k"}
        and not _BLOWS.isdisjoint(tokens(" ".join(words[at + 1 : at + 4])))
        for at, word in enumerate(words[:-1])
        if word.startswith(("zasud", "osud"))
    )


@lru_cache(maxsize=100_000)
def aftermath(headline: str) -> After | None:
    """What came after, when a headline tells of that."""
    held = spelt(headline)
    condemned = _condemns(headline)
    for kind, marks in _FOLDED:
        shown = [
            mark
            for mark, folded in marks
            if folded in held and not (condemned and mark in _SENTENCES)
        ]
        if shown:
            return After(kind, ", ".join(shown))
    return None


_KM_PER_DEGREE = 111.195
_DAYS = 400
_MONTH = 30
_MONTHS = -(-_DAYS // _MONTH)
_LEAST = 10.1
_MARGIN = 2.0
_SIGNS = 3
_COMMON = 2000
_NAME_NATS, _CONCEPT_NATS = 6.0, 3.0
_NEAR_KM, _FAR_KM = 30.0, 100.0
_ELSEWHERE = 5.0
_AMOUNTS = frozenset(
    sign
    for word in ("griven", "dolar", "evro", "rubl", "tisyacha", "milyon", "milyard", "rokiv", "richna", "misyac", "dniv")
    for sign in tokens(word)
)  # fmt: skip
_OF_THE_AFTERMATH = frozenset(
    {"*court", "*arrest", "*mourning", "*consequence", "*hospital", "*people", "*memory", "*investigation"}
)  # fmt: skip
_MARKED = tuple(
    sorted({mark.strip() for _, marks in _FOLDED for _, mark in marks if " " not in mark.strip()})
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


class _Read(NamedTuple):
    """What tying asks of one report.

    Attributes:
        after: What came after, when its headline tells of that.
        blow: Whether it tells of a blow itself, or is not read.
        account: Whether a later text may speak of it.
        names: See `_named`.
        signs: Names and concepts of its headline, without the words of what came after.
    """

    after: After | None
    blow: bool
    account: bool
    names: frozenset[str]
    signs: frozenset[str]


def _told(report: Report) -> _Read:
    return _read(report.headline, report.actors)


@lru_cache(maxsize=100_000)
def _read(headline: str, actors: tuple[ActorEvidence, ...]) -> _Read:
    after, kind = aftermath(headline), genre(headline).genre
    concepts = {sign for sign in telling(headline, actors) if is_concept(sign)}
    names = _named(headline, actors)
    return _Read(
        after,
        after is None and kind in {Genre.ACCOUNT, Genre.UNREAD},
        kind in {Genre.ACCOUNT, Genre.FOLLOW_UP},
        names,
        names | (concepts - _OF_THE_AFTERMATH),
    )


def _is_aftermath(told: Sequence[_Read]) -> bool:
    """Whether some reports tell of what came after and none of a blow itself."""
    if any(each.blow for each in told):
        return False
    return any(each.after is not None for each in told)


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
    kept = KeptFollows(model)
    kept.change((), incidents, reports.__getitem__)
    return kept.ties()


class _Account(NamedTuple):
    """A report of an earlier incident.

    Attributes:
        day: The day of the incident.
        report: The report.
        signs: What of its headline can be shared.
        incident: The incident.
    """

    day: date
    report: Report
    signs: frozenset[str]
    incident: IncidentId


@dataclass(frozen=True, slots=True)
class _Touched:
    """Under which names accounts came, and under which they went, by the day of their incident."""

    more: defaultdict[date, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    fewer: defaultdict[date, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


class KeptFollows:
    """The ties of incidents that come and go: the same as of all incidents at once.

    A step costs what it touches: incidents that changed, and those of what came after that share a name with one.

    Args:
        model: How surprising a sign is.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._own: dict[IncidentId, tuple[Report, ...]] = {}
        self._after: set[IncidentId] = set()
        self._ties: dict[IncidentId, Follows] = {}
        # accounts of blows by incident, by month and name, and how many under a name; what came after by name and
        # month, with its last day
        self._accounts: dict[IncidentId, list[_Account]] = {}
        self._early: defaultdict[int, defaultdict[str, list[_Account]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self._common: Counter[str] = Counter()
        self._later: defaultdict[str, defaultdict[int, dict[IncidentId, date]]] = defaultdict(
            lambda: defaultdict(dict)
        )

    def ties(self) -> tuple[Follows, ...]:
        """Every tie, by incident."""
        return tuple(self._ties[name] for name in sorted(self._ties))

    @property
    def tied(self) -> frozenset[IncidentId]:
        """The incidents that are known to be no event of their own."""
        return frozenset(name for name, tie in self._ties.items() if tie.of is not None)

    def change(
        self,
        before: Iterable[Incident],
        after: Iterable[Incident],
        report: Callable[[ReportId], Report],
    ) -> None:
        """Take out incidents that are gone, and put in those that are there now.

        Args:
            before: Incidents as they were held.
            after: Incidents as they are.
            report: Gives a report of them.
        """
        touched = _Touched()
        look: set[IncidentId] = set()
        for incident in before:
            self._take_out(incident, touched)
        for incident in after:
            if self._put_in(incident, tuple(map(report, incident.reports)), touched):
                look.add(incident.id)
        look |= self._reached(touched)
        for name in look & self._after:
            self._ties.pop(name, None)
            tie = self._tie(name)
            if tie is not None:
                self._ties[name] = tie

    def _take_out(self, incident: Incident, touched: _Touched) -> None:
        """Let go of an incident; notes on which day that leaves accounts fewer, under which names."""
        own = self._own.pop(incident.id)
        self._ties.pop(incident.id, None)
        if incident.id in self._after:
            self._after.discard(incident.id)
            for each in own:
                for name in _told(each).names:
                    self._later[name][_month(each.happened.start.date())].pop(incident.id, None)
            return
        day = incident.happened.start.date()
        early = self._early[_month(day)]
        for account in self._accounts.pop(incident.id, ()):
            names = _told(account.report).names
            touched.fewer[day].update(names)
            for name in names:
                # told apart by what they are, not by what they say
                del early[name][next(n for n, e in enumerate(early[name]) if e is account)]

    def _put_in(self, incident: Incident, own: tuple[Report, ...], touched: _Touched) -> bool:
        """Hold an incident; gives whether it only tells of what came after.

        Notes on which day there are accounts more, and under which names.
        """
        self._own[incident.id] = own
        told = [_told(each) for each in own]
        if _is_aftermath(told):
            self._after.add(incident.id)
            for each, says in zip(own, told, strict=True):
                day = each.happened.start.date()
                for name in says.names:
                    later = self._later[name][_month(day)]
                    later[incident.id] = max(day, later.get(incident.id, day))
            return True
        day = incident.happened.start.date()
        early = self._early[_month(day)]
        accounts = []
        for each, says in zip(own, told, strict=True):
            if not says.account:
                continue
            account = _Account(day, each, says.signs, incident.id)
            accounts.append(account)
            touched.more[day].update(says.names)
            for name in says.names:
                early[name].append(account)
        if accounts:
            self._accounts[incident.id] = accounts
        return False

    def _reached(self, touched: _Touched) -> set[IncidentId]:
        """What came after, of which accounts that came or went may have told: within its days.

        Where a name turned common, or is no more, that is every incident of what came after with the name.
        """
        moved: Counter[str] = Counter()
        first: dict[tuple[str, int], date] = {}
        for sign, days in ((1, touched.more), (-1, touched.fewer)):
            for day, names in days.items():
                month = _month(day)
                for name, count in names.items():
                    moved[name] += sign * count
                    if name in self._later:
                        first[name, month] = min(day, first.get((name, month), day))
        look: set[IncidentId] = set()
        for name, count in moved.items():
            was = self._common[name] <= _COMMON
            self._common[name] += count
            if name in self._later and was is not (self._common[name] <= _COMMON):
                look.update(*self._later[name].values())
        for (name, month), day in first.items():
            held = self._later[name]
            for at in range(month, month + _MONTHS + 1):
                if at in held:
                    look.update(each for each, last in held[at].items() if last > day)
        return look

    def _before(self, report: Report) -> Iterable[_Account]:
        """Earlier accounts that share a name with a report, and enough signs in all, each once."""
        day = report.happened.start.date()
        earliest = date.fromordinal(max(day.toordinal() - _DAYS, 1))
        own = _told(report)
        names = [name for name in own.names if self._common[name] <= _COMMON]
        months = (self._early.get(at) for at in range(_month(earliest), _month(day) + 1))
        found = {
            id(account): account
            for early in months
            if early is not None
            for name in names
            for account in early.get(name, ())
            if earliest <= account.day < day and len(own.signs & account.signs) >= _SIGNS
        }
        return found.values()

    def _tie(self, incident: IncidentId) -> Follows | None:
        """The tie of one incident, if there is one."""
        best: dict[IncidentId, _Fit] = {}
        for report in self._own[incident]:
            after = _told(report).after
            if after is None:
                continue
            for _, other, _, name in self._before(report):
                terms = _compare(report, other, self._model)
                if not terms:
                    continue
                many = len(self._own[name])
                told = Term("told of", round(math.log(many), 4), f"{many} reports told of it")
                fit = _Fit(report, other, after, (*terms, told))
                if name not in best or fit.rank < best[name].rank:
                    best[name] = fit
        ranked = sorted((fit.rank, name) for name, fit in best.items() if -fit.rank[0] >= _LEAST)
        if not ranked:
            return None
        (loss, *_), first = ranked[0]
        close = [(name, round(-rank[0], 4)) for rank, name in ranked if rank[0] < loss + _MARGIN]
        fit = best[first]
        return Follows(
            incident, first if len(close) == 1 else None, fit.after.kind, fit.after.words,
            fit.report.id, fit.other.id,
            (fit.report.happened.start - fit.other.happened.start).days, round(-loss, 4), fit.terms,
            tuple(close) if len(close) > 1 else (),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Fit:
    """A report of what came after beside an account of an earlier incident."""

    report: Report
    other: Report
    after: After
    terms: tuple[Term, ...]

    @property
    def rank(self) -> tuple[float, ReportId, ReportId]:
        """The better comes first; of equal evidence the smaller identifiers."""
        return (-round(sum(term.nats for term in self.terms), 4), self.report.id, self.other.id)


def _month(day: date) -> int:
    """In which stretch of 30 days a day lies, so that only those near in time are looked at."""
    return day.toordinal() // _MONTH


@lru_cache(maxsize=100_000)
def _is_region(word: str) -> bool:
    return bool(regions(word))


def _named(headline: str, actors: tuple[ActorEvidence, ...]) -> frozenset[str]:
    """The names and ordinary words of a headline: no concept or number, no amount, no word of what came after, no region or town."""
    left = _AMOUNTS | _OF_THE_AFTERMATH
    words = read(headline)
    return frozenset(
        sign
        for sign in telling(headline, actors)
        if sign[0] not in "@#" and not is_concept(sign) and sign not in left
        and not _is_region(words[sign]) and not spell(words[sign]).startswith(_MARKED)
    )  # fmt: skip


def _compare(report: Report, other: Report, model: Model) -> tuple[Term, ...]:
    """What speaks for a report telling of what came after another's event; nothing when it cannot."""
    both = sorted(_told(report).signs & _told(other).signs)
    if len(both) < _SIGNS or other.happened.start >= report.happened.start:
        return ()
    place = _places(report, other)
    if place is None:
        return ()
    one, two = read(report.headline), read(other.headline)
    where = (_key(report.place), _key(other.place))
    nats = sum(
        min(
            _CONCEPT_NATS if is_concept(sign) else _NAME_NATS,
            *(model.surprise(sign, at) for at in where),
        )
        for sign in both
    )
    said = (one[sign] if one[sign] == two[sign] else f"{one[sign]} = {two[sign]}" for sign in both)
    words = "both headlines say " + ", ".join(dict.fromkeys(said))
    days = (report.happened.start - other.happened.start).days
    return (
        Term("words", round(nats, 4), words),
        place,
        Term("days between", round(-math.log1p(days), 4), f"{days} days lie between them"),
    )


def apart_km(one: Point, other: Point) -> float:
    """Kilometres between two points, on a plane."""
    north = (one.latitude - other.latitude) * _KM_PER_DEGREE
    cosine = math.cos(math.radians((one.latitude + other.latitude) / 2.0))
    return math.hypot(north, (one.longitude - other.longitude) * _KM_PER_DEGREE * cosine)


def _key(place: Place | None) -> str:
    return place_key(place.longitude, place.latitude) if isinstance(place, Point) else ""


def _places(report: Report, other: Report) -> Term | None:
    """What their places and the regions they name say; None when the two speak of different places."""
    one, two = regions(report.headline), regions(other.headline)
    if one and two:
        if not one & two:
            return None
        both = set(region_names(report.headline)) & set(region_names(other.headline))
        return Term("place", 1.0, "both headlines name " + ", ".join(sorted(both)))
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
