"""One exchange, both sides, edited by one action."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote_plus

from integtest.model.http import Exchange, Frame, Headers, Provenance, Request, Response, header_values, media_type
from integtest.rules.otlp import message_of
from integtest.rules.secrets import encoded
from integtest.rules.secrets.actions import Action
from integtest.rules.secrets.bodies import Bodies
from integtest.rules.secrets.detect import Rules
from integtest.rules.secrets.edits import applied
from integtest.rules.secrets.headers import corrected, is_loopback, rewritten_headers
from integtest.rules.secrets.literals import Literals
from integtest.rules.secrets.places import At
from integtest.rules.secrets.texts import Texts
from integtest.rules.secrets.url_text import url_edits

_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\")


class Walk:
    """Edits requests, responses and what stands around them."""

    def __init__(self, rules: Rules, action: Action, *, listed_only: bool) -> None:
        policy = rules.policy
        self.texts = Texts(rules, action, rules.keep(listed_only=listed_only))
        self.bodies = Bodies(self.texts, replace_doubts=policy.in_doubt == "replace", largest=policy.largest)

    def exchange(self, exchange: Exchange) -> Exchange:
        """The exchange after editing; values that were learned on the way are then looked for everywhere."""
        known = len(self.texts.action.learned)
        result = self._once(exchange)
        return self.again(result) if len(self.texts.action.learned) > known else result

    def again(self, exchange: Exchange) -> Exchange:
        """Looks once more for what was learned since the exchange was edited, if it can be there at all."""
        return self._once(exchange) if self.may_hold(_texts(exchange)) else exchange

    def may_hold(self, texts: Iterable[str | None]) -> bool:
        """Whether what was learned can stand in any of these texts; None for one that must be opened first."""
        return any(_may_hold(text, self.texts.action.learned) for text in texts)

    def _once(self, exchange: Exchange) -> Exchange:
        request, response, error = exchange.request, exchange.response, exchange.error
        update = {
            "request": self.request(request),
            "response": response and self.response(response, request.url),
            "error": error and error.model_copy(update={"message": self.line(error.message, "/error/message")}),
            "provenance": self._provenance(exchange.provenance),
        }
        return exchange.model_copy(update=update)

    def request(self, request: Request) -> Request:
        """The request after editing."""
        url, headers, body = self.sent(request.url, request.headers, request.body)
        return request.model_copy(update={"url": url, "headers": headers, "body": body})

    def sent(self, url: str, headers: Headers, body: bytes) -> tuple[str, Headers, bytes]:
        """The parts of a request after editing."""
        new = self.sent_body(body, headers, url)
        after = corrected(rewritten_headers(headers, self.texts, "/request/headers"), body, new)
        return self.url(url), after, new

    def url(self, url: str) -> str:
        """A request's URL after editing."""
        return applied(url, url_edits(url, self.texts, _root("/request/url")))

    def sent_body(self, body: bytes, headers: Headers, url: str) -> bytes:
        """A request's body after editing."""
        (new,) = self._body([body], headers, "/request/body", url)
        return new

    def response(self, response: Response, url: str) -> Response:
        """The response to a request of `url` after editing; its frames are cut where they were."""
        headers = rewritten_headers(response.headers, self.texts, "/response/headers")
        frames, body = response.frames, response.body
        if frames:
            pieces = self._body([frame.data for frame in frames], response.headers, "/response/body", url)
            joined = b"".join(frame.data for frame in frames)
            new = tuple(Frame(at=f.at, data=data) for f, data in zip(frames, pieces, strict=True))
            frames, rest = new, None if body == joined else body
            body = b"".join(pieces)
            if rest is not None:
                (body,) = self._body([rest], response.headers, "/response/body", url)
        else:
            (body,) = self._body([body], response.headers, "/response/body", url)
        update = {
            "reason": self.line(response.reason, "/response/reason"),
            "headers": corrected(headers, response.body, body),
            "body": body,
            "frames": frames,
        }
        return response.model_copy(update=update)

    def frames(self, pieces: list[bytes], head: Response) -> list[bytes]:
        """The pieces of a response's body after editing."""
        return self._body(pieces, head.headers, "/response/body")

    def _body(self, pieces: list[bytes], headers: Headers, where: str, url: str = "") -> list[bytes]:
        if not any(pieces):
            return pieces
        kind = next(iter(header_values(headers, "content-type")), None)
        coding = ", ".join(header_values(headers, "content-encoding"))
        path = url.partition("?")[0].partition("#")[0]
        otlp = message_of(media_type(kind), path, reply=where.startswith("/response"))
        return self.bodies.rewritten(pieces, kind, coding, _root(where), otlp)

    def line(self, text: str, where: str) -> str:
        """A text that is no data itself after editing: of what is detected, and what was learned."""
        return text if self.texts.clean(text) else applied(text, self.texts.scan(text, At(where)))

    def _provenance(self, provenance: Provenance) -> Provenance:
        if provenance.source is None or self.texts.clean(provenance.source):
            return provenance
        return provenance.model_copy(update={"source": self.line(provenance.source, "/provenance/source")})


def _texts(exchange: Exchange) -> Iterator[str | None]:
    """All texts of an exchange as they stand; None for one that must be opened or joined first."""
    request, response, error = exchange.request, exchange.response, exchange.error
    yield from (request.url, error.message if error else "", response.reason if response else "")
    for message in (request, response):
        if message is None:
            continue
        yield from (value for _, value in message.headers)
        streamed = "event-stream" in (message.content_type or "")
        plain = not message.header("content-encoding") and b"\0" not in message.body and not streamed
        yield message.body.decode("utf-8", "surrogateescape") if plain else None


def _may_hold(text: str | None, learned: Literals) -> bool:
    """True when a learned value stands in the text, or in what is encoded there."""
    if text is None or not learned.absent(text):
        return True
    escaped = _ESCAPE.sub(lambda found: chr(int(found[1] or "0", 16)) if found[1] else "", text)
    undone = {escaped, unquote_plus(text), html.unescape(text)} - {text}
    if any(not learned.absent(other) for other in undone):
        return True
    runs = (encoded.decode(run) for run in encoded.RUN.findall(text))
    return any(_may_hold(plain, learned) for plain in runs if plain is not None)


def _root(where: str) -> At:
    return At(where, root=len(where))


def from_beyond(exchange: Exchange | Request) -> bool:
    """True for what did not stay on this machine."""
    request = exchange.request if isinstance(exchange, Exchange) else exchange
    return not is_loopback(request.url, request.headers)
