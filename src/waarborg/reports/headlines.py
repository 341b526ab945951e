"""What a transliterated headline clearly states: an act, an actor. Anything less stays unsaid.

Rules this module keeps:
1. Precision before recall: a headline that does not clearly state an attack gives nothing.
2. Being struck is not striking: only a subject, an agent or an adjective of the attack acts.
3. The words come from the mission; the grammar (what stands before what) stands here.

The grammar covers Ukrainian and Russian as web addresses spell them. See the page "Reading
headlines" in the docs for what it gets right and wrong, measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from waarborg.base.acts import Act
from waarborg.base.grades import Basis
from waarborg.base.parties import PartyId
from waarborg.reports.report import ActEvidence, ActorEvidence

_REFUSE_UNKNOWN_KEYS = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class ActorWords:
    """How headlines name a party. A word is a prefix; with "$" at its end it is the whole word.

    Attributes:
        nominative: The party as the one who does something ("rosiyani", "zsu$").
        genitive: The party as the one whose deed it is ("rosiyan$", "rf$").
        adjective: The party as an adjective ("rosiysk").
        from_outlets: The same three kinds of words where they name the party only from the
            outlet's point of view ("the enemy"), read only for these outlets.
        view_nominative: Words of the outlet's point of view.
        view_genitive: Words of the outlet's point of view.
        view_adjective: Words of the outlet's point of view.
    """

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    nominative: tuple[str, ...] = ()
    genitive: tuple[str, ...] = ()
    adjective: tuple[str, ...] = ()
    from_outlets: tuple[str, ...] = ()
    view_nominative: tuple[str, ...] = ()
    view_genitive: tuple[str, ...] = ()
    view_adjective: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The word lists of a mission.

    Attributes:
        waarborg: Format and version of the file.
        version: Version of the lists; a change is a new version.
        actors: Words for each party.
        weapons: Words for the weapon, by the act that it makes of an attack.
        attack_verbs: An attack told as done ("vdaril", "atakuval").
        weapon_verbs: What a weapon can be the subject of ("vluchil", "upal").
        attack_nouns: An attack as a noun ("udar$", "obstril").
        soldiers: Nouns that an adjective of a party makes an actor of ("viysk", "dron").
        framing: Words before an attack noun that tell it took place ("vnaslidok", "pislya").
        prisoners: Prisoners of war, as objects of killing.
        killing: Killing of prisoners told as done.
        assaults: A ground assault told as done.
        not_this: Words with which a headline tells of no attack of these days: a plan, a threat, a
            denial, a court case, an anniversary, another war, sport, cooking.
        shot_down: Air defence at work.
        fillers: Words that may stand between an actor and its verb, figures aside.
        objects: Words that make of a weapon after them what was struck ("zavod … droniv").
        inside: Words before a party's name that make a place of it ("v rf").
    """

    __pydantic_config__ = _REFUSE_UNKNOWN_KEYS

    waarborg: str
    version: str
    actors: Mapping[PartyId, ActorWords]
    weapons: Mapping[Act, tuple[str, ...]]
    attack_verbs: tuple[str, ...]
    weapon_verbs: tuple[str, ...]
    attack_nouns: tuple[str, ...]
    soldiers: tuple[str, ...]
    framing: tuple[str, ...]
    prisoners: tuple[str, ...]
    killing: tuple[str, ...]
    assaults: tuple[str, ...]
    not_this: tuple[str, ...]
    shot_down: tuple[str, ...]
    fillers: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a headline clearly states; empty where it states nothing."""

    acts: tuple[ActEvidence, ...] = ()
    actors: tuple[ActorEvidence, ...] = ()


NOTHING = Reading()


def reader(lexicon: Lexicon) -> HeadlineReader:
    """Make a reader for a mission's word lists."""
    return HeadlineReader(lexicon)


