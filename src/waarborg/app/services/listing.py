"""Findings as lists: by clause and figure, and what cannot be decided, apart and by reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from waarborg.agreement.model import Agreement, Clause, Prohibition
from waarborg.app.services.desk import MOST_ROWS, STRENGTH, TIER_WORDS, Desk, Key
from waarborg.app.services.panels import (
    ClausePanel,
    Figure,
    FindingList,
    FindingRow,
    Headline,
    HeadlineRow,
    ReasonRow,
    UndecidablePanel,
)
from waarborg.app.services.wording import (
    LEVELS,
    anchor,
    attribution_words,
    moment_words,
    period_words,
    place_words,
    spaced,
)
from waarborg.findings.finding import Finding, Tier


def headlines(desk: Desk) -> tuple[Headline, ...]:
    """The published counts of the span shown, agreement by agreement, those in force first."""
    counted = {
        (c.agreement, c.prohibition, c.accused, c.tier): c.incidents
        for c in desk.derived.counts
        if c.day == desk.day
    }
    behind = desk.keyed
    found = []
    for agreement in ordered(desk):
        rows = []
        for prohibition in agreement.prohibitions:
            for accused in _accused(prohibition, agreement.id, (*counted, *behind)):
                keys = [(agreement.id, prohibition.id, accused, tier) for tier in STRENGTH]
                rows.append(
                    HeadlineRow(
                        party=desk.parties.get(accused, accused),
                        party_id=accused,
                        prohibition=prohibition.id,
                        clause=prohibition.clause,
                        figures=tuple(
                            Figure(
                                tier=key[3].value,
                                words=TIER_WORDS[key[3]],
                                count=counted.get(key, 0),
                                anchor=list_anchor(key) if key in behind else "",
                            )
                            for key in keys
                        ),
                    )
                )
        found.append(Headline(agreement.id, agreement.title, agreement.exercise, tuple(rows)))
    return tuple(found)


def ordered(desk: Desk) -> tuple[Agreement, ...]:
    """The agreements, those in force before the exercises, then by identifier."""
    return tuple(sorted(desk.derived.agreements, key=lambda a: (bool(a.exercise), a.id)))


def list_anchor(key: Key) -> str:
    """Where the findings behind a figure are listed."""
    return anchor("l", key[0], key[1], key[2], key[3].value)


def _accused(prohibition: Prohibition, agreement: str, keys: Iterable[Key]) -> tuple[str, ...]:
    """Whom a prohibition's figures are about: whoever it names and whoever a finding accuses."""
    named = {str(party) for party in prohibition.who}
    return tuple(sorted(named | {k[2] for k in keys if k[:2] == (agreement, prohibition.id)}))


def clauses(desk: Desk) -> tuple[ClausePanel, ...]:
    """Each prohibition with its words and what is certain or possible under it."""
    behind = desk.keyed
    panels = []
    for agreement in ordered(desk):
        for prohibition in agreement.prohibitions:
            clause = agreement.clauses[prohibition.clause]
            source = agreement.sources.get(clause.source)
            panels.append(
                ClausePanel(
                    anchor=anchor("c", agreement.id, prohibition.id),
                    agreement=agreement.title,
                    exercise=agreement.exercise,
                    prohibition=prohibition.id,
                    clause=prohibition.clause,
                    quote=clause.quote,
                    says=clause.says,
                    certainty=clause.certainty.value,
                    standing=_standing(desk, clause),
                    source=source.title if source else clause.source,
                    address=source.address if source else "",
                    bound=", ".join(desk.parties.get(str(p), str(p)) for p in prohibition.who),
                    decided_by=_decider(agreement, prohibition.decided_by),
                    lists=_lists(desk, agreement, prohibition, behind, STRENGTH[:2]),
                )
            )
    return tuple(panels)


def _standing(desk: Desk, clause: Clause) -> str:
    """The standing at `as_of` and since when; for one party alone where the text says so."""
    reached = [step for step in clause.standing if step.since <= desk.derived.as_of]
    if not reached:
        return "no standing reached" if clause.standing else ""
    last = reached[-1]
    whom = f" for {desk.parties.get(last.party, last.party)}" if last.party else ""
    return f"{spaced(last.step.value)}{whom} since {moment_words(last.since, desk.zone)}"


def _decider(agreement: Agreement, decided_by: str) -> str:
    if not decided_by:
        return "nobody: the text names no one who decides"
    body = agreement.bodies.get(decided_by)
    return body.words if body else "the text itself, by its operation"


def _lists(
    desk: Desk,
    agreement: Agreement,
    prohibition: Prohibition,
    behind: Mapping[Key, tuple[Finding, ...]],
    tiers: Sequence[Tier],
) -> tuple[FindingList, ...]:
    found = []
    for accused in _accused(prohibition, agreement.id, behind):
        for tier in tiers:
            key = (agreement.id, prohibition.id, accused, tier)
            if key not in behind:
                continue
            party = desk.parties.get(accused, accused)
            found.append(
                FindingList(
                    anchor=list_anchor(key),
                    words=f"{party}, {prohibition.id}, {TIER_WORDS[tier]}",
                    tier=tier.value,
                    count=len(behind[key]),
                    rows=tuple(_row(desk, f) for f in behind[key][:MOST_ROWS]),
                    left_out=max(0, len(behind[key]) - MOST_ROWS),
                )
            )
    return tuple(found)


def _row(desk: Desk, finding: Finding) -> FindingRow:
    incident = desk.incidents.get(finding.incident)
    return FindingRow(
        id=finding.id,
        anchor=anchor("f", finding.id),
        tier=finding.tier.value,
        happened=period_words(finding.happened, desk.zone),
        place=place_words(finding.place, desk.zones),
        act=finding.act.words if finding.act else "act not known",
        attribution=attribution_words(incident.attribution, desk.parties)
        if incident
        else LEVELS[finding.attribution],
        reasons=tuple(dict.fromkeys(reason.words for reason in finding.reasons)),
        inferred=finding.inferred,
        incident=desk.incident_link(finding.incident),
    )


def undecidable(desk: Desk) -> tuple[UndecidablePanel, ...]:
    """What cannot be decided, agreement by agreement, with each reason counted."""
    behind = desk.keyed
    panels = []
    for agreement in ordered(desk):
        open_ones = [
            f for f in desk.findings if f.agreement == agreement.id and f.tier is Tier.UNDECIDABLE
        ]
        panels.append(
            UndecidablePanel(
                agreement=agreement.title,
                exercise=agreement.exercise,
                count=len(open_ones),
                incidents=len({f.incident for f in open_ones}),
                reasons=reason_rows(open_ones),
                lists=tuple(
                    listed
                    for prohibition in agreement.prohibitions
                    for listed in _lists(desk, agreement, prohibition, behind, STRENGTH[2:])
                ),
            )
        )
    return tuple(panels)


def reason_rows(findings: Sequence[Finding]) -> tuple[ReasonRow, ...]:
    """Reasons by how often they stand; one code may have many wordings, of which the commonest is shown."""
    wordings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    alone: Counter[str] = Counter()
    count: Counter[str] = Counter()
    for finding in findings:
        codes = {reason.code for reason in finding.reasons}
        count.update(codes)
        if len(codes) == 1:
            alone.update(codes)
        for reason in finding.reasons:
            wordings[reason.code][reason.words] += 1
    return tuple(
        ReasonRow(
            code=code,
            words=min(wordings[code], key=lambda words: (-wordings[code][words], words)),
            examples=len(wordings[code]) > 1,
            count=count[code],
            alone=alone[code],
        )
        for code in sorted(count, key=lambda code: (-count[code], code))
    )
