"""Clocks, procedures, contributions, commitments and standing over the ninety days' text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commission_begun import at, ruled, run, said
from commission_desk import agreed
from commission_moves import BEGIN, NINETY
from waarborg.agreement.sections import Clock
from waarborg.agreement.vocabulary import LateKnowledge, RunsFrom
from waarborg.base.times import Period, format_instant
from waarborg.cases.entry import Entry
from waarborg.obligations.course import StepState
from waarborg.obligations.moments import Moments, deadline_of_guarantee
from waarborg.obligations.movable import movable, waiting
from waarborg.obligations.standing import in_force_between, standings
from waarborg.obligations.state import Running

HAPPENED = Period(at(-5), at(0))
FULL = Moments(HAPPENED, at(2), at(3), at(10), at(20), Period(at(-50), at(-40)))


def help_with(**changed: Any):
    """The promise of help, changed."""
    given = next(g for g in NINETY.guarantees if g.id == "help")
    return replace(given, **changed)


@pytest.mark.parametrize(
    ("runs_from", "start", "words"),
    [
        (RunsFrom.OCCURRENCE, HAPPENED, "the breach happened"),
        (RunsFrom.KNOWLEDGE, at(2), "the mission could know of the breach"),
        (RunsFrom.VERIFICATION, at(3), "the breach was verified"),
        (RunsFrom.RULING, at(10), "the ruling"),
        (RunsFrom.REQUEST, at(20), "a party asked for an answer"),
        (RunsFrom.FIRST_BREACH, Period(at(-50), at(-40)), "the first breach"),
    ],
)
def test_a_clock_runs_from_the_moment_the_text_names(runs_from, start, words) -> None:
    """Each moment has its clock, and the deadline says which it was."""
    made = deadline_of_guarantee(NINETY, help_with(runs_from=runs_from), FULL)
    begin = start.start if isinstance(start, Period) else start
    assert made.window is not None
    assert made.window.start == begin + timedelta(hours=48)
    assert f"PT48H after {words}" in made.words


def test_a_moment_that_has_not_come_starts_no_clock() -> None:
    """No time runs yet, and when it happened is shown."""
    early = Moments(HAPPENED, at(2), None)
    made = deadline_of_guarantee(NINETY, help_with(runs_from=RunsFrom.VERIFICATION), early)
    assert (made.window, made.latest) == (None, None)
    assert (
        "after the verification of the breach, which is not on the record: no time runs yet"
        in made.words
    )
    assert "it happened between" in made.words


def test_without_a_word_of_the_text_the_verification_counts_and_what_happened_is_shown() -> None:
    """The default of the language."""
    given = next(g for g in NINETY.guarantees if g.id == "watch")
    assert given.runs_from is RunsFrom.VERIFICATION
    made = deadline_of_guarantee(NINETY, given, FULL)
    assert "after the breach was verified" in made.words
    assert "it happened between" in made.words
    assert "on a clock of working time in UTC" in made.words


def test_late_knowledge_is_treated_as_the_file_says_and_told() -> None:
    """As written the time is over before anybody knew; from knowledge it runs anew."""
    late = replace(FULL, known=at(200))
    from_act = {"runs_from": RunsFrom.OCCURRENCE}
    written = deadline_of_guarantee(NINETY, help_with(**from_act), late)
    assert "known only at" in written.words
    assert written.window == Period(HAPPENED.start + timedelta(2), HAPPENED.end + timedelta(2))
    anew = help_with(late_knowledge=LateKnowledge.FROM_KNOWLEDGE, **from_act)
    made = deadline_of_guarantee(NINETY, anew, late)
    assert made.latest == at(248)
    assert "after the breach became known, later than the breach happened" in made.words


def test_months_are_measured_and_a_moment_is_told_as_one() -> None:
    """A span of months is a deadline too, and an exact one is no stretch of a second."""
    made = deadline_of_guarantee(
        NINETY, help_with(within=None, within_text="P1M", runs_from=RunsFrom.RULING), FULL
    )
    assert made.latest == datetime(2030, 2, 2, 10, tzinfo=BEGIN.tzinfo)
    assert "so at 2030-02-02T10:00:00Z" in made.words


def test_a_step_lapses_and_opens_what_the_text_says() -> None:
    """The forgotten notice opens the reminder, and can still be given, late."""
    running = run()
    running.tick(at(30))
    course = running.procedures.courses["hearing-case-0"]
    assert course.steps["notify"].state(at(30), course) is StepState.LAPSED
    assert course.steps["remind"].state(at(30), course) is StepState.NO_DEADLINE
    late = said("late", 31, "GUA:chair", "step-taken", course=course.id, step="notify")
    assert running.take(late) is None
    assert course.steps["notify"].state(at(31), course) is StepState.DONE_LATE
    assert "hear" in course.steps


@pytest.mark.parametrize(
    ("author", "fields", "rule", "words"),
    [
        ("WIT:x", {"step": "notify"}, "COM-012", "is for commission to take, not WIT"),
        ("GUA:x", {"step": "hear"}, "COM-007", "nothing opened it"),
        ("GUA:x", {"step": "dance"}, "COM-005", "has no step dance"),
        ("GUA:x", {"step": "notify", "course": "none"}, "COM-005", "no procedure none"),
    ],
)
def test_a_step_that_is_not_due_is_refused(author, fields, rule, words) -> None:
    """Only what has opened can be taken, and only by whom the text names."""
    entry = said("s", 3, author, "step-taken", **{"course": "hearing-case-0", **fields})
    [refused] = run(entry).refused
    assert refused.rule == rule
    assert words in refused.words


def test_a_suspended_procedure_stands_still() -> None:
    """What was left of the time runs again after the pause."""
    pause = said("p", 5, "GUA:x", "pause-course", course="hearing-case-0", reason="talks")
    again = said("q", 6, "GUA:x", "pause-course", course="hearing-case-0", reason="talks")
    outside = said("o", 6, "WIT:x", "resume-course", course="hearing-case-0", reason="talks")
    resume = said("r", 45, "ARD:x", "resume-course", course="hearing-case-0", reason="over")
    running = run(*agreed(pause), again, outside)
    running.tick(at(44))
    course = running.procedures.courses["hearing-case-0"]
    assert course.steps["notify"].state(at(44), course) is StepState.SUSPENDED
    for entry in agreed(resume, "GUA"):
        running.take(entry)
    assert course.steps["notify"].deadline.latest == at(1 + 24 + 40)
    assert "moved by 1 day, 16 hours for which" in course.steps["notify"].deadline.words
    assert [r.words for r in running.refused] == [
        "hearing-case-0 is suspended already",
        "WIT has no seat on commission",
    ]
    twice = said("t", 46, "ARD:x", "resume-course", course="hearing-case-0", reason="over")
    refused = running.take(twice)
    assert refused is not None
    assert refused.words == "hearing-case-0 is not suspended"


def test_the_accused_does_not_suspend_its_own_hearing() -> None:
    """Nor does it let one go on that others suspended (COM-009)."""
    mine = said("x", 5, "BOR:x", "pause-course", course="hearing-case-0", reason="no hurry")
    pause = said("p", 6, "GUA:x", "pause-course", course="hearing-case-0", reason="talks")
    resume = said("r", 7, "BOR:x", "resume-course", course="hearing-case-0", reason="over")
    running = run(mine, *agreed(pause), resume)
    assert [(r.entry.id, r.rule) for r in running.refused] == [("x", "COM-009"), ("r", "COM-009")]
    assert running.procedures.courses["hearing-case-0"].paused_at == at(6)


def test_a_procedure_rests_when_its_case_has_ended() -> None:
    """Nothing of it is due; reopened, its times have run on."""
    close = said("c", 5, "GUA:x", "close-case", case="case-0", reason="settled")
    step = said("s", 6, "GUA:x", "step-taken", course="hearing-case-0", step="notify")
    running = run(*agreed(close), step)
    running.tick(at(50))
    course = running.procedures.courses["hearing-case-0"]
    assert course.steps["notify"].state(at(50), course) is StepState.RESTS
    assert running.refused[0].words == "hearing-case-0 has ended: the case is closed"
    for entry in agreed(said("o", 51, "GUA:x", "reopen-case", case="case-0", reason="pictures")):
        running.take(entry)
    assert course.steps["notify"].state(at(51), course) is StepState.LAPSED


def test_a_request_starts_the_clock_that_runs_from_it() -> None:
    """Asked once; a second request, or one about nothing, is refused."""
    running = run(*ruled())
    name = "obl-case-1-relief-SUL"
    assert running.owed[name].deadline.window is None
    assert "a party asked for an answer, which is not on the record" in (
        running.owed[name].deadline.words
    )
    running.take(said("a", 12, "ARD:x", "ask-help", breach="case-1"))
    assert running.owed[name].deadline.latest == datetime(2030, 1, 6, tzinfo=BEGIN.tzinfo)
    again = running.take(said("b", 13, "ARD:x", "ask-help", breach="case-1"))
    nothing = running.take(said("c", 13, "ARD:x", "ask-help", breach="case-9"))
    assert again is not None
    assert again.rule == "COM-002"
    assert nothing is not None
    assert nothing.words == "there is no breach case-9"


@pytest.mark.parametrize(
    ("author", "rule", "words"),
    [
        ("BOR:x", "COM-009", "BOR is accused: others ask for an answer to its breach"),
        (
            "ZZZ:x",
            "COM-012",
            "ZZZ is neither answered for nor chair of the body: it asks for no answer",
        ),
        (
            "SUL:x",
            "COM-012",
            "SUL is neither answered for nor chair of the body: it asks for no answer",
        ),
    ],
)
def test_who_is_not_answered_for_starts_no_clock(author: str, rule: str, words: str) -> None:
    """The accused, a stranger and who owes ask for nothing, and use up nobody's asking."""
    running = run(*ruled())
    refused = running.take(said("a", 12, author, "ask-help", breach="case-1"))
    assert refused is not None
    assert (refused.rule, refused.words) == (rule, words)
    assert running.owed["obl-case-1-relief-SUL"].deadline.window is None
    assert running.take(said("b", 13, "ARD:x", "ask-help", breach="case-1")) is None


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        (["ready", "approved"], "company is ready already"),
        (["withdrawn", "deployed"], "company was withdrawn; it has to be pledged anew"),
        (["sold"], "sold is none of pledged, approved, ready, deployed, withdrawn"),
    ],
)
def test_a_contribution_moves_forward(steps: list[str], words: str) -> None:
    """What the file promises is pledged; a step back is refused (COM-020)."""
    entries = [
        said(f"c{place}", 5 + place, "SUL:x", "contribute", guarantee="company", step=step)
        for place, step in enumerate(steps)
    ]
    assert words in run(*entries).refused[-1].words
    again = [
        said("out", 5, "SUL:x", "contribute", guarantee="company", step="withdrawn"),
        said("in", 6, "SUL:x", "contribute", guarantee="company", step="pledged"),
    ]
    assert run(*again).refused == []


