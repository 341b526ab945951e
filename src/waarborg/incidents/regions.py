"""Which regions a headline names, so that two events of two regions are told apart by their own words.

A report that names several regions is geocoded to each of them, and the geocoder errs; what the headline
says is the better witness. Rules this module keeps:
1. A region is read from the headline alone, in any of the spellings that `words.fold` makes one.
2. A region not in the table names nothing: that is no evidence either way.

Source: oblasts of Ukraine (ISO 3166-2:UA) and the regions of Russia that headlines of January to July
2026 name most (VIINA 2.0 addresses, the days 3 to 16 May left out).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from waarborg.incidents.words import fold, plain_words

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


TOWNS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Kyiv": ("Kyiv", ("kiyev", "kyiv")), "Brovary": ("Kyiv", ("brovar",)), "Boryspil": ("Kyiv", ("borispil",)),
    "Bila Tserkva": ("Kyiv", ("bilotserk", "bilocerk")), "Fastiv": ("Kyiv", ("fastiv", "fastov")),
    "Vyshhorod": ("Kyiv", ("vishgor", "vyshgor")), "Bucha": ("Kyiv", ("bucha$", "buchi$", "buchans")), "Irpin": ("Kyiv", ("irpin",)),
    "Obukhiv": ("Kyiv", ("obuhiv", "obukhov")), "Slavutych": ("Kyiv", ("slavutic", "slavutich")),
    "Kharkiv": ("Kharkiv", ("harkiv", "harkov")), "Chuhuiv": ("Kharkiv", ("chuguy", "chuguev")), "Balakliia": ("Kharkiv", ("balakli",)),
    "Izium": ("Kharkiv", ("izyum",)), "Kupiansk": ("Kharkiv", ("kupyansk", "kupiansk")), "Vovchansk": ("Kharkiv", ("vovchansk",)),
    "Zolochiv": ("Kharkiv", ("zolochev",)), "Lozova": ("Kharkiv", ("lozov",)), "Derhachi": ("Kharkiv", ("dergach",)),
    "Bohodukhiv": ("Kharkiv", ("bogoduh", "bogoduk")), "Barvinkove": ("Kharkiv", ("barvink",)), "Liubotyn": ("Kharkiv", ("lyubotin", "liubotin")),
    "Pervomaiskyi": ("Kharkiv", ("zlatopil", "zlatopol")), "Merefa": ("Kharkiv", ("merefa$", "merefi$")),
    "Odesa": ("Odesa", ("odes",)), "Izmail": ("Odesa", ("izmail",)), "Chornomorsk": ("Odesa", ("chornomorsk", "chernomorsk")),
    "Pivdenne": ("Odesa", ("yuzhn$", "yuzhne$", "yuzhnom$")), "Reni": ("Odesa", ("reni$",)), "Kiliia": ("Odesa", ("kiliy", "kiliia")),
    "Dnipro": ("Dnipropetrovsk", ("dnipro$", "dnipri$", "dnipru$", "dnipra$", "dnepr$", "dnepre$", "dnepru$", "dnepra$")),
    "Kryvyi Rih": ("Dnipropetrovsk", ("krivomu$", "krivom$", "kriviy$", "kryvyy$", "krivoriz", "kryvoriz")),
    "Nikopol": ("Dnipropetrovsk", ("nikopol", "nikopil")), "Pavlohrad": ("Dnipropetrovsk", ("pavlogra", "pavlohra")),
    "Marhanets": ("Dnipropetrovsk", ("marganc", "marganets")), "Synelnykove": ("Dnipropetrovsk", ("sinelnik",)),
    "Kamianske": ("Dnipropetrovsk", ("kamyansk", "kamiansk", "kamensk")), "Ternivka": ("Dnipropetrovsk", ("ternivk", "ternovk")),
    "Samar": ("Dnipropetrovsk", ("novomoskovs",)), "Vasylkivka": ("Dnipropetrovsk", ("vasilkivk", "vasylkivk")),
    "Zaporizhzhia": ("Zaporizhzhia", ("zaporizhzh", "zaporozh$", "zaporozhe$", "zaporozhye$", "zaporozhyu$")),
    "Melitopol": ("Zaporizhzhia", ("melitopol", "melitopil")), "Berdiansk": ("Zaporizhzhia", ("berdyansk", "berdiansk")),
    "Huliaipole": ("Zaporizhzhia", ("gulyaypil", "guliaipil", "gulyaypol", "guliaipol")), "Orikhiv": ("Zaporizhzhia", ("orihiv", "orehov")),
    "Vilniansk": ("Zaporizhzhia", ("vilnyansk", "vilniansk")), "Enerhodar": ("Zaporizhzhia", ("energodar",)), "Komyshuvakha": ("Zaporizhzhia", ("komishuv", "kamishev")),
    "Balabyne": ("Zaporizhzhia", ("balabin",)), "Bilenke": ("Zaporizhzhia", ("bilenk",)), "Stepnohirsk": ("Zaporizhzhia", ("stepnogir",)),
    "Kherson": ("Kherson", ("herson",)), "Henichesk": ("Kherson", ("genichesk",)), "Kakhovka": ("Kherson", ("kahovk",)), "Chonhar": ("Kherson", ("chongar",)),
    "Oleshky": ("Kherson", ("oleshk",)), "Chornobaivka": ("Kherson", ("chornobai", "chernobai")), "Antonivka": ("Kherson", ("antonivk", "antonovk")),
    "Mykolaiv": ("Mykolaiv", ("mikolayev", "mikolaiv", "mykolayiv", "mykolaiv", "nikolaev", "nikolayev")), "Ochakiv": ("Mykolaiv", ("ochakiv", "ochakov")),
    "Pervomaisk": ("Mykolaiv", ("pervomaysk", "pervomaisk")),
    "Sumy": ("Sumy", ("sumi$", "sumy$", "sumah$", "sum$")), "Konotop": ("Sumy", ("konotop",)), "Shostka": ("Sumy", ("shostk", "shostc")), "Hlukhiv": ("Sumy", ("gluhiv", "gluhov")),
    "Okhtyrka": ("Sumy", ("ohtirk", "ohtirc", "ahtirk")), "Trostianets": ("Sumy", ("trostyanec", "trostyanets", "trostianets")), "Romny": ("Sumy", ("romni$", "romnah$")),
    "Krolevets": ("Sumy", ("krolevec", "krolevets")), "Putyvl": ("Sumy", ("putivl", "putyvl")), "Lebedyn": ("Sumy", ("lebedin", "lebedyn")), "Bilopillia": ("Sumy", ("bilopil", "bilopol", "belopol")),
    "Chernihiv": ("Chernihiv", ("chernigiv", "chernigov")), "Pryluky": ("Chernihiv", ("priluk", "pryluk")), "Nizhyn": ("Chernihiv", ("nizhin", "nezhin")),
    "Novhorod-Siverskyi": ("Chernihiv", ("siversk",)), "Semenivka": ("Chernihiv", ("semenivc", "semenivk")), "Snovsk": ("Chernihiv", ("snovsk",)), "Korop": ("Chernihiv", ("korop$", "koropi$")),
    "Poltava": ("Poltava", ("poltava$", "poltavi$", "poltavu$", "poltave$", "poltavy$")), "Kremenchuk": ("Poltava", ("kremenchuk", "kremenchug")), "Lubny": ("Poltava", ("lubni$", "lubnah$")),
    "Myrhorod": ("Poltava", ("mirgorod", "myrgorod")), "Donetsk": ("Donetsk", ("doneck$", "donecku$", "donetsk$", "donetsku$", "donetske$", "donetska$")),
    "Kramatorsk": ("Donetsk", ("kramator",)), "Sloviansk": ("Donetsk", ("slovyansk", "slaviansk", "slavyansk")), "Pokrovsk": ("Donetsk", ("pokrovsk",)),
    "Kostiantynivka": ("Donetsk", ("kostyantin", "konstantinovk")), "Druzhkivka": ("Donetsk", ("druzhkiv", "druzhkov")), "Mariupol": ("Donetsk", ("mariupol",)),
    "Debaltseve": ("Donetsk", ("debalc", "debaltse")), "Myrnohrad": ("Donetsk", ("mirnograd", "myrnograd")), "Lyman": ("Donetsk", ("liman$", "limani$", "lyman$", "lymani$")),
    "Dobropillia": ("Donetsk", ("dobropil", "dobropol")), "Bakhmut": ("Donetsk", ("bahmut",)), "Horlivka": ("Donetsk", ("gorlivk", "gorlovk")), "Makiivka": ("Donetsk", ("makiyivk", "makiivk", "makeevk")),
    "Luhansk": ("Luhansk", ("lugansk$", "lugansku$", "luganske$", "luganska$")), "Starobilsk": ("Luhansk", ("starobil", "starobel")), "Rovenky": ("Luhansk", ("rovenk",)), "Alchevsk": ("Luhansk", ("alchevs",)),
    "Sevastopol": ("Crimea", ("sevastop",)), "Simferopol": ("Crimea", ("simferop",)), "Feodosia": ("Crimea", ("feodos",)), "Kerch": ("Crimea", ("kerch",)),
    "Dzhankoi": ("Crimea", ("dzhanko",)), "Armiansk": ("Crimea", ("armyansk", "armiansk")), "Saky": ("Crimea", ("saki$", "sakah$")), "Yevpatoria": ("Crimea", ("yevpator", "evpator")),
    "Balaklava": ("Crimea", ("balaklav",)), "Yalta": ("Crimea", ("yalt",)), "Cherkasy": ("Cherkasy", ("cherkasi$", "cherkasah$", "cherkassam$", "cherkassah$", "cherkassy$")), "Uman": ("Cherkasy", ("uman$", "umani$")),
    "Zhytomyr": ("Zhytomyr", ("zhitomir", "zhytomyr")), "Korosten": ("Zhytomyr", ("korosten",)), "Khmelnytskyi": ("Khmelnytskyi", ("hmelnickomu$", "hmelnitskom$")), "Starokostiantyniv": ("Khmelnytskyi", ("starokost",)),
    "Vinnytsia": ("Vinnytsia", ("vinnici$", "vinnycya$", "vinnicya$", "vinnitse$")), "Lviv": ("Lviv", ("lviv$", "lvovi$", "lvov$", "lvove$", "lvovu$")), "Stryi": ("Lviv", ("striy$", "stryy$")),
    "Ternopil": ("Ternopil", ("ternopil$", "ternopoli$", "ternopole$", "ternopol$")), "Rivne": ("Rivne", ("rivne$", "rivnomu$", "rovno$")), "Lutsk": ("Volyn", ("luck$", "lucku$", "lutsk")), "Kovel": ("Volyn", ("kovel",)),
    "Kropyvnytskyi": ("Kirovohrad", ("kropivn",)), "Belgorod": ("Belgorod", ("belgorod$", "belgorodi$", "byelgorod$", "byelgorodi$", "bilgorod$")), "Shebekino": ("Belgorod", ("shebekin",)),
    "Kursk": ("Kursk", ("kursk$", "kursku$", "kurske$")), "Bryansk": ("Bryansk", ("bryansk$", "bryansku$", "briansku$", "bryanske$")), "Novorossiysk": ("Krasnodar", ("novorosi",)), "Tuapse": ("Krasnodar", ("tuaps",)),
    "Taman": ("Krasnodar", ("taman",)), "Afipsky": ("Krasnodar", ("afip",)), "Ilsky": ("Krasnodar", ("ilsk",)), "Temryuk": ("Krasnodar", ("temryuk",)), "Ust-Labinsk": ("Krasnodar", ("labinsk",)), "Kavkaz": ("Krasnodar", ("kavkaz$",)), "Slavyansk-on-Kuban": ("Krasnodar", ("slavyansk$",)),
    "Taganrog": ("Rostov", ("taganro",)), "Novocherkassk": ("Rostov", ("novocherk",)), "Novoshakhtinsk": ("Rostov", ("novosha",)), "Syzran": ("Samara", ("sizran", "syzran")), "Novokuybyshevsk": ("Samara", ("novokuib", "novokuyb")),
    "Engels": ("Saratov", ("engels",)), "Primorsk": ("Leningrad", ("primorsk",)), "Ust-Luga": ("Leningrad", ("luga$", "luzi$", "lugi$")),
}  # fmt: skip
"""Towns, with their region and beginnings of words that name them; said of a whole region, such a word names no town."""

_WHOLE = (
    "oblast",
    "obl$",
    "region",
    "rayon",
    "raion",
    "rajon",
    "krai",
    "kray",
    "kraye",
    "shchin",
    "shchyn",
)


def _spelt(mark: str) -> str:
    return fold(mark.removesuffix("$")) + ("$" if mark[-1] == "$" else "")


def _by_first(
    marks: dict[str, tuple[tuple[str, ...], int]],
) -> dict[str, tuple[tuple[str, int], ...]]:
    """Folded beginnings of words and what each stands for, by first letter."""
    held: dict[str, set[tuple[str, int]]] = {}
    for words, bit in marks.values():
        for word in words:
            folded = _spelt(word)
            held.setdefault(folded[0], set()).add((folded, bit))
    return {first: tuple(sorted(entries)) for first, entries in held.items()}


_NUMBER = {name: number for number, name in enumerate(REGIONS)}
_REGION_MARKS = _by_first(
    {name: (marks, 1 << _NUMBER[name]) for name, marks in REGIONS.items()}
    | {f"town {name}": (marks, 1 << _NUMBER[region]) for name, (region, marks) in TOWNS.items()}
)
_TOWN_MARKS = _by_first(
    {name: (marks, 1 << number % 62) for number, (name, (_, marks)) in enumerate(TOWNS.items())}
)
_SAYS_WHOLE = tuple(_spelt(mark) for mark in _WHOLE[:-2])
_IS_WHOLE = tuple(fold(mark) for mark in _WHOLE[-2:])
_AROUND = frozenset(fold(word) for word in ("zaporizhzhi", "zaporizhi"))
"""Towns that, after "na", stand for the country around them: "na zaporizhzhi", but "u zaporizhzhi"."""


def _matches(folded: str, mark: str) -> bool:
    return folded == mark[:-1] if mark[-1] == "$" else folded.startswith(mark)


@lru_cache(maxsize=200_000)
def _places(folded: str) -> tuple[int, int]:
    """The regions and towns that a word names, worked out once: most words of a headline were read before."""
    return _bits(folded, _REGION_MARKS), _bits(folded, _TOWN_MARKS)


def _bits(folded: str, marks: dict[str, tuple[tuple[str, int], ...]]) -> int:
    found = 0
    for mark, bit in marks.get(folded[0], ()):
        if _matches(folded, mark):
            found |= bit
    return found


@dataclass(frozen=True, slots=True)
class Named:
    """The places that a headline names.

    Attributes:
        regions: One bit a region, in the order of `REGIONS`, whether named itself or by a town.
        wholes: One bit a region that is named as a whole: "in the Kyiv oblast", "Kyivshchyna".
        towns: Bits of towns; two towns may share one, so that a bit in common proves nothing by itself.
    """

    regions: int
    wholes: int
    towns: int


@lru_cache(maxsize=200_000)
def named(headline: str) -> Named:
    """The regions and towns that a headline names; zeros where it names none."""
    words = [fold(word) for word in plain_words(headline)]
    regions_held = wholes = towns = 0
    for before, word, following in zip(["", *words[:-1]], words, [*words[1:], ""], strict=False):
        region, town = _places(word)
        if not region:
            continue
        regions_held |= region
        whole = (
            any(sign in word for sign in _IS_WHOLE)
            or (following != "" and any(_matches(following, mark) for mark in _SAYS_WHOLE))
            or (before == "na" and word in _AROUND)
        )
        if whole or not town:
            wholes |= region
        else:
            towns |= town
    return Named(regions_held, wholes, towns)


def regions(headline: str) -> int:
    """The regions that a headline names, one bit each in the order of `REGIONS`; 0 for none."""
    return named(headline).regions


def region_names(headline: str) -> tuple[str, ...]:
    """The names of the regions that a headline names, in the order of `REGIONS`."""
    held = regions(headline)
    return tuple(name for number, name in enumerate(REGIONS) if held >> number & 1)
