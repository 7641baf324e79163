"""Promises made ready to be judged: compile once, judge many, from any thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from integtest.model.finding import Mismatch
from integtest.model.http import Request, Response
from integtest.model.matching import Body, RequestPattern, ResponsePattern, RuleSet
from integtest.model.message import Message, MessagePattern
from integtest.model.verdict import Judge as Half
from integtest.ports import MatchingEngine
from integtest.rules.match.body import BodyJudge
from integtest.rules.match.fields import HeaderJudge, MetadataJudge, MethodJudge, PathJudge, QueryJudge, StatusJudge
from integtest.rules.match.schema import SchemaJudge


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

    def __init__(self, engine: MatchingEngine, body: Body, rules: RuleSet, schema: Any, *, strict: bool) -> None:
        self._body = BodyJudge(engine, body, rules.body, strict=strict)
        self._schema = SchemaJudge(schema) if schema is not None else None
        self.judges: tuple[Half, ...] = ("pact",) if schema is None else ("pact", "schema")

    def judge(self, content: bytes, content_type: str | None) -> list[Mismatch]:
        """What differs in the body, each fault once."""
        found = self._body.judge(content, content_type)
        return found if self._schema is None else self._schema.add_to(found, content)


class RequestJudge:
    """Judges requests against one pattern: what is not promised in query or body is refused."""

    __slots__ = ("_contents", "_headers", "_method", "_path", "_query", "pattern")

    def __init__(self, engine: MatchingEngine, pattern: RequestPattern) -> None:
        self.pattern = pattern
        rules = pattern.rules
        self._method = MethodJudge(engine, pattern.method, rules.method)
        self._path = PathJudge(engine, pattern.path, rules.path)
        self._query = QueryJudge(engine, pattern.query, rules.query)
        self._headers = HeaderJudge(engine, pattern.headers, rules.header)
        self._contents = _Contents(engine, pattern.body, rules, pattern.json_schema, strict=True)

    def judge(self, seen: Request) -> Judgement:
        """What differs, in the order method, path, query, headers, body."""
        found = [
            *self._method.judge(seen.method),
            *self._path.judge(seen.path),
            *self._query.judge(seen.query),
            *self._headers.judge(seen.headers),
            *self._contents.judge(seen.body, seen.content_type),
        ]
        return Judgement(tuple(found), self._contents.judges)


class ResponseJudge:
    """Judges responses against one pattern: what is not promised in headers or body is allowed."""

    __slots__ = ("_contents", "_headers", "_status", "pattern")

    def __init__(self, engine: MatchingEngine, pattern: ResponsePattern) -> None:
        self.pattern = pattern
        rules = pattern.rules
        self._status = StatusJudge(engine, pattern.status, rules.status)
        self._headers = HeaderJudge(engine, pattern.headers, rules.header)
        self._contents = _Contents(engine, pattern.body, rules, pattern.json_schema, strict=False)

    def judge(self, seen: Response) -> Judgement:
        """What differs, in the order status, headers, body."""
        found = [
            *self._status.judge(seen.status),
            *self._headers.judge(seen.headers),
            *self._contents.judge(seen.body, seen.content_type),
        ]
        return Judgement(tuple(found), self._contents.judges)


class MessageJudge:
    """Judges messages against one pattern: contents as in a response, then metadata."""

    __slots__ = ("_contents", "_metadata", "pattern")

    def __init__(self, engine: MatchingEngine, pattern: MessagePattern) -> None:
        self.pattern = pattern
        self._metadata = MetadataJudge(engine, pattern.metadata, pattern.rules.metadata)
        self._contents = _Contents(engine, pattern.body, pattern.rules, pattern.json_schema, strict=False)

    def judge(self, seen: Message) -> Judgement:
        """What differs, in the order contents, metadata."""
        found = [
            *self._contents.judge(seen.contents, seen.content_type),
            *self._metadata.judge(seen.metadata),
        ]
        return Judgement(tuple(found), self._contents.judges)
