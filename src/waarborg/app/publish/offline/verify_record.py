"""Verify a record with nothing but Python 3.8 or later: this one file, no other program, no network.

    python3 verify_record.py [FOLDER] [VKEY]

Checks the log's signature, hashes every entry again, recomputes every tile of hashes and the root,
checks attached files, and each statement: its author's signature, and the author's own chain. It takes
its time for signatures, about a hundred a second; where the package `cryptography` is installed it
uses that. It shares no code with Waarborg. With a VKEY from another hand it also tells
who signed; without one it uses the key that lies in the record.
"""

# ruff: noqa: T201, PTH118, PTH123  # a program of its own that also runs on old Pythons

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import os
import re
import sys
from typing import Any, Dict, Iterator, Tuple  # noqa: UP035  # for Python 3.8

Point = Tuple[int, int, int, int]  # noqa: UP006  # for Python 3.8
Attached = Dict[str, Tuple[int, int]]  # noqa: UP006  # for Python 3.8

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    QUICK = False
else:
    QUICK = True

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

NAME = re.compile(r"[^\s]{1,200}")
KEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")
SIGNED = re.compile("\u2014 ([^\\s+]+) ([A-Za-z0-9+/]+={0,2})")
SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
HEX, DIGEST = re.compile(r"[0-9a-f]{64}"), re.compile(r"[A-Za-z0-9_-]{43}")
KIND = re.compile(r"[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*")
HOUR = r"([01]\d|2[0-3]):([0-5]\d)"
TIME = re.compile(
    rf"(\d{{4}})-(\d\d)-(\d\d)T{HOUR}:([0-5]\d)(?:\.(\d{{1,9}}))?(?:Z|([+-]){HOUR})", re.ASCII
)
TEXTS = {"kind": KIND, "iss": NAME, "case": NAME, "rules": HEX}
CLASSES = {"public", "parties", "guarantors", "mission", "sealed"}
NEEDED = {"v", "kind", "kind_version", "iss", "seq", "prev", "iat", "refs", "body"}
ALLOWED = NEEDED | {"case", "rules", "private", "_sd_alg"}
KEEPERS = {"config", "engine", "derived", "freeze", "recorded"}
ACTED_ON = {"genesis", "key", "recorded", "freeze", "redaction", "approval"}
Y8 = 0x5FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
SMALL = {0, 1, Y8, P - Y8, P - 1}


