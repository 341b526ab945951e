"""The commission as a fold: entries in, cases out; what breaks a rule changes nothing.

Rules this module keeps:
1. Entries are taken in the order in which they reached the record; nothing looks ahead (law 4).
2. Deadlines pass by the clock alone, in order of time, between entries.
3. A refused entry is kept with the rule it breaks.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from waarborg.agreement.model import Agreement
from waarborg.base.times import Period
from waarborg.cases.case import Ballot, CaseFile, CaseState, Due, choices, due
from waarborg.cases.determination import Decision, Determination
from waarborg.cases.eligible import (
    has_seat,
    may_be_joined,
    may_conduct,
    may_grade,
    names_known,
    seats_of,
)
from waarborg.cases.entry import (
    Access,
    Account,
    ActEarly,
    AdoptRules,
    AnswerInspection,
    Appeal,
    Approve,
    ChangeStep,
    CloseCase,
    Comment,
    Deconflict,
    Entry,
    JoinCases,
    OpenCase,
    Outcome,
    Propose,
    RemedyStep,
    ReopenCase,
    RequestInspection,
    RuleBroken,
    SplitCase,
    Task,
    TaskDone,
    Verification,
    Verify,
    Vote,
    WithdrawProposal,
)
from waarborg.cases.settled_rules import enough, settle, wants_two
from waarborg.cases.tally import Result, Tally, tally
from waarborg.cases.voting import adopted, may_appeal, may_be_put, ruling_of

REMEDY_STEPS = ("complied", "contested", "compensated", "confirmed")


@dataclass(slots=True)
class Commission:
    """The commission after so many entries; grows entry by entry.

    Attributes:
        agreement: The text: its bodies, and what it settles about how they decide.
        rules: Body to its rules of procedure.
        waiting_rules: Rules not yet in effect by their entry, with the seats that have agreed.
        in_effect: Entries whose rules took effect, replaced since or not.
        cases: Every case by name.
        messages: The deconfliction log.
        touched: Cases changed since it was last emptied.
        decided: Cases whose ruling or verification changed since it was last emptied.
    """

    agreement: Agreement
    rules: dict[str, AdoptRules] = field(default_factory=dict)
    waiting_rules: dict[str, tuple[AdoptRules, frozenset[str]]] = field(default_factory=dict)
    in_effect: set[str] = field(default_factory=set)
    cases: dict[str, CaseFile] = field(default_factory=dict)
    messages: list[Entry] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    decided: set[str] = field(default_factory=set)
    _alike: dict[tuple[str, str], int] = field(default_factory=dict)
    _case_of: dict[str, str] = field(default_factory=dict)
    _timers: list[tuple[datetime, str, str]] = field(default_factory=list)

    def open(self, determination: Determination, at: datetime) -> None:
        """A finding that a body has to decide opens a case of its own."""
        if determination.decision is not Decision.PENDING or determination.id in self.cases:
            return
        self._add(
            CaseFile(
                determination.id,
                determination.by,
                determination.breacher,
                determination.clause,
                determination.happened,
                _severity(determination.facts.get("severity")),
                at,
                (determination.finding,),
                determination.words,
            )
        )

    def take(self, entry: Entry) -> None:
        """Take the next entry.

        Raises:
            RuleBroken: The entry breaks a rule; nothing was changed.
        """
        act: Any = entry.act
        _HANDLERS[type(act)](self, entry, act)

    def case_of(self, entry: str) -> str:
        """The case that an entry belongs to."""
        return self._case_of[entry]

    @property
    def next_deadline(self) -> datetime | None:
        """When the next deadline passes; None when none is running."""
        return self._timers[0][0] if self._timers else None

    def tick(self, moment: datetime) -> None:
        """Let every deadline before or at a moment pass, in order of time."""
        while self._timers and self._timers[0][0] <= moment:
            at, case, key = heapq.heappop(self._timers)
            self._lapse(self.cases[case], key, at)

    def _add(self, case: CaseFile) -> None:
        case.moved_at = case.opened_at
        kind = (case.accused, case.clause)
        case.alike_before = self._alike.get(kind, 0)
        self._alike[kind] = case.alike_before + 1
        self.decided.add(case.id)
        self.cases[case.id] = case
        self._case_of[case.id] = case.id
        self.touched.add(case.id)
        rules = self.rules.get(case.body)
        if rules:
            self._set(
                case,
                f"comment:{case.id}",
                due("comment", case.accused, case.opened_at, rules.comment_hours, case.id),
            )

    def _set(self, case: CaseFile, key: str, what: Due) -> None:
        case.duties[key] = what
        heapq.heappush(self._timers, (what.by, case.id, key))

    def _lapse(self, case: CaseFile, key: str, at: datetime) -> None:
        what = case.duties.get(key)
        if what is None or what.by != at:
            return
        self.touched.add(case.id)
        ballot = case.ballots.get(key)
        if ballot is not None:
            self._count(case, ballot, at)
            return
        case.lapsed[key] = case.duties.pop(key)
        if key.startswith("remedy:") and case.remedy_state in {"owed", "contested"}:
            case.remedy_state = "lapsed"
        if not key.startswith("appeal:") or case.state is not CaseState.APPEALED:
            case.flags.append(f"lapsed: {what.what} by {what.who} ({what.words})")

    def _case(self, name: str, *, active: bool = False) -> CaseFile:
        case = self.cases.get(self._case_of.get(name, ""))
        if case is None:
            raise RuleBroken("COM-005", f"there is no case {name}")
        if active and case.state in {CaseState.CLOSED, CaseState.JOINED}:
            raise RuleBroken("COM-010", f"the case {case.id} is {case.state.value}")
        return case

    def _note(self, case: CaseFile, entry: Entry) -> None:
        case.entries.append(entry)
        case.moved_at = entry.known_at
        self._case_of[entry.id] = case.id
        self.touched.add(case.id)

    def _adopt_rules(self, entry: Entry, act: AdoptRules) -> None:
        parties = [seat.party for seat in act.seats]
        if len(set(parties)) != len(parties):
            raise RuleBroken("COM-014", "a party has two seats on one body")
        settled = settle(self.agreement, act, entry.party)
        held = self.rules.get(act.body)
        if held is not None:
            has_seat(held, entry)
        elif entry.party not in parties:
            raise RuleBroken("COM-001", f"{entry.party} has no seat among those it registers")
        self._agree_to_rules(entry, entry.id, settled, frozenset((entry.party,)))

    def _agree_to_rules(
        self, entry: Entry, name: str, new: AdoptRules, agreed: frozenset[str]
    ) -> None:
        """Rules take effect once enough seats have agreed; votes under way keep the old ones."""
        held = self.rules.get(new.body)
        if not enough(self.agreement, held, new, agreed):
            self.waiting_rules[name] = (new, agreed)
            return
        self.rules[new.body] = new
        self.in_effect.add(name)
        self.waiting_rules.pop(name, None)
        if held is None:
            self._start_comments(entry, new)

    def _start_comments(self, entry: Entry, rules: AdoptRules) -> None:
        """With a body's first rules the time to comment begins in the cases that lie before it."""
        for case in self.cases.values():
            answered = any(
                e.party == case.accused and isinstance(e.act, Comment) for e in case.entries
            )
            if case.body == rules.body and case.state is CaseState.OPEN and not answered:
                what = due(
                    "comment", case.accused, entry.known_at, rules.comment_hours, entry.id,
                    "brought the rules into effect",
                )  # fmt: skip
                self._set(case, f"comment:{case.id}", what)
                self.touched.add(case.id)

    def _open_case(self, entry: Entry, act: OpenCase) -> None:
        names_known(self.agreement, act)
        if act.happened_until <= act.happened_from:
            raise RuleBroken("COM-013", "what happened ends before it starts")
        if act.happened_from > entry.known_at:
            raise RuleBroken("COM-013", "what happened begins after the entry reached the record")
        happened = Period(act.happened_from, act.happened_until)
        case = CaseFile(
            entry.id,
            act.body,
            act.accused,
            act.clause,
            happened,
            act.severity,
            entry.known_at,
            act.findings,
            act.words,
            observed_at=act.observed_at,
            received_at=act.received_at,
        )
        self._add(case)
        self._note(case, entry)

    def _comment(self, entry: Entry, act: Comment) -> None:
        case = self._case(act.case, active=True)
        duty = case.duties.pop(f"comment:{case.id}", None) if entry.party == case.accused else None
        if duty is None and entry.party == case.accused:
            case.flags.append(f"late: the comment {entry.id} came after its deadline and is kept")
        self._note(case, entry)

    def _account(self, entry: Entry, act: Account) -> None:
        self._note(self._case(act.case, active=True), entry)

    def _request(self, entry: Entry, act: RequestInspection) -> None:
        case = self._case(act.case, active=True)
        what = f"answer on access to {act.place}"
        self._set(case, entry.id, due(what, act.of, entry.known_at, act.hours, entry.id))
        self._note(case, entry)

    def _answer(self, entry: Entry, act: AnswerInspection) -> None:
        case = self._case(act.request, active=True)
        asked = [e.act for e in case.entries if e.id == act.request]
        if not asked or not isinstance(asked[0], RequestInspection):
            raise RuleBroken("COM-005", f"{act.request} asks for no inspection")
        asker = next(e.party for e in case.entries if e.id == act.request)
        if entry.party not in {asked[0].of, asker}:
            raise RuleBroken("COM-012", f"{asked[0].of} answers {act.request}, not {entry.party}")
        case.done(act.request, entry)
        if act.access is not Access.GRANTED:
            case.flags.append(f"access {act.access.value}: {asked[0].of} at {asked[0].place}")
        self._note(case, entry)

    def _task(self, entry: Entry, act: Task) -> None:
        case = self._case(act.case, active=True)
        self._set(case, entry.id, due(act.words, act.assignee, entry.known_at, act.hours, entry.id))
        self._note(case, entry)

    def _task_done(self, entry: Entry, act: TaskDone) -> None:
        case = self._case(act.task, active=True)
        given = [e.act for e in case.entries if e.id == act.task and isinstance(e.act, Task)]
        if not given:
            raise RuleBroken("COM-005", f"{act.task} is no task")
        if given[0].assignee not in {entry.author, entry.party}:
            raise RuleBroken("COM-012", f"{act.task} is for {given[0].assignee} to report done")
        case.done(act.task, entry)
        self._note(case, entry)

    def _join(self, entry: Entry, act: JoinCases) -> None:
        into = self._case(act.into, active=True)
        joined = [self._case(name, active=True) for name in act.cases]
        for case in (into, *joined):
            may_conduct(case, entry, self._seats(case.body))
        if into in joined:
            raise RuleBroken("COM-015", "a case cannot be joined into itself")
        for case in joined:
            may_be_joined(case, into)
        for case in joined:
            case.state, case.joined_into = CaseState.JOINED, into.id
            self.decided.add(case.id)
            case.duties.clear()
            into.findings = tuple(dict.fromkeys(into.findings + case.findings))
            self._note(case, entry)
        self._note(into, entry)

    def _split(self, entry: Entry, act: SplitCase) -> None:
        case = self._case(act.case, active=True)
        may_conduct(case, entry, self._seats(case.body))
        missing = sorted(set(act.findings) - set(case.findings))
        if missing or not act.findings:
            raise RuleBroken("COM-005", f"not in the case: {', '.join(missing) or 'no finding'}")
        case.findings = tuple(f for f in case.findings if f not in act.findings)
        self._note(case, entry)
        new = CaseFile(
            entry.id,
            case.body,
            case.accused,
            case.clause,
            case.happened,
            case.severity,
            entry.known_at,
            act.findings,
            act.reason,
        )
        new.entries.append(entry)
        self._add(new)

    def _close(self, entry: Entry, act: CloseCase) -> None:
        case = self._case(act.case, active=True)
        may_conduct(case, entry, self._seats(case.body))
        if case.state is CaseState.APPEALED or _under_vote(case):
            what = "an appeal waits" if case.state is CaseState.APPEALED else "a vote is under way"
            raise RuleBroken("COM-010", f"{case.id} cannot be closed while {what} for a ruling")
        case.state = CaseState.CLOSED
        self.decided.add(case.id)
        case.duties.clear()
        self._note(case, entry)

    def _reopen(self, entry: Entry, act: ReopenCase) -> None:
        case = self._case(act.case)
        may_conduct(case, entry, self._seats(case.body))
        if case.state not in {CaseState.CLOSED, CaseState.RULED, CaseState.DEADLOCKED}:
            raise RuleBroken("COM-010", f"the case {case.id} is {case.state.value} already")
        case.state = CaseState.OPEN
        self.decided.add(case.id)
        self._note(case, entry)

    def _verify(self, entry: Entry, act: Verify) -> None:
        case = self._case(act.case, active=True)
        may_grade(case, entry, self._seats(case.body))
        if act.item == "1" and len(set(entry.cites)) < 2:
            raise RuleBroken("COM-016", "item grade 1 needs two independent things it rests on")
        self._note(case, entry)
        if not self._wants_two(case):
            self._verified(case, act, entry.known_at)

    def _verified(self, case: CaseFile, act: Verify, at: datetime) -> None:
        if act.result in {Verification.CANNOT_BE_VERIFIED, Verification.CANNOT_BE_ATTRIBUTED}:
            case.flags.append(act.result.value.replace("_", " "))
        if act.result is Verification.VERIFIED and case.verified_at is None:
            case.verified_at = at
            self.decided.add(case.id)
        if act.attributed_to and case.attributed_at is None:
            case.attributed_at = at
            self.decided.add(case.id)

    def _propose(self, entry: Entry, act: Propose) -> None:
        case = self._case(act.case, active=True)
        rules = self._rules(case)
        has_seat(rules, entry)
        may_be_put(case, rules, act)
        ballot = Ballot(entry, act, rules)
        case.ballots[entry.id] = ballot
        case.stood = case.stood if case.state is CaseState.VOTING else case.state
        case.state = CaseState.VOTING
        self._note(case, entry)
        if not rules.two_persons:
            self._start(case, ballot, rules, entry)

    def _start(self, case: CaseFile, ballot: Ballot, rules: AdoptRules, by: Entry) -> None:
        ballot.due = due("votes", case.body, by.known_at, rules.vote_hours, by.id)
        self._set(case, ballot.entry.id, ballot.due)

    def _approve(self, entry: Entry, act: Approve) -> None:
        if act.proposal in self.waiting_rules:
            new, agreed = self.waiting_rules[act.proposal]
            has_seat(self.rules.get(new.body, new), entry)
            if entry.party in agreed:
                raise RuleBroken("COM-002", f"{entry.party} has agreed to {act.proposal} already")
            self._agree_to_rules(entry, act.proposal, new, agreed | {entry.party})
            return
        if act.proposal in self.in_effect:
            raise RuleBroken("COM-002", f"the rules of {act.proposal} are in effect already")
        if self._approve_grading(entry, act):
            return
        case, ballot = self._ballot(act.proposal)
        has_seat(ballot.rules, entry)
        if entry.author == ballot.entry.author:
            raise RuleBroken("COM-009", f"{entry.author} cannot approve a proposal of their own")
        if entry.party == case.accused:
            words = (
                f"{entry.party} is accused in {case.id}, and votes, but puts nothing to the vote"
            )
            raise RuleBroken("COM-009", words)
        if ballot.approved_by:
            raise RuleBroken("COM-002", f"{act.proposal} is approved already")
        ballot.approved_by = entry.author
        self._note(case, entry)
        if ballot.due is None:
            self._start(case, ballot, ballot.rules, entry)

    def _approve_grading(self, entry: Entry, act: Approve) -> bool:
        """A second person stands behind a verification; whether the entry was about one."""
        held = self.cases.get(self._case_of.get(act.proposal, ""))
        graded = next((e for e in held.entries if e.id == act.proposal), None) if held else None
        if held is None or graded is None or not isinstance(graded.act, Verify):
            return False
        case = self._case(held.id, active=True)
        if entry.author == graded.author:
            raise RuleBroken("COM-009", f"{entry.author} cannot approve a grading of their own")
        may_grade(case, entry, self._seats(case.body))
        self._note(case, entry)
        self._verified(case, graded.act, entry.known_at)
        return True

    def _vote(self, entry: Entry, act: Vote) -> None:
        case, ballot = self._ballot(act.proposal)
        has_seat(ballot.rules, entry)
        if entry.party in ballot.votes:
            raise RuleBroken("COM-002", f"{entry.party} has voted on {act.proposal} already")
        if ballot.due is None:
            raise RuleBroken("COM-009", f"{act.proposal} still wants a second person's approval")
        ballot.votes[entry.party] = entry
        ballot.knew[entry.party] = len(case.entries)
        self._note(case, entry)
        if len(ballot.votes) == len(ballot.rules.seats):
            self._count(case, ballot, entry.known_at)

    def _withdraw(self, entry: Entry, act: WithdrawProposal) -> None:
        case, ballot = self._ballot(act.proposal)
        if entry.party != ballot.entry.party:
            raise RuleBroken("COM-012", f"only {ballot.entry.party} can withdraw {act.proposal}")
        ballot.withdrawn = True
        case.duties.pop(act.proposal, None)
        case.state = CaseState.VOTING if _under_vote(case) else case.stood
        self._note(case, entry)

    def _appeal(self, entry: Entry, act: Appeal) -> None:
        case = self._case(act.case, active=True)
        may_appeal(case, entry, self.agreement.parties)
        if case.state is CaseState.RULED:
            case.state = CaseState.APPEALED
        self._note(case, entry)

    def _remedy(self, entry: Entry, act: RemedyStep) -> None:
        case = self._case(act.case, active=True)
        if act.step not in REMEDY_STEPS:
            raise RuleBroken("COM-005", f"{act.step} is none of {', '.join(REMEDY_STEPS)}")
        if not case.remedy_state:
            raise RuleBroken("COM-007", f"no remedy is owed in {case.id}")
        own = act.step != "confirmed"
        if own is not (case.ruling is not None and entry.party == case.ruling.responsible):
            raise RuleBroken("COM-012", f"{entry.party} cannot say that the remedy is {act.step}")
        late = act.step != "contested" and case.done(f"remedy:{case.rulings[-1].proposal}", entry)
        if act.step != "contested" or case.remedy_state != "lapsed":
            case.remedy_state = f"{act.step} late" if late else act.step
        self._note(case, entry)

    def _deconflict(self, entry: Entry, act: Deconflict) -> None:
        if act.case:
            self._note(self._case(act.case), entry)
        self.messages.append(entry)

    def _act_early(self, entry: Entry, act: ActEarly) -> None:
        case = self._case(act.case)
        if case.ruling is None:
            case.flags.append(f"{entry.party} acted before attribution was final ({entry.id})")
        self._note(case, entry)

    def _change_step(self, entry: Entry, act: ChangeStep) -> None:
        case = self._case(act.case)
        if act.direction not in {"up", "down"}:
            raise RuleBroken("COM-005", f"a step goes up or down, not {act.direction}")
        case.flags.append(f"step {act.direction}: {act.words}")
        self._note(case, entry)

    def _rules(self, case: CaseFile) -> AdoptRules:
        if case.body not in self.rules:
            raise RuleBroken("COM-018", f"{case.body} has no rules of procedure on the record")
        return self.rules[case.body]

    def _wants_two(self, case: CaseFile) -> bool:
        """Whether a second person is wanted, by the rules or by the text itself."""
        rules, body = self.rules.get(case.body), self.agreement.bodies.get(case.body)
        return (rules is not None and rules.two_persons) or (body is not None and wants_two(body))

    def _seats(self, body: str) -> frozenset[str]:
        return seats_of(self.agreement, self.rules, body)

    def _ballot(self, proposal: str) -> tuple[CaseFile, Ballot]:
        case = self._case(proposal, active=True)
        ballot = case.ballots.get(proposal)
        if ballot is None:
            raise RuleBroken("COM-005", f"{proposal} is no proposal")
        if ballot.withdrawn:
            raise RuleBroken("COM-004", f"{proposal} was withdrawn")
        if ballot.overtaken_by:
            words = f"{proposal} was overtaken: {ballot.overtaken_by} was adopted first"
            raise RuleBroken("COM-003", words)
        if ballot.tally is not None:
            raise RuleBroken("COM-003", f"the vote on {proposal} is closed")
        return case, ballot

    def _count(self, case: CaseFile, ballot: Ballot, at: datetime) -> None:
        rules = ballot.rules
        case.duties.pop(ballot.entry.id, None)
        ballot.tally = tally(rules, choices(ballot), silence=ballot.proposal.silence)
        case.moved_at = at
        by = adopted(ballot, rules, ballot.tally)
        if by:
            self._rule(case, ballot, ballot.tally, at, by)
            return
        case.flags.append(f"{ballot.tally.result.value.replace('_', ' ')}: {ballot.tally.words}")
        rejected = ballot.tally.result is Result.REJECTED
        case.state = CaseState.OPEN if rejected else CaseState.DEADLOCKED
        self.decided.add(case.id)
        if not rejected and rules.on_deadlock == "refer_to_guarantors":
            case.flags.append("the deadlock goes to the guarantors, as the rules say")
        if case.rulings:
            case.state = CaseState.RULED
        if _under_vote(case):
            case.stood, case.state = case.state, CaseState.VOTING

    def _rule(self, case: CaseFile, ballot: Ballot, count: Tally, at: datetime, by: str) -> None:
        wanted, name = ballot.proposal, ballot.entry.id
        remedy = None
        for old in case.rulings:
            for held in (case.duties, case.lapsed):
                held.pop(f"remedy:{old.proposal}", None)
            case.duties.pop(f"appeal:{old.proposal}", None)
        case.remedy_state = ""
        if wanted.remedy and wanted.outcome is Outcome.BREACH:
            remedy = due(
                wanted.remedy, wanted.responsible, at, wanted.remedy_hours, name, "was adopted"
            )
            self._set(case, f"remedy:{name}", remedy)
            case.remedy_state = "owed"
        case.rulings.append(ruling_of(ballot, count, at, by, remedy))
        for other in _under_vote(case):
            other.overtaken_by = name
            case.duties.pop(other.entry.id, None)
            case.flags.append(f"overtaken: {other.entry.id}, as {name} was adopted first")
        case.state = CaseState.RULED
        self.decided.add(case.id)
        self._set(
            case,
            f"appeal:{name}",
            due("appeal", "any party", at, ballot.rules.appeal_hours, name, "was adopted"),
        )


