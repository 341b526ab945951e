"""What was owed stays owed: later exits, corrections, refusals and lateness undo nothing."""

from __future__ import annotations

from typing import Any

import pytest

from commission_begun import at, ruled, run, said
from commission_moves import NINETY, beginning
from grounds_replayed import differing
from waarborg.app.services.docket import due
from waarborg.base.times import format_instant
from waarborg.cases.entry import Entry
from waarborg.obligations.state import Running


def test_who_left_the_text_still_owes_what_it_owed_and_nothing_new() -> None:
    """Denounced after the breach, dated back or not, what was owed stays; a later breach asks nothing."""
    left = said(
        "l", 5, "SUL:x", "change-standing", party="SUL", step="denounced",
        since=format_instant(at(50)),
    )  # fmt: skip
    running = run(*ruled(), left)
    assert stood(running, 60)["watch-SUL"] == "due"
    back = said(
        "b", 60, "SUL:x", "change-standing", party="SUL", step="denounced",
        since=format_instant(at(-20)),
    )  # fmt: skip
    running = run(*ruled(), back, later_breach(61), *ruled(62, "case-2"))
    assert stood(running, 63)["watch-SUL"] == "due"
    assert stood(running, 63, "case-2")["watch-SUL"] == "dormant"
    [owed] = [o for o in running.obligations(at(63)) if o.id == "obl-case-2-watch-SUL"]
    why = (
        f"SUL had denounced the text from {format_instant(at(60))} "
        f"(when it reached the record; it names {format_instant(at(-20))})"
    )
    assert owed.reasons[-1].words == why
    refused = running.take(
        said("f", 64, "SUL:x", "obligation-step", obligation=owed.id, step="fulfilled", words="w")
    )
    assert refused is not None
    assert (refused.rule, refused.words) == (
        "COM-007", f"obl-case-2-watch-SUL is not owed: {why}",
    )  # fmt: skip


def met(name: str, hours: float) -> Entry:
    """Sulland says that it watches, with a photo."""
    return said(
        name, hours, "SUL:x", "obligation-step", cites=["photo"],
        obligation="obl-case-1-watch-SUL", step="fulfilled", words="w",
    )  # fmt: skip


def stood(running: Running, hours: float, case: str = "case-1") -> dict[str, str]:
    """State of each obligation of one case at an hour, by promise."""
    running.tick(at(hours))
    start = f"obl-{case}-"
    owed = running.obligations(at(hours))
    return {o.id.removeprefix(start): o.state.value for o in owed if o.id.startswith(start)}


def later_breach(hours: float, name: str = "case-2", since: float | None = None) -> Entry:
    """One more case against Borland, of a breach in the hour before it was brought."""
    begin = hours - 1 if since is None else since
    return said(
        name, hours, "ARD:x", "open-case", body="commission", accused="BOR", clause="C-1",
        happened_from=format_instant(at(begin)), happened_until=format_instant(at(hours)),
    )  # fmt: skip


def test_only_who_signed_owes() -> None:
    """The text is a signed one: whoever of its guarantors has not signed it owes nothing under it."""
    running = Running(NINETY)
    for entry in (*beginning(), *ruled()):
        if entry.id != "s-WIT":
            running.take(entry)
    assert stood(running, 12)["supply-WIT"] == "dormant"
    assert stood(running, 12)["help-GUA"] == "waiting_for_gate"
    late = said(
        "s", 13, "WIT:x", "change-standing", party="WIT", step="signed", since="2029-12-01T00:00Z"
    )
    running.take(late)
    assert stood(running, 14)["supply-WIT"] == "dormant"


def test_a_promise_that_ended_while_the_breach_may_have_happened_is_undecided() -> None:
    """Unknown is not no: bound in a part of the time of the breach, nobody can say whether it is owed."""
    end = said("e", 55, "WIT:x", "promise-term", guarantee="supply", until=format_instant(at(58)))
    running = run(end, later_breach(60, since=56), *ruled(61, "case-2"))
    assert stood(running, 62, "case-2")["supply-WIT"] == "undecided"


