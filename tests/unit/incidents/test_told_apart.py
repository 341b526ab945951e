"""What tells two events apart that look alike: a repetition, a round-up, days between, another region."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from account_made import report
from waarborg.base.places import Point
from waarborg.incidents.columns import lay
from waarborg.incidents.compare import compare_pairs, score_pairs
from waarborg.incidents.fuse import fuse, fuse_bounded
from waarborg.incidents.hinges import Kind
from waarborg.incidents.model import FEATURES, Standing, Sureness
from waarborg.incidents.reasons import terms
from waarborg.incidents.regions import REGIONS, named, region_names, regions
from waarborg.incidents.words import tokens
from waarborg.store.fusion_models import fusion_model


@pytest.fixture(scope="module")
def model():
    """The shipped model."""
    return fusion_model()


def _compared(one, other, model):
    """The comparison of two reports by name, and its terms by name."""
    columns = lay(sorted((one, other), key=lambda r: r.id), model)
    line = compare_pairs(columns, np.array([0]), np.array([1]))[0]
    back = compare_pairs(columns, np.array([1]), np.array([0]))[0]
    assert line.tobytes() == back.tobytes(), "the comparison depends on which comes first"
    said = terms(one, other, tuple(map(float, line)), model)
    total = score_pairs(columns, np.array([0]), np.array([1]), np.array(model.weights))[0]
    assert sum(term.nats for term in said) == pytest.approx(total, abs=0.01), "a term is missing"
    return dict(zip(FEATURES, map(float, line), strict=True)), {t.name: t for t in said}


FIRST = "drony urazyly naftoperekachuvalnu stantsiyu krymskaya"
AGAIN = "drony povtorno atakuvaly naftoperekachuvalnu stantsiyu krymskaya"


def test_a_later_again_is_another_event_and_an_earlier_one_may_not_be(model):
    """Who says "again" two days later speaks of a second blow; the later plain report stays open."""
    later, told = _compared(report("a", "x", FIRST), report("b", "y", AGAIN, 2), model)
    earlier, _ = _compared(report("a", "x", FIRST, 2), report("b", "y", AGAIN), model)

    assert (later["again_later"], later["again_differs"]) == (1.0, 0.0)
    assert (earlier["again_later"], earlier["again_differs"]) == (0.0, 1.0)
    assert told["again"].nats <= -8.0
    assert "another event" in told["again"].words


def test_the_second_blow_on_one_station_stands_apart(model):
    """Two outlets on each of two days give two incidents, though the words are nearly the same."""
    four = [
        report("a", "x", FIRST),
        report("b", "y", "sili oboroni urazili naftoperekachuvalnu stantsiyu krymskaya"),
        report("c", "x", AGAIN, 2),
        report(
            "d", "y", "sili oboroni povtorno urazili naftoperekachuvalnu stantsiyu krymskaya", 2
        ),
    ]

    assert sorted(i.reports for i in fuse(four, model)) == [("a", "b"), ("c", "d")]


def test_round_ups_of_two_days_are_two_and_take_no_single_event_in(model):
    """A daily tally is joined neither with the next day's nor with one strike of its day."""
    tally = "vid pochatku dobi na fronti vidbulosya {} boi na pokrovskomu napryamku"
    _, two_days = _compared(
        report("a", "x", tally.format(53)), report("b", "x", tally.format(40), 1), model
    )
    _, one_event = _compared(
        report("a", "x", tally.format(53)),
        report("c", "y", "rosiyani vdarili po pokrovsku bombami"),
        model,
    )

    assert two_days["kind of text"].words == "both headlines stand over round-ups, of two days"
    assert two_days["kind of text"].nats <= -8.0
    assert one_event["kind of text"].nats < -1.0


def test_days_between_two_accounts_count_against_a_join_and_a_follow_up_is_free_of_it(model):
    """Two accounts of a blow three days apart speak of two; what came after may be told later."""
    one = report("a", "x", "rosiyani vdarili dronami po budinku")
    accounts, told = _compared(one, report("b", "y", "dron vluchiv u budinok", 3), model)
    later, _ = _compared(one, report("c", "y", "kilkist zagiblih pislya udaru zrosla", 3), model)

    assert accounts["accounts_days_apart"] == pytest.approx(np.log(3.0))
    assert later["accounts_days_apart"] == 0.0
    assert told["days between"].nats < -0.8


