"""Web reports weighed against each other: what is told gives the chance that is stated."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from test_judgements import ALIKE, judged

from waarborg.app.cli.taking import take_in
from waarborg.incidents.fuse import fuse
from waarborg.incidents.judgements import Sameness, settled
from waarborg.incidents.pair_reasons import pair_of_reports, standings
from waarborg.store.fusion_models import fusion_model

EASTER = Path(__file__).parents[3] / "examples" / "easter-truce-2026"
WINDOW = EASTER / "reports" / "viina_reports_2026-04-01_2026-04-25.csv"


@pytest.fixture(scope="module")
def fused(tmp_path_factory):
    """Four hundred rows of the Easter window, and their incidents."""
    lines = WINDOW.read_text(encoding="utf-8").splitlines()[:400]
    path = tmp_path_factory.mktemp("window") / "window.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    reports = {report.id: report for report in take_in(path, "viina", None).reports}
    return reports, fuse(reports.values(), fusion_model())


def test_the_stated_chance_follows_from_the_strongest_pair_and_the_mean(fused):
    """For each report of an incident of several: the pair's terms, the mean, the chance in the result."""
    reports, incidents = fused
    model, several = fusion_model(), [i for i in incidents if len(i.reports) > 1]

    assert several
    for incident in several:
        found = standings([reports[name] for name in incident.reports], model, {})
        for member in incident.members:
            stands = found[member.report]
            assert round(model.probability(stands), 4) == member.probability
            assert stands.strongest == pytest.approx(sum(t.nats for t in member.terms), abs=0.01)


def test_incidents_that_stayed_apart_have_no_gain_that_a_merge_needs(fused):
    """Between two incidents the rule of the merge gives no more than is needed, whichever is named first."""
    reports, incidents = fused
    model = fusion_model()
    held = [[reports[name] for name in i.reports] for i in incidents if len(i.reports) > 1]

    for one, other in pairwise(held):
        found = pair_of_reports((one[0], other[0]), (one, other), model, {})
        assert not found.together
        assert found.sides.joint <= model.keep_joined
        assert found.sides.strong <= found.sides.best
        assert found.nats == pytest.approx(sum(term.nats for term in found.terms), abs=0.01)
        assert found == pair_of_reports((other[0], one[0]), (other, one), model, {})


def test_a_judgement_stands_in_the_place_of_the_evidence():
    """Who judged a pair is told, and the pair counts as judged between their incidents and within one."""
    one, other, _ = ALIKE
    counted = settled([judged("a", "b", Sameness.DIFFERENT)])
    found = pair_of_reports((one, other), ([one], [other]), fusion_model(), counted)

    assert found.judged.who == "N. Weber"
    assert found.sides.joint < -1e9
    stands = standings([one, other], fusion_model(), counted)[one.id]
    assert stands.strongest < -1e9
    assert stands.parts()[1] == -5.0, "the least that was seen when the chance was learnt"


def test_two_that_share_no_sign_were_not_compared():
    """Reports that share nothing telling are said not to have been looked at."""
    one, _, park = ALIKE

    assert not pair_of_reports((one, park), ([one], [park]), fusion_model(), {}).candidates
