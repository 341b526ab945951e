"""The picture of the day as one self-contained HTML page, the same bytes for the same state."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from datetime import datetime
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from markupsafe import Markup

from waarborg.agreement.model import Agreement
from waarborg.app.publish.safe import foreign, sentence, thousands
from waarborg.app.services.alleged import act_and_place, headlines
from waarborg.app.services.behind import Behind
from waarborg.app.services.docket import courses, docket, due, messages
from waarborg.app.services.spoken import Speaker
from waarborg.app.services.votes import knew_words
from waarborg.app.services.wording import spaced
from waarborg.cases.below import Thing
from waarborg.obligations.obligation import ObligationState
from waarborg.obligations.state import Running

MOST = 200
"""Rows of one table on the page; the rest is counted and comes with --json."""

CALM = frozenset(
    {"fulfilled", "waived", "excused", "dormant", "done", "lapsed", "done_late", "fulfilled_late"}
)
"""States that ask nothing more of anybody."""


def render_day(running: Running, as_of: datetime, picture: dict[str, Any], behind: Behind) -> str:
    """Lay the picture of a moment out as a page that opens from disk, prints, and asks nothing outside.

    Args:
        running: The state at that moment.
        as_of: The moment.
        picture: What `status` made of it, with what moved since.
        behind: What everything in it rests on.
    """
    style = _asset("page.css") + _asset("day.css")
    speaker = Speaker(running.agreement, ZoneInfo("UTC"))
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_asset),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "foreign": foreign,
        "sentence": sentence,
        "thousands": thousands,
        "spaced": spaced,
        "instant": lambda text: speaker.words(text) if text else "not known",
        "cutoff": speaker.cutoff,
        "told": speaker.words,
        "knew": knew_words,
        "alleged": act_and_place,
        "headlines": headlines,
        "rests": lambda name, thing: behind.words(Thing(thing), name),
    }
    cases, deadlines = docket(running, as_of, behind.named), due(running, as_of)
    waiting = [row for row in deadlines if row.state not in CALM]
    flagged = [row for row in deadlines if row.flags and row.state in CALM]
    return environment.get_template(
        "day.html.j2"
    ).render(
        title=running.agreement.title,
        names=_names(running.agreement),
        p=picture,
        style=Markup(style),  # noqa: S704  # our own file
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        figures=_figures(picture),
        standing=_standing(running.agreement, picture),
        cases=cases[:MOST],
        more_cases=max(0, len(cases) - MOST),
        deadlines=waiting[:MOST],
        more_deadlines=max(0, len(waiting) - MOST),
        flagged=flagged[:MOST],
        more_flagged=max(0, len(flagged) - MOST),
        promises=list(_promises(running, as_of, picture)),
        procedures=courses(running, as_of)[:MOST],
        messages=messages(running)[-MOST:],
        as_of=picture["as_of"],
    )


def _figures(picture: dict[str, Any]) -> list[tuple[int, str]]:
    cases, owed = picture["cases"], picture["obligations"]
    live = sum(cases.get(state, 0) for state in ("open", "voting", "appealed", "deadlocked"))
    blocked = [each for each in picture["blocked"] if each["state"] != "excused"]
    return [
        (live, "cases before a body"),
        (cases.get("ruled", 0), "cases ruled"),
        (owed.get("due", 0), "obligations due by a time"),
        (owed.get("no_deadline", 0), "obligations with no time set"),
        (owed.get("overdue", 0) + owed.get("maybe_overdue", 0), "obligations overdue, or perhaps"),
        (len(blocked), "promises blocked"),
        (len(picture["refused"]), "entries refused"),
    ]


def _standing(agreement: Agreement, picture: dict[str, Any]) -> list[dict[str, Any]]:
    """Clause by clause, how far it binds each party."""
    reached = {(each["clause"], each["party"]): each for each in picture["standing"]}
    return [
        {
            "clause": clause.id,
            "says": clause.says,
            "binds": [reached.get((clause.id, str(party))) for party in agreement.parties],
            "between": picture["in_force_between"].get(clause.id, []),
        }
        for clause in agreement.clauses.values()
    ]


def _promises(
    running: Running, as_of: datetime, picture: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    blocks, barred = running.blocks(as_of), running.barred(as_of)
    for guarantee in running.agreement.guarantees:
        block = blocks[guarantee.id]
        mine = [
            each for each in running.owed.values() if running.guarantee_of(each).id == guarantee.id
        ]
        counts: dict[str, int] = {}
        for each in mine:
            state = running.state_of(each, barred)[0].value
            counts[state] = counts.get(state, 0) + 1
        dormant = block is not None and block.state is ObligationState.DORMANT
        yield {
            "id": guarantee.id,
            "by": str(guarantee.by),
            "clause": guarantee.clause,
            "words": guarantee.words or ", ".join(guarantee.actions),
            "strength": guarantee.strength.value,
            "stands": "holds" if block is None else block.state.value,
            "why": block.words if block else running.promises.narrowed(guarantee, as_of),
            "dormant": dormant,
            "contribution": picture["contributions"].get(guarantee.id, ""),
            "owed": counts,
        }


def _names(agreement: Agreement) -> dict[str, str]:
    names = {str(party): entry.name for party, entry in agreement.parties.items()}
    return names | {body.id: body.words for body in agreement.bodies.values()}


def _asset(name: str) -> str:
    return files("waarborg.app.publish").joinpath(name).read_text(encoding="utf-8")
