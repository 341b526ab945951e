"""What is not sure about an incident of sightings: bounds that hold, and nothing made up."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from waarborg.incidents.doubt import Pictures, likely_types, pictures, read_doubt
from waarborg.incidents.sighting_columns import Sightings
from waarborg.store.fusion_models import doubt_table, sighting_model

MODEL, TABLE = sighting_model(), doubt_table()
METRE = 1.0 / 111_195.0
NAMES = tuple(TABLE.types[leaf] for leaf in TABLE.leaves)


def sightings(rows: int, **columns) -> Sightings:
    """Sightings of one bang at 41 E 14 N, by a source each; what matters is given."""
    values = {
        "id": np.arange(rows, dtype=np.int64),
        "t": np.arange(rows) * 1.0,
        "longitude": 41.0 + np.arange(rows) * 1e-6,
        "latitude": np.full(rows, 14.0),
        "precision_s": np.full(rows, 15.0),
        "precision_m": np.full(rows, 200.0),
        "source": np.arange(rows, dtype=np.int64),
        "kind": np.ones(rows, dtype=np.int64),
        "type": np.full(rows, 15),
        "count": np.full(rows, 3.0),
    }
    return Sightings(**(values | {name: np.asarray(held) for name, held in columns.items()}))


def held(seen: Sightings, probability: float = 0.9) -> Pictures:
    """What is held of all of them as one incident."""
    n = len(seen.id)
    return pictures(seen, np.full(n, seen.id.min()), np.full(n, probability), MODEL, TABLE)


def test_more_witnesses_narrow_place_and_time():
    """Four that agree bound an incident more closely than two do, and two more than one."""
    one, two, four = (held(sightings(n)) for n in (1, 2, 4))

    assert four.radius_m[0] < two.radius_m[0] < one.radius_m[0]
    assert four.witnesses[0] == four.sightings[0] == 4
    assert four.t_low[0] < four.t[0] < four.t_high[0]


def test_one_gross_error_does_not_pull_the_place_away():
    """Four near each other and one ten kilometres off: the place stays with the four."""
    longitude = 41.0 + np.array([0.0, 0.0001, 0.0002, 0.0003, 0.09])
    found = held(sightings(5, longitude=longitude))

    assert found.longitude[0] == pytest.approx(41.0, abs=200 * METRE)
    assert found.radius_m[0] > held(sightings(5)).radius_m[0]


def test_two_that_disagree_are_less_sure_than_two_that_agree():
    """Where stated precisions do not cover the scatter, the bounds do."""
    apart = held(sightings(2, longitude=[41.0, 41.02]))

    assert apart.radius_m[0] > 1.5 * held(sightings(2)).radius_m[0]


def test_a_source_that_repeats_itself_and_a_copied_position_are_one_witness():
    """Ten rows of one source tell no more than one; nor does a place given twice to the digit."""
    again = held(sightings(10, source=np.zeros(10, dtype=np.int64)))
    copied = held(sightings(3, t=[5.0, 5.0, 9.0], longitude=[41.0, 41.0, 41.001]))
    single = held(sightings(1))

    assert (again.witnesses[0], again.sightings[0]) == (1, 10)
    # near the middle a row weighs 5/4 before the table widens it, whether there is one row or ten
    assert again.place_variance[0] == pytest.approx(0.8 * single.place_variance[0], rel=0.05)
    assert copied.witnesses[0] == 2


def test_the_number_is_bounded_and_more_witnesses_narrow_it():
    """Reports of three, three and four leave a small interval that holds three."""
    one = held(sightings(1, count=[4.0]))
    three = held(sightings(3, count=[3.0, 3.0, 4.0]))

    assert one.count_low[0] < 4 < one.count_high[0]
    assert three.count_low[0] <= 3 <= three.count_high[0]
    assert three.count_high[0] - three.count_low[0] < one.count_high[0] - one.count_low[0]


def test_an_absurd_number_is_bounded_in_time_and_memory():
    """A count of a billion neither hangs nor fails."""
    found = held(sightings(2, count=[1e9, 3.0]))

    assert np.isfinite(found.count_high[0])


def test_types_that_agree_leave_few_and_a_silent_one_leaves_it_open():
    """Five that say the same settle the type; nothing said is unknown, not a guess."""
    five, one, silent = (
        held(sightings(n, type=np.full(n, said))) for n, said in ((5, 15), (1, 15), (2, -1))
    )

    assert likely_types(five.types[0], NAMES)[0][0] == TABLE.types[15]
    assert len(likely_types(five.types[0], NAMES)) < len(likely_types(one.types[0], NAMES))
    assert likely_types(silent.types[0], NAMES) == ()


def test_what_no_sighting_tells_is_not_known():
    """Without a place, a type or a count there is none, and the others stay."""
    found = held(sightings(1, longitude=[np.nan], type=[-1], count=[np.nan]))

    assert np.isnan([found.longitude[0], found.radius_m[0], found.t_low[0], found.count[0]]).all()
    assert found.witnesses[0] == 1
    assert held(sightings(1, longitude=[np.nan])).count[0] == held(sightings(1)).count[0]


def test_a_sighting_without_a_place_that_people_joined_weighs_nothing_where():
    """It keeps its type and count; place and time stay those of the others."""
    two = sightings(2, count=[np.nan, np.nan])
    three = sightings(
        3, longitude=[np.nan, 41.0, 41.000001], t=[7.0, 0.0, 1.0], count=[9.0, np.nan, np.nan]
    )
    whole, joined = held(two), held(three)

    assert joined.longitude[0] == pytest.approx(whole.longitude[0], abs=1e-9)
    assert joined.place_variance[0] == pytest.approx(whole.place_variance[0])
    assert joined.t[0] == pytest.approx(whole.t[0])
    assert (joined.witnesses[0], joined.sightings[0]) == (3, 3)
    assert joined.count[0] > 5


def test_order_and_company_change_nothing():
    """The same bits in any order, alone or among other incidents."""
    dice = np.random.default_rng(5)
    seen = sightings(
        60, longitude=41.0 + dice.normal(0, 0.003, 60), t=dice.normal(0, 60, 60),
        count=dice.choice([1.0, 4.0, np.nan], 60), type=dice.integers(-1, 37, 60),
        source=dice.integers(0, 9, 60),
    )  # fmt: skip
    incident = np.sort(dice.integers(0, 12, 60)) * 5
    chance = 0.3 + 0.01 * incident
    whole = pictures(seen, incident, chance, MODEL, TABLE)
    mixed = dice.permutation(60)
    again = pictures(seen.take(mixed), incident[mixed], chance[mixed], MODEL, TABLE)
    for name in Pictures.__slots__:
        assert np.array_equal(getattr(whole, name), getattr(again, name), equal_nan=True)
    for at, name in enumerate(whole.incident):
        own = incident == name
        alone = pictures(seen.take(own), incident[own], chance[own], MODEL, TABLE)
        assert alone.radius_m[0] == whole.radius_m[at]
        assert alone.t_high[0] == whole.t_high[at]
        assert np.array_equal(alone.types[0], whole.types[at], equal_nan=True)


def test_stated_nine_tenths_hold_the_truth_nine_times_in_ten():
    """Sightings drawn as the model says: place, time and number lie within their bounds often enough."""
    dice = np.random.default_rng(3)
    events = 1500
    event = np.repeat(np.arange(events), 4)
    n = len(event)
    number = np.maximum(1, np.floor(dice.lognormal(0.7, 0.9, events)))
    seen = sightings(
        n,
        source=np.arange(n) % 4,
        t=event * 1e4 + dice.normal(0, 15.0 * MODEL.scale_s[1], n),
        longitude=41.0
        + dice.normal(0, 200.0 * MODEL.scale_m[1] * METRE, n) / np.cos(np.radians(14)),
        latitude=14.0 + dice.normal(0, 200.0 * MODEL.scale_m[1] * METRE, n),
        count=np.maximum(1, np.round(number[event] * dice.lognormal(0, 0.35, n))),
    )
    found = pictures(seen, event * 4, np.full(n, 0.9), MODEL, TABLE)
    east = (found.longitude - 41.0) / METRE * np.cos(np.radians(14))
    off = np.hypot(east, (found.latitude - 14.0) / METRE)

    # wide on clean sightings: the table was learnt on fusion as it is, wrong joins included
    assert (off <= found.radius_m).mean() >= 0.9
    assert (np.abs(found.t - np.arange(events) * 1e4) <= found.t_high - found.t).mean() >= 0.9
    assert ((found.count_low <= number) & (number <= found.count_high)).mean() >= 0.9


def test_the_shipped_table_fits_the_shipped_model():
    """The table says on which model's incidents it was learnt, and has a name for each of its types."""
    assert TABLE.model == MODEL.version
    assert len(TABLE.types) == MODEL.said.shape[1]
    assert len(TABLE.leaves) == len(MODEL.prior)
    assert TABLE.where.shape == TABLE.time.shape == (4, len(TABLE.sure) + 1)
    text = {name: getattr(TABLE, name) for name in type(TABLE).__slots__}
    text |= {name: getattr(TABLE, name).tolist() for name in ("where", "time")}
    assert replace(read_doubt(json.dumps(text)), where=0, time=0) == replace(TABLE, where=0, time=0)
