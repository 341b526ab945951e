"""Three-valued judgement: yes, no, or cannot be decided, with the reasons (Kleene's strong logic).

Law 8: unknown is not no. A missing value makes an answer UNKNOWN unless another part settles it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The outcome of a judgement."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    @property
    def words(self) -> str:
        """The verdict as a report prints it."""
        return "cannot be decided" if self is Verdict.UNKNOWN else self.value


def from_bool(value: bool | None) -> Verdict:  # noqa: FBT001  # the value is the data, not a switch
    """Read a nullable truth value, as column engines give it."""
    if value is None:
        return Verdict.UNKNOWN
    return Verdict.YES if value else Verdict.NO


def negate(verdict: Verdict) -> Verdict:
    """Kleene NOT: unknown stays unknown."""
    if verdict is Verdict.UNKNOWN:
        return verdict
    return Verdict.NO if verdict is Verdict.YES else Verdict.YES


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """Kleene AND: one NO settles it, otherwise one UNKNOWN leaves it open; empty is YES."""
    seen = set(verdicts)
    if Verdict.NO in seen:
        return Verdict.NO
    return Verdict.UNKNOWN if Verdict.UNKNOWN in seen else Verdict.YES


def any_of(verdicts: Iterable[Verdict]) -> Verdict:
    """Kleene OR: one YES settles it, otherwise one UNKNOWN leaves it open; empty is NO."""
    seen = set(verdicts)
    if Verdict.YES in seen:
        return Verdict.YES
    return Verdict.UNKNOWN if Verdict.UNKNOWN in seen else Verdict.NO


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """Why a judgement came out as it did.

    Attributes:
        code: Stable short name, so that reasons can be counted ("time-day-only").
        words: One sentence for a person, without the full stop at the end.
    """

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with the reasons that settle it (not those that merely agree with it)."""

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
