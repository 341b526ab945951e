"""The closed lists of words an agreement file may use, and the properties a condition may look at.

Every word is a value of a closed list, so a file can be checked before it is used, an editor can
complete it, and a solver can treat it as a finite set. Sources: ATOP (kinds of obligation and
conditions), ETH/PRIO ceasefire data (class, sides, purpose, end), PA-X (stage). The one list that
is not closed here is that of actors: those are the parties a file names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from waarborg.base.acts import Act
from waarborg.base.grades import AttributionLevel

FORMAT = "agreement/1"
"""Name and version of the file format, the value of the first key of every file."""


class Kind(StrEnum):
    """What kind of values a property has."""

    LIST = "list"
    """One of a list of words without an order."""
    GRADE = "grade"
    """One of a list of words from weakest to strongest."""
    NUMBER = "number"
    """A whole number between a least and a most."""
    FLAG = "flag"
    """So or not so."""
    PLACE = "place"
    """Settled into one column a zone before any logic."""
    INSTANT = "instant"
    """Settled into one column a period before any logic."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property of an incident that a condition may look at.

    Attributes:
        name: As files and columns call it.
        kind: What kind of values it has.
        words: How a sentence calls it.
        values: The words it may have, weakest first for a grade; empty for the actor, whose
            values are the parties of the file.
        least: Smallest value of a number.
        most: Largest value of a number.
    """

    name: str
    kind: Kind
    words: str
    values: tuple[str, ...] = ()
    least: int = 0
    most: int = 0


TARGETS = (
    "none",
    "military",
    "civilian",
    "energy",
    "port_or_shipping",
    "transport",
    "medical",
    "nuclear_site",
    "monitors",
    "guarantor_force",
)
WEAPONS = (
    "small_arms",
    "tank",
    "artillery_below_100_mm",
    "artillery_100_mm_or_more",
    "rocket_launcher",
    "heavy_rocket_launcher",
    "tactical_missile",
    "aircraft",
    "drone",
    "ship",
    "mine",
    "other",
)
"""Kinds of weapon as agreements tell them apart: Minsk II sets a belt of its own for each of four."""
DECISIONS = ("none", "pending", "breach_found", "no_breach", "deadlock")

PROPERTIES: Mapping[str, Property] = MappingProxyType(
    {
        p.name: p
        for p in (
            Property("actor", Kind.LIST, "the actor"),
            Property("act", Kind.LIST, "the act", tuple(act.value for act in Act)),
            Property("target", Kind.LIST, "the target", TARGETS),
            Property("weapon", Kind.LIST, "the weapon", WEAPONS),
            Property("severity", Kind.NUMBER, "the severity", least=0, most=5),
            Property(
                "attribution",
                Kind.GRADE,
                "the attribution",
                tuple(level.value for level in AttributionLevel),
            ),
            Property("decision", Kind.LIST, "the ruling", DECISIONS),
            Property("place", Kind.PLACE, "the place"),
            Property("at", Kind.INSTANT, "the time"),
            Property(
                "hours_since_first",
                Kind.NUMBER,
                "the number of hours since the first breach",
                least=0,
                most=100_000,
            ),
            Property("continuing", Kind.FLAG, "the fighting goes on"),
            Property("in_force", Kind.FLAG, "the agreement is in force"),
        )
    }
)


class Strength(StrEnum):
    """How hard a promise is, hardest first."""

    SHALL = "shall"
    SHALL_SUBJECT_TO_PROCEDURES = "shall_subject_to_procedures"
    INTENDS = "intends"
    MAY = "may"
    UNSTATED = "unstated"


class GateEffect(StrEnum):
    """What a national procedure does to an action that must pass it."""

    PRIOR_CONSENT = "prior_consent"
    INFORMATION = "information"
    CONSULTATION = "consultation"
    LATER_EXTENSION = "later_extension"
    POLITICAL_PRACTICE = "political_practice"
    NONE = "none"


class RunsFrom(StrEnum):
    """From which moment a deadline runs."""

    OCCURRENCE = "occurrence"
    KNOWLEDGE = "knowledge"
    VERIFICATION = "verification"
    """When the breach was verified, or ruled on: what counts where the file says nothing."""
    RULING = "ruling"
    REQUEST = "request"
    FIRST_BREACH = "first_breach"


class LateKnowledge(StrEnum):
    """What holds when a breach becomes known after its clock should have started."""

    AS_WRITTEN = "as_written"
    """The time runs as the words have it, even when it is over before anybody knew."""
    FROM_KNOWLEDGE = "from_knowledge"
    """The time runs from when the breach became known."""


class GoesBack(StrEnum):
    """When a procedure goes back from a step to one that is done anew."""

    DECIDED = "decided"
    """Whoever takes the step says so."""
    LAPSE = "lapse"
    """The time of the step has passed, and nobody has taken it."""


class ClockKind(StrEnum):
    """How a span of time is measured."""

    ELAPSED = "elapsed"
    """Real time: 24 hours are 24 hours, also when clocks change."""
    LOCAL_DAYS = "local_days"
    """Calendar days in a time zone, to the end of the day there."""
    WORKING = "working"
    """Working hours or working days in a time zone, with opening hours and holidays."""


class Rounding(StrEnum):
    """What a month means that has no such day."""

    DOWN = "down"
    UP = "up"
    REFUSE = "refuse"


FORM_WORDS = {
    "class": (
        "cessation_of_hostilities",
        "cessation_with_compliance_mechanism",
        "definitive",
        "guarantee",
    ),
    "sides": ("unilateral", "reciprocated", "bilateral", "multilateral", "imposed"),
    "purpose": (
        "humanitarian",
        "holiday",
        "peace_process",
        "prisoner_or_body_exchange",
        "election",
        "infrastructure",
        "other",
        "unstated",
    ),
    "stage": (
        "pre_negotiation",
        "ceasefire",
        "partial",
        "comprehensive",
        "implementation",
        "renewal",
        "other",
    ),
    "ended": (
        "expired",
        "replaced",
        "violated_and_ended",
        "denounced",
        "extended",
        "unclear",
        "not_ended",
    ),
}
"""Form of a ceasefire, after ETH/PRIO (class, sides, purpose, end) and PA-X (stage)."""

CAPACITIES = ("combat", "training", "monitoring", "logistics", "air", "sea", "staff", "reserve")
"""In which capacity a contribution serves."""

MAJORITIES = ("simple", "two_thirds", "three_quarters", "unanimous", "chair_decides")
"""How a body decides: the share of votes cast, or its chair alone."""
DEADLOCK = ("no_ruling", "chair_decides", "refer_to_guarantors", "breach_presumed")
"""What happens when a body cannot decide."""

WAYS_OUT = ("denounced", "suspended", "withdrawn")
"""How a party frees itself: it leaves the text, stops it for a time, or takes back a promise of its own."""

ACTIONS = (
    "armed_force",
    "force_deployment",
    "air_defence",
    "naval_presence",
    "intelligence",
    "logistics",
    "materiel",
    "training",
    "sanctions",
    "diplomacy",
    "economic",
    "warning",
    "monitoring",
    "determination",
    "self_defence",
    "withdrawal",
    "demining",
    "reparation",
    "exchange_of_prisoners",
    "humanitarian_access",
    "consultation",
)
"""What a guarantor or a party may owe."""

COUNTING_RULES = ("fused-incidents 1",)
"""How a threshold counts, with the version of the rule.

`fused-incidents 1`: each incident of the record counts once, however many reports tell of it, at the
moment it happened; what may count raises only the most.
"""

SOURCE_KINDS = (
    "official_text",
    "official_text_republished",
    "official_statement",
    "official_report",
    "official_evidence",
    "press_translation",
    "press_report",
    "research",
    "dataset",
    "fiction",
)
BINDING = (
    "treaty",
    "political",
    "unilateral_declaration",
    "promise_of_a_binding_text",
    "reported",
    "fictional",
    "unstated",
)
OPERATION_OF_THE_TEXT = "operation_of_the_text"
"""Value of `decided_by` where the text itself turns a finding into a determination."""

UNSTATED = "unstated"
"""Value of `where` that says: the words name no place, so the rule is read as holding everywhere."""


def in_words(name: str) -> str:
    """A word of a list as a sentence writes it: "drone_strike" as "drone strike"."""
    return name.replace("_", " ")
