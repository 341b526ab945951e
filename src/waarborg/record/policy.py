"""Trust policies (c2sp.org/tlog-policy): whose signatures a reader asks for.

There is no global "trusted": each reader has a policy of their own. Two readers can only be shown
different histories unnoticed when no honest witness stands in both their quorums.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from waarborg.base.problems import Problem, ProblemsFound
from waarborg.record.note import COSIGNATURE, ED25519, NoteRefused, Verifier

NONE = "none"
_ALLOWED = re.compile(rb"[\t\n\x20-\x7e\x80-\xff]*")
_COUNT = re.compile(r"[1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class Group:
    """So many of these members, each a witness or a group."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Whose signatures make a checkpoint valid for one reader.

    Attributes:
        logs: The logs that are accepted.
        witnesses: Name in this policy to key.
        groups: Name to group.
        quorum: Name of the witness or group that must have cosigned, or "none".
        addresses: Name of a log's key or of a witness to where it is reached.
    """

    logs: tuple[Verifier, ...]
    witnesses: Mapping[str, Verifier]
    groups: Mapping[str, Group]
    quorum: str
    addresses: Mapping[str, str]

    def met_by(self, signed: Iterable[Verifier]) -> bool:
        """Whether these keys, whose signatures hold, are enough."""
        return self._met(self.quorum, set(signed))

    def lacking(self, signed: Iterable[Verifier]) -> tuple[str, ...]:
        """The names of witnesses that have not cosigned: a status, to be shown, not hidden."""
        have = set(signed)
        return tuple(sorted(name for name, key in self.witnesses.items() if key not in have))

    def _met(self, name: str, signed: set[Verifier]) -> bool:
        if name == NONE:
            return True
        if name in self.witnesses:
            return self.witnesses[name] in signed
        group = self.groups[name]
        return sum(self._met(member, signed) for member in group.members) >= group.threshold


def read_policy(data: bytes, file: str = "policy") -> Policy:
    """Read a policy file.

    Args:
        data: Its bytes.
        file: Its name, for problems.

    Raises:
        ProblemsFound: With every problem of the file at once.
    """
    return _Reader(file).read(data)


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.line = 0
        self.problems: list[Problem] = []
        self.logs: list[Verifier] = []
        self.witnesses: dict[str, Verifier] = {}
        self.groups: dict[str, Group] = {}
        self.addresses: dict[str, str] = {}
        self.quorums: list[str] = []
        self.used: set[str] = set()

    def read(self, data: bytes) -> Policy:
        for self.line, raw in enumerate(data.split(b"\n"), 1):
            if not _ALLOWED.fullmatch(raw):
                self._problem("POL-001", "a control character stands there", "tab and newline only")
                continue
            words = raw.decode("latin-1").replace("\t", " ").split(" ")
            words = [word for word in words if word]
            if words and not words[0].startswith("#"):
                self._line(words)
        self.line = 0
        if len(self.quorums) != 1:
            found = f"{len(self.quorums)} quorum lines"
            self._problem("POL-002", "a policy says its quorum once", "one quorum line", found)
        if self.problems:
            raise ProblemsFound(self.problems)
        return Policy(
            tuple(self.logs), self.witnesses, self.groups, self.quorums[0], self.addresses
        )

    def _line(self, words: list[str]) -> None:
        forms = {
            "log": (self._log, 2, 3),
            "witness": (self._witness, 3, 4),
            "group": (self._group, 4, 10_000),
            "quorum": (self._quorum, 2, 2),
        }
        if words[0] not in forms:
            self._problem("POL-003", "no such line", "log, witness, group or quorum", words[0])
            return
        read, least, most = forms[words[0]]
        if not least <= len(words) <= most:
            self._problem(
                "POL-004",
                f"a {words[0]} line has another number of words",
                f"{least} to {most}" if most > least else str(least),
                str(len(words)),
            )
            return
        read(words[1:])

    def _log(self, words: list[str]) -> None:
        key = self._key(words[0], ED25519)
        if key is None:
            return
        if any(key.public == other.public for other in self.logs):
            self._problem("POL-005", "a log's key stands there twice", "each key once", words[0])
        self.logs.append(key)
        if len(words) > 1:
            self.addresses[key.name] = words[1]

    def _witness(self, words: list[str]) -> None:
        key = self._key(words[1], COSIGNATURE)
        if not self._new_name(words[0]) or key is None:
            return
        if any(key.public == other.public for other in self.witnesses.values()):
            self._problem("POL-005", "a witness's key stands there twice", "each once", words[0])
        self.witnesses[words[0]] = key
        if len(words) > 2:
            self.addresses[words[0]] = words[2]

    def _group(self, words: list[str]) -> None:
        name, number, *members = words
        known = [self._known(member) for member in members].count(False) == 0
        for member in members:
            if member in self.used or members.count(member) > 1:
                self._problem("POL-006", "a member stands in two places", "one place", member)
        threshold = {"all": len(members), "any": 1}.get(number)
        if threshold is None:
            threshold = int(number) if _COUNT.fullmatch(number) and len(number) < 6 else 0
        if not 1 <= threshold <= len(members):
            expected = f"all, any, or 1 to {len(members)}"
            self._problem("POL-007", "the number of members asked for", expected, number)
        elif self._new_name(name) and known:
            self.used.update(members)
            self.groups[name] = Group(threshold, tuple(members))

    def _quorum(self, words: list[str]) -> None:
        if words[0] == NONE or self._known(words[0]):
            self.quorums.append(words[0])

    def _known(self, name: str) -> bool:
        if name in self.witnesses or name in self.groups:
            return True
        expected = "a witness or group named on a line before"
        self._problem("POL-008", "a name that nothing bears", expected, name)
        return False

    def _new_name(self, name: str) -> bool:
        if name != NONE and name not in self.witnesses and name not in self.groups:
            return True
        self._problem("POL-009", "a name that is taken", "a name of its own", name)
        return False

    def _key(self, vkey: str, kind: int) -> Verifier | None:
        try:
            key = Verifier.parse(vkey.encode("latin-1").decode("utf-8", "replace"))
        except NoteRefused as error:
            self._problem("POL-010", "a verifier key that cannot be read", "", str(error))
            return None
        if key.kind == kind:
            return key
        expected = "a log's key" if kind == ED25519 else "a witness's key"
        self._problem("POL-011", "a key of another use", expected, vkey)
        return None

    def _problem(self, code: str, message: str, expected: str, found: str = "") -> None:
        fix = "see c2sp.org/tlog-policy"
        self.problems.append(
            Problem(self.file, self.line, code, message, expected, found[:100], fix)
        )
