"""The golden report: a small made-up mission gives this page, byte for byte.

After a change that is meant to show, write it anew with
`pytest tests/unit/app/publish --refresh-golden` and read the difference before committing.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from report_sample import SEAL, SETTINGS, ZONES, sample

from waarborg.app.publish.page import render
from waarborg.app.services.picture import picture

GOLDEN = Path(__file__).parents[3] / "golden" / "report"


@pytest.mark.parametrize(("name", "day"), [("span", None), ("2026-04-12", date(2026, 4, 12))])
def test_the_sample_gives_the_golden_page(
    name: str, day: date | None, refresh_golden: bool
) -> None:
    """The page equals the reviewed one, byte for byte."""
    page = render(picture(sample(), ZONES, SETTINGS, day, SEAL)).encode()
    file = GOLDEN / f"{name}.html"
    if refresh_golden:
        file.write_bytes(page)
    assert page == file.read_bytes()
