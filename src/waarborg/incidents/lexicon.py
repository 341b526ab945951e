"""The words that several languages and spellings share, as data for `words`.

Prefixes of transliterated words; "$" at the end asks for the whole word. They were collected by reading headlines of
January to July 2026 (VIINA 2.0 addresses, the days 3 to 16 May left out) and are part of the
fusion model: a change here is a new version of the model.
"""

from __future__ import annotations

VERSION = "5"

STOP = frozenset(
    """
    a abo ale bez bilya blizko bo buv bula buli bulo chas cherez chi cherez chto chomu chem da dlya do
    dosi ee ego es e est foto video ta te tak takozh takii the to toi tomu tot tu u uzhe v vin vona voni
    vid vzhe vo vse vsikh yak yaka yake yaki yakiy yakih yakij yakyj yakogo yakomu yaku yaki ye yogo yiyi jih jihnya iz i jogo
    kak kakie kakaya kotoraya kotorii kotorye kolo li mizh na nad ne nemaye ni no novini news o ob pid po pislya
    poblizu posle pri pro protiv proty s so scho shcho shto sho se sebe si svoji svoyi sya taki tam tilki
    togo um vs vsya vsi yea yak za zi z zh zhe zmi zmi
    zayaviv zayavili zayavil rozpoviv rozpovila rozpovili rasskazal poyasniv poyasnila pokazali pokazav
    pokazala vidomo vidoma stali stalo stala staly stav sut podrobici podrobnosti detali sered
    viyna viyni vijna voina rosiyeyu ukrajini ukraini ukrayini ukraine
    rf rosiya rosiji rosiyi rosii rosiyani rosiyany rosiyaniv rossiya rossii rossiyane
    rosiyskiy rosiyska rosiyski rosiyskih rosijskij rosijska rosijski rosijskyj rosiyskogo
    rosijskogo rosiyskoji rosiyskoyi rossiiskii rossiiskaya rossiiskie
    suspilstvo ekonomika politika svit istochnik dzherela novi novy noviy
    ekspert eksperty ekspertiv
    desyatki desyatok desyatkiv desyatkami desyatkah desyatkov sotni soten sotnya sotnyu sotnyami tisyach tisyachi tisyacha
    tysyach tysyachi tis mln mlrd milyon milyoni milyoniv million milliony millionov ponad bilshe bilsh bilshist mayzhe
    blizko kilka kilkoh kilkokh nizka nizci nizku nizki chastina chastini chastinu naybilshe naybilshiy naybilsha naybilshih pershiy
    persha pershe pershi pershih pershu ostanniy ostannya ostanni ostannih drugiy druga drugu drugi drugoji tretiy tretya rokiv roku rik
    dniv den dni dnya misyac misyats misyaciv godini godin hvilini hvilin vidsotkiv grn dolariv bolee pochti okolo neskolko let
    goda god dnei pervyi pervye vpershe vpervye vnaslidok cherez zavdyaki detalno zokrema
    """.split()  # noqa: SIM905  # a list of words is read as words
)

MONTHS = (
    ("sichnya", 1), ("sich", 1), ("yanvar", 1), ("lyut", 2), ("fevral", 2), ("berez", 3), ("marta", 3),
    ("kvitn", 4), ("aprel", 4), ("travn", 5), ("maya", 5), ("cherv", 6), ("iyun", 6), ("lipn", 7), ("lypn", 7), ("iyul", 7),
    ("serpn", 8), ("avgust", 8), ("veres", 9), ("sentyabr", 9), ("zhovt", 10), ("oktyabr", 10),
    ("listop", 11), ("lystop", 11), ("noyabr", 11), ("grud", 12), ("dekabr", 12),
)  # fmt: skip

