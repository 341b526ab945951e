"""The report: somebody says that something happened.

Rules this module keeps:
1. A report is never changed; what a source changes later is a new version with its own arrival.
2. A report has no hour, place or actor that its source did not give.
3. What was read out of a source carries the ground it stands on (stated, labelled, implied).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from waarborg.base.acts import Act
from waarborg.base.grades import Basis
from waarborg.base.parties import PartyId
from waarborg.base.places import Place
from waarborg.base.times import Period

ReportId = NewType("ReportId", str)
"""Stable name of a report across releases of its source, as "viina-3f9a0c41d2e7"."""


@dataclass(frozen=True, slots=True, order=True)
class ActEvidence:
    """What a report says was done, and on what ground.

    Attributes:
        act: The act, from the closed list.
        basis: STATED when words say so, LABELLED when only a machine's label does.
        words: The words or the label it was read from.
    """

    act: Act
    basis: Basis
    words: str


@dataclass(frozen=True, slots=True, order=True)
class ActorEvidence:
    """Whom a report names as the one who did it.

    Attributes:
        party: The party named.
        basis: STATED when words say so.
        words: The words it was read from.
    """

    party: PartyId
    basis: Basis
    words: str


@dataclass(frozen=True, slots=True)
class Report:
    """One report, in one version.

    Attributes:
        id: Stable across releases and repeated scrapes of the same page.
        version: 1 for the first arrival, counted up with each change of content.
        channel: The intake it came by, as "viina".
        source: Who says so: the outlet's short name.
        address: Web address; the only text that is kept.
        headline: Transliterated words of the address, empty when it holds only a number.
        happened: Period in which it happened as far as the source knows, usually a whole day.
        received_at: When this version reached the mission.
        place: Point with precision, named area, or None when not known.
        label: The source's own label, untouched.
        acts: What it says was done, strongest ground first; empty when it states no act.
        actors: Whom it names; empty when it names nobody.
        harm: "civilian" or "military" casualties where the source says so.
        keys: The source's own keys of the rows behind it, in the release it came with.
    """

    id: ReportId
    version: int
    channel: str
    source: str
    address: str
    headline: str
    happened: Period
    received_at: datetime
    place: Place | None
    label: str
    acts: tuple[ActEvidence, ...] = ()
    actors: tuple[ActorEvidence, ...] = ()
    harm: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


def known(reports: Iterable[Report], known_at: datetime) -> tuple[Report, ...]:
    """The reports as they stood at a moment: the latest version received before it, by identifier.

    Args:
        reports: All versions, in any order.
        known_at: Half-open: what arrived at this very moment is not yet known, so that
            "known at 24 April" (its end) holds the whole of that day and nothing of the next.
    """
    latest: dict[ReportId, Report] = {}
    for report in reports:
        if report.received_at >= known_at:
            continue
        held = latest.get(report.id)
        if held is None or report.version > held.version:
            latest[report.id] = report
    return tuple(latest[identifier] for identifier in sorted(latest))
