"""The commission as a fold: entries in, cases out; what breaks a rule changes nothing.

Rules this module keeps:
1. Entries are taken in the order in which they reached the record; nothing looks ahead (law 4).
2. Deadlines pass by the clock alone, in order of time, between entries.
3. A refused entry is kept with the rule it breaks.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from datetime import datetime

from waarborg.base.times import format_instant
from waarborg.cases.adoption import ADOPTION
from waarborg.cases.ballots import BALLOTS, count
from waarborg.cases.case import CaseFile, CaseState
from waarborg.cases.conduct import CONDUCT
from waarborg.cases.docket import Docket, Takers
from waarborg.cases.entry import Entry
from waarborg.cases.hearing import HEARING

_TAKERS: Takers = {**ADOPTION, **CONDUCT, **HEARING, **BALLOTS}


@dataclass(slots=True)
class Commission(Docket):
    """The commission after so many entries; grows entry by entry."""

    def take(self, entry: Entry) -> None:
        """Take the next entry.

        Raises:
            RuleBroken: The entry breaks a rule; nothing was changed.
        """
        _TAKERS[type(entry.act)](self, entry, entry.act)

    def tick(self, moment: datetime) -> None:
        """Let every deadline before or at a moment pass, in order of time."""
        while self.timers and self.timers[0][0] <= moment:
            at, case, key = heapq.heappop(self.timers)
            self._lapse(self.cases[case], key, at)

    def _lapse(self, case: CaseFile, key: str, at: datetime) -> None:
        what = case.duties.get(key)
        if what is None or what.by != at:
            return
        self.touched.add(case.id)
        ballot = case.ballots.get(key)
        if ballot is not None:
            count(self, case, ballot, at)
            return
        if key in case.motions:
            self.end(
                case, case.motions[key], f"lapsed: too few stood behind it by {format_instant(at)}"
            )
            return
        case.lapsed[key] = case.duties.pop(key)
        if key.startswith("remedy:") and case.remedy_state in {"owed", "contested"}:
            case.remedy_state = "lapsed"
        if not key.startswith("appeal:") or case.state is not CaseState.APPEALED:
            case.flags.append(f"lapsed: {what.what} by {what.who} ({what.words})")
