"""The public verb of the room: from the text of an agreement file to a checked agreement."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from waarborg.agreement.build import Builder, section, text, words
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
from waarborg.agreement.model import Agreement
from waarborg.agreement.shape import Checker
from waarborg.agreement.warn import warnings_of
from waarborg.agreement.yaml_tree import Mapping_, read_tree
from waarborg.agreement.zones import Zones
from waarborg.base.problems import ProblemsFound

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
    built = Builder(checked, checker, ids, lines)
    readings, needs = build_readings(built), build_needs(built)
    measures, version = build_measures(built), build_version(built)
    questions, cases = (
        tuple(build_questions(built, readings, needs)),
        tuple(build_cases(built, readings)),
    )
    if checker.problems:
        raise ProblemsFound(dict.fromkeys(checker.problems))
    agreement = Agreement(
        id=text(checked, "id"),
        title=text(checked, "title"),
        exercise=text(section(checked, "exercise"), "words"),
        digest=hashlib.sha256(source.encode()).hexdigest(),
        read_by=text(section(checked, "reading"), "by"),
        read_note=text(section(checked, "reading"), "note"),
        reviewed_by=tuple(w for w, _ in words(section(checked, "reading").get("reviewed_by"))),
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
        readings=readings,
        open=built.open,
        needs=needs,
        questions=questions,
        cases=cases,
        form=build_form(built),
        version=version,
        clocks=measures.clocks,
        distances=measures.distances,
        thresholds=measures.thresholds,
        procedures=measures.procedures,
        contributions=measures.contributions,
        commitments=measures.commitments,
    )
    return replace(agreement, warnings=warnings_of(agreement, name))
