"""What is asked: the need, the breaches meant, and how strictly words and procedures are taken."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

from waarborg.agreement.condition import (
    NEVER,
    Compare,
    Missing,
    Node,
    Not,
    Relation,
    conjunction,
    disjunction,
    member_of,
    properties,
)
from waarborg.agreement.model import Agreement, Guarantee, Need, Prohibition
from waarborg.agreement.vocabulary import Strength
from waarborg.coverage.binding import in_own_time
from waarborg.coverage.settling import settle
from waarborg.coverage.timing import in_time

DUTIES = (Strength.SHALL, Strength.SHALL_SUBJECT_TO_PROCEDURES)
"""The strengths that oblige; an intention or a permission does not."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing asked of an agreement.

    Attributes:
        need: What must be covered.
        breach: Which breaches are meant; None for every prohibition of the text.
        practice_is_veto: Whether a procedure that is no veto in law counts as one, as political
            practice or a duty to inform that practice has moved towards consent.
        intentions_count: Whether a promise that is only intended, permitted or of unstated
            strength counts as owed.
        within: Only what is owed within this time of the event counts; None for any time.
        seconds: How long the solver may think on one check before the answer is "not known".
    """

    need: Need
    breach: Node | None = None
    practice_is_veto: bool = False
    intentions_count: bool = False
    within: timedelta | None = None
    seconds: int = 60


def breach_of(rule: Prohibition) -> Node:
    """When a prohibition is broken, as one condition.

    An exception that asks for an earlier strike is a rule about the record, not about one incident:
    here the incident answers none, which can always be so. What is not in force cannot be broken.
    Where nobody can be named, it is broken when it would be, had one of those bound done it.
    """
    excused = [e.reads for e in rule.exceptions if e.reads is not None]
    in_force = Compare("in_force", Relation.EQUAL, value=True)
    rest = (rule.must_not, *(Not(reads) for reads in excused))
    named, nobody = member_of("actor", rule.who), Missing("actor")
    if not any("actor" in properties(part) for part in rest):
        return conjunction((in_force, disjunction((named, nobody)), *rest))
    supposed = [settle(conjunction(rest), {"actor": who}) for who in rule.who]
    by_one = conjunction((named, *rest))
    return conjunction(
        (in_force, disjunction((by_one, conjunction((nobody, disjunction(supposed))))))
    )


def breaches(agreement: Agreement, asked: Asked) -> Node:
    """The breaches that are meant, in the time of the version that is asked."""
    meant = asked.breach
    if meant is None:
        meant = disjunction([breach_of(rule) for rule in agreement.prohibitions])
    then = in_own_time(agreement)
    return meant if then is None else conjunction((then, meant))


def answering(agreement: Agreement, asked: Asked) -> tuple[Guarantee, ...]:
    """The promises that would meet the need, were they owed.

    "May include" promises no particular action: a free choice counts for an action only when every
    choice would do.
    """
    return tuple(g for g in agreement.guarantees if _answers(agreement, g, asked))


def _answers(agreement: Agreement, promise: Guarantee, asked: Asked) -> bool:
    need = asked.need
    if promise.trigger == NEVER:
        return False
    if need.any_of and not {promise.id, promise.group} & set(need.any_of):
        return False
    if promise.by in need.not_by:
        return False
    if promise.strength not in DUTIES and not asked.intentions_count:
        return False
    if need.actions:
        wanted = set(promise.actions) & set(need.actions)
        if not wanted or (promise.choice and wanted != set(promise.actions)):
            return False
    return asked.within is None or in_time(agreement, promise, asked.within)


@dataclass(frozen=True, slots=True)
class Basis:
    """What an answer rests on, so that a third party can repeat it.

    Attributes:
        agreement: Identifier of the agreement.
        digest: SHA-256 of its text, in hex.
        reading: The reading, "" for the words as they stand.
        exercise: The sentence that must stand beside every answer, "" if none.
        solver: Name and version of the solver.
        zones: The zones whose overlay was used, empty when no map was given.
        zones_digest: SHA-256 over the names and shapes of those zones, in hex; "" without any.
        versions: The versions of the text that the answer holds for, each in its own time; empty
            for a text that was never amended.
        version_words: The same in words, with that time.
        notes: What the answer takes for granted, in words.
    """

    agreement: str
    digest: str
    reading: str
    exercise: str
    solver: str
    zones: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())
    zones_digest: str = ""
    versions: tuple[str, ...] = ()
    version_words: str = ""

    def noting(self, *notes: str) -> Basis:
        """The same with more notes."""
        return replace(self, notes=(*self.notes, *notes))
