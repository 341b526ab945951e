"""Weighing two conditions: what is said of all incidents holds of every generated one."""

from __future__ import annotations

from typing import Any

from agreement_trees import NODES, PARTIES, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from waarborg.agreement.condition import Node
from waarborg.agreement.explain import truth
from waarborg.agreement.weigh import Shift, weigh

ROWS = st.lists(rows(), min_size=1, max_size=8)


@settings(max_examples=150, deadline=None)
@given(before=NODES, after=NODES, found=ROWS)
def test_the_shift_holds_of_every_row(
    before: Node, after: Node, found: list[dict[str, Any]]
) -> None:
    """A narrower condition is met by no incident that the other is not, and so for every shift."""
    shift = weigh(before, after, PARTIES).shift
    assert shift is not Shift.NOT_KNOWN
    for row in found:
        was, now = truth(before, row), truth(after, row)
        if shift is Shift.SAME:
            assert was is now
        if shift is Shift.UNDECIDED:
            assert (was is True) == (now is True)
        if shift is Shift.NARROWER:
            assert was is True or now is not True
        if shift is Shift.WIDER:
            assert now is True or was is not True


@settings(max_examples=150, deadline=None)
@given(before=NODES, after=NODES)
def test_each_example_parts_the_two(before: Node, after: Node) -> None:
    """The row reading, which shares no code with the solver, finds the example parting as told."""
    found = weigh(before, after, PARTIES)
    assert (found.gained is not None) == (found.shift in {Shift.WIDER, Shift.OTHER})
    assert (found.lost is not None) == (found.shift in {Shift.NARROWER, Shift.OTHER})
    if found.gained is not None:
        assert truth(after, found.gained.row) is True
        assert truth(before, found.gained.row) is not True
    if found.lost is not None:
        assert truth(before, found.lost.row) is True
        assert truth(after, found.lost.row) is not True


@settings(max_examples=50, deadline=None)
@given(before=NODES, after=NODES)
def test_turning_the_question_around_turns_the_answer_around(before: Node, after: Node) -> None:
    """What is narrower one way is wider the other way, and the examples change sides."""
    there, back = weigh(before, after, PARTIES), weigh(after, before, PARTIES)
    turned = {Shift.NARROWER: Shift.WIDER, Shift.WIDER: Shift.NARROWER}
    assert back.shift is turned.get(there.shift, there.shift)
    assert (there.gained, there.lost) == (back.lost, back.gained)
