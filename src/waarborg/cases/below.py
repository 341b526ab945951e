"""What an entry, a case and a ruling rest on: one definition for every view, worked out when it is asked.

Rules this module keeps:
1. What came after a ruling is no ground of it.
2. A proposal that was not adopted is no ground of the ruling, nor are the votes on it; one that was
   corrected is, since what corrects it stands on it, and so is one that ruled the same before, since clocks
   run from that ruling.
3. What a thing rests on is named by what it is and what it is called, so that it can be asked in turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from waarborg.cases.body import kind_of
from waarborg.cases.case import Ballot, CaseFile, Ruling, unbroken
from waarborg.cases.entry import Approve, Entry, Propose, Vote, WithdrawProposal
from waarborg.cases.promise_acts import CommitmentStep, Contribute, GateStep, ObligationStep


class Thing(StrEnum):
    """What sort of thing rests on others, or is rested on."""

    ENTRY = "entry"
    CASE = "case"
    DUTY = "duty"
    DETERMINATION = "determination"
    FINDING = "finding"
    INCIDENT = "incident"
    REPORT = "report"
    CITED = "cited"
    """What an entry cites and nothing here knows by that name."""
    OBLIGATION = "obligation"
    PROMISE = "promise"
    GATE = "gate"
    COMMITMENT = "commitment"
    PROCEDURE = "procedure"
    STEP = "step"
    STANDING = "standing"
    AMENDMENT = "amendment"
    FALLEN = "fallen"
    """A determination of the text of which nothing is left."""
    REFUSED = "refused"
    """An entry that was refused: nothing rests on it."""


@dataclass(frozen=True, slots=True)
class Below:
    """Something that something else rests on.

    Attributes:
        thing: What sort of thing.
        name: What it is called.
        part: The part it plays, in words.
        entry: The entry, where it is one.
        whole: Whether all that it rests on now counts as well; not where it was less when it counted.
    """

    thing: Thing
    name: str
    part: str
    entry: Entry | None = None
    whole: bool = True

    @property
    def key(self) -> tuple[Thing, str]:
        """What it is and what it is called."""
        return self.thing, self.name


_PARTS = {
    "open-case": "the allegation",
    "comment": "a party's comment",
    "account": "an account of what happened",
    "request-inspection": "a request for access",
    "answer-inspection": "what became of a request for access",
    "task": "a task",
    "task-done": "what a task brought",
    "join-cases": "the joining of cases",
    "split-case": "the splitting of a case",
    "close-case": "the motion to close the case",
    "reopen-case": "the motion to reopen the case",
    "verify": "a grading",
    "propose": "the proposal",
    "vote": "a vote",
    "withdraw-proposal": "the withdrawal of a proposal",
    "appeal": "an appeal",
    "remedy-step": "what became of the remedy",
    "deconflict": "a message between the parties",
    "act-early": "an act before attribution was final",
    "change-step": "a step up or down",
    "adopt-rules": "the rules of procedure",
    "ask-help": "the request for an answer",
    "step-taken": "a step of the procedure, taken",
    "pause-course": "the motion to suspend the procedure",
    "resume-course": "the motion to go on with the procedure",
    "send-back": "the step of the procedure, sent back",
    "promise-term": "the end or renewal of the promise",
    "change-standing": "a party's standing",
    "amend": "the signing of an amendment",
}
"""What part an entry plays by its kind; one that is not here is told by what it does."""

_NAMES = {
    "proposal": "what it is about",
    "request": "the request it answers",
    "task": "the task it reports on",
    "answers": "the message it answers",
    "corrects": "the proposal it corrects",
}
"""Fields in which an entry names an earlier one, and how that one is told."""


def part_of(entry: Entry) -> str:
    """The part an entry plays in what it is about, in words."""
    match entry.act:
        case Approve():
            return "a second person's approval"
        case GateStep() as act:
            return f"gate {act.gate} {act.step}" + (f" for {act.case}" if act.case else "")
        case Contribute() as act:
            return f"contribution to {act.guarantee} {act.step}"
        case ObligationStep() as act:
            return f"the word that it is {act.step}"
        case CommitmentStep() as act:
            return f"commitment {act.commitment} {act.step}"
        case act:
            return _PARTS.get(kind_of(act), kind_of(act).replace("-", " "))


def below(entry: Entry, part: str = "") -> Below:
    """An entry as something that is rested on."""
    return Below(Thing.ENTRY, entry.id, part or part_of(entry), entry)


def below_entry(entry: Entry) -> Iterator[Below]:
    """What an entry cites, and the entry it answers, approves, votes on or corrects."""
    for name in entry.cites:
        yield Below(Thing.CITED, name, "cited")
    for name, part in _NAMES.items():
        named = getattr(entry.act, name, "")
        if named:
            yield Below(Thing.ENTRY, named, part)


def below_case(case: CaseFile) -> Iterator[Below]:
    """What a case holds: the findings it is about, and every entry in it."""
    yield from _findings(case)
    yield from (below(entry) for entry in case.entries)


def _findings(case: CaseFile) -> Iterator[Below]:
    for name in case.findings:
        yield Below(Thing.FINDING, name, "the alleged breach")


def below_ruling(case: CaseFile, ruling: Ruling) -> Iterator[Below]:
    """What a ruling rests on: its proposal, who stood behind it, each vote, and what lay before the body."""
    wanted = _corrected(case, ruling)
    ballot = case.ballots[ruling.proposal]
    own = (ballot.entry, *ballot.votes.values())
    yield from (below(entry) for entry in own)
    yield from _findings(case)
    taken = {entry.id for entry in own}
    for entry in known_at_ruling(case, ruling):
        about = _proposal(case, entry)
        if entry.id not in taken and (not about or about in wanted):
            yield below(entry)


def known_at_ruling(case: CaseFile, ruling: Ruling) -> list[Entry]:
    """The entries of a case that lay before the body when it decided, in order."""
    votes = case.ballots[ruling.proposal].votes.values()
    last = max((case.entries.index(vote) for vote in votes), default=-1)
    return [
        entry
        for at, entry in enumerate(case.entries)
        if entry.known_at < ruling.at or (entry.known_at == ruling.at and at <= last)
    ]


def below_duty(case: CaseFile, key: str) -> Iterator[Below]:
    """What something that is due before the commission rests on.

    Args:
        case: Its case.
        key: What it is in the case, as "remedy:<proposal>".
    """
    sort, _, proposal = key.rpartition(":")
    ruled = {ruling.proposal: ruling for ruling in case.rulings}
    if sort in {"remedy", "appeal"} and proposal in ruled:
        yield from below_ruling(case, ruled[proposal])
        steps = ("remedy-step",) if sort == "remedy" else ()
        yield from (below(e) for e in case.entries if kind_of(e.act) in steps)
        return
    due = case.duties.get(key) or case.lapsed.get(key)
    if due is not None:
        set_by = [e for e in case.entries if e.id in {due.entry, key} or _approves(e, key)]
        yield from (below(entry) for entry in set_by)
        if not set_by and due.entry != case.id:
            yield Below(Thing.ENTRY, due.entry, "what set the time")
    yield from _findings(case)
    yield from (below(entry) for entry in case.entries[:1])


def _approves(entry: Entry, proposal: str) -> bool:
    return isinstance(entry.act, Approve) and entry.act.proposal == proposal


def _corrected(case: CaseFile, ruling: Ruling) -> set[str]:
    """The proposals whose outcome a ruling builds on: its own, those it corrects, those that held the same before."""
    by = {each.proposal: each for each in case.rulings}
    so_far = case.rulings[: case.rulings.index(ruling) + 1]
    wanted: set[str] = set()
    for each in unbroken(so_far):
        name = each.proposal
        while name and name not in wanted:
            wanted.add(name)
            name = by[name].corrects if name in by else ""
    return wanted


def _proposal(case: CaseFile, entry: Entry) -> str:
    """The proposal that an entry puts, approves, votes on or withdraws; "" for any other."""
    if isinstance(entry.act, Propose):
        return entry.id
    if isinstance(entry.act, Approve | Vote | WithdrawProposal):
        return entry.act.proposal if entry.act.proposal in case.ballots else ""
    return ""


def known_to_voter(case: CaseFile, ballot: Ballot, party: str) -> tuple[list[str], list[str]]:
    """The entries of a case that were in when a seat voted, and those that came after its vote."""
    names, count = [entry.id for entry in case.entries], ballot.knew[party]
    return names[:count], names[count + 1 :]
