"""Warnings on what can never happen: conditions that nothing meets, deadlines that pass too early.

Rules this module keeps:
1. Only what surely can never hold is warned of. Parts that must hold together are compared property
   by property and zone by zone; what this cannot see is left to the proofs (`coverage`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from waarborg.agreement.condition import (
    All,
    AnyOf,
    Compare,
    Constant,
    Member,
    Named,
    Node,
    Relation,
    Settled,
    SettledKind,
    Value,
)
from waarborg.agreement.explain import compare
from waarborg.agreement.model import Agreement, Guarantee
from waarborg.agreement.sections import Step
from waarborg.agreement.vocabulary import PROPERTIES, Kind, RunsFrom
from waarborg.agreement.words import listed
from waarborg.agreement.zones import Zones

Way = tuple[str | int, ...]
"""Where in the file: the keys from its top, and places in lists."""


class Warned(NamedTuple):
    """A warning, and the way to the part of the file that it is about."""

    code: str
    message: str
    expected: str
    found: str
    fix: str
    way: Way


_APART = 0


def never(agreement: Agreement, zones: Zones | None) -> Iterator[Warned]:
    """What can never happen (AGR-068 to AGR-070)."""
    for rule in agreement.prohibitions:
        way: Way = ("prohibitions", rule.id)
        message = f"the prohibition {rule.id} can never be broken"
        yield from _empty(rule.must_not, message, zones, (*way, "must_not"))
        for number, exception in enumerate(rule.exceptions):
            if exception.reads is not None:
                both = All((rule.must_not, exception.reads))
                excuse = f"an exception of the prohibition {rule.id} can never apply"
                yield from _empty(both, excuse, zones, (*way, "except", number))
    for promise in agreement.guarantees:
        message = f"the promise {promise.group} can never be set off"
        yield from _empty(promise.trigger, message, zones, ("guarantees", promise.group, "trigger"))
        yield from _too_early(agreement, promise)
    for threshold in agreement.thresholds.values():
        message = f"the threshold {threshold.id} can never be met"
        yield from _empty(threshold.of, message, zones, ("thresholds", threshold.id, "of"))
        yield from _nowhere(threshold.of, threshold.sectors, threshold.id, zones)
    for procedure in agreement.procedures.values():
        message = f"the procedure {procedure.id} can never begin"
        way = ("procedures", procedure.id)
        yield from _empty(procedure.trigger, message, zones, (*way, "trigger"))
        for step in procedure.steps.values():
            later = (procedure.steps[name] for name in step.on_lapse if name in procedure.steps)
            for following in later:
                yield from _over_before_it_opens(procedure.id, step, following)


def _empty(node: Node, message: str, zones: Zones | None, way: Way) -> Iterator[Warned]:
    why = clash(node, zones)
    if why:
        yield Warned(
            "AGR-068",
            message,
            "a condition that some incident can meet",
            why,
            "check the lists and zones that have to hold together",
            way,
        )


def _nowhere(
    of: Node, sectors: Sequence[str], threshold: str, zones: Zones | None
) -> Iterator[Warned]:
    for sector in sectors:
        why = clash(All((of, Settled(SettledKind.ZONE, sector))), zones)
        if why and not clash(of, zones):
            yield Warned(
                "AGR-069",
                f"the threshold {threshold} never reaches its sector {sector}",
                "a sector in which some incident can count",
                why,
                "remove the sector, or check the zones of the condition",
                ("thresholds", threshold, "sectors"),
            )


def _too_early(agreement: Agreement, promise: Guarantee) -> Iterator[Warned]:
    """A time from the first breach that is over before the trigger can be met, or an end before it."""
    least = least_hours(promise.trigger)
    within = promise.within
    from_first = promise.runs_from is RunsFrom.FIRST_BREACH
    if from_first and within is not None and within < timedelta(hours=least):
        yield _deadline(
            f"the promise {promise.group} is due before it can be set off",
            f"{promise.within_text} from the first breach, set off after {least} hours",
            ("guarantees", promise.group, "within"),
        )
    starts = _starts(agreement, promise.trigger)
    if promise.until is not None and starts and promise.until <= min(starts):
        yield _deadline(
            f"the promise {promise.group} ends before it can be set off",
            f"until {promise.until.isoformat()}, set off from {min(starts).isoformat()}",
            ("guarantees", promise.group, "until"),
        )


def _over_before_it_opens(procedure: str, step: Step, following: Step) -> Iterator[Warned]:
    """A step that opens when another has lapsed, and whose own time is over by then."""
    same = (step.runs_from, step.clock) == (following.runs_from, following.clock)
    if step.within is None or following.within is None or not same or step.runs_from == "step":
        return
    first, second = step.within.elapsed, following.within.elapsed
    if first is not None and second is not None and second <= first:
        yield _deadline(
            f"in the procedure {procedure} the time of {following.id} is over before it opens",
            f"{following.within.text}, and it opens when {step.within.text} of {step.id} have passed",
            ("procedures", procedure, "steps", following.id, "within"),
        )


def _deadline(message: str, found: str, way: Way) -> Warned:
    return Warned(
        "AGR-070",
        message,
        "a time that ends after it can begin",
        found,
        "lengthen it, or say from which moment it runs",
        way,
    )


def least_hours(node: Node) -> int:
    """The fewest hours since the first breach at which a condition can hold."""
    match node:
        case Compare("hours_since_first", relation, int() as hours):
            over = {Relation.AT_LEAST: hours, Relation.EQUAL: hours, Relation.ABOVE: hours + 1}
            return over.get(relation, 0)
        case All(parts):
            return max((least_hours(part) for part in parts), default=0)
        case AnyOf(parts):
            return min((least_hours(part) for part in parts), default=0)
        case Named(body=body):
            return least_hours(body)
        case _:
            return 0


def _starts(agreement: Agreement, node: Node) -> list[datetime]:
    """The starts of the periods of which one must have begun for a condition to hold."""
    match node:
        case Settled(SettledKind.PERIOD, name) if name in agreement.periods:
            return [agreement.periods[name].start]
        case Named(body=body):
            return _starts(agreement, body)
        case All(parts):
            found = [starts for part in parts if (starts := _starts(agreement, part))]
            return max(found, key=min, default=[])
        case AnyOf(parts):
            each = [_starts(agreement, part) for part in parts]
            return [min(starts) for starts in each] if each and all(each) else []
        case _:
            return []


def clash(node: Node, zones: Zones | None = None) -> str:
    """Why a condition can never hold, in words; "" where it may.

    Args:
        node: The condition.
        zones: The map, to tell zones apart that share no ground.
    """
    match node:
        case Constant(holds):
            return "" if holds else "never"
        case Named(body=body):
            return clash(body, zones)
        case AnyOf(parts):
            found = [clash(part, zones) for part in parts]
            return found[0] if found and all(found) else ("" if found else "none of no parts")
        case All():
            parts = tuple(_together(node))
            each = next((why for part in parts if (why := clash(part, zones))), "")
            return each or _values_clash(parts) or _zones_clash(parts, zones)
        case _:
            return _values_clash((node,))


def _together(node: Node) -> Iterator[Node]:
    """The parts that must hold together, through terms and nested lists."""
    match node:
        case All(parts):
            for part in parts:
                yield from _together(part)
        case Named(body=body):
            yield from _together(body)
        case _:
            yield node


def _values_clash(parts: Sequence[Node]) -> str:
    asked: dict[str, list[Compare | Member]] = {}
    for part in parts:
        if isinstance(part, Compare | Member):
            asked.setdefault(part.property, []).append(part)
    for name, ones in asked.items():
        if not any(all(_meets(one, value) for one in ones) for value in _every(name, ones)):
            return f"no {name} meets every list and limit"
    return ""


def _every(name: str, ones: Sequence[Compare | Member]) -> tuple[Value, ...]:
    """Values of a property of which one meets some conditions, if any value does."""
    asked = PROPERTIES[name]
    named = [v for one in ones for v in (one.values if isinstance(one, Member) else (one.value,))]
    match asked.kind:
        case Kind.FLAG:
            return (True, False)
        case Kind.NUMBER:
            near = {v + d for v in named if isinstance(v, int) for d in (-1, 0, 1)}
            return tuple(v for v in near if asked.least <= v <= asked.most)
        case _ if asked.values:
            return asked.values
        case _:
            # Who the parties are is the file's; one more stands for all that are not named.
            return (*named, "")


def _meets(part: Compare | Member, value: Value) -> bool:
    if isinstance(part, Member):
        return value in part.values
    return compare(part.property, part.relation, value, part.value)


def _zones_clash(parts: Sequence[Node], zones: Zones | None) -> str:
    if zones is None:
        return ""
    asked = [names for part in parts if (names := _zones_of(part))]
    for number, one in enumerate(asked):
        for other in asked[number + 1 :]:
            apart = (zones.relation(a, b) == _APART for a in one for b in other)
            if all(apart):
                return f"{listed(one)} and {listed(other)} share no ground"
    return ""


def _zones_of(part: Node) -> tuple[str, ...]:
    """The zones of which one must hold the place; empty where the part asks for more or other."""
    alternatives = part.parts if isinstance(part, AnyOf) else (part,)
    found = [a.name for a in alternatives if isinstance(a, Settled) and a.kind is SettledKind.ZONE]
    return tuple(found) if len(found) == len(alternatives) else ()
