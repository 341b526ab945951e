# ruff: noqa: PLR0913, C408, N806, E731, RUF022, RUF046, FURB187, PLC0415 -- kept as it was measured with, so that a seed means the same reports everywhere
"""Synthetic, truth-labelled ceasefire reports for report-fusion benchmarks.

Own code, numpy only; every draw comes from one seeded generator, so the same
arguments give the same bytes (for one numpy version).

The world
    Settlements and firing positions lie in a band (a contact line) of
    ``line_km`` x ``depth_km``.  Hot-spot activity is heavy-tailed (Pareto): a
    few places have most of the incidents.  A share ``burst_share`` of incidents
    comes in *sessions* (exchanges of fire): incidents of one family follow one
    another at the same hot spot within minutes and a few hundred metres.  These
    are distinct incidents that look alike; they are what makes connected
    components chain.

Reports
    Each incident is seen by 1..6 sources (at most one report per source unless
    ``repeat_rate`` > 0).  A source belongs to a KIND with its own position
    noise, time noise, type confusion and rate of missing fields.  The noise is
    heavy-tailed (a share of gross errors).  Reports state a precision that is
    itself only a class, and sometimes missing or wrong (overconfident).

Scaling
    ``n_reports`` grows the observed *time span*, not the density: reports per
    day stay at ``reports_per_day`` (so cost growth is that of an archive).  Use
    ``reports_per_day`` to change the density (``PROFILES``: sparse, mixed,
    dense, barrage).

Output of ``generate``: a dict of equally long numpy arrays, in arrival order
    report_id  int64    0..n-1 in arrival (not event) order
    source     int16    source index; ``kind`` int8 gives its kind
    t          float64  reported event time, seconds since 2030-01-01T00:00Z
    t_arrive   float64  when the report became known (for incremental tests)
    t_prec     float32  stated time precision, seconds (NaN: missing)
    lat, lon   float64  degrees (NaN if ``no_position_rate`` > 0 hit)
    pos_prec   float32  stated position precision, metres (NaN: missing)
    etype      int16    taxonomy node id, any level of TAXONOMY (-1: missing)
    count      float32  number of impacts or detonations reported (NaN: missing)
    incident   int64    TRUTH: which incident it reports (drop before matching)
and ``truth_*`` per incident with ``with_incidents=True``.

Command line: python fusion_synth.py N OUT.parquet [--profile mixed] [--seed 7]
(parquet needs pyarrow; OUT.npz needs numpy only).
"""

from __future__ import annotations

import argparse

import numpy as np

__all__ = ["generate", "score_pairs", "TAXONOMY", "KINDS", "PROFILES", "taxonomy_tables"]

# name -> parent.  Three levels below the root: family, group, leaf.
_TREE = [
    ("explosion", None),
    ("gunfire", None),
    ("movement", None),
    ("aerial", None),
    ("other", None),
    ("artillery", "explosion"),
    ("mortar", "explosion"),
    ("blast", "explosion"),
    ("small_arms", "gunfire"),
    ("heavy_mg", "gunfire"),
    ("vehicles", "movement"),
    ("troops", "movement"),
    ("uav", "aerial"),
    ("air", "aerial"),
    ("protest", "other"),
    ("artillery_152", "artillery"),
    ("artillery_122", "artillery"),
    ("mlrs", "artillery"),
    ("mortar_82", "mortar"),
    ("mortar_120", "mortar"),
    ("mine", "blast"),
    ("demolition", "blast"),
    ("undetermined_blast", "blast"),
    ("rifle", "small_arms"),
    ("burst", "small_arms"),
    ("hmg", "heavy_mg"),
    ("autocannon", "heavy_mg"),
    ("tank_move", "vehicles"),
    ("apc_move", "vehicles"),
    ("new_trench", "troops"),
    ("troop_move", "troops"),
    ("uav_fpv", "uav"),
    ("uav_recon", "uav"),
    ("helicopter", "air"),
    ("air_strike", "air"),
    ("roadblock", "protest"),
    ("crowd", "protest"),
]
NAMES = [n for n, _ in _TREE]
_ID = {n: i for i, n in enumerate(NAMES)}
PARENT = np.array([-1 if p is None else _ID[p] for _, p in _TREE], dtype=np.int16)
DEPTH = np.zeros(len(NAMES), dtype=np.int8)  # 0 family, 1 group, 2 leaf
for _i in range(len(NAMES)):
    DEPTH[_i] = 0 if PARENT[_i] < 0 else DEPTH[PARENT[_i]] + 1
