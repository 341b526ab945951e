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
from waarborg.coverage.prove import NO_BREACH, Examiner
from waarborg.coverage.prover import Prover
from waarborg.coverage.reliance import circles
from waarborg.coverage.timing import late
from waarborg.coverage.woven import woven


@dataclass(frozen=True, slots=True)
class Answered:
    """A question of the file with its answer.

    Attributes:
        question: The question.
        found: "none", "found", "every_breach", "no_breach" where none can occur, "never_met" where the
            need never is, or "not_known".
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
    if question.ask in {"gap", "cuts"}:
        found, words = _over_versions(agreement, zones, question)
    else:
        words = _OF_THE_TEXT[question.ask](under(agreement, question.reading))
        found = (Answer.FOUND if words else Answer.NONE).value
    wanted = question.expect or found
    holds = found != Answer.NOT_KNOWN.value and (
        found == wanted or (wanted == "found" and found == EVERY)
    )
    return Answered(question, found, holds, words)


def _over_versions(
    agreement: Agreement, zones: Zones | None, question: Question
) -> tuple[str, tuple[str, ...]]:
    """The answers of all versions as one: none is proved only where it is in each of them."""
    asked = Asked(agreement.needs[question.need], question.breach)
    told: dict[str, tuple[str, ...]] = {}
    for among in Examiner(agreement, zones).versions(asked, question.reading):
        prover = Prover(among.text, zones, asked)
        ask = _gap if question.ask == "gap" else _weak
        found, words = ask(prover, question.order or 1)
        where = f" ({among.words})" if among.words else ""
        told[found] = (*told.get(found, ()), *(f"{one}{where}" for one in words))
    first = next(word for word in _WORST if word in told)
    if first == EVERY and len(told) > 1:
        first = Answer.FOUND.value
    return first, tuple(word for words in told.values() for word in words)


EVERY = "every_breach"
NEVER_MET = "never_met"
"""There are no weak spots only because the need is never met; it fulfils no expectation."""
_WORST = (
    Answer.NOT_KNOWN.value,
    EVERY,
    Answer.FOUND.value,
    NEVER_MET,
    Answer.NO_BREACH.value,
    Answer.NONE.value,
)
"""What is told of several versions: the first of these that is the answer of any."""


def _gap(prover: Prover, _order: int) -> tuple[str, tuple[str, ...]]:
    told = [gaps(prover, kind) for kind in GapKind]
    if any(one.answer is Answer.NOT_KNOWN for one in told):
        return Answer.NOT_KNOWN.value, ()
    if any(one.answer is Answer.NO_BREACH for one in told):
        return Answer.NO_BREACH.value, (NO_BREACH,)
    words = tuple(gap.family.words for one in told for gap in one.gaps)
    return _verdict(told), words


def _verdict(told: list[Gaps]) -> str:
    if any(one.every_breach for one in told):
        return EVERY
    return (Answer.FOUND if any(one.gaps for one in told) else Answer.NONE).value


def _weak(prover: Prover, order: int) -> tuple[str, tuple[str, ...]]:
    told = cuts(prover, order)
    if not told.ever_met:
        return NEVER_MET, ("the need is never met, so there is nothing to lose",)
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
