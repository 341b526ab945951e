"""Laws of procedures that go back: they end, stay within their bounds, and come out the same however they are derived."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import event, given, settings
from hypothesis import strategies as st

from commission_begun import said
from commission_moves import BEGIN, NINETY, beginning, but_for_refusals
from grounds_replayed import differing
from waarborg.agreement.condition import Compare, Relation
from waarborg.agreement.model import Agreement
from waarborg.agreement.rounds import done_anew, most_rounds
from waarborg.agreement.sections import Procedure, Span, Step, WayBack
from waarborg.agreement.vocabulary import GoesBack
from waarborg.app.services.board import Board
from waarborg.app.services.day import status
from waarborg.app.services.docket import courses, docket, due
from waarborg.base.grades import Certainty
from waarborg.cases.entry import Entry
from waarborg.obligations.state import Running, state

END = BEGIN + timedelta(days=400)
WHEN = ((GoesBack.DECIDED,), (GoesBack.LAPSE,), (GoesBack.DECIDED, GoesBack.LAPSE))
COURSE = "way-case-0"


@st.composite
def texts(draw: st.DrawFn) -> Agreement:
    """The ninety days with one procedure of up to five steps, any of which may lead back, with a bound."""
    names = [f"s{number}" for number in range(draw(st.integers(1, 5)))]
    steps: dict[str, Step] = {}
    for place, name in enumerate(names):
        later = names[place + 1 :]
        follow = st.lists(st.sampled_from(later), max_size=2, unique=True) if later else st.just([])
        # every step is reached: each names the one after it
        then = tuple(dict.fromkeys([*later[:1], *draw(follow)]))
        hours = draw(st.sampled_from([0, 5, 30, None]))
        steps[name] = Step(
            name,
            draw(st.sampled_from(["commission", "commission", "GUA", "guarantors"])),
            "determination" if not later else "consultation",
            name,
            None if hours is None else Span(f"PT{hours}H", timedelta(hours=hours)),
            "",
            draw(st.sampled_from(["step", "knowledge", "verification"])),
            then,
            tuple(draw(follow)),
        )
    for name, step in list(steps.items()):
        before = [other for other in names if name in done_anew(steps, other)]
        back: list[WayBack] = []
        for to in draw(st.lists(st.sampled_from(before), max_size=2, unique=True)):
            when = draw(st.sampled_from(WHEN))
            lapses = any(GoesBack.LAPSE in way.when for way in back) or step.within is None
            if lapses:
                when = (GoesBack.DECIDED,)
            back.append(WayBack(to, draw(st.integers(1, 3)), when))
        steps[name] = replace(step, back=tuple(back))
    trigger = Compare("decision", Relation.EQUAL, "pending")
    way = Procedure("way", "C-2", "the way of a case", trigger, steps, Certainty.STATED)
    return replace(NINETY, procedures={"way": way})


@st.composite
def taken(draw: st.DrawFn, text: Agreement) -> list[Entry]:
    """Two cases, and what anybody says was taken, sent back, suspended, resumed, split off or closed."""
    steps = text.procedures["way"].steps
    names = st.sampled_from([*steps, *(f"{name}.2" for name in steps)])
    made, hours = beginning(), 3.0
    for place in range(draw(st.integers(0, 20))):
        hours += draw(st.sampled_from([0, 1, 6, 31]))
        course = draw(st.sampled_from([COURSE, COURSE, "way-case-1", "way-m0"]))
        author = draw(st.sampled_from(["GUA:x", "GUA:x", "ARD:x", "BOR:x"]))
        name, kind = f"m{place}", draw(st.integers(0, 13))
        if kind < 4:
            fields = {"course": course, "step": draw(names)}
            made.append(said(name, hours, author, "step-taken", **fields))
        elif kind < 8:
            to = draw(st.sampled_from([*steps]))
            fields = {"course": course, "step": draw(names), "to": to, "reason": "more is known"}
            made.append(said(name, hours, author, "send-back", **fields))
            if draw(st.booleans()):
                made.append(said(f"{name}-ard", hours, "ARD:x", "approve", proposal=name))
        elif kind < 10:
            stop = "pause-course" if kind == 8 else "resume-course"
            made.append(said(name, hours, author, stop, course=course, reason="talks"))
        elif kind > 11 and place:
            about = f"m{draw(st.integers(0, place - 1))}"
            made.append(said(name, hours, author, "approve", proposal=about))
        elif kind == 10:
            parted = {"case": "case-0", "findings": ["south"], "reason": "apart"}
            made.append(said(name, hours, author, "split-case", **parted))
        else:
            shut = draw(st.sampled_from(["close-case", "reopen-case"]))
            made.append(said(name, hours, author, shut, case="case-0", reason="settled"))
    return made


BOTH = texts().flatmap(lambda text: st.tuples(st.just(text), taken(text)))


@settings(max_examples=200, deadline=None)
@given(BOTH)
def test_a_procedure_with_bounds_always_ends(both: tuple[Agreement, list[Entry]]) -> None:
    """No step opens oftener than its bounds let it, and in the end no time runs."""
    text, entries = both
    steps = text.procedures["way"].steps
    running = state(text, (), entries, END, END)
    assert running.procedures.timers == []
    for course in running.procedures.courses.values():
        often = Counter(opened.id for opened in course.steps.values())
        assert all(often[name] <= most_rounds(steps, name) for name in often)
        for opened in course.steps.values():
            assert course.steps[opened.name] is opened
        for (name, to), gone in course.went_back.items():
            [way] = [way for way in steps[name].back if way.to == to]
            assert gone <= way.at_most
        present = [opened.id for opened in course.steps.values() if opened.open]
        assert len(present) == len(set(present)), "no step is open twice"
        event(f"went back {sum(course.went_back.values())}")


@settings(max_examples=100, deadline=None)
@given(BOTH, st.lists(st.integers(0, 400), max_size=12))
def test_step_by_step_equals_at_once(both: tuple[Agreement, list[Entry]], stops: list[int]) -> None:
    """Law 3: wherever the clock stops between entries, rounds, deadlines and all views end the same."""
    text, entries = both
    board = Board(Running(text))
    waiting = sorted(BEGIN + timedelta(hours=hours) for hours in stops)
    for entry in entries:
        while waiting and waiting[0] <= entry.known_at:
            board.tick(waiting.pop(0))
        board.take(entry)
        clock = board.running.clock
        assert clock is not None
        assert board.due() == due(board.running, clock)
    board.tick(END)
    at_once = state(text, (), entries, END, END)
    assert board.running == at_once
    assert board.docket() == docket(at_once, END)
    assert board.status() == status(at_once, END)
    assert courses(board.running, END) == courses(at_once, END)


@settings(max_examples=60, deadline=None)
@given(BOTH, st.sampled_from([5, 20, 60, 200]))
def test_a_round_rests_on_what_is_named_under_it(
    both: tuple[Agreement, list[Entry]], hours: int
) -> None:
    """Law 5: each deadline of a round comes out the same from the entries under it alone."""
    text, entries = both
    assert list(differing(text, entries, BEGIN + timedelta(hours=hours))) == []


@settings(max_examples=60, deadline=None)
@given(BOTH)
def test_a_refused_entry_leaves_no_trace_but_its_refusal(
    both: tuple[Agreement, list[Entry]],
) -> None:
    """Who sends back what the text does not let go back changes nothing."""
    text, entries = both
    full = state(text, (), entries, END, END)
    refused = {each.entry.id for each in full.refused}
    less = state(text, (), [e for e in entries if e.id not in refused], END, END)
    assert less.procedures == full.procedures
    assert but_for_refusals(less.commission) == but_for_refusals(full.commission)
