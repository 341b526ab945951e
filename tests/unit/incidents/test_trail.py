"""Names of incidents stay while they grow; merges and splits leave a trail."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_made import incident, report
from waarborg.incidents.fuse import fuse
from waarborg.incidents.picture import incident_id
from waarborg.incidents.trail import Fate, leads_to, moves
from waarborg.reports.report import ReportId
from waarborg.store.fusion_models import fusion_model

NOON = datetime(2026, 4, 20, 12, tzinfo=UTC)


def known(**groups: str) -> list:
    """Incidents by name, each with reports named by single letters."""
    return [
        incident(name.replace("_", "-"), *(report(letter, "nv", "") for letter in letters))
        for name, letters in groups.items()
    ]


def test_growth_leaves_no_trail():
    """New reports under an old name are no change of identity."""
    assert moves(known(inc_1="ab"), known(inc_1="abc", inc_2="d"), NOON) == ()


def test_a_merge_says_where_the_other_name_went():
    """Of two that merge, the name that is gone leads to the one that stays."""
    found = moves(known(inc_1="ab", inc_2="cd"), known(inc_1="abcd"), NOON)

    assert [(m.fate, m.incident, m.into, m.reports) for m in found] == [
        (Fate.MERGED, "inc-2", "inc-1", ("c", "d"))
    ]


def test_a_split_says_which_reports_left():
    """The part that left is named, with its reports and the moment."""
    found = moves(known(inc_1="abc"), known(inc_1="ab", inc_3="c"), NOON)

    assert [(m.at, m.fate, m.incident, m.into, m.reports) for m in found] == [
        (NOON, Fate.PARTED, "inc-1", "inc-3", ("c",))
    ]


def test_a_name_without_reports_is_withdrawn():
    """Where no report is left, that is said."""
    assert [m.fate for m in moves(known(inc_1="a"), known(inc_2="b"), NOON)] == [Fate.WITHDRAWN]


def test_a_name_is_followed_over_several_moves():
    """A merged name leads on to where its heir went."""
    first = moves(known(inc_1="a", inc_2="b", inc_9="z"), known(inc_1="ab", inc_9="z"), NOON)
    later = moves(known(inc_1="ab", inc_0="c"), known(inc_0="abc"), NOON + timedelta(days=1))

    assert [m.into for m in leads_to("inc-2", (*later, *first))] == ["inc-1", "inc-0"]
    assert leads_to("inc-9", (*later, *first)) == ()


@given(
    st.lists(st.sampled_from("wxyz"), min_size=6, max_size=6),
    st.lists(st.sampled_from("wxyz"), min_size=6, max_size=6),
)
def test_who_follows_the_moves_finds_every_report(before, after):
    """Reports that are not in a move are in an incident of their old name."""
    names = "abcdef"

    def partition(held):
        return known(
            **{
                f"inc_{g}": "".join(n for n, h in zip(names, held, strict=True) if h == g)
                for g in set(held)
            }
        )

    went = {r: m.into for m in moves(partition(before), partition(after), NOON) for r in m.reports}
    for name, old, new in zip(names, before, after, strict=True):
        assert went.get(name, f"inc-{old}") == f"inc-{new}"


@pytest.fixture(scope="module")
def model():
    """The shipped model."""
    return fusion_model()


def test_a_late_report_of_a_smaller_identifier_does_not_rename(model):
    """An incident is named after the report that came in first, whatever identifiers come later."""
    first = report(
        "m", "unian", "rosiyani vdarili shistma kabami po dambi na pechenizkomu vodoshovishchi"
    )
    late = replace(
        report(
            "a", "pravdaua", "rosiyani skinuli shist aviabomb na dambu pechenizkogo vodoshovishcha"
        ),
        received_at=first.received_at + timedelta(days=1),
    )
    before, after = fuse([first], model), fuse([late, first], model)

    assert [len(i.members) for i in after] == [2]
    assert before[0].id == after[0].id == incident_id(ReportId("m"))


def test_a_new_version_does_not_rename(model):
    """What counts is when a report first came in, not its latest version."""
    arrived = {ReportId("m"): NOON}
    changed = replace(
        report("m", "unian", "kabi po dambi"), received_at=NOON + timedelta(days=9), version=2
    )
    other = replace(report("a", "unian", "kabi po dambi"), received_at=NOON + timedelta(days=1))

    found = fuse([changed, other], model, arrived=arrived)
    assert incident_id(ReportId("m")) in {i.id for i in found}
