"""Evidence files: streamed, unguessable, unchanged; custody told by statements."""

import hashlib
import io
import subprocess
import sys

import pytest

from waarborg.record.failure import VerificationFailure
from waarborg.record.kinds import KINDS, misfits
from waarborg.store.evidence_folder import (
    ORIGINAL,
    WORKING_COPY,
    EvidenceFolder,
    custody_draft,
    evidence_fields,
)

KEY = b"k" * 32


def test_a_file_is_taken_in_whole_and_under_a_name_that_tells_nothing(tmp_path):
    """Bytes, digest and number are right; the name is not the digest anyone could compute."""
    folder = EvidenceFolder(tmp_path / "evidence", KEY)
    data = bytes(range(256)) * 9000
    held = folder.take(io.BytesIO(data))
    assert (held.sha256, held.bytes) == (hashlib.sha256(data).hexdigest(), len(data))
    assert held.name != held.sha256
    assert folder.take(io.BytesIO(data)) == held
    assert [path.name for path in folder.folder.iterdir()] == [held.name]
    with folder.open(held.name) as file:
        assert file.read() == data
    assert folder.check(held.name) == held
    assert EvidenceFolder(tmp_path / "other", b"o" * 32).take(io.BytesIO(data)).name != held.name


def test_a_changed_or_missing_file_is_found(tmp_path):
    """Checking again finds a changed byte; a file that is not held is named; erasing removes it."""
    folder = EvidenceFolder(tmp_path, KEY)
    held = folder.take(io.BytesIO(b"a photograph"))
    path = tmp_path / held.name
    path.chmod(0o600)
    path.write_bytes(b"another photograph")
    with pytest.raises(VerificationFailure, match="REC-041"):
        folder.check(held.name)
    folder.erase(held.name)
    for name in (held.name, "../secret"):
        with pytest.raises(VerificationFailure, match="REC-040"):
            folder.open(name)


def test_a_large_file_is_never_held_in_memory(tmp_path):
    """300 MB pass through a process that may not take 200 MB more than it starts with."""
    program = (
        "import io, resource, sys; from pathlib import Path\n"
        "from waarborg.store.evidence_folder import EvidenceFolder\n"
        "class Zeros(io.RawIOBase):\n"
        "    left = 300 << 20\n"
        "    def read(self, size=-1):\n"
        "        size = min(size, self.left); self.left -= size; return bytes(size)\n"
        "now = int(Path('/proc/self/statm').read_text().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (now + (200 << 20),) * 2)\n"
        "held = EvidenceFolder(Path(sys.argv[1]), b'k' * 32).take(Zeros())\n"
        "print(held.bytes)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert int(done.stdout) == 300 << 20


def test_a_working_copy_names_its_original(tmp_path):
    """Originals and working copies are told apart, and both fit the kind `evidence`."""
    held = EvidenceFolder(tmp_path, KEY).take(io.BytesIO(b"x"))
    body, hidden = evidence_fields(held, "image/jpeg", ORIGINAL, {"collector": "M. Monitor"})
    assert misfits("evidence", 1, body) == []
    assert set(hidden) - {"file"} <= set(KINDS["evidence"].private)
    assert hidden["sha256"] == held.sha256
    copy, _ = evidence_fields(held, "image/jpeg", WORKING_COPY, {}, "ab" * 32)
    assert misfits("evidence", 1, copy) == []
    for role, original in ((WORKING_COPY, None), (ORIGINAL, "ab" * 32), ("other", None)):
        with pytest.raises(ValueError, match="a working copy names its original"):
            evidence_fields(held, "image/jpeg", role, {}, original)
    draft = custody_draft("ab" * 32, "analysis", "2026-04-12T10:00:00+03:00", 5)
    assert misfits(draft.kind, 1, draft.body) == []
    assert draft.refs == ["ab" * 32]
