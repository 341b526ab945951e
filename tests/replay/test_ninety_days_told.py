"""What the commands tell a person of the fictional ceasefire of ninety days."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ninety_days_played import AGREEMENT, CASE, END, FOLDER, SCRIPT
from small_mission import CommandResult
from waarborg.agreement.load import load
from waarborg.app.services.day import status
from waarborg.app.services.docket import docket
from waarborg.app.services.moved import stand
from waarborg.app.wiring.proceedings import read_held
from waarborg.base.times import parse_instant
from waarborg.obligations.state import state
from waarborg.record.demonstration import demonstration_origin


@pytest.mark.parametrize("command", ["docket", "due", "status", "determine"])
def test_the_commands_mark_the_exercise(
    waarborg: Callable[..., CommandResult], played: Path, command: str
) -> None:
    """Every output of a made-up mission says that it is made up, as table and as JSON."""
    told = waarborg(command, FOLDER, "--record", played, "--json")
    assert told.code == 0, told.err
    assert json.loads(told.out)["exercise"] == AGREEMENT.exercise
    shown = waarborg(command, FOLDER, "--record", played)
    assert shown.code == 0, shown.err
    assert AGREEMENT.exercise in shown.out


def test_an_exercise_plays_to_the_last_clock(waarborg: Callable[..., CommandResult]) -> None:
    """Each turn is marked, says what moved, and the last one is a deadline after the last event."""
    told = waarborg("exercise", FOLDER, "--json")
    turns = json.loads(told.out)["turns"]
    assert {turn["exercise"] for turn in turns} == {AGREEMENT.exercise}
    assert [turn["entry"] for turn in turns if turn["refused"]] == [
        row.split()[0] for row in CASE.expected[-1]["refused"]
    ]
    assert (turns[-1]["at"], turns[-1]["entry"]) == ("2030-06-01T00:00:00Z", "the clock")
    shown = waarborg("exercise", FOLDER, "--until", "2030-01-14T00:00Z").out
    assert "REFUSED: COM-001 Witland has no seat on the Commission" in shown
    assert "v1-gua" not in shown


def test_an_exercise_can_leave_a_record(
    waarborg: Callable[..., CommandResult], tmp_path: Path
) -> None:
    """With --out the script's entries are signed, and the docket is drawn from that record."""
    assert waarborg("exercise", FOLDER, "--out", tmp_path, "--json").code == 0
    told = waarborg(
        "docket", FOLDER, "--record", tmp_path, "--as-of", "2030-01-15T00:00Z", "--json"
    )
    [row] = json.loads(told.out)["rows"]
    assert row["state"] == "deadlocked"
    assert row["times"]["verified"] == "2030-01-11T13:00:00Z"
    assert row["inspections"][0]["access"] == "obstructed"
    assert [vote["choice"] for vote in row["ballots"][0]["votes"]] == ["abstain", "against", "for"]


def test_what_is_drawn_from_a_played_record_is_marked(
    waarborg: Callable[..., CommandResult], played: Path, tmp_path: Path
) -> None:
    """A text that is no exercise, with the record of one, gives marked output all the same."""
    text = (FOLDER / "agreement.yaml").read_text(encoding="utf-8")
    mark = 'exercise: {words: "exercise: states, ceasefire and events are made up"}\n'
    (tmp_path / "agreement.yaml").write_text(text.replace(mark, ""), encoding="utf-8")
    told = waarborg("due", tmp_path, "--record", played, "--json")
    assert json.loads(told.out)["exercise"].startswith("exercise: the record was played")


def test_a_log_with_a_name_of_its_own_is_read_by_that_name(
    waarborg: Callable[..., CommandResult], tmp_path: Path
) -> None:
    """With a key of one's own the commands ask for the log's name, and refuse another."""
    (tmp_path / "key").write_text("07" * 32, encoding="ascii")
    (tmp_path / "s.jsonl").write_text(
        '{"id": "s", "kind": "change-standing", "at": "2030-01-01T08:00Z", "author": "ARD:x",'
        ' "party": "ARD", "step": "signed", "since": "2030-01-01T00:00Z"}',
        encoding="utf-8",
    )
    out, name = tmp_path / "out", ("--origin", "example.org/truce")
    taken = waarborg(
        "determine", FOLDER, "--record", out, "--take", tmp_path / "s.jsonl",
        "--received-at", "2030-01-02T00:00Z", "--key", tmp_path / "key", *name,
    )  # fmt: skip
    assert taken.code == 0, taken.err
    told = waarborg("status", FOLDER, "--record", out, *name, "--json")
    assert json.loads(told.out)["in_force"] == {"ARD": "signed"}
    other = waarborg("status", FOLDER, "--record", out, "--json")
    assert other.code == 3
    assert "REC-004" in other.out


