"""Time: what is owed within how many hours of which event, and deadlines that cannot be kept.

The same span takes longer or shorter by the calendar: working hours skip nights and holidays, a
calendar day ends at midnight. So a span is measured from every full hour of a year, and the shortest
and the longest are kept. A deadline cannot be kept when what must come first, an approval, a ruling,
a partner, takes longer than the deadline allows, counted from the same moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache

from waarborg.agreement.condition import All, Compare, Constant, Named, Node, Relation
from waarborg.agreement.deadlines import due
from waarborg.agreement.model import Agreement, Gate, Guarantee
from waarborg.agreement.sections import Clock, Span
from waarborg.agreement.time_words import duration_words
from waarborg.agreement.vocabulary import ClockKind, GateEffect, Rounding, RunsFrom, in_words
from waarborg.agreement.ways import barring
from waarborg.base.times import format_instant
from waarborg.coverage.settling import settle

HOURS = 365 * 24
"""Start hours over which a span is measured: one year."""
NO_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
"""Where the year starts for a text that names no moment at all."""
_BEFORE = (GateEffect.PRIOR_CONSENT, GateEffect.CONSULTATION, GateEffect.INFORMATION)
"""Procedures that come before the action; the others come after it or bind nobody."""
NO_RULING = {"decision": "none"}
AFTER_RULING = frozenset({RunsFrom.RULING, RunsFrom.VERIFICATION})
"""Events that come only once the ruling is there, where a promise waits for one."""


class Kept(StrEnum):
    """Whether a deadline can be kept."""

    NEVER = "never"
    """On no calendar."""
    NOT_ALWAYS = "not_always"
    """Not on every calendar."""
    OPEN = "open"
    """It hangs on a time that the words leave open."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A span as real time, over every start hour of a year.

    Attributes:
        shortest: The least it takes.
        longest: The most it takes.
        worst: The start from which it takes longest.
    """

    shortest: timedelta
    longest: timedelta
    worst: datetime


@dataclass(frozen=True, slots=True)
class Owed:
    """What a promise owes in time.

    Attributes:
        promise: The promise.
        event: From which event its time runs.
        span: How long that is, None when no time is fixed.
        ruling: How long the ruling before it may take; None when it needs none or that is open.
        needs_ruling: Whether it waits for a ruling.
        opens: Hours after the first breach before which nothing is owed, 0 for at once.
        open_terms: Open terms its time hangs on, sorted.
    """

    promise: Guarantee
    event: RunsFrom
    span: Measured | None
    ruling: Measured | None
    needs_ruling: bool
    opens: int
    open_terms: tuple[str, ...]

    @property
    def longest(self) -> timedelta | None:
        """The most from the breach, or from when it is known or asked for, until it is due."""
        if self.span is None:
            return None
        if not self.needs_ruling or self.event not in AFTER_RULING:
            return self.span.longest
        return None if self.ruling is None else self.ruling.longest + self.span.longest


@dataclass(frozen=True, slots=True)
class Late:
    """A deadline that cannot be kept, or not surely.

    Attributes:
        promise: The promise.
        kept: Whether never, not always, or left open.
        words: Why, in words.
        by: How much too late at worst; None where that is open.
        start: The start from which it is worst; None where every start is alike.
    """

    promise: Guarantee
    kept: Kept
    words: str
    by: timedelta | None
    start: datetime | None


def owed_in_time(agreement: Agreement) -> tuple[Owed, ...]:
    """What each promise owes in time, in the order of the file."""
    return tuple(_owed(agreement, promise) for promise in agreement.guarantees)


def _owed(agreement: Agreement, promise: Guarantee) -> Owed:
    clock = clock_of(agreement, promise.clock)
    span = measure(clock, promise.within_text, year_of(agreement)) if promise.within_text else None
    needs = needs_ruling(promise.trigger)
    ruling, left_open = _ruling(agreement) if needs else (None, ())
    if promise.within_open:
        left_open = (*left_open, promise.within_open)
    return Owed(
        promise, promise.runs_from, span, ruling, needs, opens(promise.trigger),
        tuple(sorted(set(left_open))),
    )  # fmt: skip


def deciders(agreement: Agreement) -> tuple[str, ...]:
    """The bodies whose ruling a trigger can wait for."""
    named = {rule.decided_by for rule in agreement.prohibitions}
    return tuple(
        sorted(b.id for b in agreement.bodies.values() if b.id in named or "breach" in b.decides)
    )


def _ruling(agreement: Agreement) -> tuple[Measured | None, tuple[str, ...]]:
    """How long the slowest deciding body may take, or the open terms that leave it open."""
    found: list[Measured] = []
    left_open: list[str] = []
    for name in deciders(agreement):
        within = agreement.bodies[name].settings.get("within", "")
        if within.startswith("open: "):
            left_open.append(within.removeprefix("open: "))
        elif within:
            found.append(measure(Clock(), within))
        else:
            left_open.append(f"the time for a ruling of {agreement.bodies[name].words}")
    if left_open or not found:
        return None, tuple(left_open)
    return max(found, key=lambda m: m.longest), ()


def conjuncts(node: Node) -> Iterator[Node]:
    """The conditions that all have to hold, terms looked through."""
    match node:
        case All(parts):
            for part in parts:
                yield from conjuncts(part)
        case Named(body=body):
            yield from conjuncts(body)
        case _:
            yield node


def needs_ruling(trigger: Node) -> bool:
    """Whether a trigger surely fails while there is no ruling."""
    return any(settle(part, NO_RULING) == Constant(holds=False) for part in conjuncts(trigger))


def opens(trigger: Node) -> int:
    """Hours since the first breach before which a trigger surely fails."""
    hours = [0]
    for part in conjuncts(trigger):
        match part:
            case Compare("hours_since_first", Relation.AT_LEAST | Relation.EQUAL, value):
                hours.append(int(value))
            case Compare("hours_since_first", Relation.ABOVE, value):
                hours.append(int(value) + 1)
            case _:
                pass
    return max(hours)


def clock_of(agreement: Agreement, name: str) -> Clock:
    """A clock of the file, elapsed time where none is named; months are rounded up."""
    clock = agreement.clocks.get(name, Clock())
    return replace(clock, rounding=Rounding.UP) if clock.rounding is Rounding.REFUSE else clock


def _alike(clock: Clock, span: str) -> bool:
    """Whether a span takes the same time from every start."""
    return clock.kind is ClockKind.ELAPSED and "M" not in span.partition("T")[0] and "Y" not in span


def year_of(agreement: Agreement) -> datetime:
    """The first hour of the year over which spans are measured: when the text starts to apply."""
    moments = [period.start for period in agreement.periods.values()]
    if agreement.version is not None:
        moments.append(agreement.version.start)
    if not moments:
        return NO_YEAR
    return min(moments).astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _starts(first: datetime) -> Iterator[datetime]:
    return (first + timedelta(hours=hour) for hour in range(HOURS))


@cache
def ends(clock: Clock, span: str, first: datetime) -> tuple[datetime, ...]:
    """The end of a span from every start hour of a year; one end where all starts are alike."""
    if _alike(clock, span):
        return (due(clock, first, span),)
    return tuple(due(clock, start, span) for start in _starts(first))


@cache
def measure(clock: Clock, span: str, first: datetime = NO_YEAR) -> Measured:
    """A span as real time over every start hour of a year.

    Args:
        clock: How it is measured.
        span: An ISO 8601 duration.
        first: The first hour of the year.
    """
    took = [
        (end - start, -hour)
        for hour, (start, end) in enumerate(
            zip(_starts(first), ends(clock, span, first), strict=False)
        )
    ]
    longest, hour = max(took)
    return Measured(min(took)[0], longest, first + timedelta(hours=-hour))


def late(agreement: Agreement) -> tuple[Late, ...]:
    """Deadlines that cannot be kept, since what comes first takes longer; in the file's order."""
    return tuple(
        found
        for promise in agreement.guarantees
        if (found := _late(agreement, promise)) is not None
    )


