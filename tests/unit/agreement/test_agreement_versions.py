"""Versions and amendments: each version judges its own time, and "under the new text" is a reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from waarborg.agreement.held import Deed, Ground
from waarborg.agreement.load import load
from waarborg.agreement.readings import under
from waarborg.agreement.versions import columns_of, everything, hold_versions, in_force, judged
from waarborg.agreement.worked_cases import run_cases
from waarborg.base.judgement import Verdict
from waarborg.base.problems import ProblemsFound
from waarborg.base.times import Period, parse_instant
from waarborg.cases.determination import Decision, Determination, DeterminationId
from waarborg.findings.finding import FindingId, Tier
from waarborg.obligations.fall_due import fall_due
from waarborg.obligations.obligation import ObligationState
from waarborg.obligations.state import Running

TEXT = """\
waarborg: agreement/1
id: amended
title: A truce that was amended
reading: {by: a test}
sources:
  note: {title: A note, kind: fiction}
  protocol: {title: A protocol, kind: fiction}
parties: {A: {name: Aland}, B: {name: Beland}, G: {name: Geland}}
version: {name: first, from: 2030-01-01T00:00Z}
terms:
  heavy: {words: heavy weapons, reads: {act: artillery_fire}, certainty: stated}
clauses:
  C-1: {says: No heavy weapons., source: note, certainty: stated}
prohibitions:
  hold:
    clause: C-1
    who: [A, B]
    must_not: {term: heavy}
    where: unstated
    decided_by: operation_of_the_text
    certainty: stated
  quiet: {clause: C-1, who: [A], must_not: {act: naval_attack}, where: unstated, certainty: stated}
guarantees:
  warn: {clause: C-1, by: G, strength: shall, action: warning, trigger: {actor: A}, certainty: stated}
  pay: {clause: C-1, by: G, strength: shall, action: economic, trigger: {actor: A}, certainty: stated}
amendments:
  protocol-2:
    from: 2030-06-01T00:00Z
    source: protocol
    says: Mortars count as heavy weapons too; nobody owes money any more.
    certainty: stated
    changes:
      terms:
        heavy: {words: heavy weapons, reads: {act: [artillery_fire, mortar_fire]}, certainty: stated}
      prohibitions:
        drones: {clause: C-1, who: [A, B], must_not: {act: drone_strike}, where: unstated, certainty: stated}
    ends:
      guarantees: [pay]
      prohibitions: [quiet]
readings:
  new_text: {note: everything read under the new text, version: protocol-2}
  old_text: {note: everything read under the old text, version: first}
  narrow: {note: only guns are heavy, terms: {heavy: {act: artillery_fire}}}
cases:
  - {id: before, row: {actor: A, act: mortar_fire, at: 2030-05-31T23:59Z}, expect: {hold: not_violated, drones: not_violated}, owed: {plain: [warn, pay], new_text: [warn]}}
  - {id: after, row: {actor: A, act: mortar_fire, at: 2030-06-01T00:00Z}, expect: {hold: violated, drones: not_violated}, owed: {plain: [warn], old_text: [warn, pay]}}
  - {id: guns on an unknown day, row: {actor: A, act: artillery_fire}, expect: {hold: violated, quiet: not_violated}, owed: {plain: [warn]}}
  - {id: mortars on an unknown day, row: {actor: A, act: mortar_fire}, expect: {hold: unknown}}
  - {id: a new rule, row: {actor: B, act: drone_strike, at: 2030-07-01T00:00Z}, expect: {drones: violated}}
  - {id: an ended rule, row: {actor: A, act: naval_attack, at: 2030-07-01T00:00Z}, expect: {quiet: not_violated}}
