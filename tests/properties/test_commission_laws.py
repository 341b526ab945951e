"""Laws of the commission over arbitrary entries, rule-breaking ones included."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from commission_desk import AGREEMENT, hour, opened, proposed, rules, said, vote
from waarborg.cases.entry import Entry
from waarborg.obligations.state import Running, state

PARTIES = ("ARD", "BOR", "GUA", "WIT")


def _entry(place: int, at: int, which: int, party: str, choice: str) -> Entry:
    name, author = f"e{place}", f"{party}:x"
    match which:
        case 0:
            return vote(at, author, choice, name=name)
        case 1:
            return proposed(at, name)
        case 2:
            step = {"for": "given", "against": "refused", "abstain": "recalled"}[choice]
            who = "GUA:senate" if party == "GUA" else author
            return said(name, at, who, "gate-step", gate="GUA-senate", step=step)
        case 3:
            kind = {"for": "fulfilled", "against": "contested", "abstain": "waived"}[choice]
            owed = "obl-case-help-GUA"
            return said(name, at, author, "obligation-step", obligation=owed, step=kind)
        case 4:
            return said(name, at, author, "appeal", case="case", grounds="g")
        case _:
            return vote(at, author, choice, name=name, proposal=f"e{place - 1}")


@st.composite
def records(draw: st.DrawFn) -> list[Entry]:
    """Rules, a case, a proposal and up to a dozen entries after them."""
    hours = sorted(draw(st.lists(st.integers(3, 400), max_size=12)))
    choices = st.sampled_from(["for", "against", "abstain"])
    return [*rules(), opened(), proposed()] + [
        _entry(i, at, draw(st.integers(0, 5)), draw(st.sampled_from(PARTIES)), draw(choices))
        for i, at in enumerate(hours)
    ]


@settings(max_examples=60, deadline=None)
@given(records())
def test_step_by_step_equals_at_once(entries: list[Entry]) -> None:
    """Law 3: feeding entries one by one, with the clock stopping anywhere between, equals one fold."""
    running = Running(AGREEMENT)
    for entry in entries:
        running.tick(entry.known_at)
        running.take(entry)
        running.obligations(entry.known_at)
    running.tick(hour(500))
    at_once = state(AGREEMENT, (), entries, hour(500), hour(500))
    assert running == at_once
    assert running.obligations(hour(500)) == at_once.obligations(hour(500))


@settings(max_examples=60, deadline=None)
@given(records())
def test_a_refused_entry_changes_nothing_but_the_list(entries: list[Entry]) -> None:
    """Leaving out an entry that was refused leaves every case and obligation as it was."""
    full = state(AGREEMENT, (), entries, hour(500), hour(500))
    refused = {r.entry.id for r in full.refused}
    kept = [e for e in entries if e.id not in refused]
    less = state(AGREEMENT, (), kept, hour(500), hour(500))
    assert less.commission.cases == full.commission.cases
    assert less.obligations(hour(500)) == full.obligations(hour(500))


@settings(max_examples=60, deadline=None)
@given(records(), st.integers(0, 400))
def test_no_obligation_without_a_ruling(entries: list[Entry], at: int) -> None:
    """Law 7, at any moment known."""
    known = state(AGREEMENT, (), entries, hour(at), hour(at))
    ruled = any(case.rulings for case in known.commission.cases.values())
    assert ruled or not known.obligations(hour(at))