def test_the_record_of_an_exercise_takes_more_and_stays_marked(
    waarborg: Callable[..., CommandResult], tmp_path: Path
) -> None:
    """What is put on it later is signed under the exercise's own name, and shown as exercise."""
    out, more = tmp_path / "out", tmp_path / "more.jsonl"
    assert waarborg("exercise", FOLDER, "--out", out).code == 0
    more.write_text(
        '{"id": "afterwards", "kind": "comment", "at": "2030-06-02T10:00Z", "author": "BOR:liaison", '
        '"case": "shelling", "words": "the battery is gone"}',
        encoding="utf-8",
    )
    taken = waarborg(
        "determine", FOLDER, "--record", out, "--take", more, "--received-at", "2030-06-02T10:00Z", "--json",
    )  # fmt: skip
    assert taken.code == 0, taken.err
    assert json.loads(taken.out)["exercise"].startswith("exercise:")
    told = waarborg("explain", "afterwards", "--out", out)
    assert told.code == 0, told.err
    assert "· exercise: states, ceasefire and events are made up" in told.out
    assert (
        "signed for BOR:liaison with a key that anyone can work out from the record's name, "
        "reached the record at 2 June 2030, 10:00"
    ) in told.out


def test_an_exercise_is_not_played_onto_another_record(
    waarborg: Callable[..., CommandResult], tmp_path: Path
) -> None:
    """The folder is named, with the record in it and the one that was expected; nothing is written."""
    line = (
        '{"id": "s", "kind": "change-standing", "at": "2030-01-01T08:00Z", "author": "ARD:x", '
        '"party": "ARD", "step": "signed", "since": "2030-01-01T00:00Z"}'
    )
    (tmp_path / "s.jsonl").write_text(line, encoding="utf-8")
    out = tmp_path / "out"
    put_on = ("--take", tmp_path / "s.jsonl", "--received-at", "2030-01-02T00:00Z")
    assert waarborg("determine", FOLDER, "--record", out, *put_on).code == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    refused = waarborg("exercise", FOLDER, "--out", out)
    assert refused.code == 1
    said = " ".join(refused.err.split())
    assert "COM-107" in said
    assert "the folder holds a record that is not of this exercise" in said
    assert "found: the record waarborg.example/ninety-days" in said
    assert (
        "expected: a folder without a record, or the record waarborg.example/exercise.ninety-days"
        in said
    )
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def _bare(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows without what they rest on."""
    return [{key: value for key, value in row.items() if key != "rests_on"} for row in rows]


def test_what_if_the_senate_had_consented(
    waarborg: Callable[..., CommandResult], played: Path
) -> None:
    """Supposing a gate passed changes the answer and not the record."""
    before = (played / "record/checkpoint").read_bytes()
    told = waarborg(
        "what-if", FOLDER, "--record", played, "--grant", "GUA-senate",
        "--as-of", "2030-01-23T00:00Z", "--json",
    )  # fmt: skip
    found = json.loads(told.out)
    assert [(row["id"], row["now"], row["what_if"]) for row in found["obligations"]] == [
        ("obl-shelling-help-GUA", "excused", "due"),
        ("obl-shelling-supply-WIT", "dormant", "overdue"),
    ]
    assert _bare(found["gates"]) == [
        {"id": "GUA-senate", "now": "open", "what_if": "passed"},
        {"id": "GUA-senate for shelling", "now": "refused", "what_if": "passed"},
    ]
    assert [words.partition(",")[0] for words in found["supposed"]] == [
        "supposed: GUA-senate was passed at 2030-01-22T23:59:59Z",
        "supposed: GUA-senate was passed for shelling at 2030-01-22T23:59:59Z",
    ]
    asked = ("--grant", "GUA-senate", "--as-of", "2030-01-23T00:00Z")
    words = waarborg("what-if", FOLDER, "--record", played, *asked).out
    assert "supposed: GUA-senate was passed for shelling at " in words
    assert (played / "record/checkpoint").read_bytes() == before


@pytest.mark.parametrize(
    ("more", "late", "help_due"),
    [({}, [], True), ({"known_at": "2030-01-24T00:00Z"}, ["yes"], False)],
)
def test_what_if_an_entry_more_had_come(
    waarborg: Callable[..., CommandResult],
    played: Path,
    tmp_path: Path,
    more: dict[str, str],
    late: list[str],
    help_due: bool,
) -> None:
    """A supposed entry is in at its own time, or when it says; one not in by then is named."""
    body = {
        "id": "yes", "kind": "gate-step", "at": "2030-01-14T13:00Z", "author": "GUA:senate",
        "gate": "GUA-senate", "step": "given", "case": "shelling",
    }  # fmt: skip
    file = tmp_path / "more.jsonl"
    file.write_text(json.dumps(body | more), encoding="utf-8")
    asked = ("--entries", file, "--as-of", "2030-01-23T00:00Z")
    found = json.loads(waarborg("what-if", FOLDER, "--record", played, *asked, "--json").out)
    then = {row["id"]: row["what_if"] for row in found["obligations"]}
    assert found["not_in"] == late
    assert ("obl-shelling-help-GUA" in then) == help_due
    words = waarborg("what-if", FOLDER, "--record", played, *asked).out
    assert ("not in by then: yes" in words) == bool(late)
    assert ("Nothing would stand otherwise." in words) == bool(late)


def test_what_if_the_draft_said_a_week(
    waarborg: Callable[..., CommandResult], played: Path, tmp_path: Path
) -> None:
    """Another draft moves the clocks that it names, and no other."""
    draft = tmp_path / "draft.yaml"
    text = (FOLDER / "agreement.yaml").read_text(encoding="utf-8")
    draft.write_text(text.replace("within: PT48H", "within: P7D"), encoding="utf-8")
    told = waarborg(
        "what-if", FOLDER, "--record", played, "--draft", draft,
        "--as-of", "2030-01-22T00:00Z", "--json",
    )  # fmt: skip
    found = json.loads(told.out)
    assert _bare(found["clocks"]) == [
        {
            "id": "obl-shelling-help-GUA",
            "now": "until 2030-01-23T12:00:00Z",
            "what_if": "until 2030-01-28T12:00:00Z",
        }
    ]
    assert found["determinations"] == []


def test_the_picture_of_a_day_is_one_page(
    waarborg: Callable[..., CommandResult], played: Path, tmp_path: Path
) -> None:
    """Marked, self-contained, the same bytes each time, and it says what can move next."""
    pages = []
    for name in ("one.html", "two.html"):
        asked = ("--as-of", "2030-02-18T00:00Z", "--since", "2030-02-14T00:00Z")
        told = waarborg(
            "status", FOLDER, "--record", played, *asked, "--html", tmp_path / name, "--json"
        )
        assert told.code == 0, told.err
        pages.append((tmp_path / name).read_text(encoding="utf-8"))
    assert pages[0] == pages[1]
    assert AGREEMENT.exercise in pages[0]
    assert "src=" not in pages[0]
    assert [code for code in ("T00:00:00Z", "PT72H", "P10D", "by BOR ") if code in pages[0]] == []
    assert "72 hours after the ruling, so at 20 February 2030, 17:00" in pages[0]
    assert "gate SUL-estates" in pages[0]
    picture = json.loads(told.out)
    frees = {each["what"]: each["frees"] for each in picture["next_movable"]}
    assert frees["gate SUL-estates"] == ["watch"]
    assert picture["in_force_between"] == {name: ["ARD", "BOR"] for name in ("C-1", "C-5")}
    moved = {(m["kind"], m["name"]): m["after"] for m in picture["moved_since"]["changes"]}
    assert moved["determination", "det-drone"] == "breach_found"


NOTICE = """
exits:
  leave: {clause: C-1, who: [ARD, BOR], notice: P30D, words: a side that leaves gives thirty days, certainty: stated}
"""


def test_with_a_period_of_notice_borland_was_bound_on_the_day_of_the_shot(
    waarborg: Callable[..., CommandResult], tmp_path: Path
) -> None:
    """It suspended on 14 March and took the text up again on 18 March: under thirty days' notice it never left."""
    text = tmp_path / "agreement.yaml"
    text.write_text((FOLDER / "agreement.yaml").read_text("utf-8") + NOTICE, encoding="utf-8")
    strict = load(text.read_text("utf-8"), "agreement.yaml")
    assert strict.exits["leave"].notice == "P30D"
    flags = [
        [f for row in docket(state(each, (), SCRIPT.entries, END, END), END) if row["case"] == "shot" for f in row["flags"]]
        for each in (AGREEMENT, strict)
    ]  # fmt: skip
    assert any("BOR had suspended the text from" in flag for flag in flags[0])
    assert [flag for flag in flags[1] if "suspended" in flag] == []
    meanwhile = parse_instant("2030-03-16T00:00:00Z")
    [row] = status(state(strict, (), SCRIPT.entries, meanwhile, meanwhile), meanwhile)["leaving"]
    assert (row["party"], row["step"], row["since"]) == ("BOR", "suspended", "2030-04-13T10:00:00Z")
    assert row["words"] == (
        "30 days, the notice of C-1, after it reached the record at 2030-03-14T10:00:00Z; "
        "it names 2030-03-15T00:00:00Z"
    )
    before = [entry for entry in SCRIPT.entries if entry.id != "s-bor-in"]
    stayed_out = state(strict, (), before, END, END)
    assert stand(stayed_out, END)["standing"]["BOR"] == "suspended", "once the notice had run"


def test_what_if_and_the_proofs_read_the_notice_of_a_draft(
    waarborg: Callable[..., CommandResult], played: Path, tmp_path: Path
) -> None:
    """Under a draft with a notice Borland is not out, and `prove` says how long who leaves stays bound."""
    draft = tmp_path / "draft.yaml"
    need = "needs: {helped: {words: a breach is answered with help, any_of: [help]}}\n"
    text = (FOLDER / "agreement.yaml").read_text("utf-8")
    draft.write_text(text + NOTICE + need, encoding="utf-8")
    asked = ("--record", played, "--as-of", "2030-03-16T00:00Z", "--draft", draft, "--json")
    told = waarborg("what-if", FOLDER, *asked)
    assert told.code == 0, told.err
    found = json.loads(told.out)
    assert {row["id"]: (row["now"], row["what_if"]) for row in found["standing"]}["BOR"][
        0
    ] == "suspended"
    [row] = found["leaving"]
    assert row["id"] == "BOR/the text"
    assert row["now"] is None
    assert row["rests_on"]["what_if"]
    proved = waarborg("prove", draft, "--json")
    assert (
        "whoever leaves the text, suspends the text or takes back a promise stays bound for 30 days"
        in proved.out
    )


def test_the_picture_tells_every_ruling_and_vote(
    waarborg: Callable[..., CommandResult], played: Path, tmp_path: Path
) -> None:
    """A ruling that was appealed and replaced stays, with its dissent, every vote and what each seat knew."""
    file = tmp_path / "page.html"
    told = waarborg("status", FOLDER, "--record", played, "--as-of", "2030-03-01", "--html", file)
    assert told.code == 0, told.err
    assert "the end of 1 March 2030" in told.out
    page = file.read_text(encoding="utf-8")
    assert "Picture at the end of 1 March 2030" in page
    case = page.partition("the first of its kind")[2].partition("</article>")[0]
    words = " ".join(re.sub(r"<[^>]+>", " ", case).split())
    ruled = [
        "Breach, responsible Borland, cause strategic replaced By vote on p2, 21 January 2030, 12:00.",
        "Dissent of Borland: the crew acted on its own .",
        "Borland appealed 25 January 2030, 10:00: new pictures of the battery .",
        "Replaced by the ruling on p3.",
        "Breach, responsible Borland, cause localised counts",
        "By vote on p3, 28 January 2030, 12:00, correcting the ruling on p2.",
        "Who voted how, on 4 proposals",
    ]
    places = [words.index(line) for line in ruled]
    assert places == sorted(places)
    vote = "Borland v2-bor against the crew acted on its own 21 January 2030, 12:00 "
    knew = r"26 entries of the case, the last v2-ard; the record had \d+ in all; 12 of the case came later"
    assert re.search(vote + knew, words)
    assert "px: breach, responsible Borland, cause strategic Put by ARD:liaison" in words
    cast = re.findall(r'class="state (for|against|abstain)"', case)
    assert Counter(cast) == {"for": 6, "against": 2, "abstain": 1}, "on three; one was withdrawn"


def test_a_procedure_that_stood_still_is_told_with_its_new_time(
    waarborg: Callable[..., CommandResult], played: Path, tmp_path: Path
) -> None:
    """The pause is told in days, and the deadline with the moment to which it moved."""
    file = tmp_path / "page.html"
    told = waarborg("status", FOLDER, "--record", played, "--html", file)
    assert told.code == 0, told.err
    page = file.read_text(encoding="utf-8")
    assert "moved by 2 days for which the procedure was suspended, so now at " in page
    assert "days, 0:00:00" not in page


def test_what_lacked_consent_or_evidence_is_told_everywhere(
    waarborg: Callable[..., CommandResult], played: Path, tmp_path: Path
) -> None:
    """Guardia's help for the drone: in what is due, the picture, its page, and on asking why."""
    lacked = ("no evidence cited in helped-anyway", "done without the consent of GUA-senate: ")
    asked = (FOLDER, "--record", played, "--as-of", "2030-03-28T00:00Z")
    page = tmp_path / "page.html"
    shown = [
        waarborg("due", *asked).out,
        waarborg("status", *asked, "--html", page).out,
        waarborg("explain", "obl-drone-help-GUA", *asked).out,
        page.read_text(encoding="utf-8"),
    ]
    for told in shown:
        assert [
            flag for flag in lacked if flag not in " ".join(told.replace("│", " ").split())
        ] == []
    rows = json.loads(waarborg("status", *asked, "--json").out)["flagged"]
    [row] = [row for row in rows if row["id"] == "obl-drone-help-GUA"]
    assert (row["state"], row["flags"][0]) == ("fulfilled", lacked[0])
    assert row["flags"][1].startswith(lacked[1])
    assert row["flags"][2].startswith("the remedy of this breach was confirmed in paid-seen at ")
    assert row["flags"][3].endswith("GUA made a reservation: the senate stays free to say no")
    assert "helped-anyway" in {each["name"] for each in row["rests_on"]}


def test_a_case_says_that_the_text_was_suspended_on_the_day_of_the_breach(
    waarborg: Callable[..., CommandResult], played: Path
) -> None:
    """In the docket and the rulings, as words and on asking why."""
    asked = (FOLDER, "--record", played)
    words = "on the day of the breach: BOR had suspended the text from 2030-03-15T00:00:00Z"
    rows = json.loads(waarborg("docket", *asked, "--json").out)["rows"]
    assert next(row["flags"] for row in rows if row["case"] == "shot")[-1] == words
    made = json.loads(waarborg("determine", *asked, "--json").out)["determinations"]
    assert next(row["flags"] for row in made if row["determination"] == "det-shot") == [words]
    told = waarborg("explain", "shot", *asked).out
    assert (
        "on the day of the breach: Borland had suspended the text from 15 March 2030, 00:00" in told
    )


_CODES = ("_for_", "maybe_", "no_deadline", "breach_found", "PT2", "P10D", "T00:00:00Z", "BOR ")


@pytest.mark.parametrize("command", ["docket", "due", "status", "determine"])
def test_a_person_reads_words_and_types_days(
    waarborg: Callable[..., CommandResult], played: Path, command: str
) -> None:
    """A bare day means up to its end, and no code, duration or machine's instant is printed."""
    day = () if command == "determine" else ("--as-of", "2030-02-15")
    shown = waarborg(command, FOLDER, "--record", played, *day)
    assert shown.code == 0, shown.err
    assert [code for code in _CODES if code in shown.out] == []
    assert "Times are those of UTC." in shown.out
    if day:
        instant = waarborg(command, FOLDER, "--record", played, "--as-of", "2030-02-16T00:00Z")
        assert instant.out == shown.out
        wrong = waarborg(command, FOLDER, "--record", played, "--as-of", "2030-02-15T10:00")
        assert wrong.code == 1
        assert "CLI-001 --as-of · this is no moment" in wrong.err


def test_entries_are_taken_onto_the_record(
    waarborg: Callable[..., CommandResult], tmp_path: Path
) -> None:
    """`determine --take` signs, marks and publishes; what breaks a rule is told and stays."""
    lines = tmp_path / "more.jsonl"
    said = {"id": "s", "kind": "change-standing", "at": "2030-01-01T08:00Z", "author": "ARD:x"}
    wrong = {"id": "w", "kind": "gate-step", "at": "2030-01-01T08:00Z", "author": "ARD:x"}
    lines.write_text(
        json.dumps({**said, "party": "ARD", "step": "signed", "since": "2030-01-01T00:00Z"})
        + "\n"
        + json.dumps({**wrong, "gate": "GUA-senate", "step": "given"}),
        encoding="utf-8",
    )
    out = tmp_path / "out"
    told = waarborg(
        "determine", FOLDER, "--record", out, "--take", lines,
        "--received-at", "2030-01-02T00:00Z", "--json",
    )  # fmt: skip
    assert told.code == 0, told.err
    [refused] = json.loads(told.out)["refused"]
    assert (refused["entry"], refused["rule"]) == ("w", "COM-012")
    assert waarborg("verify", out / "record").code == 0
    late = waarborg(
        "determine", FOLDER, "--record", out, "--take", lines,
        "--received-at", "2030-01-01T12:00Z",
    )  # fmt: skip
    assert late.code == 1
    assert "COM-102" in late.err
    assert "the record only grows" in late.err
    assert "say when it comes in now with --received-at" in " ".join(late.err.split())
    known = waarborg(
        "determine", FOLDER, "--record", out, "--take", FOLDER / "script.yaml",
        "--received-at", "2030-06-03T00:00Z", "--json",
    )  # fmt: skip
    assert known.code == 0, known.err
    rules = {row["entry"]: row["rule"] for row in json.loads(known.out)["refused"]}
    assert rules["v1-wit"] == "COM-001"


def test_an_entry_that_the_record_does_not_take_is_told_and_nothing_is_put(
    waarborg: Callable[..., CommandResult], tmp_path: Path
) -> None:
    """Every unfit entry by name, at once (COM-106); the record itself is not doubted."""
    head = {"at": "2030-01-02T08:00Z", "author": "ARD:x"}
    facts = {"body": "commission", "accused": "BOR", "clause": "C-1", "severity": -1,
             "happened_from": "2030-01-01T00:00Z", "happened_until": "2030-01-01T06:00Z"}  # fmt: skip
    standing = {"party": "ARD", "step": "signed", "since": "2030-01-01T00:00Z"}
    lines = [
        {"id": "good", "kind": "change-standing", **head, **standing},
        {"id": "odd", "kind": "open-case", **head, **facts},
        {"id": "mute", "kind": "close-case", **head, "case": "odd", "reason": ""},
    ]
    file = tmp_path / "lines.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    taken = ("--take", file, "--received-at", "2030-01-02T09:00Z")
    told = waarborg("determine", FOLDER, "--record", tmp_path / "out", *taken)
    assert told.code == 1
    assert "COM-106 odd · the entry has a field that the record does not take" in told.err
    assert "COM-106 mute · the entry has a field that the record does not take" in told.err
    assert "nothing was put on the record" in told.err
    assert "NOT VERIFIED" not in told.err
    assert read_held(tmp_path / "out", [demonstration_origin("ninety-days")]).entries == ()


def test_what_cannot_be_opened_is_told(
    waarborg: Callable[..., CommandResult], tmp_path: Path
) -> None:
    """No folder, no script, no entries, no such reading: each with what to do."""
    assert "COM-103" in waarborg("docket", tmp_path).err
    (tmp_path / "agreement.yaml").write_bytes((FOLDER / "agreement.yaml").read_bytes())
    assert "COM-105" in waarborg("exercise", tmp_path).err
    none = waarborg("status", tmp_path, "--record", tmp_path / "none")
    assert none.code == 2
    told = " ".join(none.err.replace("│", " ").split())
    assert "name the moment with --as-of, a day as 2026-04-13 or an instant as" in told
    empty = waarborg(
        "status", tmp_path, "--record", tmp_path / "none", "--as-of", "2030-01-05T00:00Z", "--json"
    )
    assert json.loads(empty.out)["cases"] == {}
    told = waarborg(
        "what-if", tmp_path, "--record", tmp_path / "none", "--reading", "other",
        "--as-of", "2030-01-05T00:00Z",
    )  # fmt: skip
    assert "no reading other" in told.err
