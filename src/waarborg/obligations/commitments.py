"""Commitments under way: what each waits for, since when nothing holds it back, until when, kept or late.

Rules this module keeps:
1. The time of a commitment runs from the moment at which all that it waits for is there and its clause binds
   who gave it.
2. What fails again before the time is over is waited for anew, and then the time runs anew.
3. What was overdue stays so until it is kept, and is then marked late; no new time cures a default.
4. Once kept, its time stands still; taken back, it runs on as it did.
5. Where the clock alone brings or ends what is waited for, the clock stops there as at a deadline.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from waarborg.agreement.sections import Commitment
from waarborg.obligations.moments import deadline_of_commitment
from waarborg.obligations.obligation import Deadline
from waarborg.obligations.promises import Promises
from waarborg.obligations.standing import is_signed, unbound

_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Commitments:
    """The commitments of one agreement after so many entries.

    Attributes:
        promises: What is there, and which commitments were kept.
        free: Commitment to since when nothing holds it back.
        late: Commitment to when its time passed unkept; it stays here once kept, as kept late.
        timeless: Commitments that nothing ever held back in a text that names no beginning.
        next_deadline: When the clock alone may next change something; None when it changes nothing.
        touched: Commitments changed since it was last emptied.
    """

    promises: Promises = field(compare=False)
    free: dict[str, datetime] = field(default_factory=dict)
    late: dict[str, datetime] = field(default_factory=dict)
    timeless: frozenset[str] = frozenset()
    next_deadline: datetime | None = None
    touched: set[str] = field(default_factory=set, compare=False)
    _stops: tuple[datetime, ...] = field(init=False, compare=False)
    _begins: datetime | None = field(init=False, compare=False)

    def __post_init__(self) -> None:
        text = self.promises.agreement
        self._begins = self._beginning()
        since = {step.since for clause in text.clauses.values() for step in clause.standing}
        begins = set() if self._begins is None else {self._begins}
        self._stops = tuple(sorted(since | begins))
        if not text.commitments:
            return
        if self._begins is None:
            holds = self.promises.holding(_EVER)
            given = text.commitments.values()
            self.timeless = frozenset(c.id for c in given if self._is_free(c, holds, _EVER))
        self.next_deadline = min(self._ahead(_EVER), default=None)

    def note(self, at: datetime) -> None:
        """Something that commitments wait for came or went, or one was kept or taken back."""
        text = self.promises.agreement
        if not text.commitments:
            return
        holds = self.promises.holding(at)
        for name, given in text.commitments.items():
            if self.promises.committed(name):
                continue
            free = name not in self.timeless and self._is_free(given, holds, at)
            if free is not (name in self.free):
                self.touched.add(name)
                if free:
                    self.free[name] = at
                else:
                    del self.free[name]
        self._pass(at)

    def tick(self, at: datetime) -> None:
        """Let the moment pass: first the times that end now, then what the clock brings or ends."""
        if self.next_deadline is not None and self.next_deadline <= at:
            self._pass(at)
            self.note(at)

    def deadline(self, name: str) -> Deadline:
        """Until when a commitment is to be kept, and how that was computed."""
        given = self.promises.agreement.commitments[name]
        return deadline_of_commitment(given, self.free.get(name), timeless=name in self.timeless)

    def missing(self, name: str, holds: frozenset[str]) -> tuple[str, ...]:
        """What a commitment waits for that is not there.

        Args:
            name: The commitment.
            holds: The guarantees that hold at the moment asked.
        """
        given = self.promises.agreement.commitments[name]
        return tuple(each for each in given.waits_for if not there(self.promises, each, holds))

    def unbound(self, name: str, at: datetime) -> str:
        """Why its clause does not bind who gave a commitment, "" when it does."""
        given = self.promises.agreement.commitments[name]
        if self._begins is not None and at < self._begins:
            return "the text has not begun"
        promises = self.promises
        return unbound(promises.agreement, promises.standing, given.clause, str(given.by), at)

    def beginnings(self, after: datetime) -> list[datetime]:
        """Moments after one at which the clock alone may bind somebody to a promise or a commitment, in order.

        When a consent runs out is none of them: that only ends what held.
        """
        found = {stop for stop in self._stops if stop > after}
        turn = self.promises.next_bound(after)
        while turn is not None:
            found.add(turn)
            turn = self.promises.next_bound(turn)
        return sorted(found)

    def _beginning(self) -> datetime | None:
        """From when a text without signatures is read as binding: its version, else its first period."""
        text = self.promises.agreement
        if is_signed(text):
            return None
        if text.version:
            return text.version.start
        return min((period.start for period in text.periods.values()), default=None)

    def _is_free(self, given: Commitment, holds: frozenset[str], at: datetime) -> bool:
        return not self.missing(given.id, holds) and not self.unbound(given.id, at)

    def _pass(self, at: datetime) -> None:
        """Note what is late by now, and when the clock has to stop next."""
        for name in self.free:
            latest = self.deadline(name).latest
            over = latest is not None and latest <= at
            if over and name not in self.late and not self.promises.committed(name):
                self.late[name] = at
                self.touched.add(name)
        self.next_deadline = min(self._ahead(at), default=None)

    def _ahead(self, at: datetime) -> Iterator[datetime]:
        yield from (stop for stop in self._stops if stop > at)
        turn = self.promises.next_turn(at)
        if turn is not None:
            yield turn
        for name in self.free:
            latest = self.deadline(name).latest
            if latest is not None and latest > at and not self.promises.committed(name):
                yield latest


def there(promises: Promises, name: str, holds: frozenset[str]) -> bool:
    """Whether a guarantee holds, a contribution is deployed, or a commitment was kept."""
    agreement = promises.agreement
    if name in agreement.commitments:
        return promises.committed(name)
    if name in agreement.contributions:
        return promises.contribution_step(name) == "deployed"
    mine = [g.id for g in agreement.guarantees if g.group == name]
    return bool(mine) and all(each in holds for each in mine)
