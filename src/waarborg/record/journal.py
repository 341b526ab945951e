"""The journal: a record of signed statements in memory, read back with the times they were recorded.

Authors claim when they said a thing; nobody has to believe that. From time to time the operator puts a
time mark behind what came in: everything before it was recorded by then. A mark never goes back, and
whoever cosigns a checkpoint bounds it by their own clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from waarborg.base.times import parse_instant
from waarborg.record.chains import Chains
from waarborg.record.demonstration import demonstration_seed
from waarborg.record.log import Log
from waarborg.record.scribe import Scribe
from waarborg.record.statement import Draft, Statement, read_statement


@dataclass(frozen=True, slots=True)
class Recorded:
    """A statement of a record, as it is read back.

    Attributes:
        place: Its place in the log, from 0.
        statement: What was said, by whom.
        recorded_at: The first time mark behind it, None while there is none.
    """

    place: int
    statement: Statement
    recorded_at: datetime | None


def with_marks(statements: Iterable[tuple[int, Statement]]) -> Iterator[Recorded]:
    """Statements in order, each with the time it was recorded by.

    Args:
        statements: Place and statement, in the order of the log.
    """
    waiting: list[tuple[int, Statement]] = []
    for place, statement in statements:
        waiting.append((place, statement))
        if statement.kind == "recorded":
            at = parse_instant(str(statement.body["at"]))
            yield from (Recorded(place, each, at) for place, each in waiting)
            waiting = []
    yield from (Recorded(place, each, None) for place, each in waiting)


@dataclass(frozen=True, slots=True)
class Growth:
    """What a journal has more than before, to be handed to a copy of what it was.

    Attributes:
        leaves: The entries.
        said: Author and number of each.
        attached: What was attached, by SHA-256 in hex.
        chains: The state after the entries.
    """

    leaves: Sequence[bytes]
    said: Sequence[tuple[str, int]]
    attached: Mapping[str, bytes]
    chains: Chains


class Journal:
    """A record in memory that takes statements, made here or elsewhere."""

    def __init__(
        self,
        origin: str,
        secret: bytes | None = None,
        leaves: Iterable[bytes] = (),
        blobs: Mapping[str, bytes] | None = None,
        chains: Chains | None = None,
    ) -> None:
        """Begin a record, or go on with one.

        Args:
            origin: The log's name.
            secret: What authors' keys are worked out from; those of the demonstration without.
            leaves: The entries so far, checked when they were taken.
            blobs: What is attached, by SHA-256 in hex.
            chains: The state after these entries, when the caller has it.

        Raises:
            StatementRefused: When an entry is no statement.
        """
        self.origin = origin
        self.log = Log(leaves, blobs)
        if chains is None:
            chains = Chains()
            for leaf in self.log.entries:
                chains.resume(leaf)
        self._new: list[tuple[str, int]] = []
        self._scribe = Scribe(origin, secret or demonstration_seed(origin), chains)

    @property
    def size(self) -> int:
        """Number of entries."""
        return self.log.size

    @property
    def blobs(self) -> Mapping[str, bytes]:
        """What was attached, by SHA-256 in hex."""
        return self.log.blobs

    @property
    def chains(self) -> Chains:
        """The state of keys, chains, marks and redactions."""
        return self._scribe.chains

    def say(self, author: str, draft: Draft) -> int:
        """Put an author's statement behind the last entry.

        Args:
            author: Who says so; their key is worked out from the journal's secret.
            draft: What they say.

        Returns:
            The place of the statement.

        Raises:
            StatementRefused: When the draft cannot be a statement.
            VerificationFailure: REC-072 to REC-079 when it may not stand here.
        """
        return self._add(self._scribe.say(author, draft))

    def mark(self, at: datetime) -> int:
        """Put the operator's time mark behind everything so far: it was recorded by then.

        Raises:
            VerificationFailure: REC-079 when it would go back.
        """
        return self._add(self._scribe.mark(at))

    def take(self, leaf: bytes) -> int:
        """Take a statement that its author signed elsewhere.

        Raises:
            VerificationFailure: REC-070 to REC-079 when it may not stand here.
        """
        return self._add([self.chains.add(leaf)])

    def attach(self, data: bytes, media_type: str) -> dict[str, Any]:
        """Keep bytes beside the record; put what is returned into a body."""
        return self.log.attach(data, media_type)

    def statement(self, place: int) -> Statement:
        """One statement, read."""
        return read_statement(self.log.entries[place])

    def read(self, start: int = 0, stop: int | None = None) -> Iterator[Recorded]:
        """The statements in order, with the times they were recorded by."""
        places = range(start, self.size if stop is None else stop)
        return with_marks((place, self.statement(place)) for place in places)

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` entries, by default over all."""
        return self.log.root(size)

    def unsaved(self) -> tuple[Sequence[bytes], Sequence[tuple[str, int]]]:
        """The entries that were added since `saved`, and the author and number of each."""
        return self.log.entries[self.size - len(self._new) :], self._new

    def saved(self) -> None:
        """What was added is kept elsewhere now."""
        self._new = []

    def growth(self) -> Growth:
        """What was added since `saved`."""
        return Growth(*self.unsaved(), self.log.attached, self.chains)

    def grow(self, growth: Growth) -> None:
        """Take over what a copy of this journal has more, which is not checked again."""
        for leaf in growth.leaves[len(self._new) :]:
            self.log.add(leaf)
        for data in growth.attached.values():
            self.log.attach(data, "")
        self._new = list(growth.said)
        self._scribe.chains = growth.chains

    def _add(self, made: Iterable[Statement]) -> int:
        place = self.log.size
        for statement in made:
            place = self.log.add(statement.leaf)
            self._new.append((statement.author, statement.seq))
        return place
