"""The fusion model: every number fusion uses, as data with a version and where it came from.

Rules this module keeps:
1. Nothing is computed again from the mission at hand: the same model gives the same answer when
   more reports arrive, so that what was known on an earlier day stays as it was (law 4).
2. The model is read from text; whoever calls reads the file (the core opens none).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FEATURES = (
    "bias",
    "names",
    "concepts",
    "overlap",
    "numbers_agree",
    "numbers_differ",
    "said_day_agrees",
    "said_day_differs",
    "same_day",
    "day_gap",
    "same_place",
    "busy_place",
    "distance",
    "area",
    "act_agrees",
    "act_differs",
    "no_words",
    "actor_differs",
    "bare_act_agrees",
    "one_is_ordinary_news",
    "force_same_day",
    "force_next_day",
    "target_agrees",
    "target_differs",
    "weapon_differs",
    "agency_differs",
    "again_differs",
    "nothing_shared",
    "one_is_round_up",
    "round_ups_of_two_days",
    "again_later",
    "accounts_days_apart",
    "one_is_quiet",
    "region_agrees",
    "region_differs",
    "named_day_met",
    "burst_same_day",
    "burst_next_day",
    "one_is_threat",
    "town_agrees",
    "town_differs",
    "town_and_region",
    "toll_agrees",
    "toll_differs",
    "told_later",
    "one_is_commentary",
    "one_outlet",
    "beyond_window",
    "neither_tells_force",
    "bursting_word",
    "rare_place",
    "overlap_same_day",
    "overlap_root",
    "overlap_one_place",
    "overlap_apart",
    "town_and_burst",
    "bursting_other_day",
    "ordinary_one_place",
    "subject_alike",
    "daily_news_of_two_days",
)
"""What is compared in a pair of reports, in the order of `Model.weights`."""


USUAL_BURST = (1.0, 0.4)
"""Of a place that the model does not know: about what it is at the larger towns."""

SUBJECT_WIDTH = 16
"""Numbers that say what a sign is about."""

RARE_WORD_BURST = 1.8
"""Of a sign that the model does not know: as for those seen twice in its stream, nats."""


_NO_SUBJECT = (0,) * SUBJECT_WIDTH


@dataclass(frozen=True, slots=True)
class Zone:
    """Where a named area lies, roughly: its middle and the radius that holds it.

    Attributes:
        longitude: Degrees east.
        latitude: Degrees north.
        radius_km: Kilometres.
    """

    longitude: float
    latitude: float
    radius_km: float


@dataclass(frozen=True, slots=True)
class Sureness:
    """How evidence is read as a chance: what each of its parts adds to the logarithm of the odds.

    Attributes:
        joined: For a report among others of its incident: at the start, for each nat of the strongest evidence in
            it and of the mean evidence in it, and for each e-fold of its size.
        alone: For a report alone: at the start, and for each nat of the strongest evidence beside it.
    """

    joined: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 0.0)
    alone: tuple[float, float] = (5.0, 0.0)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a report stands in its incident.

    Attributes:
        strongest: The strongest evidence with a report of another telling of it, nats; 0 for a report alone.
        mean: The mean evidence with all other tellings of it, each by the mean of its reports, nats; 0 for a
            report alone.
        beside: The strongest evidence with a report that hangs together with it and is in another incident, nats;
            minus infinity where there is none.
        size: How many tellings the incident has: near-copies of one outlet (six tenths of all signs of both
            are shared) are one telling, whatever their number. At least 2 among others: where all are copies
            of one another they count for each other.
    """

    strongest: float
    mean: float
    beside: float
    size: int

    def parts(self) -> tuple[float, ...]:
        """What `Sureness` weighs, each within the bounds of what was seen when it was learnt."""
        if self.size == 1:
            return (1.0, min(max(self.beside, -5.0), 5.0))
        strongest = min(max(self.strongest, -5.0), 12.0)
        mean = min(max(self.mean, -5.0), 12.0)
        return (1.0, strongest, mean, math.log(self.size))


