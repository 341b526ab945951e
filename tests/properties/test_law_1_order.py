"""Law 1: the order and the duplication of reports change nothing."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import Row, mission_of, rows

from small_mission import Chain, open_texts
from waarborg.app.services.derive import derive
from waarborg.app.services.derived import Derived
from waarborg.app.services.outputs import derived_files


def shuffled(content: bytes, seed: int) -> bytes:
    """A release with its rows in another order."""
    head, *lines = content.splitlines(keepends=True)
    random.Random(seed).shuffle(lines)  # noqa: S311  # an order, not a secret
    return head + b"".join(lines)


def test_the_order_and_doubling_of_real_rows_change_no_byte(
    easter_texts: dict[str, bytes], easter_derived: Derived
) -> None:
    """The real reports in another order, some rows twice, give the same derived files."""
    texts = {
        name: shuffled(raw + b"".join(raw.splitlines(keepends=True)[40:60]), 11)
        if name.startswith("reports/")
        else raw
        for name, raw in easter_texts.items()
    }
    again = open_texts(texts)
    assert again.intake.refused == 40
    assert {code for problem in again.intake.problems for code in [problem.code]} == {"VII-010"}
    assert again.files() == derived_files(easter_derived)


def test_the_order_and_doubling_of_real_reports_change_no_byte(
    easter: Chain, easter_derived: Derived
) -> None:
    """Parsed reports in reverse order and doubled give the same derived files."""
    reports = (*reversed(easter.inputs.reports), *easter.inputs.reports[:500])
    derived = derive(replace(easter.inputs, reports=reports), *easter.moments(None, None))
    assert derived_files(derived) == derived_files(easter_derived)


@settings(max_examples=25, deadline=None)
@given(rows(least=2), st.data())
def test_the_order_and_doubling_of_made_up_rows_change_no_byte(
    found: list[Row], data: st.DataObject
) -> None:
    """Any rows in any order, any of them twice, give the same derived files."""
    expected = mission_of(found).open().files()
    order = data.draw(st.permutations(found))
    twice = data.draw(st.lists(st.sampled_from(found), max_size=3))
    assert mission_of([*order, *twice]).open().files() == expected


@settings(max_examples=15, deadline=None)
@given(rows(), st.data())
def test_a_page_scraped_again_is_no_new_report(found: list[Row], data: st.DataObject) -> None:
    """The same page under another key changes no byte: a report has one line, by its own name."""
    scraped = data.draw(st.sampled_from(found)) | {"report_key": "again"}
    expected = mission_of(found).open().files()
    assert mission_of([*found, scraped]).open().files() == expected
