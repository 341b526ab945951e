"""What pairs of reports said is remembered for large components, and is what comparing again gives."""

from __future__ import annotations

import numpy as np
import pytest
from test_fuse import KHARKIV, report

from waarborg.incidents.columns import lay
from waarborg.incidents.compare import score_pairs
from waarborg.incidents.remembered import Evidence
from waarborg.store.fusion_models import fusion_model

HEADLINES = (
    "rosiyani vdarili shistma kabami po dambi",
    "droni atakuvali harkiv troye poraneni",
    "u harkovi vidkrili noviy park z fontanom",
    "rossiyane sbrosili shest kabov na dambu",
)


@pytest.fixture(scope="module")
def model():
    """The shipped model."""
    return fusion_model()


def columns_of(numbers, model, shift=0):
    """The columns of some numbered reports; a shift gives all of them other headlines."""
    reports = [
        report(
            f"{n:03d}",
            HEADLINES[(n + shift) % 4],
            10 + n % 5,
            **{"place": KHARKIV} if n % 2 else {},
        )
        for n in numbers
    ]
    return lay(reports, model)


def anew(columns, model):
    """The evidence of every pair, compared now."""
    first, second = np.triu_indices(len(columns.day), 1)
    table = np.zeros((len(columns.day),) * 2)
    table[first, second] = score_pairs(columns, first, second, np.array(model.weights))
    return table + table.T


def asked(evidence, names, model, shift=0):
    """What is remembered or found of some numbered reports, and what comparing anew gives."""
    columns = columns_of(names, model, shift)
    rows = np.arange(len(names))
    found = evidence.table(np.array(names), rows, columns, np.array(model.weights))
    return found, anew(columns, model)


def test_reports_that_join_and_leave_leave_the_rest_as_it_was(model):
    """Whatever was asked before, the table is that of comparing every pair anew, bit for bit."""
    evidence = Evidence()
    for names in (range(9), range(12), range(3, 12), [1, 4, 20, 21], range(24)):
        found, expected = asked(evidence, list(names), model)
        assert np.array_equal(found, expected)


def test_a_report_that_says_something_else_is_compared_again(model):
    """A correction is forgotten first; the others keep what they said."""
    evidence = Evidence()
    asked(evidence, list(range(8)), model)
    stale, changed = asked(evidence, list(range(8)), model, shift=1)
    assert not np.array_equal(stale, changed), "nothing was remembered, so that this shows nothing"
    evidence.forget(np.arange(8))
    found, expected = asked(evidence, list(range(8)), model, shift=1)
    assert np.array_equal(found, expected)


def test_what_is_handed_out_may_be_written_to(model):
    """A judgement that takes the place of evidence in one merge is not remembered as evidence."""
    evidence = Evidence()
    found, expected = asked(evidence, list(range(6)), model)
    found[:] = -1e12
    assert np.array_equal(asked(evidence, list(range(6)), model)[0], expected)


def test_no_more_is_kept_than_there_is_room_for(model):
    """The table that was used longest ago goes first, and one that is larger than the room at once."""
    evidence = Evidence(room=80)
    asked(evidence, list(range(6)), model)
    asked(evidence, list(range(100, 106)), model)
    asked(evidence, list(range(6)), model)
    asked(evidence, list(range(200, 206)), model)
    stale, changed = asked(evidence, list(range(6)), model, shift=1)
    assert not np.array_equal(stale, changed), "the table used last but one should still be there"
    stale, changed = asked(evidence, list(range(100, 106)), model, shift=1)
    assert np.array_equal(stale, changed), "the table used longest ago should be gone"
    asked(evidence, list(range(300, 310)), model)
    stale, changed = asked(evidence, list(range(300, 310)), model, shift=1)
    assert np.array_equal(stale, changed), "a table larger than the room should not be kept"
