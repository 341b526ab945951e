"""What is not sure about an incident that outlets tell of: place, time, kind of act, dead and injured.

Rules this module keeps:
1. Every bound holds nine tenths of the chance, by a table with a version and the data it was learnt from.
2. An outlet counts once, whatever it prints.
3. What no report tells, or what the reports leave too open, is unknown, with the reason; never nought.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from waarborg.base.acts import Act
from waarborg.base.grades import Basis
from waarborg.base.places import Area, Place, Point
from waarborg.incidents import doubt_kernels
from waarborg.incidents.incident import Incident
from waarborg.incidents.words import named_day
from waarborg.reports.report import Report, ReportId

NINE_TENTHS = 0.9
_SUREST = 0.999
_WRONG_PLACES = 10.0
_NO_ACT = "no report states or labels one"
_KM_PER_DEGREE = 111.195


@dataclass(frozen=True, slots=True)
class OutletDoubt:
    """What was learnt about how far outlets and their readers are off.

    Attributes:
        version: Names the table.
        provenance: The data it was learnt from, with licence.
        place_right: Chance that a report's place is that of its event.
        lead_days: So many days before the day of the first report hold nine tenths of events.
        acts: Share of each kind of act.
        stated_right: Chance that an act read from a headline's words is right.
        labels: Chance of each label, where there is one, when an act of some kind happened.
        number_mean: Mean of the logarithm of numbers told of dead or injured.
        number_variance: Its variance.
        number_noise: Spread of a number told about the true one, in logarithms.
        number_gross: Chance that a number tells of something else, or of a part.
    """

    version: str
    provenance: str
    place_right: float
    lead_days: int
    acts: Mapping[Act, float]
    stated_right: float
    labels: Mapping[Act, Mapping[str, float]]
    number_mean: float
    number_variance: float
    number_noise: float
    number_gross: float


def read_outlet_doubt(text: str) -> OutletDoubt:
    """Read a table as it ships in `waarborg/incidents/tables`."""
    held: dict[str, Any] = json.loads(text)
    held["acts"] = {Act(name): share for name, share in held["acts"].items()}
    held["labels"] = {Act(name): shares for name, shares in held["labels"].items()}
    return OutletDoubt(**held)


@dataclass(frozen=True, slots=True)
class Number:
    """How many people were killed or injured, with its bounds.

    Attributes:
        harm: "killed" or "injured".
        likeliest: The number with the most chance.
        low: With `high`, the number lies between them nine times in ten.
        high: See `low`.
        outlets: How many name a number.
    """

    harm: str
    likeliest: int
    low: int
    high: int
    outlets: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is not sure about an incident.

    Attributes:
        table: The table behind the figures.
        place_chance: Chance that the incident's place is right; None where no report gives one.
        radius_km: The place lies within this of it nine times in ten; None where that cannot be said.
        earliest: With `latest`, it happened between them nine times in ten.
        latest: See `earliest`.
        acts: The fewest kinds of act that hold nine tenths, the likeliest first.
        numbers: Dead and injured.
        unknown: What cannot be said, and why.
    """

    table: str
    place_chance: float | None
    radius_km: float | None
    earliest: datetime
    latest: datetime
    acts: tuple[tuple[Act, float], ...]
    numbers: tuple[Number, ...]
    unknown: tuple[str, ...]


def _apart_km(one: Point, other: Point) -> float:
    north = (one.latitude - other.latitude) * _KM_PER_DEGREE
    cosine = math.cos(math.radians((one.latitude + other.latitude) / 2.0))
    return math.hypot(north, (one.longitude - other.longitude) * _KM_PER_DEGREE * cosine)


def _places(reports: Sequence[Report]) -> Counter[Place]:
    """How many outlets give each place first."""
    by_outlet: dict[str, Place] = {}
    for report in sorted(reports, key=lambda r: (r.happened.start, r.id)):
        if report.place is not None:
            by_outlet.setdefault(report.source, report.place)
    return Counter(by_outlet.values())


def _where(
    incident: Incident, reports: Sequence[Report], table: OutletDoubt
) -> tuple[float | None, float | None, str]:
    """The chance that the place is right, the radius that holds nine tenths, and why there is none."""
    told, chosen = _places(reports), incident.place
    if chosen is None or not told:
        return None, None, "place: no report gives one on which they agree"
    told.setdefault(chosen, 0)
    # a wrong place is one of ten or so; beside the places told it may be any of the others
    right, wrong = table.place_right, (1.0 - table.place_right) / _WRONG_PLACES
    whole = sum(told.values())
    places = sorted(told, key=lambda place: (isinstance(place, Area), repr(place)))
    weights = [right ** told[p] * wrong ** (whole - told[p]) for p in places]
    total = sum(weights) + _WRONG_PLACES * wrong**whole
    chance = {place: weight / total for place, weight in zip(places, weights, strict=True)}
    sure = min(round(chance[chosen], 3), _SUREST)
    if isinstance(chosen, Area):
        return sure, None, "radius: the place is known as an area"
    points = [place for place in places if isinstance(place, Point)]
    reach, held = 0.0, 0.0
    for place in sorted(points, key=lambda point: (_apart_km(chosen, point), repr(point))):
        held += chance[place]
        reach = max(reach, _apart_km(chosen, place) + place.precision_m / 1000.0)
        if held >= NINE_TENTHS:
            return sure, round(reach, 1), ""
    return sure, None, "radius: the places that reports give hold less than nine tenths"


