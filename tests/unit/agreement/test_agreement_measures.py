"""The sections that measure, decide and deliver: what they give, and every refusal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from test_agreement_load import SMALL, SQUARE

from waarborg.agreement.condition import Settled, SettledKind, leaves
from waarborg.agreement.diff import difference
from waarborg.agreement.load import load
from waarborg.agreement.sections import WayBack
from waarborg.agreement.sentences import Speaker
from waarborg.agreement.vocabulary import ClockKind, GoesBack
from waarborg.agreement.zones import Zones, read_zones
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.base.times import parse_instant

FULL = (
    SMALL.replace("trigger: {actor: A}", "trigger: {all: [{threshold: daily}, {near: belt}]}")
    + """\
version: {name: "2", from: 2026-05-01T00:00Z, replaces: "1"}
form: {class: definitive, sides: bilateral, written: true}
clocks:
  office: {kind: working, zone: Europe/Kyiv, opens: "08:00", closes: "16:00", holidays: ["2026-04-13"]}
distances:
  belt: {of: north, metres: 15000, side: outside, words: fifteen kilometres, certainty: stated}
thresholds:
  daily:
    clause: C-1
    of: {term: force}
    by: [actor, zone]
    window: PT24H
    at_least: 10
    counting: fused-incidents 1
    words: ten in a day
    certainty: assumed
procedures:
  complaint:
    clause: C-1
    words: a complaint
    trigger: {term: force}
    certainty: stated
    steps:
      ask: {who: A, what: consultation, words: A asks, within: P2D, clock: office, then: rule, on_lapse: rule}
      rule: {who: board, what: determination, words: the Board rules, within: {open: window}}
contributions:
  troops: {clause: C-1, by: B, what: force_deployment, number: 500, unit: soldiers, place: north,
           capacity: monitoring, state: promised, words: a battalion, certainty: stated}
commitments:
  leave: {clause: C-1, by: A, does: leaves the north, waits_for: [troops, help], certainty: stated}
