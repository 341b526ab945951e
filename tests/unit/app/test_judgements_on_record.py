"""What people say about reports on the record counts everywhere alike, from the moment it came in."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from small_mission import MISSION, CommandResult, Mission
from waarborg.app.cli.desk import open_inputs
from waarborg.app.services.logbook import read_back
from waarborg.app.services.outputs import derived_files
from waarborg.app.wiring.verification import contents, repeat, repeat_proofs, replay
from waarborg.base.times import parse_instant
from waarborg.incidents.incident import Incident
from waarborg.record.demonstration import demonstration_origin, demonstration_seed
from waarborg.record.failure import VerificationFailure
from waarborg.record.journal import Journal
from waarborg.record.scribe import OPERATOR, enrolment
from waarborg.record.statement import Author, Draft
from waarborg.store.mission_record import MissionRecord

Waarborg = Callable[..., CommandResult]

RECEIVED = ("--received-at", "2030-04-20T12:00+03:00")
ORIGIN = demonstration_origin("river-truce")
SECRET = demonstration_seed(ORIGIN)
ANA = "mission:ana"


def apart(incidents: tuple[Incident, ...]) -> list[str]:
    """A report of each of two incidents."""
    return [str(incident.reports[0]) for incident in incidents[:2]]


def judge(journal: Journal, kind: str, reports: list[str], at: str = "") -> None:
    """Put a judgement on the record, with its time mark when there is one."""
    journal.say(ANA, Draft(kind, {"reports": reports, "reason": "one film shows both"}, 0))
    if at:
        journal.mark(parse_instant(at))


def together(incidents: tuple[Incident, ...], pair: list[str]) -> bool:
    """Whether one incident holds both reports."""
    return any(set(pair) <= set(map(str, incident.reports)) for incident in incidents)


def test_a_judgement_on_the_record_counts_in_a_run_and_in_what_repeats_it(small: Mission) -> None:
    """Run, judge, run: joined from then on, not before; repeated and replayed to the byte."""
    chain = small.open()
    journal = chain.journal()
    before = chain.run(journal)
    pair = apart(before.derived.incidents)
    assert not together(before.derived.incidents, pair)
    judge(journal, "merge-judgement", pair, "2030-04-20T12:00+03:00")
    again = chain.run(journal)
    assert derived_files(again.derived) == derived_files(before.derived)
    after = chain.run(journal, known_at="2030-04-20")
    assert together(after.derived.incidents, pair)
    _, files = repeat(journal, open_inputs)
    assert files == after.files
    found = replay(journal, open_inputs, after.derived.as_of, after.derived.known_at)
    assert found.files == after.files
    earlier = replay(journal, open_inputs, before.derived.as_of, before.derived.known_at)
    assert earlier.files == again.files


@pytest.mark.parametrize("marked", ["", "2030-04-13T00:00+03:00"])
def test_judged_before_the_run_equals_run_and_repeated(small: Mission, marked: str) -> None:
    """Also where a judgement waits for the time mark that the run itself sets."""
    chain = small.open()
    pair = apart(chain.derive().incidents)
    journal = chain.journal()
    judge(journal, "merge-judgement", pair, marked)
    done = chain.run(journal)
    assert together(done.derived.incidents, pair)
    derivation, files = repeat(journal, open_inputs)
    assert files == done.files
    assert [j.who for j in contents(journal, derivation.rests_on).judgements] == [ANA]


def test_a_judgement_of_a_version_unknown_here_is_carried_and_not_read(small: Mission) -> None:
    """Nobody stops a mission with a statement of a kind's next version."""
    chain = small.open()
    journal = chain.journal()
    journal.say(ANA, Draft("merge-judgement", {"pairs": 3}, 0, kind_version=2))
    done = chain.run(journal)
    assert read_back(journal).judgements == ()
    assert repeat(journal, open_inputs)[1] == done.files


@pytest.mark.parametrize(
    "reports", [["rep-a"], ["rep-a", "rep-a"], [f"rep-{number}" for number in range(101)]]
)
def test_a_judgement_names_two_to_a_hundred_reports(small: Mission, reports: list[str]) -> None:
    """One statement cannot flood fusion with millions of pairs, nor say nothing (REC-075)."""
    with pytest.raises(VerificationFailure, match="reports should be of type several"):
        judge(small.open().journal(), "merge-judgement", reports)


def enrol(out: Path, author: Author) -> None:
    """The operator lets a key of the author's own count."""
    with MissionRecord.open(out, ORIGIN, SECRET) as record:
        record.say(OPERATOR, Draft("key", enrolment(author, ORIGIN), 0))
        record.commit()
        record.publish()


def signed(folder: Path, *leaves: bytes) -> Path:
    """Statements signed elsewhere, one a line."""
    file = folder / "signed"
    file.write_bytes(b"\n".join(leaves) + b"\n")
    return file


