"""Amendments signed on the record: whom a version of the text binds, and from when."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from commission_desk import AGREEMENT, START, hour, ruling, said
from waarborg.agreement.load import load
from waarborg.app.services.behind import Behind
from waarborg.app.services.day import status
from waarborg.app.services.docket import docket, rulings
from waarborg.app.services.explain_commission import Why
from waarborg.app.services.moved import moves, stand
from waarborg.app.services.spoken import Speaker
from waarborg.base.times import format_instant
from waarborg.cases.below import Thing
from waarborg.obligations.amended import versions_for
from waarborg.obligations.obligation import Obligation
from waarborg.obligations.state import Running, state

TEXT = """\
waarborg: agreement/1
id: harbour-truce
title: Harbour truce
reading: {by: the tests}
sources:
  paper: {title: A paper, kind: fiction}
version: {name: "1", from: 2030-01-01T00:00+00:00}
parties:
  ARD: {name: Ardania}
  BOR: {name: Borland}
  GUA: {name: Guardia}
  WIT: {name: Witland}
bodies:
  commission: {words: the Commission, members: [ARD, BOR, GUA], decides: [breach]}
clauses:
  C-1: {says: Neither side uses force., source: paper, binding: fictional, certainty: stated}
  C-3: {says: Guardia and Witland answer., source: paper, binding: fictional, certainty: stated}
guarantees:
  help: {clause: C-3, by: [GUA, WIT], each: true, strength: shall, action: [diplomacy], trigger: {decision: breach_found}, within: PT48H, runs_from: ruling, certainty: stated}
amendments:
  "2":
    from: 2030-01-05T00:00+00:00
    says: Help comes within a day.
    source: paper
    certainty: stated
    changes:
      guarantees:
        help: {clause: C-3, by: [GUA, WIT], each: true, strength: shall, action: [diplomacy], trigger: {decision: breach_found}, within: PT24H, runs_from: ruling, certainty: stated}
