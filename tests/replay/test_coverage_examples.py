"""The answers that the docs give on the texts of Berlin and Paris, held as they stand there."""

import pytest

from waarborg.agreement.load import load
from waarborg.agreement.zones import read_zones
from waarborg.coverage.asked import Asked
from waarborg.coverage.gaps import Answer
from waarborg.coverage.parting import Split, apart
from waarborg.coverage.prove import Wanted, prove


@pytest.fixture(scope="module")
def answered(request):
    """Give a way to ask the exercise file, read over the map of the Easter truce."""
    folder = request.config.rootpath / "examples" / "easter-truce-2026"
    zones = read_zones((folder / "zones.geojson").read_text(encoding="utf-8"), "zones.geojson")
    text = load((folder / "exercise.yaml").read_text(encoding="utf-8"), "exercise.yaml", zones)

    def ask(reading, need, wanted=None, **question):
        return prove(text, zones, Asked(text.needs[need], **question), reading, wanted)

    return ask


@pytest.fixture(scope="module")
def answered_apart(request):
    """Give a way to hold the words as they stand against the texts without the reported steps."""
    folder = request.config.rootpath / "examples" / "easter-truce-2026"
    zones = read_zones((folder / "zones.geojson").read_text(encoding="utf-8"), "zones.geojson")
    text = load((folder / "exercise.yaml").read_text(encoding="utf-8"), "exercise.yaml", zones)
    return lambda need: apart(text, zones, Asked(text.needs[need]), ("", "without_ladder"))[0]


def families(found):
    """The families of a kind of gap, in words."""
    return [gap.family.words for gap in found.gaps]


def single(proof):
    """The single points of failure, by name."""
    return [element.name for element in proof.cuts.single_points]


def test_texts_alone_oblige_nobody_without_a_ruling(answered):
    """On the texts alone nobody owes anything unless the Commission has found a breach by Russia."""
    proof = answered("without_ladder", "some_answer")
    assert families(proof.plain) == ["the ruling is not breach found", "the actor is Ukraine"]
    assert families(proof.unknown) == [
        "the actor is Russian Federation or is not known; the ruling is not known",
        "the actor is not known; the ruling is breach found or is not known",
    ]
    assert single(proof) == ["body special_commission"]


def test_may_include_obliges_nobody_to_armed_force(answered):
    """On the texts alone no breach at all obliges another state to armed force."""
    proof = answered("without_ladder", "armed_answer")
    assert proof.plain.every_breach
    assert not proof.cuts.ever_met


def test_reported_steps_leave_only_what_ukraine_does(answered):
    """With the reported steps each breach by Russia gets some answer, unless nobody can be named."""
    proof = answered("", "some_answer")
    assert families(proof.plain) == ["the actor is Ukraine"]
    assert families(proof.unknown) == ["the actor is not known"]
    assert single(proof) == ["guarantor UA"]


def test_armed_answer_waits_a_day_and_hangs_on_washington(answered):
    """With the steps, armed force by others waits a day and hangs on the United States alone."""
    proof = answered("", "armed_answer")
    assert families(proof.plain) == [
        "it is not so that the fighting goes on",
        "the actor is Ukraine",
        "the number of hours since the first breach is at most 23",
    ]
    assert single(proof) == ["approval US-congress", "backstop us-backstop", "guarantor US"]


def test_what_the_reported_steps_add(answered_apart):
    """The steps add armed force where the fighting goes on a day after Russia's first breach, no more."""
    told = {p.split: [f.words for f in p.families] for p in answered_apart("armed_answer").partings}
    assert told == {
        Split.BREACH: [],
        Split.NO_BREACH: [],
        Split.ANSWERED: [
            (
                "the actor is Russian Federation; the number of hours since the first breach is at "
                "least 24; the fighting goes on"
            )
        ],
        Split.UNANSWERED: [],
    }


def test_what_to_make_certain_so_that_any_one_else_may_fail(answered):
    """Congress, the backstop and a second state beside the United States, all three."""
    proof = answered("", "armed_answer", wanted=Wanted(mend=True))
    assert [[step.element.name for step in way] for way in proof.firming.alternatives] == [
        ["approval US-congress", "backstop us-backstop", "guarantor US"]
    ]


def test_circle_covers_nothing(answered):
    """If the backstop waits for the force and the force for the backstop, no armed answer is owed."""
    proof = answered("circular", "armed_answer")
    assert proof.circles == (("force/FR", "force/GB", "us-backstop"),)
    assert proof.plain.every_breach


def test_every_answer_carries_what_it_rests_on(answered):
    """The exercise sentence, the digest of the text and what is assumed stand beside each answer."""
    basis = answered("", "armed_answer").basis
    assert basis.exercise == "exercise: no such guarantee was in force"
    assert len(basis.digest) == 64
    assert any(note.startswith("assumed in the reading") for note in basis.notes)


OTHERS = {
    "minsk-2": ("any_answer", ("whole-on-each-side", "fourteen-days-from-the-ceasefire")),
    "karabakh-2020": ("answer", ("no-corridor",)),
    "israel-lebanon-2024": ("ruling", ("threats-too", "no-answer")),
}


def opened(request, name):
    """Give a shipped agreement and its map."""
    folder = request.config.rootpath / "examples" / "agreements" / name
    zones = read_zones((folder / "zones.geojson").read_text(encoding="utf-8"), "zones.geojson")
    return load((folder / "agreement.yaml").read_text(encoding="utf-8"), name, zones), zones


@pytest.mark.parametrize("name", OTHERS)
def test_texts_that_name_nobody_who_must_answer(request, name):
    """Minsk, Karabakh and the Israel-Lebanon text oblige nobody, under any of their readings."""
    text, zones = opened(request, name)
    need, readings = OTHERS[name]
    assert tuple(text.readings) == readings
    for reading in ("", *readings):
        proof = prove(text, zones, Asked(text.needs[need]), reading)
        assert proof.plain.every_breach
        assert not proof.cuts.ever_met


def test_if_threats_count_israels_strikes_on_what_is_military_do_not(request):
    """On the wide reading of the exception Israel's acts on military targets are no sure breaches."""
    text, zones = opened(request, "israel-lebanon-2024")
    (found,) = apart(text, zones, Asked(text.needs["ruling"]), ("", "threats-too"))
    told = {p.split: [f.words for f in p.families] for p in found.partings}
    assert told[Split.BREACH][-1].startswith(
        "the actor is Israel; the act is neither heavy weapons"
    )
    assert told[Split.BREACH][-1].endswith("the target is military or is not known")
    assert [told[s] for s in Split if s is not Split.BREACH] == [[], [], []]


def test_a_rule_about_the_corridor_cannot_be_broken_where_there_is_none(request):
    """Where the corridor forbids the sides nothing, its rule has no breach to answer, and this is said."""
    text, zones = opened(request, "karabakh-2020")
    said = "nothing to answer under corridor: no breach can occur by Armenia, Azerbaijan"
    asked = Asked(text.needs["answer"])
    assert said in prove(text, zones, asked, "no-corridor").basis.notes
    assert said not in prove(text, zones, asked).basis.notes


def test_two_rivers_is_answered_throughout_in_both_versions(request):
    """The made-up text is answered in the time of each of its versions, alike."""
    text, zones = opened(request, "two-rivers")
    proof = prove(text, zones, Asked(text.needs["some-answer"]))
    assert proof.basis.versions == ("1", "2")
    assert (proof.plain.answer, proof.unknown.answer) == (Answer.NONE, Answer.NONE)
