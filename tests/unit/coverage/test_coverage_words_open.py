"""Open words and readings: what an answer hangs on, and the incidents on which two readings part."""

from pathlib import Path

import pytest

from small_agreements import agreement, asked, by, promise
from waarborg.agreement.condition import Compare, Named, Relation
from waarborg.agreement.load import load
from waarborg.agreement.model import Reading, Term
from waarborg.base.grades import Certainty
from waarborg.coverage import parting
from waarborg.coverage.asked import Asked
from waarborg.coverage.cuts import cuts
from waarborg.coverage.gaps import Answer
from waarborg.coverage.judged import ReadingsPart
from waarborg.coverage.opened import depends, fill
from waarborg.coverage.parting import Split, apart
from waarborg.coverage.prover import Prover
from waarborg.coverage.solver import NotKnown, Solver

HARBOUR = Path(__file__).parents[2] / "data" / "agreements" / "harbour.yaml"
SEVERE = Compare("severity", Relation.AT_LEAST, 3)
WORSE = Compare("severity", Relation.AT_LEAST, 5)


@pytest.fixture(scope="module")
def harbour():
    """Give the Harbour Truce."""
    return load(HARBOUR.read_text(encoding="utf-8"), "harbour.yaml")


def test_a_value_fills_every_place_where_the_term_stands(harbour):
    """An open time becomes a fixed one, or none; an open rule becomes that rule."""
    fixed = fill(harbour, "lift_time", "P1D")
    (lift,) = (g for g in fixed.guarantees if g.id == "lift")
    assert (lift.within_text, lift.within_open) == ("P1D", "")
    (never,) = (g for g in fill(harbour, "lift_time", "none").guarantees if g.id == "lift")
    assert (never.within_text, never.within_open) == ("", "")
    ruled = fill(harbour, "deadlock", "breach_presumed")
    assert ruled.bodies["council"].settings["on_deadlock"] == "breach_presumed"
    assert "deadlock" not in ruled.open


def weak(text, reading):
    """Give the single points of failure of armed force, in words."""
    found = cuts(Prover(text, None, Asked(text.needs["force"])), 1)
    return "weak", ", ".join(element.name for element in found.single_points)


def test_an_answer_says_which_open_words_it_hangs_on(harbour):
    """Where a deadlock counts as a breach found, the Council is no weak spot; the lift time is none."""
    told = {one.name: one for one in depends(harbour, "", weak)}
    assert told["deadlock"].differs
    assert dict(told["deadlock"].answers) == {
        "no_ruling": (),
        "breach_presumed": ("backstop lift, guarantor W",),
    }
    assert not told["lift_time"].differs
    assert told["automatic"].is_reading


def two_readings(**terms):
    """Give a text with a term "grave" that another reading reads otherwise."""
    grave = Named("grave", "a grave breach", SEVERE)
    return agreement(
        promise("help", "G", grave),
        terms={"grave": Term("grave", "a grave breach", SEVERE, Certainty.ASSUMED)},
        readings={"strict": Reading("strict", "only the gravest", terms=terms)},
    )


def test_readings_part_on_the_incidents_between_them():
    """Read strictly, a breach of severity 3 or 4 has no answer; all others are answered alike."""
    (found,) = apart(two_readings(grave=WORSE), None, asked(), ("", "strict"))
    told = {p.split: [f.words for f in p.families] for p in found.partings}
    assert told == {
        Split.BREACH: [],
        Split.NO_BREACH: [],
        Split.ANSWERED: ["the severity is from 3 to 4"],
        Split.UNANSWERED: [],
    }
    assert not found.agree
    assert all(p.complete for p in found.partings)


def test_the_same_seen_from_the_other_reading():
    """Asked the other way round, the same incidents are answered under the second alone."""
    (found,) = apart(two_readings(grave=WORSE), None, asked(), ("strict", ""))
    told = {p.split: [f.words for f in p.families] for p in found.partings}
    assert told[Split.UNANSWERED] == ["the severity is from 3 to 4"]
    assert told[Split.ANSWERED] == []


def test_readings_that_never_part_are_proved_to_agree():
    """A reading that changes nothing is proved to agree on every incident."""
    assert apart(two_readings(grave=SEVERE), None, asked(), ("", "strict"))[0].agree


def test_a_breach_under_one_reading_alone():
    """A term in the prohibition makes an act a breach under one reading only."""
    text = two_readings(grave=WORSE)
    grave = Named("grave", "a grave breach", SEVERE)
    rule = text.prohibitions[0]
    (found,) = apart(
        agreement(
            promise("help", "G", by("A")),
            must_not=grave,
            terms=text.terms,
            readings=text.readings,
        ),
        None,
        asked(),
        ("", "strict"),
    )
    told = {p.split: [f.words for f in p.families] for p in found.partings}
    assert rule.must_not != grave
    assert told[Split.BREACH] == ["the severity is from 3 to 4"]
    assert told[Split.NO_BREACH] == []


def test_a_solver_that_gives_up_does_not_say_that_readings_agree(monkeypatch):
    """A time-out comes out as not known in every way to part."""

    def gives_up(self, *assumed):
        raise NotKnown("timeout")

    monkeypatch.setattr(Solver, "can", gives_up)
    (found,) = apart(two_readings(grave=SEVERE), None, asked(), ("", "strict"))
    assert {p.answer for p in found.partings} == {Answer.NOT_KNOWN}
    assert not found.agree


def test_a_false_parting_is_refused(monkeypatch):
    """An incident that the row reading does not split so is never shown."""
    monkeypatch.setattr(parting, "_split", lambda provers, row: None)
    with pytest.raises(ReadingsPart, match="the row reading does not part so"):
        apart(two_readings(grave=WORSE), None, asked(), ("", "strict"))