def test_commitments_wait_and_the_next_movable_step_is_named() -> None:
    """Borland waits for the company, Ardania for Borland; then each can move in turn."""
    running = run()
    told = {w.commitment: (w.state, w.waits_for) for w in waiting(running.commitments, at(5))}
    assert told == {
        "draw-back": ("waiting", ("company",)),
        "open-port": ("waiting", ("draw-back",)),
    }
    steps = movable(running.commitments, running.blocks(at(5)), at(5))
    assert [(step.what, step.frees) for step in steps] == [
        ("gate GUA-senate", ("help", "supply")),
        ("contribution company", ()),
    ]
    assert steps[1].words.endswith(
        "; approved sets nothing free, deployed would set free draw-back)"
    )
    running.take(said("c", 6, "SUL:x", "contribute", guarantee="company", step="deployed"))
    told = {w.commitment: (w.state, w.since) for w in waiting(running.commitments, at(7))}
    assert told["draw-back"] == ("due", at(6))
    running.take(said("d", 8, "BOR:x", "commitment-step", commitment="draw-back", step="done"))
    refused = [
        running.take(said("e", 9, "BOR:x", "commitment-step", commitment="draw-back", step="done")),
        running.take(said("f", 9, "BOR:x", "commitment-step", commitment="open-port", step="done")),
        running.take(said("g", 9, "BOR:x", "commitment-step", commitment="none", step="done")),
        running.take(said("h", 9, "BOR:x", "commitment-step", commitment="draw-back", step="half")),
    ]
    assert [r.rule for r in refused if r] == ["COM-002", "COM-012", "COM-005", "COM-005"]
    steps = movable(running.commitments, running.blocks(at(9)), at(9))
    assert steps[-1].what == "commitment open-port"


