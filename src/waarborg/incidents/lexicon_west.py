"""English and Dutch words for what `lexicon` knows in Ukrainian and Russian, as data for `words`.

Prefixes; "$" at the end asks for the whole word. They count in headlines with at least two of them, so that a
name like "Fire Point" in a Ukrainian headline stays a name.
"""

from __future__ import annotations

STOP_WEST = frozenset(
    """
    an and are as at been but by for from had has have he her his how in into is it its more near not
    of off on or our out over she than that their them then there they this through under up
    was we were what when where which while who will with you after amid against during says said
    aan als bij dan dat de den der deze dit door een en er had heeft het hij hoe hun ik in is meer met
    naar niet nog of om onder ook op over rond tegen tijdens toen uit van vanuit voor waar was werd
    werden wordt worden zei zich zijn ze zij zegt
    ukraine ukrainian ukrainians russia russian russians oekraine oekraiens oekrainse rusland
    rus russisch russische russen
    """.split()  # noqa: SIM905  # a list of words is read as words
)

MONTHS_WEST = (
    ("januar", 1), ("februar", 2), ("march$", 3), ("maart$", 3), ("april$", 4), ("may$", 5), ("mei$", 5),
    ("june$", 6), ("juni$", 6), ("july$", 7), ("juli$", 7), ("august", 8), ("september", 9),
    ("october", 10), ("oktober", 10), ("november", 11), ("december", 12),
)  # fmt: skip

NUMBERS_WEST = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8, "negen": 9, "tien": 10,
}  # fmt: skip

CONCEPTS_WEST: dict[str, tuple[str, ...]] = {
    "*attack": ("attack", "strike$", "strikes$", "struck$", "airstrike", "shelling$", "shelled$", "raid$", "raids$", "assaulted$",
                "aanval", "aangevallen$", "beschiet", "beschoten$", "bestok", "luchtaanval", "raketaanval", "droneaanval"),
    "*hit": ("hits$", "getroffen$", "treft$", "raakt$", "geraakt$"),
    "*drone": ("droneaanval",),
    "*missile": ("missile", "rocket", "raketaanval"),
    "*bomb": ("glide$", "zweefbom", "bommen$"),
    "*shell": ("artillery$", "artillerie", "mortar", "mortier", "howitzer"),
    "*killed": ("killed$", "kills$", "killing$", "dead$", "deaths$", "died$", "dies$", "gedood$", "doden$", "dode$", "omgekomen$", "slachtoffers$"),
    "*injured": ("injured$", "injures$", "injuries$", "wounded$", "wounds$", "gewond$", "gewonde$", "gewonden$"),
    "*fire": ("fire$", "fires$", "blaze$", "ablaze$", "burning$", "burns$", "brand$", "brandt$", "vlammen$"),
    "*explosion": ("explosion", "explode", "blast$", "blasts$", "explosie", "ontplof"),
    "*oil": ("oil$", "fuel$", "olie$", "brandstof$"),
    "*oilbase": ("oliedepot", "brandstofdepot"),
    "*refinery": ("refinery$", "refineries$", "raffinaderij"),
    "*energy": ("power$", "electricity$", "elektriciteit$", "stroom$", "stroomnet$", "energie$", "blackouts$"),
    "*substation": ("substation", "onderstation"),
    "*powerplant": ("elektriciteitscentrale", "kerncentrale", "energiecentrale"),
    "*rail": ("railway", "train$", "trains$", "spoorweg", "spoorlijn", "trein$", "treinen$"),
    "*port": ("ports$", "harbour$", "harbor$", "haven$", "havenstad$"),
    "*ship": ("ship$", "ships$", "vessel", "frigate", "tankers$", "schip$", "schepen$", "fregat$"),
    "*bridge": ("bridge$", "bridges$", "brug$", "bruggen$"),
    "*dam": ("dam$", "stuwdam"),
    "*reservoir": ("reservoir$", "stuwmeer"),
    "*home": ("house$", "houses$", "homes$", "apartment", "residential$", "woning", "huis$", "huizen$", "appartement"),
    "*highrise": ("flatgebouw", "torenflat"),
    "*hospital": ("hospital", "clinic$", "ziekenhuis", "kliniek$"),
    "*school": ("school$", "schools$", "kindergarten", "university$", "scholen$", "universiteit$", "kleuterschool"),
    "*bus": ("bus$", "buses$", "minibus$", "bussen$"),
    "*car": ("vehicle", "voertuig"),
    "*road": ("road$", "roads$", "highway$", "snelweg$"),
    "*plant": ("factory$", "factories$", "fabriek"),
    "*store": ("warehouse", "depot$", "depots$", "magazijn$", "opslagplaats"),
    "*airport": ("airport$", "airfield", "airbase", "vliegveld", "luchthaven", "luchtmachtbasis"),
    "*plane": ("plane$", "planes$", "aircraft$", "helicopter", "vliegtuig", "helikopter"),
    "*shooting": ("shooting$", "gunman$", "gunfire$", "schietpartij", "schoten$"),
    "*prisoner": ("prisoners$", "captives$", "krijgsgevangen"),
    "*executed": ("executed$", "execution$", "geexecuteerd$", "executie$"),
    "*grenade": ("grenade", "granaat", "granaten$"),
    "*police": ("police$", "politie$"),
    "*child": ("child$", "children$", "boys$", "girl$", "toddler$", "kind$", "kinderen$", "jongen$", "meisje$"),
    "*ceasefire": ("ceasefire$", "truce$", "bestand$", "wapenstilstand$"),
    "*destroyed": ("destroyed$", "destroys$", "damaged$", "damages$", "verwoest$", "vernield$", "beschadigd$"),
    "*people": ("civilian", "people$", "burger$", "burgers$", "mensen$"),
    "*market": ("markt$", "marketplace$"),
    "*hotel": ("hotel$",),
    "*church": ("church$", "cathedral$", "kerk$", "kathedraal$"),
    "*fuelstation": ("tankstation",),
    "*prison": ("prison$", "gevangenis$"),
    "*assault": ("stormed$", "offensive$", "offensief$"),
}  # fmt: skip
