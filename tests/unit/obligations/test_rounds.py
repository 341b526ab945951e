"""A procedure that goes back: rounds, their clocks, who may send back, and what stays on the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from commission_begun import at, said
from commission_moves import NINETY, beginning
from waarborg.agreement.sections import Span, Step, WayBack
from waarborg.agreement.vocabulary import GoesBack
from waarborg.cases.case import CaseState
from waarborg.cases.entry import Entry
from waarborg.obligations.course import Course, StepState
from waarborg.obligations.state import Running

COURSE = "hearing-case-1"


def text(**changed: dict[str, Any]) -> Any:
    """The ninety days, in which the hearing may be set again once and the ruling sent back to it or to the notice."""
    hearing = NINETY.procedures["hearing"]
    ways: dict[str, dict[str, Any]] = {
        "hear": {"back": (WayBack("hear", 1, (GoesBack.LAPSE,)),)},
        "conclude": {"back": (WayBack("hear", 2), WayBack("notify", 1))},
    }
    steps: dict[str, Step] = {
        name: replace(step, **(ways.get(name, {}) | changed.get(name, {})))
        for name, step in hearing.steps.items()
    }
    procedures = {**NINETY.procedures, "hearing": replace(hearing, steps=steps)}
    return replace(NINETY, procedures=procedures)


def run(*entries: Entry, agreement: Any = None) -> Running:
    """The state after the two cases and more entries."""
    running = Running(agreement or text())
    for entry in (*beginning(), *entries):
        running.take(entry)
    return running


def step(name: str, hours: float) -> Entry:
    """The commission takes a step of the hearing."""
    fields = {"course": COURSE, "step": name}
    return said(f"{name}-{hours}", hours, "GUA:chair", "step-taken", **fields)


def asked(hours: float, to: str, author: str = "GUA:chair", **more: str) -> Entry:
    """A seat asks that the case be sent back from the ruling, or from another step."""
    fields = {"course": COURSE, "step": "conclude", "to": to, "reason": "more is known", **more}
    return said(f"back-{hours}", hours, author, "send-back", **fields)


def back(hours: float, to: str) -> list[Entry]:
    """The commission sends the case back: the chair asks for it, and Ardania stands behind it."""
    agreed = said(f"back-{hours}-ard", hours, "ARD:x", "approve", proposal=f"back-{hours}")
    return [asked(hours, to), agreed]


def course_of(running: Running) -> Course:
    """The hearing of case-1."""
    return running.procedures.courses[COURSE]


def states(running: Running, hours: float) -> dict[str, StepState]:
    """Where each round stands."""
    course = course_of(running)
    return {name: opened.state(at(hours), course) for name, opened in course.steps.items()}


HEARD = (step("notify", 4), step("hear", 5))


def test_sent_back_a_step_and_all_after_it_are_done_anew() -> None:
    """What was done stays done, the step opens in its second round, and what led to it is not asked again."""
    running = run(*HEARD, *back(6, "hear"))
    assert states(running, 6) == {
        "notify": StepState.DONE,
        "hear": StepState.DONE,
        "conclude": StepState.DONE,
        "hear.2": StepState.DUE,
    }
    steps = course_of(running).steps
    assert steps["hear.2"].opened_by == "conclude was sent back in back-6"
    assert steps["conclude"].back_to == "hear"
    assert running.take(step("hear", 7)) is None
    assert steps["conclude.2"].opened_by == "hear.2 was done in hear-7"
    assert steps["hear.2"].done is not None


def test_a_later_round_has_its_time_from_when_it_opened() -> None:
    """Not from when the breach was known, as the first: that moment is long past."""
    running = run(*HEARD, *back(30, "notify"))
    first, second = (course_of(running).steps[name].deadline for name in ("notify", "notify.2"))
    assert first.latest == at(26)
    assert second.latest == at(54)
    assert second.words.startswith("PT24H after the step opened")
    verified = said("v", 31, "GUA:officer", "verify", case="case-1", result="verified")
    before = second
    running.take(verified)
    assert course_of(running).steps["notify.2"].deadline == before


def test_a_hearing_that_was_missed_is_set_again_as_often_as_the_text_lets_it() -> None:
    """The first time that it lapses it opens again; the second time the procedure goes on."""
    running = run(step("notify", 4))
    running.tick(at(400))
    steps = course_of(running).steps
    assert list(steps) == ["notify", "hear", "hear.2", "conclude"]
    assert steps["hear.2"].opened_at == steps["hear"].lapsed_at
    assert steps["conclude"].opened_at == steps["hear.2"].lapsed_at
    assert states(running, 400)["hear"] is StepState.LAPSED
    refused = running.take(step("hear", 401))
    assert refused is None, "the last round can still be held, late"
    assert states(running, 401)["hear.2"] is StepState.DONE_LATE


def test_what_is_still_open_is_set_aside_when_the_procedure_goes_back() -> None:
    """The reminder that nobody gave is asked no more, and cannot be given; it is not what was left out."""
    running = run()
    running.tick(at(30))
    assert states(running, 30)["remind"] is StepState.NO_DEADLINE
    for entry in (step("notify", 31), step("hear", 32), *back(33, "notify")):
        assert running.take(entry) is None
    assert states(running, 33)["remind"] is StepState.SET_ASIDE
    late = said("late", 34, "SUL:x", "step-taken", course=COURSE, step="remind")
    refused = running.take(late)
    assert refused is not None
    assert (refused.rule, refused.words) == (
        "COM-007",
        "remind of hearing-case-1 is not due: nothing opened it since the procedure went back",
    )


@pytest.mark.parametrize(
    ("entry", "rule", "words"),
    [
        (
            asked(6, "remind"),
            "COM-025",
            "the text lets nobody send conclude of hearing-case-1 back to remind, but to hear or notify",
        ),
        (
            asked(6, "hear", step="conclude.2"),
            "COM-007",
            "conclude of hearing-case-1 is in its round 1 now, not in round 2",
        ),
        (
            asked(6, "hear", "WIT:x"),
            "COM-012",
            "conclude is for commission to take, not WIT",
        ),
        (asked(6, "hear", step="dance"), "COM-005", "hearing has no step dance"),
        (asked(6, "hear", course="none"), "COM-005", "no procedure none is under way"),
    ],
)
def test_nothing_goes_back_where_the_text_does_not_say_so(
    entry: Entry, rule: str, words: str
) -> None:
    """A way that is not there, a round that is not open and a step that is none are each refused in words."""
    [refused] = run(*HEARD, entry).refused
    assert (refused.rule, refused.words) == (rule, words)


def test_a_way_that_only_a_lapse_takes_is_chosen_by_nobody() -> None:
    """The hearing is set again when it was missed, not because somebody says so."""
    running = run(step("notify", 4), asked(5, "hear", step="hear"))
    assert running.refused[0].words == (
        "the text lets nobody send hear of hearing-case-1 back to hear"
    )


def test_one_seat_alone_sends_nothing_back() -> None:
    """What it asks is shown as proposed, and takes effect when as many seats stand behind it as a decision needs."""
    running = run(*HEARD, asked(6, "hear"))
    case = running.commission.cases["case-1"]
    assert states(running, 6)["conclude"] is StepState.DUE
    motion = case.motions["back-6"]
    assert motion.words == (
        "sending back hearing-case-1 from conclude to hear was proposed by GUA:chair in back-6 (more is known): proposed"
    )
    assert running.take(said("b", 9, "ARD:x", "approve", proposal="back-6")) is None
    assert motion.words == (
        "hearing-case-1 was sent back from conclude to hear at 2030-01-02T09:00:00Z by GUA:chair in back-6, "
        "with ARD:x (b): more is known"
    )
    assert course_of(running).steps["hear.2"].opened_at == at(9)
    assert states(running, 9)["conclude"] is StepState.DONE


def test_what_stands_in_the_way_when_the_last_seat_comes_stops_it_then() -> None:
    """Taken by another meanwhile, the step is not sent back; nor is a round that was not the one asked about."""
    agrees = said("b", 9, "ARD:x", "approve", proposal="back-6")
    [refused] = run(*HEARD, asked(6, "hear"), step("conclude", 7), agrees).refused
    assert (refused.entry.id, refused.rule) == ("b", "COM-002")
    later = [*back(7, "hear"), step("hear", 8)]
    refusals = run(*HEARD, asked(6, "notify"), *later, agrees).refused
    assert [(r.entry.id, r.rule) for r in refusals] == [("b", "COM-003")]
    voted = [proposal(7), vote("ARD", 8)]
    [refused] = run(*HEARD, asked(6, "hear"), *voted, agrees).refused
    assert (refused.entry.id, refused.rule) == ("b", "COM-010")


def test_the_bound_counts_for_the_whole_case() -> None:
    """Two times back to the hearing, however they lie; the third is refused, and the ruling can be made."""
    entries = [*HEARD]
    for hours in (6, 16):
        entries += [*back(hours, "hear"), step("hear", hours + 1)]
    running = run(*entries, asked(20, "hear"))
    [refused] = running.refused
    assert (refused.rule, refused.words) == (
        "COM-025",
        "conclude of hearing-case-1 went back to hear twice already, and the text lets it go back no oftener",
    )
    assert running.take(step("conclude", 21)) is None
    assert running.commission.cases["case-1"].unripe == ""


def test_an_entry_made_before_a_round_opened_is_not_taken_for_it_unless_it_says_so() -> None:
    """A note about the first hearing that comes in late does not stand for the second."""
    running = run(*HEARD, *back(6, "hear"))
    fields: dict[str, Any] = {"course": COURSE, "known_at": at(8).isoformat()}
    late = said("late", 5.5, "GUA:x", "step-taken", step="hear", **fields)
    refused = running.take(late)
    assert refused is not None
    assert refused.rule == "COM-007"
    assert refused.words.startswith("late is dated before hear.2 of hearing-case-1 opened at ")
    assert refused.words.endswith(", and does not name hear.2")
    named = said("named", 5.5, "GUA:x", "step-taken", step="hear.2", **fields)
    assert running.take(named) is None


def test_the_accused_does_not_send_its_own_case_back() -> None:
    """It has a seat, and the step is the body's; where the text gives the step to the accused, it may, alone."""
    mine = asked(6, "hear", "BOR:x")
    [refused] = run(*HEARD, mine).refused
    assert (refused.rule, refused.words) == (
        "COM-009",
        "BOR is accused in case-1: others suspend, resume and send back hearing-case-1",
    )
    behind = said("b", 7, "BOR:x", "approve", proposal="back-6")
    assert [r.rule for r in run(*HEARD, asked(6, "hear"), behind).refused] == ["COM-009"]
    own = run(*HEARD, mine, agreement=text(conclude={"who": "BOR"}))
    assert own.refused == []
    assert "hear.2" in course_of(own).steps


