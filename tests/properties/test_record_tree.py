"""The tree against a naive reading of RFC 6962, written straight from its definitions."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarborg.record.tiles import files, node_reader, parse_path
from waarborg.record.tree import (
    EMPTY_ROOT,
    ProofRefused,
    Tree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

entries = st.lists(st.binary(max_size=8), min_size=1, max_size=70)


def naive_root(data):
    """MTH of RFC 6962, section 2.1."""
    if not data:
        return sha256(b"").digest()
    if len(data) == 1:
        return sha256(b"\0" + data[0]).digest()
    k = largest_power_below(len(data))
    return sha256(b"\1" + naive_root(data[:k]) + naive_root(data[k:])).digest()


def naive_path(m, data):
    """PATH of RFC 6962, section 2.1.1."""
    if len(data) == 1:
        return []
    k = largest_power_below(len(data))
    if m < k:
        return [*naive_path(m, data[:k]), naive_root(data[k:])]
    return [*naive_path(m - k, data[k:]), naive_root(data[:k])]


def naive_subproof(m, data, whole):
    """SUBPROOF of RFC 6962, section 2.1.2."""
    if m == len(data):
        return [] if whole else [naive_root(data)]
    k = largest_power_below(len(data))
    if m <= k:
        return [*naive_subproof(m, data[:k], whole), naive_root(data[k:])]
    return [*naive_subproof(m - k, data[k:], False), naive_root(data[:k])]


def largest_power_below(n):
    """The largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


@given(entries)
def test_root_is_that_of_the_definition(data):
    """Roots equal the recursive definition, also of every earlier size and grown in any steps."""
    tree = Tree()
    tree.extend(data[: len(data) // 3])
    tree.extend(data[len(data) // 3 :])
    assert [tree.root(size) for size in range(len(data) + 1)] == [
        naive_root(data[:size]) for size in range(len(data) + 1)
    ]
    assert tree.root(0) == EMPTY_ROOT


@given(entries, st.data())
def test_inclusion_proofs_are_those_of_the_definition(data, draw):
    """An inclusion proof equals PATH, verifies, and fails for any other leaf or any changed hash."""
    tree = Tree(data)
    size = draw.draw(st.integers(1, len(data)))
    at = draw.draw(st.integers(0, size - 1))
    proof = tree.inclusion(at, size)
    assert proof == naive_path(at, data[:size])
    verify_inclusion(at, size, leaf_hash(data[at]), proof, tree.root(size))
    with pytest.raises(ProofRefused, match="leads to"):
        verify_inclusion(at, size, leaf_hash(data[at] + b"!"), proof, tree.root(size))
    with pytest.raises(ProofRefused, match="more than its place needs"):
        verify_inclusion(at, size, leaf_hash(data[at]), [*proof, bytes(32)], tree.root(size))
    if proof:
        with pytest.raises(ProofRefused, match="fewer than its place needs"):
            verify_inclusion(at, size, leaf_hash(data[at]), proof[:-1], tree.root(size))


@given(entries, st.data())
def test_consistency_proofs_are_those_of_the_definition(data, draw):
    """A consistency proof equals SUBPROOF, verifies, and fails for another history."""
    tree = Tree(data)
    size = draw.draw(st.integers(1, len(data)))
    old = draw.draw(st.integers(1, size))
    proof = tree.consistency(old, size)
    assert proof == naive_subproof(old, data[:size], True)
    verify_consistency(old, size, tree.root(old), tree.root(size), proof)
    other = Tree([*data[: old - 1], data[old - 1] + b"!"])
    with pytest.raises(ProofRefused, match="leads to"):
        verify_consistency(old, size, other.root(), tree.root(size), proof)


@given(st.integers(0, 1400), st.data())
def test_tiles_give_the_nodes_of_the_tree(size, draw):
    """Proofs made from tiles equal proofs made from the tree in memory."""
    data = [b"%d" % place for place in range(size)]
    tree = Tree(data)
    stored = {parse_path(path): content for path, content in files(tree, data)}
    reader = node_reader(lambda *tile: stored[tile], size)
    assert root(reader, size) == tree.root()
    if size:
        at = draw.draw(st.integers(0, size - 1))
        assert inclusion_proof(reader, at, size) == tree.inclusion(at)
        assert consistency_proof(reader, at + 1, size) == tree.consistency(at + 1)


def test_sizes_that_prove_nothing_are_refused():
    """Size 0, more than there is, and hashes that are not 32 bytes are refused in words."""
    tree = Tree([b"a", b"b", b"c"])
    with pytest.raises(ValueError, match="no consistency proof from 0 to 3"):
        tree.consistency(0)
    with pytest.raises(ValueError, match="no leaf 3 in a tree of 3"):
        tree.inclusion(3)
    with pytest.raises(ValueError, match="the tree has 3 leaves, not 4"):
        tree.root(4)
    with pytest.raises(ProofRefused, match="no consistency can be shown from 0 to 3"):
        verify_consistency(0, 3, EMPTY_ROOT, tree.root(), [])
    with pytest.raises(ProofRefused, match="a hash of 31 bytes"):
        verify_inclusion(0, 3, bytes(31), [], tree.root())
    with pytest.raises(ProofRefused, match="there is no leaf 3"):
        verify_inclusion(3, 3, bytes(32), [], tree.root())
    with pytest.raises(ProofRefused, match="trees of one size need no proof"):
        verify_consistency(3, 3, tree.root(), tree.root(), [bytes(32)])
    with pytest.raises(ProofRefused, match="the proof is empty"):
        verify_consistency(2, 3, tree.root(2), tree.root(), [])
    proof = [*tree.consistency(2), bytes(32)]
    with pytest.raises(ProofRefused, match="more than it needs"):
        verify_consistency(2, 3, tree.root(2), tree.root(), proof)
    with pytest.raises(ProofRefused, match="fewer than it needs"):
        verify_consistency(1, 3, tree.root(1), tree.root(), tree.consistency(1)[:-1])
