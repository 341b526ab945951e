"""The rooms: each import contract breaks when it is offended, and the core touches no world."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "waarborg"
LEFT_OF_STORE = (
    "base",
    "record",
    "agreement",
    "reports",
    "incidents",
    "findings",
    "cases",
    "obligations",
    "coverage",
)
FORBIDDEN_ROOMS = {"utils", "common", "helpers", "core", "manager"}
LAYERS = "Data flows one way"
BLIND = "Blind fusion: what happened is settled without knowing who would be in breach"
SHORTCUT = "No shortcut: a guarantor's duty follows a determination"
TEXT_ALONE = "Coverage reads the text alone: proofs know no reports, findings or obligations"
PURE = "Pure core: no files, sockets, databases or dice left of store"
NEUTRAL = "Neutral record: it knows bytes and kinds, not ceasefires"
RINGS = "No rings between the modules of a room"

OFFENCES = [
    (LAYERS, {"reports/offence.py": "import waarborg.findings\n"}),
    (LAYERS, {"base/offence.py": "import waarborg.record\n"}),
    (LAYERS, {"utils/__init__.py": ""}),
    (BLIND, {"incidents/offence.py": "import waarborg.agreement\n"}),
    (BLIND, {"reports/offence.py": "import waarborg.agreement\n"}),
    (SHORTCUT, {"obligations/offence.py": "import waarborg.findings\n"}),
    (TEXT_ALONE, {"coverage/offence.py": "import waarborg.findings\n"}),
    (TEXT_ALONE, {"coverage/offence.py": "import waarborg.reports\n"}),
    (PURE, {"findings/offence.py": "import sqlite3\n"}),
    (PURE, {"agreement/offence.py": "import socket\n"}),
    (PURE, {"incidents/offence.py": "import random\n"}),
    (NEUTRAL, {"record/offence.py": "import waarborg.reports\n"}),
    (
        RINGS,
        {
            "cases/offence.py": "import waarborg.cases.other\n",
            "cases/other.py": "import waarborg.cases.offence\n",
        },
    ),
]

PURE_BUILTINS = {"open", "input", "print", "exec", "eval", "breakpoint", "__import__"}
WORLD_MODULES = {
    "os",
    "pathlib",
    "glob",
    "time",
    "random",
    "secrets",
    "uuid",
    "socket",
    "ssl",
    "urllib",
    "http",
    "requests",
    "subprocess",
    "multiprocessing",
    "threading",
    "asyncio",
    "shutil",
    "tempfile",
    "sqlite3",
    "duckdb",
    "sqlalchemy",
    "locale",
    "logging",
}
CLOCKS = {"now", "utcnow", "today", "read_text", "read_bytes", "write_text", "write_bytes"}


def lint(folder):
    """Run the import contracts of this project over a copy of its source."""
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder / "src"), "PATH": "", "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def skeleton(tmp_path):
    """Give an empty copy of the rooms: every package with nothing in it, and the contracts."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    package = tmp_path / "src" / "waarborg"
    for room in ("", *LEFT_OF_STORE, "store", "app"):
        (package / room).mkdir(parents=True)
        (package / room / "__init__.py").write_text("", encoding="utf-8")
    return tmp_path


def verdicts(output):
    """Read which contract was kept and which broken."""
    return {
        re.sub(r"\s+", " ", name).strip(): verdict
        for name, verdict in re.findall(r"^(.+?) (KEPT|BROKEN)\b", output, flags=re.MULTILINE)
    }


def test_empty_skeleton_keeps_every_contract(skeleton):
    """The contracts hold where nobody offends, so a breach below is the offence's doing."""
    done = lint(skeleton)
    found = verdicts(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(found) == {LAYERS, BLIND, SHORTCUT, TEXT_ALONE, PURE, NEUTRAL, RINGS}
    assert set(found.values()) == {"KEPT"}


@pytest.mark.parametrize(("contract", "files"), OFFENCES)
def test_offence_breaks_its_contract(skeleton, contract, files):
    """Each planted offence is found by the contract that forbids it."""
    for name, text in files.items():
        path = skeleton / "src" / "waarborg" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    done = lint(skeleton)
    assert done.returncode == 1
    assert verdicts(done.stdout).get(contract) == "BROKEN", done.stdout + done.stderr


def test_every_contract_is_offended_at_least_once():
    """No contract of the project file is without an offence above."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    named = set(
        re.findall(r'\[\[tool\.importlinter\.contracts\]\]\nname = "([^"]+)"', text),
    )
    assert named == {contract for contract, _ in OFFENCES}


def touches(tree):
    """List what a module does that reaches out of the program."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            names = []
        found += [f"{node.lineno}: imports {n}" for n in names if n.split(".")[0] in WORLD_MODULES]
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name) and called.id in PURE_BUILTINS:
                found.append(f"{node.lineno}: calls {called.id}")
            if isinstance(called, ast.Attribute) and (
                called.attr in CLOCKS or ast.unparse(called) in {"io.open", "codecs.open"}
            ):
                found.append(f"{node.lineno}: calls {called.attr}")
    return found


@pytest.mark.parametrize(
    "line",
    [
        "open('x')",
        "import time",
        "from pathlib import Path",
        "import os.path",
        "datetime.now()",
        "from urllib.request import urlopen",
        "p.read_text()",
        "io.open('x')",
    ],
)
def test_the_watch_sees_what_reaches_out(line):
    """The syntax-tree watch finds each way out of the program that it is there for."""
    assert touches(ast.parse(line))


@pytest.mark.parametrize("room", LEFT_OF_STORE)
def test_core_reaches_for_nothing(room):
    """No module left of store opens a file or reads a clock: everything is an argument."""
    modules = sorted((SOURCE / room).rglob("*.py"))
    assert modules
    found = {
        str(module.relative_to(ROOT)): touched
        for module in modules
        if (touched := touches(ast.parse(module.read_text(encoding="utf-8"))))
    }
    assert found == {}


def test_no_room_is_named_after_nothing():
    """No module or room is called utils, common, helpers, core or manager."""
    names = {path.stem if path.is_file() else path.name for path in SOURCE.rglob("*")}
    assert names & FORBIDDEN_ROOMS == set()


@pytest.mark.parametrize(
    "room",
    [
        str(path.parent.relative_to(SOURCE))
        for path in sorted(SOURCE.rglob("__init__.py"))
        if path.parent.parent == SOURCE
    ],
)
def test_room_opens_with_its_charter(room):
    """Each room's `__init__` says in words what the room is for."""
    tree = ast.parse((SOURCE / room / "__init__.py").read_text(encoding="utf-8"))
    assert len((ast.get_docstring(tree) or "").split()) >= 6
