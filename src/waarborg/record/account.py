"""What became of each private field: disclosed, withheld, redacted, or missing, which is a violation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from waarborg.record.disclosure import DisclosureRefused, match
from waarborg.record.failure import entry_failure
from waarborg.record.statement import Statement


class Fate(Enum):
    """What became of a private field, for one reader."""

    DISCLOSED = "disclosed"
    WITHHELD = "withheld"
    REDACTED = "redacted"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class FieldAccount:
    """One private field.

    Attributes:
        digest: What stands for it in the statement.
        kind: The class its author put it in.
        fate: What became of it.
        by_entry: The redaction that destroyed it, None unless redacted.
        name: Its name, None unless disclosed.
        value: Its value, None unless disclosed.
    """

    digest: str
    kind: str
    fate: Fate
    by_entry: int | None = None
    name: str | None = None
    value: Any = None

    def to_json(self) -> dict[str, Any]:
        """As plain data for `--json`."""
        return {
            "digest": self.digest,
            "class": self.kind,
            "fate": self.fate.value,
            "by_entry": self.by_entry,
            "name": self.name,
            "value": self.value,
        }


def account_for(
    place: int,
    statement: Statement,
    presented: Iterable[str],
    redacted: Mapping[str, int],
    entitled: Iterable[str],
) -> list[FieldAccount]:
    """Say of every private field of a statement what became of it.

    Args:
        place: Place of the statement in the log.
        statement: The statement; its author signed which class each digest is in.
        presented: The disclosures that were handed over.
        redacted: Digest to the redaction in effect, from `Chains.redacted`.
        entitled: The classes this reader may see; a field of another class is withheld.

    Raises:
        VerificationFailure: REC-077 when a disclosure does not belong here.
    """
    try:
        found = match(statement.digests, presented, statement.body)
    except DisclosureRefused as error:
        expected = "disclosures of this statement"
        raise entry_failure("REC-077", place, expected, str(error)) from None
    may_see = set(entitled)
    accounts = []
    for kind, digests in sorted(statement.digests.items()):
        for digest in digests:
            disclosure = found[kind].get(digest)
            if disclosure is not None:
                shown = (disclosure.name, disclosure.value)
                accounts.append(FieldAccount(digest, kind, Fate.DISCLOSED, None, *shown))
            elif digest in redacted:
                accounts.append(FieldAccount(digest, kind, Fate.REDACTED, redacted[digest]))
            else:
                fate = Fate.MISSING if kind in may_see else Fate.WITHHELD
                accounts.append(FieldAccount(digest, kind, fate))
    return accounts
