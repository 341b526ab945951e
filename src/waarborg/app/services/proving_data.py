"""Proofs as plain data that JSON can hold, for programs and for the mission's record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from waarborg.app.services.proving import Answers, Tally
from waarborg.base.times import format_instant
from waarborg.coverage.chance import Chance
from waarborg.coverage.chances import Range
from waarborg.coverage.cuts import Cuts
from waarborg.coverage.family import Family
from waarborg.coverage.firming import Firming
from waarborg.coverage.gaps import Gaps
from waarborg.coverage.opened import Depends
from waarborg.coverage.packages import Packages, Piece
from waarborg.coverage.parting import Apart
from waarborg.coverage.prove import Counted, Proof, Whole
from waarborg.coverage.repair import Repairs
from waarborg.coverage.resilience import Resilience
from waarborg.coverage.timing import Late, Measured, Owed

Data = dict[str, Any]
_Tallies = Mapping[tuple[str, ...], Tally]


def as_data(answers: Answers) -> Data:
    """Everything that was answered, as data that JSON can hold."""
    found = {
        "title": answers.title,
        "proofs": [
            proof_data(proof, answers.tallies, str(place))
            for place, proof in enumerate(answers.proofs)
        ],
        "quantities": [_counted(one) for one in answers.counted],
        "texts": [_whole(one) for one in answers.wholes],
        "partings": [
            _apart(one, answers.tallies, str(place)) for place, one in enumerate(answers.partings)
        ],
    }
    return found | ({"mission": answers.mission} if answers.mission else {})


def _basis(proof: Proof | Counted | Whole) -> Data:
    basis = proof.basis
    return {
        "agreement": basis.agreement,
        "digest": basis.digest,
        "reading": basis.reading or "plain",
        "exercise": basis.exercise,
        "solver": basis.solver,
        "zones": list(basis.zones),
        "zones_digest": basis.zones_digest,
        "versions": list(basis.versions),
        "version_words": basis.version_words,
        "notes": list(basis.notes),
    }


def proof_data(proof: Proof, tallies: _Tallies, place: str = "0") -> Data:
    """A proof as data that JSON can hold.

    Args:
        proof: The proof.
        tallies: Incidents of a mission in its families; empty when none were counted.
        place: Its number among the proofs, as the tallies name it.
    """
    return _basis(proof) | {
        "need": {"id": proof.asked.need.id, "words": proof.asked.need.words},
        "gaps": _gaps(place, proof.plain, tallies),
        "gaps_because_unknown": _gaps(place, proof.unknown, tallies),
        "cuts": _cuts(proof.cuts),
        "circles": [list(circle) for circle in proof.circles],
        "repairs": None if proof.repairs is None else _repairs(proof.repairs),
        "firming": None if proof.firming is None else _firming(proof.firming),
        "resilience": None if proof.resilience is None else _resilience(proof.resilience),
        "depends": [_depends(one) for one in proof.depends],
        "chance": None if proof.chance is None else _chance(proof.chance),
    }


def _gaps(place: str, found: Gaps, tallies: _Tallies) -> Data:
    key = (place, found.kind.value)
    return {
        "answer": found.answer.value,
        "every_breach": found.every_breach,
        "complete": found.complete,
        "families": [
            _family(gap.family)
            | _tally(tallies.get((*key, str(number))))
            | {
                "judged_again": gap.judged,
                "why_not": [
                    {"promise": promise, "reasons": [reason.words for reason in reasons]}
                    for promise, reasons in gap.reasons
                ],
            }
            for number, gap in enumerate(found.gaps)
        ],
    }


def _family(family: Family) -> Data:
    return {
        "words": family.words,
        "share": float(family.width),
        "example": dict(family.example),
    }


def _tally(tally: Tally | None) -> Data:
    if tally is None:
        return {}
    return {"incidents": {"surely": tally.surely, "maybe": tally.maybe}}


def _cuts(found: Cuts) -> Data:
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


def _repairs(found: Repairs) -> Data:
    return {
        "answer": found.answer.value,
        "needed": found.needed,
        "alternatives": [[c.words for c in chosen] for chosen in found.alternatives],
    }


def _firming(found: Firming) -> Data:
    return {
        "drop": found.drop,
        "answer": found.answer.value,
        "needed": found.needed,
        "alternatives": [[step.words for step in chosen] for chosen in found.alternatives],
    }


def _resilience(found: Resilience) -> Data:
    failing = found.failing
    return {
        "drop": found.drop,
        "answer": found.answer.value,
        "need_ever_met": found.ever_met,
        "failing": None if failing is None else [e.name for e in failing.elements],
    }


def _depends(found: Depends) -> Data:
    return {
        "name": found.name or "plain",
        "kind": "reading" if found.is_reading else "open_term",
        "words": found.words,
        "differs": found.differs,
        "answers": [
            {"value": value or "plain", "differs_in": list(parts)} for value, parts in found.answers
        ],
    }


def _range(found: Range) -> Data:
    return {"least": str(found.least), "most": str(found.most), "words": found.words}


def _chance(found: Chance) -> Data:
    chances = found.chances
    return {
        "answer": found.answer.value,
        "complete": found.complete,
        "stated_by": chances.by,
        "chances_digest": chances.digest,
        "assumed": [
            {"element": s.element, "holds": _range(s.holds), "source": s.source, "words": s.words}
            for _, s in sorted(chances.stated.items())
        ],
        "fail_together": [
            {"of": list(c.of), "fails": _range(c.fails), "source": c.source, "words": c.words}
            for c in chances.causes
        ],
        "kinds": [
            {
                "breaches": [family.words for family in kind.families],
                "chance": _range(kind.chance),
                "nodes": kind.nodes,
                "elements": [
                    {
                        "name": weight.element.name,
                        "certain": _range(weight.certain),
                        "lost": _range(weight.lost),
                    }
                    for weight in kind.weights
                ],
            }
            for kind in found.kinds
        ],
    }


def _counted(counted: Counted) -> Data:
    found = counted.quantity
    return _basis(counted) | {
        "need": {"id": found.need.id, "words": found.need.words},
        "wanted": found.wanted,
        "unit": found.need.unit,
        "counted": found.counted,
        "enough": found.enough,
        "contributions": [
            {
                "id": one.id,
                "by": one.by,
                "number": one.number,
                "counts": one.counts.value,
                "words": one.words,
            }
            for one in found.supplies
        ],
        "answer": found.answer.value,
        "order": found.order,
        "shortfalls": [
            {"elements": [e.name for e in one.elements], "left": one.left}
            for one in found.shortfalls
        ],
        "drop": counted.drop,
        "depends": [_depends(one) for one in counted.depends],
    }


def _whole(whole: Whole) -> Data:
    return _basis(whole) | {
        "packages": _packages(whole.packages),
        "owed_in_time": [_owed(one) for one in whole.owed],
        "late": [_late(one) for one in whole.late],
        "late_if": [
            {"open_term": term, "value": value} | _late(one) for term, value, one in whole.late_if
        ],
        "excused": [
            {
                "prohibition": one.rule,
                "exception": one.words,
                "answer": one.answer.value,
                "about_the_record": one.about_record,
                "families": [_family(family) for family in one.families],
            }
            for one in whole.excused
        ],
        "procedures": [
            {
                "gate": p.gate,
                "words": p.words,
                "can": p.can,
                "promises": list(p.promises),
                "choices": {promise: list(only) for promise, only in p.choices.items()},
            }
            for p in whole.procedures
        ],
    }


def _piece(piece: Piece) -> Data:
    return {
        "id": piece.id,
        "kind": piece.kind.value,
        "by": piece.by,
        "words": piece.words,
        "waits_for": [list(item) for item in piece.waits_for],
        "firm": piece.firm,
    }


def _packages(found: Packages) -> Data:
    return {
        "there": [_piece(piece) for piece in found.there],
        "rounds": [[_piece(piece) for piece in part] for part in found.rounds],
        "never": [_piece(piece) for piece in found.never],
        "circles": [[piece.id for piece in ring] for ring in found.circles],
        "openings": [
            {"piece": one.piece.id, "frees": [piece.id for piece in one.follows]}
            for one in found.openings
        ],
    }


def _hours(span: timedelta) -> float:
    return span.total_seconds() / 3600


def _measured(span: Measured | None) -> Data | None:
    if span is None:
        return None
    return {
        "shortest_hours": _hours(span.shortest),
        "longest_hours": _hours(span.longest),
        "worst_start": format_instant(span.worst),
    }


def _owed(one: Owed) -> Data:
    return {
        "promise": one.promise.id,
        "event": one.event.value,
        "span": _measured(one.span),
        "needs_ruling": one.needs_ruling,
        "ruling": _measured(one.ruling),
        "opens_after_hours": one.opens,
        "longest_hours": None if one.longest is None else _hours(one.longest),
        "open_terms": list(one.open_terms),
    }


def _late(one: Late) -> Data:
    return {
        "promise": one.promise.id,
        "kept": one.kept.value,
        "words": one.words,
        "late_by_hours": None if one.by is None else _hours(one.by),
        "start": None if one.start is None else format_instant(one.start),
    }


def _apart(one: Apart, tallies: _Tallies, place: str) -> Data:
    key = ("parting", place)
    return {
        "first": one.first or "plain",
        "second": one.second or "plain",
        "need": one.need,
        "version": one.version,
        "agree": one.agree,
        "partings": [
            {
                "split": part.split.value,
                "answer": part.answer.value,
                "complete": part.complete,
                "families": [
                    _family(family) | _tally(tallies.get((*key, part.split.value, str(number))))
                    for number, family in enumerate(part.families)
                ],
            }
            for part in one.partings
        ],
    }
