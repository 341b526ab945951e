"""What a transliterated headline says, folded so that one word has one form in every outlet.

The only text of a web report is its address. Outlets transliterate differently (shahed, shakhed;
goriat, goryat), and some write Russian where others write Ukrainian (Dnepr, Dnipro; ranenye,
poraneni). Rules this module keeps:
1. Folding is a function of the headline alone, so that every pair function is symmetric.
2. A stem keeps what tells events apart (names, objects); a concept, written "*fire", stands for
   words of several languages that mean the same; a number is written "#12", a day "@04-16".
3. Nothing is thrown away silently: words that carry nothing for events are listed in `STOP`.

Source: romanisation tables of the Cabinet of Ministers (2010), the habits of six outlets read in
VIINA addresses of 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from waarborg.incidents.glossary import SIGNS
from waarborg.incidents.lexicon import CONCEPTS, MONTHS, NUMBERS, STOP, UNLIKE
from waarborg.incidents.lexicon_kin import CONCEPTS_KIN, STOP_KIN, UNLIKE_KIN
from waarborg.incidents.lexicon_west import CONCEPTS_WEST, MONTHS_WEST, NUMBERS_WEST, STOP_WEST

_DIGRAPHS = (
    ("shch", "W"),
    ("shht", "W"),
    ("shh", "W"),
    ("sht", "W"),
    ("sh", "S"),
    ("zgh", "zg"),
    ("zh", "Z"),
    ("kh", "h"),
    ("ch", "C"),
    ("ts", "c"),
    ("tz", "c"),
    ("ya", "A"),
    ("ja", "A"),
    ("ia", "A"),
    ("yu", "U"),
    ("ju", "U"),
    ("iu", "U"),
    ("ph", "f"),
    ("w", "v"),
    ("x", "ks"),
    ("q", "k"),
)
_GLIDES = str.maketrans("yj", "ii")
_VOWELS = str.maketrans("eo", "ii")
_DOUBLED = re.compile(r"(.)\1+")
_ENDING = re.compile(r"(?:ami|imi|igi|imu|ima|iv|ah|am|im|ih|[aiuAU])+$")
_REFLEXIVE = re.compile(r"(?<=[aiuAUlvt])(?:sA|s)$")
_PAST = re.compile(r"(?<=..[aiuAU])[lvt]$")
_APOSTROPHE = re.compile(
    r"\b(ob|slov|peremir|peremyr|pid|p|b|m|zv|sim|zdorov|kur|rozv|bur|kam|kup|pam|sv|dev|obov|zobov)"
    r" (y[aeui]\w*)"
)
_DESIGNATION = re.compile(r"^[a-z]{1,4}$")
_YEARS = range(1990, 2040)
"""Numbers that name a year and count nothing."""
_STEM_LENGTH = 7
_SHORTEST_STEM = 3


@lru_cache(maxsize=200_000)
def spell(word: str) -> str:
    """One word in the common spelling: digraphs to one sign, y and j as i, doubles single."""
    for digraph, sign in _DIGRAPHS:
        if digraph in word:
            word = word.replace(digraph, sign)
    word = _DOUBLED.sub(r"\1", word.translate(_GLIDES))
    if len(word) > 2 and word[0] in "uv" and word[1] not in "aeiouAU":
        word = "v" + word[1:]
    return word


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """As `spell`, with e and o as i besides: Harkov and Harkiv, Dnepr and Dnipr become one."""
    return _DOUBLED.sub(r"\1", spell(word).translate(_VOWELS))


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """A word without its case ending, cut to the length that outlets share."""
    folded = fold(word)
    cut = _PAST.sub("", _ENDING.sub("", _REFLEXIVE.sub("", folded)))
    if len(cut) < _SHORTEST_STEM:
        cut = folded[:_SHORTEST_STEM]
    return cut[:_STEM_LENGTH]


def _together(
    one: Mapping[str, tuple[str, ...]], other: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Two lists of concepts in one; beginnings of a concept that both know are put together."""
    return {name: one.get(name, ()) + other.get(name, ()) for name in {**one, **other}}


def _by_prefix(concepts: Mapping[str, tuple[str, ...]]) -> dict[str, list[tuple[int, str]]]:
    """Each spelt prefix with its concepts and where they stand; one that is a whole word ends in "$"."""
    found: dict[str, list[tuple[int, str]]] = {}
    spelt = ((spell(prefix), concept) for concept, held in concepts.items() for prefix in held)
    for position, (prefix, concept) in enumerate(spelt):
        found.setdefault(prefix, []).append((position, concept))
    return found


