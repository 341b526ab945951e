"""A fictional agreement and short ways to write entries, for tests of commission and guarantors."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from waarborg.agreement.load import load
from waarborg.cases.body import from_body
from waarborg.cases.entry import Entry
from waarborg.obligations.state import Running

AGREEMENT = load(
    """\
waarborg: agreement/1
id: harbour-truce
title: Harbour truce
reading: {by: the tests}
sources:
  paper: {title: A paper, kind: fiction}
parties:
  ARD: {name: Ardania}
  BOR: {name: Borland}
  GUA: {name: Guardia}
  WIT: {name: Witland}
periods:
  truce: {from: 2030-01-01T00:00+00:00, until: 2030-04-01T00:00+00:00, certainty: stated}
bodies:
  commission: {words: the Commission, members: [ARD, BOR, GUA], decides: [breach]}
clauses:
  C-1: {says: Neither side uses force., source: paper, binding: fictional, certainty: stated}
  C-3: {says: Guardia and Witland answer., source: paper, binding: fictional, certainty: stated}
gates:
  GUA-senate:
    of: GUA
    effect: prior_consent
    for: [armed_force]
    speaks: [senate]
    words: the senate must approve beforehand
    certainty: stated
guarantees:
  help:
    clause: C-3
    by: [GUA]
    strength: shall_subject_to_procedures
    action: [armed_force]
    trigger: {decision: breach_found}
    gates: [GUA-senate]
    within: PT48H
    runs_from: ruling
    certainty: stated
  supply:
    clause: C-3
    by: [WIT]
    strength: shall
    action: [logistics]
    trigger: {decision: breach_found}
    relies_on: [help]
    within: PT24H
    runs_from: ruling
    certainty: stated
""",
    "agreement.yaml",
)

START = datetime(2030, 1, 10, tzinfo=UTC)


def hour(number: float) -> datetime:
    """So many hours after the first entry."""
    return START + timedelta(hours=number)


def said(name: str, at: float, author: str, kind: str, **fields: Any) -> Entry:
    """An entry made and recorded at an hour; `dated` sets another hour as the author's own."""
    dated = fields.pop("dated", at)
    cites = fields.pop("cites", [])
    return from_body(
        {
            "id": name,
            "kind": kind,
            "at": hour(dated).isoformat(),
            "known_at": hour(at).isoformat(),
            "author": author,
            "cites": cites,
            **fields,
        }
    )


def rules(at: float = 0, **changed: Any) -> list[Entry]:
    """The rules of procedure, agreed by all: three seats, majority of seats, simple majority."""
    fields: dict[str, Any] = {
        "body": "commission",
        "seats": [{"party": "ARD"}, {"party": "BOR"}, {"party": "GUA"}],
        "quorum": "majority",
        "majority": "simple",
        "on_deadlock": "no_ruling",
        "silence": True,
    }
    wanted = fields | changed
    put = said("rules", at, "GUA:chair", "adopt-rules", **wanted)
    others = [seat["party"] for seat in wanted["seats"] if seat["party"] != "GUA"]
    return [put, *(said(f"rules-{p}", at, f"{p}:x", "approve", proposal="rules") for p in others)]


def opened(at: float = 1) -> Entry:
    """A case against Borland."""
    return said(
        "case",
        at,
        "ARD:liaison",
        "open-case",
        body="commission",
        accused="BOR",
        clause="C-1",
        happened_from=hour(0).isoformat(),
        happened_until=hour(1).isoformat(),
    )


def proposed(at: float = 2, name: str = "prop", **changed: Any) -> Entry:
    """A proposal to find Borland in breach, with a remedy."""
    fields: dict[str, Any] = {
        "case": "case",
        "outcome": "breach",
        "responsible": "BOR",
        "remedy": "withdraw the battery behind the line",
        "remedy_hours": 48,
    }
    return said(name, at, "GUA:chair", "propose", **(fields | changed))


def vote(at: float, author: str, choice: str = "for", **fields: Any) -> Entry:
    """A vote on the proposal."""
    name = fields.pop("name", f"vote-{author}-{at}")
    proposal = fields.pop("proposal", "prop")
    return said(name, at, author, "vote", proposal=proposal, choice=choice, **fields)


def agreed(put: Entry, party: str = "ARD") -> tuple[Entry, Entry]:
    """What a seat puts, and another seat that stands behind it at the same moment."""
    other = said(f"{put.id}-ok", 0, f"{party}:liaison", "approve", proposal=put.id)
    return put, replace(other, at=put.known_at, known_at=put.known_at)


def ruling() -> list[Entry]:
    """Entries that lead to a breach found, by two votes to one, at hour 5."""
    return [
        *rules(),
        opened(),
        proposed(),
        vote(3, "GUA:chair"),
        vote(4, "ARD:liaison"),
        vote(5, "BOR:liaison", "against", reason="the battery was Ardanian"),
    ]


def run(*entries: Entry) -> Running:
    """The state after entries."""
    running = Running(AGREEMENT)
    for entry in entries:
        running.take(entry)
    return running
