"""Laws 5, 7, 8 and 10: sources, determinations, three-valued findings, claims kept as claims."""

from __future__ import annotations

from collections import Counter
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from strategies import Row, mission_of, rows

from small_mission import Chain, open_texts
from waarborg.app.services.counting import span
from waarborg.app.services.derived import Derived
from waarborg.app.services.logbook import read_back
from waarborg.base.judgement import Verdict
from waarborg.base.times import local_day
from waarborg.cases.determination import OPERATION_OF_THE_TEXT, Decision
from waarborg.findings.finding import Finding, Tier

KYIV = ZoneInfo("Europe/Kyiv")
DAY_ONLY = "the source gives the day, the truce began at 16:00"


def check_sources(chain: Chain) -> None:
    """Every figure of a run leads back to entries of its record."""
    done = chain.run(chain.journal())
    derived = done.derived
    held = read_back(done.journal).entries
    recorded = {identifier for identifier, _ in held}
    incidents = {incident.id: incident for incident in derived.incidents}
    findings = {finding.id: finding for finding in derived.findings}
    determinations = {made.id: made for made in derived.determinations}
    assert sum(len(i.members) for i in incidents.values()) == len(derived.reports)
    for incident in incidents.values():
        assert set(incident.reports) <= recorded
    for finding in findings.values():
        assert finding.cites
        assert set(finding.cites) <= set(incidents[finding.incident].reports) & recorded
    for made in determinations.values():
        assert made.cites == findings[made.finding].cites
    for owed in derived.obligations:
        assert determinations[owed.determination].decision is Decision.BREACH_FOUND
    assert len(findings) == len(derived.findings)
    assert len(determinations) == len(derived.determinations)
    assert len({owed.id for owed in derived.obligations}) == len(derived.obligations)


def check_counts(derived: Derived, zone: ZoneInfo) -> None:
    """Every count equals the number of its findings, for each day and for the whole span."""

    def key(finding: Finding) -> tuple[str, str, str, Tier]:
        return finding.agreement, finding.prohibition, str(finding.accused), finding.tier

    whole = Counter(key(f) for f in derived.findings)
    by_day = Counter((*key(f), f.happened.start.astimezone(zone).date()) for f in derived.findings)
    for count in derived.counts:
        of = (count.agreement, count.prohibition, count.accused, count.tier)
        assert count.incidents == (whole[of] if count.day is None else by_day[*of, count.day])
    assert sum(c.incidents for c in derived.counts if c.day is None) == len(derived.findings)


def check_judgements(derived: Derived) -> None:
    """Each finding is yes or unknown with a reason, and its tier says no more than its verdict."""
    for finding in derived.findings:
        assert finding.verdict in {Verdict.YES, Verdict.UNKNOWN}
        assert finding.reasons
        assert all(reason.words and reason.code for reason in finding.reasons)
        assert (finding.tier is Tier.CERTAIN) == (finding.verdict is Verdict.YES)
        if finding.tier is Tier.POSSIBLE:
            assert finding.inferred
        if finding.tier is Tier.CERTAIN:
            assert not finding.inferred


def check_determinations(derived: Derived) -> None:
    """Only the text's own determinations on certain findings are made; all others are pending."""
    findings = {finding.id: finding for finding in derived.findings}
    for made in derived.determinations:
        by_text = made.by == OPERATION_OF_THE_TEXT
        assert (made.decision is Decision.BREACH_FOUND) == by_text
        if by_text:
            assert findings[made.finding].verdict is Verdict.YES


def test_real_figures_lead_back_to_the_record(easter: Chain) -> None:
    """Findings, determinations and obligations of the real days rest on recorded reports only."""
    check_sources(easter)


def test_real_counts_equal_their_findings(easter_derived: Derived) -> None:
    """No published count of the real days differs from the findings under it."""
    check_counts(easter_derived, KYIV)


def test_real_findings_are_judged_with_reasons(easter_derived: Derived) -> None:
    """Findings of the real days are yes or cannot be decided, each with its reason."""
    check_judgements(easter_derived)
    check_determinations(easter_derived)
    assert {f.verdict for f in easter_derived.findings} == {Verdict.YES, Verdict.UNKNOWN}


@settings(max_examples=8, deadline=None)
@given(rows())
def test_made_up_figures_keep_the_laws(found: list[Row]) -> None:
    """Whatever the rows, figures lead back, counts add up and judgements carry reasons."""
    chain = mission_of(found).open()
    check_sources(chain)
    derived = chain.derive()
    check_counts(derived, chain.inputs.mission.time_zone)
    check_judgements(derived)
    check_determinations(derived)


def on(derived: Derived, day: date) -> list[Finding]:
    """Findings on incidents that are known to one day."""
    period = local_day(day, KYIV)
    return [finding for finding in derived.findings if finding.happened == period]


def test_on_11_april_nothing_is_certain(easter_derived: Derived) -> None:
    """The truce began at 16:00 and sources give the day: every finding of 11 April stays open."""
    found = on(easter_derived, date(2026, 4, 11))
    assert len(found) > 50
    for finding in found:
        assert finding.verdict is Verdict.UNKNOWN
        assert finding.tier is Tier.UNDECIDABLE
        assert DAY_ONLY in [reason.words for reason in finding.reasons]


def test_on_12_april_a_breach_can_be_certain(easter_derived: Derived) -> None:
    """The whole of 12 April lies in the truce, so that the day is enough."""
    found = on(easter_derived, date(2026, 4, 12))
    assert any(finding.verdict is Verdict.YES for finding in found)
    for finding in found:
        assert DAY_ONLY not in [reason.words for reason in finding.reasons]


def test_outside_the_truce_nothing_is_found(easter_derived: Derived) -> None:
    """No incident that is known to lie before 11 or after 12 April gives a finding."""
    mission_days = span(date(2026, 4, 1), date(2026, 4, 25))
    outside = [day for day in mission_days if day not in {date(2026, 4, 11), date(2026, 4, 12)}]
    assert [finding.id for day in outside for finding in on(easter_derived, day)] == []
    assert any(
        local_day(day, KYIV) == incident.happened
        for day in outside
        for incident in easter_derived.incidents
    )


def test_every_exercise_figure_says_so(easter_derived: Derived) -> None:
    """Whatever follows from the exercise carries its sentence, and nothing else does."""
    words = "exercise: no such guarantee was in force"
    for figure in (
        *easter_derived.findings,
        *easter_derived.determinations,
        *easter_derived.obligations,
    ):
        expected = words if figure.agreement == "guarantees-exercise-2026" else ""
        assert figure.exercise == expected


@pytest.mark.parametrize("text", ["claims: []\n", None])
def test_claims_change_no_count(
    easter_texts: dict[str, bytes], easter: Chain, text: str | None
) -> None:
    """Without claims, or with the figures claimed a thousandfold, only the claims differ."""
    changed = text or easter_texts["claims.yaml"].decode().replace("count: ", "count: 1000")
    files = open_texts({**easter_texts, "claims.yaml": changed.encode()}).files()
    expected = easter.files()
    assert files.pop("claims.jsonl") != expected.pop("claims.jsonl")
    assert files == expected
