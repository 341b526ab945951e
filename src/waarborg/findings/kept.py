"""Findings of one agreement, kept up as incidents come, change and go.

Rules this module keeps:
1. After each change the findings are those that `assess` makes of all incidents (law 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from waarborg.agreement.held import Ground
from waarborg.agreement.kept import Kept
from waarborg.agreement.model import Agreement
from waarborg.agreement.settled import Columns
from waarborg.base.judgement import Verdict
from waarborg.findings.assess import Evidence, deed_of, finding_of
from waarborg.findings.finding import Finding
from waarborg.incidents.incident import Incident, IncidentId


@dataclass(frozen=True, slots=True)
class FindingsMoved:
    """Findings that a change of incidents changed.

    Attributes:
        before: As they were.
        after: As they are.
        incidents: Every incident that was looked at again, those that went among them.
    """

    before: tuple[Finding, ...]
    after: tuple[Finding, ...]
    incidents: frozenset[IncidentId]


class KeptFindings:
    """The findings of one agreement.

    Args:
        agreement: The agreement, under the reading that is to apply.
        ground: The map, and the time zone of reasons.
    """

    def __init__(self, agreement: Agreement, ground: Ground) -> None:
        self.agreement = agreement
        self._kept = Kept(agreement, ground)
        self._incidents: dict[str, Incident] = {}
        self._found: dict[str, tuple[Finding, ...]] = {}

    def change(self, gone: Iterable[Incident], new: Sequence[Incident]) -> FindingsMoved:
        """Incidents went, or are no more as they were, and others came."""
        names = [str(incident.id) for incident in gone]
        for name in names:
            del self._incidents[name]
        self._incidents |= {str(incident.id): incident for incident in new}
        touched = self._kept.change(names, [deed_of(incident) for incident in new])
        before: list[Finding] = []
        after: list[Finding] = []
        for name in sorted(touched):
            was, now = self._found.pop(name, ()), self._assess(name)
            if now:
                self._found[name] = now
            before += [each for each in was if each not in now]
            after += [each for each in now if each not in was]
        return FindingsMoved(tuple(before), tuple(after), frozenset(map(IncidentId, touched)))

    def findings(self) -> tuple[Finding, ...]:
        """All findings, by when it happened and identifier."""
        every = (finding for found in self._found.values() for finding in found)
        return tuple(sorted(every, key=lambda f: (f.happened, f.id)))

    def of(self, incident: IncidentId) -> tuple[Finding, ...]:
        """The findings about one incident."""
        return self._found.get(str(incident), ())

    def columns(self, incident: IncidentId) -> Columns:
        """The settled columns of one incident."""
        return self._kept.columns(str(incident))

    def _assess(self, name: str) -> tuple[Finding, ...]:
        incident = self._incidents.get(name)
        if incident is None:
            return ()
        judged = [
            (rule, one) for rule, one in self._kept.judged(name) if one.verdict is not Verdict.NO
        ]
        if not judged:
            return ()
        evidence = Evidence.on(incident)
        return tuple([finding_of(self.agreement, rule, one, evidence) for rule, one in judged])
