"""What several parts of the page say in the same way: a mark for each status, a section, a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from integtest.reports.html.element import Child, Element, h
from integtest.reports.matrix import LETTERS

GOOD, BAD, OPEN = "good", "bad", "open"
TONES = {
    **dict.fromkeys(("verified", "ok", "pass", "survived"), GOOD),
    **dict.fromkeys(("failed", "fail", "error", "leaked", "hung", "stormed", "lied", "gave-up"), BAD),
}
"""Whether a status is good or bad; any other is open."""
MARKS = {GOOD: "✓", BAD: "✗", OPEN: "?"}


def tone(status: str) -> str:
    """How a status is coloured."""
    return TONES.get(status, OPEN)


def badge(status: str) -> Element:
    """A status as a word with its mark, so that colour is never all that tells it."""
    mark = LETTERS.get(status) or MARKS[tone(status)]
    shown = MARKS[GOOD] if mark == "." else mark
    return h("span", h("span", shown, aria_hidden="true"), f" {status}", class_=f"badge {tone(status)}")


def section(name: str, title: str, *children: Child | Iterable[Child]) -> Element:
    """A part of the page, a landmark with its heading."""
    return h("section", h("h2", title, id=f"{name}-title"), *children, id=name, aria_labelledby=f"{name}-title")


def table(caption: str, headings: Sequence[str], rows: Iterable[Element], **attributes: str) -> Element:
    """A table with a caption and headings for its columns, which scrolls by itself where it is too wide."""
    head = h("tr", (h("th", heading, scope="col") for heading in headings))
    whole = h("table", h("caption", caption), h("thead", head), h("tbody", rows), **attributes)
    return h("div", whole, class_="scroll", tabindex="0", role="region", aria_label=caption)


def facts(pairs: Iterable[tuple[str, Child]]) -> Element:
    """Names with what they stand for; what is not known is left out."""
    return h(
        "dl",
        (
            part
            for name, value in pairs
            if value is not None and value != ""
            for part in (h("dt", name), h("dd", value))
        ),
    )


def command(text: str) -> Element:
    """A command to copy."""
    return h("code", text, class_="command", tabindex="0")
