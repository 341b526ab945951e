"""Splink 5 on generated reports: plain, and with our evidence as levels.

Both are helped in a way that an ordinary user could not be helped: their m and u come from labelled
reports (seed 101), because unsupervised training finds little here (u of "within 15 s" is about
5e-6, and random pairs never show it), and the threshold is the best of `THRESHOLDS` by the truth.
Needs the group `bench`.
"""

from __future__ import annotations

import hashlib
import json
import logging
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from splink import Linker, SettingsCreator
from splink.backends.duckdb import DuckDBAPI
from splink.comparison_level_library import CustomLevel, ElseLevel
from splink.comparison_library import CustomComparison

from fusion_synth import generate, score_pairs, taxonomy_tables
from waarborg.incidents import merge_kernels
from waarborg.incidents.sighting_columns import Sightings, lay, tables
from waarborg.incidents.sightings import crowds, where
from waarborg.store.fusion_models import sighting_model

THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
_SIDE_M, _SIDE_S = 3000.0, 3600.0
_LEARNT = (30_000, 101, "mixed")
_APART = "sqrt((x_l - x_r) * (x_l - x_r) + (y_l - y_r) * (y_l - y_r))"
_SQUARE = "(((x_l - x_r) * (x_l - x_r) + (y_l - y_r) * (y_l - y_r)) / (vm_l + vm_r))"
_DELAY = "abs(t_l - t_r)"
_DELAY_SQUARE = "((t_l - t_r) * (t_l - t_r) / (vs_l + vs_r))"
_RARITY = "(-ln((vm_l + vm_r) * sqrt(vs_l + vs_r) * greatest(crowd_l, crowd_r)))"
_RATIO = "abs(amount_l - amount_r)"

Levels = tuple[tuple[str, tuple[str, ...]], ...]
_AGREE = (
    "leaf_l = leaf_r AND leaf_l >= 0",
    "grp_l = grp_r AND grp_l >= 0 AND (leaf_l < 0 OR leaf_r < 0)",
    "grp_l = grp_r AND grp_l >= 0",
    "fam_l = fam_r AND (grp_l < 0 OR grp_r < 0)",
    "fam_l = fam_r",
)
# the two common families (explosions, gunfire) tell less than the others
_TYPE = ("type", tuple(f"({a}) AND fam_l {rare} 1" for a in _AGREE for rare in (">", "<=")))
_ORIGIN = ("origin", ("origin_l = origin_r",))


def _below(what: str, bounds: tuple[float, ...]) -> tuple[str, ...]:
    return tuple(f"{what} <= {bound}" for bound in bounds)


_NATS = f"({_RARITY} - 0.5 * ({_SQUARE} + {_DELAY_SQUARE}))"
_STEPS = (9, 8, 7, 6, 5, 4.5, 4, 3.5, 3, 2.5, 2, 1.5, 1, 0.5, 0, -0.5, -1, -2, -3, -4, -6)
_WINDOWS = (
    (250, 5), (250, 15), (500, 15), (500, 60), (250, 180), (1000, 60), (1000, 180), (500, 600),
    (1500, 600), (2500, 1800),
)  # fmt: skip

# the best of five layouts tried on seed 11: distance and time each by itself did worse
PLAIN: Levels = (
    ("closeness", tuple(f"{_APART} <= {m} AND {_DELAY} <= {s}" for m, s in _WINDOWS)),
    ("type", ("leaf_l = leaf_r AND leaf_l >= 0", "grp_l = grp_r AND grp_l >= 0", "fam_l = fam_r")),
    _ORIGIN,
)
# the best of three: stated precision and local density joined into nats, as our score has them
EVIDENCE: Levels = (
    ("closeness", tuple(f"{_NATS} >= {nats}" for nats in _STEPS)),
    _TYPE,
    ("amount", _below(_RATIO, (0.2, 0.5, 1.0, 1.5))),
    _ORIGIN,
)
_MISSING = {"type": "fam_l < 0 OR fam_r < 0", "amount": "isnan(amount_l) OR isnan(amount_r)"}


@dataclass(frozen=True)
class Found:
    """What Splink did.

    Attributes:
        incident: By its own clusters at the best threshold.
        threshold: Which.
        setup_s: Laying out and reading in.
        predict_s: Blocking, comparing, scoring.
        cluster_s: Its clusters, at one threshold.
        pairs: Scored.
    """

    incident: np.ndarray
    threshold: float
    setup_s: float
    predict_s: float
    cluster_s: float
    pairs: int


def _table(made: dict[str, np.ndarray], seen: Sightings) -> pa.Table:
    model = sighting_model()
    order = np.argsort(seen.t, kind="stable")
    laid, _ = lay(seen.take(order), model, tables(model))
    crowd = crowds(where(laid), model).crowd
    family, group, leaf = taxonomy_tables()
    said = made["etype"][order]
    x, y, t = laid.place[:, 0] * laid.place[:, 3].mean(), laid.place[:, 1], laid.when[:, 0]
    cells = [
        np.floor(v / side).astype(np.int64)
        for v, side in ((x, _SIDE_M), (y, _SIDE_M), (t, _SIDE_S))
    ]
    columns = {
        "unique_id": laid.id, "x": x, "y": y, "t": t, "vm": laid.place[:, 2], "vs": laid.when[:, 1],
        "crowd": crowd, "amount": laid.amount, "origin": laid.source,
        "cx": cells[0], "cy": cells[1], "ct": cells[2],
    }  # fmt: skip
    for name, level in (("fam", family), ("grp", group), ("leaf", leaf)):
        columns[name] = np.where(said < 0, -1, level[said]).astype(np.int64)
    return pa.table(columns)


