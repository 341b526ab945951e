"""On whose task somebody has a say in a case: a task of who brought it, or of the accused, makes no stranger.

Rules this module keeps:
1. It bars nothing: what was graded or confirmed so counts, and is told with whose task it rests on.
2. Who has a seat has a say of its own, and so has whom anybody else gave a task.
"""

from __future__ import annotations

from collections.abc import Iterator

from waarborg.cases.case import CaseFile
from waarborg.cases.entry import Approve, Entry, Task, Verify


def graded_on_task(case: CaseFile) -> Iterator[str]:
    """The gradings that count and rest on a task of who brought the case, or of the accused, in words.

    Args:
        case: The case.
    """
    for entry in case.entries:
        task = task_of_side(case, entry) if entry.id in case.graded else None
        if task is None or not isinstance(entry.act, Verify):
            continue
        behind = [
            f"{each.author} stood behind it in {each.id}"
            for each in case.entries
            if isinstance(each.act, Approve)
            and each.act.proposal == entry.id
            and (each.party == task.party or task_of_side(case, each) is not None)
        ]
        told = f"graded on {_words(case, task)}: {entry.id} of {entry.author}"
        yield "; ".join((told, *behind))


def confirmed_on_task(case: CaseFile) -> Iterator[str]:
    """The confirmation of a remedy that rests on a task of the accused, in words.

    Who brought the case confirms a remedy itself, so that its task adds nothing.

    Args:
        case: The case.
    """
    for entry in case.confirmed_by:
        task = None if entry.party in case.brought_by else task_of_side(case, entry)
        if task is not None and task.party == case.accused:
            yield f"{entry.author} confirmed the remedy in {entry.id} on {_words(case, task)}"


def task_of_side(case: CaseFile, entry: Entry) -> Entry | None:
    """The task of a side by which alone somebody has a say in a case; None where it has one otherwise.

    Args:
        case: The case.
        entry: What somebody says.
    """
    seats = {seat.party for each in case.ballots.values() for seat in each.rules.seats}
    given = [
        each
        for each in case.entries
        if isinstance(each.act, Task) and each.act.assignee in {entry.author, entry.party}
    ]
    sides = {*case.brought_by, case.accused}
    if not given or entry.party in seats or any(each.party not in sides for each in given):
        return None
    return given[0]


def _words(case: CaseFile, task: Entry) -> str:
    side = "is accused" if task.party == case.accused else "brought the case"
    return f"the task of {task.party} ({task.id}), which {side}"
