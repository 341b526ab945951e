"""Rounds of a step: what is done anew, how many there can be, and what they are called."""

from __future__ import annotations

import pytest

from waarborg.agreement.rounds import (
    done_anew,
    most_rounds,
    named_round,
    on_decision,
    on_lapse,
    round_name,
    round_words,
    times_words,
)
from waarborg.agreement.sections import Step, WayBack
from waarborg.agreement.vocabulary import GoesBack


def step(name: str, *then: str, back: tuple[WayBack, ...] = ()) -> Step:
    """A step that leads on to others."""
    return Step(name, "board", "consultation", name, None, "", "step", then, (), back=back)


BOTH = (GoesBack.DECIDED, GoesBack.LAPSE)
STEPS = {
    each.id: each
    for each in (
        step("look", "hear", "tell"),
        step("tell"),
        step("hear", "rule", back=(WayBack("hear", 3, BOTH),)),
        step("rule", back=(WayBack("look", 2), WayBack("hear", 1))),
    )
}


def test_what_comes_after_a_step_is_done_anew_with_it() -> None:
    """What lies beside the way, or before it, is not."""
    assert done_anew(STEPS, "look") == {"look", "tell", "hear", "rule"}
    assert done_anew(STEPS, "hear") == {"hear", "rule"}


def test_the_rounds_of_a_step_are_bounded_by_the_ways_back_to_it_and_before_it() -> None:
    """Each way back adds its bound to all the steps that are done anew by it."""
    assert {name: most_rounds(STEPS, name) for name in STEPS} == {
        "look": 3,
        "tell": 3,
        "hear": 7,
        "rule": 7,
    }


def test_a_way_back_is_found_by_when_it_is_taken() -> None:
    """One is chosen by whoever takes the step, one is taken when its time has passed."""
    assert on_lapse(STEPS["hear"]) == WayBack("hear", 3, BOTH)
    assert on_lapse(STEPS["rule"]) is None
    assert on_decision(STEPS["rule"], "look") == WayBack("look", 2)
    assert on_decision(STEPS["rule"], "tell") is None


@pytest.mark.parametrize(
    ("number", "most", "words"),
    [
        (1, 1, ""),
        (1, 2, "first round of at most two"),
        (2, 2, "second round of at most two"),
        (10, 10, "tenth round of at most ten"),
        (11, 112, "11th round of at most 112"),
        (21, 112, "21st round of at most 112"),
        (112, 112, "112th round of at most 112"),
        (1002, 1003, "1,002nd round of at most 1,003"),
        (1003, 1003, "1,003rd round of at most 1,003"),
    ],
)
def test_a_round_is_told_in_words(number: int, most: int, words: str) -> None:
    """A step that comes but once has no round that anybody need hear of."""
    assert round_words(number, most) == words


@pytest.mark.parametrize(("times", "words"), [(1, "once"), (2, "twice"), (3, "three times")])
def test_how_often_is_told_in_words(times: int, words: str) -> None:
    """A bound is read as a sentence says it."""
    assert times_words(times) == words


def test_a_round_is_named_by_step_and_number() -> None:
    """The first round is called as the step; a name that is no step's is nothing."""
    assert [round_name("hear", 1), round_name("hear", 2)] == ["hear", "hear.2"]
    assert named_round(STEPS, "hear") == ("hear", None)
    assert named_round(STEPS, "hear.2") == ("hear", 2)
    assert named_round(STEPS, "hear.1") == ("hear", 1)
    for nothing in ("heard", "hear.", "hear.0", "hear.x", "hear.²", ".2"):
        assert named_round(STEPS, nothing) is None
