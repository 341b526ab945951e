"""Ends, versions, empty rules and acts of nobody known, against plain enumeration with real dates.

The oracle here knows no period columns: it holds the date of an incident against the end of a promise
and the start of an amendment, and judges conditions by the row reading alone.
"""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_texts import MUST_NOT, PARTS, ROWS, index_of

from small_agreements import agreement, asked, promise
from waarborg.agreement.condition import (
    Compare,
    Member,
    Relation,
    Settled,
    SettledKind,
    conjunction,
)
from waarborg.agreement.explain import truth
from waarborg.agreement.model import Exception_, VersionText
from waarborg.base.grades import Certainty
from waarborg.base.times import Period
from waarborg.coverage.gaps import Answer, GapKind, gaps
from waarborg.coverage.prove import Examiner
from waarborg.coverage.prover import Prover

SOME = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def day(month, number=1):
    """Give a moment of the year 2031."""
    return datetime(2031, month, number, tzinfo=UTC)


TRUCE = Period(day(2), day(11))
AMENDED = day(6)
FORBIDDEN = conjunction((MUST_NOT, Settled(SettledKind.PERIOD, "truce")))
ENDS = (None, day(1), day(4), day(6), day(9), day(11), day(12))
TIMES = [
    *(Period(day(month, 15), day(month, 16)) for month in (1, 3, 5, 7, 10, 11, 12)),
    Period(day(3), day(5)),
    Period(day(8), day(10)),
    Period(day(10), day(12)),
]
"""Days, and stretches that hold an end or the end of the truce; none holds the amendment."""
EXCEPTIONS = (
    None,
    Compare("actor", Relation.EQUAL, "A"),
    Member("act", ("mortar_fire", "drone_strike")),
    Compare("severity", Relation.AT_LEAST, 1),
    conjunction((Compare("actor", Relation.EQUAL, "B"), Member("act", ("drone_strike",)))),
)


@st.composite
def texts(draw):
    """A text of up to three promises, some with an end, and a rule with an exception or none."""
    promises = tuple(
        promise(f"p{i}", "GHI"[i], draw(PARTS), until=draw(st.sampled_from(ENDS)))
        for i in range(draw(st.integers(1, 3)))
    )
    text = agreement(*promises, must_not=FORBIDDEN, periods={"truce": TRUCE})
    reads = draw(st.sampled_from(EXCEPTIONS))
    if reads is None:
        return text
    excused = (Exception_("C", reads, None, Certainty.STATED),)
    return replace(text, prohibitions=(replace(text.prohibitions[0], exceptions=excused),))


def is_breach(text, row, happened):
    """Whether it surely is a breach; where nobody is known, had one of those bound done it."""
    if not (TRUCE.start <= happened.start and happened.end <= TRUCE.end):
        return False
    rule = text.prohibitions[0]
    who = rule.who if row["actor"] is None else (row["actor"],)
    return any(
        truth(MUST_NOT, {**row, "actor": one}) is True
        and all(truth(e.reads, {**row, "actor": one}) is False for e in rule.exceptions)
        for one in who
    )


def owed(text, row, happened):
    """Whether some promise surely is owed, and whether one may be."""
    sure = may = False
    for one in text.guarantees:
        holds = truth(one.trigger, row)
        surely_before = one.until is None or happened.end <= one.until
        maybe_before = one.until is None or happened.start < one.until
        sure = sure or (holds is True and surely_before)
        may = may or (holds is not False and maybe_before)
    return sure, may


def columns_of(prover, row, happened):
    """The row with its period columns, to look it up in a family."""
    found = dict(row)
    for name, period in prover.agreement.periods.items():
        inside = period.start <= happened.start and happened.end <= period.end
        found[f"period:{name}"] = inside or (None if period.overlaps(happened) else False)
    return found


def lies_in(prover, row, told):
    """Whether an incident lies in one of the families told."""
    columns = prover.solver.domain.columns
    return any(
        all(index_of(columns[c], row[c]) in kept for c, kept in gap.family.allowed.items())
        for gap in told.gaps
    )


def held_against_dates(text, prover, times):
    """Hold both kinds of gap against the oracle, for every incident at some times."""
    plain = gaps(prover, GapKind.PLAIN, limit=200)
    unknown = gaps(prover, GapKind.UNKNOWN, limit=200)
    assert plain.complete
    assert unknown.complete
    some = False
    for happened in times:
        for row in ROWS:
            if not is_breach(text, row, happened):
                continue
            some = True
            sure, may = owed(text, row, happened)
            here = columns_of(prover, row, happened)
            assert lies_in(prover, here, plain) is not may
            assert lies_in(prover, here, unknown) is (may and not sure)
    return some, plain, unknown


@given(texts())
@SOME
def test_gaps_heed_the_end_of_a_promise_and_acts_of_nobody_known(text):
    """An incident lies in a family exactly when the dates and the row reading say so."""
    some, plain, unknown = held_against_dates(text, Prover(text, None, asked()), TIMES)
    empty = plain.answer is Answer.NO_BREACH
    assert empty is (unknown.answer is Answer.NO_BREACH)
    assert empty is not some


@given(texts(), texts())
@SOME
def test_each_version_answers_for_its_own_time(first, second):
    """Asked of both versions, each gap is one of the version in whose time the incident happened."""
    versions = (
        VersionText("1", None, AMENDED, "", "", Certainty.STATED, first),
        VersionText("2", AMENDED, None, "", "", Certainty.STATED, second),
    )
    told = Examiner(replace(second, versions=versions), None).versions(asked())
    assert [name for among in told for name in among.versions] == ["1", "2"]
    for among in told:
        for name in among.versions:
            text = first if name == "1" else second
            times = [t for t in TIMES if (t.end <= AMENDED) is (name == "1")]
            held_against_dates(text, Prover(among.text, None, asked()), times)
