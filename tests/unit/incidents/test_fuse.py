"""Fusion on a handful of reports a person can read."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from waarborg.base.acts import Act
from waarborg.base.grades import Basis
from waarborg.base.places import Area, Point
from waarborg.base.times import local_day
from waarborg.incidents.fuse import fuse
from waarborg.incidents.incident import NOBODY
from waarborg.incidents.model import Standing, read_model
from waarborg.reports.report import ActEvidence, Report, ReportId
from waarborg.store.fusion_models import fusion_model

KYIV = ZoneInfo("Europe/Kyiv")
PECHENIHY = Point(36.93231, 49.86466, 3000.0, "Pechenihy")
KHARKIV = Point(36.2312, 49.99217, 3000.0, "Kharkiv")


def report(name: str, headline: str, day: int = 14, place=PECHENIHY, **kept) -> Report:
    """A report of April 2026."""
    values = {"source": "unian", "acts": (), "harm": (), "label": "O"} | kept
    return Report(
        id=ReportId(name),
        version=1,
        channel="viina",
        address=f"https://example.org/{name}",
        headline=headline,
        happened=local_day(date(2026, 4, day), KYIV),
        received_at=datetime(2026, 5, 1, tzinfo=UTC),
        place=place,
        **values,
    )


DAM = report("a", "rosiyani vdarili shistma kabami po dambi na pechenizkomu vodoshovishchi")
DAM_RUSSIAN = report(
    "b",
    "rossiyane sbrosili shest kabov na dambu krupneishego vodohranilishta harkovskoi oblasti",
    place=KHARKIV,
    source="liga",
)
NEWS = report("c", "u harkovi vidkrili noviy park z fontanom", place=KHARKIV)


@pytest.fixture(scope="module")
def model():
    """The shipped model."""
    return fusion_model()


def test_two_languages_and_two_places_tell_of_one_event(model):
    """Six glide bombs on a dam are found again in Russian at the next city."""
    incidents = fuse([DAM, DAM_RUSSIAN, NEWS], model)

    assert sorted(incident.reports for incident in incidents) == [("a", "b"), ("c",)]


def test_a_join_says_why_in_words(model):
    """The terms name the words the headlines share, and add up to the evidence."""
    (incident,) = fuse([DAM, DAM_RUSSIAN], model)
    member = incident.members[0]
    words = {term.name: term.words for term in member.terms}

    assert member.partner == "b"
    assert "dambi = dambu" in words["words"]
    assert words["day"] == "the same day"
    assert words["numbers"] == "both name the number 6"
    assert all(term.nats != 0.0 for term in member.terms), "what counts nothing is not shown"
    nats = sum(term.nats for term in member.terms)
    assert member.probability == pytest.approx(
        model.probability(Standing(nats, nats, -math.inf, 2)), abs=1e-4
    )


def test_fusion_leaves_who_did_it_open(model):
    """Attribution is weighed elsewhere."""
    (incident,) = fuse([DAM], model)

    assert incident.attribution == NOBODY
    assert incident.members[0].partner is None


def test_the_same_attack_a_week_later_is_another(model):
    """Two strikes on one dam nine days apart stay two incidents."""
    later = report("d", "rosiyani znovu vdarili po dambi na pechenizkomu vodoshovishchi", day=23)

    assert len(fuse([DAM, later], model)) == 2


def test_reports_without_headlines_do_not_glue_a_city_together(model):
    """Numbers in addresses, no label: each stays alone."""
    bare = [report(f"n{i}", "", place=KHARKIV) for i in range(12)]

    assert len(fuse(bare, model)) == 12


def test_an_area_never_becomes_the_place_when_a_point_is_given(model):
    """The incident lies at the point; the area is kept beside it."""
    region = Area("UA-63", "Slobozhans'ke")
    wide = report(
        "e", "rosiyani vdarili shistma kabami po dambi na pechenizkomu vodoshovishchi", place=region
    )
    (incident,) = fuse([DAM, wide], model)

    assert incident.place == PECHENIHY
    assert incident.places == (PECHENIHY, region)


def test_what_only_a_label_says_is_kept_apart(model):
    """The labelled act is not the stated act, and both are listed with their ground."""
    labelled = report("f", "vibuh", acts=(ActEvidence(Act.DRONE_STRIKE, Basis.LABELLED, "D"),))
    stated = report("g", "vibuh", acts=(ActEvidence(Act.AIR_STRIKE, Basis.STATED, "kab"),), day=2)
    incidents = {incident.reports: incident for incident in fuse([labelled, stated], model)}

    assert incidents["f",].act is None
    assert incidents["f",].act_labelled is Act.DRONE_STRIKE
    assert incidents["g",].act is Act.AIR_STRIKE
    assert incidents["g",].acts == ((Act.AIR_STRIKE, Basis.STATED),)


def test_a_follow_up_does_not_move_the_day(model):
    """What is told later happened when it was first told."""
    later = report(
        "h", "rosiyani vdarili shistma kabami po dambi na pechenizkomu vodoshovishchi", day=15
    )
    (incident,) = fuse([DAM, later], model)

    assert incident.happened == DAM.happened


def test_no_reports_give_no_incidents(model):
    """Silence is not an incident."""
    assert fuse([], model) == ()


def test_a_model_with_other_weights_is_refused():
    """A weight this version does not compare cannot be ignored."""
    with pytest.raises(ValueError, match=r"fusion model x: weights do not fit, see .*bias"):
        read_model('{"version": "x", "weights": {"smell": 1.0}}')


def test_an_unknown_model_names_those_that_ship():
    """A misspelt model is told what there is."""
    with pytest.raises(
        FileNotFoundError, match="no fusion model 'nosuch'; shipped are synthetic-2, viina-2026-6"
    ):
        fusion_model("nosuch")
