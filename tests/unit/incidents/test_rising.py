"""Whole numbers in rising order, each once."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from waarborg.incidents.rising import rising


@given(st.lists(st.one_of(st.integers(-3, 3), st.integers(-(1 << 63), (1 << 63) - 1))))
def test_it_gives_what_a_set_of_them_in_order_gives(numbers: list[int]) -> None:
    """Whatever the numbers, none is lost and none stands twice; what was given stays as it is."""
    given_ = np.array(numbers, dtype=np.int64)
    assert rising(given_).tolist() == sorted(set(numbers))
    assert given_.tolist() == numbers
