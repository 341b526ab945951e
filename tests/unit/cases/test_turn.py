"""A determination that changes or goes: its case is told, and what was owed by the text alone falls away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from commission_moves import BEGIN, NINETY
from small_mission import Mission, release, row
from waarborg.app.services.board import Board
from waarborg.app.services.carry import Carry, turns
from waarborg.app.services.day import status
from waarborg.app.services.docket import docket, due
from waarborg.base.parties import PartyId
from waarborg.base.times import Period, format_instant
from waarborg.cases.body import from_body
from waarborg.cases.determination import Decision, Determination, DeterminationId
from waarborg.cases.entry import Entry
from waarborg.cases.turn import Turn
from waarborg.findings.finding import FindingId, Tier
from waarborg.incidents.incident import IncidentId
from waarborg.incidents.judgements import Judgement, Sameness
from waarborg.obligations.state import Running, state
from waarborg.reports.report import ReportId

SHELLED = "ardanians shelled mill"


def made(name: str = "det-1-no-force", **other: object) -> Determination:
    """A pending determination before the commission of the ninety days' agreement."""
    pending = Determination(
        id=DeterminationId(name), finding=FindingId(f"fin-{name}"), incident=IncidentId("inc-1"),
        agreement=NINETY.id, exercise="", prohibition="no-force", clause="C-1",
        breacher=PartyId("BOR"), by="commission", decision=Decision.PENDING, tier=Tier.POSSIBLE,
        happened=Period(BEGIN, BEGIN + timedelta(hours=9)), known_at=format_instant(BEGIN),
        facts={"decision": "pending", "severity": 2, "actor": "BOR"}, words="alleged",
        cites=(ReportId("r1"), ReportId("r2")),
    )  # fmt: skip
    return replace(pending, **other)  # type: ignore[arg-type]  # fields by name


def turn(
    hours: int, before: Determination | None, after: Determination | None, why: str = ""
) -> Turn:
    """A turn that became known so many hours after the beginning."""
    return Turn(BEGIN + timedelta(hours=hours), before, after, why)


def comment(hours: int, case: str) -> Entry:
    """A party's comment on a case."""
    moment = format_instant(BEGIN + timedelta(hours=hours))
    body = {"id": f"word-{hours}", "kind": "comment", "at": moment, "author": "BOR:liaison",
            "known_at": moment, "case": case, "words": "we deny it"}  # fmt: skip
    return from_body(body)


def both(history: list[Turn], entries: list[Entry]) -> Running:
    """The state, step by step and at once; they have to be equal, and so do their views."""
    board = Board(Running(NINETY))
    for _, step in sorted(
        [*((t.at, t) for t in history), *((e.known_at, e) for e in entries)],
        key=lambda pair: pair[0],
    ):
        board.turn(step) if isinstance(step, Turn) else board.take(step)
    end = BEGIN + timedelta(days=9)
    board.tick(end)
    at_once = state(NINETY, history, entries, end, end)
    assert board.running == at_once
    assert (board.docket(), board.due(), board.status()) == (
        docket(at_once, end), due(at_once, end), status(at_once, end),
    )  # fmt: skip
    return at_once


def test_a_case_whose_incident_is_gone_stays_and_says_so() -> None:
    """A merge takes the incident away: the case, its comment and its determination stay, flagged."""
    old = made()
    gone = turn(20, old, None, "inc-1 merged into inc-0")
    running = both([turn(1, None, old), gone], [comment(30, old.id)])
    case = running.commission.cases[old.id]
    assert case.flags[0] == (
        "what it rested on has changed at 2030-01-02T20:00:00Z: inc-1 merged into inc-0; "
        "fin-det-1-no-force is gone"
    )
    assert [entry.id for entry in case.entries] == ["word-30"]
    assert running.determination(old.id) == old
    assert not running.refused


def test_without_a_reason_of_fusion_the_incident_is_no_breach_any_more() -> None:
    """A correction that leaves the incident no breach is told in these words."""
    old = made()
    assert turn(20, old, None).words == (
        "what it rested on has changed at 2030-01-02T20:00:00Z: inc-1 is not held to be a breach any more; "
        "fin-det-1-no-force is gone"
    )


