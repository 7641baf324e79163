"""Elements of HTML and SVG as a tree of the standard library's, which escapes all text and attributes by itself."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from integtest.reports.text import block, line

Element = ET.Element
Child = Element | str | None

_LONGEST = 8000


def h(tag: str, /, *children: Child | Iterable[Child], **attributes: str | int | float | None) -> Element:
    """An element. Text becomes text, whatever it holds; None is left out. In the names of attributes `_` stands
    for `-`, and a `_` at the end is dropped: `class_`, `data_status`. An attribute that is "" stands by itself."""
    given = {_name(key): line(str(value), _LONGEST) for key, value in attributes.items() if value is not None}
    element = ET.Element(tag, given)
    for child in children:
        if child is None or isinstance(child, str | ET.Element):
            _append(element, child)
        else:
            for one in child:
                _append(element, one)
    return element


def raw(tag: str, text: str) -> Element:
    """A `style` or a `script` of our own, whose text HTML does not escape."""
    element = ET.Element(tag)
    element.text = text
    return element


def html(element: Element) -> str:
    """The element as HTML."""
    return ET.tostring(element, encoding="unicode", method="html")


def _append(element: Element, child: Child) -> None:
    if child is None:
        return
    if not isinstance(child, str):
        element.append(child)
        return
    text = block(child, _LONGEST)
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _name(key: str) -> str:
    return key.removesuffix("_").replace("_", "-")
