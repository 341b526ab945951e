"""The table of a run that says which report belongs to which incident."""

from __future__ import annotations

from account_made import incident, report
from waarborg.app.services.outputs import fusion_table


def test_each_report_has_one_line_though_two_releases_number_their_rows_alike() -> None:
    """Two reports that came with one row key, of two releases, each stand there once."""
    first, second = (
        report("a", "nv", "", keys=("0001",)),
        report("b", "liga", "", keys=("0001", "0002")),
    )
    made = [incident("inc-1", first), incident("inc-2", second)]

    assert fusion_table(made).decode().split() == [
        "report_key,incident_id,probability",
        "a,inc-1,1.0000",
        "b,inc-2,1.0000",
    ]
    assert fusion_table(made[::-1]) == fusion_table(made)
