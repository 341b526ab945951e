"""The exception "it answers a strike"."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waarborg.agreement.answers import Answerable, Strike, _answers_one, _pointed_at, answers
from waarborg.agreement.model import Answers, Span
from waarborg.base.judgement import Verdict
from waarborg.base.parties import PartyId
from waarborg.base.places import Area, Place, Point
from waarborg.base.times import Period

NOON = datetime(2030, 4, 12, 12, tzinfo=UTC)
ARD = PartyId("ARD")


def rule(hours: float | None = 24, same: tuple[str, ...] = ("zone",)) -> Answers:
    """An answer to Ardania within so many hours; None leaves the time open."""
    elapsed = None if hours is None else timedelta(hours=hours)
    return Answers((ARD,), same, Span("", elapsed, "open" if hours is None else ""))


def strike(
    name: str,
    start: float,
    *,
    hours: float = 1,
    zones: str = "n",
    maybe: str | None = "n",
    actor: str | None = "ARD",
    points_to: str | None = "ARD",
    is_strike: Verdict = Verdict.YES,
    may_be_strike: Verdict = Verdict.YES,
) -> Strike:
    """A strike so many hours after noon; zones are single letters."""
    begins = NOON + timedelta(hours=start)
    return Strike(
        name,
        Period(begins, begins + timedelta(hours=hours)),
        frozenset(zones),
        None if maybe is None else frozenset(maybe),
        actor,
        points_to,
        is_strike,
        may_be_strike,
    )


MINE = strike("mine", 0, actor="BOR", points_to="BOR")
OPEN = "it cannot be told whether it answers a strike by ARD: one may have come before it"
NOTHING = "no report tells of an earlier strike by ARD it could answer"


@pytest.mark.parametrize(
    ("other", "asked", "verdict"),
    [
        (strike("a", -3), rule(), Verdict.YES),
        (strike("a", 2), rule(), Verdict.NO),
        (strike("a", -30), rule(), Verdict.NO),
        (strike("a", -24.5), rule(), Verdict.UNKNOWN),
        (strike("a", -0.5), rule(), Verdict.UNKNOWN),
        (strike("a", -3), rule(None), Verdict.UNKNOWN),
        (strike("a", -3, zones="s", maybe="s"), rule(), Verdict.NO),
        (strike("a", -3, zones="s", maybe="s"), rule(same=()), Verdict.YES),
        (strike("a", -3, zones="", maybe="ns"), rule(), Verdict.UNKNOWN),
        (strike("a", -3, zones="", maybe=None), rule(), Verdict.UNKNOWN),
        (strike("a", -3, actor=None), rule(), Verdict.UNKNOWN),
        (strike("a", -3, actor=None, points_to=None), rule(), Verdict.NO),
        (strike("a", -3, actor="BOR", points_to="BOR"), rule(), Verdict.NO),
        (strike("a", -3, is_strike=Verdict.UNKNOWN), rule(), Verdict.UNKNOWN),
        (strike("a", -3, may_be_strike=Verdict.NO), rule(), Verdict.NO),
        (strike("mine", -3), rule(), Verdict.NO),
    ],
    ids=[
        "three hours before",
        "after it",
        "too long before",
        "perhaps too long before",
        "perhaps not before",
        "the time is left open",
        "elsewhere",
        "elsewhere, which the rule allows",
        "perhaps elsewhere",
        "nobody knows where",
        "only inference points to them",
        "nothing points to them",
        "by another party",
        "perhaps no strike",
        "surely no strike",
        "the act itself",
    ],
)
def test_order_place_and_actor_are_judged_apart(
    other: Strike, asked: Answers, verdict: Verdict
) -> None:
    """An answer needs an earlier strike, near in time and place, by the right party."""
    found, reason = answers(MINE, Answerable(asked, [MINE, other]))
    assert found is verdict
    expected = {
        Verdict.YES: ("answers-a-strike", "it answers a strike by ARD"),
        Verdict.UNKNOWN: ("answer-open", OPEN),
        Verdict.NO: ("answers-nothing", NOTHING),
    }[verdict]
    assert (reason.code, reason.words) == expected


def test_one_sure_answer_settles_it_among_open_ones() -> None:
    """A strike that surely came before settles it, whatever else may have."""
    others = [strike("a", -0.5), strike("b", -5, actor=None), strike("c", -4)]
    assert answers(MINE, Answerable(rule(), others))[0] is Verdict.YES


strikes = st.builds(
    strike,
    name=st.sampled_from([f"i{n}" for n in range(30)]),
    start=st.integers(-60, 60).map(float),
    hours=st.sampled_from([1.0, 6.0, 24.0]),
    zones=st.just(""),
    maybe=st.sampled_from(["n", "s", "ns", None]),
    actor=st.sampled_from(["ARD", "BOR", None]),
    points_to=st.sampled_from(["ARD", "BOR", None]),
    is_strike=st.sampled_from(Verdict),
    may_be_strike=st.sampled_from(Verdict),
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(strikes, max_size=12, unique_by=lambda one: one.incident),
    strikes,
    st.sampled_from([rule(), rule(None), rule(5), rule(same=())]),
)
def test_looking_only_nearby_changes_no_answer(
    others: list[Strike], one: Strike, asked: Answers
) -> None:
    """Laid out by zone and time, the strikes give the answer that going through all of them gives."""
    verdicts = {
        _answers_one(one, asked, other)
        for other in others
        if other.incident != one.incident and _pointed_at(other, asked)
    }
    expected = next((v for v in (Verdict.YES, Verdict.UNKNOWN) if v in verdicts), Verdict.NO)
    assert answers(one, Answerable(asked, others))[0] is expected


HERE = Point(31.0, 50.0, 0.0)


@pytest.mark.parametrize(
    ("place", "verdict"),
    [
        (Point(31.0, 50.001, 0.0), Verdict.YES),
        (Point(31.0, 50.1, 0.0), Verdict.NO),
        (Point(31.0, 50.001, 900.0), Verdict.UNKNOWN),
        (Area("n"), Verdict.UNKNOWN),
        (None, Verdict.UNKNOWN),
    ],
    ids=["a street away", "a town away", "a street away, known roughly", "an area", "nobody knows"],
)
def test_the_same_place_may_be_a_distance(place: Place | None, verdict: Verdict) -> None:
    """Where the words give metres, precision decides or leaves it open, whatever the zones."""
    asked = replace(rule(same=("place",)), metres=500)
    mine = replace(MINE, place=HERE)
    other = replace(strike("a", -3, zones="s", maybe="s"), place=place)
    assert answers(mine, Answerable(asked, [mine, other]))[0] is verdict
