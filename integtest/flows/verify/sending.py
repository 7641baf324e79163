"""The request that a live verification sends: values from states, secrets from the environment."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson

from integtest.errors import ContractError, IntegtestError
from integtest.model.contract import SecretUse
from integtest.model.http import Headers, Request
from integtest.rules.match.paths import Any as Wild
from integtest.rules.match.paths import Step, parse

_BREAKS = re.compile(r"[\r\n\0]")


class MissingSecretError(IntegtestError):
    """An environment variable that a request needs is not set, or empty."""

    code = "secret-missing"

    def __init__(self, variable: str) -> None:
        super().__init__(f"the environment variable {variable} is not set", hint=f"export {variable}=…")
        self.variable = variable


def fill(request: Request, secrets: tuple[SecretUse, ...], environment: Mapping[str, str]) -> Request:
    """`request` with the secrets' values at their places. MissingSecretError when one is not to be had: a
    placeholder is never sent. ContractError when there is no such place."""
    for use in secrets:
        request = _PLACES[use.part](request, use.name, _value(use, environment))
    return request


def overlay(request: Request, headers: Headers) -> Request:
    """`request` with these header fields in place of those of the same names."""
    if not headers:
        return request
    names = {name.lower() for name, _ in headers}
    kept = tuple((name, value) for name, value in request.headers if name.lower() not in names)
    return request.model_copy(update={"headers": (*kept, *headers)})


def sendable(request: Request) -> Request:
    """`request`, if it can stand in HTTP as it is; ContractError otherwise, which shows no header's value."""
    if _BREAKS.search(request.method) or not request.method:
        raise ContractError(f"{request.method!r:.40} is no HTTP method")
    if not request.url.startswith(("/", "?")) and request.url:
        raise ContractError(
            f"the path {request.url!r:.80} does not start with /", hint="the provider's address is given apart"
        )
    for name, value in request.headers:
        if _BREAKS.search(name) or _BREAKS.search(value):
            raise ContractError(
                f"the header {name!r:.80} holds a line break, and cannot be sent",
                hint="does a secret's variable end in one?",
            )
    return request


def _value(use: SecretUse, environment: Mapping[str, str]) -> str:
    text = use.template
    for role, variable in use.variables.items():
        value = environment.get(variable, "")
        if not value:
            raise MissingSecretError(variable)
        text = text.replace(f"{{{role}}}", value)
    if use.encoding == "basic":
        scheme, _, rest = text.partition(" ")
        return f"{scheme} {base64.b64encode(rest.encode()).decode()}"
    return text


def _in_header(request: Request, name: str, value: str) -> Request:
    return overlay(request, ((name, value),))


def _in_query(request: Request, name: str, value: str) -> Request:
    path, _, query = request.url.partition("?")
    pairs = [(n, value if n == name else v) for n, v in parse_qsl(query, keep_blank_values=True)]
    if name not in dict(pairs):
        pairs.append((name, value))
    return request.model_copy(update={"url": f"{path}?{urlencode(pairs)}"})


def _in_form(request: Request, name: str, value: str) -> Request:
    steps = parse(name) if name.startswith("$") else (name,)
    field = str(steps[0]) if steps else name
    at = next((step for step in steps[1:] if isinstance(step, int)), None)
    pairs = parse_qsl(request.body.decode(), keep_blank_values=True)
    filled, count = [], 0
    for key, old in pairs:
        hit = key == field and at in (None, count)
        count += key == field
        filled.append((key, value if hit else old))
    if not count:
        raise ContractError(f'the form has no field "{field}" for its secret')
    return request.model_copy(update={"body": urlencode(filled).encode()})


def _in_json(request: Request, name: str, value: str) -> Request:
    steps = parse(name)
    document = orjson.loads(request.body)
    if not steps:
        return request.model_copy(update={"body": orjson.dumps(value)})
    places = reach(document, steps)
    if not places:
        raise ContractError(f"the body has no {name} for its secret")
    for parent, key in places:
        parent[key] = value
    return request.model_copy(update={"body": orjson.dumps(document)})


def reach(document: Any, steps: tuple[Step, ...]) -> list[tuple[Any, Any]]:
    """Where a path leads: each object or list with the key or index in it; empty for the document itself."""
    found: list[tuple[Any, Any]] = []
    parents = [document]
    for step in steps:
        found = [(parent, key) for parent in parents for key in _keys(parent, step)]
        parents = [parent[key] for parent, key in found]
    return found


def _keys(parent: Any, step: Step) -> list[Any]:
    if isinstance(parent, list):
        if isinstance(step, Wild):
            return list(range(len(parent)))
        return [step] if isinstance(step, int) and step < len(parent) else []
    if isinstance(parent, dict):
        return list(parent) if isinstance(step, Wild) else [step] if step in parent else []
    return []


_PLACES: dict[str, Callable[[Request, str, str], Request]] = {
    "header": _in_header,
    "query": _in_query,
    "form": _in_form,
    "json": _in_json,
}
