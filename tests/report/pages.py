"""Writes pages for these tests, and reads them again without a browser."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from payment_templates import PROFILES, build_template, render
from payment_templates.cloudformation import parse_template
from payment_templates.profiles import template_name
from payment_templates.report.page.findings import collect
from payment_templates.report.page.page import render as render_page
from tests.report.compliance.complete_template import FIXED

if TYPE_CHECKING:
    from payment_templates.report.page.findings import Findings

# Elements without an end tag.
_VOID = {"meta", "input", "br", "link"}


@cache
def findings(profile: str) -> Findings:
    """Collect what the page shows of a profile's template.

    Of production on one combination of conditions: all 384 would take four seconds, and have
    tests of their own.
    """
    return collect(
        parse_template(render(build_template(PROFILES[profile]))),
        name=template_name(profile=profile),
        sha256="0" * 64,
        region="us-east-1",
        parameters={} if profile == "standard" else FIXED,
        profile=profile,
        seed=1,
        runs=200,
    )


@cache
def page(*profiles: str) -> str:
    """Write the page of one profile, or of two."""
    return render_page([findings(profile) for profile in profiles], seed=1, runs=200)


@dataclass
class Element:
    """An element with its attributes, its own text and the elements around it."""

    tag: str
    attributes: dict[str, str | None]
    around: list[Element] = field(default_factory=list["Element"])
    text: str = ""


class Reader(HTMLParser):
    """Lists the elements of a page; an element that is not closed is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs), [*self._open])
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs), [*self._open]))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str) -> list[Element]:
        """Return the elements with a tag."""
        return [element for element in self.elements if element.tag == tag]


def embedded(text: str) -> list[Any]:
    """Return the data that the page's script shows."""
    (script,) = (it for it in Reader(text).all("script") if it.attributes.get("id") == "data")
    data: list[Any] = json.loads(script.text)
    return data