def _late(agreement: Agreement, promise: Guarantee) -> Late | None:
    if not promise.within_text:
        return None
    before = list(_before(agreement, promise, ()))
    open_ones = [words for words, _, span in before if span is None or not span.text]
    clock = clock_of(agreement, promise.clock)
    first = year_of(agreement)
    limit = ends(clock, promise.within_text, first)
    worst: Late | None = None
    for words, own, span in before:
        if span is not None and span.text:
            found = _compare(promise, words, (limit, ends(own, span.text, first)), first)
            worst = max((worst, found), key=_badness)
    if worst is None and open_ones:
        said = f"it is due {_within(promise)}, and how long {open_ones[0]} takes is left open"
        return Late(promise, Kept.OPEN, said, None, None)
    return worst


def _badness(found: Late | None) -> tuple[int, timedelta]:
    if found is None or found.by is None:
        return 0, timedelta(0)
    return (2 if found.kept is Kept.NEVER else 1), found.by


def _compare(
    promise: Guarantee,
    words: str,
    both: tuple[tuple[datetime, ...], tuple[datetime, ...]],
    first: datetime,
) -> Late | None:
    """Whether something is ready only after the limit, from some or from every start.

    Args:
        promise: The promise with the deadline.
        words: What has to come before it, in words.
        both: The ends of the deadline, and of what has to come before it.
        first: The first hour of the year.
    """
    limit, ready = both
    starts = list(_starts(first)) if max(len(limit), len(ready)) > 1 else [first]
    over = [
        (_at(ready, hour, start - first) - _at(limit, hour, start - first), -hour)
        for hour, start in enumerate(starts)
    ]
    most, hour = max(over)
    if most <= timedelta(0):
        return None
    kept = Kept.NEVER if min(over)[0] > timedelta(0) else Kept.NOT_ALWAYS
    start = starts[-hour] if len(starts) > 1 else None
    when = f", as from {format_instant(start)}" if start and kept is Kept.NOT_ALWAYS else ""
    said = f"it is due {_within(promise)}, and {words}: {hours_words(most)} too late{when}"
    return Late(promise, kept, said, most, start)


