"""From finding to determination.

A finding is decided by operation of the text only where the agreement file says that the text
decides; where it names a body, the determination is pending until that body's decision is on the
record; where it names nobody, there is no determination at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

from waarborg.agreement.model import Agreement, Prohibition
from waarborg.agreement.versions import everything, in_force
from waarborg.base.judgement import Verdict, any_of
from waarborg.base.places import somewhere
from waarborg.base.times import Period, format_instant
from waarborg.cases.determination import (
    OPERATION_OF_THE_TEXT,
    Decision,
    Determination,
    DeterminationId,
    charge,
    pending,
)
from waarborg.findings.finding import Finding, Tier
from waarborg.reports.report import ReportId

_DAY = timedelta(hours=24)

Facts = dict[str, str | int | bool | None]


def determine(
    agreement: Agreement,
    findings: Sequence[Finding],
    received: Mapping[ReportId, datetime],
    columns: Mapping[str, Mapping[str, bool | None]],
) -> tuple[Determination, ...]:
    """Decide the findings of one agreement, as far as its text decides them.

    Args:
        agreement: The agreement the findings were held against.
        findings: Findings of that agreement, in any order.
        received: When each report reached the mission.
        columns: Incident to its settled columns ("zone:UA-63", "threshold:daily" to yes, no or
            unknown).

    Returns:
        Determinations sorted by when they happened, then by identifier: one for each CERTAIN
        finding under a prohibition that the text itself decides, and a pending one for each
        CERTAIN or POSSIBLE finding under a prohibition that a body decides.
    """
    mine = sorted(
        (f for f in findings if f.agreement == agreement.id), key=lambda f: (f.happened, f.id)
    )
    decided = [
        (finding, rule) for finding in mine if (rule := deciding(agreement, finding)) is not None
    ]
    found = [f for f, p in decided if p.decided_by == OPERATION_OF_THE_TEXT]
    return tuple(
        determination_of(agreement, finding, prohibition, received, columns, found)
        for finding, prohibition in decided
    )


def deciding(agreement: Agreement, finding: Finding) -> Prohibition | None:
    """The prohibition under which a finding comes to a determination; None when it comes to none."""
    if finding.tier is Tier.UNDECIDABLE:
        return None  # Neither the text nor a body takes it up, whatever the rule; most findings are so.
    found = (rule for rule in _rules(agreement, finding) if _is_opened(finding, rule))
    return next(found, None)


def _rules(agreement: Agreement, finding: Finding) -> list[Prohibition]:
    """The prohibition a finding is about, as the text had it when it happened; none if it had none."""
    found = (
        rule
        for version in in_force(agreement, finding.happened)
        for rule in version.text.prohibitions
        if rule.id == finding.prohibition
    )
    return list(islice(found, 1))


def _is_opened(finding: Finding, prohibition: Prohibition) -> bool:
    if not prohibition.decided_by:
        return False
    if prohibition.decided_by == OPERATION_OF_THE_TEXT:
        return finding.tier is Tier.CERTAIN
    return finding.tier in {Tier.CERTAIN, Tier.POSSIBLE}


def determination_of(
    agreement: Agreement,
    finding: Finding,
    prohibition: Prohibition,
    received: Mapping[ReportId, datetime],
    columns: Mapping[str, Mapping[str, bool | None]],
    found: Sequence[Finding],
) -> Determination:
    """The determination that a finding comes to.

    Args:
        agreement: The agreement.
        finding: A finding that is decided, or opened.
        prohibition: Under which prohibition; see `deciding`.
        received: When each report it cites reached the mission.
        columns: Incident to its settled columns.
        found: The findings that the text itself decides: all of them, or at least those of the same
            party that began first, ended first, or fell within a day before.
    """
    by_text = prohibition.decided_by == OPERATION_OF_THE_TEXT
    decision = Decision.BREACH_FOUND if by_text else Decision.PENDING
    return Determination(
        id=DeterminationId(f"det-{finding.incident.removeprefix('inc-')}-{prohibition.id}"),
        finding=finding.id,
        incident=finding.incident,
        agreement=agreement.id,
        exercise=agreement.exercise,
        prohibition=prohibition.id,
        clause=finding.clause,
        breacher=finding.accused,
        by=prohibition.decided_by,
        decision=decision,
        tier=finding.tier,
        happened=finding.happened,
        known_at=format_instant(min(received[report] for report in finding.cites)),
        facts=_facts(finding, decision, columns.get(finding.incident, {}), found),
        words=_words(agreement, finding, by_text=by_text, by=prohibition.decided_by),
        cites=finding.cites,
        place=somewhere(finding.place),
    )


def _words(agreement: Agreement, finding: Finding, *, by_text: bool, by: str) -> str:
    made = charge(finding.accused, finding.clause, finding.prohibition)
    if by_text:
        return f"By operation of the text: {made}."
    bodies = everything(agreement).bodies
    return pending(bodies[by].words if by in bodies else by, made)


def _facts(
    finding: Finding,
    decision: Decision,
    columns: Mapping[str, bool | None],
    found: Sequence[Finding],
) -> Facts:
    """What the trigger of a guarantee may look at.

    `decision` speaks of a body's ruling, which a determination by the text is not: it stays "none"
    there, so that a guarantee which waits for the commission is not set off by the text.
    """
    least, most = _hours_since_first(finding, found)
    ongoing = _continuing(finding, found)
    facts: Facts = {
        "actor": finding.accused,
        "act": finding.act.value if finding.act else None,
        "target": None,
        "weapon": None,
        "severity": None,
        "attribution": finding.attribution.value,
        "decision": "none" if decision is Decision.BREACH_FOUND else "pending",
        "in_force": True,
        "continuing": None if ongoing is Verdict.UNKNOWN else ongoing is Verdict.YES,
        "hours_since_first_least": least,
        "hours_since_first_most": most,
    }
    return facts | dict(columns)


def _hours_since_first(finding: Finding, found: Sequence[Finding]) -> tuple[int, int]:
    """The least and the most whole hours since the first breach found of the same party.

    Which breach was the first may itself be open when several are known to the day only, so the
    first can lie anywhere from the earliest possible start to the earliest possible end.
    """
    mine = [f.happened for f in found if f.accused == finding.accused] or [finding.happened]
    first = Period(min(p.start for p in mine), min(p.end for p in mine))
    least = max(0.0, (finding.happened.start - first.end).total_seconds() / 3600)
    most = max(0.0, (finding.happened.end - first.start).total_seconds() / 3600)
    return int(least), int(most)


def _continuing(finding: Finding, found: Sequence[Finding]) -> Verdict:
    """Whether the fighting goes on: another breach of the same party fell in the 24 hours before."""
    return any_of(
        precedes_within_a_day(other.happened, finding.happened)
        for other in found
        if other.accused == finding.accused and other.incident != finding.incident
    )


def precedes_within_a_day(earlier: Period, later: Period) -> Verdict:
    """Whether one stretch came before another and no more than 24 hours before."""
    if earlier.start >= later.end or later.start - earlier.end >= _DAY:
        return Verdict.NO
    if earlier.end <= later.start and later.end - earlier.start <= _DAY:
        return Verdict.YES
    return Verdict.UNKNOWN