LEAVES = np.flatnonzero(DEPTH == 2)
TAXONOMY = dict(_TREE)


def taxonomy_tables():
    """(family, group, leaf) id per node; -1 where the node is coarser than that level."""
    n = len(NAMES)
    fam, grp, leaf = (np.full(n, -1, np.int16) for _ in range(3))
    for i in range(n):
        chain = [i]
        while PARENT[chain[-1]] >= 0:
            chain.append(int(PARENT[chain[-1]]))
        chain = chain[::-1]
        fam[i] = chain[0]
        if len(chain) > 1:
            grp[i] = chain[1]
        if len(chain) > 2:
            leaf[i] = chain[2]
    return fam, grp, leaf


# kind: share of sources, relative chance to see an incident, position sigma m, time sigma s,
#       p(sibling leaf), p(cousin), p(other family), p(says group only), p(says family only),
#       p(type missing), p(count missing), mean delay s, p(time to the hour), p(time to the day)
KINDS = {
    "acoustic": (0.25, 1.6, 150.0, 6.0, 0.22, 0.12, 0.02, 0.25, 0.20, 0.05, 0.05, 30.0, 0.0, 0.0),
    "camera": (0.20, 0.9, 250.0, 15.0, 0.10, 0.05, 0.01, 0.15, 0.05, 0.05, 0.20, 120.0, 0.0, 0.0),
    "patrol": (
        0.20,
        1.0,
        450.0,
        240.0,
        0.08,
        0.04,
        0.01,
        0.15,
        0.05,
        0.03,
        0.10,
        6 * 3600.0,
        0.03,
        0.0,
    ),
    "party": (
        0.10,
        1.0,
        1200.0,
        1200.0,
        0.15,
        0.08,
        0.04,
        0.20,
        0.15,
        0.08,
        0.25,
        12 * 3600.0,
        0.15,
        0.02,
    ),
    "civic": (
        0.15,
        1.0,
        700.0,
        600.0,
        0.20,
        0.12,
        0.04,
        0.15,
        0.35,
        0.12,
        0.60,
        1800.0,
        0.10,
        0.02,
    ),
    "media": (
        0.10,
        0.7,
        2000.0,
        3600.0,
        0.15,
        0.08,
        0.05,
        0.25,
        0.25,
        0.10,
        0.50,
        24 * 3600.0,
        0.25,
        0.15,
    ),
}
KIND_NAMES = list(KINDS)

PROFILES = {  # reports per day over the whole line, share of incidents in sessions
    "sparse": dict(reports_per_day=150, burst_share=0.2),
    "mixed": dict(reports_per_day=1500, burst_share=0.45),
    "dense": dict(reports_per_day=6000, burst_share=0.65),
    "barrage": dict(reports_per_day=20000, burst_share=0.8),
}

_KM_PER_DEG = 111.195