NUMBERS = {
    "odin": 1, "odna": 1, "odnu": 1, "odnogo": 1, "odniyeyi": 1,
    "dva": 2, "dvi": 2, "dvoe": 2, "dvoye": 2, "dvoh": 2, "dvokh": 2, "dvukh": 2, "dvuh": 2, "dve": 2, "dvoma": 2,
    "tri": 3, "try": 3, "troe": 3, "troye": 3, "troh": 3, "trokh": 3, "treh": 3, "troma": 3,
    "chotiri": 4, "chotyry": 4, "chetvero": 4, "chotiroh": 4, "chotyroh": 4, "chetyre": 4, "chetyreh": 4, "chetireh": 4,
    "pyat": 5, "pyatero": 5, "pyatoh": 5, "pyati": 5, "pyatykh": 5, "pyatih": 5,
    "shist": 6, "shestero": 6, "shest": 6, "shistma": 6, "shesti": 6, "shistoh": 6,
    "sim": 7, "semero": 7, "sem": 7, "semoh": 7, "semi": 7,
    "visim": 8, "vosmero": 8, "vosem": 8, "vosmi": 8, "vosmoh": 8,
    "devyat": 9, "devyatero": 9, "dev'yat": 9, "devyati": 9, "devyatoh": 9,
    "desyat": 10, "desyatero": 10, "desyati": 10,
}  # fmt: skip

