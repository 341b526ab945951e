"""Law 3 for the whole chain: a report carried through equals everything worked out at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import event, given, settings
from hypothesis import strategies as st
from strategies import OUTLETS, SLUGS, Row, rows

from small_mission import AGREEMENT, Chain, Mission, release, row
from waarborg.agreement.load import load
from waarborg.app.services.carry import Carried, Carry, arrivals, turns
from waarborg.app.services.derive import derive
from waarborg.app.services.inputs import Inputs
from waarborg.base.acts import Act
from waarborg.base.grades import AttributionLevel
from waarborg.base.judgement import Verdict
from waarborg.base.parties import PartyId
from waarborg.base.times import Period
from waarborg.cases.determination import Determination
from waarborg.cases.determine import determine
from waarborg.cases.kept import KeptDeterminations
from waarborg.findings.finding import Finding, FindingId, Tier
from waarborg.incidents.incident import IncidentId
from waarborg.incidents.judgements import Judgement, Sameness
from waarborg.reports.report import Report, ReportId

BEGIN = datetime(2030, 4, 14, tzinfo=UTC)
LATER = BEGIN + timedelta(days=400)

COUNTED = AGREEMENT.replace(
    "prohibitions:\n",
    """\
thresholds:
  two:
    clause: C-1
    of: {term: force}
    by: [LOOK]
    window: PT24H
    at_least: 2
    counting: fused-incidents 1
    words: two attacks in a day
    certainty: stated
prohibitions:
  many:
    clause: C-1
    who: [ARD, BOR]
    must_not: {threshold: two}
    where: unstated
    decided_by: operation_of_the_text
    certainty: stated
  within-a-day:
    clause: C-1
    who: [ARD, BOR]
    must_not: {term: force}
    where: unstated
    except:
      - clause: C-1
        words: it answers a strike
        answers: {by: [ARD, BOR], same: [], within: PT48H}
        certainty: implied
    certainty: stated
""",
)
AMENDED = AGREEMENT.replace(
    "periods:\n", "version: {name: first, from: 2030-01-01T00:00+03:00}\nperiods:\n"
) + (
    """\
amendments:
  second:
    from: 2030-04-12T00:00+03:00
    source: paper
    says: Drones may fly again.
    certainty: stated
    changes:
      terms:
        force: {words: force, reads: {act: [artillery_fire, ground_assault]}, certainty: stated}
