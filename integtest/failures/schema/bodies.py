"""Whole bodies that are not what was promised, and stream events that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator

from integtest.failures.catalogue import Draft, always, mode
from integtest.failures.editing import MAY_IGNORE, refusing, with_body
from integtest.failures.subject import Subject
from integtest.model.events import StreamFormat, pieces
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
    if kind == "text/html":
        return
    status = http.response.status
    promised = bool(subject.content)
    healthy = refusing(subject) if promised else MAY_IGNORE
    why = (
        f"{kind or 'a body'} is promised"
        if promised
        else "no body is promised, so a page says that a proxy answered"
    )
    for variant, content_type in ((None, "text/html; charset=utf-8"), ("as-json", kind or "application/json")):
        if variant is None or (promised and subject.stream is None):
            yield Draft(
                always(subject, with_body(subject, PAGE, content_type)),
                what=f"the reply is a page of HTML with status {status}, as {content_type.split(';')[0]}",
                why=why,
                variant=variant,
                oracle={"healthy": healthy},
            )


_ASIDES: tuple[tuple[str, str, bytes, bool], ...] = (
    (
        "event",
        "an event of an unknown type",
        b'event: integtest.unknown\ndata: {"type":"integtest.unknown","note":"a later version sends this"}\n\n',
        False,
    ),
    ("comment", "a comment, as proxies send to keep the connection,", b": keep-alive\n\n", True),
    ("ping", "a ping event", b'event: ping\ndata: {"type":"ping"}\n\n', False),
)
"""What comes between the events of a server-sent event stream; the last: whether it is no event at all."""
_LINES: tuple[tuple[str, str, bytes, bool], ...] = (
    ("event", "a line of an unknown type", b'{"type":"integtest.unknown"}\n', False),
    ("blank", "an empty line, as servers send to keep the connection,", b"\n", True),
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
    """An unknown event, a comment, a ping between the promised events of a stream. Where the contract says that no
    other events come, the consumer may refuse them."""
    if subject.http is None or not subject.succeeds or (form := _form(subject)) is None:
        return
    parts = pieces(subject.content, form)
    if not parts:
        return
    tolerant = subject.stream is None or subject.stream.tolerant
    for variant, name, aside, silent in _ASIDES if form == "sse" else _LINES:
        body = b"".join((parts[0], aside, *parts[1:]))
        kept = silent or tolerant
        rule = "readers skip what is no event, and what they do not know (WHATWG HTML, 9.2)"
        yield Draft(
            always(subject, with_body(subject, body)),
            what=f"{name} stands between the events of the stream",
            why=rule if kept else "providers add events, and the contract does not say that it takes others",
            variant=variant,
            keeps=kept,
            oracle={"healthy": ("tolerate",) if kept else MAY_IGNORE},
        )


def _form(subject: Subject) -> StreamFormat | None:
    """The form of the promised stream; None where the reply is none."""
    if subject.stream is not None:
        return subject.stream.format
    return "sse" if media_type(subject.body.content_type) == "text/event-stream" else None