CONCEPTS: dict[str, tuple[str, ...]] = {
    "*attack": ("atak", "udar", "vdar", "obstril", "obstrel", "nalet", "nalit", "bil$", "taakuv", "atkuv"),
    "*hit": ("urazi", "urazy", "vrazi", "vrazy", "vluch", "popad", "prilot$", "priloti$", "prilotu$", "prilotom$", "prilet$", "prilety$", "priletilo$", "prileteli$", "priletali$", "porazil", "urazhen", "porazh"),
    "*drone": ("dron", "bpla", "bezpilot", "bespilot", "shahed", "shakhed", "fpv", "shahid"),
    "*missile": ("raket", "balisti", "ballisti", "iskander", "kindzhal", "neptun", "scalp", "storm"),
    "*bomb": ("kab$", "kabi", "kabam", "kabov", "kabiv", "aviabomb", "fab$", "fabi", "fabam", "bomb"),
    "*shell": ("artiler", "artiller", "rszv", "rszo", "minomet"),
    "*killed": ("zagib", "zagin", "zagyb", "zagyn", "pogib", "ubit", "ubil", "ubiv", "vbil", "vbit", "vbyl", "zhertv", "pomer", "smert", "umer"),
    "*injured": ("poranen", "poranyl", "poraniv", "poranil", "ranen", "ranil", "postrazhd", "postrad", "travm"),
    "*fire": ("pozhezh", "pozhar", "gorit", "gorila", "goryt", "zagoril", "zagoriv", "palaye", "palae", "spalah", "spalakh", "vozgor", "gorel"),
    "*explosion": ("vibuh", "vybuh", "vzryv", "vzriv", "vibukh"),
    "*oil": ("nafto", "nefte", "neftya", "npz", "paln", "paliv", "palyv", "topliv", "benzin"),
    "*oilbase": ("naftobaz", "neftebaz"),
    "*oilport": ("naftov", "naftoterm", "terminal"),
    "*oilpump": ("naftosta", "naftopere", "neftesta", "nefteper", "lvds"),
    "*refinery": ("npz", "naftopererob", "neftepererab"),
    "*energy": ("energ", "elektro", "svitl", "svet", "blekaut", "blackout", "znestrum"),
    "*substation": ("pidstanc", "pidstants", "podstanc", "podstants"),
    "*powerplant": ("tec$", "tets$", "tes$", "aes", "ges$", "elektrostan"),
    "*rail": ("zaliznic", "zaliznyc", "zalizn", "zheleznod", "ukrzal", "poyizd", "poizd", "potyag", "poezd", "elektrichk", "vokzal", "lokomot", "mashinist"),
    "*port": ("port$", "portu", "porti", "porty", "portov", "portiv"),
    "*ship": ("sudno", "sudna", "sudni", "sudn", "korab", "vdk", "desantn", "fregat", "porom", "kater", "tanker", "flot"),
    "*bridge": ("most$", "mosti$", "mist$"),
    "*dam": ("damb", "grebl", "greblyu", "plotin"),
    "*reservoir": ("vodoshov", "vodoskhov", "vodohran", "vodokhran"),
    "*home": ("budin", "budyn", "zhitl", "zhytl", "zhil", "kvarti", "kvarty", "dom$", "doma$", "domov", "osel", "bagatopov", "mnogoet", "visotk", "vysotk"),
    "*highrise": ("bagatopov", "mnogoet", "poverh", "visotk", "vysotk", "etazh"),
    "*hospital": ("likarn", "bolnic", "bolnits", "medzakl", "gospital", "polikl", "medik"),
    "*school": ("shkol", "lice", "litse", "ditsad", "universit"),
    "*bus": ("avtobus", "marshrutk", "troleyb", "trolleib", "trolejb"),
    "*car": ("avto$", "avtomob", "mashin", "avtivk"),
    "*road": ("avtodor", "dorog", "tras$", "trasu", "trasi", "shose", "shosse"),
    "*plant": ("zavod", "pidpriyem", "pidpriem", "predpri", "cekh", "tseh", "ceh", "kombinat", "fabrik"),
    "*store": ("sklad$", "skladi", "sklady", "skladu", "sklad"),
    "*airport": ("aeroport", "aerodrom", "aviabaz"),
    "*plane": ("litak", "samol", "samolet", "aviat", "vinish", "istreb", "gelik", "vertol", "vertolit"),
    "*shooting": ("strilyan", "strelb", "strilk", "strelok", "strilec"),
    "*terror": ("terakt", "teror", "terror"),
    "*prisoner": ("polonen", "polon$", "polonu$", "poloni$", "plen", "vijskovopol", "viyskovopol"),
    "*executed": ("rasstr", "rozstr", "strati", "kaznil"),
    "*grenade": ("granat",),
    "*mine": ("minu$", "mini$", "miny$", "mina$", "zaminuv", "pidirv"),
    "*police": ("polic", "polits"),
    "*child": ("ditin", "ditei", "ditey", "diti", "dity", "rebenk", "deti", "hlopch", "khlop", "divchin", "pidlit", "podrost", "dvorich"),
    "*general": ("general$", "generala"),
    "*command": ("komandn", "shtab", "punkt"),
    "*airdefence": ("ppo$", "zrk", "s300", "s400", "rls"),
    "*ceasefire": ("peremir", "perem", "rezhim tish", "pripinenn", "prekrash"),
    "*mourning": ("zhalob", "traur"),
    "*front": ("front", "napryamk", "boyov", "boiv", "boy$", "boi$", "biy$", "naprav"),
    "*advance": ("prosun", "prodvin", "okupuv", "zahopi", "zahopy", "zakhop", "deepstat", "vidiyshl", "vidijshl", "otoshl"),
    "*city": ("misto$", "mistu$", "mista$", "misti$", "gorod$", "gorode$", "goroda$", "gorodu$"),
    "*region": ("oblast", "region"),
    "*district": ("rayon", "raion", "rajon"),
    "*people": ("lyud", "liud", "meshkan", "zhitel", "zhytel", "civiln", "tsiviln"),
    "*night": ("vnochi", "unochi", "nich$", "nochi", "nochyu", "nichn", "nochn"),
    "*massive": ("masov", "massir", "masiv"),
    "*crash": ("katastrof", "aviakat", "aviatros", "rozbiv", "rozbyv", "razbil", "krushen"),
    "*occupier": ("okup", "okkup", "vorog", "vrag", "zagarb"),
    "*tally": ("raziv", "zitkn", "za dobu", "zvedenn", "dobi$", "dobu$"),
    "*consequence": ("naslid", "posled", "rezultat"),
    "*destroyed": ("zniw", "znisch", "znyshch", "zrujn", "zruyn", "znish", "unichto", "poshkod", "povred", "ruynuv", "ruinuv", "likvid", "znes", "obval"),
    "*bombdrop": ("skin", "sbros", "skid", "skyd"),
    "*negotiation": ("peregov", "zustrich", "vstrech", "sammit", "samit"),
    "*vet": ("vetlik", "vetkl", "veterin"),
    "*town hall": ("miskrad", "meri$", "meriya", "meriji", "merii", "gorsov"),
    "*market": ("supermark", "magazin", "torgovel", "torgovyj"),
    "*hotel": ("gotel", "otel"),
    "*church": ("cerkv", "tserkv", "hram", "khram", "lavr", "sobor"),
    "*post": ("poshti", "poshtu", "pochty"),
    "*fuelstation": ("azs$",),
    "*prison": ("koloni", "sizo$", "tyurm"),
    "*convoy": ("evaku",),
    "*assault": ("shturm", "nastup", "motocikl", "mototsikl", "mototsykl"),
    "*again": ("povtorn", "znovu", "vdruge", "udruge", "vtoroi raz", "vtoroi", "vtretye", "vtret", "tretii", "snova", "opyat", "chergov", "vcherg", "ocheredn", "pospil$", "podryad$"),
    "*threat": ("pogroz", "prigroz", "prygroz", "prizgroz", "zagroz", "ugroz", "anonsuv", "shantazh"),
    "*alarm": ("trivog", "trivoz", "tryvog", "trevog"),
    "*court": ("sud$", "sudu$", "sudi$", "sudyt", "sudit", "prokuratur", "virok", "vyrok", "prigovor", "pidozr", "podozr", "spravu$"),
    "*arrest": ("zatrima", "zatrym", "zaderzha", "agent", "zaverbov"),
    "*accident": ("dtp$", "avari", "zemletrus", "otruyen", "otravl", "vipadko", "likari$", "rak$"),
    "*test": ("viprob", "vyprob", "ispyt", "rozrob", "razrab", "zapuskaye$", "virobnic", "vyrobnyc", "proizvod"),
    "*denial": ("sprostuv", "zaperech", "otrits", "otrica", "oproverg", "navral"),
    "*liberated": ("zvilnil", "zvilneno", "osvobod", "osvobozhd", "zachist", "deokup", "vibili", "vybyly", "vybili"),
    "*pipeline": ("naftoprov", "nafteprov", "nefteprov", "naftoprovid", "gazoprov", "truboprov"),
    "*downed": ("zbil$", "zbili$", "zbila$", "zbiv$", "zbyl", "zbyto$", "zbito$", "zbitt", "sbil", "sbit"),
    "*arson": ("pidpal", "podzhog", "podzheg", "podozhg"),
    "*rape": ("zgvalt", "gvalt", "iznasil"),
    "*murder": ("vbivst", "ubivst", "vbyvst", "ubiist", "vbivts", "ubivts", "vbivc", "ubiits"),
    "*draft": ("tck$", "ttsk$", "mobiliz", "viyskkom", "vijskkom", "voenkom", "uhilyant", "ukhilyant", "uklonist"),
    "*heat": ("opalen", "otoplen", "teplo$", "tepla$", "teplom$", "teplopost", "teplosna", "kotel", "boiler"),
    "*water": ("vodopost", "vodosnab", "vodokanal"),
    "*rescued": ("vryatuv", "vryatov", "spasl", "spasen"),
    "*weather": ("pogod", "pogid", "shtorm", "snigo", "snegop", "zaveryuh", "zamet", "moroz"),
    "*dismissed": ("zvilnya", "uvolnya", "uvolen", "skorochen", "sokrashch", "sokrasht"),
    "*sbu": ("sbu$",),
    "*gur": ("gur$",),
    "*uaforces": ("zsu$", "sili$", "syly$", "sily$", "obor", "genshtab", "gensh", "bezpilotnih sistem", "sbs$"),
}  # fmt: skip

