"""Guarantors: gates, reliance, fulfilment and the states of what is owed."""

from __future__ import annotations

from commission_desk import (
    AGREEMENT,
    agreed,
    hour,
    opened,
    proposed,
    rules,
    ruling,
    run,
    said,
    vote,
)
from waarborg.base.times import format_instant
from waarborg.obligations.obligation import ObligationState
from waarborg.obligations.state import Running, state

HELP, SUPPLY = "obl-case-help-GUA", "obl-case-supply-WIT"


def states(running: Running, at: float) -> dict[str, ObligationState]:
    """State of each obligation at an hour."""
    return {o.id: o.state for o in running.obligations(hour(at))}


def gate(name: str, at: float, step: str, **fields):
    """A step of Guardia's senate."""
    return said(name, at, "GUA:senate", "gate-step", gate="GUA-senate", step=step, **fields)


def test_nothing_is_owed_before_a_ruling() -> None:
    """Law 7: no obligation without a determination."""
    assert states(run(*ruling()[:-1]), 6) == {}


def test_a_ruling_waits_for_gate_and_partner_then_falls_due() -> None:
    """Consent opens the one promise, and the one that relies on it."""
    assert states(run(*ruling()), 6) == {
        HELP: ObligationState.WAITING_FOR_GATE,
        SUPPLY: ObligationState.WAITING_FOR_PARTNER,
    }
    given = run(*ruling(), gate("yes", 7, "given"))
    assert set(states(given, 8).values()) == {ObligationState.DUE}
    assert states(given, 40)[SUPPLY] is ObligationState.OVERDUE


def test_a_parliament_that_says_no_excuses_a_promise_subject_to_procedures() -> None:
    """The reason names the gate, and what relies on it cannot come for this breach."""
    refused = run(*ruling(), gate("no", 7, "refused"))
    owed = {o.id: o for o in refused.obligations(hour(8))}
    assert owed[HELP].state is ObligationState.EXCUSED
    assert "GUA-senate is refused" in owed[HELP].reasons[-1].words
    assert owed[SUPPLY].state is ObligationState.DORMANT


def test_a_gate_decided_twice_is_refused() -> None:
    """A second decision needs a recall first."""
    twice = run(*ruling(), gate("yes", 7, "given"), gate("no", 8, "refused"))
    assert [(r.rule, r.words) for r in twice.refused] == [
        ("COM-006", "GUA-senate is decided already: given")
    ]
    back = run(gate("yes", 7, "given"), gate("back", 8, "recalled"), gate("no", 9, "refused"))
    assert back.refused == []


def test_consent_that_expires_closes_the_gate_again() -> None:
    """A mandate has an end."""
    given = run(*ruling(), gate("yes", 7, "given", until=hour(20).isoformat()))
    assert states(given, 21)[HELP] is ObligationState.WAITING_FOR_GATE


def test_fulfilment_for_nothing_owed_is_refused() -> None:
    """Only what is owed can be fulfilled, and only by who owes it."""
    before = said("f", 1, "GUA:desk", "obligation-step", obligation=HELP, step="fulfilled")
    assert run(before).refused[0].words == f"{HELP} is not owed"
    other = said("f", 8, "WIT:desk", "obligation-step", obligation=HELP, step="fulfilled")
    assert run(*ruling(), other).refused[0].words == "GUA owes it, not WIT"
    own = said("f", 8, "GUA:desk", "obligation-step", obligation=HELP, step="fulfilled")
    assert states(run(*ruling(), own), 9)[HELP] is ObligationState.FULFILLED


def test_nobody_lets_itself_off() -> None:
    """Waiver and excuse come from others."""
    own = said("w", 8, "GUA:desk", "obligation-step", obligation=HELP, step="waived")
    assert run(*ruling(), own).refused[0].words == "GUA cannot let itself off"


def test_a_backstop_that_ends_still_owes_for_what_was_before() -> None:
    """A promise past its term is dormant for what comes; what was owed under it stays, and what relies on it."""
    end = said("e", 6, "GUA:desk", "promise-term", guarantee="help", until=hour(10).isoformat())
    ended = run(*ruling(), gate("yes", 7, "given"), end)
    assert set(states(ended, 11).values()) == {ObligationState.DUE}
    block = ended.blocks(hour(11))["help"]
    assert block is not None
    assert (block.state, block.words) == (
        ObligationState.DORMANT,
        "the promise had ended at 2030-01-10T10:00:00Z",
    )


def test_an_amendment_before_the_agreement_is_refused() -> None:
    """The agreement's periods begin on 1 January."""
    early = said("a", 1, "ARD:x", "amend", version="2", since="2029-12-31T00:00Z", words="w")
    assert run(early).refused[0].words == "an amendment cannot begin before the agreement"


def test_standing_is_asked_for_a_day() -> None:
    """Signature and withdrawal over time, each party for itself."""
    sign = said(
        "s", 1, "ARD:x", "change-standing", party="ARD", step="signed", since=hour(2).isoformat()
    )
    leave = said(
        "l", 3, "ARD:x", "change-standing", party="ARD", step="denounced", since=hour(9).isoformat()
    )
    other = said(
        "o", 4, "BOR:x", "change-standing", party="ARD", step="signed", since=hour(5).isoformat()
    )
    running = run(sign, leave, other)
    assert [running.in_force(hour(h)) for h in (1, 2, 10)] == [
        {},
        {"ARD": "signed"},
        {"ARD": "denounced"},
    ]
    assert running.refused[0].rule == "COM-012"


def test_later_entries_never_change_what_was_known_before() -> None:
    """Law 4: the answer for one known_at is the same with and without later entries."""
    entries = ruling()
    before = state(AGREEMENT, (), entries[:6], hour(50), hour(3.5))
    after = state(AGREEMENT, (), entries, hour(50), hour(3.5))
    assert before == after


def test_a_corrected_ruling_makes_nothing_known_later() -> None:
    """What an entry brought before the body was known when that entry came in, whatever is ruled when."""
    running = run(*ruling())
    assert running.moments("case").known == hour(1)
    corrected = proposed(6, "prop-2", corrects="prop")
    running = run(
        *ruling(), corrected, *(vote(7, f"{p}:x", proposal="prop-2") for p in ("GUA", "ARD", "BOR"))
    )
    assert running.commission.cases["case"].ruling.at == hour(7)
    assert running.moments("case").known == hour(1)


def test_that_it_cannot_be_determined_is_a_result_and_obliges_nobody() -> None:
    """The determination says so, and no longer that nothing was decided."""
    wanted = proposed(outcome="cannot_be_determined", responsible="", remedy="", remedy_hours=0)
    votes = [vote(place, f"{p}:x") for place, p in enumerate(("GUA", "ARD", "BOR"), 3)]
    running = run(*rules(), opened(), wanted, *votes)
    [made] = running.determinations()
    assert made.decision.value == "cannot_be_determined"
    assert made.words == "commission decided by vote that it cannot be determined."
    assert running.obligations(hour(50)) == ()


def test_a_case_that_ended_without_a_ruling_says_how() -> None:
    """Closed with its reason, or dealt with in another: not pending as if somebody still sat on it."""
    shut = said(
        "shut", 3, "GUA:chair", "close-case", case="case", reason="an exercise of the fleet"
    )
    assert run(*rules(), opened(), *agreed(shut)).determinations()[0].words == (
        f"commission has made no ruling: the case was closed at {format_instant(hour(3))} by GUA:chair in shut, "
        "with ARD:liaison (shut-ok): an exercise of the fleet."
    )
