"""The two releases of the Easter truce reconciled, as a lawyer reads and adds them up.

`examples/easter-truce-2026/releases.md` holds what `waarborg releases` prints. After a change that is meant to
show, write it anew with `pytest tests/replay/test_easter_releases.py --refresh-golden`, and read the difference.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import pytest

from small_mission import Chain
from waarborg.app.services.derived import Derived
from waarborg.app.services.releases import Release, page, reconciled

FILE = Path(__file__).parents[2] / "examples" / "easter-truce-2026" / "releases.md"


@pytest.fixture(scope="module")
def releases(easter: Chain) -> tuple[Release, ...]:
    """What came in, and what it changed."""
    return reconciled(easter.inputs, easter.intake)


def test_the_releases_are_told_as_written(
    easter: Chain, releases: tuple[Release, ...], refresh_golden: bool
) -> None:
    """Every row and every change stands in the file as the command tells it."""
    told = page(easter.inputs, releases)
    if refresh_golden:
        FILE.write_text(told, encoding="utf-8")
    assert told == FILE.read_text(encoding="utf-8")


def test_the_rows_are_those_that_stand_in_the_files(
    easter: Chain, releases: tuple[Release, ...]
) -> None:
    """Rows, pages at places, and what is new or left out, counted from the files by hand."""
    before: set[tuple[str, ...]] = set()
    for release in releases:
        (told,) = release.rows
        text = easter.texts[told.file].decode("utf-8")
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        places = ("source", "url", "asciiname", "longitude", "latitude")
        pages = {tuple(row[key] for key in places) for row in rows}
        assert (told.rows, told.pages, told.repeated) == (
            len(rows), len(pages), len(rows) - len(pages),
        )  # fmt: skip
        assert (told.first, told.left_out) == (len(pages - before), len(before - pages))
        before |= pages


def test_what_stands_after_the_last_release_is_what_is_published(
    releases: tuple[Release, ...], easter_derived: Derived
) -> None:
    """Reports, incidents, findings by clause and tier, and determinations are those of `run`."""
    last = releases[-1]
    assert last.rows[-1].held == len(easter_derived.reports)
    stand = {sort: moved.after for sort, moved in last.moved.items() if moved.after}
    findings = Counter(
        f"findings under {f.clause} ({f.prohibition}), {f.tier.value}"
        for f in easter_derived.findings
    )
    told = {sort.replace("cannot be decided", "undecidable"): n for sort, n in stand.items()}
    assert told == findings | {
        "incidents": len(easter_derived.incidents),
        "determinations": len(easter_derived.determinations),
    }
