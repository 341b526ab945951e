"""What the docs show is what happens: commands are run, excerpts are compared."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from waarborg.agreement.load import load
from waarborg.agreement.worked_cases import run_cases

ROOT = Path(__file__).resolve().parents[2]
WAARBORG = Path(sys.executable).parent / "waarborg"
TUTORIAL = (ROOT / "docs/tutorial/easter-truce.md").read_text(encoding="utf-8")
MISSION_PAGE = (ROOT / "docs/how-to/write-a-mission.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "examples/easter-truce-2026"


def waarborg(folder, *words):
    """Run the command line in a folder."""
    return subprocess.run(
        [WAARBORG, *words], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Give a folder in which the tutorial's run is done."""
    place = tmp_path_factory.mktemp("tutorial")
    shutil.copytree(EXAMPLE, place / "examples" / EXAMPLE.name)
    done = waarborg(place, *tutorial_commands()[0])
    assert done.returncode == 0, done.stderr
    return place


def tutorial_commands():
    """Give the words of each command that the tutorial shows, in its order."""
    blocks = re.findall(r"```sh\n\.venv/bin/waarborg (.*?)\n```", TUTORIAL)
    return [block.split() for block in blocks]


@pytest.mark.parametrize("words", tutorial_commands()[1:], ids=" ".join)
def test_tutorial_commands_run(folder, words):
    """Each command of the tutorial does what the tutorial says it does."""
    done = waarborg(folder, *words)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_tutorial_shows_each_step():
    """The tutorial goes from the run over assessing to verifying."""
    assert [words[0] for words in tutorial_commands()] == ["run", "assess", "assess", "verify"]


def test_tutorial_explains_an_incident(folder):
    """`explain` leads from an incident down to its reports, as the tutorial says."""
    first = (folder / "out/incidents.jsonl").read_text(encoding="utf-8").splitlines()[0]
    name = re.search(r'"id":"(inc-[0-9a-f]+)"', first).group(1)
    done = waarborg(folder, "explain", name)
    assert done.returncode == 0, done.stderr
    assert name in done.stdout
    assert "viina-" in done.stdout


def test_tutorial_catches_the_forgery(folder, tmp_path):
    """A changed figure is named, with exit code 3, as the tutorial promises."""
    copy = tmp_path / "out"
    shutil.copytree(folder / "out", copy)
    path = copy / "counts.jsonl"
    text = path.read_text(encoding="utf-8")
    forged = re.sub(r'"incidents":(\d+)', lambda m: f'"incidents":{int(m[1]) + 1}', text, count=1)
    assert forged != text
    path.write_text(forged, encoding="utf-8")
    done = waarborg(folder, "verify", str(copy / "record"))
    assert done.returncode == 3
    assert "counts.jsonl" in done.stderr


@pytest.mark.parametrize(("kind", "file"), [("toml", "mission.toml"), ("yaml", "agreement.yaml")])
def test_excerpts_stand_in_the_example(kind, file):
    """What the how-to quotes from the example stands there, line by line."""
    lines = (EXAMPLE / file).read_text(encoding="utf-8").splitlines()
    blocks = re.findall(rf"```{kind}\n(.*?)```", MISSION_PAGE, flags=re.DOTALL)
    assert blocks
    for block in blocks:
        assert [line for line in block.splitlines() if line not in lines] == []


def test_the_agreement_of_the_how_to_is_whole():
    """The pieces of the how-to, one after the other, are a file that checks and whose cases hold."""
    page = (ROOT / "docs/how-to/write-an-agreement.md").read_text(encoding="utf-8")
    text = "".join(re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL))
    agreement = load(text, "how-to.yaml")
    assert agreement.warnings == ()
    outcomes = run_cases(agreement)
    assert len(outcomes) == 3
    assert [outcome for outcome in outcomes if not outcome.holds] == []


def test_every_shipped_agreement_is_explained():
    """Each file under examples/agreements has its row and its words in the explanation."""
    page = (ROOT / "docs/explanation/shipped-agreements.md").read_text(encoding="utf-8")
    folder = ROOT / "examples/agreements"
    names = [str(path.relative_to(folder)) for path in folder.glob("*/*.yaml")]
    assert len(names) >= 6
    assert [name for name in names if f"`{name}`" not in page] == []