class Failure(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The record does not hold."""


def recover_x(y: int, sign: int) -> int | None:
    """The x of a point on the curve (RFC 8032, 5.1.3)."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


def add(one: Point, other: Point) -> Point:
    """The sum of two points (RFC 8032, 5.1.4)."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(times: int, point: Point) -> Point:
    """A point added to itself so many times."""
    total = (0, 1, 1, 0)
    while times:
        if times & 1:
            total = add(total, point)
        point = add(point, point)
        times >>= 1
    return total


def decompress(data: bytes) -> Point | None:
    """A point from its 32 bytes."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0) or 0
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature holds (RFC 8032, 5.1.7)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    if QUICK:
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True
    key, commitment = decompress(public), decompress(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or scalar >= L:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    one = multiply(scalar, BASE)
    other = add(commitment, multiply(int.from_bytes(digest, "little") % L, key))
    same_x = (one[0] * other[2] - other[0] * one[2]) % P == 0
    return same_x and (one[1] * other[2] - other[1] * one[2]) % P == 0


def read(folder: str, name: str) -> bytes:
    """The bytes of a file of the record."""
    try:
        with open(os.path.join(folder, *name.split("/")), "rb") as file:
            return file.read()
    except OSError:
        raise Failure(f"{name} is missing") from None


def tile_name(kind: object, number: int, width: int) -> str:
    """The name of a tile or bundle (c2sp.org/tlog-tiles)."""
    digits = f"{number:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join(["x" + group for group in groups[:-1]] + groups[-1:])
    return f"tile/{kind}/{path}" + ("" if width == 256 else f".p/{width}")


def exact(words: str) -> bytes:
    """The bytes of base64 in its one canonical spelling."""
    data = base64.b64decode(words, validate=True)
    if base64.b64encode(data).decode() != words:
        raise Failure(f"{words[:40]} is not canonical base64")
    return data


def log_key(vkey: str) -> tuple[str, bytes, bytes]:
    """Name, hint and public key of a log (c2sp.org/signed-note)."""
    match = KEY.fullmatch(vkey.strip())
    key = exact(match[3]) if match else b""
    hint = hashlib.sha256(match[1].encode() + b"\n" + key).digest()[:4] if match else b""
    if not match or len(key) != 33 or key[0] != 1 or hint.hex() != match[2] or weak(key[1:]):
        raise Failure("the key is not a log's key")
    return match[1], hint, key[1:]


def weak(public: bytes) -> bool:
    """Whether anyone can sign with a key: it is of small order, or written in a second spelling."""
    y = int.from_bytes(public, "little") & (1 << 255) - 1
    return y >= P or y in SMALL


def note(folder: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text of the checkpoint and its signatures, read strictly."""
    data = read(folder, "checkpoint").decode("utf-8")
    text, gap, lines = data.rpartition("\n\n")
    controls = any(ord(char) < 0x20 and char != "\n" for char in data)
    rows = lines[:-1].split("\n")
    matches = [SIGNED.fullmatch(row) for row in rows]
    if not gap or controls or not lines.endswith("\n") or len(rows) > 100 or len(data) > 1_000_000:
        raise Failure("the checkpoint is malformed")
    found = [(match[1], exact(match[2])) for match in matches if match]
    if len(found) < len(rows) or any(len(raw) < 5 for _, raw in found):
        raise Failure("the checkpoint has a malformed signature")
    return text + "\n", found


def signed_by(text: str, signatures: list[tuple[str, bytes]], vkey: str) -> None:
    """Check that a log's key signed the checkpoint."""
    name, hint, public = log_key(vkey)
    theirs = [raw[4:] for signer, raw in signatures if (signer, raw[:4]) == (name, hint)]
    if not theirs:
        raise Failure(f"{name} did not sign the checkpoint")
    if not all(signature_holds(public, text.encode(), each) for each in theirs):
        raise Failure("the signature on the checkpoint does not hold")


def signed_head(folder: str, vkey: str | None) -> tuple[str, int, bytes]:
    """Origin, size and root, after the log's signature was checked."""
    text, signatures = note(folder)
    inside = os.path.lexists(os.path.join(folder, "vkey"))
    own = read(folder, "vkey").decode() if inside or vkey is None else ""
    signed_by(text, signatures, own if vkey is None else vkey)
    if inside:
        signed_by(text, signatures, own)
        if own != own.strip() + "\n":
            raise Failure("the key that lies in the record is not written as keys are")
    lines = text.split("\n")
    right = len(lines) > 3 and all(lines[:-1]) and SIZE.fullmatch(lines[1]) is not None
    size, root = (int(lines[1]), exact(lines[2])) if right else (2**63, b"")
    if size >= 2**63 or len(root) != 32:
        raise Failure("the checkpoint is malformed")
    return lines[0], size, root


def cut(data: bytes, where: str) -> list[bytes]:
    """The entries of a bundle."""
    found, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data):
            raise Failure(f"{where} cannot be cut into entries")
        found.append(data[at + 2 : end])
        at = end
    return found


def fold(row: list[bytes]) -> bytes:
    """The root over hashes whose number is a power of two."""
    while len(row) > 1:
        row = [
            hashlib.sha256(b"\1" + row[at] + row[at + 1]).digest() for at in range(0, len(row), 2)
        ]
    return row[0]


def root_of(row: list[bytes]) -> bytes:
    """The root over any number of hashes (RFC 6962, 2.1)."""
    if not row:
        return hashlib.sha256(b"").digest()
    if len(row) == 1:
        return row[0]
    split = 1 << (len(row) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root_of(row[:split]) + root_of(row[split:])).digest()


def references(value: Any) -> Iterator[tuple[str, int]]:
    """The attached files that an entry names."""
    if isinstance(value, dict):
        if isinstance(value.get("blob"), str) and type(value.get("bytes")) is int:
            yield value["blob"], value["bytes"]
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from references(part)


def from_base64url(words: bytes) -> bytes:
    """The bytes of base64url without padding, in its one canonical spelling (RFC 7515)."""
    data = base64.b64decode(words + b"=" * (-len(words) % 4), altchars=b"-_", validate=True)
    if to_base64url(data).encode() != words:
        raise ValueError("not canonical")
    return data


def json_of(data: bytes) -> Any:
    """The object that JSON bytes hold, which have to be in canonical form (RFC 8785)."""
    depth = deepest = 0
    for mark in re.findall(rb'"(?:[^"\\]|\\.)*"?|[\[\]{}]', data, re.DOTALL):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(mark, 0)
        deepest = max(deepest, depth)
    if deepest > 100:
        raise ValueError("nested too deeply")
    value = json.loads(data.decode(), parse_float=whole, parse_constant=whole, parse_int=whole)
    again = json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    if again.encode("utf-8") != data or not isinstance(value, dict):
        raise ValueError("not canonical")
    return value


def whole(words: str) -> int:
    """A whole number that every program can hold; no float, no NaN."""
    if len(words) > 17 or abs(int(words)) > 2**53 - 1:
        raise ValueError(words)
    return int(words)


def to_base64url(data: bytes) -> str:
    """Bytes as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def is_text(value: Any, form: re.Pattern[str]) -> bool:
    """Whether a value is a text of a form."""
    return isinstance(value, str) and form.fullmatch(value) is not None


def well_formed(payload: Any) -> bool:
    """Whether a payload has the fields of a statement, and no other."""
    if not set(payload) >= NEEDED or not set(payload) <= ALLOWED:
        return False
    seq, prev, refs, body = payload["seq"], payload["prev"], payload["refs"], payload["body"]
    return (
        type(payload["v"]) is int
        and payload["v"] == 1
        and all(
            type(each) is int and each >= 0
            for each in (payload["kind_version"], seq, payload["iat"])
        )
        and all(is_text(payload[name], form) for name, form in TEXTS.items() if name in payload)
        and (prev is None if seq == 0 else is_text(prev, HEX))
        and isinstance(refs, list)
        and all(is_text(each, HEX) for each in refs)
        and isinstance(body, dict)
        and "_sd" not in body
        and private_holds(payload)
    )


def private_holds(payload: Any) -> bool:
    """Whether the private fields stand there as digests by class, each once."""
    private = payload.get("private", {})
    if payload.get("_sd_alg") != ("sha-256" if "private" in payload else None):
        return False
    if not isinstance(private, dict) or not set(private) <= CLASSES:
        return False
    every: list[Any] = []
    for held in private.values():
        if not isinstance(held, dict) or set(held) != {"_sd"} or not isinstance(held["_sd"], list):
            return False
        every += held["_sd"]
    return all(is_text(each, DIGEST) for each in every) and len(set(every)) == len(every)


def instant(words: Any) -> tuple[dt.datetime, int]:
    """An RFC 3339 time in UTC, and its nanoseconds."""
    match = TIME.fullmatch(words)
    if not match:
        raise ValueError("no time")
    zone = (int(match[9] or 0) * 60 + int(match[10] or 0)) * (-1 if match[8] == "-" else 1)
    at = dt.datetime.strptime(words[:19], "%Y-%m-%dT%H:%M:%S") - dt.timedelta(minutes=zone)  # noqa: DTZ007  # UTC
    return at, int((match[7] or "0").ljust(9, "0")[:6])


def parts_of(place: int, entry: bytes) -> tuple[str, Any, bytes, bytes]:
    """Key, payload, what was signed and the signature of a statement, read strictly."""
    try:
        head, body, last = entry.split(b".")
        header, payload = json_of(from_base64url(head)), json_of(from_base64url(body))
        signature, kid = from_base64url(last), header["kid"]
    except (ValueError, KeyError):
        raise Failure(f"entry {place} is no statement") from None
    named = header == {"alg": "EdDSA", "kid": kid, "typ": "waarborg+sd-jwt"}
    if len(signature) != 64 or not named or not is_text(kid, DIGEST) or not well_formed(payload):
        raise Failure(f"entry {place} is no statement")
    return kid, payload, head + b"." + body, signature


class Statements:
    """What is known of authors after so many entries: whose keys count, where each chain stands."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.operator = ""
        self.keys: dict[str, tuple[str, bytes]] = {}
        self.heads: dict[str, tuple[int, str]] = {}
        self.frozen = False
        self.marked: Any = None

    def add(self, place: int, entry: bytes) -> None:
        """Check the next statement."""
        kid, payload, signed, signature = parts_of(place, entry)
        if self.frozen:
            raise Failure(f"entry {place} stands behind the end of the log")
        author, kind, content = payload["iss"], payload["kind"], payload["body"]
        if (kind == "genesis") != (place == 0):
            raise Failure(
                f"entry {place} is {kind!r}; a log begins with one genesis, and has no other"
            )
        if place == 0:
            self._begin(author, content)
        name, public = self.keys.get(kid, ("", b""))
        if name != author:
            raise Failure(f"entry {place} is signed with a key that does not count for {author}")
        if not signature_holds(public, signed, signature):
            raise Failure(f"{author} did not sign entry {place}")
        last, before = self.heads.get(author, (-1, None))
        if payload["seq"] != last + 1 or payload["prev"] != before:
            raise Failure(f"the chain of {author} has a gap, or is broken, at entry {place}")
        if kind in ACTED_ON and payload["kind_version"] != 1:
            raise Failure(f"entry {place} is of a version that is not known")
        if kind in KEEPERS and author != self.operator:
            words = "ends the log" if kind == "freeze" else f"states a {kind}"
            raise Failure(f"entry {place} {words}, which {author} may not")
        self._move(place, author, kid, kind, content)
        self.heads[author] = (payload["seq"], hashlib.sha256(b"\0" + entry).hexdigest())

    def _begin(self, author: str, content: Any) -> None:
        self.operator, rows = author, content.get("keys")
        if content.get("origin") != self.origin or not isinstance(rows, list):
            raise Failure(f"entry 0 is no genesis of {self.origin}")
        for row in rows:
            if not isinstance(row, dict) or not isinstance(row.get("name"), str):
                raise Failure("entry 0 names a malformed key")
            self._count_key(0, row["name"], row.get("public"))

    def _move(self, place: int, author: str, kid: str, kind: str, content: Any) -> None:
        if kind == "key":
            self._change_key(place, author, kid, content)
        elif kind == "freeze":
            self.frozen = True
        elif kind == "recorded":
            try:
                at = instant(content.get("at"))
            except (ValueError, TypeError, OverflowError):
                raise Failure(f"entry {place} marks a time that there is not") from None
            if self.marked is not None and at < self.marked:
                raise Failure(f"entry {place} marks a time before an earlier mark")
            self.marked = at

    def _public(self, place: int, public: Any) -> bytes:
        raw = from_base64url(public.encode()) if is_text(public, DIGEST) else bytes(32)
        if weak(raw):
            raise Failure(f"entry {place} names a malformed key")
        return raw

    def _count_key(self, place: int, name: str, public: Any) -> None:
        self.keys[self._thumbprint(public)] = (name, self._public(place, public))

    def _thumbprint(self, public: str) -> str:
        words = f'{{"crv":"Ed25519","kty":"OKP","x":"{public}"}}'
        return to_base64url(hashlib.sha256(words.encode()).digest())

    def _change_key(self, place: int, author: str, kid: str, content: Any) -> None:
        action, name, public = (content.get(each) for each in ("action", "name", "public"))
        may = {"enrol": [self.operator], "replace": [name], "withdraw": [name, self.operator]}
        if not isinstance(action, str) or author not in may.get(action, []):
            raise Failure(f"entry {place} changes a key that {author} may not change")
        raw = self._public(place, public)
        if action == "withdraw":
            if self.keys.pop(self._thumbprint(public), ("",))[0] != name:
                raise Failure(f"entry {place} withdraws a key that does not count for {name}")
            return
        message = f"waarborg key possession, version 1\n{self.origin} {name}\n".encode() + raw
        proof = content.get("possession")
        shown = from_base64url(proof.encode()) if isinstance(proof, str) else b""
        if not signature_holds(raw, message, shown):
            raise Failure(f"entry {place} enrols a key that nobody has shown to hold")
        if action == "replace":
            self.keys.pop(kid, None)
        self._count_key(place, name, public)


def bundles(folder: str, size: int) -> Iterator[tuple[int, int, list[bytes]]]:
    """Number, width and entries of every bundle."""
    for number in range(-(-size // 256)):
        width = min(256, size - number * 256)
        name = tile_name("entries", number, width)
        yield number, width, cut(read(folder, name), name)


def check_statements(folder: str, origin: str, size: int) -> Statements:
    """Every author's signature and chain, in order."""
    statements = Statements(origin)
    for number, _, found in bundles(folder, size):
        for at, entry in enumerate(found):
            statements.add(number * 256 + at, entry)
    return statements


def check_entries(folder: str, size: int) -> tuple[list[bytes], list[bytes], Attached]:
    """Every entry against its tile; the hashes of full tiles, of the rest, and the attached files."""
    tiles: list[bytes] = []
    rest: list[bytes] = []
    attached: Attached = {}
    for number, width, found in bundles(folder, size):
        tile = read(folder, tile_name(0, number, width))
        hashes = [hashlib.sha256(b"\0" + entry).digest() for entry in found]
        for at in range(max(width, len(hashes), -(-len(tile) // 32))):
            if hashes[at : at + 1] != [tile[32 * at : 32 * at + 32]]:
                raise Failure(f"entry {number * 256 + at} was changed, or its hash in the tile")
        for at, entry in enumerate(found):
            for digest, count in references(parts_of(number * 256 + at, entry)[1]):
                if attached.setdefault(digest, (count, number * 256 + at))[0] != count:
                    raise Failure(f"entry {number * 256 + at} gives {digest} another size")
        if width == 256:
            tiles.append(fold(hashes))
        else:
            rest = hashes
    return tiles, rest, attached


def check_attached(folder: str, attached: Attached) -> None:
    """Every attached file against the digest its entry names."""
    for digest, (count, place) in sorted(attached.items()):
        found, size = hashlib.sha256(), 0
        if not HEX.fullmatch(digest):
            raise Failure(f"entry {place} names a malformed digest")
        try:
            with open(os.path.join(folder, "blobs", digest), "rb") as file:
                for piece in iter(lambda: file.read(1 << 20), b""):
                    found.update(piece)
                    size += len(piece)
        except OSError:
            raise Failure(f"the file {digest} that entry {place} names is missing") from None
        if (found.hexdigest(), size) != (digest, count):
            raise Failure(f"the file {digest} that entry {place} names was changed")


def check_tiles_above(folder: str, tiles: list[bytes]) -> None:
    """Every tile above the leaves."""
    level = 1
    while tiles:
        above: list[bytes] = []
        for number in range(-(-len(tiles) // 256)):
            row = tiles[number * 256 : number * 256 + 256]
            name = tile_name(level, number, len(row))
            if read(folder, name) != b"".join(row):
                raise Failure(f"{name} was altered, or entries under it")
            if len(row) == 256:
                above.append(fold(row))
        tiles, level = above, level + 1


def tile_names(size: int) -> Iterator[str]:
    """The names of all tiles and bundles of a log."""
    kinds: list[tuple[object, int]] = [("entries", size)]
    kinds += [(level, size >> (8 * level)) for level in range(8) if size >> (8 * level)]
    for kind, count in kinds:
        for number in range(-(-count // 256)):
            yield tile_name(kind, number, min(256, count - number * 256))


def check_others(folder: str, size: int, attached: Attached) -> None:
    """No file lies in the record that nothing vouches for; beginnings of today's tiles may."""
    names = set(tile_names(size))
    known = names | {"checkpoint", "vkey"} | {"blobs/" + digest for digest in attached}
    for place, _, files in os.walk(folder):
        for file in files:
            name = os.path.relpath(os.path.join(place, file), folder).replace(os.sep, "/")
            if name not in known and not earlier(folder, name, names):
                raise Failure(f"nothing vouches for the file {name}")


def earlier(folder: str, name: str, names: set[str]) -> bool:
    """Whether a file is a tile of an earlier checkpoint: the beginning of one that stands there now."""
    stem, gap, width = name.rpartition(".p/")
    full = [each for each in names if each.partition(".p/")[0] == stem]
    if not gap or not full or not re.fullmatch("[1-9][0-9]{0,2}", width):
        return False
    now, data = int(full[0].partition(".p/")[2] or 256), read(folder, name)
    held = len(cut(data, name)) if stem.startswith("tile/entries/") else len(data) / 32
    return held == int(width) < now and read(folder, full[0]).startswith(data)


def root_over(tiles: list[bytes], rest: list[bytes]) -> bytes:
    """The root over full tiles and the hashes of the last, partial one."""
    if not tiles:
        return root_of(rest)
    count = len(tiles) + (1 if rest else 0)
    if count == 1:
        return tiles[0]
    split = 1 << (count - 1).bit_length() - 1
    right = root_over(tiles[split:], rest)
    return hashlib.sha256(b"\1" + fold(tiles[:split]) + right).digest()


def verify(folder: str, vkey: str | None) -> str:
    """Check a record; what was checked, in words."""
    origin, size, root = signed_head(folder, vkey)
    tiles, rest, attached = check_entries(folder, size)
    check_attached(folder, attached)
    check_tiles_above(folder, tiles)
    if root_over(tiles, rest) != root:
        raise Failure("entries and tiles agree with each other, but are not what was signed")
    check_others(folder, size, attached)
    statements = check_statements(folder, origin, size)
    who = "by the key given" if vkey is not None else "by the key that lies in the record itself"
    said = f"{size} entries and {len(attached)} attached files of {origin} hold; signed {who}"
    return f"{said}; {size} statements by {len(statements.heads)} authors, no chain with a gap"


def main(arguments: list[str]) -> int:
    """Run from the command line."""
    folder = arguments[0] if arguments else "record"
    try:
        print("VERIFIED:", verify(folder, arguments[1] if len(arguments) > 1 else None))
    except (Failure, ValueError, RecursionError) as failure:
        print("NOT VERIFIED:", failure)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
