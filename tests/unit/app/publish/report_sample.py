"""A small mission made up for tests of the report; none of it happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from waarborg.agreement.condition import Constant
from waarborg.agreement.model import (
    Agreement,
    Body,
    Clause,
    Guarantee,
    Party,
    Prohibition,
    Source,
    StandingStep,
)
from waarborg.agreement.vocabulary import Strength
from waarborg.app.services.derived import Claim, Count, Coverage, Derived
from waarborg.app.services.panels import Seal, Settings
from waarborg.base.acts import Act
from waarborg.base.grades import AttributionLevel, Basis, Certainty, Standing
from waarborg.base.judgement import Reason, Verdict
from waarborg.base.places import Area, Point
from waarborg.base.times import Period
from waarborg.cases.determination import OPERATION_OF_THE_TEXT, Decision, Determination
from waarborg.findings.finding import Finding, Tier
from waarborg.incidents.incident import (
    NOBODY,
    Attribution,
    AttributionEvidence,
    Incident,
    Member,
    Term,
)
from waarborg.obligations.obligation import Deadline, GateState, Obligation, ObligationState
from waarborg.reports.report import Report

EXERCISE = "exercise: no such guarantee was in force"
ZONES = """{"type": "FeatureCollection", "features": [
 {"type": "Feature", "properties": {"id": "LL-1", "words": "Left Land", "basis": "stated"},
  "geometry": {"type": "Polygon", "coordinates": [[[30, 48], [33, 48], [33, 50], [30, 50], [30, 48]]]}},
 {"type": "Feature", "properties": {"id": "LL-2", "words": "Right Land", "basis": "stated"},
  "geometry": {"type": "Polygon", "coordinates": [[[33, 48], [36, 48], [36, 50], [33, 50], [33, 48]]]}},
 {"type": "Feature", "properties": {"id": "held-B", "words": "held by Beta", "basis": "inference, rough"},
  "geometry": {"type": "Polygon", "coordinates": [[[35, 48], [36, 48], [36, 50], [35, 50], [35, 48]]]}}]}"""
SETTINGS = Settings(
    name="Sample mission for tests",
    time_zone="Europe/Moscow",
    day_words="A source's day is taken as a day in Moscow time (assumed).",
    rule="incidents/1",
    rule_words="Each incident counts once, on its first day.",
    periods=(("truce", "hours"),),
    licences=("Sample data, made up for tests.",),
)
SEAL = Seal(1234, "ab" * 32)
DAYS = tuple(date(2026, 4, day) for day in range(10, 15))
HOURS = Period(datetime(2026, 4, 11, 13, tzinfo=UTC), datetime(2026, 4, 12, 21, tzinfo=UTC))
FROM_DAY_ONLY = Reason("time-day-only", "the source gives the day, the truce began at 16:00")
NOBODY_NAMED = Reason("actor-unknown", "no source says who did it")


def day(number: int, length: int = 1) -> Period:
    """A stretch of whole days of April 2026 in Moscow time."""
    start = datetime(2026, 4, number, tzinfo=UTC) - timedelta(hours=3)
    return Period(start, start + timedelta(days=length))


def report(
    name: str, when: Period, headline: str = "striking words of the address", address: str = ""
) -> Report:
    """A report of a made-up outlet."""
    return Report(
        id=name,
        version=1,
        channel="sample",
        source="outlet-" + name[-1],
        address=address or f"https://news.example/{name}",
        headline=headline,
        happened=when,
        received_at=when.end,
        place=None,
        label="A",
    )


def incident(
    name: str, when: Period, reports: tuple[str, ...], place=None, attribution=NOBODY
) -> Incident:
    """An incident of made-up shelling."""
    members = tuple(
        Member(each, 1.0)
        if each == reports[0]
        else Member(each, 0.93, (Term("place", 2.1, "the same settlement"),), reports[0])
        for each in reports
    )
    return Incident(
        id=name,
        members=members,
        sources=tuple(f"outlet-{each[-1]}" for each in reports),
        happened=when,
        place=place,
        places=(place,) if place else (),
        act=Act.ARTILLERY_FIRE,
        act_labelled=Act.ARTILLERY_FIRE,
        acts=((Act.ARTILLERY_FIRE, Basis.STATED),),
        harm=("civilian",),
        attribution=attribution,
    )


def finding(
    held: Incident, prohibition: str, accused: str, tier: Tier, reasons=(), inferred=()
) -> Finding:
    """The incident held against a prohibition of one of the two made-up texts."""
    exercise = EXERCISE if prohibition == "attack" else ""
    return Finding(
        id=f"fin-{held.id}-{prohibition}",
        agreement="guarantee" if exercise else "truce",
        exercise=exercise,
        prohibition=prohibition,
        clause="G-1" if exercise else f"T-{accused}",
        accused=accused,
        incident=held.id,
        verdict=Verdict.YES if tier is Tier.CERTAIN else Verdict.UNKNOWN,
        tier=tier,
        reasons=reasons,
        inferred=inferred,
        happened=held.happened,
        place=held.place,
        act=held.act,
        attribution=held.attribution.level,
        cites=held.reports,
    )


def agreements() -> tuple[Agreement, ...]:
    """A truce in force, and a guarantee read as an exercise."""
    start = HOURS.start
    parties = {"AA": Party("AA", "Alphaland"), "BB": Party("BB", "Betaland")}
    truce = Agreement(
        id="truce",
        title="Sample truce",
        exercise="",
        digest="0" * 64,
        sources={
            "order": Source(
                "order", "The order", "official_text", "2026-04-09", "https://law.example/order"
            )
        },
        parties=parties,
        clauses={
            f"T-{party}": Clause(
                f"T-{party}",
                "all fire shall cease" if party == "AA" else "",
                "Fighting stops for the hours of the truce.",
                "order",
                "unilateral_declaration",
                Certainty.STATED,
                (StandingStep(Standing.IN_FORCE, start),),
            )
            for party in parties
        },
        periods={"hours": HOURS},
        prohibitions=tuple(
            Prohibition(f"cease-{party}", f"T-{party}", (party,), Constant(holds=True))
            for party in parties
        ),
    )
    guarantee = Agreement(
        id="guarantee",
        title="Sample guarantee",
        exercise=EXERCISE,
        digest="1" * 64,
        parties=parties | {"CC": Party("CC", "Gammaland"), "DD": Party("DD", "Deltaland")},
        clauses={
            "G-1": Clause(
                "G-1",
                "a renewed attack",
                "An attack is answered.",
                "draft",
                "political",
                Certainty.ASSUMED,
            )
        },
        prohibitions=(
            Prohibition(
                "attack", "G-1", ("BB",), Constant(holds=True), decided_by=OPERATION_OF_THE_TEXT
            ),
            Prohibition("breach", "G-1", ("BB",), Constant(holds=True), decided_by="commission"),
        ),
        guarantees=tuple(
            Guarantee(
                f"answer/{by}",
                "answer",
                "G-1",
                by,
                Strength.SHALL,
                ("support",),
                False,
                Constant(holds=True),
            )
            for by in ("CC", "DD")
        ),
        bodies={"commission": Body("commission", "the Commission", ("CC",), ("breach",))},
    )
    return (truce, guarantee)


def determination(held: Finding, decision: Decision) -> Determination:
    """A determination of a finding under the made-up guarantee."""
    by = OPERATION_OF_THE_TEXT if decision is Decision.BREACH_FOUND else "commission"
    return Determination(
        id=f"det-{held.incident}-{held.prohibition}-{decision.value}",
        finding=held.id,
        incident=held.incident,
        agreement=held.agreement,
        exercise=held.exercise,
        prohibition=held.prohibition,
        clause=held.clause,
        breacher=held.accused,
        by=by,
        decision=decision,
        tier=held.tier,
        happened=held.happened,
        known_at="2026-04-13T00:00:00Z",
        facts={},
        words="",
        cites=held.cites,
    )


def obligation(cause: Determination, guarantor: str, window: Period | None) -> Obligation:
    """What a guarantor would owe."""
    return Obligation(
        id=f"obl-{cause.id}-answer-{guarantor}",
        determination=cause.id,
        agreement=cause.agreement,
        exercise=EXERCISE,
        guarantee=f"answer/{guarantor}",
        clause="G-1",
        guarantor=guarantor,
        actions=("intelligence_support", "armed_force"),
        choice=True,
        strength="shall_subject_to_procedures",
        reading="as_written",
        certainty="assumed",
        deadline=Deadline(window, "PT24H" if window else "", "24 hours from the day of the breach"),
        gates=(
            GateState("parliament", "prior_consent", "open", "Parliament consents beforehand."),
        ),
        relies_on=("backstop",),
        state=ObligationState.WAITING_FOR_GATE if window else ObligationState.UNDECIDED,
        reasons=(Reason("trigger-met", "the breach was found"),),
    )


def sample() -> Derived:
    """The whole made-up derivation."""
    stated = Attribution(
        "BB",
        AttributionLevel.CORROBORATED,
        "BB",
        (
            AttributionEvidence(
                "BB", Basis.STATED, "the outlet names Betaland", ("rep-1",), "outlet-1"
            ),
        ),
        ("AA", "BB"),
    )
    implied = Attribution(
        None,
        AttributionLevel.UNKNOWN,
        "AA",
        (
            AttributionEvidence(
                "AA", Basis.IMPLIED, "the place was held by Betaland", ("rep-4",), "control data"
            ),
        ),
        ("AA",),
    )
    town = Point(31.5, 49.0, 20000.0, "Middleton")
    incidents = (
        incident("inc-1", day(12), ("rep-1", "rep-2"), town, stated),
        incident("inc-2", day(11), ("rep-3",), Area("LL-2", "Standin"), NOBODY),
        incident("inc-3", day(12), ("rep-4",), Point(35.5, 48.6, 5000.0, "Eastby"), implied),
        incident("inc-4", day(12), ("rep-5",), None, NOBODY),
        incident("inc-5", day(11, 2), ("rep-6",), town, NOBODY),
        incident("inc-6", day(13), ("rep-7",), town, NOBODY),
    )
    first, second, third, fourth, fifth, _ = incidents
    findings = (
        finding(
            first,
            "cease-BB",
            "BB",
            Tier.CERTAIN,
            (Reason("all-met", "sources state act, day and side"),),
        ),
        finding(second, "cease-AA", "AA", Tier.UNDECIDABLE, (FROM_DAY_ONLY, NOBODY_NAMED)),
        finding(second, "cease-BB", "BB", Tier.UNDECIDABLE, (FROM_DAY_ONLY, NOBODY_NAMED)),
        finding(
            third,
            "cease-AA",
            "AA",
            Tier.POSSIBLE,
            (NOBODY_NAMED,),
            ("Alphaland fired: Betaland held the place",),
        ),
        finding(fourth, "cease-AA", "AA", Tier.UNDECIDABLE, (NOBODY_NAMED,)),
        finding(fourth, "cease-BB", "BB", Tier.UNDECIDABLE, (NOBODY_NAMED,)),
        finding(fifth, "cease-BB", "BB", Tier.UNDECIDABLE, (FROM_DAY_ONLY,)),
        finding(first, "attack", "BB", Tier.CERTAIN),
        finding(fourth, "attack", "BB", Tier.UNDECIDABLE, (NOBODY_NAMED,)),
    )
    found = determination(findings[7], Decision.BREACH_FOUND)
    pending = determination(replace(findings[7], prohibition="breach"), Decision.PENDING)
    window = Period(day(13).start, day(14).start)
    names = sorted({name for each in incidents for name in each.reports})
    when = {name: each.happened for each in incidents for name in each.reports}
    return Derived(
        as_of=day(14).end,
        known_at=day(20).end,
        reports=tuple(report(name, when[name]) for name in names),
        incidents=incidents,
        agreements=agreements(),
        findings=findings,
        determinations=(found, pending),
        obligations=(
            obligation(found, "CC", window),
            obligation(found, "DD", window),
            obligation(pending, "CC", None),
        ),
        counts=counts(findings),
        claims=(
            Claim(
                "claim-a",
                "AA",
                "Alphaland army",
                "BB",
                1200,
                "violations",
                "to the evening",
                "https://claims.example/a",
            ),
            Claim(
                "claim-b",
                "BB",
                "Betaland army",
                "AA",
                34,
                "shellings",
                "to 08:00",
                "https://claims.example/b",
            ),
        ),
        coverage=Coverage(
            DAYS,
            {"outlet-1": (3, 0, 1, 2, 0), "outlet-2": (0, 1, 4, 9, 3)},
            {"outlet-1": "no report on 11 April"},
        ),
    )


def counts(findings: tuple[Finding, ...]) -> tuple[Count, ...]:
    """Counts by first day and for the whole span."""
    keys: list[tuple[Finding, date | None]] = [(f, None) for f in findings]
    keys += [(f, (f.happened.start + timedelta(hours=3)).date()) for f in findings]
    tally: dict[tuple[str, str, str, date | None, Tier], int] = {}
    for each, when in keys:
        key = (each.agreement, each.prohibition, each.accused, when, each.tier)
        tally[key] = tally.get(key, 0) + 1
    return tuple(Count(*key, number, "incidents/1") for key, number in tally.items())


def nothing() -> Derived:
    """The same mission on days when nothing came in."""
    return replace(
        sample(),
        reports=(),
        incidents=(),
        findings=(),
        determinations=(),
        obligations=(),
        counts=(),
        claims=(),
        coverage=Coverage((), {}, {}),
    )
