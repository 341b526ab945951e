"""What a transliterated headline says, whatever its outlet's language and spelling."""

from __future__ import annotations

from datetime import date

import pytest

from waarborg.incidents.regions import named
from waarborg.incidents.words import fold, named_day, stem, tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("harkova", "kharkovi"),
        ("dnepr", "dnipr"),
        ("kiyevi", "kieve"),
        ("pechenizkogo", "pechenizke"),
        ("taganrog", "taganrozi"),
        ("zagorilasya", "zagorilasia"),
    ],
)
def test_spellings_of_one_word_fold_together(one, other):
    """Ukrainian, Russian and the habits of outlets give one stem, up to the case ending."""
    shorter = min(len(stem(one)), len(stem(other)))

    assert stem(one)[:5] == stem(other)[:5]
    assert shorter >= 3


def test_a_doubled_letter_counts_once():
    """Odessa and Odesa are one."""
    assert fold("odessa") == fold("odesa")


def test_words_of_two_languages_give_one_concept():
    """Killed and wounded, drones and bombs are told alike from Russian and Ukrainian."""
    russian = set(tokens("rossiyane sbrosili shest kabov na dambu est ranenye"))
    ukrainian = set(tokens("rosiyani skinuli shist aviabomb na greblyu ye poraneni"))

    assert {"#6", "*bomb", "*bombdrop", "*dam", "*injured"} <= russian & ukrainian


def test_a_day_a_number_and_a_designation_are_told_apart():
    """16 April is a day, 11 a number, An-26 a type of aircraft."""
    found = set(tokens("ataka 16 kvitnya poraneno 11 lyudey an 26"))

    assert {"@04-16", "#11", "an26"} <= found


def test_an_apostrophe_lost_in_an_address_is_mended():
    """Five wounded are five, although the address writes p yatero."""
    assert "#5" in tokens("p yatero poranenih")


def test_ordinary_words_carry_nothing():
    """What every headline says is no sign."""
    assert tokens("viyna z rosiyeyu novini foto video") == ()


def test_a_headline_without_words_has_no_signs():
    """An address that holds only a number says nothing."""
    assert tokens("") == ()


@pytest.mark.parametrize(
    ("headline", "found"),
    [
        ("ataka na dnipro 25 kvitnya", date(2026, 4, 25)),
        ("ataka 31 grudnya", None),
        ("vid 3 kvitnya do 5 kvitnya", None),
        ("ataka 31 kvitnya", None),
        ("ataka", None),
    ],
)
def test_the_one_day_a_headline_names(headline, found):
    """Only one existing day near the report is taken; two, or a far one, are none."""
    assert named_day(headline, date(2026, 4, 24)) == found


@pytest.mark.parametrize(
    "headline",
    [
        "Russian missile strike kills two at Kharkiv's market",
        "Raketaanval op markt in Charkiv: twee doden",
        "Ракетный удар по рынку в Харькове, двое погибших",
        "raketniy udar po rinku u harkovi zaginulo dvoe",
    ],
)
def test_four_languages_and_two_alphabets_tell_one_thing(headline):
    """Weapon, attack, dead and their number are read alike from English, Dutch, Russian and Ukrainian."""
    assert {"*missile", "*attack", "*killed", "#2"} <= set(tokens(headline))


def test_an_english_name_in_a_ukrainian_headline_stays_a_name():
    """One western word among others is a name: a firm called Fire Point is no fire."""
    assert "*fire" not in tokens("kompaniya fire point pokazala novu raketu")


def test_cyrillic_and_its_transliteration_are_read_alike():
    """A headline in its own letters gives the signs of its address."""
    assert tokens("Росіяни вдарили шістьма КАБами по дамбі") == tokens(
        "rosiyany vdaryly shistma kabamy po dambi"
    )


def test_a_month_is_read_in_english_and_dutch():
    """A day named in the west is a day."""
    assert "@04-16" in tokens("two killed as drones hit kyiv on 16 april")
    assert "@03-03" in tokens("twee doden bij aanval op 3 maart")


@pytest.mark.parametrize(
    ("word", "concept", "like"),
    [
        ("nastupniy", "*assault", "nastup"),
        ("peremoga", "*ceasefire", "peremirya"),
        ("uragan", "*occupier", "vrag"),
        ("svitlana", "*energy", "svitlo"),
        ("portugaliya", "*port", "portu"),
        ("katerina", "*ship", "kater"),
        ("skladnosti", "*store", "skladi"),
        ("znestrumleno", "*destroyed", "znesli"),
    ],
)
def test_a_word_that_only_begins_like_a_concept_is_none(word, concept, like):
    """The next is no offensive, a victory no truce, a hurricane no enemy."""
    assert concept not in tokens(word)
    assert concept in tokens(like)


@pytest.mark.parametrize(
    ("one", "other", "concept"),
    [
        ("sprostuvali", "otritsayut", "*denial"),
        ("zvilnili", "osvobozhdena", "*liberated"),
        ("naftoprovid", "nefteprovod", "*pipeline"),
        ("palnogo", "benzinu", "*oil"),
        ("polonu", "plena", "*prisoner"),
        ("opalennya", "otopleniya", "*heat"),
    ],
)
def test_more_words_of_two_languages_mean_one_thing(one, other, concept):
    """Denials, liberated places, pipelines, fuel, captivity and heating are told alike."""
    assert concept in tokens(one)
    assert concept in tokens(other)


@pytest.mark.parametrize(
    ("one", "other", "concept"),
    [
        ("kordonu", "granitsy", "*border"),
        ("zupinili", "ostanovila", "*stopped"),
        ("zhinku", "zhenshtinu", "*woman"),
        ("poperediv", "predupredili", "*warned"),
        ("ugorshchina", "vengriya", "*hungary"),
        ("zsu", "vsu", "*uaforces"),
        ("kijivvodokanal", "vody", "*water"),
    ],
)
def test_ordinary_words_of_two_languages_mean_one_thing(one, other, concept):
    """Ordinary news has its Ukrainian and its Russian word, and they are one concept."""
    assert concept in tokens(one)
    assert concept in tokens(other)


def test_forms_of_the_past_are_one_word():
    """Who did it, he, she or they, changes the ending of a verb and nothing else."""
    assert tokens("prodav") == tokens("prodala") == tokens("prodali") == tokens("prodati")


def test_a_town_after_na_is_the_country_around_it():
    """After "na" a town's name is the region, after "u" the town; what an apostrophe parted is one word."""
    around, town = named("udar na zaporizhzhi"), named("udar u zaporizhzhi")

    assert around.wholes
    assert not around.towns
    assert town.towns
    assert not town.wholes
    assert named("u slov yansku") == named("u slovyansku") != named("")
