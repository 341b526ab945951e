"""Law 5 taken at its word: a row comes out the same from nothing but the entries that are named under it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from waarborg.agreement.model import Agreement
from waarborg.app.services.docket import docket, due
from waarborg.cases.below import Thing
from waarborg.cases.entry import Entry
from waarborg.obligations.below import Grounds
from waarborg.obligations.state import Running, state


def differing(agreement: Agreement, entries: Sequence[Entry], at: datetime) -> Iterator[str]:
    """The rows of a moment that come out otherwise from the entries named under them, in words.

    Args:
        agreement: The text.
        entries: The record's entries.
        at: The moment, and up to when knowledge counts.
    """
    full = state(agreement, (), entries, at, at)
    grounds = Grounds(full)
    folds: dict[frozenset[str], Running] = {}
    for thing, name, row in _rows(full, at):
        under = grounds.down(thing, name)
        kept = frozenset(u.below.name for u in under if u.below.thing is Thing.ENTRY)
        if kept not in folds:
            folds[kept] = state(agreement, (), [e for e in entries if e.id in kept], at, at)
        if (thing, name, row) not in _rows(folds[kept], at):
            yield f"{thing} {name}"


def _rows(running: Running, at: datetime) -> list[tuple[Thing, str, Any]]:
    """Every row of rulings, obligations, deadlines and docket, with what it is and what it is called."""
    rows: list[tuple[Thing, str, Any]] = []
    rows += [(Thing.DETERMINATION, str(made.id), made) for made in running.determinations()]
    rows += [(Thing.OBLIGATION, str(owed.id), owed) for owed in running.obligations(at)]
    rows += [(row.thing, row.id, row) for row in due(running, at)]
    # how many cases like it came before rests on these cases, and orders the docket alone
    rows += [(Thing.CASE, c["case"], c | {"alike_before": 0}) for c in docket(running, at)]
    return rows
