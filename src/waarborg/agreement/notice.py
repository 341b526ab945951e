"""Notice: how long a party stays bound after it has said that it leaves.

Obligations, proofs and sentences all read this one definition.

Rules this module keeps:
1. A notice runs from receipt. The text as it stood then says how long.
2. Where the text asks for none, this says nothing: nobody's notice is made up.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from waarborg.agreement.deadlines import UNSTATED, due
from waarborg.agreement.model import Agreement
from waarborg.agreement.sections import Exit
from waarborg.agreement.versions import in_force
from waarborg.base.times import Period

_SECOND = timedelta(seconds=1)


def notice_of(agreement: Agreement, party: str, way: str, received: datetime) -> Exit | None:
    """The way out under which a party leaves, None where the text asks for no notice.

    Args:
        agreement: The text.
        party: Who leaves.
        way: "denounced", "suspended" or "withdrawn".
        received: When that was received.
    """
    if not agreement.exits:
        return None
    [text] = in_force(agreement, Period(received, received + _SECOND))[:1]
    found = (e for e in text.text.exits.values() if party in e.who and way in e.ways)
    return next(found, None)


def runs_out(agreement: Agreement, given: Exit, received: datetime) -> datetime:
    """When a notice that was received at a moment has run, in UTC."""
    return due(agreement.clocks.get(given.clock, UNSTATED), received, given.notice)
