"""What entries make of an obligation: fulfilled, let off or contested, and who may say so.

Rules this module keeps:
1. Only who is answered for, or the chair of the body, lets off: never who owes, and never the accused.
   Likewise who asks for an answer.
2. That the chair may do so is a choice of the software: without a word of who is owed, it is told.
3. A contest stands beside "overdue", not in its place.
4. Fulfilment after the time had passed is late, and says when it had passed.
5. Who may let off may deny that something was fulfilled: denied, a claim in time is contested, and one that
   came late leaves it overdue. What the accused or others say against it is told, and moves nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from waarborg.agreement.model import Agreement
from waarborg.base.times import format_instant
from waarborg.base.visible import on_one_line
from waarborg.cases.case import CaseFile
from waarborg.cases.entry import Entry, RuleBroken
from waarborg.cases.promise_acts import ObligationStep
from waarborg.obligations.obligation import Obligation, ObligationState
from waarborg.obligations.promises import STEPS, Promises

Stand = tuple[ObligationState, str]
"""A state, and why, in words."""

_KEPT = frozenset({ObligationState.FULFILLED, ObligationState.FULFILLED_LATE})
_CONTESTABLE = frozenset(ObligationState) - {
    *_KEPT,
    ObligationState.OVERDUE,
    ObligationState.WAIVED,
    ObligationState.EXCUSED,
    ObligationState.DORMANT,
    ObligationState.FALLEN_AWAY,
    ObligationState.UNDECIDED,
}
"""States in whose place a contest is shown; beside the others it is a reason."""


def may_let_off(
    agreement: Agreement,
    entry: Entry,
    owed: Obligation,
    case: CaseFile | None,
    breacher: str,
    lead: str,
) -> None:
    """Whether who says so may waive or excuse.

    Args:
        agreement: The text.
        entry: Who says so.
        owed: What.
        case: The case it follows from, None when the text decides.
        breacher: Who is held to have broken the text.
        lead: Who leads the body by its rules of procedure, "" if nobody.

    Raises:
        RuleBroken: It may not.
    """
    wrong = {str(owed.guarantor), breacher, case.accused if case else ""}
    if entry.party in wrong:
        who = "itself" if entry.party == owed.guarantor else f"{owed.guarantor}, being accused,"
        raise RuleBroken("COM-009", f"{entry.party} cannot let {who} off")
    if entry.party not in answered_for(agreement, case, lead):
        words = f"{entry.party} is neither answered for nor chair of the body: it lets nobody off"
        raise RuleBroken("COM-012", words)


def may_ask(
    agreement: Agreement, entry: Entry, case: CaseFile | None, breacher: str, lead: str
) -> None:
    """Whether who says so may ask for an answer to a breach, and so start clocks that run from that.

    Args:
        agreement: The text.
        entry: Who asks.
        case: The case about the breach, None when the text decides.
        breacher: Who is held to have broken the text.
        lead: Who leads the body by its rules of procedure, "" if nobody.

    Raises:
        RuleBroken: It may not.
    """
    if entry.party in {breacher, case.accused if case else ""}:
        words = f"{entry.party} is accused: others ask for an answer to its breach"
        raise RuleBroken("COM-009", words)
    if entry.party not in answered_for(agreement, case, lead):
        words = (
            f"{entry.party} is neither answered for nor chair of the body: it asks for no answer"
        )
        raise RuleBroken("COM-012", words)


def answered_for(agreement: Agreement, case: CaseFile | None, lead: str) -> set[str]:
    """The parties to the text that a breach can wrong, whoever opened its case, and the body's chair."""
    found = _protected(agreement)
    if case is not None:
        found |= {e.party for e in case.entries[:1]}
        body = agreement.bodies.get(case.body)
        found |= {body.chair if body else "", lead}
    return found & set(map(str, agreement.parties))


def _protected(agreement: Agreement) -> set[str]:
    """The parties whom the prohibitions of a text protect."""
    return {str(party) for rule in agreement.prohibitions for party in rule.who}