def test_what_was_overdue_stays_so_whatever_its_debtor_says() -> None:
    """An end dated back, a withdrawal, a recall or a contest of its own frees nobody from its default."""
    fields: list[tuple[str, str, dict[str, Any]]] = [
        ("SUL", "promise-term", {"guarantee": "watch", "until": format_instant(at(0))}),
        ("SUL", "contribute", {"guarantee": "watch", "step": "withdrawn"}),
        (
            "SUL",
            "obligation-step",
            {"obligation": "obl-case-1-watch-SUL", "step": "contested", "words": "no"},
        ),
    ]
    acts = [
        said(f"x{n}", 1000 + n, f"{by}:x", kind, **each)
        for n, (by, kind, each) in enumerate(fields)
    ]
    running = run(*ruled())
    assert stood(running, 999)["watch-SUL"] == "overdue"
    for act in acts:
        assert running.take(act) is None
    assert stood(running, 1010)["watch-SUL"] == "overdue"
    [owed] = [o for o in running.obligations(at(1010)) if o.id == "obl-case-1-watch-SUL"]
    assert "contested by SUL in x2: no" in owed.reasons[-1].words
    running.take(
        said(
            "f",
            1011,
            "SUL:x",
            "obligation-step",
            cites=["photo"],
            obligation=owed.id,
            step="fulfilled",
            words="w",
        )
    )
    assert stood(running, 1012)["watch-SUL"] == "fulfilled_late"


def test_a_yes_that_is_taken_back_after_the_time_cures_no_default() -> None:
    """The consent had come, the two days had passed: a recall does not make it wait for the gate again."""

    def gate(name: str, hours: float, step: str) -> Entry:
        return said(
            name, hours, "GUA:senate", "gate-step", gate="GUA-senate", step=step, case="case-1"
        )

    running = run(*ruled(), gate("yes", 12, "given"))
    assert stood(running, 70)["help-GUA"] == "overdue"
    running.take(gate("back", 71, "recalled"))
    assert stood(running, 72)["help-GUA"] == "overdue"
    late = run(*ruled(), gate("yes", 80, "given"), gate("back", 81, "recalled"))
    assert stood(late, 82)["help-GUA"] == "overdue"
    early = run(*ruled(), gate("yes", 12, "given"), gate("back", 20, "recalled"))
    assert stood(early, 90)["help-GUA"] == "excused"


def test_a_gate_is_decided_for_the_case_it_names() -> None:
    """A no for one case says nothing about another; without a case it covers what had been found by then."""

    def gate(name: str, hours: float, step: str, case: str = "") -> Entry:
        return said(name, hours, "GUA:senate", "gate-step", gate="GUA-senate", step=step, case=case)

    second = ruled(20, "case-0")
    named = run(*ruled(), *second, gate("no", 30, "refused", "case-1"))
    assert stood(named, 31)["help-GUA"] == "excused"
    assert stood(named, 31, "case-0")["help-GUA"] == "waiting_for_gate"
    assert named.take(gate("again", 32, "given", "case-1")).rule == "COM-006"
    assert named.take(gate("none", 32, "given", "case-9")).words == "there is no case case-9"
    general = run(
        *ruled(),
        gate("no", 15, "refused"),
        *second,
        gate("file", 33, "filed"),
        gate("yes", 34, "given"),
    )
    assert stood(general, 35)["help-GUA"] == "excused"
    assert stood(general, 35, "case-0")["help-GUA"] == "due"
    assert stood(general, 35, "case-0")["supply-WIT"] == "due"
    assert stood(general, 35)["supply-WIT"] == "dormant", "for this breach no help can come"


@pytest.mark.parametrize(
    ("author", "rule", "words"),
    [
        ("SUL:x", "COM-009", "SUL cannot let itself off"),
        ("BOR:x", "COM-009", "BOR cannot let SUL, being accused, off"),
        (
            "WIT:x",
            "COM-012",
            "WIT is neither answered for nor chair of the body: it lets nobody off",
        ),
        (
            "ZZZ:x",
            "COM-012",
            "ZZZ is neither answered for nor chair of the body: it lets nobody off",
        ),
        ("ARD:x", "", ""),
        ("GUA:chair", "", ""),
    ],
)
def test_only_who_is_answered_for_or_the_chair_lets_off(author: str, rule: str, words: str) -> None:
    """Never who owes, nor the accused, nor a stranger."""
    waiver = said(
        "w", 20, author, "obligation-step", obligation="obl-case-1-watch-SUL", step="waived"
    )
    refused = run(*ruled(), waiver).refused
    assert [(r.rule, r.words) for r in refused] == ([(rule, words)] if rule else [])


