"""What the tests of reports share: the shipped mission folder, and small releases."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter
from shapely.geometry import box

from waarborg.base.grades import Certainty
from waarborg.reports import collect, headlines, viina
from waarborg.reports.headlines import Lexicon
from waarborg.reports.mission import Box, Channel, Mission, Release

EXAMPLE = Path(__file__).parents[3] / "examples" / "easter-truce-2026"


@pytest.fixture(scope="session")
def mission():
    """The shipped settings."""
    data = tomllib.loads((EXAMPLE / "mission.toml").read_text(encoding="utf-8"))
    return TypeAdapter(Mission).validate_python(data)


@pytest.fixture(scope="session")
def reader():
    """A reader with the shipped words."""
    data = tomllib.loads((EXAMPLE / "words.toml").read_text(encoding="utf-8"))
    return headlines.reader(TypeAdapter(Lexicon).validate_python(data))


@pytest.fixture(scope="session")
def parsed(mission):
    """The two shipped releases, parsed."""
    return [
        viina.parse((EXAMPLE / release.file).read_bytes(), release, mission.channels["viina"])
        for release in mission.releases
    ]


@pytest.fixture(scope="session")
def collected(parsed, mission, reader):
    """All reports of the shipped releases."""
    return collect.collect(parsed, mission.channels, reader)


@pytest.fixture
def channel():
    """A channel with a small limit on lines."""
    return Channel(
        time_zone=ZoneInfo("Europe/Kyiv"),
        time_zone_certainty=Certainty.ASSUMED,
        time_zone_words="assumed",
        place_precision_m=5000.0,
        place_precision_words="assumed",
        max_line_bytes=4096,
        box=Box(20.0, 43.0, 60.0, 60.0),
    )


@pytest.fixture
def release():
    """A release that arrived at some moment."""
    return Release(
        "r.csv", "viina", datetime(2026, 4, 24, tzinfo=UTC), Certainty.ASSUMED, "assumed"
    )


@pytest.fixture
def square():
    """A zone of ten degrees a side."""
    return {"Z": box(30, 40, 40, 50)}