def test_headlines_that_name_two_regions_are_told_apart(model):
    """Kharkiv and Kramatorsk are two regions, whatever place the geocoder gave."""
    compared, told = _compared(
        report("a", "x", "rosiyani vbili chotiroh lyudey u kramatorsku"),
        report("b", "y", "rossiya ubila chetyreh chelovek v harkove"),
        model,
    )

    assert compared["region_differs"] == 1.0
    assert told["region"].words == "the headlines name different regions: Donetsk; Kharkiv"
    assert told["region"].nats < 0.0


@pytest.mark.parametrize(
    ("headline", "named"),
    [
        ("udar po kharkovu", ("Kharkiv",)),
        ("ataka na zaporizhzhya ta dnipro", ("Dnipropetrovsk", "Zaporizhzhia")),
        ("v zaporozhe i odesse", ("Odesa", "Zaporizhzhia")),
        ("Удар по Києву", ("Kyiv",)),
        ("kriminalne provadzhennya u spravi", ()),
        ("", ()),
    ],
)
def test_regions_are_read_in_any_spelling(headline, named):
    """Ukrainian, Russian and Cyrillic spellings of a region are one, and no word names by accident."""
    assert region_names(headline) == named
    assert bool(regions(headline)) == bool(named)


def test_every_region_fits_its_bit():
    """A region is one bit of 63, so that the table cannot grow beyond what the columns hold."""
    assert len(REGIONS) <= 62


def test_an_arrest_over_a_planned_strike_is_no_strike(model):
    """A headline on an agent who was caught is told from the strike on that day."""
    compared, told = _compared(
        report("a", "x", "sbu zatrimala agenta pidgotovka raketnoji ataki po dnipru"),
        report("b", "y", "rosiyskiy dron vluchiv u zhitloviy budinok u dnipri"),
        model,
    )

    assert compared["one_is_quiet"] == 1.0
    assert told["no blow"].nats < 0.0


def test_a_high_building_is_a_home_too(model):
    """One headline says building, the other high-rise: that is no difference of targets."""
    compared, _ = _compared(
        report("a", "x", "raketa vluchila v budinok"),
        report("b", "y", "rosiyani vdarili raketoyu po bagatopoverkhivtsi"),
        model,
    )

    assert (compared["target_agrees"], compared["target_differs"]) == (1.0, 0.0)


def test_a_year_is_no_count():
    """The year in a headline names no number of anything."""
    assert "#2026" not in tokens("rosiyski ataki v nich 7 chervnya 2026 roku")
    assert "#601" in tokens("masovana ataka 601 dron")


def test_a_headline_that_names_the_day_of_the_other_report_tells_of_that_day(model):
    """Told on the second day with the first day's date, it is as near as if told on the first."""
    one = report("a", "x", "masovaniy udar po kiyevu")
    day = (one.happened.start + (one.happened.end - one.happened.start) / 2).day
    late = f"udar po kiyevu {day} kvitnya kilkist postrazhdalih zrosla"
    compared, told = _compared(one, report("b", "y", late, 1), model)

    assert compared["named_day_met"] == 1.0
    assert compared["same_day"] == 1.0
    assert told["named day"].words == "one headline names the day of the other report"


def test_a_threat_is_not_the_blow(model):
    """Who threatens new strikes after an attack tells of another matter than the attack."""
    compared, told = _compared(
        report("a", "x", "rosiya prigrozila novimi udarami po kiyevu"),
        report("b", "y", "udar po kiyevu poshkodzheno budinki"),
        model,
    )

    assert compared["one_is_threat"] == 1.0
    assert told["threat"].nats <= -2.0
    assert "threatened" in told["threat"].words


def test_two_towns_of_one_region_are_told_apart_and_one_town_is_not(model):
    """Kramatorsk and Druzhkivka lie in one region and are two towns; any spelling of one is one."""
    one = report("a", "x", "rosiyani vdarili po kramatorsku bombami")
    apart, told = _compared(one, report("b", "y", "aviaudar po druzhkivci zaginula lyudina"), model)
    same, _ = _compared(one, report("c", "y", "rossiya udarila po kramatorsku"), model)

    assert (apart["town_differs"], apart["town_agrees"]) == (1.0, 0.0)
    assert told["town"].words == "the headlines name different towns"
    assert (same["town_differs"], same["town_agrees"]) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("headline", "whole", "town"),
    [
        ("ataka na kijivsku oblast", True, False),
        ("rf vdarila po kijivshhyni", True, False),
        ("ataka na kijiv", False, True),
        ("rf atakuvala odesu ta odesku oblast", True, True),
        ("na dnipropetrovshchini", True, False),
        ("pogoda na zavtra", False, False),
    ],
)
def test_a_region_as_a_whole_is_told_from_its_town(headline, whole, town):
    """The oblast of Kyiv is not the city, though one word begins both."""
    found = named(headline)

    assert (bool(found.wholes), bool(found.towns)) == (whole, town)


