"""What is told of the joins of sightings: each gain with its terms, each chance with its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from waarborg.app.services.explanation import Explained
from waarborg.app.services.seen_joins import SeenJoin
from waarborg.incidents.incident import Term
from waarborg.incidents.judgements import Sameness
from waarborg.incidents.sighting_reasons import Between, Change, Held, Names, Step

_NAMED = 12
_RULE = "each gain is the sum of its terms; of what is tied to each other the greatest gain above 0 is joined first"


def incident_told(held: Held) -> Explained:
    """An incident of sightings: how sure it is, every join in its order, and what comes nearest to it."""
    many = len(held.sightings)
    lines = [f"sightings: {names(held.sightings)}, of {held.sources} sources"]
    if held.sure:
        odds = sum(term.nats for term in held.sure)
        parts = " ".join(f"{term.nats:+.4f} ({term.words})" for term in held.sure)
        lines.append(f"log odds {odds:+.4f} = {parts}")
        lines.append(
            f"chance that all are of one event: 1 / (1 + e^{-odds:.4f}) = {held.probability:.2%}"
        )
    elif many == 1:
        lines.append("a sighting alone: nothing was joined that could be wrong")
    lines += _bridges(held)
    if held.steps:
        lines.append(_RULE)
    steps = [
        step_told(f"Join {number} of {many - 1}", step) for number, step in enumerate(held.steps, 1)
    ]
    if held.outside is None:
        nearest = Explained("", "Nothing outside was near enough to be weighed against it", ())
    else:
        nearest = step_told("Nearest that is not in", held.outside)
    title = f"Incident inc-{held.incident}: {many} sighting{'s' if many > 1 else ''}"
    return Explained(f"inc-{held.incident}", title, tuple(lines), (*steps, nearest))


def pair_told(found: Between) -> Explained:
    """Two sightings: why they are in one incident, or in two."""
    where = "one incident" if found.together else "two incidents"
    deciding = "The join that brought them together" if found.together else "Their incidents"
    alone = step_told("The two by themselves", found.alone)
    if found.compared:
        lines = (f"not weighed as a pair: {found.compared}", *alone.lines)
        alone = Explained(alone.id, alone.title, lines)
    title = f"{found.one} and {found.other} are in {where}"
    return Explained("", title, (_RULE,), (step_told(deciding, found.deciding), alone))


def step_told(what: str, step: Step) -> Explained:
    """Two groups weighed against each other, each term with the numbers it follows from."""
    title = f"{what}: {names(step.one)} with {names(step.other)}: {step.nats:+.4f} nats"
    lines = [
        f"{term.name} {term.nats:+.4f}: {term.words}"
        if term.nats
        else f"{term.name} weighs nothing"
        for term in step.terms
    ]
    if step.judged:
        lines.insert(0, f"{step.judged}; that counts, whatever the evidence says")
    if step.through:
        alone = " or ".join(map(str, step.through))
        lines.insert(
            0, f"kept apart: {alone} alone would have joined incidents of several sightings"
        )
    return Explained("", title, tuple(lines))


def join_told(number: int, join: SeenJoin) -> Iterator[str]:
    """One of the joins to look at first, in lines."""
    held, weakest = join.held, join.held.weakest
    yield (
        f"{number}. {held.probability:.0%} · inc-{held.incident}, {len(held.sightings)} sightings of "
        f"{held.sources} sources"
    )
    if weakest is not None:
        yield f"   {names(weakest.one)} with {names(weakest.other)}: {weakest.nats:+.2f} nats"
        yield from _sides(weakest.terms)
    yield from (f"   {line}" for line in _bridges(held))
    if join.held.outside is not None:
        outside = join.held.outside
        yield f"   nearest that is not in: {names(outside.other)}: {outside.nats:+.2f} nats"
    for change in (join.if_different, join.if_same):
        if change is not None:
            yield f"   {change_told(change)}"


def _bridges(held: Held) -> list[str]:
    """From which others an incident was kept apart, because one sighting alone would have joined the two."""
    return [
        f"kept apart from inc-{other}: {through} alone would have joined the two"
        for through, other in held.bridges
    ]


def _sides(terms: Iterable[Term]) -> Iterator[str]:
    told = sorted((term for term in terms if term.nats), key=lambda term: -abs(term.nats))
    for name, wanted in (("for", 1.0), ("against", -1.0)):
        side = [f"{t.name} {t.nats:+.2f} ({t.words})" for t in told if t.nats * wanted > 0.0]
        if side:
            yield f"   {name}: {'; '.join(side)}"


def change_told(change: Change) -> str:
    """What one judgement would change, in words."""
    what = "the same" if change.sameness is Sameness.SAME else "different"
    if change.before == change.after:
        return f"if a person judged {change.one} and {change.other} {what}: nothing would change"
    before, after = (
        " and ".join(f"inc-{group[0]} ({names(group)})" for group in groups)
        for groups in (change.before, change.after)
    )
    return (
        f"if a person judged {change.one} and {change.other} {what}: {before} would become {after}"
    )


def names(group: Names | Sequence[int]) -> str:
    """Some sightings by identifier; of many the first."""
    told = ", ".join(map(str, group[:_NAMED]))
    return told if len(group) <= _NAMED else f"{told} and {len(group) - _NAMED} more"
