"""Where outlets have it from, as far as headlines show: an authority named, another outlet, one wording.

Rules this module keeps:
1. What is said of two reports is the same the other way round.
2. Words that name an authority are no wording: two outlets that name one share an origin already.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from waarborg.incidents.copying import STRENGTH, Shown
from waarborg.incidents.genre import spelt
from waarborg.incidents.words import as_written
from waarborg.reports.report import Report

_SHARED_SIGNS = 3
_WORDING = 0.6

ORIGINS = {
    "the security service of Ukraine": ("sbu ",),
    "military intelligence of Ukraine": ("gur ", "budanov"),
    "the general staff of Ukraine": ("genshtab", "gensh", "general staff", "generale staf"),
    "the air force of Ukraine": ("povitryani sili", "povitryanih sil", "povitryanykh", "vozdushnye sily"),
    "the rescue service": ("dsns ", "gschs ", "mchs "),
    "the prosecutor": ("prokuratur", "prosecutor"),
    "the defence ministry of Russia": ("minoborony rf", "minoboroni rf", "minoborony rossii", "mo rf"),
    "the federal security service of Russia": ("fsb ",),
    "the president of Ukraine": ("zelensk",),
    "the Kremlin": ("peskov", "pieskov", "kremlin", "kreml"),
    "the navy's spokesman": ("pletenchuk",),
    "the commander of drone forces": ("madyar", "brovdi"),
    "the mayor": ("klichko", "klychko", "filatov", "terekhov", "mer "),
    "the governor": ("sinegubov", "sinyegubov", "prokudin", "fedorov", "lisak", "gladkov", "aksonov", "ova ", "oda "),
    "the monitors of DeepState": ("deepstate",),
    "the Institute for the Study of War": ("isw ",),
    "the partisans of Atesh": ("atesh ",),
    "Reuters": ("reuters",),
    "Bloomberg": ("bloomberg",),
}  # fmt: skip
"""Who is named as saying so; papers that name one of them are one witness."""

_ORIGINS = tuple(
    (
        name,
        tuple(spelt(mark).removesuffix(" ") + (" " if mark[-1] == " " else "") for mark in marks),
    )
    for name, marks in ORIGINS.items()
)
_NAMES = frozenset(
    sign for marks in ORIGINS.values() for mark in marks for sign in as_written(mark)
)


@lru_cache(maxsize=100_000)
def origins(headline: str) -> tuple[str, ...]:
    """The authorities that a headline names as saying so."""
    held = spelt(headline)
    return tuple(name for name, marks in _ORIGINS if any(mark in held for mark in marks))


def names_outlet(one: Report, other: Report) -> bool:
    """Whether the headline of the first report names the outlet of the other."""
    return len(other.source) > 3 and f" {other.source} " in f" {one.headline} "


@lru_cache(maxsize=100_000)
def _wording(headline: str) -> frozenset[str]:
    return as_written(headline) - _NAMES


def one_wording(one: str, other: str) -> bool:
    """Whether two headlines share six tenths of their signs, those that name authorities left aside."""
    a, b = _wording(one), _wording(other)
    shared = len(a & b)
    return shared >= _SHARED_SIGNS and shared >= _WORDING * len(a | b)


def shown(one: Report, other: Report) -> Shown:
    """What the headlines of two reports on one event show of a common origin."""
    if not one.headline or not other.headline:
        return Shown.UNREAD
    if names_outlet(one, other) or names_outlet(other, one):
        return Shown.NAMED
    named, also = origins(one.headline), origins(other.headline)
    if set(named) & set(also):
        return Shown.ORIGIN
    if one_wording(one.headline, other.headline):
        return Shown.WORDING
    return Shown.DIFFERENT if named and also else Shown.NOTHING


def strongest(ones: Sequence[Report], others: Sequence[Report]) -> Shown:
    """The strongest sign of a common origin between the reports of two outlets on one event."""
    found = {shown(one, other) for one in ones for other in others}
    return min(found, key=STRENGTH.index)
