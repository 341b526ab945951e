"""Chance on request: exact, with bounds, with sources, and refused where a chance is missing."""

from fractions import Fraction

import pytest

from small_agreements import agreement, asked, by, gate, promise
from waarborg.agreement.condition import Compare, Relation, conjunction
from waarborg.base.problems import ProblemsFound
from waarborg.coverage.base_rates import BASE_RATES
from waarborg.coverage.chance import chance
from waarborg.coverage.chances import Range, percent, read_chances
from waarborg.coverage.gaps import Answer
from waarborg.coverage.prover import Prover
from waarborg.coverage.solver import NotKnown, Solver

HEAD = """\
waarborg: chances/1
by: a test
sources:
  guess: {title: A guess, kind: fiction}
"""
RULED = Compare("decision", Relation.EQUAL, "breach_found")


def ask(text, chances):
    """Ask for the chance that anybody answers."""
    prover = Prover(text, None, asked())
    names = [e.name for e in prover.elements]
    return chance(prover, read_chances(HEAD + chances, "chances.yaml", names, names))


def test_one_guarantor_and_one_vote():
    """Both must hold, so the chances multiply, exactly."""
    text = agreement(promise("help", "G", gates=("vote",)), gates=[gate("vote", "G")])
    told = ask(
        text,
        "holds:\n  guarantor G: {chance: 0.9, source: guess}\n"
        "  approval vote: {chance: [0.5, 0.7], source: guess}\n",
    )
    (kind,) = told.kinds
    assert kind.chance == Range(Fraction(45, 100), Fraction(63, 100))
    assert [w.element.name for w in kind.weights] == ["approval vote", "guarantor G"]
    assert kind.weights[0].certain == Range(Fraction(9, 10), Fraction(9, 10))
    assert kind.weights[0].lost == Range(Fraction(0), Fraction(0))


def test_kinds_of_breach_have_chances_of_their_own():
    """After an act of A two states answer, after one of B only one; the least likely comes first."""
    text = agreement(promise("help", "G"), promise("other", "H", by("A")))
    told = ask(text, "others: {chance: 0.5, source: guess}\n")
    assert [([f.words for f in kind.families], kind.chance.least) for kind in told.kinds] == [
        (["the actor is State B or is not known"], Fraction(1, 2)),
        (["the actor is State A"], Fraction(3, 4)),
    ]
    assert told.complete


def test_two_that_fail_together_are_worth_less_than_two():
    """A common cause takes both away at once, so a second guarantor adds less."""
    text = agreement(promise("help", "G"), promise("other", "H"))
    alone = ask(text, "others: {chance: 0.5, source: guess}\n")
    both = ask(
        text,
        "others: {chance: 0.5, source: guess}\n"
        "together:\n  - {of: [guarantor G, guarantor H], fails: [0.1, 0.2], words: one storm, source: guess}\n",
    )
    assert alone.kinds[0].chance.least == Fraction(3, 4)
    assert both.kinds[0].chance == Range(
        Fraction(3, 4) * Fraction(8, 10), Fraction(3, 4) * Fraction(9, 10)
    )


def test_a_gap_has_no_chance():
    """Where nobody owes anything, the chance is nought."""
    told = ask(agreement(promise("help", "G", by("A"))), "others: {chance: 0.9, source: guess}\n")
    assert told.kinds[0].chance == Range(Fraction(0), Fraction(0))
    assert told.kinds[0].families[0].words == "the actor is State B or is not known"


def test_a_failure_that_helps_is_bounded_at_both_ends():
    """A promise that asks for there to be no ruling is the surer, the surer the council is silent."""
    quiet = Compare("decision", Relation.EQUAL, "none")
    text = agreement(promise("help", "G", quiet), bodies=["council"], decided_by="council")
    told = ask(
        text,
        "holds:\n  guarantor G: {chance: 1, source: guess}\n  body council: {chance: [0.2, 0.6], source: guess}\n",
    )
    after_ruling = {tuple(f.words for f in kind.families): kind.chance for kind in told.kinds}
    assert Range(Fraction(4, 10), Fraction(8, 10)) in after_ruling.values()


def test_a_base_rate_brings_its_source():
    """A published share can stand for a chance, and its source is told with it."""
    told = ask(
        agreement(promise("help", "G")),
        "holds:\n  guarantor G: {base_rate: berkemeier-fuhrmann-2018-defence}\n",
    )
    assert told.kinds[0].chance.least == Fraction(41, 100)
    assert "Berkemeier and Fuhrmann" in told.chances.stated["guarantor G"].source


def test_every_base_rate_has_a_share_a_source_and_an_address():
    """No share ships without authors, year and where it was read."""
    for rate in BASE_RATES.values():
        assert 0 < rate.share < 1
        assert any(char.isdigit() for char in rate.source)
        assert rate.address.startswith("https://")
        assert rate.words


@pytest.mark.parametrize(
    ("chances", "message"),
    [
        ("holds: {}\n", "COV-003 .* guarantor G can fail and is given no chance"),
        (
            "others: {chance: 1.2, source: guess}\n",
            "COV-001 .* the chance of guarantor G is no chance",
        ),
        (
            "others: {chance: [0.7, 0.4], source: guess}\n",
            "COV-001 .* the chance of guarantor G is no chance",
        ),
        (
            "others: {chance: true, source: guess}\n",
            "COV-001 .* the chance of guarantor G is no chance",
        ),
        ("others: {chance: 0.5}\n", "COV-004 .* does not say where it comes from"),
        (
            "others: {chance: 0.5, source: guess, base_rate: leeds-2003}\n",
            "COV-004 .* does not say",
        ),
        ("others: {chance: 0.5, source: ges}\n", "COV-004 .* the source ges is not in the file"),
        (
            "others: {chance: 0.5, source: guess}\nholds:\n  guarantor X: {chance: 0.5, source: guess}\n",
            "COV-002 .* nothing that can fail is called guarantor X",
        ),
        (
            "others: {chance: 0.5, source: guess}\ntogether:\n  - {of: [guarantor G, body x], fails: 0.1, words: w}\n",
            "COV-002 .* nothing that can fail is called body x",
        ),
        ("odds: 5\n", "AGR-010 .* the file has no key odds"),
        ("holds: [\n", "AGR-001"),
    ],
)
def test_a_chance_that_is_missing_or_wrong_is_refused(chances, message):
    """Nothing is filled in: every chance has a value, a source and an element, or the file is refused."""
    with pytest.raises(ProblemsFound, match=message):
        ask(agreement(promise("help", "G")), chances)


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (Fraction(0), "0"),
        (Fraction(1), "100"),
        (Fraction(1, 10_000), "under 0.1"),
        (Fraction(9_999, 10_000), "over 99.9"),
        (Fraction(1, 3), "33.3"),
        (Fraction(1, 2), "50"),
    ],
)
def test_a_share_is_never_rounded_to_certainty(share, words):
    """Only what is impossible is 0 per cent and only what is certain is 100."""
    assert percent(share) == words
    assert Range(share, share).words == f"{words} %"


def test_a_solver_that_gives_up_gives_no_chance(monkeypatch):
    """A time-out is not known."""

    def gives_up(self, *assumed):
        raise NotKnown("timeout")

    monkeypatch.setattr(Solver, "can", gives_up)
    told = ask(
        agreement(promise("help", "G", conjunction((by("A"), RULED)))),
        "others: {chance: 1, source: guess}\n",
    )
    assert told.answer is Answer.NOT_KNOWN
