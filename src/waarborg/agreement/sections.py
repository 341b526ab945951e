"""Data types of the sections that measure, decide and deliver.

Clocks, distances, thresholds, procedures, contributions, commitments, exits and versions of an agreement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from waarborg.agreement.condition import Node
from waarborg.agreement.vocabulary import ClockKind, GoesBack, LateKnowledge, Rounding, RunsFrom
from waarborg.base.grades import Certainty
from waarborg.base.parties import PartyId

BACK, AROUND = "back", "around"
"""Which way the window of a threshold looks from the incident that is looked at."""


@dataclass(frozen=True, slots=True)
class Span:
    """How long something may take.

    Attributes:
        text: As written: an ISO 8601 duration, "" when an open term stands there.
        elapsed: The time it takes where that is fixed; None for months, years and open terms.
        open_term: The open term that stands in its place, "" if none.
    """

    text: str
    elapsed: timedelta | None
    open_term: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """How spans of time are measured.

    Attributes:
        kind: Elapsed time, calendar days, or working time.
        zone: IANA name of the time zone in which days begin and end.
        opens: Start of a working day there.
        closes: End of a working day there.
        workdays: Working days of the week, Monday is 0.
        holidays: Days on which nobody works.
        rounding: What a month means that has no such day.
    """

    kind: ClockKind = ClockKind.ELAPSED
    zone: str = "UTC"
    opens: time = time(9)
    closes: time = time(17)
    workdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    holidays: frozenset[date] = frozenset()
    rounding: Rounding = Rounding.REFUSE


@dataclass(frozen=True, slots=True)
class Distance:
    """A distance rule: near a zone or line, measured on one side of it if it says so.

    Attributes:
        id: Its name in the file.
        of: The zone or line it is measured from.
        metres: Up to which distance; a place exactly that far away is near.
        side: "inside" or "outside" the zone, or "either" side of its edge.
        words: The rule in words.
        certainty: How it follows from the words.
        within: The zone in which alone it holds, as one side of a line; "" for both sides.
    """

    id: str
    of: str
    metres: int
    side: str
    words: str
    certainty: Certainty
    within: str = ""


@dataclass(frozen=True, slots=True)
class Threshold:
    """So many incidents of a kind within a sliding window.

    Attributes:
        id: Its name in the file.
        of: Which incidents count.
        by: What the incidents must share, of "actor", "zone", "place", "sector".
        window: How long the window is.
        at_least: How many it takes.
        rule: Name and version of the counting rule.
        words: The threshold in words.
        certainty: How it follows from the words.
        clause: The clause it rests on.
        looks: BACK when the window ends with the incident that is looked at, which lies in it;
            AROUND when it may be any window that holds the incident.
        sectors: The zones in each of which is counted apart, where `by` names the sector.
    """

    id: str
    of: Node
    by: tuple[str, ...]
    window: timedelta
    at_least: int
    rule: str
    words: str
    certainty: Certainty
    clause: str
    looks: str = BACK
    sectors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WayBack:
    """Where a procedure may go back to from one of its steps, and how often at most.

    Attributes:
        to: The step that is then done anew, with all that come after it: this one, or one before it.
        at_most: How often the procedure may go back this way in one case.
        when: DECIDED when whoever takes the step may say so, LAPSE when its time has passed.
    """

    to: str
    at_most: int
    when: tuple[GoesBack, ...] = (GoesBack.DECIDED,)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a procedure.

    Attributes:
        id: Its name in the procedure.
        who: The party or body that has to act.
        what: What it has to do.
        words: The step in words.
        within: How soon, None when the text sets no time.
        clock: Name of the clock, "" for elapsed time.
        runs_from: From which moment: of the breach itself, or "step" for when this step opened.
        then: Steps that open when it is done.
        on_lapse: Steps that open when its time has passed.
        late_knowledge: What holds when the breach becomes known after the time started.
        back: Where the procedure may go back to from here. A round after the first has its time from
            when it opens.
    """

    id: str
    who: str
    what: str
    words: str
    within: Span | None
    clock: str
    runs_from: str
    then: tuple[str, ...]
    on_lapse: tuple[str, ...]
    late_knowledge: LateKnowledge = LateKnowledge.AS_WRITTEN
    back: tuple[WayBack, ...] = ()


@dataclass(frozen=True, slots=True)
class Procedure:
    """A graph of steps that lead on; the first step of the file opens when the trigger is met.

    Some may lead back, each so often at most: `waarborg.agreement.rounds`.
    """

    id: str
    clause: str
    words: str
    trigger: Node
    steps: Mapping[str, Step]
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a party brings: kind, number, place and capacity.

    Attributes:
        id: Its name in the file.
        clause: The clause it rests on.
        by: Who brings it.
        what: Which action it serves.
        number: How many, None when the text gives none.
        unit: Of what.
        place: In which zone, "" when the words name none.
        capacity: In which capacity it serves.
        state: "promised" or "delivered".
        certainty: How it follows from the words.
        words: The contribution in words.
        within: How soon it is there once called for, None when no time is fixed.
        clock: Name of the clock on which that runs, "" for elapsed time.
        relies_on: Guarantees and contributions that must be there first.
    """

    id: str
    clause: str
    by: PartyId
    what: str
    number: int | None
    unit: str
    place: str
    capacity: str
    state: str
    certainty: Certainty
    words: str
    within: Span | None = None
    clock: str = ""
    relies_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Commitment:
    """What a party does once something else is there; either may wait for the other.

    Attributes:
        id: Its name in the file.
        clause: The clause it rests on.
        by: Who commits itself.
        does: What it does, in words.
        waits_for: Guarantees, contributions and commitments that must be there first.
        within: How soon after they are.
        certainty: How it follows from the words.
    """

    id: str
    clause: str
    by: PartyId
    does: str
    waits_for: tuple[str, ...]
    within: Span | None
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of the text, and the notice that it asks for.

    Attributes:
        id: Its name in the file.
        clause: The clause it rests on.
        who: The parties whose notice this is.
        ways: Of "denounced" (it leaves the text), "suspended" and "withdrawn" (it takes back a promise).
        notice: The period of notice, an ISO 8601 duration: it runs from receipt.
        clock: Name of the clock on which it runs, "" for elapsed time.
        certainty: How it follows from the words.
        words: The way out in words, "" if the file gives none.
    """

    id: str
    clause: str
    who: tuple[PartyId, ...]
    ways: tuple[str, ...]
    notice: str
    clock: str
    certainty: Certainty
    words: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """Which version of the text this is.

    Attributes:
        name: As "1" or "protocol of May".
        start: From which moment it applies; incidents before it are judged by the version before.
        replaces: Name of the version it replaces, "" for the first.
    """

    name: str
    start: datetime
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Measures:
    """The sections of a file that measure, decide and deliver."""

    clocks: Mapping[str, Clock] = field(default_factory=dict)
    distances: Mapping[str, Distance] = field(default_factory=dict)
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)
    procedures: Mapping[str, Procedure] = field(default_factory=dict)
    contributions: Mapping[str, Contribution] = field(default_factory=dict)
    commitments: Mapping[str, Commitment] = field(default_factory=dict)
    exits: Mapping[str, Exit] = field(default_factory=dict)


STEP_RUNS_FROM = (*(moment.value for moment in RunsFrom), "step")
"""From which moment the time of a step can run."""
