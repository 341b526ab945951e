"""The parser of UCDP event files (GED and Candidate): one row is one event as Uppsala's coders see it.

Rules this module keeps:
1. Every row is either accepted or refused with all its reasons.
2. A day or place is as wide as the coders' precision says; a stand-in for a region is an area, and a
   row placed in a country or along a line has no place.
3. The two sides of a dyad are who fought, not who did it: no actor is read from them.
4. Headlines are not read as evidence. The coders made each row an event of its own, from articles that
   often tell of many; the shipped model, which learnt on headlines of single blows, would join half
   the rows against that judgement (measured: see docs/explanation/fusion.md).

Source: UCDP Georeferenced Event Dataset, Department of Peace and Conflict Research, Uppsala
University, CC BY 4.0; precisions as in its codebook.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from waarborg.base.acts import Act
from waarborg.base.grades import Basis
from waarborg.base.places import Area, Place, Point
from waarborg.base.problems import Problem
from waarborg.base.times import Period, local_day
from waarborg.reports.report import ActEvidence, Report, ReportId

COLUMNS = (
    "id", "type_of_violence", "source_office", "where_prec", "where_coordinates",
    "adm_1", "adm_2", "latitude", "longitude", "date_prec", "date_start", "date_end", "deaths_a",
    "deaths_b", "deaths_civilians",
)  # fmt: skip
"""The columns a file has to hold, in any order; others are left unread."""

_POINTS_M = {"1": 3000.0, "2": 25_000.0}
"""Precision of a position: 1 is a place known by name, 2 lies within 25 kilometres of one."""
_AREAS = {"3": "adm_2", "4": "adm_1"}
_NOWHERE = ("5", "6", "7")
_VIOLENCE = {"1": "state-based conflict", "2": "non-state conflict", "3": "one-sided violence"}
_FORMS = ("%Y-%m-%d", "%m/%d/%Y")
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file holds.

    Attributes:
        reports: One for each accepted row, sorted by identifier.
        problems: All problems, by line.
    """

    reports: tuple[Report, ...]
    problems: tuple[Problem, ...]


