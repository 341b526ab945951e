"""The reference pages that are made from the source: commands, settings, codes, exit codes, API.

Each function gives the text of a page; `write` puts them into `docs/reference/generated`, which is
not tracked. The tests use the same functions, so a page cannot lag behind what it describes.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import itertools
import re
import textwrap
import tomllib
import types
import typing
from pathlib import Path
from typing import Any

import typer

from waarborg.agreement import shape as forms
from waarborg.agreement.file_shape import FILE
from waarborg.agreement.vocabulary import PROPERTIES
from waarborg.record.failure import MEANINGS

DOCS = Path(__file__).resolve().parents[1]
ROOT = DOCS.parent
SOURCE = ROOT / "src" / "waarborg"
GENERATED = DOCS / "reference" / "generated"
DECISIONS = DOCS / "decisions"
CODE = re.compile(r"[A-Z]{3}-\d{3}")
FAMILIES = tomllib.loads((DOCS / "reference" / "codes.toml").read_text(encoding="utf-8"))
ROOMS = tuple(sorted(path.parent.name for path in SOURCE.glob("*/__init__.py")))


# --- codes ---------------------------------------------------------------------------------------


def _template(node: ast.expr) -> str:
    """Give the words of a string in the source, with an ellipsis where a value goes in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            part.value if isinstance(part, ast.Constant) else "…" for part in node.values
        )
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _template(node.left) + _template(node.right)
    if isinstance(node, ast.IfExp):
        return _template(node.body)
    return ""


