"""What `doctor` looked at."""

from __future__ import annotations

from collections.abc import Sequence

from integtest.model.check import Check
from integtest.reports.html.element import Element, h
from integtest.reports.html.words import badge, section, table


def checks(found: Sequence[Check]) -> Element:
    """A row for each check: what it found, and what to do where it is not well."""
    rows = (
        h(
            "tr",
            h("th", check.name, scope="row"),
            h("td", badge(check.status)),
            h("td", check.detail, h("p", check.hint, class_="do") if check.hint else None),
            data_status=check.status,
        )
        for check in found
    )
    return section("checks", "What was looked at", table("Checks", ("check", "status", "found"), rows))
