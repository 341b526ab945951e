"""The parser of VIINA releases."""

from itertools import repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarborg.reports import quarantine, viina

HEADER = ",".join(viina.COLUMNS)
GOOD = "k1,e1,20260411,36.2312,49.99217,Kharkiv,S,1,unian,https://a.example/x,rosiyani vdarili"


def rows(*lines):
    """A release of a header and lines."""
    return "\n".join((HEADER, *lines, "")).encode()


def row(**changes):
    """The good row with some cells changed."""
    cells = dict(zip(viina.COLUMNS, GOOD.split(","), strict=True)) | changes
    return ",".join(cells[name] for name in viina.COLUMNS)


def told(parsed):
    """The problems as (line, code)."""
    return [(problem.line, problem.code) for problem in parsed.problems]


def test_shipped_releases_are_taken_whole(parsed):
    """Every row of the two shipped releases is accepted."""
    assert [p.rows.height for p in parsed] == [2961, 3592]
    assert all(not p.refused and not p.problems for p in parsed)


def test_empty_file(release, channel):
    """An empty file is told as such, and gives no rows."""
    result = viina.parse(b"", release, channel)
    assert told(result) == [(0, "VII-001")]
    assert result.rows.height == 0
    assert "the file is empty" in str(result.problems[0])


def test_missing_and_doubled_columns_are_all_told(release, channel):
    """Each missing column is told, and one that stands twice."""
    data = HEADER.replace("url,", "").replace("source", "date").encode() + b"\n"
    result = viina.parse(data, release, channel)
    assert [p.code for p in result.problems] == ["VII-003"] * 3
    messages = "\n".join(p.message for p in result.problems)
    assert "the column url is missing" in messages
    assert "the column source is missing" in messages
    assert "the column date stands there 2 times" in messages


def test_other_encodings(release, channel):
    """A row in windows-1251 is refused by itself, a file in UTF-16 as a whole."""
    data = rows(GOOD) + row(report_key="k2", asciiname="Київ").encode("cp1251") + b"\n"
    result = viina.parse(data, release, channel)
    assert told(result) == [(3, "VII-002")]
    assert result.rows["key"].to_list() == ["k1"]
    assert "0xca at position" in result.problems[0].found
    whole = viina.parse(rows(GOOD).decode().encode("utf-16"), release, channel)
    assert told(whole) == [(1, "VII-002")]
    assert whole.problems[0].message == "the file is not in UTF-8"


def test_byte_order_mark_and_windows_line_ends(release, channel):
    """A mark in front and CRLF change nothing."""
    data = b"\xef\xbb\xbf" + rows(GOOD).replace(b"\n", b"\r\n")
    result = viina.parse(data, release, channel)
    assert result.problems == ()
    assert result.rows["headline"].to_list() == ["rosiyani vdarili"]


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"date": "20260431"}, "VII-006", "the date does not exist"),
        ({"date": "2026-04-11"}, "VII-006", "the date does not exist"),
        ({"longitude": "236.2"}, "VII-007", "the coordinate is not a place on earth"),
        ({"latitude": "x"}, "VII-007", "the coordinate is not a place on earth"),
        ({"latitude": "nan"}, "VII-007", "the coordinate is not a place on earth"),
        ({"longitude": "49.99217", "latitude": "36.2312"}, "VII-008", "look swapped"),
        ({"asciiname": "=1+1"}, "VII-012", "asciiname begins like a formula"),
        ({"headline_slug": "@SUM(A1)"}, "VII-012", "headline_slug begins like a formula"),
        ({"report_key": "-1"}, "VII-012", "report_key begins like a formula"),
        ({"url": "+49"}, "VII-012", "url begins like a formula"),
        ({"source": ""}, "VII-013", "source is empty"),
        ({"longitude": ""}, "VII-013", "longitude is empty"),
        ({"type_code": "Q"}, "VII-014", "the label is not one of the source"),
        ({"url": "javascript:alert(1)"}, "VII-015", "the address is not a web address"),
        ({"asciiname": "a\x00b"}, "VII-016", "asciiname holds a control character"),
    ],
)
def test_one_bad_cell(release, channel, changes, code, message):
    """A bad cell refuses its row with file, line, expected, found and fix; the others are taken."""
    result = viina.parse(rows(GOOD, row(**{"report_key": "k2"} | changes)), release, channel)
    problem = next(p for p in result.problems if p.code == code)
    assert (problem.file, problem.line) == ("r.csv", 3)
    assert message in problem.message
    assert problem.expected
    assert problem.found
    assert problem.fix
    assert result.rows["key"].to_list() == ["k1"]
    assert [refused.line for refused in result.refused] == [3]


