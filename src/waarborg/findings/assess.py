"""Hold incidents against the prohibitions of an agreement.

Each incident is read twice: once with only what sources state in words, once with marked inferences
(a machine's label for the act, who held the ground for the actor). The first reading gives the
verdict; the second only tells a possible breach from an undecidable one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from waarborg.agreement.condition import Node, conjunction, member_of
from waarborg.agreement.explain import Row, explain, truth
from waarborg.agreement.model import Agreement, Exception_, Prohibition
from waarborg.base.grades import Basis
from waarborg.base.judgement import Judgement, Reason, Verdict, all_of, from_bool, negate
from waarborg.base.parties import PartyId
from waarborg.base.times import Period
from waarborg.findings.answers import Answerable, Strike, answers
from waarborg.findings.finding import Finding, FindingId, Tier
from waarborg.findings.settled import Columns, settle_times, zones_of
from waarborg.incidents.incident import Incident, IncidentId


@dataclass(frozen=True, slots=True)
class Held:
    """An incident as rows of properties, ready to be held against a text.

    Attributes:
        incident: Which.
        stated: Property or settled column to value, from what sources state in words only.
        inferred: The same with labels and implied actors filled in.
        unknown: Column to the words for why it is None.
    """

    incident: Incident
    stated: Row
    inferred: Row
    unknown: Mapping[str, str]


def assess(
    agreement: Agreement,
    incidents: Sequence[Incident],
    places: Mapping[IncidentId, Columns],
    smallest: Sequence[str],
    zone: ZoneInfo,
) -> tuple[Finding, ...]:
    """Hold every incident against every prohibition and each party it binds.

    Args:
        agreement: The agreement, under the reading that is to apply.
        incidents: What is held to have happened, in any order.
        places: Incident to its zone columns ("zone:UA-63"); missing means place unknown.
        smallest: Zones of the map that hold no other zone, for "the same place".
        zone: Time zone in which hours are written in reasons.

    Returns:
        Findings that are YES or UNKNOWN, sorted by when it happened and identifier. An incident
        that surely is no breach gives none.
    """
    times: dict[Period, tuple[Columns, Mapping[str, str]]] = {}
    held: list[Held] = []
    for incident in incidents:
        when = times.get(incident.happened)
        if when is None:
            when = settle_times(agreement.periods, incident.happened, zone)
            times[incident.happened] = when
        held.append(_held(incident, places.get(incident.id, {}), *when))
    findings: list[Finding] = []
    for prohibition in agreement.prohibitions:
        findings.extend(_against(agreement, prohibition, held, places, smallest))
    return tuple(sorted(findings, key=lambda f: (f.happened, f.id)))


def _held(incident: Incident, place: Columns, when: Columns, unknown: Mapping[str, str]) -> Held:
    attribution = incident.attribution
    settled: dict[str, str | int | bool | None] = {**place, **when, "in_force": True}
    stated = settled | {
        "actor": attribution.party,
        "act": incident.act.value if incident.act else None,
        "attribution": attribution.level.value,
        "decision": "none",
    }
    inferred = stated | {
        "actor": attribution.party or attribution.implied,
        "act": incident.act_labelled.value if incident.act_labelled else None,
    }
    return Held(incident, stated, inferred, unknown)


def _against(
    agreement: Agreement,
    prohibition: Prohibition,
    held: Sequence[Held],
    places: Mapping[IncidentId, Columns],
    smallest: Sequence[str],
) -> list[Finding]:
    near = [one for one in held if truth(prohibition.must_not, one.stated) is not False]
    strikes = {
        one.incident.id: _strike(
            one, places.get(one.incident.id, {}), prohibition.must_not, smallest
        )
        for one in near
    }
    earlier = [
        Answerable(rule.answers, strikes.values()) if rule.answers is not None else None
        for rule in prohibition.exceptions
    ]
    names = {f"actor:{party.id}": party.name for party in agreement.parties.values()}
    findings = []
    for accused in prohibition.who:
        breach = conjunction((member_of("actor", (accused,)), prohibition.must_not))
        for one in near:
            if truth(breach, one.stated) is False:
                continue
            stated = explain(breach, one.stated, one.unknown, names)
            excused = _excused(prohibition, one, strikes[one.incident.id], earlier, names)
            finding = _finding(agreement, prohibition, accused, one, breach, stated, excused)
            if finding is not None:
                findings.append(finding)
    return findings


def _strike(one: Held, place: Columns, must_not: Node, smallest: Sequence[str]) -> Strike:
    sure, maybe = zones_of(place, smallest)
    return Strike(
        incident=one.incident.id,
        happened=one.incident.happened,
        zones=sure,
        maybe=maybe,
        actor=one.incident.attribution.party,
        points_to=one.incident.attribution.party or one.incident.attribution.implied,
        is_strike=from_bool(truth(must_not, one.stated)),
        may_be_strike=from_bool(truth(must_not, one.inferred)),
    )


def _excused(
    prohibition: Prohibition,
    one: Held,
    strike: Strike,
    earlier: Sequence[Answerable | None],
    names: Mapping[str, str],
) -> tuple[Judgement, ...]:
    """What each exception of the prohibition says of the incident, in the order of the text."""
    return tuple(
        _exception(rule, one, strike, answerable, names)
        for rule, answerable in zip(prohibition.exceptions, earlier, strict=True)
    )


def _exception(
    rule: Exception_,
    one: Held,
    strike: Strike,
    earlier: Answerable | None,
    names: Mapping[str, str],
) -> Judgement:
    if earlier is not None:
        verdict, reason = answers(strike, earlier)
        return Judgement(verdict, (reason,))
    if rule.reads is None:
        return Judgement(Verdict.NO)
    return explain(rule.reads, one.stated, one.unknown, names)


def _finding(
    agreement: Agreement,
    prohibition: Prohibition,
    accused: PartyId,
    one: Held,
    breach: Node,
    stated: Judgement,
    excused: tuple[Judgement, ...],
) -> Finding | None:
    free = tuple(negate(judgement.verdict) for judgement in excused)
    verdict = all_of((stated.verdict, *free))
    if verdict is Verdict.NO:
        return None
    accepted = all_of((from_bool(truth(breach, one.inferred)), *free))
    incident = one.incident
    return Finding(
        id=FindingId(f"fin-{incident.id.removeprefix('inc-')}-{prohibition.id}-{accused}"),
        agreement=agreement.id,
        exercise=agreement.exercise,
        prohibition=prohibition.id,
        clause=prohibition.clause,
        accused=accused,
        incident=incident.id,
        verdict=verdict,
        tier=_tier(verdict, accepted),
        reasons=_reasons(verdict, accepted, stated, excused),
        inferred=_inferred(incident) if verdict is Verdict.UNKNOWN else (),
        happened=incident.happened,
        place=incident.place,
        act=incident.act_labelled,
        attribution=incident.attribution.level,
        cites=incident.reports,
    )


def _tier(verdict: Verdict, accepted: Verdict) -> Tier:
    if verdict is Verdict.YES:
        return Tier.CERTAIN
    return Tier.POSSIBLE if accepted is Verdict.YES else Tier.UNDECIDABLE


def _reasons(
    verdict: Verdict, accepted: Verdict, stated: Judgement, excused: tuple[Judgement, ...]
) -> tuple[Reason, ...]:
    """The reasons of the parts that settle the verdict, each once, in the order of the text."""
    parts = [stated] if stated.verdict is verdict else []
    parts += [judgement for judgement in excused if negate(judgement.verdict) is verdict]
    reasons = [reason for judgement in parts for reason in judgement.reasons]
    if accepted is Verdict.NO and stated.verdict is Verdict.UNKNOWN:
        reasons.append(Reason("points-elsewhere", "what can be inferred points away from a breach"))
    return tuple(dict.fromkeys(reasons))


def _inferred(incident: Incident) -> tuple[str, ...]:
    """The inferences that would fill the gaps, in words."""
    words = []
    if incident.act is None and incident.act_labelled is not None:
        words.append(f"the act is {incident.act_labelled.words} by a machine's label only")
    if incident.attribution.party is None and incident.attribution.implied is not None:
        words += sorted(
            {
                evidence.words
                for evidence in incident.attribution.evidence
                if evidence.basis is Basis.IMPLIED
                and evidence.party == incident.attribution.implied
            }
        )
    return tuple(words)