def proposal(hours: float) -> Entry:
    """A proposal to find Borland in breach."""
    fields = {"case": "case-1", "outcome": "breach", "responsible": "BOR"}
    return said("p", hours, "GUA:chair", "propose", **fields)


def vote(party: str, hours: float) -> Entry:
    """A vote for it."""
    return said(f"v-{party}-{hours}", hours, f"{party}:x", "vote", proposal="p", choice="for")


def test_nobody_stops_a_vote_by_sending_the_case_back() -> None:
    """Once votes are cast it is settled first; before that the proposal waits for the second hearing."""
    running = run(*HEARD, proposal(6), vote("ARD", 7), asked(8, "hear"))
    [refused] = running.refused
    assert (refused.rule, refused.words) == (
        "COM-010",
        "votes have been cast on p: hearing-case-1 is not sent back before that is settled",
    )
    waits = run(*HEARD, proposal(6), *back(8, "hear"), vote("ARD", 9))
    case = waits.commission.cases["case-1"]
    assert waits.refused[0].words == (
        "case-1 is not ripe for a vote: hearing-case-1 is at hear, second round of at most five, before conclude "
        "(C-2: the Commission hears the accused party, then rules)"
    )
    assert (case.ballots["p"].due, case.rulings) == (None, [])
    waits.tick(at(90))
    for entry in (step("hear", 91), vote("ARD", 92), vote("BOR", 92), vote("GUA", 92)):
        assert waits.take(entry) is None
    assert case.state is CaseState.RULED


