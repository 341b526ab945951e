"""The parser of VIINA releases, in the form of the derived copies that name one event a row.

Rules this module keeps:
1. Every row is either accepted or refused with all its reasons; none is dropped without a word.
2. No row is given an hour, a precision or an actor that the file does not hold.
3. What could be run as a formula by a table program is refused, wherever it came from.

Source: VIINA 2.0 (Zhukov & Ayers, Harvard), ODbL 1.0; the copy has no publication hour, no
GEO_PRECISION and one reduced label a row.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from waarborg.base.problems import Problem
from waarborg.reports.lines import Lines, split
from waarborg.reports.mission import Box, Channel, Release

COLUMNS = (
    "report_key",
    "event_key",
    "date",
    "longitude",
    "latitude",
    "asciiname",
    "type_code",
    "n_reports",
    "source",
    "url",
    "headline_slug",
)
"""The columns a release has to hold, in any order; others are left unread."""

LABELS = ("S", "D", "A", "F", "C", "V", "M", "L", "O")
"""Air strike, drone, artillery, firefight, civilian casualties, armour, military casualties, alert, none."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t")
_TEXT = ("report_key", "event_key", "asciiname", "type_code", "source", "url", "headline_slug")
_REQUIRED = ("report_key", "date", "longitude", "latitude", "type_code", "source", "url")
_SHOWN = 80
EARLIEST = date(1900, 1, 1)
"""No release tells of days before this one."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken.

    Attributes:
        line: Its line in the file, counted from 1.
        codes: The codes of the problems found in it, sorted.
        reasons: Why, one sentence a problem.
        text: The row as it stands in the file, cut when it was too long to hold.
    """

    line: int
    codes: tuple[str, ...]
    reasons: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a release holds.

    Attributes:
        release: Which.
        rows: Accepted rows, sorted by key: `key`, `day` (date), `longitude`, `latitude` (degrees),
            `place`, `label`, `source`, `address`, `headline`, `line` (int).
        refused: Rows that were not taken, by line.
        problems: All problems, by line; one of a whole file has line 0 or 1.
    """

    release: Release
    rows: pl.DataFrame
    refused: tuple[Refused, ...]
    problems: tuple[Problem, ...]


def parse(data: bytes | Iterable[bytes], release: Release, channel: Channel) -> Parsed:
    """Read a release.

    Args:
        data: The file's bytes, whole or in chunks.
        release: Which release they are; its file name stands in the problems.
        channel: What the mission knows about the source.

    Returns:
        The accepted rows and everything that was refused; a file that cannot be read at all gives
        no rows and the problem.
    """
    lines = split((data,) if isinstance(data, bytes) else data, channel.max_line_bytes)
    reading = _Reading(release.file)
    for long in lines.too_long:
        reading.refuse(
            long.line,
            "VII-004",
            "the line is too long to be a row",
            f"at most {channel.max_line_bytes} bytes",
            f"{long.length} bytes, beginning {_shown(long.peek.decode('utf-8', 'replace'))}",
            "look for a lost line end or a binary file, and export the file anew",
        )
        reading.texts[long.line] = long.peek.decode("utf-8", "replace")
    header, body = _header(reading, lines)
    if header is None:
        return reading.result(release, _no_rows())
    table = _table(reading, header, body)
    _check_cells(reading, table, channel.box)
    _check_days(reading, table, release.received_at.astimezone(channel.time_zone).date())
    _check_keys(reading, table)
    refused = pl.Series(sorted(reading.refused), dtype=pl.Int64)
    accepted = table.filter(~pl.col("line").is_in(refused.implode()))
    return reading.result(release, _typed(accepted))


class _Reading:
    """Problems and refused rows as they are found."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.refused: dict[int, list[Problem]] = {}
        self.texts: dict[int, str] = {}

    def tell(self, line: int, code: str, message: str, expected: str, found: str, fix: str) -> None:
        """Note a problem of the whole file."""
        self.problems.append(Problem(self.file, line, code, message, expected, found, fix))

    def refuse(
        self, line: int, code: str, message: str, expected: str, found: str, fix: str
    ) -> None:
        """Note a problem of one row and refuse the row."""
        self.tell(line, code, message, expected, found, fix)
        self.refused.setdefault(line, []).append(self.problems[-1])

    def result(self, release: Release, rows: pl.DataFrame) -> Parsed:
        """Everything, sorted."""
        refused = tuple(
            Refused(
                line,
                tuple(sorted({p.code for p in found})),
                tuple(f"{p.message}: expected {p.expected}, found {p.found}" for p in found),
                self.texts.get(line, ""),
            )
            for line, found in sorted(self.refused.items())
        )
        return Parsed(release, rows, refused, tuple(sorted(self.problems)))


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")


