"""Who talks to whom, as a drawing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from integtest.model.verdict import InteractionResult
from integtest.reports.html.element import Element, h
from integtest.reports.html.words import BAD, GOOD, MARKS, OPEN, section, tone
from integtest.reports.text import clip, line

_ROW, _WIDTH, _BOX = 44, 760, 190
_MOST = 60
_ORDER = (BAD, OPEN, GOOD)


def picture(results: Sequence[InteractionResult]) -> Element | None:
    """Consumers on the left, providers on the right, a line for each pair with what its promises came to. The table
    of promises says the same in words."""
    pairs: dict[tuple[str, str], Counter[str]] = {}
    for result in results:
        pairs.setdefault((result.consumer, result.provider), Counter())[result.status] += 1
    if not pairs:
        return None
    shown = dict(list(pairs.items())[:_MOST])
    left = len(pairs) - len(shown)
    more = h("p", f"and {left:,} more pairs", class_="dim") if left else None
    return section("map", "Who talks to whom", _drawing(shown), more)


def _drawing(pairs: dict[tuple[str, str], Counter[str]]) -> Element:
    consumers = _places(sorted({consumer for consumer, _ in pairs}), len({p for _, p in pairs}))
    providers = _places(sorted({provider for _, provider in pairs}), len(consumers))
    height = _ROW * max(len(consumers), len(providers)) + 8
    lines = [_line(consumers[c], providers[p], counts) for (c, p), counts in pairs.items()]
    boxes = [_box(name, 1, y, "consumer") for name, y in consumers.items()]
    boxes += [_box(name, _WIDTH - _BOX - 1, y, "provider") for name, y in providers.items()]
    told = "; ".join(f"{c} to {p}: {_words(counts)}" for (c, p), counts in pairs.items())
    return h(
        "svg",
        h("title", "Consumers and their providers"),
        h("desc", told),
        *(part for parts in lines for part in parts),
        *(part for parts in boxes for part in parts),
        viewBox=f"0 0 {_WIDTH} {height}",
        role="img",
        class_="map",
    )


def _places(names: Sequence[str], others: int) -> dict[str, float]:
    """The middle of each box, spread over the height of the longer side."""
    room = _ROW * max(len(names), others)
    return {name: room * (index + 0.5) / len(names) + 4 for index, name in enumerate(names)}


def _line(start: float, end: float, counts: Counter[str]) -> list[Element]:
    found = {tone(status) for status in counts}
    worst = next(one for one in _ORDER if one in found)
    x1, x2 = _BOX + 1, _WIDTH - _BOX - 1
    bend = (x1 + x2) / 2 - 100
    path = f"M{x1},{start:g} C{bend:g},{start:g} {bend:g},{end:g} {x1 + 180},{end:g} L{x2},{end:g}"
    label = f"{MARKS[worst]} {_words(counts)}"
    return [
        h("path", d=path, class_=f"line {worst}"),
        h("text", label, x=x2 - 8, y=f"{end - 6:g}", text_anchor="end", class_=f"tell {worst}"),
    ]


def _words(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {status}" for status, number in sorted(counts.items()))


def _box(name: str, x: float, y: float, kind: str) -> list[Element]:
    return [
        h("rect", x=x, y=f"{y - 15:g}", width=_BOX, height=30, rx=6, class_=f"box {kind}"),
        h("text", clip(line(name), 24).split("…")[0], x=x + 10, y=f"{y + 5:g}", class_="name"),
    ]
