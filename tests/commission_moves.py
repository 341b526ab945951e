"""Arbitrary entries over the ninety days' agreement: whole cases, broken rules, pauses, gates, terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from waarborg.agreement.load import load
from waarborg.agreement.sections import Exit
from waarborg.agreement.vocabulary import WAYS_OUT
from waarborg.base.grades import Certainty
from waarborg.base.times import format_instant
from waarborg.cases.body import from_body
from waarborg.cases.commission import Commission
from waarborg.cases.entry import Entry

FOLDER = Path(__file__).parents[1] / "examples" / "ninety-days"
NINETY = load((FOLDER / "agreement.yaml").read_text(encoding="utf-8"), "agreement.yaml")
NOTICED = replace(
    NINETY,
    exits={
        "leave": Exit("leave", "C-5", tuple(NINETY.parties), WAYS_OUT, "P4D", "", Certainty.STATED)
    },
)
"""The same text with four days' notice for whoever leaves it or takes back a promise."""
BEGIN = datetime(2030, 1, 2, tzinfo=UTC)

PARTIES = ("ARD", "BOR", "GUA", "WIT", "SUL")
CASES = ("case-0", "case-1")
PROPOSALS = ("prop-0", "prop-1", "prop-2")
OWED = tuple(
    f"obl-{case}-{guarantee}"
    for case in CASES
    for guarantee in ("help-GUA", "supply-WIT", "watch-SUL", "relief-SUL")
)
COURSES = tuple(f"{name}-{case}" for name in ("hearing", "answer") for case in CASES)
NAMED = tuple(f"e{number}" for number in range(6))
STEPS = ("notify", "remind", "hear", "conclude", "consult", "review")

_MOVES: dict[str, dict[str, Any]] = {
    "comment": {"case": CASES, "words": ("we deny it",)},
    "verify": {
        "case": CASES,
        "result": ("verified", "cannot_be_attributed"),
        "attributed_to": ("", "BOR"),
    },
    "propose": {
        "case": CASES,
        "outcome": ("breach", "breach", "no_breach", "cannot_be_determined"),
        "responsible": ("BOR", "BOR", ""),
        "remedy": ("", "", "draw back"),
        "remedy_hours": (0, 30),
        "silence": (True, False),
    },
    "vote": {"proposal": PROPOSALS, "choice": ("for", "for", "against", "abstain")},
    "approve": {"proposal": (*PROPOSALS, "rules-2", *NAMED)},
    "withdraw-proposal": {"proposal": (*PROPOSALS, *NAMED)},
    "appeal": {"case": CASES, "grounds": ("pictures",)},
    "close-case": {"case": CASES, "reason": ("settled",)},
    "reopen-case": {"case": CASES, "reason": ("new pictures",)},
    "remedy-step": {"case": CASES, "step": ("complied", "contested", "confirmed")},
    "request-inspection": {"case": CASES, "of": ("BOR",), "place": ("the hill",), "hours": (5, 90)},
    "answer-inspection": {"request": NAMED, "access": ("granted", "refused", "obstructed")},
    "task": {"case": CASES, "assignee": ("GUA:x",), "words": ("look",), "hours": (5, 90)},
    "task-done": {"task": NAMED, "words": ("seen",)},
    "split-case": {"case": CASES, "findings": (["north"], ["south"]), "reason": ("apart",)},
    "join-cases": {"cases": (["case-1"], ["e0"]), "into": CASES, "reason": ("one matter",)},
    "gate-step": {
        "gate": ("GUA-senate", "GUA-senate", "SUL-estates"),
        "step": ("given", "given", "refused", "recalled", "filed"),
        "case": ("", *CASES),
    },
    "contribute": {
        "guarantee": ("help", "supply", "watch", "company"),
        "step": ("pledged", "approved", "ready", "deployed", "withdrawn"),
    },
    "obligation-step": {
        "obligation": OWED,
        "step": ("fulfilled", "waived", "excused", "contested"),
    },
    "ask-help": {"breach": CASES},
    "step-taken": {"course": COURSES, "step": STEPS},
    "pause-course": {"course": COURSES, "reason": ("talks",)},
    "resume-course": {"course": COURSES, "reason": ("talks failed",)},
    "commitment-step": {"commitment": ("draw-back", "open-port"), "step": ("done", "undone")},
}
_CONDUCT = frozenset({"close-case", "reopen-case", "pause-course", "resume-course"})
_LATER = {
    "promise-term": {"guarantee": ("help", "supply", "watch")},
    "change-standing": {"party": PARTIES, "step": ("signed", "suspended", "in_force")},
}


def _said(name: str, hours: float, author: str, kind: str, fields: dict[str, Any]) -> Entry:
    at = format_instant(BEGIN + timedelta(hours=hours))
    return from_body({"id": name, "kind": kind, "at": at, "author": author, **fields})


def beginning() -> list[Entry]:
    """The guarantors' signatures, rules of procedure and two cases."""
    seats = [{"party": "ARD"}, {"party": "BOR"}, {"party": "GUA"}]
    made = [
        _said(
            "rules",
            0,
            "GUA:chair",
            "adopt-rules",
            {"body": "commission", "seats": seats, "quorum": "majority", "silence": True},
        )
    ]
    signed = {"step": "signed", "since": format_instant(BEGIN - timedelta(days=1))}
    made[:0] = [
        _said(f"s-{p}", -10, f"{p}:x", "change-standing", {"party": p, **signed})
        for p in ("GUA", "WIT", "SUL")
    ]
    made += [
        _said(f"rules-{p}", 0, f"{p}:x", "approve", {"proposal": "rules"}) for p in PARTIES[:2]
    ]
    for place, case in enumerate(CASES):
        facts = {
            "body": "commission",
            "accused": "BOR",
            "clause": "C-1",
            "happened_from": format_instant(BEGIN - timedelta(hours=5)),
            "happened_until": format_instant(BEGIN),
            "severity": 1 + place * 2,
            "findings": ["north", "south"],
        }
        made.append(_said(case, 1 + place, "ARD:liaison", "open-case", facts))
    return made


