"""The text has the accused heard before a ruling: no vote before it, and no silence, chair or presumption rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from commission_begun import at, ruled, run, said
from commission_desk import agreed
from commission_moves import NINETY, beginning
from grounds_replayed import differing
from waarborg.app.services.docket import courses
from waarborg.base.times import format_instant
from waarborg.cases.below import Thing
from waarborg.cases.case import CaseState
from waarborg.cases.entry import Entry
from waarborg.obligations.below import Grounds
from waarborg.obligations.flags import flags_of_case, flags_of_determination, flags_of_ruling
from waarborg.obligations.state import Running

HEARING = "hearing-case-1"


def proposal(hours: float, **more: Any) -> Entry:
    """A proposal to find Borland in breach in case-1."""
    fields = {"case": "case-1", "outcome": "breach", "responsible": "BOR", **more}
    return said("p", hours, "GUA:chair", "propose", **fields)


def votes(hours: float) -> list[Entry]:
    """Every seat votes for it."""
    return [
        said(f"v-{party}-{hours}", hours, f"{party}:x", "vote", proposal="p", choice="for")
        for party in ("ARD", "BOR", "GUA")
    ]


def step(name: str, hours: float) -> Entry:
    """The commission takes a step of the hearing."""
    return said(f"{name}-{hours}", hours, "GUA:chair", "step-taken", course=HEARING, step=name)


def test_a_vote_before_the_hearing_is_refused_and_shown() -> None:
    """The proposal is flagged; each vote is on the record as refused, with the rule and where the procedure is."""
    running = run(proposal(4), *votes(5))
    assert [r.rule for r in running.refused] == ["COM-024"] * 3
    assert running.refused[0].words == (
        "case-1 is not ripe for a vote: hearing-case-1 is at notify, before conclude "
        "(C-2: the Commission hears the accused party, then rules)"
    )
    case = running.commission.cases["case-1"]
    where = "hearing-case-1 is at notify, before conclude"
    words = "the Commission hears the accused party, then rules"
    assert case.flags == [f"put before its turn: p came when {where} (C-2: {words})"]
    assert case.rulings == []


def test_after_the_hearing_the_same_votes_count() -> None:
    """Told and heard, the case is ripe, and the vote that was refused before can be cast."""
    running = run(proposal(4), *votes(5), step("notify", 6), step("hear", 7), *votes(8))
    assert [r.rule for r in running.refused] == ["COM-024"] * 3
    assert running.commission.cases["case-1"].state is CaseState.RULED
    assert run(*ruled()).refused == []


def test_a_hearing_that_was_not_held_in_time_bars_nothing() -> None:
    """The text lets the ruling come when the time for the hearing has passed."""
    running = run(step("notify", 6), proposal(150))
    running.tick(at(160))
    assert running.procedures.courses[HEARING].steps["hear"].lapsed_at is not None
    for vote in votes(170):
        running.take(vote)
    assert running.refused == []
    assert running.commission.cases["case-1"].state is CaseState.RULED


def test_the_time_of_a_written_procedure_begins_when_votes_may_be_cast() -> None:
    """No silence runs while the accused is still to be heard; from then on every seat has the whole time."""
    running = run(proposal(4, silence=True))
    running.tick(at(200))
    case = running.commission.cases["case-1"]
    assert (case.state, case.rulings, case.ballots["p"].due) == (CaseState.VOTING, [], None)
    for entry in (
        said("r", 201, "SUL:x", "step-taken", course=HEARING, step="remind"),
        step("hear", 202),
    ):
        running.take(entry)
    due = case.duties["p"]
    assert due.by == at(202 + 72)
    assert due.words.endswith(", when p could be voted on")
    running.tick(at(202 + 72))
    assert [ruling.by for ruling in case.rulings] == ["by silence"]


def test_the_time_for_votes_begins_when_the_hearing_s_time_is_over() -> None:
    """A hearing that is not held in time lets the vote begin at the moment at which it lapsed."""
    running = run(step("notify", 6), proposal(7))
    running.tick(at(160))
    hear = running.procedures.courses[HEARING].steps["hear"]
    due = running.commission.cases["case-1"].ballots["p"].due
    assert hear.lapsed_at is not None
    assert due is not None
    assert due.by == hear.lapsed_at + timedelta(hours=72)


def test_an_objection_before_the_hearing_is_taken_and_only_a_yes_is_refused() -> None:
    """A seat that said no while the accused was still to be heard is never counted as consenting."""
    yes = said("yes", 5, "ARD:x", "vote", proposal="p", choice="for")
    no = said("no", 6, "BOR:x", "vote", proposal="p", choice="against")
    running = run(proposal(4, silence=True), yes, no)
    assert [(r.entry.id, r.rule) for r in running.refused] == [("yes", "COM-024")]
    running.tick(at(300))
    case = running.commission.cases["case-1"]
    assert (case.state, case.rulings) == (CaseState.OPEN, [])
    assert set(case.ballots["p"].votes) == {"BOR"}


def test_abstentions_of_all_before_the_hearing_decide_nothing_yet() -> None:
    """Where every seat has abstained in writing the vote is still not counted before the accused is heard."""
    given = NINETY.bodies["commission"]
    body = replace(given, settings={**given.settings, "on_deadlock": "breach_presumed"})
    running = Running(replace(NINETY, bodies={"commission": body}))
    said_nothing = [
        said(f"v-{party}", 5, f"{party}:x", "vote", proposal="p", choice="abstain")
        for party in ("ARD", "BOR", "GUA")
    ]
    for entry in (*beginning(), proposal(4, silence=True), *said_nothing):
        running.take(entry)
    case = running.commission.cases["case-1"]
    assert (case.ballots["p"].tally, case.rulings) == (None, [])


@pytest.mark.parametrize("on_deadlock", ["breach_presumed", "chair_decides"])
def test_no_presumption_and_no_chair_rules_before_the_hearing(on_deadlock: str) -> None:
    """A deadlock that would decide waits for the hearing as every ruling does."""
    given = NINETY.bodies["commission"]
    body = replace(given, settings={**given.settings, "on_deadlock": on_deadlock})
    running = Running(replace(NINETY, bodies={"commission": body}))
    for entry in (*beginning(), proposal(4)):
        running.take(entry)
    running.tick(at(100))
    assert running.commission.cases["case-1"].rulings == []
    assert running.owed == {}


def test_a_text_without_such_steps_bars_nothing() -> None:
    """Where no procedure leads to the ruling by other steps, a body votes when it likes."""
    running = Running(replace(NINETY, procedures={}))
    for entry in (*beginning(), proposal(4), *votes(5)):
        running.take(entry)
    assert running.refused == []
    assert running.commission.cases["case-1"].state is CaseState.RULED


def test_a_case_split_off_keeps_what_was_known_and_goes_on_in_the_hearing() -> None:
    """Its clocks run from when its finding was known; who was told and heard is not told and heard again."""
    opened = said(
        "quay", 5, "ARD:x", "open-case", body="commission", accused="BOR", clause="C-1",
        findings=["north", "south"], happened_from="2030-01-01T00:00Z",
        happened_until="2030-01-01T06:00Z", received_at="2030-01-01T05:00Z",
    )  # fmt: skip
    course = "hearing-quay"
    entries = [
        opened,
        said("told", 6, "GUA:x", "step-taken", course=course, step="notify"),
        said("ok", 7, "GUA:ana", "verify", case="quay", result="verified", attributed_to="BOR"),
        said(
            "parted", 30, "GUA:x", "split-case", case="quay", findings=["south"], reason="two guns"
        ),
    ]
    running = run(*entries)
    assert running.refused == []
    new, moments = running.commission.cases["parted"], running.moments("parted")
    assert (new.split_from, moments.known, moments.verified) == ("quay", at(5), at(7))
    assert new.received_at == running.commission.cases["quay"].received_at
    held, own = (running.procedures.courses[f"hearing-{name}"] for name in ("quay", "parted"))
    assert own.steps["notify"].done == held.steps["notify"].done
    assert own.steps["hear"].deadline == held.steps["hear"].deadline
    assert own.steps["hear"].opened_by.endswith("as in hearing-quay before the case was split off")
    heard = said("heard", 31, "GUA:x", "step-taken", course="hearing-parted", step="hear")
    assert running.take(heard) is None
    assert held.steps["hear"].done is None, "each is heard on its own from then on"


def _parted(*more: Entry) -> Running:
    """A case of two findings, one of them split off after thirty hours."""
    opened = said(
        "quay", 5, "ARD:x", "open-case", body="commission", accused="BOR", clause="C-1",
        findings=["north", "south"], happened_from="2030-01-01T00:00Z",
        happened_until="2030-01-01T06:00Z",
    )  # fmt: skip
    split = said("parted", 30, "GUA:x", "split-case", case="quay", findings=["south"], reason="two")
    return run(opened, *(e for e in more if e.known_at < at(30)), split,
               *(e for e in more if e.known_at >= at(30)))  # fmt: skip


def _stop(name: str, hours: float, kind: str, case: str) -> Entry:
    """The procedure of a case is suspended, or goes on."""
    return said(name, hours, "GUA:x", kind, course=f"hearing-{case}", reason="the road is mined")


@pytest.mark.parametrize(("stopped", "other"), [("quay", "parted"), ("parted", "quay")])
def test_suspending_one_of_two_that_were_one_is_told_in_the_other(stopped: str, other: str) -> None:
    """Each procedure goes on by itself since the split, and the case that runs on carries the flag."""
    running = _parted(*agreed(_stop("stop", 31, "pause-course", stopped)))
    assert running.refused == []
    courses = running.procedures.courses
    assert courses[f"hearing-{stopped}"].paused_at == at(31)
    assert courses[f"hearing-{other}"].paused_at is None
    assert running.commission.cases[other].flags == [
        (
            f"hearing-{stopped} was suspended in stop by GUA:x (the road is mined), and hearing-{other}, "
            "apart since the split, runs on"
        )
    ]
    assert running.commission.cases[stopped].flags == []
    assert running.commission.cases["case-1"].flags == [], "it was never one with them"
    assert other in running.changes.cases
    under = [b.name for b in Grounds(running).of(Thing.CASE, other)]
    assert "stop" in under
    assert "stop" not in [b.name for b in Grounds(running).of(Thing.CASE, "case-1")]
    assert "stop-ok" in under
    for entry in agreed(_stop("stop-2", 32, "pause-course", other)):
        assert running.take(entry) is None
    assert running.commission.cases[stopped].flags == [], "both stand still now"


def test_resuming_one_of_two_that_were_one_is_told_in_the_other() -> None:
    """What was suspended before the split is suspended in both; going on with one does not move the other."""
    running = _parted(
        *agreed(_stop("stop", 20, "pause-course", "quay")),
        *agreed(_stop("go", 40, "resume-course", "quay")),
    )
    assert running.procedures.courses["hearing-parted"].paused_at == at(20)
    assert running.commission.cases["parted"].flags == [
        (
            "hearing-quay was resumed in go by GUA:x (the road is mined), and hearing-parted, apart since the split, "
            "stays suspended"
        )
    ]


def test_a_ruling_before_the_split_is_made_anew_for_what_was_split_off() -> None:
    """The step that rules opens again with its own time; the hearing stands."""
    opened = said(
        "quay", 5, "ARD:x", "open-case", body="commission", accused="BOR", clause="C-1",
        findings=["north", "south"], happened_from="2030-01-01T00:00Z",
        happened_until="2030-01-01T06:00Z",
    )  # fmt: skip
    done = [
        said(f"s-{name}", 6, "GUA:x", "step-taken", course="hearing-quay", step=name)
        for name in ("notify", "hear", "conclude")
    ]
    split = said("parted", 30, "GUA:x", "split-case", case="quay", findings=["south"], reason="two")
    running = run(opened, *done, split)
    own = running.procedures.courses["hearing-parted"]
    assert own.steps["hear"].done is not None
    assert (own.steps["conclude"].done, own.steps["conclude"].opened_at) == (None, at(30))
    assert own.steps["conclude"].opened_by == (
        "the case was split off after conclude of hearing-quay"
    )
    assert running.commission.cases["parted"].unripe == ""


def test_a_ruling_without_the_hearing_says_so_for_ever() -> None:
    """Who ruled when the time for telling and hearing the accused had passed unused is told with both steps."""
    remind = said("r", 40, "SUL:x", "step-taken", course=HEARING, step="remind")
    running = run(remind, proposal(150))
    running.tick(at(200))
    for entry in votes(201):
        running.take(entry)
    steps = running.procedures.courses[HEARING].steps
    [ruling] = running.commission.cases["case-1"].rulings
    told = [flag for flag in ruling.flags if "the text has before it" in flag]
    for flag, name, words in zip(
        told,
        ("notify", "hear"),
        ("tell the accused party what is alleged", "hear the accused party"),
        strict=True,
    ):
        when = format_instant(steps[name].lapsed_at or at(0))
        assert flag == (
            f"ruled without a step that the text has before it: {words} ({name} of {HEARING}, C-2), "
            f"which was not done when its time was over at {when}"
        )
    assert flags_of_ruling(running, running.commission.cases["case-1"]) == ruling.flags


def test_a_step_taken_late_is_no_step_left_out() -> None:
    """The accused that was heard after the time for it was heard; a hearing after the ruling mends no flag."""
    remind = said("r", 40, "SUL:x", "step-taken", course=HEARING, step="remind")
    running = run(remind, proposal(150))
    running.tick(at(200))
    running.take(step("hear", 200))
    for entry in (*votes(201), step("notify", 202)):
        running.take(entry)
    [ruling] = running.commission.cases["case-1"].rulings
    assert [flag for flag in ruling.flags if "hear of" in flag] == []
    assert len([flag for flag in ruling.flags if "notify of" in flag]) == 1


def test_no_seat_suspends_what_its_body_has_no_step_in() -> None:
    """Who owes an answer, and sits on the commission, does not stop the guarantors' own procedure."""
    pause = said("x", 12, "GUA:x", "pause-course", course="answer-case-1", reason="talks")
    running = run(*ruled(), pause)
    assert [(r.rule, r.words) for r in running.refused] == [
        (
            "COM-001",
            "no body of the text has a step in answer-case-1, and none suspends or resumes it",
        )
    ]
    assert running.procedures.courses["answer-case-1"].paused_at is None