def parse(data: bytes, file: str, zone: ZoneInfo) -> Parsed:
    """Read a file.

    Args:
        data: The file's bytes, CSV in UTF-8.
        file: Its name, for the problems.
        zone: Whose days the file's days are.

    Returns:
        The accepted rows and everything that was refused; a file that cannot be read at all gives
        no rows and the problem.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"the byte 0x{data[error.start]:02x} at position {error.start + 1}"
        return _refused(file, 0, "UCD-001", "the file is not in UTF-8", "UTF-8", found)
    rows = csv.DictReader(io.StringIO(text, newline=""), restval="")
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        expected = "the columns " + ", ".join(COLUMNS)
        return _refused(
            file, 1, "UCD-002", "columns are missing", expected, "no " + ", ".join(missing)
        )
    problems: list[Problem] = []
    reports: dict[str, Report] = {}
    try:
        for row in rows:
            reading = _Row(file, rows.line_num, row)
            report = reading.report(zone)
            if row["id"] in reports:
                reading.tell("UCD-003", "the id stands there twice", "each id once", row["id"])
            problems += reading.problems
            if report is not None and row["id"] not in reports:
                reports[row["id"]] = report
    except csv.Error as error:
        problems.append(
            Problem(
                file, rows.line_num, "UCD-008", "the row cannot be read", "CSV", str(error), _FIX
            )
        )
    ordered = sorted(reports.values(), key=lambda report: report.id)
    return Parsed(tuple(ordered), tuple(sorted(problems)))


_FIX = "correct the row, or export the file anew from UCDP"


def _refused(file: str, line: int, code: str, message: str, expected: str, found: str) -> Parsed:
    return Parsed((), (Problem(file, line, code, message, expected, found, _FIX),))


class _Row:
    """One row and what is wrong with it."""

    def __init__(self, file: str, line: int, cells: Mapping[str, str]) -> None:
        self._file = file
        self._line = line
        self._cells = cells
        self.problems: list[Problem] = []

    def tell(self, code: str, message: str, expected: str, found: str) -> None:
        """Note a problem; the row is refused."""
        shown = repr(found if len(found) <= _SHOWN else found[:_SHOWN] + "…")
        self.problems.append(Problem(self._file, self._line, code, message, expected, shown, _FIX))

    def report(self, zone: ZoneInfo) -> Report | None:
        """The report, None when anything is wrong."""
        cells = self._cells
        if not cells["id"]:
            self.tell("UCD-003", "the row has no id", "each id once", "")
        happened, place = self._happened(zone), self._place()
        if cells["type_of_violence"] not in _VIOLENCE:
            found = cells["type_of_violence"]
            self.tell(
                "UCD-007", "the type of violence is not one of the source", "1, 2 or 3", found
            )
        if self.problems or happened is None:
            return None
        label = _VIOLENCE[cells["type_of_violence"]]
        return Report(
            id=ReportId(f"ucdp-{hashlib.sha256(cells['id'].encode()).hexdigest()[:16]}"),
            version=1,
            channel="ucdp",
            source=cells["source_office"].partition(";")[0].strip(),
            address="",
            headline="",
            happened=happened,
            received_at=datetime(1970, 1, 1, tzinfo=UTC),
            place=place,
            label=label,
            acts=(ActEvidence(Act.FORCE_UNSPECIFIED, Basis.LABELLED, label),),
            harm=self._harm(),
            keys=(cells["id"],),
        )

    def _happened(self, zone: ZoneInfo) -> Period | None:
        days = [self._day(name) for name in ("date_start", "date_end")]
        if self._cells["date_prec"] not in {"1", "2", "3", "4", "5"}:
            self.tell(
                "UCD-006",
                "the precision of the date is unknown",
                "1 to 5",
                self._cells["date_prec"],
            )
        first, last = days
        if first is None or last is None:
            return None
        if last < first:
            found = f"{first} to {last}"
            self.tell(
                "UCD-005", "the event ends before it begins", "date_end after date_start", found
            )
            return None
        return Period(local_day(first, zone).start, local_day(last, zone).end)

    def _day(self, name: str) -> date | None:
        text = self._cells[name].partition(" ")[0]
        for form in _FORMS:
            try:
                return datetime.strptime(text, form).replace(tzinfo=UTC).date()
            except ValueError:
                continue
        self.tell(
            "UCD-005", f"{name} is no day", "a day as 2022-09-01 or 09/01/2022 (month first)", text
        )
        return None

    def _place(self) -> Place | None:
        cells, precision = self._cells, self._cells["where_prec"]
        if precision in _AREAS:
            name = cells[_AREAS[precision]] or cells["adm_1"]
            return Area(f"ucdp:{name}", name) if name else None
        if precision in _NOWHERE:
            return None
        if precision not in _POINTS_M:
            self.tell("UCD-006", "the precision of the place is unknown", "1 to 7", precision)
            return None
        try:
            longitude, latitude = float(cells["longitude"]), float(cells["latitude"])
        except ValueError:
            longitude = latitude = 1e9
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            found = f"{cells['longitude']}, {cells['latitude']}"
            self.tell(
                "UCD-004", "the coordinate is not a place on earth",
                "longitude -180 to 180, latitude -90 to 90, in degrees", found,
            )  # fmt: skip
            return None
        return Point(longitude, latitude, _POINTS_M[precision], cells["where_coordinates"])

    def _harm(self) -> tuple[str, ...]:
        def any_of(*names: str) -> bool:
            return any(set(self._cells[name]) & set("123456789") for name in names)

        harm = (("civilian", ("deaths_civilians",)), ("military", ("deaths_a", "deaths_b")))
        return tuple(word for word, names in harm if any_of(*names))
