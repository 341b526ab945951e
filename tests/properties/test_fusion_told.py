"""Laws 1 and 3 for web reports as they come in: step by step equals at once, to the byte."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from unittest.mock import patch

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from strategies import OUTLETS, Row, mission_of, rows

from small_mission import Chain, Mission
from waarborg.app.services.derive import fusion_at, trail_of
from waarborg.incidents import merge
from waarborg.incidents.fuse import fuse
from waarborg.incidents.incident import Incident, IncidentId
from waarborg.incidents.judgements import Judgement, Sameness
from waarborg.incidents.model import Model
from waarborg.incidents.told import Told
from waarborg.incidents.trail import moves
from waarborg.reports.report import Report, ReportId

BEGIN = datetime(2030, 4, 15, tzinfo=UTC)
LATER = BEGIN + timedelta(days=400)
HEADLINES = (
    "",
    "ardanians shelled mill at norvik",
    "mill at norvik shelled three killed",
    "second attack on norvik harbour by drones",
    "ardanians attacked norvik harbour with drones",
    "harvest fair opens",
)


def first_and_model(found: list[Row]) -> tuple[list[Report], Chain]:
    """The reports of some rows, and the mission they stand in."""
    chain = mission_of(found).open()
    return list(chain.inputs.reports), chain


def follow(told: Told, step: dict[str, object], held: dict[IncidentId, Incident]) -> None:
    """Take a step, and keep a list of incidents by what it says has moved."""
    moved = told.take(**step)  # type: ignore[arg-type]  # the steps are made below
    for incident in moved.before:
        assert held.pop(incident.id) == incident
    for incident in moved.after:
        assert incident.id not in held
        held[incident.id] = incident


@settings(max_examples=60, deadline=None)
@given(rows(least=2, most=14), st.data())
def test_any_steps_equal_all_at_once(found: list[Row], data: st.DataObject) -> None:
    """Late and early reports, corrections, withdrawals, judgements and their undoing: the same incidents."""
    reports, chain = first_and_model(found)
    block = data.draw(st.sampled_from((1, 2, 400)), label="block")
    model = replace(chain.inputs.model, block=block, window_days=data.draw(st.sampled_from((1, 7))))
    # from so many reports on what pairs said is remembered
    with patch.object(merge, "ALL_AT_ONCE", data.draw(st.sampled_from((2, 100)), label="from")):
        _any_steps(reports, model, data)


def _any_steps(reports: list[Report], model: Model, data: st.DataObject) -> None:
    told, held = Told(model), {}
    said: set[Judgement] = set()
    there: dict[ReportId, Report] = {}
    waiting = data.draw(st.permutations(reports), label="order")
    for number in range(data.draw(st.integers(2, 9), label="steps")):
        kind = data.draw(st.sampled_from(("come", "come", "correct", "judge", "undo", "leave")))
        step: dict[str, object] = {}
        if kind == "come":
            some, waiting = waiting[: len(waiting) // 2 + 1], waiting[len(waiting) // 2 + 1 :]
            step = {"reports": some}
            there |= {report.id: report for report in some}
        elif kind == "correct" and there:
            old = there[data.draw(st.sampled_from(sorted(there)))]
            days = timedelta(days=data.draw(st.integers(-9, 9)))
            happened = replace(
                old.happened, start=old.happened.start + days, end=old.happened.end + days
            )
            new = replace(
                old, version=old.version + 1, received_at=LATER + timedelta(hours=number),
                headline=data.draw(st.sampled_from(HEADLINES)), happened=happened,
                source=data.draw(st.sampled_from(OUTLETS)),
            )  # fmt: skip
            step = {"reports": [new, old]}
            there[new.id] = new
        elif kind == "judge" and len(reports) > 1:
            one, other = data.draw(st.permutations([r.id for r in reports]))[:2]
            same = data.draw(st.sampled_from(Sameness))
            judged = Judgement(one, other, same, "ana", BEGIN + timedelta(hours=number), "seen")
            step = {"judgements": [judged]}
            said.add(judged)
        elif kind == "undo" and said:
            undone = data.draw(st.sampled_from(sorted(said)))
            step = {"taken_back": [undone]}
            said.discard(undone)
        elif kind == "leave" and there:
            name = data.draw(st.sampled_from(sorted(there)))
            step = {"gone": [name]}
            del there[name]
        event(kind)
        follow(told, step, held)
        expected = fuse(there.values(), model, said, told.arrived)
        assert told.incidents() == expected
        assert sorted(held) == sorted(incident.id for incident in expected)


def test_an_earlier_arrival_that_comes_to_light_late_names_the_incident_anew(easter: Chain) -> None:
    """An old version of a report that came first is handed in last: the incident bears that name."""
    model = easter.inputs.model
    joined = next(i for i in fuse(easter.inputs.reports, model) if len(i.reports) > 1)
    one, other = (r for r in easter.inputs.reports if r.id in joined.reports[:2])
    late = replace(one, version=2, received_at=other.received_at + timedelta(days=9))
    first = replace(one, version=1, received_at=other.received_at - timedelta(days=9))
    told = Told(model)
    told.take([late, other])
    told.take([first])
    assert told.incidents() == fuse([first, late, other], model, (), told.arrived)


@pytest.mark.parametrize(("block", "from_size"), [(3, 100), (400, 100), (400, 5)])
def test_the_real_reports_in_any_batches_equal_all_at_once(
    easter: Chain, block: int, from_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The Easter mission's reports, shuffled, one by one and in heaps, with common signs cut early."""
    monkeypatch.setattr(merge, "ALL_AT_ONCE", from_size)
    model = replace(easter.inputs.model, block=block)
    reports = list(easter.inputs.reports)
    random.Random(block).shuffle(reports)  # noqa: S311  # an order, not a secret
    told, place = Told(model), 0
    for size in (1500, *(1,) * 60, 700, *(1,) * 40, len(reports)):
        told.take(reports[place : place + size])
        place += size
    assert told.incidents() == fuse(reports, model, (), told.arrived)