def generate(
    n_reports,
    seed=7,
    profile="mixed",
    *,
    n_sources=40,
    n_hotspots=300,
    line_km=400.0,
    depth_km=40.0,
    lat0=14.0,
    lon0=41.0,
    pareto=1.1,
    gross_rate=0.03,
    gross_factor=6.0,
    prec_missing=0.08,
    overconfident=0.05,
    repeat_rate=0.0,
    no_position_rate=0.0,
    max_sources=6,
    reports_per_day=None,
    burst_share=None,
    with_incidents=False,
):
    """Return exactly ``n_reports`` reports; see the module's text for the columns."""
    p = dict(PROFILES[profile])
    rpd = p["reports_per_day"] if reports_per_day is None else reports_per_day
    bshare = p["burst_share"] if burst_share is None else burst_share
    rng = np.random.default_rng(seed)

    # ---- sources
    par = np.array([KINDS[k] for k in KIND_NAMES])
    quota = np.maximum(1, np.round(par[:, 0] * n_sources)).astype(int)
    kind_of = np.repeat(np.arange(len(KIND_NAMES)), quota)[:n_sources]
    kind_of = np.concatenate([kind_of, rng.integers(0, len(KIND_NAMES), n_sources - len(kind_of))])
    # a source covers a stretch of the line; media and parties cover all of it
    centre = rng.uniform(0, line_km, n_sources)
    reach = np.where(
        np.isin(kind_of, [KIND_NAMES.index("media"), KIND_NAMES.index("party")]),
        1e9,
        rng.uniform(40, 120, n_sources),
    )
    weight = par[kind_of, 1] * rng.lognormal(0, 0.4, n_sources)

    # ---- hot spots (heavy-tailed)
    hx = rng.uniform(0, line_km, n_hotspots)
    hy = depth_km / 2 + rng.normal(0, depth_km / 8, n_hotspots)
    hw = rng.pareto(pareto, n_hotspots) + 0.02
    hw = np.minimum(hw / hw.sum(), 0.15)
    hw /= hw.sum()

    # ---- incidents.  Mean number of reports per incident is found below; draw some to spare.
    k_probs = np.array([0.34, 0.24, 0.17, 0.12, 0.08, 0.05])[:max_sources]
    k_probs /= k_probs.sum()
    mean_k = float((k_probs * np.arange(1, len(k_probs) + 1)).sum()) * (1 + repeat_rate)
    n_inc = int(n_reports / mean_k * 1.02) + 64
    span = n_reports / rpd * 86400.0

    n_sess_inc = int(n_inc * bshare)
    sizes = []
    total = 0
    while total < n_sess_inc:  # sessions of 2..60 incidents
        s = np.minimum(2 + np.floor(rng.pareto(1.3, 4096) * 3).astype(np.int64), 60)
        sizes.append(s)
        total += int(s.sum())
    sizes = np.concatenate(sizes) if sizes else np.zeros(0, np.int64)
    cum = np.cumsum(sizes)
    m = int(np.searchsorted(cum, n_sess_inc)) + 1 if len(sizes) else 0
    sizes = sizes[:m]
    n_s = int(sizes.sum())
    n_lone = max(0, n_inc - n_s)

    # The day has a rhythm: more at dusk and at night.
    def day_time(n):
        t = rng.uniform(0, span, n)
        hour = (t / 3600.0) % 24
        keep = rng.random(n) < 0.45 + 0.55 * (np.cos((hour - 22) / 24 * 2 * np.pi) + 1) / 2
        t[~keep] = rng.uniform(0, span, int((~keep).sum()))
        return t

    fam_p = np.array([0.42, 0.38, 0.07, 0.10, 0.03])
    fam_of_leaf = np.array([PARENT[PARENT[i]] for i in LEAVES])
    leaf_w = np.zeros(len(LEAVES))
    for f in range(5):
        sel = fam_of_leaf == f
        w = rng.dirichlet(np.full(int(sel.sum()), 2.0))
        leaf_w[sel] = fam_p[f] * w
    leaf_w /= leaf_w.sum()

    sess_h = rng.choice(n_hotspots, m, p=hw)
    sess_t = day_time(m)
    sess_leaf = rng.choice(len(LEAVES), m, p=leaf_w)
    sess_gap = rng.lognormal(np.log(200.0), 0.8, m)  # median 200 s between incidents
    sess_spread = rng.lognormal(np.log(0.35), 0.6, m)  # km
    sid = np.repeat(np.arange(m), sizes)
    step = rng.exponential(1.0, n_s) * sess_gap[sid]
    start = np.concatenate([[0], np.cumsum(sizes)[:-1]]) if m else np.zeros(0, np.int64)
    cs = np.cumsum(step)
    base = (cs[start] - step[start]) if m else np.zeros(0)
    it = sess_t[sid] + cs - base[sid]
    ctr_x = hx[sess_h] + rng.normal(0, 0.8, m)
    ctr_y = hy[sess_h] + rng.normal(0, 0.8, m)
    ix = ctr_x[sid] + rng.normal(0, 1, n_s) * sess_spread[sid]
    iy = ctr_y[sid] + rng.normal(0, 1, n_s) * sess_spread[sid]
    il = sess_leaf[sid].copy()
    other = rng.random(n_s) < 0.25  # a session mixes weapons
    il[other] = rng.choice(len(LEAVES), int(other.sum()), p=leaf_w)

    lh = rng.choice(n_hotspots, n_lone, p=hw)
    lone_x = hx[lh] + rng.standard_t(3, n_lone) * 1.5
    lone_y = hy[lh] + rng.standard_t(3, n_lone) * 1.5
    it = np.concatenate([it, day_time(n_lone)])
    ix = np.concatenate([ix, lone_x])
    iy = np.concatenate([iy, lone_y])
    il = np.concatenate([il, rng.choice(len(LEAVES), n_lone, p=leaf_w)])
    isess = np.concatenate([sid, np.full(n_lone, -1)])
    icount = np.maximum(1, np.floor(rng.lognormal(0.7, 0.9, len(it)))).astype(np.float32)
    n_inc = len(it)

    # ---- who sees what: k sources per incident without repetition, by coverage weight
    k = rng.choice(np.arange(1, len(k_probs) + 1), n_inc, p=k_probs)
    inc_l, src_l = [], []
    block = 200_000
    for a in range(0, n_inc, block):
        b = min(a + block, n_inc)
        w = (
            weight[None, :]
            * np.exp(-0.5 * ((ix[a:b, None] - centre[None, :]) / reach[None, :]) ** 2)
            + 1e-4
        )
        key = np.log(rng.random((b - a, n_sources))) / w  # Efraimidis-Spirakis
        top = np.argpartition(-key, max_sources, axis=1)[:, :max_sources]
        kk = np.take_along_axis(key, top, 1)
        top = np.take_along_axis(top, np.argsort(-kk, axis=1), 1)
        use = np.arange(max_sources)[None, :] < k[a:b, None]
        inc_l.append(np.repeat(np.arange(a, b), k[a:b]))
        src_l.append(top[use])
    inc = np.concatenate(inc_l)
    src = np.concatenate(src_l)
    if repeat_rate > 0:
        again = rng.random(len(inc)) < repeat_rate
        inc = np.concatenate([inc, inc[again]])
        src = np.concatenate([src, src[again]])
    if len(inc) < n_reports:
        raise AssertionError("draw more incidents")  # the 2 % margin makes this rare
    # keep whole incidents (in time order) until n_reports is reached
    rank = np.argsort(np.argsort(it, kind="stable"), kind="stable")
    order = np.argsort(rank[inc], kind="stable")[:n_reports]
    inc, src = inc[order], src[order]
    n = len(inc)

    # ---- what they say
    kd = kind_of[src]
    P = par[kd]
    gross = np.where(rng.random(n) < gross_rate, gross_factor, 1.0)
    ps = P[:, 2] * rng.lognormal(0, 0.35, n)  # this report's real sigma, m
    x = ix[inc] + rng.normal(0, 1, n) * ps * gross / 1000.0
    y = iy[inc] + rng.normal(0, 1, n) * ps * gross / 1000.0
    gross_t = np.where(rng.random(n) < gross_rate, gross_factor, 1.0)
    ts = P[:, 3] * rng.lognormal(0, 0.35, n)
    t = it[inc] + rng.normal(0, 1, n) * ts * gross_t
    u = rng.random(n)
    to_day = u < P[:, 13]
    to_hour = ~to_day & (u < P[:, 13] + P[:, 12])
    t = np.where(to_hour, np.floor(t / 3600) * 3600 + 1800, t)
    t = np.where(to_day, np.floor(t / 86400) * 86400 + 43200, t)

    pos_cls = np.array([100, 200, 500, 1000, 2000, 5000], dtype=np.float32)
    pos_prec = pos_cls[np.abs(np.log(pos_cls)[None, :] - np.log(ps)[:, None]).argmin(1)]
    t_cls = np.array([5, 15, 60, 300, 900, 3600], dtype=np.float32)
    t_prec = t_cls[np.abs(np.log(t_cls)[None, :] - np.log(ts)[:, None]).argmin(1)]
    t_prec = np.where(to_hour, np.maximum(t_prec, 1800), t_prec)
    t_prec = np.where(to_day, 43200, t_prec).astype(np.float32)
    over = rng.random(n) < overconfident
    pos_prec = np.where(over, pos_prec / 3, pos_prec).astype(np.float32)
    pos_prec[rng.random(n) < prec_missing] = np.nan
    t_prec[(rng.random(n) < prec_missing) & ~to_day & ~to_hour] = np.nan

    # types: start from the true leaf, confuse, then coarsen, then lose
    leaf = LEAVES[il[inc]].astype(np.int16)
    u = rng.random(n)
    p1, p2, p3 = P[:, 4], P[:, 5], P[:, 6]
    pick = rng.random(n)
    grp = PARENT[leaf]
    fam = PARENT[grp]
    sib = {int(g): LEAVES[PARENT[LEAVES] == g] for g in np.unique(PARENT[LEAVES])}
    cou = {int(f): LEAVES[fam_of_leaf == f] for f in range(5)}
    said = leaf.copy()
    for g, opts in sib.items():
        s = (u < p1) & (grp == g)
        said[s] = opts[(pick[s] * len(opts)).astype(int)]
    for f, opts in cou.items():
        s = (u >= p1) & (u < p1 + p2) & (fam == f)
        said[s] = opts[(pick[s] * len(opts)).astype(int)]
    s = (u >= p1 + p2) & (u < p1 + p2 + p3)
    said[s] = LEAVES[(pick[s] * len(LEAVES)).astype(int)]
    u = rng.random(n)
    to_g, to_f = P[:, 7], P[:, 8]
    said = np.where(u < to_g, PARENT[said], said)
    said = np.where((u >= to_g) & (u < to_g + to_f), PARENT[PARENT[said]], said).astype(np.int16)
    said[rng.random(n) < P[:, 9]] = -1
    cnt = np.maximum(1, np.round(icount[inc] * rng.lognormal(0, 0.35, n))).astype(np.float32)
    cnt[rng.random(n) < P[:, 10]] = np.nan

    lat = lat0 + y / _KM_PER_DEG
    lon = lon0 + x / (_KM_PER_DEG * np.cos(np.radians(lat0 + depth_km / 2 / _KM_PER_DEG)))
    if no_position_rate > 0:
        s = rng.random(n) < no_position_rate
        lat[s] = np.nan
        lon[s] = np.nan
    arrive = it[inc] + rng.exponential(1.0, n) * P[:, 11] + 5.0

    o = np.argsort(arrive, kind="stable")
    out = dict(
        report_id=np.arange(n, dtype=np.int64),
        source=src[o].astype(np.int16),
        kind=kd[o].astype(np.int8),
        t=np.round(t[o], 3),
        t_arrive=np.round(arrive[o], 3),
        t_prec=t_prec[o],
        lat=np.round(lat[o], 6),
        lon=np.round(lon[o], 6),
        pos_prec=pos_prec[o],
        etype=said[o],
        count=cnt[o],
        incident=inc[o].astype(np.int64),
    )
    if with_incidents:
        out["truth_t"], out["truth_x_km"], out["truth_y_km"] = it, ix, iy
        out["truth_count"] = icount
        out["truth_leaf"], out["truth_session"] = LEAVES[il], isess
    return out


