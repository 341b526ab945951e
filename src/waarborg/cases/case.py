"""A case before the commission, as the entries so far have made it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from waarborg.base.times import Period, format_instant
from waarborg.base.visible import on_one_line
from waarborg.cases.entry import (
    AdoptRules,
    Choice,
    CloseCase,
    Entry,
    Outcome,
    Propose,
    Refused,
)
from waarborg.cases.motion import Motion
from waarborg.cases.tally import Tally


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    VOTING = "voting"
    DEADLOCKED = "deadlocked"
    RULED = "ruled"
    APPEALED = "appealed"
    CLOSED = "closed"
    JOINED = "joined"


@dataclass(frozen=True, slots=True)
class Due:
    """Something with a deadline.

    Attributes:
        what: What is due, in words.
        who: From whom.
        by: Until when.
        words: How the deadline was computed.
        entry: The entry that set it.
    """

    what: str
    who: str
    by: datetime
    words: str
    entry: str


ARRIVED = "reached the record"
"""What an entry did from which a time runs, where nothing else is said."""


def due(what: str, who: str, start: datetime, hours: int, entry: str, when: str = ARRIVED) -> Due:
    """A deadline so many hours of elapsed time after the moment an entry did what `when` says."""
    by = start + timedelta(hours=hours)
    words = f"{hours} hours after {format_instant(start)}, when {entry} {when}"
    return Due(on_one_line(what), who, by, words, entry)


@dataclass(slots=True)
class Ballot:
    """A proposal under vote.

    Attributes:
        entry: The entry that proposed it.
        proposal: What is proposed.
        rules: The rules under which it was put; later rules do not touch it.
        agreed: Who had agreed to these rules when they took effect.
        due: Until when votes count; None while none may be cast, since a second person's approval is
            wanted or the procedure of the text has other steps first.
        votes: Party to its vote.
        knew: Party to how many entries the record held of this case when it voted.
        unread: Party to a vote that it signed while this was open, and that was refused for its form.
        approved_by: Who approved it.
        withdrawn: Whether it was taken back.
        tally: The count once closed.
        overtaken_by: The proposal that was adopted while this one was under vote, "" if none.
    """

    entry: Entry
    proposal: Propose
    rules: AdoptRules
    agreed: frozenset[str] = frozenset()
    due: Due | None = None
    votes: dict[str, Entry] = field(default_factory=dict)
    knew: dict[str, int] = field(default_factory=dict)
    unread: dict[str, Refused] = field(default_factory=dict)
    approved_by: str = ""
    withdrawn: bool = False
    tally: Tally | None = None
    overtaken_by: str = ""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the commission decided.

    Attributes:
        proposal: The proposal that was adopted.
        at: When it was decided.
        outcome: What was decided.
        responsible: The party held responsible, "" if none.
        cause: Why the breach happened.
        remedy: What is to be done, "" if nothing.
        remedy_due: Until when.
        by: How: by vote, by silence or by the lead after a deadlock.
        tally: The count.
        dissent: Parties that voted against, with their reasons.
        corrects: The ruling it replaces, "" if none.
        flags: What it lacked in procedure, in words.
    """

    proposal: str
    at: datetime
    outcome: Outcome
    responsible: str
    cause: str
    remedy: str
    remedy_due: Due | None
    by: str
    tally: Tally
    dissent: tuple[tuple[str, str], ...]
    corrects: str
    flags: tuple[str, ...] = ()


