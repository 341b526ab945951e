"""A diary: day after day what happened, what moved, and what stands at the day's end, for a lawyer to read.

Rules this module keeps:
1. Every day is there; days on end on which nothing happened and nothing moved stand in one row.
2. A day is a day in the time zone given; what begins or ends at its midnight does so on the day after.
3. A row is made from the state alone, so the same state gives the same row however it was reached.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from waarborg.agreement.model import Agreement
from waarborg.app.services.arrived import Arrival
from waarborg.app.services.docket import ENDED, QUIET, due
from waarborg.app.services.moved import Move, Standings, moves, stand
from waarborg.app.services.script import Event
from waarborg.app.services.spoken import Speaker
from waarborg.base.times import Period, format_instant, local_day, parse_instant
from waarborg.cases.determination import Determination
from waarborg.cases.entry import Entry
from waarborg.cases.turn import Turn, history
from waarborg.obligations.state import Running

INSTANT = timedelta(microseconds=1)
"""The shortest time that is told apart."""

_SETTLED = frozenset(
    {"fulfilled", "fulfilled_late", "waived", "excused", "fallen_away", "dormant", "undecided"}
)
"""States of what asks nothing more of anybody, or of which nobody knows that it does; its time is no news."""

_ALIKE = 12
"""So many names of a kind are listed; of more, how many there are."""

_ALWAYS_NAMED = frozenset({"case", "determination"})
"""Kinds of which every name is listed."""


Counts = Mapping[str, Mapping[str, str | int] | int]
"""Kind of thing to how many stand how, or to how many there are."""


@dataclass(frozen=True, slots=True)
class Stood:
    """What stands at the end of a day.

    Attributes:
        standings: Kind of thing to its name to how it stands.
        counts: Kind of thing to how many stand how.
        rulings: Determination to what it says, in words.
        ahead: The deadlines that lie ahead, the earliest first: until when, and what of whom.
    """

    standings: Standings
    counts: Counts
    rulings: Mapping[str, str]
    ahead: tuple[tuple[datetime, str], ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A day, or days on end on which nothing happened and nothing moved.

    Attributes:
        first: The first day.
        last: The last day.
        happened: What was said or came in, and which time ended, each with its hour, in words.
        moved: What stands otherwise than the day before, in words.
        named: What reports changed, and what became of determinations, by name with a line of words each.
        stands: What stands at the end, counted.
        following: The next deadline, in words.
    """

    first: date
    last: date
    happened: tuple[str, ...]
    moved: tuple[str, ...]
    named: tuple[str, ...]
    stands: Counts
    following: str


def stood(running: Running, at: datetime, speaker: Speaker) -> Stood:
    """What stands at a moment.

    Args:
        running: The state at that moment.
        at: The moment.
        speaker: Who puts it into words.
    """
    standings = dict(stand(running, at))
    live = (c for c in running.commission.cases.values() if c.state not in ENDED)
    quiet = {c.id: "quiet" for c in live if at - (c.moved_at or c.opened_at) >= QUIET}
    standings["quiet case"] = quiet
    owed: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for name, state in standings.pop("obligation").items():
        owed[f"owed under {running.owed[name].guarantee}"][name] = state
    standings |= owed
    counts: dict[str, Mapping[str, str | int] | int] = {
        "cases": _counted(speaker, standings["case"].values()),
        **{kind: _counted(speaker, owed[kind].values()) for kind in sorted(owed)},
        "steps": _counted(speaker, standings["step"].values()),
        "commitments": dict(standings["commitment"]),
        "quiet cases": len(quiet),
        "refused entries": len(running.refused),
    }
    ahead = tuple((by, what) for by, what in _running(running, at, speaker) if by > at)
    rulings = {str(made.id): made.words for made in running.determinations()}
    return Stood(
        standings, {kind: found for kind, found in counts.items() if found}, rulings, ahead
    )


def ends(
    agreement: Agreement,
    base: Sequence[Determination | Turn],
    entries: Sequence[Entry],
    span: tuple[date, date],
    speaker: Speaker,
) -> Iterator[tuple[date, Stood, tuple[tuple[datetime, str], ...]]]:
    """What stands at the end of each day, carried from day to day, and which times ended on it undone.

    Args:
        agreement: The text.
        base: The turns that determinations took.
        entries: What was entered, in order.
        span: The first day and the last.
        speaker: Who puts it into words.
    """
    running = Running(agreement)
    coming: list[tuple[datetime, Turn | Entry]] = sorted(
        [
            *((turn.at, turn) for turn in history(base, agreement.id)),
            *((entry.known_at, entry) for entry in entries),
        ],
        key=lambda pair: pair[0],
    )
    place, day = 0, span[0]
    while day <= span[1]:
        span_of_day = local_day(day, speaker.zone)
        end, clock = last_moment(span_of_day), span_of_day.start - INSTANT
        ended: list[tuple[datetime, str]] = []
        while place < len(coming) and coming[place][0] < span_of_day.end:
            at, what = coming[place]
            place += 1
            ended += _pass(running, (clock, at), speaker)
            clock = at
            if isinstance(what, Turn):
                running.turn(what)
            else:
                running.take(what)
        ended += _pass(running, (clock, end), speaker)
        yield day, stood(running, end, speaker), tuple(ended)
        day += timedelta(days=1)


