"""Amendments of a file: the tree of the text as each of them leaves it.

Rules this module keeps:
1. An amendment adds entries, writes entries anew in whole, or ends them; nothing is changed in part.
2. Each amendment begins after the one before it. What happened before it begins is judged by the text
   as it was (`versions`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from waarborg.agreement.build import records, section, text, words
from waarborg.agreement.shape import Checker, nearest
from waarborg.agreement.yaml_tree import Entry, Mapping_, plain
from waarborg.base.times import parse_instant

FIRST = "1"
"""Name of the first version where the file gives it none."""


@dataclass(frozen=True, slots=True)
class AmendedTree:
    """The tree of a file as one amendment leaves it.

    Attributes:
        name: Name of the version that the amendment makes.
        start: From which moment it applies, None for the text as first written.
        tree: The whole tree.
        amendment: What the file says of the amendment, None for the text as first written.
        changes: Whether anything in it differs from the version before.
    """

    name: str
    start: datetime | None
    tree: Mapping_
    amendment: Mapping_ | None
    changes: bool = True


def amended_trees(tree: Mapping_, checker: Checker) -> list[AmendedTree]:
    """The tree as first written and after each amendment; problems are AGR-064 and AGR-065."""
    first = text(section(tree, "version"), "name") or FIRST
    starts = text(section(tree, "version"), "from")
    found = [AmendedTree(first, None, tree, None)]
    last = parse_instant(starts) if starts else None
    for name, r, line in records(tree, "amendments"):
        start = parse_instant(text(r, "from")) if text(r, "from") else last
        if last is not None and start is not None and start <= last and text(r, "from"):
            checker.problem(
                line,
                "AGR-064",
                f"amendment {name} does not begin after the version before it",
                f"a moment after {last.isoformat()}",
                text(r, "from"),
                "correct from, or give the amendments in the order of time",
            )
        last = start
        before = found[-1].tree
        after = _amended(before, r, name, checker)
        found.append(AmendedTree(name, start, after, r, plain(before) != plain(after)))
    return found


def everything(trees: list[AmendedTree]) -> Mapping_:
    """The tree with every entry that any version has, in its newest form.

    Readings, needs, questions and cases may name what only one of the versions has.
    """
    tree = trees[0].tree
    for amended in trees[1:]:
        if amended.amendment is not None:
            tree = _with(tree, section(amended.amendment, "changes"))
    return tree


def _amended(tree: Mapping_, r: Mapping_, name: str, checker: Checker) -> Mapping_:
    ended: dict[str, set[str]] = {}
    for entry in section(r, "ends").entries:
        here = section(tree, entry.key).keys
        for gone, line in words(entry.value):
            if gone not in here:
                checker.problem(
                    line,
                    "AGR-065",
                    f"amendment {name} ends {gone}, which {entry.key} does not have",
                    ", ".join(here) or f"an entry of {entry.key}",
                    gone,
                    nearest(gone, here),
                )
            ended.setdefault(entry.key, set()).add(gone)
    kept = tuple(
        _without(entry, ended[entry.key]) if entry.key in ended else entry for entry in tree.entries
    )
    return _with(Mapping_(kept, tree.line), section(r, "changes"))


def _without(entry: Entry, gone: set[str]) -> Entry:
    if not isinstance(entry.value, Mapping_):
        return entry
    kept = tuple(each for each in entry.value.entries if each.key not in gone)
    return Entry(entry.key, Mapping_(kept, entry.value.line), entry.line)


def _with(tree: Mapping_, changes: Mapping_) -> Mapping_:
    """The tree with the entries of some sections written anew or added."""
    fresh = {entry.key: entry for entry in changes.entries}
    merged = [
        Entry(entry.key, _overlaid(entry.value, fresh.pop(entry.key).value), entry.line)
        if entry.key in fresh
        else entry
        for entry in tree.entries
    ]
    return Mapping_((*merged, *fresh.values()), tree.line)


def _overlaid(old: object, new: object) -> Mapping_:
    entries = {each.key: each for part in (old, new) for each in _entries(part)}
    return Mapping_(tuple(entries.values()), getattr(new, "line", 0))


def _entries(part: object) -> Iterator[Entry]:
    if isinstance(part, Mapping_):
        yield from part.entries
