"""Drop any one promise, gate or exception from the fictional agreement, and some answer changes."""

from dataclasses import replace
from pathlib import Path

import pytest

from waarborg.agreement.load import load
from waarborg.agreement.zones import read_zones
from waarborg.coverage.asked import Asked
from waarborg.coverage.prove import Examiner, Wanted, answer_in_words, quantity_in_words

FOLDER = Path(__file__).parents[2] / "examples" / "agreements" / "two-rivers"
ZONES = read_zones((FOLDER / "zones.geojson").read_text(encoding="utf-8"), "zones.geojson")
LOADED = load((FOLDER / "agreement.yaml").read_text(encoding="utf-8"), "agreement.yaml", ZONES)
TEXT = replace(LOADED, versions=())
"""The newest version alone, so that a change to it is a change to all that is asked."""


def answers(text):
    """Every answer on the words as they stand, in words."""
    examiner = Examiner(text, ZONES)
    for need in text.needs.values():
        if need.number is not None:
            found = examiner.count(Asked(need), wanted=Wanted(order=2))
            yield (
                quantity_in_words(found.quantity),
                tuple(
                    (tuple(e.name for e in s.elements), s.left) for s in found.quantity.shortfalls
                ),
            )
            continue
        proof = examiner.prove(Asked(need, practice_is_veto=True), wanted=Wanted(order=3))
        yield answer_in_words(proof.plain, proof.unknown, proof.cuts)
        yield tuple((tuple(e.name for e in cut.elements), cut.words) for cut in proof.cuts.cuts)
        yield tuple(gap.reasons for gap in (*proof.plain.gaps, *proof.unknown.gaps))
        yield proof.circles, proof.basis.notes
    whole = examiner.whole()
    yield whole.packages
    yield tuple((o.promise.id, o.event, o.span, o.ruling, o.opens) for o in whole.owed)
    yield tuple((one.promise.id, one.words) for one in whole.late)
    yield tuple((one.rule, one.words, *(f.words for f in one.families)) for one in whole.excused)
    yield whole.procedures


def without_promise(group):
    """The agreement without a promise and all who give it."""
    return replace(TEXT, guarantees=tuple(g for g in TEXT.guarantees if g.group != group))


def without_gate(name):
    """The agreement without a national procedure."""
    return replace(
        TEXT,
        gates={n: g for n, g in TEXT.gates.items() if n != name},
        guarantees=tuple(
            replace(g, gates=tuple(n for n in g.gates if n != name)) for g in TEXT.guarantees
        ),
    )


def without_exception(rule, number):
    """The agreement without one exception of a prohibition."""
    kept = tuple(e for i, e in enumerate(rule.exceptions) if i != number)
    return replace(
        TEXT,
        prohibitions=tuple(
            replace(p, exceptions=kept) if p.id == rule.id else p for p in TEXT.prohibitions
        ),
    )


MUTANTS = {
    **{f"promise {g}": without_promise(g) for g in dict.fromkeys(p.group for p in TEXT.guarantees)},
    **{f"gate {name}": without_gate(name) for name in TEXT.gates},
    **{
        f"exception {number} of {rule.id}": without_exception(rule, number)
        for rule in TEXT.prohibitions
        for number in range(len(rule.exceptions))
    },
}


@pytest.fixture(scope="module")
def whole():
    """Give every answer on the agreement as it stands."""
    return list(answers(TEXT))


@pytest.mark.parametrize("name", MUTANTS)
def test_dropping_one_thing_changes_an_answer(name, whole):
    """A promise, gate or exception that could go without a trace would not be part of the proof."""
    assert list(answers(MUTANTS[name])) != whole
