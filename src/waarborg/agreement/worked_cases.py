"""Worked cases: a lawyer writes down an incident and what should follow; a machine holds it to that.

A worked case is one incident alone: no strike comes before it, so it answers none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from waarborg.agreement.condition import Value, conjunction, leaves, member_of
from waarborg.agreement.explain import explain
from waarborg.agreement.model import Agreement, Case, Prohibition
from waarborg.agreement.readings import under
from waarborg.agreement.vocabulary import PROPERTIES
from waarborg.agreement.zones import Zones
from waarborg.base.judgement import Verdict, all_of, negate
from waarborg.base.places import Area, Point
from waarborg.base.times import Period, local_day, parse_instant

OUTCOMES = {Verdict.YES: "violated", Verdict.NO: "not_violated", Verdict.UNKNOWN: "unknown"}
PLAIN = "plain"
"""Name under which a case speaks of the words as they stand, without a reading."""

_TRUTH = {Verdict.YES: True, Verdict.NO: False, Verdict.UNKNOWN: None}


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
    found: list[CaseOutcome] = []
    for case in agreement.cases:
        row = case_row(agreement, case, zones)
        for name, expected in case.expect.items():
            rule = next(p for p in agreement.prohibitions if p.id == name)
            verdict, reasons = judge(rule, row)
            found.append(
                CaseOutcome(case.id, name, expected, OUTCOMES[verdict], reasons, case.line)
            )
        for reading, groups in case.owed.items():
            read = under(agreement, "" if reading == PLAIN else reading)
            owed = {
                g.group for g in read.guarantees if explain(g.trigger, row).verdict is Verdict.YES
            }
            found.append(
                CaseOutcome(case.id, reading, _listed(groups), _listed(owed), (), case.line)
            )
    return tuple(found)


def _listed(groups: object) -> str:
    names = sorted(groups) if isinstance(groups, tuple | set) else []
    return ", ".join(names) or "nothing"


def judge(rule: Prohibition, row: Mapping[str, Value | None]) -> tuple[Verdict, tuple[str, ...]]:
    """Whether one incident alone breaks a prohibition, and why."""
    act = explain(conjunction([member_of("actor", rule.who), rule.must_not]), row)
    excuses = [explain(e.reads, row) for e in rule.exceptions if e.reads is not None]
    verdict = all_of([act.verdict, *(negate(excuse.verdict) for excuse in excuses)])
    settling = [act] if act.verdict is verdict else []
    settling += [e for e in excuses if negate(e.verdict) is verdict]
    return verdict, tuple(reason.words for why in settling for reason in why.reasons)


def case_row(agreement: Agreement, case: Case, zones: Zones | None) -> dict[str, Value | None]:
    """The incident of a case with its place and time settled.

    Raises:
        ValueError: A property is unknown or has a form that cannot be read.
    """
    row: dict[str, Value | None] = {}
    for name, value in case.row.items():
        if name not in PROPERTIES:
            raise ValueError(f"case {case.id} gives {name}, which no incident has")
        if name in {"at", "place"}:
            continue
        if value is not None and not isinstance(value, str | int):
            raise ValueError(f"case {case.id} gives {name} in a form that cannot be read")
        row[name] = value
    happened = _happened(case)
    for name, period in agreement.periods.items():
        row[f"period:{name}"] = _TRUTH[happened.lies_in(period)] if happened else None
    place = _place(case)
    for column in _zone_columns(agreement):
        zone = column.removeprefix("zone:")
        row[column] = _TRUTH[zones.membership(place, zone)] if zones is not None else None
    return row


def _zone_columns(agreement: Agreement) -> list[str]:
    nodes = [p.must_not for p in agreement.prohibitions]
    nodes += [e.reads for p in agreement.prohibitions for e in p.exceptions if e.reads is not None]
    nodes += [g.trigger for g in agreement.guarantees]
    columns = {getattr(leaf, "column", "") for node in nodes for leaf in leaves(node)}
    return sorted(column for column in columns if column.startswith("zone:"))


def _happened(case: Case) -> Period | None:
    at = case.row.get("at")
    if at is None:
        return None
    if isinstance(at, dict) and set(at) == {"day", "zone"}:
        return local_day(date.fromisoformat(str(at["day"])), ZoneInfo(str(at["zone"])))
    if isinstance(at, str):
        start = parse_instant(at)
        return Period(start, start + timedelta(seconds=1))
    raise ValueError(f"case {case.id} gives a time that is neither a moment nor a day with a zone")


def _place(case: Case) -> Point | Area | None:
    place = case.row.get("place")
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
                f"case {case.id} gives a place that is neither a zone nor longitude and latitude"
            )
