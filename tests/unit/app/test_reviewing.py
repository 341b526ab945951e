"""What a reviewer sees: the least certain joins first, and the nearest report that is not in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from small_mission import ROWS, CommandResult, Mission, release, row
from waarborg.app.services.held import held_of
from waarborg.app.services.reviewing import joins
from waarborg.incidents.fuse import fuse
from waarborg.incidents.incident import IncidentId
from waarborg.incidents.nearest import nearest
from waarborg.store.fusion_models import fusion_model

Run = tuple[Path, Callable[..., CommandResult]]

TOLD = (
    row("20300412-0901-0", "2030-04-12", slug="artillery shells hit the water tower at norvik two killed"),
    row("20300412-0902-0", "2030-04-12", source="gazette",
        slug="two killed as artillery shells hit the water tower at norvik"),
    row("20300413-0903-0", "2030-04-13", source="courier", slug="lighthouse of norvik reopened as museum"),
    row("20300414-0904-0", "2030-04-14", source="courier", slug="water tower at norvik too old engineers warn"),
    row("20300412-0905-0", "2030-04-12", "Sudby", slug="drones burnt a bakery"),
    row("20300412-0906-0", "2030-04-12", "Sudby", slug="mortar fire on the brewery"),
    row("20300412-0907-0", "2030-04-12", "Sudby", slug="missile struck the opera"),
)  # fmt: skip


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, waarborg: Callable[..., CommandResult]) -> Run:
    """A run of a small mission in which some reports are joined."""
    base = tmp_path_factory.mktemp("review")
    mission = Mission(((release((*ROWS, *TOLD)), "2030-04-14T12:00:00+03:00"),))
    assert waarborg("run", mission.write(base / "m"), "--out", base / "out").code == 0
    return base / "out", waarborg


def test_the_least_certain_join_comes_first(ran: Run) -> None:
    """Joins rise in certainty, each pair stands once, with what speaks for and against it."""
    out, waarborg = ran
    done = waarborg("joins", "--out", out, "--json")
    found = json.loads(done.out)["joins"]
    pairs = [frozenset((join["one"], join["other"])) for join in found]

    assert found
    assert [join["probability"] for join in found] == sorted(join["probability"] for join in found)
    assert len(set(pairs)) == len(pairs)
    assert all(join["speaks_for"] for join in found)


def test_a_run_tells_what_one_judgement_would_change_and_why_a_pair_is_joined(ran: Run) -> None:
    """Of a join of the run: different parts its incident, the same changes nothing, and the pair is explained."""
    out, waarborg = ran
    join = json.loads(waarborg("joins", "--out", out, "--json").out)["joins"][0]
    pair = f"{join['one']},{join['other']}"
    change = waarborg("joins", "--out", out, "--if-different", pair).out
    told = waarborg("explain", pair, "--out", out).out

    assert join["incident"] in change
    assert " would become " in change
    assert waarborg("joins", "--out", out, "--if-same", pair).out.endswith("nothing would change\n")
    assert told.startswith(f"{min(join['one'], join['other'])} and ")
    assert " are in one incident" in told
    assert json.loads(waarborg("explain", pair, "--out", out, "--json").out)["together"]


def test_joins_are_told_in_words(ran: Run) -> None:
    """A person reads both headlines and how many joins there are."""
    out, waarborg = ran
    done = waarborg("joins", "--out", out, "--limit", "1")

    assert done.out.startswith("1. ")
    assert "2030-04-14: water tower at norvik too old engineers warn" in " ".join(done.out.split())
    assert "1 of " in done.out
    assert "the least certain first" in done.out
    assert "; chance 1 / (1 + e^" in " ".join(done.out.split())


def test_joins_need_a_run(tmp_path: Path, waarborg: Callable[..., CommandResult]) -> None:
    """Without a run the command says where to get one."""
    done = waarborg("joins", "--out", tmp_path)

    assert done.code == 1
    assert "CLI-003" in done.err


def test_an_incident_is_explained_with_its_witnesses_and_what_is_not_in(ran: Run) -> None:
    """Kinds of text, independent witnesses and the nearest report outside stand in the explanation."""
    out, waarborg = ran
    reports = (
        Mission(((release((*ROWS, *TOLD)), "2030-04-14T12:00:00+03:00"),)).open().inputs.reports
    )
    tower = next(str(r.id) for r in reports if "shells hit the water tower" in r.headline)
    rows = [json.loads(line) for line in (out / "incidents.jsonl").read_text().splitlines()]
    joined = next(i for i in rows if tower in {member["report"] for member in i["members"]})
    done = waarborg("explain", joined["id"], "--out", out)

    assert "independent witnesses: " in done.out
    assert "kinds of text: " in done.out
    assert "Nearest report that is not in: " in done.out
    assert "nats; with the whole incident" in done.out


def test_an_episode_is_explained_as_a_heading(ran: Run) -> None:
    """An episode lists its incidents and says that it is not counted."""
    out, waarborg = ran
    rows = [json.loads(line) for line in (out / "episodes.jsonl").read_text().splitlines()]
    assert rows
    done = waarborg("explain", rows[0]["id"], "--out", out)

    assert "an episode is a heading: counts are counts of incidents" in done.out
    assert all(name in done.out for name in rows[0]["incidents"])


def test_the_nearest_report_is_never_one_of_the_incident() -> None:
    """The neighbour lies outside, and the evidence adds up from its terms."""
    reports = (
        Mission(((release((*ROWS, *TOLD)), "2030-04-14T12:00:00+03:00"),)).open().inputs.reports
    )
    model = fusion_model()
    incidents = fuse(reports, model)
    held = {report: incident.id for incident in incidents for report in incident.reports}
    found = {i.id: nearest(i.id, reports, held, model) for i in incidents}

    assert any(found.values())
    for name, neighbour in found.items():
        if neighbour is not None:
            assert held[neighbour.inside] == name != held[neighbour.outside]
            assert neighbour.nats == pytest.approx(sum(t.nats for t in neighbour.terms), abs=0.01)


def test_a_report_that_nothing_resembles_has_no_neighbour() -> None:
    """A report alone in the world is said to have none."""
    reports = Mission().open().inputs.reports[:1]

    assert (
        nearest(IncidentId("inc-1"), reports, {reports[0].id: IncidentId("inc-1")}, fusion_model())
        is None
    )


def test_a_judgement_is_shown_with_the_join() -> None:
    """Who judged a pair is told, and the judgement is no evidence beside the terms."""
    reports = {str(r.id): r for r in Mission().open().inputs.reports[:2]}
    one, other = reports
    member = {
        "report": one,
        "partner": other,
        "probability": 1.0,
        "terms": [
            {"name": "judgement", "nats": 1000.0, "words": "Ann judged them same"},
            {"name": "place", "nats": -1.0, "words": "apart"},
        ],
    }
    found = joins([{"id": "inc-1", "members": [member]}], reports)

    assert [(j.judged, j.speaks_for, j.speaks_against) for j in found] == [
        ("Ann judged them same", (), (("apart", -1.0),))
    ]


BOUNDS = {
    "table": "outlets-viina-2", "place_chance": 0.98, "radius_km": 5.0,
    "earliest": "2026-04-12", "latest": "2026-04-14",
    "acts": [["drone_strike", 0.84], ["missile_strike", 0.11]],
    "numbers": [{"harm": "killed", "likeliest": 3, "low": 2, "high": 6, "outlets": 2}],
    "unknown": ["injured: no headline names a number"],
}  # fmt: skip


def test_what_is_held_of_an_incident_is_told_in_lines() -> None:
    """Witnesses, tolls and spread each have a line; without witnesses that is said."""
    row = {
        "least": 0, "most": 2, "witnesses": [], "spread_km": 12.5, "independent": None, "bounds": BOUNDS,
        "texts": [{"genre": "round_up"}, {"genre": "round_up"}],
        "tolls": [{"harm": "killed", "least": 2, "most": 3, "reports": ["a", "b"]}],
    }  # fmt: skip

    assert held_of(row) == [
        "independent witnesses: 0 to 2",
        "kinds of text: 2 round up",
        "no report here is an account by a witness: round-ups and commentary only",
        "killed: 2 to 3, by 2 reports",
        "its reports name places up to 12.5 km apart",
        "the place is right with 98%, and within 5.0 km of it nine times in ten",
        "it happened between 2026-04-12 and 2026-04-14 nine times in ten",
        "kind of act: drone strike 84%, missile strike 11%",
        "killed: 3 (2 to 6 nine times in ten), told by 2 outlets",
        "not known: injured: no headline names a number",
        "bounds by outlets-viina-2",
    ]
    assert held_of(None) == []


def test_witnesses_that_stand_on_their_own_are_told_as_a_chance_beside_the_count() -> None:
    """The hard count stays, and each pair of outlets says why it may be one."""
    pair = {"one": "liga", "other": "nv", "shown": "origin", "chance": 0.94}
    row = {
        "least": 1, "most": 2, "witnesses": [], "spread_km": None, "texts": [], "tolls": [],
        "independent": {"expected": 1.06, "low": 1, "high": 2, "two_or_more": 0.06},
        "together": [{**pair, "one": "a", "other": str(n), "chance": 0.1} for n in range(6)] + [pair],
        "copying": "copying-2026-1", "bounds": BOUNDS | {"place_chance": None},
    }  # fmt: skip
    lines = held_of(row)

    assert lines[:3] == [
        "independent witnesses: 1 to 2",
        (
            "2 outlets count for 1.1 witnesses that stand on their own (1 to 2 with a chance of nine in "
            "ten; at least two: 6%; copying-2026-1)"
        ),
        "liga and nv have it from one origin: 94% (both name one authority)",
    ]
    assert not any(line.startswith("the place") for line in lines)
    assert lines[8] == "and 1 more pair of outlets with smaller chances"
