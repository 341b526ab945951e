"""Law 5 for what came in: every row is accounted for, and what is told to stand does stand."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import Row, mission_of, rows

from waarborg.app.services.releases import accounted, reconciled


@given(st.lists(rows(most=6), min_size=1, max_size=3), st.integers(0, 2))
@settings(max_examples=15)
def test_rows_and_what_they_changed_add_up(releases: list[list[Row]], again: int) -> None:
    """Whatever came in: the rows add up, and what stands at the end is what a run derives."""
    chain = mission_of(*releases, *releases[:again]).open()
    derived = chain.derive()
    told = reconciled(chain.inputs, chain.intake)
    for rows_of in accounted(chain.intake):
        assert rows_of.rows == rows_of.refused + rows_of.repeated + rows_of.pages
    assert told[-1].rows[-1].held == len(derived.reports)
    assert told[-1].rows[-1].versions == len(chain.intake.reports)
    stand = {sort: moved.after for sort, moved in told[-1].moved.items()}
    assert stand.pop("incidents") == len(derived.incidents)
    assert stand.pop("determinations") == len(derived.determinations)
    assert sum(stand.values()) == len(derived.findings)
