"""Services: plain values, tables that run nothing, counts, coverage, claims, explanations."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from small_mission import CLAIMS, ROWS, CommandResult, Mission, release, row
from waarborg.app.services.claims import read_claims
from waarborg.app.services.counting import Counted, count, coverage, span
from waarborg.app.services.derived import Derived
from waarborg.app.services.outputs import inert, table
from waarborg.app.services.plain import dump, lines, plain
from waarborg.base.judgement import Verdict
from waarborg.base.places import Area, Point
from waarborg.base.problems import ProblemsFound
from waarborg.base.times import Period

ZONE = ZoneInfo("Etc/GMT-3")


@pytest.mark.parametrize("start", list("=+-@\t\r"))
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    """Every sign that starts a formula is made text; the rest of the cell stays."""
    assert inert(f"{start}cmd|calc") == f"'{start}cmd|calc"


@pytest.mark.parametrize("cell", ["-0.5", "+3", "Norvik", "", "a=b", "-1e5"])
def test_numbers_and_words_stay_as_they_are(cell: str) -> None:
    """A negative number is no formula, nor is a sign within a word."""
    assert inert(cell) == cell


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_no_cell_of_any_table_can_start_a_formula(rows: list[list[str]]) -> None:
    """Whatever stands in the cells, what is read back starts no formula and loses nothing."""
    clean = [[cell.replace("\r", "").replace("\n", "") for cell in r] for r in rows]
    read = list(csv.reader(io.StringIO(table(("a", "b"), clean).decode(), newline="")))
    assert read[0] == ["a", "b"]
    assert [[c.removeprefix("'") for c in r] for r in read[1:]] == [
        [c.removeprefix("'") for c in r] for r in clean
    ]
    for cell in (cell for line in read for cell in line):
        if cell.startswith(("=", "+", "-", "@", "\t")):
            float(cell)


def test_plain_values_are_the_same_text_every_time() -> None:
    """Instants in UTC, words of lists; a place is an area by its zone, a point by its longitude."""
    moment = datetime(2030, 4, 11, 13, tzinfo=UTC)
    assert plain(moment) == "2030-04-11T13:00:00Z"
    assert plain(date(2030, 4, 11)) == "2030-04-11"
    assert plain(Verdict.UNKNOWN) == "unknown"
    assert plain(Period(moment, datetime(2030, 4, 12, tzinfo=UTC))) == {
        "start": "2030-04-11T13:00:00Z",
        "end": "2030-04-12T00:00:00Z",
    }
    assert plain(Area("south", "the South")) == {
        "zone": "south",
        "name": "the South",
    }
    assert plain(Point(10.5, 50.5, 1000.0, "Norvik"))["longitude"] == 10.5


def test_what_no_output_holds_is_refused() -> None:
    """A value without a plain form stops the run instead of being printed somehow."""
    with pytest.raises(TypeError, match="set"):
        plain({1, 2})


def test_lines_are_one_value_each_and_empty_for_none() -> None:
    """JSON lines end with a line end; no values give no bytes."""
    assert lines([]) == b""
    assert [json.loads(line) for line in lines([{"b": 1, "a": "ü"}, 2]).splitlines()] == [
        {"a": "ü", "b": 1},
        2,
    ]
    assert dump({"b": 1, "a": 2}) in {'{"a":2,"b":1}', '{"b":1,"a":2}'}


def test_a_span_holds_both_its_ends() -> None:
    """Days from the first to the last, over the end of a month."""
    assert span(date(2030, 4, 29), date(2030, 5, 1)) == (
        date(2030, 4, 29),
        date(2030, 4, 30),
        date(2030, 5, 1),
    )


def test_counts_are_given_for_every_day_zeros_included(small: Mission) -> None:
    """Each prohibition, party, tier and day has its count, and the whole span has one."""
    derived = small.open().derive()
    parties = sum(len(p.who) for a in derived.agreements for p in a.prohibitions)
    days = len(span(date(2030, 4, 9), date(2030, 4, 14)))
    assert len(derived.counts) == parties * 3 * (days + 1)
    assert {count.rule for count in derived.counts} == {"fused-incidents/1"}
    assert any(count.incidents == 0 for count in derived.counts)
    assert any(count.incidents for count in derived.counts)


def test_coverage_tells_silence_from_what_was_not_asked(small: Mission) -> None:
    """A source counts its reports by day; its silent days are named, and known gaps are added."""
    reports = small.open().derive().reports
    days = span(date(2030, 4, 11), date(2030, 4, 13))
    found = coverage(reports, days, ZONE, {"courier": "no reports: strike", "wire": "closed"})
    assert found.reports["courier"] == (1, 0, 0)
    assert "herald" not in found.reports
    assert found.gaps["courier"] == (
        "no report on 2 of 3 days: 12 to 13 April 2030; no reports: strike"
    )
    assert found.gaps["wire"] == "closed"


def test_claims_are_read_and_sorted() -> None:
    """Claims come sorted by name, each with its speaker and number."""
    found = read_claims(CLAIMS, "claims.yaml")
    assert [(c.id, c.by, c.against, c.count) for c in found] == [
        ("ard-says", "ARD", "BOR", 40),
        ("bor-says", "BOR", "ARD", 71),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [("count: 40", "count: -1"), ("count: 40", "count: true"), ("count: 40", "count: 4.5")],
)
def test_a_count_is_a_whole_number(old: str, new: str) -> None:
    """Truth values, fractions and negative numbers are no count."""
    with pytest.raises(ProblemsFound, match=r"CLM-005 claims\.yaml:2 .*count cannot be used"):
        read_claims(CLAIMS.replace(old, new), "claims.yaml")


def test_a_claim_without_offset_is_refused() -> None:
    """When a claim became known is an instant with its offset."""
    with pytest.raises(ProblemsFound, match="an instant with offset, in quotes"):
        read_claims(CLAIMS.replace("20:00:00+03:00", "20:00:00"), "claims.yaml")


def test_all_problems_of_the_claims_are_told_at_once() -> None:
    """Two broken claims give both problems, each with its line."""
    with pytest.raises(ProblemsFound, match=r"CLM-005 claims\.yaml:2 ") as told:
        read_claims(CLAIMS.replace("count: ", "count: x"), "claims.yaml")
    assert [problem.line for problem in told.value.problems] == [2, 11]


@pytest.fixture(scope="module")
def explained(
    tmp_path_factory: pytest.TempPathFactory, waarborg: Callable[..., CommandResult]
) -> Callable[[str], str]:
    """Explain an identifier of a run of a mission in which something is owed."""
    base = tmp_path_factory.mktemp("explain")
    rows = (*ROWS, row("x1", "2030-04-12", "Sudby", "A", "herald", "ardanians stormed dairy"))
    mission = Mission(((release(rows), "2030-04-14T12:00:00+03:00"),))
    assert waarborg("run", mission.write(base / "m"), "--out", base / "out").code == 0

    def explain(kind: str) -> str:
        first = json.loads((base / "out" / f"{kind}.jsonl").read_text().splitlines()[0])
        done = waarborg("explain", first["id"], "--out", base / "out")
        assert done.code == 0, done.err
        return done.out

    return explain


def test_an_obligation_is_explained_down_to_the_reports(explained: Callable[[str], str]) -> None:
    """Obligation, determination, finding, incident, report and entry stand below each other."""
    text = explained("obligations")
    places = [
        text.index(word)
        for word in ("Obligation obl-", "Determination det-", "Finding fin-", "Incident inc-")
    ]
    assert places == sorted(places)
    assert "from clause C-3" in text
    assert "until when: 24 hours after the breach happened" in text
    assert "still to pass: GUA-senate (prior_consent): the senate must approve beforehand" in text
    assert "By operation of the text: ARD in breach of C-1 (A-cease)." in text
    assert "address: https://" in text
    assert "of the record, version 1" in text


def test_a_finding_is_explained_with_its_reasons(explained: Callable[[str], str]) -> None:
    """A finding says what it is held against, how it is counted and why."""
    text = explained("findings")
    assert "held against C-1" in text
    assert "because " in text
    assert "counted as " in text


def test_counts_kept_up_equal_counts_worked_out_anew(easter_derived: Derived) -> None:
    """Findings counted in, in any order, and some out again, give the counts of those that are left."""
    findings = easter_derived.findings
    kept, gone = findings[::2], findings[1::2]
    zone = ZoneInfo("Europe/Kyiv")
    days = span(date(2026, 4, 1), date(2026, 4, 25))
    counted = Counted(zone)
    for finding in reversed(findings):
        counted.add(finding)
    for finding in gone:
        counted.add(finding, -1)
    agreements = easter_derived.agreements
    assert counted.counts(agreements, days, "r/1") == count(agreements, kept, days, zone, "r/1")
