"""Rules of procedure: who registers them, and when they take effect.

Rules this module keeps:
1. A member registers them and alone adopts nothing: they take effect once enough seats have agreed.
2. A party has one seat on a body (COM-014).
3. Who has no seat under them agrees only where others are to sit for it as a member of a group.
4. A vote under way keeps the rules it began under.
"""

from __future__ import annotations

from waarborg.cases.case import CaseState, due
from waarborg.cases.docket import Docket, Takers
from waarborg.cases.eligible import has_seat
from waarborg.cases.entry import AdoptRules, Approve, Comment, Entry, RuleBroken
from waarborg.cases.seats import asked_besides
from waarborg.cases.settled_rules import enough, settle


def adopt_rules(docket: Docket, entry: Entry, act: AdoptRules) -> None:
    """A member registers its body's rules of procedure."""
    parties = [seat.party for seat in act.seats]
    if len(set(parties)) != len(parties):
        raise RuleBroken("COM-014", "a party has two seats on one body")
    settled = settle(docket.agreement, act, entry.party)
    held = docket.rules.get(act.body)
    if held is not None:
        has_seat(docket.agreement, held, entry)
    elif entry.party not in parties:
        raise RuleBroken("COM-001", f"{entry.party} has no seat among those it registers")
    _agree_to_rules(docket, entry, entry.id, settled, frozenset((entry.party,)))


def approve_rules(docket: Docket, entry: Entry, act: Approve) -> bool:
    """Another seat agrees to rules of procedure; whether the entry was about any."""
    if act.proposal in docket.in_effect:
        raise RuleBroken("COM-002", f"the rules of {act.proposal} are in effect already")
    if act.proposal not in docket.waiting_rules:
        return False
    new, agreed = docket.waiting_rules[act.proposal]
    held = docket.rules.get(new.body)
    if entry.party not in asked_besides(docket.agreement, held, new):
        has_seat(docket.agreement, held or new, entry)
    if entry.party in agreed:
        raise RuleBroken("COM-002", f"{entry.party} has agreed to {act.proposal} already")
    _agree_to_rules(docket, entry, act.proposal, new, agreed | {entry.party})
    return True


def _agree_to_rules(
    docket: Docket, entry: Entry, name: str, new: AdoptRules, agreed: frozenset[str]
) -> None:
    """Rules take effect once enough seats have agreed; votes under way keep the old ones."""
    held = docket.rules.get(new.body)
    if not enough(docket.agreement, held, new, agreed):
        docket.waiting_rules[name] = (new, agreed)
        return
    docket.rules[new.body], docket.agreed[new.body] = new, agreed
    docket.in_effect[name] = new.body
    docket.waiting_rules.pop(name, None)
    if held is None:
        _start_comments(docket, entry, new)


def _start_comments(docket: Docket, entry: Entry, rules: AdoptRules) -> None:
    """With a body's first rules the time to comment begins in the cases that lie before it."""
    for case in docket.cases.values():
        answered = any(e.party == case.accused and isinstance(e.act, Comment) for e in case.entries)
        if case.body == rules.body and case.state is CaseState.OPEN and not answered:
            what = due(
                "comment", case.accused, entry.known_at, rules.comment_hours, entry.id,
                "brought the rules into effect",
            )  # fmt: skip
            docket.run(case, f"comment:{case.id}", what)
            docket.touched.add(case.id)


ADOPTION: Takers = {AdoptRules: adopt_rules}
"""What each act about rules of procedure does."""
