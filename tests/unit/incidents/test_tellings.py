"""Near-copies of one outlet are one telling: they count once in the chance that is stated."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from headlines_made import web_report
from waarborg.incidents.fuse import fuse
from waarborg.incidents.judgements import Judgement, Sameness, settled
from waarborg.incidents.model import Model, Standing
from waarborg.incidents.pair_reasons import standings
from waarborg.incidents.told import Told
from waarborg.reports.report import Report, ReportId
from waarborg.store.fusion_models import fusion_model

HEADLINE = "rosiyani vdarili shistma kabami po dambi na pechenizkomu vodoshovishchi"
OTHER = "sili rf skinuli shist aviabomb na dambu vodoshovishcha"


HONEST = (web_report("a", HEADLINE, "unian"), web_report("b", OTHER, "liga"))
COPIES = tuple(web_report(f"c{n:02}", f"{HEADLINE} foto{n}", "spam") for n in range(20))
ONE_COPY = COPIES[:1]


def chances(*reports: Report, model: Model | None = None) -> dict[str, float]:
    """What is stated of each report, all of which have to be in one incident."""
    (incident,) = fuse(reports, model or fusion_model())
    return {str(member.report): member.probability for member in incident.members}


def test_twenty_near_copies_of_one_outlet_raise_the_chance_no_more_than_one():
    """What an outlet prints twenty times with a word changed is one telling, for itself and for the others."""
    many, one = chances(*HONEST, *COPIES), chances(*HONEST, *ONE_COPY)

    for name in ("a", "b", "c00"):
        assert many[name] == pytest.approx(one[name], abs=0.03)
    assert max(many.values()) <= max(one.values()) + 0.01


def test_size_and_mean_are_of_tellings():
    """Three tellings of 22 reports count as three; the copies' mean takes the place of one report's."""
    stands = standings([*HONEST, *COPIES], fusion_model(), {})
    alone = standings([*HONEST, *ONE_COPY], fusion_model(), {})

    assert {each.size for each in stands.values()} == {3}
    assert stands[ReportId("b")].mean == pytest.approx(alone[ReportId("b")].mean, abs=0.5)


def test_what_is_stated_follows_from_what_explain_prints():
    """The standing that is told gives the chance that fusion states, near-copies or not."""
    model = fusion_model()
    stands = standings([*HONEST, *COPIES], model, {})

    for name, chance in chances(*HONEST, *COPIES).items():
        assert chance == round(model.probability(stands[ReportId(name)]), 4)


def test_copies_alone_count_for_each_other():
    """Where an outlet's copies are all there is, they are two tellings: one event, printed again."""
    stands = standings(COPIES, fusion_model(), {})

    assert {each.size for each in stands.values()} == {2}
    assert all(each.strongest > 0.0 for each in stands.values())


def test_one_text_of_two_outlets_is_two_tellings():
    """Only an outlet's own repetition counts once: who copied whom is told elsewhere."""
    two = standings(
        [HONEST[0], replace(HONEST[0], id=ReportId("z"), source="liga")], fusion_model(), {}
    )

    assert {each.size for each in two.values()} == {2}


def test_a_judgement_on_two_copies_is_not_lost():
    """Whom a person judged the same stands beside the other with that judgement."""
    said = Judgement(
        ReportId("c00"), ReportId("c01"), Sameness.SAME, "A. Reader",
        datetime(2026, 5, 1, tzinfo=UTC), "one page",
    )  # fmt: skip
    model = fusion_model()
    stands = standings([*HONEST, *COPIES[:2]], model, settled([said]))
    (incident,) = fuse([*HONEST, *COPIES[:2]], model, [said])
    member = next(each for each in incident.members if each.report == "c00")

    assert stands[ReportId("c00")] == Standing(1e3, stands[ReportId("c00")].mean, -math.inf, 4)
    assert (member.partner, member.terms[0].name) == ("c01", "judgement")


def test_copies_that_come_in_one_by_one_state_what_all_at_once_do():
    """Step by step and at once the tellings are the same (law 3)."""
    told = Told(fusion_model())
    for each in (*COPIES[:5], *HONEST, *COPIES[5:]):
        told.take([each])

    assert told.incidents() == fuse([*HONEST, *COPIES], fusion_model())