WORD_OF_ARD = (
    "that this was done is the word of ARD alone, which brought the case: hear the accused party "
    f"(hear of {HEARING}, C-2, in hear-7); "
)
ON_WORD = f"{WORD_OF_ARD}nothing of BOR's is on the record"


def _heard_by(party: str, *more: Entry) -> tuple[str, ...]:
    """What a ruling says was done on one party's word, when that party took the step of hearing the accused."""
    heard = replace(step("hear", 7), author=f"{party}:x")
    running = run(step("notify", 6), *more, heard, proposal(8), *votes(9))
    assert running.refused == []
    [ruling] = running.commission.cases["case-1"].rulings
    return tuple(flag for flag in ruling.flags if "the word of" in flag)


def test_that_the_accused_was_heard_is_not_on_the_accuser_s_word_alone() -> None:
    """Who brought the case may take the step; the ruling then says whose word that is."""
    assert _heard_by("ARD") == (ON_WORD,)
    assert _heard_by("GUA") == (), "somebody who did not bring the case says so"
    assert _heard_by("BOR") == (), "the accused signs that it was heard"


@pytest.mark.parametrize("kind", ["comment", "account"])
def test_a_protest_of_the_accused_shows_that_it_knew_and_not_that_it_was_heard(kind: str) -> None:
    """Its comment or account is told beside the accuser's word, and does not take that flag away."""
    spoke = said("spoke", 6.5, "BOR:x", kind, case="case-1", words="we were not heard, and protest")
    assert _heard_by("ARD", spoke) == (
        f"{WORD_OF_ARD}BOR itself spoke in spoke, which shows that it knew of the case, not that this was done",
    )
    others = said("spoke", 6.5, "GUA:x", kind, case="case-1", words="Borland was there")
    assert _heard_by("ARD", others) == (ON_WORD,)


