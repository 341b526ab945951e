"""`run.py`: what it decides, without a network or a real environment."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run():
    """Give `run.py` as a freshly loaded module."""
    spec = importlib.util.spec_from_file_location("waarborg_run", ROOT / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path, run):
    """Give a folder with the files that `run.py` reads, and an environment it takes for whole."""
    for name in run.STAMPED:
        shutil.copy(ROOT / name, tmp_path / name)
    programs = run.bin_folder(tmp_path / ".venv")
    programs.mkdir(parents=True)
    for name in ("python", "waarborg"):
        (programs / name).write_text("#!/bin/sh\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    (tmp_path / ".venv" / "waarborg.stamp").write_text(run.wanted_stamp(tmp_path), encoding="ascii")
    return tmp_path


def no_programs(monkeypatch, run, modules):
    """Pretend that uv is not on PATH and that this Python has only these modules."""
    monkeypatch.setattr(run.shutil, "which", lambda name, path=None: None)
    monkeypatch.setattr(run, "has_module", lambda name: name in modules)


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 2), (4, 0, 0)])
def test_new_enough_python_is_taken(run, version):
    """Python 3.11 and everything later is good enough."""
    assert run.too_old(version) == ""


def test_old_python_is_refused_in_one_sentence(run):
    """An older Python is told what it is and what is needed."""
    assert run.too_old((3, 10, 13)) == (
        "Waarborg needs Python 3.11 or later and this is Python 3.10: run it with a newer python3."
    )


def test_floor_is_the_one_in_pyproject(run):
    """The refusal and the package agree on the oldest Python."""
    floor = f'requires-python = ">={run.OLDEST_PYTHON[0]}.{run.OLDEST_PYTHON[1]}"'
    assert floor in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_all_tests_run_on_every_core(run):
    """Without arguments pytest shares the tests out, and none of its options picks among them."""
    command = run.test_command("python", [])
    assert command[:5] == ["python", "-m", "pytest", "-n", "auto"]
    assert not {"-k", "-m", "--deselect", "--ignore", "-x"} & set(command[3:])


def test_arguments_of_the_tests_go_to_pytest_as_they_are(run):
    """Whoever names a test gets that test, in one process that a debugger can stop."""
    assert run.test_command("python", ["-k", "law", "--pdb"]) == [
        "python",
        "-m",
        "pytest",
        "-k",
        "law",
        "--pdb",
    ]


def test_whole_environment_is_kept(run, checkout, monkeypatch):
    """A second run does nothing: no program is started."""
    monkeypatch.setattr(run, "choose_way", lambda root: pytest.fail("setting up again"))
    run.set_up(checkout)
    assert run.is_ready(checkout)


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements-dev.lock"])
def test_changed_file_calls_for_a_new_set_up(run, checkout, name):
    """A changed project file or lock makes the stamp stale."""
    with (checkout / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert not run.is_ready(checkout)


@pytest.mark.parametrize("name", ["python", "waarborg"])
def test_missing_program_calls_for_a_new_set_up(run, checkout, name):
    """An environment without one of its programs is not ready, whatever its stamp says."""
    (run.bin_folder(checkout / ".venv") / name).unlink()
    assert not run.is_ready(checkout)


def test_moved_folder_calls_for_a_new_set_up(run, checkout, tmp_path_factory):
    """Environments cannot be moved, so a checkout elsewhere is set up anew."""
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "waarborg"
    shutil.copytree(checkout, elsewhere)
    assert not run.is_ready(elsewhere)


def test_half_made_environment_is_thrown_away(run, checkout, monkeypatch):
    """What an interrupted set-up left behind does not survive the next one."""
    (checkout / ".venv" / "waarborg.stamp").unlink()
    (checkout / ".venv" / "leftover").write_text("", encoding="utf-8")
    monkeypatch.setattr(run, "choose_way", lambda root: ("venv", ""))

    def install(root):
        programs = run.bin_folder(root / ".venv")
        programs.mkdir(parents=True)
        for name in ("python", "waarborg"):
            (programs / name).write_text("#!/bin/sh\n", encoding="utf-8")
            (programs / name).chmod(0o755)

    monkeypatch.setattr(run, "install_with_venv", install)
    run.set_up(checkout)
    assert not (checkout / ".venv" / "leftover").exists()
    assert run.is_ready(checkout)


def test_failed_step_leaves_no_stamp(run, checkout, monkeypatch):
    """A step that fails is named, and the environment does not count as ready."""
    (checkout / ".venv" / "waarborg.stamp").unlink()
    monkeypatch.setattr(run, "choose_way", lambda root: ("venv", ""))
    monkeypatch.setattr(
        run,
        "install_with_venv",
        lambda root: run.do("installing", [sys.executable, "-c", "raise SystemExit(3)"], root),
    )
    with pytest.raises(run.SetupError, match=r"stopped while installing \(exit code 3\)"):
        run.set_up(checkout)
    assert not run.is_ready(checkout)


def test_incomplete_environment_is_not_stamped(run, checkout, monkeypatch):
    """An installation that brings no command line is reported and not taken for whole."""
    (checkout / ".venv" / "waarborg.stamp").unlink()
    monkeypatch.setattr(run, "choose_way", lambda root: ("venv", ""))
    monkeypatch.setattr(run, "install_with_venv", lambda root: (root / ".venv").mkdir())
    with pytest.raises(run.SetupError, match="came out incomplete"):
        run.set_up(checkout)
    assert not (checkout / ".venv" / "waarborg.stamp").exists()


def test_uv_is_the_first_choice(run, tmp_path, monkeypatch):
    """A uv that starts is taken before everything else."""
    monkeypatch.setattr(run.shutil, "which", lambda name, path=None: f"/somewhere/{name}")
    monkeypatch.setattr(run, "answers", lambda program: True)
    assert run.choose_way(tmp_path) == ("uv", "/somewhere/uv")


def test_uv_that_does_not_start_is_passed_over(run, tmp_path, monkeypatch):
    """A launcher named uv that leads nowhere does not stop the set-up."""
    monkeypatch.setattr(run.shutil, "which", lambda name, path=None: f"/somewhere/{name}")
    monkeypatch.setattr(run, "has_module", lambda name: True)
    assert run.choose_way(tmp_path) == ("venv", "")


@pytest.mark.parametrize(
    ("modules", "way"),
    [
        ({"venv", "ensurepip", "pip"}, "venv"),
        ({"venv", "pip"}, "boot"),
        ({"pip"}, "boot"),
    ],
)
def test_without_uv_the_modules_decide(run, tmp_path, monkeypatch, modules, way):
    """The standard library comes second; pip brings uv only where venv cannot work."""
    no_programs(monkeypatch, run, modules)
    assert run.choose_way(tmp_path)[0] == way


def test_with_nothing_at_hand_one_sentence_helps(run, tmp_path, monkeypatch):
    """A bare Debian is told the one package to install."""
    no_programs(monkeypatch, run, {"venv"})
    with pytest.raises(run.SetupError, match=r"as root, run `apt-get install -y python3-venv`"):
        run.choose_way(tmp_path)


@pytest.mark.parametrize("arguments", [[], ["dance"], ["demo", "loudly"], ["setup", "twice"]])
def test_wrong_usage_shows_the_three_commands(run, arguments, capsys):
    """Wrong words set nothing up, list the commands and give exit code 2."""
    assert run.main(arguments) == 2
    shown = capsys.readouterr().err
    assert all(f"run.py {verb}" in shown for verb in ("demo", "test", "setup"))


def test_tests_run_in_place_of_the_script(run, checkout, monkeypatch):
    """`test` becomes pytest itself, so pytest's exit code is the exit code."""
    called = []
    monkeypatch.setattr(run, "ROOT", checkout)
    monkeypatch.setattr(run.os, "chdir", lambda path: None)
    monkeypatch.setattr(run.os, "execv", lambda path, words: called.append(words[1:]))
    run.main(["test", "-x", "tests/unit"])
    assert called == [["-m", "pytest", "-x", "tests/unit"]]


