"""Law 5 over arbitrary records: what is named under a row is all that it rests on."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from commission_moves import BEGIN, NINETY, moves
from grounds_replayed import differing
from waarborg.cases.entry import Entry


@settings(max_examples=40, deadline=None)
@given(moves(most=12), st.sampled_from([10, 40, 100, 400]))
def test_a_row_rests_on_nothing_that_is_not_named(entries: list[Entry], hours: int) -> None:
    """Each ruling, promise, deadline and case comes out the same from the entries under it alone."""
    assert list(differing(NINETY, entries, BEGIN + timedelta(hours=hours))) == []