def test_a_correction_with_the_same_outcome_keeps_the_clocks() -> None:
    """The time that ran from the first ruling runs on; another outcome starts it anew."""

    def again(name: str, hours: float, **changed: Any) -> list[Entry]:
        fields = {
            "case": "case-1",
            "outcome": "breach",
            "responsible": "BOR",
            "cause": "accidental",
        } | changed
        put = said(name, hours, "GUA:chair", "propose", **fields)
        return [
            put,
            *(
                said(f"{name}-{p}", hours, f"{p}:x", "vote", proposal=name, choice="for")
                for p in ("ARD", "BOR", "GUA")
            ),
        ]

    running = run(*ruled(), *again("q", 30, corrects="p"))
    assert running.refused == []
    assert running.owed["obl-case-1-supply-WIT"].deadline.latest == at(34)
    none = again("q", 30, corrects="p", outcome="no_breach", responsible="", cause="unstated")
    running = run(*ruled(), *none, *again("r", 40, corrects="q"))
    assert running.refused == []
    assert running.owed["obl-case-1-supply-WIT"].deadline.latest == at(64)


def test_a_correction_to_no_breach_leaves_what_was_owed_on_the_list() -> None:
    """What was fulfilled stays fulfilled and says that nothing asks for it; the rest has fallen away."""
    put = said("q", 30, "GUA:chair", "propose", case="case-1", outcome="no_breach", corrects="p")
    votes = [
        said(f"q-{p}", 30, f"{p}:x", "vote", proposal="q", choice="for")
        for p in ("ARD", "BOR", "GUA")
    ]
    running = run(*ruled(), met("f", 12), put, *votes)
    assert stood(running, 31) == {
        "help-GUA": "fallen_away",
        "relief-SUL": "fallen_away",
        "supply-WIT": "fallen_away",
        "watch-SUL": "fulfilled",
    }
    words = {o.id: o.reasons[-1].words for o in running.obligations(at(31))}
    assert "det-case-1 is now no breach and asks for it no more" in words["obl-case-1-watch-SUL"]
    late = said(
        "g",
        32,
        "SUL:x",
        "obligation-step",
        obligation="obl-case-1-relief-SUL",
        step="fulfilled",
        words="w",
    )
    assert running.take(late).rule == "COM-007"


def test_who_is_answered_for_can_contest_that_it_was_fulfilled() -> None:
    """Said to be fulfilled and denied by the other side, it is contested; by its own giver that changes nothing."""
    deny = said(
        "d",
        13,
        "ARD:x",
        "obligation-step",
        obligation="obl-case-1-watch-SUL",
        step="contested",
        words="nobody came",
    )
    running = run(*ruled(), met("f", 12), deny)
    assert stood(running, 14)["watch-SUL"] == "contested"
    stranger = said(
        "s", 15, "ZZZ:x", "obligation-step", obligation="obl-case-1-watch-SUL", step="contested"
    )
    assert running.take(stranger).words == "ZZZ is no party to the text"


def contest(name: str, hours: float, party: str) -> Entry:
    """A party denies that Sulland watched."""
    return said(
        name, hours, f"{party}:x", "obligation-step", obligation="obl-case-1-watch-SUL",
        step="contested", words="nobody came",
    )  # fmt: skip


def watch(running: Running, hours: float) -> tuple[str, str]:
    """Where Sulland's watch stands at an hour, and why."""
    running.tick(at(hours))
    [owed] = [o for o in running.obligations(at(hours)) if o.id == "obl-case-1-watch-SUL"]
    return owed.state.value, owed.reasons[-1].words


