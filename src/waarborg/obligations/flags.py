"""Flags: what a reader must notice about what was done, and what the state alone does not say.

Rules this module keeps:
1. A flag changes no state: what was done stays done, and is told with what it lacked.
2. Consent counts where it was on the record by the moment that the act's author names. One dated before the
   act that reached the record after it leaves the question open: unknown is not no.
3. What came after an act cures nothing and takes nothing away; it is told.
4. Worked out when it is asked, from the state alone.
5. No grading and no ruling says how grave a breach was: the severity is the word of who opened the case.
6. Whoever took part in a case is told where the text had ended for it when the record took its entry.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from waarborg.agreement.explain import explain
from waarborg.agreement.model import Agreement, Gate, Guarantee
from waarborg.agreement.vocabulary import GateEffect, in_words
from waarborg.agreement.ways import ways
from waarborg.base.judgement import Verdict
from waarborg.base.times import Period, format_instant
from waarborg.cases.case import CaseFile, whole_of
from waarborg.cases.determination import Decision, Determination
from waarborg.cases.entry import (
    Appeal,
    Approve,
    Entry,
    OpenCase,
    Outcome,
    Propose,
    Vote,
)
from waarborg.cases.promise_acts import Contribute, ObligationStep
from waarborg.cases.remedy import noticed
from waarborg.obligations.amended import held_against_another
from waarborg.obligations.gates import SAID_NO, Stood, said, stood_at
from waarborg.obligations.ledger import Ledger
from waarborg.obligations.let_off import without_word
from waarborg.obligations.obligation import Obligation, ObligationState
from waarborg.obligations.standing import ended
from waarborg.obligations.triggers import hangs_on_no_breach, looks_at

NOTHING_CITED = "no evidence cited"
"""What is said of a fulfilment that names nothing it rests on."""

_SEVERITY = "severity"

_KEPT = frozenset({ObligationState.FULFILLED, ObligationState.FULFILLED_LATE})
_NOT_OWED = frozenset(
    {
        ObligationState.WAIVED,
        ObligationState.EXCUSED,
        ObligationState.DORMANT,
        ObligationState.FALLEN_AWAY,
    }
)
"""Where nothing is asked of the guarantor, so that nothing goes on."""


def flags_of(ledger: Ledger, owed: Obligation, as_of: datetime) -> tuple[str, ...]:
    """What a reader must notice about an obligation at a moment.

    Args:
        ledger: Where commission and guarantors stand.
        owed: The obligation.
        as_of: The moment asked: what became of a consent since the act is told up to then.
    """
    doubt = _owed_doubt(ledger, owed)
    case = ledger.commission.cases.get(ledger.owed_for[owed.id])
    rests = _not_forbidden(ledger, case) if case is not None and _breach_ruled(case) else ()
    return (
        *flags_of_matter(ledger, owed, as_of),
        *filter(None, (doubt,)),
        *(f"it follows from a ruling, but {told}" for told in rests),
    )


def flags_of_matter(ledger: Ledger, owed: Obligation, as_of: datetime) -> tuple[str, ...]:
    """Of these, all that does not hang on who was bound by what.

    About the act by which an obligation was fulfilled, whose word keeps it back, the remedy of its breach,
    and the severity.
    """
    case = ledger.commission.cases.get(ledger.owed_for[owed.id])
    alone = let_off_alone(ledger, owed)
    acts = (*_of_act(ledger, owed, as_of), *((alone[1],) if alone else ()))
    if case is None:
        return (*acts, *own_word(ledger, owed, as_of))
    looks = _SEVERITY in looks_at(ledger.guarantee_of(owed).trigger)
    return (
        *acts,
        *own_word(ledger, owed, as_of),
        *_remedied(ledger, case, owed, as_of),
        *filter(None, (_severity(ledger, case),) * looks),
    )


def flags_of_determination(ledger: Ledger, made: Determination) -> tuple[str, ...]:
    """What a reader must notice about a determination.

    Its ruling may have lacked something in procedure, its clause may not have been in force for the
    accused, another version of the text may have bound the accused, and what follows may be kept back on
    the word of who owes it.
    """
    cases = ledger.commission.cases
    case = cases.get(made.id) or cases.get(made.id.removeprefix("det-"))
    doubt = _breach_doubt(ledger, made.clause, str(made.breacher), made.happened)
    own: tuple[str, ...] = ()
    if case is not None:
        grave = _grave(ledger, case, made)
        rests = _not_forbidden(ledger, case) if _breach_ruled(case) else ()
        own = (*flags_of_ruling(ledger, case), *grave, *rests, *noticed(case))
    brought = case.brought_by if case is not None else ()
    other = _other_doubt(ledger, made.clause, str(made.breacher), made.happened, brought)
    off = (words for _, words in let_off_for(ledger, case.id if case else str(made.id)))
    kept = (
        f"what {owed.guarantor} owes for it under {owed.clause} is {told}"
        for owed in kept_on_own_word(ledger, made)
        for told in own_word(ledger, owed, ledger.clock or made.happened.end)
    )
    ahead = (words for _, words in ledger.procedures.ahead(str(made.id)))
    return (*own, *ahead, *off, *kept, *filter(None, (doubt, *other, other_text(ledger, made))))


def _not_forbidden(ledger: Ledger, case: CaseFile) -> Iterator[str]:
    """That the act which a case alleges is none that the text as read forbids to the accused.

    Only what surely lies outside every prohibition of the clause is told: unknown is not no.
    """
    if case.id in ledger.base or not case.act_done:
        return
    row = {"act": case.act_done, "actor": case.accused}
    rules = [p for p in ledger.agreement.prohibitions if p.clause == case.clause]
    if rules and all(
        case.accused not in rule.who or explain(rule.must_not, row).verdict is Verdict.NO
        for rule in rules
    ):
        act = in_words(case.act_done)
        yield f"the text as read does not forbid {act} to {case.accused} under {case.clause}"


def _breach_ruled(case: CaseFile) -> bool:
    return case.ruling is not None and case.ruling.outcome is Outcome.BREACH


def other_text(ledger: Ledger, made: Determination) -> str:
    """Where what was signed bound the accused by another version than a breach is held against, in words."""
    signed = ledger.promises.signed()
    if not signed:
        return ""
    return held_against_another(ledger.agreement, signed, str(made.breacher), made.happened)


def flags_of_ruling(ledger: Ledger, case: CaseFile) -> tuple[str, ...]:
    """What the ruling that counts in a case lacked in procedure, and for whom of its makers the text had ended."""
    proposal, lacked = (case.ruling.proposal, case.ruling.flags) if case.ruling else ("", ())
    return (*lacked, *(words for _, words in outside(ledger, case, {proposal})))


def flags_of_case(ledger: Ledger, case: CaseFile) -> tuple[str, ...]:
    """Everything that a reader must notice about a case, its own history with it."""
    doubt = _breach_doubt(ledger, case.clause, case.accused, case.happened)
    other = _other_doubt(ledger, case.clause, case.accused, case.happened, case.brought_by)
    left = (words for _, words in outside(ledger, case, set(case.ballots)))
    allowed = _not_forbidden(ledger, case)
    off = (words for _, words in let_off_for(ledger, case.id))
    return (
        *case.flags,
        *(words for _, words in ledger.procedures.ahead(case.id)),
        *noticed(case),
        *off,
        *left,
        *allowed,
        *filter(None, (doubt, *other, case.other_text)),
    )


def outside(
    ledger: Ledger, case: CaseFile, proposals: Collection[str]
) -> Iterator[tuple[Entry, str]]:
    """Who brought a case, or took part in a ruling, though the text had ended for it by then.

    Args:
        ledger: Where commission and guarantors stand.
        case: The case.
        proposals: The proposals whose makers, seconds and voters are asked about.

    Yields:
        The entry, and what must be noticed about it, in words.
    """
    brought = _opened(ledger, case)
    own = [e for e in case.entries if not isinstance(e.act, OpenCase)]
    for entry in filter(None, (brought, *own)):
        did = _did(entry, proposals)
        standing = ledger.promises.standing if did else ()
        told = did and ended(ledger.agreement, standing, case.clause, entry.party, entry.known_at)
        if told:
            yield entry, f"{entry.party} {did} in {entry.id}; by then {told}"


def _did(entry: Entry, proposals: Collection[str]) -> str:
    """What somebody did who brought a case or took part in one of some rulings, in words; "" for all else."""
    match entry.act:
        case OpenCase():
            return "brought this case"
        case Propose() if entry.id in proposals:
            return "put the ruling to the vote"
        case Approve(proposal=named) if named in proposals:
            return f"stood behind {named}"
        case Vote(proposal=named) if named in proposals:
            return f"voted on {named}"
        case _:
            return ""


def _opened(ledger: Ledger, case: CaseFile) -> Entry | None:
    """The entry that opened a case, or the one it was split off from; None where a finding did."""
    cases = ledger.commission.cases
    first = next(iter(cases[whole_of(cases, case)].entries), None)
    return first if first is not None and isinstance(first.act, OpenCase) else None


def _severity(ledger: Ledger, case: CaseFile) -> str:
    """Whose word the severity of a case that somebody opened is, or that nobody stated it; "" for others."""
    opened = _opened(ledger, case)
    if opened is None:
        return ""
    if case.severity is None:
        return f"no severity is stated: {opened.party} gave none in {opened.id}, and no grading and no ruling does"
    ruling = case.ruling
    seats = case.ballots[ruling.proposal].rules.seats if ruling else ()
    seated = any(seat.party == opened.party for seat in seats)
    whose = f", a seat of {case.body} when it ruled" if seated else ""
    return (
        f"the severity {case.severity} is the word of {opened.party} alone{whose} "
        f"(opened in {opened.id}): no grading and no ruling says it"
    )


def _grave(ledger: Ledger, case: CaseFile, made: Determination) -> Iterator[str]:
    """That what a breach sets off, or does not, hangs on a severity, and whose word that is."""
    clauses = dict.fromkeys(
        promise.clause
        for promise in ledger.agreement.guarantees
        if _SEVERITY in looks_at(promise.trigger) and not hangs_on_no_breach(promise.trigger)
    )
    told = _severity(ledger, case)
    if made.decision is Decision.BREACH_FOUND and clauses and told:
        yield f"what is owed under {' and '.join(clauses)} hangs on the severity: {told}"


def let_off_alone(ledger: Ledger, owed: Obligation) -> tuple[Entry, str] | None:
    """Who let an obligation off without a word of who is owed, in words; None where nobody did."""
    if owed.id not in ledger.promises.steps:
        return None
    name = ledger.owed_for[owed.id]
    made, case = ledger.determination(name), ledger.commission.cases.get(name)
    return without_word(ledger.promises, owed, case, str(made.breacher) if made else "")


def let_off_for(ledger: Ledger, name: str) -> Iterator[tuple[Entry, str]]:
    """What was let off without a word of who is owed, of all that is owed for one case or determination."""
    for owed in map(ledger.owed.__getitem__, ledger.owed_by.get(name, ())):
        alone = let_off_alone(ledger, owed)
        if alone is not None:
            yield alone[0], f"{owed.id} was {alone[1]}"


def own_word(ledger: Ledger, owed: Obligation, as_of: datetime) -> Iterator[str]:
    """That only the word of who owes keeps an obligation back, since the text names nobody who speaks for a gate.

    So long as it says no, no time ever passes for it, which no parliament has to answer for.
    """
    done = owed.id in ledger.promises.steps or owed.id in ledger.void or owed.id in ledger.late
    gates = [ledger.agreement.gates[name] for name in ledger.guarantee_of(owed).gates]
    silent = [gate.id for gate in gates if not gate.speaks]
    if done or not silent:
        return
    block = ledger.barred(as_of).of(ledger.alike_of(owed))[ledger.guarantee_of(owed).id]
    if block is None or block.state is not ObligationState.WAITING_FOR_GATE:
        return
    name, log = ledger.owed_for[owed.id], ledger.promises.gate_log
    for gate in silent:
        stood = stood_at(log, gate, name, ledger.since[name], as_of)
        if gate in block.by and stood.state in SAID_NO and stood.entry is not None:
            yield (
                f"kept back on {owed.guarantor}'s own word: the text names nobody who speaks for {gate}, "
                f"and {stood.entry.author} says in {stood.entry.id} that it was {stood.state}"
            )


def kept_on_own_word(ledger: Ledger, made: Determination) -> list[Obligation]:
    """What follows from a determination and is kept back on the word of who owes it alone."""
    if ledger.clock is None or all(gate.speaks for gate in ledger.agreement.gates.values()):
        return []
    names = {str(made.id), made.id.removeprefix("det-")}
    owed = [ledger.owed[each] for name in sorted(names) for each in ledger.owed_by.get(name, ())]
    return [each for each in owed if any(own_word(ledger, each, ledger.clock))]


def _remedied(ledger: Ledger, case: CaseFile, owed: Obligation, as_of: datetime) -> Iterator[str]:
    """That something went on being owed for a breach whose remedy was confirmed."""
    if not case.confirmed_by:
        return
    since = case.confirmed_by[-1].known_at
    state, act = (
        ledger.state_of(owed, ledger.barred(as_of))[0],
        ledger.promises.steps.get(owed.id),
    )
    kept_before = state in _KEPT and act is not None and act.known_at <= since
    over = state in _NOT_OWED and let_off_alone(ledger, owed) is None
    if not over and not kept_before:
        yield (
            f"the remedy of this breach was confirmed in {case.confirmed_by[0].id} at {format_instant(since)}; "
            "the text as read does not say that this ends what is owed"
        )


def _breach_doubt(ledger: Ledger, clause: str, party: str, happened: Period) -> str:
    """Why it cannot be said that a clause was in force for the accused when it acted, "" when it can."""
    told = ledger.promises.doubt(clause, party, happened)
    return f"on the day of the breach: {told}" if told else ""


def other_side(ledger: Ledger, clause: str, accused: str, brought_by: Collection[str]) -> list[str]:
    """The parties against whom a breach of a clause would be: who brought the case, else all it protects.

    Only parties to which the clause's prohibitions apply are told: a third that brings a case is wronged by none.

    Args:
        ledger: Where commission and guarantors stand.
        clause: The clause.
        accused: Who is accused.
        brought_by: Who brought the case, if anybody.
    """
    rules = (rule for rule in ledger.agreement.prohibitions if rule.clause == clause)
    bound = {str(party) for rule in rules for party in rule.who} - {accused}
    return sorted(bound & set(brought_by) or bound)


def _other_doubt(
    ledger: Ledger, clause: str, accused: str, happened: Period, brought_by: Collection[str]
) -> Iterator[str]:
    """Why the clause may have been in force between none: what keeps it from having bound the other side."""
    others = other_side(ledger, clause, accused, brought_by)
    doubts = {each: ledger.promises.doubt(clause, each, happened) for each in others}
    for party in (each for each in others if each in brought_by and doubts[each]):
        yield f"on the day of the breach: {doubts[party]} ({party} brought the case)"
    if others and not set(others) & set(brought_by) and all(doubts.values()):
        told = "; ".join(doubts.values())
        yield f"on the day of the breach: {clause} was in force between none that it protects: {told}"


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
    if _asks(ledger, owed, gate, act.at):
        name = ledger.owed_for[owed.id]
        unsure = _unsure(ledger, ledger.guarantee_of(owed), gate)
        yield from _lacked(ledger, (name, ledger.since[name]), gate, act, as_of, unsure)


def flags_of_brought(ledger: Ledger, name: str, as_of: datetime) -> tuple[str, ...]:
    """What a reader must notice about a contribution that was deployed: the consent it lacked.

    Args:
        ledger: Where commission and guarantors stand.
        name: The guarantee, or the contribution of the file.
        as_of: The moment asked.
    """
    brought = ledger.promises.contributions.get(name, ())
    act = brought[-1] if brought else None
    if act is None or not isinstance(act.act, Contribute) or act.act.step != "deployed":
        return ()
    guarantee = next((g for g in ledger.agreement.guarantees if g.id == name), None)
    told: list[str] = []
    for gate in needed_by(ledger.agreement, name):
        unsure = _unsure(ledger, guarantee, gate) if guarantee is not None else ""
        told += _lacked(ledger, ("", act.known_at), gate, act, as_of, unsure)
    return tuple(told)


def needed_by(text: Agreement, name: str) -> list[Gate]:
    """The gates whose consent must be there before a guarantee, or a contribution of the file, is deployed.

    The file names those of a guarantee; a contribution needs those of its giver for what it serves.
    """
    gates = [each for each in text.gates.values() if each.effect is GateEffect.PRIOR_CONSENT]
    named = {gate for g in text.guarantees if g.id == name for gate in g.gates}
    given = text.contributions.get(name)
    if given is None:
        return [gate for gate in gates if gate.id in named]
    return [gate for gate in gates if gate.of == given.by and given.what in gate.actions]


def _unsure(ledger: Ledger, guarantee: Guarantee, gate: Gate) -> str:
    """Why it cannot be said that an act under a promise needed a gate, in words; "" where it can."""
    each = ways(ledger.agreement, guarantee)
    needing = [action for way in each if gate.id in way.gates for action in way.actions]
    if not guarantee.choice or not 0 < len(needing) < len(guarantee.actions):
        return ""
    return (
        f"of the actions to choose from only {' and '.join(needing)} needs it, and which was done is "
        "not said"
    )


def _lacked(  # the act, its gate, and for which breach
    ledger: Ledger,
    breach: tuple[str, datetime],
    gate: Gate,
    act: Entry,
    as_of: datetime,
    unsure: str,
) -> Iterator[str]:
    """What an act lacked of a consent that was needed, for a breach ("" for none) found at a moment."""
    (name, found), log = breach, ledger.promises.gate_log
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
    stood = _told(gate.id, then, " for this breach" if name else "")
    told = f"{stood} when this was {_done(act)}{after}"
    if unsure:
        yield f"whether the consent of {gate.id} was needed cannot be decided: {unsure}; {told}"
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


def _told(gate: str, stood: Stood, breach: str = " for this breach") -> str:
    """Where a gate stood, and since when, in words."""
    entry, until = stood.entry, None
    if entry is None:
        return f"nothing on the record decided {gate}{breach}"
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