def test_a_case_whose_incident_changed_says_what_is_otherwise() -> None:
    """Time, accused, certainty and reports that went are named, old beside new."""
    old = made()
    new = made(
        tier=Tier.CERTAIN, cites=(ReportId("r2"), ReportId("r3")),
        happened=Period(BEGIN, BEGIN + timedelta(hours=2)),
    )  # fmt: skip
    running = both([turn(1, None, old), turn(5, old, new, "1 of its reports went")], [])
    (flag,) = running.commission.cases[old.id].flags
    assert flag == (
        "what it rested on has changed at 2030-01-02T05:00:00Z: when it happened is "
        "2030-01-02T00:00:00Z to 2030-01-02T02:00:00Z, and was 2030-01-02T00:00:00Z to "
        "2030-01-02T09:00:00Z; how sure it is is certain, and was possible; "
        "no longer behind it: r1 (1 of its reports went)"
    )
    assert running.determination(old.id) == new


def test_a_further_report_behind_a_case_is_no_news() -> None:
    """A case is not told of a report that only joins those behind it."""
    old = made()
    more = made(cites=(*old.cites, ReportId("r3")))
    assert turn(5, old, more).words == ""
    running = both([turn(1, None, old), turn(5, old, more)], [])
    assert running.commission.cases[old.id].flags == []


def test_an_incident_that_is_held_again_is_told_too() -> None:
    """A split that undoes a merge brings the finding back to its case."""
    old = made()
    running = both([turn(1, None, old), turn(2, old, None), turn(3, None, old)], [])
    assert running.commission.cases[old.id].flags[1] == (
        "what it rested on has changed at 2030-01-02T03:00:00Z: it is held again"
    )


def test_a_case_that_an_entry_opened_is_told_about_the_findings_it_names() -> None:
    """A case opened by hand over a finding rests on it like one that opened by itself."""
    old = made()
    moment = format_instant(BEGIN + timedelta(hours=2))
    body = {"id": "by-hand", "kind": "open-case", "at": moment, "author": "ARD:liaison",
            "known_at": moment, "body": "commission", "accused": "BOR", "clause": "C-1",
            "findings": [old.finding], "happened_from": format_instant(BEGIN),
            "happened_until": moment}  # fmt: skip
    running = both([turn(1, None, old), turn(5, old, None)], [from_body(body)])
    assert len(running.commission.cases["by-hand"].flags) == 1


def test_a_turn_is_of_some_determination() -> None:
    """A turn from nothing to nothing is a mistake in the program."""
    with pytest.raises(ValueError, match="a turn is of some determination"):
        turn(1, None, None).either  # noqa: B018  # the property is what is tried


def test_an_obligation_of_the_text_that_falls_away_is_told() -> None:
    """A judgement that joins two incidents takes one away: what was owed after it is named as fallen."""
    day = "2030-04-12"
    rows = [
        row("a", day, "Sudby", "A", "herald", SHELLED),
        row("b", day, "Sudmark", "A", "courier", SHELLED),
    ]
    inputs = Mission(((release(rows), "2030-04-14T12:00:00+03:00"),)).open().inputs
    text = inputs.agreements[0]
    late = inputs.reports[0].received_at + timedelta(days=30)
    one, other = (report.id for report in inputs.reports)
    apart = Judgement(
        one, other, Sameness.DIFFERENT, "ana", inputs.reports[0].received_at, "two mills"
    )
    same = Judgement(one, other, Sameness.SAME, "ana", late - timedelta(days=1), "one mill")
    before = state(text, turns(inputs.judged([apart]), late, late), (), late, late)
    history = turns(inputs.judged([apart, same]), late, late)
    after = state(text, history, (), late, late)
    assert len(after.owed) < len(before.owed)
    assert [set(each.owed) for each in after.fallen] == [before.owed.keys() - after.owed.keys()]
    assert "merged into" in after.fallen[0].words
    told = status(after, late)["fallen"]
    assert told[0]["determination"] == after.fallen[0].determination
    carry = Carry(inputs, late)
    carry.take(apart.when, inputs.reports, [apart])
    step = carry.take(same.when, judgements=[same])
    assert [move.fate.value for move in step.trail] == ["merged"]
    assert {str(each.id) for each in step.obligations[0]} >= set(after.fallen[0].owed)
