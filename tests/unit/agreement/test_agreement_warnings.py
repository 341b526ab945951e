"""Warnings on what can never happen; none of them refuses a file."""

from __future__ import annotations

import pytest
from test_agreement_measures import FULL
from test_agreement_thresholds import MAP, TEXT

from waarborg.agreement.condition import All, AnyOf, Compare, Member, Node, Relation
from waarborg.agreement.load import load
from waarborg.agreement.warn_never import clash
from waarborg.base.problems import ProblemsFound

FROM = TEXT[: TEXT.index("cases:")]


def warned(text: str) -> list[tuple[str, str, str]]:
    """Code, message and what was found of every warning of a file."""
    return [(w.code, w.message, w.found) for w in load(text, "f.yaml", MAP).warnings]


def test_a_sound_file_warns_of_nothing() -> None:
    """The file that the cases below change has no warning itself."""
    assert warned(FROM) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "must_not: {act: artillery_fire, near: belt}",
            "must_not: {all: [{act: artillery_fire, near: belt}, {act: [mine_laying, sabotage]}]}",
            ("AGR-068", "the prohibition heavy can never be broken", "no act meets every list and limit"),
        ),
        (
            "must_not: {act: artillery_fire, near: belt}",
            "must_not: {all: [{near: belt}, {place: {in: north}}, {place: {in: south}}]}",
            ("AGR-068", "the prohibition heavy can never be broken", "north and south share no ground"),
        ),
        (
            "must_not: {act: artillery_fire, near: belt}\n    where: unstated",
            "must_not: {all: [{near: belt}, {place: {in: north}}]}\n    where: {in: [south]}",
            ("AGR-068", "the prohibition heavy can never be broken", "north and south share no ground"),
        ),
        (
            "of: {act: [artillery_fire, drone_strike]}",
            "of: {severity: {at_least: 4, at_most: 2}}",
            ("AGR-068", "the threshold three can never be met", "no severity meets every list and limit"),
        ),
        (
            "of: {act: [artillery_fire, drone_strike]}\n    by: [actor, zone]",
            "of: {place: {in: north}}\n    by: [sector]\n    sectors: [north, south]",
            ("AGR-069", "the threshold three never reaches its sector south", "north and south share no ground"),
        ),
        ("near: belt", "severity: 3", ("AGR-071", "the distance rule belt is never used", "belt")),
        (
            "must_not: {threshold: three}",
            "must_not: {act: sabotage}",
            ("AGR-072", "the threshold three is never used", "three"),
        ),
        (
            "must_not: {threshold: three}, where: unstated,",
            "must_not: {threshold: three}, where: unstated, except: [{clause: C-1, reads: never, certainty: stated}],",
            ("AGR-068", "an exception of the prohibition many can never apply", "never"),
        ),
    ],
    ids=["acts", "zones", "where", "threshold", "sector", "distance", "unused", "exception"],
)  # fmt: skip
def test_what_can_never_happen_is_warned_of(
    old: str, new: str, expected: tuple[str, str, str]
) -> None:
    """Each slip that makes a part empty or idle shows as one warning, and the file still loads."""
    assert old in FROM
    assert warned(FROM.replace(old, new, 1)) == [expected]


PROMISE = """
guarantees:
  late: {clause: C-1, by: B, strength: shall, action: warning, trigger: {hours_since_first: {at_least: 72}},
         within: PT24H, runs_from: first_breach, certainty: stated}
periods:
  may: {from: 2030-05-01T00:00Z, until: 2030-06-01T00:00Z}
"""


def test_a_deadline_before_its_trigger_is_warned_of() -> None:
    """A day from the first breach is over when the promise is set off after three."""
    text = FROM + PROMISE.replace(
        "{hours_since_first: {at_least: 72}}",
        "{all: [{hours_since_first: {at_least: 72}}, {at: {during: may}}]}",
    )
    assert warned(text) == [
        (
            "AGR-070",
            "the promise late is due before it can be set off",
            "PT24H from the first breach, set off after 72 hours",
        )
    ]
    assert warned(text.replace("PT24H,", "PT96H,").replace("within: PT24H", "within: PT96H")) == []
    ended = text.replace("within: PT24H", "within: PT96H, until: 2030-05-01T00:00Z")
    assert warned(ended) == [
        (
            "AGR-070",
            "the promise late ends before it can be set off",
            "until 2030-05-01T00:00:00+00:00, set off from 2030-05-01T00:00:00+00:00",
        )
    ]


