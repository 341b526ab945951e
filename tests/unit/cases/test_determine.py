"""From finding to determination: by the text, by a body, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from small_mission import AGREEMENT
from waarborg.agreement.load import load
from waarborg.app.services.beside_case import accounts
from waarborg.base.acts import Act
from waarborg.base.grades import AttributionLevel
from waarborg.base.judgement import Reason, Verdict
from waarborg.base.parties import PartyId
from waarborg.base.places import Area, Place, Point
from waarborg.base.times import Period
from waarborg.cases.determination import Decision, Determination
from waarborg.cases.determine import determine
from waarborg.cases.docket import Docket
from waarborg.findings.finding import Finding, FindingId, Tier
from waarborg.incidents.incident import IncidentId
from waarborg.reports.report import ReportId

TRUCE = load(AGREEMENT, "agreement.yaml")
NOON = datetime(2030, 4, 12, 12, tzinfo=UTC)
RECEIVED = {ReportId(f"r{n}"): NOON + timedelta(hours=n) for n in range(5)}


def finding(
    name: str = "one", at: float = 0, *, hours: float = 1, prohibition: str = "A-cease", **other
) -> Finding:
    """A certain finding against Ardania so many hours after noon."""
    start = NOON + timedelta(hours=at)
    return Finding(
        **{
            "id": FindingId(f"fin-{name}-{prohibition}-ARD"),
            "agreement": "river-truce",
            "exercise": "",
            "prohibition": prohibition,
            "clause": "C-1",
            "accused": PartyId("ARD"),
            "incident": IncidentId(f"inc-{name}"),
            "verdict": Verdict.YES,
            "tier": Tier.CERTAIN,
            "reasons": (Reason("x", "it is so"),),
            "inferred": (),
            "happened": Period(start, start + timedelta(hours=hours)),
            "place": None,
            "act": Act.ARTILLERY_FIRE,
            "attribution": AttributionLevel.SINGLE_SOURCE,
            "cites": (ReportId("r2"), ReportId("r1")),
        }
        | other
    )


def decided(*findings: Finding) -> tuple[Determination, ...]:
    """What is decided about findings under the small mission's text."""
    return determine(TRUCE, findings, RECEIVED, {})


def test_the_text_decides_on_a_certain_finding() -> None:
    """A certain finding under a text that decides is a breach found, from the first report on."""
    (made,) = decided(finding())
    assert made.id == "det-one-A-cease"
    assert made.decision is Decision.BREACH_FOUND
    assert made.by == "operation_of_the_text"
    assert made.words == "By operation of the text: ARD in breach of C-1 (A-cease)."
    assert made.known_at == "2030-04-12T13:00:00Z"
    assert made.facts["decision"] == "none"


@pytest.mark.parametrize("tier", [Tier.POSSIBLE, Tier.UNDECIDABLE])
def test_the_text_decides_on_nothing_uncertain(tier: Tier) -> None:
    """What cannot be decided is never a breach by operation of the text."""
    assert decided(finding(verdict=Verdict.UNKNOWN, tier=tier)) == ()


@pytest.mark.parametrize(
    ("tier", "opened"), [(Tier.CERTAIN, 1), (Tier.POSSIBLE, 1), (Tier.UNDECIDABLE, 0)]
)
def test_a_body_that_has_said_nothing_leaves_it_pending(tier: Tier, opened: int) -> None:
    """A case before the commission is pending and says that nothing is decided."""
    found = decided(finding(prohibition="ruled", tier=tier))
    assert [made.decision for made in found] == [Decision.PENDING] * opened
    for made in found:
        assert made.words == (
            "Pending before the River Commission, which has decided nothing on the record: "
            "ARD in breach of C-1 (ruled) is alleged."
        )
        assert made.facts["decision"] == "pending"


BOROVA = Point(37.6, 49.4, 5000.0, "Borova")


@pytest.mark.parametrize(
    ("act", "place", "told"),
    [
        (Act.ARTILLERY_FIRE, BOROVA, "artillery fire, at Borova"),
        (Act.DRONE_STRIKE, replace(BOROVA, name=""), "drone strike, at 49.4000, 37.6000"),
        (Act.DRONE_STRIKE, Area("UA-63", "Borova"), "drone strike, somewhere in UA-63 (Borova)"),
        (Act.DRONE_STRIKE, Area("UA-63"), "drone strike, somewhere in UA-63"),
        (None, None, "an act that is not known, at a place that is not known"),
    ],
)
def test_an_allegation_says_which_act_and_where(
    act: Act | None, place: Place | None, told: str
) -> None:
    """Cases under one clause can be told apart, and what is not known of one is said so."""
    (made,) = decided(finding(prohibition="ruled", act=act, place=place))
    assert made.allegation == f"ARD in breach of C-1 (ruled) is alleged: {told}."


