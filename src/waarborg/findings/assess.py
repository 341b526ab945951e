"""Hold incidents against the prohibitions of an agreement.

Each incident is read twice: once with only what sources state in words, once with marked inferences
(a machine's label for the act, who held the ground for the actor). The first reading gives the
verdict; the second only tells a possible breach from an undecidable one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from waarborg.agreement.explain import Row
from waarborg.agreement.held import Deed
from waarborg.agreement.judging import Answer
from waarborg.agreement.model import Agreement, Prohibition
from waarborg.agreement.versions import HeldUnder, judged
from waarborg.base.acts import Act
from waarborg.base.grades import AttributionLevel, Basis
from waarborg.base.judgement import Reason, Verdict
from waarborg.base.parties import PartyId
from waarborg.findings.finding import Finding, FindingId, Tier
from waarborg.incidents.incident import Incident
from waarborg.reports.report import ReportId

_ELSEWHERE = Reason("points-elsewhere", "what can be inferred points away from a breach")


def deed_of(incident: Incident) -> Deed:
    """An incident as far as a text can ask about it."""
    attribution = incident.attribution
    stated = _row(attribution.party, incident.act, attribution.level)
    likely = attribution.party or attribution.implied
    inferred = _row(likely, incident.act_labelled, attribution.level)
    return Deed(incident.id, incident.happened, incident.place, stated, inferred)


@lru_cache(maxsize=1 << 12)
def _row(actor: PartyId | None, act: Act | None, level: AttributionLevel) -> Row:
    """What a text can ask about who did what; there are few such rows, and they are read only."""
    return MappingProxyType(
        {
            "in_force": True,
            "actor": actor,
            "act": act.value if act else None,
            "attribution": level.value,
            "decision": "none",
        }
    )


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
    by_id = {str(incident.id): Evidence.on(incident) for incident in incidents}
    findings = [
        finding_of(agreement, prohibition, one.answer, by_id[one.held.deed.id])
        for prohibition, one in judged(under, smallest)
        if one.verdict is not Verdict.NO
    ]
    return tuple(sorted(findings, key=lambda f: (f.happened, f.id)))


@dataclass(frozen=True, slots=True)
class Evidence:
    """An incident, with what each finding about it says alike.

    Attributes:
        incident: The incident.
        cites: The reports in it.
        inferred: The inferences that would fill its gaps, in words.
        tail: Its name, as it stands in the names of findings.
    """

    incident: Incident
    cites: tuple[ReportId, ...]
    inferred: tuple[str, ...]
    tail: str

    @classmethod
    def on(cls, incident: Incident) -> Evidence:
        """That of one incident."""
        tail = incident.id.removeprefix("inc-")
        return cls(incident, incident.reports, _inferred(incident), tail)


def finding_of(
    agreement: Agreement, prohibition: Prohibition, answer: Answer, evidence: Evidence
) -> Finding:
    """The finding that one prohibition, party and incident come to."""
    incident = evidence.incident
    verdict, accused = answer.verdict, answer.accused
    return Finding(
        id=FindingId(f"fin-{evidence.tail}-{prohibition.id}-{accused}"),
        agreement=agreement.id,
        exercise=agreement.exercise,
        prohibition=prohibition.id,
        clause=prohibition.clause,
        accused=accused,
        incident=incident.id,
        verdict=verdict,
        tier=tier_of(answer),
        reasons=_reasons(answer),
        inferred=evidence.inferred if verdict is Verdict.UNKNOWN else (),
        happened=incident.happened,
        place=incident.place,
        act=incident.act_labelled,
        attribution=incident.attribution.level,
        cites=evidence.cites,
    )


def tier_of(answer: Answer) -> Tier:
    """Where a count puts what a prohibition says of a party; it must not be no."""
    if answer.verdict is Verdict.YES:
        return Tier.CERTAIN
    return Tier.POSSIBLE if answer.accepted is Verdict.YES else Tier.UNDECIDABLE


def _reasons(answer: Answer) -> tuple[Reason, ...]:
    if answer.accepted is Verdict.NO and answer.act.verdict is Verdict.UNKNOWN:
        return tuple(dict.fromkeys((*answer.reasons, _ELSEWHERE)))
    return answer.reasons


@lru_cache(maxsize=len(Act))
def _labelled(act: Act) -> str:
    return f"the act is {act.words} by a machine's label only"


def _inferred(incident: Incident) -> tuple[str, ...]:
    """The inferences that would fill the gaps, in words."""
    words = []
    if incident.act is None and incident.act_labelled is not None:
        words.append(_labelled(incident.act_labelled))
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
