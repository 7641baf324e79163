"""Choices that hide what is not of interest; without scripts they are hidden, and everything shows."""

from __future__ import annotations

from collections.abc import Sequence

from integtest.reports.html.element import Element, h


def filters(*, what: str, **choices: Sequence[str]) -> Element:
    """One list for each kind of choice, a button that undoes them, and how much shows."""
    return h(
        "form",
        (_choice(name, values) for name, values in choices.items()),
        h("button", "show all", type="reset"),
        h("output", "", aria_live="polite"),
        class_="filters",
        role="search",
        aria_label=f"Choose {what}",
        data_what=what,
    )


def _choice(name: str, values: Sequence[str]) -> Element:
    options = [h("option", "all", value=""), *(h("option", value, value=value) for value in values)]
    return h("label", f"{name} ", h("select", options, name=name))
