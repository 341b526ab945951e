"""Nothing that a person can meet is without its page: commands, exit codes, codes, settings, words."""

import re
import tomllib
from pathlib import Path

import pytest
import waarborg_reference as reference

from waarborg.app.cli import commands as cli
from waarborg.app.cli.exits import Exit
from waarborg.cases.broken_rules import MEND, SAYS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
WRITTEN = sorted(
    [
        *ROOT.glob("*.md"),
        *(p for p in DOCS.rglob("*.md") if not {"generated", "_build"} & set(p.parts)),
    ]
)
WORDS = {
    "report",
    "claim",
    "incident",
    "alleged breach",
    "finding",
    "determination",
    "breach",
    "obligation",
    "gate",
    "statement",
    "coverage",
}
"""The words that the design gives one meaning each."""

COMMANDS = reference.commands()
CODES = reference.codes()
SETTINGS = reference.settings()
PAGES = reference.pages()
STEPS = ["run", "import viina", "fuse", "assess", "report", "verify", "explain"]


def glossary():
    """Read the terms of the glossary, each with its explanation."""
    text = (DOCS / "explanation" / "glossary.md").read_text(encoding="utf-8")
    body = text.split("```{glossary}", 1)[1].split("```", 1)[0]
    terms, waiting = {}, []
    for line in body.splitlines():
        if line and not line.startswith(" "):
            waiting.append(line)
            terms[line] = ""
        elif line.strip():
            for term in waiting:
                terms[term] += line.strip() + " "
        elif any(terms[term] for term in waiting):
            waiting = []
    return terms


def test_glossary_holds_every_word_of_the_design():
    """Each word that the design defines stands in the glossary with an explanation."""
    terms = glossary()
    assert set(terms) >= WORDS
    assert [term for term, words in terms.items() if len(words.split()) < 4] == []


@pytest.mark.parametrize("term", sorted(glossary()))
def test_each_word_of_the_glossary_is_used(term):
    """A term that nobody uses outside the glossary has no place in it."""
    pages = (page for page in WRITTEN if page.name != "glossary.md")
    pattern = re.compile(rf"\b{re.escape(term)}(s|es)?\b", re.IGNORECASE)
    assert any(pattern.search(page.read_text(encoding="utf-8")) for page in pages)


@pytest.mark.parametrize("words", sorted(COMMANDS))
def test_command_is_documented(words):
    """Each command has a heading in the reference, and it and all it takes say what they are."""
    command = COMMANDS[words]
    assert f"\n## waarborg {words}\n" in PAGES["cli.md"]
    assert len((command.help or "").split()) >= 4
    unsaid = [each.name for each in command.params if not (getattr(each, "help", None) or "")]
    assert unsaid == []


@pytest.mark.parametrize("step", STEPS)
def test_step_of_the_chain_is_a_command(step):
    """Every step is a command that works alone and takes --json, as the README says."""
    assert step in COMMANDS
    assert "--json" in {name for each in COMMANDS[step].params for name in each.opts}
    assert f"`waarborg {step}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages_name_only_commands_and_options_that_exist(page):
    """A page that shows a command shows one that the program has, with options it takes."""
    text = page.read_text(encoding="utf-8")
    lines = [
        line
        for block in re.findall(r"```(?:sh|text)\n(.*?)```", text, flags=re.DOTALL)
        for line in block.splitlines()
    ]
    lines += re.findall(r"`(waarborg [^`]+)`", text)
    for line in lines:
        match = re.match(r"(?:\.venv/bin/)?waarborg (.*)", line)
        if not match or match.group(1).split()[0] in {"COMMAND", "--help", "--version"}:
            continue
        words = match.group(1).split("#")[0].split()
        name = " ".join(words[:2]) if " ".join(words[:2]) in COMMANDS else words[0]
        assert name in COMMANDS, line
        known = {option for each in COMMANDS[name].params for option in each.opts}
        assert {word for word in words if word.startswith("--")} <= known, line


