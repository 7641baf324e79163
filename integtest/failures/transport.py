"""Transport: the connection fails, or what comes over it is no HTTP message (RFC 9112), or a stream ends early."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from integtest.failures.catalogue import Draft, always, mode
from integtest.failures.editing import refusing
from integtest.failures.subject import Subject
from integtest.model.events import StreamEvent, encoded, events_of
from integtest.model.failure import Fault
from integtest.model.http import Frame
from integtest.model.stream import StreamPattern

_WIREMOCK = "WireMock: simulating faults"


@mode(
    "refused",
    number=1,
    layer="transport",
    title="nobody listens",
    source="Filibuster (SoCC'21): ConnectionError",
    healthy="refuse",
    covers=("filibuster:ConnectionError",),
)
def refused(subject: Subject) -> Iterator[Draft]:
    """The provider's port is closed."""
    if subject.http is not None:
        yield _lost(
            subject,
            Fault(kind="refuse"),
            what="the provider refuses the connection",
            why="every call needs a connection",
        )


def _lost(subject: Subject, fault: Fault, **draft: str) -> Draft:
    """A case in which no reply ever comes whole."""
    return Draft(
        always(subject, fault),
        what=draft["what"],
        why=draft["why"],
        variant=draft.get("variant"),
        oracle={"healthy": refusing(subject)},
    )


def _size(subject: Subject) -> int:
    """Octets of a promised success's body; 0 where there is nothing to spoil."""
    return len(subject.http.response.example) if subject.http is not None and subject.succeeds else 0


