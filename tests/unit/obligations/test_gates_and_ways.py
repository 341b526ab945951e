"""What a gate bars, who says what it decided, and what becomes of whoever relies on what it stopped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from commission_begun import at, ruled, said
from commission_moves import NINETY, beginning
from waarborg.agreement.condition import Compare, Relation
from waarborg.agreement.model import Agreement
from waarborg.agreement.vocabulary import Strength
from waarborg.app.services.behind import Behind
from waarborg.app.services.day import status
from waarborg.app.services.docket import due, rulings
from waarborg.app.services.explain_commission import Why
from waarborg.app.services.flagged import flagged
from waarborg.app.services.spoken import Speaker
from waarborg.cases.below import Thing
from waarborg.cases.entry import Entry
from waarborg.obligations.movable import movable
from waarborg.obligations.obligation import Obligation
from waarborg.obligations.state import Running

FREE = {"actions": ("armed_force", "sanctions"), "choice": True}
UTC = ZoneInfo("UTC")
IN_FORCE = Compare("in_force", Relation.EQUAL, value=True)


def text(speaks: tuple[str, ...] = ("senate",), **help_: Any) -> Agreement:
    """The ninety days' text with another promise of help, and with whoever speaks for the senate."""
    gates = dict(NINETY.gates)
    gates["GUA-senate"] = replace(gates["GUA-senate"], speaks=speaks)
    given = tuple(replace(g, **help_) if g.id == "help" else g for g in NINETY.guarantees)
    return replace(NINETY, gates=gates, guarantees=given)


def run(agreement: Agreement, *entries: Entry) -> Running:
    """The state after the two cases, a breach found in case-1, and more entries."""
    running = Running(agreement)
    for entry in (*beginning(), *ruled(), *entries):
        running.take(entry)
    return running


def gate(name: str, hours: float, step: str, by: str = "GUA:senate", case: str = "case-1") -> Entry:
    """A step of Guardia's senate."""
    return said(name, hours, by, "gate-step", gate="GUA-senate", step=step, case=case)


def owed(running: Running, hours: float, name: str = "help-GUA") -> Obligation:
    """What is owed for case-1, as it stands at an hour."""
    return {o.id: o for o in running.obligations(at(hours))}[f"obl-case-1-{name}"]


def told(each: Obligation) -> str:
    """The reasons of an obligation, in words."""
    return "; ".join(reason.words for reason in each.reasons)


@pytest.mark.parametrize("step", ["", "given", "refused", "recalled"])
def test_a_vote_on_one_choice_neither_holds_back_nor_excuses_the_others(step: str) -> None:
    """Due whatever the senate says of armed force, which alone is marked as barred until it consents."""
    entries = [gate("yes", 11, "given")] if step == "recalled" else []
    entries += [gate("step", 12, step)] if step else []
    help_ = owed(run(text(**FREE), *entries), 13)
    assert help_.state.value == "due"
    barred = f"of the choices not armed force: GUA-senate is {step or 'open'}"
    assert (barred in told(help_)) is (step != "given")
    late = owed(run(text(**FREE), *entries), 100)
    assert late.state.value == "overdue", "no vote that bars one choice lets the time pass unseen"


def test_where_every_choice_has_its_gate_the_promise_waits() -> None:
    """Force and air defence are both the senate's: its no excuses what it bars altogether."""
    agreement = text(actions=("armed_force", "air_defence"), choice=True)
    senate = agreement.gates["GUA-senate"]
    both = replace(senate, actions=("armed_force", "air_defence"))
    agreement = replace(agreement, gates={**agreement.gates, "GUA-senate": both})
    assert owed(run(agreement), 13).state.value == "waiting_for_gate"
    assert owed(run(agreement, gate("no", 12, "refused")), 13).state.value == "excused"


def test_a_promise_that_leaves_no_choice_still_waits_for_its_gate() -> None:
    """Two things promised together wait for a vote on one of them."""
    agreement = text(actions=FREE["actions"])
    assert owed(run(agreement), 13).state.value == "waiting_for_gate"
    assert "of the choices" not in told(owed(run(agreement), 13))


@pytest.mark.parametrize("step", ["given", "refused", "recalled"])
@pytest.mark.parametrize("who", ["desk", "minister", "senate-clerk"])
def test_nobody_else_of_the_guarantor_says_what_its_parliament_decided(step: str, who: str) -> None:
    """Refused with the rule and with who does speak for the gate; the promise goes on as it stood."""
    running = run(text(), gate("yes", 11, "given"))
    before = owed(running, 13).state
    refused = running.take(gate("step", 12, step, f"GUA:{who}"))
    assert refused is not None
    assert (refused.rule, refused.words) == (
        "COM-012",
        f"GUA:{who} does not speak for GUA-senate: GUA:senate does",
    )
    assert owed(running, 13).state is before


def test_the_government_may_file_what_its_parliament_decides() -> None:
    """To put the matter to the senate is not to speak for it."""
    running = run(text(), gate("file", 11, "filed", "GUA:minister"), gate("no", 12, "refused"))
    assert running.refused == []
    assert owed(running, 13).state.value == "excused"


def test_no_guarantor_is_excused_by_its_own_word() -> None:
    """Where the file names nobody who speaks for the gate, a no leaves the promise waiting, and says whose word it is."""
    help_ = owed(run(text(speaks=()), gate("no", 12, "refused", "GUA:desk")), 13)
    assert help_.state.value == "waiting_for_gate"
    words = "kept back on GUA's own word, which excuses nobody: the text names nobody who speaks for GUA-senate"
    assert words in told(help_)


