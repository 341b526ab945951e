"""The questions in a file, answered: proofs that run as tests."""

from __future__ import annotations

from dataclasses import dataclass

from waarborg.agreement.model import Agreement, Question
from waarborg.agreement.readings import under
from waarborg.agreement.zones import Zones
from waarborg.coverage.asked import Asked
from waarborg.coverage.cuts import cuts
from waarborg.coverage.gaps import Answer, GapKind, Gaps, gaps
from waarborg.coverage.packages import packages
from waarborg.coverage.prover import Prover
from waarborg.coverage.reliance import circles
from waarborg.coverage.timing import late
from waarborg.coverage.woven import woven


@dataclass(frozen=True, slots=True)
class Answered:
    """A question of the file with its answer.

    Attributes:
        question: The question.
        found: "none", "found", "every_breach" or "not_known".
        holds: Whether that is what the file expects; never so when it is not known.
        words: The counterexamples or weak spots, in words.
    """

    question: Question
    found: str
    holds: bool
    words: tuple[str, ...]


def answer(agreement: Agreement, zones: Zones | None, question: Question) -> Answered:
    """Answer one question of a file.

    A question that expects nothing holds whatever the answer, so long as there is one.

    Args:
        agreement: The agreement as its words stand; the question names the reading.
        zones: The map, None when there is none.
        question: The question.

    Raises:
        KeyError: The question names a reading or a need that the file does not have.
    """
    read = under(agreement, question.reading)
    if question.ask in {"gap", "cuts"}:
        prover = Prover(read, zones, Asked(agreement.needs[question.need], question.breach))
        found, words = _gap(prover) if question.ask == "gap" else _weak(prover, question.order or 1)
    else:
        words = _OF_THE_TEXT[question.ask](read)
        found = (Answer.FOUND if words else Answer.NONE).value
    wanted = question.expect or found
    holds = found != Answer.NOT_KNOWN.value and (
        found == wanted or (wanted == "found" and found == "every_breach")
    )
    return Answered(question, found, holds, words)


def _gap(prover: Prover) -> tuple[str, tuple[str, ...]]:
    told = [gaps(prover, kind) for kind in GapKind]
    if any(one.answer is Answer.NOT_KNOWN for one in told):
        return Answer.NOT_KNOWN.value, ()
    words = tuple(gap.family.words for one in told for gap in one.gaps)
    return _verdict(told), words


def _verdict(told: list[Gaps]) -> str:
    if any(one.every_breach for one in told):
        return "every_breach"
    return (Answer.FOUND if any(one.gaps for one in told) else Answer.NONE).value


def _weak(prover: Prover, order: int) -> tuple[str, tuple[str, ...]]:
    told = cuts(prover, order)
    words = tuple(" and ".join(e.words for e in cut.elements) for cut in told.cuts)
    return told.answer.value, words


def _circles(agreement: Agreement) -> tuple[str, ...]:
    return tuple(", ".join(ring) for ring in circles(woven(agreement).guarantees))


def _never(agreement: Agreement) -> tuple[str, ...]:
    return tuple(f"{piece.by}: {piece.words}" for piece in packages(agreement).never)


def _late(agreement: Agreement) -> tuple[str, ...]:
    return tuple(f"{one.promise.id}: {one.words}" for one in late(agreement))


_OF_THE_TEXT = {"circles": _circles, "packages": _never, "deadlines": _late}
"""Questions about the text as a whole: found means a circle, a piece that can never start, or a
deadline that cannot be kept or may not be."""