def test_all_problems_of_a_row_are_told(release, channel):
    """One row with three faults tells three problems and is refused once."""
    bad = row(date="x", type_code="Q", source="")
    result = viina.parse(rows(bad), release, channel)
    assert told(result) == [(2, "VII-006"), (2, "VII-013"), (2, "VII-014")]
    assert result.refused[0].codes == ("VII-006", "VII-013", "VII-014")


def test_wrong_number_of_fields_and_open_quote(release, channel):
    """A row with too many fields or an open quote is refused; a quoted comma is read."""
    result = viina.parse(
        rows(GOOD + ",x", row(report_key="k2", asciiname='"Odesa'), row(report_key="k3", asciiname='"A, B"')),
        release,
        channel,
    )  # fmt: skip
    assert told(result) == [(2, "VII-005"), (3, "VII-005")]
    assert result.problems[0].message == "the row has the wrong number of fields"
    assert result.problems[0].found.startswith("12 fields in")
    assert result.rows["place"].to_list() == ["A, B"]


def test_a_row_twice_is_taken_once(release, channel):
    """The same row again is told and refused; the first stays."""
    result = viina.parse(rows(GOOD, GOOD), release, channel)
    assert told(result) == [(3, "VII-010")]
    assert "the row stands there twice" in result.problems[0].message
    assert result.rows["line"].to_list() == [2]


def test_a_key_with_two_contents_takes_none(release, channel):
    """Which of two rows of one key is right cannot be told, so none is taken."""
    result = viina.parse(rows(GOOD, row(type_code="O"), row(report_key="k9")), release, channel)
    assert told(result) == [(2, "VII-011"), (3, "VII-011")]
    assert "the key stands for different contents" in result.problems[0].message
    assert result.rows["key"].to_list() == ["k9"]


def test_a_very_long_line_is_refused_without_holding_it(release, channel):
    """A line of 64 MB in one-megabyte pieces is told with its length; rows around it are taken."""

    def chunks():
        yield rows(GOOD)
        yield from repeat(b"x" * (1 << 20), 64)
        yield b"\n" + row(report_key="k2").encode()

    result = viina.parse(chunks(), release, channel)
    assert told(result) == [(3, "VII-004")]
    assert result.problems[0].message == "the line is too long to be a row"
    assert f"{64 << 20} bytes" in result.problems[0].found
    assert len(result.refused[0].text) <= 60
    assert result.rows["key"].to_list() == ["k1", "k2"]


@given(cut=st.integers(1, 60), seed=st.permutations(range(5)))
def test_cuts_and_order_change_nothing(cut, seed):
    """However the bytes are cut and the rows ordered, the same rows come out."""
    lines = [row(report_key=f"k{number}") for number in seed]
    data = rows(*lines)
    from zoneinfo import ZoneInfo  # noqa: PLC0415  # hypothesis and function fixtures do not mix

    from waarborg.base.grades import Certainty  # noqa: PLC0415
    from waarborg.base.times import parse_instant  # noqa: PLC0415
    from waarborg.reports.mission import Box, Channel, Release  # noqa: PLC0415

    channel = Channel(
        ZoneInfo("Europe/Kyiv"), Certainty.ASSUMED, "", 1.0, "", 4096, Box(20, 43, 60, 60)
    )
    release = Release("r.csv", "viina", parse_instant("2026-04-24T00:00Z"), Certainty.ASSUMED, "")
    pieces = [data[i : i + cut] for i in range(0, len(data), cut)]
    result = viina.parse(pieces, release, channel)
    assert result.problems == ()
    assert result.rows["key"].to_list() == [f"k{number}" for number in range(5)]


def test_quarantine_keeps_the_row_and_runs_nothing(release, channel):
    """The quarantine holds line, reason and row; a formula in it is inert."""
    bad = row(report_key="=HYPERLINK(1)", date="20260230")
    result = viina.parse(rows(bad), release, channel)
    text = quarantine.table([result]).decode()
    header, line = text.splitlines()
    assert header == "file,line,codes,reasons,row"
    assert line.startswith("r.csv,2,VII-006 VII-012,")
    assert "'=HYPERLINK(1)" in line
    assert ",=HYPERLINK" not in line


def test_many_bad_rows_do_not_take_long_each(release, channel):
    """A hundred bad rows are all told."""
    result = viina.parse(
        rows(*(row(report_key=f"k{n}", date="0") for n in range(100))), release, channel
    )
    assert len(result.refused) == 100
