"""Who did it: stated, implied, contradicted, unknown."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarborg.base.acts import Act
from waarborg.base.grades import AttributionLevel, Basis
from waarborg.base.places import Point
from waarborg.base.times import local_day
from waarborg.incidents.attribution import FIRE_FROM_AFAR, attribute
from waarborg.incidents.incident import NOBODY, Incident, Member
from waarborg.reports.report import ActorEvidence, Report

DAY = local_day(date(2026, 4, 12), ZoneInfo("Europe/Kyiv"))
PLACE = Point(35.0, 45.0, 5000.0, "Town")
SIDES = {"ALFA": "BRAVO", "BRAVO": "ALFA"}


class Held:
    """Ground held by one party, or by nobody."""

    name = "the points"

    def __init__(self, party):
        self.party = party

    def holder(self, place, period):
        """The party, whatever the place."""
        return (self.party, "because") if place is not None else (None, "no place")


def report(number, source, *parties):
    """A report of an outlet that names parties."""
    return Report(
        id=f"viina-{number}",
        version=1,
        channel="viina",
        source=source,
        address=f"https://a.example/{number}",
        headline="",
        happened=DAY,
        received_at=DAY.end,
        place=PLACE,
        label="S",
        actors=tuple(ActorEvidence(party, Basis.STATED, f"{party} struck") for party in parties),
    )


def weigh(reports, ground=None, act=Act.DRONE_STRIKE, labelled=None, organs=None, place=PLACE):
    """The attribution of an incident of some reports."""
    incident = Incident(
        id="inc-1",
        members=tuple(Member(r.id, 1.0) for r in sorted(reports, key=lambda r: r.id)),
        sources=tuple(sorted({r.source for r in reports})),
        happened=DAY,
        place=place,
        places=(PLACE,),
        act=act,
        act_labelled=labelled or act,
        acts=(),
        harm=(),
        attribution=NOBODY,
    )
    return attribute(incident, {r.id: r for r in reports}, Held(ground), SIDES, organs)


def test_nothing_known_is_unknown():
    """No words and no holder give nobody."""
    assert weigh([report(1, "a")]) == NOBODY


def test_one_outlet_is_a_single_source():
    """One outlet states a party; the words it rests on are kept."""
    found = weigh([report(1, "a", "ALFA"), report(2, "a", "ALFA")])
    assert (found.party, found.level) == ("ALFA", AttributionLevel.SINGLE_SOURCE)
    assert [(e.source, e.reports) for e in found.evidence] == [("a", ("viina-1", "viina-2"))]
    assert found.evidence[0].words == "a names ALFA in its words (ALFA struck)"


def test_two_outlets_corroborate():
    """Two outlets that state the same corroborate."""
    found = weigh([report(1, "a", "ALFA"), report(2, "b", "ALFA")])
    assert found.level is AttributionLevel.CORROBORATED
    assert found.implied == "ALFA"


def test_only_the_partys_own_organ_admits():
    """An organ's word on its own side admits; on the other side it is one source."""
    organs = {"a": "ALFA"}
    assert weigh([report(1, "a", "ALFA")], organs=organs).level is AttributionLevel.ADMITTED
    assert weigh([report(1, "a", "BRAVO")], organs=organs).level is AttributionLevel.SINGLE_SOURCE


def test_contradiction_settles_nothing_and_keeps_both():
    """Outlets that name different parties leave it open; both are alternatives."""
    found = weigh([report(1, "a", "ALFA"), report(2, "b", "BRAVO"), report(3, "c", "ALFA")])
    assert (found.party, found.level, found.implied) == (None, AttributionLevel.UNKNOWN, None)
    assert found.alternatives == ("ALFA", "BRAVO")
    assert len(found.evidence) == 3


@pytest.mark.parametrize("act", sorted(Act))
def test_only_fire_from_afar_implies_the_other_side(act):
    """Fire that came down on held ground points to the other side; nothing else does."""
    found = weigh([report(1, "a")], ground="BRAVO", act=act)
    assert found.party is None
    assert found.level is AttributionLevel.UNKNOWN
    assert found.implied == ("ALFA" if act in FIRE_FROM_AFAR else None)
    if act in FIRE_FROM_AFAR:
        (evidence,) = found.evidence
        assert evidence.basis is Basis.IMPLIED
        assert evidence.source == "the points"
        assert "on ground held by BRAVO points to ALFA (because)" in evidence.words


@pytest.mark.parametrize(
    "act",
    [Act.GROUND_ASSAULT, Act.KILLING_OF_PRISONERS, Act.SMALL_ARMS_FIRE, Act.FORCE_UNSPECIFIED],
)
def test_acts_of_both_sides_at_one_place_imply_nobody(act):
    """Where both sides can be present, the ground tells nothing."""
    assert weigh([report(1, "a")], ground="BRAVO", act=act) == NOBODY


def test_a_label_alone_is_said_to_be_one():
    """When only a machine's label tells of the fire, the inference says so."""
    found = weigh([report(1, "a")], ground="BRAVO", act=None, labelled=Act.AIR_STRIKE)
    assert found.implied == "ALFA"
    assert found.evidence[0].words.endswith("only a machine's label says")


def test_the_ground_may_contradict_the_words():
    """Stated stays stated; the inference the other way is kept beside it, and no party is implied."""
    found = weigh([report(1, "a", "BRAVO")], ground="BRAVO")
    assert (found.party, found.level) == ("BRAVO", AttributionLevel.SINGLE_SOURCE)
    assert found.implied is None
    assert found.alternatives == ("ALFA", "BRAVO")


def test_a_holder_without_another_side_implies_nobody():
    """A holder that is no party of the mission points to nobody."""
    assert weigh([report(1, "a")], ground="CHARLIE") == NOBODY


def test_without_an_agreed_place_all_places_must_agree():
    """When reports differ on the place, the places they give are asked."""
    assert weigh([report(1, "a")], ground="BRAVO", place=None).implied == "ALFA"


@given(
    named=st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from([(), ("ALFA",), ("BRAVO",)])),
        min_size=1,
        max_size=6,
    ),
    ground=st.sampled_from([None, "ALFA", "BRAVO"]),
)
def test_swapping_the_parties_swaps_the_answer(named, ground):
    """Law 2: exchange the names in the input, and they are exchanged in the answer."""
    other = {**SIDES, None: None}
    here = weigh([report(n, s, *parties) for n, (s, parties) in enumerate(named)], ground)
    there = weigh(
        [report(n, s, *(other[p] for p in parties)) for n, (s, parties) in enumerate(named)],
        other[ground],
    )
    assert (there.party, there.level, there.implied) == (
        other[here.party],
        here.level,
        other[here.implied],
    )
    assert there.alternatives == tuple(sorted(other[p] for p in here.alternatives))


def test_a_report_that_is_missing_is_told():
    """An incident whose report is not given cannot be attributed."""
    incident = Incident(
        "inc-1", (Member("viina-9", 1.0),), (), DAY, PLACE, (PLACE,), None, None, (), (), NOBODY
    )
    with pytest.raises(KeyError, match="viina-9"):
        attribute(incident, {}, Held(None), SIDES)
    assert replace(incident, id="inc-2").reports == ("viina-9",)
