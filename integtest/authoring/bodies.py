"""Bodies of requests, replies and messages: example bytes, rules, generators, schema and secrets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

from integtest.authoring import models
from integtest.authoring.credentials import used
from integtest.authoring.examples import Sheet, plain
from integtest.authoring.places import refuse
from integtest.authoring.values import Match, Secret
from integtest.model.http import media_type
from integtest.model.matching import Body

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Content:
    """A body, ready for a pattern."""

    body: Body = field(default_factory=Body)
    sheet: Sheet = field(default_factory=Sheet)
    schema: dict[str, Any] | None = None
    weaker: list[tuple[str, str]] = field(default_factory=list)
    example: Any = None
    """The example as data where the body is JSON or a form."""


def json_body(value: Any, example: Any, content_type: str | None, mode: models.Mode) -> Content:
    """A JSON body from a model, a schema, or an example with matchers."""
    found = Content()
    if models.is_typed(value):
        shown = None if example is None else plain(example, found.sheet)
        typed = models.compiled(value, shown, mode)
        found.schema, found.example, found.weaker = typed.schema, typed.shape.example, typed.shape.weaker
        found.sheet.rules = {**typed.shape.rules, **found.sheet.rules}
    else:
        if example is not None:
            refuse("example= goes with a model or a schema; this body is an example already")
        found.example = plain(value, found.sheet)
    content = json.dumps(found.example, ensure_ascii=False, separators=(",", ":")).encode()
    found.body = Body(state="present", content=content, content_type=content_type or JSON)
    return found


def form_body(fields: Mapping[str, Any], content_type: str | None) -> Content:
    """A form body (application/x-www-form-urlencoded); a list repeats its field."""
    found = Content()
    found.example = {key: _field(key, value, found.sheet) for key, value in fields.items()}
    content = urlencode(found.example, doseq=True).encode()
    found.body = Body(state="present", content=content, content_type=content_type or FORM)
    return found


def _field(key: str, value: Any, sheet: Sheet) -> str | list[str]:
    if isinstance(value, list | tuple):
        shown = [_field(key, item, sheet) for item in value]
        return [item for item in shown if isinstance(item, str)]
    if isinstance(value, Secret):
        value, use = used("form", key, value)
        sheet.secrets.append(use)
    own = Sheet()
    shown_text = text(plain({key: value}, own)[key])
    if any(sheet.rules.get(path, rules) != rules for path, rules in own.rules.items()):
        refuse(f"the values of the form field {key!r} have different matchers", "give all of them the same one")
    sheet.rules |= own.rules
    sheet.generators |= own.generators
    sheet.states += own.states
    return shown_text


def raw_body(value: str | bytes | Match, content_type: str) -> Content:
    """Text, XML or bytes as they are, or one matcher over the whole."""
    found = Content()
    content = value
    if isinstance(value, Match):
        found.sheet.put("$", value)
        content = value.example
    if not isinstance(content, str | bytes):
        refuse(f"a {content_type} body must be text or bytes, not {type(content).__name__}")
    if isinstance(content, str):
        content = content.encode()
    found.body = Body(state="present", content=content, content_type=content_type)
    return found


def any_body(value: Any, example: Any, content_type: str | None, mode: models.Mode) -> Content:
    """The body of a reply or message by what it is: a type or data are JSON, `str` is text, `bytes` are bytes."""
    shown = value.example if isinstance(value, Match) else value
    if value is None:
        return Content()
    if is_json(content_type):
        return json_body(value, example, content_type, mode)
    if isinstance(shown, bytes):
        return raw_body(value, content_type or _recognised(value) or "application/octet-stream")
    if isinstance(shown, str):
        return raw_body(value, content_type or "text/plain")
    return json_body(value, example, content_type, mode)


def is_json(content_type: str | None) -> bool:
    """Whether a media type is JSON (RFC 6839's +json included)."""
    kind = media_type(content_type)
    return kind.endswith(("/json", "+json"))


def _recognised(value: Any) -> str | None:
    rules = value.matchers if isinstance(value, Match) else ()
    return next((rule.args["value"] for rule in rules if rule.match == "contentType"), None)


def text(value: Any) -> str:
    """A value as a form, query or header field carries it: true and false in lower case."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    return refuse(
        f"{value!r:.80} cannot stand in a form, query or header field", "use text, numbers, matchers or env()"
    )


Side = Literal["request", "response"]