UNLIKE: dict[str, tuple[str, ...]] = {
    "*missile": ("stormed", "storming", "stormt", "stormy"),
    "*assault": ("nastupn",),
    "*ceasefire": ("peremog", "peremag", "peremoz", "peremovin", "peremig", "peremish", "peremis", "peremest"),
    "*occupier": ("uragan", "urazh"),
    "*killed": ("umerov", "smertn"),
    "*injured": ("postradya", "travmat"),
    "*energy": ("svitlan", "svitlodim", "svitlyak", "svetlan", "elektromob", "elektrosam", "elektrovoz", "elektrichk", "elektropoty", "elektronik"),
    "*port": ("portug",),
    "*ship": ("katerin", "kateryn", "desantnik", "desantnyk"),
    "*store": ("skladn", "skladay", "skladat", "skladal", "skladan", "skladov"),
    "*home": ("zhila$", "zhili$", "oseled", "domovi", "domovl", "domovil", "domoven"),
    "*rail": ("pojizdk", "poizdk", "zalizn$", "zaliznogo", "zaliznomu", "zaliznyak", "zalizniy", "zalizni$", "zaliznyj"),
    "*school": ("litsem", "licem", "litsenz", "licenz"),
    "*again": ("tretin", "tretih", "tretim", "tretyn"),
    "*child": ("dvorich",),
    "*consequence": ("poslednya", "poslednyu", "poslednii", "poslednie", "poslednego", "rezultativ"),
    "*destroyed": ("znestrum", "zneskod"),
    "*uaforces": ("oborudk", "oborudo"),
    "*church": ("lavrov", "lavrent", "soborn", "soborov"),
    "*arrest": ("zatrimk", "agentst"),
    "*plant": ("zavodit", "pidpriyemec", "pidpriyemc", "predprinim", "tsehotsk", "cehock", "tsekhotsk"),
    "*terror": ("terorizuy",),
}  # fmt: skip
"""Beginnings of words that look like those of a concept and are others: "nastupniy", the next, is no "nastup"."""

