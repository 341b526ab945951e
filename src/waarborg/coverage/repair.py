"""Repair: the smallest changes to a text that close its gaps, several alternatives.

A change either makes a promise firm (an intention becomes a duty, a free choice a promise of the
action needed), lets a promise no longer wait for a partner or a condition, or no longer end, or settles a word as
another reading of the file has it. Sets of changes are tried smallest first; every gap that was ever found is kept as a test that the next set must pass
before it is proved, so few proofs are needed and no quantifier ever reaches the solver.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations

from waarborg.agreement.condition import ALWAYS, All, Named, Node, conjunction, parts_of
from waarborg.agreement.explain import truth
from waarborg.agreement.model import Agreement, Guarantee
from waarborg.agreement.readings import reread
from waarborg.agreement.vocabulary import Strength, in_words
from waarborg.agreement.words import sentence
from waarborg.agreement.zones import Zones
from waarborg.coverage.asked import DUTIES, Asked, answering
from waarborg.coverage.binding import bound
from waarborg.coverage.gaps import Answer, GapKind, gaps
from waarborg.coverage.judged import met
from waarborg.coverage.prover import Prover, names
from waarborg.coverage.solver import Row
from waarborg.coverage.woven import woven

_MOST = 400
"""Sets of changes tried before the search is called off."""


class ChangeKind(StrEnum):
    """What is changed about a promise."""

    FIRM = "make_firm"
    ALONE = "wait_for_no_partner"
    CONDITION = "drop_condition"
    LASTING = "let_it_last"
    WORD = "settle_word"
    """A term is settled as another reading of the file has it, for what sets promises off."""


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One change to one promise, or to all who give it alike.

    Attributes:
        kind: What is changed.
        group: Key of the promise in the file; the term for a word that is settled.
        part: Which condition is dropped, counted from 0; 0 for the other kinds.
        words: The change in words.
        reading: The reading whose word is taken, "" for the other kinds.
    """

    kind: ChangeKind
    group: str
    part: int
    words: str
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Repairs:
    """The smallest sets of changes that close every plain gap.

    Attributes:
        answer: FOUND with alternatives; NONE when no set of these changes does, or nothing needs
            repair; NOT_KNOWN when the search was called off.
        needed: Whether there is a gap at all.
        alternatives: Sets of changes of the same, smallest size, sorted.
    """

    answer: Answer
    needed: bool
    alternatives: tuple[tuple[Change, ...], ...]


def repair(
    agreement: Agreement, zones: Zones | None, asked: Asked, most: int = 3, limit: int = 6
) -> Repairs:
    """Look for the smallest changes after which no plain gap is left.

    Args:
        agreement: The agreement under its reading.
        zones: The map.
        asked: What is asked.
        most: The largest set of changes looked for.
        limit: How many alternatives at most.
    """
    agreement = woven(agreement)
    seen: list[Row] = []
    before = _left_open(agreement, zones, asked, seen)
    if before is not Answer.FOUND:
        return Repairs(before, needed=False, alternatives=())
    open_to = changes(agreement, zones, asked)
    tried, found = 0, list[tuple[Change, ...]]()
    for size in range(1, most + 1):
        for chosen in combinations(open_to, size):
            changed = apply(agreement, asked, chosen)
            if any(_is_gap(changed, asked, row) for row in seen):
                continue
            tried += 1
            left = Answer.NOT_KNOWN
            if tried <= _MOST:
                left = _left_open(changed, zones, asked, seen)
            if left is Answer.NOT_KNOWN:
                return Repairs(left, needed=True, alternatives=tuple(found))
            if left is Answer.NONE:
                found.append(chosen)
            if len(found) == limit:
                break
        if found:
            return Repairs(Answer.FOUND, needed=True, alternatives=tuple(found))
    return Repairs(Answer.NONE, needed=True, alternatives=())


def _left_open(agreement: Agreement, zones: Zones | None, asked: Asked, seen: list[Row]) -> Answer:
    told = gaps(Prover(agreement, zones, asked), GapKind.PLAIN, limit=1)
    seen.extend(gap.family.example for gap in told.gaps)
    return told.answer


def _is_gap(agreement: Agreement, asked: Asked, row: Row) -> bool:
    agreement = bound(agreement)
    triggers = {p.id: truth(p.trigger, row) for p in agreement.guarantees}
    return not met(agreement, asked, answering(agreement, asked), triggers, surely=False)