def _at(moments: tuple[datetime, ...], hour: int, later: timedelta) -> datetime:
    """The end from one start; where all starts are alike, moved along."""
    return moments[hour] if len(moments) > 1 else moments[0] + later


def _within(promise: Guarantee) -> str:
    return (
        f"within {duration_words(promise.within_text)} of the {in_words(promise.runs_from.value)}"
    )


def _before(
    agreement: Agreement, promise: Guarantee, seen: tuple[str, ...]
) -> Iterator[tuple[str, Clock, Span | None]]:
    """What must come before a promise is carried out: words, clock, and how long (None: open)."""
    for together in _procedures(agreement, promise):
        timed = [gate for gate in together if gate.takes is not None]
        if timed:
            gate = min(timed, key=lambda gate: _takes(agreement, gate))
            yield _gate_words(gate), clock_of(agreement, gate.clock), gate.takes
    if promise.runs_from not in AFTER_RULING and needs_ruling(promise.trigger):
        yield from _rulings(agreement)
    by_id = {one.id: one for one in agreement.guarantees}
    for item in promise.reliance:
        others = [by_id[o] for o in item if o in by_id and o not in seen]
        if len(others) == 1:
            other = others[0]
            yield _partner(agreement, other)
            for words, clock, span in _before(agreement, other, (*seen, promise.id)):
                yield f'for the promise it relies on ("{_said(other)}") {words}', clock, span


def _procedures(agreement: Agreement, promise: Guarantee) -> Iterator[list[Gate]]:
    """Sets of procedures of which one at least comes first, whichever way the guarantor chooses."""
    for together in barring(agreement, promise, lambda gate: gate.effect in _BEFORE):
        yield [agreement.gates[gate] for gate in together]


def _takes(agreement: Agreement, gate: Gate) -> timedelta:
    """How long a procedure takes at most; one whose time is open lasts longest."""
    if gate.takes is None or not gate.takes.text:
        return timedelta.max
    clock = clock_of(agreement, gate.clock)
    return measure(clock, gate.takes.text, year_of(agreement)).longest


def _partner(agreement: Agreement, other: Guarantee) -> tuple[str, Clock, Span | None]:
    """How long a promise that another relies on may itself take; open where no time is fixed."""
    words = f'the promise it relies on ("{_said(other)}")'
    if not other.within_text:
        return words, Clock(), None
    span = Span(other.within_text, None)
    return f"{words} may take {duration_words(span.text)}", clock_of(agreement, other.clock), span


def _rulings(agreement: Agreement) -> Iterator[tuple[str, Clock, Span | None]]:
    for name in deciders(agreement):
        within = agreement.bodies[name].settings.get("within", "")
        body = agreement.bodies[name].words
        if not within or within.startswith("open: "):
            yield f"a ruling of {body}", Clock(), None
        else:
            yield (
                f"a ruling of {body} may take {duration_words(within)}",
                Clock(),
                Span(within, None),
            )


def _gate_words(gate: Gate) -> str:
    span = gate.takes.text if gate.takes is not None else ""
    return (
        f"the procedure {gate.id} takes {duration_words(span)}"
        if span
        else f"the procedure {gate.id}"
    )


def _said(promise: Guarantee) -> str:
    return promise.words or in_words(promise.group)


def hours_words(span: timedelta) -> str:
    """A stretch of time in hours, as "96 hours"."""
    hours = span.total_seconds() / 3600
    return f"{hours:g} hour" if hours == 1 else f"{hours:,g} hours"


def in_time(agreement: Agreement, promise: Guarantee, within: timedelta) -> bool:
    """Whether a promise is surely due within a time of the breach, on every calendar.

    Where its time runs from a ruling, the ruling counts; where something that must come first takes
    longer, or no time is stated for it, it does not count as due. Of several partners of which one
    must come first, each has to come in time.
    """
    owed = _owed(agreement, promise)
    if owed.longest is None or owed.longest > within or left_open(agreement, promise):
        return False
    alone = (replace(promise, reliance=((other,),)) for i in promise.reliance for other in i)
    return all(_late(agreement, one) is None for one in (promise, *alone))


def left_open(
    agreement: Agreement, promise: Guarantee, seen: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Procedures that come before a promise and of which no time is stated, sorted.

    Args:
        agreement: The agreement under its reading.
        promise: The promise.
        seen: Promises looked at before.
    """
    found = {
        gate.id
        for together in _procedures(agreement, promise)
        if not any(gate.takes is not None and gate.takes.text for gate in together)
        for gate in together
    }
    partners = {other for item in promise.reliance for other in item}
    for other in agreement.guarantees:
        if other.id in partners and other.id not in seen:
            found.update(left_open(agreement, other, (*seen, promise.id)))
    return tuple(sorted(found))


def grouped(found: tuple[Owed, ...]) -> Mapping[str, tuple[Owed, ...]]:
    """What is owed in time, by the key of the promise in the file."""
    groups: dict[str, tuple[Owed, ...]] = {}
    for one in found:
        groups[one.promise.group] = (*groups.get(one.promise.group, ()), one)
    return groups
