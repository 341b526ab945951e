"""The tamper-evident log: canonical entries, Merkle tree, signed checkpoints, proofs.

Knows bytes and kinds of entries, not ceasefires. Takes bytes, gives bytes; opens no file.
"""
