"""Law 2: swap the parties' names in the input, and the findings swap; nothing else changes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from strategies import Row, mission_of, rows

from small_mission import Chain, Mission, open_texts

TEXTS = ("agreement.yaml", "exercise.yaml", "claims.yaml")


def named(texts: Mapping[str, bytes], names: Mapping[str, str]) -> dict[str, bytes]:
    """A mission's texts with its parties called otherwise; zones, clauses and places keep theirs."""
    either = "|".join(names)

    def new(match: re.Match[str]) -> str:
        return names[match[0]]

    found = dict(texts)
    for name in TEXTS:
        if name in found:
            # "RU-cease" and "UA-1" are names of the text, not of a party.
            text = found[name].decode()
            found[name] = re.sub(rf"(?<![\w-])(?:{either})(?![\w-])", new, text).encode()
    words = found["words.toml"].decode()
    found["words.toml"] = re.sub(rf"(?<=\[actors\.)(?:{either})(?=\])", new, words).encode()
    head, holders, rest = re.split(
        r"(\[control\.holders\]\n(?:\w+ = .*\n)+)", found["mission.toml"].decode()
    )
    head = re.sub(rf'(?<=default_holder = ")(?:{either})(?=")', new, head)
    holders = re.sub(rf'(?<= = ")(?:{either})(?=")', new, holders)
    found["mission.toml"] = (head + holders + rest).encode()
    return found


def plain(value: Any) -> Any:
    """A value without the order that names give to lists."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in sorted(value.items())}
    if isinstance(value, list):
        return sorted((plain(item) for item in value), key=json.dumps)
    return value


def renamed(files: Mapping[str, bytes], names: Mapping[str, str]) -> dict[str, Any]:
    """Derived files with parties called otherwise, as data."""
    found: dict[str, Any] = {}
    for name, raw in files.items():
        text = re.sub("|".join(names), lambda match: names[match[0]], raw.decode())
        if name.endswith(".jsonl"):
            found[name] = plain([json.loads(line) for line in text.splitlines()])
        else:
            found[name] = text
    return found


@pytest.fixture(scope="module")
def both(easter_texts: dict[str, bytes]) -> tuple[Chain, Chain]:
    """The real mission with its parties called PPP and QQQ, and the other way round."""
    one = open_texts(named(easter_texts, {"RU": "PPP", "UA": "QQQ"}))
    other = open_texts(named(easter_texts, {"RU": "QQQ", "UA": "PPP"}))
    return one, other


def test_swapped_names_swap_the_real_findings(both: tuple[Chain, Chain]) -> None:
    """Findings, determinations, obligations, counts and claims swap; incidents, rows, coverage stay."""
    one, other = (chain.files() for chain in both)
    assert one["findings.jsonl"] != other["findings.jsonl"]
    assert b"PPP" in one["findings.jsonl"]
    assert b"PPP" in one["obligations.jsonl"]
    assert one["fusion.csv"] == other["fusion.csv"]
    assert one["coverage.json"] == other["coverage.json"]
    assert renamed(one, {"PPP": "QQQ", "QQQ": "PPP"}) == renamed(other, {"PPP": "PPP"})


def test_neutral_names_change_no_number(both: tuple[Chain, Chain], easter: Chain) -> None:
    """No rule looks at what a party is called: the counts are those under the real names."""

    def numbers(chain: Chain) -> list[int]:
        return [count.incidents for count in chain.derive().counts]

    assert numbers(both[0]) == numbers(easter)


@settings(max_examples=20, deadline=None)
@given(rows())
def test_swapped_names_swap_made_up_findings(found: list[Row]) -> None:
    """Whatever the rows, swapped names swap what follows from them."""
    texts = mission_of(found).texts
    one = open_texts(named(texts, {"ARD": "PPP", "BOR": "QQQ"})).files()
    other = open_texts(named(texts, {"ARD": "QQQ", "BOR": "PPP"})).files()
    assert renamed(one, {"PPP": "QQQ", "QQQ": "PPP"}) == renamed(other, {"PPP": "PPP"})


def test_the_renaming_reaches_every_text(small: Mission) -> None:
    """After the renaming no text of the small mission names a party by its old name."""
    texts = named(small.texts, {"ARD": "PPP", "BOR": "QQQ"})
    for name in (*TEXTS, "words.toml", "mission.toml"):
        if name in texts:
            assert not re.search(rb"\b(?:ARD|BOR)\b", texts[name]), name
