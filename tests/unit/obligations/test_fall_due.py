"""From determination to obligation: triggers, deadlines as stretches, states."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from small_mission import AGREEMENT
from waarborg.agreement.load import load
from waarborg.base.parties import PartyId
from waarborg.base.times import Period, parse_instant
from waarborg.cases.determination import Decision, Determination, DeterminationId
from waarborg.findings.finding import FindingId, Tier
from waarborg.incidents.incident import IncidentId
from waarborg.obligations.fall_due import fall_due
from waarborg.obligations.obligation import Obligation, ObligationState

DAY = Period(parse_instant("2030-04-12T00:00+03:00"), parse_instant("2030-04-13T00:00+03:00"))
FACTS = {
    "actor": "ARD",
    "act": "artillery_fire",
    "attribution": "single_source",
    "decision": "none",
    "in_force": True,
    "continuing": False,
    "hours_since_first_least": 0,
    "hours_since_first_most": 24,
}
BREACH = Determination(
    id=DeterminationId("det-one-A-cease"),
    finding=FindingId("fin-one"),
    incident=IncidentId("inc-one"),
    agreement="river-truce",
    exercise="",
    prohibition="A-cease",
    clause="C-1",
    breacher=PartyId("ARD"),
    by="operation_of_the_text",
    decision=Decision.BREACH_FOUND,
    tier=Tier.CERTAIN,
    happened=DAY,
    known_at="2030-04-14T09:00:00Z",
    facts=dict(FACTS),
    words="",
    cites=(),
)
TRIGGER = "    trigger: {all: [{actor: ARD}, {term: force}]}\n    within: PT24H\n    runs_from: occurrence\n"


def owed(
    determination: Determination = BREACH,
    as_of: str = "2030-04-12T12:00+03:00",
    *,
    old: str = "",
    new: str = "",
) -> dict[str, Obligation]:
    """What is owed by guarantee, under the small mission's text with something changed."""
    assert old in AGREEMENT
    text = AGREEMENT.replace(old, new) if old else AGREEMENT
    found = fall_due(load(text, "agreement.yaml"), [determination], parse_instant(as_of))
    assert len({one.guarantee for one in found}) == len(found)
    return {one.guarantee: one for one in found}


def test_a_breach_found_sets_off_both_promises() -> None:
    """Guardia's help and Witland's warning fall due, each with its clause and giver."""
    found = owed()
    assert set(found) == {"help", "warn"}
    assert found["help"].id == "obl-one-A-cease-help-GUA"
    assert (found["help"].clause, found["help"].guarantor) == ("C-3", "GUA")
    assert found["warn"].actions == ("warning",)
    assert found["warn"].reasons


@pytest.mark.parametrize("decision", [Decision.PENDING, Decision.NO_BREACH])
def test_nothing_else_than_a_breach_found_obliges(decision: Decision) -> None:
    """Law 7: what is pending or no breach sets off nothing."""
    assert owed(replace(BREACH, decision=decision)) == {}


def test_another_text_s_determination_sets_off_nothing() -> None:
    """A promise follows a determination under its own text."""
    assert owed(replace(BREACH, agreement="lake-truce")) == {}


def test_a_trigger_that_is_not_met_obliges_nobody() -> None:
    """The promises are against Ardania; a breach by Borland sets off none."""
    assert owed(replace(BREACH, facts=FACTS | {"actor": "BOR"})) == {}


def test_a_deadline_from_a_day_is_a_stretch() -> None:
    """24 hours from something known to the day end somewhere in the day after."""
    deadline = owed()["warn"].deadline
    assert deadline.window == Period(DAY.start + timedelta(days=1), DAY.end + timedelta(days=1))
    assert deadline.words == (
        "PT24H after the breach happened, so between 2030-04-12T21:00:00Z and 2030-04-13T21:00:00Z"
        "; known only at 2030-04-14T09:00:00Z, when this had passed"
    )