def without_word(
    promises: Promises, owed: Obligation, case: CaseFile | None, breacher: str
) -> tuple[Entry, str] | None:
    """Who let an obligation off though nobody that it is owed to has said so, in words; None where none did.

    Where the prohibitions protect nobody by name, who brought the case stands for who is owed.

    Args:
        promises: What was said.
        owed: The obligation.
        case: The case it follows from, None when the text decides.
        breacher: Who is held to have broken the text.
    """
    entry = promises.steps.get(owed.id)
    if entry is None or not isinstance(entry.act, ObligationStep):
        return None
    brought = set(case.brought_by) if case is not None else set()
    protected = _protected(promises.agreement) or brought
    if entry.act.step not in {"waived", "excused"} or entry.party in protected:
        return None
    others = ", ".join(sorted(protected - {breacher})) or "who is owed"
    how = "which brought the case" if entry.party in brought else "as chair of the body"
    return entry, (
        f"{entry.act.step} in {entry.id} by {entry.party}, {how}, and not by who is answered for ({others}): "
        "that this is enough is a choice of the software, not of the text"
    )


def let_off(promises: Promises, owed: Obligation, void: str, late: datetime | None) -> Stand | None:
    """The state that an entry or a later ruling gives an obligation, None while there is none.

    Args:
        promises: What was said.
        owed: The obligation.
        void: Why nothing asks for it any more, "" while something does.
        late: When its time had passed with nothing in the way, None while it has not.
    """
    step = promises.steps.get(owed.id)
    if step is None or not isinstance(step.act, ObligationStep):
        return (ObligationState.FALLEN_AWAY, void) if void else None
    state = STEPS[step.act.step]
    why = f"{step.author} in {step.id}: {on_one_line(step.act.words)}"
    if state is ObligationState.FULFILLED and late is not None:
        state = ObligationState.FULFILLED_LATE
        why += f" (its time had passed at {format_instant(late)})"
    return state, "; ".join(filter(None, (why, void)))


def denied(promises: Promises, owed: Obligation, deniers: Collection[str]) -> tuple[Entry, ...]:
    """The entries that deny the fulfilment last claimed, of who may; none where none was claimed.

    Args:
        promises: What was said.
        owed: The obligation.
        deniers: Who may deny it.
    """
    claim = promises.steps.get(owed.id)
    if claim is None or not isinstance(claim.act, ObligationStep) or claim.act.step != "fulfilled":
        return ()
    contests = promises.contests.get(owed.id, ())
    return tuple(e for e in contests if e.party in deniers and e.known_at >= claim.known_at)


def contested(
    promises: Promises, owed: Obligation, found: Stand, deniers: Collection[str]
) -> Stand:
    """A state with what contests it; only who may deny a fulfilment contests it away.

    Args:
        promises: What was said.
        owed: The obligation.
        found: Its state without what contests it.
        deniers: Who may deny that it was fulfilled.
    """
    contests = promises.contests.get(owed.id, ())
    state, why = found
    moves_nothing: tuple[Entry, ...] = ()
    if state in _KEPT:
        denials, since = denied(promises, owed, deniers), promises.steps[owed.id].known_at
        moves_nothing = tuple(e for e in contests if e.known_at >= since and e not in denials)
        if denials and state is ObligationState.FULFILLED_LATE:
            state, why = ObligationState.OVERDUE, f"fulfilment claimed late and denied: {why}"
        elif denials:
            state = ObligationState.CONTESTED
    elif state in _CONTESTABLE:
        state = ObligationState.CONTESTED
    told = "; ".join(
        f"contested by {e.party} in {e.id}{_said(e)}"
        + f" (this moves nothing: it is not for {e.party} to say)" * (e in moves_nothing)
        for e in contests
    )
    return state, "; ".join(filter(None, (why, told)))


def _said(entry: Entry) -> str:
    words = entry.act.words if isinstance(entry.act, ObligationStep) else ""
    return f": {on_one_line(words)}" if words else ""