def test_commitments_that_wait_for_each_other_are_named_as_a_circle() -> None:
    """Each waits for the other: nobody can begin."""
    given = NINETY.commitments
    ring = replace(given["draw-back"], waits_for=("open-port",))
    text = replace(NINETY, commitments={**given, "draw-back": ring})
    told = {w.commitment: (w.state, w.circle) for w in waiting(Running(text).commitments, at(0))}
    assert told == {
        "draw-back": ("in a circle", ("draw-back", "open-port")),
        "open-port": ("in a circle", ("open-port", "draw-back")),
    }


def test_a_later_extension_blocks_when_its_time_is_over() -> None:
    """A month after the deployment the estates must have authorised going on."""
    there = said("w", 5, "SUL:x", "contribute", guarantee="watch", step="deployed")
    running = run(there)
    month = at(5) + timedelta(days=31)
    assert running.blocks(month - timedelta(seconds=1))["watch"] is None
    block = running.blocks(month)["watch"]
    assert block is not None
    assert "going on needed it by then" in block.words


def test_a_month_without_such_a_day_ends_on_its_last() -> None:
    """Deployed on 29 January, the estates must have authorised going on by 28 February."""
    day = (datetime(2030, 1, 29, 5, tzinfo=UTC) - at(0)) / timedelta(hours=1)
    running = run(said("w", day, "SUL:x", "contribute", guarantee="watch", step="deployed"))
    february = datetime(2030, 2, 28, 5, tzinfo=UTC)
    assert running.blocks(february - timedelta(seconds=1))["watch"] is None
    assert running.blocks(february)["watch"] is not None


