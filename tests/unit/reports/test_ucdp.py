"""The parser of UCDP event files."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from waarborg.base.acts import Act
from waarborg.base.places import Area, Point
from waarborg.reports import ucdp

SAMPLE = (Path(__file__).parent / "data" / "ucdp-candidate-sample.csv").read_bytes()
ZONE = ZoneInfo("UTC")
GOOD = {
    "id": "7", "type_of_violence": "1", "source_office": "Ukrinform;AOAV", "where_prec": "1",
    "where_coordinates": "Enerhodar town", "adm_1": "Zaporizhzhya oblast", "adm_2": "Vasylivka raion",
    "latitude": "47.5", "longitude": "34.6", "date_prec": "1", "date_start": "2022-09-01 00:00:00.000",
    "date_end": "2022-09-01 00:00:00.000", "deaths_a": "0", "deaths_b": "10", "deaths_civilians": "0",
}  # fmt: skip


def parsed(*changes):
    """A file of the good row, changed in some cells each time."""
    lines = [",".join(ucdp.COLUMNS)]
    lines += [",".join((GOOD | change)[name] for name in ucdp.COLUMNS) for change in changes]
    return ucdp.parse("\n".join(lines).encode(), "ged.csv", ZONE)


def told(found):
    """The problems as (line, code)."""
    return [(problem.line, problem.code) for problem in found.problems]


def test_the_sample_is_taken_whole():
    """Every row of the shipped sample becomes a report with its own key."""
    found = ucdp.parse(SAMPLE, "sample.csv", ZONE)
    keys = {row["id"] for row in csv.DictReader(SAMPLE.decode().splitlines())}

    assert found.problems == ()
    assert {key for report in found.reports for key in report.keys} == keys
    assert [report.id for report in found.reports] == sorted(report.id for report in found.reports)


def test_a_row_says_what_its_coders_said_and_no_more():
    """Day, place, outlet, label and harm are taken; who did it and a headline are not."""
    (report,) = parsed({}).reports

    assert report.happened.start == datetime(2022, 9, 1, tzinfo=UTC)
    assert report.happened.hours == 24
    assert report.place == Point(34.6, 47.5, 3000.0, "Enerhodar town")
    assert (report.source, report.label) == ("Ukrinform", "state-based conflict")
    assert [evidence.act for evidence in report.acts] == [Act.FORCE_UNSPECIFIED]
    assert (report.harm, report.actors, report.headline) == (("military",), (), "")


@pytest.mark.parametrize(
    ("precision", "place"),
    [
        ("2", Point(34.6, 47.5, 25_000.0, "Enerhodar town")),
        ("3", Area("ucdp:Vasylivka raion", "Vasylivka raion")),
        ("4", Area("ucdp:Zaporizhzhya oblast", "Zaporizhzhya oblast")),
        ("5", None),
        ("6", None),
        ("7", None),
    ],
)
def test_a_place_is_as_wide_as_its_precision(precision, place):
    """A stand-in for a region is an area, and a country or a line is no place."""
    assert parsed({"where_prec": precision}).reports[0].place == place


def test_days_are_read_in_both_forms_that_ucdp_uses():
    """GED writes 2022-09-01, Candidate 09/01/2022; both are the first of September."""
    dates = {"date_start": "09/01/2022 00:00", "date_end": "09/03/2022 00:00", "date_prec": "2"}
    (report,) = parsed(dates).reports

    assert report.happened.start == datetime(2022, 9, 1, tzinfo=UTC)
    assert report.happened.hours == 72


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"id": ""}, "UCD-003", "the row has no id"),
        ({"latitude": "north"}, "UCD-004", "the coordinate is not a place on earth"),
        ({"longitude": "200"}, "UCD-004", "the coordinate is not a place on earth"),
        ({"date_start": "2022-13-01"}, "UCD-005", "date_start is no day"),
        ({"date_end": "2022-08-31"}, "UCD-005", "the event ends before it begins"),
        ({"date_prec": "9"}, "UCD-006", "the precision of the date is unknown"),
        ({"where_prec": ""}, "UCD-006", "the precision of the place is unknown"),
        ({"type_of_violence": "4"}, "UCD-007", "the type of violence is not one of the source"),
    ],
)
def test_a_faulty_row_is_refused_by_itself(change, code, message):
    """A fault in a row refuses that row with its line, and the row after it is taken."""
    found = parsed(change, {"id": "8"})

    assert [(p.line, p.code, p.message) for p in found.problems] == [(2, code, message)]
    assert [report.keys for report in found.reports] == [("8",)]


def test_all_faults_of_a_row_are_told_at_once():
    """A row with three faults gives three problems."""
    found = parsed({"latitude": "", "date_end": "later", "type_of_violence": "x"})
    assert told(found) == [(2, "UCD-004"), (2, "UCD-005"), (2, "UCD-007")]


def test_an_id_that_stands_twice_is_told():
    """The first row of an id is taken, the second is refused."""
    found = parsed({}, {"latitude": "48"})
    assert told(found) == [(3, "UCD-003")]
    assert len(found.reports) == 1


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (b"id\n1\n", "UCD-002", "columns are missing"),
        (b"", "UCD-002", "columns are missing"),
        (b"id,\xff\n", "UCD-001", "the file is not in UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_gives_no_rows(data, code, message):
    """A file without the columns, or in another encoding, is refused as a whole."""
    found = ucdp.parse(data, "ged.csv", ZONE)
    assert [(p.code, p.message) for p in found.problems] == [(code, message)]
    assert found.reports == ()
