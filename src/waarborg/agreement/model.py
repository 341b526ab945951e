"""The agreement as data: what a file says after every check has passed.

Rules this module keeps:
1. Everything is immutable and comes from the text alone; `digest` names the text.
2. A guarantee given by a group, each for itself, stands here once for each of its givers.
3. What the words leave open stays open (`Span.open_term`, `OpenTerm`): nothing is filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from waarborg.agreement.condition import Node
from waarborg.agreement.sections import (
    Clock,
    Commitment,
    Contribution,
    Distance,
    Exit,
    Procedure,
    Span,
    Threshold,
    Version,
)
from waarborg.agreement.vocabulary import GateEffect, LateKnowledge, RunsFrom, Strength
from waarborg.base.grades import Certainty, Standing
from waarborg.base.parties import PartyId
from waarborg.base.problems import Problem
from waarborg.base.times import Period


@dataclass(frozen=True, slots=True)
class Source:
    """Where a clause is known from."""

    id: str
    title: str
    kind: str
    date: str
    address: str


@dataclass(frozen=True, slots=True)
class Party:
    """A state or organisation the file names; `role` in words."""

    id: PartyId
    name: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Parties named together; `complete` is False where the text names only some of them.

    Attributes:
        id: Its name in the file.
        members: The members known.
        complete: Whether these are all.
        said_to_number: How many the source speaks of, None when it gives no number.
        source: Where that is known from, "" if not given.
    """

    id: str
    members: tuple[PartyId, ...]
    complete: bool = True
    said_to_number: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class StandingStep:
    """A clause reaches a standing; `party` None means: for all at once.

    Attributes:
        step: The standing.
        since: From which moment.
        party: For whom, None for all.
        written: That moment as the file writes it, with its own offset.
    """

    step: Standing
    since: datetime
    party: PartyId | None = None
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class PeriodText:
    """How a file writes a period, and how that follows from the words.

    Attributes:
        start: Its first moment as written.
        end: Its end as written, which does not belong to it.
        certainty: How it follows from the words.
        note: What a reader should know, "" if nothing.
    """

    start: str
    end: str
    certainty: Certainty
    note: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of the text.

    Attributes:
        id: As the file calls it.
        quote: Short excerpt of the text or its translation, "" if none.
        says: What it says, in the reader's words.
        source: Identifier of the source.
        binding: How far it binds, as "unilateral_declaration".
        certainty: How sure it is that the text says so.
        standing: The steps it went through, in order of time.
    """

    id: str
    quote: str
    says: str
    source: str
    binding: str
    certainty: Certainty
    standing: tuple[StandingStep, ...] = ()

    def standing_at(self, moment: datetime, party: PartyId | None = None) -> Standing | None:
        """The last step reached at a moment, for all or for one party; None before the first."""
        reached = [s.step for s in self.standing if s.since <= moment and s.party in {None, party}]
        return reached[-1] if reached else None


@dataclass(frozen=True, slots=True)
class Term:
    """A word the file defines."""

    id: str
    words: str
    reads: Node
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Answers:
    """The exception "it answers a strike": a rule about the record, not about one row.

    Attributes:
        by: Whose earlier strike is answered.
        same: What the answer must share with the strike, of "place", "zone", "sector"; empty
            when the words ask for nothing.
        within: How soon after the strike.
        metres: How near counts as the same place; None when zones of the map decide.
    """

    by: tuple[PartyId, ...]
    same: tuple[str, ...]
    within: Span
    metres: int | None = None


@dataclass(frozen=True, slots=True)
class Exception_:  # noqa: N801  # "exception" is the field's word; the underscore avoids the builtin
    """What takes an act out of a prohibition: either a condition on the row, or an answer.

    Attributes:
        clause: The clause it rests on.
        reads: Condition on the row, None when the exception is an answer.
        answers: The strike that must come before, None when it is a condition.
        certainty: How it follows from the words.
        words: The exception in words, "" if the file gives none.
    """

    clause: str
    reads: Node | None
    answers: Answers | None
    certainty: Certainty
    words: str = ""


@dataclass(frozen=True, slots=True)
class Prohibition:
    """What a party must not do.

    Attributes:
        id: Its name in the file.
        clause: The clause it rests on.
        who: The parties it binds.
        must_not: What they must not do; does not hold the actor, which `who` gives.
        exceptions: What takes an act out of it.
        certainty: How it follows from the words.
        decided_by: "" when nobody decides, "operation_of_the_text", or a body's identifier.
        words: The prohibition in words, "" if the file gives none.
    """

    id: str
    clause: str
    who: tuple[PartyId, ...]
    must_not: Node
    exceptions: tuple[Exception_, ...] = ()
    certainty: Certainty = Certainty.ASSUMED
    decided_by: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Gate:
    """A national procedure that an action has to pass.

    Attributes:
        id: Its name in the file.
        of: Whose procedure.
        effect: What it does in law.
        actions: The actions that must pass it.
        words: What it asks, in words.
        certainty: How sure that is.
        practice: Where practice leads beyond the law, as "towards_consent"; "" if nowhere.
        after: How long after the start a later extension is due, None if not that kind.
        source: Where it is known from, "" if assumed.
        takes: How long the procedure takes, None when the file does not say.
        clock: Name of the clock on which that runs, "" for elapsed time.
        speaks: Names under which those sign who say what it decided, as "senate"; empty when the file
            names nobody.
    """

    id: str
    of: PartyId
    effect: GateEffect
    actions: tuple[str, ...]
    words: str
    certainty: Certainty
    practice: str = ""
    after: Span | None = None
    source: str = ""
    takes: Span | None = None
    clock: str = ""
    speaks: tuple[str, ...] = ()

    @property
    def organs(self) -> tuple[str, ...]:
        """The authors who say what it decided, as "GUA:senate"; empty when the file names nobody."""
        return tuple(f"{self.of}:{name}" for name in self.speaks)


@dataclass(frozen=True, slots=True)
class Guarantee:
    """One promise of one guarantor.

    Attributes:
        id: Unique name: `group` alone for a single giver, else "group/PARTY".
        group: Its key in the file; shared by all who give it.
        clause: The clause it rests on.
        by: Who gives it: a party, or a body for its own duties.
        strength: How hard it is.
        actions: What is promised.
        choice: True when the guarantor may choose one of `actions`.
        trigger: What sets it off.
        gates: Procedures that have to be passed, by identifier.
        relies_on: Keys of guarantees that must hold first; a choice is written "a or b".
        reliance: The same for machines: each item lists guarantee ids of which one must hold.
        within: The time it allows, None when none is fixed.
        within_text: As written in the file, "" when no duration stands there.
        within_open: The open term that stands in its place, "" if none.
        runs_from: From which moment the time runs.
        late_knowledge: What holds when the breach becomes known after that moment.
        certainty: How it follows from the words.
        words: The promise in words, "" if the file gives none.
        clock: Name of the clock on which `within` runs, "" for elapsed time.
        until: The moment from which it no longer binds, None when it has no end.
        waits_for: Contributions and commitments that must be there first.
    """

    id: str
    group: str
    clause: str
    by: PartyId
    strength: Strength
    actions: tuple[str, ...]
    choice: bool
    trigger: Node
    gates: tuple[str, ...] = ()
    relies_on: tuple[str, ...] = ()
    reliance: tuple[tuple[str, ...], ...] = ()
    within: timedelta | None = None
    within_text: str = ""
    within_open: str = ""
    runs_from: RunsFrom = RunsFrom.VERIFICATION
    certainty: Certainty = Certainty.ASSUMED
    words: str = ""
    clock: str = ""
    until: datetime | None = None
    late_knowledge: LateKnowledge = LateKnowledge.AS_WRITTEN
    waits_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """Who decides.

    Attributes:
        id: Its name in the file.
        words: How a sentence calls it.
        members: Parties and groups that sit on it.
        decides: What it decides.
        settings: Majority, what happens on deadlock and the like: each a word, or "open: name".
        quorum: How many members must be there: a number, or "open: name"; "" when unstated.
        chair: The member that leads it, "" when the words name none.
    """

    id: str
    words: str
    members: tuple[str, ...]
    decides: tuple[str, ...]
    settings: Mapping[str, str] = field(default_factory=dict)
    quorum: str = ""
    chair: str = ""


@dataclass(frozen=True, slots=True)
class OpenTerm:
    """What the words leave open, with the values it could have."""

    id: str
    values: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The same words, read otherwise.

    Attributes:
        id: Its name in the file.
        note: What is read otherwise, in words.
        only: The guarantees that this reading keeps, None for all.
        terms: Terms read otherwise.
        drop_exceptions: Prohibitions whose exceptions this reading does not accept.
        relies_on: Guarantees whose reliance this reading replaces.
        version: The version under which everything is read whenever it happened, "" for each its own.
    """

    id: str
    note: str
    only: tuple[str, ...] | None = None
    terms: Mapping[str, Node] = field(default_factory=dict)
    drop_exceptions: tuple[str, ...] = ()
    relies_on: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    version: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """What coverage means: some guarantee, or some action not given by certain parties.

    Attributes:
        id: Its name in the file.
        words: What is asked, in words.
        any_of: Guarantees of which one must be owed.
        actions: Actions of which one must be owed.
        not_by: Parties whose own part does not count.
        number: How much must be there, where the need is a quantity; None where it is not.
        unit: Of what, as "trainers".
        place: In which zone it must be, "" for anywhere.
        within: How soon it must be there, None for any time.
    """

    id: str
    words: str
    any_of: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    not_by: tuple[PartyId, ...] = ()
    number: int | None = None
    unit: str = ""
    place: str = ""
    within: Span | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A proof that runs as a test; `line` is where it stands in the file."""

    id: str
    ask: str
    expect: str
    reading: str = ""
    need: str = ""
    breach: Node | None = None
    order: int | None = None
    why: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """A worked case that runs as a test.

    Attributes:
        id: Its name.
        row: Property to value, as written.
        expect: Prohibition to "violated", "not_violated" or "unknown".
        owed: Reading to the guarantees that are then owed.
        why: What it shows, in words.
        line: Where it stands in the file.
        record: The other incidents on the record; `times` in one stands for so many alike.
    """

    id: str
    row: Mapping[str, object]
    expect: Mapping[str, str]
    owed: Mapping[str, tuple[str, ...]]
    why: str = ""
    line: int = 0
    record: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class VersionText:
    """The text in one of its versions.

    Attributes:
        name: Name of the version.
        start: From which moment it applies, None for the text as first written.
        end: From which moment the next version applies, None for the newest.
        says: What the amendment that made it changes, in words; "" for the first.
        source: Where the amendment is known from.
        certainty: How sure it is that the text says so.
        text: The agreement as it then reads.
    """

    name: str
    start: datetime | None
    end: datetime | None
    says: str
    source: str
    certainty: Certainty
    text: Agreement


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement or guarantee text, checked.

    Attributes:
        id: Its identifier.
        title: Its title.
        exercise: Sentence that must stand on every output when the file is read as an exercise.
        digest: SHA-256 of the file's text, in hex.
        reading: The reading that was applied, "" for the words as they stand.
        read_by: Who made the machine reading.
        read_note: What they want a reader to know, "" if nothing.
        reviewed_by: Who reviewed the reading; empty when nobody did.
        form: Class, sides, purpose, stage and end, each a word of its list.
        version: Which version of the text this is, None when the file does not say.
        period_texts: How the file writes each period.
        versions: Every version of the text in order of time, where it was amended; the agreement
            itself then is the newest. Empty where it never was.
        warnings: What the reader should look at; none refuses the file.
    """

    id: str
    title: str
    exercise: str
    digest: str
    reading: str = ""
    read_by: str = ""
    read_note: str = ""
    reviewed_by: tuple[str, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    parties: Mapping[str, Party] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    clauses: Mapping[str, Clause] = field(default_factory=dict)
    periods: Mapping[str, Period] = field(default_factory=dict)
    period_texts: Mapping[str, PeriodText] = field(default_factory=dict)
    terms: Mapping[str, Term] = field(default_factory=dict)
    prohibitions: tuple[Prohibition, ...] = ()
    guarantees: tuple[Guarantee, ...] = ()
    gates: Mapping[str, Gate] = field(default_factory=dict)
    bodies: Mapping[str, Body] = field(default_factory=dict)
    readings: Mapping[str, Reading] = field(default_factory=dict)
    open: Mapping[str, OpenTerm] = field(default_factory=dict)
    needs: Mapping[str, Need] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    cases: tuple[Case, ...] = ()
    form: Mapping[str, str] = field(default_factory=dict)
    version: Version | None = None
    clocks: Mapping[str, Clock] = field(default_factory=dict)
    distances: Mapping[str, Distance] = field(default_factory=dict)
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)
    procedures: Mapping[str, Procedure] = field(default_factory=dict)
    contributions: Mapping[str, Contribution] = field(default_factory=dict)
    commitments: Mapping[str, Commitment] = field(default_factory=dict)
    exits: Mapping[str, Exit] = field(default_factory=dict)
    versions: tuple[VersionText, ...] = ()
    warnings: tuple[Problem, ...] = ()
