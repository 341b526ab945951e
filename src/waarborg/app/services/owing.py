"""Determinations and obligations as a report shows them: those that read the same stand in one row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from waarborg.agreement.model import Agreement
from waarborg.app.services.desk import Desk
from waarborg.app.services.listing import ordered
from waarborg.app.services.panels import (
    DeterminationItem,
    DeterminationRow,
    GateRow,
    GuaranteePanel,
    Link,
    ObligationRow,
)
from waarborg.app.services.wording import (
    anchor,
    moment_words,
    period_words,
    person_words,
    place_words,
    spaced,
)
from waarborg.cases.determination import (
    OPERATION_OF_THE_TEXT,
    Decision,
    Determination,
    DeterminationId,
)
from waarborg.obligations.obligation import Deadline, Obligation, ObligationState

MOST_ITEMS = 200
"""Determinations named in one row; the rest is counted and lies in the output files."""

STATES = {
    ObligationState.DUE: "due",
    ObligationState.OVERDUE: "overdue",
    ObligationState.MAYBE_OVERDUE: "perhaps overdue",
    ObligationState.NO_DEADLINE: "owed, with no time set",
    ObligationState.WAITING_FOR_GATE: "waiting for a gate",
    ObligationState.WAITING_FOR_PARTNER: "waiting for a partner",
    ObligationState.UNDECIDED: "cannot be decided whether it is owed",
}


def determinations(desk: Desk) -> tuple[DeterminationRow, ...]:
    """The determinations of the span shown, in one row for each body, decision, clause and party."""
    groups: defaultdict[tuple[str, str, str, str, str], list[Determination]] = defaultdict(list)
    for each in desk.determinations:
        key = (each.agreement, each.by, each.decision.value, each.clause, str(each.breacher))
        groups[key].append(each)
    rows = []
    for agreement in ordered(desk):
        for key in sorted(key for key in groups if key[0] == agreement.id):
            group = groups[key]
            first = group[0]
            rows.append(
                DeterminationRow(
                    agreement=agreement.title,
                    exercise=first.exercise,
                    heading=_heading(agreement, first),
                    breacher=desk.parties.get(str(first.breacher), str(first.breacher)),
                    clause=first.clause,
                    items=tuple(_item(desk, each) for each in group[:MOST_ITEMS]),
                    count=len(group),
                    left_out=max(0, len(group) - MOST_ITEMS),
                )
            )
    return tuple(rows)


def _heading(agreement: Agreement, each: Determination) -> str:
    """What was decided and by whom, as "Breach found by operation of the text"."""
    body = agreement.bodies.get(each.by)
    by = body.words if body else spaced(each.by)
    if each.decision is Decision.PENDING:
        return f"Pending before {by}, nothing decided"
    if each.decision is Decision.CANNOT_BE_DETERMINED:
        return f"Cannot be determined, as {by} ruled"
    found = "Breach found" if each.decision is Decision.BREACH_FOUND else "No breach found"
    return f"{found} by {'operation of the text' if each.by == OPERATION_OF_THE_TEXT else by}"


def _item(desk: Desk, each: Determination) -> DeterminationItem:
    finding = desk.by_id.get(each.finding)
    where = place_words(finding.place, desk.zones) if finding else ""
    when = period_words(each.happened, desk.zone)
    return DeterminationItem(
        id=each.id,
        anchor=anchor("d", each.id),
        words=f"{when}, {where}" if where else when,
        finding=desk.finding_link(each.finding, each.finding),
    )


def guarantees(desk: Desk) -> tuple[GuaranteePanel, ...]:
    """What the guarantors owe from everything up to the end of the span shown."""
    happened = {each.id: each for each in desk.derived.determinations}
    group_of = {(a.id, g.id): g.group for a in desk.derived.agreements for g in a.guarantees}
    groups: defaultdict[tuple[str, str], list[Obligation]] = defaultdict(list)
    for each in sorted(desk.derived.obligations, key=lambda o: o.id):
        cause = happened.get(each.determination)
        if desk.span is None or cause is None or cause.happened.start < desk.span.end:
            named = group_of.get((each.agreement, each.guarantee), each.guarantee)
            groups[(each.agreement, named)].append(each)
    return tuple(
        _panel(desk, agreement, guarantee, groups[(agreement.id, guarantee)], happened)
        for agreement in ordered(desk)
        for guarantee in sorted(name for owner, name in groups if owner == agreement.id)
    )


def _panel(
    desk: Desk,
    agreement: Agreement,
    guarantee: str,
    owed: Sequence[Obligation],
    causes: Mapping[DeterminationId, Determination],
) -> GuaranteePanel:
    on_page = {each.id for each in desk.determinations}
    groups: defaultdict[tuple[object, ...], list[Obligation]] = defaultdict(list)
    for each in owed:
        window = each.deadline.window
        key = (
            each.state.value,
            (window.start, window.end) if window else (),
            each.actions,
            each.choice,
            each.strength,
            each.reading,
            each.certainty,
            each.deadline.within,
            tuple((g.gate, g.effect, g.state, g.words) for g in each.gates),
            each.relies_on,
        )
        groups[key].append(each)
    clause = agreement.clauses.get(owed[0].clause)
    rows = (_obligation_row(desk, group, on_page, causes) for group in groups.values())
    return GuaranteePanel(
        anchor=anchor("g", agreement.id, guarantee),
        agreement=agreement.title,
        exercise=owed[0].exercise,
        guarantee=guarantee,
        clause=owed[0].clause,
        quote=clause.quote if clause else "",
        says=clause.says if clause else "",
        rows=tuple(
            sorted(
                rows,
                key=lambda r: (
                    r.window is None,
                    r.window.end.isoformat() if r.window else "",
                    r.state,
                    r.who,
                    r.example,
                ),
            )
        ),
        count=len(owed),
    )


def _obligation_row(
    desk: Desk,
    group: Sequence[Obligation],
    on_page: set[DeterminationId],
    made: Mapping[DeterminationId, Determination],
) -> ObligationRow:
    first = group[0]
    causes = sorted({each.determination for each in group})
    deadline = _deadline(desk, first.deadline)
    computed = person_words(first.deadline.words, desk.zone).replace(f", so {deadline}", "")
    joined = " or " if first.choice else ", "
    under = [made[cause] for cause in causes]
    findings = sorted({each.finding for each in under})
    return ObligationRow(
        who=tuple(
            sorted({desk.parties.get(str(each.guarantor), str(each.guarantor)) for each in group})
        ),
        actions=joined.join(spaced(action) for action in first.actions),
        strength=spaced(first.strength),
        reading=f"{spaced(first.reading) or 'the words as they stand'} ({first.certainty})",
        state=STATES[first.state],
        state_code=first.state.value,
        deadline=deadline,
        computed=computed if first.deadline.window else "",
        window=first.deadline.window,
        gates=tuple(GateRow(g.gate, spaced(g.effect), g.state, g.words) for g in first.gates),
        relies_on=first.relies_on,
        reasons=tuple(
            sorted({reason.words for each in group for reason in each.reasons})[:MOST_REASONS]
        ),
        determinations=tuple(
            Link(cause, anchor("d", cause) if cause in on_page else "")
            for cause in causes[:MOST_ITEMS]
        ),
        left_out=max(0, len(causes) - MOST_ITEMS),
        findings=tuple(desk.finding_link(name, name) for name in findings[:MOST_FINDINGS]),
        more_findings=max(0, len(findings) - MOST_FINDINGS),
        rests_on=_rests_on(under),
        count=len(group),
        example=first.id,
    )


MOST_REASONS = 5
"""Reasons printed for one row of obligations."""

MOST_FINDINGS = 6
"""Findings named under one row of obligations; the rest is counted."""


def _rests_on(under: Sequence[Determination]) -> str:
    """How many determinations, findings, incidents and reports obligations rest on."""
    counts = (
        (len(under), "determination"),
        (len({each.finding for each in under}), "finding"),
        (len({each.incident for each in under}), "incident"),
        (len({report for each in under for report in each.cites}), "report"),
    )
    return ", ".join(f"{n:,} {what}{'' if n == 1 else 's'}" for n, what in counts)


def _deadline(desk: Desk, deadline: Deadline) -> str:
    if deadline.window is None:
        return "the text sets no time"
    start = moment_words(deadline.window.start, desk.zone)
    end = moment_words(deadline.window.end, desk.zone)
    return f"between {start} and {end}"
