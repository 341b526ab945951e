"""Incidents of a mission counted in the families of a proof.

An incident falls in a family surely when it surely is a breach and each of its details, known or not,
is one the family allows; it may fall in it when more knowledge could make it so. What no source
states of an incident, as its severity, is not known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from waarborg.agreement.condition import Node, Value, disjunction, properties
from waarborg.agreement.explain import Row, truth
from waarborg.agreement.held import Ground, hold
from waarborg.agreement.model import Agreement
from waarborg.agreement.settled import smallest_zones
from waarborg.agreement.zones import Zones
from waarborg.app.services.derive import attributed
from waarborg.app.services.inputs import Inputs
from waarborg.app.services.proving import Answers, Tally
from waarborg.coverage.asked import Asked, breaches
from waarborg.coverage.binding import as_in, prepared, versions_under
from waarborg.coverage.domain import Class_
from waarborg.coverage.family import Family
from waarborg.coverage.prove import Examiner
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
    """Counts incidents in families, the columns of each reading and version settled once.

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
        self._examiner = Examiner(agreement, zones)
        smallest = smallest_zones(zones) if zones is not None else ()
        self._ground = Ground(zones, inputs.mission.time_zone, smallest)
        self._deeds = [deed_of(incident) for incident in incidents]
        self._rows: dict[Hashable, list[Row]] = {}

    def rows(self, read: Agreement) -> list[Row]:
        """Every incident as a row, from what sources state in words alone.

        Args:
            read: The text as it is asked about, with the time in which each promise binds.
        """
        key = (read.reading, read.version and read.version.name, tuple(read.periods.items()))
        if key not in self._rows:
            held = hold(read, self._deeds, self._ground)
            self._rows[key] = [one.stated for one in held]
        return self._rows[key]

    def tallies(self, answers: Answers) -> dict[tuple[str, ...], Tally]:
        """The incidents in every family that was told."""
        found: dict[tuple[str, ...], Tally] = {}
        for place, proof in enumerate(answers.proofs):
            read = self._read(proof.basis.reading, proof.asked, proof.basis.versions)
            breach = breaches(read, proof.asked)
            for gaps in (proof.plain, proof.unknown):
                families = [gap.family for gap in gaps.gaps]
                for number, tally in enumerate(self._counted(read, breach, families)):
                    found[(str(place), gaps.kind.value, str(number))] = tally
        for place, one in enumerate(answers.partings):
            asked = next(p.asked for p in answers.proofs if p.asked.need.id == one.need)
            among = next(v for v in versions_under(self._agreement, "") if v.words == one.version)
            both = [prepared(as_in(self._agreement, r, among)) for r in (one.first, one.second)]
            breach = disjunction([breaches(read, asked) for read in both])
            read = replace(both[0], periods={**both[1].periods, **both[0].periods})
            for part in one.partings:
                for number, tally in enumerate(self._counted(read, breach, part.families)):
                    found[("parting", str(place), part.split.value, str(number))] = tally
        return found

    def _read(self, reading: str, asked: Asked, versions: Sequence[str]) -> Agreement:
        told = self._examiner.versions(asked, reading)
        return prepared(next(each.text for each in told if each.versions == tuple(versions)))

    def _counted(
        self, read: Agreement, breach: Node, families: Iterable[Family]
    ) -> Iterator[Tally]:
        for family in families:
            columns = sorted(set(family.allowed) | properties(breach))
            alike = Counter(tuple(row.get(c) for c in columns) for row in self.rows(read))
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
