"""What hinges on one report or two: incidents that would be otherwise without them."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from headlines_made import VINNYTSIA, web_report
from waarborg.incidents import hinges as hinges_module
from waarborg.incidents import kernels, merge
from waarborg.incidents.fuse import Fusion, fuse, fuse_bounded
from waarborg.incidents.hinges import Hinge, Kind
from waarborg.incidents.judgements import Judgement, Sameness
from waarborg.incidents.model import Model
from waarborg.incidents.told import Told
from waarborg.reports.report import Report, ReportId
from waarborg.store.fusion_models import fusion_model

BUFFER = (
    ("a1", "unian", 7, "buferna zona na vinnichchini ekspert ociniv chi pid silu ce vorogu"),
    ("a2", "militarnyy", 7, "rosiya planuye bufernu zonu na vinnychchyni z boku prydnistrov ya"),
    ("a3", "liga", 7, "rossiyane hotyat sozdat bufernuyu zonu v vinnitskoi oblasti so storony pridnestrovya palisa"),
    ("b1", "unian", 8, "ekspert poyasniv zayavu palisi shchodo cogo pitannya"),
)  # fmt: skip
"""An event told of on one day, and a report of the next."""


def report(name: str, source: str, day: int, headline: str) -> Report:
    """A report of April 2026 at Vinnytsia."""
    return web_report(name, headline, source, day, VINNYTSIA)


EVENT = tuple(report(*each) for each in BUFFER)
AGAIN = report("x", "spam", 8, f"znovu {BUFFER[3][3]}")
"""One planted headline: the next day, the same place, "again"."""


@pytest.fixture(scope="module")
def model() -> Model:
    """The shipped model."""
    return fusion_model()


def of_kind(done: Fusion, kind: Kind) -> list[Hinge]:
    """What hinges in one way."""
    return [hinge for hinge in done.hinges if hinge.kind is kind]


def test_a_planted_again_that_draws_a_follow_up_away_is_named(model):
    """One planted headline splits an incident, and is flagged as what keeps the two apart."""
    before, done = fuse_bounded(EVENT, model), fuse_bounded([*EVENT, AGAIN], model)
    (hinge,) = of_kind(done, Kind.KEEPS_APART)

    assert [incident.reports for incident in before.incidents] == [("a1", "a2", "a3", "b1")]
    assert not of_kind(before, Kind.KEEPS_APART)
    assert sorted(incident.reports for incident in done.incidents) == [
        ("a1", "a2", "a3"), ("b1", "x"),
    ]  # fmt: skip
    assert (hinge.reports, hinge.moved, hinge.whole) == (("x",), ("b1",), True)
    assert set(hinge.incidents) == {incident.id for incident in done.incidents}


def test_without_the_report_named_fusion_does_what_the_hinge_says(model):
    """Every hinge of a report that keeps others apart comes true when the report is left out."""
    reports = [*EVENT, AGAIN]
    for hinge in of_kind(fuse_bounded(reports, model), Kind.KEEPS_APART):
        rest = [each for each in reports if each.id not in hinge.reports]
        (whole,) = fuse(rest, model)
        assert set(hinge.moved) <= set(whole.reports)


def test_a_lone_report_that_two_planted_texts_draw_in_is_named(model):
    """Two texts that name an event and a lone report's matter pull it in, and both are flagged."""
    event = [
        report(f"a{n}", f"paper{n}", 14, "raketa vluchila v likarnyu u darnici ye zagibli")
        for n in range(3)
    ]
    lone = report("r", "paper9", 14, "dron udariv po skladu na obolon sklad gorit")
    both = "raketa vluchila v likarnyu u darnici dron udariv po skladu na obolon"
    planted = [report(f"x{n}", f"spam{n}", 14, both) for n in range(2)]
    done = fuse_bounded([*event, lone, *planted], model)
    alone = fuse_bounded([*event, lone], model)

    assert any("r" in i.reports and "a0" in i.reports for i in done.incidents)
    assert not any("r" in i.reports and "a0" in i.reports for i in alone.incidents)
    assert [(h.reports, h.moved) for h in of_kind(done, Kind.DRAWS_IN)] == [(("x0", "x1"), ("r",))]


def test_the_order_of_reports_changes_no_hinge(model):
    """Hinges are a function of the set of reports (law 1)."""
    reports = [*EVENT, AGAIN]

    assert (
        fuse_bounded(reports[::-1] + reports, model).hinges == fuse_bounded(reports, model).hinges
    )


def test_reports_that_come_in_one_by_one_give_the_same_hinges(model):
    """Step by step and at once the same few reports are named (law 3)."""
    told = Told(model)
    for each in (AGAIN, *EVENT):
        told.take([each])

    assert told.hinges() == fuse_bounded([*EVENT, AGAIN], model).hinges


