"""One text and one need, ready to be asked about: breach, promises and failures as formulas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import z3

from waarborg.agreement.condition import Node
from waarborg.agreement.model import Agreement, Guarantee
from waarborg.agreement.words import Names
from waarborg.agreement.zones import Zones
from waarborg.coverage.asked import Asked, Basis, answering, breaches
from waarborg.coverage.binding import period_words, prepared
from waarborg.coverage.domain import domain
from waarborg.coverage.elements import ElementKind, elements, vetoes
from waarborg.coverage.occurrence import calendar, digest_of, ground
from waarborg.coverage.reliance import kept
from waarborg.coverage.settling import Settler
from waarborg.coverage.solver import Solver
from waarborg.coverage.timing import deciders

NO_RULING = {"decision": "none"}
NO_EVIDENCE = {"attribution": "unknown"}


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a promise under failures: its trigger in each state of body and evidence.

    Attributes:
        promise: The promise.
        trigger: The trigger as it stands, with no ruling, with no evidence, and with neither.
    """

    promise: Guarantee
    trigger: tuple[Node, Node, Node, Node]


class Prover:
    """One agreement under one reading, one need, one solver.

    Attributes:
        agreement: The agreement, under its reading.
        asked: What is asked.
        breach: The breaches meant.
        answering: The promises that would meet the need.
        elements: What can fail.
        solver: The solver.
        names: How parties, zones and periods are called.
        said: What is said of each promise under failures, in the order of the file.

    Args:
        agreement: The agreement, under its reading.
        zones: The map; None where there is none.
        asked: What is asked.
        beside: Another reading whose distinctions the solver shall know as well.
        solver: The solver of another reading, to ask both about one incident; it must have been
            made with this reading beside it.
    """

    def __init__(
        self,
        agreement: Agreement,
        zones: Zones | None,
        asked: Asked,
        beside: Agreement | None = None,
        solver: Solver | None = None,
    ) -> None:
        agreement = prepared(agreement)
        self.agreement = agreement
        self.asked = asked
        self.breach = breaches(agreement, asked)
        self.answering = answering(agreement, asked)
        self.elements = elements(agreement, asked, self.answering)
        self.said = _all_said(agreement)
        conditions = [self.breach, *(p.trigger for p in agreement.guarantees)]
        periods = dict(agreement.periods)
        if beside is not None:
            other = prepared(beside)
            conditions += [breaches(other, asked), *(p.trigger for p in other.guarantees)]
            periods = {**other.periods, **periods}
        distinctions = domain(conditions, agreement.parties)
        overlay = None if zones is None else ground(zones, distinctions.zones)
        times = calendar(
            {n: p for n, p in periods.items() if f"period:{n}" in distinctions.columns}
        )
        self.solver = solver or Solver(
            distinctions, tuple(agreement.parties), overlay, times, asked.seconds
        )
        self.names: Names = names(agreement, zones)
        self.zones = () if overlay is None else overlay.columns
        self._zones_digest = "" if zones is None else digest_of(zones, self.zones)
        self._built: dict[str, Any] = {}

    def basis(self) -> Basis:
        """What the answers rest on."""
        return Basis(
            self.agreement.id,
            self.agreement.digest,
            self.agreement.reading,
            self.agreement.exercise,
            f"z3 {z3.get_version_string()}",
            tuple(zone.removeprefix("zone:") for zone in self.zones),
            zones_digest=self._zones_digest,
        )

    def breach_variable(self) -> Any:
        """Variable: the incident surely is a breach."""
        return self._once("breach", lambda: self.solver.formulas(self.breach)[0])

    def met(self, *, surely: bool) -> Any:
        """Variable: the need is met, with everybody keeping their word.

        Args:
            surely: Whether what is not known counts as not owed; else it counts as owed.
        """
        return self._once(f"met {surely}", lambda: self._met(surely=surely))

    def _met(self, *, surely: bool) -> Any:
        own = {}
        for promise in self.agreement.guarantees:
            yes, no = self.solver.formulas(promise.trigger)
            own[promise.id] = yes if surely else z3.Not(no)
        return self._any(kept(self.agreement.guarantees, own, self.solver.logic))

    def _any(self, truths: Mapping[str, Any]) -> Any:
        return z3.Or([truths[promise.id] for promise in self.answering])

    def failing(self) -> tuple[dict[str, Any], Any]:
        """What can fail, as variables by the name of the element, and the need met nevertheless."""
        out = self._once(
            "out", lambda: {e.name: z3.Bool(f"out {e.name}") for e in self.elements}, named=False
        )
        return out, self._once("met with failures", lambda: self._met_despite(out))

    def _met_despite(self, out: Mapping[str, Any]) -> Any:
        never = z3.BoolVal(False)  # noqa: FBT003  # a formula
        bodies = [out[f"{ElementKind.BODY} {b}"] for b in deciders(self.agreement) if self._has(b)]
        silent = z3.And(bodies) if bodies else never
        blind = out.get(f"{ElementKind.EVIDENCE} attribution", never)
        own = {}
        for said in self.said:
            promise = said.promise
            stops = [
                out.get(f"{ElementKind.GUARANTOR} {promise.by}", never),
                out.get(f"{ElementKind.BACKSTOP} {promise.id}", never),
                *(
                    _all([out.get(each.name, never) for each in together])
                    for together in vetoes(promise, self.agreement, self.asked)
                ),
            ]
            owed = self._triggered(said, silent, blind)
            own[promise.id] = z3.And(owed, *(z3.Not(stop) for stop in stops))
        return self._any(kept(self.agreement.guarantees, own, self.solver.logic))

    def _has(self, body: str) -> bool:
        return any(e.kind is ElementKind.BODY and e.id == body for e in self.elements)

    def _triggered(self, said: Said, silent: Any, blind: Any) -> Any:
        plain, no_ruling, no_evidence, neither = (
            self.solver.formulas(node)[0] for node in said.trigger
        )
        return _choose(
            silent, _choose(blind, neither, no_ruling), _choose(blind, no_evidence, plain)
        )

    def _once(self, label: str, build: Any, *, named: bool = True) -> Any:
        if label not in self._built:
            built = build()
            self._built[label] = self.solver.named(label, built) if named else built
        return self._built[label]

    def variable(self, label: str, formula: Any) -> Any:
        """A variable for a formula over the others, made once for each label."""
        return self._once(label, lambda: formula)


def _all(truths: list[Any]) -> Any:
    """All of several formulas; one by itself as it is."""
    return truths[0] if len(truths) == 1 else z3.And(truths)


def _choose(test: Any, then: Any, otherwise: Any) -> Any:
    """One formula where a test holds, another where it does not; shared where both are the same."""
    return then if then is otherwise else z3.If(test, then, otherwise)


def _all_said(agreement: Agreement) -> tuple[Said, ...]:
    """What is said of each promise; conditions that promises share stay shared."""
    silent, blind = Settler(NO_RULING), Settler(NO_EVIDENCE)
    return tuple(
        Said(
            promise,
            (
                promise.trigger,
                silent.settle(promise.trigger),
                blind.settle(promise.trigger),
                blind.settle(silent.settle(promise.trigger)),
            ),
        )
        for promise in agreement.guarantees
    )


def names(agreement: Agreement, zones: Zones | None) -> dict[str, str]:
    """How sentences call parties, zones and periods."""
    called = {f"actor:{party.id}": party.name for party in agreement.parties.values()}
    called |= {f"period:{n}": period_words(n, period) for n, period in agreement.periods.items()}
    return called | (zones.names if zones is not None else {})