def _header(reading: _Reading, lines: Lines) -> tuple[list[str] | None, Lines]:
    """The column names, None when the file cannot be read; and the lines below them."""
    if not lines.contents:
        if not lines.too_long:
            reading.tell(
                0,
                "VII-001",
                "the file is empty",
                "a header and rows",
                "no line",
                "hand in the release again; if the source was silent, leave the file out",
            )
        return None, lines
    first = lines.contents[0].removeprefix(b"\xef\xbb\xbf")
    if b"\x00" in first or first.startswith((b"\xff\xfe", b"\xfe\xff")):
        reading.tell(
            lines.numbers[0],
            "VII-002",
            "the file is not in UTF-8",
            "UTF-8",
            "UTF-16 or binary",
            "save the file as CSV in UTF-8",
        )
        return None, lines
    names = next(csv.reader([first.decode("utf-8", "replace")]))
    missing = [name for name in COLUMNS if names.count(name) != 1]
    for name in missing:
        twice = name in names
        reading.tell(
            lines.numbers[0],
            "VII-003",
            f"the column {name} stands there {names.count(name)} times"
            if twice
            else f"the column {name} is missing",
            "the columns " + ", ".join(COLUMNS),
            _shown(", ".join(names)),
            "export the release with a header and all its columns",
        )
    below = Lines(lines.numbers[1:], lines.contents[1:], lines.too_long)
    if not missing and not below.contents and not below.too_long:
        reading.tell(
            lines.numbers[0],
            "VII-001",
            "the file has a header and no row",
            "a header and rows",
            "a header alone",
            "hand in the release again; if the source was silent, leave the file out",
        )
    return (None if missing else names), below


def _table(reading: _Reading, names: list[str], lines: Lines) -> pl.DataFrame:
    """The rows with the right number of fields, all cells as text, with their line."""
    texts = _decoded(reading, lines)
    raw = pl.DataFrame(
        {"line": lines.numbers, "text": texts}, schema={"line": pl.Int64, "text": pl.String}
    ).drop_nulls()
    quoted = raw.filter(pl.col("text").str.contains('"', literal=True))
    plain = raw.filter(~pl.col("text").str.contains('"', literal=True)).with_columns(
        pl.col("text").str.split(",").alias("cells")
    )
    by_hand = pl.DataFrame(
        {
            "line": quoted["line"],
            "text": quoted["text"],
            "cells": [_cells(text) for text in quoted["text"]],
        },
        schema=plain.schema,
    )
    rows = pl.concat([plain, by_hand]).sort("line")
    wrong = rows.filter(pl.col("cells").list.len() != len(names))
    for line, text, cells in wrong.iter_rows():
        reading.refuse(
            line,
            "VII-005",
            "the row has the wrong number of fields",
            f"{len(names)} fields",
            f"{len(cells)} fields in {_shown(text)}",
            "put text that holds a comma in double quotes, and close every quote on its line",
        )
        reading.texts[line] = text
    right = rows.filter(pl.col("cells").list.len() == len(names))
    columns = [
        pl.col("cells").list.get(names.index(name)).fill_null("").alias(name) for name in COLUMNS
    ]
    return right.select("line", "text", *columns)


def _decoded(reading: _Reading, lines: Lines) -> list[str | None]:
    """Each line as text, None where it is not UTF-8."""
    try:
        return [content.decode("utf-8") for content in lines.contents]
    except UnicodeDecodeError:
        pass
    texts: list[str | None] = []
    for number, content in zip(lines.numbers, lines.contents, strict=True):
        try:
            texts.append(content.decode("utf-8"))
        except UnicodeDecodeError as error:
            texts.append(None)
            shown = content.decode("utf-8", "replace")
            reading.refuse(
                number,
                "VII-002",
                "the row is not in UTF-8",
                "UTF-8",
                f"the byte 0x{content[error.start]:02x} at position {error.start + 1} in {_shown(shown)}",
                "find the encoding the file was saved in (often windows-1251) and save it as UTF-8",
            )
            reading.texts[number] = shown
    return texts


def _cells(text: str) -> list[str]:
    """The fields of a line with quotes; a quote left open gives one field, which is refused."""
    try:
        return next(csv.reader([text], strict=True))
    except csv.Error:
        return [text]


