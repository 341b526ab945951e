"""The same question put to plain enumeration and to a model checker: does it hold if any K drop out?

One kind of breach and N guarantors; each stands by itself, half need an approval, a third lean on one
of two bases, so up to about 1.5 N + 2 things can fail. Enumeration tries every set of K failures; spin (a
model checker) searches every way in which up to K failures happen one after another. Each peer is
stopped after a time, and where it stops is said.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from itertools import combinations
from math import comb
from pathlib import Path

from waarborg.agreement.condition import Member
from waarborg.agreement.model import Agreement, Gate, Guarantee, Need, Party, Prohibition
from waarborg.agreement.vocabulary import GateEffect, Strength
from waarborg.base.grades import Certainty
from waarborg.base.parties import PartyId
from waarborg.coverage.asked import Asked
from waarborg.coverage.judged import met
from waarborg.coverage.prover import Prover
from waarborg.coverage.resilience import resilience

LIMIT = 10.0
"""Seconds after which a peer is stopped."""
SIZES = ((5, 2), (10, 4), (15, 5), (20, 6), (35, 5), (35, 10))
"""Guarantors and K."""


def text(guarantors: int) -> Agreement:
    """A made-up text with one kind of breach and so many guarantors."""
    act = Member("act", ("artillery_fire",))
    gates = {
        f"vote{g}": Gate(
            f"vote{g}",
            PartyId(f"G{g}"),
            GateEffect.PRIOR_CONSENT,
            ("warning",),
            "",
            Certainty.ASSUMED,
        )
        for g in range(1, guarantors, 2)
    }
    promises = [
        Guarantee(
            id=f"p{g}",
            group="help",
            clause="C",
            by=PartyId(f"G{g}"),
            strength=Strength.SHALL,
            actions=("warning",),
            choice=False,
            trigger=act,
            gates=(f"vote{g}",) if g % 2 else (),
            reliance=(("base0", "base1"),) if g % 3 == 0 else (),
        )
        for g in range(guarantors)
    ]
    bases = [
        Guarantee(
            f"base{b}",
            "base",
            "C",
            PartyId(f"B{b}"),
            Strength.SHALL,
            ("logistics",),
            choice=False,
            trigger=act,
        )
        for b in range(2)
    ]
    return Agreement(
        id="peers",
        title="",
        exercise="",
        digest="",
        parties={"A": Party(PartyId("A"), "A")},
        prohibitions=(Prohibition("c", "C", (PartyId("A"),), act),),
        guarantees=(*promises, *bases),
        gates=gates,
    )


def by_enumeration(prover: Prover, drop: int) -> str:
    """Try every set of K failures, one after another, until the time is over."""
    triggers = {p.id: True for p in prover.agreement.guarantees}
    names = [e.name for e in prover.elements]
    start, tried = time.perf_counter(), 0
    for failed in combinations(names, drop):
        tried += 1
        if not met(prover.agreement, prover.asked, prover.answering, triggers, failed):
            return f"found, {time.perf_counter() - start:.2f} s, {tried:,} sets"
        if time.perf_counter() - start > LIMIT:
            return f"stopped after {tried:,} of {comb(len(names), drop):,} sets"
    return f"none, {time.perf_counter() - start:.2f} s, {tried:,} sets"


def promela(prover: Prover, drop: int) -> str:
    """The question as a model for spin: failures happen one by one, and the need must stay met."""
    number = {e.name: i for i, e in enumerate(prover.elements)}

    def alive(promise: Guarantee) -> str:
        names = [f"guarantor {promise.by}", f"backstop {promise.id}"]
        names += [f"approval {gate}" for gate in promise.gates]
        parts = [f"!out[{number[n]}]" for n in names if n in number]
        by_id = {p.id: p for p in prover.agreement.guarantees}
        parts += [
            "(" + " || ".join(alive(by_id[other]) for other in item) + ")"
            for item in promise.reliance
        ]
        return "(" + " && ".join(parts) + ")"

    met_ = " || ".join(alive(promise) for promise in prover.answering)
    choices = "\n".join(
        f"    :: n < {drop} && !out[{i}] -> atomic {{ out[{i}] = true; n++ }}"
        for i in number.values()
    )
    return f"""\
bool out[{len(number)}];
byte n = 0;
active proctype failures() {{
  do
{choices}
    :: else -> break
  od
}}
ltl holds {{ [] ({met_}) }}
"""


def by_spin(prover: Prover, drop: int) -> str:
    """Ask spin, which searches every order of failures; it stops at its time or memory."""
    spin, compiler = shutil.which("spin"), shutil.which("gcc")
    if spin is None or compiler is None:
        return "not installed"
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "m.pml").write_text(promela(prover, drop), encoding="utf-8")
        start = time.perf_counter()
        try:
            for command in (
                [spin, "-a", "m.pml"],
                [compiler, "-O2", "-DMEMLIM=2048", "-o", "pan", "pan.c"],
            ):
                subprocess.run(
                    command, cwd=folder, check=True, capture_output=True, timeout=LIMIT
                )  # tools found on PATH
            done = subprocess.run(  # what was just built
                [f"{folder}/pan", "-a", "-m1000"],
                cwd=folder,
                check=False,
                capture_output=True,
                text=True,
                timeout=LIMIT,
            )
        except subprocess.TimeoutExpired:
            return f"stopped after {LIMIT:.0f} s"
        except subprocess.CalledProcessError as error:
            return f"cannot be built: {error.stderr.decode()[:80]}"
        took = time.perf_counter() - start
        if "out of memory" in done.stdout or "memory limit" in done.stdout:
            return f"out of memory (2 GB) after {took:.1f} s"
        errors = "errors: 0" not in done.stdout
        return f"{'found' if errors else 'none'}, {took:.2f} s with building"


def peers() -> None:
    """Print the answer of each, and how long it took or where it stopped."""
    asked = Asked(Need("answer", "somebody owes an answer", any_of=("help",)))
    for guarantors, drop in SIZES:
        agreement = text(guarantors)
        start = time.perf_counter()
        prover = Prover(agreement, None, asked)
        ours = resilience(prover, drop).answer.value
        took = time.perf_counter() - start
        print(f"{guarantors} guarantors ({len(prover.elements)} can fail), any {drop}")
        print(f"  waarborg     {ours}, {took:.2f} s with building", flush=True)
        print(f"  enumeration  {by_enumeration(prover, drop)}", flush=True)
        print(f"  spin         {by_spin(prover, drop)}", flush=True)