@dataclass(frozen=True, slots=True)
class Model:
    """All that was learnt beforehand.

    Attributes:
        version: Names the model in every record that rests on it.
        provenance: The data it was learnt from, with licence.
        weights: Nats a unit of each of `FEATURES`.
        headlines: How many headlines the word counts were taken from.
        words: Headlines that hold a sign (see `words.tokens`), for signs seen more than once.
        place_headlines: Headlines a place (key of `place_key`).
        place_words: For a place, the signs that are commoner there than elsewhere.
        place_rate: Reports a day of a place, for places with more than a few.
        place_burst: For a place, how many times as many pairs of reports of force there are on one day, and
            on one day and the next, as chance would give: logarithms, nats.
        word_burst: For a sign, how many times as many pairs of headlines with it stand on one day and the next
            as chance would give: logarithm, nats. Names of events have much, turns of phrase none.
        subjects: For a sign, what it is about: `SUBJECT_WIDTH` numbers of -100 to 100, so that signs that stand in
            like headlines point one way. Signs seen too seldom have none.
        zones: Where named areas lie.
        window_days: Reports further apart are never compared.
        block: Reports a shared sign is compared with at most; what is cut is flagged.
        keep_joined: Nats the mean evidence between two groups must exceed for a merge.
        blend: Share of the strongest pair (the rest: the mean of all pairs) in a merge's gain.
        sureness: How evidence is read as a chance.
    """

    version: str
    provenance: str
    weights: tuple[float, ...]
    headlines: int
    words: dict[str, int]
    place_headlines: dict[str, int]
    place_words: dict[str, dict[str, int]]
    place_rate: dict[str, float]
    zones: dict[str, Zone]
    place_burst: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    word_burst: Mapping[str, float] = field(default_factory=dict)
    subjects: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    window_days: int = 7
    block: int = 400
    keep_joined: float = 0.0
    blend: float = 0.3
    sureness: Sureness = field(default_factory=Sureness)

    def burst(self, place: str) -> tuple[float, float]:
        """How reports of force come in bursts at a place; what is usual where a place is not known."""
        return self.place_burst.get(place, USUAL_BURST)

    def word_bursts(self, sign: str) -> float:
        """How a sign comes in bursts; as of rare ones where it is not known, never below nought."""
        return max(self.word_burst.get(sign, RARE_WORD_BURST), 0.0)

    def subject(self, sign: str) -> tuple[int, ...]:
        """What a sign is about; nothing where it is not known."""
        return self.subjects.get(sign, _NO_SUBJECT)

    def probability(self, standing: Standing) -> float:
        """The chance that a report is where it belongs.

        Among others: that another report of the incident tells of the same event as this one. Alone: that no
        other report of those days tells of its event.

        Args:
            standing: How it stands in its incident.
        """
        return 1.0 / (1.0 + math.exp(-min(max(self.log_odds(standing), -30.0), 30.0)))

    def log_odds(self, standing: Standing) -> float:
        """The logarithm of the odds that `probability` gives, before its bounds."""
        parts = standing.parts()
        if standing.size == 1:
            alone = self.sureness.alone
            return alone[0] * parts[0] + alone[1] * parts[1]
        weights = self.sureness.joined
        return (
            weights[0] * parts[0]
            + weights[1] * parts[1]
            + weights[2] * parts[2]
            + weights[3] * parts[3]
        )

    def surprise(self, sign: str, place: str) -> float:
        """How surprising a sign is at a place, in nats: minus the logarithm of its share there."""
        everywhere = (self.words.get(sign, 0) + 0.7) / (self.headlines + 1.4)
        held = self.place_headlines.get(place, 0)
        here = self.place_words.get(place, {}).get(sign, 0)
        share = max(everywhere, (here + 40.0 * everywhere) / (held + 40.0))
        return min(-math.log(min(share, 1.0)), 9.0)


def place_key(longitude: float, latitude: float) -> str:
    """The name of a position in the model's tables: degrees to two places."""
    return f"{longitude:.2f},{latitude:.2f}"


def read_model(text: str) -> Model:
    """Read a model as it ships in `waarborg/incidents/models`.

    Raises:
        ValueError: The weights do not match what this version compares.
    """
    held: dict[str, Any] = json.loads(text)
    weights = held["weights"]
    if set(weights) != set(FEATURES):
        odd = sorted(set(weights) ^ set(FEATURES))
        raise ValueError(
            f"fusion model {held['version']}: weights do not fit, see {', '.join(odd)}"
        )
    return Model(
        version=held["version"],
        provenance=held["provenance"],
        weights=tuple(float(weights[name]) for name in FEATURES),
        headlines=held["headlines"],
        words=held["words"],
        place_headlines=held["place_headlines"],
        place_words=held["place_words"],
        place_rate=held["place_rate"],
        zones={name: Zone(*zone) for name, zone in held["zones"].items()},
        place_burst={place: (same, after) for place, (same, after) in held["place_burst"].items()},
        word_burst=held["word_burst"],
        subjects={sign: tuple(held) for sign, held in held["subjects"].items()},
        window_days=held["window_days"],
        block=held["block"],
        keep_joined=held["keep_joined"],
        blend=held["blend"],
        sureness=Sureness(**{name: tuple(parts) for name, parts in held["sureness"].items()}),
    )
