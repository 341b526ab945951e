"""Why the web reports of a file or mission were joined or not, and the joins a person should look at first.

Rules this module keeps:
1. What is told is what `waarborg fuse` does with the same reports and judgements.
2. A report is called by the key of its row, by its own identifier, or by its incident's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from waarborg.app.services.explanation import Explained, Figures, Teller, chosen
from waarborg.app.services.hinging import some
from waarborg.app.services.logbook import Contents
from waarborg.app.services.plain import plain
from waarborg.app.services.reviewing import Review, Supposed, Supposing, review
from waarborg.app.services.rows import NO_ROWS, Rows
from waarborg.incidents.account import account
from waarborg.incidents.fuse import fuse_bounded
from waarborg.incidents.incident import Incident
from waarborg.incidents.judgements import Judgement, Sameness, in_words, settled
from waarborg.incidents.model import Model
from waarborg.incidents.pair_reasons import PairOfReports, pair_of_reports
from waarborg.reports.report import Report, ReportId
from waarborg.store.fusion_models import copying_table, outlet_table


class ToldFile:
    """Web reports, fused, of which anything can be asked.

    Args:
        reports: Every report.
        rows: The rows behind each.
        judged: What people judged, by report.
        model: The fusion model.
    """

    def __init__(
        self, reports: Sequence[Report], rows: Rows, judged: Sequence[Judgement], model: Model,
    ) -> None:  # fmt: skip
        self._reports = {report.id: report for report in reports}
        self.rows = rows
        self._judged = tuple(judged)
        self._model = model
        done = fuse_bounded(reports, model, judged)
        self._incidents = done.incidents
        self._hinges: list[dict[str, Any]] = plain(done.hinges)
        self._incident = {name: each for each in self._incidents for name in each.reports}
        self._named = {key: str(name) for name, keys in rows.keys.items() for key in keys}

    def report(self, called: str) -> ReportId:
        """The report that is called so, by its row or itself; the start of a name is enough.

        Raises:
            ProblemsFound: Nothing is called so, or several things (CLI-004).
        """
        names = {**{str(name): str(name) for name in self._reports}, **self._named}
        return ReportId(names[chosen(called, names)])

    def pair(self, one: str, other: str) -> PairOfReports:
        """Why two reports are in one incident, or are not."""
        pair = tuple(self._reports[self.report(called)] for called in (one, other))
        incidents = tuple(self._of(self._incident[report.id]) for report in pair)
        return pair_of_reports(
            (pair[0], pair[1]), (incidents[0], incidents[1]), self._model, settled(self._judged)
        )

    def change(self, one: str, other: str, sameness: Sameness) -> Supposed:
        """What a judgement on two reports would change."""
        supposing = Supposing(self._reports.values(), self._model, self._judged)
        found = supposing.change(self.report(one), self.report(other), sameness)
        return found.called(self.rows.called)

    def review(self, most: int) -> Review:
        """The joins that are the least certain, and what hinges on few reports."""
        rows = [plain(incident) for incident in self._incidents]
        held = {name: str(incident.id) for name, incident in self._incident.items()}
        supposing = Supposing(self._reports.values(), self._model, self._judged)
        latest = {str(name): report for name, report in self._reports.items()}
        people = (self._judged, held)
        return review(rows, latest, people, supposing, most, self._hinges).called(self.rows.called)

    def explained(self, called: str) -> Explained:
        """An incident, or the incident of a report, down to its reports.

        Raises:
            ProblemsFound: Nothing is called so, or several things (CLI-004).
        """
        names = {str(each.id): str(each.id) for each in self._incidents}
        names |= {str(name): str(each.id) for name, each in self._incident.items()}
        names |= {key: names[name] for key, name in self._named.items()}
        incidents = {str(each.id): plain(each) for each in self._incidents}
        wanted = names[chosen(called, names)]
        of = next(each for each in self._incidents if each.id == wanted)
        told = account(of, self._reports, copying_table(), outlet_table())
        figures = Figures(incidents, {}, {}, {}, {wanted: plain(told)}, {}, {}, self._hinges)
        reports = tuple(self._reports.values())
        held = Contents({}, reports, {}, (), self._model.version, "", self._judged)
        zone = ZoneInfo("UTC")
        return Teller(figures, held, zone, self._model, reports, self.rows).tell(wanted)

    def _of(self, incident: Incident) -> list[Report]:
        return [self._reports[name] for name in incident.reports]


def reports_told(found: PairOfReports, model: Model, rows: Rows = NO_ROWS) -> Explained:
    """Two web reports: why they are in one incident, or in two."""
    where = "one incident" if found.together else "two incidents"
    lines = [
        f"the two by themselves: {found.nats:+.2f} nats, which is the sum of",
        *(f"{term.name} {term.nats:+.2f}: {term.words}" for term in found.terms),
    ]
    if not found.candidates:
        lines.append(
            "the two share no telling sign near in time: by themselves they are not compared"
        )
    if found.judged is not None:
        lines.append(f"{in_words(found.judged)}; that counts in the place of the evidence")
    sides = found.sides
    one, other = (some([rows.called(name) for name in group]) for group in found.groups)
    through = " and ".join(rows.called(name) for name in found.through)
    lines.append(
        f"brought together by the join of {one} with {other}"
        if found.together
        else f"weighed against each other: {one}; and {other}"
    )
    summed = model.blend * sides.strong + (1.0 - model.blend) * sides.mean
    held = (
        f", held at {sides.joint:+.2f}, as the mean never lifts what the strong pairs say"
        if sides.joint < summed
        else ""
    )
    lines += [
        f"the strongest pair between these, {through}: {sides.best:+.2f}, of which {sides.strong:+.2f} counts; the mean of all pairs {sides.mean:+.2f}",
        f"{model.blend:g} * {sides.strong:.2f} + {1.0 - model.blend:g} * {sides.mean:.2f} = {summed:+.2f}{held}, and a join needs more than {model.keep_joined:g}",
    ]
    if sides.strong < sides.best:
        lines.append(
            "between groups of several, two reports of either side have to find their like: one report "
            "that names both events is no bridge"
        )
    title = f"{rows.called(found.one)} and {rows.called(found.other)} are in {where}"
    return Explained("", title, tuple(lines))
