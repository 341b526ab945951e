"""What the glossary makes of stems: one sign for a fact or a name, in either language."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from headlines_made import web_report
from waarborg.incidents import glossary
from waarborg.incidents.columns import lay
from waarborg.incidents.compare import compare_pairs
from waarborg.incidents.glossary import SIGNS
from waarborg.incidents.glossary_names import BODIES, PERSONS, PLACES
from waarborg.incidents.glossary_words import NOTHING, WORDS
from waarborg.incidents.model import FEATURES
from waarborg.incidents.words import as_written, is_concept, stem, tokens
from waarborg.store.fusion_models import fusion_model


@pytest.mark.parametrize(
    ("one", "other", "sign"),
    [
        ("kosulya shovalas pid mashinoyu", "vryatuvali kozulyu z pid mashini", "*roe_deer"),
        ("pam yatnik bulgakovu", "demontuvali mihaylu bulgakovu", "bulgakov"),
        ("pozhezha na sudni", "gorit sudno", "*ship"),
    ],
)
def test_two_spellings_of_a_word_or_name_give_one_sign(one, other, sign):
    """A roe deer, a writer and Bulgakov are the same in whatever form a headline has them."""
    assert sign in tokens(one)
    assert sign in tokens(other)


def test_a_stem_stands_in_one_entry():
    """No stem is listed twice, so that the order of the lists decides nothing."""
    stems = Counter(NOTHING.split())
    for listed in (WORDS, PERSONS, PLACES, BODIES):
        stems.update(held for _, entry in glossary._entries(listed) for held in entry)

    assert [held for held, times in stems.items() if times > 1] == []
    assert len(SIGNS) == len(stems)


def test_every_entry_has_a_name_and_stems():
    """An entry without a colon, a name or a stem is a slip of the pen."""
    for listed in (WORDS, PERSONS, PLACES, BODIES):
        for name, stems in glossary._entries(listed):
            assert name, stems
            assert stems, name


def test_what_carries_nothing_gives_no_sign():
    """A word of the outlets' style is no sign, though no list of stop words has it."""
    nothing = next(held for held in NOTHING.split() if stem(held) == held and len(held) > 3)

    assert tokens(nothing) == ()


def test_a_word_that_nobody_listed_stays_its_stem():
    """What the glossary does not know is still compared letter by letter."""
    assert tokens("kvazimodnikami") == (stem("kvazimodnikami"),)


def test_a_wording_is_that_of_the_words_as_written():
    """One animal spelt in two ways is one sign, and two wordings; concepts of the lexicon are in both."""
    one, other = "kosulya zagoriloya", "kozulya pozhezha"

    assert set(tokens(one)) & set(tokens(other)) == {"*roe_deer", "*fire"}
    assert as_written(one) & as_written(other) == {"*fire"}


def test_a_word_of_the_glossary_is_no_concept():
    """What fusion judges by is a concept; an ordinary word, a name, a stem or a number is none."""
    assert is_concept("*fire")
    assert not any(map(is_concept, ("*roe_deer", "bulgakov", "kvazimi", "#12", "@04-16")))


def test_an_english_headline_is_not_read_by_it():
    """English and Dutch words that look like a listed stem keep their own reading."""
    slavic = next(held for held in SIGNS if held.isascii() and held.islower() and len(held) == 4)

    assert SIGNS[slavic] not in tokens(f"police arrest man after {slavic} attack")


def test_headlines_of_one_subject_are_alike():
    """What two headlines on a power cut are about is alike, a headline on a strike at a refinery is not of it."""
    model = fusion_model()
    reports = [
        web_report("a", "u kiyevi ekstreni vidklyuchennya svitla", "unian"),
        web_report("b", "v kieve net elektrichestva grafik otklyuchenii", "liga"),
        web_report("c", "droni urazili npz u krasnodarskomu krayi", "militarnyy"),
        web_report("d", "kvazimodnikami", "nv"),
    ]
    told = lay(reports, model)
    at = FEATURES.index("subject_alike")
    alike = compare_pairs(told, np.array([0, 0, 0]), np.array([1, 2, 3]))[:, at]

    assert alike[0] > 0.7
    assert alike[1] < 0.5
    assert alike[2] == 0.0


def test_weather_of_two_days_is_no_evidence_of_one_event():
    """What is told anew every day differs on two days; on one day it says nothing against a join."""
    reports = [
        web_report("a", "pogoda u lvovi shtormove poperedzhennya", "unian"),
        web_report("b", "pogoda u lvovi sinoptiki poperedili", "nv"),
        web_report("c", "pogoda u lvovi do kincya dobi", "unian", day=15),
        web_report("d", "droni vdarili po lvovu", "unian", day=15),
    ]
    told = lay(reports, fusion_model())
    at = FEATURES.index("daily_news_of_two_days")
    differ = compare_pairs(told, np.array([0, 0, 0]), np.array([1, 2, 3]))[:, at]

    assert differ.tolist() == [0.0, 1.0, 0.0]