@pytest.mark.parametrize(
    ("cites", "level", "told"),
    [
        (("r1",), AttributionLevel.UNKNOWN, "1 report tells of it; that ARD did it is not known"),
        (
            ("r1", "r2"),
            AttributionLevel.CORROBORATED,
            "2 reports tell of it; that ARD did it is stated by several sources",
        ),
    ],
)
def test_the_reports_account_says_how_firmly_and_not_what_again(
    cites: tuple[str, ...], level: AttributionLevel, told: str
) -> None:
    """Beside a case's words, which say what is alleged, the reports say on how much it rests."""
    (made,) = decided(finding(prohibition="ruled", cites=cites, attribution=level))
    docket = Docket(TRUCE)
    docket.open(made, NOON)
    [side] = accounts(docket.cases[made.id], made)
    assert docket.cases[made.id].words == made.allegation
    assert [said["words"] for said in side["says"]] == [told]


def test_nobody_decides_where_the_text_names_nobody() -> None:
    """Under a prohibition without a decider there is no determination at all."""
    assert decided(finding(prohibition="B-mirror")) == ()


def test_findings_of_another_text_are_left_alone() -> None:
    """A finding under another agreement is not this agreement's to decide."""
    assert decided(finding(agreement="lake-truce")) == ()


def hours(*findings: Finding) -> list[tuple[object, object]]:
    """The least and most hours since the first breach, by determination."""
    return [
        (made.facts["hours_since_first_least"], made.facts["hours_since_first_most"])
        for made in decided(*findings)
    ]


def test_hours_since_the_first_breach_are_a_stretch() -> None:
    """A second breach a day later began at least 23 and ended at most 25 hours after the first."""
    assert hours(finding("a"), finding("b", 24)) == [(0, 1), (23, 25)]


def test_which_breach_was_first_may_be_open() -> None:
    """Two breaches of one day: either can have been first, so less than a day lies between."""
    day = {"hours": 24.0}
    assert hours(finding("a", **day), finding("b", **day), finding("c", 24, **day)) == [
        (0, 24),
        (0, 24),
        (0, 48),
    ]


def test_another_party_s_breach_starts_no_clock() -> None:
    """Hours run from the first breach of the same party."""
    other = finding("a", -40, accused=PartyId("BOR"))
    assert hours(other, finding("b"))[1] == (0, 1)


@pytest.mark.parametrize(
    ("before", "length", "continuing"),
    [
        (-5.0, 1.0, True),
        (-30.0, 1.0, False),
        (-22.5, 1.0, True),
        (-24.5, 1.0, None),
        (-0.5, 1.0, None),
    ],
)
def test_fighting_goes_on_after_a_breach_in_the_day_before(
    before: float, length: float, continuing: bool | None
) -> None:
    """Another breach within the 24 hours before is fighting that goes on; at the edge it is open."""
    found = decided(finding("a", before, hours=length), finding("b"))
    assert {made.id: made.facts["continuing"] for made in found}["det-b-A-cease"] is continuing


def test_the_same_incident_does_not_continue_itself() -> None:
    """One incident under the text is no fighting that goes on."""
    assert decided(finding())[0].facts["continuing"] is False


def test_the_order_of_findings_changes_nothing() -> None:
    """Determinations come sorted by time whatever order the findings have."""
    found = [finding("a"), finding("b", 5), finding("c", -5)]
    assert decided(*found) == decided(*reversed(found))
    assert [made.id for made in decided(*found)] == [
        "det-c-A-cease",
        "det-a-A-cease",
        "det-b-A-cease",
    ]


def test_settled_places_are_facts_for_a_trigger() -> None:
    """The zones an incident lies in reach the trigger, unknown as unknown."""
    one = finding()
    columns = {one.incident: {"zone:north": True, "zone:south": None}}
    (made,) = determine(TRUCE, [replace(one)], RECEIVED, columns)
    assert made.facts["zone:north"] is True
    assert made.facts["zone:south"] is None
