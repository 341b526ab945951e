"""Replay: small missions in plain files, each with what must come out of it in words.

A case is a folder under `chain/`: a README for a lawyer, a mission, and `expected.yaml`, which lists what
is asked (`known_at`, `as_of`) and every incident, finding, determination and obligation of the answer.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from small_mission import Chain, open_texts, texts_of
from waarborg.app.services.derived import Derived
from waarborg.base.judgement import Verdict
from waarborg.base.places import Area, Place
from waarborg.base.times import Period, format_instant, local_day
from waarborg.store import mission_folder

CASES = Path(__file__).parent / "chain"
NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir())


def where(place: Place | None) -> str:
    """A place in words: a settlement, a whole zone, or nowhere known."""
    if place is None:
        return "place unknown"
    return f"somewhere in {place.zone}" if isinstance(place, Area) else place.name


def answer(chain: Chain, derived: Derived) -> dict[str, list[str]]:
    """Everything that was derived, a sentence each."""
    zone = chain.inputs.mission.time_zone

    def when(period: Period) -> str:
        day = period.start.astimezone(zone).date()
        return str(day) if period == local_day(day, zone) else f"{period.start} to {period.end}"

    incidents, names = [], {}
    for one in derived.incidents:
        by = one.attribution
        who = by.party or (f"nobody stated, {by.implied} implied" if by.implied else "nobody")
        if not by.party and len(by.alternatives) > 1:
            who = "contradicting: " + " or ".join(by.alternatives)
        names[one.id] = f"{where(one.place)} on {when(one.happened)}"
        act = one.act.words if one.act else "no act stated"
        incidents.append(
            f"{names[one.id]}: {act}; by {who} ({by.level}); reports: {len(one.members)}"
        )
    findings, told = [], {}
    for found in derived.findings:
        verdict = "cannot be decided" if found.verdict is Verdict.UNKNOWN else found.verdict.value
        told[found.id] = f"{names[found.incident]}, {found.accused} under {found.prohibition}"
        because = "; ".join(reason.words for reason in found.reasons)
        line = f"{told[found.id]}: {verdict} ({found.tier}), because {because}"
        findings.append(line + "".join(f"; if {words}" for words in found.inferred))
    decided = {
        made.id: f"{told[made.finding]}: {made.decision.replace('_', ' ')} by {made.by.replace('_', ' ')}"
        for made in derived.determinations
    }
    obligations = []
    for owed in derived.obligations:
        window = owed.deadline.window
        until = (
            f"between {format_instant(window.start)} and {format_instant(window.end)}"
            if window
            else "no time set"
        )
        gates = "".join(f"; gate {gate.gate} {gate.state}" for gate in owed.gates)
        obligations.append(
            f"{owed.guarantor} owes {' and '.join(owed.actions).replace('_', ' ')} under {owed.guarantee}, "
            f"{until}: {owed.state.replace('_', ' ')}{gates}"
        )
    return {
        "incidents": incidents,
        "findings": findings,
        "determinations": list(decided.values()),
        "obligations": obligations,
    }


def asked(name: str) -> tuple[Chain, list[dict[str, Any]]]:
    """The mission of a case, and what is asked of it with the answers expected."""
    folder = CASES / name
    mission_folder.read(folder)
    loaded = YAML(typ="safe", pure=True).load((folder / "expected.yaml").read_text("utf-8"))
    return open_texts(texts_of(folder)), loaded["asked"]


@pytest.mark.parametrize("name", NAMES)
def test_the_case_comes_out_as_its_file_says(name: str) -> None:
    """Each question of the case gives just the incidents, findings and duties that the file lists."""
    chain, questions = asked(name)
    assert questions
    for question in questions:
        known_at, as_of = question.get("known_at"), question.get("as_of")
        found = answer(chain, chain.derive(as_of, known_at))
        expected = {key: question[key] or [] for key in found}
        assert found == expected


@pytest.mark.parametrize("name", NAMES)
def test_the_case_says_what_it_teaches(name: str) -> None:
    """Each case has a README with a heading and the lesson."""
    readme = (CASES / name / "README.md").read_text("utf-8")
    assert readme.startswith("# ")
    assert "What it teaches: " in readme


def test_no_two_cases_ask_the_same() -> None:
    """The cases differ from each other in what comes out."""
    answers = [str(asked(name)[1]) for name in NAMES]
    assert len(set(answers)) == len(NAMES) >= 7