def test_a_span_that_a_named_clock_cannot_measure_gives_no_deadline() -> None:
    """A clock that does not say how to round gives the reason in words, and nothing stops."""
    agreement = replace(NINETY, clocks={**NINETY.clocks, "refusing": Clock()})
    monthly = help_with(clock="refusing", within_text="P1M", runs_from=RunsFrom.VERIFICATION)
    verified = datetime(2030, 1, 31, tzinfo=UTC)
    found = deadline_of_guarantee(agreement, monthly, replace(FULL, verified=verified))
    assert found.window is None
    assert "cannot be measured: 31 January and 1 months has no such day" in found.words


def test_a_refused_gate_is_opened_by_filing_anew() -> None:
    """A second decision needs a recall or a new filing first."""

    def gate(name: str, hours: float, step: str) -> Entry:
        return said(name, hours, "GUA:senate", "gate-step", gate="GUA-senate", step=step)

    running = run(gate("no", 5, "refused"), gate("file", 6, "filed"), gate("yes", 7, "given"))
    assert running.refused == []
    assert running.blocks(at(8))["help"] is None
    assert running.take(gate("more", 9, "filed")) is not None


def test_standing_is_known_for_each_clause_party_and_day() -> None:
    """The file's steps first, then what a party says for itself, with its reservations."""
    running = run(
        said("s", 5, "GUA:x", "change-standing", party="GUA", step="ratified", clause="C-3",
             since=format_instant(at(5)), reservation="never at sea"),
        said("b", 6, "BOR:x", "change-standing", party="BOR", step="denounced",
             since=format_instant(at(100))),
        said("n", 7, "BOR:x", "change-standing", party="BOR", step="signed", clause="C-9",
             since=format_instant(at(1))),
    )  # fmt: skip
    entries = running.promises.standing
    assert in_force_between(NINETY, entries, at(50)) == dict.fromkeys(
        ("C-1", "C-5"), ("ARD", "BOR")
    )
    assert in_force_between(NINETY, entries, at(100)) == {}
    reached = standings(NINETY, entries, at(50))
    [held] = [s for s in reached if (s.clause, s.party) == ("C-3", "GUA")]
    assert (held.party, held.step.value, held.reservations) == (
        "GUA",
        "ratified",
        ("never at sea",),
    )
    assert running.refused[0].words == "there is no clause C-9"
