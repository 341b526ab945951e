"""The prover against plain enumeration: every incident, every set of failures, one by one."""

from itertools import combinations, product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from small_agreements import FIRE, agreement, asked, gate, promise
from waarborg.agreement.condition import (
    All,
    AnyOf,
    Compare,
    Member,
    Missing,
    Not,
    Relation,
    conjunction,
)
from waarborg.agreement.explain import truth
from waarborg.coverage.cuts import cuts
from waarborg.coverage.gaps import GapKind, gaps
from waarborg.coverage.judged import by_row, conditions_under, met
from waarborg.coverage.prover import Prover
from waarborg.coverage.resilience import resilience

SEVERITY = (*range(6), None)
ROWS = [
    {
        "actor": actor,
        "act": act,
        "severity": severity,
        "attribution": attribution,
        "decision": decision,
        "in_force": True,
    }
    for actor, act, severity, attribution, decision in product(
        ("A", "B"),
        ("mortar_fire", "drone_strike"),
        SEVERITY,
        ("unknown", "corroborated", None),
        ("none", "breach_found", None),
    )
]
MUST_NOT = conjunction((FIRE, Member("act", ("mortar_fire", "drone_strike"))))

PARTS = st.one_of(
    st.sampled_from(("A", "B")).map(lambda v: Compare("actor", Relation.EQUAL, v)),
    st.sampled_from(("mortar_fire", "drone_strike")).map(lambda v: Member("act", (v,))),
    st.builds(
        Compare,
        st.just("severity"),
        st.sampled_from((Relation.AT_LEAST, Relation.BELOW)),
        st.integers(1, 5),
    ),
    st.just(Compare("attribution", Relation.AT_LEAST, "corroborated")),
    st.just(Compare("decision", Relation.EQUAL, "breach_found")),
    st.just(Missing("severity")),
)
TRIGGERS = st.recursive(
    PARTS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda p: All(tuple(p))),
        st.lists(inner, min_size=2, max_size=3).map(lambda p: AnyOf(tuple(p))),
        inner.map(Not),
    ),
    max_leaves=5,
)


@st.composite
def texts(draw):
    """A text of up to four promises with approvals, a body, and reliance that may be circular."""
    names = [f"p{i}" for i in range(draw(st.integers(1, 4)))]
    reliance = st.lists(
        st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True).map(tuple),
        max_size=1,
    ).map(tuple)
    promises = [
        promise(
            name,
            draw(st.sampled_from(("G", "H", "I"))),
            draw(TRIGGERS),
            gates=("vote",) if draw(st.booleans()) else (),
            reliance=draw(reliance),
            group="help" if draw(st.booleans()) else "other",
        )
        for name in names
    ]
    return agreement(
        *promises, must_not=MUST_NOT, gates=[gate("vote", "G")], bodies=["council"],
        decided_by="council",
    )  # fmt: skip


def breaches(prover):
    """Every incident that surely is a breach."""
    return [row for row in ROWS if truth(prover.breach, row) is True]


def is_met(prover, row, failed=(), *, surely=True):
    """Whether the need is met for one incident, by the row reading alone."""
    triggers = by_row(conditions_under(prover.agreement, failed), row)
    return met(prover.agreement, prover.asked, prover.answering, triggers, failed, surely=surely)


@given(texts())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_gaps_are_those_of_enumeration(text):
    """Each incident lies in a family of a kind exactly when it is a gap of that kind."""
    prover = Prover(text, None, asked())
    rows = breaches(prover)
    plain = gaps(prover, GapKind.PLAIN, limit=100)
    unknown = gaps(prover, GapKind.UNKNOWN, limit=100)
    assert plain.complete
    assert unknown.complete
    for row in rows:
        sure, may = (is_met(prover, row, surely=surely) for surely in (True, False))
        assert inside(prover, row, plain) is not may
        assert inside(prover, row, unknown) is (may and not sure)


def inside(prover, row, found):
    """Whether an incident lies in one of the families."""
    columns = prover.solver.domain.columns
    return any(
        all(index_of(columns[column], row[column]) in kept for column, kept in allowed.items())
        for allowed in (gap.family.allowed for gap in found.gaps)
    )


def index_of(classes, value):
    """The class of a value."""
    if value is None:
        return len(classes) - 1
    for index, one in enumerate(classes[:-1]):
        if value in one.values or (type(value) is int and one.values[0] <= value <= one.values[-1]):
            return index
    raise AssertionError(value)


@given(texts())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_minimal_cuts_are_those_of_enumeration(text):
    """Cuts up to two, and what holds if two drop out, are those found by trying every set."""
    prover = Prover(text, None, asked())
    answered = [row for row in breaches(prover) if is_met(prover, row)]
    names = [element.name for element in prover.elements]
    minimal = []
    for size in (1, 2):
        for failed in combinations(names, size):
            if any(set(smaller) <= set(failed) for smaller in minimal):
                continue
            if any(not is_met(prover, row, failed) for row in answered):
                minimal.append(failed)
    told = cuts(prover, 2)
    assert told.ever_met is bool(answered)
    found = {tuple(sorted(e.name for e in cut.elements)) for cut in told.cuts}
    assert found == {tuple(sorted(cut)) for cut in minimal}
    held = resilience(prover, 2)
    if answered:
        assert (held.failing is None) is (not minimal)
        if held.failing is not None:
            assert held.failing.size == min(len(cut) for cut in minimal)
