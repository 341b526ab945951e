"""Records of signed statements for tests: any number of entries, the same bytes each time.

Entry 0 is the genesis, entry 1 a text of the mission as an attached file, entry 2 enrols a monitor, entry 6 a
liaison; between and behind stand the comments of both. A shorter record is the beginning of a longer one.
"""

from __future__ import annotations

from functools import cache

from waarborg.record.journal import Journal
from waarborg.record.log import Log
from waarborg.record.statement import Draft

ORIGIN = "waarborg.example/ceasefire-1"
SECRET = bytes(range(32))
TEXT = "the text of the agreement, Харків".encode()
MONITOR, LIAISON = "party-a:monitors", "party-b:liaison"


@cache
def _journal(origin: str, text: bytes | None) -> Journal:
    return Journal(origin, SECRET)


def journal_of(size: int, origin: str = ORIGIN, text: bytes | None = TEXT) -> Journal:
    """A journal of at least so many entries; do not change it, others share it.

    Args:
        size: How many entries.
        origin: The log's name.
        text: What is attached; None for a text that stands in the entry itself.
    """
    journal = _journal(origin, text)
    if size > 0 and not journal.size:
        named = {"text": "in full"} if text is None else journal.attach(text, "text/plain")
        journal.say("operator", Draft("config", {"name": "agreement.yaml", **named}, 5))
    while journal.size < size:
        number = journal.size
        author = LIAISON if number % 7 == 6 else MONITOR
        journal.say(author, Draft("comment", {"id": f"c{number}", "text": comment(number)}, 5))
    return journal


def comment(number: int) -> str:
    """What the comment at a place says: between a few letters and some hundred."""
    return f"{number}-" * (1 + number * 7 % 60) + "Харків"


def leaves_of(size: int, origin: str = ORIGIN, text: bytes | None = TEXT) -> list[bytes]:
    """The first entries of a record."""
    return list(journal_of(size, origin, text).log.entries[:size])


def log_of(size: int, origin: str = ORIGIN, text: bytes | None = TEXT) -> Log:
    """A log of so many entries, and the attached file once an entry names it."""
    leaves = leaves_of(size, origin, text)
    return Log(leaves, dict(journal_of(size, origin, text).blobs) if size > 1 else {})
