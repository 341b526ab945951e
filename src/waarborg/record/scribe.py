"""The scribe: makes statements for the authors whose keys the keeper of a record holds.

The log begins by itself with its genesis, and an author's key is enrolled with their first
statement. The keys are worked out from one secret and the author's name: from the mission's own, or
from the demonstration key, which anyone can work out. Whoever holds a key of their own signs elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from waarborg.base.times import format_instant
from waarborg.record.base64url import to_base64url
from waarborg.record.chains import Chains
from waarborg.record.failure import entry_failure
from waarborg.record.statement import Author, Draft, Statement

OPERATOR = "operator"
"""The name under which the keeper of a record signs what keeps it: genesis, keys, time marks."""


def author_seed(secret: bytes, name: str) -> bytes:
    """The 32 seed bytes of an author's key.

    Args:
        secret: 32 secret bytes of the mission; those of the demonstration key are no secret.
        name: The author.
    """
    info = b"waarborg author key, version 1\n" + name.encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)


def is_derived(public: bytes, secret: bytes, name: str) -> bool:
    """Whether an author's public key was worked out from a secret, as that of the demonstration."""
    return Author(name, author_seed(secret, name)).public == public


class Scribe:
    """Makes statements one after the other; each is checked as if it came from outside."""

    def __init__(self, origin: str, secret: bytes, chains: Chains) -> None:
        """Go on with a log.

        Args:
            origin: The log's name.
            secret: What authors' keys are worked out from.
            chains: The state of the log; it moves with every statement made.
        """
        self.origin = origin
        self.chains = chains
        self._secret = secret
        self._authors: dict[str, Author] = {}

    def say(self, name: str, draft: Draft) -> Iterator[Statement]:
        """An author's next statement, behind those it takes first: the genesis, their enrolment.

        Each is to be put into the log before the next is asked for.

        Raises:
            StatementRefused: When the draft cannot be a statement.
            VerificationFailure: REC-072 to REC-079 when it may not stand here.
        """
        if not self.chains.size:
            yield self._genesis(draft.claimed_at)
        author = self._author(name)
        if self.chains.keys.get(author.key_id, ("",))[0] != name:
            self._refuse_another_key(name)
            yield self._enrol(author, draft.claimed_at)
        yield self._make(author, draft)

    def mark(self, at: datetime) -> Iterator[Statement]:
        """The operator's time mark: everything before it was recorded by then.

        Raises:
            VerificationFailure: REC-079 when it would go back.
        """
        body = {"at": format_instant(at)}
        return self.say(OPERATOR, Draft("recorded", body, int(at.timestamp())))

    def _refuse_another_key(self, name: str) -> None:
        """Nobody speaks here for an author who holds a key of their own."""
        if any(other == name for other, _ in self.chains.keys.values()):
            expected = f"a statement that {name} signed with the key they hold"
            found = "a key worked out from the secret of the record"
            raise entry_failure("REC-072", self.chains.size, expected, found)

    def _make(self, author: Author, draft: Draft) -> Statement:
        seq, prev = self.chains.heads.get(author.name, (-1, None))
        author.seq, author.prev = seq + 1, prev
        statement = author.make(draft)
        self.chains.check_made(statement)
        self.chains.add_checked(statement)
        return statement

    def _genesis(self, claimed_at: int) -> Statement:
        operator = self._author(OPERATOR)
        rows = [{"name": OPERATOR, "public": to_base64url(operator.public)}]
        body = {"origin": self.origin, "keys": rows}
        return self._make(operator, Draft("genesis", body, claimed_at))

    def _enrol(self, author: Author, claimed_at: int) -> Statement:
        body = enrolment(author, self.origin)
        return self._make(self._author(OPERATOR), Draft("key", body, claimed_at))

    def _author(self, name: str) -> Author:
        if name not in self._authors:
            self._authors[name] = Author(name, author_seed(self._secret, name))
        return self._authors[name]


def enrolment(author: Author, origin: str) -> dict[str, str]:
    """The body of a `key` statement that enrols an author who shows that they hold the key."""
    return {
        "action": "enrol",
        "name": author.name,
        "public": to_base64url(author.public),
        "possession": author.prove_possession(author.public, f"{origin} {author.name}"),
    }
