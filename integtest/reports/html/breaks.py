"""What broke and what held: bars by layer, the matrix, and a sheet for each of its cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from integtest.model.contract import InteractionRef
from integtest.model.failure import LAYERS, Judgement
from integtest.reports.html.cases import sheet
from integtest.reports.html.element import Element, h
from integtest.reports.html.filters import filters
from integtest.reports.html.words import section, table
from integtest.reports.matrix import LETTERS, WORDS, Matrix, Row, matrix_of, status_of
from integtest.reports.text import line

_WIDE = 300
_MOST_CASES = 3000
_LONGEST_NAME = 30
Cells = dict[tuple[str, InteractionRef], list[Judgement]]


def breaks(judgements: Sequence[Judgement]) -> Element:
    """The whole part; with more than 3,000 cases, only those that were not survived have a sheet."""
    found = matrix_of(judgements)
    cells: Cells = {}
    for one in judgements:
        if len(judgements) <= _MOST_CASES or status_of(one) != "survived":
            cells.setdefault((one.case.mode, one.case.target), []).append(one)
    names = {key: f"cell-{number}" for number, key in enumerate(cells)}
    chosen = filters(
        provider=sorted({ref.provider for ref in found.columns}),
        status=[status for status in LETTERS if found.counts[status]],
        layer=[layer for layer in LAYERS if any(row.layer == layer for row in found.rows)],
        what="cells",
    )
    return section(
        "breaks",
        "What happened when providers failed",
        _layers(judgements),
        h("h3", "Every failure mode on every interaction"),
        chosen,
        _legend(found),
        _matrix(found, cells, names),
        h(
            "div",
            h("h3", "Every case"),
            (sheet(names[key], key[0], key[1], ones) for key, ones in cells.items()),
            id="cases",
        ),
        h("dialog", h("button", "close", type="button", class_="close"), h("div", id="shown"), aria_label="A case"),
    )


def _layers(judgements: Sequence[Judgement]) -> Element:
    by: dict[str, Counter[str]] = {}
    for one in judgements:
        by.setdefault(one.case.layer, Counter())[_fate(one)] += 1
    widest = max(sum(counts.values()) for counts in by.values())
    rows = (
        h(
            "tr",
            h("th", layer, scope="row"),
            h("td", _bar(by[layer], widest)),
            *(h("td", f"{by[layer][fate]:,}", class_="number") for fate in _FATES),
        )
        for layer in LAYERS
        if layer in by
    )
    return table("Cases by layer", ("layer", "cases", *_FATES.values()), rows)


_FATES = {"good": "survived", "bad": "not survived", "open": "known or not judged"}


def _fate(one: Judgement) -> str:
    status = status_of(one)
    return "good" if status == "survived" else "open" if status in ("known", "not-judged") else "bad"


def _bar(counts: Counter[str], widest: int) -> Element:
    parts, x = [], 0.0
    for fate in _FATES:
        width = counts[fate] / widest * _WIDE
        if width:
            parts.append(h("rect", x=f"{x:.1f}", y=1, width=f"{width:.1f}", height=12, class_=f"fill {fate}"))
            x += width
    said = ", ".join(f"{counts[fate]} {word}" for fate, word in _FATES.items())
    return h("svg", h("title", said), *parts, viewBox=f"0 0 {_WIDE} 14", role="img", class_="bar wide")


def _legend(found: Matrix) -> Element:
    items = (
        h(
            "li",
            h("span", letter(status), class_=f"mark {status}", aria_hidden="true"),
            f" {found.counts[status]:,} {WORDS[status]}",
        )
        for status in LETTERS
        if found.counts[status]
    )
    return h("ul", items, class_="legend", aria_label="What the letters mean")


def letter(status: str) -> str:
    """What stands in a cell."""
    return "✓" if status == "survived" else LETTERS[status]


def _matrix(found: Matrix, cells: Cells, names: dict[tuple[str, InteractionRef], str]) -> Element:
    body = []
    for layer, rows in groupby(sorted(found.rows, key=lambda row: LAYERS.index(row.layer)), lambda row: row.layer):
        each = [_row(row, found.columns, cells, names) for row in rows]
        head = h("tr", h("th", layer, scope="rowgroup", colspan=len(found.columns) + 1), class_="layer")
        body.append(h("tbody", head, each))
    whole = h(
        "table",
        h("caption", "Failure modes down, interactions across; each mark opens what happened"),
        h("thead", _groups(found.columns), _names(found.columns)),
        body,
        class_="matrix",
    )
    return h("div", whole, class_="scroll tall", tabindex="0", role="region", aria_label="Matrix")


def _groups(columns: Sequence[InteractionRef]) -> Element:
    """The providers, each above its interactions."""
    groups = ((provider, len(list(refs))) for provider, refs in groupby(columns, key=lambda ref: ref.provider))
    return h(
        "tr",
        h("th", "provider", scope="col"),
        (h("th", p, scope="colgroup", colspan=n, data_column=p, class_="group") for p, n in groups),
    )


def _names(columns: Sequence[InteractionRef]) -> Element:
    return h("tr", h("th", "mode", scope="col"), map(_name, columns))


def _name(ref: InteractionRef) -> Element:
    said = line(ref.description)
    shown = said if len(said) <= _LONGEST_NAME else f"{said[:_LONGEST_NAME]}…"
    return h("th", h("span", shown, title=ref.description), scope="col", data_column=ref.provider, class_="upright")


def _row(
    row: Row, columns: Sequence[InteractionRef], cells: Cells, names: dict[tuple[str, InteractionRef], str]
) -> Element:
    fields = (
        _cell(row, ref, status, cells.get((row.mode, ref), []), names.get((row.mode, ref)))
        for ref, status in zip(columns, row.cells, strict=True)
    )
    return h("tr", h("th", row.mode, scope="row"), fields, class_="mode")


def _cell(
    row: Row, ref: InteractionRef, status: str | None, ones: Sequence[Judgement], name: str | None
) -> Element:
    if status is None:
        return h("td", data_column=ref.provider)
    said = f"{status}: {row.mode}, {ref.provider} {ref.description}"
    tag, more = ("a", {"href": f"#{name}"}) if name else ("span", {})
    mark = h(tag, letter(status), class_=f"mark {status}", aria_label=said, title=said, **more)
    statuses = sorted({status_of(one) for one in ones} or {status})
    return h(
        "td",
        mark,
        class_="item",
        data_column=ref.provider,
        data_provider=ref.provider,
        data_status=" ".join(statuses),
        data_layer=row.layer,
    )
