"""Seats of a body: a group has all its members seated, or some of them sit for it by the word of the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from commission_desk import AGREEMENT, opened, proposed, run, said, vote
from commission_moves import NINETY, beginning
from waarborg.agreement.model import Agreement, Group
from waarborg.app.services.bodies import bodies, in_words
from waarborg.base.parties import PartyId
from waarborg.cases.entry import Entry
from waarborg.obligations.state import Running

FRIENDS = ("BOR", "GUA", "WIT")
TWO = [{"party": "ARD"}, {"party": "GUA", "sits_for": "friends"}]


def grouped(*, complete: bool = True) -> Agreement:
    """A text that seats Ardania and a group of three."""
    group = Group("friends", tuple(map(PartyId, FRIENDS)), complete, None if complete else 12)
    body = replace(AGREEMENT.bodies["commission"], members=("ARD", "friends"))
    return replace(AGREEMENT, groups={"friends": group}, bodies={"commission": body})


def put(seats: list[dict[str, Any]], name: str = "rules", at: float = 0) -> Entry:
    """Rules of procedure with these seats, put by Guardia."""
    return said(
        name, at, "GUA:chair", "adopt-rules", body="commission", seats=seats,
        quorum="majority", majority="simple", on_deadlock="no_ruling",
    )  # fmt: skip


def agree(party: str, at: float = 0, proposal: str = "rules") -> Entry:
    """A party agrees to rules."""
    return said(f"{proposal}-{party}", at, f"{party}:minister", "approve", proposal=proposal)


def played(*entries: Entry, complete: bool = True) -> Running:
    """What stands after so many entries under the text with a group."""
    running = Running(grouped(complete=complete))
    for entry in entries:
        running.take(entry)
    return running


@pytest.mark.parametrize("complete", [True, False])
def test_some_of_a_group_are_not_the_group(*, complete: bool) -> None:
    """Rules that seat one of three and say nothing of the others are refused, however many the file names."""
    running = played(put([{"party": "ARD"}, {"party": "GUA"}]), complete=complete)
    assert [(r.rule, r.words) for r in running.refused] == [
        (
            "COM-019",
            (
                "the text seats BOR, WIT on the Commission as well, as members of friends: give each a seat, or say "
                "with sits_for who sits for friends, to which each of them then has to agree"
            ),
        )
    ]


def test_with_a_seat_each_the_group_needs_no_more() -> None:
    """Where every member has a seat the rules need every seat, as those of a body without groups."""
    seats = [{"party": party} for party in ("ARD", *FRIENDS)]
    running = played(put(seats), agree("ARD"), agree("BOR"))
    assert running.commission.rules == {}
    assert running.take(agree("WIT")) is None
    assert running.commission.seats("commission") == {"ARD", *FRIENDS}


def test_who_sits_for_a_group_needs_the_word_of_each_member_without_a_seat() -> None:
    """Every seat has agreed and the rules wait still: for Borland and for Witland, which have none."""
    running = played(put(TWO), agree("ARD"), agree("BOR"))
    assert running.commission.rules == {}
    [row] = bodies(running)
    assert row["waiting"][0]["not_agreed"] == ["WIT"]
    assert list(in_words(row)) == [
        "no rules of procedure are in effect, and it decides nothing",
        "the rules rules wait; not agreed: WIT",
        "under them there sit GUA for friends, whose members without a seat are BOR, WIT",
    ]
    assert running.take(agree("WIT")) is None
    assert running.commission.seats("commission") == {"ARD", "GUA"}
    again = running.take(said("again", 1, "WIT:other", "approve", proposal="rules"))
    assert again is not None
    assert again.rule == "COM-002"


def test_who_is_sat_for_does_not_vote() -> None:
    """The refusal says who sits for the group."""
    running = played(
        put(TWO), agree("ARD"), agree("BOR"), agree("WIT"), opened(), proposed(), vote(3, "WIT:envoy")
    )  # fmt: skip
    assert [(r.rule, r.words) for r in running.refused] == [
        ("COM-001", "WIT has no seat on commission: GUA sits for friends")
    ]
    [row] = bodies(running)
    assert list(in_words(row)) == [
        "it decides by the rules rules; seats: ARD, GUA",
        "there sit GUA for friends, whose members without a seat are BOR, WIT",
    ]


@pytest.mark.parametrize(
    ("seats", "words"),
    [
        ([{"party": "ARD"}, {"party": "GUA", "sits_for": "foes"}], "the text seats no group foes on the Commission, for which GUA could sit"),
        ([{"party": "ARD", "sits_for": "friends"}, {"party": "GUA"}], "ARD is none of friends, and cannot sit for it"),
        ([{"party": "GUA", "sits_for": "friends"}], "the text seats ARD on the Commission as well"),
        ([*TWO, {"party": "XYZ"}], "the text seats no XYZ on the Commission"),
    ],
)  # fmt: skip
def test_who_sits_for_a_group_is_of_it_and_the_text_seats_it(
    seats: list[dict[str, Any]], words: str
) -> None:
    """Nobody sits for a group that the text does not seat, nor for one that is not theirs, nor for a party."""
    assert [(r.rule, r.words) for r in played(put(seats)).refused] == [("COM-019", words)]


def test_of_a_group_named_in_part_the_rest_stays_open() -> None:
    """Whom the file does not name gets no seat, and what is not known of the others is said."""
    outside = played(put([*TWO, {"party": "XYZ"}]), complete=False)
    assert outside.refused[0].words == (
        "the text seats no XYZ on the Commission; of friends the file names only some: name the others there first"
    )
    [row] = bodies(outside)
    assert row["open"] == [
        "the file names 3 of 12 members of friends; whether the others sit, or are sat for, cannot be decided"
    ]


def test_new_rules_ask_anew_only_where_others_are_to_sit() -> None:
    """A change of the quorum needs the seats alone; one of who sits needs those sat for as well."""
    first = (put(TWO), agree("ARD"), agree("BOR"), agree("WIT"))
    same = played(*first, put(TWO, "rules-2", 1), agree("ARD", 1, "rules-2"))
    assert list(same.commission.in_effect) == ["rules", "rules-2"]
    both = [*TWO, {"party": "WIT", "sits_for": "friends"}]
    other = played(*first, put(both, "rules-2", 1), agree("ARD", 1, "rules-2"))
    assert list(other.commission.in_effect) == ["rules"]
    assert other.take(agree("BOR", 2, "rules-2")) is None
    assert list(other.commission.in_effect) == ["rules", "rules-2"]


def test_a_text_without_groups_is_as_before() -> None:
    """A party that the text names by itself sits for itself, and nobody for it."""
    running = run(put([{"party": "ARD"}, {"party": "GUA"}]))
    assert [r.words for r in running.refused] == ["the text seats BOR on the Commission as well"]


def test_who_is_sat_for_takes_no_step_for_the_body_and_suspends_nothing() -> None:
    """In the procedure of a case only who sits acts for the body that the text names."""
    friends = Group("friends", (PartyId("GUA"), PartyId("WIT")))
    body = replace(NINETY.bodies["commission"], members=("ARD", "BOR", "friends"))
    running = Running(replace(NINETY, groups={"friends": friends}, bodies={"commission": body}))
    for entry in beginning():
        seats = getattr(entry.act, "seats", ())
        sat_for = tuple(replace(s, sits_for="friends" * (s.party == "GUA")) for s in seats)
        running.take(replace(entry, act=replace(entry.act, seats=sat_for)) if seats else entry)
    course = {"course": "hearing-case-1"}
    assert running.commission.rules == {}
    for entry in (
        said("rules-WIT", 200, "WIT:x", "approve", proposal="rules"),
        said("w2", 201, "WIT:x", "step-taken", step="notify", **course),
        said("w3", 202, "WIT:x", "pause-course", reason="talks", **course),
        said("w4", 203, "GUA:x", "step-taken", step="notify", **course),
    ):
        running.take(entry)
    assert [(r.entry.id, r.rule, r.words) for r in running.refused] == [
        ("w2", "COM-012", "notify is for commission to take, not WIT"),
        ("w3", "COM-001", "WIT has no seat on commission"),
    ]
