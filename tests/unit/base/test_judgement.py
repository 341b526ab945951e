"""Three-valued judgement."""

from __future__ import annotations

import itertools

import pytest

from waarborg.base.judgement import Verdict, all_of, any_of, from_bool, negate

Y, N, U = Verdict.YES, Verdict.NO, Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("parts", "both", "either"),
    [
        ((), Y, N),
        ((Y, Y), Y, Y),
        ((Y, N), N, Y),
        ((Y, U), U, Y),
        ((N, U), N, U),
        ((U, U), U, U),
        ((N, N), N, N),
    ],
)
def test_kleene_tables(parts: tuple[Verdict, ...], both: Verdict, either: Verdict) -> None:
    """AND and OR follow Kleene's strong tables, in any order of their parts."""
    for order in itertools.permutations(parts):
        assert all_of(order) is both
        assert any_of(order) is either


def test_negation_keeps_the_unknown() -> None:
    """NOT swaps yes and no and leaves unknown alone."""
    assert [negate(v) for v in (Y, N, U)] == [N, Y, U]


def test_null_is_unknown() -> None:
    """A missing truth value reads as cannot be decided, never as no."""
    assert [from_bool(v) for v in (True, False, None)] == [Y, N, U]
    assert from_bool(None).words == "cannot be decided"
