"""The condition tree read for one row: verdicts, reasons and words."""

from __future__ import annotations

import pytest

from waarborg.agreement.condition import (
    ALWAYS,
    NEVER,
    AnyOf,
    Compare,
    Missing,
    Named,
    Not,
    Relation,
    Settled,
    SettledKind,
    conjunction,
    disjunction,
    member_of,
    properties,
)
from waarborg.agreement.explain import explain, rank, truth
from waarborg.agreement.words import sentence
from waarborg.base.judgement import Reason, Verdict

TRUCE = Settled(SettledKind.PERIOD, "truce")
FIRE = member_of("act", ["artillery_fire", "drone_strike"])
RULE = conjunction([member_of("actor", ["RU"]), FIRE, TRUCE])


def test_yes_names_every_part() -> None:
    """A rule that is broken names all the parts that make it so."""
    why = explain(RULE, {"actor": "RU", "act": "drone_strike", "period:truce": True})
    assert why.verdict is Verdict.YES
    assert why.reasons == (
        Reason("actor", "the actor is RU"),
        Reason("act", "the act is drone strike"),
        Reason("time-inside", "the time falls within truce"),
    )


def test_no_names_the_part_that_settles_it() -> None:
    """One part that is no settles the whole, whatever is not known beside it."""
    why = explain(RULE, {"actor": None, "act": "drone_overflight", "period:truce": None})
    assert why.verdict is Verdict.NO
    assert why.reasons == (Reason("act", "the act is drone overflight"),)


def test_unknown_names_every_open_part_in_the_callers_words() -> None:
    """What is open is named, with the caller's own words where it gives them."""
    why = explain(
        RULE,
        {"actor": None, "act": "drone_strike", "period:truce": None},
        {"period:truce": "the source gives the day, the truce began at 16:00"},
    )
    assert why.verdict is Verdict.UNKNOWN
    assert why.reasons == (
        Reason("actor-unknown", "it is not known who did it"),
        Reason("time-unknown", "the source gives the day, the truce began at 16:00"),
    )


def test_a_column_that_is_not_there_is_not_known() -> None:
    """A row without a property is a row whose property is not known."""
    assert explain(RULE, {}).verdict is Verdict.UNKNOWN


def test_negation_keeps_unknown_and_swaps_the_rest() -> None:
    """Kleene's not: unknown stays unknown."""
    rows = ({"act": "drone_strike"}, {"act": "sabotage"}, {})
    assert [truth(Not(FIRE), row) for row in rows] == [False, True, None]


def test_missing_is_never_unknown() -> None:
    """Whether a property is known can always be said."""
    assert explain(Missing("actor"), {}).reasons == (
        Reason("actor-unknown", "the actor is not known"),
    )
    assert explain(Missing("actor"), {"actor": "RU"}).verdict is Verdict.NO


@pytest.mark.parametrize(
    ("relation", "expected"),
    [
        (Relation.AT_LEAST, [False, True, True]),
        (Relation.ABOVE, [False, False, True]),
        (Relation.AT_MOST, [True, True, False]),
        (Relation.BELOW, [True, False, False]),
        (Relation.EQUAL, [False, True, False]),
        (Relation.DIFFERENT, [True, False, True]),
    ],
)
def test_grades_compare_by_their_order(relation: Relation, expected: list[bool]) -> None:
    """Attribution goes from unknown to admitted, not by the alphabet."""
    node = Compare("attribution", relation, "corroborated")
    levels = ("single_source", "corroborated", "admitted")
    assert [truth(node, {"attribution": level}) for level in levels] == expected


def test_a_property_without_order_has_no_rank() -> None:
    """Asking for the order of a plain list is a mistake of the caller."""
    with pytest.raises(ValueError, match="'RU' has no place in an order of the actor"):
        rank("actor", "RU")


def test_empty_lists_of_parts_are_constants() -> None:
    """Nothing to fulfil is fulfilled; nothing to choose from never holds."""
    assert conjunction([]) == ALWAYS
    assert disjunction([]) == NEVER
    assert conjunction([ALWAYS, FIRE]) == FIRE
    assert disjunction([NEVER, FIRE]) == FIRE


def test_properties_are_the_columns_looked_at() -> None:
    """Settled questions count by their column; a term by its body."""
    node = conjunction([Named("force", "any use of force", FIRE), TRUCE])
    assert properties(node) == {"act", "period:truce"}


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (
            RULE,
            (
                "the actor is Russia and the act is artillery fire or drone strike "
                "and the time falls within the truce of Easter"
            ),
        ),
        (Not(TRUCE), "the time falls outside the truce of Easter"),
        (AnyOf((RULE, Missing("actor"))), None),
        (Named("force", "", FIRE), "it counts as force"),
        (Not(Named("force", "", FIRE)), "it does not count as force"),
        (Compare("severity", Relation.AT_LEAST, 3), "the severity is at least 3"),
        (Not(Compare("severity", Relation.AT_LEAST, 3)), "the severity is below 3"),
        (Compare("continuing", Relation.EQUAL, value=True), "the fighting goes on"),
        (
            Compare("continuing", Relation.EQUAL, value=False),
            "it is not so that the fighting goes on",
        ),
        (Not(AnyOf((FIRE, TRUCE))), None),
        (Not(Not(TRUCE)), "the time falls within the truce of Easter"),
        (Not(ALWAYS), "never"),
    ],
)
def test_sentences(node: AnyOf, expected: str | None) -> None:
    """A condition reads as English; brackets stand where "and" and "or" meet."""
    names = {"actor:RU": "Russia", "period:truce": "the truce of Easter"}
    text = sentence(node, names)
    if expected is None:
        assert "(" in text
        assert text.count("(") == text.count(")")
    else:
        assert text == expected
