"""What signs are about, learnt from the stream: signs that stand in like headlines point one way.

How much more often than by chance two signs stand in one headline, or in two headlines of one place and day,
is counted (positive pointwise mutual information); the matrix is brought to `SUBJECT_WIDTH` dimensions by its
largest eigenvalues (Levy and Goldberg 2014, that this is what word vectors are). No label is used.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from waarborg.incidents.columns import telling_signs
from waarborg.incidents.model import SUBJECT_WIDTH
from waarborg.reports.report import Report

LEAST = 3
"""Headlines a sign is in at least."""
BESIDE = 0.3
"""What a sign of another headline of that place and day counts, beside one of the same headline; shared by those."""
MOST_BESIDE = 12
"""Headlines of a place and day, beyond which too much is reported for them to be about one thing."""
SMOOTHED = 0.75
"""Power of a sign's count, so that rare signs are not bound too strongly (Levy, Goldberg and Dagan 2015)."""


def subjects(reports: Sequence[Report]) -> dict[str, list[int]]:
    """For each sign seen often enough what it is about, as numbers of -100 to 100."""
    signs_of: dict[str, tuple[str, ...]] = {}
    there: dict[object, set[str]] = defaultdict(set)
    for report in reports:
        if report.headline:
            told = telling_signs(report)
            signs_of[report.headline] = tuple(sign for sign in told if sign[0] not in "@#")
            if report.place is not None:
                there[report.place, report.happened.start].add(report.headline)
    held = Counter(sign for signs in signs_of.values() for sign in signs)
    row = {sign: at for at, sign in enumerate(sorted(s for s in held if held[s] >= LEAST))}
    rows_of = {
        headline: np.array([row[sign] for sign in signs if sign in row], dtype=np.int64)
        for headline, signs in signs_of.items()
    }
    seen = np.zeros((len(row), len(row)))
    for rows in rows_of.values():
        seen[np.ix_(rows, rows)] += 1.0
    for headlines in there.values():
        if 2 <= len(headlines) <= MOST_BESIDE:
            told_there = sorted(headlines)
            for one in told_there:
                for other in told_there:
                    if one != other:
                        beside = BESIDE / (len(headlines) - 1)
                        seen[np.ix_(rows_of[one], rows_of[other])] += beside
    np.fill_diagonal(seen, 0.0)
    total = seen.sum(axis=1)
    share = total**SMOOTHED
    share /= share.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        nats = np.log(seen / (total[:, None] * share[None, :]))
    nats = np.where(np.isfinite(nats), np.maximum(nats, 0.0), 0.0)
    values, vectors = np.linalg.eigh((nats + nats.T) / 2.0)
    largest = np.argsort(-values)[:SUBJECT_WIDTH]
    about = vectors[:, largest] * np.sqrt(np.maximum(values[largest], 0.0))
    about /= np.maximum(np.linalg.norm(about, axis=1, keepdims=True), 1e-9)
    return {sign: np.rint(100.0 * about[at]).astype(int).tolist() for sign, at in row.items()}