def _when(
    incident: Incident, reports: Sequence[Report], table: OutletDoubt
) -> tuple[datetime, datetime]:
    """Between which moments it happened: a day named in a headline settles the day."""
    start, end = incident.happened.start, incident.happened.end
    middle = start + (end - start) / 2
    days = {day for day in (named_day(r.headline, middle.date()) for r in reports) if day}
    settled = days == {middle.date()} or end - start < timedelta(hours=22)
    return (start if settled else start - timedelta(table.lead_days)), end


def _named(
    reports: Sequence[Report], table: OutletDoubt
) -> tuple[dict[str, set[Act]], dict[str, set[str]]]:
    """The kinds of act that each outlet states; and the labels of those that state none."""
    told: dict[str, set[Act]] = defaultdict(set)
    labelled: dict[str, set[str]] = defaultdict(set)
    for report in reports:
        for evidence in report.acts:
            if evidence.basis is Basis.STATED and evidence.act in table.acts:
                told[report.source].add(evidence.act)
            elif evidence.basis is Basis.LABELLED:
                labelled[report.source].add(evidence.act.value)
    return told, {source: held for source, held in labelled.items() if source not in told}


def _acts(reports: Sequence[Report], table: OutletDoubt) -> tuple[tuple[Act, float], ...]:
    """The fewest kinds of act that hold nine tenths: by what each outlet states, or else its labels."""
    told, labelled = _named(reports, table)
    if not told and not labelled:
        return ()
    logs = {act: math.log(share) for act, share in table.acts.items()}
    others = (1.0 - table.stated_right) / max(len(logs) - 1, 1)
    for act in logs:
        for _, stated in sorted(told.items()):
            logs[act] += math.log(table.stated_right / len(stated) if act in stated else others)
        for _, labels in sorted(labelled.items()):
            seen = sum(table.labels[act].get(label, 0.0) for label in sorted(labels))
            logs[act] += math.log(max(seen / len(labels), 1e-4))
    top = max(logs.values())
    shares = {act: math.exp(log - top) for act, log in logs.items()}
    total, held, found = sum(shares.values()), 0.0, []
    for act in sorted(shares, key=lambda a: (-shares[a], a.value)):
        found.append((act, min(round(shares[act] / total, 3), _SUREST)))
        held += shares[act] / total
        if held >= NINE_TENTHS:
            break
    return tuple(found)


def numbers(
    told: Mapping[str, Sequence[tuple[int, ReportId]]],
    reports: Mapping[ReportId, Report],
    table: OutletDoubt,
) -> tuple[Number, ...]:
    """Dead and injured with their bounds: each outlet by the largest number it names.

    Args:
        told: For "killed" and "injured", numbers with the reports that name them.
        reports: At least those.
        table: What was learnt.
    """
    found = []
    for harm in ("killed", "injured"):
        largest: dict[str, int] = {}
        for number, report in told.get(harm, ()):
            source = reports[report].source
            largest[source] = max(largest.get(source, 0), number)
        counts = np.array([float(largest[s]) for s in sorted(largest) if largest[s] > 0])
        if not len(counts):
            continue
        out = np.zeros(3)
        doubt_kernels.number(
            0, len(counts), counts, table.number_mean, table.number_variance,
            table.number_noise, table.number_gross, np.ones(len(counts)), out,
        )  # fmt: skip
        found.append(Number(harm, int(out[0]), int(out[1]), int(out[2]), len(counts)))
    return tuple(found)


def bounds(
    incident: Incident,
    reports: Sequence[Report],
    told: Mapping[str, Sequence[tuple[int, ReportId]]],
    table: OutletDoubt,
) -> Bounds:
    """What is not sure about an incident.

    Args:
        incident: Which.
        reports: Those in it.
        told: Numbers of dead and injured that they name.
        table: What was learnt.
    """
    chance, radius, nowhere = _where(incident, reports, table)
    earliest, latest = _when(incident, reports, table)
    acts = _acts(reports, table) if incident.act or incident.act_labelled else ()
    counted = numbers(told, {report.id: report for report in reports}, table)
    named = {number.harm for number in counted}
    reasons = [nowhere] if nowhere else []
    if not acts:
        crash = any(report.acts for report in reports) and incident.act_labelled is None
        reasons.append(f"act: {'headlines tell of a crash' if crash else _NO_ACT}")
    reasons += [f"{h}: no headline names a number" for h in ("killed", "injured") if h not in named]
    return Bounds(table.version, chance, radius, earliest, latest, acts, counted, tuple(reasons))
