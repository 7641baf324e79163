"""Drafts of requests, replies and messages -> the patterns of the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from integtest.authoring.bodies import Content, Side, any_body, form_body, json_body, raw_body
from integtest.authoring.closing import closed
from integtest.authoring.examples import Sheet, plain
from integtest.authoring.fields import Path, fields
from integtest.authoring.models import Mode
from integtest.authoring.paths import child
from integtest.authoring.places import refuse
from integtest.authoring.replies import Reply
from integtest.authoring.requests import Draft
from integtest.model.contract import SecretUse, Weaker
from integtest.model.http import header_values
from integtest.model.matching import GeneratorSet, Matcher, RequestPattern, ResponsePattern, RuleList, RuleSet
from integtest.model.message import Delivery, MessagePattern

_RAW = {"text": "text/plain", "xml": "application/xml", "body": "application/octet-stream"}


@dataclass
class Aside:
    """What an interaction carries beside its patterns."""

    secrets: list[SecretUse] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    weaker: list[Weaker] = field(default_factory=list)

    def take(self, part: Side, content: Content, *sheets: Sheet) -> None:
        """Note what a part uses."""
        for sheet in (content.sheet, *sheets):
            self.secrets += sheet.secrets
            self.states += sheet.states
        self.weaker += [Weaker(part=part, path=path, reason=reason) for path, reason in content.weaker]


def request_pattern(draft: Draft, base: str, aside: Aside) -> tuple[RequestPattern, Content]:
    """What the consumer sends, and its body."""
    query_sheet, header_sheet = Sheet(), Sheet()
    query = fields("query", _with_auth(draft, "query"), query_sheet)
    headers = fields("header", _with_auth(draft, "header"), header_sheet)
    content = _body(draft, _declared(headers) or draft.content_type, "serialization")
    content.schema = closed(content.schema) if content.schema else None
    headers = _typed(headers, content)
    path = Path(base, draft.template, draft.path)
    aside.take("request", content, query_sheet, header_sheet)
    aside.states += path.states
    if draft.auth and draft.auth.secret:
        aside.secrets.append(draft.auth.secret)
    rules = RuleSet(path=path.rule, query=query_sheet.rules, header=header_sheet.rules, body=content.sheet.rules)
    generators = GeneratorSet(
        path=path.generator,
        query=query_sheet.generators,
        header=header_sheet.generators,
        body=content.sheet.generators,
    )
    pattern = RequestPattern(
        method=draft.method,
        path=path.example,
        query=query,
        headers=headers,
        body=content.body,
        rules=rules,
        generators=generators,
        json_schema=content.schema,
    )
    return pattern, content


def _with_auth(draft: Draft, part: str) -> Mapping[str, Any]:
    given = draft.headers if part == "header" else draft.query
    if draft.auth is None or draft.auth.part != part:
        return given
    if draft.auth.name.lower() in (name.lower() for name in given):
        refuse(f"the {part} field {draft.auth.name!r} stands both in auth= and in the {part} fields", "keep one")
    return {**given, draft.auth.name: draft.auth.value}


def _body(draft: Draft, content_type: str | None, mode: Mode) -> Content:
    match draft.kind:
        case None:
            return Content()
        case "json":
            return json_body(draft.body, draft.example, content_type, mode)
        case "form":
            return form_body(draft.body, content_type)
    return raw_body(draft.body, content_type or _RAW[draft.kind])


def _declared(headers: Mapping[str, tuple[Any, ...]]) -> str | None:
    return next(iter(header_values(tuple((k, v[0]) for k, v in headers.items() if v), "content-type")), None)


def _typed(headers: dict[str, tuple[Any, ...]], content: Content) -> dict[str, tuple[Any, ...]]:
    """The headers with the body's content type, which other Pact tools send and expect as a header."""
    if content.body.content_type is None or _declared(headers):
        return headers
    return {**headers, "Content-Type": (content.body.content_type,)}


def response_pattern(reply: Reply, aside: Aside) -> ResponsePattern:
    """What the consumer relies on in the answer."""
    sheet = Sheet()
    headers = fields("header", reply.headers, sheet)
    content = any_body(reply.body, reply.example, _declared(headers) or reply.content_type, "validation")
    _no_secrets(content.sheet, sheet)
    aside.take("response", content, sheet)
    status = (
        RuleList(matchers=(Matcher(match="statusCode", args=reply.status_rule),)) if reply.status_rule else None
    )
    return ResponsePattern(
        status=reply.status,
        headers=_typed(headers, content),
        body=content.body,
        rules=RuleSet(status=status, header=sheet.rules, body=content.sheet.rules),
        generators=GeneratorSet(header=sheet.generators, body=content.sheet.generators),
        json_schema=content.schema,
    )


def message_pattern(
    contents: Any, metadata: Mapping[str, Any], content_type: str | None, aside: Aside, part: Side
) -> MessagePattern:
    """What is promised of a message; the consumer sends those of part `request`."""
    mode: Mode = "serialization" if part == "request" else "validation"
    content = any_body(contents, None, content_type, mode)
    if part == "request" and content.schema:
        content.schema = closed(content.schema)
    about = Sheet()
    shown = {name: plain(value, about, child("$", name)) for name, value in metadata.items()}
    _no_secrets(about, *([content.sheet] if part == "response" else []))
    aside.take(part, content)
    aside.states += about.states
    return _message(content, shown, about)


def _message(content: Content, metadata: dict[str, Any], about: Sheet) -> MessagePattern:
    return MessagePattern(
        body=content.body,
        metadata=metadata,
        rules=RuleSet(body=content.sheet.rules, metadata=_by_name(about.rules, metadata)),
        generators=GeneratorSet(body=content.sheet.generators, metadata=_by_name(about.generators, metadata)),
        json_schema=content.schema,
    )


def _by_name(found: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """What is said of metadata, by the names that it is said of, as Pact V4 has it; what lies deeper keeps its
    path."""
    whole = {child("$", name): name for name in names}
    return {whole.get(path, path): one for path, one in found.items()}


def incoming(draft: Draft, aside: Aside) -> tuple[MessagePattern, Delivery]:
    """A request that the provider sends to the consumer: its body as a message, and how it is delivered."""
    sheet = Sheet()
    headers = fields("header", _with_auth(draft, "header"), sheet)
    path = Path("", draft.template, draft.path)
    query = fields("query", _with_auth(draft, "query"), sheet)
    secret = {
        use.name for use in (*sheet.secrets, *([draft.auth.secret] if draft.auth and draft.auth.secret else []))
    }
    # A CloudEvent's attributes are examples: a recorded one is held to them by name.
    loose = {name for name in sheet.rules if name.lower().startswith("ce-")}
    if path.rule or sheet.rules.keys() - secret - loose:
        refuse(
            "an incoming request's path, query and headers are sent as they stand",
            "put plain values there; matchers belong into json=",
        )
    content = _body(draft, _declared(headers) or draft.content_type, "validation")
    aside.take("response", content)
    aside.secrets += [*sheet.secrets, *([draft.auth.secret] if draft.auth and draft.auth.secret else [])]
    target = path.example + (f"?{urlencode(query, doseq=True)}" if query else "")
    lines = tuple((name, value) for name, values in _typed(headers, content).items() for value in values)
    return _message(content, {}, Sheet()), Delivery(method=draft.method, path=target, headers=lines)


def _no_secrets(*sheets: Sheet) -> None:
    if any(sheet.secrets for sheet in sheets):
        refuse(
            "env() stands in what the provider sends",
            "a reply cannot be promised by a secret: use like() or regex()",
        )