@settings(max_examples=15, deadline=None)
@given(st.lists(rows(most=5), min_size=2, max_size=4), st.data())
def test_the_trail_is_what_two_partitions_at_each_moment_tell(
    releases: list[list[Row]], data: st.DataObject
) -> None:
    """Moves kept up arrival by arrival are those between all incidents before and after each."""
    named = [
        [row | {"report_key": f"{n} {row['report_key']}"} for row in r]
        for n, r in enumerate(releases)
    ]
    inputs = mission_of(*named).open().inputs
    names = sorted({r.id for r in inputs.reports} | {ReportId("a"), ReportId("b")})
    one, other = data.draw(st.permutations(names))[:2]
    same = data.draw(st.sampled_from(Sameness))
    inputs = inputs.judged([Judgement(one, other, same, "ana", LATER, "seen")])
    moments = sorted({r.received_at for r in inputs.reports} | {LATER})
    expected = []
    for before, at in pairwise(moments):
        just_after = at + timedelta(microseconds=1)
        expected += moves(
            fusion_at(inputs, before + timedelta(microseconds=1)).incidents,
            fusion_at(inputs, just_after).incidents,
            at,
        )
    assert trail_of(inputs, LATER + timedelta(days=1)) == tuple(expected)


def test_what_came_before_changes_nothing(small: Mission) -> None:
    """Reports and judgements handed in again move no incident."""
    inputs = small.open().inputs
    told = Told(inputs.model)
    told.take(inputs.reports)
    moved = told.take(inputs.reports)
    assert (moved.before, moved.after) == ((), ())
    one, other = inputs.reports[0].id, inputs.reports[1].id
    judged = Judgement(one, other, Sameness.UNSURE, "ana", BEGIN, "cannot be told")
    assert told.take(judgements=[judged]).after == ()
    assert told.take(taken_back=[judged]).after == ()
    with pytest.raises(KeyError, match="nobody"):
        told.report(ReportId("nobody"))
