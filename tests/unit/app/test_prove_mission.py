"""`prove --mission` and `prove --record`: incidents in families, and answers anybody can ask again."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from small_mission import AGREEMENT
from waarborg.agreement.load import load
from waarborg.app.cli.commands import app
from waarborg.app.services.plain import pretty
from waarborg.app.services.proving import Request, Tally, ask
from waarborg.app.services.proving_data import as_data
from waarborg.app.services.proving_mission import Counting, happened
from waarborg.app.services.proving_record import body_of, repeated
from waarborg.app.wiring.verification import repeat_proofs
from waarborg.base.problems import ProblemsFound
from waarborg.coverage.prove import Wanted
from waarborg.record.demonstration import demonstration_origin
from waarborg.record.failure import VerificationFailure
from waarborg.record.journal import Journal, with_marks
from waarborg.record.statement import Draft, read_statement
from waarborg.store.record_folder import read as read_log

HARBOUR = Path(__file__).parents[2] / "data" / "agreements" / "harbour.yaml"
TEXT = HARBOUR.read_text(encoding="utf-8")
CHANCES = """\
waarborg: chances/1
by: a test
sources:
  guess: {title: A guess, kind: fiction}
others: {chance: [0.5, 0.9], source: guess}
"""


def request(**changes):
    """Ask for armed force in the Harbour Truce."""
    return Request(("", "automatic"), ("force", "trainers"), Wanted(open_words=True), **changes)


def on_record(journal, asked, **files):
    """Put a proof on a record, and give its body."""
    answers = ask(load(TEXT, "text"), None, asked)
    content = {name: text.encode() for name, text in {"text": TEXT, **files}.items()}
    body = body_of(answers, asked, content, journal.attach)
    journal.say("prover", Draft("proof", body, 1_780_000_000))
    return body


@pytest.fixture
def journal():
    """Give an empty record signed with the demonstration key."""
    return Journal(demonstration_origin("harbour"))


def test_a_third_party_repeats_a_proof_from_the_record_alone(journal):
    """Text, question and answers are attached, and the answers come out the same to the byte."""
    body = on_record(journal, request())
    assert repeated(body, journal.blobs) == journal.blobs[body["answers"]["blob"]]
    told = json.loads(journal.blobs[body["answers"]["blob"]])
    assert told["proofs"][0]["digest"] == load(TEXT, "text").digest
    assert repeat_proofs(journal) == 1


def test_a_proof_with_stated_chances_is_repeated_with_them(journal):
    """The chances are attached as well, so that the chance comes out the same."""
    result = CliRunner().invoke(app, ["prove", str(HARBOUR), "--json", "--need", "force"])
    assert json.loads(result.output)["proofs"][0]["chance"] is None
    asked = Request(("",), ("force",), Wanted())
    body = on_record(journal, asked, chances=CHANCES)
    again = json.loads(repeated(body, journal.blobs))
    assert again["proofs"][0]["chance"]["stated_by"] == "a test"


def test_an_answer_that_does_not_follow_from_the_text_is_found(journal):
    """Answers that were made up do not come out again, and the entry is named."""
    asked = request()
    answers = ask(load(TEXT, "text"), None, asked)
    told = as_data(answers)
    told["proofs"][0]["gaps"]["families"] = []
    lie = journal.attach(pretty(told).encode(), "application/json")
    body = body_of(answers, asked, {"text": TEXT.encode()}, journal.attach) | {"answers": lie}
    journal.say("prover", Draft("proof", body, 1_780_000_000))
    with pytest.raises(VerificationFailure, match="REC-062"):
        repeat_proofs(journal)


def test_a_text_that_cannot_be_read_is_no_proof(journal):
    """An entry whose text is no agreement is refused as not what its kind says."""
    asked = request()
    answers = ask(load(TEXT, "text"), None, asked)
    body = body_of(answers, asked, {"text": b"peace: yes"}, journal.attach)
    journal.say("prover", Draft("proof", body, 1_780_000_000))
    with pytest.raises(VerificationFailure, match="REC-064"):
        repeat_proofs(journal)


def test_record_wants_a_record(tmp_path):
    """A folder without a record, and a key that is none, are refused with what would be right."""
    result = CliRunner().invoke(app, ["prove", str(HARBOUR), "--record", str(tmp_path)])
    assert isinstance(result.exception, ProblemsFound)
    assert "CLI-023" in str(result.exception)
    assert "there is no record in this folder" in str(result.exception)


def test_a_run_takes_a_proof_and_verify_asks_it_again(small, tmp_path, waarborg):
    """A proof on the record of a run is bounded in time and asked again by verify; a wrong key is refused."""
    out = tmp_path / "out"
    assert waarborg("run", small.write(tmp_path / "mission"), "--out", out).code == 0
    exercise = ("prove", HARBOUR, "--need", "force", "--quick", "--record", out)
    assert waarborg(*exercise).code == 0
    told = waarborg("verify", out / "record", "--json")
    assert json.loads(told.out)["proofs_repeated"] == 1
    leaves = map(read_statement, read_log(out / "record").entries)
    (proof,) = (r for r in with_marks(enumerate(leaves)) if r.statement.kind == "proof")
    last = datetime(2030, 4, 14, 9, tzinfo=UTC)  # a mark of the mission's own time never goes back
    assert proof.recorded_at == last
    told = waarborg("verify", out / "record")
    assert "1 proof asked again from the record, the same to the byte" in told.out
    key = tmp_path / "key"
    key.write_text("abcd", encoding="ascii")
    refused = waarborg(*exercise, "--key", key)
    assert refused.code == 1
    assert "CLI-023" in refused.err
    assert "this is no key" in refused.err


NEEDS = """\
needs:
  help: {words: help comes, any_of: [help]}
readings:
  air: {note: only from the air, terms: {force: {act: [drone_strike, air_strike]}}}
"""


def test_incidents_of_a_mission_are_counted_in_each_family(small):
    """Of six incidents one surely and one maybe is Borland's; one maybe is nobody's; two readings part on one and two."""
    chain = small.open()
    text = load(AGREEMENT + NEEDS, "text", chain.inputs.zones)
    answers = ask(text, chain.inputs.zones, Request(("", "air"), ("help",), Wanted()))
    incidents = happened(chain.inputs, *chain.moments(None, None))
    assert len(incidents) == 6
    counting = Counting(text, chain.inputs.zones, chain.inputs, incidents)
    assert counting.tallies(answers) == {
        ("0", "plain", "0"): Tally(1, 1),
        ("0", "unknown", "0"): Tally(0, 1),
        ("1", "plain", "0"): Tally(1, 1),
        ("1", "unknown", "0"): Tally(0, 1),
        ("parting", "0", "breach", "0"): Tally(1, 2),
    }


def test_the_command_counts_in_words_and_as_data(small, tmp_path, waarborg):
    """The counts stand beside each family, with the mission's name."""
    folder = small.write(tmp_path / "mission")
    file = tmp_path / "text.yaml"
    file.write_text(AGREEMENT + NEEDS, encoding="utf-8")
    asked = ("prove", file, "--zones", folder / "zones.geojson", "--mission", folder, "--quick")
    told = waarborg(*asked).out
    assert "the actor is Borland [1 incident surely, 1 more maybe]" in told
    data = json.loads(waarborg(*asked, "--json").out)
    assert data["mission"] == "River truce"
    assert data["proofs"][0]["gaps"]["families"][0]["incidents"] == {"surely": 1, "maybe": 1}
    page = tmp_path / "page.html"
    assert waarborg(*asked, "--html", page).code == 0
    assert "Incidents are counted in the record of River truce" in page.read_text()
