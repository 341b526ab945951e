"""Amendments on the record: which version of a text binds whom, from when.

Rules this module keeps:
1. An amendment is a version of the file; who signs it on the record is bound from the moment the entry names.
2. Once one party has signed a version, it binds those who signed and nobody else; the others stay under
   the version before. While nobody has, the file's own date holds for all.
3. A version never begins before the file lets it.
4. Findings are made by the dates of the file; where the record binds the accused by another version, that is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from waarborg.agreement.model import Agreement, VersionText
from waarborg.agreement.versions import overlapping, versions_of
from waarborg.base.times import Period

Signed = Mapping[str, Mapping[str, datetime]]
"""Version to who signed it, and from when it binds them."""


def versions_for(agreement: Agreement, signed: Signed, party: str) -> tuple[VersionText, ...]:
    """The versions of a text that bind a party, each with its own time, in order of time.

    Args:
        agreement: The text with all its versions.
        signed: What was signed on the record.
        party: The party.
    """
    mine: list[VersionText] = []
    for version in versions_of(agreement):
        start = version.start
        if version.name in signed:
            own = signed[version.name].get(party)
            if own is None:
                continue
            start = own if start is None else max(start, own)
        if mine and start is not None:
            before = mine[-1].start
            if before is not None and start <= before:
                mine.pop()  # a later version that begins no later takes its place
            else:
                mine[-1] = replace(mine[-1], end=start)
        mine.append(replace(version, start=start, end=None))
    return tuple(mine)


def held_against_another(
    agreement: Agreement, signed: Signed, accused: str, happened: Period
) -> str:
    """Where a finding was made under another version than the one that bound the accused, in words.

    Args:
        agreement: The text with all its versions.
        signed: What was signed on the record.
        accused: The party.
        happened: When the act was done.

    Returns:
        "" where the versions of the file and of the record are the same.
    """
    by_file = _names(overlapping(versions_of(agreement), happened))
    by_record = _names(overlapping(versions_for(agreement, signed, accused), happened))
    if by_file == by_record:
        return ""
    bound = f"version {by_record}" if by_record else "no version"
    return (
        f"held against version {by_file} by the dates of the file, while by what was signed {accused} was bound by "
        f"{bound}: whether that text was broken was not judged"
    )


def _names(versions: Sequence[VersionText]) -> str:
    return " or ".join(each.name for each in versions)
