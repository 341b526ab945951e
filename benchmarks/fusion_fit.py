"""Learn the fusion model of web reports, or judge how it is learnt.

    python benchmarks/fusion_fit.py --out src/waarborg/incidents/models/viina-2026-6.json
    python benchmarks/fusion_fit.py --nested [--plot]

What it is learnt from is told in `fusion_learn`, how it is judged in `fusion_folds`. How the merge is set and how
evidence is read as a chance come from folds that were kept back, in either case.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from fusion_folds import Evidence, Nested, gather, interval, nested, score, set_to
from fusion_plots import stated_chances
from waarborg.incidents.model import FEATURES, Model

BANDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def write_model(model: Model) -> str:
    """The model as it ships: sorted keys, no needless blanks."""
    text = {
        "version": model.version,
        "provenance": model.provenance,
        "weights": dict(zip(FEATURES, model.weights, strict=True)),
        "headlines": model.headlines,
        "words": model.words,
        "place_headlines": model.place_headlines,
        "place_words": model.place_words,
        "place_rate": model.place_rate,
        "place_burst": {place: list(held) for place, held in model.place_burst.items()},
        "word_burst": model.word_burst,
        "subjects": {sign: list(about) for sign, about in model.subjects.items()},
        "zones": {
            name: [zone.longitude, zone.latitude, zone.radius_km]
            for name, zone in model.zones.items()
        },
        "window_days": model.window_days,
        "block": model.block,
        "keep_joined": model.keep_joined,
        "blend": model.blend,
        "sureness": asdict(model.sureness),
    }
    return json.dumps(text, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"


def learnt(evidence: Evidence, judged: Nested) -> Model:
    """The model from all that may be learnt from."""
    model = replace(evidence.model, weights=evidence.weights(()), sureness=judged.sureness)
    return set_to(model, judged.chosen)


def ranked(stated: Sequence[tuple[float, float, float]]) -> float:
    """How often what is right is stated surer than what is wrong (area under the curve); 0.5 is chance."""
    chance, right, weight = np.array(stated).T
    order = np.argsort(chance, kind="stable")
    chance, yes, no = chance[order], (weight * right)[order], (weight * (1.0 - right))[order]
    values, at = np.unique(chance, return_inverse=True)
    hit, miss = (np.bincount(at, weights=told, minlength=len(values)) for told in (yes, no))
    below = np.cumsum(miss) - miss
    return float((hit * (below + miss / 2)).sum() / (hit.sum() * miss.sum()))


def banded(stated: Sequence[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """By band of what was stated: its mean, the share that was right, and the weight of reports."""
    chance, right, weight = np.array(stated).T
    found = []
    for low, high in pairwise(BANDS):
        own = (chance >= low) & ((chance < high) | (high == 1.0))
        if weight[own].sum() > 0:
            told = (np.average(each[own], weights=weight[own]) for each in (chance, right))
            found.append((*map(float, told), float(weight[own].sum())))
    return found


def tell(judged: Nested) -> None:
    """Print what nested cross-validation gives."""
    print("settings of each fold", *judged.settings, "| of all", judged.chosen)
    for kind, counts in judged.counts.items():
        held, (p, r, f) = score(counts), interval(counts)
        print(
            f"{kind:8} precision {held.precision:.3f} ({p[0]:.3f} to {p[1]:.3f})"
            f"  recall {held.recall:.3f} ({r[0]:.3f} to {r[1]:.3f})"
            f"  F1 {held.f1:.3f} ({f[0]:.3f} to {f[1]:.3f})"
        )
    for alone, name in ((False, "among others"), (True, "alone")):
        stated = [line[1:] for line in judged.stated if line[0] == alone]
        print(f"stated, {name}: {len(stated)} reports, rank {ranked(stated):.3f}")
        for chance, right, weight in banded(stated):
            print(f"    stated {chance:.3f} right {right:.3f} weight {weight:.0f}")


def main() -> None:
    """Learn and write, or judge."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--nested", action="store_true")
    parser.add_argument("--plot", action="store_true")
    asked = parser.parse_args()
    evidence = gather()
    judged = nested(evidence)
    tell(judged)
    if asked.plot:
        stated_chances(
            {
                name: banded([line[1:] for line in judged.stated if line[0] == alone])
                for alone, name in ((False, "among others"), (True, "alone"))
            }
        )
    if asked.out is not None:
        model = learnt(evidence, judged)
        asked.out.write_text(write_model(model), encoding="utf-8")
        for name, weight in zip(FEATURES, model.weights, strict=True):
            print(f"{name:24}{weight:8.2f}")


if __name__ == "__main__":
    main()