"""
)
TEXTS = {
    "plain": AGREEMENT,
    "counted by actor": COUNTED.replace("LOOK", "actor"),
    "counted by zone": COUNTED.replace("LOOK", "zone"),
    "amended": AMENDED,
}


def opened(found: list[Row], text: str) -> Chain:
    """A mission of these rows under one of the texts."""
    first, second = found[: len(found) // 2], found[len(found) // 2 :]
    releases = [(release(first), "2030-04-14T12:00:00+03:00")] * bool(first)
    releases.append((release(second), "2030-04-15T12:00:00+03:00"))
    return Mission(tuple(releases), {"agreement.yaml": TEXTS[text]}).open()


def check(carry: Carry, inputs: Inputs, as_of: datetime) -> None:
    """What was carried equals what is derived from everything at once."""
    assert carry.derived(LATER) == derive(inputs, as_of, LATER)


@settings(max_examples=60, deadline=None)
@given(rows(least=2, most=12), st.data())
def test_each_step_carried_equals_all_at_once(found: list[Row], data: st.DataObject) -> None:
    """Late and early reports, corrections, redactions and judgements: no derived figure differs."""
    text = data.draw(st.sampled_from(sorted(TEXTS)), label="text")
    chain = opened(found, text)
    as_of = BEGIN + timedelta(days=data.draw(st.sampled_from((-2, 9))))
    bare = replace(chain.inputs, reports=(), judgements=())
    carry = Carry(bare, as_of)
    there: dict[ReportId, Report] = {}
    said: list[Judgement] = []
    every: list[Report] = []
    before: tuple[Finding, ...] = ()
    waiting = data.draw(st.permutations(chain.inputs.reports), label="order")
    for number in range(data.draw(st.integers(2, 8), label="steps")):
        kind = data.draw(st.sampled_from(("come", "come", "correct", "judge", "redact")))
        at = LATER - timedelta(days=99) + timedelta(hours=number)
        step = Carried(at, (), ((), ()), (), ((), ()), (), ((), ()))
        if kind == "come":
            some, waiting = waiting[: len(waiting) // 2 + 1], waiting[len(waiting) // 2 + 1 :]
            step = carry.take(at, some)
            there |= {report.id: report for report in some}
        elif kind == "correct" and there:
            old = there[data.draw(st.sampled_from(sorted(there)))]
            days = timedelta(days=data.draw(st.integers(-3, 3)))
            other = data.draw(st.sampled_from(chain.inputs.reports))
            new = replace(
                old, version=old.version + 1, received_at=at, source=data.draw(st.sampled_from(OUTLETS)),
                headline=data.draw(st.sampled_from(SLUGS)), acts=other.acts, actors=other.actors,
                place=other.place,
                happened=replace(old.happened, start=old.happened.start + days, end=old.happened.end + days),
            )  # fmt: skip
            step = carry.take(at, [new])
            there[new.id] = new
        elif kind == "judge" and len(chain.inputs.reports) > 1:
            one, other_id = data.draw(st.permutations([r.id for r in chain.inputs.reports]))[:2]
            judged = Judgement(
                one, other_id, data.draw(st.sampled_from(Sameness)), "ana", at, "seen"
            )
            step = carry.take(at, judgements=[judged])
            said.append(judged)
        elif kind == "redact" and there:
            name = data.draw(st.sampled_from(sorted(there)))
            step = carry.take(at, gone=[name])
            del there[name]
        event(f"{text} {kind}")
        event(f"trail {len(step.trail) > 0}")
        every += step.reports
        known = tuple(report for report in every if report.id in there)
        check(carry, replace(bare, reports=known, judgements=tuple(said)), as_of)
        assert [len(some) for some in step.findings] == [len(tuple(some)) for some in step.findings]
        held = {f.id: f for f in before if f not in set(step.findings[0])}
        held |= {f.id: f for f in step.findings[1]}
        before = carry.derived(LATER).findings
        assert held == {f.id: f for f in before}


AFTER = (
    row("1", "2030-04-03", slug="ardanian shells hit gristmill at norvik warden hjalmarson killed"),
    row("2", "2030-04-03", source="gazette", slug="gristmill at norvik shelled warden hjalmarson killed"),
    row("3", "2030-04-12", source="courier", slug="gunners convicted ardanians shelled gristmill at norvik warden hjalmarson"),
    row("4", "2030-04-12", "Sudby", slug="mortar fire on the brewery"),
)  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(st.permutations(range(4)), st.lists(st.integers(0, 3), max_size=3))
def test_what_came_after_a_blow_is_no_event_however_it_came(order, gone) -> None:
    """A trial is held against no clause while the blow it speaks of is known, and is again when that goes."""
    chain = opened(list(AFTER), "plain")
    reports = {report.keys[0]: report for report in chain.inputs.reports}
    bare = replace(chain.inputs, reports=(), judgements=())
    carry = Carry(bare, BEGIN + timedelta(days=9))
    there: dict[ReportId, Report] = {}
    steps = [("come", number) for number in order] + [("gone", number) for number in gone]
    for hour, (kind, number) in enumerate(steps):
        at, report = LATER - timedelta(days=9) + timedelta(hours=hour), reports[str(number + 1)]
        if kind == "come":
            carry.take(at, [report])
            there[report.id] = report
        else:
            carry.take(at, gone=[report.id])
            there.pop(report.id, None)
        known = replace(bare, reports=tuple(there.values()))
        check(carry, known, BEGIN + timedelta(days=9))
        derived = carry.derived(LATER)
        trial = reports["3"].id
        told = {reports[key].id for key in "12"} & there.keys()
        if trial in there:
            assert len(derived.follows) == bool(told)
            (incident,) = (i.id for i in derived.incidents if trial in i.reports)
            assert (incident in {f.incident for f in derived.findings}) != bool(told)


def test_the_real_releases_carried_equal_both_at_once(easter: Chain) -> None:
    """The Easter mission, arrival by arrival, gives what it gives at once, under all its texts."""
    as_of, known_at = easter.moments(None, None)
    carry = Carry(easter.inputs, as_of)
    for at, reports, judgements in arrivals(easter.inputs, known_at):
        for place in range(0, len(reports), 1500):
            carry.take(at, reports[place : place + 1500])
        carry.take(at, judgements=judgements)
    assert carry.derived(known_at) == derive(easter.inputs, as_of, known_at)


@settings(max_examples=30, deadline=None)
@given(rows(least=2, most=10))
def test_the_turns_lead_to_the_determinations_of_each_moment(found: list[Row]) -> None:
    """Applied one after the other, turns give what is determined at each arrival, no more and no less."""
    inputs = opened(found, "plain").inputs
    every = turns(inputs, LATER, LATER)
    for at, _, _ in arrivals(inputs, LATER):
        held: dict[str, Determination] = {}
        for turn in every:
            if turn.at > at:
                continue
            assert held.get(turn.id) == turn.before
            held.pop(turn.id, None)
            if turn.after is not None:
                held[turn.id] = turn.after
        known = derive(inputs, LATER, at + timedelta(microseconds=1))
        assert held == {str(each.id): each for each in known.determinations}


def breaches() -> st.SearchStrategy[list[Finding]]:
    """Findings over twelve days, some known to the hour and some to the day, some certain."""

    def finding(at: int, told: tuple[int, int, str, str, Tier]) -> Finding:
        start, hours, rule, accused, tier = told
        begin = BEGIN + timedelta(hours=6 * start)
        return Finding(
            id=FindingId(f"fin-{at}-{rule}-{accused}"), agreement="river-truce", exercise="",
            prohibition=rule, clause="C-1", accused=PartyId(accused), incident=IncidentId(f"inc-{at}"),
            verdict=Verdict.YES if tier is Tier.CERTAIN else Verdict.UNKNOWN, tier=tier, reasons=(),
            inferred=(), happened=Period(begin, begin + timedelta(hours=hours)), place=None,
            act=Act.ARTILLERY_FIRE, attribution=AttributionLevel.SINGLE_SOURCE,
            cites=(ReportId(f"r{at}"),),
        )  # fmt: skip

    told = st.tuples(
        st.integers(0, 48), st.sampled_from((1, 24)), st.sampled_from(("A-cease", "ruled")),
        st.sampled_from(("ARD", "BOR")), st.sampled_from((Tier.CERTAIN, Tier.CERTAIN, Tier.POSSIBLE)),
    )  # fmt: skip
    made = st.lists(told, min_size=1, max_size=14)
    return made.map(lambda some: [finding(at, each) for at, each in enumerate(some)])


@settings(max_examples=150, deadline=None)
@given(breaches(), st.data())
def test_determinations_kept_up_equal_those_of_all_findings(
    every: list[Finding], data: st.DataObject
) -> None:
    """Breaches that come and go far apart: facts about the first and the day before stay right."""
    text = load(AGREEMENT, "agreement.yaml")
    received = {report: BEGIN for finding in every for report in finding.cites}
    kept = KeptDeterminations(text, received.__getitem__, lambda _: {})
    held: dict[FindingId, Finding] = {}
    for _ in range(8):
        one = data.draw(st.sampled_from(every))
        if one.id in held:
            del held[one.id]
            kept.change([one], [], [])
        else:
            held[one.id] = one
            kept.change([], [one], [])
        assert kept.determinations() == determine(text, list(held.values()), received, {})
