"""What the commands of the commission start from: a text, its determinations, the record's entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import typer

from waarborg.agreement.load import load
from waarborg.agreement.model import Agreement
from waarborg.agreement.readings import under
from waarborg.app.cli.desk import moment, open_inputs, open_mission
from waarborg.app.services.arrived import Arrival, followed
from waarborg.app.services.behind import Behind
from waarborg.app.services.inputs import Inputs, last_arrival
from waarborg.app.services.logbook import AGREEMENT_FILE, MISSION_FILE, Contents
from waarborg.app.services.spoken import Speaker
from waarborg.app.wiring.proceedings import Held, no_folder, read_held
from waarborg.cases.entry import Entry
from waarborg.cases.turn import Turn
from waarborg.obligations.state import Running, state
from waarborg.record.demonstration import demonstration_origin

_SECOND = timedelta(seconds=1)
UTC_ZONE = ZoneInfo("UTC")

PLAYED = "exercise: the record was played from a script, nothing of this happened"
"""The mark on everything that is drawn from the record of an exercise."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything that a state of commission and guarantors is worked out from.

    Attributes:
        id: The mission, or the agreement where there is no mission.
        agreement: The text.
        base: The turns that determinations from the mission's findings took as reports arrived.
        entries: The record's entries.
        known: Up to when knowledge counts.
        asked: Whether somebody asked for that, so that a later moment does not move it.
        inputs: The mission's reports and texts, None where there is an agreement alone.
        held: What else the record holds.
        arrivals: When reports came in, and what they changed.
    """

    id: str
    agreement: Agreement
    base: tuple[Turn, ...]
    entries: tuple[Entry, ...]
    known: datetime
    asked: bool
    inputs: Inputs | None
    held: Held
    arrivals: tuple[Arrival, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The mission's time zone: a day that a person types is a day there; UTC without a mission."""
        return self.inputs.mission.time_zone if self.inputs else UTC_ZONE

    def speaker(self, running: Running) -> Speaker:
        """Who puts what comes out into words."""
        return Speaker(running.agreement, self.zone)

    def behind(self, running: Running) -> Behind:
        """Who tells what everything in a state rests on, down to the record's entries."""
        reports = self.inputs.reports if self.inputs else ()
        in_by_then = [each for each in reports if each.received_at < self.known + _SECOND]
        return Behind(running, self.held.places, in_by_then)

    def reread(self, draft: Path | None, reading: str) -> Bench:
        """The same under another draft, or another reading."""
        agreement = self.agreement
        if draft is not None:
            zones = self.inputs.zones if self.inputs else None
            agreement = load(draft.read_text(encoding="utf-8"), str(draft), zones)
        if reading:
            if reading not in agreement.readings:
                known = ", ".join(agreement.readings) or "none"
                raise typer.BadParameter(f"no reading {reading}; there are: {known}")
            agreement = under(agreement, reading)
        return self.findings_under(agreement)

    def findings_under(self, agreement: Agreement) -> Bench:
        """The same, with what the mission's findings come to under a text."""
        if self.inputs is None:
            return replace(self, agreement=agreement)
        inputs = replace(self.inputs, agreements=(agreement,)).judged(self.held.judgements)
        base, arrivals = followed(inputs, self.known, self.known)
        return replace(self, agreement=agreement, base=base, arrivals=arrivals)


def open_bench(
    folder: Path,
    record: Path,
    text: str,
    known_at: str | None,
    origin: str | None = None,
    *,
    read: bool = True,
) -> Bench:
    """Read a mission or an agreement, and the entries of its record.

    Args:
        folder: The mission folder, or one with an agreement.yaml.
        record: The output folder whose record holds the entries.
        text: Which agreement, where there are more; "" for the first that has a body.
        known_at: Up to when knowledge counts; all of it when not given.
        origin: The log's name, when it is not that of the demonstration.
        read: Whether to read the record; a script is played without one.

    Raises:
        ProblemsFound: What is wrong with the folder.
        VerificationFailure: The record does not hold.
    """
    inputs, agreement = None, None
    if (folder / MISSION_FILE).exists():
        inputs = open_mission(folder, lambda _step: None).inputs
    elif (folder / AGREEMENT_FILE).exists():
        file = folder / AGREEMENT_FILE
        agreement = load(file.read_text(encoding="utf-8"), str(file))
    name, agreement = _chosen(inputs, agreement, text, folder)
    names = [origin] if origin else [demonstration_origin(name), _played(name)]
    held = read_held(record, names) if read else Held()
    return _bench(name, agreement, inputs, held, known_at)