def _under_vote(case: CaseFile) -> list[Ballot]:
    """The proposals of a case that are neither counted nor withdrawn nor overtaken."""
    return [
        each
        for each in case.ballots.values()
        if each.tally is None and not each.withdrawn and not each.overtaken_by
    ]


def _severity(value: object) -> int | None:
    return value if isinstance(value, int) else None


_HANDLERS: Mapping[type, Callable[[Commission, Entry, Any], None]] = {
    AdoptRules: Commission._adopt_rules,  # noqa: SLF001  # the table is part of the class
    OpenCase: Commission._open_case,  # noqa: SLF001
    Comment: Commission._comment,  # noqa: SLF001
    Account: Commission._account,  # noqa: SLF001
    RequestInspection: Commission._request,  # noqa: SLF001
    AnswerInspection: Commission._answer,  # noqa: SLF001
    Task: Commission._task,  # noqa: SLF001
    TaskDone: Commission._task_done,  # noqa: SLF001
    JoinCases: Commission._join,  # noqa: SLF001
    SplitCase: Commission._split,  # noqa: SLF001
    CloseCase: Commission._close,  # noqa: SLF001
    ReopenCase: Commission._reopen,  # noqa: SLF001
    Verify: Commission._verify,  # noqa: SLF001
    Propose: Commission._propose,  # noqa: SLF001
    Approve: Commission._approve,  # noqa: SLF001
    Vote: Commission._vote,  # noqa: SLF001
    WithdrawProposal: Commission._withdraw,  # noqa: SLF001
    Appeal: Commission._appeal,  # noqa: SLF001
    RemedyStep: Commission._remedy,  # noqa: SLF001
    Deconflict: Commission._deconflict,  # noqa: SLF001
    ActEarly: Commission._act_early,  # noqa: SLF001
    ChangeStep: Commission._change_step,  # noqa: SLF001
}
