"""The tree of a YAML text: what stands in it, and nothing the parser adds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from waarborg.agreement.yaml_tree import plain, read_tree

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").rglob("*.yaml"))


def test_a_folded_block_holds_its_words_and_nothing_else() -> None:
    """Lines of a ">" block are joined by blanks; the parser's own fold marks do not get in."""
    tree, problems = read_tree(
        "says: >-\n  holds fire as far as the\n  other side does.\n", "a.yaml"
    )
    assert problems == []
    assert tree is not None
    assert plain(tree) == {"says": "holds fire as far as the other side does."}


def as_text(data: Any) -> Any:
    """Data with every moment, date and number that another reader made turned back into text."""
    match data:
        case dict():
            return {str(k): as_text(v) for k, v in data.items()}
        case list():
            return [as_text(v) for v in data]
        case _:
            return str(data)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.name)
def test_another_reader_sees_the_same_files(path: Path) -> None:
    """The examples hold for a YAML 1.2 reader what they hold for us."""
    text = path.read_text(encoding="utf-8")
    tree, problems = read_tree(text, path.name)
    other = YAML(typ="safe", pure=True)
    other.constructor.add_constructor(
        "tag:yaml.org,2002:timestamp", lambda _, node: str(node.value)
    )
    assert problems == []
    assert tree is not None
    assert as_text(plain(tree)) == as_text(other.load(text))


TEXT = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=8)
"""Characters that JSON escapes in one piece; YAML knows no surrogate pairs."""
DATA: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-999, 999) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(DATA.filter(lambda data: isinstance(data, dict | list)))
def test_what_is_written_as_json_reads_back(data: Any) -> None:
    """JSON text is YAML of our subset, and gives the data it stands for."""
    tree, problems = read_tree(json.dumps(data), "data.json")
    assert problems == []
    assert tree is not None
    assert plain(tree) == data


@pytest.mark.parametrize(
    ("text", "line", "code", "found"),
    [
        ("", 0, "AGR-001", "the file is empty"),
        ("# a comment\n", 0, "AGR-001", "the file is empty"),
        ("a: 1\n---\nb: 2\n", 2, "AGR-001", "a second document begins"),
        ("a: [1\n", 2, "AGR-001", "did not find expected ',' or ']'"),
        ("a: \x01\n", 1, "AGR-001", "control characters are not allowed"),
        ("[" * 70, 1, "AGR-001", "more than 60 lists and mappings stand in each other"),
        ("a: &x 1\nb: *x\n", 2, "AGR-005", "*x"),
        ("a: !!str 1\n", 1, "AGR-005", "tag:yaml.org,2002:str"),
        ("? [1]\n: 2\n", 1, "AGR-008", "a list or mapping"),
        ("<<: {a: 1}\n", 1, "AGR-005", "<<"),
    ],
)
def test_what_is_no_yaml_of_ours_is_refused_at_its_line(
    text: str, line: int, code: str, found: str
) -> None:
    """Each refusal names the line and what stands there."""
    _, problems = read_tree(text, "a.yaml")
    assert (line, code, found) in [(p.line, p.code, p.found) for p in problems]
