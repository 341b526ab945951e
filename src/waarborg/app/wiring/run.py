"""One run of the whole chain: from a mission's inputs to the files and the log it leaves behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from waarborg.app.publish.page import render
from waarborg.app.services.counting import span
from waarborg.app.services.derive import Progress, derive, silent
from waarborg.app.services.derived import Derived
from waarborg.app.services.desk import Shelf
from waarborg.app.services.inputs import Inputs
from waarborg.app.services.intake import Intake
from waarborg.app.services.logbook import Added, Logbook
from waarborg.app.services.outputs import derived_files
from waarborg.app.services.panels import Seal, Settings
from waarborg.app.services.picture import drawn, picture
from waarborg.app.services.zone_map import read_map
from waarborg.app.wiring.beside import beside
from waarborg.base.times import local_day
from waarborg.record.journal import Journal
from waarborg.reports.mission import Mission

INDEX = "report/index.html"
"""The report of the whole span, by its name in the output folder."""

MANY = 2_000
"""From so many reports on, they are signed in a second process while the first one fuses them."""

STEPS = ("record", "fuse", "attribute", "assess", "determine", "count", "report")
"""The steps of a run in order, as it announces them."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a run gives.

    Attributes:
        derived: Everything that was derived.
        files: Derived files by name, pages included; their digests stand in the log.
        journal: The record with everything that came in and was decided.
    """

    derived: Derived
    files: Mapping[str, bytes]
    journal: Journal


def run(
    inputs: Inputs,
    texts: Mapping[str, bytes],
    intake: Intake,
    as_of: datetime,
    known_at: datetime,
    journal: Journal,
    announce: Progress = silent,
) -> Run:
    """Run the chain and write it down.

    Only what arrived before `known_at` goes into the record, so that a run with more knowledge later
    extends it and never rewrites it.

    Args:
        inputs: What the mission holds, checked.
        texts: The mission's files by name, settings included, as they go into the record.
        intake: What came in.
        as_of: The moment the answer speaks of.
        known_at: The moment up to which knowledge counts.
        journal: The record so far, empty for a new one.
        announce: Called with the name of each step before it starts.
    """
    announce("record")
    book = Logbook(journal)
    reports = [report for report in inputs.reports if report.received_at < known_at]
    imports = [release for release in intake.imports if release.received_at < known_at]
    since = local_day(inputs.mission.span.first, inputs.mission.time_zone).start

    def take_in() -> Added:
        book.take_in(texts, inputs.model, imports, reports, since)
        return book.added()

    if book.waits:
        take_in()
    inputs = inputs.judged(book.judgements())
    with beside(take_in, wanted=len(reports) >= MANY and not book.waits) as taken:
        derived = derive(inputs, as_of, known_at, announce)
        book.add(taken.result())
    book.decide(derived)
    announce("report")
    rests_on = book.rests_on(derived)
    seal = Seal(rests_on, journal.root(rests_on).hex())
    files = derived_files(derived) | pages(derived, inputs, seal)
    book.seal(derived, files, rests_on)
    return Run(derived, files, journal)


def pages(derived: Derived, inputs: Inputs, seal: Seal | None) -> dict[str, bytes]:
    """The report of the whole span, and one of each day that the main agreement's periods touch."""
    shelf = Shelf(derived, settings(inputs), read_map(inputs.zones_text))
    return {
        _page_name(day): render(drawn(shelf, day, seal)).encode()
        for day in (None, *_days_in_force(inputs))
    }


def page(derived: Derived, inputs: Inputs, seal: Seal | None, day: date | None) -> bytes:
    """The report of a day, or of the whole span, as a page."""
    return render(picture(derived, inputs.zones_text, settings(inputs), day, seal)).encode()


def _page_name(day: date | None) -> str:
    return INDEX if day is None else f"report/{day.isoformat()}.html"


def _days_in_force(inputs: Inputs) -> Sequence[date]:
    mission = inputs.mission
    periods = inputs.agreements[0].periods.values()
    return [
        day
        for day in span(mission.span.first, mission.span.last)
        if any(local_day(day, mission.time_zone).overlaps(period) for period in periods)
    ]


def settings(inputs: Inputs) -> Settings:
    """What the mission says about itself, as the report prints it."""
    mission = inputs.mission
    return Settings(
        name=mission.name,
        time_zone=mission.time_zone.key,
        day_words=day_words(mission),
        rule=f"{mission.counting.rule}/{mission.counting.version}",
        rule_words=mission.counting.words,
        periods=tuple((a.id, name) for a in inputs.agreements for name in sorted(a.periods)),
        licences=mission.licences,
    )


def day_words(mission: Mission) -> str:
    """What a day in each channel means, and on what ground."""
    return " ".join(
        f"A day in {name} is a day in the time zone {channel.time_zone.key} "
        f"({channel.time_zone_certainty.value}: {channel.time_zone_words}), and the day of a report "
        "is taken as the day of what it tells (assumed)."
        for name, channel in sorted(mission.channels.items())
    )
