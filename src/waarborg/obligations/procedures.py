"""Procedures under way: which step of the text's graph is due, done, lapsed or suspended.

Rules this module keeps:
1. A procedure begins when its trigger is met, not when that cannot be decided.
2. A step opens once in a round; its time runs from the moment the text names, on the clock the text names,
   and in a round after the first from when it opens.
3. When a step's time has certainly passed, it has lapsed and the steps on lapse open; it can still be
   taken, and is then marked late.
4. While a procedure is suspended no time runs, and nothing lapses.
5. A case split off goes on in the procedure where the case it came from stood.
6. A procedure whose case has ended, or whose trigger is met no more, rests: nothing of it is due. When
   the case goes on, so does the procedure, and its times have run on.
7. A procedure goes back only as often as the text lets it. The step to which it goes back and all that come
   after it are then done anew: what is still open of them is set aside, what was done stays on the record.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from waarborg.agreement.model import Agreement
from waarborg.agreement.rounds import (
    done_anew,
    most_rounds,
    named_round,
    on_decision,
    on_lapse,
    round_words,
    times_words,
)
from waarborg.agreement.sections import Procedure, Step, WayBack
from waarborg.agreement.vocabulary import GoesBack
from waarborg.agreement.words import listed
from waarborg.base.judgement import Reason, Verdict
from waarborg.base.times import format_instant
from waarborg.cases.case import CaseFile
from waarborg.cases.determination import Decision, Determination
from waarborg.cases.entry import Entry, RuleBroken
from waarborg.cases.promise_acts import PauseCourse, ResumeCourse, SendBack, StepTaken
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
        timers: Times that run: when, of which course, and which round of a step.
    """

    agreement: Agreement
    courses: dict[str, Course] = field(default_factory=dict)
    open_questions: dict[str, tuple[Reason, ...]] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    timers: list[tuple[datetime, str, str]] = field(default_factory=list)
    _anew: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict, compare=False)

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
            last = {o.id: o for o in course.steps.values() if o.done or o.lapsed_at}
            for opened in last.values():
                step, where = procedure.steps[opened.id], self._where(course, opened)
                if opened.done is None and opened.lapsed_at and not _rules(step, case.body):
                    found.append(
                        f"{step.words} ({where}, {procedure.clause}), which was not done "
                        f"when its time was over at {format_instant(opened.lapsed_at)}"
                    )
        return tuple(found)

    def on_word(self, case: CaseFile) -> tuple[str, ...]:
        """The steps before a body's ruling that only who brought the case says were taken, in words.

        A step that the text gives to that party by name is its own to take; a signature of the accused under
        any step says that it was there. What is done anew since is not looked at.

        Args:
            case: The case.
        """
        found = []
        for procedure, course in self._leading_to(case):
            by = [
                (o, o.done)
                for o in course.steps.values()
                if o.done is not None and self._present(course, o.id) is o
            ]
            if any(entry.party == case.accused for _, entry in by):
                continue
            for opened, entry in by:
                step, where = procedure.steps[opened.id], self._where(course, opened)
                if (
                    entry.party in case.brought_by
                    and entry.party != step.who
                    and not _rules(step, case.body)
                ):
                    found.append(
                        f"that this was done is the word of {entry.party} alone, which brought the case: "
                        f"{step.words} ({where}, {procedure.clause}, in {entry.id})"
                    )
        return tuple(found)

    def ahead(self, name: str) -> Iterator[tuple[str, str]]:
        """The steps that are dated before they could be taken: each with its procedure, and in words.

        Args:
            name: The case or determination that their procedures are about.
        """
        for procedure in self.agreement.procedures:
            course = self.courses.get(f"{procedure}-{name.removeprefix('det-')}")
            if course is None:
                continue
            for opened in course.steps.values():
                if opened.ahead:
                    words = f"{self.called(course, opened)} of {course.id} {opened.ahead}"
                    yield f"{course.id}/{opened.name}", words

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
                unopened = self._present(course, step.id) is None
                if not course.rests and _rules(step, case.body) and unopened:
                    untaken = ", ".join(
                        self.called(course, o) for o in course.steps.values() if o.open
                    )
                    return (
                        f"{course.id} is at {untaken or 'no step'}, before {step.id} "
                        f"({procedure.clause}: {procedure.words})"
                    )
        return ""

    def called(self, course: Course, opened: OpenStep) -> str:
        """What a round of a step is called for a reader, as "hear" or "hear, second round of at most two"."""
        return ", ".join(filter(None, (opened.id, self._round_words(course, opened))))

    def whose(self, act: StepTaken | SendBack) -> str:
        """Whose step an act is about: a party, a group or a body."""
        course = self._course(act.course)
        return self._step(course, self._named(course, act.step)[0]).who

    def take_step(self, entry: Entry, act: StepTaken, seats: Seats) -> None:
        """Whoever has to take a step has taken it; for a body, who sits on it."""
        course, opened = self._to_take(act, entry, entry.party, seats)
        opened.done, opened.done_at = entry, entry.known_at
        course.entries.append(entry)
        self.touched.add(course.id)
        for following in self._step(course, opened.id).then:
            self._open(course, following, entry.known_at, f"{opened.name} was done in {entry.id}")

    def may_send_back(self, act: SendBack, made: Entry, party: str, seats: Seats) -> None:
        """Whether a party that has to take a step, or sits on the body that has, may send it back.

        Args:
            act: What is sent back, and to where.
            made: The entry that asked for it first.
            party: Who sends it back, or stands behind that.
            seats: Who sits on a body.

        Raises:
            RuleBroken: COM-002, COM-005, COM-007, COM-010, COM-012 or COM-025.
        """
        course, opened = self._to_take(act, made, party, seats)
        self._chosen(course, self._step(course, opened.id), act.to)

    def send_back(self, act: SendBack, entries: Sequence[Entry], at: datetime) -> None:
        """A step is sent back to an earlier one, by the entries that ask for it."""
        course = self._course(act.course)
        opened = self._present(course, self._named(course, act.step)[0])
        way = None if opened is None else on_decision(self._step(course, opened.id), act.to)
        assert opened is not None, act  # noqa: S101  # `may_send_back` holds at this moment
        assert way is not None, act  # noqa: S101
        opened.done, opened.done_at = entries[0], at
        course.entries += entries
        self.touched.add(course.id)
        words = f"{opened.name} was sent back in {entries[0].id}"
        self._go_back(course, opened, way, at, words)

    def _to_take(
        self, act: StepTaken | SendBack, made: Entry, party: str, seats: Seats
    ) -> tuple[Course, OpenStep]:
        """The round of a step that a party may take."""
        course = self._course(act.course)
        name, wanted = self._named(course, act.step)
        step = self._step(course, name)
        if course.rests:
            raise RuleBroken("COM-010", f"{course.id} has ended: {course.rests}")
        opened = self._open_round(course, made, name, wanted)
        if opened.done is not None:
            raise RuleBroken("COM-002", f"{act.step} of {course.id} was taken already")
        if party not in self._may_act(step.who, seats):
            raise RuleBroken("COM-012", f"{act.step} is for {step.who} to take, not {party}")
        return course, opened

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
            if opened.runs:
                opened.deadline = postponed(opened.deadline, pause)
                self._run(course, opened)

    def tick(self, moment: datetime) -> None:
        """Let every time that ends before or at a moment pass, in order."""
        while self.timers and self.timers[0][0] <= moment:
            at, name, which = heapq.heappop(self.timers)
            course = self.courses[name]
            opened = course.steps[which]
            window, latest = opened.deadline.window, opened.deadline.latest
            if window is None or latest is None or at not in {window.start, latest}:
                continue
            if course.paused_at is not None or course.rests or not opened.runs:
                continue
            self.touched.add(name)
            if at >= latest:
                # Known late, a time may have passed before the step opened: it lapses as it opens.
                opened.lapsed_at = at = max(at, opened.opened_at)
                words = f"the time for {which} had passed at {format_instant(latest)}"
                step = self._step(course, opened.id)
                way = on_lapse(step)
                if way is not None and self._left(course, step.id, way):
                    self._go_back(course, opened, way, at, words)
                    continue
                for following in step.on_lapse:
                    self._open(course, following, at, words)

    def _part(self, course: Course, held: Course, at: datetime) -> None:
        """A case split off goes on where the one it came from stood; a ruling made there is made anew."""
        course.paused_at, course.paused = held.paused_at, held.paused
        course.entries, course.went_back = list(held.entries), dict(held.went_back)
        ruled = []
        for name, opened in held.steps.items():
            stands = opened.done and not opened.back_to and self._present(held, opened.id) is opened
            if stands and self._step(held, opened.id).what == "determination":
                ruled.append(opened.id)
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
                if opened.runs:
                    self._run(course, opened)

    def _reset_clocks(self, course: Course, moments: Moments) -> None:
        """Times that hang on a moment of the breach follow when that moment comes or is corrected."""
        if moments == course.moments:
            return
        course.moments = moments
        for opened in course.steps.values():
            step = self._step(course, opened.id)
            if opened.runs and not opened.gone_back and step.runs_from != "step":
                made = deadline_of_step(self.agreement, step, moments, opened.opened_at)
                if course.paused:
                    made = postponed(made, course.paused)
                if made != opened.deadline:
                    opened.deadline = made
                    self._run(course, opened)
                    self.touched.add(course.id)

    def _open(self, course: Course, name: str, at: datetime, words: str) -> None:
        if self._present(course, name) is not None:
            return
        step, gone_back = self._step(course, name), self._gone_back(course, name)
        if gone_back:
            step = replace(step, runs_from="step")
        deadline = deadline_of_step(self.agreement, step, course.moments, at)
        if course.paused and step.runs_from != "step":
            deadline = postponed(deadline, course.paused)
        number = len(self._rounds(course, name)) + 1
        opened = OpenStep(name, at, words, deadline, round=number, gone_back=gone_back)
        course.steps[opened.name] = opened
        self.touched.add(course.id)
        self._run(course, opened)

    def _go_back(
        self, course: Course, opened: OpenStep, way: WayBack, at: datetime, words: str
    ) -> None:
        """The step to which it leads and all that come after it are done anew."""
        opened.back_to = way.to
        for each in course.steps.values():
            if each.open and each.id in self._done_anew(course, way.to):
                each.set_aside_at = at
        gone = (opened.id, way.to)
        course.went_back[gone] = course.went_back.get(gone, 0) + 1
        self._open(course, way.to, at, words)

    def _done_anew(self, course: Course, to: str) -> frozenset[str]:
        key = course.procedure, to
        if key not in self._anew:
            self._anew[key] = done_anew(self.agreement.procedures[course.procedure].steps, to)
        return self._anew[key]

    def _where(self, course: Course, opened: OpenStep) -> str:
        said = f"{opened.name} of {course.id}"
        return ", ".join(filter(None, (said, self._round_words(course, opened))))

    def _round_words(self, course: Course, opened: OpenStep) -> str:
        steps = self.agreement.procedures[course.procedure].steps
        return round_words(opened.round, most_rounds(steps, opened.id))

    def _gone_back(self, course: Course, name: str) -> int:
        """How often the procedure went back to a step, or to one before it."""
        went = course.went_back.items()
        return sum(often for (_, to), often in went if name in self._done_anew(course, to))

    def _rounds(self, course: Course, name: str) -> list[OpenStep]:
        return [opened for opened in course.steps.values() if opened.id == name]

    def _present(self, course: Course, name: str) -> OpenStep | None:
        """The round of a step that counts now; None when nothing has opened it since the procedure went back."""
        opened = next(reversed(self._rounds(course, name)), None)
        stands = opened is not None and opened.gone_back == self._gone_back(course, name)
        return opened if stands else None

    def _left(self, course: Course, step: str, way: WayBack) -> bool:
        """Whether the procedure may still go back this way."""
        return course.went_back.get((step, way.to), 0) < way.at_most

    def _chosen(self, course: Course, step: Step, to: str) -> WayBack:
        """The way back that whoever takes a step chooses; refused where the text has none, or no more."""
        way = on_decision(step, to)
        if way is None:
            ways = [way.to for way in step.back if GoesBack.DECIDED in way.when]
            words = f"the text lets nobody send {step.id} of {course.id} back to {to}"
            raise RuleBroken("COM-025", words + f", but to {listed(ways)}" * bool(ways))
        if not self._left(course, step.id, way):
            words = f"{step.id} of {course.id} went back to {to} {times_words(way.at_most)} already"
            raise RuleBroken("COM-025", f"{words}, and the text lets it go back no oftener")
        return way

    def _open_round(self, course: Course, entry: Entry, name: str, wanted: int | None) -> OpenStep:
        """The present round of a step, which an entry takes where it names it or was made when it was open."""
        opened, held = self._present(course, name), f"{name} of {course.id}"
        if opened is None:
            words = f"{held} is not due: nothing opened it"
            since = " since the procedure went back" * bool(self._gone_back(course, name))
            raise RuleBroken("COM-007", words + since)
        if wanted not in {None, opened.round}:
            words = f"{held} is in its round {opened.round} now, not in round {wanted}"
            raise RuleBroken("COM-007", words)
        if wanted is None and opened.round > 1 and entry.at < opened.opened_at:
            raise RuleBroken(
                "COM-007",
                f"{entry.id} is dated before {opened.name} of {course.id} opened at "
                f"{format_instant(opened.opened_at)}, and does not name {opened.name}",
            )
        return opened

    def _run(self, course: Course, opened: OpenStep) -> None:
        window, latest = opened.deadline.window, opened.deadline.latest
        if window is not None and latest is not None:
            for moment in {window.start, latest}:
                heapq.heappush(self.timers, (moment, course.id, opened.name))

    def _course(self, name: str) -> Course:
        if name not in self.courses:
            raise RuleBroken("COM-005", f"no procedure {name} is under way")
        return self.courses[name]

    def _named(self, course: Course, name: str) -> tuple[str, int | None]:
        """The step that an entry names, and the round if it says one."""
        found = named_round(self.agreement.procedures[course.procedure].steps, name)
        if found is None:
            raise RuleBroken("COM-005", f"{course.procedure} has no step {name}")
        return found

    def _step(self, course: Course, name: str) -> Step:
        return self.agreement.procedures[course.procedure].steps[name]

    def _may_act(self, who: str, seats: Seats) -> frozenset[str]:
        """The parties that can act for a party, a group or a body."""
        if who in self.agreement.bodies:
            return seats(who)
        group = self.agreement.groups.get(who)
        return frozenset(map(str, group.members)) if group else frozenset((who,))


def _rules(step: Step, body: str) -> bool:
    """Whether a step is the ruling of a body."""
    return step.what == "determination" and step.who == body
