"""The fusion models that ship with the package, read from it by name."""

from __future__ import annotations

from importlib.resources import files

from waarborg.incidents.model import Model, read_model
from waarborg.incidents.sighting_columns import SightingModel, read_sighting_model

DEFAULT = "viina-2026-2"
"""The model a mission uses that names no other."""


def fusion_model(name: str = DEFAULT) -> Model:
    """Read a shipped model.

    Args:
        name: As "viina-2026-2".

    Raises:
        FileNotFoundError: No model of that name ships with this version.
    """
    return read_model(_text(name))


def sighting_model(name: str = "synthetic-2") -> SightingModel:
    """Read a shipped model for sightings.

    Raises:
        FileNotFoundError: No model of that name ships with this version.
    """
    return read_sighting_model(_text(name))


def _text(name: str) -> str:
    folder = files("waarborg.incidents") / "models"
    found = folder / f"{name}.json"
    if not found.is_file():
        known = sorted(
            f.name.removesuffix(".json") for f in folder.iterdir() if f.name.endswith(".json")
        )
        raise FileNotFoundError(f"no fusion model {name!r}; shipped are {', '.join(known)}")
    return found.read_text(encoding="utf-8")