def changes(agreement: Agreement, zones: Zones | None, asked: Asked) -> tuple[Change, ...]:
    """The changes that could bear on a need, sorted; each group of givers changes together."""
    called = names(agreement, zones)
    found: set[Change] = set()
    for promise in agreement.guarantees:
        if not _could_answer(promise, asked):
            continue
        said = promise.words or in_words(promise.group)
        if replace_firm(promise, asked) != promise:
            found.add(Change(ChangeKind.FIRM, promise.group, 0, f"make it a firm duty: {said}"))
        if promise.reliance:
            waits = " and ".join(promise.relies_on)
            words = f"let it no longer wait for {waits}: {said}"
            found.add(Change(ChangeKind.ALONE, promise.group, 0, words))
        if promise.until is not None:
            words = f"let it bind beyond {promise.until:%Y-%m-%d %H:%M} UTC: {said}"
            found.add(Change(ChangeKind.LASTING, promise.group, 0, words))
        for number, part in enumerate(parts(promise.trigger)):
            words = f'drop the condition "{sentence(part, called)}": {said}'
            found.add(Change(ChangeKind.CONDITION, promise.group, number, words))
    return tuple(sorted(found | set(_settled_words(agreement))))


def _settled_words(agreement: Agreement) -> Iterator[Change]:
    """Each word that a promise is set off by and another reading of the file reads otherwise."""
    used = {term for promise in agreement.guarantees for term in _terms(promise.trigger)}
    for reading in agreement.readings.values():
        for term in sorted(used & set(reading.terms)):
            words = f'settle the word "{in_words(term)}" as the reading {reading.id} has it'
            yield Change(ChangeKind.WORD, term, 0, f"{words}: {reading.note}", reading.id)


def _terms(node: Node) -> Iterator[str]:
    if isinstance(node, Named):
        yield node.term
    for part in parts_of(node):
        yield from _terms(part)


def _could_answer(promise: Guarantee, asked: Asked) -> bool:
    need = asked.need
    if promise.by in need.not_by:
        return False
    if need.any_of:
        return bool({promise.id, promise.group} & set(need.any_of))
    return bool(set(promise.actions) & set(need.actions))


def parts(trigger: Node) -> tuple[Node, ...]:
    """The conditions that a trigger joins with "and"."""
    match trigger:
        case All(joined):
            return joined
        case Named(body=All()):
            return (trigger,)
        case _:
            return () if trigger == ALWAYS else (trigger,)


def replace_firm(promise: Guarantee, asked: Asked) -> Guarantee:
    """A promise made a firm duty of the action that is needed."""
    wanted = tuple(a for a in promise.actions if a in asked.need.actions)
    strength = promise.strength if promise.strength in DUTIES else Strength.SHALL
    if not promise.choice or not wanted or wanted == promise.actions:
        return replace(promise, strength=strength)
    return replace(promise, strength=strength, actions=wanted, choice=len(wanted) > 1)


def apply(agreement: Agreement, asked: Asked, chosen: Sequence[Change]) -> Agreement:
    """The agreement with some changes made."""
    own = [c for c in chosen if c.kind is not ChangeKind.WORD]
    settled = {
        c.group: agreement.readings[c.reading].terms[c.group]
        for c in chosen
        if c.kind is ChangeKind.WORD
    }
    changed = (
        _changed(promise, asked, [c for c in own if c.group == promise.group])
        for promise in agreement.guarantees
    )
    return replace(
        agreement,
        guarantees=tuple(
            replace(p, trigger=reread(p.trigger, settled)) if settled else p for p in changed
        ),
    )


def _changed(promise: Guarantee, asked: Asked, chosen: Iterable[Change]) -> Guarantee:
    made = list(chosen)
    if not made or not _could_answer(promise, asked):
        return promise
    dropped = {c.part for c in made if c.kind is ChangeKind.CONDITION}
    kinds = {c.kind for c in made}
    if ChangeKind.FIRM in kinds:
        promise = replace_firm(promise, asked)
    if ChangeKind.LASTING in kinds:
        promise = replace(promise, until=None)
    if ChangeKind.ALONE in kinds:
        promise = replace(promise, relies_on=(), reliance=())
    if not dropped:
        return promise
    left = [part for i, part in enumerate(parts(promise.trigger)) if i not in dropped]
    return replace(promise, trigger=conjunction(left))