def test_a_toll_that_differs_on_one_day_speaks_against_and_may_rise_later(model):
    """Two and seven killed on one day are two events; a day later a toll may have risen."""
    one = report("a", "x", "udar po hersonu 2 zagiblih")
    at_once, told = _compared(one, report("b", "y", "ataka na herson 7 zagiblih"), model)
    later, _ = _compared(one, report("c", "y", "ataka na herson 7 zagiblih", 1), model)
    agrees, _ = _compared(one, report("d", "y", "v hersone 2 pogibshih"), model)

    assert at_once["toll_differs"] > 0.0 == later["toll_differs"]
    assert told["toll"].words == "the headlines give different numbers of killed or injured"
    assert agrees["toll_agrees"] == pytest.approx(np.log(3.0))


def test_reports_beyond_the_window_never_stand_in_one_incident(model):
    """A chain of look-alikes, each two days after the last, is cut: an event has a time."""
    chain = [
        report(
            f"{n:02d}", f"outlet{n % 3}", "vidklyuchennya svitla u chornomorsku pidstanciya", 2 * n
        )
        for n in range(15)
    ]
    for incident in fuse(chain, model):
        held = [r.happened.start for r in chain if r.id in incident.reports]
        assert (max(held) - min(held)).days <= 7


@pytest.mark.parametrize("planted", [0, 1, 2])
def test_reports_that_name_both_events_are_flagged_whether_kept_apart_or_not(model, planted):
    """One that names both is no bridge and is flagged; two that join the two events are named as all that does."""
    first = [report(f"a{n}", f"out{n}", "raketa vluchila v likarnyu u darnici") for n in range(3)]
    second = [
        report(f"b{n}", f"out{n}", "dron udariv po skladu na obolon sklad gorit") for n in range(3)
    ]
    both = "raketa vluchila v likarnyu u darnici dron udariv po skladu na obolon"
    spam = [report(f"c{n}", f"spam{n}", both) for n in range(planted)]
    done = fuse_bounded([*first, *second, *spam], model)
    together = any({"a0", "b0"} <= set(i.reports) for i in done.incidents)

    assert together == (planted == 2)
    assert done.hinging(Kind.BRIDGE) == ({"c0"} if planted == 1 else set())
    assert done.hinging(Kind.HOLDS_TOGETHER) == ({"c0", "c1"} if planted == 2 else set())


def test_one_report_that_names_both_events_is_no_bridge(model):
    """Two events with their own reports stay two when one more report names both."""
    first = [report(f"a{n}", f"out{n}", "raketa vluchila v likarnyu u darnici") for n in range(3)]
    second = [
        report(f"b{n}", f"out{n}", "dron udariv po skladu na obolon sklad gorit") for n in range(3)
    ]
    both = report(
        "c", "spam", "raketa vluchila v likarnyu u darnici dron udariv po skladu na obolon"
    )
    groups = [set(i.reports) for i in fuse([*first, *second, both], model)]

    assert not any({"a0", "b0"} <= group for group in groups)


def test_a_probability_is_read_from_how_a_report_stands(model):
    """The parts the model weighs add up to the log odds, and are kept within what was seen."""
    read = replace(model, sureness=Sureness(joined=(0.5, 0.1, 0.2, -0.4), alone=(2.0, -0.5)))
    among = read.probability(Standing(4.0, 2.0, 1.0, 3))
    wild = read.probability(Standing(1e3, -1e12, 1e6, 3))
    odds = 0.5 + 0.4 + 0.4 - 0.4 * math.log(3)

    assert among == pytest.approx(1 / (1 + math.exp(-odds)))
    assert wild == read.probability(Standing(12.0, -5.0, 5.0, 3))
    assert read.probability(Standing(0.0, 0.0, -math.inf, 1)) == pytest.approx(
        1 / (1 + math.exp(-4.5))
    )


