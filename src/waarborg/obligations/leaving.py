"""Leaving: from when an exit has effect, with the notice that the text asks for.

Rules this module keeps:
1. No exit has effect before it reached the record, before the day that its author names, or before the notice
   has run from when the record had it.
2. Whatever an exit is called, what ends a text for good takes the notice of leaving it.
3. What was announced and has no effect yet binds still: it is told with the day, and may be taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from waarborg.agreement.model import Agreement
from waarborg.agreement.notice import notice_of, runs_out
from waarborg.agreement.time_words import duration_words
from waarborg.base.grades import Standing
from waarborg.base.times import format_instant

WITHDRAWN = "withdrawn"
"""The way out of one promise, by taking it back or ending it early."""


@dataclass(frozen=True, slots=True)
class Effect:
    """From when an exit has effect.

    Attributes:
        at: The moment.
        words: Why that is not the day that was named, "" where it is.
        notice: Whether a notice that the text asks for moved it.
    """

    at: datetime
    words: str
    notice: bool = False


@dataclass(frozen=True, slots=True)
class Leaving:
    """An exit that was announced and has no effect yet.

    Attributes:
        party: Who leaves.
        what: What it leaves, in words: the text, a clause or a promise.
        step: How: "denounced", "suspended" and so on.
        since: From when that has effect.
        words: How that day was computed.
        entry: The entry that announces it.
    """

    party: str
    what: str
    step: str
    since: datetime
    words: str
    entry: str


def effect(
    agreement: Agreement, party: str, way: str, received: datetime, named: datetime
) -> Effect:
    """From when an exit has effect.

    Args:
        agreement: The text.
        party: Who leaves.
        way: "denounced", "suspended" or "withdrawn".
        received: When the record had it.
        named: The day that its author names.
    """
    plain, given = max(received, named), notice_of(agreement, party, way, received)
    run = plain if given is None else runs_out(agreement, given, received)
    if given is None or run <= plain:
        return Effect(plain, "" if plain == named else dated_back(named))
    words = (
        f"{duration_words(given.notice)}, the notice of {given.clause}, after it reached the record "
        f"at {format_instant(received)}"
    )
    named_too = "" if named in {run, received} else f"; it names {format_instant(named)}"
    return Effect(run, f"{words}{named_too}", notice=True)


def way_of(step: Standing) -> str:
    """The way out that a step of standing is, "" where it ends nothing."""
    if step is Standing.SUSPENDED:
        return "suspended"
    ends = {Standing.DENOUNCED, Standing.LAPSED, Standing.REPLACED}
    return "denounced" if step in ends else ""


def dated_back(named: datetime) -> str:
    """How a sentence tells that something names a day before it reached the record."""
    return f"when it reached the record; it names {format_instant(named)}"
