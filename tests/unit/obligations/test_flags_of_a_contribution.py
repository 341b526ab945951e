"""What was deployed without the consent that a gate asks for says so, as an act does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commission_begun import at, said
from commission_moves import NINETY, beginning
from waarborg.app.services.flagged import flagged
from waarborg.base.parties import PartyId
from waarborg.base.times import format_instant
from waarborg.cases.below import Thing
from waarborg.cases.entry import Entry
from waarborg.obligations.below import Grounds
from waarborg.obligations.flags import flags_of_brought
from waarborg.obligations.state import Running

FORCE = replace(NINETY.contributions["company"], by=PartyId("GUA"), what="armed_force")
TEXT = replace(NINETY, contributions={"company": FORCE})


def gate(hours: float, step: str) -> Entry:
    """Guardia's senate decides, without a case."""
    return said(f"senate-{step}", hours, "GUA:senate", "gate-step", gate="GUA-senate", step=step)


def brought(name: str, *more: Entry, step: str = "deployed") -> tuple[str, ...]:
    """What is told of a contribution that Guardia moved at the hour 10, the same among the flagged."""
    running = Running(TEXT)
    moved = said("moved", 10, "GUA:x", "contribute", guarantee=name, step=step)
    for entry in sorted((*beginning(), moved, *more), key=lambda entry: entry.known_at):
        assert running.take(entry) is None
    told = flags_of_brought(running, name, at(50))
    rows = [
        (each.thing, each.state, each.flags) for each in flagged(running, at(50)) if each.id == name
    ]
    assert rows == [(Thing.PROMISE, "deployed", told)] * bool(told)
    under = {each.below.name for each in Grounds(running).down(Thing.PROMISE, name)}
    assert {entry.id for entry in more} <= under
    return told


WHEN = f"when this was done at {format_instant(at(10))}"


@pytest.mark.parametrize("name", ["help", "company"])
def test_what_was_deployed_without_consent_says_so(name: str) -> None:
    """Both a promise that names the gate and a contribution of the file that serves what the gate is for."""
    lacked = "done without the consent of GUA-senate: "
    [none] = brought(name)
    assert none == f"{lacked}nothing on the record decided GUA-senate {WHEN}"
    [no] = brought(name, gate(5, "refused"))
    assert no.startswith(f"{lacked}GUA-senate was refused in senate-refused at")
    [later] = brought(name, gate(20, "given"))
    assert later.startswith(lacked)
    assert later.endswith(", after the act"), "what came after cures nothing"


@pytest.mark.parametrize("name", ["help", "company"])
def test_what_was_deployed_with_consent_or_not_at_all_says_nothing(name: str) -> None:
    """A yes that was there; or a step before it is there."""
    assert brought(name, gate(5, "given")) == ()
    assert brought(name, step="ready") == ()


def test_a_gate_of_another_party_or_for_another_action_is_not_asked() -> None:
    """Sulland's watch needs an extension later, and no consent before."""
    running = Running(NINETY)
    for entry in beginning():
        running.take(entry)
    for name in ("watch", "company"):
        running.take(said(f"m-{name}", 10, "SUL:x", "contribute", guarantee=name, step="deployed"))
        assert flags_of_brought(running, name, at(50)) == ()
