"""The votes and rulings of a case as rows: what was put, who voted how and knew what, what became of it.

Rules this module keeps:
1. Every ruling of a case is told, in the order in which they were made; the last one counts.
2. A seat that cast no vote is named, since silence may count.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from waarborg.app.services.behind import Named
from waarborg.base.times import format_instant
from waarborg.cases.below import known_to_voter
from waarborg.cases.case import Ballot, CaseFile, Ruling
from waarborg.cases.entry import Appeal, Entry, Vote


def ballot_row(case: CaseFile, ballot: Ballot, named: Named) -> dict[str, Any]:
    """A proposal: who put it, what it asks for, each vote, who cast none, what it came to.

    Args:
        case: Its case.
        ballot: The proposal with its votes.
        named: Where the record has its entries.
    """
    wanted = ballot.proposal
    return {
        "proposal": ballot.entry.id,
        "by": ballot.entry.author,
        "known_at": format_instant(ballot.entry.known_at),
        "outcome": wanted.outcome.value,
        "responsible": wanted.responsible,
        "cause": wanted.cause.value,
        "remedy": wanted.remedy,
        "corrects": wanted.corrects,
        "written": wanted.silence,
        "approved_by": ballot.approved_by,
        "withdrawn": ballot.withdrawn,
        "overtaken_by": ballot.overtaken_by,
        "votes": [_vote(case, ballot, party, named) for party in sorted(ballot.votes)],
        "silent": sorted(s.party for s in ballot.rules.seats if s.party not in ballot.votes),
        "votes_until": format_instant(ballot.due.by) if ballot.due else None,
        "count": ballot.tally.words if ballot.tally else "",
    }


def _vote(case: CaseFile, ballot: Ballot, party: str, named: Named) -> dict[str, Any]:
    """A vote with what its seat knew: the entries of the case that were in, and how long the record was."""
    entry = ballot.votes[party]
    known, later = known_to_voter(case, ballot, party)
    where = named.entry(entry)
    said = entry.act if isinstance(entry.act, Vote) else None
    return {
        "party": party,
        "entry": entry.id,
        "choice": said.choice.value if said else "",
        "reason": said.reason if said else "",
        "at": where["at"],
        "known_at": where["known_at"],
        "knew": {"entries": known, "came_later": later, "record_size": where["number"]},
    }


def knew_words(knew: Mapping[str, Any]) -> str:
    """What a seat knew when it voted, in a line.

    Args:
        knew: As a row of `ballot_row` has it.
    """
    known, later = knew["entries"], len(knew["came_later"])
    size = knew["record_size"]
    words = (
        f"{len(known)} entries of the case, the last {known[-1]}"
        if known
        else "nothing of the case"
    )
    if size is not None:
        words += f"; the record had {size} in all"
    return f"{words}; {later} of the case came later" if later else words


def ruling_rows(case: CaseFile) -> list[dict[str, Any]]:
    """The rulings of a case in order, each with the appeals against it and what replaced it."""
    return [
        _ruling(case, ruling, after) for ruling, after in pairwise([*case.rulings, None]) if ruling
    ]


def _ruling(case: CaseFile, ruling: Ruling, after: Ruling | None) -> dict[str, Any]:
    return {
        "outcome": ruling.outcome.value,
        "responsible": ruling.responsible,
        "cause": ruling.cause,
        "at": format_instant(ruling.at),
        "by": ruling.by,
        "count": ruling.tally.words,
        "dissent": [list(each) for each in ruling.dissent],
        "remedy": ruling.remedy,
        "remedy_due": ruling.remedy_due.words if ruling.remedy_due else "",
        "proposal": ruling.proposal,
        "corrects": ruling.corrects,
        "flags": list(ruling.flags),
        "appeals": [
            {
                "entry": entry.id,
                "party": entry.party,
                "grounds": act.grounds,
                "known_at": format_instant(entry.known_at),
            }
            for entry, act in _appeals(case, ruling, after)
        ],
        "replaced_by": after.proposal if after else "",
    }


def _appeals(case: CaseFile, ruling: Ruling, after: Ruling | None) -> list[tuple[Entry, Appeal]]:
    """The appeals that reached the record while a ruling counted."""
    return [
        (entry, entry.act)
        for entry in case.entries
        if isinstance(entry.act, Appeal)
        and entry.known_at >= ruling.at
        and (after is None or entry.known_at < after.at)
    ]
