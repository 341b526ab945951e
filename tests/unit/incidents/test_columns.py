"""Reports laid out in columns say the same whatever was kept from reports before them."""

from __future__ import annotations

import numpy as np
import pytest
from test_fuse import KHARKIV, report

from waarborg.incidents import columns
from waarborg.incidents.columns import Numbering, lay
from waarborg.store.fusion_models import fusion_model

HEADLINES = ("droni atakuvali harkiv 16 kvitnya", "rosiyani vdarili kabami po dambi", "")


@pytest.mark.parametrize("kept", [0, 1, 1_000])
def test_what_was_kept_changes_nothing(monkeypatch: pytest.MonkeyPatch, kept: int) -> None:
    """Surprise at a place is the same fresh, kept, and worked out again for want of room."""
    monkeypatch.setattr(columns, "_PLACES_KEPT", kept)
    monkeypatch.setattr(columns, "_SIGNS_KEPT", kept)
    model, numbering = fusion_model(), Numbering()
    reports = [
        report(f"{n}", headline, 10 + n, **{"place": KHARKIV} if n % 2 else {})
        for n, headline in enumerate(HEADLINES * 2)
    ]
    lay(reports[:3], model, numbering)
    again = lay(reports, model, numbering)
    once = lay(reports, model)
    for name in ("said_day", "sign_start", "sign_kind", "mood", "regions", "towns"):
        assert np.array_equal(getattr(again, name), getattr(once, name)), name
    assert sorted(again.sign_nats) == sorted(once.sign_nats)
    assert again.said_day.max() > 0
