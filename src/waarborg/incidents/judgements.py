"""What a person said about two reports: the same event, different events, or unsure.

Rules this module keeps:
1. A judgement is data with a name, a moment and a reason; fusion respects it and stays a pure
   function, so that taking one back undoes exactly what it did.
2. Of several judgements on one pair the latest counts; "unsure" leaves the pair to the evidence.
3. "Different" is stronger than "same": two reports judged different are never in one incident,
   even where chains of "same" lead from one to the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from waarborg.reports.report import ReportId


class Sameness(StrEnum):
    """What was judged."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, order=True)
class Judgement:
    """One person's judgement on two reports.

    Attributes:
        one: A report.
        other: The other; which of the two comes first plays no part.
        sameness: What was judged.
        who: Who judged.
        when: When.
        why: On what ground, in words.
    """

    one: ReportId
    other: ReportId
    sameness: Sameness
    who: str
    when: datetime
    why: str


Pair = tuple[ReportId, ReportId]


def settled(judgements: Iterable[Judgement]) -> Mapping[Pair, Judgement]:
    """The judgement that counts for each pair, smaller identifier first; without the unsure.

    Raises:
        ValueError: A report is judged against itself.
    """
    latest: dict[Pair, Judgement] = {}
    for judgement in judgements:
        if judgement.one == judgement.other:
            raise ValueError(f"{judgement.who} judged report {judgement.one} against itself")
        pair = (min(judgement.one, judgement.other), max(judgement.one, judgement.other))
        held = latest.get(pair)
        if held is None or _rank(judgement) > _rank(held):
            latest[pair] = judgement
    return {
        pair: latest[pair]
        for pair in sorted(latest)
        if latest[pair].sameness is not Sameness.UNSURE
    }


def _rank(judgement: Judgement) -> tuple[datetime, Judgement]:
    return (judgement.when, judgement)
