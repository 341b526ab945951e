"""Whether a determination meets the trigger of a promise or a procedure.

Rules this module keeps:
1. The hours since the first breach may be a stretch: only where both ends agree is the trigger decided.
2. The same question gets the same answer: what was judged once is not judged again.
"""

from __future__ import annotations

from functools import lru_cache

from waarborg.agreement.condition import Node, Value, properties
from waarborg.agreement.explain import Why, explain
from waarborg.base.judgement import Reason, Verdict
from waarborg.cases.determination import Determination

_HOURS = "hours_since_first"

Facts = tuple[tuple[str, Value | None], ...]
"""What a trigger looks at, by name: the key under which a judgement is kept."""

looks_at = lru_cache(maxsize=4096)(properties)
"""The columns that a trigger looks at."""


_STANDING_FACTS = frozenset({"in_force"})


def hangs_on_no_breach(trigger: Node) -> bool:
    """Whether a promise is a standing duty from the first day: no determination sets it off."""
    return bool(looks_at(trigger) <= _STANDING_FACTS)


def triggered(trigger: Node, determination: Determination) -> tuple[Verdict, tuple[Reason, ...]]:
    """Judge a trigger over every number of hours that may have passed since the first breach.

    A trigger compares the hours with limits, so its answer at both ends settles it in between
    whenever the two agree.
    """
    facts = determination.facts
    names, timed = _names(trigger)
    seen = tuple([(name, facts.get(name)) for name in names])
    if not timed:
        why = _judged(trigger, seen)
        return why.verdict, why.reasons
    least, most = facts["hours_since_first_least"], facts["hours_since_first_most"]
    at_least = _judged(trigger, (*seen, (_HOURS, least)))
    at_most = _judged(trigger, (*seen, (_HOURS, most)))
    if at_least.verdict is at_most.verdict:
        return at_least.verdict, at_least.reasons
    return Verdict.UNKNOWN, (
        Reason(
            "hours-since-first-open",
            f"between {least} and {most} hours had passed since the first breach, "
            "and the sources give only the day",
        ),
    )


@lru_cache(maxsize=4096)
def _names(trigger: Node) -> tuple[tuple[str, ...], bool]:
    """The columns a trigger looks at but for the hours, and whether it looks at these."""
    names = properties(trigger)
    return tuple(sorted(names - {_HOURS})), _HOURS in names


@lru_cache(maxsize=16384)
def _judged(trigger: Node, facts: Facts) -> Why:
    return explain(trigger, dict(facts))
