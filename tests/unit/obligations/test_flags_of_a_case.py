"""Whose word a severity is, what is owed after a remedy was confirmed, and who took part though the text had ended."""

from __future__ import annotations

from typing import Any

import pytest

from commission_begun import at, ruled, run, said
from waarborg.app.services.docket import docket, due, rulings
from waarborg.app.services.flagged import flagged as every_flag
from waarborg.app.services.moved import stand
from waarborg.base.times import format_instant
from waarborg.cases.below import Thing
from waarborg.cases.entry import Entry
from waarborg.obligations.below import Grounds
from waarborg.obligations.flags import flags_of
from waarborg.obligations.state import Running

HELP, RELIEF = "obl-extra-help-GUA", "obl-extra-relief-SUL"


def brought(by: str = "ARD:x", **fields: Any) -> Entry:
    """A case against Borland under another name than those of the beginning."""
    return said(
        "extra", 5, by, "open-case", body="commission", accused="BOR", clause="C-1",
        happened_from=format_instant(at(-5)), happened_until=format_instant(at(0)), **fields,
    )  # fmt: skip


def own(running: Running, name: str, hours: float = 200) -> list[str]:
    """The flags of an obligation, without those on who was bound."""
    running.tick(at(hours))
    told = flags_of(running, running.owed[name], at(hours))
    return [flag for flag in told if not flag.startswith("on the day of the breach: ")]


def flags(rows: list[dict[str, Any]], **one: str) -> list[str]:
    """The flags of the one row that has a value."""
    [(key, value)] = one.items()
    return [flag for row in rows if row[key] == value for flag in row["flags"]]


@pytest.mark.parametrize(
    ("by", "whose"),
    [("WIT:x", "WIT alone"), ("ARD:x", "ARD alone, a seat of commission when it ruled")],
)
def test_what_looks_at_the_severity_says_whose_word_it_is(by: str, whose: str) -> None:
    """A promise that looks at it, and the determination; a promise that does not says nothing of it."""
    running = run(brought(by, severity=4), *ruled(60, "extra"))
    words = (
        f"the severity 4 is the word of {whose} (opened in extra): no grading and no ruling says it"
    )
    assert own(running, RELIEF) == [words]
    assert own(running, HELP) == []
    made = flags(rulings(running), determination="det-extra")
    assert f"what is owed under C-4 hangs on the severity: {words}" in made


def test_a_severity_that_nobody_stated_is_not_known() -> None:
    """None is taken for it: whether relief is owed cannot be decided, and everything that hangs on it says why."""
    running = run(brought("WIT:x"), *ruled(60, "extra"))
    assert running.commission.cases["extra"].severity is None
    assert running.owed[RELIEF].state.value == "undecided"
    words = "no severity is stated: WIT gave none in extra, and no grading and no ruling does"
    assert own(running, RELIEF) == [words]
    [told] = [f for f in flags(rulings(running), determination="det-extra") if "severity" in f]
    assert told == f"what is owed under C-4 hangs on the severity: {words}"
    small = run(brought("WIT:x", severity=1), *ruled(60, "extra"))
    assert RELIEF not in small.owed, "a severity that was stated as 1 keeps it from being owed"


def test_a_case_without_a_ruling_says_nothing_of_the_severity() -> None:
    """Nothing hangs on it yet."""
    running = run(brought(severity=4))
    assert [f for f in flags(rulings(running), determination="det-extra") if "severity" in f] == []


def remedied(*more: Entry) -> Running:
    """A breach with a remedy, found, complied with by Borland and confirmed by Guardia at the hour 100."""
    entries = [
        brought(severity=4),
        *(
            said(step, 60, "GUA:chair", "step-taken", course="hearing-extra", step=step)
            for step in ("notify", "hear")
        ),
        said(
            "p", 60, "GUA:chair", "propose", case="extra", outcome="breach", responsible="BOR",
            remedy="draw back", remedy_hours=100,
        ),
        *(
            said(f"v-{party}", 60, f"{party}:x", "vote", proposal="p", choice="for")
            for party in ("ARD", "BOR", "GUA")
        ),
        said("seen", 100, "GUA:x", "remedy-step", case="extra", step="confirmed"),
        *more,
    ]  # fmt: skip
    return run(*sorted(entries, key=lambda entry: entry.known_at))


REMEDY = (
    f"the remedy of this breach was confirmed in seen at {format_instant(at(100))}; "
    "the text as read does not say that this ends what is owed"
)


def step(hours: float, what: str, by: str = "GUA:x") -> Entry:
    """Something is said of Guardia's help."""
    return said(
        "step", hours, by, "obligation-step", cites=["log"], obligation=HELP, step=what
    )  # fmt: skip


@pytest.mark.parametrize(
    ("more", "flagged"),
    [
        ([], True),
        ([step(90, "fulfilled")], False),
        ([step(120, "fulfilled")], True),
        ([step(120, "waived", "ARD:x")], False),
        ([step(90, "waived", "ARD:x")], False),
        ([step(120, "contested")], True),
        (
            [said("no", 80, "GUA:senate", "gate-step", gate="GUA-senate", step="refused")],
            False,
        ),
    ],
)
def test_what_is_owed_after_the_remedy_was_confirmed_says_so(
    more: list[Entry], flagged: bool
) -> None:
    """As long as it is owed, or where it was done since; not where it was done before, or nothing is owed."""
    running = remedied(*more)
    assert (REMEDY in own(running, HELP)) is flagged
    [row] = [row for row in due(running, at(200)) if row.id == HELP]
    assert (REMEDY in row.flags) is flagged
    assert (REMEDY in stand(running, at(200))["flag"].get(HELP, "")) is flagged
    grounds = {each.below.name for each in Grounds(running).down(Thing.OBLIGATION, HELP)}
    assert "seen" in grounds


