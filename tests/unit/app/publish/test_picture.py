"""The picture of a day: counts, places, timeline and obligations as a report words them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from report_sample import DAYS, SETTINGS, ZONES, day, sample

from waarborg.app.services.panels import Picture
from waarborg.app.services.picture import picture
from waarborg.app.services.wording import (
    cutoff_words,
    days_words,
    duration_words,
    period_words,
    person_words,
    place_words,
    runs_words,
)
from waarborg.base.places import Area, Point
from waarborg.base.times import Period

MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.fixture
def whole() -> Picture:
    """The picture of the whole made-up span."""
    return picture(sample(), ZONES, SETTINGS)


@pytest.fixture
def twelfth() -> Picture:
    """The picture of 12 April."""
    return picture(sample(), ZONES, SETTINGS, date(2026, 4, 12))


def test_headline_figures_are_those_of_the_counting_rule(whole: Picture) -> None:
    """Each party has its own row, each tier its own figure, the text in force comes first."""
    assert [h.agreement for h in whole.headlines] == ["truce", "guarantee"]
    rows = {row.party: [f.count for f in row.figures] for row in whole.headlines[0].rows}
    assert rows == {"Alphaland": [0, 1, 2], "Betaland": [1, 0, 3]}


def test_each_figure_counts_the_findings_it_leads_to(whole: Picture, twelfth: Picture) -> None:
    """The list behind a figure has as many findings as the figure says, on every page."""
    for drawn in (whole, twelfth):
        listed = {
            each.anchor: each.count
            for panel in (*drawn.clauses, *drawn.undecidable)
            for each in panel.lists
        }
        figures = [f for h in drawn.headlines for row in h.rows for f in row.figures if f.anchor]
        assert figures
        assert {f.anchor: f.count for f in figures} == listed


def test_a_day_shows_what_is_counted_on_it_and_names_what_reaches_in(twelfth: Picture) -> None:
    """An incident known to a stretch from the 11th stands on the 11th, and the 12th says so."""
    assert [entry.id for entry in twelfth.incidents] == ["inc-1", "inc-3", "inc-4"]
    assert twelfth.head.reaching_in == 1
    assert twelfth.head.title == "Report of 12 April 2026"


def test_areas_are_zones_and_unknown_places_stand_beside_the_map(whole: Picture) -> None:
    """A stand-in for a region has no radius and no name of a village; what has no place is counted."""
    area = next(spot for spot in whole.map.spots if spot.zone)
    assert area.name == "somewhere in Right Land"
    assert area.precision_m is None
    assert [spot.name for spot in whole.map.nowhere] == ["place not known"]
    town = next(spot for spot in whole.map.spots if "Middleton" in spot.name)
    assert town.name == "Middleton, within 20 km"
    assert [(m.tier, m.party, m.count) for m in town.marks] == [
        ("certain", 1, 1),
        ("undecidable", 1, 1),
    ]


def test_a_point_beyond_the_edge_is_counted_beside_the_map() -> None:
    """A place far outside the zones does not stretch the map; it is named beside it."""
    derived = sample()
    far = Point(60.0, 55.0, 2000.0, "Farville")
    moved = tuple(replace(i, place=far) if i.id == "inc-3" else i for i in derived.incidents)
    drawn = picture(replace(derived, incidents=moved), ZONES, SETTINGS)
    assert "Farville, within 2 km" in [spot.name for spot in drawn.map.nowhere]


def test_rough_areas_are_called_rough(whole: Picture) -> None:
    """A zone that rests on inference is told apart from one that is stated."""
    assert [(o.zone, o.rough) for o in whole.map.outlines] == [
        ("LL-1", False),
        ("LL-2", False),
        ("held-B", True),
    ]


def test_the_timeline_counts_each_incident_on_its_first_day(whole: Picture) -> None:
    """Tiers are those of the text in force; days in no text have incidents without a finding."""
    assert [bar.tiers for bar in whole.timeline.days] == [
        (0, 0, 0, 0),
        (0, 0, 2, 0),
        (1, 1, 1, 0),
        (0, 0, 0, 1),
        (0, 0, 0, 0),
    ]
    assert [bar.day for bar in whole.timeline.days] == list(DAYS)


def test_the_day_that_the_truce_cuts_says_what_it_leaves_open(whole: Picture) -> None:
    """On 11 April 16 hours lie before the truce and 8 in it; no other day is cut."""
    assert len(whole.timeline.overlaps) == 1
    assert whole.timeline.overlaps[0].startswith(
        "11 April 2026: 16 hours lie outside Sample truce and 8 inside."
    )
    assert "cannot be decided" in whole.timeline.overlaps[0]


def test_reasons_of_the_undecidable_are_counted_apart(whole: Picture) -> None:
    """Each reason has its count, and how often it stands alone."""
    reasons = {row.code: (row.words, row.count, row.alone) for row in whole.undecidable[0].reasons}
    assert reasons == {
        "actor-unknown": ("no source says who did it", 4, 2),
        "time-day-only": ("the source gives the day, the truce began at 16:00", 3, 1),
    }
    assert whole.undecidable[0].incidents == 3


def test_obligations_that_read_the_same_stand_in_one_row(whole: Picture) -> None:
    """Two guarantors with one deadline share a row; the undecided one has its own."""
    panel = whole.guarantees[0]
    assert panel.count == 3
    assert [(row.who, row.state) for row in panel.rows] == [
        (("Deltaland", "Gammaland"), "waiting for a gate"),
        (("Gammaland",), "cannot be decided whether it is owed"),
    ]
    first, last = panel.rows
    assert first.deadline == "between 13 April 2026, 00:00 and 14 April 2026, 00:00"
    assert last.deadline == "the text sets no time"
    assert first.actions == "intelligence support or armed force"
    assert first.gates[0].state == "open"


def test_each_row_of_obligations_names_what_it_rests_on(whole: Picture) -> None:
    """Determinations, findings, incidents and reports are counted, and the findings lead to their lists."""
    for row in whole.guarantees[0].rows:
        assert row.rests_on == "1 determination, 1 finding, 1 incident, 2 reports"
        assert [(link.words, link.anchor) for link in row.findings] == [
            ("fin-inc-1-attack", "f-fin-inc-1-attack")
        ]
        assert row.more_findings == 0


def test_determinations_say_who_decided(whole: Picture) -> None:
    """By operation of the text, or pending before the body."""
    assert sorted(row.heading for row in whole.determinations) == [
        "Breach found by operation of the text",
        "Pending before the Commission, nothing decided",
    ]


def test_attribution_names_its_ground(whole: Picture) -> None:
    """Stated, inferred and unknown stand apart."""
    assert [(row.party, row.ground, row.count) for row in whole.attribution] == [
        ("Betaland", "stated by several sources", 1),
        ("Alphaland", "inference only", 1),
        ("no party settled", "unknown", 3),
    ]
    entry = next(entry for entry in whole.incidents if entry.id == "inc-1")
    assert entry.alternatives == ("Alphaland", "Betaland")
    assert entry.evidence == ("Betaland, stated (outlet-1): the outlet names Betaland",)


def test_a_silent_source_has_a_grade_of_nought_and_a_named_gap(whole: Picture) -> None:
    """Nought is its own grade, the most is the darkest, and the gap is named."""
    row = whole.coverage.rows[0]
    assert (row.source, row.levels, row.gap) == (
        "outlet-1",
        (5, 0, 2, 4, 0),
        "no report on 11 April",
    )
    assert whole.coverage.totals == (3, 1, 5, 11, 3)


def test_swapping_the_parties_swaps_the_figures() -> None:
    """The rows of the two parties change places when the findings do."""
    derived = sample()
    other = {"AA": "BB", "BB": "AA"}

    def turned(each):
        prohibition = each.prohibition
        if prohibition.startswith("cease-"):
            prohibition = f"cease-{other[each.accused]}"
        return replace(each, accused=other[each.accused], prohibition=prohibition)

    truce = [f for f in derived.findings if f.agreement == "truce"]
    counted = [c for c in derived.counts if c.agreement == "truce"]
    first = picture(replace(derived, findings=tuple(truce), counts=tuple(counted)), ZONES, SETTINGS)
    second = picture(
        replace(derived, findings=tuple(map(turned, truce)), counts=tuple(map(turned, counted))),
        ZONES,
        SETTINGS,
    )
    before = {row.party_id: [f.count for f in row.figures] for row in first.headlines[0].rows}
    after = {row.party_id: [f.count for f in row.figures] for row in second.headlines[0].rows}
    assert after == {other[party]: figures for party, figures in before.items()}


def test_words_for_times_name_days_where_only_days_are_known() -> None:
    """A whole day is a day, two are a run, hours are given only where known."""
    assert period_words(day(11), MOSCOW) == "11 April 2026"
    assert period_words(day(11, 2), MOSCOW) == "11 to 12 April 2026"
    hours = Period(datetime(2026, 4, 11, 13, tzinfo=UTC), datetime(2026, 4, 11, 14, tzinfo=UTC))
    assert period_words(hours, MOSCOW) == (
        "from 11 April 2026, 16:00 until before 11 April 2026, 17:00"
    )
    assert cutoff_words(day(14).end, MOSCOW) == "the end of 14 April 2026"
    assert cutoff_words(hours.start, MOSCOW) == "11 April 2026, 16:00"
    assert days_words(date(2026, 3, 30), date(2026, 4, 2)) == "30 March to 2 April 2026"
    assert days_words(date(2025, 12, 31), date(2026, 1, 1)) == "31 December 2025 to 1 January 2026"


def test_days_in_a_row_are_drawn_together() -> None:
    """A list of days reads as a person would write it, over the end of a month too."""
    days = [date(2026, 3, 2), date(2026, 3, 30), date(2026, 3, 31), *APRIL]
    assert runs_words(days) == "2 March 2026; 30 March to 1, 4 and 6 to 8 April 2026"
    assert runs_words(days[:1]) == "2 March 2026"


APRIL = [date(2026, 4, day) for day in (1, 4, 6, 7, 8)]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("PT24H", "24 hours"),
        ("P1M", "1 month"),
        ("PT1M", "1 minute"),
        ("P1Y2M", "1 year and 2 months"),
        ("P1DT12H30M", "1 day, 12 hours and 30 minutes"),
        ("P2W", "2 weeks"),
        ("P", "P"),
        ("at once", "at once"),
    ],
)
def test_durations_are_put_into_words(code: str, words: str) -> None:
    """An ISO 8601 duration is read out; what is none stays as it stands."""
    assert duration_words(code) == words


def test_sentences_of_machines_are_put_into_words() -> None:
    """Durations and instants within a sentence are read out in the mission's time."""
    words = "PT24H after the breach, so between 2026-04-12T21:00:00Z and 2026-04-13T21:00:00Z (P-1)"
    assert person_words(words, ZoneInfo("Europe/Moscow")) == (
        "24 hours after the breach, so between 13 April 2026, 00:00 and 14 April 2026, 00:00 (P-1)"
    )


