"""Every promise with what became of it, and its latency against its budget."""

from __future__ import annotations

from integtest.model.verdict import InteractionResult
from integtest.reports.html.element import Element, h
from integtest.reports.html.filters import filters
from integtest.reports.html.words import badge, section, table
from integtest.reports.report import Report

_HEADINGS = ("provider", "promise", "consumer", "status", "judged by", "seen", "latency", "against its budget")
_WIDE = 120


def promises(report: Report) -> Element | None:
    """A row for each interaction; None where there is none."""
    results = report.interactions
    if not results:
        return None
    slowest = max((r.latency_ms.max for r in results if r.latency_ms), default=0.0)
    rows = (_row(result, slowest) for result in results)
    by = None
    if not report.judgements:
        by = filters(
            provider=sorted({r.provider for r in results}),
            status=sorted({r.status for r in results}),
            what="promises",
        )
    return section("promises", "Promises", by, table("Promises", _HEADINGS, rows))


def _row(result: InteractionResult, slowest: float) -> Element:
    latency = result.latency_ms
    shown = f"p50 {latency.p50:.3g} · p95 {latency.p95:.3g} · max {latency.max:.3g} ms" if latency else ""
    return h(
        "tr",
        h("td", result.provider),
        h("th", result.description, scope="row"),
        h("td", result.consumer),
        h("td", badge(result.status), h("p", result.reason, class_="dim") if result.reason else None),
        h("td", " and ".join(result.verified_by)),
        h("td", f"{result.seen:,}", class_="number"),
        h("td", shown, class_="number"),
        h("td", _bar(result, slowest)),
        class_="item",
        data_provider=result.provider,
        data_status=result.status,
    )


def _bar(result: InteractionResult, slowest: float) -> Element | None:
    """The 95th percentile (or the maximum) as a bar, its limit as a line across."""
    latency, budget = result.latency_ms, result.budget
    if latency is None or slowest <= 0:
        return None
    limits = ((n, getattr(budget, n), getattr(latency, n)) for n in ("p95", "max", "p50")) if budget else ()
    name, limit, value = next(((n, s * 1000, v) for n, s, v in limits if s is not None), ("p95", None, latency.p95))
    scale = _WIDE / max(value, limit or 0.0, slowest if limit is None else 0.0) * 0.94
    over = limit is not None and value > limit
    says = f"{name} {value:.3g} ms" + (f" of {limit:.3g} ms" if limit is not None else ", no budget")
    mark = (
        h("line", x1=f"{limit * scale:.1f}", x2=f"{limit * scale:.1f}", y1=0, y2=14) if limit is not None else None
    )
    fill = "bad" if over else "good" if limit is not None else "open"
    drawing = h(
        "svg",
        h("title", says),
        h("rect", x=0, y=3, width=f"{max(value * scale, 1):.1f}", height=8, class_=f"fill {fill}"),
        mark,
        viewBox=f"0 0 {_WIDE} 14",
        role="img",
        class_="bar",
    )
    return h("span", drawing, h("span", f"{'over: ' if over else ''}{says}", class_="dim"), class_="measured")
