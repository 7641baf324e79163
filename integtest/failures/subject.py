"""One interaction as failure modes see it: its promised reply, its fields, and what the contracts say around it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from integtest.authoring.compiler import validator
from integtest.failures.fields import Field, fields, unshown
from integtest.model.contract import (
    AnyInteraction,
    AsyncMessage,
    HttpInteraction,
    Interaction,
    InteractionRef,
)
from integtest.model.http import Exchange, Headers, Response, media_type
from integtest.model.matching import Body
from integtest.model.stream import StreamPattern

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
"""Methods that change nothing (RFC 9110, 9.2.1)."""
IDEMPOTENT = (*SAFE, "PUT", "DELETE")
"""Methods that a client may repeat by itself (RFC 9110, 9.2.2)."""


def reference(interaction: Interaction) -> InteractionRef:
    """Points at an interaction."""
    return InteractionRef(provider=interaction.contract.provider, description=interaction.description)


@dataclass(frozen=True)
class Book:
    """Everything that one consumer promises and relies on, and what was recorded of it."""

    interactions: tuple[AnyInteraction, ...] = ()
    recordings: Mapping[InteractionRef, Sequence[Exchange]] = field(default_factory=dict)

    def of(self, kind: str) -> tuple[AnyInteraction, ...]:
        """The interactions of an area ("auth", "compliance", …)."""
        return tuple(one for one in self.interactions if one.contract.kind == kind)

    @cached_property
    def tokens(self) -> tuple[HttpInteraction, ...]:
        """The interactions that issue an access token (RFC 6749, 5.1)."""
        http = (one for one in self.interactions if isinstance(one, HttpInteraction))
        return tuple(one for one in http if _issues_token(one))

    @cached_property
    def acting(self) -> tuple[HttpInteraction, ...]:
        """The interactions that change something at their provider each time they are called."""
        return tuple(one for one in self.interactions if isinstance(one, HttpInteraction) and acts(one))


def acts(interaction: HttpInteraction) -> bool:
    """Whether calling it twice does twice: no idempotent method, and the contract does not call it repeatable."""
    return interaction.request.method.upper() not in IDEMPOTENT and not interaction.repeatable


def _issues_token(interaction: HttpInteraction) -> bool:
    document = document_of(interaction.response.body)
    return isinstance(document, dict) and "access_token" in document and interaction.response.status < 300


@dataclass(frozen=True)
class Subject:
    """An HTTP interaction, or a message, that a failure mode looks at."""

    interaction: AnyInteraction
    book: Book = Book()
    seed: int = 0

    @property
    def ref(self) -> InteractionRef:
        return reference(self.interaction)

    @property
    def http(self) -> HttpInteraction | None:
        """The interaction where the consumer calls; None for a message."""
        return self.interaction if isinstance(self.interaction, HttpInteraction) else None

    @property
    def message(self) -> AsyncMessage | None:
        """The interaction where the provider sends; None for a call."""
        return self.interaction if isinstance(self.interaction, AsyncMessage) else None

    @property
    def kind(self) -> str | None:
        """The area of the contract."""
        return self.interaction.contract.kind

    @property
    def recordings(self) -> Sequence[Exchange]:
        """What was recorded of it, in order."""
        return self.book.recordings.get(self.ref, ())

    @cached_property
    def succeeds(self) -> bool:
        """Whether the promised reply is a success: modes that lose or spoil it start from there."""
        return self.http is not None and self.http.response.status < 400

    @cached_property
    def body(self) -> Body:
        """The promised body: of the reply, or of the message."""
        if self.http is not None:
            return self.http.response.body
        return self.message.message.body if self.message is not None else Body()

    @property
    def stream(self) -> StreamPattern | None:
        """The promised stream; None where the reply is none."""
        return self.http.response.stream if self.http is not None else None

    @property
    def content(self) -> bytes:
        """The octets of the promised body; of a stream all its events."""
        return self.http.response.example if self.http is not None else content_of(self.body)

    @cached_property
    def document(self) -> Any:
        """The promised body as JSON data; None where it is none."""
        return document_of(self.body)

    @cached_property
    def has_document(self) -> bool:
        """Whether the promised body is JSON."""
        return self.document is not None or (self.body.state == "present" and self.body.content == b"null")

    @cached_property
    def schema(self) -> Mapping[str, Any] | None:
        """The JSON Schema of the promised body, where there is one."""
        if self.http is not None:
            return self.http.response.json_schema
        return self.message.message.json_schema if self.message is not None else None

    @cached_property
    def places(self) -> tuple[Field, ...]:
        """The promised JSON body and its places; empty for any other body."""
        return fields(self.document, self.schema) if self.has_document else ()

    @property
    def fields(self) -> tuple[Field, ...]:
        """The places of the promised JSON body, the body itself left out."""
        return self.places[1:]

    @cached_property
    def leaves(self) -> tuple[Field, ...]:
        """The fields that hold no others."""
        return tuple(one for one in self.fields if not one.container)

    @cached_property
    def unshown(self) -> tuple[Field, ...]:
        """Optional places that the schema names and the example lacks, each with a value made for it."""
        return unshown(self.places, self.schema)

    @cached_property
    def _judge(self) -> Callable[[Any], bool] | None:
        try:
            return None if self.schema is None else validator(dict(self.schema)).is_valid
        except ValueError:
            return None

    def keeps(self, document: Any) -> bool:
        """Whether a document keeps the promise as its JSON Schema says; False where there is none."""
        return self._judge is not None and self._judge(document)

    @property
    def usable(self) -> bool:
        """Whether the consumer lives on what comes: a message, or a reply that is a success."""
        return self.message is not None or self.succeeds

    def request_header(self, name: str) -> str | None:
        """A header of the promised request."""
        if self.http is None:
            return None
        found = (v for key, v in self.http.request.headers.items() if key.lower() == name.lower())
        return next((values[0] for values in found if values), None)

    @cached_property
    def bearer(self) -> bool:
        """Whether the request carries a bearer token (RFC 6750)."""
        return (self.request_header("authorization") or "").lower().startswith("bearer")

    def reply(
        self,
        document: Any = None,
        *,
        status: int | None = None,
        headers: Headers = (),
        body: bytes | None = None,
        content_type: str | None = None,
    ) -> Response:
        """The promised reply with another document, status, body or content type; `headers` are added, and replace
        those of the same name."""
        assert self.http is not None  # noqa: S101 - only replies are made
        pattern = self.http.response
        promised = [(name, value) for name, values in pattern.headers.items() for value in values]
        kind = content_type or next((v for n, v in promised if n.lower() == "content-type"), None)
        kind = kind or pattern.body.content_type or ("application/json" if body is None else None)
        if body is None:
            body = encoded(document) if document is not None else pattern.example
        given = [*headers, *((("Content-Type", kind),) if kind and body else ())]
        names = {name.lower() for name, _ in given} | {"content-type", "content-length"}
        kept = [(name, value) for name, value in promised if name.lower() not in names]
        return Response(status=status or pattern.status, headers=(*kept, *given), body=body)


def document_of(body: Body) -> Any:
    """A body as JSON data; None where it is no JSON."""
    if body.state != "present" or not _is_json(body):
        return None
    try:
        return json.loads(body.content)
    except ValueError:
        return None


def _is_json(body: Body) -> bool:
    kind = media_type(body.content_type)
    return not kind or kind.endswith("json")


def content_of(body: Body) -> bytes:
    """The octets of a body."""
    return body.content if body.state == "present" else b""


def encoded(document: Any) -> bytes:
    """JSON as it crosses the wire; numbers as Python writes them, so 1e999 may be made by hand."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def references(interactions: Iterable[Interaction]) -> tuple[InteractionRef, ...]:
    """Points at interactions, each once."""
    return tuple(dict.fromkeys(map(reference, interactions)))
