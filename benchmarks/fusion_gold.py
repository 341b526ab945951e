"""Fusion on picked pairs of real reports: ours, "same place and day", and "within 5 km, same day".

    python benchmarks/fusion_gold.py [--half check]

Pairs are judged by the partition: joined means both reports are in one incident. Pairs were picked to
be hard and near 50/50: these are not scores on the natural stream, for which see `fusion_windows`. The
shipped model has seen the development pairs and the half `learn`; what it does on labels it has not seen
is told by `fusion_fit.py --nested` and by the half `check`, which is opened once, when a model is done.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable

from fusion_data import APRIL, STREAM, Score, Wider, read_gold, read_reports, read_wider
from waarborg.base.places import Area, Point
from waarborg.incidents.fuse import fuse
from waarborg.incidents.model import Model
from waarborg.reports.report import Report
from waarborg.store.fusion_models import fusion_model


def apart_km(one: Report, other: Report) -> float:
    """Great-circle distance; infinite when a place is not a point."""
    a, b = one.place, other.place
    if not isinstance(a, Point) or not isinstance(b, Point):
        same = isinstance(a, Area) and isinstance(b, Area) and a.zone == b.zone
        return 0.0 if same else math.inf
    p, q = math.radians(a.latitude), math.radians(b.latitude)
    r = math.radians(a.longitude - b.longitude)
    cosine = math.sin(p) * math.sin(q) + math.cos(p) * math.cos(q) * math.cos(r)
    return 6371.0 * math.acos(min(1.0, cosine))


def same_place_and_day(one: Report, other: Report) -> bool:
    """The naive rule."""
    return one.place is not None and one.place == other.place and one.happened == other.happened


def near_and_same_day(one: Report, other: Report) -> bool:
    """Within 5 km on the same day."""
    return one.happened == other.happened and apart_km(one, other) <= 5.0


def judge(pairs: Wider, joined: Callable[[Report, Report], bool]) -> Score:
    """Pairs that were joined rightly, wrongly, or left apart wrongly."""
    told = [(same, joined(one, other)) for one, other, same in pairs]
    return Score(
        sum(same and held for same, held in told),
        sum(held and not same for same, held in told),
        sum(same and not held for same, held in told),
    )


def by_incidents(reports: tuple[Report, ...], model: Model) -> Callable[[Report, Report], bool]:
    """Whether fusion puts two reports into one incident."""
    held = {report: incident.id for incident in fuse(reports, model) for report in incident.reports}
    return lambda one, other: held[one.id] == held[other.id]


def line(name: str, score: Score) -> str:
    """One row of the table."""
    return f"{name:28}{score.precision:10.3f}{score.recall:8.3f}{score.f1:8.3f}"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--half", choices=("learn", "check"), default="learn")
    half = parser.parse_args().half
    model = fusion_model()
    april, stream = read_reports(APRIL), read_reports(STREAM)
    gold = read_gold(april)
    development = tuple((april[a], april[b], same) for (a, b), same in gold.pairs.items())
    for name, reports, pairs in (
        ("development pairs", april, development),
        (f"pairs of other weeks, {half}", stream, read_wider(stream, half)),
    ):
        matches = sum(same for _, _, same in pairs)
        print(f"{name}: {len(pairs)} pairs, {matches} of them one event")
        print(f"{'':28}{'precision':>10}{'recall':>8}{'F1':>8}")
        print(line("same place and day", judge(pairs, same_place_and_day)))
        print(line("within 5 km, same day", judge(pairs, near_and_same_day)))
        print(line(f"waarborg {model.version}", judge(pairs, by_incidents(reports, model))))


if __name__ == "__main__":
    main()
