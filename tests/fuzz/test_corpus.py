"""Bytes that a long search found worth keeping are given to every reader, on every run."""

from __future__ import annotations

from pathlib import Path

import readers

CORPUS = Path(__file__).parent / "corpus"


def test_every_kept_byte_string_is_refused_in_words_or_read_rightly() -> None:
    """No reader fails otherwise than in its own words; the corpus is not empty."""
    kept = sorted(CORPUS.iterdir())
    assert len(kept) > 100
    for path in kept:
        readers.read_all(path.read_bytes())


def test_good_bytes_are_good() -> None:
    """The bytes from which the search begins are taken by the readers they are for."""
    for data in readers.seeds().values():
        readers.read_all(data)
    readers.verify(readers.FilesInMemory(readers.GOOD))
