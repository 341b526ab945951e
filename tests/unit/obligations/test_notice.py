"""Notice: who says that it leaves stays bound until the notice of the text has run, and what accrued stays owed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commission_begun import at, ruled, said
from commission_moves import NINETY, beginning
from waarborg.agreement.sections import Exit
from waarborg.agreement.vocabulary import WAYS_OUT
from waarborg.app.services.day import status
from waarborg.app.services.docket import docket
from waarborg.app.services.moved import stand
from waarborg.app.services.whatif import compare
from waarborg.base.grades import Certainty
from waarborg.base.parties import PartyId
from waarborg.base.times import format_instant
from waarborg.cases.entry import Entry
from waarborg.obligations.state import Running

EVERYBODY = tuple(map(PartyId, NINETY.parties))
TEN_DAYS = Exit("leave", "C-5", EVERYBODY, WAYS_OUT, "P10D", "", Certainty.STATED)
TEXT = replace(NINETY, exits={"leave": TEN_DAYS})
RUN = 240
"""Hours of the notice."""


def run(*entries: Entry, text: object = TEXT) -> Running:
    """The state under a text with ten days' notice, after the two cases and more entries."""
    assert isinstance(text, type(NINETY))
    running = Running(text)
    for entry in (*beginning(), *entries):
        running.take(entry)
    return running


def leaves(
    hours: float, step: str = "denounced", named: float | None = None, clause: str = ""
) -> Entry:
    """Sulland says that it leaves, from an hour that it names."""
    since = format_instant(at(hours if named is None else named))
    fields = {"party": "SUL", "step": step, "since": since}
    return said(
        "l", hours, "SUL:x", "change-standing", **fields, **({"clause": clause} if clause else {})
    )


def breach(hours: float, name: str) -> list[Entry]:
    """A breach in the hour before, brought and ruled on."""
    case = said(
        name, hours, "ARD:x", "open-case", body="commission", accused="BOR", clause="C-1", severity=2,
        happened_from=format_instant(at(hours - 1)), happened_until=format_instant(at(hours)),
    )  # fmt: skip
    return [case, *ruled(hours + 80, name)]


def watch(running: Running, case: str, hours: float) -> str:
    """How Sulland's promise to watch stands for a case."""
    running.tick(at(hours))
    owed = {str(o.id): o.state.value for o in running.obligations(at(hours))}
    return owed[f"obl-{case}-watch-SUL"]


@pytest.mark.parametrize("step", ["denounced", "suspended", "lapsed", "replaced"])
@pytest.mark.parametrize("clause", ["", "C-4"])
def test_who_leaves_answers_for_what_happens_until_the_notice_has_run(
    step: str, clause: str
) -> None:
    """A breach on the ninth day is answered for, one after the tenth is not, however the exit is called."""
    running = run(leaves(10, step, clause=clause), *breach(200, "early"), *breach(290, "late"))
    assert running.refused == []
    assert watch(running, "early", 380) == "due"
    assert watch(running, "late", 380) == "dormant"
    [owed] = [o for o in running.obligations(at(380)) if o.id == "obl-late-watch-SUL"]
    assert (
        f"from {format_instant(at(10 + RUN))} (10 days, the notice of C-5, after it reached the record at "
        f"{format_instant(at(10))})"
    ) in owed.reasons[-1].words


def test_without_a_notice_in_the_text_an_exit_has_effect_at_once() -> None:
    """Nobody's notice is made up: the same entries under the text as it was."""
    entries = [leaves(10), *breach(200, "early")]
    assert watch(run(*entries, text=NINETY), "early", 300) == "dormant"


def test_what_accrued_before_the_effect_stays_owed() -> None:
    """Overdue within the notice, it stays overdue after it, and later breaches ask nothing."""
    running = run(leaves(10), *breach(100, "early"), *breach(300, "late"))
    assert watch(running, "early", 2000) == "overdue"
    assert watch(running, "late", 2000) == "dormant"


def test_a_day_named_beyond_the_notice_counts_and_one_before_it_does_not() -> None:
    """The later of the two days; the day that the entry names stands beside the one of the notice."""
    late = run(leaves(10, named=400), *breach(300, "late"))
    assert watch(late, "late", 390) == "due"
    [told] = late.promises.leaving(at(20))
    assert (told.since, told.words, told.entry) == (at(400), "the day that it names", "l")
    early = run(leaves(10, named=20))
    [told] = early.promises.leaving(at(20))
    assert told.since == at(10 + RUN)
    assert told.words.endswith(f"; it names {format_instant(at(20))}")


