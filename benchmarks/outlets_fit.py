"""Learn how far outlets and their readers are off, from the stream of reports and labelled incidents.

    python benchmarks/outlets_fit.py --out src/waarborg/incidents/tables/outlets-viina-2.json
    python benchmarks/outlets_fit.py --check       # learnt on every other week, judged on the rest

There is no truth to hold web reports against, so each part has its own measure:

- place: in the incidents labelled by hand, how often two outlets give one place; wrong ones seldom meet;
- time: in headlines of blows that name a day, how many days it lies before the report;
- act: where a headline's words state the act, which label the machine gave;
- numbers: what one outlet says of the dead or injured against what the others say.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path
from typing import Any

from fusion_data import APRIL, STREAM, read_gold, read_reports
from waarborg.base.acts import Act
from waarborg.base.grades import Basis
from waarborg.incidents.account import told_numbers
from waarborg.incidents.bounds import OutletDoubt, bounds, numbers, read_outlet_doubt
from waarborg.incidents.fuse import fuse
from waarborg.incidents.genre import Genre, genre
from waarborg.incidents.incident import Incident, Member
from waarborg.incidents.picture import picture
from waarborg.incidents.words import named_day
from waarborg.reports.report import Report, ReportId
from waarborg.store.fusion_models import fusion_model

PROVENANCE = (
    "VIINA 2.0 (Zhukov & Ayers, Harvard; ODbL 1.0): addresses, places, days and labels of 1 January to 1 July "
    "2026 without 3 to 16 May; incidents of 2 to 25 April 2026 labelled by hand; numbers by incident of viina-2026-6"
)
FORCE = (
    Act.GROUND_ASSAULT, Act.ARTILLERY_FIRE, Act.MORTAR_FIRE, Act.SMALL_ARMS_FIRE, Act.AIR_STRIKE, Act.MISSILE_STRIKE,
    Act.DRONE_STRIKE, Act.NAVAL_ATTACK, Act.SABOTAGE, Act.KILLING_OF_PRISONERS,
)  # fmt: skip
STATED_RIGHT = 0.96
"""No wrong one among 81 acts read leaves room for 4 in 100: see docs/explanation/reading-headlines.md."""
LARGEST = 12
NOISES, GROSSES = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5), (0.05, 0.1, 0.2, 0.3, 0.4, 0.5)


def _week(report: Report) -> int:
    return report.happened.start.toordinal() // 7


def place_right() -> float:
    """The chance that a report's place is right, from how often two outlets of one incident agree."""
    reports = read_reports(APRIL)
    gold = read_gold(reports)
    held: dict[str, list[Report]] = defaultdict(list)
    for row, name in gold.incident.items():
        if row not in gold.several:
            held[name].append(reports[row])
    pairs = [
        one.place == other.place
        for group in held.values()
        for one, other in combinations(group, 2)
        if one.source != other.source
    ]
    print(f"two outlets of one labelled incident: {sum(pairs)} of {len(pairs)} give one place")
    return math.sqrt(sum(pairs) / len(pairs))


def leads(reports: Sequence[Report]) -> Counter[int]:
    """How many days before the report the day lies that its headline names, for accounts of a blow."""
    found: Counter[int] = Counter()
    for report in reports:
        if genre(report.headline).genre is Genre.ACCOUNT:
            middle = report.happened.start + (report.happened.end - report.happened.start) / 2
            day = named_day(report.headline, middle.date())
            if day:
                found[(middle.date() - day).days] += 1
    return found


def lead_days(found: Counter[int]) -> int:
    """So many days before hold nine tenths."""
    whole = sum(found.values())
    return next(n for n in range(60) if sum(found[d] for d in range(n + 1)) >= 0.9 * whole)


def _stated(report: Report) -> set[Act]:
    return {e.act for e in report.acts if e.basis is Basis.STATED and e.act in FORCE}


def acts(reports: Sequence[Report]) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """The share of each act that words state, and of each label beside it."""
    share: Counter[Act] = Counter(dict.fromkeys(FORCE, 1))
    beside: dict[Act, Counter[str]] = defaultdict(Counter)
    everywhere: Counter[str] = Counter()
    for report in reports:
        labels = {e.act.value for e in report.acts if e.basis is Basis.LABELLED}
        for act in _stated(report):
            share[act] += 1
            for label in labels:
                beside[act][label] += 1
                everywhere[label] += 1
    whole, marks = sum(share.values()), sum(everywhere.values())
    labels_of = {
        act.value: {
            # what is seen seldom stays near what labels are like in general
            label: round((beside[act][label] + 10.0 * n / marks) / (beside[act].total() + 10.0), 4)
            for label, n in sorted(everywhere.items())
        }
        for act in FORCE
    }
    return {act.value: round(share[act] / whole, 5) for act in FORCE}, labels_of


Told = dict[str, list[tuple[int, ReportId]]]


def counted(incidents: Sequence[Incident], held: dict[ReportId, Report]) -> list[Told]:
    """What the reports of each incident tell of the dead and injured."""
    found = []
    for incident in incidents:
        own = [held[name] for name in incident.reports]
        told = told_numbers(own) if len(own) <= LARGEST else {}
        if told:
            found.append(dict(told))
    return found


