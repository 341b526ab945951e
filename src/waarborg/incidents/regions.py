"""Which regions a headline names, so that two events of two regions are told apart by their own words.

A report that names several regions is geocoded to each of them, and the geocoder errs; what the headline
says is the better witness. Rules this module keeps:
1. A region is read from the headline alone, in any of the spellings that `words.fold` makes one.
2. A region not in the table names nothing: that is no evidence either way.

Source: oblasts of Ukraine (ISO 3166-2:UA) and the regions of Russia that headlines of January to July
2026 name most (VIINA 2.0 addresses, the days 3 to 16 May left out).
"""

from __future__ import annotations

from functools import lru_cache

from waarborg.incidents.words import fold, latin

REGIONS: dict[str, tuple[str, ...]] = {
    "Kyiv": ("kiyev", "kyiv", "kiyivshch", "brovar", "borispil"),
    "Kharkiv": ("harkiv", "harkov", "chuguy", "chuguev", "balakli", "izyum", "kupyansk", "kupiansk", "vovchansk", "zolochev"),
    "Odesa": ("odes", "izmail", "chornomorsk"),
    "Dnipropetrovsk": ("dnipr", "dnepr", "krivomu$", "krivom$", "kriviy$", "kryvyy$", "krivoriz", "kryvoriz", "nikopol", "nikopil", "pavlogra", "pavlohra", "marganc", "sinelnik"),
    "Zaporizhzhia": ("zaporizh", "zaporozh", "zaporizk", "melitopol", "melitopil", "berdyansk", "berdiansk", "gulyaypil", "guliaipil", "orihiv", "vilnyansk", "vilniansk", "energodar"),
    "Kherson": ("herson", "genichesk", "kahovk", "chaplink"),
    "Mykolaiv": ("mikolayev", "mikolaiv", "mykolayiv", "mykolaiv", "nikolaev", "nikolayev"),
    "Sumy": ("sumi$", "sumy$", "sumah$", "sumsk", "sumshch", "konotop", "shostk", "glukhiv", "gluhiv", "ohtirc", "okhtirk"),
    "Chernihiv": ("chernigiv", "chernigov", "priluk", "pryluk", "nizhin", "siversk"),
    "Poltava": ("poltav", "kremenchuk", "kremenchug", "lubn"),
    "Donetsk": ("donec", "donech", "donets", "kramator", "slovyansk", "slaviansk", "pokrovsk", "kostyantin", "druzhkiv", "druzhkov", "mariupol", "debalc", "debaltse", "mirnograd"),
    "Luhansk": ("lugan", "starobil", "starobel", "rovenk"),
    "Crimea": ("krim$", "krimu$", "krimi$", "krym$", "krymu$", "krimsk", "sevastop", "simferop", "feodos", "kerch", "dzhanko", "armyansk", "saksk", "yevpator", "evpator"),
    "Cherkasy": ("cherkas", "uman$", "umani$"),
    "Zhytomyr": ("zhitomir", "zhytomyr", "korosten"),
    "Khmelnytskyi": ("hmelnic", "hmelnich", "hmelnits", "hmelnyts", "starokost"),
    "Vinnytsia": ("vinnic", "vinnich", "vinnits", "vinnyts"),
    "Lviv": ("lviv", "lvov", "lvivshch", "brodi$", "brody$"),
    "Ivano-Frankivsk": ("frankiv", "prikarpat", "burshtin"),
    "Ternopil": ("ternop",),
    "Rivne": ("rivnen", "rivne$", "rovenskoi"),
    "Volyn": ("volin", "volyn", "luck$", "lucku$", "lutsk"),
    "Zakarpattia": ("zakarpat", "uzhgorod", "mukachev"),
    "Kirovohrad": ("kropivn", "kirovogra"),
    "Chernivtsi": ("chernivc", "chernivt", "bukovin"),
    "Belgorod": ("belgor", "byelgor", "bilgorods"),
    "Kursk": ("kursk",),
    "Bryansk": ("bryansk", "briansk"),
    "Krasnodar": ("krasnodar", "kuban", "novorosi", "tuaps", "taman", "afip", "temryuk", "ilsk"),
    "Rostov": ("rostov", "taganro", "novocherk", "novosha"),
    "Leningrad": ("leningrad", "luga$", "luzi$", "primorsk", "peterbu"),
    "Samara": ("samar", "sizran", "syzran", "novokuib", "novokuyb"),
    "Saratov": ("saratov", "engels"),
    "Volgograd": ("volgogr",),
    "Voronezh": ("voronezh",),
    "Ryazan": ("ryazan", "riazan"),
    "Yaroslavl": ("yaroslav",),
    "Tatarstan": ("tatarst", "yelabu", "nizhnokam"),
    "Bashkortostan": ("bashki", "ufi$", "ufa$", "ufe$"),
    "Perm": ("perm$", "permi$", "permsk"),
}  # fmt: skip
"""Beginnings of words that name a region or a town in it; "$" at the end asks for the whole word."""


def _spelt(mark: str) -> str:
    return fold(mark.removesuffix("$")) + ("$" if mark[-1] == "$" else "")


_BY_FIRST: dict[str, list[tuple[str, int]]] = {}
for _number, _marks in enumerate(REGIONS.values()):
    for _mark in {_spelt(_mark) for _mark in _marks}:
        _BY_FIRST.setdefault(_mark[0], []).append((_mark, 1 << _number))


@lru_cache(maxsize=200_000)
def _bits(word: str) -> int:
    folded = fold(word)
    found = 0
    for mark, bit in _BY_FIRST.get(folded[0], ()):
        if folded == mark[:-1] if mark[-1] == "$" else folded.startswith(mark):
            found |= bit
    return found


@lru_cache(maxsize=400_000)
def regions(headline: str) -> int:
    """The regions that a headline names, one bit each in the order of `REGIONS`; 0 for none."""
    found = 0
    for word in latin(headline.lower()).split():
        found |= _bits(word)
    return found


def region_names(headline: str) -> tuple[str, ...]:
    """The names of the regions that a headline names, in the order of `REGIONS`."""
    held = regions(headline)
    return tuple(name for number, name in enumerate(REGIONS) if held >> number & 1)
