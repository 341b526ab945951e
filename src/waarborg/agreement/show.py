"""The text beside its reading, clause by clause, in plain sentences generated from the tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from waarborg.agreement.condition import Node
from waarborg.agreement.model import Agreement, Exception_, Guarantee, Prohibition
from waarborg.agreement.vocabulary import in_words
from waarborg.agreement.words import listed, sentence


@dataclass(frozen=True, slots=True)
class ClauseView:
    """One clause for a person to compare.

    Attributes:
        clause: Its identifier.
        quote: The text's own words, "" if none.
        says: The paraphrase.
        marks: Certainty, source, how far it binds and its standing, in words.
        readings: What the machine reads, a sentence each.
    """

    clause: str
    quote: str
    says: str
    marks: tuple[str, ...]
    readings: tuple[str, ...]


def clause_views(
    agreement: Agreement, zone_names: dict[str, str] | None = None
) -> list[ClauseView]:
    """The clauses in the order of the file, each with its machine reading in sentences."""
    names = {f"actor:{party.id}": party.name for party in agreement.parties.values()}
    names |= {f"period:{name}": f"the {in_words(name)}" for name in agreement.periods}
    names |= zone_names or {}
    speaker = _Speaker(agreement, names)
    return [
        ClauseView(
            clause.id,
            clause.quote,
            clause.says,
            (
                f"clause {clause.certainty.value}",
                agreement.sources[clause.source].title,
                in_words(clause.binding),
                *(
                    f"{in_words(s.step.value)} since {s.since:%d %B %Y %H:%M} UTC"
                    for s in clause.standing
                ),
            ),
            tuple(speaker.readings(clause.id)),
        )
        for clause in agreement.clauses.values()
    ]


@dataclass(frozen=True, slots=True)
class _Speaker:
    agreement: Agreement
    names: dict[str, str]

    def readings(self, clause: str) -> Iterator[str]:
        for rule in self.agreement.prohibitions:
            if rule.clause == clause:
                yield self._rule(rule)
            for exception in rule.exceptions:
                if exception.clause == clause:
                    yield self._exception(rule, exception)
        groups: dict[str, list[Guarantee]] = {}
        for promise in self.agreement.guarantees:
            if promise.clause == clause:
                groups.setdefault(promise.group, []).append(promise)
        for promises in groups.values():
            yield self._promise(promises)

    def _who(self, ids: tuple[str, ...]) -> str:
        found = []
        for name in ids:
            if name in self.agreement.bodies:
                found.append(self.agreement.bodies[name].words)
            else:
                found.append(self.names.get(f"actor:{name}", name))
        return listed(found, "and")

    def _when(self, node: Node) -> str:
        return sentence(node, self.names)

    def _rule(self, rule: Prohibition) -> str:
        decided = {
            "": "nobody is named to decide",
            "operation_of_the_text": "the text itself decides",
        }.get(rule.decided_by) or f"{self._who((rule.decided_by,))} decides"
        return (
            f"{rule.id}: broken by {self._who(rule.who)} when {self._when(rule.must_not)}; "
            f"{decided} (reading {rule.certainty.value})"
        )

    def _exception(self, rule: Prohibition, exception: Exception_) -> str:
        if exception.answers is None:
            what = self._when(exception.reads) if exception.reads is not None else ""
        else:
            within = exception.answers.within
            soon = (
                f"within {within.text}"
                if within.text
                else f"how soon is left open ({within.open_term})"
            )
            same = (
                f", in the same {listed(exception.answers.same, 'and')}"
                if exception.answers.same
                else ""
            )
            what = f"it answers a strike by {self._who(exception.answers.by)}{same}; {soon}"
        return f"{rule.id} is not broken when {what} (reading {exception.certainty.value})"

    def _promise(self, promises: list[Guarantee]) -> str:
        first = promises[0]
        acts = listed([in_words(a) for a in first.actions], "or" if first.choice else "and")
        each = "each for itself " if len(promises) > 1 else ""
        within = (
            f" within {first.within_text} of {in_words(first.runs_from.value)}"
            if first.within_text
            else ""
        )
        left_open = f"; how soon is left open ({first.within_open})" if first.within_open else ""
        gates = sorted({gate for promise in promises for gate in promise.gates})
        passing = f"; must pass {listed(gates, 'and')}" if gates else ""
        relies = f"; relies on {listed(list(first.relies_on), 'and')}" if first.relies_on else ""
        return (
            f"{first.group}: {self._who(tuple(p.by for p in promises))} {each}"
            f"({in_words(first.strength.value)}) {acts}{within}, when {self._when(first.trigger)}"
            f"{left_open}{passing}{relies} (reading {first.certainty.value})"
        )


def as_text(agreement: Agreement, views: list[ClauseView]) -> str:
    """The views as plain text."""
    lines = [agreement.title, *([agreement.exercise] if agreement.exercise else [])]
    for view in views:
        lines += ["", f"{view.clause}  [{'; '.join(view.marks)}]"]
        lines += [f'  "{view.quote}"'] if view.quote else []
        lines += [f"  says: {view.says}", *(f"  reads {reading}" for reading in view.readings)]
    for term in agreement.terms.values():
        lines += [
            "",
            f"{in_words(term.id)}: {term.words}; {sentence(term.reads)} ({term.certainty.value})",
        ]
    for left_open in agreement.open.values():
        lines += [
            "",
            f"left open, {in_words(left_open.id)}: {left_open.words} ({listed(left_open.values)})",
        ]
    return "\n".join(lines) + "\n"


_STYLE = (
    "body{font:16px/1.5 Georgia,serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}"
    "table{border-collapse:collapse;width:100%}td,th{vertical-align:top;text-align:left;"
    "padding:.6rem .8rem;border-top:1px solid #bbb;width:50%}small{color:#444}"
    ".exercise{font-weight:bold;border:2px solid #8a3b00;padding:.4rem .8rem}"
    "tr{break-inside:avoid}"
)


def as_html(agreement: Agreement, views: list[ClauseView]) -> str:
    """The views as one self-contained page that prints."""
    rows = []
    for view in views:
        quote = f"<blockquote>{escape(view.quote)}</blockquote>" if view.quote else ""
        reads = "".join(f"<p>{escape(reading)}</p>" for reading in view.readings)
        rows.append(
            f"<tr><td><strong>{escape(view.clause)}</strong>{quote}<p>{escape(view.says)}</p>"
            f"<small>{escape('; '.join(view.marks))}</small></td>"
            f"<td>{reads or '<p>No machine reading rests on this clause.</p>'}</td></tr>"
        )
    exercise = f'<p class="exercise">{escape(agreement.exercise)}</p>' if agreement.exercise else ""
    terms = "".join(
        f"<li><strong>{escape(in_words(t.id))}</strong>: {escape(t.words)}; "
        f"{escape(sentence(t.reads))} ({t.certainty.value})</li>"
        for t in agreement.terms.values()
    )
    open_terms = "".join(
        f"<li>{escape(o.words)}: {escape(listed(o.values))}</li>" for o in agreement.open.values()
    )
    title = escape(agreement.title)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>{exercise}"
        "<p>A machine reading, not a legal opinion.</p>"
        "<table><thead><tr><th>The text</th><th>How it is read</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
        f"<h2>Words defined</h2><ul>{terms}</ul><h2>Left open</h2><ul>{open_terms}</ul></body></html>\n"
    )
