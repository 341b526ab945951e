"""Thresholds and distance rules where they are judged: in the record and in worked cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from waarborg.agreement.held import ANY_TIME, Deed, Ground, Held, hold
from waarborg.agreement.judging import Against
from waarborg.agreement.load import load
from waarborg.agreement.model import Agreement
from waarborg.agreement.settled import smallest_zones
from waarborg.agreement.worked_cases import run_cases
from waarborg.agreement.zones import read_zones
from waarborg.base.judgement import Verdict
from waarborg.base.places import Area, Place, Point
from waarborg.base.problems import ProblemsFound
from waarborg.base.times import Period, local_day

SQUARES = """{"type": "FeatureCollection", "features": [
{"type": "Feature", "properties": {"id": "north", "words": "the north", "basis": "drawn"},
"geometry": {"type": "Polygon", "coordinates": [[[30,50],[32,50],[32,52],[30,52],[30,50]]]}},
{"type": "Feature", "properties": {"id": "south", "words": "the south", "basis": "drawn"},
"geometry": {"type": "Polygon", "coordinates": [[[30,48],[32,48],[32,50],[30,50],[30,48]]]}},
{"type": "Feature", "properties": {"id": "line", "words": "the line", "basis": "drawn"},
"geometry": {"type": "LineString", "coordinates": [[30,50],[32,50]]}}]}"""
MAP = read_zones(SQUARES, "zones.geojson")

TEXT = """\
waarborg: agreement/1
id: small
title: A small truce
reading: {by: a test}
sources: {note: {title: A note, kind: fiction}}
parties: {A: {name: Aland}, B: {name: Beland}}
distances:
  belt: {of: line, metres: 15000, in: north, words: fifteen kilometres north of the line, certainty: stated}
thresholds:
  three:
    clause: C-1
    of: {act: [artillery_fire, drone_strike]}
    by: [actor, zone]
    window: PT24H
    at_least: 3
    counting: fused-incidents 1
    words: three attacks by one side in one zone in a day
    certainty: stated
clauses:
  C-1: {says: Not three attacks in a day., source: note, certainty: stated}
  C-2: {says: No artillery near the line., source: note, certainty: stated}
prohibitions:
  many: {clause: C-1, who: [A, B], must_not: {threshold: three}, where: unstated, certainty: stated}
  heavy:
    clause: C-2
    who: [A, B]
    must_not: {act: artillery_fire, near: belt}
    where: unstated
    certainty: stated
cases:
  - id: the third in a day
    row: {actor: A, act: artillery_fire, at: 2030-04-12T18:00Z, place: [31, 50.01]}
    record:
      - {times: 2, actor: A, act: drone_strike, at: 2030-04-12T10:00Z, place: north}
    expect: {many: violated, heavy: violated}
  - id: two in a day, and one the day before
    row: {actor: A, act: artillery_fire, at: 2030-04-12T18:00Z, place: [31, 50.5]}
    record:
      - {actor: A, act: drone_strike, at: 2030-04-12T10:00Z, place: north}
      - {actor: A, act: drone_strike, at: 2030-04-11T10:00Z, place: north}
    expect: {many: not_violated, heavy: not_violated}
  - id: the third may have come before the first two
    row: {actor: A, act: artillery_fire, at: {day: 2030-04-12, zone: UTC}, place: [31, 50.135, 500]}
    record:
      - {times: 2, actor: A, act: drone_strike, at: {day: 2030-04-12, zone: UTC}, place: north}
    expect: {many: unknown, heavy: unknown}
  - id: nobody knows when
    row: {actor: A, act: artillery_fire}
    expect: {many: not_violated, heavy: unknown}
