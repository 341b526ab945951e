"""The lock files: whole, hashed, in step with the project file, and naming no host."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = PROJECT["project"]["dependencies"]
GROUPS = PROJECT["dependency-groups"]
EXTRAS = PROJECT["project"]["optional-dependencies"]
ASKED = {
    "requirements.lock": RUNTIME,
    "requirements-dev.lock": [
        *RUNTIME,
        *(need for group in ("test", "lint", "docs", "build") for need in GROUPS[group]),
        *PROJECT["build-system"]["requires"],
    ],
    "requirements-boot.lock": GROUPS["boot"],
    "requirements-spark.lock": [*RUNTIME, *EXTRAS["spark"]],
    "requirements-bench.lock": [*RUNTIME, *EXTRAS["spark"], *GROUPS["bench"]],
}


def entries(name):
    """Give each pinned requirement of a lock file with its hashes."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        requirement, *hashes = line.split("--hash=")
        yield Requirement(requirement.strip()), [each.strip() for each in hashes]


@pytest.mark.parametrize("name", sorted(ASKED))
def test_every_entry_is_pinned_and_hashed(name):
    """Each line of a lock holds one exact version and at least one SHA-256."""
    found = list(entries(name))
    assert found
    for requirement, hashes in found:
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), requirement


@pytest.mark.parametrize("name", sorted(ASKED))
def test_lock_holds_what_the_project_asks_for(name):
    """Each requirement of the project stands in the lock at a version that it allows."""
    locked = {}
    for requirement, _ in entries(name):
        version = str(requirement.specifier).removeprefix("==")
        locked.setdefault(canonicalize_name(requirement.name), []).append(version)
    for need in map(Requirement, ASKED[name]):
        versions = locked.get(canonicalize_name(need.name), [])
        assert versions, f"{need} stands in pyproject.toml and not in {name}: run .ci/lock"
        assert all(need.specifier.contains(each) for each in versions), (
            f"{name} holds {need.name} {versions} and pyproject.toml asks for {need}: run .ci/lock"
        )


def test_what_is_tested_is_what_is_run():
    """The runtime lock is a part of the full one, to the version."""
    full = {str(requirement) for requirement, _ in entries("requirements-dev.lock")}
    assert {str(requirement) for requirement, _ in entries("requirements.lock")} <= full


def test_no_tracked_file_names_a_registry():
    """Where packages come from is the business of whoever installs them."""
    hosts = [
        "".join(parts).encode()
        for parts in (
            ("pypi.", "org"),
            ("python", "hosted.org"),
            ("npmjs", ".org"),
            ("npmjs", ".com"),
            ("index-", "url"),
            ("index_", "url"),
        )
    ]
    # The one command that keeps a host out of the locks has to name the option.
    allowed = {b"--no-emit-" + hosts[4]}
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    names = [name for name in listed.stdout.decode().split("\0") if name]
    assert "run.py" in names
    for name in names:
        path = ROOT / name
        if path.is_symlink() or not path.is_file():
            continue
        content = path.read_bytes()
        for option in allowed:
            content = content.replace(option, b"")
        found = [host.decode() for host in hosts if host in content]
        assert not found, f"{name} names {found}"
