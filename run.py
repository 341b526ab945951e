#!/usr/bin/env python3
"""Set Waarborg up once, then run it.

    python3 run.py demo           the Easter truce of April 2026, from reports to a verifiable record
    python3 run.py test [args]    all tests, on every core; what follows goes to pytest instead
    python3 run.py setup          only set up; then .venv/bin/waarborg is the command line

Standard library only. Rules this file keeps:
1. Every package comes from a lock file and is checked against its hash.
2. A second run starts at once: a stamp in .venv says for which locks, Python and folder it was made.
3. The stamp is written last, so a set-up that was cut short is thrown away and made anew.
4. Whoever cannot be served is told in one sentence what to do.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
OLDEST_PYTHON = (3, 11)
LOCK = "requirements-dev.lock"
BOOT_LOCK = "requirements-boot.lock"
STAMPED = ("pyproject.toml", LOCK, BOOT_LOCK)
MISSION = "examples/easter-truce-2026"
OUT = "out"
REPORT = "out/report/index.html"
EVERY_TEST = ("-n", "auto", "--maxprocesses", "8", "--dist", "worksteal")
"""How all tests run: one process a core; whoever names tests runs just those, in one process."""
DONE = (0, 4)
"""Exit codes of `waarborg run` that leave a report: all fine, and done with rows set aside."""


class SetupError(Exception):
    """Setting up cannot go on; the text is the one sentence a person reads."""


def too_old(version: tuple[int, ...]) -> str:
    """Say what to do when this Python is too old; empty when it is not."""
    if version[:2] >= OLDEST_PYTHON:
        return ""
    wanted = ".".join(str(part) for part in OLDEST_PYTHON)
    found = ".".join(str(part) for part in version[:2])
    return f"Waarborg needs Python {wanted} or later and this is Python {found}: run it with a newer python3."


def bin_folder(environment: Path) -> Path:
    """Give the folder in which an environment keeps its programs."""
    return environment / ("Scripts" if os.name == "nt" else "bin")


def wanted_stamp(root: Path) -> str:
    """Name the state an environment must be made for: locks, project file, Python, folder."""
    digest = hashlib.sha256()
    for name in STAMPED:
        content = (root / name).read_bytes()
        digest.update(f"{name}:{len(content)}:".encode())
        digest.update(content)
    digest.update(f"{sys.implementation.name} {sys.version} {root}".encode())
    return digest.hexdigest()


def is_ready(root: Path) -> bool:
    """Tell whether the environment is whole and made for the present state."""
    environment = root / ".venv"
    programs = bin_folder(environment)
    try:
        found = (environment / "waarborg.stamp").read_text(encoding="ascii")
    except OSError:
        return False
    whole = shutil.which("python", path=programs) and shutil.which("waarborg", path=programs)
    return bool(whole) and found == wanted_stamp(root)


def has_module(name: str) -> bool:
    """Tell whether this Python has a module, without loading it."""
    return importlib.util.find_spec(name) is not None


def answers(program: str) -> bool:
    """Tell whether a program starts; a launcher on PATH may lead nowhere."""
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, check=False, stdin=subprocess.DEVNULL
        )
    except OSError:
        return False
    return done.returncode == 0


def do(what: str, command: list[str], root: Path) -> None:
    """Run one step of the set-up; its own complaints pass through.

    Raises:
        SetupError: The step failed.
    """
    done = subprocess.run(command, cwd=root, check=False, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise SetupError(
            f"Setting up stopped while {what} (exit code {done.returncode}): "
            "see the message above, then run the same command again."
        )


def choose_way(root: Path) -> tuple[str, str]:
    """Choose how to set up: ("uv", program), ("venv", "") or ("boot", program to be).

    Raises:
        SetupError: This machine has nothing to make an environment with.
    """
    found = shutil.which("uv")
    if found and answers(found):
        return "uv", found
    if has_module("venv") and has_module("ensurepip"):
        return "venv", ""
    if has_module("pip"):
        return "boot", str(bin_folder(root / ".boot") / "uv")
    raise SetupError(
        "This Python can make no virtual environment: as root, run "
        "`apt-get install -y python3-venv` (or install uv), then run the same command again."
    )


def fetch_uv(root: Path, program: str) -> None:
    """Bring uv into .boot with pip, which leaves the system's packages alone."""
    if answers(program):
        return
    shutil.rmtree(root / ".boot", ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    lock = ["--require-hashes", "--requirement", BOOT_LOCK]
    do("fetching uv", [*pip, *lock, "--target", ".boot"], root)


def install_with_uv(root: Path, uv: str) -> None:
    """Make the environment with uv."""
    python = str(bin_folder(root / ".venv") / "python")
    install = [uv, "pip", "install", "--quiet", "--python", python]
    do(
        "making the environment",
        [uv, "venv", "--quiet", "--python", sys.executable, ".venv"],
        root,
    )
    do("installing what the lock names", [*install, "--require-hashes", "-r", LOCK], root)
    do("installing Waarborg", [*install, "--no-deps", "--no-build-isolation", "-e", "."], root)


def install_with_venv(root: Path) -> None:
    """Make the environment with the standard library's venv and the pip inside it."""
    do("making the environment", [sys.executable, "-m", "venv", ".venv"], root)
    python = str(bin_folder(root / ".venv") / "python")
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    do("installing what the lock names", [*install, "--require-hashes", "-r", LOCK], root)
    do("installing Waarborg", [*install, "--no-deps", "--no-build-isolation", "-e", "."], root)


def set_up(root: Path) -> None:
    """Make the environment unless it is ready.

    Raises:
        SetupError: It cannot be made.
    """
    if is_ready(root):
        return
    way, program = choose_way(root)
    spoken = {"uv": "uv", "venv": "venv and pip", "boot": "pip and uv"}[way]
    print(f"Setting up once in .venv with {spoken}; this takes a minute or so.", flush=True)
    shutil.rmtree(root / ".venv", ignore_errors=True)
    if way == "venv":
        install_with_venv(root)
    else:
        if way == "boot":
            fetch_uv(root, program)
        install_with_uv(root, program)
    stamp = root / ".venv" / "waarborg.stamp"
    stamp.write_text(wanted_stamp(root), encoding="ascii")
    if not is_ready(root):
        stamp.unlink()
        raise SetupError(
            "The environment in .venv came out incomplete: run the same command again."
        )


def demo(root: Path) -> int:
    """Run the whole chain on the shipped mission and say where the report lies."""
    program = str(bin_folder(root / ".venv") / "waarborg")
    code = subprocess.call([program, "run", MISSION, "--out", OUT], cwd=root)
    if code in DONE:
        print(f"The report lies at {REPORT}: open it in a browser.")
        print(f"Check the record yourself: .venv/bin/waarborg verify {OUT}/record")
    return code


def test_command(python: str, rest: list[str]) -> list[str]:
    """Give the command that runs the tests: all of them on every core, or what is asked for."""
    return [python, "-m", "pytest", *(rest or EVERY_TEST)]


def main(arguments: list[str]) -> int:
    """Do what the person asked; give the exit code."""
    complaint = too_old(tuple(sys.version_info))
    if complaint:
        print(complaint, file=sys.stderr)
        return 1
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if verb not in {"setup", "demo", "test"} or (rest and verb != "test"):
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    try:
        set_up(ROOT)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    if verb == "demo":
        return demo(ROOT)
    if verb == "test":
        python = str(bin_folder(ROOT / ".venv") / "python")
        os.chdir(ROOT)
        os.execv(python, test_command(python, rest))  # noqa: S606  # the exit code is pytest's own
    print("Ready: .venv/bin/waarborg is the command line.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
