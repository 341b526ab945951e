"""Open words: what the text leaves open, filled in one value at a time, to see what hangs on it.

A file lists the values an open term could have, so a proof over it is a loop. An answer depends on a
term or on a reading when some value, or the other reading, gives another answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from waarborg.agreement.build import fixed_span
from waarborg.agreement.model import Agreement, Body, Guarantee
from waarborg.agreement.sections import Contribution, Span
from waarborg.agreement.shape import DURATION

_NO_TIME = "none"
"""Value of an open term that says: no time at all is fixed."""


def fill(agreement: Agreement, term: str, value: str) -> Agreement:
    """The agreement with one open term settled.

    Args:
        agreement: The agreement.
        term: An open term of the file.
        value: One of its values.
    """
    span = partial(_span, term=term, value=value)
    return replace(
        agreement,
        guarantees=tuple(_guarantee(g, term, value) for g in agreement.guarantees),
        bodies={n: _body(b, term, value) for n, b in agreement.bodies.items()},
        gates={n: replace(g, takes=span(g.takes)) for n, g in agreement.gates.items()},
        contributions={n: _contribution(c, span) for n, c in agreement.contributions.items()},
        needs={n: replace(x, within=span(x.within)) for n, x in agreement.needs.items()},
        open={n: o for n, o in agreement.open.items() if n != term},
        versions=tuple(
            replace(each, text=fill(each.text, term, value)) for each in agreement.versions
        ),
    )


def _span(span: Span | None, term: str, value: str) -> Span | None:
    if span is None or span.open_term != term:
        return span
    return Span(value, fixed_span(value)) if DURATION.match(value) else None


def _guarantee(promise: Guarantee, term: str, value: str) -> Guarantee:
    if promise.within_open != term:
        return promise
    if not DURATION.match(value):
        return replace(promise, within_open="")
    return replace(promise, within_open="", within_text=value, within=fixed_span(value))


def _body(body: Body, term: str, value: str) -> Body:
    left_open = f"open: {term}"
    settings = {
        key: value if said == left_open else said
        for key, said in body.settings.items()
        if not (said == left_open and key == "within" and value == _NO_TIME)
    }
    return replace(
        body, settings=settings, quorum=value if body.quorum == left_open else body.quorum
    )


def _contribution(given: Contribution, span: Callable[[Span | None], Span | None]) -> Contribution:
    return replace(given, within=span(given.within))


Parts = tuple[str, ...]
"""An answer in words, part by part, so that only what differs need be told."""


@dataclass(frozen=True, slots=True)
class Depends:
    """What an answer is when one open word is settled, or another reading taken.

    Attributes:
        name: The open term, or the reading ("" for the words as they stand).
        is_reading: Whether it is a reading.
        words: What is open, or what the reading reads otherwise.
        answers: Each value with the parts of its answer, in words, that differ from the answer
            given; for a reading a single pair.
        differs: Whether any of them differs from the answer given.
    """

    name: str
    is_reading: bool
    words: str
    answers: tuple[tuple[str, Parts], ...]
    differs: bool


def depends(
    agreement: Agreement, reading: str, answer: Callable[[Agreement, str], Parts]
) -> Iterator[Depends]:
    """Which open terms and readings an answer depends on, open terms first.

    Args:
        agreement: The agreement as its words stand.
        reading: The reading under which the answer was given.
        answer: Gives the answer in words for an agreement under a reading, always as many parts.
    """
    given = answer(agreement, reading)

    def otherwise(text: Agreement, name: str) -> Parts:
        """The parts of an answer that differ from the answer given."""
        said = answer(text, name)
        return tuple(part for part, before in zip(said, given, strict=True) if part != before)

    terms = {n: one for each in agreement.versions for n, one in each.text.open.items()}
    for term in (terms | dict(agreement.open)).values():
        values = tuple(
            (value, otherwise(fill(agreement, term.id, value), reading)) for value in term.values
        )
        differs = any(parts for _, parts in values)
        yield Depends(term.id, is_reading=False, words=term.words, answers=values, differs=differs)
    for other in ("", *agreement.readings):
        if other != reading:
            parts = otherwise(agreement, other)
            note = agreement.readings[other].note if other else "the words as they stand"
            yield Depends(
                other, is_reading=True, words=note, answers=((other, parts),), differs=bool(parts)
            )
