"""An agreement under one of its readings: the same words, read otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from waarborg.agreement.condition import All, AnyOf, Named, Node, Not
from waarborg.agreement.model import Agreement, Exception_, Guarantee, Prohibition, Reading


def under(agreement: Agreement, name: str) -> Agreement:
    """The agreement as one of its readings has it.

    Args:
        agreement: The agreement as its words stand.
        name: A reading of the file; "" gives the agreement unchanged. A reading of a version reads
            everything under that version, whenever it happened: "under the new text".

    Raises:
        KeyError: The file has no such reading.
    """
    if not name:
        return agreement
    reading = agreement.readings[name]
    if reading.version and agreement.versions:
        named = {each.name: each.text for each in agreement.versions}
        return _read(named[reading.version], reading)
    read = _read(agreement, reading)
    return replace(
        read,
        versions=tuple(
            replace(each, text=_read(each.text, reading)) for each in agreement.versions
        ),
    )


def _read(agreement: Agreement, reading: Reading) -> Agreement:
    terms = {
        term.id: replace(term, reads=reread(term.reads, reading.terms))
        if term.id not in reading.terms
        else replace(term, reads=reading.terms[term.id])
        for term in agreement.terms.values()
    }
    givers: dict[str, tuple[str, ...]] = {}
    for guarantee in agreement.guarantees:
        givers[guarantee.group] = (*givers.get(guarantee.group, ()), guarantee.id)
    return replace(
        agreement,
        reading=reading.id,
        terms=terms,
        prohibitions=tuple(_prohibition(p, reading) for p in agreement.prohibitions),
        guarantees=tuple(
            _guarantee(g, reading, givers)
            for g in agreement.guarantees
            if reading.only is None or g.group in reading.only
        ),
        thresholds={
            name: replace(each, of=reread(each.of, reading.terms))
            for name, each in agreement.thresholds.items()
        },
        procedures={
            name: replace(each, trigger=reread(each.trigger, reading.terms))
            for name, each in agreement.procedures.items()
        },
    )


def reread(node: Node, terms: Mapping[str, Node]) -> Node:
    """A condition with some terms read otherwise; a term's new body is not read again by itself."""
    match node:
        case Named(term, words, body):
            if term not in terms:
                return Named(term, words, reread(body, terms))
            others = {name: read for name, read in terms.items() if name != term}
            return Named(term, words, reread(terms[term], others))
        case All(parts):
            return All(tuple(reread(part, terms) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(reread(part, terms) for part in parts))
        case Not(part):
            return Not(reread(part, terms))
        case _:
            return node


def _prohibition(rule: Prohibition, reading: Reading) -> Prohibition:
    kept: tuple[Exception_, ...] = ()
    if rule.id not in reading.drop_exceptions:
        kept = tuple(
            replace(e, reads=None if e.reads is None else reread(e.reads, reading.terms))
            for e in rule.exceptions
        )
    return replace(rule, must_not=reread(rule.must_not, reading.terms), exceptions=kept)


def _guarantee(
    promise: Guarantee, reading: Reading, givers: Mapping[str, tuple[str, ...]]
) -> Guarantee:
    read = replace(promise, trigger=reread(promise.trigger, reading.terms))
    stated = reading.relies_on.get(promise.group)
    if stated is None:
        return read
    reliance = tuple(
        tuple(one for group in item.split(" or ") for one in givers.get(group, ()))
        for item in stated
    )
    return replace(read, relies_on=stated, reliance=reliance)
