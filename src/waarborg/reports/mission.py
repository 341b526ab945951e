"""A mission's settings, as its folder states them: what is watched, from which channels, how counted.

Rules this module keeps:
1. Nothing here knows a party, an outlet or a place: they all come from the mission folder.
2. What the mission assumes rather than knows says so (`certainty`, `words`).
3. Unknown keys are refused by whoever reads these from a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from waarborg.base.grades import Certainty
from waarborg.base.parties import PartyId

_REFUSE_UNKNOWN_KEYS = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class Span:
    """The days the mission covers, both included.

    Attributes:
        first: First day, in the mission's time zone.
        last: Last day, in the mission's time zone.
    """

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Counting:
    """The rule by which incidents are counted; every published count names it.

    Attributes:
        rule: Short name.
        version: Version of the rule, as "1".
        words: The rule in one or two sentences.
    """

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    rule: str
    version: str
    words: str


@dataclass(frozen=True, slots=True)
class Release:
    """One file of reports that reached the mission.

    Attributes:
        file: Path inside the mission folder.
        channel: The intake it came by, a key of `Mission.channels`.
        received_at: When it reached the mission.
        certainty: Whether that moment is stated or assumed.
        words: On what ground.
        sha256: Digest of the file's bytes in hexadecimal, empty when the mission states none.
    """

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    file: str
    channel: str
    received_at: datetime
    certainty: Certainty
    words: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class StandIn:
    """A point that a source uses for a whole region.

    Attributes:
        name: The place's name in the source.
        longitude: Degrees east, as the source prints it; both name and position must match.
        latitude: Degrees north.
        zone: The zone that is meant.
        words: On what ground.
    """

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    name: str
    longitude: float
    latitude: float
    zone: str
    words: str


@dataclass(frozen=True, slots=True)
class Accident:
    """A place that a source names by accident (a football club, a town of the same name elsewhere).

    Attributes:
        name: The place's name in the source.
        longitude: Degrees east, as the source prints it; both name and position must match.
        latitude: Degrees north.
        reason: Why a report on it tells nothing about where.
    """

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    name: str
    longitude: float
    latitude: float
    reason: str


@dataclass(frozen=True, slots=True)
class Box:
    """Where the mission's reports can lie; used to tell swapped coordinates.

    Attributes:
        west: Least longitude, degrees east.
        south: Least latitude, degrees north.
        east: Greatest longitude, degrees east.
        north: Greatest latitude, degrees north.
    """

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Channel:
    """One intake of reports and what the mission assumes about it.

    Attributes:
        time_zone: Zone in which the source's days are days.
        time_zone_certainty: Whether the source states the zone.
        time_zone_words: On what ground.
        place_precision_m: Radius in metres within which a named place lies.
        place_precision_words: On what ground.
        max_line_bytes: Longest line that is read; a longer one is refused.
        box: Where its reports can lie.
        stand_ins: Points that mean a region.
        accidents: Places named by accident.
    """

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    time_zone: ZoneInfo
    time_zone_certainty: Certainty
    time_zone_words: str
    place_precision_m: float
    place_precision_words: str
    max_line_bytes: int
    box: Box
    stand_ins: tuple[StandIn, ...] = ()
    accidents: tuple[Accident, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """Days on which a source is known to be silent or almost so, whatever happened.

    Attributes:
        source: The outlet's short name.
        first: First day, included.
        last: Last day, included.
        extent: "none" when nothing came, "almost none" when a few reports did.
        words: On what ground.
    """

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    source: str
    first: date
    last: date
    extent: Literal["none", "almost none"]
    words: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A place whose state in the control data is not believed, and why.

    Attributes:
        place: The place's identifier in the control data.
        name: Its name, for readers.
        reason: Why.
    """

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    place: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ControlSettings:
    """How the data on who held which place are read.

    Attributes:
        file: Path inside the mission folder.
        name: The data's name, as a report cites it.
        time_zone: Zone in which its days are days.
        holders: The party a status stands for, by status; a status that is absent here is refused.
        contested: Statuses under which nobody is taken to hold the place.
        default_holder: Who holds a place of the zone that the data do not know.
        default_zone: The zone within which that inference is made.
        near_m: A place this near to a point of the data takes that point's holder, in metres.
        clear_m: A place not near any point is inferred to be `default_holder`'s only if no place held
            by another or contested lies within this distance, in metres.
        words: The rule in words.
        doubted: Places that nobody is taken to hold, whatever the data say.
    """

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    file: str
    name: str
    time_zone: ZoneInfo
    holders: Mapping[str, PartyId]
    contested: tuple[str, ...]
    default_holder: PartyId
    default_zone: str
    near_m: float
    clear_m: float
    words: str
    doubted: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Engine:
    """Settings of fusion.

    Attributes:
        join_probability: Without effect, and refused in a mission folder; read so that records of before can be
            opened. From which evidence reports are joined stands in the fusion model, with its version.
    """

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    join_probability: float | None = None


@dataclass(frozen=True, slots=True)
class Mission:
    """Everything `mission.toml` states.

    Attributes:
        waarborg: Format and version.
        id: Short name, as "easter-truce-2026".
        name: Name as a report prints it.
        time_zone: Zone in which the mission counts days.
        span: The days covered.
        agreement: Path of the agreement inside the folder.
        exercises: Paths of what is read as an exercise.
        zones: Path of the zones.
        claims: Path of the parties' claims.
        words: Path of the word lists.
        counting: The counting rule.
        control: How control data are read.
        releases: Files of reports, in order of arrival.
        channels: Intakes by name.
        gaps: Known silences of sources.
        organs: The party that a source speaks for, by source; only such a source can admit.
        engine: Settings of fusion.
        licences: Licence and attribution lines that every published page carries.
        judgements: Path of people's judgements on reports (same, different, unsure); none when empty.
        two_persons: Whether a judgement on reports counts only with a second person who says the same.
    """

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    waarborg: Literal["mission/1"]
    id: str
    name: str
    time_zone: ZoneInfo
    span: Span
    agreement: str
    exercises: tuple[str, ...]
    zones: str
    claims: str
    words: str
    counting: Counting
    control: ControlSettings
    releases: tuple[Release, ...]
    channels: Mapping[str, Channel]
    gaps: tuple[Gap, ...] = ()
    organs: Mapping[str, PartyId] = field(default_factory=dict)
    engine: Engine = field(default_factory=Engine)
    licences: tuple[str, ...] = ()
    judgements: str = ""
    two_persons: bool = False
