"""What a derivation starts from: settings, reports, texts, map, control and claims, all checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from waarborg.agreement.load import load
from waarborg.agreement.model import Agreement
from waarborg.agreement.zones import Zones, read_zones
from waarborg.app.services.claims import read_claims
from waarborg.app.services.derived import Claim
from waarborg.app.services.judged import read_judgements
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.base.times import local_day
from waarborg.incidents.judgements import Judgement, with_second_person
from waarborg.incidents.model import Model
from waarborg.reports import control as control_data
from waarborg.reports.control import Control
from waarborg.reports.mission import Mission
from waarborg.reports.report import Report

_Part = TypeVar("_Part")


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a derivation rests on.

    Attributes:
        mission: The mission's settings.
        reports: Every version of every report.
        agreements: The agreement first, then what is read as an exercise.
        zones: The map.
        zones_text: The same as GeoJSON text, for drawing.
        control: Who held which place, as the control data have it.
        claims: What the parties claim.
        model: The fusion model.
        judgements: What people judged about pairs of reports, in the mission's file and on its record.
    """

    mission: Mission
    reports: tuple[Report, ...]
    agreements: tuple[Agreement, ...]
    zones: Zones
    zones_text: str
    control: Control
    claims: tuple[Claim, ...]
    model: Model
    judgements: tuple[Judgement, ...] = ()

    @property
    def counted(self) -> tuple[Judgement, ...]:
        """The judgements that count: all of them, or those that a second person stands behind."""
        if self.mission.two_persons:
            return with_second_person(self.judgements)
        return self.judgements

    def judged(self, said: Iterable[Judgement]) -> Inputs:
        """The same with what people said on the record beside what the mission's file has."""
        return replace(self, judgements=(*self.judgements, *said))


def gather(
    mission: Mission, texts: Mapping[str, bytes], reports: tuple[Report, ...], model: Model
) -> Inputs:
    """Read the texts a mission names, and join them with its reports.

    Args:
        mission: The settings; they name the texts.
        texts: Content of each file by its name in the settings.
        reports: Every version of every report.
        model: The fusion model.

    Raises:
        ProblemsFound: With every problem of every file.
    """
    problems: list[Problem] = []

    def read(name: str, reader: Callable[[str], _Part]) -> _Part | None:
        try:
            return reader(texts[name].decode("utf-8"))
        except UnicodeDecodeError as error:
            problems.append(
                Problem(
                    name,
                    texts[name][: error.start].count(b"\n") + 1,
                    "MIS-001",
                    "the file is not in UTF-8",
                    "UTF-8",
                    f"the byte 0x{texts[name][error.start]:02x}",
                    "save the file as UTF-8",
                )
            )
        except ProblemsFound as found:
            problems.extend(found.problems)
        return None

    zones = read(mission.zones, lambda text: read_zones(text, mission.zones))
    names = (mission.agreement, *mission.exercises)
    agreements = [read(name, partial(load, name=name, zones=zones)) for name in names]
    claims = read(mission.claims, lambda text: read_claims(text, mission.claims))
    judged = _judged(mission, reports, read)
    changes, found = control_data.parse(texts[mission.control.file], mission.control)
    problems += found
    if zones is not None and mission.control.default_zone not in zones.zones:
        problems.append(_no_such_zone(mission, zones))
    if problems or zones is None or claims is None or judged is None:
        raise ProblemsFound(problems)
    shapes = {name: zone.shape for name, zone in zones.zones.items()}
    control = Control(changes, mission.control, shapes)
    return Inputs(
        mission,
        reports,
        tuple(agreement for agreement in agreements if agreement is not None),
        zones,
        texts[mission.zones].decode("utf-8"),
        control,
        claims,
        model,
        judged,
    )


_Reads = Callable[[str, Callable[[str], tuple[Judgement, ...]]], tuple[Judgement, ...] | None]


def _judged(
    mission: Mission, reports: tuple[Report, ...], read: _Reads
) -> tuple[Judgement, ...] | None:
    if not mission.judgements:
        return ()
    known = {report.id for report in reports}
    return read(mission.judgements, lambda text: read_judgements(text, mission.judgements, known))


def _no_such_zone(mission: Mission, zones: Zones) -> Problem:
    return Problem(
        "mission.toml",
        0,
        "MIS-002",
        f"the zone {mission.control.default_zone} of [control] is not on the map",
        ", ".join(zones.ids),
        mission.control.default_zone,
        f"draw it in {mission.zones} or name another under control.default_zone",
    )


def last_arrival(mission: Mission, said: Iterable[Judgement] = ()) -> datetime:
    """The end of the day on which the last thing came in: what the mission knows in all.

    Without a release, or a judgement on the record, it is the end of the mission's span.

    Args:
        mission: The settings; they name the releases.
        said: What people said about reports on the record.
    """
    arrived = [release.received_at for release in mission.releases]
    arrived += [judgement.when for judgement in said]
    if not arrived:
        return local_day(mission.span.last, mission.time_zone).end
    latest = max(arrived)
    return local_day(latest.astimezone(mission.time_zone).date(), mission.time_zone).end
