"""A commission that has begun, for tests of what follows: entries at an hour, and a breach that was found."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from commission_moves import BEGIN, NINETY, beginning
from waarborg.base.times import format_instant
from waarborg.cases.body import from_body
from waarborg.cases.entry import Entry
from waarborg.obligations.state import Running


def at(hours: float) -> datetime:
    """So many hours after the beginning."""
    return BEGIN + timedelta(hours=hours)


def said(name: str, hours: float, author: str, kind: str, **fields: Any) -> Entry:
    """An entry at an hour."""
    moment = format_instant(at(hours))
    return from_body({"id": name, "kind": kind, "at": moment, "author": author, **fields})


def run(*entries: Entry) -> Running:
    """The state after the two cases and more entries."""
    running = Running(NINETY)
    for entry in (*beginning(), *entries):
        running.take(entry)
    return running


def ruled(hours: float = 10, case: str = "case-1") -> list[Entry]:
    """The accused told and heard, then a breach found, in case-1 unless another is named, which is of weight."""
    name = "p" if case == "case-1" else f"p-{case}"
    proposal = said(
        name, hours, "GUA:chair", "propose", case=case, outcome="breach", responsible="BOR"
    )
    course = f"hearing-{case}"
    heard = [
        said(f"{step}-{name}", hours, "GUA:chair", "step-taken", course=course, step=step)
        for step in ("notify", "hear")
    ]
    return [
        *heard,
        proposal,
        *(
            said(f"v-{name}-{party}", hours, f"{party}:x", "vote", proposal=name, choice="for")
            for party in ("ARD", "BOR", "GUA")
        ),
    ]
