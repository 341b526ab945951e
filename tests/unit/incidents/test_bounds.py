"""What is not sure about an incident that outlets tell of: bounds, and reasons where there are none."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from account_made import DAY, TOWN, incident, report
from waarborg.base.acts import Act
from waarborg.base.grades import Basis
from waarborg.base.places import Area, Point
from waarborg.incidents.account import told_numbers
from waarborg.incidents.bounds import Bounds, bounds, read_outlet_doubt
from waarborg.incidents.incident import Member
from waarborg.incidents.picture import picture
from waarborg.reports.report import ActEvidence
from waarborg.store.fusion_models import outlet_table

TABLE = outlet_table()
FAR = Point(37.0, 50.0, 3000.0, "Far")


def held(*reports, **kept) -> Bounds:
    """What is not sure about one incident of these reports."""
    return bounds(incident("inc-1", *reports, **kept), reports, told_numbers(reports), TABLE)


def stated(act: Act, basis: Basis = Basis.STATED) -> tuple[ActEvidence, ...]:
    """An act as a report names it."""
    return (ActEvidence(act, basis, "words"),)


def test_outlets_that_agree_make_the_place_surer_but_never_certain():
    """One outlet gives its own chance of being right; four that agree give more, and not all of it."""
    one = held(report("a", "nv", ""))
    four = held(*(report(name, name, "") for name in "abcd"))

    assert one.place_chance == pytest.approx(TABLE.place_right, abs=0.01)
    assert one.place_chance < four.place_chance < 1.0
    assert one.radius_km == four.radius_km == pytest.approx(TOWN.precision_m / 1000)


def test_one_outlet_counts_once_whatever_it_prints():
    """Six reports of one outlet make a place no surer than one."""
    six = [report(str(n), "nv", "") for n in range(6)]

    assert held(*six).place_chance == held(six[0]).place_chance


def test_where_outlets_differ_the_radius_holds_both_places():
    """Two outlets, two towns: the radius reaches the other town, or nothing is said."""
    found = held(report("a", "nv", ""), report("b", "liga", "", place=FAR))

    assert found.radius_km == pytest.approx(57.2 + 3.0, abs=1.0)
    assert found.place_chance == pytest.approx(0.5, abs=0.05)


def test_a_place_known_as_an_area_or_not_at_all_has_no_radius_and_a_reason():
    """A region is no point with a radius; no place is no place."""
    somewhere = Area("UA-63", "Kharkiv oblast")
    region = held(report("a", "nv", "", place=somewhere), place=somewhere)
    nowhere = held(report("a", "nv", "", place=None), place=None)

    assert region.radius_km is nowhere.radius_km is nowhere.place_chance is None
    assert "radius: the place is known as an area" in region.unknown
    assert "place: no report gives one on which they agree" in nowhere.unknown


def test_the_day_before_is_within_the_bounds_unless_a_headline_names_the_day():
    """A report of a day may tell of the day before; one that names its day may not."""
    open_day = held(report("a", "nv", "vibuh u misti"))
    named = held(report("a", "nv", "vibuh u misti 14 kvitnya"))

    assert open_day.earliest == DAY.start - timedelta(TABLE.lead_days)
    assert (named.earliest, named.latest) == (DAY.start, DAY.end)


def test_what_words_state_weighs_more_than_a_label():
    """One outlet that states a missile outweighs the machine's drone; a label alone leaves more open."""
    words = held(
        report("a", "nv", "", acts=stated(Act.MISSILE_STRIKE)),
        report("b", "liga", "", acts=stated(Act.DRONE_STRIKE, Basis.LABELLED)),
    )
    label = held(report("a", "nv", "", acts=stated(Act.AIR_STRIKE, Basis.LABELLED)))

    assert words.acts[0][0] is Act.MISSILE_STRIKE
    assert words.acts[0][1] > 0.8
    assert len(label.acts) > 1
    assert sum(chance for _, chance in label.acts) >= 0.9


def test_bare_force_leaves_the_kind_unknown_by_what_it_is():
    """An attack without a weapon says nothing of the kind of act."""
    assert held(report("a", "nv", "", acts=stated(Act.FORCE_UNSPECIFIED))).acts == ()


