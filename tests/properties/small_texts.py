"""Generated small texts with every incident written out, for laws that compare with enumeration."""

from itertools import product

from hypothesis import strategies as st

from small_agreements import FIRE, agreement, gate, promise
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
from waarborg.coverage.judged import by_row, conditions_under, met

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
        ("A", "B", None),
        ("mortar_fire", "drone_strike"),
        SEVERITY,
        ("unknown", "corroborated", None),
        ("none", "breach_found", None),
    )
    if actor is not None or attribution != "corroborated"
]
CHOICES = ("warning", "armed_force")
"""What a promise may leave to its giver to choose from: each has a vote of its own."""

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
    """A text of up to four promises with approvals, choices, a body, and reliance that may be circular."""
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
            gates=tuple(draw(st.lists(st.sampled_from(("vote", "army")), unique=True))),
            actions=(free := draw(st.sampled_from((("warning",), CHOICES)))),
            choice=free == CHOICES,
            reliance=draw(reliance),
            group="help" if draw(st.booleans()) else "other",
        )
        for name in names
    ]
    return agreement(
        *promises, must_not=MUST_NOT, bodies=["council"], decided_by="council",
        gates=[gate("vote", "G"), gate("army", "G", actions=("armed_force",))],
    )  # fmt: skip


def breaches(prover):
    """Every incident that surely is a breach."""
    return [row for row in ROWS if truth(prover.breach, row) is True]


def is_met(prover, row, failed=(), *, surely=True):
    """Whether the need is met for one incident, by the row reading alone."""
    triggers = by_row(conditions_under(prover.agreement, failed), row)
    return met(prover.agreement, prover.asked, prover.answering, triggers, failed, surely=surely)


def situation(prover, row):
    """What each promise says of one incident in each state of council and evidence."""
    council, blind = "body council", "evidence attribution"
    told = [
        by_row(conditions_under(prover.agreement, state), row)
        for state in ((), (council,), (blind,), (council, blind))
    ]
    return tuple(tuple(t[p.id] is True for t in told) for p in prover.agreement.guarantees)


def one_a_situation(prover):
    """One breach for each situation that breaches can be in."""
    return list({situation(prover, row): row for row in breaches(prover)}.values())


def index_of(classes, value):
    """The class of a value."""
    if value is None:
        return len(classes) - 1
    for index, one in enumerate(classes[:-1]):
        if value in one.values or (type(value) is int and one.values[0] <= value <= one.values[-1]):
            return index
    raise AssertionError(value)


def inside(prover, row, families):
    """Whether an incident lies in one of the families."""
    columns = prover.solver.domain.columns
    return any(
        all(
            index_of(columns[column], row[column]) in kept
            for column, kept in family.allowed.items()
        )
        for family in families
    )
