"""A procedure under way for one case: its steps that have opened, round by round, and where each stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from waarborg.agreement.rounds import round_name
from waarborg.base.times import format_instant
from waarborg.cases.entry import Entry
from waarborg.obligations.moments import Moments
from waarborg.obligations.obligation import Deadline


class StepState(StrEnum):
    """Where a step that has opened stands."""

    DUE = "due"
    MAYBE_LAPSED = "maybe_lapsed"
    """The earliest possible deadline has passed, the latest has not."""
    LAPSED = "lapsed"
    NO_DEADLINE = "no_deadline"
    """To be taken, and no time runs."""
    SUSPENDED = "suspended"
    RESTS = "rests"
    """Nothing is asked: its case has ended, or what triggered it holds no more."""
    SET_ASIDE = "set_aside"
    """Nothing is asked: the procedure went back to it, or to a step before it, and it is done anew."""
    DONE = "done"
    DONE_LATE = "done_late"


@dataclass(slots=True)
class OpenStep:
    """A round of a step that has opened.

    Attributes:
        id: Its name in the procedure.
        opened_at: When.
        opened_by: What opened it, in words.
        deadline: Until when, and how that was computed.
        done: The entry that took it or sent it back, None while nobody has.
        done_at: Since when that counts: once enough seats stand behind sending it back.
        lapsed_at: When its time had certainly passed, None while it has not.
        round: How often the step has opened, this time included.
        gone_back: How often the procedure had gone back to it, or to a step before it, when it opened.
        back_to: The step to which the procedure went back from here, "" where it went on.
        set_aside_at: When the procedure went back, before anybody took it; None while it stands.
    """

    id: str
    opened_at: datetime
    opened_by: str
    deadline: Deadline
    done: Entry | None = None
    done_at: datetime | None = None
    lapsed_at: datetime | None = None
    round: int = 1
    gone_back: int = 0
    back_to: str = ""
    set_aside_at: datetime | None = None

    @property
    def name(self) -> str:
        """What this round is called in its procedure: the step, from its second round on as "hear.2"."""
        return round_name(self.id, self.round)

    @property
    def open(self) -> bool:
        """Whether it can still be taken, in time or late."""
        return self.done is None and self.set_aside_at is None

    @property
    def runs(self) -> bool:
        """Whether its time, if it has any, is not over."""
        return self.open and self.lapsed_at is None

    def state(self, as_of: datetime, course: Course) -> StepState:
        """Where it stands at a moment."""
        window, latest = self.deadline.window, self.deadline.latest
        if self.done is not None:
            late = self.lapsed_at is not None or (
                latest is not None and self.done_at is not None and self.done_at >= latest
            )
            return StepState.DONE_LATE if late else StepState.DONE
        if self.lapsed_at is not None or self.set_aside_at is not None:
            return StepState.LAPSED if self.lapsed_at else StepState.SET_ASIDE
        if course.rests or course.paused_at is not None:
            return StepState.RESTS if course.rests else StepState.SUSPENDED
        if window is None or latest is None:
            return StepState.NO_DEADLINE
        if as_of < window.start:
            return StepState.DUE
        return StepState.LAPSED if as_of >= latest else StepState.MAYBE_LAPSED

    @property
    def ahead(self) -> str:
        """That a step is dated before it could be taken, in words; "" for others.

        What came before it reached the record only later, so this bars nothing: it is told.
        """
        if self.done is None or self.done.at >= self.opened_at:
            return ""
        return (
            f"is dated {format_instant(self.done.at)} in {self.done.id} of {self.done.author}, before it could be "
            f"taken: it opened at {format_instant(self.opened_at)} ({self.opened_by})"
        )


@dataclass(slots=True)
class Course:
    """A procedure under way for one determination.

    Attributes:
        id: Its name, as "<procedure>-<case>".
        procedure: The procedure of the file.
        determination: What it follows from.
        began_at: When its trigger was met.
        why: What met the trigger, in words.
        moments: From which its clocks run.
        steps: The rounds of steps that have opened, by name, in that order.
        paused_at: Since when it is suspended, None when it is not.
        paused: How long it has stood still before.
        rests: Why nothing of it is due, "" while it goes on.
        entries: The entries about it.
        went_back: How often it went back, by the step from which and the step to which.
    """

    id: str
    procedure: str
    determination: str
    began_at: datetime
    why: str
    moments: Moments
    steps: dict[str, OpenStep] = field(default_factory=dict)
    paused_at: datetime | None = None
    paused: timedelta = timedelta(0)
    rests: str = ""
    entries: list[Entry] = field(default_factory=list)
    went_back: dict[tuple[str, str], int] = field(default_factory=dict)