@mode(
    "reset-mid-body",
    number=3,
    layer="transport",
    title="reset in the middle of the body",
    source=_WIREMOCK,
    healthy="refuse",
    covers=("filibuster:ConnectionError",),
)
def reset_mid_body(subject: Subject) -> Iterator[Draft]:
    """RST after half of the body."""
    size = _size(subject)
    if size > 1:
        yield _lost(
            subject,
            Fault(kind="reset", at=size // 2),
            what=f"the connection is reset after {size // 2} of {size} octets of the body",
            why=f"the reply has a body of {size} octets",
        )


@mode(
    "empty-reply", number=4, layer="transport", title="closed before an octet", source=_WIREMOCK, healthy="refuse"
)
def empty_reply(subject: Subject) -> Iterator[Draft]:
    """The provider closes the connection without an answer."""
    if subject.http is not None:
        yield _lost(
            subject,
            Fault(kind="empty"),
            what="the provider closes the connection without an answer",
            why="every call waits for an answer",
        )


@mode(
    "short-body",
    number=5,
    layer="transport",
    title="closed before the end of the body",
    source="RFC 9112, 6.3 and 8: incomplete messages",
    healthy="refuse",
    covers=("filibuster:ConnectionError",),
)
def short_body(subject: Subject) -> Iterator[Draft]:
    """Fewer octets than Content-Length, and the connection ends in good order."""
    size = _size(subject)
    if size > 1:
        yield _lost(
            subject,
            Fault(kind="short", at=size // 2),
            what=f"the body ends after {size // 2} of {size} octets",
            why=f"the reply has a body of {size} octets, and a client has to count them",
        )


@mode(
    "broken-framing",
    number=6,
    layer="transport",
    title="a chunk without a size, or no HTTP at all",
    source=f"{_WIREMOCK}; RFC 9112, 7.1",
    healthy="refuse",
)
def broken_framing(subject: Subject) -> Iterator[Draft]:
    """A chunk whose size is no number after half of the body; octets of another protocol in place of a reply."""
    size = _size(subject)
    if size > 1:
        yield _lost(
            subject,
            Fault(kind="bad-chunk", at=size // 2),
            what=f"after {size // 2} of {size} octets comes a chunk whose size is no number",
            why="a reply may come in chunks",
            variant="bad-chunk",
        )
    if subject.http is not None:
        yield _lost(
            subject,
            Fault(kind="garbage"),
            what="the answer is no HTTP message",
            why="something else may listen on the provider's port",
            variant="garbage",
        )


def _events(subject: Subject) -> tuple[StreamPattern, tuple[StreamEvent, ...]] | None:
    """The promised stream and the events of its example; None where the reply is none."""
    stream = subject.stream
    if stream is None or subject.http is None or not subject.succeeds:
        return None
    return stream, events_of(subject.http.response.example, stream.format)


def _streamed(subject: Subject, stream: StreamPattern, events: Sequence[StreamEvent]) -> Fault:
    return Fault(kind="reply", response=subject.reply(body=encoded(events, stream.format)))


@mode(
    "stream-cut",
    number=40,
    layer="transport",
    title="a stream that ends without its end",
    source="WHATWG HTML, 9.2; TensorRT-LLM#18289",
    healthy="refuse",
    differs=True,
)
def stream_cut(subject: Subject) -> Iterator[Draft]:
    """The second half is missing, or only the terminal event; the connection ends in good order. What came so far
    may be given, when the result says that it is not whole. Where an event before the terminal one gave the reason
    why the answer ended, a consumer may take it for whole: some clients never show the terminal event."""
    found = _events(subject)
    if found is None or found[0].end is None:
        return
    stream, events = found
    cuts = {"half": len(events) // 2, "no-end": len(events) - 1}
    for variant, count in cuts.items():
        if 0 < count < len(events):
            ended = any(_gives_reason(event) for event in events[:count])
            yield Draft(
                always(subject, _streamed(subject, stream, events[:count])),
                what=f"the stream ends after {count} of {len(events)} events, without its terminal event",
                why="the contract names the event that a whole stream ends with",
                variant=variant,
                oracle={"healthy": ("refuse", "tolerate")} if ended else {},
            )


def _gives_reason(event: StreamEvent) -> bool:
    """Whether an event says why the answer ended, as those of model APIs do."""
    try:
        return _holds_reason(json.loads(event.data))
    except ValueError:
        return False


def _holds_reason(value: Any) -> bool:
    if isinstance(value, dict):
        return any((key in _REASONS and item is not None) or _holds_reason(item) for key, item in value.items())
    return isinstance(value, list) and any(map(_holds_reason, value))


_REASONS = ("finish_reason", "stop_reason", "done_reason")


_SMALL = 4096
"""Octets up to which a body is sent one by one; a larger one in threes, which no character of two or four fits."""


@mode(
    "frames-resplit",
    number=41,
    layer="transport",
    title="a stream cut anew, also within a character",
    source="WHATWG HTML, 9.2.5 and 9.2.6: parsing an event stream",
    healthy="tolerate",
)
def frames_resplit(subject: Subject) -> Iterator[Draft]:
    """The same octets in pieces that end within lines and characters; and lines that end in CR LF."""
    found = _events(subject)
    if found is None or subject.http is None:
        return
    body = subject.http.response.example
    step = 1 if len(body) <= _SMALL else 3
    pieces = tuple(Frame(at=0.0, data=body[at : at + step]) for at in range(0, len(body), step))
    split = subject.reply(body=body).model_copy(update={"frames": pieces})
    yield Draft(
        always(subject, Fault(kind="reply", response=split)),
        what=f"the stream comes in pieces of {step} octet{'s' * (step > 1)}",
        why="a network may cut a stream anywhere",
        variant="pieces",
        keeps=True,
    )
    if found[0].format == "sse" and b"\r" not in body:
        yield Draft(
            always(subject, Fault(kind="reply", response=subject.reply(body=body.replace(b"\n", b"\r\n")))),
            what="the stream's lines end in CR LF",
            why="a server may end its lines in any of three ways",
            variant="crlf",
            keeps=True,
        )


@mode(
    "error-in-stream",
    number=54,
    layer="transport",
    title="an error inside an open stream",
    source="Server-sent events of model APIs; openwebui manifold pipe#19",
    healthy=("refuse", "recover"),
    differs=True,
)
def error_in_stream(subject: Subject) -> Iterator[Draft]:
    """After 200 and the first half, an event says that the provider failed; then the stream ends, with its terminal
    event or without."""
    found = _events(subject)
    if found is None:
        return
    stream, events = found
    half = events[: max(1, len(events) // 2)]
    failure = _failure(stream, events)
    ends = {"cut": [*half, failure]}
    if stream.end is not None:
        ends["ended"] = [*half, failure, events[-1]]
    for variant, sent in ends.items():
        yield Draft(
            always(subject, _streamed(subject, stream, sent)),
            what=f"after {len(half)} of {len(events)} events the stream tells of an error",
            why="a provider that fails after its status has left can say so in the stream alone",
            variant=variant,
            oracle={"healthy": ("refuse",)},
        )


def _failure(stream: StreamPattern, events: Sequence[StreamEvent]) -> StreamEvent:
    """An error as such a stream tells it: by name where its events have names (Anthropic), else by its data."""
    error = {"type": "server_error", "message": "the server had an error (made by integtest)"}
    if any(event.event for event in events):
        return StreamEvent(event="error", data=json.dumps({"type": "error", "error": error}))
    if stream.format == "jsonl":
        return StreamEvent(data=json.dumps({"error": error["message"]}))
    return StreamEvent(data=json.dumps({"error": error}))
