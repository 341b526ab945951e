"""Proofs as plain data and as lines of text, for the terminal, for programs and for the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from waarborg.coverage.cuts import Cuts
from waarborg.coverage.gaps import Answer, Gaps
from waarborg.coverage.prove import Proof
from waarborg.coverage.repair import Repairs
from waarborg.coverage.resilience import Resilience

NOT_KNOWN = "not known: the solver gave up, so nothing is proved"


def as_data(proof: Proof) -> dict[str, Any]:
    """A proof as data that JSON can hold."""
    return {
        "agreement": proof.basis.agreement,
        "digest": proof.basis.digest,
        "reading": proof.basis.reading or "plain",
        "exercise": proof.basis.exercise,
        "solver": proof.basis.solver,
        "zones": list(proof.basis.zones),
        "notes": list(proof.basis.notes),
        "need": {"id": proof.asked.need.id, "words": proof.asked.need.words},
        "gaps": _gaps(proof.plain),
        "gaps_because_unknown": _gaps(proof.unknown),
        "cuts": _cuts(proof.cuts),
        "circles": [list(circle) for circle in proof.circles],
        "repairs": None if proof.repairs is None else _repairs(proof.repairs),
        "resilience": None if proof.resilience is None else _resilience(proof.resilience),
    }


def _gaps(found: Gaps) -> dict[str, Any]:
    return {
        "answer": found.answer.value,
        "every_breach": found.every_breach,
        "complete": found.complete,
        "families": [
            {
                "words": gap.family.words,
                "share": float(gap.family.width),
                "example": dict(gap.family.example),
                "judged_again": gap.judged,
                "why_not": [
                    {"promise": promise, "reasons": [reason.words for reason in reasons]}
                    for promise, reasons in gap.reasons
                ],
            }
            for gap in found.gaps
        ],
    }


def _cuts(found: Cuts) -> dict[str, Any]:
    return {
        "answer": found.answer.value,
        "order": found.order,
        "complete": found.complete,
        "need_ever_met": found.ever_met,
        "sets": [
            {
                "elements": [{"name": e.name, "words": e.words} for e in cut.elements],
                "breaches": cut.words,
                "example": dict(cut.example),
            }
            for cut in found.cuts
        ],
    }


def _repairs(found: Repairs) -> dict[str, Any]:
    return {
        "answer": found.answer.value,
        "needed": found.needed,
        "alternatives": [[c.words for c in chosen] for chosen in found.alternatives],
    }


def _resilience(found: Resilience) -> dict[str, Any]:
    failing = found.failing
    return {
        "drop": found.drop,
        "answer": found.answer.value,
        "need_ever_met": found.ever_met,
        "failing": None if failing is None else [e.name for e in failing.elements],
    }


def lines(proof: Proof) -> Iterator[tuple[int, str]]:
    """A proof as lines with their depth."""
    if proof.basis.exercise:
        yield 0, proof.basis.exercise
    yield 0, f"Need: {proof.asked.need.words} ({proof.asked.need.id})"
    yield 0, f"On the reading: {proof.basis.reading or 'the words as they stand'}"
    yield from _gap_lines(proof.plain, "nobody owes it", "Gaps")
    yield from _gap_lines(
        proof.unknown, "nobody surely owes it", "Gaps because something is not known"
    )
    yield from _cut_lines(proof.cuts)
    for circle in proof.circles:
        yield 0, f"Circle: {', '.join(circle)} wait for each other, and none can be first"
    if proof.resilience is not None:
        yield 0, resilience_words(proof.resilience)
    if proof.repairs is not None:
        yield from _repair_lines(proof.repairs)
    yield 0, "Taken for granted"
    for note in proof.basis.notes:
        yield 1, f"· {note}"


def _gap_lines(found: Gaps, said: str, title: str) -> Iterator[tuple[int, str]]:
    if found.answer is Answer.NOT_KNOWN:
        yield 0, f"{title}: {NOT_KNOWN}"
        return
    if found.answer is Answer.NONE:
        yield 0, f"{title}: none, proved"
        return
    rest = "these are all" if found.complete else "there are more"
    yield 0, f"{title}: after these breaches {said} ({rest})"
    for gap in found.gaps:
        yield 1, f"· {gap.family.words}"
        for promise, reasons in gap.reasons:
            why = "; ".join(reason.words for reason in reasons)
            yield 2, f"{promise}: not owed, since {why}"


def _cut_lines(found: Cuts) -> Iterator[tuple[int, str]]:
    if found.answer is Answer.NOT_KNOWN:
        yield 0, f"Weak spots: {NOT_KNOWN}"
        return
    if not found.ever_met:
        yield 0, "Weak spots: there is nothing to lose, for the need is never met"
        return
    if not found.cuts:
        yield 0, f"Weak spots: no {found.order} or fewer failures break it, proved"
        return
    yield 0, "Weak spots: if this fails, these breaches are left unanswered"
    for cut in found.cuts:
        single = "single point of failure: " if cut.size == 1 else ""
        said = " and ".join(element.words for element in cut.elements)
        yield 1, f"· {single}{said}{' → ' if cut.words else ''}{cut.words}"


def _repair_lines(found: Repairs) -> Iterator[tuple[int, str]]:
    if not found.needed:
        said = NOT_KNOWN if found.answer is Answer.NOT_KNOWN else "nothing to mend"
        yield 0, f"Repair: {said}"
        return
    if not found.alternatives:
        none = "no few changes to these promises close the gaps"
        yield 0, f"Repair: {NOT_KNOWN if found.answer is Answer.NOT_KNOWN else none}"
        return
    for number, chosen in enumerate(found.alternatives, start=1):
        yield 0, f"Repair {number}: all of these close the gaps"
        for change in chosen:
            yield 1, f"· {change.words}"


def resilience_words(found: Resilience) -> str:
    """Whether the need holds if some drop out, in a sentence."""
    if found.answer is Answer.NOT_KNOWN:
        return f"If any {found.drop} drop out: {NOT_KNOWN}"
    if not found.ever_met:
        return f"If any {found.drop} drop out: nothing to lose, for the need is never met"
    if found.failing is None:
        return f"If any {found.drop} drop out: it holds, proved"
    said = " and ".join(element.words for element in found.failing.elements)
    return f"If any {found.drop} drop out: it does not hold; it is enough that {said}"
