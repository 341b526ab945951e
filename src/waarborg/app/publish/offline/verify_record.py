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
import hashlib
import json
import os
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


def signed_head(folder: str, vkey: str) -> tuple[str, int, bytes]:
    """Origin, size and root, after the log's signature was checked."""
    data = read(folder, "checkpoint").decode("utf-8")
    text, gap, lines = data.rpartition("\n\n")
    name, hint, encoded = vkey.strip().split("+", 2)
    key = base64.b64decode(encoded, validate=True)
    expected = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    if not gap or key[0] != 1 or expected.hex() != hint:
        raise Failure("the key is not a log's key, or the checkpoint is malformed")
    for line in lines.splitlines():
        mark, signer, words = line.split(" ")
        raw = base64.b64decode(words, validate=True)
        if mark == "\u2014" and signer == name and raw[:4] == expected:
            if not signature_holds(key[1:], (text + "\n").encode(), raw[4:]):
                raise Failure("the signature on the checkpoint does not hold")
            origin, size, root = text.split("\n")[:3]
            return origin, int(size), base64.b64decode(root, validate=True)
    raise Failure(f"{name} did not sign the checkpoint")


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
        if isinstance(value.get("blob"), str) and isinstance(value.get("bytes"), int):
            yield value["blob"], value["bytes"]
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from references(part)


def from_base64url(words: bytes) -> bytes:
    """The bytes of base64url without padding (RFC 7515)."""
    return base64.b64decode(words + b"=" * (-len(words) % 4), altchars=b"-_", validate=True)


def to_base64url(data: bytes) -> str:
    """Bytes as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def parts_of(place: int, entry: bytes) -> tuple[Any, Any, bytes]:
    """Header, payload and signature of a statement."""
    try:
        head, body, signature = entry.split(b".")
        header, payload = json.loads(from_base64url(head)), json.loads(from_base64url(body))
        whole = "kid" in header and {"iss", "seq", "prev", "kind", "body"} <= payload.keys()
        signed = from_base64url(signature)
    except (ValueError, TypeError, AttributeError):
        raise Failure(f"entry {place} is no statement") from None
    if not whole:
        raise Failure(f"entry {place} is no statement")
    return header, payload, signed


class Statements:
    """What is known of authors after so many entries: whose keys count, where each chain stands."""

    def __init__(self) -> None:
        self.operator = ""
        self.keys: dict[str, tuple[str, bytes]] = {}
        self.heads: dict[str, tuple[int, str]] = {}
        self.frozen = False

    def add(self, place: int, entry: bytes) -> None:
        """Check the next statement."""
        header, payload, signed = parts_of(place, entry)
        author, seq, prev = payload["iss"], payload["seq"], payload["prev"]
        kind, content, kid = payload["kind"], payload["body"], header["kid"]
        if self.frozen:
            raise Failure(f"entry {place} stands behind the end of the log")
        if (place == 0) != (kind == "genesis"):
            raise Failure(
                f"entry {place} is {kind!r}; a log begins with one genesis, and has no other"
            )
        if place == 0:
            self.operator = author
            for row in content["keys"]:
                self._count_key(row["name"], row["public"])
        name, public = self.keys.get(kid, ("", b""))
        if name != author or header.get("alg") != "EdDSA":
            raise Failure(f"entry {place} is signed with a key that does not count for {author}")
        if not signature_holds(public, entry.rpartition(b".")[0], signed):
            raise Failure(f"{author} did not sign entry {place}")
        last, before = self.heads.get(author, (-1, None))
        if seq != last + 1 or prev != before:
            raise Failure(f"the chain of {author} has a gap, or is broken, at entry {place}")
        if kind == "key":
            self._change_key(place, author, kid, content)
        if kind == "freeze" and author != self.operator:
            raise Failure(f"entry {place} ends the log, which {author} may not")
        self.frozen = kind == "freeze"
        self.heads[author] = (seq, hashlib.sha256(b"\0" + entry).hexdigest())

    def _count_key(self, name: str, public: str) -> None:
        words = json.dumps(
            {"crv": "Ed25519", "kty": "OKP", "x": public}, separators=(",", ":"), sort_keys=True
        )
        thumbprint = to_base64url(hashlib.sha256(words.encode()).digest())
        self.keys[thumbprint] = (name, from_base64url(public.encode()))

    def _change_key(self, place: int, author: str, kid: str, content: Any) -> None:
        action, name = content["action"], content["name"]
        may = {"enrol": [self.operator], "replace": [name], "withdraw": [name, self.operator]}
        if author not in may.get(action, []):
            raise Failure(f"entry {place} changes a key that {author} may not change")
        if action == "withdraw":
            gone = (name, from_base64url(content["public"].encode()))
            if gone not in self.keys.values():
                raise Failure(f"entry {place} withdraws a key that does not count for {name}")
            self.keys = {key: row for key, row in self.keys.items() if row != gone}
            return
        if action == "replace":
            self.keys.pop(kid, None)
        self._count_key(name, content["public"])


def bundles(folder: str, size: int) -> Iterator[tuple[int, int, list[bytes]]]:
    """Number, width and entries of every bundle."""
    for number in range(-(-size // 256)):
        width = min(256, size - number * 256)
        name = tile_name("entries", number, width)
        yield number, width, cut(read(folder, name), name)


def check_statements(folder: str, size: int) -> Statements:
    """Every author's signature and chain, in order."""
    statements = Statements()
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
        for at in range(max(width, len(hashes))):
            if hashes[at : at + 1] != [tile[32 * at : 32 * at + 32]]:
                raise Failure(f"entry {number * 256 + at} was changed, or its hash in the tile")
        for at, entry in enumerate(found):
            for digest, count in references(parts_of(number * 256 + at, entry)[1]):
                attached[digest] = (count, number * 256 + at)
        if width == 256:
            tiles.append(fold(hashes))
        else:
            rest = hashes
    return tiles, rest, attached


def check_attached(folder: str, attached: Attached) -> None:
    """Every attached file against the digest its entry names."""
    for digest, (count, place) in sorted(attached.items()):
        found, size = hashlib.sha256(), 0
        if not all(char in "0123456789abcdef" for char in digest):
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
    given = vkey is not None
    key = read(folder, "vkey").decode() if vkey is None else vkey
    origin, size, root = signed_head(folder, key)
    tiles, rest, attached = check_entries(folder, size)
    check_attached(folder, attached)
    check_tiles_above(folder, tiles)
    if root_over(tiles, rest) != root:
        raise Failure("entries and tiles agree with each other, but are not what was signed")
    statements = check_statements(folder, size)
    who = "by the key given" if given else "by the key that lies in the record itself"
    said = f"{size} entries and {len(attached)} attached files of {origin} hold; signed {who}"
    return f"{said}; {size} statements by {len(statements.heads)} authors, no chain with a gap"


def main(arguments: list[str]) -> int:
    """Run from the command line."""
    folder = arguments[0] if arguments else "record"
    try:
        print("VERIFIED:", verify(folder, arguments[1] if len(arguments) > 1 else None))
    except (Failure, ValueError) as failure:
        print("NOT VERIFIED:", failure)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