"""
FILE = load(TEXT, "agreement.yaml")


def amend(name: str, at: float, party: str, since: str, version: str = "2"):
    """A party signs an amendment."""
    return said(
        name, at, f"{party}:x", "amend", version=version, since=since, words="help in a day"
    )


def owed(running: Running) -> dict[str, str]:
    """How long each guarantor has."""
    found: tuple[Obligation, ...] = running.obligations(hour(6))
    return {str(each.guarantor): each.deadline.within for each in found}


def ran(*entries) -> Running:
    """The state after a breach found at hour 5, with more entries in the order of the record."""
    ordered = sorted([*ruling(), *entries], key=lambda entry: entry.known_at)
    return state(FILE, (), ordered, hour(99), hour(99))


def test_while_nobody_signed_the_date_of_the_file_holds_for_all() -> None:
    """The breach of 10 January is answered under the version of 5 January."""
    assert owed(ran()) == {"GUA": "PT24H", "WIT": "PT24H"}


def test_a_signed_version_binds_those_who_signed() -> None:
    """Guardia signed before the breach; Witland did not, and stays under the first version."""
    assert owed(ran(amend("a", 0, "GUA", "2030-01-06T00:00Z"))) == {"GUA": "PT24H", "WIT": "PT48H"}


def test_a_version_that_binds_only_later_leaves_an_earlier_breach_alone() -> None:
    """Signed after the ruling, from a moment after the breach: what is owed stays under the old text."""
    signed = [amend("a", 8, "GUA", "2030-01-12T00:00Z"), amend("b", 8, "WIT", "2030-01-06T00:00Z")]
    assert owed(ran(*signed)) == {"GUA": "PT48H", "WIT": "PT24H"}


def test_signing_afterwards_moves_what_is_owed_step_by_step_as_at_once() -> None:
    """The fold, fed entry by entry, comes to what the whole record gives, and names the move."""
    running = Running(FILE)
    for entry in ruling():
        running.take(entry)
    before = stand(running, hour(6))
    assert running.take(amend("a", 6, "GUA", "2030-01-06T00:00Z")) is None
    running.tick(hour(99))
    assert running == ran(amend("a", 6, "GUA", "2030-01-06T00:00Z"))
    found = {(m.kind, m.name): m.after for m in moves(before, stand(running, hour(6)))}
    assert found["amendment", "2/GUA"] == "binds from 2030-01-06T00:00:00Z"
    assert found["clock", "obl-case-help-WIT"] == "until 2030-01-12T05:00:00Z"
    [told] = status(running, hour(6))["amendments"]
    assert told["signed_by"] == {"GUA": "2030-01-06T00:00:00Z"}
    assert told["binds"] == "those who signed, each from then on"


@pytest.mark.parametrize(
    ("entry", "rule", "words"),
    [
        (amend("x", 9, "GUA", "2029-12-31T00:00Z"), "COM-008",
         "an amendment cannot begin before the agreement"),
        (amend("x", 9, "GUA", "2030-01-04T00:00Z"), "COM-008",
         "amendment 2 does not begin before 2030-01-05T00:00:00Z"),
        (amend("x", 9, "GUA", "2030-01-06T00:00Z", "3"), "COM-005",
         "the file has no amendment 3; it has 2"),
        (amend("x", 9, "ZED", "2030-01-06T00:00Z"), "COM-012", "ZED is no party to the text"),
        (amend("x", 9, "WIT", "2030-01-07T00:00Z"), "COM-002", "WIT has signed amendment 2 already"),
    ],
)  # fmt: skip
def test_what_cannot_be_signed_is_refused(entry, rule: str, words: str) -> None:
    """With the rule named, and nothing changed."""
    held = amend("w", 8, "WIT", "2030-01-06T00:00Z")
    running = ran(held, entry)
    assert [(r.entry.id, r.rule, r.words) for r in running.refused] == [("x", rule, words)]
    assert owed(running) == owed(ran(held))


def test_versions_of_a_party_follow_each_other() -> None:
    """Each ends where the next begins for that party."""
    signed = {"2": {"GUA": START}}
    one, two = versions_for(FILE, signed, "GUA")
    assert (one.name, one.end, two.name, two.start, two.end) == ("1", START, "2", START, None)
    [only] = versions_for(FILE, signed, "WIT")
    assert (only.name, only.end) == ("1", None)
    assert [each.name for each in versions_for(AGREEMENT, {}, "GUA")] == [""]
    assert format_instant(START) == "2030-01-10T00:00:00Z"


def test_a_breach_held_against_another_text_than_bound_the_accused_says_so() -> None:
    """Findings go by the dates of the file; what the accused had not signed by then is told, and not judged."""
    assert ran().commission.cases["case"].other_text == "", "nobody has signed: the file says"
    signed = ran(amend("a", 0, "GUA", "2030-01-06T00:00Z"))
    words = (
        "held against version 2 by the dates of the file, while by what was signed BOR was bound by version 1: "
        "whether that text was broken was not judged"
    )
    [row] = docket(signed, hour(99))
    assert row["flags"][-1] == words
    [made] = rulings(signed)
    assert made["flags"][-1] == words
    behind = Behind(signed)
    assert "a" in {under["name"] for under in behind.rows(Thing.CASE, "case")}
    why = Why(behind, signed, hour(99), Speaker(FILE, ZoneInfo("UTC")), lambda _: None)
    for name in ("case", "det-case"):
        told = " ".join(why.tell(why.names()[name]).lines)
        assert "by what was signed Borland was bound by version 1" in told
    later = ran(
        amend("a", 0, "GUA", "2030-01-06T00:00Z"), amend("b", 20, "BOR", "2030-01-06T00:00Z")
    )
    assert later.commission.cases["case"].other_text == "", "signed since, for the day of the act"
    part = ran(amend("b", 20, "BOR", "2030-01-10T00:30Z"))
    assert "was bound by version 1 or 2" in part.commission.cases["case"].other_text
