"""What an answer takes for granted, in words, and what of the text can never be broken at all."""

from __future__ import annotations

from collections.abc import Iterator

import z3

from waarborg.agreement.model import Agreement, Prohibition
from waarborg.agreement.rounds import most_rounds, times_words
from waarborg.agreement.sentences import Speaker, names_of
from waarborg.agreement.vocabulary import in_words
from waarborg.agreement.zones import Zones
from waarborg.coverage.asked import Asked, breach_of
from waarborg.coverage.binding import binding_notes
from waarborg.coverage.elements import ruled_by_silence
from waarborg.coverage.prover import Prover
from waarborg.coverage.solver import NotKnown
from waarborg.coverage.timing import deciders, left_open


def quantity_notes(asked: Asked) -> list[str]:
    """What an answer about a quantity takes for granted."""
    notes = ["a contribution counts when it is delivered, or surely there in the time asked for"]
    notes.append("each contribution counts in full or not at all")
    if asked.practice_is_veto:
        notes.append("procedures that are no veto in law are taken as one")
    return notes


def never_broken(prover: Prover) -> list[str]:
    """Prohibitions that no incident can break, as when an exception excuses every act.

    Where a prohibition has exceptions, each party it binds is asked about by itself.
    """
    if prover.asked.breach is not None:
        return []
    found = []
    for rule in prover.agreement.prohibitions:
        try:
            parties = list(_safe(prover, rule))
        except NotKnown:
            found.append(f"it is not known whether {rule.id} can be broken: the solver gave up")
            continue
        if parties:
            found.append(
                f"nothing to answer under {rule.id}: no breach can occur by {', '.join(parties)}"
            )
    return found


def _safe(prover: Prover, rule: Prohibition) -> Iterator[str]:
    """The parties that cannot break a prohibition, by name."""
    solver = prover.solver
    broken = solver.named(f"breach of {rule.id}", solver.formulas(breach_of(rule))[0])
    each = rule.who if any(e.reads is not None for e in rule.exceptions) else ()
    if solver.first(broken) is None:
        each = rule.who
    elif not each:
        return
    row = solver.row
    for party in each:
        did = z3.And(row.known["actor"], row.values["actor"] == row.code("actor", party))
        by_it = solver.named(f"{rule.id} by {party}", z3.And(broken, did))
        if solver.first(by_it) is None:
            known = prover.agreement.parties.get(party)
            yield known.name if known is not None else party


def notes(agreement: Agreement, asked: Asked, zones: Zones | None) -> list[str]:
    """What an answer takes for granted.

    Args:
        agreement: The agreement under its reading, in the version that is asked.
        asked: What is asked.
        zones: The map, None when there is none.
    """
    excusing = [
        rule.id
        for rule in agreement.prohibitions
        if any(exception.answers is not None for exception in rule.exceptions)
    ]
    marked = sorted({g.group for g in agreement.guarantees if g.certainty.value == "assumed"})
    open_ = sorted({g.within_open for g in agreement.guarantees if g.within_open})
    said = (
        (
            excusing,
            f"an act that would answer an earlier strike is taken to answer none: {_(excusing)}",
        ),
        (asked.practice_is_veto, "procedures that are no veto in law are taken as one"),
        (
            asked.intentions_count,
            "promises that are only intended or permitted are counted as owed",
        ),
        *((True, note) for note in _of_time(agreement, asked)),
        *((True, note) for note in binding_notes(agreement)),
        *((True, note) for note in _of_bodies(agreement)),
        *((True, note) for note in _of_exits(agreement)),
        (zones is None, "no map was given: any combination of zones is taken as possible"),
        (marked, f"assumed in the reading, not stated in the text: {_(marked)}"),
        (open_, f"left open by the words: {_(open_)}"),
    )
    return [note for holds, note in said if holds]


def _(names: list[str]) -> str:
    return ", ".join(names)


def _of_time(agreement: Agreement, asked: Asked) -> Iterator[str]:
    """What counts as in time, and what does not since no time is stated for it."""
    if asked.within is None:
        return
    hours = asked.within.total_seconds() / 3600
    yield (
        f"only promises surely due within {hours:g} hours of the breach count, "
        "on the worst calendar and with the time for a ruling"
    )
    ruling = set(deciders(agreement))
    for procedure in agreement.procedures.values():
        steps = procedure.steps
        bodies = {
            s.who: s.id for s in steps.values() if s.what == "determination" and s.who in ruling
        }
        for body, step in bodies.items():
            again = most_rounds(steps, step) - 1
            if again:
                yield (
                    f"the time for a ruling of {agreement.bodies[body].words or body} is taken once: that the procedure "
                    f"{procedure.id} may come back to it {times_words(again)} at most is not counted"
                )
    waiting: dict[str, set[str]] = {}
    for promise in agreement.guarantees:
        for gate in left_open(agreement, promise):
            waiting.setdefault(gate, set()).add(promise.group)
    for gate, groups in sorted(waiting.items()):
        yield (
            f"no time is stated for the procedure {gate}, so these do not count as in time: "
            f"{_(sorted(groups))}"
        )


def _of_exits(agreement: Agreement) -> Iterator[str]:
    """How long who leaves stays bound; an answer is about a text that binds, and so holds until then."""
    speaker = Speaker(agreement, names_of(agreement))
    for given in agreement.exits.values():
        told = speaker.exit(given)[-1].rstrip(".")
        yield f"an answer holds while the promise binds ({given.clause}): {told[0].lower()}{told[1:]}"


def _of_bodies(agreement: Agreement) -> Iterator[str]:
    """A body is taken as one: how many of its members may stay away is not asked."""
    if ruled_by_silence(agreement):
        return
    for name in deciders(agreement):
        body = agreement.bodies[name]
        asks = {"quorum": body.quorum, "majority": body.settings.get("majority", "")}
        said = ", ".join(
            f"{what} left open" if words.startswith("open: ") else f"{what}: {in_words(words)}"
            for what, words in asks.items()
            if words
        )
        if said:
            yield (
                f"{body.words or name} rules or does not rule as a whole: that members stay away or "
                f"vote against is not asked one by one ({said})"
            )
