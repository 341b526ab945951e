"""What keeps promises from falling due at a moment, as views and the ledger ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from waarborg.obligations.block import Alike, Block
from waarborg.obligations.promises import Promises


@dataclass(frozen=True, slots=True)
class Barred:
    """What keeps promises from falling due at a moment.

    Attributes:
        promises: The promises.
        as_of: The moment.
    """

    promises: Promises
    as_of: datetime

    def of(self, alike: Alike) -> Mapping[str, Block | None]:
        """Guarantee to its block, for breaches that stand so."""
        return self.promises.blocks_alike(self.as_of, alike)
