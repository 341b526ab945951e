"""Acts that move promises, procedures and the standing of the text.

Rules this module keeps:
1. Each act names what it moves; what it may move, and who may say so, is held by `obligations`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from waarborg.base.grades import Standing

_REFUSE_UNKNOWN_KEYS = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class GateStep:
    """A national procedure moves: filed, given, refused, or recalled; given may expire.

    Attributes:
        gate: The gate of the file.
        step: How it moves.
        conditions: Under which conditions, in words.
        until: When what was given expires.
        words: In words.
        case: The case or determination it is about; "" is explained in `obligations.promises`.
    """

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    gate: str
    step: str
    conditions: str = ""
    until: datetime | None = None
    words: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True)
class Contribute:
    """What a promise brings is pledged, approved, ready, deployed or withdrawn.

    Attributes:
        guarantee: The guarantee, or the contribution of the file, that it belongs to.
        step: How far it is.
        words: In words.
    """

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    guarantee: str
    step: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class ObligationStep:
    """An obligation is fulfilled, waived, excused or contested; fulfilment names its evidence."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    obligation: str
    step: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class PromiseTerm:
    """A promise ends, or is renewed until a moment."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    guarantee: str
    until: datetime
    words: str = ""


@dataclass(frozen=True, slots=True)
class ChangeStanding:
    """A party signs, ratifies, suspends or withdraws, for one clause or ("") for all."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    party: str
    step: Standing
    since: datetime
    clause: str = ""
    reservation: str = ""


@dataclass(frozen=True, slots=True)
class Amend:
    """A party signs an amendment of the file, named by its version, and is bound by it from a moment on."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    version: str
    since: datetime
    words: str


@dataclass(frozen=True, slots=True)
class AskHelp:
    """A party asks the guarantors to answer a breach: clocks that run from the request start."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    breach: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step of a procedure was taken by whoever had to take it.

    Attributes:
        course: The procedure under way, as "hearing-case-1".
        step: The step, as "hear": the round that is open. As "hear.2" it is that round, or refused.
        words: What was done, in words.
    """

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    course: str
    step: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class SendBack:
    """A step of a procedure is sent back to an earlier one, for a reason, by whoever had to take it.

    Attributes:
        course: The procedure under way, as "hearing-case-1".
        step: The step that is taken with this, named as in `StepTaken`.
        to: The step that is done anew.
        reason: Why.
    """

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    course: str
    step: str
    to: str
    reason: str


@dataclass(frozen=True, slots=True)
class PauseCourse:
    """A seat asks that a procedure be suspended, for a reason: its clocks then stand still."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    course: str
    reason: str


@dataclass(frozen=True, slots=True)
class ResumeCourse:
    """A seat asks that a suspended procedure go on: what was left of each time then runs again."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    course: str
    reason: str


@dataclass(frozen=True, slots=True)
class CommitmentStep:
    """Who committed itself did what it said ("done"), or took that back ("undone")."""

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    commitment: str
    step: str
    words: str = ""


PromiseAct = (
    GateStep
    | Contribute
    | ObligationStep
    | PromiseTerm
    | ChangeStanding
    | Amend
    | AskHelp
    | StepTaken
    | SendBack
    | PauseCourse
    | ResumeCourse
    | CommitmentStep
)
"""Acts that move promises, procedures and the standing of the text."""
