"""The page: self-contained, safe with hostile text, every figure leading down to its reports."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from report_sample import EXERCISE, SEAL, SETTINGS, ZONES, counts, nothing, sample

from waarborg.app.publish.page import render
from waarborg.app.publish.safe import foreign, visible, web
from waarborg.app.services.picture import picture

HOSTILE = "<script>alert(1)</script>\" onload='x' =cmd|calc \u202egnp.exe\u0000\u200f"
VOID = {"meta", "link", "br", "img", "input", "hr", "wbr", "base", "col"}
LOADING = {
    "src",
    "srcset",
    "action",
    "formaction",
    "poster",
    "data",
    "background",
    "ping",
    "manifest",
}


class Reader(HTMLParser):
    """What a page holds: identifiers, targets, elements, open elements, and text by element."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.outside: list[tuple[str, dict[str, str | None]]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element."""
        values = dict(attrs)
        self.elements.append((tag, values))
        if values.get("id"):
            self.ids.append(str(values["id"]))
        address = str(values.get("href") or "")
        if address.startswith("#"):
            self.links.append(address[1:])
        elif address:
            self.outside.append((tag, values))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element without content."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Check that the innermost element is the one that closes."""
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}>"
        self.open.pop()


def read(page: str) -> Reader:
    """Parse a page and check that every element is closed."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def pages() -> dict[str, str]:
    """The sample's pages: the span, a day, and days on which nothing came in."""
    return {
        "span": render(picture(sample(), ZONES, SETTINGS, None, SEAL)),
        "day": render(picture(sample(), ZONES, SETTINGS, date(2026, 4, 12), SEAL)),
        "nothing": render(picture(nothing(), ZONES, SETTINGS, None, None)),
    }


@pytest.mark.parametrize("name", ["span", "day", "nothing"])
def test_nothing_on_the_page_asks_for_anything_from_outside(name: str) -> None:
    """No element loads from elsewhere: addresses stand only in plain links that tell no referrer."""
    page = pages()[name]
    reader = read(page)
    for tag, values in reader.elements:
        assert tag not in {
            "link",
            "img",
            "iframe",
            "object",
            "embed",
            "base",
            "image",
            "use",
            "form",
        }
        assert not LOADING & values.keys(), (tag, values)
        assert "style" not in values, (tag, values)
        assert not [key for key in values if key.startswith("on")], (tag, values)
    for tag, values in reader.outside:
        assert tag == "a"
        assert "noreferrer" in str(values["rel"])
    style = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert len(style) == 1
    assert "@import" not in style[0]
    assert re.findall(r"url\((?!#)", style[0]) == []
    assert "default-src 'none'" in page


@pytest.mark.parametrize("name", ["span", "day", "nothing"])
def test_every_anchor_resolves_and_no_identifier_stands_twice(name: str) -> None:
    """Each link on the page has its target on the page."""
    reader = read(pages()[name])
    assert sorted(reader.ids) == sorted(set(reader.ids))
    assert set(reader.links) - set(reader.ids) == set()
    assert len(reader.links) > 8


def test_a_figure_leads_down_to_the_reports() -> None:
    """From the headline figure to its finding, from there to the incident and its reports."""
    page = pages()["span"]
    assert '<a href="#l-truce-cease-BB-BB-certain">1</a>' in page
    listed = page.split('id="l-truce-cease-BB-BB-certain"')[1].split("</details>")[0]
    assert 'id="f-fin-inc-1-cease-BB"' in listed
    assert 'href="#i-inc-1"' in listed
    entry = page.split('id="i-inc-1"')[1].split("</article>")[0]
    for name in ("rep-1", "rep-2"):
        assert f'id="r-{name}"' in entry
        assert f'href="https://news.example/{name}"' in entry
    assert "waarborg explain" in page


@pytest.mark.parametrize("name", ["span", "day"])
def test_every_exercise_block_says_that_it_is_one(name: str) -> None:
    """Each block of the guarantee carries the sentence, and so does the head of the page."""
    page = pages()[name]
    assert EXERCISE in page.split("</header>")[0]
    for part in re.split(r'<div class="panel"', page)[1:]:
        if "Sample guarantee" in part.split("<details")[0]:
            assert EXERCISE in part, part[:200]
    for part in ("figures", "findings", "undecidable", "determinations", "obligations"):
        section = page.split(f'<section aria-labelledby="{part}"')[1].split("</section>")[0]
        assert EXERCISE in section, part