def test_a_report_alone_is_the_less_sure_the_more_it_resembles_another(model):
    """Alone, a report states the chance that no other tells of its event: less beside a look-alike."""
    apart = [model.probability(Standing(0.0, 0.0, beside, 1)) for beside in (-math.inf, 0.0, 3.0)]

    assert 1.0 > apart[0] > apart[1] > apart[2] > 0.0


def test_the_stronger_the_evidence_within_the_surer_a_join(model):
    """Of two reports that stand alike, the one with stronger evidence in its incident is stated surer."""
    weak, strong = (model.probability(Standing(n, n, -5.0, 2)) for n in (0.5, 6.0))

    assert strong > weak


def test_a_word_of_one_event_tells_more_than_a_turn_of_phrase(model):
    """A word that comes in bursts weighs, however rare the other may be: "tomorrow" names no event."""
    event, _ = _compared(report("a", "x", "terakt"), report("b", "y", "terakt"), model)
    phrase, _ = _compared(report("a", "x", "zavtra"), report("b", "y", "zavtra"), model)
    unknown, _ = _compared(report("a", "x", "qwrtp"), report("b", "y", "qwrtp"), model)

    assert event["bursting_word"] > unknown["bursting_word"] > phrase["bursting_word"] == 0.0


def test_two_reports_of_a_quiet_place_and_day_tell_more_than_two_of_a_busy_one(model):
    """Where little is reported two reports of a day are one sooner; a week on they are not."""
    quiet = Point(20.0, 50.0, 3000.0, "Nowhere")
    busy = Point(30.52, 50.45, 3000.0, "Kyiv")

    def rare(place, days):
        pair = (
            report("a", "x", "terakt", place=place),
            report("b", "y", "pozhezha", days, place=place),
        )
        return _compared(*pair, model)[0]["rare_place"]

    assert rare(quiet, 0) == rare(quiet, 1) > rare(busy, 0) == rare(quiet, 6) == 0.0


def test_the_same_words_of_one_day_tell_more_than_those_of_two(model):
    """Strikes on one town are told in the same words day after day."""
    pair = [report("a", "x", FIRST), report("b", "y", FIRST)]
    one, _ = _compared(*pair, model)
    two, _ = _compared(pair[0], report("b", "y", FIRST, 1), model)

    assert one["overlap_same_day"] == one["overlap"] == two["overlap"]
    assert two["overlap_same_day"] == 0.0


def test_a_town_that_both_headlines_name_outweighs_where_the_geocoder_put_them(model):
    """Two headlines on Kyiv lie in Kyiv; two that name no town lie where they were put."""
    far = Point(30.21, 51.28, 3000.0, "Chornobyl")
    named_town, _ = _compared(
        report("a", "x", "pozhezha u kiyevi"), report("b", "y", "udar po kiyevu", place=far), model
    )
    unnamed, _ = _compared(
        report("a", "x", "pozhezha u muzeyi"), report("b", "y", "udar po muzeyu", place=far), model
    )

    assert (named_town["distance"], named_town["town_agrees"]) == (0.0, 1.0)
    assert unnamed["distance"] > 3.0


def test_words_of_one_day_tell_more_at_one_place_and_less_far_apart(model):
    """What two headlines of a day share weighs most where the place is one."""
    far = Point(30.21, 51.28, 3000.0, "Chornobyl")
    one, _ = _compared(report("a", "x", FIRST), report("b", "y", FIRST), model)
    said = "drony urazyly naftoperekachuvalnu stantsiyu"
    two, _ = _compared(report("a", "x", said), report("b", "y", said, place=far), model)

    assert one["overlap_one_place"] == one["overlap_same_day"] > one["overlap_apart"] == 0.0
    assert two["overlap_one_place"] == 0.0 < two["overlap_apart"]


def test_who_names_two_days_on_one_day_is_no_later(model):
    """Of two reports of one day none is told later, whatever days they name."""
    pair = (
        report("a", "x", "udar po kiyevu 10 kvitnya zaginuli"),
        report("b", "y", "naslidki udaru po kiyevu 7 kvitnya zrosla kilkist zagiblih"),
    )

    assert _compared(*pair, model)[0]["told_later"] == 0.0
