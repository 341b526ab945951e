"""How often states kept alliance promises when war called on them: published shares, each with its source.

These are shares of past cases, none of them about the states or the text at hand. Definitions differ:
what counts as a case, as kept, and which years are looked at. They are here so that a stated chance can
name where it comes from, and so that nobody takes one of them for the truth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class BaseRate:
    """A published share of promises kept.

    Attributes:
        id: Its name in a chances file.
        share: The share kept.
        words: What it is a share of.
        source: Authors, title, where and when it was published.
        address: Web address of the page it was read on.
    """

    id: str
    share: Fraction
    words: str
    source: str
    address: str


_LLM = (
    (
        'Leeds, Long and Mitchell, "Reevaluating Alliance Reliability", Journal of Conflict Resolution '
        "44(5), 2000, pp. 686-699"
    ),
    "https://econpapers.repec.org/RePEc:sae:jocore:v:44:y:2000:i:5:p:686-699",
)
_LEEDS = (
    (
        'Leeds, "Alliance Reliability in Times of War", International Organization 57(4), 2003, '
        "pp. 801-827"
    ),
    "https://www.jstor.org/stable/3594847",
)
_BF = (
    (
        'Berkemeier and Fuhrmann, "Reassessing the fulfillment of alliance commitments in war", '
        "Research & Politics, 2018"
    ),
    "https://vivo.library.tamu.edu/vivo/display/n360351SE",
)

BASE_RATES: Mapping[str, BaseRate] = MappingProxyType(
    {
        rate.id: rate
        for rate in (
            BaseRate(
                "older-studies",
                Fraction(25, 100),
                "partners who joined a war at all, as earlier studies counted; about a quarter",
                f"as reported in {_LLM[0]}",
                _LLM[1],
            ),
            BaseRate(
                "leeds-long-mitchell-2000",
                Fraction(745, 1000),
                "alliances kept when war called on what they specifically promise",
                *_LLM,
            ),
            BaseRate(
                "leeds-2003", Fraction(75, 100), "commitments kept in war, 1816-1944", *_LEEDS
            ),
            BaseRate(
                "berkemeier-fuhrmann-2018",
                Fraction(50, 100),
                "commitments kept in war, 1816-2003, all kinds",
                *_BF,
            ),
            BaseRate(
                "berkemeier-fuhrmann-2018-before-1945",
                Fraction(66, 100),
                "commitments kept in war before 1945, all kinds",
                *_BF,
            ),
            BaseRate(
                "berkemeier-fuhrmann-2018-from-1945",
                Fraction(22, 100),
                "commitments kept in war, 1945-2003, all kinds",
                *_BF,
            ),
            BaseRate(
                "berkemeier-fuhrmann-2018-defence",
                Fraction(41, 100),
                "defence pacts kept in war, 1816-2003",
                *_BF,
            ),
            BaseRate(
                "berkemeier-fuhrmann-2018-nonaggression",
                Fraction(37, 100),
                "non-aggression pacts kept in war, 1816-2003",
                *_BF,
            ),
            BaseRate(
                "berkemeier-fuhrmann-2018-offence",
                Fraction(74, 100),
                "offensive alliances kept in war, 1816-2003",
                *_BF,
            ),
            BaseRate(
                "berkemeier-fuhrmann-2018-neutrality",
                Fraction(78, 100),
                "neutrality agreements kept in war, 1816-2003",
                *_BF,
            ),
        )
    }
)
"""Shares by name. Each was read in the abstract of the publication that is named."""