def test_hostile_text_is_shown_and_does_nothing() -> None:
    """Markup, quotes, control and direction marks from sources come out as harmless text."""
    derived = sample()
    reports = tuple(
        replace(r, headline=HOSTILE, source=HOSTILE, address=f"javascript:{HOSTILE}")
        for r in derived.reports
    )
    claims = tuple(
        replace(c, by_words=HOSTILE, unit=HOSTILE, source=HOSTILE) for c in derived.claims
    )
    settings = replace(SETTINGS, name=HOSTILE)
    zones = ZONES.replace("Right Land", "R<b>ight \\u202e Land")
    page = render(
        picture(replace(derived, reports=reports, claims=claims), zones, settings, None, SEAL)
    )
    reader = read(page)
    assert [tag for tag, _ in reader.elements].count("script") == 1
    assert "b" not in [tag for tag, _ in reader.elements]
    assert "\u202e" not in page
    assert "\u200f" not in page
    assert "\u0000" not in page
    assert "[U+202E]gnp.exe[U+0000][U+200F]" in page
    assert 'href="javascript' not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_days_without_a_report_are_called_that() -> None:
    """An empty mission gives a page that does not take silence for peace."""
    page = pages()["nothing"]
    assert "no day: no report came in" in page
    assert "That is not a sign of silence at the front." in page
    assert "not because nothing happened" in page
    assert "cannot be verified against one" in page


def test_the_headline_names_the_sources_that_were_not_heard() -> None:
    """A nought stands beside the sources silent on the days counted, and no others."""
    base = sample()
    heard = replace(base.coverage, reports={**base.coverage.reports, "late": (4, 0, 0, 5, 5)})
    derived = replace(base, coverage=heard)

    def figures(day: date | None) -> str:
        page = render(picture(derived, ZONES, SETTINGS, day, SEAL))
        return page.split('<section aria-labelledby="figures">')[1].split("</section>")[0]

    span = figures(None)
    assert "1 of the 3 sources on file gave no report on any day that the hours" in span
    assert "late" in span
    assert "outlet" not in span
    assert "2 of the 3 sources on file gave no report on this day" in figures(date(2026, 4, 11))
    assert "Not heard" not in figures(date(2026, 4, 13))


def test_the_same_picture_gives_the_same_bytes_whatever_the_order_of_rows() -> None:
    """Reversing every tuple of the derivation changes nothing on the page."""
    derived = sample()
    turned = replace(
        derived,
        reports=derived.reports[::-1],
        incidents=derived.incidents[::-1],
        findings=derived.findings[::-1],
        determinations=derived.determinations[::-1],
        obligations=derived.obligations[::-1],
        counts=derived.counts[::-1],
        claims=derived.claims[::-1],
        agreements=derived.agreements[::-1],
    )
    for day in (None, date(2026, 4, 12)):
        assert render(picture(turned, ZONES, SETTINGS, day, SEAL)) == render(
            picture(derived, ZONES, SETTINGS, day, SEAL)
        )


def test_claims_stand_beside_the_counts_and_are_never_added() -> None:
    """Each claim keeps its number; their total stands nowhere."""
    page = pages()["span"]
    assert "1\u202f200" in page
    assert "1\u202f234</" not in page.split("<footer>")[0]
    assert "Alphaland army" in page


def test_a_closed_list_says_what_the_print_leaves_out() -> None:
    """The register of incidents is closed, and the page says how many are not printed."""
    page = pages()["span"]
    assert "Closed when printed: 5 incidents with their 6 reports." in page


def test_the_foot_names_size_and_root_of_the_record() -> None:
    """The seal stands on the page, with the command that checks it."""
    foot = pages()["day"].split("<footer>")[1]
    assert "1\u202f234 entries" in foot
    assert "ab" * 32 in foot
    assert "waarborg verify" in foot
    assert "came after it, so the record as handed out has more entries" in foot
    assert "Sample data, made up for tests." in foot


@pytest.mark.parametrize(
    ("address", "linked"),
    [
        ("https://news.example/a?b=c", True),
        ("http://news.example", True),
        ("javascript:alert(1)", False),
        ("https://news.example/ onclick=x", False),
        ("data:text/html,x", False),
        ("//news.example", False),
    ],
)
def test_only_plain_web_addresses_become_links(address: str, *, linked: bool) -> None:
    """Other schemes and addresses with blanks or quotes stay text."""
    assert web(address) is linked


def test_marks_are_spelled_out_and_foreign_scripts_keep_to_themselves() -> None:
    """Direction marks become numbers; right-to-left words are isolated from their surroundings."""
    assert visible("a\u2066b") == "a[U+2066]b"
    assert foreign("<i>") == "&lt;i&gt;"
    assert foreign("שלום") == "<bdi>שלום</bdi>"


def test_a_page_of_thousands_stays_small_and_says_what_it_left_out() -> None:
    """Long lists are cut, the cut is counted, anchors still resolve, and the page stays under 3 MB."""
    derived = sample()
    held = derived.incidents[1]
    base = derived.findings[1]
    many = tuple(replace(held, id=f"inc-x{number:05}") for number in range(2000))
    findings = tuple(
        replace(base, id=f"fin-{each.id}", incident=each.id, prohibition="cease-AA")
        for each in many
    )
    page = render(
        picture(
            replace(derived, incidents=many, findings=findings, counts=counts(findings)),
            ZONES,
            SETTINGS,
            None,
            SEAL,
        )
    )
    reader = read(page)
    assert set(reader.links) - set(reader.ids) == set()
    assert len(page.encode()) < 3_000_000
    assert "1\u202f700 of these findings are not on this page" in page
    assert "1\u202f400 more incidents are not on this page" in page
