"""The joins of web reports a person should look at first, and what one judgement would change.

Rules this module keeps:
1. What a judgement would change is found by carrying it in and taking it back, so that it is what would happen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from waarborg.app.services.explanation import chance_words
from waarborg.app.services.hinging import SHOWN, first_to_look_at
from waarborg.incidents.incident import Incident
from waarborg.incidents.judgements import (
    Circle,
    Contradiction,
    Judgement,
    Sameness,
    circles,
    contradictions,
    settled,
)
from waarborg.incidents.model import Model
from waarborg.incidents.pair_reasons import standings
from waarborg.incidents.told import Told
from waarborg.reports.report import Report, ReportId

Row = Mapping[str, Any]
_LAST = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Supposed:
    """What one judgement would change.

    Attributes:
        one: A report.
        other: The other.
        sameness: What would be judged.
        before: The reports of each incident that would be otherwise, by its name, as it is.
        after: As it would be.
    """

    one: str
    other: str
    sameness: Sameness
    before: Mapping[str, tuple[str, ...]]
    after: Mapping[str, tuple[str, ...]]

    def called(self, name: Callable[[str], str]) -> Supposed:
        """The same with every report called as a file calls it."""
        before, after = (
            {incident: tuple(sorted(map(name, reports))) for incident, reports in side.items()}
            for side in (self.before, self.after)
        )
        return Supposed(name(self.one), name(self.other), self.sameness, before, after)

    @property
    def words(self) -> str:
        """The change, for a person; of more than a few reports their number."""
        what = "the same" if self.sameness is Sameness.SAME else "different"
        told = f"if a person judged {self.one} and {self.other} {what}: "
        if self.before == self.after:
            return told + "nothing would change"
        before, after = (
            " and ".join(
                f"{name} ({f'{len(reports)} reports' if len(reports) > SHOWN else ', '.join(reports)})"
                for name, reports in incidents.items()
            )
            for incidents in (self.before, self.after)
        )
        return f"{told}{before} would become {after}"


@dataclass(frozen=True, slots=True)
class Join:
    """One report and the report through which it was joined.

    Attributes:
        probability: That the report tells of the incident it is in.
        incident: The incident.
        reports: How many reports are in it.
        one: The report.
        other: The report it was joined through.
        sides: Outlet, day and headline or address of each, in the same order.
        speaks_for: What speaks for the join, strongest first, with its nats.
        speaks_against: What speaks against it, strongest first.
        judged: What a person said about the pair; empty when nobody did.
        if_different: What it would change to judge the two different.
        chance: How the probability follows from the evidence, in words.
    """

    probability: float
    incident: str
    reports: int
    one: str
    other: str
    sides: tuple[str, str]
    speaks_for: tuple[tuple[str, float], ...]
    speaks_against: tuple[tuple[str, float], ...]
    judged: str
    if_different: Supposed | None = None
    chance: str = ""

    def called(self, name: Callable[[str], str]) -> Join:
        """The same with every report called as a file calls it."""
        change = None if self.if_different is None else self.if_different.called(name)
        return replace(self, one=name(self.one), other=name(self.other), if_different=change)


@dataclass(frozen=True, slots=True)
class Review:
    """The joins to look at first.

    Attributes:
        joins: The least certain first.
        of: How many joins there are.
        contradictions: Judgements that do not hold because others say otherwise.
        circles: Judgements that go round in a circle.
        hinges: What hinges on a few reports, as lines of `hinges.jsonl`.
    """

    joins: tuple[Join, ...]
    of: int
    contradictions: tuple[Contradiction, ...]
    circles: tuple[Circle, ...]
    hinges: tuple[Row, ...] = ()

    def called(self, name: Callable[[str], str]) -> Review:
        """The same with every report called as a file calls it."""
        hinges = (
            {
                **each,
                **{side: [name(report) for report in each[side]] for side in ("reports", "moved")},
            }
            for each in self.hinges
        )
        joins = tuple(join.called(name) for join in self.joins)
        return replace(self, joins=joins, hinges=tuple(hinges))


class Supposing:
    """Reports and judgements, of which it can be asked what one more judgement would change.

    Args:
        reports: Every version of every report that is known.
        model: The fusion model.
        judgements: What people judged.
    """

    def __init__(
        self, reports: Iterable[Report], model: Model, judgements: Iterable[Judgement]
    ) -> None:
        self.model = model
        self._told = Told(model)
        self._told.take(reports, judgements)

    def change(self, one: str, other: str, sameness: Sameness) -> Supposed:
        """What a judgement on two reports would change.

        Raises:
            KeyError: One of them is not known.
        """
        names = [self._told.report(ReportId(name)).id for name in (one, other)]
        said = Judgement(names[0], names[1], sameness, "", _LAST, "")
        moved = self._told.take(judgements=[said])
        self._told.take(taken_back=[said])
        before, after = (_dealt(incidents) for incidents in (moved.before, moved.after))
        same = {name for name in before if after.get(name) == before[name]}
        left = [
            {name: reports for name, reports in dealt.items() if name not in same}
            for dealt in (before, after)
        ]
        return Supposed(one, other, sameness, *left)


def _dealt(incidents: Iterable[Incident]) -> dict[str, tuple[str, ...]]:
    """The reports of each incident by its name."""
    return {str(each.id): tuple(map(str, each.reports)) for each in incidents}


def joins(incidents: Iterable[Row], reports: Mapping[str, Report]) -> tuple[Join, ...]:
    """Every join of a run, the least certain first; each pair once.

    Args:
        incidents: The lines of `incidents.jsonl`.
        reports: The reports in them, by identifier.
    """
    found: dict[tuple[str, str], Join] = {}
    for incident in incidents:
        for member in incident["members"]:
            if not member["partner"]:
                continue
            join = _join(incident, member, reports)
            pair = (min(join.one, join.other), max(join.one, join.other))
            held = found.get(pair)
            if held is None or (join.probability, join.one) < (held.probability, held.one):
                found[pair] = join
    return tuple(sorted(found.values(), key=lambda j: (j.probability, j.one, j.other)))


def _join(incident: Row, member: Row, reports: Mapping[str, Report]) -> Join:
    evidence = [t for t in member["terms"] if t["name"] != "judgement"]
    told = sorted(((t["words"], t["nats"]) for t in evidence), key=lambda t: -abs(t[1]))
    one, other = member["report"], member["partner"]
    return Join(
        probability=member["probability"],
        incident=incident["id"],
        reports=len(incident["members"]),
        one=one,
        other=other,
        sides=(_side(reports[one]), _side(reports[other])),
        speaks_for=tuple(t for t in told if t[1] > 0),
        speaks_against=tuple(t for t in told if t[1] < 0),
        judged=next((t["words"] for t in member["terms"] if t["name"] == "judgement"), ""),
    )


def _side(report: Report) -> str:
    middle = report.happened.start + (report.happened.end - report.happened.start) / 2
    return f"{report.source}, {middle.date().isoformat()}: {report.headline or report.address}"


def review(
    incidents: Iterable[Row],
    reports: Mapping[str, Report],
    people: tuple[Sequence[Judgement], Mapping[ReportId, str]],
    supposing: Supposing,
    most: int,
    hinges: Sequence[Row] = (),
) -> Review:
    """The joins to look at first, with what one judgement would change, and judgements at odds.

    Args:
        incidents: The lines of `incidents.jsonl`.
        reports: The reports in them, by identifier.
        people: What people judged, and the incident of each report.
        supposing: The same reports and judgements, to ask what one more would change.
        most: How many are wanted.
        hinges: The lines of `hinges.jsonl`.
    """
    rows = list(incidents)
    found = joins(rows, reports)
    judged, held = people
    within = {row["id"]: [reports[each["report"]] for each in row["members"]] for row in rows}
    counted = settled(judged)

    def shown(join: Join) -> Join:
        stands = standings(within[join.incident], supposing.model, counted)[ReportId(join.one)]
        return replace(
            join,
            if_different=supposing.change(join.one, join.other, Sameness.DIFFERENT),
            chance=chance_words(stands, supposing.model, join.probability),
        )

    least = tuple(shown(join) for join in found[:most])
    odd = (contradictions(judged, held), circles(judged))
    return Review(least, len(found), *odd, tuple(first_to_look_at(hinges)))