def _is_code(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and bool(
        isinstance(node.value, str) and CODE.fullmatch(node.value) and node.value != "SHA-256"
    )


def _sentence(words: str) -> str:
    """Tell a sentence from a file name, a key or a single word."""
    return words if len(words.split()) >= 3 else ""


def codes() -> dict[str, dict[str, Any]]:
    """Find every code in the source, with the messages that go with it and the modules it is in."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        module = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
        for node in ast.walk(tree):
            for code, words in _mentions(node):
                entry = found.setdefault(code, {"messages": [], "modules": []})
                if module not in entry["modules"]:
                    entry["modules"].append(module)
                if words and words not in entry["messages"]:
                    entry["messages"].append(words)
    return dict(sorted(found.items()))


def _mentions(node: ast.AST) -> list[tuple[str, str]]:
    """Give the codes that a call, a tuple or a table names, each with the sentence beside it."""
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return [
            (key.value, _sentence(_template(value)))  # type: ignore[union-attr]
            for key, value in pairs
            if key is not None and _is_code(key)
        ]
    if isinstance(node, ast.Call):
        parts = [*node.args, *(keyword.value for keyword in node.keywords)]
    elif isinstance(node, ast.Tuple | ast.List):
        parts = node.elts
    elif _is_code(node):  # type: ignore[arg-type]
        return [(node.value, "")]  # type: ignore[attr-defined]
    else:
        return []
    mentions = []
    for place, part in enumerate(parts):
        if _is_code(part):
            beside = [_sentence(_template(each)) for each in parts[place + 1 : place + 2]]
            said = next((each for each in beside if each), "") or _undefined(node, parts[:place])
            mentions.append((part.value, said))  # type: ignore[attr-defined]
    return mentions


def _undefined(node: ast.AST, before: list[ast.expr]) -> str:
    """Say which kind of name a look-up refuses: the word before the code is the kind."""
    called = (
        node.func.attr
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        else ""
    )
    kind = _template(before[-1]) if before else ""
    if called.lstrip("_") not in {"one", "several", "known"} or not kind:
        return ""
    return f"a {kind} is named that the file does not define"


def meaning(code: str, entry: dict[str, Any]) -> list[str]:
    """Give what a code says: words written for the docs first, then the messages in the source."""
    own = FAMILIES[code[:3]].get("codes", {}).get(code, "")
    if code in MEANINGS:
        return [MEANINGS[code]]
    return [own, *entry["messages"]] if own else list(entry["messages"])


def code_pages() -> dict[str, str]:
    """Give one page for each family of codes, each code with a heading to link to."""
    found = codes()
    pages = {}
    for family, about in FAMILIES.items():
        lines = [f"# {family}: {about['title']}", "", about["about"], ""]
        for code, entry in found.items():
            if not code.startswith(family):
                continue
            lines += [f"({code.lower()})=", f"## {code}", ""]
            lines += [f"- {_plain(words)}" for words in meaning(code, entry)]
            lines += [
                "",
                "Raised in " + ", ".join(f"`{each}`" for each in entry["modules"]) + ".",
                "",
            ]
        lines += [f"**What to do.** {about['fix']}", ""]
        pages[f"codes-{family.lower()}.md"] = "\n".join(lines)
    rows = [
        f"| [{family}](codes-{family.lower()}.md) | {about['title']} | "
        f"{sum(code.startswith(family) for code in found)} |"
        for family, about in FAMILIES.items()
    ]
    pages["codes.md"] = "\n".join(
        [
            "# Codes of problems and failures",
            "",
            "Every message to a person begins with a code. The pages are made from the source; an",
            "ellipsis stands where a value is filled in.",
            "",
            "| family | what it is about | codes |",
            "|---|---|---|",
            *rows,
            "",
            "```{toctree}",
            ":hidden:",
            "",
            *(f"codes-{family.lower()}" for family in FAMILIES),
            "```",
            "",
        ]
    )
    return pages


def _plain(words: str) -> str:
    """Keep Markdown from reading the words of a message as its own marks."""
    return re.sub(r"([\\`*_{}\[\]<>|$#])", r"\\\1", " ".join(words.split()))


# --- command line --------------------------------------------------------------------------------


def commands() -> dict[str, Any]:
    """Give every command of `waarborg` by its words, as "import viina"."""
    from waarborg.app.cli.commands import app  # noqa: PLC0415  # the rest works without the edge

    found: dict[str, Any] = {}

    def walk(command: Any, words: tuple[str, ...]) -> None:
        below = getattr(command, "commands", {})
        if words and not below:
            found[" ".join(words)] = command
        for name, each in below.items():
            walk(each, (*words, name))

    walk(typer.main.get_command(app), ())
    return found


def cli_page() -> str:
    """Give the reference of the command line."""
    lines = ["# Command line", ""]
    lines += ["After `python3 run.py setup` the program is `.venv/bin/waarborg`.", ""]
    for words, command in commands().items():
        arguments = [each for each in command.params if each.param_type_name == "argument"]
        options = [each for each in command.params if each.param_type_name == "option"]
        usage = " ".join(["waarborg", words, *(_metavar(each) for each in arguments)])
        lines += [f"(cli-{words.replace(' ', '-')})=", f"## waarborg {words}", ""]
        lines += ["```text", f"{usage} [OPTIONS]" if options else usage, "```", ""]
        lines += [textwrap.dedent(command.help or "").strip(), ""]
        for each in arguments:
            lines += [f"`{_metavar(each)}`", f": {_one_line(each.help)}", ""]
        for each in options:
            names = ", ".join(f"`{name}`" for name in [*each.opts, *each.secondary_opts])
            shape = "" if getattr(each, "is_flag", False) else f" `{_metavar(each)}`"
            lines += [f"{names}{shape}", f": {_one_line(each.help)}", ""]
    return "\n".join(lines)


def _metavar(parameter: Any) -> str:
    return (parameter.metavar or parameter.name).upper()


def _one_line(words: str | None) -> str:
    return _plain(words or "")


def exits_page() -> str:
    """Give the table of exit codes."""
    from waarborg.app.cli.exits import Exit  # noqa: PLC0415  # the rest works without the edge

    rows = [f"| {each.value} | `{each.name.lower()}` | {words} |" for each, words in exits(Exit)]
    return "\n".join(
        [
            "# Exit codes",
            "",
            "What a script can rely on. Each holds for every command, with `--json` or without.",
            "",
            "| code | name | meaning |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def exits(kinds: Any) -> list[tuple[Any, str]]:
    """Read the members of the exit codes with the sentence that stands below each."""
    body = ast.parse(textwrap.dedent(inspect.getsource(kinds))).body[0].body  # type: ignore[attr-defined]
    found = []
    for here, below in itertools.pairwise(body):
        if isinstance(here, ast.Assign) and isinstance(below, ast.Expr):
            found.append((kinds[here.targets[0].id], below.value.value))  # type: ignore[attr-defined]
    return found


# --- settings ------------------------------------------------------------------------------------


def settings() -> dict[str, tuple[str, str, str]]:
    """Give every setting of mission.toml: dotted key to (type, default, meaning)."""
    from waarborg.reports.mission import Mission  # noqa: PLC0415  # the rest works without it

    found: dict[str, tuple[str, str, str]] = {}
    _settings_of(Mission, "", found)
    return found


def _settings_of(kind: Any, prefix: str, found: dict[str, tuple[str, str, str]]) -> None:
    hints = typing.get_type_hints(kind)
    words = attributes(kind)
    for each in dataclasses.fields(kind):
        key = prefix + each.name
        hint = hints[each.name]
        found[key] = (_type_words(hint), _default(each), words.get(each.name, ""))
        for below, mark in _classes(hint):
            _settings_of(below, f"{key}{mark}.", found)


def _classes(hint: Any) -> list[tuple[Any, str]]:
    """Give the dataclasses inside a type, with how the key goes on: "", "[]" or ".NAME"."""
    if dataclasses.is_dataclass(hint):
        return [(hint, "")]
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return [pair for each in arguments for pair in _classes(each)]
    if origin is tuple or origin is list:
        return [(kind, "[]" + mark) for each in arguments for kind, mark in _classes(each)]
    if arguments and origin is not typing.Literal and origin is not None:
        return [(kind, ".NAME" + mark) for each in arguments for kind, mark in _classes(each)]
    return []


_PLAIN_TYPES = {"str": "text", "float": "number", "int": "whole number", "NoneType": "nothing"}


def _type_words(hint: Any) -> str:
    """Say a type in the words of whoever writes the file."""
    hint = getattr(hint, "__supertype__", hint)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return " or ".join(f"`{each}`" for each in arguments)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_type_words(each) for each in arguments)
    if arguments:
        each = _type_words(arguments[0 if origin in (tuple, list) else -1])
        return f"list of {each}" if origin in (tuple, list) else f"table by name of {each}"
    if dataclasses.is_dataclass(hint):
        return "table"
    return _PLAIN_TYPES.get(hint.__name__, hint.__name__)


def _default(each: Any) -> str:
    if each.default is not dataclasses.MISSING:
        return f"`{each.default!r}`"
    if each.default_factory is not dataclasses.MISSING:
        return "empty"
    return "required"


def attributes(kind: Any) -> dict[str, str]:
    """Read the "Attributes:" section of a class's docstring, each name with its words."""
    text = inspect.getdoc(kind) or ""
    if "Attributes:" not in text:
        return {}
    section = text.split("Attributes:", 1)[1]
    found: dict[str, str] = {}
    name = ""
    for line in section.splitlines():
        if match := re.match(r"    (\w+): (.*)", line):
            name = match.group(1)
            found[name] = match.group(2)
        elif line.startswith("      ") and name:
            found[name] += " " + line.strip()
        elif line and not line.startswith(" "):
            break
    return found


def settings_page() -> str:
    """Give the reference of mission.toml."""
    lines = [
        "# mission.toml",
        "",
        "Every setting of a mission. An unknown key is refused. `[]` stands for each item of a",
        "list, `NAME` for a name of your own.",
        "",
        "| setting | type | default | meaning |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{key}` | {kind} | {default} | {_plain(words)} |"
        for key, (kind, default, words) in settings().items()
    ]
    return "\n".join([*lines, ""])


# --- Python --------------------------------------------------------------------------------------


def api_pages() -> dict[str, str]:
    """Give one page for each room with the charter and every module in it."""
    pages = {}
    for room in ROOMS:
        lines = [room, "=" * len(room), "", f".. automodule:: waarborg.{room}", ""]
        for path in sorted((SOURCE / room).rglob("*.py")):
            parts = path.relative_to(SOURCE.parent).with_suffix("").parts
            if parts[-1] == "__init__" or any(part.endswith("_migrations") for part in parts):
                continue
            module = ".".join(parts)
            title = ".".join(parts[2:])
            lines += [
                title,
                "-" * len(title),
                "",
                f".. automodule:: {module}",
                "   :members:",
                "   :ignore-module-all:",
                "",
            ]
        pages[f"api-{room}.rst"] = "\n".join(lines)
    pages["api.md"] = "\n".join(
        [
            "# Python",
            "",
            "The rooms. Imports run one way: app, store, obligations, cases, findings, incidents, then",
            "reports and agreement, then record and base; coverage rests on agreement.",
            "",
            "```{toctree}",
            *(f"api-{room}" for room in ROOMS),
            "```",
            "",
        ]
    )
    return pages


# --- decisions -----------------------------------------------------------------------------------


def decisions_index() -> str:
    """Give the list of decision records, which stands in docs/decisions/index.md."""
    rows, names = [], []
    for path in sorted(DECISIONS.glob("[0-9][0-9][0-9][0-9]-*.md")):
        title = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        number, _, words = title.partition(" ")
        rows.append(f"| {number} | [{words}]({path.name}) |")
        names.append(path.stem)
    return "\n".join(
        [
            "# Decisions",
            "",
            "What was decided, what it costs, and how we would notice that it was wrong.",
            "",
            "| number | decision |",
            "|---|---|",
            *rows,
            "",
            "```{toctree}",
            ":hidden:",
            "",
            *names,
            "```",
            "",
        ]
    )


# --- Sphinx --------------------------------------------------------------------------------------


def language() -> dict[str, Any]:
    """Give the sections of an agreement file, each by its name with the shape the loader checks."""
    return dict(FILE.keys)


_SIMPLE = {
    forms.Flag: "`true` or `false`",
    forms.Instant: "a moment with its offset",
    forms.Duration: "a duration, as `PT24H`",
}


def _form_of(shape: Any) -> str:
    """Say what may stand under a key, in words."""
    said = _SIMPLE.get(type(shape)) or getattr(shape, "about", "")
    match shape:
        case forms.Word(words):
            said = "one of " + ", ".join(f"`{word}`" for word in words)
        case forms.Whole(least):
            said = f"a whole number from {least}"
        case forms.ListOf(item):
            said = f"list: {_form_of(item)}"
        case forms.MapOf(item):
            said = f"by name: {_form_of(item)}"
        case forms.Either(options):
            said = " or ".join(dict.fromkeys(_form_of(option) for option in options))
        case forms.Record(keys, about):
            named = ", ".join(f"`{key}`" for key in keys)
            said = f"{{ {named} }}" if about in {"open", "where"} else f"{about}: {named}"
    return said


def record_of(shape: Any) -> Any:
    """Give the record that the entries of a section are, None where a section is no record."""
    if isinstance(shape, forms.ListOf | forms.MapOf):
        return record_of(shape.item)
    return shape if isinstance(shape, forms.Record) else None


def _table_of(record: Any) -> list[str]:
    lines = ["", "| key | what for | holds |", "|---|---|---|"]
    for inner, each in record.keys.items():
        star = " (must be there)" if each.required else ""
        lines.append(f"| `{inner}` | {each.meaning}{star} | {_form_of(each.shape)} |")
    return lines


def _nested(record: Any, name: str) -> list[str]:
    """Give a table of its own to each record inside another, with the way that leads to it."""
    lines: list[str] = []
    for inner, each in record.keys.items():
        deeper = record_of(each.shape)
        if deeper is not None and deeper.about not in {"open", "where"}:
            lines += ["", f"### {name}, {inner}", *_table_of(deeper)]
            lines += _nested(deeper, f"{name}, {inner}")
    return lines


def language_page() -> str:
    """Give the page of the agreement language: every section, every key, from the loader's shape."""
    lines = [
        "# The language of agreement files",
        "",
        "Made from the shape that the loader checks, so a key that stands here is taken and no other.",
        "How to go about it: [write an agreement](../../how-to/write-an-agreement.md).",
    ]
    for name, key in language().items():
        needed = " Must be there." if key.required else ""
        lines += ["", f"## {name}", "", f"{_sentence_of(key.meaning)}{needed}"]
        record = record_of(key.shape)
        if record is None:
            lines += ["", f"Holds {_form_of(key.shape)}."]
            continue
        lines += _table_of(record)
        if name != "amendments":
            lines += _nested(record, name)
    lines += [
        "",
        "## What a condition may ask",
        "",
        "Under `trigger`, `must_not`, `reads` and `of`, in the short form, as CQL2 text, or as CQL2-JSON.",
        "",
        "| property | in words | values |",
        "|---|---|---|",
    ]
    for asked in PROPERTIES.values():
        values = ", ".join(f"`{value}`" for value in asked.values)
        if asked.kind.value == "number":
            values = f"{asked.least} to {asked.most}"
        elif not values:
            values = _VALUES_OF.get(asked.name, "`true` or `false`")
        lines.append(f"| `{asked.name}` | {asked.words} | {values} |")
    return "\n".join(lines) + "\n"


_VALUES_OF = {
    "actor": "the parties of the file",
    "place": "`{in: zone}`",
    "at": "`{during: period}`",
}


def _sentence_of(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def pages() -> dict[str, str]:
    """Give every generated page by its file name."""
    return {
        **code_pages(),
        **api_pages(),
        "cli.md": cli_page(),
        "exits.md": exits_page(),
        "mission.md": settings_page(),
        "language.md": language_page(),
    }


def write(_app: Any = None) -> None:
    """Write the pages; only what changed, so that Sphinx reads only that again."""
    GENERATED.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for path in GENERATED.iterdir():
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        path = GENERATED / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def readable(_app: Any, _what: str, _name: str, _obj: Any, _options: Any, lines: list[str]) -> None:
    """Turn the plain English of a docstring into what Sphinx reads.

    Single backquotes are code, a list may follow its sentence at once, a lone asterisk is a star.
    """
    parts = re.split(r"(``.+?``|`[^`]+`)", "\n".join(lines), flags=re.DOTALL)
    for place, part in enumerate(parts):
        if part.startswith("`") and part.endswith("`") and len(part) > 2:
            parts[place] = "``" + " ".join(part.strip("`").split()) + "``"
        else:
            parts[place] = re.sub(r"(?<!^)\*(?! )|(?<=\w)_(?!\w)", r"\\\g<0>", part)
    spaced: list[str] = []
    for line in "".join(parts).splitlines():
        starts = re.match(r"(\d+\.|-) ", line)
        before = spaced[-1] if spaced else ""
        if starts and before and not re.match(r"(\d+\.|-) | ", before):
            spaced.append("")
        spaced.append(line)
    lines[:] = [*spaced, ""]


def setup(app: Any) -> dict[str, bool]:
    """Join the Sphinx build."""
    app.connect("builder-inited", write)
    app.connect("autodoc-process-docstring", readable, priority=400)  # before napoleon
    return {"parallel_read_safe": True}


if __name__ == "__main__":
    (DECISIONS / "index.md").write_text(decisions_index(), encoding="utf-8")
    write()
