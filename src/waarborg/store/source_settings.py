"""How a source is read when no mission says more: settings that ship with the package, by version.

Rules this module keeps:
1. A file fused without a mission is read as a mission would read it: the same stand-in places, accidents and
   words; only where reports may lie is not bounded.
"""

from __future__ import annotations

from importlib.resources import files

from waarborg.base.problems import Problem, ProblemsFound
from waarborg.reports.headlines import Lexicon
from waarborg.reports.mission import Channel
from waarborg.store.mission_folder import read_form

VIINA = "viina-1"
"""The settings for releases of VIINA."""


def source_settings(name: str = VIINA) -> tuple[Channel, Lexicon]:
    """Read what ships about a source: its channel, and the words of its headlines.

    Args:
        name: As "viina-1".

    Raises:
        FileNotFoundError: No settings of that name ship with this version.
    """
    folder = files("waarborg.store") / "settings"
    problems: list[Problem] = []
    channel = read_form(f"{name}.toml", (folder / f"{name}.toml").read_bytes(), Channel, problems)
    words = f"{name}.words.toml"
    lexicon = read_form(words, (folder / words).read_bytes(), Lexicon, problems)
    if channel is None or lexicon is None:
        raise ProblemsFound(problems)
    return channel, lexicon