"""
AMENDED = load(TEXT, "amended.yaml")
GROUND = Ground(None, ZoneInfo("UTC"))
JUNE = datetime(2030, 6, 1, tzinfo=UTC)


def deed(name: str, days: float, act: str = "mortar_fire", hours: float = 1 / 3600) -> Deed:
    """An act by A so many days after the amendment began."""
    start = JUNE + timedelta(days=days)
    row = {"actor": "A", "act": act}
    return Deed(name, Period(start, start + timedelta(hours=hours)), None, row, row)


def test_the_worked_cases_hold_under_the_version_of_their_time() -> None:
    """Old incidents are judged by the old text, new ones by the new, open ones by both."""
    assert [o for o in run_cases(AMENDED) if not o.holds] == []


def test_the_agreement_is_its_newest_text_and_keeps_every_version() -> None:
    """Two versions follow each other without a gap, each with its own name."""
    first, second = AMENDED.versions
    assert (first.name, first.start, first.end) == ("first", None, JUNE)
    assert (second.name, second.start, second.end) == ("protocol-2", JUNE, None)
    assert second.text.version is not None
    assert second.text.version.replaces == "first"
    assert [g.id for g in AMENDED.guarantees] == ["warn"]
    assert [g.id for g in first.text.guarantees] == ["warn", "pay"]
    assert not any(version.text.versions for version in AMENDED.versions)


def test_an_amendment_never_changes_an_old_verdict() -> None:
    """What happened before June gets the same verdict with the amendment and without it."""
    plain = load(TEXT[: TEXT.index("amendments:")] + "open: {}\n", "plain.yaml")
    deeds = [
        deed(f"{act}{day}", day, act)
        for day in (-9, -1)
        for act in ("mortar_fire", "artillery_fire")
    ]

    def verdicts(agreement: object) -> list[tuple[str, str, Verdict]]:
        held = hold_versions(agreement, deeds, GROUND)  # type: ignore[arg-type]  # of two kinds
        return sorted((r.id, one.held.deed.id, one.verdict) for r, one in judged(held, ()))

    assert verdicts(AMENDED) == verdicts(plain) != []


def test_what_may_have_happened_under_either_cannot_be_decided() -> None:
    """A day that the amendment cuts is open where the versions differ, and says so."""
    held = hold_versions(
        AMENDED, [deed("m", -0.5, hours=24), deed("g", -0.5, "artillery_fire", 24)], GROUND
    )
    found = {(r.id, one.held.deed.id): one for r, one in judged(held, ())}
    assert {key: one.verdict for key, one in found.items()} == {
        ("hold", "m"): Verdict.UNKNOWN,
        ("hold", "g"): Verdict.YES,
    }
    assert [r.words for r in found["hold", "m"].answer.reasons] == [
        "it cannot be said which version of the text was in force: first or protocol-2"
    ]
    assert set(columns_of(held)) == {"m", "g"}


def test_under_the_new_text_is_a_reading() -> None:
    """The reading pins one version for all time; another reading reads every version otherwise."""
    new = under(AMENDED, "new_text")
    assert new.versions == ()
    assert [v.name for v in in_force(new, deed("m", -9).happened)] == ["protocol-2"]
    narrow = under(AMENDED, "narrow")
    assert narrow.reading == "narrow"
    held = hold_versions(narrow, [deed("m", 9)], GROUND)
    assert list(judged(held, ())) == []


def determination(happened: Period) -> Determination:
    """A breach found by the text."""
    return Determination(
        id=DeterminationId("det-1"), finding=FindingId("fin-1"), incident="inc-1",  # type: ignore[arg-type]  # a name
        agreement="amended", exercise="", prohibition="hold", clause="C-1", breacher="A",  # type: ignore[arg-type]  # a name
        by="operation_of_the_text", decision=Decision.BREACH_FOUND, tier=Tier.CERTAIN,
        happened=happened, known_at="2030-06-02T00:00:00Z",
        facts={"actor": "A", "hours_since_first_least": 0, "hours_since_first_most": 0},
        words="", cites=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("days", "hours", "owed"),
    [
        (-9, 1, {"pay": ObligationState.NO_DEADLINE, "warn": ObligationState.NO_DEADLINE}),
        (9, 1, {"warn": ObligationState.NO_DEADLINE}),
        (-0.5, 24, {"pay": ObligationState.UNDECIDED, "warn": ObligationState.NO_DEADLINE}),
    ],
)
def test_a_breach_sets_off_what_the_text_of_its_time_promised(
    days: float, hours: float, owed: dict[str, ObligationState]
) -> None:
    """An ended promise is owed for a breach before its end, and undecided on the day between."""
    made = determination(deed("m", days, hours=hours).happened)
    found = fall_due(AMENDED, [made], JUNE + timedelta(days=30))
    assert {o.guarantee: o.state for o in found} == owed
    running = Running(AMENDED)
    running.found(made, parse_instant(made.known_at))
    assert {o.guarantee for o in running.obligations(JUNE + timedelta(days=30))} == set(owed)


def test_an_ended_promise_binds_until_the_amendment() -> None:
    """Among all entries of all versions, what was ended has its end."""
    whole = everything(AMENDED)
    assert {g.id: g.until for g in whole.guarantees} == {"warn": None, "pay": JUNE}
    assert [p.id for p in whole.prohibitions] == ["hold", "quiet", "drones"]
    assert everything(whole) == whole
    assert everything(replace(AMENDED, versions=())) == replace(AMENDED, versions=())


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        ("from: 2030-06-01", "from: 2029-06-01", "AGR-064", "amendment protocol-2 does not begin after the version before it"),
        ("guarantees: [pay]", "guarantees: [paid]", "AGR-065", "amendment protocol-2 ends paid, which guarantees does not have"),
        ("version: protocol-2", "version: protocol-3", "AGR-066", "reading new_text names the version protocol-3, which the file does not have"),
        ("source: protocol\n", "source: protocols\n", "AGR-020", "amendment protocol-2 names the source protocols, which the file does not have"),
        ("drones: {clause: C-1", "drones: {clause: C-9", "AGR-021", "prohibition drones names the clause C-9, which the file does not have"),
        ("    changes:\n      terms:", "    changes:\n      needs:", "AGR-010", "the file, amendments, protocol-2, changes has no key needs"),
    ],
)  # fmt: skip
def test_refusals(old: str, new: str, code: str, message: str) -> None:
    """Each mistake in an amendment is refused once, with its code and one plain sentence."""
    assert old in TEXT
    with pytest.raises(ProblemsFound) as found:
        load(TEXT.replace(old, new, 1), "amended.yaml")
    assert [(p.code, p.message) for p in found.value.problems].count((code, message)) == 1


def test_an_amendment_that_changes_nothing_is_warned_of() -> None:
    """An amendment whose words swallowed its changes shows up."""
    text = TEXT[: TEXT.index("    changes:")] + TEXT[TEXT.index("readings:") :]
    text = text[: text.index("cases:")]
    warned = {w.code: w.message for w in load(text, "amended.yaml").warnings}
    assert warned["AGR-067"] == "the amendment protocol-2 changes nothing"
