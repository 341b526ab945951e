"""Why two reports were joined or not, in words and nats.

Rules this module keeps:
1. The terms of a pair add up to its score: nothing that counted is left out.
2. Words quoted are those of the headlines, not their folded forms.
"""

from __future__ import annotations

from dataclasses import dataclass

from waarborg.base.places import Area, Place
from waarborg.incidents.columns import telling_signs
from waarborg.incidents.incident import Term
from waarborg.incidents.model import FEATURES, Model
from waarborg.incidents.regions import region_names
from waarborg.incidents.words import read
from waarborg.reports.report import Report

_AT = {name: position for position, name in enumerate(FEATURES)}


@dataclass(frozen=True, slots=True)
class _Pair:
    one: Report
    other: Report
    compared: tuple[float, ...]

    def has(self, name: str) -> bool:
        return self.compared[_AT[name]] != 0.0


def _shared(pair: _Pair) -> str:
    one, other = read(pair.one.headline), read(pair.other.headline)
    held = set(telling_signs(pair.one)) & set(telling_signs(pair.other))
    both = sorted(sign for sign in held if sign[0] not in "@#")
    if not both:
        return "the headlines share no word"
    said = [one[s] if one[s] == other[s] else f"{one[s]} = {other[s]}" for s in both]
    return "both headlines say " + ", ".join(dict.fromkeys(said))


def _subject(pair: _Pair) -> str:
    alike = pair.compared[_AT["subject_alike"]]
    return f"what the headlines are about is alike to {alike:.2f} of 1"


def _place(place: Place | None) -> str:
    if place is None:
        return "nowhere"
    if isinstance(place, Area):
        return f"somewhere in {place.zone}"
    return place.name or f"{place.longitude:.2f}, {place.latitude:.2f}"


def _where(pair: _Pair) -> str:
    one, other = sorted((_place(pair.one.place), _place(pair.other.place)))
    if pair.has("same_place"):
        return f"both at {one}"
    if pair.one.place is None or pair.other.place is None:
        return "a place is not known"
    if pair.has("distance"):
        return f"{one} and {other} lie apart"
    return f"{one} and {other} may be one place"


def _when(pair: _Pair) -> str:
    middles = (
        r.happened.start + (r.happened.end - r.happened.start) / 2 for r in (pair.one, pair.other)
    )
    days = sorted(middle.date().isoformat() for middle in middles)
    if pair.has("same_day"):
        return "the same day"
    return f"reported for {days[0]} and {days[1]}"


def _named_day(pair: _Pair) -> str:
    if pair.has("said_day_differs"):
        return "a day named in a headline does not fit the other report"
    if pair.has("named_day_met"):
        return "one headline names the day of the other report"
    return "the day named in a headline fits"


def _numbers(pair: _Pair) -> str:
    one, other = read(pair.one.headline), read(pair.other.headline)
    both = sorted(sign[1:] for sign in one.keys() & other.keys() if sign[0] == "#")
    if both:
        return "both name the number " + ", ".join(both)
    return "the headlines name different numbers"


def _act(pair: _Pair) -> str:
    if pair.has("act_agrees") or pair.has("bare_act_agrees"):
        return "an act named by both"
    return "different acts are named"


def _target(pair: _Pair) -> str:
    if pair.has("target_agrees"):
        return "the headlines name the same kind of target"
    return "the headlines name different targets"


def _again(pair: _Pair) -> str:
    if pair.has("again_later"):
        return "the later headline tells of a repetition: of another event, then"
    return "one headline tells of a repetition on another day"


def _ordinary(pair: _Pair) -> str:
    if pair.has("neither_tells_force"):
        where = ", and they tell of one place" if pair.has("ordinary_one_place") else ""
        return "neither headline tells of force" + where
    return "one headline tells of force, the other does not"


def _bursts(pair: _Pair) -> str:
    when = "one day" if pair.has("burst_same_day") else "one day and the next"
    town = ", the more so where both name its town" if pair.has("town_and_burst") else ""
    return f"reports of force at this place on {when} are mostly of one event{town}"


def _town(pair: _Pair) -> str:
    if pair.has("town_agrees"):
        return "the headlines name the same town"
    if pair.has("town_differs"):
        return "the headlines name different towns"
    return "one headline names a town, the other its whole region"


def _toll(pair: _Pair) -> str:
    if pair.has("toll_differs"):
        return "the headlines give different numbers of killed or injured"
    return "the headlines give the same number of killed or injured"


