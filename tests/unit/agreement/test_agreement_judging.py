"""Incidents that are alike in what a prohibition asks get one answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from waarborg.agreement import judging
from waarborg.agreement.held import Deed, Ground, hold
from waarborg.agreement.judging import Against
from waarborg.agreement.load import load
from waarborg.base.judgement import Verdict
from waarborg.base.times import Period

START = datetime(2030, 1, 1, tzinfo=UTC)
TEXT = """\
waarborg: agreement/1
id: small
title: A small truce
reading: {by: a test}
sources: {note: {title: A note, kind: fiction}}
parties: {A: {name: Aland}, B: {name: Beland}}
clauses: {C-1: {says: No artillery., source: note, certainty: stated}}
prohibitions:
  plain: {clause: C-1, who: [A, B], must_not: {act: artillery_fire}, where: unstated, certainty: stated}
  answered:
    clause: C-1
    who: [A, B]
    must_not: {act: artillery_fire}
    where: unstated
    certainty: stated
    except: [{clause: C-1, answers: {by: B, within: PT3H}, certainty: stated}]
"""
GROUND = Ground(None, ZoneInfo("UTC"))


def deed(name: str, hour: int, actor: str | None, act: str = "artillery_fire") -> Deed:
    """An incident at an hour of the first day."""
    begin = START + timedelta(hours=hour)
    row = {"actor": actor, "act": act, "in_force": True}
    return Deed(name, Period(begin, begin + timedelta(hours=1)), None, row, row)


DEEDS = (
    deed("b", 0, "B"),
    deed("soon", 2, "A"),
    deed("late", 20, "A"),
    deed("open", 21, None),
    deed("other", 22, "A", "drone_strike"),
)


def found(rule: str) -> dict[tuple[str, str], judging.Answer]:
    """Incident and party to what the prohibition says."""
    text = load(TEXT, "small.yaml")
    held = hold(text, DEEDS, GROUND)
    (asked,) = (each for each in text.prohibitions if each.id == rule)
    against = Against(text, asked, held, ())
    return {(one.held.deed.id, one.answer.accused): one.answer for one in against.judged()}


def test_alike_incidents_share_an_answer() -> None:
    """Two attacks by one party are answered once; an open actor, another act get answers of their own."""
    answers = found("plain")
    assert answers["soon", "A"] is answers["late", "A"]
    assert {key: each.verdict for key, each in answers.items()} == {
        ("b", "B"): Verdict.YES,
        ("soon", "A"): Verdict.YES,
        ("late", "A"): Verdict.YES,
        ("open", "A"): Verdict.UNKNOWN,
        ("open", "B"): Verdict.UNKNOWN,
    }


def test_no_answer_is_shared_where_the_record_decides() -> None:
    """Of two attacks that look alike one may answer a strike, which the rest of the record says."""
    answers = found("answered")
    assert answers["soon", "A"].verdict is Verdict.NO
    assert answers["late", "A"].verdict is Verdict.YES


def test_answers_that_are_forgotten_are_worked_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for one answer the answers are the same."""
    before = found("plain")
    monkeypatch.setattr(judging, "_KEPT", 1)
    assert found("plain") == before
