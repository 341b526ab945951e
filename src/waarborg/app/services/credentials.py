"""Content credentials (C2PA): what a file says of its own making. Information, never proof.

A credential that holds shows that whoever had some key signed these very bytes together with these
words. Nobody here vouches for such keys; a scene can be staged, a screen photographed, and a
file without credentials may be as true as any. Nothing is asked of the network: credentials that lie elsewhere
are named and not fetched, and no authority is asked whether a key was withdrawn.

Source: C2PA Technical Specification 2.x, read with the library of the Content Authenticity Initiative.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

SETTINGS = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_after_reading": True}
}
"""No network, and the check of the bytes switched on."""
NONE = {"state": "none"}
_MOST_WORDS, _MOST_ROWS = 200, 20


def read_credentials(file: IO[bytes], media_type: str) -> dict[str, Any]:
    """What a file says of its own making (needs `c2pa-python`).

    Args:
        file: Open for reading.
        media_type: As "image/jpeg".

    Returns:
        `state`: "none" (no credentials), "elsewhere" (named, not fetched), "as signed", "changed"
        (the file or its words were altered after signing), or "not read" with the reason; then what
        they say.
    """
    import c2pa  # noqa: PLC0415  # an extra

    if media_type not in c2pa.Reader.get_supported_mime_types():
        return {"state": "not read", "reason": f"no content credentials are read from {media_type}"}
    context = c2pa.Context(c2pa.Settings.from_dict(SETTINGS))
    try:
        reader = c2pa.Reader(media_type, file, context=context)
        found = json.loads(reader.json())
        state, elsewhere = reader.get_validation_state(), reader.get_remote_url()
    except c2pa.C2paError as error:
        return _refused(str(error))
    told = summary(found, str(state))
    return told if not elsewhere else {**told, "lies_at": _short(elsewhere)}


def _refused(words: str) -> dict[str, Any]:
    if words.startswith("ManifestNotFound"):
        return dict(NONE)
    if words.startswith("Remote:"):
        return {"state": "elsewhere", "reason": _short(words)}
    return {"state": "not read", "reason": _short(words)}


def summary(found: Mapping[str, Any], state: str) -> dict[str, Any]:
    """The words of the credentials that stand at the top, each cut to a bounded length.

    Args:
        found: The report of the library, as read from its JSON.
        state: Its verdict: "Valid", "Trusted" or "Invalid".
    """
    made = _mapping(_mapping(found.get("manifests")).get(str(found.get("active_manifest"))))
    signed = _mapping(made.get("signature_info"))
    told: dict[str, Any] = {
        "state": {"Valid": "as signed", "Trusted": "as signed"}.get(state, "changed"),
        "made_with": [
            " ".join(_short(row[each]) for each in ("name", "version") if row.get(each))
            for row in _rows(made.get("claim_generator_info"))
        ],
        "signer": _short(signed.get("common_name") or signed.get("issuer") or "unnamed"),
        "signer_vouched_for": False,
        "signed_at": _short(signed["time"]) if signed.get("time") else None,
        "actions": [
            {
                name: _short(row[name])
                for name in ("action", "when", "digitalSourceType")
                if row.get(name)
            }
            for part in _rows(made.get("assertions"))
            if str(part.get("label", "")).startswith("c2pa.actions")
            for row in _rows(_mapping(part.get("data")).get("actions"))
        ][:_MOST_ROWS],
        "ingredients": len(_rows(made.get("ingredients"))),
    }
    failed = _mapping(_mapping(found.get("validation_results")).get("activeManifest"))
    told["remarks"] = [_short(row.get("code", "")) for row in _rows(failed.get("failure"))]
    return told


def _short(value: object) -> str:
    words = str(value)
    return words if len(words) <= _MOST_WORDS else words[: _MOST_WORDS - 1] + "…"


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _rows(value: object) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = []
    if isinstance(value, list):
        rows += [each for each in value if isinstance(each, dict)]
    return rows[:_MOST_ROWS]
