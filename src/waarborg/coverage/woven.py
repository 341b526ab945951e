"""Concessions and contributions woven into reliance: a promise may wait for them as for a partner.

Each becomes a promise of its own that is always called for, so that least fixed point, circles, cut
sets and chances treat all waiting alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from waarborg.agreement.condition import ALWAYS
from waarborg.agreement.model import Agreement, Guarantee
from waarborg.agreement.sections import Commitment, Contribution
from waarborg.agreement.vocabulary import RunsFrom, Strength

CONTRIBUTION = "contribution "
CONCESSION = "concession "


def woven(agreement: Agreement) -> Agreement:
    """The agreement with whatever its promises wait for as promises beside them.

    Args:
        agreement: The agreement under its reading; given back as it is where no promise waits for
            a concession or a contribution.
    """
    if not any(promise.waits_for for promise in agreement.guarantees):
        return agreement
    waiting = [name for promise in agreement.guarantees for name in promise.waits_for]
    beside = {
        **{n: contributed(agreement, c) for n, c in agreement.contributions.items()},
        **{n: _conceded(agreement, c) for n, c in agreement.commitments.items()},
    }
    return replace(
        agreement,
        guarantees=(
            *(_waiting(agreement, promise) for promise in agreement.guarantees),
            *(beside[name] for name in _reached(agreement, waiting)),
        ),
    )


def _waiting(agreement: Agreement, promise: Guarantee) -> Guarantee:
    if not promise.waits_for:
        return promise
    return replace(
        promise,
        reliance=(*promise.reliance, *(partners(agreement, n) for n in promise.waits_for)),
        relies_on=(*promise.relies_on, *promise.waits_for),
        waits_for=(),
    )


def _reached(agreement: Agreement, names: Iterable[str]) -> list[str]:
    """The concessions and contributions that some names lead to, in the order of the file."""
    seen, waiting = set[str](), list(names)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        if name in agreement.commitments:
            seen.add(name)
            waiting += agreement.commitments[name].waits_for
        elif name in agreement.contributions:
            seen.add(name)
            waiting += agreement.contributions[name].relies_on
    return [n for n in (*agreement.contributions, *agreement.commitments) if n in seen]


def partners(agreement: Agreement, name: str) -> tuple[str, ...]:
    """The promises of which one must hold for a name of the file to be there."""
    if name in agreement.contributions:
        return (f"{CONTRIBUTION}{name}",)
    if name in agreement.commitments:
        return (f"{CONCESSION}{name}",)
    return tuple(g.id for g in agreement.guarantees if g.group == name)


def contributed(agreement: Agreement, given: Contribution) -> Guarantee:
    """A contribution as a promise, so that failures touch it as they touch promises."""
    there = given.state == "delivered"
    gates = [g.id for g in agreement.gates.values() if g.of == given.by and given.what in g.actions]
    return Guarantee(
        id=f"{CONTRIBUTION}{given.id}",
        group=f"{CONTRIBUTION}{given.id}",
        clause=given.clause,
        by=given.by,
        strength=Strength.SHALL,
        actions=(given.what,),
        choice=False,
        trigger=ALWAYS,
        gates=() if there else tuple(gates),
        reliance=tuple(partners(agreement, name) for name in given.relies_on),
        relies_on=given.relies_on,
        within_text=given.within.text if given.within and not there else "",
        clock=given.clock,
        runs_from=RunsFrom.REQUEST,
        words=given.words,
    )


def _conceded(agreement: Agreement, given: Commitment) -> Guarantee:
    name = agreement.parties[given.by].name if given.by in agreement.parties else given.by
    return Guarantee(
        id=f"{CONCESSION}{given.id}",
        group=f"{CONCESSION}{given.id}",
        clause=given.clause,
        by=given.by,
        strength=Strength.SHALL,
        actions=(),
        choice=False,
        trigger=ALWAYS,
        reliance=tuple(partners(agreement, name) for name in given.waits_for),
        relies_on=given.waits_for,
        words=f"{name} {given.does}",
    )