"""
)


def test_the_sections_give_what_they_say() -> None:
    """Clocks, distances, thresholds, procedures, promises and versions become data."""
    agreement = load(FULL, "full.yaml")
    assert agreement.clocks["office"].kind is ClockKind.WORKING
    assert agreement.distances["belt"].metres == 15_000
    assert agreement.thresholds["daily"].window == timedelta(hours=24)
    assert agreement.procedures["complaint"].steps["ask"].on_lapse == ("rule",)
    assert agreement.procedures["complaint"].steps["rule"].within is not None
    assert agreement.contributions["troops"].number == 500
    assert agreement.commitments["leave"].waits_for == ("troops", "help")
    assert agreement.version is not None
    assert agreement.version.start == parse_instant("2026-05-01T00:00Z")
    assert agreement.form == {"class": "definitive", "sides": "bilateral", "written": "True"}
    assert set(leaves(agreement.guarantees[0].trigger)) == {
        Settled(SettledKind.THRESHOLD, "daily"),
        Settled(SettledKind.NEAR, "belt"),
    }


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        ("zone: Europe/Kyiv", "zone: Europe/Kiew", "AGR-040", "clock office names the time zone Europe/Kiew, which does not exist"),
        ('closes: "16:00"', 'closes: "07:00"', "AGR-041", "clock office closes before it opens"),
        ('closes: "16:00"', 'closes: "four"', "AGR-042", "clock office, closes is no time of day"),
        ('"2026-04-13"', '"2026-04-31"', "AGR-043", "clock office has a holiday that is no date"),
        ("clock: office", "clock: offic", "AGR-044", "procedure complaint, step ask names the clock offic, which the file does not have"),
        ("{near: belt}", "{near: belts}", "AGR-045", "guarantee help, trigger names the distance rule belts, which is not defined"),
        ("{threshold: daily}", "{threshold: dayly}", "AGR-046", "guarantee help, trigger names the threshold dayly, which is not defined"),
        ("of: {term: force}", "of: {threshold: daily}", "AGR-047", "threshold daily counts incidents by another threshold"),
        ("window: PT24H", "window: P1M", "AGR-048", "threshold daily has a window that is no fixed stretch of time"),
        ("then: rule, on_lapse: rule", "then: rul", "AGR-049", "procedure complaint, step ask names the step rul, which the file does not have"),
        ("then: rule, on_lapse: rule", "then: ask", "AGR-057", "procedure complaint never reaches its step rule"),
        ("then: rule, on_lapse: rule", "then: rule, on_lapse: ask", "AGR-074", "procedure complaint goes in a circle without end"),
        ("{open: window}}", "{open: window}, back: {asks: {at_most: 1}}}", "AGR-049", "procedure complaint, step rule, back names the step asks, which the file does not have"),
        ("{open: window}}", "{open: window}, back: {ask: {}}}", "AGR-011", "the file, procedures, complaint, steps, rule, back, ask lacks the key at_most"),
        ("{open: window}}", "{open: window}, back: {ask: {at_most: 0}}}", "AGR-012", "the file, procedures, complaint, steps, rule, back, ask, at_most has the wrong form"),
        ("{open: window}}", "{open: window}, back: ask}", "AGR-012", "the file, procedures, complaint, steps, rule, back has the wrong form"),
        ("{open: window}}", "{open: window}, back: {ask: {at_most: 1, when: never}}}", "AGR-013", "the file, procedures, complaint, steps, rule, back, ask, when has a word that is not on its list"),
        ("{open: window}}", "{open: window}, back: {ask: {at_most: 101}}}", "AGR-078", "procedure complaint, step rule goes back to ask more than 100 times"),
        ("then: rule,", "then: rule, back: {rule: {at_most: 1}},", "AGR-075", "procedure complaint, step ask goes back to rule, which does not come before it"),
        (", within: {open: window}}", ", back: {ask: {at_most: 1, when: lapse}}}", "AGR-076", "procedure complaint, step rule cannot go back when its time has passed"),
        ("{open: window}}", "P1D, back: {ask: {at_most: 1, when: lapse}, rule: {at_most: 1, when: [decided, lapse]}}}", "AGR-076", "procedure complaint, step rule cannot go back when its time has passed"),
        ("{open: window}}", "P1D, back: {ask: {at_most: 1}}, then: ask.2}\n      ask.2: {who: A, what: consultation, words: A asks more}", "AGR-077", "procedure complaint, step ask.2 is called as a round of step ask is"),
        ("by: [actor, zone]", "by: [actor, sector]", "AGR-063", "threshold daily counts by sector without saying which zones are sectors, or says so in vain"),
        ("window: PT24H", "window: PT24H\n    sectors: north", "AGR-063", "threshold daily counts by sector without saying which zones are sectors, or says so in vain"),
        ("waits_for: [troops, help]", "waits_for: [troop]", "AGR-028", "commitment leave names the promise troop, which the file does not have"),
        ("trigger: {term: force}", "trigger: act LIKE 'x'", "AGR-034", "procedure complaint, trigger is no condition in CQL2 that can be taken"),
    ],
)  # fmt: skip
def test_refusals(old: str, new: str, code: str, message: str) -> None:
    """Each kind of mistake is refused with its code and one plain sentence."""
    assert old in FULL
    with pytest.raises(ProblemsFound) as found:
        load(FULL.replace(old, new, 1), "full.yaml")
    assert (code, message) in [(p.code, p.message) for p in found.value.problems]


def _problem(text: str) -> Problem:
    with pytest.raises(ProblemsFound) as found:
        load(text, "full.yaml")
    [problem] = found.value.problems
    return problem


@pytest.mark.parametrize(
    ("new", "when"),
    [("then: rule, on_lapse: ask", ", when: lapse"), ("then: [rule, ask]", "")],
)
def test_a_circle_without_a_bound_is_told_with_the_bound_that_mends_it(new: str, when: str) -> None:
    """The way round is shown, and what to write in its place, where the bound stands."""
    problem = _problem(FULL.replace("then: rule, on_lapse: rule", new, 1))
    assert problem.code == "AGR-074"
    assert problem.found == "ask -> ask"
    assert problem.expected == (
        "steps that lead on under then and on_lapse, and back only under back, with a bound"
    )
    assert problem.fix == (
        f"take ask out there, and write in step ask: back: {{ask: {{at_most: 1{when}}}}}, with as many times as the "
        "text allows"
    )


def test_a_way_back_without_its_bound_is_told_what_to_write() -> None:
    """Neither the bare name of a step nor an empty entry is taken, and each is told what is wanted."""
    bare = _problem(FULL.replace("{open: window}}", "{open: window}, back: ask}", 1))
    assert bare.fix == "write the step and how often at most, as hear: {at_most: 1}"
    empty = _problem(FULL.replace("{open: window}}", "{open: window}, back: {ask: {}}}", 1))
    assert empty.expected == "at_most: how often it may go back there, so that the procedure ends"


BACK = FULL.replace(
    "then: rule, on_lapse: rule",
    "then: rule, on_lapse: rule, back: {ask: {at_most: 3, when: lapse}}",
    1,
).replace("{open: window}}", "P1D, back: {ask: {at_most: 2}, rule: {at_most: 1}}}", 1)


def test_ways_back_are_read_and_written_in_sentences() -> None:
    """Who reads the agreement sees where a step may lead back to, how often at most, and with which time."""
    agreement = load(BACK, "full.yaml")
    steps = agreement.procedures["complaint"].steps
    assert steps["ask"].back == (WayBack("ask", 3, (GoesBack.LAPSE,)),)
    assert steps["rule"].back == (WayBack("ask", 2), WayBack("rule", 1))
    opening, ask, rule = Speaker(agreement).procedure(agreement.procedures["complaint"])
    assert opening.endswith(
        "Where it goes back, that step and all that follow it are done anew, each with its time anew, from when it "
        "opens again."
    )
    assert ask.endswith(
        "; then rule; if the time passes, back to ask (three times at most), after that rule."
    )
    assert rule.endswith(
        "; whoever takes it may send it back to ask (twice at most) or to rule (once at most)."
    )
    plain = load(FULL, "full.yaml")
    assert "back" not in " ".join(Speaker(plain).procedure(plain.procedures["complaint"]))


def test_another_bound_is_another_meaning() -> None:
    """`agreement diff` tells a bound that was moved as a change of that step."""
    more = load(BACK.replace("at_most: 2", "at_most: 4", 1), "full.yaml")
    [change] = difference(load(BACK, "full.yaml"), more).changes
    assert (change.name, change.aspect) == ("complaint", "step rule")
    assert "four times at most" in change.after


def test_a_line_has_no_inside() -> None:
    """A distance rule asks for a side of a zone only; for a line it names a zone under in."""
    zones = read_zones(
        SQUARE.replace('"Polygon"', '"LineString"').replace("[[[", "[[").replace("]]]", "]]"), "z"
    )
    assert list(zones.lines) == ["north"]
    line = FULL.replace("place: north", "place: land").replace("in: [north]", "in: [land]")
    square = read_zones(SQUARE.replace('"north"', '"land"'), "z")
    both = Zones(square.zones, zones.lines)
    with pytest.raises(ProblemsFound) as found:
        load(line, "full.yaml", both)
    assert [(p.code, p.message) for p in found.value.problems] == [
        ("AGR-062", "distance rule belt asks for the outside of a line, which has none")
    ]
    assert (
        load(line.replace("side: outside", "in: land"), "full.yaml", both).distances["belt"].within
        == "land"
    )


def test_a_promise_may_wait_for_what_others_bring() -> None:
    """A guarantee names the contributions and commitments that must be there first."""
    waiting = FULL.replace(
        "    within: PT24H\n    certainty",
        "    waits_for: [troops, leave]\n    within: PT24H\n    certainty",
        1,
    )
    assert load(waiting, "full.yaml").guarantees[0].waits_for == ("troops", "leave")


def test_a_condition_may_be_written_as_cql2() -> None:
    """CQL2 text and CQL2-JSON in a file give the tree that the short form gives."""
    text = FULL.replace("trigger: {term: force}", "trigger: act = 'air_strike' AND severity > 2")
    data = FULL.replace(
        "trigger: {term: force}",
        "trigger: {op: and, args: [{op: '=', args: [{property: act}, air_strike]}, "
        "{op: '>', args: [{property: severity}, 2]}]}",
    )
    short = FULL.replace(
        "trigger: {term: force}", "trigger: {act: air_strike, severity: {above: 2}}"
    )
    triggers = {load(t, "f.yaml").procedures["complaint"].trigger for t in (text, data, short)}
    assert len(triggers) == 1