def test_a_judgement_takes_the_place_of_the_evidence(model):
    """Where a person said that the two are the same, nothing keeps them apart."""
    said = Judgement(
        ReportId("a1"), ReportId("b1"), Sameness.SAME, "A. Reader",
        datetime(2026, 5, 1, tzinfo=UTC), "one statement",
    )  # fmt: skip
    done = fuse_bounded([*EVENT, AGAIN], model, [said])

    assert not [h for h in of_kind(done, Kind.KEEPS_APART) if "b1" in h.moved]


def test_what_is_tried_is_bounded(model, monkeypatch):
    """Without any work allowed nothing is tried, and the partition is the same."""
    whole = fuse_bounded([*EVENT, AGAIN], model)
    monkeypatch.setattr(hinges_module, "WORK", 0)
    none = fuse_bounded([*EVENT, AGAIN], model)

    assert none.incidents == whole.incidents
    assert not of_kind(none, Kind.KEEPS_APART)


def test_in_a_large_incident_the_report_that_tips_is_among_those_tried(model, monkeypatch):
    """Of more reports than are tried one by one, those most against the other and nearest to the drawn are."""
    monkeypatch.setattr(hinges_module, "_SMALL", 2)
    (hinge,) = of_kind(fuse_bounded([*EVENT, AGAIN], model), Kind.KEEPS_APART)

    assert hinge.reports == ("x",)
    assert np.all([len(each.incidents) == 2 for each in [hinge]])


FIRST = "raketa vluchila v likarnyu u darnici"
SECOND = "dron vluchiv u shkolu na obolon ye poraneni"


def held_together(model, planted: int) -> tuple[Fusion, list[tuple[ReportId, ...]]]:
    """Two events of three reports each with planted texts that name both, and what is said to hold them together."""
    reports = [
        report(f"{name}{n}", f"out{n}", 14, headline)
        for name, headline in (("a", FIRST), ("b", SECOND))
        for n in range(3)
    ]
    spam = [report(f"c{n}", f"spam{n}", 14, f"{FIRST} {SECOND}") for n in range(planted)]
    done = fuse_bounded([*reports, *spam], model)
    return done, [hinge.reports for hinge in of_kind(done, Kind.HOLDS_TOGETHER)]


def test_the_texts_without_which_an_incident_would_be_two_are_named(model):
    """Whoever joins two events by texts that name both is named: each where each is needed, two of three together."""
    told = [held_together(model, planted) for planted in range(4)]

    assert [len(done.incidents) for done, _ in told] == [2, 2, 1, 1]
    assert [named for _, named in told] == [[], [], [("c0",), ("c1",)], [("c0", "c1")]]


def test_an_incident_is_not_tried_beyond_the_work_allowed(model, monkeypatch):
    """Trying is bounded, and what is not tried is not named."""
    monkeypatch.setattr(hinges_module, "WORK", 0)

    assert held_together(model, 2)[1] == []


@pytest.mark.parametrize("planted", [2, 3])
def test_a_few_planted_again_texts_are_named_together(model, planted):
    """Texts alike that only together keep a follow-up apart are named as one set, beside what does it from the other side."""
    spam = [report(f"x{n}", f"spam{n}", 8, f"znovu {BUFFER[3][3]}") for n in range(planted)]
    named = of_kind(fuse_bounded([*EVENT, *spam], model), Kind.KEEPS_APART)

    assert (tuple(each.id for each in spam), ("b1",)) in [
        (hinge.reports, hinge.moved) for hinge in named
    ]
    assert {len(hinge.reports) for hinge in named} <= {2, 3}


@pytest.mark.parametrize("word", list(Sameness))
def test_what_the_merge_compared_is_not_compared_again(model, word, monkeypatch):
    """Evidence remembered from the merge gives the same hinges, and what people judged stands beside it."""
    judgement = Judgement(
        ReportId("a1"), ReportId("b1"), word, "Reader", datetime(2026, 6, 1, tzinfo=UTC), "read"
    )
    anew = fuse_bounded([*EVENT, AGAIN], model, [judgement])
    compared = []
    score_each = kernels.score_each
    monkeypatch.setattr(
        kernels,
        "score_each",
        lambda *given: (compared.append(int(given[1].sum())), score_each(*given)),
    )
    monkeypatch.setattr(merge, "ALL_AT_ONCE", 2)
    remembered = fuse_bounded([*EVENT, AGAIN], model, [judgement])

    assert remembered == anew
    assert compared == [5, 0]