def test_what_the_accused_says_after_the_ruling_takes_no_flag_away() -> None:
    """It was not heard before it was ruled on."""
    heard = replace(step("hear", 7), author="ARD:x")
    late = said("late", 10, "BOR:x", "comment", case="case-1", words="nobody asked us")
    running = run(step("notify", 6), heard, proposal(8), *votes(9), late)
    case = running.commission.cases["case-1"]
    assert ON_WORD in flags_of_ruling(running, case)
    assert ON_WORD in {flag.removeprefix("ruling p: ") for flag in case.flags}


def test_a_text_may_give_the_step_to_who_brings_the_case() -> None:
    """Where the text names that party itself, the step is its own to take, and nothing is flagged."""
    hearing = NINETY.procedures["hearing"]
    own = replace(
        hearing, steps={**hearing.steps, "hear": replace(hearing.steps["hear"], who="ARD")}
    )
    running = Running(replace(NINETY, procedures={**NINETY.procedures, "hearing": own}))
    heard = replace(step("hear", 7), author="ARD:x")
    for entry in (*beginning(), step("notify", 6), heard, proposal(8), *votes(9)):
        running.take(entry)
    [ruling] = running.commission.cases["case-1"].rulings
    assert [flag for flag in ruling.flags if "the word of" in flag] == []


