"""The public verb of the room: what a text covers, what it does not, and what that hangs on."""

from __future__ import annotations

from dataclasses import dataclass

from waarborg.agreement.model import Agreement
from waarborg.agreement.readings import under
from waarborg.agreement.zones import Zones
from waarborg.coverage.asked import Asked, Basis
from waarborg.coverage.cuts import Cuts, cuts
from waarborg.coverage.gaps import GapKind, Gaps, gaps
from waarborg.coverage.prover import Prover
from waarborg.coverage.reliance import circles
from waarborg.coverage.repair import Repairs, repair
from waarborg.coverage.resilience import Resilience, resilience


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
    """

    basis: Basis
    asked: Asked
    plain: Gaps
    unknown: Gaps
    cuts: Cuts
    circles: tuple[tuple[str, ...], ...]
    resilience: Resilience | None
    repairs: Repairs | None = None


def prove(
    agreement: Agreement,
    zones: Zones | None,
    asked: Asked,
    reading: str = "",
    order: int = 2,
    drop: int | None = None,
    *,
    mend: bool = False,
) -> Proof:
    """Find out what a text covers.

    Args:
        agreement: The agreement as its words stand.
        zones: The map; without it any combination of zones is taken as possible.
        asked: What is asked.
        reading: Under which reading, "" for the words as they stand.
        order: The largest cut set looked for.
        drop: How many may drop out at once; None when that is not asked.
        mend: Whether to look for the smallest changes that close the gaps.

    Raises:
        KeyError: The file has no such reading.
        ReadingsPart: The prover and another reading of the text part; no answer may be used.
    """
    read = under(agreement, reading)
    prover = Prover(read, zones, asked)
    return Proof(
        prover.basis().noting(*_notes(read, asked, zones)),
        asked,
        gaps(prover, GapKind.PLAIN),
        gaps(prover, GapKind.UNKNOWN),
        cuts(prover, order),
        circles(read.guarantees),
        None if drop is None else resilience(prover, drop),
        repair(read, zones, asked) if mend else None,
    )


def _notes(agreement: Agreement, asked: Asked, zones: Zones | None) -> list[str]:
    notes = ["an exception for answering an earlier strike is taken not to apply"]
    if asked.practice_is_veto:
        notes.append("procedures that are no veto in law are taken as one")
    if asked.intentions_count:
        notes.append("promises that are only intended or permitted are counted as owed")
    if asked.within is not None:
        hours = asked.within.total_seconds() / 3600
        notes.append(f"only promises with a fixed time of at most {hours:g} hours count")
    if zones is None:
        notes.append("no map was given: any combination of zones is taken as possible")
    marked = [g.id for g in agreement.guarantees if g.certainty.value == "assumed"]
    if marked:
        notes.append(f"assumed in the reading, not stated in the text: {', '.join(marked)}")
    open_ = sorted({g.within_open for g in agreement.guarantees if g.within_open})
    if open_:
        notes.append(f"left open by the words: {', '.join(open_)}")
    return notes