def _genre(pair: _Pair) -> str:
    if pair.has("one_is_commentary") and not (
        pair.has("one_is_round_up") or pair.has("round_ups_of_two_days")
    ):
        return "one headline stands over commentary, the other does not"
    if pair.has("round_ups_of_two_days"):
        return "both headlines stand over round-ups, of two days"
    return "one headline stands over a round-up, the other does not"


def _regions(pair: _Pair) -> str:
    one, other = region_names(pair.one.headline), region_names(pair.other.headline)
    both = [name for name in one if name in other]
    if both:
        return "both headlines name " + ", ".join(both)
    sides = sorted((", ".join(one), ", ".join(other)))
    return f"the headlines name different regions: {sides[0]}; {sides[1]}"


_GROUPS = (
    ("start", ("bias",), lambda _: "before anything is compared"),
    (
        "no headline",
        ("no_words",),
        lambda _: "a headline is missing, so there are no words to compare",
    ),
    (
        "words",
        (
            "names",
            "concepts",
            "overlap",
            "overlap_same_day",
            "overlap_root",
            "overlap_one_place",
            "overlap_apart",
            "nothing_shared",
            "bursting_word",
            "bursting_other_day",
        ),
        _shared,
    ),
    ("subject", ("subject_alike",), _subject),
    ("place", ("same_place", "busy_place", "rare_place", "distance", "area"), _where),
    ("day", ("same_day", "day_gap", "beyond_window"), _when),
    ("named day", ("said_day_agrees", "said_day_differs", "named_day_met"), _named_day),
    ("numbers", ("numbers_agree", "numbers_differ"), _numbers),
    ("act", ("act_agrees", "act_differs", "bare_act_agrees"), _act),
    (
        "ordinary news",
        ("one_is_ordinary_news", "neither_tells_force", "ordinary_one_place"),
        _ordinary,
    ),
    (
        "force",
        ("force_same_day", "force_next_day"),
        lambda _: "both headlines tell of force at this place on one day or the next",
    ),
    ("bursts", ("burst_same_day", "burst_next_day", "town_and_burst"), _bursts),
    ("target", ("target_agrees", "target_differs"), _target),
    ("weapon", ("weapon_differs",), lambda _: "the headlines name different weapons"),
    ("agency", ("agency_differs",), lambda _: "different services claim it"),
    ("again", ("again_differs", "again_later"), _again),
    ("kind of text", ("one_is_round_up", "round_ups_of_two_days", "one_is_commentary"), _genre),
    (
        "days between",
        ("accounts_days_apart",),
        lambda _: "both tell of a blow itself, and days lie between them",
    ),
    (
        "daily news",
        ("daily_news_of_two_days",),
        lambda _: (
            "both tell of what is told anew every day (weather, alarms, timetables), on two days"
        ),
    ),
    (
        "no blow",
        ("one_is_quiet",),
        lambda _: "one headline tells of an alarm, a court, an arrest or an accident",
    ),
    (
        "told later",
        ("told_later",),
        lambda _: "the later headline tells what came after at that place, or comments on it",
    ),
    (
        "threat",
        ("one_is_threat",),
        lambda _: "one headline tells of what is threatened, the other of what was done",
    ),
    ("region", ("region_agrees", "region_differs"), _regions),
    ("town", ("town_agrees", "town_differs", "town_and_region"), _town),
    ("toll", ("toll_agrees", "toll_differs"), _toll),
    ("outlet", ("one_outlet",), lambda _: "one outlet tells it twice on one day"),
    ("actor", ("actor_differs",), lambda _: "the reports name different parties"),
)


def terms(
    one: Report, other: Report, compared: tuple[float, ...], model: Model
) -> tuple[Term, ...]:
    """The parts of a pair's score, in a fixed order; parts that weigh nothing are left out.

    Args:
        one: A report.
        other: The other.
        compared: Their comparison, as `compare.compare_pairs` gives it.
        model: The weights.
    """
    pair = _Pair(one, other, compared)
    found = []
    for name, features, words in _GROUPS:
        if not any(pair.has(feature) for feature in features):
            continue
        nats = sum(model.weights[_AT[feature]] * compared[_AT[feature]] for feature in features)
        if nats != 0.0:
            found.append(Term(name, round(nats, 4), words(pair)))
    return tuple(found)