"""
NORTH = Area("north")
NOON = datetime(2030, 4, 12, 12, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")
GROUND = Ground(MAP, UTC_ZONE, smallest_zones(MAP))
DAY = local_day(date(2030, 4, 12), UTC_ZONE)


def deed(
    name: str,
    hours: float,
    actor: str | None = "A",
    place: Place | None = NORTH,
    act: str | None = "drone_strike",
    implied: str | None = None,
) -> Deed:
    """An attack so many hours after noon, known to the second."""
    start = NOON + timedelta(hours=hours)
    stated = {"actor": actor, "act": act}
    when = Period(start, start + timedelta(seconds=1))
    return Deed(name, when, place, stated, stated | {"actor": actor or implied})


def text(**changes: object) -> Agreement:
    """The agreement, with some things about its threshold changed."""
    agreement = load(TEXT, "small.yaml", MAP)
    three = replace(agreement.thresholds["three"], **changes)  # type: ignore[arg-type]  # by name
    return replace(agreement, thresholds={"three": three})


def answers(agreement: Agreement, *deeds: Deed) -> list[bool | None]:
    """Whether the threshold is reached for each attack."""
    return [one.columns["threshold:three"] for one in hold(agreement, deeds, GROUND)]


def test_the_worked_cases_of_the_file_hold() -> None:
    """Windows, distances and the record beside a case are judged as a lawyer wrote them down."""
    outcomes = run_cases(load(TEXT, "small.yaml", MAP), MAP)
    assert [(o.case, o.asked, o.found) for o in outcomes if not o.holds] == []
    assert len(outcomes) == 8


def test_only_the_third_within_the_window_reaches_it() -> None:
    """The first two do not, the third does, and one a day later does not."""
    deeds = [deed("a", -6), deed("b", -3), deed("c", 0), deed("d", 30)]
    assert answers(text(), *deeds) == [False, False, True, False]
    assert answers(text(looks="around"), *deeds) == [True, True, True, False]


def test_the_edge_of_the_window_does_not_belong_to_it() -> None:
    """What happened a whole window before is out; a second later it may be in."""
    assert answers(text(at_least=2), deed("a", -24 - 1 / 3600), deed("b", 0))[1] is False
    assert answers(text(at_least=2), deed("a", -24), deed("b", 0))[1] is None
    assert answers(text(at_least=2), deed("a", -24 + 1 / 3600), deed("b", 0))[1] is True


@pytest.mark.parametrize(
    ("other", "reached"),
    [
        (deed("c", -1), True),
        (deed("c", -1, actor="B"), False),
        (deed("c", -1, actor=None), None),
        (deed("c", -1, place=Area("south")), False),
        (deed("c", -1, place=None), None),
        (deed("c", -1, place=Point(31, 50, 9_000)), None),
        (deed("c", -1, act=None), None),
        (deed("c", -1, act="mine_laying"), False),
    ],
    ids=[
        "same side, same zone",
        "the other side",
        "nobody knows who",
        "the other zone",
        "nobody knows where",
        "perhaps the other zone",
        "nobody knows what",
        "another act",
    ],
)
def test_who_where_and_what_are_carried_as_bounds(other: Deed, reached: bool | None) -> None:
    """What may count raises only the most, so that the answer stays open."""
    assert answers(text(), deed("a", -3), deed("b", 0), other)[1] is reached


def test_a_count_by_sector_counts_in_the_zones_named() -> None:
    """Where only the south is a sector, attacks in the north reach nothing."""
    sectors = text(by=("sector",), sectors=("south",), at_least=1)
    assert answers(sectors, deed("a", 0), deed("b", 0, place=Area("south"))) == [False, True]
    assert answers(text(by=(), at_least=2), deed("a", -1), deed("b", 0, actor="B"))[1] is True


def test_a_place_in_no_smallest_zone_leaves_a_count_by_zone_open() -> None:
    """Three at places that the map does not divide may be three in one place: open, never no."""
    away = Point(40, 40, 0)
    three = [deed(n, h, place=away) for n, h in (("a", -2), ("b", -1), ("c", 0))]
    for by in (("actor", "zone"), ("place",)):
        assert answers(text(by=by), *three) == [False, False, None]
    assert answers(text(), *three[1:]) == [False, False]
    assert answers(text(by=("sector",), sectors=("south",)), *three) == [False, False, False]


def test_inference_counts_only_in_the_second_reading() -> None:
    """Implied actors raise the inferred count; the stated one stays open and says why."""
    deeds = [deed(n, h, actor=None, implied="A") for n, h in (("a", -2), ("b", -1), ("c", 0))]
    held = hold(text(), deeds, GROUND)
    assert held[2].stated["threshold:three"] is None
    assert held[2].inferred["threshold:three"] is True
    assert held[2].unknown["threshold:three"] == (
        "at least 0 and at most 3 incidents count towards the threshold of 3 "
        "(three attacks by one side in one zone in a day)"
    )


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        ("counting: fused-incidents 1", "counting: fused-incidents 9", "AGR-013", "the file, thresholds, three, counting has a word that is not on its list"),
        (
            "must_not: {threshold: three}, where: unstated,",
            "must_not: {threshold: three}, where: unstated, except: [{clause: C-1, answers: {by: B, same: zone, metres: 50, within: PT1H}, certainty: stated}],",
            "AGR-073",
            "prohibition many, except says how near the same place is, and does not ask for the same place",
        ),
    ],
)  # fmt: skip
def test_refusals(old: str, new: str, code: str, message: str) -> None:
    """A counting rule of no known version and a nearness of no place are refused."""
    with pytest.raises(ProblemsFound) as found:
        load(TEXT.replace(old, new, 1), "small.yaml", MAP)
    assert [(p.code, p.message) for p in found.value.problems] == [(code, message)]


def judged(agreement: Agreement, deeds: list[Deed]) -> list[tuple[str, str, Verdict]]:
    """Incident, accused and verdict of everything that cannot be ruled out."""
    held: tuple[Held, ...] = hold(agreement, deeds, GROUND)
    return [
        (one.held.deed.id, one.answer.accused, one.verdict)
        for rule in agreement.prohibitions
        for one in Against(agreement, rule, held, GROUND.smallest).judged()
    ]


def test_a_prohibition_is_judged_by_threshold_and_distance() -> None:
    """The third attack breaks the one, artillery near the line the other."""
    near = deed("d", 0, place=Point(31, 50.1, 500), act="artillery_fire", actor="B")
    found = judged(text(), [deed("a", -2), deed("b", -1), deed("c", 0), near])
    assert found == [("c", "A", Verdict.YES), ("d", "B", Verdict.YES)]


def test_what_happened_at_no_known_time_may_have_come_any_time() -> None:
    """An attack without a time leaves open what it would have completed."""
    lost = replace(deed("x", 0), happened=ANY_TIME)
    assert answers(text(), deed("a", -1), deed("b", 0), lost) == [False, None, None]


def test_known_to_the_day_looks_back_openly_and_around_surely() -> None:
    """Three on one day: some window holds all three, but no one is surely the last."""
    deeds = [replace(deed(n, 0), happened=DAY) for n in "abc"]
    assert answers(text(), *deeds) == [None, None, None]
    assert answers(text(looks="around"), *deeds) == [True, True, True]
