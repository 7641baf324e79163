"""The map of integrations as a table."""

from __future__ import annotations

from collections.abc import Sequence

from integtest.model.integration import Integration
from integtest.reports.html.element import Element, h
from integtest.reports.html.filters import filters
from integtest.reports.html.words import section, table

_HEADINGS = ("provider", "host", "call", "seen", "contract", "cassettes")
_STATUS = {None: "whole", "contract": "no contract", "cassette": "no cassette"}


def integrations(rows: Sequence[Integration]) -> Element:
    """A row for each endpoint; what it lacks is said, and can be chosen."""
    chosen = filters(
        provider=sorted({row.provider or "none" for row in rows}),
        status=sorted({_STATUS[row.lacks] for row in rows}),
        what="endpoints",
    )
    return section(
        "integrations",
        "What is called, and by which promise",
        chosen,
        table("Endpoints", _HEADINGS, map(_row, rows)),
    )


def _row(row: Integration) -> Element:
    lacks = h("span", f"✗ {_STATUS[row.lacks]}", class_="badge bad")
    return h(
        "tr",
        h("td", row.provider or "none"),
        h("td", row.host),
        h("th", row.call, scope="row"),
        h("td", f"{row.seen:,}", class_="number"),
        h("td", *(h("p", text) for text in row.contracts)) if row.contracts else h("td", lacks),
        h("td", *(h("p", file) for file in row.cassettes)) if row.cassettes else h("td", "? none"),
        class_="item",
        data_provider=row.provider or "none",
        data_status=_STATUS[row.lacks],
    )
