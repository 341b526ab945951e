"""What is held of an incident, in the sentences of a page."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from account_made import incident, report
from waarborg.app.services.held import in_bounds, told_by
from waarborg.base.acts import Act
from waarborg.base.grades import Basis
from waarborg.incidents.account import account
from waarborg.reports.report import ActEvidence
from waarborg.store.fusion_models import copying_table, outlet_table


def test_a_page_tells_witnesses_and_bounds_in_a_sentence_each() -> None:
    """Two outlets, a region, two tolls: what is held and what is not known, without a figure made up."""
    strike = (ActEvidence(Act.DRONE_STRIKE, Basis.STATED, "dron"),)
    own = [
        report("a", "unian", "dron udariv zaginulo dvoye", acts=strike),
        report("b", "espreso", "dron vluchiv u budinok", acts=strike),
    ]
    tables = copying_table(), outlet_table()
    found = account(incident("inc-1", *own), {r.id: r for r in own}, *tables)
    alone = account(incident("inc-2", own[1]), {"b": own[1]}, *tables)
    summed = report("c", "liga", "udary po odesse 28 punktov plana live")
    nobody = account(incident("inc-3", summed), {"c": summed}, *tables)

    assert told_by(found) == (
        "2 outlets: 2 independent witnesses by their headlines, 1.7 that stand on their own in the mean "
        "(at least two: 67%)"
    )
    assert told_by(alone) == "1 outlet"
    assert told_by(nobody) == "round-ups and commentary only, so nobody who is a witness"
    assert in_bounds(found, ZoneInfo("Europe/Kyiv")) == (
        "within 3.0 km, 13 to 14 April 2026, drone strike (over 99%), 2 to 3 killed; not known: injured"
    )
