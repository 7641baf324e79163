"""Values put into example bodies: JSON, forms, XML, and text as a whole."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, urlencode

from integtest.errors import ContractError
from integtest.model.matching import Body, Generator
from integtest.rules.generators.values import Kept, as_text
from integtest.rules.match.content_types import detected, parsed
from integtest.rules.match.paths import Any as Star
from integtest.rules.match.paths import Step, parse

Make = Callable[[Generator, Any, str], Any]
"""(generator, example, where) -> value; Kept when the example stays."""


def filled(body: Body, generators: Mapping[str, Generator], make: Make) -> Body:
    """The body with each generator's value in its place; a place that is not there stays so."""
    if not generators or body.state != "present" or not body.content:
        return body
    written = parsed(body.content_type)
    kind = (detected(body.content) if written.unknown else written).kind
    ordered = sorted(generators.items(), key=lambda item: len(_steps(item[0])))
    fill = {"json": _json, "form": _form, "xml": _xml}.get(kind, _whole)
    return body.model_copy(update={"content": fill(body.content, ordered, make)})


_Ordered = list[tuple[str, Generator]]


def _steps(path: str) -> tuple[Step, ...]:
    try:
        return parse(path) if path else ()
    except ValueError as error:
        raise ContractError(f"a generator stands at no Pact path: {error}") from error


def _json(content: bytes, generators: _Ordered, make: Make) -> bytes:
    try:
        document = json.loads(content)  # whole numbers of any length come back as they were
    except (ValueError, RecursionError) as error:
        raise ContractError(f"an expected body with generators is no JSON: {error}") from error
    holder = [document]
    changed = False
    for path, generator in generators:
        for inside, key in list(_places(holder, 0, _steps(path))):
            with suppress(Kept):
                inside[key] = make(generator, inside[key], path)
                changed = True
    return json.dumps(holder[0], separators=(",", ":")).encode() if changed else content


def _places(inside: Any, key: Any, steps: tuple[Step, ...]) -> Iterator[tuple[Any, Any]]:
    """Each place that the steps lead to, as its container and key."""
    value = inside[key]
    if not steps:
        yield inside, key
        return
    step, rest = steps[0], steps[1:]
    if isinstance(value, dict):
        keys = list(value) if step is Star.KEY else [str(step)] if str(step) in value else []
    elif isinstance(value, list):
        keys = list(range(len(value))) if isinstance(step, Star) else _index(step, len(value))
    else:
        return
    for found in keys:
        yield from _places(value, found, rest)


def _index(step: Step, length: int) -> list[Any]:
    index = int(str(step)) if str(step).isdecimal() else length
    return [index] if index < length else []


def _or_example(make: Make, generator: Generator, example: Any, path: str) -> Any:
    try:
        return make(generator, example, path)
    except Kept:
        return example


def _form(content: bytes, generators: _Ordered, make: Make) -> bytes:
    pairs = parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True)
    for path, generator in generators:
        name = next((str(step) for step in _steps(path)), "")
        pairs = [(k, as_text(_or_example(make, generator, v, path)) if k == name else v) for k, v in pairs]
    return urlencode(pairs).encode()


def _xml(content: bytes, generators: _Ordered, make: Make) -> bytes:
    try:
        document = ET.fromstring(content)  # noqa: S314 - the contract's own example
    except ET.ParseError as error:
        raise ContractError(f"an expected body with generators is no XML: {error}") from error
    for path, generator in generators:
        first, *rest = [step for step in _steps(path) if not isinstance(step, int | Star)] or [""]
        if first == document.tag:
            _put(document, [str(step) for step in rest], generator, make, path)
    return b'<?xml version="1.0" encoding="UTF-8"?>' + ET.tostring(document)


def _put(element: ET.Element, steps: list[str], generator: Generator, make: Make, path: str) -> None:
    if not steps or steps[0] == "#text":
        element.text = as_text(_or_example(make, generator, element.text or "", path))
    elif steps[0].startswith("@"):
        name = steps[0][1:]
        if name in element.attrib:
            element.set(name, as_text(_or_example(make, generator, element.attrib[name], path)))
    else:
        for child in element.findall(steps[0]):
            _put(child, steps[1:], generator, make, path)


def _whole(content: bytes, generators: _Ordered, make: Make) -> bytes:
    for path, generator in generators:
        if _steps(path):
            raise ContractError(f"the generator at {path} needs a JSON, XML or form body")
        content = as_text(_or_example(make, generator, content.decode("utf-8", "replace"), path)).encode()
    return content
