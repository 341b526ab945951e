"""MELTT's rules as its documentation states them, in our own words and code.

    python benchmarks/fusion_meltt.py FOLDER     # checks the counts that MELTT publishes
    python benchmarks/fusion_meltt.py FOLDER --export 10000     # generated reports, for MELTT itself
    Rscript benchmarks/fusion_meltt.R FOLDER 0.006 1.5          # MELTT itself on them, where R has it
    python benchmarks/fusion_meltt.py FOLDER --beside 10000     # what it found, beside our reading

Source: Donnay, Dunford, McGrath, Backer & Cunningham, "Integrating Conflict Event Data", Journal of
Conflict Resolution 2019, and the page of the package. The rules: the unit is a data set; data sets
are merged two by two in the order given. Candidates come from different data sets, lie within a
window of days and one of kilometres, and agree in every taxonomy on some level; the finer the
level, the better the score. Matches are one to one, best score first; of a match the earlier data
set's record stands for both from then on. Records that last longer than a day (episodes) are
matched with episodes, after the single days; an episode near a single day is only flagged.

FOLDER holds the package's example `crashMD` as crash_data1..3.csv and model_tax, color_tax,
damage_tax.csv. It is not shipped here: it belongs to the package, which is under LGPL-3.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from fusion_synth import generate, score_pairs, taxonomy_tables

PUBLISHED = {"rows": 195, "unique": 140, "matches": 34, "removed": 55}
"""What the page of the package says of crashMD, within 4 km and 2 days."""
_KM_PER_DEGREE = 111.111


@dataclass(frozen=True)
class Records:
    """Records of one data set, or of several already merged, in columns.

    Attributes:
        row: Number of each record over all data sets.
        begin: Days.
        end: Days; the same as `begin` but for episodes.
        latitude: Degrees.
        longitude: Degrees.
        levels: For each taxonomy the category on each level, fine to coarse; -1 where not known.
    """

    row: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    latitude: np.ndarray
    longitude: np.ndarray
    levels: tuple[np.ndarray, ...]

    def take(self, at: np.ndarray) -> Records:
        """Some of the records."""
        columns = (self.row, self.begin, self.end, self.latitude, self.longitude)
        return Records(*(c[at] for c in columns), tuple(held[at] for held in self.levels))

    def also(self, other: Records) -> Records:
        """These records and others."""
        mine = (self.row, self.begin, self.end, self.latitude, self.longitude)
        theirs = (other.row, other.begin, other.end, other.latitude, other.longitude)
        levels = (np.concatenate(two) for two in zip(self.levels, other.levels, strict=True))
        return Records(
            *(np.concatenate(two) for two in zip(mine, theirs, strict=True)), tuple(levels)
        )


def _kilometres(a: Records, i: np.ndarray, b: Records, j: np.ndarray) -> np.ndarray:
    one, two = np.radians(a.latitude[i]), np.radians(b.latitude[j])
    apart = np.radians(a.longitude[i] - b.longitude[j])
    up = np.hypot(
        np.cos(two) * np.sin(apart),
        np.cos(one) * np.sin(two) - np.sin(one) * np.cos(two) * np.cos(apart),
    )
    along = np.sin(one) * np.sin(two) + np.cos(one) * np.cos(two) * np.cos(apart)
    return np.degrees(np.arctan2(up, along)) * _KM_PER_DEGREE


def _fit(a: Records, i: np.ndarray, b: Records, j: np.ndarray) -> np.ndarray:
    """The mean over the taxonomies of the finest level that agrees, 0 to 1; NaN where none does."""
    total = np.zeros(len(i))
    for mine, theirs in zip(a.levels, b.levels, strict=True):
        agree = (mine[i] == theirs[j]) & (mine[i] >= 0)
        finest = np.where(agree.any(axis=1), agree.argmax(axis=1), -1)
        total += np.where(finest < 0, np.nan, finest / max(mine.shape[1] - 1, 1))
    return total / len(a.levels)


def _matches(a: Records, b: Records, days: float, km: float) -> list[tuple[int, int]]:
    """Pairs of positions, one to one, best fit first; ties to whoever stands first."""
    order = np.argsort(b.begin, kind="stable")
    starts = b.begin[order]
    low = np.searchsorted(starts, a.begin - days, side="left")
    high = np.searchsorted(starts, a.begin + days, side="right")
    pairs = []
    for first in range(0, len(a.row), 4096):
        rows = np.arange(first, min(first + 4096, len(a.row)))
        many = high[rows] - low[rows]
        i = np.repeat(rows, many)
        j = order[np.repeat(low[rows] - np.cumsum(many) + many, many) + np.arange(many.sum())]
        near = np.abs(a.end[i] - b.end[j]) <= days
        i, j = i[near], j[near]
        near = _kilometres(a, i, b, j) <= km
        i, j = i[near], j[near]
        fit = _fit(a, i, b, j)
        known = ~np.isnan(fit)
        pairs.append(np.column_stack([fit[known], i[known], j[known]]))
    found = np.concatenate(pairs) if pairs else np.empty((0, 3))
    found = found[np.lexsort((found[:, 2], found[:, 1], found[:, 0]))]
    used_a, used_b, kept = set(), set(), []
    for _, i, j in found.tolist():
        if i not in used_a and j not in used_b:
            used_a.add(i)
            used_b.add(j)
            kept.append((int(i), int(j)))
    return kept


def match(sets: list[Records], days: float, km: float) -> np.ndarray:
    """For each record, by `row`, the record that stands for it."""
    size = 1 + max(int(held.row.max()) for held in sets if len(held.row))
    stands = np.arange(size)
    merged = sets[0]
    for later in sets[1:]:
        gone = np.zeros(len(later.row), dtype=bool)
        for episodes in (False, True):
            here = np.flatnonzero((merged.end > merged.begin) == episodes)
            there = np.flatnonzero((later.end > later.begin) == episodes)
            for i, j in _matches(merged.take(here), later.take(there), days, km):
                stands[later.row[there[j]]] = merged.row[here[i]]
                gone[there[j]] = True
        merged = merged.also(later.take(~gone))
    return stands


def of_sightings(
    made: dict[str, np.ndarray], levels: tuple[np.ndarray, ...], days: float, km: float
) -> np.ndarray:
    """Incidents of generated reports: each source is a data set, in the order of its number."""
    fine, middle, coarse = (
        np.where(made["etype"] < 0, -1, level[made["etype"]]) for level in levels
    )
    taxonomy = np.column_stack([fine, middle, coarse])
    t = made["t"] / 86400.0
    rows = np.arange(len(t))
    whole = Records(rows, t, t, made["lat"], made["lon"], (taxonomy,))
    # a record without a category cannot take part
    usable = coarse >= 0
    sets = [
        whole.take(np.flatnonzero(usable & (made["source"] == source)))
        for source in np.unique(made["source"])
    ]
    stands = np.arange(len(t))
    found = match([held for held in sets if len(held.row)], days, km)
    stands[: len(found)] = found
    return stands


def _crash(folder: Path) -> list[Records]:
    names = ("model_tax", "color_tax", "damage_tax")
    taxonomies = {name: pl.read_csv(folder / f"{name}.csv", infer_schema=False) for name in names}
    sets, at = [], 0
    for name in ("crash_data1", "crash_data2", "crash_data3"):
        held = pl.read_csv(folder / f"{name}.csv", infer_schema=False)
        day = [
            held[c].str.slice(0, 10).str.to_date().to_physical().to_numpy()
            for c in ("date", "enddate")
        ]
        levels = []
        for taxonomy in names:
            table = taxonomies[taxonomy]
            steps = [c for c in table.columns if c not in {"data.source", "base.categories"}]
            words = pl.concat([table[c] for c in steps]).unique().sort().to_list()
            known = {
                row["base.categories"]: [words.index(row[c]) for c in steps]
                for row in table.filter(pl.col("data.source") == name).iter_rows(named=True)
            }
            levels.append(np.array([known[word] for word in held[taxonomy]]))
        place = [held[c].cast(pl.Float64).to_numpy() for c in ("latitude", "longitude")]
        rows = np.arange(at, at + held.height)
        at += held.height
        sets.append(Records(rows, *day, *place, tuple(levels)))
    return sets


def crash_counts(folder: Path) -> dict[str, int]:
    """The counts that MELTT publishes, by our reading."""
    sets = _crash(folder)
    stands = match(sets, 2, 4)
    while not np.array_equal(stands[stands], stands):
        stands = stands[stands]
    size = np.bincount(stands, minlength=len(stands))
    return {
        "rows": len(stands),
        "unique": int((size > 0).sum()),
        "matches": int((size > 1).sum()),
        "removed": int(len(stands) - (size > 0).sum()),
    }


def export(folder: Path, many: int) -> None:
    """Write generated reports (mixed, seed 11) and their taxonomy as MELTT reads them."""
    made = generate(many, 11, "mixed")
    said = made["etype"] >= 0
    family, group, leaf = taxonomy_tables()
    types = range(len(leaf))
    folder.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(
        {
            "row": np.arange(many)[said],
            "source": made["source"][said],
            "day": made["t"][said] / 86400.0 + 18_000,
            "latitude": made["lat"][said],
            "longitude": made["lon"][said],
            "etype": [f"t{one}" for one in made["etype"][said]],
        }
    ).write_csv(folder / "reports.csv")
    pl.DataFrame(
        {
            "base.categories": [f"t{one}" for one in types],
            **{
                name: [f"{name}{held[one]}" if held[one] >= 0 else f"{name}?{one}" for one in types]
                for name, held in (("leaf", leaf), ("group", group), ("family", family))
            },
        }
    ).write_csv(folder / "taxonomy.csv")


def beside(folder: Path, many: int, days: float, km: float) -> None:
    """Print what MELTT found of exported reports beside what our reading finds."""
    made = generate(many, 11, "mixed", with_incidents=True)
    reports = pl.read_csv(folder / "reports.csv")
    sources = reports["source"].unique().sort().to_list()
    rows = [reports.filter(pl.col("source") == one)["row"].to_numpy() for one in sources]
    theirs = np.arange(many)
    for line in pl.read_csv(folder / "matched.csv").to_numpy().astype(int):
        pairs = zip(line[::2], line[1::2], strict=True)
        held = [rows[source - 1][at - 1] for source, at in pairs if source and at]
        theirs[held] = min(held)
    family, group, leaf = taxonomy_tables()
    ours = of_sightings(made, (leaf, group, family), days, km)
    used = reports["row"].to_numpy()
    for name, found in (("MELTT", theirs), ("our reading", ours)):
        score = score_pairs(made["incident"], found)
        told = " ".join(f"{part} {score[part]:.3f}" for part in ("f1", "precision", "recall"))
        print(f"{name:12} {told}, {len(np.unique(found[used])):,} left")


def main() -> None:
    """Compare with what is published, or with MELTT itself."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--export", type=int, help="write so many generated reports to the folder")
    parser.add_argument("--beside", type=int, help="score what MELTT found of so many")
    asked = parser.parse_args()
    if asked.export:
        export(asked.folder, asked.export)
        return
    if asked.beside:
        beside(asked.folder, asked.beside, 0.006, 1.5)
        return
    found = crash_counts(asked.folder)
    for name, published in PUBLISHED.items():
        print(
            f"{name:10}{published:6}{found[name]:6}  {'as published' if found[name] == published else 'DIFFERS'}"
        )


if __name__ == "__main__":
    main()
