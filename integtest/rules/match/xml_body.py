"""XML bodies: the engine's comparison, and what a request may not add to it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from itertools import zip_longest

from integtest.errors import ContractError
from integtest.model.finding import Mismatch
from integtest.model.matching import Body, RuleList
from integtest.ports import MatchingEngine
from integtest.rules.match.paths import below
from integtest.rules.match.selection import Place, root

_DEPTH = 200
"""Elements within elements; the engine's comparison is recursive."""


class XmlBody:
    """One expected document. `strict` refuses attributes and elements that a request is not promised to have."""

    def __init__(
        self, engine: MatchingEngine, expected: Body, rules: Mapping[str, RuleList], *, strict: bool
    ) -> None:
        try:
            self._expected = _parsed(expected.content)
        except ValueError as error:
            raise ContractError(
                f"an expected body is called XML and is none: {error}",
                hint="say its real content type in the contract, or correct the body",
            ) from error
        self._matcher = engine.body(expected.model_copy(update={"content_type": "application/xml"}), rules)
        self._rules = root(rules) if strict else None

    def mismatches(self, actual: bytes) -> list[Mismatch]:
        """What differs; malformed XML is one mismatch."""
        try:
            document = _parsed(actual)
        except ValueError as error:
            return [Mismatch(part="body", message=f"the body is no XML: {error}")]
        found = list(self._matcher.mismatches(actual, None))
        if self._rules is not None:
            name = _name(self._expected)
            _walk(found, below("$", name), 1, self._rules.child(name, 0), self._expected, document)
        return list({(m.path, m.message): m for m in found}.values())


def _parsed(content: bytes) -> ET.Element:
    parser = ET.XMLParser(target=_Bounded())  # noqa: S314
    try:
        parser.feed(content)
        document: ET.Element = parser.close()
    except ET.ParseError as error:
        raise ValueError(str(error)) from error
    return document


class _Bounded(ET.TreeBuilder):
    """Builds a tree of bounded depth."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> ET.Element:
        """One element deeper; ValueError when that is too deep."""
        self._depth += 1
        if self._depth > _DEPTH:
            raise ValueError(f"more than {_DEPTH} elements within each other")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> ET.Element:
        self._depth -= 1
        return super().end(tag)


def _name(element: ET.Element) -> str:
    """`uri:local`, as the engine names what lies in a namespace."""
    return _qualified(element.tag)


def _qualified(tag: str) -> str:
    return tag[1:].replace("}", ":", 1) if tag.startswith("{") else tag


def _walk(
    found: list[Mismatch],
    path: str,
    depth: int,
    place: Place,
    expected: ET.Element,
    actual: ET.Element,
) -> None:
    found += [
        _unexpected(below(path, f"@{_qualified(name)}"), f"attribute {_qualified(name)!r}", value)
        for name, value in actual.attrib.items()
        if name not in expected.attrib
    ]
    if len(expected) == 0:
        found += [_unexpected(path, f"element <{_name(child)}>", child.text) for child in actual]
        return
    promised, given = _by_name(expected), _by_name(actual)
    for name, children in given.items():
        inside = place.child(name, depth)
        examples = promised.get(name)
        if examples is None:
            found += [_unexpected(path, f"element <{name}>", child.text) for child in children]
            continue
        if inside.typed:
            examples = [examples[0]] * len(children)
        for example, child in zip_longest(examples, children):
            if example is None:
                found.append(_unexpected(below(path, name), f"element <{name}>", child.text))
            elif child is not None:
                _walk(found, below(path, name), depth + 1, inside, example, child)


def _by_name(element: ET.Element) -> dict[str, list[ET.Element]]:
    grouped: dict[str, list[ET.Element]] = {}
    for child in element:
        grouped.setdefault(_name(child), []).append(child)
    return grouped


def _unexpected(path: str, what: str, actual: str | None) -> Mismatch:
    return Mismatch(part="body", path=path, message=f"{what} is not expected", actual=actual)