def test_each_warning_stands_at_its_line() -> None:
    """Warnings come by line, each at the key it is about, also in a list and in an amendment."""
    text = FROM.replace(
        "must_not: {threshold: three}, where: unstated,",
        "must_not: {threshold: three}, where: unstated, except: [\n"
        "      {clause: C-1, reads: {act: drone_strike}, certainty: stated},\n"
        "      {clause: C-1, reads: never, certainty: stated}],",
    ) + PROMISE.replace("{hours_since_first: {at_least: 72}}", "{act: [mine_laying, sabotage]}")
    text += """
amendments:
  later:
    from: 2031-01-01T00:00Z
    source: note
    says: Quotes at length.
    certainty: stated
    changes:
      clauses:
        C-2: {says: No artillery., quote: one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen, source: note, certainty: stated}
"""
    lines = text.splitlines()
    found = [(w.code, lines[w.line - 1].strip()[:38]) for w in load(text, "f.yaml", MAP).warnings]
    assert found == [
        ("AGR-068", "{clause: C-1, reads: never, certainty:"),
        ("AGR-051", "may: {from: 2030-05-01T00:00Z, until: "),
        ("AGR-055", "C-2: {says: No artillery., quote: one "),
    ]


def test_a_step_that_is_over_before_it_opens_is_warned_of() -> None:
    """What opens when two days have passed cannot be due after one day of the same clock."""
    steps = "within: P2D, clock: office, then: rule, on_lapse: rule"
    text = FULL.replace(steps, "within: P2D, runs_from: occurrence, then: rule, on_lapse: rule")
    text = text.replace(
        "words: the Board rules, within: {open: window}",
        "words: the Board rules, within: P1D, runs_from: occurrence",
    )
    found = [w.message for w in load(text, "full.yaml").warnings if w.code == "AGR-070"]
    assert found == ["in the procedure complaint the time of rule is over before it opens"]


@pytest.mark.parametrize(
    ("node", "empty"),
    [
        (All((Compare("hours_since_first", Relation.AT_LEAST, 10), Compare("hours_since_first", Relation.EQUAL, 15))), False),
        (All((Compare("hours_since_first", Relation.ABOVE, 15), Compare("hours_since_first", Relation.EQUAL, 15))), True),
        (All((Compare("actor", Relation.DIFFERENT, "A"), Compare("actor", Relation.EQUAL, "B"))), False),
        (All((Compare("actor", Relation.EQUAL, "A"), Compare("actor", Relation.EQUAL, "B"))), True),
        (All((Compare("continuing", Relation.EQUAL, True), Compare("continuing", Relation.EQUAL, False))), True),  # data
        (AnyOf((Member("act", ()), Compare("severity", Relation.ABOVE, 5))), True),
        (AnyOf((Member("act", ()), Compare("severity", Relation.ABOVE, 4))), False),
        (AnyOf(()), True),
        (All(()), False),
    ],
)  # fmt: skip
def test_clashes_are_found_and_none_is_made_up(node: Node, *, empty: bool) -> None:
    """Values that can hold together are never called a clash."""
    assert bool(clash(node)) is empty


def test_a_period_written_badly_is_one_problem_and_not_two() -> None:
    """What names a period that has a mistake in it is not told that the period is missing."""
    text = FROM + PROMISE.replace(
        "{hours_since_first: {at_least: 72}}", "{at: {during: may}}"
    ).replace("from: 2030-05-01T00:00Z", "from: 2030-05-01T00:00")
    with pytest.raises(ProblemsFound, match="names no offset from UTC") as refused:
        load(text, "f.yaml", MAP)
    assert [problem.code for problem in refused.value.problems] == ["AGR-014"]