def test_what_the_accused_said_before_the_split_is_told_of_what_was_split_off() -> None:
    """What it said in the case from which another was split off stands beside the accuser's word there too."""
    opened = said(
        "quay", 5, "ARD:x", "open-case", body="commission", accused="BOR", clause="C-1",
        findings=["north", "south"], happened_from="2030-01-01T00:00Z",
        happened_until="2030-01-01T06:00Z",
    )  # fmt: skip
    spoke = said("spoke", 6, "BOR:x", "comment", case="quay", words="not us")
    told = said("told", 6, "ARD:x", "step-taken", course="hearing-quay", step="notify")
    split = said("parted", 7, "GUA:x", "split-case", case="quay", findings=["south"], reason="two")
    heard = said("heard", 8, "ARD:x", "step-taken", course="hearing-parted", step="hear")
    asked = said("p", 9, "GUA:x", "propose", case="parted", outcome="breach", responsible="BOR")
    running = run(opened, spoke, told, split, heard, asked, *votes(10))
    case = running.commission.cases["parted"]
    assert (case.brought_by, case.spoken) == (("ARD",), ["spoke"])
    [ruling] = case.rulings
    words = [flag for flag in ruling.flags if "the word of ARD alone" in flag]
    own = "BOR itself spoke in spoke, which shows that it knew of the case, not that this was done"
    assert [flag.rpartition("; ")[2] for flag in words] == [own, own]


