"""How many people a headline says were killed or injured.

Rules this module keeps:
1. A number counts when it stands within two words of a word for dead or injured, and for the nearer of the two.
2. Nothing is guessed: a headline without such a number gives none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from waarborg.incidents.words import walk

HARMS = ("killed", "injured")
_MOST = 10_000


@lru_cache(maxsize=100_000)
def tolls(headline: str) -> Mapping[str, tuple[int, ...]]:
    """The numbers of killed and of injured that a headline names, in the order of its words.

    Args:
        headline: As `Report.headline`.
    """
    held: dict[str, list[int]] = {harm: [] for harm in HARMS}
    signs = walk(headline)
    for at, here in enumerate(signs):
        number = next((int(sign[1:]) for sign in here if sign[0] == "#"), None)
        if number is None or number > _MOST:
            continue
        near = [*signs[at + 1 : at + 3], *reversed(signs[max(at - 1, 0) : at])]
        harm = _nearest(near)
        if harm:
            held[harm].append(number)
    return {harm: tuple(numbers) for harm, numbers in held.items()}


def _nearest(words: Sequence[tuple[str, ...]]) -> str:
    for word in words:
        for harm in HARMS:
            if f"*{harm}" in word:
                return harm
    return ""
