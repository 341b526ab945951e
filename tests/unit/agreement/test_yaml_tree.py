"""The tree of a YAML text: what stands in it, and nothing the parser adds."""

from __future__ import annotations

from waarborg.agreement.yaml_tree import plain, read_tree


def test_a_folded_block_holds_its_words_and_nothing_else() -> None:
    """Lines of a ">" block are joined by blanks; the parser's own fold marks do not get in."""
    tree, problems = read_tree(
        "says: >-\n  holds fire as far as the\n  other side does.\n", "a.yaml"
    )
    assert problems == []
    assert tree is not None
    assert plain(tree) == {"says": "holds fire as far as the other side does."}