def demo_program(checkout, run, code):
    """Write a command line into the checkout that leaves a report and ends with a code."""
    program = run.bin_folder(checkout / ".venv") / "waarborg"
    program.write_text(
        f'#!/bin/sh\nmkdir -p out/report && echo "$@" >out/report/index.html\nexit {code}\n',
        encoding="utf-8",
    )
    program.chmod(0o755)


@pytest.mark.parametrize("code", [0, 4])
def test_demo_says_where_the_report_lies(run, checkout, code, capsys):
    """The demo runs the shipped mission, passes the exit code on and names the report."""
    demo_program(checkout, run, code)
    assert run.demo(checkout) == code
    assert "out/report/index.html" in capsys.readouterr().out
    words = (checkout / "out/report/index.html").read_text(encoding="utf-8")
    assert words == "run examples/easter-truce-2026 --out out\n"


def test_failed_demo_names_no_report(run, checkout, capsys):
    """A demo that failed passes its exit code on and points at nothing."""
    demo_program(checkout, run, 3)
    assert run.demo(checkout) == 3
    assert "report lies" not in capsys.readouterr().out


def test_script_needs_only_the_standard_library():
    """`run.py` starts in an isolated Python that sees no installed package."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-W", "error", str(ROOT / "run.py")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "python3 run.py demo" in done.stderr
