"""The public verb of the room: from the text of an agreement file to a checked agreement."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from waarborg.agreement.amend import AmendedTree, amended_trees, everything
from waarborg.agreement.build import Builder, certainty, section, text, words
from waarborg.agreement.build_asked import (
    build_cases,
    build_needs,
    build_questions,
    build_readings,
)
from waarborg.agreement.build_measures import (
    build_form,
    build_measures,
    build_period_texts,
    build_version,
)
from waarborg.agreement.file_shape import FILE
from waarborg.agreement.model import Agreement, Case, Need, Question, Reading, VersionText
from waarborg.agreement.sections import Version
from waarborg.agreement.shape import Checker
from waarborg.agreement.warn import warnings_of
from waarborg.agreement.yaml_tree import Mapping_, read_tree
from waarborg.agreement.zones import Zones
from waarborg.base.grades import Certainty
from waarborg.base.problems import Problem, ProblemsFound

_BYTE_ORDER_MARK = "\ufeff"


def load(source: str, name: str, zones: Zones | None = None) -> Agreement:
    """Read an agreement file.

    Args:
        source: The text of the file.
        name: How messages call the file.
        zones: The mission's zones; without them the names of zones are taken as they stand.

    Returns:
        The agreement, with warnings on what a reader should look at.

    Raises:
        ProblemsFound: With every problem of the file, in the order of its lines.
    """
    tree, problems = read_tree(source.removeprefix(_BYTE_ORDER_MARK), name)
    checker = Checker(name, problems)
    if tree is None:
        raise ProblemsFound(checker.problems)
    checked = checker.check(FILE, tree, "the file")
    if not isinstance(checked, Mapping_):
        raise ProblemsFound(checker.problems)
    ids, lines = (None, None) if zones is None else (zones.ids, tuple(sorted(zones.lines)))
    trees = amended_trees(checked, checker)
    builders = [Builder(each.tree, checker, ids, lines) for each in trees]
    texts = [_text(built) for built in builders]
    whole = builders[0]
    if len(builders) > 1:
        whole = Builder(everything(trees), checker, ids, lines)
    readings, needs = build_readings(whole), build_needs(whole)
    asked = _Asked(
        readings,
        needs,
        tuple(build_questions(whole, readings, needs)),
        tuple(build_cases(whole, readings)),
    )
    sources = [
        whole.one(
            each.amendment, "source", f"amendment {each.name}", "source", "AGR-020", whole.sources
        )
        for each in trees
        if each.amendment is not None
    ]
    if checker.problems:
        raise ProblemsFound(dict.fromkeys(checker.problems))
    digest = hashlib.sha256(source.encode()).hexdigest()
    agreement = _versioned([_with(each, asked, digest) for each in texts], trees, sources)
    warned = (
        *warnings_of(agreement, [t.tree for t in trees], name, zones),
        *_idle_amendments(trees, name),
    )
    return replace(agreement, warnings=warned)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The sections that ask about the text, read once for all its versions."""

    readings: Mapping[str, Reading]
    needs: Mapping[str, Need]
    questions: tuple[Question, ...]
    cases: tuple[Case, ...]


def _with(text_: Agreement, asked: _Asked, digest: str) -> Agreement:
    return replace(
        text_,
        digest=digest,
        readings=asked.readings,
        needs=asked.needs,
        questions=asked.questions,
        cases=asked.cases,
    )


def _versioned(texts: list[Agreement], trees: list[AmendedTree], sources: list[str]) -> Agreement:
    """The newest text, with every version in it where there are several."""
    if len(texts) == 1:
        return texts[0]
    ends = [*(each.start for each in trees[1:]), None]
    versions = []
    for number, (one, made, end) in enumerate(zip(texts, trees, ends, strict=True)):
        about = made.amendment or Mapping_((), 0)
        if made.start is not None:
            named = Version(made.name, made.start, trees[number - 1].name)
            one = replace(one, version=named)  # noqa: PLW2901  # the same text under its own name
        source = sources[number - 1] if number else ""
        says, sure = text(about, "says"), certainty(about) if number else Certainty.STATED
        versions.append(VersionText(made.name, made.start, end, says, source, sure, one))
    return replace(versions[-1].text, versions=tuple(versions))


def _idle_amendments(trees: list[AmendedTree], name: str) -> Iterator[Problem]:
    for each in trees:
        if not each.changes:
            yield Problem(
                name,
                each.amendment.line if each.amendment is not None else 0,
                "AGR-067",
                f"the amendment {each.name} changes nothing",
                "entries under changes that differ, or names under ends",
                each.name,
                "check that no key was swallowed by the words, or remove the amendment",
                "warning",
            )


def _text(built: Builder) -> Agreement:
    """One version of the text, without what is asked about it."""
    measures, tree = build_measures(built), built.tree
    return Agreement(
        id=text(tree, "id"),
        title=text(tree, "title"),
        exercise=text(section(tree, "exercise"), "words"),
        digest="",
        read_by=text(section(tree, "reading"), "by"),
        read_note=text(section(tree, "reading"), "note"),
        reviewed_by=tuple(w for w, _ in words(section(tree, "reading").get("reviewed_by"))),
        sources=built.sources,
        parties=built.parties,
        groups=built.groups,
        clauses=built.clauses,
        periods=built.periods,
        period_texts=build_period_texts(built),
        terms=built.terms,
        prohibitions=built.prohibitions,
        guarantees=built.guarantees,
        gates=built.gates,
        bodies=built.bodies,
        open=built.open,
        form=build_form(built),
        version=build_version(built),
        clocks=measures.clocks,
        distances=measures.distances,
        thresholds=measures.thresholds,
        procedures=measures.procedures,
        contributions=measures.contributions,
        commitments=measures.commitments,
        exits=measures.exits,
    )