def record_bench(held: Held, contents: Contents, text: str, known_at: str | None) -> Bench | None:
    """The same from a record alone: its own mission, or the text that an exercise put on it.

    Args:
        held: The entries of the record.
        contents: Its texts and reports.
        text: Which agreement, where there are more; "" for the first that has a body.
        known_at: Up to when knowledge counts; all of it when not given.

    Returns:
        None when the record holds neither a mission nor a text.
    """
    inputs, agreement = None, None
    if MISSION_FILE in contents.texts:
        inputs = open_inputs(contents)
    elif AGREEMENT_FILE in contents.texts:
        agreement = load(contents.texts[AGREEMENT_FILE].decode("utf-8"), AGREEMENT_FILE)
    else:
        return None
    name, agreement = _chosen(inputs, agreement, text, Path())
    return _bench(name, agreement, inputs, held, known_at)


def _chosen(
    inputs: Inputs | None, agreement: Agreement | None, text: str, folder: Path
) -> tuple[str, Agreement]:
    """What the record is named after, and the text: the one asked for, else the first with a body."""
    if inputs is None:
        if agreement is None:
            raise no_folder(folder)
        return agreement.id, agreement
    named = {each.id: each for each in inputs.agreements}
    with_bodies = [each.id for each in inputs.agreements if each.bodies]
    chosen = text or (with_bodies or list(named))[0]
    if chosen not in named:
        raise typer.BadParameter(f"no agreement {chosen}; there are {', '.join(named)}")
    return inputs.mission.id, named[chosen]


def _played(name: str) -> str:
    return demonstration_origin(f"exercise.{name}")


def _bench(
    name: str, agreement: Agreement, inputs: Inputs | None, held: Held, known_at: str | None
) -> Bench:
    if held.origin == _played(name) and not agreement.exercise:
        agreement = replace(agreement, exercise=PLAYED)
    everything = [e.known_at + _SECOND for e in held.entries]
    everything += [last_arrival(inputs.mission, held.judgements)] if inputs else []
    latest = max(everything, default=datetime.fromtimestamp(0, tz=UTC))
    zone = inputs.mission.time_zone if inputs else UTC_ZONE
    known = moment("--known-at", known_at, zone) if known_at else latest
    bench = Bench(name, agreement, (), held.entries, known, known_at is not None, inputs, held)
    return bench.findings_under(agreement)


def at_bench(
    bench: Bench,
    as_of: str | None,
    last: Sequence[Entry] = (),
    known: datetime | None = None,
) -> tuple[Running, datetime]:
    """The state at a moment, by default the last entry's.

    Args:
        bench: What it is worked out from.
        as_of: The moment, None for that of the last entry.
        last: Entries of which the last gives the moment, where not those of the bench.
        known: Up to when knowledge counts, where not as the bench has it.
    """
    entries = last or bench.entries
    if as_of:
        at = moment("--as-of", as_of, bench.zone)
    elif entries:
        at = max(entry.known_at for entry in entries) + _SECOND
    else:
        raise typer.BadParameter(
            "nobody has put an entry on the record yet: name the moment with --as-of, "
            "a day as 2026-04-13 or an instant as 2026-04-13T00:00+03:00"
        )
    if known is None:
        known = (bench.known if bench.asked else max(bench.known, at)) + _SECOND
    return state(bench.agreement, bench.base, bench.entries, at, known), at