_EAST = _by_prefix(_together(CONCEPTS, CONCEPTS_KIN))
_UNLIKE = {
    concept: tuple(map(spell, held)) for concept, held in _together(UNLIKE, UNLIKE_KIN).items()
}
_WEST = _by_prefix(CONCEPTS_WEST)
_CONCEPTS = frozenset({*CONCEPTS, *CONCEPTS_KIN, *CONCEPTS_WEST})
_SPELT_STOP = frozenset(spell(word) for word in STOP | STOP_KIN)
_SPELT_STOP_WEST = frozenset(spell(word) for word in STOP_WEST)
_SPELT_NUMBERS = {spell(word): number for word, number in NUMBERS.items()}
_SPELT_NUMBERS_WEST = {spell(word): number for word, number in NUMBERS_WEST.items()}
_SPELT_MONTHS = tuple((spell(prefix), month) for prefix, month in MONTHS)
_SPELT_MONTHS_WEST = tuple((spell(prefix), month) for prefix, month in MONTHS_WEST)


def _begins(spelt: str, prefix: str) -> bool:
    return spelt == prefix[:-1] if prefix[-1] == "$" else spelt.startswith(prefix)


def _concepts(spelt: str, held: Mapping[str, list[tuple[int, str]]]) -> list[str]:
    """The concepts of every prefix that a word begins with, in the order of the list."""
    found = list(held.get(spelt + "$", ()))
    for end in range(1, len(spelt) + 1):
        found += held.get(spelt[:end], ())
    return [concept for _, concept in sorted(found) if not _looks_like(spelt, concept)]


def _looks_like(spelt: str, concept: str) -> bool:
    """Whether a word only begins like those of a concept."""
    return any(_begins(spelt, prefix) for prefix in _UNLIKE.get(concept, ()))


@lru_cache(maxsize=200_000)
def _is_west(word: str) -> bool:
    """Whether a word is one of the English and Dutch words that are known."""
    spelt = spell(word)
    return (
        spelt in _SPELT_STOP_WEST or spelt in _SPELT_NUMBERS_WEST or bool(_concepts(spelt, _WEST))
    )


def is_concept(sign: str) -> bool:
    """Whether a sign is a concept of the lexicon; a name, a stem or a word of the glossary ("*roe_deer") is none."""
    return sign in _CONCEPTS


@lru_cache(maxsize=200_000)
def _readings(word: str, *, west: bool = False, glossed: bool = True) -> tuple[str, ...]:
    """Concepts of a word; when it is no known concept what the glossary says of its stem, or the stem; empty for a stop word."""
    spelt = spell(word)
    if spelt in _SPELT_STOP or len(word) < 2 or (west and spelt in _SPELT_STOP_WEST):
        return ()
    if west and spelt in _SPELT_NUMBERS_WEST:
        return (f"#{_SPELT_NUMBERS_WEST[spelt]}",)
    if spelt in _SPELT_NUMBERS:
        return (f"#{_SPELT_NUMBERS[spelt]}",)
    concepts = _concepts(spelt, _EAST) + (_concepts(spelt, _WEST) if west else [])
    if concepts:
        return tuple(dict.fromkeys(concepts))
    sign = SIGNS.get(stem(word), stem(word)) if glossed and not west else stem(word)
    return (sign,) if sign else ()


@lru_cache(maxsize=20_000)
def _month(word: str, *, west: bool = False) -> int | None:
    spelt = spell(word)
    for prefix, month in _SPELT_MONTHS + (_SPELT_MONTHS_WEST if west else ()):
        if _begins(spelt, prefix):
            return month
    return None


