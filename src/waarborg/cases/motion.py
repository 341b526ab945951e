"""Motions: a seat asks its body to close or reopen a case, or to suspend, resume or send back a procedure.

Rules this module keeps:
1. One seat alone conducts nothing: a motion takes effect once as many seats stand behind it as the rules of
   procedure ask for a decision, whatever the others would say. Who put it is one of them.
2. The accused stands behind none, and its seat is left out of the count.
3. Where no rules of procedure are in effect two seats of different parties do, one of which did not bring the
   case, as far as the text seats such; the case carries a flag that says so.
4. A motion keeps the rules it was put under, and is open for as long as these leave a vote open.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from waarborg.base.times import format_instant
from waarborg.base.visible import on_one_line
from waarborg.cases.entry import AdoptRules, CloseCase, Entry, ReopenCase, RuleBroken
from waarborg.cases.promise_acts import PauseCourse, ResumeCourse, SendBack
from waarborg.cases.tally import carries

Conduct = CloseCase | ReopenCase | PauseCourse | ResumeCourse | SendBack
"""What a motion asks for."""

PROPOSED = "proposed"
"""Where a motion stands that fewer seats stand behind than it needs."""

WITHDRAWN = "withdrawn"
"""Why a motion that was taken back came to nothing."""

_DID = {
    CloseCase: "closed",
    ReopenCase: "reopened",
    PauseCourse: "suspended",
    ResumeCourse: "resumed",
    SendBack: "sent back",
}
"""What a motion that took effect did, in a word."""

_ASKS = {
    CloseCase: "the closing of the case",
    ReopenCase: "the reopening of the case",
    PauseCourse: "the suspension of",
    ResumeCourse: "going on with",
    SendBack: "sending back",
}
"""What a motion asks for, in words."""


@dataclass(slots=True)
class Motion:
    """A motion before a body.

    Attributes:
        entry: The entry that put it.
        act: What it asks for.
        body: The body.
        rules: The rules of procedure under which it was put, None where none were in effect.
        seats: Who sits on the body; empty where neither rules nor text say.
        accused: Who is accused in the case, "" where there is none.
        brought_by: Who brought the case.
        backed: Party to the entry by which it stands behind the motion, who put it first.
        carried_at: When it took effect, None while it has not.
        ended: Why it can take effect no more, in words; "" while it can, or did.
    """

    entry: Entry
    act: Conduct
    body: str
    rules: AdoptRules | None
    seats: frozenset[str]
    accused: str = ""
    brought_by: tuple[str, ...] = ()
    backed: dict[str, Entry] = field(default_factory=dict)
    carried_at: datetime | None = None
    ended: str = ""

    @property
    def asks(self) -> str:
        """What it asks for, in words."""
        course = f" {self.course}" if self.course else ""
        return f"{_ASKS[type(self.act)]}{course}{self._to}"

    @property
    def course(self) -> str:
        """The procedure it is about, "" for a motion about the case."""
        return "" if isinstance(self.act, CloseCase | ReopenCase) else self.act.course

    @property
    def _to(self) -> str:
        return f" from {self.act.step} to {self.act.to}" if isinstance(self.act, SendBack) else ""

    @property
    def state(self) -> str:
        """Where it stands: "in effect", "proposed", or why it came to nothing."""
        return "in effect" if self.carried_at is not None else self.ended or PROPOSED

    @property
    def by(self) -> str:
        """Who put it, by which entry, and who stands behind it besides, in words."""
        others = list(self.backed.values())[1:]
        told = ", ".join(f"{each.author} ({each.id})" for each in others)
        return f"{self.entry.author} in {self.entry.id}" + (f", with {told}" if told else "")

    @property
    def words(self) -> str:
        """What became of it: who did what, when, with whose approval and why; or that it waits."""
        reason = on_one_line(self.act.reason)
        if self.carried_at is not None:
            what = f"{self.course} was " if self.course else ""
            when = format_instant(self.carried_at)
            return f"{what}{_DID[type(self.act)]}{self._to} at {when} by {self.by}: {reason}"
        return f"{self.asks} was proposed by {self.by} ({reason}): {self.state}"

    @property
    def noticed(self) -> str:
        """What must be noticed of a motion that took effect by one seat alone, or without rules, in words."""
        alone = f"{self.entry.party} alone" if len(self.backed) == 1 else ""
        if self.rules is not None and not alone:
            return ""
        if self.rules is not None:
            left_out = (
                f"; that of {self.accused}, which is accused, does not count"
                if self.accused
                else ""
            )
            why = f"the rules of procedure of {self.body} ask for no other seat{left_out}"
        else:
            enough = (
                ", and the text seats nobody else who could stand behind it"
                if alone
                else ", so two seats of different parties were enough"
            )
            why = f"no rules of procedure were in effect for {self.body}{enough}"
        what = f"{self.course} was {_DID[type(self.act)]}" if self.course else _DID[type(self.act)]
        return f"{what} in {self.entry.id} by {alone or ' and '.join(self.backed)}: {why}"

    def back(self, entry: Entry) -> bool:
        """Another seat stands behind it; whether it takes effect with that.

        Raises:
            RuleBroken: COM-002, COM-003 or COM-004.
        """
        if self.carried_at is not None:
            raise RuleBroken("COM-002", f"{self.entry.id} has taken effect already")
        if self.ended:
            rule = "COM-004" if self.ended == WITHDRAWN else "COM-003"
            raise RuleBroken(rule, f"{self.entry.id} stands no more: {self.ended}")
        if entry.party in self.backed:
            words = f"{entry.party} stands behind {self.entry.id} already"
            raise RuleBroken("COM-002", words)
        self.backed[entry.party] = entry
        if _enough(self.rules, self.seats - {self.accused}, self.backed, self):
            self.carried_at = entry.known_at
        return self.carried_at is not None


def _enough(
    rules: AdoptRules | None, seats: frozenset[str], backed: Collection[str], motion: Motion
) -> bool:
    """Whether so many seats are as many as a motion needs."""
    if rules is not None:
        return carries(rules, backed, without=motion.accused)
    others = seats - set(motion.brought_by)
    return len(backed) >= min(2, len(seats)) and (not others or bool(others & set(backed)))
