"""The public verb of the room: what a text covers, what it does not, and what that hangs on."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace

import z3

from waarborg.agreement.model import Agreement
from waarborg.agreement.zones import Zones
from waarborg.coverage.asked import Asked, Basis, answering, breaches
from waarborg.coverage.binding import InForce, as_in, prepared, versions_under
from waarborg.coverage.chance import Chance, chance
from waarborg.coverage.chances import Chances
from waarborg.coverage.cuts import Cuts, cuts
from waarborg.coverage.elements import elements
from waarborg.coverage.escapes import Excused, Procedure, excused, procedures
from waarborg.coverage.firming import Firming, firming
from waarborg.coverage.gaps import Answer, GapKind, Gaps, gaps
from waarborg.coverage.opened import Depends, Parts, depends, fill
from waarborg.coverage.packages import Packages, packages
from waarborg.coverage.prover import Prover
from waarborg.coverage.quantity import Quantity, quantity
from waarborg.coverage.reliance import circles
from waarborg.coverage.repair import Repairs, repair
from waarborg.coverage.resilience import Resilience, resilience
from waarborg.coverage.taken import never_broken, notes, quantity_notes
from waarborg.coverage.timing import Late, Owed, late, owed_in_time

OR = " — or "
"""Stands between families in one line."""
NO_BREACH = "nothing to answer: no such breach can occur"
_Ifs = tuple[tuple[str, str, Late], ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted beside gaps, weak spots and circles.

    Attributes:
        order: The largest cut set looked for.
        drop: How many may drop out at once; None when that is not asked.
        mend: Whether to look for the smallest changes that close gaps and make weak spots harmless.
        open_words: Whether to try every value of every open term, and every other reading.
        chances: Stated chances; None when chance is not asked.
    """

    order: int = 2
    drop: int | None = None
    mend: bool = False
    open_words: bool = False
    chances: Chances | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found out about one need under one reading.

    Attributes:
        basis: What the answers rest on.
        asked: What was asked.
        plain: Breaches after which surely nobody owes.
        unknown: Breaches after which nobody surely owes, because something is not known.
        cuts: The weak spots.
        circles: Promises that wait for each other so that none can be first.
        resilience: Whether the need holds if some drop out; None when that was not asked.
        repairs: The smallest changes that close the plain gaps; None when that was not asked.
        firming: The fewest things to make certain beforehand; None when that was not asked.
        depends: What the answer is for each open word and reading; empty when not asked.
        chance: How likely the need is met; None when that was not asked.
    """

    basis: Basis
    asked: Asked
    plain: Gaps
    unknown: Gaps
    cuts: Cuts
    circles: tuple[tuple[str, ...], ...]
    resilience: Resilience | None
    repairs: Repairs | None = None
    firming: Firming | None = None
    depends: tuple[Depends, ...] = ()
    chance: Chance | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """What was found out about a need that is a quantity, under one reading.

    Attributes:
        basis: What the answers rest on.
        asked: What was asked.
        quantity: Whether there is enough, and what it hangs on.
        drop: How many may drop out at once; None when that was not asked.
        depends: What the answer is for each open word and reading; empty when not asked.
    """

    basis: Basis
    asked: Asked
    quantity: Quantity
    drop: int | None
    depends: tuple[Depends, ...] = ()


@dataclass(frozen=True, slots=True)
class Whole:
    """What holds of a text as a whole under one reading, whatever the need.

    Attributes:
        basis: What the answers rest on.
        packages: Which concession waits for what.
        owed: What each promise owes in time.
        late: Deadlines that cannot be kept, or may not be.
        late_if: Deadlines that could not be kept if an open term had one of its values: term,
            value and deadline.
        excused: What each exception excuses.
        procedures: What each national procedure can do.
    """

    basis: Basis
    packages: Packages
    owed: tuple[Owed, ...]
    late: tuple[Late, ...]
    late_if: _Ifs
    excused: tuple[Excused, ...]
    procedures: tuple[Procedure, ...]


class Examiner:
    """Answers questions about one text over one map, each answer worked out once.

    Args:
        agreement: The agreement as its words stand.
        zones: The map; without it any combination of zones is taken as possible.
    """

    def __init__(self, agreement: Agreement, zones: Zones | None) -> None:
        self.agreement = agreement
        self.zones = zones
        self._answers: dict[Hashable, Parts] = {}

    def versions(self, asked: Asked, reading: str = "") -> tuple[InForce, ...]:
        """The versions of the text to ask about, each in its own time; those alike as one.

        Args:
            asked: What is asked.
            reading: Under which reading, "" for the words as they stand.

        Raises:
            KeyError: The file has no such reading.
        """
        return versions_under(
            self.agreement, reading, lambda text: (_bears(text, asked), tuple(text.periods.items()))
        )

    def prove(
        self,
        asked: Asked,
        reading: str = "",
        wanted: Wanted | None = None,
        version: InForce | None = None,
    ) -> Proof:
        """Find out what a text covers.

        Args:
            asked: What is asked.
            reading: Under which reading, "" for the words as they stand.
            wanted: What is wanted beside gaps, weak spots and circles.
            version: Which of `versions` is asked; the newest where none is given.

        Raises:
            KeyError: The file has no such reading.
            ReadingsPart: The prover and another reading of the text part; no answer may be used.
        """
        wanted = wanted or Wanted()
        among = version or self.versions(asked, reading)[-1]
        read = among.text
        prover = Prover(read, self.zones, asked)
        plain, unknown = gaps(prover, GapKind.PLAIN), gaps(prover, GapKind.UNKNOWN)
        weak = cuts(prover, wanted.order)
        self._answers[_bears(read, asked)] = answer_in_words(plain, unknown, weak)
        return Proof(
            _dated(prover.basis(), among).noting(
                *never_broken(prover), *notes(read, asked, self.zones)
            ),
            asked,
            plain,
            unknown,
            weak,
            circles(prover.agreement.guarantees),
            None if wanted.drop is None else resilience(prover, wanted.drop),
            repair(read, self.zones, asked) if wanted.mend else None,
            firming(prover, wanted.drop or 1) if wanted.mend else None,
            self._depends(asked, reading, among) if wanted.open_words else (),
            None if wanted.chances is None else chance(prover, wanted.chances),
        )

    def count(
        self,
        asked: Asked,
        reading: str = "",
        wanted: Wanted | None = None,
        version: InForce | None = None,
    ) -> Counted:
        """Find out whether there is enough of something in time, for a need that is a quantity.

        Args:
            asked: What is asked; its need gives a number.
            reading: Under which reading, "" for the words as they stand.
            wanted: The largest set of failures, how many drop out, and whether to try open words.
            version: Which version is asked; the newest where none is given.

        Raises:
            KeyError: The file has no such reading.
        """
        wanted = wanted or Wanted()
        among = version or versions_under(self.agreement, reading)[-1]
        order = max(wanted.order, wanted.drop or 0)

        def answer(agreement: Agreement, name: str) -> Parts:
            filled = replace(asked, need=agreement.needs[asked.need.id])
            return (quantity_in_words(quantity(as_in(agreement, name, among), filled, 1)),)

        return Counted(
            _dated(_basis(among.text), among).noting(*quantity_notes(asked)),
            asked,
            quantity(among.text, asked, order),
            wanted.drop,
            tuple(depends(self.agreement, reading, answer)) if wanted.open_words else (),
        )

    def whole(self, reading: str = "") -> Whole:
        """Find out what holds of the text as a whole, in its newest version: packages and deadlines.

        Args:
            reading: Under which reading, "" for the words as they stand.

        Raises:
            KeyError: The file has no such reading.
        """
        among = versions_under(self.agreement, reading)[-1]
        read = among.text
        now = late(read)
        known = {(one.promise.id, one.kept) for one in now}
        return Whole(
            _dated(_basis(read), among),
            packages(read),
            owed_in_time(read),
            now,
            tuple(
                (term.id, value, one)
                for term in read.open.values()
                for value in term.values
                for one in late(fill(read, term.id, value))
                if (one.promise.id, one.kept) not in known
            ),
            excused(read, self.zones),
            procedures(read),
        )

    def _depends(self, asked: Asked, reading: str, among: InForce) -> tuple[Depends, ...]:
        def answer(text: Agreement, name: str) -> Parts:
            return self._answer(as_in(text, name, among), asked)

        return tuple(depends(self.agreement, reading, answer))

    def _answer(self, read: Agreement, asked: Asked) -> Parts:
        """The answer in words; worked out anew only where something differs that it looks at."""
        key = _bears(read, asked)
        if key not in self._answers:
            prover = Prover(read, self.zones, asked)
            plain, unknown = gaps(prover, GapKind.PLAIN), gaps(prover, GapKind.UNKNOWN)
            self._answers[key] = answer_in_words(plain, unknown, cuts(prover, 1))
        return self._answers[key]


def prove(
    agreement: Agreement,
    zones: Zones | None,
    asked: Asked,
    reading: str = "",
    wanted: Wanted | None = None,
) -> Proof:
    """Find out what a text covers; see `Examiner.prove`."""
    return Examiner(agreement, zones).prove(asked, reading, wanted)


def _bears(read: Agreement, asked: Asked) -> Hashable:
    """Everything of a text that an answer looks at: where this is equal, the answer is."""
    whole = prepared(read)
    answers = answering(whole, asked)
    return (
        asked,
        breaches(whole, asked),
        tuple((p.id, p.by, p.trigger, p.reliance, p.gates) for p in whole.guarantees),
        tuple(p.id for p in answers),
        elements(whole, asked, answers),
    )


def answer_in_words(plain: Gaps, unknown: Gaps, weak: Cuts) -> Parts:
    """An answer part by part, to hold it against another."""
    return (
        f"gaps: {gap_words(plain)}",
        f"gaps because something is not known: {gap_words(unknown)}",
        f"single points of failure: {single_words(weak)}",
    )


def gap_words(found: Gaps) -> str:
    """The answer on one kind of gap, in a cell of a table."""
    if found.answer is Answer.NOT_KNOWN:
        return "not known"
    if found.answer is Answer.NONE:
        return "none, proved"
    if found.answer is Answer.NO_BREACH:
        return NO_BREACH
    if found.every_breach:
        return "every breach"
    rest = "" if found.complete else f"{OR}others"
    return OR.join(g.family.words for g in found.gaps) + rest


def single_words(weak: Cuts) -> str:
    """The single points of failure, in a cell of a table."""
    if weak.answer is Answer.NOT_KNOWN:
        return "not known"
    if not weak.ever_met:
        return "nothing to lose"
    return "; ".join(e.words for e in weak.single_points) or "none, proved"


def quantity_in_words(found: Quantity) -> str:
    """An answer about a quantity in one line."""
    unit = found.need.unit
    said = f"{found.counted:,} of {found.wanted:,} {unit}"
    if not found.enough:
        return f"{said}: not enough"
    if found.answer is Answer.NOT_KNOWN:
        return f"{said}: enough; weak spots not known"
    single = [s.elements[0].words for s in found.shortfalls if len(s.elements) == 1]
    weak = "; ".join(single) or "none, proved"
    return f"{said}: enough; single points of failure: {weak}"


def _dated(basis: Basis, among: InForce) -> Basis:
    return replace(basis, versions=among.versions, version_words=among.words)


def _basis(read: Agreement) -> Basis:
    return Basis(
        read.id,
        read.digest,
        read.reading,
        read.exercise,
        f"z3 {z3.get_version_string()}",
    )
