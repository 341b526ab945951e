"""Places: a point with its stated precision, or a named area. Never a point that stands for a region."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """A position in WGS 84 degrees; the true place lies within `precision_m` metres of it.

    Attributes:
        longitude: Degrees east, -180 to 180.
        latitude: Degrees north, -90 to 90.
        precision_m: Radius in metres. A settlement known by name is not known to the metre.
        name: The place's name as the source has it, empty if none.
    """

    longitude: float
    latitude: float
    precision_m: float
    name: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Area:
    """Somewhere inside a named zone (an oblast, say); the zone's shape lies in the zones file.

    Attributes:
        zone: Identifier of the zone, as "UA-63".
        name: The place's name as the source has it, empty if none.
    """

    zone: str
    name: str = ""


Place = Point | Area


def named(point: Point) -> str:
    """What a point is called: its name, else latitude and longitude to four decimals of a degree."""
    return point.name or f"{point.latitude:.4f}, {point.longitude:.4f}"


def somewhere(place: Place | None) -> str:
    """Where a place is, as a sentence goes on: "at Kupiansk", "somewhere in UA-63 (Borova)"; "" when not known.

    An area keeps its zone: the name that a source gives does not narrow it.
    """
    match place:
        case None:
            return ""
        case Area():
            return f"somewhere in {place.zone}" + (f" ({place.name})" if place.name else "")
        case Point():
            return f"at {named(place)}"
