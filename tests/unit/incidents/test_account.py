"""Kinds of text, independent witnesses, tolls and episodes, on headlines a person can read."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from account_made import DAY, TOWN, incident, report
from waarborg.base.acts import Act
from waarborg.base.grades import AttributionLevel, Basis
from waarborg.base.places import Area, Point
from waarborg.base.times import Period
from waarborg.incidents.account import account, witnesses
from waarborg.incidents.attribution import attribute
from waarborg.incidents.episodes import episodes
from waarborg.incidents.genre import Genre, genre
from waarborg.incidents.incident import Incident
from waarborg.incidents.origins import origins
from waarborg.reports.report import ActEvidence, ActorEvidence
from waarborg.store.fusion_models import copying_table, outlet_table

TABLE, DOUBT = copying_table(), outlet_table()


@pytest.mark.parametrize(
    ("headline", "kind"),
    [
        ("rosiyani vdarili shistma kabami po dambi", Genre.ACCOUNT),
        ("navishcho okupanti atakuvali dambu ekspert poyasniv", Genre.COMMENTARY),
        ("vid pochatku dobi na fronti vidbulosya 53 boi", Genre.ROUND_UP),
        ("rossiyane udarili po odesse izvestny vse 28 punktov plana live", Genre.ROUND_UP),
        ("ataka na dnipro kilkist poranenih zrosla", Genre.FOLLOW_UP),
        ("pogoda v kiyevi nazvano datu poteplinnya", Genre.ORDINARY),
        ("Why Russia struck the dam: an analyst explains", Genre.COMMENTARY),
        ("", Genre.UNREAD),
    ],
)
def test_the_kind_of_text_is_read_from_the_headline(headline, kind):
    """Accounts, follow-ups, commentary and round-ups are told apart, and nothing is guessed."""
    assert genre(headline).genre is kind


def test_the_words_that_show_the_kind_are_kept():
    """Whoever doubts a genre sees what it rests on."""
    assert genre("ekspert poyasniv navishcho").words == "ekspert, poyasni, navishcho"


def test_papers_that_name_one_authority_are_one_witness():
    """What the security service says is one statement in however many papers."""
    held = [
        report("a", "nv", "droni sbu vrazila naftostanciyu samara"),
        report("b", "liga", "sbu porazila rossiiskuyu neftestantsiyu"),
        report("c", "espreso", "zhitel samary pokazav pozhezhu na naftostanciji"),
    ]
    found = witnesses(held)

    assert [w.sources for w in found] == [("liga", "nv"), ("espreso",)]
    assert found[0].why == ("nv and liga both name the security service of Ukraine",)


def test_papers_that_print_one_text_are_one_witness():
    """Nearly the same words in two outlets are one text."""
    held = [
        report("a", "nv", "rosiyski droni zrujnuvali likarnyu v centri odesi"),
        report("b", "unian", "rosiyski droni zrujnuvali likarnyu v centri odesi vnochi"),
    ]

    assert [w.why for w in witnesses(held)] == [("nv and unian print one text",)]


def test_a_paper_that_names_another_is_no_second_witness():
    """Who names a paper as its source copied it."""
    held = [
        report("a", "pravda", "vibuh na zavodi u taganrozi"),
        report("b", "liga", "u taganrozi gorit pidpriyemstvo pishe pravda pro vibuh"),
    ]

    assert [w.why for w in witnesses(held)] == [("liga names pravda",)]


def test_three_that_hang_together_are_one_witness_in_any_order():
    """A copies B and B copies C: all three are one, however they come."""
    held = [
        report("a", "nv", "droni sbu vrazila naftostanciyu samara"),
        report("b", "liga", "sbu i gur porazili neftestantsiyu"),
        report("c", "unian", "gur urazilo naftostanciyu"),
        report("d", "meduza", "pozhar na neftestantsii"),
    ]
    found = witnesses(held)

    assert [w.sources for w in found] == [("liga", "nv", "unian"), ("meduza",)]
    for seed in range(5):
        assert witnesses(random.Random(seed).sample(held, 4)) == found  # noqa: S311  # a shuffle


def test_commentary_and_round_ups_are_no_witnesses():
    """Who explains or sums up saw nothing; who cannot be read raises only the most."""
    held = [
        report("a", "nv", "rosiyani vdarili shistma kabami po dambi"),
        report("b", "unian", "navishcho okupanti vdarili po dambi ekspert poyasniv"),
        report("c", "interfaxua", ""),
    ]
    found = account(incident("inc-1", *held), {r.id: r for r in held}, TABLE, DOUBT)

    assert (found.least, found.most) == (1, 2)
    assert [t.genre for t in found.texts] == [Genre.ACCOUNT, Genre.COMMENTARY, Genre.UNREAD]


def test_an_incident_of_round_ups_has_no_witness():
    """A live page over many days is not an event that somebody saw."""
    held = [report(str(n), "liga", "udary po odesse 28 punktov plana live", n) for n in range(3)]
    found = account(incident("inc-1", *held), {r.id: r for r in held}, TABLE, DOUBT)

    assert (found.least, found.most, found.witnesses) == (0, 0, ())
    assert [t.days_after for t in found.texts] == [0, 1, 2]


def test_numbers_of_dead_and_injured_are_kept_least_and_most():
    """A toll that rises over days stays a span, and each number goes to its own word."""
    held = [
        report("a", "liga", "rf udarila po dnepre dvoe pogibshih i vosem postradavshih"),
        report("b", "nv", "u dnipri zaginulo troye lyudey", 1),
        report("c", "nv", "obstril dnipra 14 poranenih", 1),
    ]
    found = account(incident("inc-1", *held), {r.id: r for r in held}, TABLE, DOUBT)

    assert [(t.harm, t.least, t.most) for t in found.tolls] == [
        ("killed", 2, 3),
        ("injured", 8, 14),
    ]


def test_acts_and_the_spread_of_places_and_times_are_kept():
    """What the reports differ on is told, not averaged."""
    far = Point(36.9, 50.0, 3000.0, "Other")
    strike = (ActEvidence(Act.AIR_STRIKE, Basis.STATED, "kab"),)
    held = [
        report("a", "nv", "kabi po dambi", acts=strike),
        report("b", "liga", "kaby po dambe", 1, place=far, acts=strike),
    ]
    found = account(
        replace(incident("inc-1", *held), places=(TOWN, far)), {r.id: r for r in held}, TABLE, DOUBT
    )

    assert found.spread_km == pytest.approx(50.0, abs=1.0)
    assert found.acts == ((Act.AIR_STRIKE, 2),)
    assert found.span == Period(DAY.start, DAY.end + timedelta(1))


def test_one_authority_in_two_papers_corroborates_nothing():
    """Two papers that relay the security service are a single source for who did it."""
    stated = (ActorEvidence("UA", Basis.STATED, "sbu urazila"),)
    relayed = [
        report("a", "nv", "droni sbu vrazila naftostanciyu samara", actors=stated),
        report("b", "liga", "sbu porazila neftestantsiyu", actors=stated),
    ]
    own = [relayed[0], report("b", "liga", "ukraina atakovala neftestantsiyu", actors=stated)]

    class Nobody:
        """Ground that nobody is known to hold."""

        name = "points"

        def holder(self, place, period):
            """Not known."""
            return None, "not known"

    levels = [
        attribute(incident("inc-1", *held), {r.id: r for r in held}, Nobody(), {}).level
        for held in (relayed, own)
    ]
    assert levels == [AttributionLevel.SINGLE_SOURCE, AttributionLevel.CORROBORATED]


def test_an_authority_is_read_as_a_whole_word():
    """A name that merely holds the letters is no authority."""
    assert origins("gur urazilo korabel") == ("military intelligence of Ukraine",)
    assert origins("gurtok u kiyevi sbuv tovar") == ()


def near(name: str, east: float, **kept) -> Incident:
    """An incident some degrees east of the town."""
    return incident(
        name, report(name, "nv", ""), place=Point(36.2 + east, 50.0, 3000.0, name), **kept
    )


def test_incidents_of_one_day_within_reach_are_an_episode():
    """A chain of neighbours on one day is one bombardment; another day and a far place are not."""
    chain = [near(f"inc-{n}", 0.5 * n) for n in range(4)]
    later = near("inc-8", 0.1, happened=Period(DAY.end, DAY.end + timedelta(1)))
    far = near("inc-9", 9.0)
    quiet = replace(near("inc-7", 0.1), act=None, act_labelled=None)
    found = episodes([*chain, later, far, quiet])

    assert [e.incidents for e in found] == [("inc-0", "inc-1", "inc-2", "inc-3")]
    assert found[0].acts == ((Act.DRONE_STRIKE, 4),)
    assert found[0].extent_km == pytest.approx(107, abs=2)
    assert episodes([far, *reversed(chain), quiet, later]) == found


def test_incidents_known_to_the_hour_belong_together_when_an_hour_lies_between():
    """Fire that pauses longer than an hour is another episode."""

    def at(name: str, hours: float) -> Incident:
        start = DAY.start + timedelta(hours=hours)
        return near(name, 0.0, happened=Period(start, start + timedelta(minutes=1)))

    found = episodes([at("inc-1", 1), at("inc-2", 1.9), at("inc-3", 2.8), at("inc-4", 5)])

    assert [e.incidents for e in found] == [("inc-1", "inc-2", "inc-3")]


def test_incidents_somewhere_in_one_region_are_an_episode():
    """Areas are compared by name; two of them are too few."""
    held = [replace(near(f"inc-{n}", 0.0), place=Area("UA-63")) for n in range(3)]

    assert [len(e.incidents) for e in episodes(held)] == [3]
    assert episodes(held[:2]) == ()


@pytest.mark.parametrize("act", [Act.DRONE_OVERFLIGHT, Act.TROOP_BUILD_UP, Act.SIGNAL_JAMMING])
def test_presence_and_preparation_are_no_part_of_a_bombardment(act):
    """A drone that flies over breaks a truce and is no fire: it makes no episode and joins none."""
    chain = [near(f"inc-{n}", 0.1 * n) for n in range(3)]
    other = replace(near("inc-8", 0.05), act=None, act_labelled=act)

    assert [e.incidents for e in episodes([*chain, other])] == [("inc-0", "inc-1", "inc-2")]
    assert episodes([replace(each, act=act) for each in chain]) == ()
