"""How many people a headline says were killed or injured.

Rules this module keeps:
1. A number counts when it stands within two words of a word for dead or injured, and for the nearest of these;
   of two numbers beside one such word the nearer counts, the first where both are as near.
2. A number that counts something else is none: an age, years, days, kilometres, storeys, money, thousands, what was
   struck, what it was struck with. A year is none, nor is what a headline over an exhibition or a memorial names.
3. Nothing is guessed: a headline without such a number gives none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

from waarborg.incidents.lexicon import WEAPONS
from waarborg.incidents.words import spell, tokens, worded

HARMS = ("killed", "injured")
_HARM = {f"*{harm}": harm for harm in HARMS}
_MOST = 10_000
_REACH = 2
_YEARS = range(1900, 2040)

_COUNTS_BEGIN = tuple(
    spell(word)
    for word in (
        # ages, anniversaries, times
        "rich", "letn", "letii", "misyac", "misyach", "mesyac", "mesyach", "roku", "rokiv", "rokam", "goda", "godu", "godin",
        "chasiv", "chasov", "khvilin", "hvilin", "minut", "dniv", "dney", "sutok", "tizhn", "year", "month", "week", "day",
        "hour", "jarig", "jaar", "maand", "dagen",
        # lengths, weights, shares, storeys
        "km", "kilomet", "metr", "gektar", "poverh", "poverkh", "etazh", "etaj", "tonn", "procent", "protsent", "percent",
        # money, thousands
        "griv", "griven", "grn", "dolar", "dollar", "evro", "euro", "rubl", "milyon", "milion", "million", "milyard", "miliard",
        "milliard", "mln", "mlrd", "tisyac", "tisyach", "tysyach", "tysyac", "thousand", "duizend",
        # animals, things, places, cases
        "kotiv", "kotov", "kishok", "koshek", "sobak", "tvarin", "zhivotn", "ptah", "ptits", "korov", "konei", "koney", "svin",
        "predpriy", "pidpri", "kvartir", "portret", "avto", "mashin", "vagon", "vipad", "vypad", "sluchai", "sluchay", "sprav", "budin", "budink", "dom", "doma", "dvor",
        "oblast", "region", "rayon", "raion", "krain", "krajin", "strani", "stran", "obiekt", "obyekt", "obekt", "foto", "kadr",
    )
)  # fmt: skip
_COUNTS = frozenset(map(spell, ("let", "god", "rik", "raz", "raza", "razi", "raziv", "tis", "tys")))
_DEAD_SOULS = spell("dush")
"""What makes of the dead before it people who are only on paper: "37 mertvi dushi"."""
_WEAPONS = frozenset(WEAPONS)
_OF_THEM = frozenset(map(spell, ("u", "v", "iz", "z", "s", "sered", "sredi", "among", "of", "van")))
"""What follows a number that counts some of those told of already: "13 hurt, four of them in hospital"."""
_SOMEBODY = frozenset(
    spell(word)
    for word in (
        "mati", "mat", "materi", "batko", "otec", "otets", "zhinka", "zhenshina", "zhenshtina", "cholovik", "muzhchina", "lyudina",
        "chelovek", "ditina", "rebenok", "divchinka", "hlopchik", "hlopec", "mother", "father", "woman", "man", "child", "moeder",
        "vader", "vrouw", "kind",
    )
)  # fmt: skip
"""One person who was harmed, after whom a number counts others: "a woman was killed, four are in hospital"."""
_IN_MEMORY = tuple(
    spell(word)
    for word in (
        "vistavk", "vystavk", "memorial", "rokovin", "richnic", "richnits", "godovsh", "godovsch", "mogil", "exhibition",
        "anniversary", "tentoonstelling", "herdenking",
    )
)  # fmt: skip


@lru_cache(maxsize=100_000)
def tolls(headline: str) -> Mapping[str, tuple[int, ...]]:
    """The numbers of killed and of injured that a headline names, in the order of its words.

    Args:
        headline: As `Report.headline`.
    """
    if _HARM.keys().isdisjoint(tokens(headline)):
        return dict.fromkeys(HARMS, ())
    held: dict[str, list[int]] = {harm: [] for harm in HARMS}
    words = worded(headline)
    spelt = [spell(word) for word, _ in words]
    if any(word.startswith(_IN_MEMORY) for word in spelt):
        return dict.fromkeys(HARMS, ())
    harmed = {
        at: harm
        for at, (_, signs) in enumerate(words)
        if (harm := _harm(signs)) and not "".join(spelt[at + 1 : at + 2]).startswith(_DEAD_SOULS)
    }
    numbers = {
        at: number
        for at, (_, signs) in enumerate(words)
        if (number := _number(signs)) is not None
        and not (at + 1 < len(words) and _counts_else(spelt[at + 1], words[at + 1][1]))
    }
    of: dict[int, tuple[float, int]] = {}
    for at in numbers:
        near = [
            to
            for to in harmed
            if 0 < abs(to - at) <= _REACH and not (to < at - 1 and spelt[at - 1] in _SOMEBODY)
        ]
        if near:
            # of two words as near the one that follows: "2 killed, 7 injured"
            to = min(near, key=lambda to: (abs(to - at), to < at))
            some = _REACH * (at + 1 < len(words) and spelt[at + 1] in _OF_THEM)
            of[to] = min(of.get(to, (math.inf, 0)), (abs(to - at) + some, at))
    for to, (_, at) in sorted(of.items(), key=lambda pair: pair[1][1]):
        held[harmed[to]].append(numbers[at])
    return {harm: tuple(found) for harm, found in held.items()}


def _number(signs: tuple[str, ...]) -> int | None:
    """The number that a word is, if it may count people."""
    number = next((int(sign[1:]) for sign in signs if sign[0] == "#"), None)
    return None if number is None or number > _MOST or number in _YEARS else number


def _counts_else(word: str, signs: tuple[str, ...]) -> bool:
    """Whether the word after a number says that it counts something else than people."""
    return word in _COUNTS or word.startswith(_COUNTS_BEGIN) or not _WEAPONS.isdisjoint(signs)


def _harm(signs: tuple[str, ...]) -> str:
    return next((harm for sign, harm in _HARM.items() if sign in signs), "")
