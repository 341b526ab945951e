"""How a promise ends: by its own term, by an early end, or because its giver withdraws it.

Rules this module keeps:
1. Only what was on the record by the moment asked counts, so that nothing dated back ends what bound.
2. What had ended stays ended until it is renewed: a later word that it ended before changes no day.
3. An early end and a withdrawal wait for the notice that the text asks for; renewed or pledged anew before
   that has run, the promise goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from waarborg.agreement.model import Agreement, Guarantee
from waarborg.base.times import format_instant
from waarborg.cases.entry import Entry
from waarborg.cases.promise_acts import Contribute, PromiseTerm
from waarborg.obligations.leaving import WITHDRAWN, Effect, Leaving, effect


@dataclass(frozen=True, slots=True)
class _End:
    """When a promise ends, None for never; why not on the day named, in words; which entry ends it early."""

    at: datetime | None
    words: str = ""
    entry: str = ""


def over(
    agreement: Agreement,
    guarantee: Guarantee,
    terms: Sequence[Entry],
    brought: Sequence[Entry],
    moment: datetime,
) -> str:
    """How a promise had ended at a moment, in words; "" while it had not.

    Args:
        agreement: The text.
        guarantee: The promise.
        terms: The entries that end or renew it, in order.
        brought: The entries about what it brings, in order.
        moment: The moment asked.
    """
    end = _end(agreement, guarantee, terms, moment)
    if end.at is not None and moment >= end.at:
        told = f"the promise had ended at {format_instant(end.at)}"
        return f"{told}, {end.words}" if end.words else told
    last = _withdrawn(brought, moment)
    has = withdrawal(agreement, last) if last is not None else None
    if last is None or has is None or moment < has.at:
        return ""
    told = f"the promise was withdrawn in {last.id} at {format_instant(has.at)}"
    return f"{told}, {has.words}" if has.words else told


def early(agreement: Agreement, entry: Entry, act: PromiseTerm) -> Effect:
    """From when a promise ends that its giver ends early."""
    return effect(agreement, entry.party, WITHDRAWN, entry.known_at, act.until)


def withdrawal(agreement: Agreement, entry: Entry) -> Effect:
    """From when the withdrawal of a promise has effect."""
    return effect(agreement, entry.party, WITHDRAWN, entry.known_at, entry.at)


def leaving_promise(
    agreement: Agreement,
    guarantee: Guarantee,
    terms: Sequence[Entry],
    brought: Sequence[Entry],
    moment: datetime,
) -> Iterator[Leaving]:
    """The withdrawal or early end of a promise that was announced by a moment and has no effect yet.

    Args:
        agreement: The text.
        guarantee: The promise.
        terms: The entries that end or renew it, in order.
        brought: The entries about what it brings, in order.
        moment: The moment asked.
    """
    by, name = str(guarantee.by), guarantee.id
    last = _withdrawn(brought, moment)
    has = withdrawal(agreement, last) if last is not None else None
    if last is not None and has is not None and has.at > moment:
        yield Leaving(by, name, WITHDRAWN, has.at, has.words, last.id)
    end = _end(agreement, guarantee, terms, moment)
    if end.at is not None and end.at > moment and end.entry:
        yield Leaving(by, name, "ends", end.at, end.words or "the day that it names", end.entry)


def _end(
    agreement: Agreement, guarantee: Guarantee, terms: Sequence[Entry], moment: datetime
) -> _End:
    """When a promise ends, as the record had it at a moment."""
    end = _End(guarantee.until)
    for entry in terms:
        act = entry.act
        if entry.known_at > moment or not isinstance(act, PromiseTerm):
            continue
        ended = end.at is not None and end.at <= entry.known_at
        if ended and act.until < entry.known_at:
            continue
        if end.at is not None and act.until >= end.at:
            end = _End(act.until)
            continue
        has = early(agreement, entry, act)
        if end.at is None or has.at < end.at:
            end = _End(has.at, has.words, entry.id)
    return end


def _withdrawn(brought: Sequence[Entry], moment: datetime) -> Entry | None:
    """The entry that withdrew a promise, as the record had it at a moment; None where none did."""
    known = [entry for entry in brought if entry.known_at <= moment]
    last = known[-1] if known else None
    if last is None or not isinstance(last.act, Contribute) or last.act.step != "withdrawn":
        return None
    return last
