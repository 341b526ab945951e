"""Flags: what a reader must notice about what was done, and what the state alone does not say.

Rules this module keeps:
1. A flag changes no state: what was done stays done, and is told with what it lacked.
2. Consent counts where it was on the record by the moment that the act's author names. One dated before the
   act that reached the record after it leaves the question open: unknown is not no.
3. What came after an act cures nothing and takes nothing away; it is told.
4. Worked out when it is asked, from the state alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from waarborg.agreement.explain import explain
from waarborg.agreement.model import Gate
from waarborg.agreement.vocabulary import GateEffect, in_words
from waarborg.agreement.ways import ways
from waarborg.base.judgement import Verdict
from waarborg.base.times import Period, format_instant
from waarborg.cases.case import CaseFile
from waarborg.cases.determination import Determination
from waarborg.cases.entry import Appeal, Entry, OpenCase, Outcome
from waarborg.cases.promise_acts import ObligationStep
from waarborg.obligations.amended import held_against_another
from waarborg.obligations.gates import SAID_NO, Stood, said, stood_at
from waarborg.obligations.ledger import Ledger
from waarborg.obligations.obligation import Obligation

NOTHING_CITED = "no evidence cited"
"""What is said of a fulfilment that names nothing it rests on."""


def flags_of(ledger: Ledger, owed: Obligation, as_of: datetime) -> tuple[str, ...]:
    """What a reader must notice about an obligation at a moment.

    Args:
        ledger: Where commission and guarantors stand.
        owed: The obligation.
        as_of: The moment asked: what became of a consent since the act is told up to then.
    """
    doubt = _owed_doubt(ledger, owed)
    case = ledger.commission.cases.get(ledger.owed_for[owed.id])
    rests = _not_forbidden(ledger, case) if case is not None else ()
    return (
        *flags_of_act(ledger, owed, as_of),
        *filter(None, (doubt,)),
        *(f"it follows from a ruling, but {told}" for told in rests),
    )


def flags_of_act(ledger: Ledger, owed: Obligation, as_of: datetime) -> tuple[str, ...]:
    """Of these, what must be noticed about the act by which an obligation was fulfilled."""
    return tuple(_of_act(ledger, owed, as_of))


def flags_of_determination(ledger: Ledger, made: Determination) -> tuple[str, ...]:
    """What a reader must notice about a determination.

    Its ruling may have lacked something in procedure, its clause may not have been in force for the
    accused, and another version of the text may have bound the accused.
    """
    cases = ledger.commission.cases
    case = cases.get(made.id) or cases.get(made.id.removeprefix("det-"))
    doubt = _breach_doubt(ledger, made.clause, str(made.breacher), made.happened)
    own = (*flags_of_ruling(case), *_not_forbidden(ledger, case)) if case else ()
    return (*own, *filter(None, (doubt, other_text(ledger, made))))


def _not_forbidden(ledger: Ledger, case: CaseFile) -> Iterator[str]:
    """That the act which a breach was found in is none that the text as read forbids to the accused.

    Only what surely lies outside every prohibition of the clause is told: unknown is not no.
    """
    opened = case.entries[0].act if case.entries else None
    breach = case.ruling is not None and case.ruling.outcome is Outcome.BREACH
    if not breach or not isinstance(opened, OpenCase) or not opened.act_done:
        return
    row = {"act": opened.act_done, "actor": case.accused}
    rules = [p for p in ledger.agreement.prohibitions if p.clause == case.clause]
    if rules and all(
        case.accused not in rule.who or explain(rule.must_not, row).verdict is Verdict.NO
        for rule in rules
    ):
        act = in_words(opened.act_done)
        yield f"the text as read does not forbid {act} to {case.accused} under {case.clause}"


def other_text(ledger: Ledger, made: Determination) -> str:
    """Where what was signed bound the accused by another version than a breach is held against, in words."""
    signed = ledger.promises.signed()
    if not signed:
        return ""
    return held_against_another(ledger.agreement, signed, str(made.breacher), made.happened)


def flags_of_ruling(case: CaseFile) -> tuple[str, ...]:
    """What the ruling that counts in a case lacked in procedure."""
    return case.ruling.flags if case.ruling else ()


def flags_of_case(ledger: Ledger, case: CaseFile) -> tuple[str, ...]:
    """Everything that a reader must notice about a case, its own history with it."""
    doubt = _breach_doubt(ledger, case.clause, case.accused, case.happened)
    return (*case.flags, *filter(None, (doubt, case.other_text)))


def _breach_doubt(ledger: Ledger, clause: str, party: str, happened: Period) -> str:
    """Why it cannot be said that a clause was in force for the accused when it acted, "" when it can."""
    told = ledger.promises.doubt(clause, party, happened)
    return f"on the day of the breach: {told}" if told else ""


def _owed_doubt(ledger: Ledger, owed: Obligation) -> str:
    """The same of the clause of a promise, for who gave it."""
    made = ledger.determination(ledger.owed_for[owed.id])
    if made is None:
        return ""
    return _breach_doubt(ledger, owed.clause, str(owed.guarantor), made.happened)


def _of_act(ledger: Ledger, owed: Obligation, as_of: datetime) -> Iterator[str]:
    """What must be noticed about the act by which an obligation was fulfilled; nothing where none was."""
    act = ledger.promises.steps.get(owed.id)
    if act is None or not isinstance(act.act, ObligationStep) or act.act.step != "fulfilled":
        return
    if not act.cites:
        yield f"{NOTHING_CITED} in {act.id}"
    name = ledger.owed_for[owed.id]
    found, case = ledger.since[name], ledger.commission.cases.get(name)
    if act.at < found:
        yield (
            f"done before attribution was final: at {format_instant(act.at)}, "
            f"and the breach was found at {format_instant(found)}"
        )
    elif case is not None:
        yield from _under_appeal(case, act)
    for gate in ledger.guarantee_of(owed).gates:
        yield from _consent(ledger, owed, ledger.agreement.gates[gate], act, as_of)


def _under_appeal(case: CaseFile, act: Entry) -> Iterator[str]:
    """An appeal that waited for a ruling when something was done."""
    ruled = [ruling.at for ruling in case.rulings if ruling.at <= act.at]
    appeals = [e for e in case.entries if isinstance(e.act, Appeal) and e.known_at <= act.at]
    open_ones = [e for e in appeals if not ruled or e.known_at >= ruled[-1]]
    if open_ones:
        told = ", ".join(f"of {each.party} ({each.id})" for each in open_ones)
        yield f"done before attribution was final: the appeal {told} waited for a ruling"


def _consent(
    ledger: Ledger, owed: Obligation, gate: Gate, act: Entry, as_of: datetime
) -> Iterator[str]:
    """What an act lacked of the consent that a gate asks for, and what became of that consent since."""
    if not _asks(ledger, owed, gate, act.at):
        return
    name = ledger.owed_for[owed.id]
    log, found = ledger.promises.gate_log, ledger.since[name]
    then, known, now = (
        stood_at(log, gate.id, name, found, moment) for moment in (act.at, act.known_at, as_of)
    )
    if then.state == "passed":
        yield from _lost(gate.id, act, known, now)
        return
    dated = [
        e
        for e in (*log.get((name, gate.id), ()), *log.get(("", gate.id), ()))
        if _step(e) == "given" and e.at <= act.at < e.known_at
    ]
    if dated:
        yield (
            f"whether the consent of {gate.id} was there cannot be decided: {dated[0].id} dates it "
            f"{format_instant(dated[0].at)}, before this was {_done(act)}, and reached the record at "
            f"{format_instant(dated[0].known_at)}, after it"
        )
        return
    after = f"; {_told(gate.id, now)}, after the act" if now.entry is not then.entry else ""
    told = f"{_told(gate.id, then)} when this was {_done(act)}{after}"
    each = ways(ledger.agreement, ledger.guarantee_of(owed))
    needing = [action for way in each if gate.id in way.gates for action in way.actions]
    if owed.choice and 0 < len(needing) < len(owed.actions):
        yield (
            f"whether the consent of {gate.id} was needed cannot be decided: of the actions to choose "
            f"from only {' and '.join(needing)} needs it, and which was done is not said; {told}"
        )
        return
    yield f"done without the consent of {gate.id}: {told}"


def _asks(ledger: Ledger, owed: Obligation, gate: Gate, moment: datetime) -> bool:
    """Whether a gate asks for consent to what is done at a moment."""
    if gate.effect is GateEffect.LATER_EXTENSION:
        limit = ledger.promises.extension_due(gate.after, ledger.guarantee_of(owed))
        return limit is not None and moment >= limit
    return gate.effect is GateEffect.PRIOR_CONSENT


def _lost(gate: str, act: Entry, known: Stood, now: Stood) -> Iterator[str]:
    """A consent that was there for an act, and was gone when the act reached the record, or went later."""
    there = f"the consent of {gate} was there when this was {_done(act)}"
    if known.state != "passed":
        yield (
            f"{there} by the word of {act.author} alone: {_told(gate, known)} when that reached the "
            f"record at {format_instant(act.known_at)}"
        )
    elif now.state in SAID_NO:
        yield f"{there}; {_told(gate, now)}, after the act"


def _told(gate: str, stood: Stood) -> str:
    """Where a gate stood, and since when, in words."""
    entry, until = stood.entry, None
    if entry is None:
        return f"nothing on the record decided {gate} for this breach"
    told = said(entry)
    step, until = told or ("", None)
    since = f"in {entry.id} at {format_instant(entry.known_at)}"
    if stood.state == "expired" and until is not None:
        return f"{gate}, given {since}, had expired at {format_instant(until)}"
    if stood.state == "open":
        covers = "" if step == "filed" else ", which does not cover this breach"
        return f"{gate} was not decided ({step} {since}{covers})"
    return f"{gate} was {step} {since}"


def _done(act: Entry) -> str:
    return f"done at {format_instant(act.at)}"


def _step(entry: Entry) -> str:
    told = said(entry)
    return told[0] if told else ""