@pytest.mark.parametrize("code", list(Exit))
def test_exit_code_is_documented(code):
    """Each exit code has its row in the reference and its number in the help."""
    rows = dict(reference.exits(Exit))
    assert rows[code].endswith(".")
    assert f"| {code.value} | `{code.name.lower()}` |" in PAGES["exits.md"]
    assert re.search(rf"\b{code.value} \w", cli.EXITS)


@pytest.mark.parametrize("code", sorted(CODES))
def test_code_has_words(code):
    """Each code in the source has a heading, words for a person, and what to do."""
    assert code[:3] in reference.FAMILIES, f"docs/reference/codes.toml lacks the family {code[:3]}"
    words = reference.meaning(code, CODES[code])
    assert words, f"docs/reference/codes.toml lacks words for {code}"
    assert f"\n## {code}\n" in PAGES[f"codes-{code[:3].lower()}.md"]


def test_each_rule_of_the_commission_is_told_the_same_everywhere():
    """The table of the page, what `explain` says and what mends are of the same rules, in the same words."""
    raised = {code for code in CODES if code.startswith("COM-0")}
    page = (DOCS / "explanation" / "commission.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^\| (COM-\d{3}) \| (.*) \|$", page, flags=re.MULTILINE)) == SAYS
    assert set(SAYS) == set(MEND) == raised


def test_documented_codes_are_raised():
    """The table of codes has words for no code that the source does not know."""
    written = {code for family in reference.FAMILIES.values() for code in family.get("codes", {})}
    assert written <= set(CODES)
    assert {code[:3] for code in CODES} == set(reference.FAMILIES)


@pytest.mark.parametrize("key", sorted(SETTINGS))
def test_setting_has_words(key):
    """Each setting of mission.toml says what it means."""
    assert SETTINGS[key][2], key
    assert f"| `{key}` |" in PAGES["mission.md"]


@pytest.mark.parametrize("section", sorted(reference.language()))
def test_section_of_the_language_is_documented(section):
    """Each section of an agreement file has its heading in the reference, with a row for each key."""
    page = PAGES["language.md"]
    assert f"\n## {section}\n" in page
    record = reference.record_of(reference.language()[section].shape)
    part = page.split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
    for key in record.keys if record is not None else ():
        assert f"\n| `{key}` | " in part


def keys_of(value, named, prefix=""):
    """Give the dotted keys of a settings file in the form of the reference."""
    if isinstance(value, list):
        for each in value:
            yield from keys_of(each, named, prefix)
    elif isinstance(value, dict):
        for name, each in value.items():
            here = f"{prefix}.{name}" if prefix else name
            if here not in named:
                here = f"{prefix}.NAME" if prefix else "NAME"
            if isinstance(each, list):
                yield here
                yield from keys_of(each, named, f"{here}[]")
            else:
                yield here
                yield from keys_of(each, named, here)


def test_shipped_mission_uses_only_documented_settings():
    """Every key of the example's mission.toml stands in the reference."""
    text = (ROOT / "examples/easter-truce-2026/mission.toml").read_text(encoding="utf-8")
    named = set(SETTINGS) | {
        key.rsplit(".NAME", 1)[0] + ".NAME" for key in SETTINGS if ".NAME" in key
    }
    named |= {
        f"{key}.NAME" for key, (kind, _, _) in SETTINGS.items() if kind.startswith("table by name")
    }
    assert [key for key in keys_of(tomllib.loads(text), named) if key not in named] == []


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    """A link inside the repository leads to a file that exists or is made by the build."""
    made = {reference.GENERATED / name for name in PAGES}
    made |= {path.with_suffix("") for path in made}
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://", "#", "mailto:")):
            continue
        path = (page.parent / target.split("#")[0]).resolve()
        assert path.exists() or path in made, f"{page.name} links to {target}"
