"""Fusion on whole windows of the stream, read page by page: precision and recall with nothing picked.

    python benchmarks/fusion_windows.py [--half learn] [--show]

`benchmarks/data/gold_windows.csv` names the incident of every page of whole windows. Reports are fused
with those of the week before and after, as a mission would have them; only pairs of labelled pages are
judged, and none of one page with itself. A pair counts by its incident: an incident of n pages has
n(n-1)/2 pairs, and its pairs weigh together as n-1 links, so that one night over Kyiv does not drown
the rest. `--half check` opens the half that the model has not been developed on.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fusion_data import HERE, STREAM, Pair, Score, read_reports
from waarborg.incidents.candidates import find_candidates
from waarborg.incidents.columns import Columns, lay
from waarborg.incidents.compare import score_pairs
from waarborg.incidents.merge import merge
from waarborg.incidents.model import Model
from waarborg.reports.report import Report
from waarborg.store.fusion_models import fusion_model

AROUND = timedelta(days=8)
"""What a window is fused with, before and after."""


@dataclass(frozen=True)
class Page:
    """A labelled page: where it stands, what it tells of, and what it may tell of besides."""

    window: str
    half: str
    name: str
    incident: str
    unsure: frozenset[str]


@dataclass(frozen=True)
class Window:
    """A labelled window among the reports around it.

    Attributes:
        name: As in the file.
        reports: All reports of the window's days and a week around them, sorted.
        pages: The labelled page of a row.
        pairs: Whether both tell of one event, by rows of different pages; unsure ones left out.
        size: Pages of an incident.
    """

    name: str
    reports: tuple[Report, ...]
    pages: Mapping[int, Page]
    pairs: Mapping[Pair, bool]
    size: Mapping[str, int]


def read_pages(path: Path = HERE / "data" / "gold_windows.csv") -> dict[tuple[str, str], Page]:
    """The labelled page of each window and report key; windows may share pages."""
    with path.open(encoding="utf-8") as file:
        return {
            (line["window"], line["report_key"]): Page(
                line["window"],
                line["half"],
                line["page"],
                line["incident"],
                frozenset(line["unsure_with"].split()),
            )
            for line in csv.DictReader(file)
        }


def unsure(one: Page, other: Page) -> bool:
    """Whether the reader could not say of two pages if they tell of one event."""
    return bool(
        {other.name, other.incident} & one.unsure or {one.name, one.incident} & other.unsure
    )


def judged_pairs(rows: Mapping[int, Page]) -> dict[Pair, bool]:
    """Pairs of rows of different pages, without those the reader was unsure of."""
    found = {}
    for a, b in combinations(sorted(rows), 2):
        one, other = rows[a], rows[b]
        if one.name == other.name:
            continue
        same = one.incident == other.incident
        if same or not unsure(one, other):
            found[a, b] = same
    return found


def read_windows(reports: Iterable[Report], half: str) -> list[Window]:
    """The windows of a half, each among the reports around it."""
    stream = tuple(reports)
    pages = read_pages()
    found = []
    for name in sorted({page.window for page in pages.values() if page.half == half}):
        own = {key: page for (window, key), page in pages.items() if window == name}
        days = [r.happened.start for r in stream if not own.keys().isdisjoint(r.keys)]
        first, last = min(days) - AROUND, max(days) + AROUND
        within = tuple(r for r in stream if first <= r.happened.start <= last)
        rows = {}
        for number, report in enumerate(within):
            for key in report.keys:
                if key in own:
                    rows[number] = own[key]
        size = Counter(incident for _, incident in {(p.name, p.incident) for p in rows.values()})
        found.append(Window(name, within, rows, judged_pairs(rows), size))
    return found


def partition(columns: Columns, model: Model) -> NDArray[np.int64]:
    """The group of each row."""
    found = find_candidates(columns, model)
    nats = score_pairs(columns, found.first, found.second, np.array(model.weights))
    return merge(columns, found.first, found.second, nats, model).group


def count(window: Window, group: NDArray[np.int64]) -> tuple[Score, Score]:
    """Pairs judged right and wrong: each as one, and weighed as links."""
    joined_size: Counter[int] = Counter()
    for at, _ in {(int(group[row]), page.name) for row, page in window.pages.items()}:
        joined_size[at] += 1
    rows_of = Counter(page.name for page in window.pages.values())
    plain, links = np.zeros(3), np.zeros(4)
    for (a, b), same in window.pairs.items():
        together = bool(group[a] == group[b])
        if not same and not together:
            continue
        # a page that names several places is several rows, and counts once
        share = 1.0 / (rows_of[window.pages[a].name] * rows_of[window.pages[b].name])
        plain += share * np.array([same and together, together and not same, same and not together])
        if same:
            links[0 if together else 2] += share * 2.0 / window.size[window.pages[a].incident]
        if together:
            links[1 if same else 3] += share * 2.0 / joined_size[int(group[a])]
    recall = links[0] / max(links[0] + links[2], 1e-9)
    precision = links[1] / max(links[1] + links[3], 1e-9)
    hit = float(links[0])
    as_links = Score(hit, hit / max(precision, 1e-9) - hit, hit / max(recall, 1e-9) - hit)
    return Score(*map(float, plain)), as_links


def total(scores: Iterable[Score]) -> Score:
    """Counts put together."""
    held = tuple(scores)
    return Score(sum(s.hit for s in held), sum(s.false for s in held), sum(s.missed for s in held))


def show(window: Window, group: NDArray[np.int64]) -> None:
    """Every pair that was judged wrongly, for reading."""
    for (a, b), same in window.pairs.items():
        if bool(group[a] == group[b]) != same:
            one, other = window.pages[a], window.pages[b]
            print(
                f"{'MISSED' if same else 'FALSE '} {window.name} {one.incident} | {other.incident}"
            )
            print(f"      {one.name} {window.reports[a].headline}")
            print(f"      {other.name} {window.reports[b].headline}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--half", choices=("learn", "check"), default="learn")
    parser.add_argument("--show", action="store_true")
    asked = parser.parse_args()
    model = fusion_model()
    plain, links = [], []
    print(f"{'window':10}{'pairs: P':>10}{'R':>8}{'F1':>8}{'links: P':>10}{'R':>8}{'F1':>8}")
    for window in read_windows(read_reports(STREAM), asked.half):
        group = partition(lay(window.reports, model), model)
        one, two = count(window, group)
        plain.append(one)
        links.append(two)
        print(line(window.name, one, two))
        if asked.show:
            show(window, group)
    print(line("all", total(plain), total(links)))


def line(name: str, plain: Score, links: Score) -> str:
    """One row of the table."""
    return (
        f"{name:10}{plain.precision:10.3f}{plain.recall:8.3f}{plain.f1:8.3f}"
        f"{links.precision:10.3f}{links.recall:8.3f}{links.f1:8.3f}"
    )


if __name__ == "__main__":
    main()