def test_votes_cast_before_a_time_ran_out_and_the_procedure_went_back_are_told() -> None:
    """No hand stopped the vote: it goes on after the second hearing, and the case says what was cast before."""
    again = (WayBack("hear", 1, (GoesBack.LAPSE,)),)
    soon = text(conclude={"back": again, "within": Span("PT5H", timedelta(hours=5))})
    running = run(*HEARD, proposal(6), vote("ARD", 7), agreement=soon)
    running.tick(at(11))
    case = running.commission.cases["case-1"]
    [flag] = case.flags
    assert flag == (
        "votes were cast on p before the procedure went back, and count: ARD (hearing-case-1 is at hear, second round "
        "of at most three, before conclude (C-2: the Commission hears the accused party, then rules))"
    )
    for entry in (step("hear", 12), vote("BOR", 13), vote("GUA", 13)):
        assert running.take(entry) is None
    assert case.state is CaseState.RULED


def test_a_ruling_tells_the_last_round_that_was_left_out() -> None:
    """A second hearing that nobody held is told in the ruling; a missed one that was then held is not."""
    once = text(hear={"back": ()})
    entries = [*HEARD, *back(6, "hear"), proposal(200)]
    running = run(*entries, *(vote(party, 201) for party in ("ARD", "BOR", "GUA")), agreement=once)
    [ruling] = running.commission.cases["case-1"].rulings
    [told] = [flag for flag in ruling.flags if "the text has before it" in flag]
    assert (
        "hear the accused party (hear.2 of hearing-case-1, second round of at most four, C-2), which"
        in told
    )
    held = run(step("notify", 4), agreement=text())
    held.tick(at(140))
    assert list(course_of(held).steps) == ["notify", "hear", "hear.2"]
    held.take(step("hear", 141))
    assert held.commission.cases["case-1"].untaken == ()