@dataclass(slots=True)
class CaseFile:
    """A case.

    Attributes:
        id: Its name: that of the entry or determination that opened it.
        body: The body before which it lies.
        accused: The party accused.
        clause: The clause alleged to be broken.
        happened: When, as narrow as known.
        severity: 0 administrative to 4 major attack, None when nobody has said.
        opened_at: When it was opened.
        findings: The findings in it.
        state: Where it stands.
        stood: Where it stood when the vote under way began.
        moved_at: When an entry last touched it.
        entries: Every entry of the case, in order.
        duties: What is due now, by the entry that set it.
        lapsed: What was not done in time and nobody has done since, by the entry that set it.
        ballots: Proposals by entry.
        rulings: Rulings in order; the last one counts.
        flags: What a reader should notice, in words.
        joined_into: The case it was joined into, "" if none.
        remedy_state: "" when none is owed, else owed, complied, contested, compensated, confirmed, lapsed.
        confirming: Confirmations of the remedy that is owed, by entry; one counts at once unless two persons are wanted.
        confirmed_by: Who confirmed the remedy of the ruling that counts, the second person behind the first.
        unreported: Whether that remedy was confirmed before it had been reported done.
        observed_at: When somebody saw it, as the entry that opened the case says.
        received_at: When the report reached the mission.
        verified_at: When it was verified, with the second person where the rules ask for one.
        attributed_at: When it was first laid at a party's door.
        asked_at: When a party asked the guarantors for an answer.
        alike_before: Earlier cases against the same party under the same clause; none is news.
        unripe: What the procedure of the text still has before a ruling, in words; "" when nothing.
        other_text: That another version of the text bound the accused than it is held against, in words, or "".
        untaken: Steps that the procedure of the text has before a ruling, whose time is over and which
            nobody has taken, in words.
        on_word: Steps that the procedure of the text has before a ruling and that who brought the case took
            alone, in words.
        brought_by: Who brought it, and whatever was joined into it; nobody where a finding did.
        spoken: The comments and accounts of the accused.
        known_at: Since when what it is about was known, where that is before it was opened.
        split_from: The case that it was split off from, "" if none.
        act_done: The act alleged, "" when nobody has named it.
        place: Where it is said to have happened, in words; "" when not known.
        comment_until: Until when the accused may comment, None where no rules of procedure gave it a time.
        graded: The gradings that count, by their own name.
        taken_in: What was graded or said of cases joined into it before they were, in words.
        motions: What seats asked the body to do with the case or its procedures, by entry.
    """

    id: str
    body: str
    accused: str
    clause: str
    happened: Period
    severity: int | None
    opened_at: datetime
    findings: tuple[str, ...]
    words: str = ""
    state: CaseState = CaseState.OPEN
    stood: CaseState = CaseState.OPEN
    moved_at: datetime | None = None
    entries: list[Entry] = field(default_factory=list)
    duties: dict[str, Due] = field(default_factory=dict)
    lapsed: dict[str, Due] = field(default_factory=dict)
    ballots: dict[str, Ballot] = field(default_factory=dict)
    rulings: list[Ruling] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    joined_into: str = ""
    remedy_state: str = ""
    confirming: dict[str, Entry] = field(default_factory=dict)
    confirmed_by: tuple[Entry, ...] = ()
    unreported: bool = False
    observed_at: datetime | None = None
    received_at: datetime | None = None
    verified_at: datetime | None = None
    attributed_at: datetime | None = None
    asked_at: datetime | None = None
    alike_before: int = 0
    unripe: str = ""
    other_text: str = ""
    untaken: tuple[str, ...] = ()
    on_word: tuple[str, ...] = ()
    brought_by: tuple[str, ...] = ()
    spoken: list[str] = field(default_factory=list)
    known_at: datetime | None = None
    split_from: str = ""
    act_done: str = ""
    place: str = ""
    comment_until: datetime | None = None
    graded: dict[str, Entry] = field(default_factory=dict)
    taken_in: tuple[str, ...] = ()
    motions: dict[str, Motion] = field(default_factory=dict)

    def done(self, key: str, entry: Entry) -> bool:
        """Somebody did what was due; whether that was late, which is flagged."""
        self.duties.pop(key, None)
        late = self.lapsed.pop(key, None)
        if late is not None:
            self.flags.append(
                f"late: {entry.id} came after {format_instant(late.by)} ({late.what})"
            )
        return late is not None

    @property
    def ruling(self) -> Ruling | None:
        """The ruling that counts now."""
        return self.rulings[-1] if self.rulings else None


def carried(case: CaseFile) -> list[Motion]:
    """The motions of a case that took effect, in that order."""
    found = (each for each in case.motions.values() if each.carried_at is not None)
    return sorted(found, key=lambda each: each.carried_at or case.opened_at)


def closing(case: CaseFile) -> Motion | None:
    """The motion that closed a case; None for a case that is not closed."""
    closed = [each for each in carried(case) if isinstance(each.act, CloseCase)]
    return closed[-1] if closed and case.state is CaseState.CLOSED else None


def unbroken(rulings: Sequence[Ruling]) -> list[Ruling]:
    """The last ruling and those before it that hold the same: one outcome, one party responsible, in order.

    Clocks that run from the ruling run from the first of them: a correction with the same outcome cures no default.
    """
    found: list[Ruling] = []
    for ruling in reversed(rulings):
        if found and (ruling.outcome, ruling.responsible) != (
            found[0].outcome,
            found[0].responsible,
        ):
            break
        found.insert(0, ruling)
    return found


def whole_of(cases: Mapping[str, CaseFile], case: CaseFile) -> str:
    """The case from which a case was split off in the end, or its own name."""
    while case.split_from:
        case = cases[case.split_from]
    return case.id


def choices(ballot: Ballot) -> dict[str, Choice]:
    """Party to its choice."""
    return {
        party: entry.act.choice
        for party, entry in ballot.votes.items()
        if hasattr(entry.act, "choice")
    }


def under_vote(case: CaseFile) -> list[Ballot]:
    """The proposals of a case that are neither counted nor withdrawn nor overtaken."""
    return [
        each
        for each in case.ballots.values()
        if each.tally is None and not each.withdrawn and not each.overtaken_by
    ]