def score_pairs(truth, found):
    """Pairwise precision, recall, F1 and B-cubed F1 of a clustering; exact, O(n log n)."""
    truth = np.unique(np.asarray(truth), return_inverse=True)[1].astype(np.int64)
    found = np.unique(np.asarray(found), return_inverse=True)[1].astype(np.int64)
    n = len(truth)
    key = truth * (int(found.max()) + 1) + found
    _, inv, c = np.unique(key, return_inverse=True, return_counts=True)
    ct, cf = np.bincount(truth), np.bincount(found)
    pairs = lambda a: float((a.astype(np.float64) * (a - 1) / 2).sum())
    both, t, f = pairs(c), pairs(ct), pairs(cf)
    pr = both / f if f else 1.0
    rc = both / t if t else 1.0
    bp = float((c[inv] / cf[found]).mean())
    br = float((c[inv] / ct[truth]).mean())
    return dict(
        precision=pr,
        recall=rc,
        f1=2 * pr * rc / (pr + rc) if pr + rc else 0.0,
        b3_precision=bp,
        b3_recall=br,
        b3_f1=2 * bp * br / (bp + br),
        clusters=int(len(cf)),
        truth_clusters=int(len(ct)),
        n=n,
    )


def _main():
    ap = argparse.ArgumentParser(description="write synthetic reports with truth")
    ap.add_argument("n", type=int)
    ap.add_argument("out")
    ap.add_argument("--profile", default="mixed", choices=sorted(PROFILES))
    ap.add_argument("--seed", type=int, default=7)
    ap.add_argument("--repeat-rate", type=float, default=0.0)
    a = ap.parse_args()
    d = generate(a.n, a.seed, a.profile, repeat_rate=a.repeat_rate)
    if a.out.endswith(".npz"):
        np.savez_compressed(a.out, **d)
    else:
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.table(d), a.out, compression="zstd")
    print({k: (v.dtype.str, len(v)) for k, v in d.items()})


if __name__ == "__main__":
    _main()
