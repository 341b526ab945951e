"""Who waits for whom: promises that rely on others, settled from the bottom up.

Mutual reliance is a least fixed point: nobody has moved at first, and those move whose partners
have. Promises that wait for each other in a ring therefore never hold each other up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Generic, TypeVar

from waarborg.agreement.model import Guarantee

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Logic(Generic[T]):
    """How truths are joined: plain truth values, or formulas.

    Attributes:
        never: What never holds.
        every: All of several.
        some: At least one of several.
        name: Gives a short name to a truth that will be used again, with a label for it.
    """

    never: T
    every: Callable[[list[T]], T]
    some: Callable[[list[T]], T]
    name: Callable[[str, T], T]


PLAIN: Logic[bool] = Logic(never=False, every=all, some=any, name=lambda _label, truth: truth)


def kept(promises: Sequence[Guarantee], own: Mapping[str, T], logic: Logic[T]) -> dict[str, T]:
    """Which promises are kept: those that stand by themselves and whose partners are kept.

    Args:
        promises: All promises, also those relied upon only.
        own: For each promise whether it would be kept if all it relies on were.
        logic: How truths are joined.
    """
    by_id = {promise.id: promise for promise in promises}
    done: dict[str, T] = {}
    for ring in rings(promises):
        now = dict.fromkeys(ring, logic.never)
        turns = len(ring) if _circular(by_id, ring) else 1
        for turn in range(turns):
            seen = {**done, **now}
            now = {
                one: logic.name(f"{one}.{turn}", _holds(by_id[one], own[one], seen, logic))
                for one in ring
            }
        done.update(now)
    return done


def _holds(promise: Guarantee, own: T, seen: Mapping[str, T], logic: Logic[T]) -> T:
    partners = [
        logic.some([seen[other] for other in item if other in seen]) for item in promise.reliance
    ]
    return logic.every([own, *partners]) if partners else own


def rings(promises: Sequence[Guarantee]) -> list[tuple[str, ...]]:
    """Promises grouped by mutual reliance, those relied upon first, each group sorted."""
    ids = {promise.id for promise in promises}
    ahead = {p.id: {o for item in p.reliance for o in item if o in ids} for p in promises}
    reach = _reachable(ahead)
    member = {
        one: min({other for other in reach[one] if one in reach[other]} | {one})
        for one in sorted(ids)
    }
    parts: dict[str, list[str]] = {}
    for one in sorted(ids):
        parts.setdefault(member[one], []).append(one)
    order: TopologicalSorter[str] = TopologicalSorter(
        {
            part: sorted({member[o] for one in ones for o in ahead[one]} - {part})
            for part, ones in sorted(parts.items())
        }
    )
    return [tuple(parts[part]) for part in order.static_order()]


def _reachable(ahead: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for start in ahead:
        seen: set[str] = set()
        waiting = list(ahead[start])
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                waiting.extend(ahead[one])
        found[start] = seen
    return found


def _circular(by_id: Mapping[str, Guarantee], ring: tuple[str, ...]) -> bool:
    return len(ring) > 1 or any(ring[0] in item for item in by_id[ring[0]].reliance)


def circles(promises: Sequence[Guarantee]) -> tuple[tuple[str, ...], ...]:
    """Promises that would all be kept if all were, yet none of which can be first.

    Returns:
        Each circle, its members sorted; circles sorted.
    """
    by_id = {promise.id: promise for promise in promises}
    first = kept(promises, dict.fromkeys(by_id, True), PLAIN)
    last = _greatest(promises)
    stuck = {one for one in by_id if last[one] and not first[one]}
    return tuple(
        sorted(ring for ring in rings(promises) if set(ring) & stuck and _circular(by_id, ring))
    )


def _greatest(promises: Sequence[Guarantee]) -> dict[str, bool]:
    now = {promise.id: True for promise in promises}
    while True:
        then = {
            p.id: all(any(now[o] for o in item if o in now) for item in p.reliance)
            for p in promises
        }
        if then == now:
            return now
        now = then
