"""What a reader must notice, gathered: each thing that carries a flag, with how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from waarborg.cases.below import Thing
from waarborg.obligations.flags import flags_of, flags_of_brought, flags_of_determination
from waarborg.obligations.state import Running


@dataclass(frozen=True, slots=True)
class Flagged:
    """Something that carries flags.

    Attributes:
        id: What it is called: what `explain` takes.
        thing: What sort of thing it is.
        state: How it stands.
        flags: What must be noticed about it, in words.
    """

    id: str
    thing: Thing
    state: str
    flags: tuple[str, ...]


def flagged(running: Running, as_of: datetime) -> list[Flagged]:
    """Everything that carries a flag at a moment, by name."""
    barred = running.barred(as_of)
    made = [
        Flagged(str(each.id), Thing.DETERMINATION, each.decision.value, flags)
        for each in running.determinations()
        if (flags := flags_of_determination(running, each))
    ]
    brought = [
        Flagged(name, Thing.PROMISE, "deployed", flags)
        for name in sorted(running.promises.contributions)
        if (flags := flags_of_brought(running, name, as_of))
    ]
    return [*made, *brought] + [
        Flagged(name, Thing.OBLIGATION, running.state_of(owed, barred)[0].value, flags)
        for name, owed in sorted(running.owed.items())
        if (flags := flags_of(running, owed, as_of))
    ]
