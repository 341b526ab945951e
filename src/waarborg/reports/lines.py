"""Lines out of a stream of bytes, in bounded memory: what is too long is told, never held.

Rules this module keeps:
1. No more of a line is kept than the limit allows, however long it is.
2. Lines keep the number they have in the file, counted from 1, whatever was refused before them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

PEEK = 60
"""How many bytes of a refused line are shown."""


@dataclass(frozen=True, slots=True)
class TooLong:
    """A line that was not taken.

    Attributes:
        line: Its number, counted from 1.
        length: Its length in bytes, without the line end.
        peek: Its first bytes.
    """

    line: int
    length: int
    peek: bytes


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a file.

    Attributes:
        numbers: Line numbers, counted from 1, ascending.
        contents: The lines, without line ends, as long as `numbers`.
        too_long: The lines that were refused.
    """

    numbers: list[int]
    contents: list[bytes]
    too_long: tuple[TooLong, ...]


def split(chunks: Iterable[bytes], limit: int) -> Lines:
    """Split a stream into lines; blank lines are left out, lines over the limit are refused.

    Args:
        chunks: The file's bytes in order, cut anywhere.
        limit: Longest line that is taken, in bytes.
    """
    numbers: list[int] = []
    contents: list[bytes] = []
    refused: list[TooLong] = []
    for number, (line, length) in enumerate(_lines(chunks, limit), start=1):
        if length > limit:
            refused.append(TooLong(number, length, line[:PEEK]))
        elif line.strip():
            numbers.append(number)
            contents.append(line.removesuffix(b"\r"))
    return Lines(numbers, contents, tuple(refused))


def _lines(chunks: Iterable[bytes], limit: int) -> Iterator[tuple[bytes, int]]:
    """Each line with its full length; of a line over the limit only the beginning is given."""
    held = b""
    length = 0
    for chunk in chunks:
        first, *others = chunk.split(b"\n")
        length += len(first)
        if len(held) <= limit:
            held += first[: limit + 1 - len(held)]
        for piece in others:
            yield held, length
            held, length = piece[: limit + 1], len(piece)
    if length:
        yield held, length
