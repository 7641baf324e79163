"""Taking down one exchange while its client reads it."""

from __future__ import annotations

from threading import Lock
from time import perf_counter

from integtest.model.http import (
    Exchange,
    Frame,
    Headers,
    Request,
    Response,
    TransportFailure,
    header_values,
    media_type,
)
from integtest.ports import Tape

_STREAMS = ("text/event-stream", "application/x-ndjson", "application/jsonl", "application/stream+json")

_under_way: dict[int, set[Take]] = {}
_lock = Lock()


def let_go(tape: Tape) -> None:
    """End what is still under way on a tape that is being closed."""
    with _lock:
        takes = list(_under_way.get(id(tape), ()))
    for take in takes:
        take.let_go()


class Take:
    """One exchange as it happens. It reaches the tape's `keep` once: when it failed, or when its body ended, broke
    off or was let go. Used by one thread or task at a time, as its response is."""

    def __init__(self, tape: Tape, request: Request) -> None:
        self._tape = tape
        self._request = request
        self._frames: list[Frame] = []
        self._head: Response | None = None
        self._done = False
        self._began = self._sent = self._answered = perf_counter()
        with _lock:
            _under_way.setdefault(id(tape), set()).add(self)

    def begin(self) -> None:
        """The request's first byte is about to leave."""
        self._began = self._sent = perf_counter()

    def sent(self) -> None:
        """The request's last byte left."""
        self._sent = perf_counter()

    def answered(self, status: int, reason: str, headers: Headers, http_version: str = "HTTP/1.1") -> None:
        """The response's headers came."""
        self._answered = perf_counter()
        self._head = Response(status=status, reason=reason, headers=headers, http_version=http_version)

    def piece(self, data: bytes) -> None:
        """A piece of the body came, before content decoding."""
        if data:
            self._frames.append(Frame(at=round(perf_counter() - self._answered, 6), data=data))

    def ended(self) -> None:
        """The body came whole."""
        self._finish(complete=True)

    def broke(self, failure: TransportFailure | None = None) -> None:
        """The body broke off, or no response came at all; without `failure`, the provider just closed."""
        if self._head is not None and failure is not None and failure.kind == "closed":
            failure = None  # A response that is not complete says as much.
        self._finish(complete=False, failure=failure)

    def let_go(self) -> None:
        """The client wants no more of the body. A stream counts as whole then where an event ends: clients leave
        one at its last. Anything else is whole when its length came, so that nobody takes half a body for all of
        it."""
        if self._head is None:
            self.drop()
        else:
            at_event = _is_stream(self._head) and self._event_ended(self._head)
            self._finish(complete=at_event or self._length_came(self._head))

    def _event_ended(self, head: Response) -> bool:
        """Whether what came ends with a whole event (a blank line, by the HTML Living Standard, 9.2.5), or a whole
        line of a stream of lines. Of coded bytes nobody can tell."""
        if header_values(head.headers, "content-encoding"):
            return bool(self._frames)
        last = b"".join(frame.data for frame in self._frames[-4:])[-4:]
        if media_type(head.content_type) == "text/event-stream":
            return last.endswith((b"\n\n", b"\r\r", b"\r\n\r\n"))
        return last.endswith(b"\n")

    def _length_came(self, head: Response) -> bool:
        came = sum(len(frame.data) for frame in self._frames)
        return header_values(head.headers, "content-length") == [str(came)]

    def drop(self) -> None:
        """Nothing was exchanged that a tape could answer with: the client failed on its own."""
        dropped = getattr(self._tape, "dropped", None)
        if self._claim() and dropped is not None:
            dropped(self._request)

    def _claim(self) -> bool:
        """Whether it was not done yet; now it is. A tape may be closed in one thread while another reads."""
        with _lock:
            if self._done:
                return False
            self._done = True
            takes = _under_way[id(self._tape)]
            takes.discard(self)
            if not takes:
                del _under_way[id(self._tape)]
            return True

    def _finish(self, complete: bool, failure: TransportFailure | None = None) -> None:
        if not self._claim():
            return
        now = perf_counter()
        head = self._head
        if head is None:
            failure = failure or TransportFailure(kind="closed", phase="read")
        self._tape.keep(
            Exchange(
                request=self._request,
                response=head and _whole(head, self._frames, complete),
                error=failure,
                latency=round((self._answered if head else now) - self._sent, 6),
                duration=round(now - self._began, 6),
            )
        )


def _whole(head: Response, frames: list[Frame], complete: bool) -> Response:
    """The response with its body. Its pieces are frames only where the provider sent it piece by piece: those of a
    body of known length are cut by the network."""
    body = b"".join(frame.data for frame in frames)
    apart = (
        frames
        if _is_stream(head) or (len(frames) > 1 and not header_values(head.headers, "content-length"))
        else []
    )
    return head.model_copy(update={"body": body, "frames": tuple(apart), "complete": complete})


def _is_stream(head: Response) -> bool:
    return media_type(head.content_type) in _STREAMS
