"""A law of the written procedure, over arbitrary orders of hearing, approval, silence and votes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from commission_begun import at, run, said
from waarborg.cases.entry import Entry, Vote

SEATS = ("ARD", "BOR", "GUA")
_STEPS = {"notify": "GUA", "hear": "GUA", "remind": "SUL"}
_CHOICES = ("against", "against", "abstain", "for")


@st.composite
def written(draw: st.DrawFn) -> list[Entry]:
    """A written proposal in case-1, with up to ten votes and steps of the hearing at any hour around it."""
    made = [
        said(
            "p", draw(st.sampled_from([3, 4, 60])), "GUA:chair", "propose", case="case-1",
            outcome="breach", responsible="BOR", silence=True,
        )
    ]  # fmt: skip
    for place in range(draw(st.integers(0, 10))):
        name, hours = f"e{place}", draw(st.integers(3, 260))
        if draw(st.booleans()):
            step = draw(st.sampled_from(sorted(_STEPS)))
            author = f"{_STEPS[step]}:x"
            made.append(said(name, hours, author, "step-taken", course="hearing-case-1", step=step))
            continue
        author, choice = f"{draw(st.sampled_from(SEATS))}:x", draw(st.sampled_from(_CHOICES))
        made.append(said(name, hours, author, "vote", proposal="p", choice=choice))
    return sorted(made, key=lambda entry: entry.known_at)


@settings(max_examples=150, deadline=None)
@given(written())
def test_no_seat_that_said_otherwise_is_counted_as_consenting(entries: list[Entry]) -> None:
    """Whoever signed a vote against or an abstention before the count, taken or refused, is not silent."""
    running = run(*entries)
    running.tick(at(1000))
    case = running.commission.cases["case-1"]
    put = next(entry.known_at for entry in entries if entry.id == "p")
    for ruling in case.rulings:
        votes = case.ballots[ruling.proposal].votes
        for entry in entries:
            said_otherwise = isinstance(entry.act, Vote) and entry.act.choice != "for"
            if said_otherwise and put < entry.known_at < ruling.at:
                assert entry.party in votes, f"{entry.id} was signed and its seat counted as silent"


@settings(max_examples=100, deadline=None)
@given(written())
def test_every_seat_has_the_whole_time_for_an_objection(entries: list[Entry]) -> None:
    """Between the moment at which every vote may be cast and the count lie the hours of the rules."""
    running = run(*entries)
    running.tick(at(1000))
    case, hearing = running.commission.cases["case-1"], running.procedures.courses["hearing-case-1"]
    for ruling in case.rulings:
        hours = case.ballots[ruling.proposal].rules.vote_hours
        spoke = case.ballots[ruling.proposal].votes
        turn = hearing.steps["conclude"].opened_at
        assert len(spoke) == len(SEATS) or (ruling.at - turn).total_seconds() >= hours * 3600
