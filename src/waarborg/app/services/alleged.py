"""What a case alleges: which act, where, when, and the reports' own headlines, as data and in words.

Rules this module keeps:
1. What nobody has said is told as not known.
2. The headlines are the sources' own words; they stand in quotation marks, each with who says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from waarborg.agreement.vocabulary import in_words
from waarborg.app.services.behind import Named
from waarborg.app.services.spoken import Speaker
from waarborg.app.services.wording import period_words
from waarborg.base.times import Period, parse_instant
from waarborg.base.visible import on_one_line
from waarborg.cases.case import CaseFile, whole_of
from waarborg.obligations.state import Running

MOST_HEADLINES = 3
"""Reports whose headlines a table or a page shows of one case; the rest is counted, and comes with --json."""


def alleged(running: Running, case: CaseFile, named: Named) -> dict[str, Any]:
    """Who alleges what in a case, as act and place, and the reports that tell of it.

    Nobody alleges by name where a finding opened the case; its words then say no more than act and place.

    Args:
        running: The state.
        case: The case.
        named: Who has the reports.
    """
    made = running.determination(case.id)
    if made is None:
        return {"by": "", "act": "", "place": "", "reports": []}
    return {
        "by": words_by(running, running.commission.cases[whole_of(running.commission.cases, case)]),
        "act": str(made.facts.get("act") or ""),
        "place": made.place,
        "reports": [told for name in made.cites if (told := named.headline(str(name)))],
    }


def words_by(running: Running, case: CaseFile) -> str:
    """Who wrote the words of a case, "" where these are the finding's that opened it."""
    return "" if case.id in running.base or not case.entries else case.entries[0].author


def act_and_place(row: dict[str, Any]) -> str:
    """The act and the place of a row of the docket, in words."""
    said = row["alleged"]
    act = in_words(said["act"]) if said["act"] else "act not named"
    return f"{act}, {said['place'] or 'place not named'}"


def headlines(row: dict[str, Any]) -> Iterator[str]:
    """The reports' own headlines, the first few, and how many more there are."""
    told = row["alleged"]["reports"]
    for each in told[:MOST_HEADLINES]:
        said = f"“{each['headline']}”" if each["headline"] else "a report without a headline"
        yield f"{said} ({each['source']})"
    if len(told) > MOST_HEADLINES:
        yield f"and {len(told) - MOST_HEADLINES} more reports"


def cells(speaker: Speaker, row: dict[str, Any], rests_on: str) -> tuple[str, str, str]:
    """A row of the docket as the command prints it: the case, what is alleged, what to notice.

    Args:
        speaker: Who puts it into words.
        row: The case, as `docket` has it.
        rests_on: What it rests on, in a line.
    """
    grave = "not known" if row["severity"] is None else str(row["severity"])
    ruling = row["ruling"]
    came_to = f": {speaker.words(ruling['outcome'])}" if ruling else ""
    case = [
        row["case"],
        f"{speaker.words(row['state'])}{came_to}",
        f"{row['clause']}, severity {grave}",
    ]
    case += ["quiet for 14 days"] * row["quiet"]
    start, end = map(parse_instant, row["times"]["happened"])
    told = [
        f"{speaker.name(row['accused'])}: {speaker.words(act_and_place(row))}",
        period_words(Period(start, end), speaker.zone),
        *(
            [f"{row['words_by']}: {speaker.words(row['words'])}"]
            * bool(row["words_by"] and row["words"])
        ),
        *headlines(row),
    ]
    due = (each.split(" ", 1) for each in row["due"])
    notice = [f"due {speaker.words(by)}: {speaker.words(what)}" for by, what in due]
    notice += map(speaker.words, row["conduct"])
    notice += [f"flag: {speaker.words(flag)}" for flag in row["flags"]]
    notice.append(f"rests on {speaker.words(rests_on)}")
    one, other, third = ("\n".join(map(on_one_line, lines)) for lines in (case, told, notice))
    return one, other, third
