"""How the commands of the commission speak to a person: states, times and names in words, no codes.

Rules this module keeps:
1. What a person may have to type again (names of cases, entries, obligations) stays as it is.
2. With --json a program gets the codes; here nobody does.
3. What somebody wrote cannot pass for a line of ours: its line ends are shown as signs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from waarborg.agreement.model import Agreement
from waarborg.app.services.wording import cutoff_words, person_words
from waarborg.base.times import parse_instant
from waarborg.base.visible import on_one_line

STATES: Mapping[str, str] = {
    "maybe_overdue": "perhaps overdue",
    "maybe_lapsed": "perhaps lapsed",
    "no_deadline": "no time set",
    "undecided": "cannot be decided whether it is owed",
    "waiting_for_gate": "waiting for a gate",
    "waiting_for_partner": "waiting for a partner",
    "done_late": "done, late",
    "in_force": "in force",
    "rests": "rests",
    "set_aside": "set aside, done anew",
    "pending": "pending, nothing decided",
    "shall_subject_to_procedures": "shall, subject to its own procedures",
    "operation_of_the_text": "operation of the text",
}
"""States and strengths whose code alone says too little; every other is its code with spaces."""

NAMES = frozenset(
    {"case", "entry", "determination", "id", "name", "commitment", "author", "rule", "cases"}
)
"""Columns whose values are names that a person may have to type again."""

_BETWEEN = {"flags": "; ", "due": "; ", "words": "\n"}
"""Columns of several values, and what stands between two of them; a comma between others."""

_CODE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_RESERVED = re.compile(r"\b(?:" + "|".join(STATES) + r")\b")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Puts rows of the commission's views into words.

    Attributes:
        agreement: The text, for the names of parties, bodies and promises.
        zone: The time zone in which moments are told.
    """

    agreement: Agreement
    zone: ZoneInfo
    _called: dict[str, str] = field(init=False)
    _names: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        called = {str(party): entry.name for party, entry in self.agreement.parties.items()}
        called |= {body.id: body.words for body in self.agreement.bodies.values()}
        shared = {g.id: g for g in self.agreement.guarantees if g.id != g.group}
        called |= {
            name: f"{given.group} of {called.get(str(given.by), str(given.by))}"
            for name, given in shared.items()
        }
        patterns = "|".join(map(re.escape, sorted(called, key=len, reverse=True)))
        object.__setattr__(self, "_called", called)
        object.__setattr__(
            self, "_names", re.compile(rf"(?<![\w:/.-])(?<!the )(?:{patterns})(?![\w:/-])")
        )

    def times(self) -> str:
        """In which time zone moments are told, in words."""
        return f"Times are those of {self.zone.key}."

    def name(self, code: str) -> str:
        """A party, body or promise by its name; anything else as it is."""
        return self._called.get(code, code)

    def words(self, text: str) -> str:
        """A sentence, or a code, as a person reads it: on one line, whoever wrote it."""
        text = on_one_line(text)
        if text in self._called:
            return self._called[text]
        text = self._names.sub(lambda found: self._called[found.group()], text)
        text = _RESERVED.sub(lambda found: STATES[found.group()], text)
        text = _CODE.sub(lambda found: found.group().replace("_", " "), text)
        return person_words(text, self.zone)

    def cutoff(self, at: str) -> str:
        """A moment up to which something holds, as a report says it: midnight by the day that it ends.

        Args:
            at: The moment, as "2026-04-13T21:00:00Z".
        """
        return cutoff_words(parse_instant(at), self.zone)

    def cell(self, column: str, value: object) -> str:
        """What stands in a cell of a table."""
        if value is None:
            return ""
        if isinstance(value, Mapping):
            nested = any(isinstance(each, Mapping | list) for each in value.values())
            told = [
                f"{self.words(str(key))}{':' * nested} {self.cell(column, each)}"
                for key, each in value.items()
            ]
            return ("; " if nested else ", ").join(told)
        if isinstance(value, list | tuple):
            between = _BETWEEN.get(column, ", ")
            return between.join(self.cell(column, each) for each in value)
        if column in NAMES:
            return on_one_line(str(value))
        return self.words(str(value))

    def row(self, row: Mapping[str, Any], columns: Iterable[str]) -> list[str]:
        """A row of a table."""
        return [self.cell(column, row[column]) for column in columns]
