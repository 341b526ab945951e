"""Generated missions: rows of reports over the days and places of the small mission."""

from __future__ import annotations

from hypothesis import strategies as st

from small_mission import HERE, Mission, release, row

DAYS = tuple(f"2030-04-{day:02d}" for day in range(9, 15))
SLUGS = (
    "",
    "ardanians shelled mill",
    "ardanians attacked harbour with drones",
    "borlanders attacked depot with drones",
    "borlanders stormed quarry",
    "after attack bridge closed",
    "harvest fair opens",
)
OUTLETS = ("herald", "courier", "mirror")

Row = dict[str, str]


@st.composite
def rows(draw: st.DrawFn, least: int = 1, most: int = 10, prefix: str = "r") -> list[Row]:
    """Rows with keys of their own, in places and days of the small mission."""
    number = draw(st.integers(least, most))
    return [
        row(
            f"{prefix}{n}",
            draw(st.sampled_from(DAYS)),
            draw(st.sampled_from(sorted(HERE))),
            draw(st.sampled_from("SDAFO")),
            draw(st.sampled_from(OUTLETS)),
            draw(st.sampled_from(SLUGS)),
        )
        for n in range(number)
    ]


def mission_of(*releases: list[Row]) -> Mission:
    """A small mission with these releases, a day apart."""
    return Mission(
        tuple(
            (release(found), f"2030-04-{15 + n}T12:00:00+03:00") for n, found in enumerate(releases)
        )
    )