def by_outlet(told: Told, held: dict[ReportId, Report]) -> list[list[int]]:
    """The largest number that each outlet names, of the dead and of the injured."""
    found = []
    for rows in told.values():
        largest: Counter[str] = Counter()
        for number, name in rows:
            largest[held[name].source] = max(largest[held[name].source], number)
        found.append([n for n in largest.values() if n > 0])
    return found


def fit(group: Sequence[int], table: dict[str, Any], noise: float, gross: float) -> float:
    """Logarithm of the chance that outlets say these numbers of one true number.

    As `doubt_kernels.number` has it: lognormal beforehand, told with a lognormal error and rounding,
    with a small chance of something else.
    """

    def below(value: float) -> float:
        return 0.5 * (1.0 + math.erf(value / (noise * math.sqrt(2.0))))

    whole = total = 0.0
    for n in range(1, 4 * max(group) + 9):
        off = math.log(n) - table["number_mean"]
        chance = math.exp(-off * off / (2.0 * table["number_variance"])) / n
        whole += chance
        for told in group:
            upper = below(math.log(told + 0.5) - math.log(n))
            lower = below(math.log(told - 0.5) - math.log(n)) if told > 1 else 0.0
            chance *= (1.0 - gross) * (upper - lower) + gross / (told * 4.0)
        total += chance
    return math.log(total / whole)


def left_out(told: Sequence[Told], held: dict[ReportId, Report], table: OutletDoubt) -> list[bool]:
    """Whether what one outlet tells lies within the bounds that the others give."""
    found = []
    for each, harm in product(told, ("killed", "injured")):
        rows = each.get(harm, [])
        for source in sorted({held[name].source for _, name in rows}):
            others = [row for row in rows if held[row[1]].source != source]
            mine = max(n for n, name in rows if held[name].source == source)
            found += [n.low <= mine <= n.high for n in numbers({harm: others}, held, table)]
    return found


def learn(
    reports: Sequence[Report], told: Sequence[Told], right: float, held: dict[ReportId, Report]
) -> dict[str, Any]:
    """The table as plain data."""
    logs = [math.log(n) for each in told for rows in each.values() for n, _ in rows if n > 0]
    mean = sum(logs) / len(logs)
    share, labels = acts(reports)
    table: dict[str, Any] = {
        "version": "outlets-viina-2",
        "provenance": PROVENANCE,
        "place_right": round(right, 3),
        "lead_days": lead_days(leads(reports)),
        "acts": share,
        "stated_right": STATED_RIGHT,
        "labels": labels,
        "number_mean": round(mean, 3),
        "number_variance": round(sum((v - mean) ** 2 for v in logs) / len(logs), 3),
        "number_noise": 0.1,
        "number_gross": 0.1,
    }
    groups = [group for each in told for group in by_outlet(each, held) if len(group) > 1]
    noise, gross = max(
        product(NOISES, GROSSES), key=lambda pair: sum(fit(g, table, *pair) for g in groups)
    )
    return table | {"number_noise": noise, "number_gross": gross}


def check(reports: Sequence[Report], incidents: Sequence[Incident], right: float) -> None:
    """Learn on every other week, judge on the weeks between, both ways."""
    all_of = {report.id: report for report in reports}
    days: list[bool] = []
    kinds: list[tuple[bool, int]] = []
    toll: list[bool] = []
    for half in (0, 1):
        given = [r for r in reports if _week(r) % 2 == half]
        judged = [r for r in reports if _week(r) % 2 != half]
        mine = [i for i in incidents if i.happened.start.toordinal() // 7 % 2 == half]
        others = [i for i in incidents if i.happened.start.toordinal() // 7 % 2 != half]
        plain = learn(given, counted(mine, all_of), right, all_of)
        table = read_outlet_doubt(json.dumps(plain))
        found = leads(judged)
        days += [0 <= day <= table.lead_days for day, n in found.items() for _ in range(n)]
        toll += left_out(counted(others, all_of), all_of, table)
        for report in judged:
            stated = _stated(report)
            if len(stated) == 1 and any(e.basis is Basis.LABELLED for e in report.acts):
                bare = replace(
                    report, acts=tuple(e for e in report.acts if e.basis is Basis.LABELLED)
                )
                told = bounds_acts(bare, table)
                kinds.append((stated <= {act for act, _ in told}, len(told)))
    print(f"day within the bounds: {sum(days)} of {len(days)}")
    print(
        f"act that words state among those that the label alone leaves: {sum(k for k, _ in kinds)} of "
        f"{len(kinds)}, {sum(n for _, n in kinds) / len(kinds):.1f} acts in the mean"
    )
    print(
        f"number of an outlet (which is off itself) within the bounds of the others: {sum(toll)} of {len(toll)}"
    )


def bounds_acts(report: Report, table: OutletDoubt) -> tuple[tuple[Act, float], ...]:
    """The kinds of act that one report leaves."""
    incident = picture([report], (Member(report.id, 1.0),))
    return bounds(incident, [report], {}, table).acts


def main() -> None:
    """Learn and write, or check."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    reports, right = read_reports(STREAM), place_right()
    incidents = fuse(reports, fusion_model())
    if asked.out:
        held = {report.id: report for report in reports}
        text = json.dumps(learn(reports, counted(incidents, held), right, held), indent=1) + "\n"
        read_outlet_doubt(text)
        asked.out.write_text(text, encoding="utf-8")
    if asked.check:
        check(reports, incidents, right)


if __name__ == "__main__":
    main()