class HeadlineReader:
    """Reads headlines with one mission's words."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        words = lexicon
        self._not_this = _pattern(rf"\b{_any(words.not_this)}")
        self._shot_down = _pattern(rf"\b{_any(words.shot_down)}")
        self._verb = _any(words.attack_verbs)
        self._killed_prisoners = _pattern(
            rf"\b(?:{_any(words.killing)}.*\b{_any(words.prisoners)}"
            rf"|{_any(words.prisoners)}.*\b{_any(words.killing)})"
        )
        self._assault = _pattern(rf"\b{_any(words.assaults)}")
        self._weapons = {
            act: _pattern(rf"\b{_any(found)}") for act, found in sorted(words.weapons.items())
        }
        weapon = self._weapon = _any(word for found in words.weapons.values() for word in found)
        noun = _any(words.attack_nouns)
        # "znyshhyly try drony": the weapon is what was struck; "znyshhyly dronamy": it struck.
        self._struck_weapon = _pattern(
            rf"\b{_any(words.objects)}(?: \w+){{0,2}} (?!\w+(?:ami|amy|om|oyu|em)\b){weapon}"
        )
        self._attack = _pattern(
            rf"\b(?:{self._verb}"
            rf"|{weapon}(?: \w+)? {_any(words.weapon_verbs)}"
            rf"|{_any(words.framing)}(?: \w+){{0,2}} {noun}"
            rf"|{noun}(?: {weapon})? (?:na|po)\b"
            rf"|{noun} {weapon})"
            rf"|^{noun} (?!pid\b)\w+"
        )
        self._actor = lru_cache(maxsize=None)(self._actor_pattern)
        self.read = lru_cache(maxsize=1 << 20)(self._read)

    def _actor_pattern(self, party: PartyId, source: str) -> re.Pattern[str]:
        """Where the party is the subject, the agent or the adjective of an attack."""
        lexicon = self._lexicon
        words = lexicon.actors[party]
        view = source in words.from_outlets
        nominative = _any((*words.nominative, *(words.view_nominative if view else ())))
        genitive = _any((*words.genitive, *(words.view_genitive if view else ())))
        adjective = _any((*words.adjective, *(words.view_adjective if view else ())))
        soldiers, noun, weapon = _any(lexicon.soldiers), _any(lexicon.attack_nouns), self._weapon
        deed = rf"(?:{self._verb}|{_any(lexicon.killing)}|{_any(lexicon.assaults)})"
        hit = rf"(?:{deed}|{_any(lexicon.weapon_verbs)})"
        filler = rf"(?: (?:{_any(lexicon.fillers)}|\d+|{weapon})){{0,4}}"
        outside = "".join(rf"(?<!\b{word} )" for word in lexicon.inside)
        return _pattern(
            rf"\b(?:{outside}{nominative}{filler} {deed}"
            rf"|{adjective} {soldiers}{filler} {deed}"
            rf"|{adjective} {weapon}{filler} {hit}"
            rf"|{weapon} {genitive}{filler} {hit}"
            rf"|{self._verb} {weapon} {genitive}"
            rf"|(?=\w+(?:ami|amy|om)\b){weapon} {genitive}"
            rf"|{noun}(?: {weapon}| {soldiers})? {genitive}"
            rf"|{adjective}(?: {weapon}| \w+iy| \w+oji| \w+oyi| \w+ogo| \w+ij| \w+yj)? {noun})"
        )

    def _read(self, headline: str, source: str) -> Reading:
        """What the headline of this outlet clearly states."""
        if not headline or self._not_this.search(headline):
            return NOTHING
        headline = self._struck_weapon.sub("…", headline)
        actors = tuple(
            ActorEvidence(party, Basis.STATED, found.group(0))
            for party in sorted(self._lexicon.actors)
            if (found := self._actor(party, source).search(headline))
        )
        attack = self._attack.search(headline)
        if prisoners := self._killed_prisoners.search(headline):
            return Reading(
                (ActEvidence(Act.KILLING_OF_PRISONERS, Basis.STATED, prisoners.group(0)),), actors
            )
        if assault := self._assault.search(headline):
            return Reading(
                (ActEvidence(Act.GROUND_ASSAULT, Basis.STATED, assault.group(0)),), actors
            )
        if not attack and not actors:
            return NOTHING
        if self._shot_down.search(headline) and not actors:
            return NOTHING
        ground = attack.group(0) if attack else actors[0].words
        acts = tuple(
            ActEvidence(act, Basis.STATED, f"{ground} · {found.group(0)}")
            for act, pattern in self._weapons.items()
            if (found := pattern.search(headline))
        )
        return Reading(acts or (ActEvidence(Act.FORCE_UNSPECIFIED, Basis.STATED, ground),), actors)


def _any(words: Iterable[str]) -> str:
    """An alternation of words; each is a prefix unless it ends in "$"."""
    parts = sorted(
        (re.escape(word[:-1]) + r"\b" if word.endswith("$") else re.escape(word) + r"\w*")
        for word in set(words)
    )
    return "(?:" + "|".join(parts) + ")" if parts else "(?!)"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)
