"""How long proofs take: first gap, proof of none, cuts of two, and resilience, by size of the text.

Run: python benchmarks/proofs.py [--small | --peers | --whole]. (Not called coverage.py: numba looks for a package of that
name beside the script that runs.) Every breach is answered by cases: each clause is split
at some property, and the parts go to different guarantors, so a proof has to reason by cases. Each
guarantor stands behind its neighbours, half need an approval, and a third lean on others.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from proofs_peers import peers
from waarborg.agreement.condition import (
    AnyOf,
    Compare,
    Member,
    Missing,
    Node,
    Relation,
    conjunction,
    disjunction,
)
from waarborg.agreement.model import Agreement, Gate, Guarantee, Need, Party, Prohibition
from waarborg.agreement.vocabulary import PROPERTIES, GateEffect, Strength
from waarborg.base.grades import Certainty
from waarborg.base.parties import PartyId
from waarborg.coverage.asked import Asked
from waarborg.coverage.cuts import cuts
from waarborg.coverage.gaps import GapKind, gaps
from waarborg.coverage.prover import Prover
from waarborg.coverage.resilience import resilience

GOALS = {
    "build": 3.0,
    "first gap": 3.0,
    "no gap": 10.0,
    "cuts of two": 10.0,
    "drop 5": 10.0,
}
"""Seconds for 1,000 clauses and 35 guarantors (two cores)."""
PARTIES = ("A", "B", "C")


def breach(dice: random.Random) -> Node:
    """A made-up prohibition: some acts, on some targets, of a severity."""
    parts: list[Node] = [
        Member("act", tuple(dice.sample(PROPERTIES["act"].values, 4))),
        Compare("attribution", Relation.DIFFERENT, "admitted"),
    ]
    if dice.random() < 0.6:
        parts.append(Member("target", tuple(dice.sample(PROPERTIES["target"].values, 3))))
    if dice.random() < 0.6:
        parts.append(Compare("severity", Relation.AT_LEAST, dice.randint(1, 4)))
    return conjunction(parts)


def cases(dice: random.Random, whole: Node) -> list[Node]:
    """A condition split into three parts that together are the whole."""
    name, limit = dice.choice(
        [("severity", dice.randint(1, 4)), ("hours_since_first", dice.choice([12, 36, 72]))]
    )
    return [
        conjunction([whole, Compare(name, Relation.AT_LEAST, limit)]),
        conjunction([Compare(name, Relation.BELOW, limit), whole]),
        conjunction([whole, Missing(name)]),
    ]


def text(
    clauses: int, guarantors: int, behind: int, *, hole: bool, plain: bool = False
) -> Agreement:
    """A made-up agreement.

    Args:
        clauses: How many prohibitions.
        guarantors: How many guarantors.
        behind: How many guarantors answer each case.
        hole: Whether one case is answered by nobody.
        plain: Whether nobody needs an approval or leans on others.
    """
    dice = random.Random(7)  # noqa: S311  # a made-up text, the same each run
    wholes = [breach(dice) for _ in range(clauses)]
    parts = [part for whole in wholes for part in cases(dice, whole)]
    if hole:
        admitted = Compare("attribution", Relation.EQUAL, "admitted")
        wholes.append(conjunction([Member("act", ("sabotage",)), admitted]))
    dice.shuffle(parts)
    shares: list[list[Node]] = [[] for _ in range(guarantors)]
    for i, part in enumerate(parts):
        for step in range(behind):
            shares[(i + step) % guarantors].append(part)
    gates = {
        f"vote{g}": Gate(
            f"vote{g}",
            PartyId(f"G{g}"),
            GateEffect.PRIOR_CONSENT,
            ("warning",),
            "",
            Certainty.ASSUMED,
        )
        for g in range(guarantors)
    }
    promises = tuple(
        Guarantee(
            id=f"p{g}",
            group="help",
            clause="C",
            by=PartyId(f"G{g}"),
            strength=Strength.SHALL,
            actions=("warning",),
            choice=False,
            trigger=AnyOf(tuple(shares[g])),
            gates=(f"vote{g}",) if g % 2 and not plain else (),
            reliance=((f"base{(g + 1) % 5}", f"base{(g + 3) % 5}"),)
            if g % 3 == 0 and not plain
            else (),
        )
        for g in range(guarantors)
    )
    bases = tuple(
        Guarantee(
            f"base{b}",
            "base",
            "C",
            PartyId(f"B{b}"),
            Strength.SHALL,
            ("logistics",),
            choice=False,
            trigger=disjunction(wholes),
        )
        for b in range(5)
    )
    return Agreement(
        id="made-up",
        title="Made up",
        exercise="",
        digest="",
        parties={p: Party(PartyId(p), p) for p in PARTIES},
        prohibitions=tuple(
            Prohibition(f"c{i}", "C", tuple(map(PartyId, PARTIES)), whole)
            for i, whole in enumerate(wholes)
        ),
        guarantees=(*promises, *bases),
        gates=gates,
    )


QUESTIONS: dict[str, tuple[int, bool, bool, Callable[[Prover], object]]] = {
    "first gap": (1, True, True, lambda p: gaps(p, GapKind.PLAIN, 1, more=1).answer.value),
    "no gap": (1, False, True, lambda p: gaps(p, GapKind.PLAIN).answer.value),
    "cuts of two": (2, False, False, lambda p: len(cuts(p, 2).cuts)),
    "drop 5": (8, False, False, lambda p: resilience(p, 5).answer.value),
}
"""Each question: how many answer a case, whether one case is left open, whether the text is plain, and the asking."""


def measure(clauses: int, guarantors: int, asking: Sequence[str]) -> dict[str, float]:
    """Seconds for each question; every prover is built anew, and building is told apart."""
    asked = Asked(Need("answer", "somebody owes an answer", any_of=("help",)), seconds=120)
    took: dict[str, float] = {}
    for label in asking:
        behind, hole, plain, question = QUESTIONS[label]
        agreement = text(clauses, guarantors, behind, hole=hole, plain=plain)
        start = time.perf_counter()
        prover = Prover(agreement, None, asked)
        prover.breach_variable()
        prover.met(surely=True)
        took["build"] = max(took.get("build", 0.0), time.perf_counter() - start)
        start = time.perf_counter()
        answer = question(prover)
        took[label] = time.perf_counter() - start
        print(
            f"  {label}: {answer}, {took[label]:.2f} s, {prover.solver.checks} checks", flush=True
        )
    return took


def whole(clauses: int, guarantors: int) -> None:
    """Seconds of the whole process, start of Python and the making of the text included, a question each."""
    print(f"{clauses} clauses, {guarantors} guarantors, whole process", flush=True)
    for label in QUESTIONS:
        start = time.perf_counter()
        subprocess.run(  # this very script
            [sys.executable, __file__, "--one", label, str(clauses), str(guarantors)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        print(f"  {label:12} {time.perf_counter() - start:6.2f} s", flush=True)


def textbook() -> Agreement:
    """Two guarantors that back each other up against one kind of breach, one with an approval."""
    whole = Member("act", ("artillery_fire",))
    gate = Gate(
        "vote", PartyId("G0"), GateEffect.PRIOR_CONSENT, ("warning",), "", Certainty.ASSUMED
    )
    promises = tuple(
        Guarantee(
            id=f"p{g}",
            group="help",
            clause="C",
            by=PartyId(f"G{g}"),
            strength=Strength.SHALL,
            actions=("warning",),
            choice=False,
            trigger=whole,
            gates=("vote",) if g == 0 else (),
        )
        for g in range(2)
    )
    rule = Prohibition("c", "C", (PartyId("A"),), whole)
    parties = {"A": Party(PartyId("A"), "A")}
    return Agreement(
        id="textbook",
        title="",
        exercise="",
        digest="",
        parties=parties,
        prohibitions=(rule,),
        guarantees=promises,
        gates={"vote": gate},
    )


def small() -> None:
    """The two-guarantor case, from the text to gaps and cuts of two; the best of five."""
    asked = Asked(Need("answer", "somebody owes an answer", any_of=("help",)))
    agreement, took = textbook(), []
    for _ in range(5):
        start = time.perf_counter()
        prover = Prover(agreement, None, asked)
        plain, weak = gaps(prover, GapKind.PLAIN), cuts(prover, 2)
        took.append(time.perf_counter() - start)
    print(
        f"two guarantors: gaps {plain.answer.value}, {len(weak.cuts)} cuts, "
        f"{min(took) * 1000:.0f} ms (goal 50 ms)"
    )


def main() -> None:
    """Measure and print beside the goals."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--small", action="store_true", help="only the small sizes")
    parser.add_argument(
        "--peers", action="store_true", help="ask enumeration and spin the same, where installed"
    )
    parser.add_argument(
        "--whole", action="store_true", help="a process of its own for each question"
    )
    parser.add_argument("--one", nargs=3, metavar=("QUESTION", "CLAUSES", "GUARANTORS"))
    chosen = parser.parse_args()
    if chosen.peers:
        peers()
        return
    if chosen.one:
        measure(int(chosen.one[1]), int(chosen.one[2]), [chosen.one[0]])
        return
    if chosen.whole:
        whole(1000, 35)
        return
    small()
    sizes = [(10, 5), (100, 35)] + ([] if chosen.small else [(1000, 35)])
    for clauses, guarantors in sizes:
        print(f"{clauses} clauses, {guarantors} guarantors", flush=True)
        took = measure(clauses, guarantors, list(QUESTIONS))
        for label, seconds in took.items():
            goal = f" (goal {GOALS[label]:.0f} s)" if clauses == 1000 else ""
            print(f"  {label:12} {seconds:6.2f} s{goal}")


if __name__ == "__main__":
    main()
