"""The figures that the README shows are those of the demo."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path

from small_mission import Chain

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_readme_shows_what_the_demo_prints(easter: Chain) -> None:
    """Reports, incidents and each line of counts stand in the README as they come out."""
    files = easter.files()
    counted: defaultdict[tuple[str, str, str], dict[str, int]] = defaultdict(dict)
    for line in map(json.loads, files["counts.jsonl"].splitlines()):
        if line["day"] is None:
            of = (line["agreement"], line["prohibition"], line["accused"])
            counted[of][line["tier"]] = line["incidents"]
    shown = re.findall(
        r"^(\S+-2026)(?: \(exercise\))? +(\S+) +([A-Z]{2}) +(\d+) +(\d+) +(\d+)$",
        README,
        re.MULTILINE,
    )
    (told,) = re.findall(r"([\d,]+) reports · ([\d,]+) incidents", README)

    assert len(shown) == 3
    for agreement, prohibition, accused, *figures in shown:
        tiers = counted[agreement, prohibition, accused]
        of_each = [tiers.get(tier, 0) for tier in ("certain", "possible", "undecidable")]
        assert of_each == [int(figure) for figure in figures]
    incidents = [json.loads(line) for line in files["incidents.jsonl"].splitlines()]
    reports = sum(len(incident["members"]) for incident in incidents)
    assert told == (f"{reports:,}", f"{len(incidents):,}")
