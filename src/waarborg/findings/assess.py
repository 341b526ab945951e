"""Hold incidents against the prohibitions of an agreement.

Each incident is read twice: once with only what sources state in words, once with marked inferences
(a machine's label for the act, who held the ground for the actor). The first reading gives the
verdict; the second only tells a possible breach from an undecidable one.
"""

from __future__ import annotations

from collections.abc import Sequence

from waarborg.agreement.held import Deed
from waarborg.agreement.judging import Answer, Judged
from waarborg.agreement.model import Agreement, Prohibition
from waarborg.agreement.versions import HeldUnder, judged
from waarborg.base.grades import Basis
from waarborg.base.judgement import Reason, Verdict
from waarborg.findings.finding import Finding, FindingId, Tier
from waarborg.incidents.incident import Incident

_ELSEWHERE = Reason("points-elsewhere", "what can be inferred points away from a breach")


def deed_of(incident: Incident) -> Deed:
    """An incident as far as a text can ask about it."""
    attribution = incident.attribution
    stated: dict[str, str | int | bool | None] = {
        "in_force": True,
        "actor": attribution.party,
        "act": incident.act.value if incident.act else None,
        "attribution": attribution.level.value,
        "decision": "none",
    }
    inferred = stated | {
        "actor": attribution.party or attribution.implied,
        "act": incident.act_labelled.value if incident.act_labelled else None,
    }
    return Deed(incident.id, incident.happened, incident.place, stated, inferred)


def assess(
    agreement: Agreement,
    incidents: Sequence[Incident],
    under: Sequence[HeldUnder],
    smallest: Sequence[str],
) -> tuple[Finding, ...]:
    """Hold every incident against every prohibition and each party it binds.

    Args:
        agreement: The agreement, under the reading that is to apply.
        incidents: What is held to have happened, in any order.
        under: The same with places, times and thresholds settled for each version of the agreement.
        smallest: Zones of the map that hold no other zone, for "the same place".

    Returns:
        Findings that are YES or UNKNOWN, sorted by when it happened and identifier. An incident
        that surely is no breach gives none.
    """
    by_id = {str(incident.id): incident for incident in incidents}
    findings = [
        finding_of(agreement, prohibition, one, by_id[one.held.deed.id])
        for prohibition, one in judged(under, smallest)
        if one.verdict is not Verdict.NO
    ]
    return tuple(sorted(findings, key=lambda f: (f.happened, f.id)))


def finding_of(
    agreement: Agreement, prohibition: Prohibition, one: Judged, incident: Incident
) -> Finding:
    """The finding that one prohibition, party and incident come to."""
    answer = one.answer
    verdict, accused = answer.verdict, answer.accused
    return Finding(
        id=FindingId(f"fin-{incident.id.removeprefix('inc-')}-{prohibition.id}-{accused}"),
        agreement=agreement.id,
        exercise=agreement.exercise,
        prohibition=prohibition.id,
        clause=prohibition.clause,
        accused=accused,
        incident=incident.id,
        verdict=verdict,
        tier=_tier(verdict, answer.accepted),
        reasons=_reasons(answer),
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


def _reasons(answer: Answer) -> tuple[Reason, ...]:
    if answer.accepted is Verdict.NO and answer.act.verdict is Verdict.UNKNOWN:
        return tuple(dict.fromkeys((*answer.reasons, _ELSEWHERE)))
    return answer.reasons


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