def _rules() -> list[dict[str, str]]:
    """Neighbouring cells of 3 km and an hour: 27 rules, each pair once."""
    near = (-1, 0, 1)
    return [
        {
            "blocking_rule": f"l.cx = r.cx + {a} AND l.cy = r.cy + {b} AND l.ct = r.ct + {c}",
            "sql_dialect": "duckdb",
        }
        for a in near
        for b in near
        for c in near
    ]


def _comparisons(
    levels: Levels, learnt: dict[str, list[tuple[float, float]]] | None
) -> list[CustomComparison]:
    made = []
    for name, conditions in levels:
        each = [CustomLevel(condition) for condition in conditions] + [ElseLevel()]
        if learnt is not None:
            each = [
                level.configure(m_probability=m, u_probability=u)
                for level, (m, u) in zip(each, learnt[name], strict=True)
            ]
        else:
            # each level gets a weight of its own, by which its pairs are told apart afterwards
            n = len(each)
            each = [
                level.configure(m_probability=_mark(i, n), u_probability=1 / n)
                for i, level in enumerate(each)
            ]
        missing = (
            [CustomLevel(_MISSING[name]).configure(is_null_level=True)] if name in _MISSING else []
        )
        made.append(CustomComparison([*missing, *each], output_column_name=name))
    return made


def _mark(level: int, levels: int) -> float:
    return (level + 1.3) / sum(i + 1.3 for i in range(levels))


def _linker(table: pa.Table, levels: Levels, learnt, prior: float) -> Linker:
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=_comparisons(levels, learnt),
        blocking_rules_to_generate_predictions=_rules(),
        probability_two_random_records_match=prior,
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=learnt is None,
    )
    return Linker(DuckDBAPI(connection).register(table), settings, log_level=logging.ERROR)


def _learnt(levels: Levels) -> tuple[dict[str, list[tuple[float, float]]], float]:
    """M and u of each level, and the share of matches, among the blocked pairs of labelled reports."""
    kept = Path(tempfile.gettempdir()) / f"waarborg-splink-{hash_of(levels)}.json"
    if kept.exists():
        learnt, prior = json.loads(kept.read_text(encoding="utf-8"))
        return learnt, prior
    from fusion_peers import seen  # noqa: PLC0415  # the two modules use each other's inputs

    made = generate(*_LEARNT)
    linker = _linker(_table(made, seen(made)), levels, None, 0.5)
    pairs = (
        linker.inference.predict(threshold_match_probability=0.0)
        .as_duckdbpyrelation()
        .to_arrow_table()
    )
    one, two = (pairs[f"unique_id_{side}"].to_numpy() for side in "lr")
    same = made["incident"][one] == made["incident"][two]
    learnt = {}
    for name, conditions in levels:
        weight, n = pairs[f"mw_{name}"].to_numpy(), len(conditions) + 1
        held = []
        for level in range(n):
            here = np.isclose(weight, np.log2(n * _mark(level, n)), atol=1e-6)
            held.append((float((here & same).sum()) + 0.5, float((here & ~same).sum()) + 0.5))
        all_m, all_u = (sum(column) for column in zip(*held, strict=True))
        learnt[name] = [(m / all_m, u / all_u) for m, u in held]
    kept.write_text(json.dumps([learnt, float(same.mean())]), encoding="utf-8")
    return learnt, float(same.mean())


def hash_of(levels: Levels) -> str:
    """A name for what was learnt with these levels, so that a run in many processes learns once."""
    return hashlib.sha256(repr((levels, _LEARNT)).encode()).hexdigest()[:16]


def link(made: dict[str, np.ndarray], seen: Sightings, levels: Levels) -> Found:
    """Fuse generated reports with Splink; the truth picks the threshold."""
    learnt, prior = _learnt(levels)
    start = time.perf_counter()
    linker = _linker(_table(made, seen), levels, learnt, prior)
    setup = time.perf_counter() - start
    start = time.perf_counter()
    predicted = linker.inference.predict(threshold_match_probability=min(THRESHOLDS))
    pairs = predicted.as_duckdbpyrelation().to_arrow_table()
    predict = time.perf_counter() - start
    one, two = (pairs[f"unique_id_{side}"].to_numpy().astype(np.int32) for side in "lr")
    chance = pairs["match_probability"].to_numpy()
    best, best_f1 = THRESHOLDS[0], -1.0
    for threshold in THRESHOLDS:
        keep = chance >= threshold
        root = merge_kernels.roots(len(seen.id), one[keep], two[keep])
        f1 = score_pairs(made["incident"], root)["f1"]
        if f1 > best_f1:
            best, best_f1 = threshold, f1
    start = time.perf_counter()
    clusters = (
        linker.clustering.cluster_pairwise_predictions_at_threshold(
            predicted, threshold_match_probability=best
        )
        .as_duckdbpyrelation()
        .to_arrow_table()
    )
    cluster = time.perf_counter() - start
    incident = np.empty(len(seen.id), dtype=np.int64)
    incident[clusters["unique_id"].to_numpy()] = clusters["cluster_id"].to_numpy()
    return Found(incident, best, setup, predict, cluster, len(one))
