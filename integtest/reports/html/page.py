"""The frame: head, landmarks, and a policy by which nothing but our own script runs and no request leaves."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256

from integtest.reports.html.element import Element, h, html, raw
from integtest.reports.html.script import SCRIPT
from integtest.reports.html.style import STYLE
from integtest.reports.report import TOOL, VERSION, Report


def page(report: Report, sections: Sequence[Element]) -> str:
    """The document as text."""
    what = _what(report)
    whole = h(
        "html",
        h(
            "head",
            h("meta", charset="utf-8"),
            h("meta", http_equiv="Content-Security-Policy", content=_policy()),
            h("meta", name="viewport", content="width=device-width, initial-scale=1"),
            h("meta", name="color-scheme", content="light dark"),
            h("title", f"{TOOL} {what}: {report.outcome.word}"),
            h("link", rel="icon", href="data:,"),
            raw("style", STYLE),
        ),
        h(
            "body",
            h("a", "skip to the findings", href="#main", class_="skip"),
            h("header", h("h1", f"{TOOL} {what}"), _contents(sections)),
            h("main", sections, id="main"),
            h("footer", h("p", f"{TOOL} {VERSION} · one file, nothing is loaded from anywhere", class_="dim")),
            raw("script", SCRIPT),
        ),
        lang="en",
    )
    return f"<!DOCTYPE html>\n{html(whole)}\n"


def _what(report: Report) -> str:
    if report.judgements is not None:
        return "break"
    if report.integrations is not None:
        return "map"
    return "doctor" if report.checks is not None else "report"


def _contents(sections: Sequence[Element]) -> Element:
    links = [
        h("li", h("a", heading.text or "", href=f"#{section.get('id')}"))
        for section in sections
        if (heading := section.find("h2")) is not None
    ]
    return h("nav", h("ul", links), aria_label="Contents")


def _policy() -> str:
    digest = b64encode(sha256(SCRIPT.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )
