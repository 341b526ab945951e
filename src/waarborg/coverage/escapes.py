"""What a text lets through: acts that exceptions excuse, and what each national procedure can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import z3

from waarborg.agreement.condition import Compare, Relation, conjunction, member_of
from waarborg.agreement.explain import truth
from waarborg.agreement.model import Agreement, Exception_, Need, Prohibition
from waarborg.agreement.vocabulary import GateEffect
from waarborg.agreement.ways import choices_barred
from waarborg.agreement.zones import Zones
from waarborg.coverage.asked import Asked
from waarborg.coverage.family import Family, made, search, telling
from waarborg.coverage.gaps import Answer
from waarborg.coverage.judged import ReadingsPart
from waarborg.coverage.prover import Prover
from waarborg.coverage.solver import NotKnown

_MOST = 12
"""Families looked for, so that the widest come first."""
_CAN = {
    GateEffect.PRIOR_CONSENT: "can stop it beforehand",
    GateEffect.INFORMATION: "comes first and cannot stop it in law",
    GateEffect.CONSULTATION: "comes first and cannot stop it in law",
    GateEffect.LATER_EXTENSION: "can end it later",
    GateEffect.POLITICAL_PRACTICE: "can stop it by custom, not in law",
    GateEffect.NONE: "stops nothing",
}


@dataclass(frozen=True, slots=True)
class Excused:
    """Acts that a prohibition forbids but for one of its exceptions.

    Attributes:
        rule: The prohibition.
        words: The exception in words.
        answer: FOUND, NONE when the exception excuses nothing, or not known.
        families: The acts, widest first; empty for an exception about an earlier strike, which is a
            rule about the record.
        about_record: Whether it is such an exception.
    """

    rule: str
    words: str
    answer: Answer
    families: tuple[Family, ...]
    about_record: bool


@dataclass(frozen=True, slots=True)
class Procedure:
    """What a national procedure can do, and to which promises.

    Attributes:
        gate: Its name in the file.
        words: What it asks, in words.
        can: What it can do.
        promises: The promises that must pass it, by their key in the file.
        choices: Of these, a promise to the choices that must pass it, where others need not.
    """

    gate: str
    words: str
    can: str
    promises: tuple[str, ...]
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def procedures(agreement: Agreement) -> tuple[Procedure, ...]:
    """What each national procedure can do, in the order of the file."""
    return tuple(
        Procedure(
            gate.id,
            gate.words,
            _CAN[gate.effect],
            tuple(dict.fromkeys(p.group for p in agreement.guarantees if gate.id in p.gates)),
            {
                promise.group: barred
                for promise in agreement.guarantees
                if gate.id in promise.gates
                if (barred := choices_barred(agreement, promise, gate.id))
            },
        )
        for gate in agreement.gates.values()
    )


def excused(agreement: Agreement, zones: Zones | None, limit: int = 3) -> tuple[Excused, ...]:
    """What each exception excuses, in the order of the file.

    Args:
        agreement: The agreement under its reading.
        zones: The map, None when there is none.
        limit: How many families are shown at most for each.

    Raises:
        ReadingsPart: The row reading judges an act shown otherwise.
    """
    if not any(rule.exceptions for rule in agreement.prohibitions):
        return ()
    prover = Prover(agreement, zones, Asked(Need("", "")))
    return tuple(
        _excused(prover, rule, number, exception, limit)
        for rule in agreement.prohibitions
        for number, exception in enumerate(rule.exceptions)
    )


def _excused(
    prover: Prover, rule: Prohibition, number: int, exception: Exception_, limit: int
) -> Excused:
    words = exception.words or f"exception {number + 1}"
    if exception.reads is None:
        return Excused(rule.id, words, Answer.FOUND, (), about_record=True)
    solver = prover.solver
    forbidden = conjunction(
        (
            Compare("in_force", Relation.EQUAL, value=True),
            member_of("actor", rule.who),
            rule.must_not,
        )
    )
    label = f"excused {rule.id} {number}"
    try:
        given = solver.named(f"{label}, but for it", solver.formulas(forbidden)[0])
        bad = z3.And(solver.formulas(exception.reads)[0])
        searched = search(solver, label, given, bad, _MOST)
    except NotKnown:
        return Excused(rule.id, words, Answer.NOT_KNOWN, (), about_record=False)
    families = telling(
        made(solver, start, allowed, searched.occurs, prover.names)
        for start, allowed in searched.found
    )
    for family in families:
        if not (truth(forbidden, family.example) and truth(exception.reads, family.example)):
            raise ReadingsPart(f"the row reading does not excuse {family.example}")
    answer = Answer.FOUND if families else Answer.NONE
    return Excused(rule.id, words, answer, tuple(families[:limit]), about_record=False)
