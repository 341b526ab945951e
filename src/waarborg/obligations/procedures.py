"""Procedures under way: which step of the text's graph is due, done, lapsed or suspended.

Rules this module keeps:
1. A procedure begins when its trigger is met, not when that cannot be decided.
2. A step opens once; its time runs from the moment the text names, on the clock the text names.
3. When a step's time has certainly passed, it has lapsed and the steps on lapse open; it can still be
   taken, and is then marked late.
4. While a procedure is suspended no time runs, and nothing lapses.
5. A case split off goes on in the procedure where the case it came from stood.
6. A procedure whose case has ended, or whose trigger is met no more, rests: nothing of it is due. When
   the case goes on, so does the procedure, and its times have run on.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from waarborg.agreement.model import Agreement
from waarborg.agreement.sections import Procedure, Step
from waarborg.base.judgement import Reason, Verdict
from waarborg.base.times import format_instant
from waarborg.cases.case import CaseFile
from waarborg.cases.determination import Decision, Determination
from waarborg.cases.entry import Entry, RuleBroken
from waarborg.cases.promise_acts import PauseCourse, ResumeCourse, StepTaken
from waarborg.obligations.course import Course, OpenStep
from waarborg.obligations.moments import Moments, deadline_of_step, postponed
from waarborg.obligations.triggers import triggered

Seats = Callable[[str], frozenset[str]]
"""Body to who sits on it."""


@dataclass(slots=True)
class Procedures:
    """The procedures of one agreement that are under way.

    Attributes:
        agreement: The text.
        courses: Every procedure that has begun, by name.
        open_questions: Course that cannot be decided to have begun, to the reasons.
        touched: Courses changed since it was last emptied.
        timers: Times that run: when, of which course, and which step.
    """

    agreement: Agreement
    courses: dict[str, Course] = field(default_factory=dict)
    open_questions: dict[str, tuple[Reason, ...]] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    timers: list[tuple[datetime, str, str]] = field(default_factory=list)

    @property
    def next_deadline(self) -> datetime | None:
        """When the next step may lapse; None when no time runs."""
        return self.timers[0][0] if self.timers else None

    def follow(
        self,
        determination: Determination,
        moments: Moments,
        at: datetime,
        ended: str = "",
        split_from: str = "",
    ) -> None:
        """A determination was made or changed: begin what it triggers, set clocks that can now run.

        Args:
            determination: As it stands now.
            moments: From which clocks run.
            at: When it changed.
            ended: How its case ended, "" while it goes on.
            split_from: The case from which it is split off at this moment, "" if from none.
        """
        for procedure in self.agreement.procedures.values():
            name = f"{procedure.id}-{determination.id.removeprefix('det-')}"
            course = self.courses.get(name)
            verdict, reasons = triggered(procedure.trigger, determination)
            if course is not None:
                over = verdict is Verdict.NO and determination.decision is not Decision.PENDING
                self._rest(course, ended or ("what triggered it holds no more" if over else ""))
                self._reset_clocks(course, moments)
                continue
            self.open_questions.pop(name, None)
            if ended:
                continue
            if verdict is Verdict.UNKNOWN:
                self.open_questions[name] = reasons
            elif verdict is Verdict.YES:
                why = "; ".join(reason.words for reason in reasons)
                course = Course(name, procedure.id, determination.id, at, why, moments)
                self.courses[name] = course
                held = self.courses.get(f"{procedure.id}-{split_from.removeprefix('det-')}")
                if split_from and held is not None:
                    self._part(course, held, at)
                else:
                    words = f"the procedure began: {why}"
                    self._open(course, next(iter(procedure.steps)), at, words)

    def left_out(self, case: CaseFile) -> tuple[str, ...]:
        """The steps before a body's ruling on a case whose time is over and that nobody has taken, in words.

        Args:
            case: The case.
        """
        found = []
        for procedure, course in self._leading_to(case):
            for name, opened in course.steps.items():
                step = procedure.steps[name]
                if opened.done is None and opened.lapsed_at and not _rules(step, case.body):
                    found.append(
                        f"{step.words} ({name} of {course.id}, {procedure.clause}), which was not done "
                        f"when its time was over at {format_instant(opened.lapsed_at)}"
                    )
        return tuple(found)

    def on_word(self, case: CaseFile) -> tuple[str, ...]:
        """The steps before a body's ruling that only who brought the case says were taken, in words.

        A step that the text gives to that party by name is its own to take; a signature of the accused under
        any step says that it was there.

        Args:
            case: The case.
        """
        found = []
        for procedure, course in self._leading_to(case):
            by = {name: o.done for name, o in course.steps.items() if o.done is not None}
            if any(entry.party == case.accused for entry in by.values()):
                continue
            for name, entry in by.items():
                step = procedure.steps[name]
                if (
                    entry.party in case.brought_by
                    and entry.party != step.who
                    and not _rules(step, case.body)
                ):
                    found.append(
                        f"that this was done is the word of {entry.party} alone, which brought the case: "
                        f"{step.words} ({name} of {course.id}, {procedure.clause}, in {entry.id})"
                    )
        return tuple(found)

    def ahead(self, name: str) -> Iterator[str]:
        """The steps that are dated before they could be taken, in words.

        Args:
            name: The case or determination that their procedures are about.
        """
        for procedure in self.agreement.procedures:
            course = self.courses.get(f"{procedure}-{name.removeprefix('det-')}")
            for opened in course.steps.values() if course else ():
                if opened.ahead:
                    yield f"{opened.id} of {course.id} {opened.ahead}"

    def _leading_to(self, case: CaseFile) -> Iterator[tuple[Procedure, Course]]:
        """The procedures under way about a case that have its body's ruling among their steps."""
        for procedure in self.agreement.procedures.values():
            course = self.courses.get(f"{procedure.id}-{case.id.removeprefix('det-')}")
            if course and any(_rules(each, case.body) for each in procedure.steps.values()):
                yield procedure, course

    def before_ruling(self, case: CaseFile) -> str:
        """What the procedures of the text still have before a body rules on a case; "" when nothing.

        Args:
            case: The case.
        """
        for procedure, course in self._leading_to(case):
            for step in procedure.steps.values():
                if not course.rests and _rules(step, case.body) and step.id not in course.steps:
                    untaken = ", ".join(s for s, o in course.steps.items() if o.done is None)
                    return (
                        f"{course.id} is at {untaken or 'no step'}, before {step.id} "
                        f"({procedure.clause}: {procedure.words})"
                    )
        return ""

    def take_step(self, entry: Entry, act: StepTaken, seats: Seats) -> None:
        """Whoever has to take a step has taken it; for a body, who sits on it."""
        course = self._course(act.course)
        step = self._step(course, act.step)
        if course.rests:
            raise RuleBroken("COM-010", f"{course.id} has ended: {course.rests}")
        opened = course.steps.get(act.step)
        if opened is None:
            raise RuleBroken("COM-007", f"{act.step} of {course.id} is not due: nothing opened it")
        if opened.done is not None:
            raise RuleBroken("COM-002", f"{act.step} of {course.id} was taken already")
        if entry.party not in self._may_act(step.who, seats):
            raise RuleBroken("COM-012", f"{act.step} is for {step.who} to take, not {entry.party}")
        opened.done = entry
        course.entries.append(entry)
        self.touched.add(course.id)
        for following in step.then:
            self._open(course, following, entry.known_at, f"{act.step} was done in {entry.id}")

    def may_turn(self, entry: Entry, act: PauseCourse | ResumeCourse, seats: Seats) -> Course:
        """The procedure that a seat asks to suspend or resume.

        Raises:
            RuleBroken: COM-001, COM-002, COM-005 or COM-007.
        """
        course = self._course(act.course)
        if not any(entry.party in seats(body) for body in self.bodies(course)):
            bodies = ", ".join(self.bodies(course))
            words = f"{entry.party} has no seat on {bodies}"
            if not bodies:
                words = f"no body of the text has a step in {course.id}, and none suspends or resumes it"
            raise RuleBroken("COM-001", words)
        if isinstance(act, PauseCourse) and course.paused_at is not None:
            raise RuleBroken("COM-002", f"{course.id} is suspended already")
        if isinstance(act, ResumeCourse) and course.paused_at is None:
            raise RuleBroken("COM-007", f"{course.id} is not suspended")
        return course

    def bodies(self, course: Course) -> list[str]:
        """The bodies of the text that have a step in a procedure, by name."""
        steps = self.agreement.procedures[course.procedure].steps.values()
        return sorted({step.who for step in steps} & self.agreement.bodies.keys())

    def pause(self, course: Course, at: datetime, entries: Iterable[Entry]) -> None:
        """A procedure is suspended, by the entries that ask for it."""
        course.paused_at = at
        course.entries += entries
        self.touched.add(course.id)

    def resume(self, course: Course, at: datetime, entries: Iterable[Entry]) -> None:
        """A suspended procedure goes on, each running time moved by the pause."""
        pause = at - (course.paused_at or at)
        course.paused_at = None
        course.paused += pause
        course.entries += entries
        self.touched.add(course.id)
        for opened in course.steps.values():
            if opened.done is None and opened.lapsed_at is None:
                opened.deadline = postponed(opened.deadline, pause)
                self._run(course, opened)

    def tick(self, moment: datetime) -> None:
        """Let every time that ends before or at a moment pass, in order."""
        while self.timers and self.timers[0][0] <= moment:
            at, name, step = heapq.heappop(self.timers)
            course = self.courses[name]
            opened = course.steps[step]
            window, latest = opened.deadline.window, opened.deadline.latest
            if window is None or latest is None or at not in {window.start, latest}:
                continue
            if course.paused_at is not None or course.rests or opened.done or opened.lapsed_at:
                continue
            self.touched.add(name)
            if at >= latest:
                # Known late, a time may have passed before the step opened: it lapses as it opens.
                opened.lapsed_at = at = max(at, opened.opened_at)
                for following in self._step(course, step).on_lapse:
                    words = f"the time for {step} had passed at {format_instant(latest)}"
                    self._open(course, following, at, words)

    def _part(self, course: Course, held: Course, at: datetime) -> None:
        """A case split off goes on where the one it came from stood; a ruling made there is made anew."""
        course.paused_at, course.paused = held.paused_at, held.paused
        course.entries = list(held.entries)
        ruled = []
        for name, opened in held.steps.items():
            if self._step(held, name).what == "determination" and opened.done is not None:
                ruled.append(name)
                continue
            words = f"{opened.opened_by}; as in {held.id} before the case was split off"
            course.steps[name] = replace(opened, opened_by=words)
            self._run(course, course.steps[name])
        for name in ruled:
            self._open(course, name, at, f"the case was split off after {name} of {held.id}")
        self.touched.add(course.id)

    def _rest(self, course: Course, why: str) -> None:
        if course.rests == why:
            return
        course.rests = why
        self.touched.add(course.id)
        if not why:
            for opened in course.steps.values():
                if opened.done is None and opened.lapsed_at is None:
                    self._run(course, opened)

    def _reset_clocks(self, course: Course, moments: Moments) -> None:
        """Times that hang on a moment of the breach follow when that moment comes or is corrected."""
        if moments == course.moments:
            return
        course.moments = moments
        for opened in course.steps.values():
            step = self._step(course, opened.id)
            if opened.done is None and opened.lapsed_at is None and step.runs_from != "step":
                made = deadline_of_step(self.agreement, step, moments, opened.opened_at)
                if course.paused:
                    made = postponed(made, course.paused)
                if made != opened.deadline:
                    opened.deadline = made
                    self._run(course, opened)
                    self.touched.add(course.id)

    def _open(self, course: Course, name: str, at: datetime, words: str) -> None:
        if name in course.steps:
            return
        step = self._step(course, name)
        deadline = deadline_of_step(self.agreement, step, course.moments, at)
        if course.paused and step.runs_from != "step":
            deadline = postponed(deadline, course.paused)
        opened = OpenStep(name, at, words, deadline)
        course.steps[name] = opened
        self.touched.add(course.id)
        self._run(course, opened)

    def _run(self, course: Course, opened: OpenStep) -> None:
        window, latest = opened.deadline.window, opened.deadline.latest
        if window is not None and latest is not None:
            for moment in {window.start, latest}:
                heapq.heappush(self.timers, (moment, course.id, opened.id))

    def _course(self, name: str) -> Course:
        if name not in self.courses:
            raise RuleBroken("COM-005", f"no procedure {name} is under way")
        return self.courses[name]

    def _step(self, course: Course, name: str) -> Step:
        steps = self.agreement.procedures[course.procedure].steps
        if name not in steps:
            raise RuleBroken("COM-005", f"{course.procedure} has no step {name}")
        return steps[name]

    def _may_act(self, who: str, seats: Seats) -> frozenset[str]:
        """The parties that can act for a party, a group or a body."""
        if who in self.agreement.bodies:
            return seats(who)
        group = self.agreement.groups.get(who)
        return frozenset(map(str, group.members)) if group else frozenset((who,))


def _rules(step: Step, body: str) -> bool:
    """Whether a step is the ruling of a body."""
    return step.what == "determination" and step.who == body
