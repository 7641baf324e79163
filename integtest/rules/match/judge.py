"""Promises made ready to be judged: compile once, judge many, from any thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from integtest.model.finding import Mismatch
from integtest.model.http import Request, Response
from integtest.model.matching import RequestPattern, ResponsePattern
from integtest.model.message import Message, MessagePattern
from integtest.model.verdict import Judge as Half
from integtest.ports import MatchingEngine
from integtest.rules.match.body import BodyJudge
from integtest.rules.match.fields import MetadataJudge, MethodJudge, PathJudge, StatusJudge
from integtest.rules.match.headers import HeaderJudge
from integtest.rules.match.known import check
from integtest.rules.match.named_keys import NamedKeys
from integtest.rules.match.query import QueryJudge
from integtest.rules.match.schema import SchemaJudge
from integtest.rules.match.stream import StreamJudge
from integtest.rules.match.target import split


@dataclass(frozen=True, slots=True)
class Judgement:
    """What differs, and which halves judged: Pact's rules alone, or also the JSON Schema."""

    mismatches: tuple[Mismatch, ...]
    judges: tuple[Half, ...]

    @property
    def holds(self) -> bool:
        """True when nothing differs."""
        return not self.mismatches


class Judge:
    """Compiles patterns; each compiled object is reusable and safe to share between threads."""

    def __init__(self, engine: MatchingEngine) -> None:
        self._engine = engine

    def request(self, pattern: RequestPattern) -> RequestJudge:
        """Judges requests; ContractError when a rule or the schema cannot be compiled."""
        return RequestJudge(self._engine, pattern)

    def response(self, pattern: ResponsePattern) -> ResponseJudge:
        """Judges responses; ContractError when a rule or the schema cannot be compiled."""
        return ResponseJudge(self._engine, pattern)

    def message(self, pattern: MessagePattern) -> MessageJudge:
        """Judges messages; ContractError when a rule or the schema cannot be compiled."""
        return MessageJudge(self._engine, pattern)


class _Contents:
    """The body half of every promise: Pact's rules, then the JSON Schema where there is one."""

    __slots__ = ("_body", "_schema", "judges")

    def __init__(self, body: BodyJudge, schema: dict[str, Any] | None) -> None:
        self._body = body
        self._schema = None if schema is None else SchemaJudge(schema)
        self.judges: tuple[Half, ...] = ("pact",) if schema is None else ("pact", "schema")

    def judge(self, content: bytes, content_type: str | None) -> list[Mismatch]:
        """What differs in the body, each fault once."""
        found = self._body.judge(content, content_type)
        return found if self._schema is None else self._schema.add_to(found, content)


class _Stream:
    """The body half of a streamed reply: Pact's rules over the whole text, then each event."""

    __slots__ = ("_body", "_events", "judges")

    def __init__(self, body: BodyJudge, events: StreamJudge) -> None:
        self._body = body
        self._events = events
        self.judges: tuple[Half, ...] = ("pact", "schema")

    def judge(self, seen: Response) -> list[Mismatch]:
        """What differs, told of the events wherever it can be: Pact's rules see but the whole."""
        whole = self._body.judge(seen.body, seen.content_type)
        if not self._body.takes(seen.content_type):
            return whole
        found = self._events.judge(seen.body, complete=seen.complete)
        if not found:
            return whole
        return [m.model_copy(update={"judge": "pact"}) for m in found] if whole else found


class RequestJudge:
    """Judges requests against one pattern: what is not promised in query or body is refused."""

    __slots__ = ("_contents", "_headers", "_method", "_path", "_query", "pattern")

    def __init__(self, engine: MatchingEngine, pattern: RequestPattern) -> None:
        self.pattern = pattern
        rules = pattern.rules
        check(rules)
        self._method = MethodJudge(engine, pattern.method, rules.method)
        self._path = PathJudge(engine, pattern.path, rules.path)
        self._query = QueryJudge(engine, pattern.query, rules.query)
        self._headers = HeaderJudge(engine, pattern.headers, rules.header)
        self._contents = _Contents(_http_body(engine, pattern, strict=True), pattern.json_schema)

    def judge(self, seen: Request) -> Judgement:
        """What differs, in the order method, path, query, headers, body."""
        path, query = split(seen.url)
        found = [
            *self._method.judge(seen.method),
            *self._path.judge(path),
            *self._query.judge(query),
            *self._headers.judge(seen.headers),
            *self._contents.judge(seen.body, seen.content_type),
        ]
        return Judgement(tuple(found), self._contents.judges)


class ResponseJudge:
    """Judges responses against one pattern: what is not promised in headers or body is allowed."""

    __slots__ = ("_contents", "_headers", "_status", "_stream", "pattern")

    def __init__(self, engine: MatchingEngine, pattern: ResponsePattern) -> None:
        self.pattern = pattern
        rules = pattern.rules
        check(rules)
        self._status = StatusJudge(engine, pattern.status, rules.status)
        self._headers = HeaderJudge(engine, pattern.headers, rules.header)
        body = _http_body(engine, pattern, strict=False)
        self._contents = _Contents(body, pattern.json_schema)
        self._stream = _Stream(body, StreamJudge(engine, pattern.stream)) if pattern.stream else None

    def judge(self, seen: Response) -> Judgement:
        """What differs, in the order status, headers, body; of a stream also that it was cut."""
        body = self._stream.judge(seen) if self._stream else self._contents.judge(seen.body, seen.content_type)
        found = [*self._status.judge(seen.status), *self._headers.judge(seen.headers), *body]
        return Judgement(tuple(found), (self._stream or self._contents).judges)


class MessageJudge:
    """Judges messages against one pattern: contents as in a response, then metadata."""

    __slots__ = ("_contents", "_metadata", "pattern")

    def __init__(self, engine: MatchingEngine, pattern: MessagePattern) -> None:
        self.pattern = pattern
        check(pattern.rules)
        self._metadata = MetadataJudge(engine, pattern.metadata, pattern.rules.metadata)
        body = BodyJudge(
            engine, pattern.body, pattern.rules.body, strict=False, header=_told_type(pattern.metadata)
        )
        self._contents = _Contents(body, pattern.json_schema)

    def judge(self, seen: Message) -> Judgement:
        """What differs, in the order contents, metadata."""
        found = [
            *self._contents.judge(seen.contents, seen.content_type or _told_type(seen.metadata)),
            *self._metadata.judge(seen.metadata),
        ]
        return Judgement(tuple(found), self._contents.judges)


def _http_body(engine: MatchingEngine, pattern: RequestPattern | ResponsePattern, *, strict: bool) -> BodyJudge:
    named = next((v for name, v in pattern.headers.items() if name.lower() == "content-type"), ())
    ruled = {name: rule for name, rule in pattern.rules.header.items() if name.lower() == "content-type"}
    admitted = HeaderJudge(engine, {"content-type": named}, ruled) if ruled and named else None
    return BodyJudge(
        engine,
        pattern.body,
        pattern.rules.body,
        strict=strict,
        header=next(iter(named), None),
        # Optional keys, which Pact's example cannot hold, are those that the schema names.
        named=None if pattern.json_schema is None else NamedKeys(pattern.json_schema).names,
        admitted=(lambda seen: not admitted.judge((("content-type", seen),))) if admitted else None,
    )


def _told_type(metadata: Mapping[str, Any]) -> str | None:
    """The content type that message metadata names."""
    named = (v for name, v in metadata.items() if name.lower() in {"contenttype", "content-type"})
    return next((value for value in named if isinstance(value, str)), None)
