"""Text from outside made harmless: escaped, marks spelled out, links only to plain web addresses."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from markupsafe import Markup, escape

from waarborg.base.visible import visible


def foreign(words: object) -> Markup:
    """Text from outside: escaped, marks spelled out, its direction kept to itself."""
    return words if isinstance(words, Markup) else _foreign(str(words))


@lru_cache(maxsize=1 << 16)
def _foreign(words: str) -> Markup:
    """As `foreign`; the pages of a run say the same words many times."""
    text = visible(words)
    if any(unicodedata.bidirectional(letter) in {"R", "AL", "AN"} for letter in text):
        return Markup("<bdi>{}</bdi>").format(text)
    return escape(text)


def web(address: str) -> bool:
    """Whether an address may be a link: plain web addresses only."""
    return re.fullmatch(r"https?://[^\s\"'<>\\]+", address) is not None


def thousands(number: int) -> str:
    """A number with a thin blank between thousands."""
    return f"{number:,}".replace(",", "\u202f")


def sentence(words: str) -> str:
    """Words with a capital first letter."""
    return words[:1].upper() + words[1:]
