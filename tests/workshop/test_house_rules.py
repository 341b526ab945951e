"""House rules: limits on modules, test docstrings, and a configuration nobody has weakened."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
SOURCES = sorted((ROOT / "src").rglob("*.py"))
MODULE_CEILING = 600
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|for now|placeholder|dummy)\b", re.IGNORECASE)


def functions(path):
    """Give every test function of a file, those in classes included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_test_says_what_it_states(path):
    """Each test has a docstring whose first paragraph is one sentence with its full stop."""
    wanting = []
    for node in functions(path):
        first = (ast.get_docstring(node) or "").split("\n\n")[0].replace("\n", " ").strip()
        if not first.endswith(".") or len(first.split()) < 3:
            wanting.append(f"{path.name}:{node.lineno} {node.name}")
    assert wanting == []


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_expected_error_is_checked_by_its_words(path):
    """`pytest.raises` checks the message, there or on what it caught."""
    wanting = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.With):
            continue
        for item in node.items:
            call = item.context_expr
            is_raises = (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr == "raises"
            )
            if is_raises and item.optional_vars is None:
                named = {keyword.arg for keyword in call.keywords}
                if not named & {"match", "check"}:
                    wanting.append(f"{path.name}:{node.lineno}")
    assert wanting == []


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_test_is_skipped_in_silence(path):
    """Every skip gives its reason in words."""
    text = path.read_text(encoding="utf-8")
    bare = re.findall(r"pytest\.skip\(\s*\)|mark\.skip\s*$|mark\.skip\(\s*\)", text, re.MULTILINE)
    assert bare == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_is_finished_and_short_enough(path):
    """No module is longer than the ceiling or says that something is still to be done."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MODULE_CEILING
    assert UNFINISHED.findall(text) == []


def test_ruff_asks_for_everything():
    """The linter selects all rules; what is left out is this list and nothing more."""
    lint = PROJECT["tool"]["ruff"]["lint"]
    allowed = {"COM812", "ISC001", "D203", "D213", "ANN401", "EM101", "EM102", "TRY003", "FIX002"}
    allowed |= {"TD002", "TD003", "PLR2004", "E501", "D105", "D107", "CPY001"}
    allowed |= {"TC001", "TC002", "TC003"}
    assert lint["select"] == ["ALL"]
    assert set(lint["ignore"]) <= allowed
    assert lint["pylint"]["max-args"] <= 8
    assert "max-complexity" not in lint.get("mccabe", {}) or lint["mccabe"]["max-complexity"] <= 10


def test_no_file_of_the_product_is_let_off_by_pattern():
    """Whole-file exceptions are for tests, benchmarks, run.py and docs, never for `src`."""
    ignores = PROJECT["tool"]["ruff"]["lint"]["per-file-ignores"]
    assert [pattern for pattern in ignores if pattern.startswith(("src", "*", "**"))] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_exception_to_a_rule_gives_its_reason(path):
    """A `noqa` or `type: ignore` names its code and says why; a run of lines may share one reason."""
    wanting, shared = [], ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        marks = re.findall(r"#\s*(noqa|type:\s*ignore)", line)
        reasoned = re.search(r"#\s*noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*  # \S", line) or re.search(
            r"#\s*type: ignore\[[a-z-]+(, ?[a-z-]+)*\]  # \S", line
        )
        rule = line.partition("# noqa: ")[2].split("  #")[0]
        follows = bool(rule) and rule == shared
        shared = rule if reasoned or follows else ""
        if marks and not reasoned and not follows:
            wanting.append(f"{number}: {line.strip()}")
    assert wanting == []


def test_types_are_strict():
    """Mypy runs strict over the whole package, and no override switches errors off."""
    mypy = PROJECT["tool"]["mypy"]
    assert mypy["strict"] is True
    assert mypy["files"] == ["src"]
    for override in mypy.get("overrides", []):
        assert set(override) <= {"module", "ignore_missing_imports", "follow_imports"}
        assert not any(name.startswith("waarborg") for name in override["module"])


def test_warnings_are_errors():
    """Pytest turns every warning into an error and no marker expects a failure softly."""
    options = PROJECT["tool"]["pytest"]["ini_options"]
    assert options["filterwarnings"][0] == "error"
    assert options["xfail_strict"] is True