def _pass(
    running: Running, span: tuple[datetime, datetime], speaker: Speaker
) -> Iterator[tuple[datetime, str]]:
    """Let time pass, and tell each time that ends with something still to be done."""
    clock, until = span
    while True:
        rows = [row for row in _running(running, clock, speaker) if clock < row[0] <= until]
        if not rows:
            break
        clock = min(by for by, _ in rows)
        yield from (row for row in rows if row[0] == clock)
        running.tick(clock)
    running.tick(until)


def _running(running: Running, at: datetime, speaker: Speaker) -> Iterator[tuple[datetime, str]]:
    """Every time that is set and in which something is still to be done, and of whom what."""
    for row in due(running, at):
        if row.by and row.state not in _SETTLED:
            yield parse_instant(row.by), f"{speaker.name(row.who)}: {speaker.words(row.what)}"


def diary(
    ends: Iterable[tuple[date, Stood, Sequence[tuple[datetime, str]]]],
    events: Sequence[Event],
    arrivals: Sequence[Arrival],
    speaker: Speaker,
) -> Iterator[Day]:
    """The diary of days on end.

    Args:
        ends: Each day with what stood at its end and the times that ended on it, day after day.
        events: What was said, in order.
        arrivals: What came in, in order.
        speaker: Who puts it into words.
    """
    before: Stood | None = None
    held: Day | None = None
    for day, now, ended in ends:
        span = local_day(day, speaker.zone)
        told = [
            *((each.at, f"reports: {each.words}") for each in arrivals),
            *((each.entry.known_at, _event(each, now)) for each in events),
        ]
        told = [(at, words) for at, words in told if span.start <= at < span.end]
        happened = tuple(
            f"{at.astimezone(speaker.zone):%H:%M} {speaker.words(words)}"
            for at, words in sorted([*told, *_ended(ended)], key=lambda pair: pair[0])
        )
        changed = moves(before.standings if before else {}, now.standings)
        moved = tuple(_moved(changed, speaker))
        named = tuple(speaker.words(line) for line in _named(arrivals, span, changed, now))
        before = now
        today = Day(day, day, happened, moved, named, now.counts, _following(now.ahead, speaker))
        if (
            held is not None
            and replace(held, first=day, last=day)
            == replace(today, happened=(), moved=(), named=())
            == today
        ):
            held = replace(held, last=day)
            continue
        if held is not None:
            yield held
        held = today
    if held is not None:
        yield held


def last_moment(day: Period) -> datetime:
    """The last moment of a day: what begins or ends at midnight does so on the day after."""
    return day.end - INSTANT


def _event(event: Event, now: Stood) -> str:
    refused = now.standings["refused"].get(event.entry.id)
    words = f"{event.entry.author}: {event.tells or event.entry.id}"
    return f"{words} [REFUSED: {refused}]" if refused else words


def _counted(speaker: Speaker, states: Iterable[str]) -> dict[str, str | int]:
    return dict(sorted(Counter(map(speaker.words, states)).items()))


def _ended(ended: Sequence[tuple[datetime, str]]) -> Iterator[tuple[datetime, str]]:
    """The times that ended with something undone, those that ended together and alike in one line."""
    for (at, what), times in Counter(ended).items():
        yield at, f"the clock: the time ends for {what}" + f" ({times})" * (times > 1)


def _following(ahead: Sequence[tuple[datetime, str]], speaker: Speaker) -> str:
    """The next deadline: until when, what and of whom; how many end with it."""
    if not ahead:
        return ""
    at, what = ahead[0]
    more = sum(by == at for by, _ in ahead) - 1
    also = f", and {more} more" if more else ""
    return f"{speaker.words(format_instant(at))}: {what}{also}"


def _named(
    arrivals: Sequence[Arrival], day: Period, changed: Sequence[Move], now: Stood
) -> Iterator[str]:
    """What reports changed on a day by name, and what determinations that were there say now."""
    for arrival in arrivals:
        if day.contains(arrival.at):
            yield from arrival.named
    for move in changed:
        if move.kind == "determination" and move.before and move.name in now.rulings:
            yield f"{move.name}: {now.rulings[move.name].rstrip('.')}"


def _moved(changed: Sequence[Move], speaker: Speaker) -> Iterator[str]:
    """What moved, those of a kind that moved alike in one line."""
    alike: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for move in changed:
        if move.kind not in {"refused", "clock"}:
            alike[move.kind, move.before, move.after].append(move.name)
    for (kind, before, after), names in alike.items():
        was = f" (was {speaker.words(before)})" if before else ""
        told = speaker.words(after) or "no more"
        whole = kind in _ALWAYS_NAMED or len(names) <= _ALIKE
        listed = ", ".join(names) if whole else f"{len(names)} in all"
        yield f"{kind}: {told}{was}: {listed}"
