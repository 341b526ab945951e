"""Web reports fused: reports a second at once, and what one more costs, with the terms as they ship.

    python benchmarks/fusion.py web [--sizes 1000,10000,100000] [--out results.json]

The half year of VIINA that ships here (19,424 reports with headlines, from five outlets) is laid one copy
after the other, 200 days apart, until there are enough: density, words and components are those of the
war, and no copy reaches the next. Later copies are read from memory, words and whole headlines: what
reading costs stands in the figures of one copy and less.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import wraps
from typing import Any

import numpy as np

from fusion_data import STREAM, read_reports
from waarborg.base.times import Period
from waarborg.incidents import columns, genre, picture, regions, tolls, words
from waarborg.incidents import fuse as fusing
from waarborg.incidents.told import Told
from waarborg.reports.report import Report, ReportId
from waarborg.store.fusion_models import fusion_model

APART = timedelta(days=200)
SINGLE = 300
STEPS = {
    "columns": "lay",
    "pairs": "find_candidates",
    "score": "score_pairs",
    "merge": "merge",
    "compare again": "compare_pairs",
    "reasons in words": "_members",
    "pictures": "picture",
}
"""Each step, and the name under which `incidents.fuse` calls it."""


def copies(reports: tuple[Report, ...], many: int) -> list[Report]:
    """So many reports in the order of their days, copy after copy."""
    ordered = sorted(reports, key=lambda report: (report.happened.start, report.id))
    found: list[Report] = []
    for number in range(-(-many // len(ordered))):
        by = APART * number
        found += [
            replace(
                report,
                id=ReportId(f"{report.id}-{number:03d}"),
                happened=Period(report.happened.start + by, report.happened.end + by),
                received_at=report.received_at + by,
            )
            for report in ordered[: many - len(found)]
        ]
    return found


def forget() -> None:
    """Forget every headline that was read; what single words mean stays known."""
    for held in (
        words.plain_words, words._walked, words._read, words.tokens, words.days_named,  # noqa: SLF001  # memory is no part of an interface
        genre.spelt, genre.genre, regions.named, tolls.tolls, picture.tells_of_a_crash,
        columns._said, columns.telling,  # noqa: SLF001  # likewise
    ):  # fmt: skip
        held.cache_clear()


def timed(steps: dict[str, float]) -> Callable[[], None]:
    """Let each step note what it took; gives what ends that."""
    before = {name: getattr(fusing, name) for name in STEPS.values()}

    def noting(step: str, work: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(work)
        def done(*given: Any, **named: Any) -> Any:
            start = time.perf_counter()
            try:
                return work(*given, **named)
            finally:
                steps[step] = steps.get(step, 0.0) + time.perf_counter() - start

        return done

    for step, name in STEPS.items():
        setattr(fusing, name, noting(step, before[name]))
    return lambda: [setattr(fusing, name, work) for name, work in before.items()] and None


def measure(many: int) -> dict[str, object]:
    """All at once, then the last ones again one by one, new and of any time."""
    model = fusion_model()
    rows = copies(read_reports(STREAM), many)
    fusing.fuse(rows[:200], model)
    forget()
    gc.collect()
    steps: dict[str, float] = {}
    end = timed(steps)
    start = time.perf_counter()
    incidents = fusing.fuse(rows, model)
    steps["all"] = time.perf_counter() - start
    end()
    # what is left is sorting, and bringing incidents together
    steps["rest"] = 2 * steps["all"] - sum(steps.values())
    forget()
    told = Told(model)
    single = min(SINGLE, many // 4)
    any_time = np.random.default_rng(1).choice(many - single, single, replace=False)
    late = set(any_time.tolist())
    start = time.perf_counter()
    told.take([report for at, report in enumerate(rows[:-single]) if at not in late])
    filled = time.perf_counter() - start
    took: dict[str, list[float]] = {}
    for kind, chosen in (("late", any_time.tolist()), ("new", range(many - single, many))):
        for at in chosen:
            start = time.perf_counter()
            told.take([rows[at]])
            took.setdefault(kind, []).append(1000.0 * (time.perf_counter() - start))
    same = {(i.id, i.reports) for i in told.incidents()} == {(i.id, i.reports) for i in incidents}
    return {
        "method": "web", "rows": many, "incidents": len(incidents), "steps": steps,
        "filled_reports_s": (many - 2 * single) / filled, "same": same,
        **{
            f"{kind}_ms": [float(np.percentile(ms, part)) for part in (50, 99)]
            for kind, ms in took.items()
        },
    }  # fmt: skip