def test_words_for_places_carry_the_precision() -> None:
    """Metres below a kilometre, an area as an area, an unknown place as unknown."""
    assert place_words(Point(30.0, 50.0, 400.0), {}) == "50.0000, 30.0000, within 400 m"
    assert place_words(Area("LL-9", "Standin"), {}) == "somewhere in LL-9"
    assert place_words(None, {}) == "place not known"


def test_an_incident_in_a_zone_made_of_others_is_placed_on_their_ground() -> None:
    """A zone without a shape of its own takes the ground of its parts; their outlines are drawn once."""
    both = (
        '{"type": "Feature", "properties": {"id": "LL", "words": "All Land", "basis": "stated", '
        '"parts": ["LL-1", "LL-2"]}, "geometry": null}'
    )
    derived = sample()
    moved = tuple(
        replace(each, place=Area("LL")) if each.id == "inc-2" else each
        for each in derived.incidents
    )
    drawn = picture(replace(derived, incidents=moved), ZONES[:-2] + "," + both + "]}", SETTINGS)
    spot = next(spot for spot in drawn.map.spots if spot.zone == "LL")
    assert spot.name == "somewhere in All Land"
    assert 30 < spot.longitude < 36
    assert 48 < spot.latitude < 50
    assert [outline.zone for outline in drawn.map.outlines] == ["LL-1", "LL-2", "held-B"]