def test_a_deadline_from_knowledge_starts_when_it_could_be_known() -> None:
    """A time that runs from knowledge starts at the first moment the mission could know."""
    window = owed(old="runs_from: occurrence", new="runs_from: knowledge")["warn"].deadline.window
    assert window is not None
    assert window.start == parse_instant("2030-04-15T09:00:00+00:00")


@pytest.mark.parametrize(
    ("as_of", "state"),
    [
        ("2030-04-12T23:59+03:00", ObligationState.DUE),
        ("2030-04-13T00:00+03:00", ObligationState.MAYBE_OVERDUE),
        ("2030-04-13T23:59+03:00", ObligationState.MAYBE_OVERDUE),
        ("2030-04-14T00:00+03:00", ObligationState.OVERDUE),
    ],
)
def test_before_in_and_after_the_stretch(as_of: str, state: ObligationState) -> None:
    """Before the stretch it is due, within it perhaps overdue, after it overdue."""
    assert owed(as_of=as_of)["warn"].state is state


def test_consent_that_nobody_gave_keeps_it_waiting() -> None:
    """A promise that needs prior consent waits for the gate, however late it is."""
    found = owed(as_of="2031-01-01T00:00+00:00")["help"]
    assert found.state is ObligationState.WAITING_FOR_GATE
    (gate,) = found.gates
    assert (gate.gate, gate.effect, gate.state) == ("GUA-senate", "prior_consent", "open")


def test_information_alone_holds_nothing_up() -> None:
    """A gate that only informs parliament is shown and does not keep the promise waiting."""
    found = owed(old="effect: prior_consent", new="effect: information")["help"]
    assert found.state is ObligationState.DUE
    assert [gate.effect for gate in found.gates] == ["information"]


def test_a_promise_without_a_time_has_no_deadline() -> None:
    """Where the text sets no time, the obligation says so and is never overdue."""
    bare = TRIGGER.split("    within", maxsplit=1)[0]
    found = owed(as_of="2031-01-01T00:00+00:00", old=TRIGGER, new=bare)["warn"]
    assert found.state is ObligationState.NO_DEADLINE
    assert found.deadline.window is None
    assert found.deadline.words == "the text sets no time"


def test_a_trigger_that_cannot_be_decided_is_not_lost() -> None:
    """When the act is unknown the obligation is kept as undecided with the reason."""
    found = owed(replace(BREACH, facts=FACTS | {"act": None}))
    assert {one.state for one in found.values()} == {ObligationState.UNDECIDED}
    assert [reason.code for reason in found["warn"].reasons] == ["act-unknown"]


@pytest.mark.parametrize(
    ("least", "most", "state"),
    [
        (30, 40, ObligationState.DUE),
        (10, 30, ObligationState.UNDECIDED),
        (0, 23, None),
    ],
)
def test_hours_that_are_a_stretch_may_leave_the_trigger_open(
    least: int, most: int, state: ObligationState | None
) -> None:
    """A step after 24 hours is set off, open or not, as the stretch lies after, over or before them."""
    facts = FACTS | {"hours_since_first_least": least, "hours_since_first_most": most}
    later = "{all: [{actor: ARD}, {term: force}, {hours_since_first: {at_least: 24}}]}"
    found = owed(
        replace(BREACH, facts=facts), old="{all: [{actor: ARD}, {term: force}]}", new=later
    )
    assert (found["warn"].state if "warn" in found else None) is state
    if state is ObligationState.UNDECIDED:
        assert found["warn"].reasons[0].words == (
            "between 10 and 30 hours had passed since the first breach, "
            "and the sources give only the day"
        )


def test_a_standing_duty_waits_for_no_breach() -> None:
    """A promise that holds as long as the text is in force is set off by no determination."""
    found = owed(old="{all: [{actor: ARD}, {term: force}]}", new="{in_force: true}")
    assert found == {}


def test_a_moment_has_to_be_given() -> None:
    """The state is asked at a moment; nothing here reads a clock."""
    before = fall_due(load(AGREEMENT, "a"), [BREACH], datetime(2030, 1, 1, tzinfo=DAY.start.tzinfo))
    assert {one.state for one in before} == {
        ObligationState.DUE,
        ObligationState.WAITING_FOR_GATE,
    }
