"""Incidents of a mission counted in the families of a proof.

An incident falls in a family surely when it surely is a breach and each of its details, known or not,
is one the family allows; it may fall in it when more knowledge could make it so. What no source
states of an incident, as its severity, is not known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from waarborg.agreement.condition import Node, Value, disjunction, properties
from waarborg.agreement.explain import Row, truth
from waarborg.agreement.held import Ground, hold
from waarborg.agreement.model import Agreement
from waarborg.agreement.readings import under
from waarborg.agreement.settled import smallest_zones
from waarborg.agreement.zones import Zones
from waarborg.app.services.derive import attributed
from waarborg.app.services.inputs import Inputs
from waarborg.app.services.proving import Answers, Tally
from waarborg.coverage.asked import Asked, breaches
from waarborg.coverage.domain import Class_
from waarborg.coverage.family import Family
from waarborg.findings.assess import deed_of
from waarborg.incidents.fuse import fuse
from waarborg.incidents.incident import Incident
from waarborg.reports.report import known


def happened(inputs: Inputs, as_of: datetime, known_at: datetime) -> list[Incident]:
    """The incidents of a mission, with the evidence on who did each.

    Args:
        inputs: What the mission holds.
        as_of: What happens from this moment on is left out.
        known_at: What arrived from this moment on is left out.
    """
    reports = known(inputs.reports, known_at)
    found = [i for i in fuse(reports, inputs.model) if i.happened.start < as_of]
    return attributed(inputs, found, reports)


class Counting:
    """Counts incidents in families, each reading's columns settled once.

    Args:
        agreement: The agreement as its words stand.
        zones: Its map, None when there is none.
        inputs: What the mission holds; it gives the time zone.
        incidents: The incidents.
    """

    def __init__(
        self,
        agreement: Agreement,
        zones: Zones | None,
        inputs: Inputs,
        incidents: Sequence[Incident],
    ) -> None:
        self._agreement = agreement
        smallest = smallest_zones(zones) if zones is not None else ()
        self._ground = Ground(zones, inputs.mission.time_zone, smallest)
        self._deeds = [deed_of(incident) for incident in incidents]
        self._rows: dict[str, list[Row]] = {}

    def rows(self, reading: str) -> list[Row]:
        """Every incident as a row, from what sources state in words alone."""
        if reading not in self._rows:
            held = hold(under(self._agreement, reading), self._deeds, self._ground)
            self._rows[reading] = [one.stated for one in held]
        return self._rows[reading]

    def tallies(self, answers: Answers) -> dict[tuple[str, ...], Tally]:
        """The incidents in every family that was told."""
        found: dict[tuple[str, ...], Tally] = {}
        for proof in answers.proofs:
            reading, need = proof.basis.reading, proof.asked.need.id
            breach = self._breach(reading, proof.asked)
            for gaps in (proof.plain, proof.unknown):
                families = [gap.family for gap in gaps.gaps]
                for number, tally in enumerate(self._counted(reading, breach, families)):
                    found[(reading, need, gaps.kind.value, str(number))] = tally
        for one in answers.partings:
            asked = next(p.asked for p in answers.proofs if p.asked.need.id == one.need)
            breach = disjunction([self._breach(r, asked) for r in (one.first, one.second)])
            for part in one.partings:
                for number, tally in enumerate(self._counted(one.first, breach, part.families)):
                    key = (one.first, one.second, one.need, part.split.value, str(number))
                    found[key] = tally
        return found

    def _breach(self, reading: str, asked: Asked) -> Node:
        return breaches(under(self._agreement, reading), asked)

    def _counted(self, reading: str, breach: Node, families: Iterable[Family]) -> Iterator[Tally]:
        for family in families:
            columns = sorted(set(family.allowed) | properties(breach))
            alike = Counter(tuple(row.get(c) for c in columns) for row in self.rows(reading))
            surely = maybe = 0
            for values, number in alike.items():
                row = dict(zip(columns, values, strict=True))
                in_breach = truth(breach, row)
                if in_breach is True and _lies(family, row, strictly=True):
                    surely += number
                elif in_breach is not False and _lies(family, row, strictly=False):
                    maybe += number
            yield Tally(surely, maybe)


def _lies(family: Family, row: Mapping[str, Value | None], *, strictly: bool) -> bool:
    """Whether an incident lies in a family; not strictly: whether it could, were more known."""
    return all(
        _fits(family.domain.columns[column], kept, row.get(column), strictly=strictly)
        for column, kept in family.allowed.items()
    )


def _fits(
    classes: Sequence[Class_], kept: frozenset[int], value: Value | None, *, strictly: bool
) -> bool:
    unknown = len(classes) - 1
    if value is None:
        return unknown in kept or not strictly
    return any(_holds(classes[index], value) for index in kept - {unknown})


def _holds(class_: Class_, value: Value) -> bool:
    if value in class_.values:
        return True
    if type(value) is not int:
        return False
    least, most = class_.values[0], class_.values[-1]
    return type(least) is int and type(most) is int and least <= value <= most
