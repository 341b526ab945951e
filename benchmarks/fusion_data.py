"""Reports, labelled pairs and scores for the fusion benchmarks.

Data in `benchmarks/data` are ODbL 1.0, derived from VIINA 2.0 (Zhukov & Ayers, Harvard).
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

from waarborg.base.grades import Certainty
from waarborg.incidents.sighting_columns import Sightings
from waarborg.reports import viina
from waarborg.reports.collect import collect
from waarborg.reports.headlines import HeadlineReader
from waarborg.reports.mission import Release
from waarborg.reports.report import Report
from waarborg.store import mission_folder

HERE = Path(__file__).resolve().parent
MISSION = HERE.parent / "examples" / "easter-truce-2026"
APRIL = MISSION / "reports" / "viina_reports_2026-04-01_2026-04-25.csv"
STREAM = HERE / "data" / "viina_reports_2026H1.parquet"

Pair = tuple[int, int]


def read_reports(path: Path) -> tuple[Report, ...]:
    """Reports of a VIINA release (CSV or Parquet), made by the product's own parser."""
    folder = mission_folder.read(MISSION)
    if path.suffix == ".parquet":
        data = pl.read_parquet(path).write_csv().encode()
    else:
        data = path.read_bytes()
    release = Release(
        file=path.name,
        channel="viina",
        received_at=datetime(2026, 7, 2, tzinfo=UTC),
        certainty=Certainty.ASSUMED,
        words="benchmark",
    )
    parsed = viina.parse(data, release, folder.mission.channels["viina"])
    found = collect([parsed], folder.mission.channels, HeadlineReader(folder.lexicon))
    return tuple(sorted(found.reports, key=lambda report: report.id))


def seen(made: dict[str, np.ndarray]) -> Sightings:
    """Generated reports without the truth."""
    return Sightings(
        id=made["report_id"],
        t=made["t"],
        longitude=made["lon"],
        latitude=made["lat"],
        precision_s=made["t_prec"].astype(float),
        precision_m=made["pos_prec"].astype(float),
        source=made["source"].astype(np.int64),
        kind=made["kind"].astype(np.int64),
        type=made["etype"].astype(np.int64),
        count=made["count"].astype(float),
    )


@dataclass(frozen=True)
class Gold:
    """Labelled pairs of rows of a sorted sequence of reports.

    Attributes:
        pairs: Whether both tell of one event, by (smaller row, larger row).
        incident: Incident of each labelled row.
        several: Rows whose headline names two or three incidents.
    """

    pairs: Mapping[Pair, bool]
    incident: Mapping[int, str]
    several: frozenset[int]


def read_gold(reports: Iterable[Report], folder: Path = HERE / "data") -> Gold:
    """The labels, tied to reports by the keys of their rows."""
    row = {key: number for number, report in enumerate(reports) for key in report.keys}
    pairs: dict[Pair, bool] = {}
    with (folder / "gold_pairs_dev.csv").open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            a, b = sorted((row[line["a_report_key"]], row[line["b_report_key"]]))
            pairs[a, b] = line["label"] == "match"
    incident: dict[int, str] = {}
    several = set()
    with (folder / "gold_incidents_dev.csv").open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            incident.setdefault(row[line["report_key"]], line["incident_id"])
            if line["role"] == "names_2_3_incidents":
                several.add(row[line["report_key"]])
    return Gold(pairs, incident, frozenset(several))


PICKED = ("gold_pairs_fresh.csv", "gold_pairs_later.csv", "gold_pairs_december.csv")
"""Pairs in the manner of the development pairs: incidents first, then hard pairs near 50/50."""
NEAR_LINE = ("gold_pairs_wider.csv", "gold_pairs_line.csv")
"""Pairs picked among what an early model joined or nearly joined: precision on them is far lower."""

Wider = tuple[tuple[Report, Report, bool], ...]
"""Pairs of reports of other weeks, and whether both tell of one event."""


def read_wider(
    reports: Iterable[Report],
    half: str = "learn",
    files: Sequence[str] = PICKED + NEAR_LINE,
    folder: Path = HERE / "data",
) -> Wider:
    """Pairs that this project labelled, without those a reader was unsure of.

    Args:
        reports: The stream.
        half: "learn", or "check" for the pairs that no model was learnt from.
        files: Which pairs.
        folder: Where the labels lie.

    A pair is left out where one of its pages stands in a whole window of the other half, and a pair to check
    on where one of its pages was learnt from, so that nothing is judged on what was learnt.
    """
    held = {key: report for report in reports for key in report.keys}
    other = {"learn": "check", "check": "learn"}[half]
    every = {
        name: [{"half": "learn", **line} for line in _lines(folder / name)]
        for name in PICKED + NEAR_LINE
    }
    barred = {
        line["report_key"] for line in _lines(folder / "gold_windows.csv") if line["half"] == other
    }
    if half == "check":
        learnt = [line for lines in every.values() for line in lines if line["half"] == other]
        learnt += _lines(folder / "gold_pairs_dev.csv")
        barred |= {line[f"{side}_report_key"] for line in learnt for side in "ab"}
        barred |= {line["report_key"] for line in _lines(folder / "gold_incidents_dev.csv")}
    return tuple(
        (held[line["a_report_key"]], held[line["b_report_key"]], line["label"] == "match")
        for name in files
        for line in every[name]
        if line["half"] == half
        and line["label"] != "unsure"
        and barred.isdisjoint((line["a_report_key"], line["b_report_key"]))
    )


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Score:
    """Pairs judged right and wrong; counts may be shares where a pair is judged twice."""

    hit: float
    false: float
    missed: float

    @property
    def precision(self) -> float:
        """Share of joined pairs that belong together."""
        return self.hit / (self.hit + self.false) if self.hit + self.false else 1.0

    @property
    def recall(self) -> float:
        """Share of pairs that belong together that were joined."""
        return self.hit / (self.hit + self.missed) if self.hit + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        return 2 * self.hit / (2 * self.hit + self.false + self.missed) if self.hit else 0.0


def fold(incident: str, seed: int, folds: int) -> int:
    """The fold of an incident; look-alikes (dev-D01, dev-D01b) stay together."""
    family = incident.rstrip("abcdefgh")
    return int(hashlib.sha256(f"{seed}/{family}".encode()).hexdigest(), 16) % folds