def test_numbers_have_bounds_that_narrow_with_outlets_and_take_each_outlets_last_word():
    """Two outlets with one number leave less open than one; an outlet's rising toll counts once."""
    one = held(report("a", "liga", "rf udarila dvoe pogibshih"))
    two = held(
        report("a", "liga", "rf udarila dvoe pogibshih"),
        report("b", "nv", "udar zaginulo dvoye lyudey"),
    )
    rising = held(
        report("a", "nv", "udar zaginulo dvoye lyudey"),
        report("b", "nv", "udar zaginulo troye lyudey", 1),
    )
    (first,), (both,), (last,) = one.numbers, two.numbers, rising.numbers

    assert first.low <= both.low <= both.likeliest == 2 <= both.high <= first.high
    assert (both.outlets, last.outlets, last.likeliest) == (2, 1, 3)


def test_no_number_is_unknown_not_nought():
    """Where no headline names the dead or injured that is said."""
    found = held(report("a", "nv", "vibuh"))

    assert found.numbers == ()
    assert "killed: no headline names a number" in found.unknown
    assert "act: no report states or labels one" in found.unknown


def test_order_changes_nothing():
    """The same bounds whichever report comes first."""
    own = [
        report("a", "nv", "udar zaginulo dvoye", acts=stated(Act.DRONE_STRIKE)),
        report("b", "liga", "pyatero pogibshih", 1, place=FAR),
        report("c", "unian", "", acts=stated(Act.AIR_STRIKE, Basis.LABELLED)),
        report("d", "unian", "troye zagiblikh", place=Area("UA-63")),
    ]
    whole = incident("inc-1", *own)
    found = bounds(whole, own, told_numbers(own), TABLE)
    for seed in range(5):
        mixed = random.Random(seed).sample(own, 4)  # noqa: S311  # a shuffle
        assert bounds(whole, mixed, told_numbers(mixed), TABLE) == found


def test_the_shipped_table_is_whole():
    """Shares add up, and it says what it was learnt from."""
    assert "VIINA" in TABLE.provenance
    assert sum(TABLE.acts.values()) == pytest.approx(1.0, abs=1e-3)
    for act in TABLE.acts:
        assert sum(TABLE.labels[act].values()) == pytest.approx(1.0, abs=2e-3)


def test_a_table_with_an_act_that_is_none_is_refused():
    """A table of another version does not count half-read."""
    with pytest.raises(ValueError, match="'picnic' is not a valid Act"):
        read_outlet_doubt('{"acts": {"picnic": 1.0}, "labels": {}}')


def test_places_that_all_disagree_leave_the_radius_open():
    """Seven outlets, seven towns far apart, an area chosen by none: no radius is made up."""
    towns = [replace(TOWN, longitude=30.0 + n, name=str(n)) for n in range(3)]
    own = [report(str(n), str(n), "", place=Area(f"UA-{n}")) for n in range(8)]
    own += [report(f"t{n}", f"t{n}", "", place=town) for n, town in enumerate(towns)]
    found = held(*own, place=towns[0])

    assert found.radius_km is None
    assert "radius: the places that reports give hold less than nine tenths" in found.unknown


def test_a_label_names_no_act_where_headlines_tell_of_a_crash():
    """Eleven headlines say that an aircraft fell, one label says air strike: nobody struck."""
    label = stated(Act.AIR_STRIKE, Basis.LABELLED)
    fell = [
        report("a", "unian", "an 26 rozbivsya u krimu", acts=label),
        report("b", "nv", "katastrofa litaka u krimu"),
    ]
    struck = [*fell, *(report(n, n, "udar", acts=stated(Act.DRONE_STRIKE)) for n in ("liga", "x"))]
    crash, blow = (picture(own, tuple(Member(r.id, 1.0) for r in own)) for own in (fell, struck))

    assert (crash.act, crash.act_labelled) == (None, None)
    assert crash.acts == ((Act.AIR_STRIKE, Basis.LABELLED),)
    assert bounds(crash, fell, {}, TABLE).acts == ()
    assert "act: headlines tell of a crash" in bounds(crash, fell, {}, TABLE).unknown
    assert blow.act_labelled is Act.DRONE_STRIKE
