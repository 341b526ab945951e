"""Grades and standing: how sure, on what ground, and how far a text binds.

Sources: NATO AJP-2.1 (Admiralty code) for source and item; US ICD 203 for likelihood bands.
"""

from __future__ import annotations

from enum import StrEnum


class SourceReliability(StrEnum):
    """Admiralty code, first letter. F when nobody has rated the source."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


class ItemCredibility(StrEnum):
    """Admiralty code, second figure. 6 when nobody has rated the item; 1 only when confirmed independently."""

    CONFIRMED = "1"
    PROBABLY_TRUE = "2"
    POSSIBLY_TRUE = "3"
    DOUBTFUL = "4"
    IMPROBABLE = "5"
    UNRATED = "6"


class AttributionLevel(StrEnum):
    """How firmly an act is laid at a party's door, weakest first."""

    UNKNOWN = "unknown"
    SINGLE_SOURCE = "single_source"
    CORROBORATED = "corroborated"
    CONFIRMED = "confirmed"
    ADMITTED = "admitted"


class Basis(StrEnum):
    """On what ground evidence stands, strongest first."""

    STATED = "stated"
    """A source says so in words."""
    LABELLED = "labelled"
    """A machine's label says so; nobody read the text."""
    IMPLIED = "implied"
    """Inferred by a named rule (who held the ground), marked as inference."""


class Certainty(StrEnum):
    """How a machine reading follows from a text's words."""

    STATED = "stated"
    IMPLIED = "implied"
    ASSUMED = "assumed"


class Standing(StrEnum):
    """How far a clause binds a party."""

    REPORTED = "reported"
    PROPOSED = "proposed"
    POLITICALLY_AGREED = "politically_agreed"
    SIGNED = "signed"
    RATIFIED = "ratified"
    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    LAPSED = "lapsed"
    DENOUNCED = "denounced"
    REPLACED = "replaced"
