"""What came after: a trial, a funeral, an inquiry tied to the incident it speaks of, and counted nowhere."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waarborg.app.services.held import told_after
from waarborg.base.places import Area, Point
from waarborg.base.times import local_day
from waarborg.incidents.follows import Aftermath, KeptFollows, aftermath, follows
from waarborg.incidents.fuse import fuse
from waarborg.incidents.incident import Incident
from waarborg.incidents.words import tokens
from waarborg.reports.report import Report, ReportId
from waarborg.store.fusion_models import fusion_model

KYIV = ZoneInfo("Europe/Kyiv")
HERE = Point(36.93231, 49.86466, 3000.0, "Pechenihy")
BLOW = "dron vluchiv v elevator u pechenigah zagoriloya zerno zaginuv mironenko"
TRIAL = "operatora drona zasudili za elevator u pechenigah zerno mironenko"


def report(name: str, headline: str, day: int, source: str = "unian", **other: object) -> Report:
    """A report of so many days after 14 April at Pechenihy."""
    made = Report(
        id=ReportId(name),
        version=1,
        channel="viina",
        source=source,
        address=f"https://example.org/{name}",
        headline=headline,
        happened=local_day(date(2026, 4, 14) + timedelta(days=day), KYIV),
        received_at=datetime(2026, 4, 20, tzinfo=UTC),
        place=HERE,
        label="O",
    )
    return replace(made, **other)


def tied(*reports: Report):
    """The ties among the incidents of some reports."""
    by_id = {each.id: each for each in reports}
    return follows(fuse(reports, fusion_model()), by_id, fusion_model())


def test_a_trial_is_tied_to_the_blow_it_speaks_of():
    """Forty days later it names the same things: the tie says what, by which words, and how long after."""
    (tie,) = tied(report("a", BLOW, 0), report("b", BLOW, 0, "tsn"), report("c", TRIAL, 40))
    incident = next(i for i in fuse([report("c", TRIAL, 40)], fusion_model()))

    assert (tie.incident, tie.report, tie.to) == (incident.id, "c", "a")
    assert (tie.kind, tie.shown, tie.days) == (Aftermath.COURT, "zasudil", 40)
    assert tie.of is not None
    assert tie.of != tie.incident
    assert [term.name for term in tie.terms] == ["words", "place", "days between", "told of"]
    assert tie.nats == pytest.approx(sum(term.nats for term in tie.terms), abs=1e-3)
    assert "elevator" in tie.terms[0].words


@pytest.mark.parametrize(
    ("what", "later"),
    [
        ("before the blow", report("c", TRIAL, -40)),
        ("of other things", report("c", "suddyu z odesi zasudili za habar", 40)),
        ("of another place", report("c", TRIAL, 40, place=Point(24.03, 49.84, 3000.0, "Lviv"))),
        ("a blow of its own", report("c", BLOW.replace("zaginuv", "znovu"), 40)),
    ],
)
def test_what_does_not_follow_is_not_tied(what, later):
    """Time, words and place have to fit, and a text that tells of a blow is no text of what came after."""
    assert not tied(report("a", BLOW, 0), later), what


def test_words_of_the_glossary_tie_as_names_do():
    """A janitor and an uncle are ordinary words and no concepts: they say which blow is meant as a name does."""
    blow = "pid chas teraktu dvirnik dyadya sasha zakriv soboyu ditinu i zaginuv"
    later = "stvorili peticiyu pro vshanuvannya pam yati dvirnika dyadi sashi"
    assert {"*janitor", "*uncle", "sasha"} <= set(tokens(blow)) & set(tokens(later))

    (tie,) = tied(report("a", blow, 0), report("c", later, 40))
    assert tie.kind is Aftermath.REMEMBRANCE
    assert tie.of is not None


@pytest.mark.parametrize(
    ("blow", "later", "shared"),
    [
        (
            "vidkrili vistavku do 100 richchya zagibeli simona petlyuri",
            "vidkrili vistavku do 12 i richnitsi oboroni aeroportu",
            {"*anniversary", "*exhibition", "*opened"},
        ),
        (
            "dron vluchiv v elevator zerno zaginula 40 richna zhinka",
            "pilota zasudili za zerno elevator dvoh rokiv 40 richnogo zaliznicya",
            {"*year"},
        ),
    ],
)
def test_words_of_any_day_of_mourning_and_years_are_no_names(blow, later, shared):
    """An anniversary or an age in both says nothing of one affair: without it too little is shared."""
    assert shared <= set(tokens(blow)) & set(tokens(later))

    assert not tied(report("a", blow, 0), report("c", later, 40))


def test_where_two_blows_fit_as_well_both_are_named():
    """Which of two is meant cannot be told: there is no tie, and the reader sees between which."""
    (tie,) = tied(report("a", BLOW, 0), report("b", BLOW + " znovu", 30), report("c", TRIAL, 40))

    assert tie.of is None
    assert len(tie.others) == 2
    assert tie.others[0][1] >= tie.others[1][1]


def test_a_named_area_is_compared_as_an_area():
    """Two texts of one region may speak of one event; texts of two regions do not."""
    one, two = (Area(zone, "somewhere") for zone in ("UA-63", "UA-46"))
    blow = report("a", BLOW, 0, place=one)
    assert len(tied(blow, report("c", TRIAL, 40, place=one))) == 1
    assert not tied(blow, report("c", TRIAL, 40, place=two))


@pytest.mark.parametrize(
    ("headline", "kind"),
    [
        ("pomer v likarni poranenij pid chas obstrilu", Aftermath.DEATH),
        ("traur u mykolaevi", Aftermath.REMEMBRANCE),
        ("funeral of a medic killed in the strike", Aftermath.DEATH),
        ("завершили рятувальні роботи на місці удару", Aftermath.REPAIR),
        ("podozrenie v terakte", Aftermath.INQUIRY),
        ("zasudiv obstrili ukrajini", None),
        ("posolstvo zasudilo rosiysku ataku na kijiv", None),
        ("50 krajin oon zasudili rosiyski pogrozi diplomatam", None),
        ("pidlitka zasudili za vbivstvo na 10 rokiv", Aftermath.COURT),
        ("", None),
    ],
)
def test_what_came_after_is_read_from_the_headline(headline, kind):
    """In several languages and letters; to condemn a blow is no sentence for it."""
    found = aftermath(headline)

    assert (found.kind if found else None) == kind


STORIES = (
    BLOW, TRIAL, "pohoron mironenka zaginuv na elevatori u pechenigah zerno", "noviy park u seli",
    "dron vluchiv v elevator u pechenigah zagoriloya zerno vdruge", "slidstvo elevator pechenigah zerno dron",
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(STORIES), st.one_of(st.integers(0, 60), st.integers(0, 900))),
        max_size=14,
    ),
    st.sampled_from((2, 4, 2000)),
    st.randoms(),
)
def test_ties_kept_up_step_by_step_are_those_of_all_at_once(stories, common, dice: random.Random):
    """Laws 1 and 3: whatever comes, changes or goes in whatever order, the ties are the same.

    Also where years lie between, and where names turn common, or stop being so.
    """
    with mock.patch("waarborg.incidents.follows._COMMON", common):
        _kept_up(stories, dice)


def _kept_up(stories, dice: random.Random):
    reports = [report(f"r{n}", text, day, f"s{n % 3}") for n, (text, day) in enumerate(stories)]
    by_id = {each.id: each for each in reports}
    model = fusion_model()
    kept, held = KeptFollows(model), {}
    for _ in range(4):
        there = [each for each in reports if dice.random() < 0.7]
        now: dict[str, Incident] = {i.id: i for i in fuse(there, model)}
        gone = [i for name, i in held.items() if now.get(name) != i]
        new = [i for name, i in now.items() if held.get(name) != i]
        dice.shuffle(new)
        kept.change(gone, new, by_id.__getitem__)
        held = now
        assert kept.ties() == follows(held.values(), by_id, model)
        assert kept.tied == {tie.incident for tie in kept.ties() if tie.of}


def test_explain_says_what_followed_what():
    """Both incidents tell it in words: which one, of what kind, by which evidence; and where it cannot be told."""
    tie = {
        "of": "inc-a", "kind": "court", "shown": "zasudil", "report": "c", "to": "a", "nats": 12.3, "days": 40,
        "terms": [{"name": "words", "nats": 12.3, "words": "both headlines say elevator"}], "others": [],
    }  # fmt: skip
    unsure = tie | {"of": None, "others": [["inc-a", 12.3], ["inc-b", 11.9]]}

    assert told_after("inc-c", {"inc-c": tie}) == [
        "no event of its own, held against no clause and counted nowhere",
        "tells what came after incident inc-a (court: zasudil)",
        "tied through c and a at +12.3 nats: both headlines say elevator (+12.3)",
    ]
    assert told_after("inc-a", {"inc-c": tie}) == [
        "spoken of again by incident inc-c: court, 40 days later"
    ]
    assert told_after("inc-c", {"inc-c": unsure}) == [
        (
            "tells what came after an earlier incident (court: zasudil); which one cannot be told: "
            "inc-a (+12.3), inc-b (+11.9)"
        )
    ]
