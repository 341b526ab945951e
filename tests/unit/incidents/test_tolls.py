"""The numbers of killed and injured that a headline names."""

from __future__ import annotations

import pytest
from test_fuse import report

from waarborg.incidents.account import told_numbers
from waarborg.incidents.tolls import tolls


@pytest.mark.parametrize(
    ("headline", "killed", "injured"),
    [
        ("marshrutku 2 zagiblih i 7 poranenih", (2,), (7,)),
        ("rosiyani vbili dvoh lyudey", (2,), ()),
        ("desyat postrazhdalih u dnipri", (), (10,)),
        ("5 fabiv skinuli na misto", (), ()),
        ("99999 zagiblih", (), ()),
        # what the number counts is an age, a year, storeys, money, thousands, weapons, things
        ("u harkovi zaginuli 22 richna mati i 3 richniy sin", (), ()),
        ("a 34 year old man killed in kharkiv", (), ()),
        ("pogib 59 letnii muzhchina", (), ()),
        ("choloviku dali dovichne za vbivstvo 8 misyachnogo hlopchika", (), ()),
        ("bratska mogila zhertv 1943 roku znaydeno", (), ()),
        ("batko vorotarya metalista 1925 zaginuv na viyni", (), ()),
        ("ataka dronami na dnipro ruynuvannya 13 poverhivki zagibel dvoh lyudey", (2,), ()),
        ("ye zagibli 12 tisyach abonentiv bez svitla", (), ()),
        ("rf skinula na kramatorsk chotiri fabi poraneno 10 tsivilnikh", (), (10,)),
        ("postradali 25 predpriyatii", (), ()),
        ("zaginuv cholovik za 100 km vid frontu", (), ()),
        ("500 dolariv rodinam zagiblih", (), ()),
        ("na ternopilshchini znayshli mertvimi 13 kotiv reakciya policiji", (), ()),
        ("na prikarpatti vikrili shemu z 37 mertvimi dushami v sanatoriji", (), ()),
        ("feikovo mobilizovali pochti 300 mertvyh dush v ttsk", (), ()),
        # a page over something else
        ("u kiyevi vidkrili vistavku do 100 richchya zagibeli simona petlyuri", (), ()),
        ("vistavka 100 zagiblih geroiv u lvovi", (), ()),
        ("u rivnomu zhinka perekinula 13 portretiv zagiblih vojiniv", (), ()),
        # one word for harm has one number: the nearer, and not a part of those counted
        ("vibuh na pidpriyemstvi 8 postrazhdalih odin u tyazhkomu stani", (), (8,)),
        ("obstril margancya 13 lyudey postrazhdali chotiri u likarni", (), (13,)),
        ("okupanti vbili dvokh ukrainskikh poranenikh", (2,), ()),
        ("zaginula mati dvoh ditey", (), ()),
        ("zaginula zhinka chetvero gospitalizovani", (), ()),
        ("rosiyski viyskovi vbili dronom dvoh medikiv", (2,), ()),
        ("vinslidok udaru postrazhdali ponad 20 lyudey", (), (20,)),
        ("", (), ()),
    ],
)
def test_a_number_of_people_beside_a_word_for_harm_is_read(headline, killed, injured):
    """A number of people counts for the nearer word of harm within two words; a count of anything else does not."""
    found = tolls(headline)

    assert (found["killed"], found["injured"]) == (killed, injured)


def test_tolls_are_those_of_accounts_and_follow_ups():
    """What commentary, a round-up or a page without a headline names is no toll of the incident."""
    texts = (
        ("a", "udar po hersonu 2 zagiblih"),
        ("b", "ekspert poyasniv chomu 9 zagiblih pislya udaru po hersonu"),
        ("c", "golovne za dobu 40 zagiblih udar po hersonu"),
        ("d", ""),
        ("e", "udar po hersonu kilkist zagiblih zrosla pomerli 3 lyudini"),
    )
    told = told_numbers([report(name, headline) for name, headline in texts])

    assert told["killed"] == [(2, "a"), (3, "e")]
