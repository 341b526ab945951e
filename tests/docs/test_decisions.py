"""Decision records: numbered without gaps, whole, and listed."""

import re
from pathlib import Path

import pytest
import waarborg_reference as reference

DECISIONS = Path(__file__).resolve().parents[2] / "docs" / "decisions"
RECORDS = sorted(path for path in DECISIONS.glob("*.md") if path.name != "index.md")
PARTS = ["Context", "Options", "Choice", "Cost accepted", "How we would notice it was wrong"]


def test_numbers_follow_each_other():
    """The decisions are numbered from 0001 on without gap or double."""
    numbers = [path.name[:4] for path in RECORDS]
    assert numbers == [f"{number:04}" for number in range(1, len(RECORDS) + 1)]


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.name)
def test_record_is_whole(path):
    """Each decision has its number in title and file name, a date, a status and all parts in order."""
    assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert re.match(rf"# {path.name[:4]} \S", lines[0])
    assert re.search(r"Date: \d{4}-\d\d-\d\d · Status: \w+", "\n".join(lines[:5]))
    assert [line[3:] for line in lines if line.startswith("## ")] == PARTS


def test_index_is_the_one_made_from_the_records():
    """The index lists what is there; `docs/_ext/waarborg_reference.py` writes it."""
    assert (DECISIONS / "index.md").read_text(encoding="utf-8") == reference.decisions_index()
