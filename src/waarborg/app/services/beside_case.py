"""What stands beside the vote in a case: rival accounts side by side, requests for access, tasks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from waarborg.app.services.wording import LEVELS
from waarborg.base.grades import AttributionLevel
from waarborg.base.times import format_instant
from waarborg.cases.case import CaseFile
from waarborg.cases.determination import Determination
from waarborg.cases.entry import (
    Account,
    AnswerInspection,
    Comment,
    Entry,
    OpenCase,
    RequestInspection,
    Task,
    TaskDone,
)


def accounts(case: CaseFile, found: Determination | None) -> list[dict[str, Any]]:
    """What each party says happened, side by side: the allegation, comments and accounts, as they came in.

    Args:
        case: The case.
        found: The determination that opened it, as the reports now make it; None when an entry opened it.
    """
    sides: dict[str, list[dict[str, Any]]] = {}
    if found is not None:
        sides[""] = [_said("finding", _told(found), None, list(case.findings))]
    for entry in case.entries:
        act = entry.act
        if isinstance(act, OpenCase | Comment | Account) and act.words:
            sort = {OpenCase: "allegation", Comment: "comment", Account: "account"}[type(act)]
            cites = [*entry.cites, *(act.findings if isinstance(act, OpenCase) else ())]
            sides.setdefault(entry.party, []).append(_said(sort, act.words, entry, cites))
    return [{"party": party, "says": says} for party, says in sides.items()]


def _told(found: Determination) -> str:
    """How firmly the reports tell what the case alleges, which its own words already say."""
    count = len(found.cites)
    tell = "1 report tells of it" if count == 1 else f"{count} reports tell of it"
    level = AttributionLevel(str(found.facts.get("attribution") or AttributionLevel.UNKNOWN))
    return f"{tell}; that {found.breacher} did it is {LEVELS[level]}"


def _said(sort: str, words: str, entry: Entry | None, cites: list[str]) -> dict[str, Any]:
    return {
        "sort": sort,
        "words": words,
        "entry": entry.id if entry else "",
        "author": entry.author if entry else "",
        "known_at": format_instant(entry.known_at) if entry else "",
        "cites": cites,
    }


def inspections(case: CaseFile) -> Iterator[dict[str, Any]]:
    """Requests for access, each with who asked, until when, and what became of it."""
    answers = {e.act.request: e for e in case.entries if isinstance(e.act, AnswerInspection)}
    for asked in case.entries:
        if isinstance(asked.act, RequestInspection):
            answer = answers.get(asked.id)
            done = answer.act if answer else None
            yield {
                "request": asked.id,
                "by": asked.author,
                "of": asked.act.of,
                "place": asked.act.place,
                "asked_at": format_instant(asked.known_at),
                "hours": asked.act.hours,
                "access": done.access.value if isinstance(done, AnswerInspection) else "no answer",
                "answered_at": format_instant(answer.known_at) if answer else None,
                "answer": answer.id if answer else "",
                "words": done.words if isinstance(done, AnswerInspection) else "",
                "cites": list(answer.cites) if answer else [],
            }


def tasks(case: CaseFile, as_of: datetime) -> Iterator[dict[str, Any]]:
    """What somebody was asked to look into: by whom, until when, and what it brought."""
    done = {e.act.task: e for e in case.entries if isinstance(e.act, TaskDone)}
    for given in case.entries:
        if isinstance(given.act, Task):
            report, due = done.get(given.id), case.duties.get(given.id)
            said = report.act if report else None
            late = given.id in case.lapsed or (due is not None and due.by <= as_of)
            yield {
                "task": given.id,
                "by": given.author,
                "assignee": given.act.assignee,
                "words": given.act.words,
                "given_at": format_instant(given.known_at),
                "hours": given.act.hours,
                "state": "done" if report else "overdue" if late else "open" if due else "ended",
                "done_at": format_instant(report.known_at) if report else None,
                "done": report.id if report else "",
                "brought": said.words if isinstance(said, TaskDone) else "",
                "cites": list(report.cites) if report else [],
            }
