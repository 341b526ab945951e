"""The fusion models that ship with the package, read from it by name."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from waarborg.incidents.bounds import OutletDoubt, read_outlet_doubt
from waarborg.incidents.copying import Copying, read_copying
from waarborg.incidents.doubt import Doubt, read_doubt
from waarborg.incidents.model import Model, read_model
from waarborg.incidents.sighting_columns import SightingModel, read_sighting_model

DEFAULT = "viina-2026-6"
"""The model a mission uses that names no other."""


def fusion_model(name: str = DEFAULT) -> Model:
    """Read a shipped model.

    Args:
        name: As "viina-2026-6".

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


@cache
def copying_table(name: str = "copying-2026-1") -> Copying:
    """Read a shipped table of who rests on whom.

    Raises:
        FileNotFoundError: No table of that name ships with this version.
    """
    return read_copying(_text(name, "tables"))


@cache
def doubt_table(name: str = "doubt-synthetic-1") -> Doubt:
    """Read a shipped table of how far off incidents of sightings are.

    Raises:
        FileNotFoundError: No table of that name ships with this version.
    """
    return read_doubt(_text(name, "tables"))


@cache
def outlet_table(name: str = "outlets-viina-2") -> OutletDoubt:
    """Read a shipped table of how far outlets are off.

    Raises:
        FileNotFoundError: No table of that name ships with this version.
    """
    return read_outlet_doubt(_text(name, "tables"))


def _text(name: str, shelf: str = "models") -> str:
    folder = files("waarborg.incidents") / shelf
    found = folder / f"{name}.json"
    if not found.is_file():
        known = sorted(
            f.name.removesuffix(".json") for f in folder.iterdir() if f.name.endswith(".json")
        )
        what = "fusion model" if shelf == "models" else "table"
        raise FileNotFoundError(f"no {what} {name!r}; shipped are {', '.join(known)}")
    return found.read_text(encoding="utf-8")