def test_a_case_split_off_keeps_its_rounds_and_what_is_left_of_the_bound() -> None:
    """Sent back once before the split, each of the two may be sent back once more."""
    opened = said(
        "quay", 5, "ARD:x", "open-case", body="commission", accused="BOR", clause="C-1",
        findings=["north", "south"], happened_from="2030-01-01T00:00Z",
        happened_until="2030-01-01T06:00Z",
    )  # fmt: skip

    def of(name: str, hours: float, case: str) -> Entry:
        fields = {"course": f"hearing-{case}", "step": name}
        return said(f"{name}-{hours}-{case}", hours, "GUA:x", "step-taken", **fields)

    def again(hours: float, case: str) -> list[Entry]:
        return [asked(hours, "hear", course=f"hearing-{case}"), back(hours, "hear")[1]]

    split = said("parted", 30, "GUA:x", "split-case", case="quay", findings=["south"], reason="two")
    running = run(
        opened, of("notify", 6, "quay"), of("hear", 7, "quay"), *again(8, "quay"), of("hear", 9, "quay"), split,
        *again(31, "parted"), of("hear", 32, "parted"), asked(33, "hear", course="hearing-parted"),
    )  # fmt: skip
    assert [(r.entry.id, r.rule) for r in running.refused] == [("back-33", "COM-025")]
    own, held = (running.procedures.courses[f"hearing-{name}"] for name in ("parted", "quay"))
    assert list(own.steps) == [
        "notify", "hear", "conclude", "hear.2", "conclude.2", "hear.3", "conclude.3",
    ]  # fmt: skip
    assert list(held.steps) == ["notify", "hear", "conclude", "hear.2", "conclude.2"]


def test_a_pause_moves_the_time_of_a_later_round() -> None:
    """What is set aside is not moved, and what is open is."""
    running = run(*HEARD, *back(6, "notify"))
    before = course_of(running).steps["notify.2"].deadline.latest
    assert before is not None
    for kind, hours in (("pause-course", 7), ("resume-course", 17)):
        entry = said(kind, hours, "GUA:x", kind, course=COURSE, reason="talks")
        assert running.take(entry) is None
        agreed = said(f"{kind}-ard", hours, "ARD:x", "approve", proposal=kind)
        assert running.take(agreed) is None
    assert course_of(running).steps["notify.2"].deadline.latest == before + timedelta(hours=10)
