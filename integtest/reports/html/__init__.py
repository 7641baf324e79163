"""A report as one HTML file: no network, works offline, printed, by keyboard, in light and dark."""

from __future__ import annotations

from integtest.reports.html.breaks import breaks
from integtest.reports.html.checks import checks
from integtest.reports.html.element import Element
from integtest.reports.html.findings import findings
from integtest.reports.html.integrations import integrations
from integtest.reports.html.map import picture
from integtest.reports.html.page import page
from integtest.reports.html.promises import promises
from integtest.reports.html.summary import summary
from integtest.reports.report import Report


def render(report: Report) -> str:
    """One document. Everything said in it goes through `element`, which lets no mark-up and no control character
    of a stranger through."""
    parts: list[Element | None] = [summary(report)]
    if report.integrations is not None:
        parts.append(integrations(report.integrations))
    if report.checks is not None:
        parts.append(checks(report.checks))
    parts.append(picture(report.interactions))
    parts.append(findings(report))
    if report.judgements:
        parts.append(breaks(report.judgements))
    parts.append(promises(report))
    return page(report, [part for part in parts if part is not None])
