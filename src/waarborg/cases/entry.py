"""Entries of the commission: everything that is said or decided after a finding, one act each.

Rules this module keeps:
1. Entries are only added; what corrects or withdraws an earlier one names it.
2. `at` is when the author says it was done, `known_at` when it reached the record: rules about
   deadlines look at `known_at`, which no author can choose.
3. The author is a named person or unit of a party, written "PARTY:person".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from waarborg.base.grades import ItemCredibility, SourceReliability
from waarborg.base.visible import on_one_line
from waarborg.cases.promise_acts import PromiseAct

_REFUSE_UNKNOWN_KEYS = {"extra": "forbid"}


class Outcome(StrEnum):
    """What a proposal asks the commission to decide about an alleged breach."""

    BREACH = "breach"
    NO_BREACH = "no_breach"
    CANNOT_BE_DETERMINED = "cannot_be_determined"


class Cause(StrEnum):
    """Why a breach happened, where the commission names it (Sticher 2022, and accident)."""

    STRATEGIC = "strategic"
    RETALIATORY = "retaliatory"
    SPOILING = "spoiling"
    LOCALISED = "localised"
    ACCIDENTAL = "accidental"
    UNSTATED = "unstated"


class Choice(StrEnum):
    """How a seat votes."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class Access(StrEnum):
    """What became of a request for inspection."""

    GRANTED = "granted"
    REFUSED = "refused"
    OBSTRUCTED = "obstructed"


class Verification(StrEnum):
    """What verification came to."""

    VERIFIED = "verified"
    NOT_VERIFIED = "not_verified"
    CANNOT_BE_VERIFIED = "cannot_be_verified"
    CANNOT_BE_ATTRIBUTED = "cannot_be_attributed"


class Likelihood(StrEnum):
    """ICD 203 bands, in per cent."""

    ALMOST_NO_CHANCE = "01-05"
    VERY_UNLIKELY = "05-20"
    UNLIKELY = "20-45"
    EVEN = "45-55"
    LIKELY = "55-80"
    VERY_LIKELY = "80-95"
    ALMOST_CERTAIN = "95-99"


class Confidence(StrEnum):
    """How good the ground of a likelihood is, apart from the likelihood itself."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat on a body: votes with a weight, and may have a veto.

    Attributes:
        party: Who sits.
        weight: How much its vote counts.
        veto: Whether its vote against ends the matter.
        sits_for: The group of the text for which it sits, "" when for itself alone. Each member of the
            group without a seat has to agree to the rules that say so.
    """

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    party: str
    weight: int = 1
    veto: bool = False
    sits_for: str = ""


@dataclass(frozen=True, slots=True)
class AdoptRules:
    """A body's rules of procedure take effect; they may fill only what the text leaves open.

    Attributes:
        body: The body of the agreement.
        seats: Who votes.
        quorum: "majority", "all", a number of seats, or a share as "2/3".
        majority: "simple", "two_thirds", "three_quarters", "unanimous", "chair_decides", or a
            share as "3/5".
        abstentions: "left_out" of the sum, or "counted" in it.
        on_deadlock: "no_ruling", "chair_decides", "refer_to_guarantors" or "breach_presumed".
        lead: The party that leads the body, "" if none.
        vote_hours: How long a vote stays open.
        comment_hours: How long a party may comment before a vote.
        appeal_hours: How long an appeal may be lodged after a ruling.
        two_persons: Whether a proposal needs the approval of somebody other than its proposer.
        silence: Whether a proposal may be put in writing, where silence is consent.
        words: Where the rules are known from.
    """

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    body: str
    seats: tuple[Seat, ...]
    quorum: str = ""
    majority: str = ""
    abstentions: str = "left_out"
    on_deadlock: str = ""
    lead: str = ""
    vote_hours: int = 72
    comment_hours: int = 48
    appeal_hours: int = 240
    two_persons: bool = False
    silence: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An alleged breach comes before a body; a severity that nobody states stays unknown."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    body: str
    accused: str
    clause: str
    happened_from: datetime
    happened_until: datetime
    findings: tuple[str, ...] = ()
    severity: int | None = None
    act_done: str = ""
    words: str = ""
    observed_at: datetime | None = None
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A party comments on a case; a late comment is kept and marked late."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    case: str
    words: str


@dataclass(frozen=True, slots=True)
class Account:
    """A rival account of what happened, kept beside the others."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    case: str
    words: str


@dataclass(frozen=True, slots=True)
class RequestInspection:
    """Access to a place is asked of a party."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    case: str
    of: str
    place: str
    hours: int = 24


@dataclass(frozen=True, slots=True)
class AnswerInspection:
    """What became of a request for access."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    request: str
    access: Access
    words: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """Somebody is asked to look into something."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    case: str
    assignee: str
    words: str
    hours: int = 72


