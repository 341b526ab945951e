"""What headlines state, held against a sample labelled by hand."""

import csv
from pathlib import Path

import pytest

from waarborg.base.acts import Act
from waarborg.reports import headlines

SAMPLE = Path(__file__).parent / "data" / "headlines.csv"


def score(reader, part):
    """(right, wrong, missed) for acts and actors in a part of the sample."""
    totals = {"acts": [0, 0, 0], "actors": [0, 0, 0]}
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["part"] == part]
    for row in rows:
        read = reader.read(row["headline"], row["source"])
        found = {"acts": {e.act.value for e in read.acts}, "actors": {e.party for e in read.actors}}
        for kind, total in totals.items():
            truth = set(row[kind].split())
            for place, part_of in enumerate(
                (found[kind] & truth, found[kind] - truth, truth - found[kind])
            ):
                total[place] += len(part_of)
    return len(rows), totals


@pytest.mark.parametrize(
    ("part", "size", "acts", "actors"),
    [
        ("truce", 60, [29, 0, 3], [22, 0, 2]),
        ("april", 20, [13, 0, 0], [10, 0, 0]),
        ("january", 80, [39, 0, 6], [30, 0, 6]),
    ],
)
def test_the_figures_in_the_docs_hold(reader, part, size, acts, actors):
    """Right, wrong and missed are as the page on reading headlines says."""
    assert score(reader, part) == (size, {"acts": acts, "actors": actors})


@pytest.mark.parametrize(
    ("headline", "acts", "actors"),
    [
        ("rosiyani vdarili po odesi dronami", {Act.DRONE_STRIKE}, ["RU"]),
        ("zsu vdarili po naftobazi u krimu", {Act.FORCE_UNSPECIFIED}, ["UA"]),
        ("droni sbu urazili u krimu tri rosiyski korabli", {Act.DRONE_STRIKE}, ["UA"]),
        ("raketniy udar po rosiyanah", {Act.MISSILE_STRIKE}, []),
        ("udar po rf", {Act.FORCE_UNSPECIFIED}, []),
        ("v rf atakuvali zavod", {Act.FORCE_UNSPECIFIED}, []),
        ("obstril ukrajini sogodni", {Act.FORCE_UNSPECIFIED}, []),
        ("zsu zbili shahed", set(), []),
        ("vms ukr znyshhyly rosijskyj morskyj dron", set(), []),
        ("rosiyani ne atakuvali harkiv", set(), []),
        ("richnicya udaru rf po vokzalu", set(), []),
        ("vistavka pro udar rf", set(), []),
        ("tort spartak recept s zavarnym kremom bez raskatki korzhey", set(), []),
        ("rosiyani planuyut udar po kiyevu", set(), []),
        (
            "okkupanty rasstrelyali chetyreh plennyh zashtitnikov",
            {Act.KILLING_OF_PRISONERS},
            ["RU"],
        ),
        ("udar po zavodu z virobnictva droniv", {Act.FORCE_UNSPECIFIED}, []),
        ("partizani znishchili teplovoz rosiyan", {Act.SABOTAGE}, []),
        ("", set(), []),
    ],
)
def test_grammar(reader, headline, acts, actors):
    """Who strikes is told from who is struck."""
    read = reader.read(headline, "unian")
    assert {e.act for e in read.acts} == acts
    assert [e.party for e in read.actors] == actors


def test_the_enemy_depends_on_who_speaks(reader):
    """The words "the enemy" name a party only in outlets whose point of view is known."""
    headline = "vorog atakuvav port dronami"
    assert [e.party for e in reader.read(headline, "pravdaua").actors] == ["RU"]
    assert reader.read(headline, "ng").actors == ()


def test_swapping_the_parties_swaps_the_actors(reader):
    """Law 2: with the word lists of the parties exchanged, each actor is the other party."""
    lexicon = reader._lexicon
    swapped = {"RU": lexicon.actors["UA"], "UA": lexicon.actors["RU"]}
    from dataclasses import replace  # noqa: PLC0415  # used here alone

    other = headlines.reader(replace(lexicon, actors=swapped))
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            here = reader.read(row["headline"], row["source"])
            there = other.read(row["headline"], row["source"])
            assert here.acts == there.acts
            assert {e.party for e in here.actors} == {
                {"RU": "UA", "UA": "RU"}[e.party] for e in there.actors
            }
