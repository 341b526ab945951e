"""Why certain findings differ in number between two texts is said from the findings themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commission_desk import AGREEMENT
from waarborg.app.services.differing import why_counts_differ
from waarborg.base.acts import Act
from waarborg.base.grades import AttributionLevel
from waarborg.base.judgement import Reason, Verdict
from waarborg.base.parties import PartyId
from waarborg.base.times import Period
from waarborg.findings.finding import Finding, FindingId, Tier
from waarborg.incidents.incident import IncidentId

FIRST = replace(AGREEMENT, id="truce", title="Truce")
OTHER = replace(AGREEMENT, id="played", title="Played text", exercise="exercise: made up")
START = datetime(2030, 1, 1, tzinfo=UTC)


def held(text: str, incident: str, tier: Tier, why: str = "it is so", rule: str = "p") -> Finding:
    """A finding on an incident under a text."""
    return Finding(
        id=FindingId(f"fin-{incident}-{text}-{rule}"),
        agreement=text,
        exercise="",
        prohibition=rule,
        clause="C-1",
        accused=PartyId("ARD"),
        incident=IncidentId(incident),
        verdict=Verdict.YES if tier is Tier.CERTAIN else Verdict.UNKNOWN,
        tier=tier,
        reasons=(Reason("x", why),),
        inferred=(),
        happened=Period(START, START + timedelta(hours=1)),
        place=None,
        act=Act.ARTILLERY_FIRE,
        attribution=AttributionLevel.SINGLE_SOURCE,
        cites=(),
    )


def test_the_reason_is_that_of_the_other_text() -> None:
    """One is certain under both, two cannot be decided under the first for one reason, one is not held there."""
    answers = "it may answer a strike"
    findings = [
        *(held("played", name, Tier.CERTAIN) for name in ("a", "b", "c", "d")),
        held("truce", "a", Tier.CERTAIN),
        held("truce", "b", Tier.UNDECIDABLE, answers),
        held("truce", "c", Tier.UNDECIDABLE, answers),
    ]
    [told] = why_counts_differ((FIRST, OTHER), findings)
    assert told == (
        "Of 4 incidents with a certain finding under Played text, 1 has one under Truce: "
        "2 cannot be decided there, since it may answer a strike; 1 with no finding there."
    )


def test_an_incident_is_told_by_its_surest_finding() -> None:
    """Certain under any prohibition of a text is certain under the text; nothing differs then."""
    findings = [
        held("played", "a", Tier.CERTAIN),
        held("truce", "a", Tier.UNDECIDABLE, rule="q"),
        held("truce", "a", Tier.CERTAIN),
    ]
    assert why_counts_differ((FIRST, OTHER), findings) == []


@pytest.mark.parametrize("texts", [(), (FIRST,)])
def test_one_text_differs_from_none(texts: tuple[object, ...]) -> None:
    """Without a second text there is nothing to say."""
    assert why_counts_differ(texts, [held("truce", "a", Tier.CERTAIN)]) == []  # type: ignore[arg-type]  # a tuple of texts
