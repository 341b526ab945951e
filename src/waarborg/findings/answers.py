"""The exception "it answers a strike": whether an act may have answered an earlier one.

Rules this module keeps:
1. Order, place and actor are judged apart, each three-valued; what is known only to the day leaves
   the order open.
2. An exception must be pointed at: where no report in the record, inference included, tells of an
   earlier strike that could have been answered, the exception does not apply (decision 0006).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from waarborg.agreement.model import Answers
from waarborg.base.judgement import Reason, Verdict, all_of
from waarborg.base.times import Period
from waarborg.incidents.incident import IncidentId


@dataclass(frozen=True, slots=True)
class Strike:
    """An act that somebody may have answered.

    Attributes:
        incident: Which incident.
        happened: When.
        zones: Smallest zones of the map it lies in for sure.
        maybe: Smallest zones it may lie in, the sure ones included; None when its place is unknown.
        actor: Who did it as far as stated, None when not.
        points_to: Who did it with inference accepted, None when not even that points anywhere.
        is_strike: Whether it is an act of the forbidden kind, as far as stated.
        may_be_strike: The same with inference accepted.
    """

    incident: IncidentId
    happened: Period
    zones: frozenset[str]
    maybe: frozenset[str] | None
    actor: str | None
    points_to: str | None
    is_strike: Verdict
    may_be_strike: Verdict


def answers(strike: Strike, rule: Answers, others: Sequence[Strike]) -> tuple[Verdict, Reason]:
    """Whether a strike answers an earlier one that the rule allows to be answered.

    Args:
        strike: The act that is judged.
        rule: By whom the earlier strike, what it must share, how soon after it.
        others: All strikes of the record; the judged one may be among them.
    """
    may_answer = False
    for other in others:
        if other.incident == strike.incident or not _pointed_at(other, rule):
            continue
        verdict = _answers_one(strike, rule, other)
        if verdict is Verdict.YES:
            return verdict, Reason("answers-a-strike", f"it answers {other.incident}")
        may_answer = may_answer or verdict is Verdict.UNKNOWN
    parties = " or ".join(rule.by)
    if may_answer:
        return Verdict.UNKNOWN, Reason(
            "answer-open",
            f"it cannot be told whether it answers a strike by {parties}: "
            "one may have come before it",
        )
    return Verdict.NO, Reason(
        "answers-nothing", f"no report tells of an earlier strike by {parties} it could answer"
    )


def _pointed_at(other: Strike, rule: Answers) -> bool:
    return other.points_to in rule.by and other.may_be_strike is not Verdict.NO


def _answers_one(strike: Strike, rule: Answers, other: Strike) -> Verdict:
    sure_actor = Verdict.YES if other.actor in rule.by else Verdict.UNKNOWN
    return all_of(
        (
            sure_actor,
            other.is_strike if other.is_strike is not Verdict.NO else Verdict.UNKNOWN,
            _precedes(other.happened, strike.happened, rule.within.elapsed),
            _same_place(strike, other) if rule.same else Verdict.YES,
        )
    )


def _precedes(earlier: Period, later: Period, within: timedelta | None) -> Verdict:
    """Whether one came before the other and no longer before than allowed; None allows any time."""
    if earlier.start >= later.end:
        return Verdict.NO
    if within is not None and later.start - earlier.end >= within:
        return Verdict.NO
    in_time = within is not None and later.end - earlier.start <= within
    return Verdict.YES if earlier.end <= later.start and in_time else Verdict.UNKNOWN


def _same_place(one: Strike, other: Strike) -> Verdict:
    if one.maybe is None or other.maybe is None:
        return Verdict.UNKNOWN
    if one.zones & other.zones:
        return Verdict.YES
    return Verdict.UNKNOWN if one.maybe & other.maybe else Verdict.NO
