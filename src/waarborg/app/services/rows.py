"""The rows of a file behind its reports: how a report is called, and how long its page stood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from waarborg.app.services.hinging import some
from waarborg.app.services.wording import day_words
from waarborg.reports.report import ReportId


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows behind reports; nothing for the reports of a run, which have names of their own.

    Attributes:
        keys: The rows of each report.
        later: Of a page that was seen two days or more after its first day, those rows with their days.
    """

    keys: Mapping[ReportId, Sequence[str]] = field(default_factory=dict)
    later: Mapping[ReportId, Sequence[tuple[str, date]]] = field(default_factory=dict)

    def called(self, name: str) -> str:
        """How a report is called: by its first row, or as it is named where no file is at hand."""
        return next(iter(self.keys.get(ReportId(name), ())), name)

    def stood(self, name: str) -> str:
        """Until when a report's page stood, in words; empty where it was seen on its first days only."""
        later = self.later.get(ReportId(name), ())
        if not later:
            return ""
        last = max(day for _, day in later)
        many = "a later row" if len(later) == 1 else f"{len(later)} later rows"
        return (
            f"the page stood until {day_words(last)}: {many} ({some([key for key, _ in later])}), "
            "dated to its first day"
        )


NO_ROWS = Rows()
"""The reports of a run."""
