"""What a stem of a Ukrainian or Russian headline stands for: a word of one meaning, a name, or nothing.

Two outlets seldom choose the same word. `lexicon` and `lexicon_kin` read the words that fusion judges by (what was struck,
with what); this reads all others, so that "kosulya" and "kozulya" are one animal and "Bulgakovu" is the name Bulgakov.
A stem that is not listed stays what it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from waarborg.incidents.glossary_names import BODIES, PERSONS, PLACES
from waarborg.incidents.glossary_words import NOTHING, WORDS


def _entries(listed: str) -> Iterator[tuple[str, list[str]]]:
    """Each lemma or name with its stems."""
    for entry in listed.split(";"):
        name, _, stems = entry.partition(":")
        yield name.strip(), stems.split()


def _read() -> dict[str, str]:
    signs = dict.fromkeys(NOTHING.split(), "")
    for mark, listed in (("*", WORDS), ("", PERSONS), ("", PLACES), ("", BODIES)):
        for name, stems in _entries(listed):
            signs |= dict.fromkeys(stems, mark + name)
    return signs


SIGNS = _read()
"""The sign of each stem that is listed: "*lemma" for a word, the bare name for a name, "" for nothing."""