def _two_cases(*between: Entry) -> Running:
    """A case of another day, what is said of it, and its joining into the first, which is then heard and ruled."""
    other = said(
        "c2", 6, "ARD:x", "open-case", body="commission", accused="BOR", clause="C-1", severity=1,
        happened_from="2029-12-30T00:00Z", happened_until="2029-12-30T06:00Z",
    )  # fmt: skip
    joined = said("j", 6.3, "ARD:x", "join-cases", cases=["c2"], into="case-1", reason="one matter")
    return run(
        other, *between, joined, step("notify", 6.4), step("hear", 7), proposal(8), *votes(9)
    )


def test_a_case_joined_into_another_lends_it_no_grading_and_no_word_of_the_accused() -> None:
    """What was graded or said about the other case counts for that one alone, and is told with the ruling."""
    spoke = said("spoke", 6.1, "BOR:x", "comment", case="c2", words="not us")
    graded = said("g", 6.2, "GUA:x", "verify", case="c2", result="verified", attributed_to="BOR",
                  source="B", item="2")  # fmt: skip
    running = _two_cases(spoke, graded)
    assert running.refused == []
    [ruling] = running.commission.cases["case-1"].rulings
    assert ruling.flags[-1].endswith(
        "was joined into case-1 in j by ARD; before that, and about c2 alone: graded in g (verified); "
        "BOR spoke in spoke"
    )
    assert "ruled on a case that nobody had graded" in ruling.flags