def _check_cells(reading: _Reading, table: pl.DataFrame, box: Box) -> None:
    """Look at each cell by itself."""
    longitude = pl.col("longitude").cast(pl.Float64, strict=False)
    latitude = pl.col("latitude").cast(pl.Float64, strict=False)
    on_earth = (
        longitude.is_between(-180, 180).fill_null(value=False)
        & latitude.is_between(-90, 90).fill_null(value=False)
    )  # fmt: skip
    swapped = (
        ~_inside(longitude, latitude, box) & _inside(latitude, longitude, box)
    ).fill_null(value=False)  # fmt: skip
    position = pl.concat_str("longitude", pl.lit(", "), "latitude")
    has_place = (pl.col("longitude") != "") & (pl.col("latitude") != "")
    checks: list[tuple[pl.Expr, pl.Expr, str, str, str, str]] = [
        (
            (pl.col("date") != "") & pl.col("date").str.to_date("%Y%m%d", strict=False).is_null(),
            pl.col("date"),
            "VII-006",
            "the date does not exist",
            "a day as YYYYMMDD, like 20260411",
            "correct the date; a report without its day cannot be held against any term",
        ),
        (
            has_place & ~on_earth & ~swapped,
            position,
            "VII-007",
            "the coordinate is not a place on earth",
            "longitude -180 to 180, latitude -90 to 90, in degrees",
            "correct the coordinate",
        ),
        (
            has_place & swapped,
            position,
            "VII-008",
            "longitude and latitude look swapped",
            f"longitude {box.west:g} to {box.east:g}, latitude {box.south:g} to {box.north:g}",
            "swap the two columns; if the place is right, widen the box in mission.toml",
        ),
        (
            ~pl.col("type_code").is_in([*LABELS, ""]),
            pl.col("type_code"),
            "VII-014",
            "the label is not one of the source",
            "one of " + ", ".join(LABELS),
            "correct the label, or teach the parser the new one",
        ),
        (
            (pl.col("url") != "") & ~pl.col("url").str.contains(r"^https?://[^\s/]"),
            pl.col("url"),
            "VII-015",
            "the address is not a web address",
            "http:// or https://",
            "write the address of the page in full",
        ),
    ]
    checks += [
        (
            pl.col(name) == "",
            pl.lit(""),
            "VII-013",
            f"{name} is empty",
            f"a value for {name}",
            "fill it in, or leave the row out",
        )
        for name in _REQUIRED
    ]
    for name in _TEXT:
        cell = pl.col(name)
        # A web address or a key never begins like this; a table program would run it.
        begins = pl.any_horizontal(*(cell.str.starts_with(start) for start in FORMULA_STARTS))
        checks += [
            (
                begins,
                cell,
                "VII-012",
                f"{name} begins like a formula",
                "text that begins with a letter or a figure",
                "remove the sign in front; the cell is kept in the quarantine as inert text",
            ),
            (
                cell.str.contains(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"),
                cell,
                "VII-016",
                f"{name} holds a control character",
                "printable text",
                "remove the character",
            ),
        ]
    for mask, found, code, message, expected, fix in checks:
        hits = table.filter(mask).select("line", found.alias("found"), "text")
        for line, value, text in hits.iter_rows():
            reading.refuse(line, code, message, expected, _shown(value), fix)
            reading.texts[line] = text


def _check_days(reading: _Reading, table: pl.DataFrame, arrival: date) -> None:
    """Refuse a day of which no report can tell: after the release came in, or long before any."""
    day = pl.col("date").str.to_date("%Y%m%d", strict=False)
    hits = table.filter(~day.is_between(EARLIEST, arrival))
    for line, value, text in hits.select("line", "date", "text").iter_rows():
        reading.refuse(
            line,
            "VII-017",
            "no report can be of that day",
            f"a day from {EARLIEST} to {arrival}, on which the release came in",
            _shown(value),
            "correct the date of the row, or received_at of the release in mission.toml",
        )
        reading.texts[line] = text


def _inside(x: pl.Expr, y: pl.Expr, box: Box) -> pl.Expr:
    return x.is_between(box.west, box.east) & y.is_between(box.south, box.north)


def _check_keys(reading: _Reading, table: pl.DataFrame) -> None:
    """Refuse a row that stands twice, and every row whose key stands for different contents."""
    shared = table.filter((pl.col("report_key") != "") & pl.col("report_key").is_duplicated())
    content = [name for name in COLUMNS if name != "report_key"]
    for (key,), group in shared.group_by("report_key", maintain_order=True):
        lines = group["line"].to_list()
        same = group.select(content).n_unique() == 1
        for line, text in group.select("line", "text").iter_rows():
            others = ", ".join(str(other) for other in lines if other != line)
            if not same:
                reading.refuse(
                    line,
                    "VII-011",
                    "the key stands for different contents",
                    "one content a key",
                    f"the key {key!r} also on line {others}",
                    "find out which row is right; none of them is taken until then",
                )
            elif line != lines[0]:
                reading.refuse(
                    line,
                    "VII-010",
                    "the row stands there twice",
                    "each row once",
                    f"the same as line {lines[0]}",
                    "nothing is lost: the first of them is taken",
                )
            if line in reading.refused:
                reading.texts[line] = text


def _typed(table: pl.DataFrame) -> pl.DataFrame:
    return table.select(
        pl.col("report_key").alias("key"),
        pl.col("date").str.to_date("%Y%m%d").alias("day"),
        pl.col("longitude").cast(pl.Float64),
        pl.col("latitude").cast(pl.Float64),
        pl.col("asciiname").alias("place"),
        pl.col("type_code").alias("label"),
        "source",
        pl.col("url").alias("address"),
        pl.col("headline_slug").alias("headline"),
        "line",
    ).sort("key")


def _no_rows() -> pl.DataFrame:
    empty = pl.DataFrame(
        schema={"line": pl.Int64, "text": pl.String, **dict.fromkeys(COLUMNS, pl.String)}
    )
    return _typed(empty)
