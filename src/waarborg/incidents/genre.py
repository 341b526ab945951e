"""What kind of text a report is: an account, a follow-up, commentary, a round-up, ordinary news, or unread.

Rules this module keeps:
1. The genre is read from the headline alone, with the words that show it; without a headline it is
   unread, which is no genre and no ground for anything.
2. A genre never joins or parts reports by itself; it says what a report is worth as a witness.

Source: headlines of January to July 2026 (VIINA 2.0 addresses, the days 3 to 16 May left out).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from waarborg.incidents.lexicon import VIOLENCE
from waarborg.incidents.words import latin, read, spell


class Genre(StrEnum):
    """What kind of text a report is."""

    ACCOUNT = "account"
    """It tells of an event of force or disaster."""
    FOLLOW_UP = "follow_up"
    """It tells what came after: the damage, the dead in hospital, a rising toll."""
    COMMENTARY = "commentary"
    """It explains, reacts to or judges an event that others told of."""
    ROUND_UP = "round_up"
    """It sums up many events: a day at the front, a night over the country, a live page."""
    ORDINARY = "ordinary"
    """It tells of no force or disaster."""
    UNREAD = "unread"
    """There is no headline to read."""


TELLING = frozenset({Genre.ACCOUNT, Genre.FOLLOW_UP, Genre.ORDINARY})
"""Kinds of text whose outlet may be a witness."""


TELLS_A_TOLL = frozenset({Genre.ACCOUNT, Genre.FOLLOW_UP})
"""Kinds of text whose numbers of dead and injured are those of the event."""


@dataclass(frozen=True, slots=True)
class Told:
    """A report's genre and what shows it.

    Attributes:
        genre: What kind of text.
        words: The words of the headline that show it; empty where their absence does.
    """

    genre: Genre
    words: str = ""


_ROUND_UP = (
    "zvedenn", "svodk", "pochatku dobi", "za dobu", "za sutki", "raziv", "zitkn", "napryamkakh", "napryamkah",
    "vipadkiv", "aktsenti", "akcenti", "situatsiya v", "situaciya na", "obstanovka", "mapa", "karta", "live", "onlayn", "tranlyac",
    "translyac", "hronik", "khronik", "golovne", "pidsumk", "itogi", "vtrati rf", "poteri rf", "aktivizuval",
    "yakih regionah", "yakyh regionah", "vsi podrobici", "po teritoriji ukra", "po teritorii ukra", "nich nad ukra", "povitryana trivoga", "povitryanu trivogu", "ogolosili trivogu", "vid pochatku", "nayvishcha aktivnist", "naybilshe atak",
    "round up", "roundup", "daily map", "situation report", "overzicht", "liveblog",
)  # fmt: skip
_COMMENTARY = (
    "ekspert", "poyasni", "obyasni", "prokoment", "vidreagu", "otreagir", "reakci", "navishcho", "chomu", "pochemu",
    "oznachaye", "oznachae", "oznachaet", "analiti", "analityk", "poglyad", "bloger", "politolog", "oglyadach",
    "komentar", "vpline na", "yak vplyne", "ociniv", "ocinila", "otsenil", "isw", "zirki", "intervyu",
    "analyst", "explains", "reacts", "opinion", "uitleg", "reageert", "analyse",
)  # fmt: skip
_FOLLOW_UP = (
    "naslid", "posledstvi", "zrosla", "zroslo", "zbilshil", "uvelich", "vozrosl", "pomer", "umer v", "v likarni",
    "podrobic", "podrobnost", "detali", "rozpovi", "rozpoviv", "rozpovila", "rasskaza", "rozkaza", "kadri", "kadry", "suputnik",
    "sputnik", "zavershil", "zavalami", "zavalov", "utochniv", "utochnil", "proshcha", "pohoron", "zhalob", "traur",
    "pidozr", "podozr", "zatrima", "zaderzha", "stan poranen", "shcho vidomo pro",
    "znesl", "aftermath", "death toll", "funeral", "nasleep", "dodental", "na aanval",
)  # fmt: skip


@lru_cache(maxsize=30_000)
def spelt(text: str) -> str:
    """A headline with every word in the common spelling, and a blank at both ends."""
    return " " + " ".join(map(spell, latin(text.lower()).split())) + " "


_MARKS = tuple(
    (genre, tuple((spelt(mark).rstrip(), mark) for mark in marks))
    for genre, marks in (
        (Genre.ROUND_UP, _ROUND_UP),
        (Genre.COMMENTARY, _COMMENTARY),
        (Genre.FOLLOW_UP, _FOLLOW_UP),
    )
)
_VIOLENT = frozenset(VIOLENCE)


@lru_cache(maxsize=100_000)
def genre(headline: str) -> Told:
    """Say what kind of text a headline stands over.

    Args:
        headline: As `Report.headline`.
    """
    if not headline.strip():
        return Told(Genre.UNREAD)
    folded_headline = spelt(headline)
    signs = read(headline)
    violent = [words for sign, words in signs.items() if sign in _VIOLENT]
    for kind, marks in _MARKS:
        shown = [mark for folded, mark in marks if folded in folded_headline]
        if shown and (violent or kind is not Genre.FOLLOW_UP):
            return Told(kind, ", ".join(shown))
    if violent:
        return Told(Genre.ACCOUNT, ", ".join(violent))
    return Told(Genre.ORDINARY)
