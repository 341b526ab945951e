"""Reports out of releases: identity, versions and what was known when."""

from collections import Counter
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import polars as pl

from waarborg.base.acts import Act
from waarborg.base.grades import Basis
from waarborg.base.places import Area, Point
from waarborg.base.times import local_day, parse_instant, parse_moment
from waarborg.reports import collect
from waarborg.reports.report import known

KYIV = ZoneInfo("Europe/Kyiv")


def test_every_row_of_every_release_leads_to_a_report(collected, parsed):
    """The key map covers all rows, and each report has some."""
    rows = {(p.release.file, key) for p in parsed for key in p.rows["key"]}
    assert set(collected.keys) == rows
    assert set(collected.keys.values()) == {report.id for report in collected.reports}


def test_known_on_24_april_is_the_earlier_release(collected, parsed):
    """At the end of 24 April exactly the reports of the earlier release are known, 2,961 rows."""
    then = known(collected.reports, parse_moment("2026-04-24", KYIV))
    earlier = parsed[0]
    keys = [key for report in then for key in report.keys]
    assert sorted(keys) == earlier.rows["key"].to_list()
    assert len(keys) == 2961
    assert {report.version for report in then} == {1}


def test_later_rows_of_the_earlier_days(parsed):
    """Of 1 to 24 April, 472 distinct rows (day, place, address) came later; none went."""
    first, second = (p.rows.filter(pl.col("day") <= date(2026, 4, 24)) for p in parsed)
    columns = ["day", "place", "longitude", "latitude", "address"]
    held, later = (set(rows.select(columns).rows()) for rows in (first, second))
    assert len(later - held) == 472
    assert held <= later
    assert second.height - first.height == 476


def test_three_reports_changed_type(collected):
    """Three reports have a second version, with the later release's arrival and another label."""
    second = [report for report in collected.reports if report.version == 2]
    first = {report.id: report for report in collected.reports if report.version == 1}
    assert len(second) == 3
    for report in second:
        assert report.received_at == parse_instant("2026-07-02T00:00+03:00")
        assert report.label != first[report.id].label
    assert max(report.version for report in collected.reports) == 2


def test_repeated_scrapes_are_one_report(collected, parsed):
    """A page that stands on many days at one place is one report of its first day."""
    placed = [r for r in collected.reports if r.version == 1 and r.place is not None]
    assert max(Counter((r.address, r.place) for r in placed).values()) == 1
    (beer,) = (r for r in collected.reports if "semeinaya-pivovarnya-iz-umani" in r.address)
    rows = parsed[1].rows.filter(pl.col("address") == beer.address)
    assert rows["day"].n_unique() > 10
    assert beer.happened == local_day(rows["day"].min(), KYIV)
    assert list(beer.keys) == rows["key"].to_list()


def test_stand_ins_are_areas_and_accidents_have_no_place(collected):
    """No report keeps a point that stands for an oblast or was named by accident."""
    names = {"Voronyne": "UA-59", "Slobozhans'ke": "UA-63", "Bilka": "UA-51", "Posich": "UA-21"}
    areas = {r.place.name: r.place.zone for r in collected.reports if isinstance(r.place, Area)}
    assert names.items() <= areas.items()
    points = {r.place.name for r in collected.reports if isinstance(r.place, Point)}
    assert not points & (set(areas) | {"Karpaty", "Kozerohy", "Kuban", "Metalist", "Spartak"})
    assert any(r.place is None and "goroskop" in r.headline for r in collected.reports)


def test_a_namesake_elsewhere_stays_a_point(parsed, mission, reader):
    """A village of a stand-in's name at another position is a point."""
    moved = parsed[0].rows.with_columns(
        pl.when(pl.col("place") == "Bilka").then(51.5).otherwise("latitude").alias("latitude")
    )
    found = collect.collect([replace(parsed[0], rows=moved)], mission.channels, reader)
    places = {type(r.place) for r in found.reports if r.place and r.place.name == "Bilka"}
    assert places == {Point}


def test_order_and_duplication_change_nothing(parsed, mission, reader, collected):
    """Law 1 on the shipped files: rows shuffled and releases reversed or doubled give the same."""
    shuffled = [
        replace(p, rows=pl.concat([p.rows, p.rows]).sample(fraction=1, shuffle=True, seed=7))
        for p in reversed(parsed)
    ]
    again = collect.collect([*shuffled, parsed[0]], mission.channels, reader)
    assert [replace(r, keys=tuple(dict.fromkeys(r.keys))) for r in again.reports] == list(
        collected.reports
    )
    assert again.keys == collected.keys


def test_the_first_release_alone_gives_the_same_first_versions(parsed, mission, reader, collected):
    """Law 4: what a later release brings rewrites nothing."""
    alone = collect.collect(parsed[:1], mission.channels, reader)
    then = known(collected.reports, parse_moment("2026-04-24", KYIV))
    assert alone.reports == then


def test_labels_become_labelled_acts_and_harm(collected):
    """A label gives an act as a machine's label only; casualties give harm and no act."""
    for report in collected.reports:
        labels = report.label.split()
        labelled = {e.act for e in report.acts if e.basis is Basis.LABELLED}
        assert labelled == {collect.ACTS_BY_LABEL[x] for x in labels if x in collect.ACTS_BY_LABEL}
        assert ("civilian" in report.harm) == ("C" in labels)
        assert ("military" in report.harm) == ("M" in labels)


def test_headlines_come_first(collected):
    """What words state stands before what a label says."""
    report = next(r for r in collected.reports if "rf-skinula-na-kramatorsk" in r.address)
    assert report.acts[0].act is Act.AIR_STRIKE
    assert report.acts[0].basis is Basis.STATED
    assert [e.party for e in report.actors] == ["RU"]