def test_a_late_fulfilment_that_is_denied_leaves_it_overdue() -> None:
    """Overdue, claimed late and denied by who is answered for: overdue, and who says what is told."""
    running = run(*ruled(), met("f", 1000), contest("d", 1001, "ARD"))
    since = format_instant(running.late["obl-case-1-watch-SUL"])
    why = (
        f"fulfilment claimed late and denied: SUL:x in f: w (its time had passed at {since}); "
        "contested by ARD in d: nobody came"
    )
    assert watch(running, 1002) == ("overdue", why)
    said_so = [*beginning(), *ruled(), met("f", 1000), contest("d", 1001, "ARD")]
    assert list(differing(NINETY, said_so, at(1002))) == []


@pytest.mark.parametrize(("party", "hours"), [("BOR", 12), ("SUL", 12), ("WIT", 1000)])
def test_who_is_not_answered_for_denies_no_fulfilment_away(party: str, hours: float) -> None:
    """A word of the accused, of who owes it or of another guarantor is told, and moves nothing."""
    running = run(*ruled(), met("f", hours), contest("d", hours + 1, party))
    state, why = watch(running, hours + 2)
    assert state == ("fulfilled" if hours == 12 else "fulfilled_late")
    told = (
        f"contested by {party} in d: nobody came (this moves nothing: it is not for {party} to say)"
    )
    assert why.endswith(told)


def test_what_was_denied_can_be_done_and_claimed_anew() -> None:
    """Claimed in time and denied, then claimed again after the time: fulfilled late; it can also be let off."""
    running = run(*ruled(), met("f", 12), contest("d", 13, "ARD"))
    assert watch(running, 1000)[0] == "contested"
    assert running.take(met("f2", 1001)) is None
    assert watch(running, 1002)[0] == "fulfilled_late"
    assert running.take(met("f3", 1003)).words == "obl-case-1-watch-SUL is fulfilled already"
    running.take(contest("d2", 1004, "ARD"))
    assert watch(running, 1005)[0] == "overdue"
    off = said(
        "w", 1006, "ARD:x", "obligation-step", obligation="obl-case-1-watch-SUL", step="waived",
        words="w",
    )  # fmt: skip
    assert running.take(off) is None
    assert watch(running, 1007)[0] == "waived"


def test_a_remedy_that_was_not_done_in_time_stays_due_as_overdue() -> None:
    """A contest does not stop its time, it does not vanish from what is due, and done late it says so."""
    put = said(
        "p", 10, "GUA:chair", "propose", case="case-1", outcome="breach", responsible="BOR",
        remedy="draw back", remedy_hours=30,
    )  # fmt: skip
    deny = said("n", 20, "BOR:x", "remedy-step", case="case-1", step="contested", words="no")
    told, heard, _, *votes = ruled()
    running = run(told, heard, put, *votes, deny)
    running.tick(at(50))
    case = running.commission.cases["case-1"]
    assert case.remedy_state == "lapsed"
    [row] = [row for row in due(running, at(50)) if row.what == "draw back"]
    assert (row.who, row.state, row.by) == ("BOR", "overdue", format_instant(at(40)))
    running.take(said("y", 60, "BOR:x", "remedy-step", case="case-1", step="complied", words="w"))
    assert case.remedy_state == "complied late"
    assert f"late: y came after {format_instant(at(40))} (draw back)" in case.flags
    assert [row for row in due(running, at(61)) if row.what == "draw back"] == []


def test_a_ruling_that_nobody_verified_before_is_the_clock_and_says_so() -> None:
    """The ruling counts as the verification; a grading after it neither moves the time nor gets its name."""
    running = run(*ruled())
    [before] = [row for row in due(running, at(11)) if row.id == "obl-case-1-watch-SUL"]
    assert (
        "after the ruling, which counts as the verification, since nobody had verified"
        in before.words
    )
    assert "the breach was verified" not in before.words
    assert "it happened between" in before.words
    running.take(said("g", 100, "GUA:x", "verify", case="case-1", result="verified"))
    [later] = [row for row in due(running, at(101)) if row.id == "obl-case-1-watch-SUL"]
    assert (later.by, later.words) == (before.by, before.words)
    graded = run(said("g", 5, "GUA:x", "verify", case="case-1", result="verified"), *ruled())
    [row] = [row for row in due(graded, at(11)) if row.id == "obl-case-1-watch-SUL"]
    assert "P10D after the breach was verified" in row.words