_CYRILLIC = str.maketrans(
    dict(
        zip(
            "абвгґдеєжзиіїйклмнопрстуфхцьыэъё",
            ("a", "b", "v", "g", "g", "d", "e", "ye", "zh", "z", "i", "i", "yi", "y", "k", "l", "m", "n",
             "o", "p", "r", "s", "t", "u", "f", "kh", "ts", "", "y", "e", "", "yo"),
            strict=True,
        )
    )
    | {"ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "'": "", "\u2019": "", "\u02bc": ""}
)  # fmt: skip
_POSSESSIVE = re.compile("['\u2019]s\\b")
_NO_WORD = re.compile(r"[^\w\s]+|_")


def latin(text: str) -> str:
    """Text in Cyrillic letters as the outlets' addresses write it; marks between words go.

    Plain Latin words with blanks, which is what an address gives, stay as they are.
    """
    if text.isascii() and not _NO_WORD.search(text):
        return text
    return _NO_WORD.sub(" ", _POSSESSIVE.sub("", text).translate(_CYRILLIC))


def read(headline: str) -> dict[str, str]:
    """The signs of a headline, each with the first word or words it was read from.

    Args:
        headline: Lower-case words with blanks, as `Report.headline`.

    Returns:
        Stems, names, "*concepts", "#numbers", "@month-day" and designations such as "an26".
    """
    return dict(_read(headline))


@lru_cache(maxsize=30_000)
def _read(headline: str) -> tuple[tuple[str, str], ...]:
    """As `read`; kept for a while, because the columns, the genre and the reasons all ask."""
    found: dict[str, str] = {}
    for taken, signs in _walked(headline):
        for sign in signs:
            found.setdefault(sign, taken)
    return tuple(found.items())


def worded(headline: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The words of a headline in their order, some taken by two, each with the signs it was read as."""
    return _walked(headline)


@lru_cache(maxsize=1_000)
def _walked(headline: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The words of a headline and their signs; kept as long as whoever asks first may ask again."""
    return tuple(_walk(plain_words(headline)))


@lru_cache(maxsize=100_000)
def as_written(headline: str) -> frozenset[str]:
    """The signs of a headline with its ordinary words and names left as stems, by which wordings are compared.

    The glossary makes two words for one thing one sign: that is alike in meaning, not in wording.
    """
    walked = _walk(plain_words(headline), glossed=False)
    return frozenset(sign for _, signs in walked for sign in signs)


@lru_cache(maxsize=1_000)
def plain_words(headline: str) -> tuple[str, ...]:
    """The words of a headline in Latin letters, with what an apostrophe parted put together: "slov yansk"."""
    return tuple(_APOSTROPHE.sub(r"\1\2", latin(headline.lower())).split())


class _Word(NamedTuple):
    """What a word is by itself; `designates` for a headline in an eastern and in a western language."""

    word: str
    is_west: bool
    is_number: bool
    is_decimal: bool
    designates: tuple[bool, bool]


@lru_cache(maxsize=200_000)
def _word(word: str) -> _Word:
    """What a word is, worked out once: most words of a headline were read before."""
    stop, also = spell(word) in _SPELT_STOP, spell(word) in _SPELT_STOP_WEST
    short = _DESIGNATION.match(word) is not None
    return _Word(
        word,
        _is_west(word),
        word.isdecimal() and len(word) <= 9,
        word.isdecimal(),
        (short and not stop, short and not (stop or also)),
    )


_NO_WORD_FOLLOWS = _Word("", False, False, False, (False, False))  # noqa: FBT003  # a record's fields


def _walk(words: tuple[str, ...], *, glossed: bool = True) -> Iterator[tuple[str, tuple[str, ...]]]:
    known = [_word(word) for word in words]
    west = sum(word.is_west for word in known) >= 2
    known.append(_NO_WORD_FOLLOWS)
    position = 0
    while position < len(words):
        one, following = known[position], known[position + 1]
        if one.is_number:
            step, signs = _number(one.word, following.word, west=west)
        elif following.is_decimal and one.designates[west]:
            step, signs = 2, (one.word + following.word,)
        else:
            step, signs = 1, _readings(one.word, west=west, glossed=glossed)
        yield (one.word if step == 1 else f"{one.word} {following.word}"), signs
        position += step


def _number(word: str, following: str, *, west: bool) -> tuple[int, tuple[str, ...]]:
    """How many words were taken (1 or 2), and the signs they give: a day, a number, nothing for a year."""
    month = _month(following, west=west)
    if month is not None and 1 <= int(word) <= 31:
        return 2, (f"@{month:02d}-{int(word):02d}",)
    return 1, () if int(word) in _YEARS else (f"#{int(word)}",)


@lru_cache(maxsize=400_000)
def tokens(headline: str) -> tuple[str, ...]:
    """The signs of a headline, sorted, each once."""
    return tuple(sorted(read(headline)))


@lru_cache(maxsize=100_000)
def days_named(headline: str) -> tuple[str, ...]:
    """The days that a headline names, as signs."""
    return tuple(sign for sign in tokens(headline) if sign[0] == "@")


def named_day(headline: str, near: date) -> date | None:
    """The one day a headline names, in the year nearest to `near`; None for no day or several.

    A day more than 60 days from `near` is taken for an anniversary and gives None.
    """
    named = days_named(headline) if headline else ()
    if len(named) != 1:
        return None
    month, day = int(named[0][1:3]), int(named[0][4:6])
    found = [
        candidate
        for year in (near.year - 1, near.year, near.year + 1)
        if 1 <= year <= 9999 and (candidate := _day(year, month, day)) is not None
    ]
    nearest = min(found, key=lambda candidate: abs((candidate - near).days), default=None)
    if nearest is None or abs((nearest - near).days) > 60:
        return None
    return nearest


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