@dataclass(frozen=True, slots=True)
class TaskDone:
    """A task was carried out."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    task: str
    words: str


@dataclass(frozen=True, slots=True)
class JoinCases:
    """Cases are dealt with together."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    cases: tuple[str, ...]
    into: str
    reason: str


@dataclass(frozen=True, slots=True)
class SplitCase:
    """Findings of a case are dealt with apart, in a case named after this entry."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    case: str
    findings: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class CloseCase:
    """A seat asks that a case end without a ruling, for a reason; no case ends by itself."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    case: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReopenCase:
    """A seat asks that a case that ended go on, for a reason."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    case: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verify:
    """A named person grades and verifies; likelihood and confidence stand apart."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    case: str
    result: Verification
    source: SourceReliability = SourceReliability.F
    item: ItemCredibility = ItemCredibility.UNRATED
    likelihood: Likelihood | None = None
    confidence: Confidence | None = None
    attributed_to: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Propose:
    """A ruling is put to the vote; `silence` means it is adopted when no seat objects in time.

    Attributes:
        case: The case it decides.
        outcome: What is to be decided.
        responsible: The party held responsible, "" if none.
        cause: Why the breach happened.
        remedy: What the responsible party is to do, with a condition that can be verified; "" if none.
        remedy_hours: How long it has for that after the ruling, 0 when there is no remedy.
        silence: Written procedure: silence is consent.
        corrects: An earlier ruling this one replaces, as its proposal; "" if none.
        words: The reasoning.
    """

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    case: str
    outcome: Outcome
    responsible: str = ""
    cause: Cause = Cause.UNSTATED
    remedy: str = ""
    remedy_hours: int = 0
    silence: bool = False
    corrects: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Approve:
    """Another stands behind a proposal, a motion, a grading or rules, named by their entry."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    proposal: str


@dataclass(frozen=True, slots=True)
class Vote:
    """A seat votes; `reason` is its dissent or explanation."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    proposal: str
    choice: Choice
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawProposal:
    """Who made a proposal, or put a motion, takes it back."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    proposal: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Appeal:
    """A party asks that a ruling be looked at again: the case goes on."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    case: str
    grounds: str


@dataclass(frozen=True, slots=True)
class RemedyStep:
    """What became of a remedy: the party complies, contests or compensates, or that is confirmed."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    case: str
    step: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Deconflict:
    """A message from one party to another to prevent or calm an incident."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    to: str
    words: str
    case: str = ""
    answers: str = ""


@dataclass(frozen=True, slots=True)
class ActEarly:
    """A guarantor or party acted before attribution was final: kept and flagged."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    case: str
    words: str


@dataclass(frozen=True, slots=True)
class ChangeStep:
    """A response is stepped up or stepped down, as explicitly the one as the other."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    case: str
    direction: str
    words: str


CaseAct = (
    AdoptRules
    | OpenCase
    | Comment
    | Account
    | RequestInspection
    | AnswerInspection
    | Task
    | TaskDone
    | JoinCases
    | SplitCase
    | CloseCase
    | ReopenCase
    | Verify
    | Propose
    | Approve
    | Vote
    | WithdrawProposal
    | Appeal
    | RemedyStep
    | Deconflict
    | ActEarly
    | ChangeStep
)
"""Acts of the commission and of the parties before it."""

Act = CaseAct | PromiseAct
"""What an entry can do."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A signed entry that reached the record and is none of the acts: kept, refused, and shown.

    Attributes:
        kind: The kind it names.
        words: What is wrong with it.
        about: The proposal that it names, "" where it names none.
    """

    kind: str
    words: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry.

    Attributes:
        id: Its name, unique in the record.
        at: When the author says it was done.
        known_at: When it reached the record.
        author: Who says so, as "PARTY:person".
        act: What was done.
        cites: Entries, reports or findings it rests on.
    """

    id: str
    at: datetime
    known_at: datetime
    author: str
    act: Act | Unreadable
    cites: tuple[str, ...] = ()

    @property
    def party(self) -> str:
        """The party the author speaks for."""
        return self.author.partition(":")[0]

    def by_the_word(self, words: str) -> str:
        """Words of its author as they may stand among what others found: whose they are, on one line."""
        return f"by the word of {self.author} ({self.id}): {on_one_line(words)}"


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry that breaks a rule: it changes nothing and stays visible.

    Attributes:
        entry: The entry.
        rule: Code of the rule, as "COM-001".
        words: The rule and how it was broken.
    """

    entry: Entry
    rule: str
    words: str


class RuleBroken(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """An entry breaks a rule; carries the rule's code and the words."""

    def __init__(self, rule: str, words: str) -> None:
        self.rule, self.words = rule, words
        super().__init__(f"{rule} {words}")
