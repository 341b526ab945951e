"""Web reports in floods and planted look-alikes: bounded, flagged, and no harm to what others report."""

from __future__ import annotations

import pytest

from headlines_made import web_report
from waarborg.incidents import merge
from waarborg.incidents.candidates import often
from waarborg.incidents.fuse import Fusion, fuse_bounded
from waarborg.reports.report import Report
from waarborg.store.fusion_models import fusion_model

HEADLINE = "rosiyani vdarili shistma kabami po dambi na pechenizkomu vodoshovishchi"


HONEST = tuple(web_report(f"z{n}", HEADLINE + " foto" * (n % 2), f"paper{n}") for n in range(5))


def fused(*reports: Report) -> Fusion:
    """The partition under the shipped model."""
    return fuse_bounded(reports, fusion_model())


def together(done: Fusion, *reports: Report) -> bool:
    """Whether some reports are in one incident."""
    names = {report.id for report in reports}
    return any(names <= set(incident.reports) for incident in done.incidents)


def test_one_outlet_that_floods_does_not_part_what_others_report():
    """Two thousand copies by one outlet leave five honest reports together, and the surplus is flagged."""
    flood = [web_report(f"a{n:04}", HEADLINE, "spam") for n in range(2000)]
    done = fused(*HONEST, *flood)

    assert together(done, *HONEST)
    assert not done.flooded & {report.id for report in HONEST}
    assert len(done.flooded) == 2000 - often(fusion_model())


def test_a_flood_by_many_outlets_is_flagged_whole_or_joined():
    """Of copies by a hundred outlets each is joined with others or flagged; none is alone in silence."""
    flood = [web_report(f"a{n:04}", HEADLINE, f"spam{n % 100}") for n in range(2000)]
    done = fused(*flood)
    alone = {incident.reports[0] for incident in done.incidents if len(incident.reports) == 1}

    assert alone
    assert alone <= done.flooded


def test_a_tangle_too_large_to_weigh_is_flagged(monkeypatch):
    """What hangs together beyond the bound is cut at higher evidence, and each report of it says so."""
    monkeypatch.setattr(merge, "LARGEST", 30)
    texts = [HEADLINE + " foto" * (n % 3) for n in range(60)]
    done = fused(*(web_report(f"a{n:02}", texts[n], f"s{n}") for n in range(60)))

    assert len(done.cut) == 60
    assert not fused(*HONEST).cut


@pytest.mark.parametrize("outlets", [1, 5])
def test_planted_reports_do_not_part_an_event(outlets):
    """Twenty near copies, each with a word of its own, leave an event's own reports together."""
    planted = [
        web_report(f"p{n:02}", f"{HEADLINE} ekskluziv{n}", f"spam{n % outlets}") for n in range(20)
    ]

    assert together(fused(*HONEST, *planted), *HONEST)
