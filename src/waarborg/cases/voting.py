"""Proposals and what comes of them: when one may be put, how it is adopted, the ruling that it makes.

Rules this module keeps:
1. A written procedure, where silence is consent, needs rules of procedure that provide it (COM-022).
2. A ruling holds responsible only whom the case accuses: who is not accused was not heard; and only for a
   breach, with a remedy that somebody is to carry out (COM-023).
3. What is to follow on a deadlock follows where votes were counted and decide nothing; without a quorum or a
   majority rule a body decides nothing at all.
4. A ruling that counts is replaced by a correction that names it, and by nothing else.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime

from waarborg.agreement.model import Agreement
from waarborg.cases.case import Ballot, CaseFile, CaseState, Due, Ruling, choices
from waarborg.cases.entry import (
    AdoptRules,
    Appeal,
    Choice,
    Entry,
    Outcome,
    Propose,
    RuleBroken,
    Vote,
)
from waarborg.cases.irregular import irregularities, unread_objections
from waarborg.cases.settled_rules import presuming
from waarborg.cases.tally import Result, Tally


def may_be_put(case: CaseFile, rules: AdoptRules, act: Propose) -> None:
    """Refuse a proposal that cannot be put to the vote.

    Raises:
        RuleBroken: COM-005, COM-010, COM-022 or COM-023.
    """
    counts = case.ruling.proposal if case.ruling else ""
    if act.corrects and act.corrects not in {r.proposal for r in case.rulings}:
        raise RuleBroken("COM-005", f"there is no ruling {act.corrects} to correct")
    if act.corrects and act.corrects != counts:
        raise RuleBroken("COM-005", f"the ruling {act.corrects} was replaced by {counts} already")
    if case.state is CaseState.RULED and not act.corrects:
        raise RuleBroken("COM-010", f"the case {case.id} is ruled; correct, appeal or reopen")
    if act.silence and not rules.silence:
        words = f"the rules of {rules.body} provide no written procedure where silence is consent"
        raise RuleBroken("COM-022", words)
    if act.responsible not in {"", case.accused}:
        words = f"{case.id} accuses {case.accused}; {act.responsible} needs a case of its own"
        raise RuleBroken("COM-023", words)
    if act.outcome is not Outcome.BREACH and (act.responsible or act.remedy):
        words = f"a ruling of {act.outcome} holds nobody responsible and asks for no remedy"
        raise RuleBroken("COM-023", f"{words}: leave both out, or propose a breach")
    if act.remedy and not act.responsible:
        raise RuleBroken(
            "COM-023", f"the remedy “{act.remedy}” is asked of nobody: say who is responsible"
        )


def may_appeal(case: CaseFile, entry: Entry, parties: Container[str]) -> None:
    """A party to the text appeals against the ruling that counts: in time, and once.

    Raises:
        RuleBroken: COM-002, COM-003, COM-012 or COM-017.
    """
    ruling = case.ruling
    if ruling is None:
        raise RuleBroken("COM-017", f"the case {case.id} has no ruling to appeal against")
    if entry.party not in parties:
        raise RuleBroken("COM-012", f"{entry.party} is no party to the text")
    if f"appeal:{ruling.proposal}" not in case.duties:
        raise RuleBroken("COM-003", f"the time for an appeal in {case.id} has passed")
    before = [e for e in case.entries if isinstance(e.act, Appeal) and e.party == entry.party]
    if any(e.known_at >= ruling.at for e in before):
        words = f"{entry.party} has appealed against {ruling.proposal} already"
        raise RuleBroken("COM-002", words)


def adopted(agreement: Agreement, ballot: Ballot, count: Tally) -> str:
    """How a proposal was adopted, in words; "" when it was not."""
    rules = ballot.rules
    if count.result is Result.ADOPTED:
        return "by silence" if ballot.proposal.silence else "by vote"
    if count.result is not Result.DEADLOCK:
        return ""
    if rules.on_deadlock == "chair_decides" and choices(ballot).get(rules.lead) is Choice.FOR:
        return f"by {rules.lead}, which decides a deadlock"
    if rules.on_deadlock == "breach_presumed" and ballot.proposal.outcome is Outcome.BREACH:
        return f"by presumption: {presuming(agreement, rules, ballot.agreed)}"
    return ""


def ruling_of(
    case: CaseFile, ballot: Ballot, tally: Tally, at: datetime, by: str, remedy: Due | None
) -> Ruling:
    """The ruling that an adopted proposal makes of a case."""
    wanted = ballot.proposal
    dissent = tuple(
        (party, vote.act.reason)
        for party, vote in sorted(ballot.votes.items())
        if isinstance(vote.act, Vote) and vote.act.choice is Choice.AGAINST
    )
    return Ruling(
        ballot.entry.id,
        at,
        wanted.outcome,
        wanted.responsible,
        wanted.cause.value,
        wanted.remedy,
        remedy,
        by,
        tally,
        dissent,
        wanted.corrects,
        (*irregularities(case, wanted, at), *unread_objections(ballot)),
    )
