"""People's judgements on pairs of reports: respected, reversible, with their reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from waarborg.base.places import Point
from waarborg.base.times import local_day
from waarborg.incidents.fuse import fuse
from waarborg.incidents.judgements import Judgement, Sameness, circles, settled, with_second_person
from waarborg.reports.report import Report, ReportId
from waarborg.store.fusion_models import fusion_model

WHEN = datetime(2026, 4, 20, 9, tzinfo=UTC)
HEADLINE = "rosiyani vdarili shistma kabami po dambi na pechenizkomu vodoshovishchi"


def report(name: str, headline: str) -> Report:
    """A report of 14 April at Pechenihy."""
    return Report(
        id=ReportId(name),
        version=1,
        channel="viina",
        source="unian",
        address=f"https://example.org/{name}",
        headline=headline,
        happened=local_day(date(2026, 4, 14), ZoneInfo("Europe/Kyiv")),
        received_at=WHEN,
        place=Point(36.93231, 49.86466, 3000.0, "Pechenihy"),
        label="O",
    )


ALIKE = (report("a", HEADLINE), report("b", HEADLINE + " foto"), report("c", "noviy park u seli"))


def judged(one: str, other: str, sameness: Sameness, **changed) -> Judgement:
    """A judgement by the verification officer."""
    made = Judgement(ReportId(one), ReportId(other), sameness, "N. Weber", WHEN, "read both pages")
    return replace(made, **changed)


def groups(*judgements: Judgement) -> list[tuple[str, ...]]:
    """The partition under these judgements."""
    return sorted(incident.reports for incident in fuse(ALIKE, fusion_model(), judgements))


def test_different_keeps_two_look_alikes_apart():
    """However alike the headlines are, a person who read both pages decides."""
    assert groups() == [("a", "b"), ("c",)]
    assert groups(judged("b", "a", Sameness.DIFFERENT)) == [("a",), ("b",), ("c",)]


def test_same_joins_what_evidence_does_not():
    """Reports that share no word are joined, and the reason names who said so."""
    assert groups(judged("b", "c", Sameness.SAME)) == [("a", "b", "c")]
    (incident,) = fuse(ALIKE, fusion_model(), [judged("b", "c", Sameness.SAME)])
    terms = {member.report: member.terms for member in incident.members}

    assert terms["c"][0].words == "N. Weber judged them same on 2026-04-20: read both pages"


def test_different_is_stronger_than_a_chain_of_same():
    """A and C judged different never meet, even if both are judged the same as B."""
    found = groups(
        judged("a", "b", Sameness.SAME),
        judged("b", "c", Sameness.SAME),
        judged("a", "c", Sameness.DIFFERENT),
    )

    assert not any({"a", "c"} <= set(group) for group in found)


def test_taking_a_judgement_back_undoes_exactly_what_it_did():
    """An "unsure" that comes later gives the very incidents there were before."""
    before = fuse(ALIKE, fusion_model())
    first = judged("a", "b", Sameness.DIFFERENT)
    back = judged("b", "a", Sameness.UNSURE, when=datetime(2026, 4, 21, tzinfo=UTC))

    assert before != fuse(ALIKE, fusion_model(), [first])
    assert before == fuse(ALIKE, fusion_model(), [back, first])


def test_a_judgement_on_a_report_not_yet_known_waits():
    """It changes nothing until the report arrives."""
    assert groups(judged("a", "z", Sameness.SAME)) == groups()


def test_a_report_against_itself_is_refused():
    """Such a judgement is a slip of the hand."""
    with pytest.raises(ValueError, match=r"N\. Weber judged report a against itself"):
        settled([judged("a", "a", Sameness.SAME)])


def second(*judgements: Judgement) -> list[tuple[str, Sameness, int]]:
    """Who stood behind what from which hour on, where two persons are wanted."""
    return [(j.who, j.sameness, j.when.hour) for j in with_second_person(judgements)]


def at(hour: int, who: str, sameness: Sameness, one: str = "a", other: str = "b") -> Judgement:
    """A person's judgement at an hour."""
    return judged(one, other, sameness, who=who, when=WHEN.replace(hour=hour))


def test_nobody_is_their_own_second_person() -> None:
    """Said twice by one person it still waits; said by another it counts from then on."""
    ana, again = at(9, "ana", Sameness.SAME), at(10, "ana", Sameness.SAME)
    assert second(ana, again) == []
    assert second(ana, at(10, "Ana", Sameness.SAME)) == []
    ben = at(11, "ben", Sameness.SAME, "b", "a")
    assert second(ben, again, ana) == [("ana and ben", Sameness.SAME, 11)]


def test_what_only_one_still_stands_behind_is_left_to_the_evidence() -> None:
    """Taken back by one of two; carried on where a third stands behind it."""
    both = (at(9, "ana", Sameness.SAME), at(10, "ben", Sameness.SAME))
    back = at(11, "ana", Sameness.UNSURE)
    assert second(*both, back)[-1] == ("ana", Sameness.UNSURE, 11)
    assert second(*both, at(10, "eva", Sameness.SAME), back) == [("ana and ben", Sameness.SAME, 10)]
    assert second(*both, at(12, "eva", Sameness.DIFFERENT)) == [("ana and ben", Sameness.SAME, 10)]
    turned = (at(11, "ana", Sameness.DIFFERENT), at(12, "eva", Sameness.DIFFERENT))
    assert second(*both, *turned)[1:] == [
        ("ana", Sameness.UNSURE, 11),
        ("ana and eva", Sameness.DIFFERENT, 12),
    ]


def test_later_words_change_nothing_that_counted_before() -> None:
    """Law 4: what counted by an hour is the same, whatever is said after it."""
    said = [
        at(9, "ana", Sameness.SAME, "a", "c"),
        at(10, "ben", Sameness.SAME, "a", "c"),
        at(11, "ben", Sameness.DIFFERENT, "a", "c"),
    ]
    for stop in range(len(said) + 1):
        until = second(*said[:stop])
        assert second(*said)[: len(until)] == until
    assert groups(*with_second_person(said[:2])) != groups(*with_second_person(said[:1]))


def test_a_circle_of_judgements_is_named_by_its_shortest_chain():
    """A different pair that a chain of same leads round is told with everybody in the chain, and no other is."""
    said = [
        judged("a", "b", Sameness.SAME),
        judged("b", "c", Sameness.SAME, who="O. Bakker"),
        judged("a", "c", Sameness.DIFFERENT, who="P. Smit"),
        judged("c", "d", Sameness.SAME),
        judged("d", "e", Sameness.DIFFERENT),
        judged("e", "a", Sameness.UNSURE),
    ]
    (circle,) = circles(said)

    assert circle.different == said[2]
    assert circle.same == (said[0], said[1])
    assert circle.who == ("N. Weber", "O. Bakker", "P. Smit")
    assert circle.words == (
        "P. Smit judged a and c different events on 2026-04-20 (read both pages); yet N. Weber judged a and b the "
        "same event on 2026-04-20 (read both pages); O. Bakker judged b and c the same event on 2026-04-20 (read "
        "both pages)"
    )
    assert circles(said[1:]) == ()