@st.composite
def moves(draw: st.DrawFn, most: int = 25) -> list[Entry]:
    """The beginning, and up to so many entries after it, any of which may break a rule."""
    rules = {
        "body": "commission",
        "seats": [{"party": "ARD"}, {"party": "BOR"}, {"party": "GUA", "weight": 2}],
        "quorum": draw(st.sampled_from(["majority", "all"])),
        "vote_hours": 20,
        "silence": True,
    }
    made = [*beginning(), _said("rules-2", 3, "GUA:chair", "adopt-rules", rules)]
    hours, proposals = 3.0, 0
    for place in range(draw(st.integers(0, most))):
        hours += draw(st.sampled_from([0, 1, 5, 24, 50, 200]))
        kind = draw(st.sampled_from(["ruling", "ruling", *_MOVES, *_LATER]))
        if kind == "ruling":
            made += _ruling(draw(st.sampled_from(CASES)), f"prop-{proposals}", hours)
            proposals += 1
            continue
        fields = {
            key: draw(st.sampled_from(values))
            for key, values in (_MOVES.get(kind) or _LATER[kind]).items()
        }
        if kind in _LATER:
            later = BEGIN + timedelta(hours=hours + draw(st.sampled_from([0, 30, 300])))
            fields["until" if kind == "promise-term" else "since"] = format_instant(later)
        name = f"e{place}"
        if kind in _CONDUCT and draw(st.booleans()):
            made += _agreed(name, hours, kind, fields)
            continue
        if kind == "propose":
            name, proposals = f"prop-{proposals}", proposals + 1
        party = draw(st.sampled_from((*PARTIES, *(_entitled(fields),) * 12)))
        who = {"GUA": "senate", "SUL": "estates"}.get(party, "x") if kind == "gate-step" else "x"
        made.append(_said(name, hours, f"{party}:{who}", kind, fields))
    return made


def _agreed(name: str, hours: float, kind: str, fields: dict[str, Any]) -> list[Entry]:
    """What a seat asks of the body, and another that stands behind it."""
    put = _said(name, hours, "GUA:x", kind, fields)
    return [put, _said(f"{name}-ok", hours, "ARD:x", "approve", {"proposal": name})]


@st.composite
def gates_and_acts(draw: st.DrawFn) -> list[Entry]:
    """Both breaches found, then what Guardia's senate decides and what the guarantors say they did."""
    made = [*beginning(), *_ruling("case-0", "prop-0", 4), *_ruling("case-1", "prop-1", 5)]
    hours = 6.0
    for place in range(draw(st.integers(2, 12))):
        hours += draw(st.sampled_from([0, 1, 30]))
        if draw(st.booleans()):
            step = draw(st.sampled_from(("given", "given", "refused", "recalled", "filed")))
            fields = {
                "gate": "GUA-senate",
                "step": step,
                "case": draw(st.sampled_from(("", *CASES))),
            }
            if step == "given" and draw(st.booleans()):
                fields["until"] = format_instant(BEGIN + timedelta(hours=hours + 20))
            made.append(_said(f"g{place}", hours, "GUA:senate", "gate-step", fields))
            continue
        owed = draw(st.sampled_from(OWED))
        done = {
            "obligation": owed,
            "step": "fulfilled",
            "cites": draw(st.sampled_from([[], ["photo"]])),
        }
        made.append(_said(f"a{place}", hours, f"{owed[-3:]}:x", "obligation-step", done))
    return made


def _ruling(case: str, proposal: str, hours: float) -> list[Entry]:
    """The accused told and heard, as the text has it, then a breach proposed and voted by every seat."""
    wanted = {
        "case": case,
        "outcome": "breach",
        "responsible": "BOR",
        "remedy": "draw back",
        "remedy_hours": 30,
    }
    votes = [
        _said(
            f"{proposal}-{party}",
            hours,
            f"{party}:x",
            "vote",
            {"proposal": proposal, "choice": "for"},
        )
        for party in ("ARD", "BOR", "GUA")
    ]
    heard = [
        _said(
            f"{proposal}-{step}", hours, "GUA:chair", "step-taken", {"course": course, "step": step}
        )
        for course in (f"hearing-{case}",)
        for step in ("notify", "hear")
    ]
    return [*heard, _said(proposal, hours, "GUA:chair", "propose", wanted), *votes]


def _entitled(fields: dict[str, Any]) -> str:
    """A party that may say something of the kind, so that not everything is refused."""
    named = str(
        fields.get("obligation")
        or fields.get("gate")
        or fields.get("guarantee")
        or fields.get("party")
        or fields.get("commitment")
        or ""
    )
    if named in {"draw-back", "open-port"}:
        return "BOR" if named == "draw-back" else "ARD"
    own = {"supply": "WIT", "watch": "SUL", "company": "SUL", "help": "GUA"}
    parts = named.split("-")
    return next((p for p in PARTIES if p in parts), own.get(named, "GUA"))


def but_for_refusals(commission: Commission) -> Commission:
    """The commission without the one thing that a refused entry may leave: that a seat counted as silent had voted."""

    def kept(flags: Iterable[str]) -> Iterator[str]:
        return (flag for flag in flags if "a vote that was refused for its form" not in flag)

    for case in commission.cases.values():
        case.flags[:] = kept(case.flags)
        case.rulings[:] = [replace(each, flags=tuple(kept(each.flags))) for each in case.rulings]
        for ballot in case.ballots.values():
            ballot.unread.clear()
    return commission