VIOLENCE = (
    "*attack", "*hit", "*drone", "*missile", "*bomb", "*shell", "*killed", "*injured", "*fire",
    "*explosion", "*shooting", "*terror", "*executed", "*grenade", "*mine", "*destroyed",
    "*bombdrop", "*crash", "*assault", "*advance",
)  # fmt: skip
"""Concepts of an event of force or disaster; a headline with none of them is ordinary news."""

QUIET = ("*alarm", "*court", "*arrest", "*accident", "*test")
"""Concepts of what is no blow, though it may follow one: an alarm, a court, an arrest, an accident, a trial of arms."""

SIDES = ("*occupier", "*enemy", "*uaforces", "*military")
"""Concepts that may name a party; where a report's party is read from them they are no shared word."""

DAILY = (
    "*weather",
    "*forecast",
    "*temperature",
    "*thunderstorm",
    "*alarm",
    "*schedule",
    "*exchange_rate",
    "*horoscope",
    "*zodiac",
    "*omen",
)
"""Concepts of what is told anew every day: two such headlines of two days tell of two things."""

TARGETS = (
    "*oilbase", "*oilport", "*oilpump", "*refinery", "*substation", "*powerplant", "*rail", "*port",
    "*ship", "*bridge", "*dam", "*highrise", "*hospital", "*school", "*bus", "*car", "*road",
    "*plant", "*store", "*airport", "*plane", "*prisoner", "*police", "*vet", "*town hall",
    "*market", "*hotel", "*church", "*post", "*fuelstation", "*prison", "*convoy", "*energy",
    "*home", "*command", "*airdefence", "*shooting",
)  # fmt: skip
"""Concepts of what was struck: two headlines that name different ones speak of different events."""

WEAPONS = ("*drone", "*missile", "*bomb", "*shell", "*grenade", "*mine")
"""Concepts of the weapon."""

AGENCIES = ("*sbu", "*gur")
"""Services that claim their own operations."""
