"""What breaks a rule, signed elsewhere by who holds a key of their own: on the record as refused, on every database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from small_mission import CommandResult
from waarborg.app.services.proceedings import draft_of
from waarborg.app.services.script import read_script
from waarborg.app.wiring.proceedings import put
from waarborg.base.times import format_instant, parse_instant
from waarborg.cases.entry import Entry
from waarborg.record.demonstration import demonstration_origin, demonstration_seed
from waarborg.record.scribe import OPERATOR, enrolment
from waarborg.record.statement import Author, Draft
from waarborg.store.mission_record import MissionRecord

Waarborg = Callable[..., CommandResult]

FOLDER = Path(__file__).parents[2] / "examples" / "ninety-days"
TEXT = (FOLDER / "script.yaml").read_text(encoding="utf-8")
ORIGIN = demonstration_origin("ninety-days")
CAME = parse_instant("2030-01-21T10:40:00Z")
"""Ardania and Borland have not voted on p2 yet; p1 is closed, px withdrawn, nothing is owed."""

HEAD = "  - {at: 2030-01-21T10:40Z, "
BAD = """\
by: "WIT:sealed", does: vote, as: b-seat, with: {proposal: p2, choice: for}}
by: "GUA:sealed", does: vote, as: b-twice, with: {proposal: p2, choice: for}}
by: "ARD:sealed", does: vote, as: b-late, with: {proposal: p1, choice: for}}
by: "BOR:sealed", does: vote, as: b-withdrawn, with: {proposal: px, choice: for}}
by: "GUA:senate", does: gate-step, as: b-gate, with: {gate: GUA-senate, step: refused, case: shelling}}
by: "GUA:senate", does: gate-step, as: b-gate-2, with: {gate: GUA-senate, step: given, case: shelling}}
by: "GUA:cabinet", does: gate-step, as: b-cabinet, with: {gate: GUA-senate, step: given}}
by: "SUL:sealed", does: obligation-step, as: b-nothing, with: {obligation: obl-shelling-watch-SUL, step: fulfilled}}
by: "ARD:sealed", does: amend, as: b-amend, with: {version: "2", since: "2029-12-01T00:00Z", words: the line moves}}
by: "BOR:sealed", does: vote, as: b-nobody, with: {proposal: p9, choice: for}}
by: "GUA:sealed", does: approve, as: b-own, with: {proposal: p9}}
"""
RULES = {
    "b-seat": "COM-001",
    "b-twice": "COM-002",
    "b-late": "COM-003",
    "b-withdrawn": "COM-004",
    "b-gate-2": "COM-006",
    "b-cabinet": "COM-012",
    "b-nothing": "COM-007",
    "b-amend": "COM-008",
    "b-nobody": "COM-005",
    "b-own": "COM-005",
}
"""The bad input of the commission, each with the rule it breaks; the first decision on the gate is good."""


def text() -> str:
    """The ninety days' script up to then, and the bad input after it."""
    head, events = TEXT.split("events:\n", 1)
    lines = events.splitlines(keepends=True)
    last = next(n for n, line in enumerate(lines) if "2030-01-21T11:00Z" in line)
    more = "".join(f"{HEAD}{line}\n" for line in BAD.splitlines())
    return f"{head}events:\n{''.join(lines[:last])}{more}"


def _key(author: str) -> bytes:
    return hashlib.sha256(author.encode()).digest()


def _sealed(entries: list[Entry]) -> tuple[list[Author], bytes]:
    """Each entry signed with its author's own key, behind the author's last."""
    authors: dict[str, Author] = {}
    lines = []
    for entry in entries:
        author = authors.setdefault(entry.author, Author(entry.author, _key(entry.author)))
        lines.append(author.state(draft_of(entry)))
    return [Author(name, _key(name)) for name in authors], b"\n".join(lines) + b"\n"


def test_bad_input_signed_elsewhere_stays_on_the_record_as_refused(
    waarborg: Waarborg, tmp_path: Path, database: str
) -> None:
    """Refused with the rule named in `determine`, `docket` and `status`; it changes nothing and the record verifies."""
    out, script = tmp_path / "out", read_script(text(), "script.yaml")
    good = [e for e in script.entries if not e.id.startswith("b-")]
    bad = [e for e in script.entries if e.id.startswith("b-")]
    authors, signed = _sealed(bad)
    with MissionRecord.open(out, ORIGIN, demonstration_seed(ORIGIN), database) as record:
        for author in authors:
            record.say(OPERATOR, Draft("key", enrolment(author, ORIGIN), 0))
        put(record, good)
    file = tmp_path / "signed.txt"
    file.write_bytes(signed)
    at = ("--as-of", "2030-01-21T10:50Z", "--json")
    asked = ("--record", out)
    before = json.loads(waarborg("docket", FOLDER, *asked, *at).out)["rows"]
    told = waarborg(
        "determine", FOLDER, *asked, "--signed", file, "--received-at", format_instant(CAME),
        "--database", database, "--json",
    )  # fmt: skip
    assert told.code == 0, told.err
    refused = {row["entry"]: row["rule"] for row in json.loads(told.out)["refused"]}
    assert {name: rule for name, rule in refused.items() if name.startswith("b-")} == RULES
    assert json.loads(waarborg("docket", FOLDER, *asked, *at).out)["rows"] == before
    picture = json.loads(waarborg("status", FOLDER, *asked, *at).out)
    assert RULES.items() <= {row["entry"]: row["rule"] for row in picture["refused"]}.items()
    assert waarborg("verify", out / "record").code == 0
    played_to = tmp_path / "played"
    (tmp_path / "s.yaml").write_text(text(), encoding="utf-8")
    turns = waarborg(
        "exercise", FOLDER, "--script", tmp_path / "s.yaml", "--out", played_to, "--json"
    )
    found = {t["entry"]: t["refused"][:7] for t in json.loads(turns.out)["turns"] if t["refused"]}
    assert found == refused, "an exercise refuses what a record refuses"
