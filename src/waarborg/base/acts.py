"""The closed list of acts that an incident can be.

Ours, mapped from VIINA labels, ACLED sub-types, CAMEO and UCDP by each source's parser, which keeps
the source's own words. PLOVER's ASSAULT, MOBILIZE and COERCE narrowed to what a monitor logs.
"""

from __future__ import annotations

from enum import StrEnum


class Act(StrEnum):
    """What was done."""

    GROUND_ASSAULT = "ground_assault"
    LINE_CROSSING = "line_crossing"
    ARTILLERY_FIRE = "artillery_fire"
    MORTAR_FIRE = "mortar_fire"
    SMALL_ARMS_FIRE = "small_arms_fire"
    AIR_STRIKE = "air_strike"
    MISSILE_STRIKE = "missile_strike"
    DRONE_STRIKE = "drone_strike"
    DRONE_OVERFLIGHT = "drone_overflight"
    AIR_INCURSION = "air_incursion"
    NAVAL_ATTACK = "naval_attack"
    NAVAL_INCURSION = "naval_incursion"
    MINE_LAYING = "mine_laying"
    HEAVY_WEAPONS_PRESENCE = "heavy_weapons_presence"
    TROOP_BUILD_UP = "troop_build_up"
    FORTIFICATION = "fortification"
    SABOTAGE = "sabotage"
    CYBER_ATTACK = "cyber_attack"
    SIGNAL_JAMMING = "signal_jamming"
    OBSTRUCTION_OF_MONITORS = "obstruction_of_monitors"
    KILLING_OF_PRISONERS = "killing_of_prisoners"
    FORCE_UNSPECIFIED = "force_unspecified"
    """Force was used, the source does not say which kind ("attacked", "shelled" without a weapon)."""

    @property
    def words(self) -> str:
        """The act as a sentence calls it."""
        return self.value.replace("_", " ")

    @property
    def is_force(self) -> bool:
        """Whether something was fired, struck, stormed, blown up or killed; presence, passage and preparation are none."""
        return self in _FORCE


_FORCE = frozenset(
    {
        Act.GROUND_ASSAULT, Act.ARTILLERY_FIRE, Act.MORTAR_FIRE, Act.SMALL_ARMS_FIRE, Act.AIR_STRIKE, Act.MISSILE_STRIKE,
        Act.DRONE_STRIKE, Act.NAVAL_ATTACK, Act.SABOTAGE, Act.KILLING_OF_PRISONERS, Act.FORCE_UNSPECIFIED,
    }
)  # fmt: skip
