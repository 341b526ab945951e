"""Manifests: a list of files with their digests, in one order, with one digest of the whole."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from waarborg.record.canonical import encode


def manifest(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Path, SHA-256 in hex and number of bytes of each file, sorted by path."""
    return [
        {"path": path, "sha256": sha256(files[path]).hexdigest(), "bytes": len(files[path])}
        for path in sorted(files)
    ]


def manifest_digest(rows: list[dict[str, Any]]) -> str:
    """SHA-256 in hex over the canonical bytes of a manifest."""
    return sha256(encode(rows)).hexdigest()


def differences(
    stated: list[dict[str, Any]], found: list[dict[str, Any]]
) -> list[tuple[str, str, str]]:
    """Path, digest stated and digest found of every file that differs; "absent" for none."""
    one = {row["path"]: row["sha256"] for row in stated}
    other = {row["path"]: row["sha256"] for row in found}
    return [
        (path, one.get(path, "absent"), other.get(path, "absent"))
        for path in sorted(one.keys() | other.keys())
        if one.get(path) != other.get(path)
    ]
