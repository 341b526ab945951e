"""The page of an agreement: the text beside its reading, one self-contained file that prints."""

from __future__ import annotations

from importlib.resources import files

import jinja2

from waarborg.agreement.show import DISCLAIMER, MARKS, AgreementView
from waarborg.app.publish.safe import foreign, sentence
from waarborg.base.visible import visible


def render_agreement(view: AgreementView) -> str:
    """Lay an agreement out as a page that opens from disk, prints, and asks nothing of the network.

    Args:
        view: The agreement as a person reads it.

    Returns:
        The page, the same bytes for the same view; whatever the file says is escaped.
    """
    return page("agreement.html.j2", v=view, marks=MARKS, disclaimer=DISCLAIMER)


def page(template: str, **values: object) -> str:
    """Fill one of the room's templates with the filters that make outside text harmless."""
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_asset),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"foreign": foreign, "sentence": sentence, "visible": visible}
    return environment.get_template(template).render(**values)


def _asset(name: str) -> str:
    return files("waarborg.app.publish").joinpath(name).read_text(encoding="utf-8")