def test_a_charge_that_nobody_graded_is_joined_to_no_ruling_unsaid() -> None:
    """The ruling tells that nothing was known of it, how grave it is said to be; its time to comment goes on."""
    running = _two_cases()
    case = running.commission.cases["case-1"]
    [ruling] = case.rulings
    assert ruling.flags[-1].startswith("c2, severity 1, was joined into case-1 in j by ARD; ")
    assert ruling.flags[-1].endswith("nobody had graded it; BOR had said nothing")
    assert case.comment_until == at(6 + 48)


def test_nothing_is_joined_while_a_vote_is_under_way() -> None:
    """What a seat votes on is what lay before it when the proposal was put."""
    other = said(
        "c2", 9, "ARD:x", "open-case", body="commission", accused="BOR", clause="C-1",
        happened_from="2029-12-30T00:00Z", happened_until="2029-12-30T06:00Z",
    )  # fmt: skip
    joined = said("j", 10, "ARD:x", "join-cases", cases=["c2"], into="case-1", reason="one matter")
    running = run(step("notify", 6), step("hear", 7), proposal(8), other, joined)
    assert [(r.rule, r.words) for r in running.refused] == [
        (
            "COM-015",
            "a vote is under way in case-1: nothing is joined until it is counted or withdrawn",
        )
    ]


def test_a_motion_does_not_carry_off_what_is_joined_after_it_was_put() -> None:
    """Who asked that one case be closed asked nothing of the other."""
    other = said(
        "c2", 6, "ARD:x", "open-case", body="commission", accused="BOR", clause="C-1",
        happened_from="2029-12-30T00:00Z", happened_until="2029-12-30T06:00Z",
    )  # fmt: skip
    close = said("m", 7, "GUA:x", "close-case", case="case-1", reason="no evidence")
    joined = said("j", 8, "ARD:x", "join-cases", cases=["c2"], into="case-1", reason="one matter")
    agreed = said("a", 9, "ARD:x", "approve", proposal="m")
    running = run(other, close, joined, agreed)
    assert [(r.entry.id, r.rule) for r in running.refused] == [("a", "COM-003")]
    assert running.commission.cases["case-1"].motions["m"].ended == "c2 joined into the case since"


def test_a_ruling_while_its_procedure_was_suspended_is_flagged() -> None:
    """No time runs in a suspended procedure, and yet a seat may record a step and votes in it."""
    pause = said("x", 6.5, "GUA:x", "pause-course", course=HEARING, reason="talks")
    backed = said("xb", 6.6, "ARD:x", "approve", proposal="x")
    running = run(step("notify", 6), pause, backed, step("hear", 7), proposal(8), *votes(9))
    assert [r.words for r in running.refused] == []
    [ruling] = running.commission.cases["case-1"].rulings
    assert f"ruled while {HEARING} was suspended (in x by GUA)" in ruling.flags


def test_a_step_dated_before_it_could_be_taken_is_flagged() -> None:
    """An answer dated before the ruling that it answers is taken, and the case and the ruling tell both moments."""
    early = replace(
        said("a", 20, "GUA:chair", "step-taken", course="answer-case-1", step="consult"), at=at(9)
    )
    running = run(*ruled(10), early)
    [made] = [d for d in running.determinations() if d.id == "det-case-1"]
    told = (
        f"consult of answer-case-1 is dated {format_instant(at(9))} in a of GUA:chair, before it could be taken: "
        f"it opened at {format_instant(at(10))} (the procedure began: "
    )
    for flags in (
        flags_of_case(running, running.commission.cases["case-1"]),
        flags_of_determination(running, made),
    ):
        assert [flag for flag in flags if flag.startswith(told)]
    [row] = [each for each in courses(running, at(20)) if each["course"] == "answer-case-1"]
    assert row["steps"][0]["flags"][0].startswith("is dated")
    assert list(differing(NINETY, [*beginning(), *ruled(10), early], at(30))) == []


def test_a_step_dated_when_it_could_be_taken_is_not_flagged() -> None:
    """What reached the record later than it was done, and was done in its turn, is nothing to notice."""
    late = replace(
        said("a", 20, "GUA:chair", "step-taken", course="answer-case-1", step="consult"), at=at(11)
    )
    running = run(*ruled(10), late)
    flags = flags_of_case(running, running.commission.cases["case-1"])
    assert not [flag for flag in flags if "before it could be taken" in flag]
