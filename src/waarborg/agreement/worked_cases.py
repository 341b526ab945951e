"""Worked cases: a lawyer writes down an incident and what should follow; a machine holds it to that.

A case is an incident, with the other incidents that are on the record beside it; without those it
stands alone, answers no strike and counts as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from waarborg.agreement.condition import Value
from waarborg.agreement.explain import truth
from waarborg.agreement.held import ANY_TIME, Deed, Ground, hold
from waarborg.agreement.judging import Against, Answer
from waarborg.agreement.model import Agreement, Case
from waarborg.agreement.readings import under
from waarborg.agreement.settled import smallest_zones
from waarborg.agreement.versions import HeldUnder, in_force, merged
from waarborg.agreement.vocabulary import PROPERTIES
from waarborg.agreement.zones import Zones
from waarborg.base.judgement import Verdict, any_of
from waarborg.base.places import Area, Point
from waarborg.base.times import Period, local_day, parse_instant

OUTCOMES = {Verdict.YES: "violated", Verdict.NO: "not_violated", Verdict.UNKNOWN: "unknown"}
PLAIN = "plain"
"""Name under which a case speaks of the words as they stand, without a reading."""


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """What came of one expectation of a case.

    Attributes:
        case: The case's name.
        asked: The prohibition, or the reading whose guarantees are asked for.
        expected: What the case expects, in words.
        found: What came out, in words.
        reasons: Why, in words.
        line: Where the case stands in the file.
    """

    case: str
    asked: str
    expected: str
    found: str
    reasons: tuple[str, ...]
    line: int

    @property
    def holds(self) -> bool:
        """Whether it came out as expected."""
        return self.expected == self.found


def run_cases(agreement: Agreement, zones: Zones | None = None) -> tuple[CaseOutcome, ...]:
    """Hold every worked case of a file against the file.

    Args:
        agreement: The agreement, as its words stand.
        zones: The zones, where cases name places.

    Raises:
        ValueError: A case gives a property in a form that cannot be read.
    """
    smallest = smallest_zones(zones) if zones is not None else ()
    ground = Ground(zones, ZoneInfo("UTC"), smallest)
    return tuple(
        outcome for case in agreement.cases for outcome in _outcomes(agreement, case, ground)
    )


def _outcomes(agreement: Agreement, case: Case, ground: Ground) -> Iterator[CaseOutcome]:
    deeds = case_deeds(case)
    under_each = _in_force(agreement, deeds, ground)
    for name, expected in case.expect.items():
        verdict, reasons = judge(name, under_each, ground)
        yield CaseOutcome(case.id, name, expected, OUTCOMES[verdict], reasons, case.line)
    for reading, groups in case.owed.items():
        read = under(agreement, "" if reading == PLAIN else reading)
        owed = [
            {g.group for g in each.version.text.guarantees if truth(g.trigger, each.held[0].stated)}
            for each in _in_force(read, deeds, ground)
        ]
        sure = set.intersection(*owed)
        yield CaseOutcome(case.id, reading, _listed(groups), _listed(sure), (), case.line)


def _in_force(agreement: Agreement, deeds: list[Deed], ground: Ground) -> list[HeldUnder]:
    """The record of a case under each version that may have been in force at its incident."""
    return [
        HeldUnder(each, hold(each.text, deeds, ground))
        for each in in_force(agreement, deeds[0].happened)
    ]


def _listed(groups: object) -> str:
    names = sorted(groups) if isinstance(groups, tuple | set) else []
    return ", ".join(names) or "nothing"


def judge(
    rule: str, under_each: Sequence[HeldUnder], ground: Ground
) -> tuple[Verdict, tuple[str, ...]]:
    """Whether the first incident of a record breaks a prohibition, and why.

    Args:
        rule: Name of the prohibition.
        under_each: The record under each version that may have been in force at that incident.
        ground: The map.
    """
    by_party: dict[str, list[Answer]] = {}
    for each in under_each:
        for found in (p for p in each.version.text.prohibitions if p.id == rule):
            against = Against(each.version.text, found, each.held, ground.smallest)
            for accused in found.who:
                by_party.setdefault(accused, []).append(against.judge(each.held[0], accused).answer)
    candidates = [each.version for each in under_each]
    judged = [
        ones[0] if len(candidates) == 1 else merged(ones, candidates) for ones in by_party.values()
    ]
    verdict = any_of(one.verdict for one in judged)
    reasons = [r.words for one in judged if one.verdict is verdict for r in one.reasons]
    return verdict, tuple(dict.fromkeys(reasons))


def case_deeds(case: Case) -> list[Deed]:
    """The incident of a case, then the other incidents on its record.

    Raises:
        ValueError: A property is unknown or has a form that cannot be read.
    """
    rows = [case.row]
    for row in case.record:
        times = row.get("times", 1)
        if type(times) is not int or times < 1:
            raise ValueError(f"case {case.id} gives times in a form that cannot be read")
        rows += [{name: value for name, value in row.items() if name != "times"}] * times
    return [_deed(case.id, number, row) for number, row in enumerate(rows)]


def _deed(case: str, number: int, row: Mapping[str, object]) -> Deed:
    stated: dict[str, Value | None] = {}
    for name, value in row.items():
        if name not in PROPERTIES:
            raise ValueError(f"case {case} gives {name}, which no incident has")
        if name in {"at", "place"}:
            continue
        if value is not None and not isinstance(value, str | int):
            raise ValueError(f"case {case} gives {name} in a form that cannot be read")
        stated[name] = value
    when, where = _happened(case, row.get("at")), _place(case, row.get("place"))
    return Deed(f"{case}/{number}", when, where, stated, stated)


def _happened(case: str, at: object) -> Period:
    if at is None:
        return ANY_TIME
    if isinstance(at, dict) and set(at) == {"day", "zone"}:
        return local_day(date.fromisoformat(str(at["day"])), ZoneInfo(str(at["zone"])))
    if isinstance(at, dict) and set(at) == {"from", "until"}:
        return Period(parse_instant(str(at["from"])), parse_instant(str(at["until"])))
    if isinstance(at, str):
        start = parse_instant(at)
        return Period(start, start + timedelta(seconds=1))
    raise ValueError(f"case {case} gives a time that is neither a moment nor a day with a zone")


def _place(case: str, place: object) -> Point | Area | None:
    match place:
        case None:
            return None
        case str():
            return Area(place)
        case [int() | float() as longitude, int() | float() as latitude]:
            return Point(float(longitude), float(latitude), 0.0)
        case [int() | float() as longitude, int() | float() as latitude, int() | float() as metres]:
            return Point(float(longitude), float(latitude), float(metres))
        case _:
            raise ValueError(
                f"case {case} gives a place that is neither a zone nor longitude and latitude"
            )