@pytest.mark.parametrize("strength", ["shall", "shall_subject_to_procedures"])
@pytest.mark.parametrize("case", ["case-1", ""])
def test_what_a_guarantor_keeps_back_by_its_own_word_is_flagged_wherever_it_is_shown(
    strength: str, case: str
) -> None:
    """A recall by one signature: told with who signed it, in `due`, `status`, `determine` and `explain`."""
    entries = (
        gate("yes", 11, "given", "GUA:desk", case),
        gate("back", 12, "recalled", "GUA:desk", case),
    )
    for speaks, flagged_too in (((), True), (("desk",), False)):
        running = run(text(speaks, strength=Strength(strength)), *entries)
        running.tick(at(500))
        words = (
            "kept back on GUA's own word: the text names nobody who speaks for GUA-senate, "
            "and GUA:desk says in back that it was recalled"
        )
        [row] = [row for row in due(running, at(500)) if row.id == "obl-case-1-help-GUA"]
        assert (words in row.flags) is flagged_too
        made = f"what GUA owes for it under C-3 is {words}"
        [ruling] = [each for each in rulings(running) if each["determination"] == "det-case-1"]
        assert (made in ruling["flags"]) is flagged_too
        found = {each.id: each.flags for each in flagged(running, at(500))}
        assert (words in found.get("obl-case-1-help-GUA", ())) is flagged_too
        assert (made in found.get("det-case-1", ())) is flagged_too
        why = Why(
            Behind(running), running, at(500), Speaker(running.agreement, UTC), lambda _name: None
        )
        told_of = why.tell((Thing.OBLIGATION, "obl-case-1-help-GUA")).lines
        assert any("own word: the text names nobody" in line for line in told_of) is flagged_too
        below = {row["name"] for row in Behind(running).rows(Thing.DETERMINATION, "det-case-1")}
        assert ({"yes", "back"} <= below) is flagged_too, "a flag rests on what it says"
        ends = said(
            "done",
            501,
            "GUA:x",
            "obligation-step",
            obligation="obl-case-1-help-GUA",
            step="fulfilled",
            cites=["x"],
        )
        assert running.take(ends) is None
        assert not any(words in flag for row in due(running, at(502)) for flag in row.flags)


def test_a_standing_promise_kept_back_by_its_own_word_says_so_in_the_picture() -> None:
    """No obligation follows from it that could carry the flag: what blocks it says whose word that is."""
    agreement = text(())
    help_ = next(g for g in agreement.guarantees if g.id == "help")
    standing = replace(help_, id="stand", group="stand", trigger=IN_FORCE)
    agreement = replace(agreement, guarantees=(*agreement.guarantees, standing))
    running = run(agreement, gate("no", 12, "refused", "GUA:desk", case=""))
    [row] = [row for row in status(running, at(13))["blocked"] if row["guarantee"] == "stand"]
    assert "kept back on GUA's own word" in row["why"]


def test_what_relies_on_help_that_is_excused_cannot_come_either() -> None:
    """Witland supplies whoever helps: it waits while help may come, and is dormant once it cannot."""
    supply = "supply-WIT"
    assert owed(run(text()), 13, supply).state.value == "waiting_for_partner"
    running = run(text(), gate("no", 12, "refused"))
    settled = owed(running, 13, supply)
    assert settled.state.value == "dormant"
    assert "what it relies on cannot come for this breach: help is excused" in told(settled)
    running.take(gate("file", 14, "filed"))
    running.take(gate("yes", 15, "given"))
    assert owed(running, 16, supply).state.value == "due", "decided anew for the case, it can come"


def test_what_relies_on_what_cannot_come_is_a_fixed_point() -> None:
    """A third that relies on the second cannot come; one that has another partner goes on waiting for it."""
    supply = next(g for g in NINETY.guarantees if g.id == "supply")
    third = replace(supply, id="third", group="third", reliance=(("supply",),))
    other = replace(supply, id="other", group="other", reliance=(("supply", "slow"),))
    slow = replace(supply, id="slow", group="slow", reliance=(("slow",),))
    agreement = text()
    agreement = replace(agreement, guarantees=(*agreement.guarantees, third, other, slow))
    running = run(agreement, gate("no", 12, "refused"))
    states = {n: owed(running, 13, f"{n}-WIT").state.value for n in ("third", "other", "slow")}
    assert states == {
        "third": "dormant",
        "other": "waiting_for_partner",
        "slow": "waiting_for_partner",
    }


def test_a_promise_that_hangs_on_no_breach_follows_the_last_word() -> None:
    """The senate's no closes a standing duty; a promise for a later breach is open anew, and both say so."""
    agreement = text()
    help_ = next(g for g in agreement.guarantees if g.id == "help")
    standing = replace(help_, id="stand", group="stand", trigger=IN_FORCE)
    agreement = replace(agreement, guarantees=(*agreement.guarantees, standing))
    running = run(agreement, gate("no", 12, "refused", case=""))
    blocks = running.blocks(at(13))
    assert "GUA-senate is refused" in blocks["stand"].words
    assert blocks["help"].words == (
        "GUA-senate is open for a breach found from now on (refused in no for those found before)"
    )
    [step] = [m for m in movable(running.commitments, blocks, at(13)) if "senate" in m.what]
    assert (step.step, step.who, step.frees) == ("filed", "GUA", ()), "it takes no second answer"
    assert step.words.endswith(
        "(refused in no: it is filed anew, since the record takes no second answer before that, save one "
        "that names the case of a breach found since; a yes then would set free help, stand, supply)"
    )
    running.take(gate("file", 14, "filed", case=""))
    assert running.take(gate("yes", 15, "given", case="")) is None
    assert running.blocks(at(16))["stand"] is None
