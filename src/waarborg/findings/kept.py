"""Findings of one agreement, kept up as incidents come, change and go.

Rules this module keeps:
1. After each change the findings are those that `assess` makes of all incidents (law 3).
2. A finding is put together when somebody reads it: most say that something cannot be decided, and are only
   counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

from waarborg.agreement.held import Ground
from waarborg.agreement.kept import Kept, Said
from waarborg.agreement.model import Agreement
from waarborg.agreement.settled import Columns
from waarborg.findings.assess import Evidence, deed_of, finding_of, tier_of
from waarborg.findings.finding import Finding, Tier
from waarborg.incidents.incident import Incident, IncidentId

Batch = tuple[Agreement, Incident, Said]
"""An incident with what a text says of it: its findings, not yet put together."""


class Findings(Sequence[Finding]):
    """Findings, put together when somebody reads them.

    Args:
        batches: Incidents with what is said of each.
    """

    def __init__(self, batches: Iterable[Batch] = ()) -> None:
        self.batches = tuple(batches)

    @cached_property
    def whole(self) -> tuple[Finding, ...]:
        """The findings themselves."""
        return tuple(_findings(self.batches))

    def taken_up(self) -> Iterator[Finding]:
        """Those that the text or a body may take up: all that can be decided, inference included."""
        # incidents that are alike share what is said of them
        told: dict[int, Said] = {}
        for agreement, incident, said in self.batches:
            some = told.get(id(said))
            if some is None:
                some = tuple([e for e in said if tier_of(e[1]) is not Tier.UNDECIDABLE])
                told[id(said)] = some
            if some:
                yield from _findings([(agreement, incident, some)])

    @overload
    def __getitem__(self, place: int) -> Finding: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Finding, ...]: ...
    def __getitem__(self, place: int | slice) -> Finding | tuple[Finding, ...]:
        """One finding, or some."""
        return self.whole[place]

    def __len__(self) -> int:
        """How many there are."""
        return sum(len(said) for _, _, said in self.batches)

    def __iter__(self) -> Iterator[Finding]:
        """Each in order."""
        return iter(self.whole)


@dataclass(frozen=True, slots=True)
class FindingsMoved:
    """Findings that a change of incidents changed.

    Attributes:
        before: As they were.
        after: As they are.
        again: Those of all incidents that were looked at again.
    """

    before: Findings
    after: Findings
    again: Findings


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
        self._said: dict[str, Said] = {}

    def change(self, gone: Iterable[Incident], new: Sequence[Incident]) -> FindingsMoved:
        """Incidents went, or are no more as they were, and others came."""
        old = {str(each.id): self._incidents.pop(str(each.id)) for each in gone}
        touched = self._kept.change(tuple(old), [deed_of(incident) for incident in new])
        self._incidents |= {str(incident.id): incident for incident in new}
        before: list[Batch] = []
        after: list[Batch] = []
        again: list[Batch] = []
        for name in sorted(touched):
            was, incident = self._said.pop(name, ()), self._incidents.get(name)
            now = self._kept.said(name) if incident is not None else ()
            if incident is not None and now:
                self._said[name] = now
                again.append((self.agreement, incident, now))
            if was or now:
                former = old.get(name, incident)
                left, came = _differing(self.agreement, former, was, incident, now)
                before += left
                after += came
        return FindingsMoved(Findings(before), Findings(after), Findings(again))

    def findings(self) -> tuple[Finding, ...]:
        """All findings, by when it happened and identifier."""
        every = _findings(
            (self.agreement, self._incidents[name], said) for name, said in self._said.items()
        )
        return tuple(sorted(every, key=lambda f: (f.happened, f.id)))

    def columns(self, incident: IncidentId) -> Columns:
        """The settled columns of one incident."""
        return self._kept.columns(str(incident))


def _findings(batches: Iterable[Batch]) -> Iterator[Finding]:
    for agreement, incident, said in batches:
        evidence = Evidence.on(incident)
        for rule, answer in said:
            yield finding_of(agreement, rule, answer, evidence)


def _differing(
    agreement: Agreement, former: Incident | None, was: Said, latter: Incident | None, now: Said
) -> tuple[list[Batch], list[Batch]]:
    """What was found of an incident and is no more, and what is found and was not."""
    if former is None or not was:
        return [], [(agreement, latter, now)] if latter is not None else []
    if latter is None or not now:
        return [(agreement, former, was)], []
    if former is latter and was is now:
        return [], []
    left = list(_findings([(agreement, former, was)]))
    came = list(_findings([(agreement, latter, now)]))
    gone = tuple(pair for pair, each in zip(was, left, strict=True) if each not in came)
    new = tuple(pair for pair, each in zip(now, came, strict=True) if each not in left)
    return (
        [(agreement, former, gone)] if gone else [],
        [(agreement, latter, new)] if new else [],
    )