def test_every_command_counts_a_judgement_signed_elsewhere(
    waarborg: Waarborg, small: Mission, tmp_path: Path
) -> None:
    """Run, verify, replay, trail, explain and determine tell one story."""
    folder, out = tmp_path / "mission", tmp_path / "out"
    small.write(folder)
    assert waarborg("run", folder, "--out", out).code == 0
    pair = apart(small.open().derive().incidents)
    ana = Author(ANA, bytes(range(32)))
    enrol(out, ana)
    leaf = ana.state(Draft("merge-judgement", {"reports": pair, "reason": "one film"}, 0))
    told = waarborg(
        "determine", folder, "--record", out, "--signed", signed(tmp_path, leaf),
        *RECEIVED, "--json",
    )  # fmt: skip
    assert told.code == 0, told.err
    assert waarborg("run", folder, "--out", out).code == 0
    rows = [json.loads(line) for line in (out / "incidents.jsonl").read_text().splitlines()]
    [joined] = [r for r in rows if set(pair) <= {m["report"] for m in r["members"]}]
    checked = waarborg("verify", out / "record", "--json")
    assert checked.code == 0, checked.out + checked.err
    assert json.loads(checked.out)["derivation"]["known_at"] == "2030-04-20T21:00:00Z"
    again = json.loads(waarborg("replay", out / "record", "--json").out)
    assert again["entry"] == json.loads(checked.out)["derivation"]["entry"]
    moved = json.loads(waarborg("trail", "--out", out, "--json").out)
    assert [m["into"] for m in moved if m["at"] == "2030-04-20T09:00:00Z"] == [joined["id"]]
    assert "judged" in waarborg("explain", joined["id"], "--out", out).out
    found = json.loads(waarborg("determine", folder, "--record", out, "--json").out)
    assert isinstance(found["determinations"], list)


def test_what_nobody_enrolled_signed_elsewhere_is_refused(
    waarborg: Waarborg, small: Mission, tmp_path: Path
) -> None:
    """A stranger's key, a changed word, a gap, the operator's name: refused, nothing is written."""
    folder, out = tmp_path / "mission", tmp_path / "out"
    small.write(folder)
    assert waarborg("run", folder, "--out", out).code == 0
    ana = Author(ANA, bytes(range(32)))
    enrol(out, ana)
    draft = Draft(
        "comment", {"id": "c", "case": "x", "words": "w", "at": "2030-04-20T00:00:00Z"}, 0
    )
    good = ana.state(draft)
    checkpoint = (out / "record" / "checkpoint").read_bytes()
    for code, leaf in (
        ("REC-072", Author("mission:eve", b"e" * 32).state(draft)),
        ("REC-072", Author(ANA, b"e" * 32).state(draft)),
        ("REC-072", Author(OPERATOR, b"e" * 32).state(draft)),
        ("REC-071", good[:-6] + b"AAAAAA"),
        ("REC-073", ana.state(draft)),
        ("REC-070", b"no.statement.atall"),
    ):
        file = signed(tmp_path, leaf)
        told = waarborg("determine", folder, "--record", out, "--signed", file, *RECEIVED)
        assert told.code == 1
        assert f"COM-105 {file}:1" in told.err
        assert f"({code})" in told.err
        assert "NOT VERIFIED" not in told.err
    early = waarborg(
        "determine", folder, "--record", out, "--signed", signed(tmp_path, good),
        "--received-at", "2030-04-01T00:00Z",
    )  # fmt: skip
    assert early.code == 1
    assert "COM-102" in early.err
    assert (out / "record" / "checkpoint").read_bytes() == checkpoint
    taken = signed(tmp_path, good)
    assert waarborg("determine", folder, "--record", out, "--signed", taken, *RECEIVED).code == 0
    twice = waarborg("determine", folder, "--record", out, "--signed", taken, *RECEIVED)
    assert "(REC-074)" in twice.err
    assert waarborg("verify", out / "record").code == 0


def test_what_a_party_states_as_a_report_or_proof_moves_nothing(small: Mission) -> None:
    """Neither a made-up report, nor one of a report that is to come, nor a proof that fails."""
    chain = small.open()
    plain = chain.run(chain.journal())
    journal = chain.journal()
    for said in plain.journal.read():
        if said.statement.kind == "report":
            body = {**said.statement.body, "address": "https://forged.example/"}
            journal.say("BOR:desk", Draft("report", body, 0))
    journal.say("BOR:desk", Draft("report", {"source": "none"}, 0))
    proof = {key: {} for key in ("request", "text", "answers")}
    words = dict.fromkeys(("agreement", "solver", "waarborg"), "x")
    journal.say("BOR:desk", Draft("proof", proof | words, 0))
    done = chain.run(journal)
    assert derived_files(done.derived) == derived_files(plain.derived)
    assert repeat(journal, open_inputs)[1] == done.files
    assert repeat_proofs(journal) == 0


def test_with_two_persons_a_judgement_waits_for_the_second(small: Mission) -> None:
    """One person alone, even twice, joins nothing; the second does, from then on; one taking it back undoes it."""
    wanted = MISSION.replace('claims = "claims.yaml"', 'two_persons = true\nclaims = "claims.yaml"')
    chain = replace(small, changed={"mission.toml": wanted}).open()
    journal = chain.journal()
    before = chain.run(journal)
    pair = apart(before.derived.incidents)
    said = {"reports": pair, "reason": "one film shows both"}
    for day, (who, kind) in enumerate(
        [(ANA, "merge-judgement"), (ANA, "merge-judgement"), ("mission:ben", "merge-judgement"),
         (ANA, "open-judgement")], 20,
    ):  # fmt: skip
        journal.say(who, Draft(kind, said, 0))
        journal.mark(parse_instant(f"2030-04-{day}T12:00+03:00"))
    joined = {}
    for day in range(20, 24):
        done = chain.run(journal, known_at=f"2030-04-{day}")
        joined[day] = together(done.derived.incidents, pair)
        assert repeat(journal, open_inputs)[1] == done.files
    assert joined == {20: False, 21: False, 22: True, 23: False}
