"""Whole bodies that are not what was promised, and stream events that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator

from integtest.failures.catalogue import Draft, always, mode
from integtest.failures.editing import MAY_IGNORE, refusing, with_body
from integtest.failures.subject import Subject, content_of
from integtest.model.failure import Fault
from integtest.model.http import media_type

PAGE = (
    b"<!DOCTYPE html>\n<html><head><title>Just a moment...</title></head>"
    b"<body><h1>Sign in to continue</h1><form method=post><input name=user></form></body></html>\n"
)
"""What a proxy, a captive portal or a login redirect answers in a provider's place."""
_NO_CONTENT = (204, 205, 304)


@mode(
    "html-page",
    number=9,
    layer="schema",
    title="an HTML page in place of the answer",
    source="Schemathesis: content type conformance; AutoGPT#944",
    healthy="refuse",
    covers=("csi:wrong-api-assumptions/api-semantics",),
)
def html_page(subject: Subject) -> Iterator[Draft]:
    """A proxy's page with the promised status; as HTML, and as HTML that claims to be what was promised."""
    http = subject.http
    kind = media_type(subject.body.content_type)
    if http is None or http.request.method.upper() == "HEAD" or http.response.status in _NO_CONTENT:
        return
    if kind == "text/html" or kind == "text/event-stream":
        return
    status = http.response.status
    promised = subject.body.state == "present" and bool(content_of(subject.body))
    healthy = refusing(subject) if promised else MAY_IGNORE
    why = (
        f"{kind or 'a body'} is promised"
        if promised
        else "no body is promised, so a page says that a proxy answered"
    )
    for variant, content_type in ((None, "text/html; charset=utf-8"), ("as-json", kind or "application/json")):
        if variant is None or promised:
            yield Draft(
                always(subject, with_body(subject, PAGE, content_type)),
                what=f"the reply is a page of HTML with status {status}, as {content_type.split(';')[0]}",
                why=why,
                variant=variant,
                oracle={"healthy": healthy},
            )


_UNKNOWN = b'event: integtest.unknown\ndata: {"type":"integtest.unknown","note":"a later version sends this"}\n\n'
_ASIDES: tuple[tuple[str, str, bytes], ...] = (
    ("event", "an event of an unknown type", _UNKNOWN),
    ("comment", "a comment line, as proxies send to keep the connection", b": keep-alive\n\n"),
    ("ping", "a ping event without data", b"event: ping\ndata: {}\n\n"),
)


@mode(
    "unknown-event",
    number=53,
    layer="schema",
    title="an event that the stream's contract does not know",
    source="vercel/ai#11309; WHATWG server-sent events",
    healthy="tolerate",
    covers=("csi:unspoken-convention/api-semantics",),
)
def unknown_event(subject: Subject) -> Iterator[Draft]:
    """An unknown event, a comment, a ping between the promised events of a server-sent event stream."""
    if subject.http is None or not subject.succeeds:
        return
    events = events_of(content_of(subject.body))
    if media_type(subject.body.content_type) != "text/event-stream" or not events:
        return
    for variant, name, aside in _ASIDES:
        body = b"".join((events[0], aside, *events[1:]))
        yield Draft(
            always(subject, Fault(kind="reply", response=subject.reply(body=body))),
            what=f"{name} stands between the events of the stream",
            why="readers ignore comments and events of unknown types (WHATWG HTML, 9.2)",
            variant=variant,
            keeps=True,
        )


def events_of(body: bytes) -> list[bytes]:
    """The events of a stream, each with the blank line that ends it."""
    text = body.replace(b"\r\n", b"\n")
    return [part + b"\n\n" for part in text.split(b"\n\n") if part.strip()]
