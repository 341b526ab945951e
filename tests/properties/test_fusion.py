"""Law 1 and the promises of fusion, on generated reports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from waarborg.base.acts import Act
from waarborg.base.grades import Basis
from waarborg.base.places import Area, Point
from waarborg.base.times import Period
from waarborg.incidents.fuse import fuse
from waarborg.incidents.model import Model
from waarborg.reports.report import ActEvidence, Report, ReportId
from waarborg.store.fusion_models import fusion_model

_WORDS = [
    "ataka",
    "na",
    "dnipro",
    "droni",
    "zagibli",
    "12",
    "poranenih",
    "pozhezha",
    "naftobaza",
    "feodosiya",
    "strilyanina",
    "shkola",
    "25",
    "kvitnya",
    "taganrog",
    "zavod",
    "atlant",
    "pechenizke",
    "vodoshovishche",
    "damba",
    "kabi",
    "harkov",
    "pogibshie",
]
_PLACES = (
    Point(35.04618, 48.46472, 3000.0, "Dnipro"),
    Point(36.2312, 49.99217, 3000.0, "Kharkiv"),
    Point(36.93231, 49.86466, 2000.0, "Pechenihy"),
    Area("UA-63", "Slobozhans'ke"),
    None,
)


@st.composite
def a_report(draw: st.DrawFn) -> Report:
    """A report with few different words, places and days, so that many tell of one event."""
    number = draw(st.integers(0, 400))
    day = datetime(2026, 4, 10, 21, tzinfo=UTC) + timedelta(days=draw(st.integers(0, 5)))
    acts = draw(st.sets(st.sampled_from((Act.DRONE_STRIKE, Act.AIR_STRIKE)), max_size=2))
    return Report(
        id=ReportId(f"viina-{number:04d}"),
        version=1,
        channel="viina",
        source=draw(st.sampled_from(("unian", "liga", "nv"))),
        address=f"https://example.org/{number}",
        headline=" ".join(draw(st.lists(st.sampled_from(_WORDS), max_size=8))),
        happened=Period(day, day + timedelta(days=1)),
        received_at=datetime(2026, 5, 1, tzinfo=UTC),
        place=draw(st.sampled_from(_PLACES)),
        label="D",
        acts=tuple(ActEvidence(act, Basis.LABELLED, "D") for act in sorted(acts)),
    )


@pytest.fixture(scope="module")
def model() -> Model:
    """The shipped model."""
    return fusion_model()


_RELAXED = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_RELAXED
@given(st.lists(a_report(), max_size=30, unique_by=lambda r: r.id), st.randoms())
def test_order_and_duplication_change_nothing(model, reports, dice):
    """Shuffled and doubled input gives the same incidents to the last number."""
    expected = fuse(reports, model)
    mixed = reports * 2
    dice.shuffle(mixed)

    assert expected == fuse(mixed, model)


@_RELAXED
@given(st.lists(a_report(), max_size=30, unique_by=lambda r: r.id))
def test_every_report_is_in_exactly_one_incident(model, reports):
    """No report is lost and none is in two incidents."""
    held = [report for incident in fuse(reports, model) for report in incident.reports]

    assert sorted(report.id for report in reports) == sorted(held)


@_RELAXED
@given(st.lists(a_report(), max_size=30, unique_by=lambda r: r.id))
def test_every_join_carries_its_reasons(model, reports):
    """A joined report has terms, a partner in the same incident and a probability from 0 to 1."""
    for incident in fuse(reports, model):
        for member in incident.members:
            assert 0.0 <= member.probability <= 1.0
            if len(incident.members) == 1:
                assert (member.terms, member.partner) == ((), None)
            else:
                assert member.terms
                assert member.partner in incident.reports
                assert member.partner != member.report