def test_a_notice_may_be_taken_back_until_it_has_run_and_not_after() -> None:
    """Brought into force anew on the fifth day, Sulland never left; after the tenth it has to begin again."""
    back = {"party": "SUL", "step": "in_force"}
    again = said("b", 130, "SUL:x", "change-standing", since=format_instant(at(130)), **back)
    running = run(leaves(10), again, *breach(290, "late"))
    assert running.promises.leaving(at(140)) == []
    assert watch(running, "late", 380) == "due"
    late = said("b", 300, "SUL:x", "change-standing", since=format_instant(at(300)), **back)
    running = run(leaves(10), *breach(290, "late"), late, *breach(310, "later"))
    assert watch(running, "late", 400) == "dormant"
    assert watch(running, "later", 400) == "due"


def test_who_is_bound_takes_no_step_back_to_before_it_signed() -> None:
    """A step back would free it without notice: refused, with how it does leave. Who never signed may say so."""
    running = run()
    refused = running.take(leaves(10, "proposed"))
    assert refused is not None
    assert (refused.rule, refused.words) == (
        "COM-020", "SUL is bound: it leaves by suspending or denouncing, not by a step back to proposed",
    )  # fmt: skip
    fresh = Running(NINETY)
    assert fresh.take(leaves(10, "politically_agreed", clause="C-4")) is None


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("contribute", {"guarantee": "watch", "step": "withdrawn"}),
        ("promise-term", {"guarantee": "watch", "until": format_instant(at(12))}),
    ],
)
def test_a_promise_is_taken_back_with_the_same_notice(kind: str, fields: dict[str, str]) -> None:
    """Withdrawn or ended early, it answers for what happens within the notice; `status` lists it meanwhile."""
    running = run(
        said("w", 10, "SUL:x", kind, **fields), *breach(200, "early"), *breach(290, "late")
    )
    assert watch(running, "early", 380) == "due"
    assert watch(running, "late", 380) == "dormant"
    [told] = running.promises.leaving(at(100))
    assert (told.party, told.what, told.since, told.entry) == ("SUL", "watch", at(10 + RUN), "w")
    assert told.words.startswith("10 days, the notice of C-5, after it reached the record at ")
    assert running.promises.leaving(at(300)) == []


def test_pledged_anew_within_the_notice_a_promise_goes_on() -> None:
    """A withdrawal that is taken back before it has effect has none."""
    running = run(
        said("w", 10, "SUL:x", "contribute", guarantee="watch", step="withdrawn"),
        said("p", 100, "SUL:x", "contribute", guarantee="watch", step="pledged"),
        *breach(290, "late"),
    )
    assert watch(running, "late", 380) == "due"


def test_a_promise_never_ends_later_than_it_would_have_by_itself() -> None:
    """An early end three days before the promise ends anyway frees nobody, and binds nobody for longer."""
    ends = replace(
        TEXT,
        guarantees=tuple(
            replace(g, until=at(100)) if g.id == "watch" else g for g in TEXT.guarantees
        ),
    )
    early = said("e", 30, "SUL:x", "promise-term", guarantee="watch", until=format_instant(at(40)))
    running = run(early, *breach(60, "before"), *breach(120, "after"), text=ends)
    assert watch(running, "before", 210) == "due"
    assert watch(running, "after", 210) == "dormant"


def test_the_picture_lists_who_is_leaving_and_what_if_compares_two_notices() -> None:
    """`status` has the day and how it was computed; another draft with a shorter notice shows who is freed."""
    running = run(leaves(10))
    running.tick(at(20))
    [row] = status(running, at(20))["leaving"]
    assert (row["party"], row["what"], row["step"], row["since"]) == (
        "SUL", "the text", "denounced", format_instant(at(10 + RUN)),
    )  # fmt: skip
    assert "SUL/the text" in stand(running, at(20))["leaving"]
    none = run(leaves(10), text=NINETY)
    none.tick(at(20))
    found = compare(running, none, at(20))
    assert [(r["id"], r["what_if"]) for r in found["leaving"]] == [("SUL/the text", None)]
    assert {r["id"]: r["now"] for r in found["promises"]}["watch"] == "holds"


def test_who_leaves_takes_part_as_one_that_is_bound_until_the_notice_has_run() -> None:
    """No flag that the text had ended for who brings a case within its notice; one after it."""
    entries = [
        said("l", 5, "ARD:x", "change-standing", party="ARD", step="denounced", since=format_instant(at(5))),
        *breach(100, "within"), *breach(260, "after"),
    ]  # fmt: skip
    running = run(*entries)
    flags = {row["case"]: " ".join(row["flags"]) for row in docket(running, at(400))}
    assert "ARD brought this case" not in flags["within"]
    assert (
        "ARD brought this case in after; by then ARD had denounced the text from" in flags["after"]
    )