def test_a_remedy_that_nobody_confirmed_is_no_such_flag() -> None:
    """The word of who owes it does not count, nor does a remedy of a ruling that was replaced."""
    paid = said("paid", 101, "BOR:x", "remedy-step", case="extra", step="complied")
    assert REMEDY in own(remedied(paid), HELP)
    alone = run(brought(severity=4), *ruled(60, "extra"))
    assert [flag for flag in own(alone, HELP) if "remedy" in flag] == []
    again = [
        said("p-2", 110, "GUA:chair", "propose", case="extra", outcome="breach", responsible="BOR",
             remedy="rebuild", remedy_hours=100, corrects="p"),
        *(said(f"w-{party}", 110, f"{party}:x", "vote", proposal="p-2", choice="for")
          for party in ("ARD", "BOR", "GUA")),
    ]  # fmt: skip
    running = remedied(*again)
    ruling = running.commission.cases["extra"].ruling
    assert ruling is not None
    assert ruling.proposal == "p-2"
    assert [flag for flag in own(running, HELP) if "remedy" in flag] == []


SUPPLY = "obl-extra-supply-WIT"
ALONE = (
    "waived in off by GUA, as chair of the body, and not by who is answered for (ARD): that this is enough is a "
    "choice of the software, not of the text"
)


def off(by: str, hours: float = 120) -> Entry:
    """Somebody lets Witland's supply off."""
    return said("off", hours, by, "obligation-step", obligation=SUPPLY, step="waived")


@pytest.mark.parametrize(("by", "flagged"), [("GUA:x", True), ("ARD:x", False)])
def test_who_is_let_off_by_the_chair_alone_is_told_everywhere(by: str, flagged: bool) -> None:
    """The chair's word is not that of who is owed; and that the remedy was confirmed is told on."""
    running = remedied(off(by))
    assert running.refused == []
    clock = at(200)
    assert (ALONE in own(running, SUPPLY)) is flagged
    assert (REMEDY in own(running, SUPPLY)) is flagged
    [row] = [row for row in due(running, clock) if row.id == SUPPLY]
    assert (row.state, ALONE in row.flags) == ("waived", flagged)
    words = f"{SUPPLY} was {ALONE}"
    assert (words in flags(docket(running, clock), case="extra")) is flagged
    assert (words in flags(rulings(running), determination="det-extra")) is flagged
    told = {each.id: each.flags for each in every_flag(running, clock)}
    assert (ALONE in told.get(SUPPLY, ())) is flagged
    assert (words in told["det-extra"]) is flagged
    under = {each.below.name for each in Grounds(running).down(Thing.DETERMINATION, "det-extra")}
    assert ("off" in under) is flagged


def out(party: str, hours: float, since: float, step: str = "denounced") -> Entry:
    """A party leaves the text from an hour."""
    moment = format_instant(at(since))
    return said(
        f"out-{party}", hours, f"{party}:x", "change-standing", party=party, step=step, since=moment
    )  # fmt: skip


@pytest.mark.parametrize(("since", "flagged"), [(4, True), (50, True), (61, False)])
def test_who_votes_after_it_denounced_the_text_is_flagged(since: float, flagged: bool) -> None:
    """From the day of the effect: before it, a party that has said it will leave is bound, and votes."""
    running = run(out("ARD", 4, since), brought("WIT:x", severity=4), *ruled(60, "extra"))
    left = f"; by then ARD had denounced the text from {format_instant(at(since))}"
    words = f"ARD voted on p-extra in v-p-extra-ARD{left}"
    clock = at(60)
    assert (words in flags(docket(running, clock), case="extra")) is flagged
    assert (words in flags(rulings(running), determination="det-extra")) is flagged
    assert (words in stand(running, clock)["flag"].get("extra", "")) is flagged
    under = {each.below.name for each in Grounds(running).down(Thing.DETERMINATION, "det-extra")}
    assert ("out-ARD" in under) is flagged


def test_who_brings_a_case_after_it_denounced_the_text_is_flagged() -> None:
    """In the docket and in `determine`, before any ruling; whoever else takes part is not."""
    running = run(out("WIT", 4, 4), brought("WIT:x", severity=4))
    words = (
        "WIT brought this case in extra; by then WIT had denounced the text from "
        f"{format_instant(at(4))}"
    )
    assert words in flags(docket(running, at(6)), case="extra")
    assert words in flags(rulings(running), determination="det-extra")
    assert [f for f in flags(docket(running, at(6)), case="case-1") if "by then" in f] == []


def test_who_puts_a_ruling_or_stands_behind_it_while_it_has_suspended_the_text_is_flagged() -> None:
    """Every ending counts, and every part in the ruling."""
    running = run(out("GUA", 4, 4, "suspended"), brought(severity=4), *ruled(60, "extra"))
    told = [f for f in flags(docket(running, at(60)), case="extra") if "by then" in f]
    had = f"; by then GUA had suspended the text from {format_instant(at(4))}"
    assert told == [
        f"GUA put the ruling to the vote in p-extra{had}",
        f"GUA voted on p-extra in v-p-extra-GUA{had}",
    ]
