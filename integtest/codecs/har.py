"""HAR 1.2, the HTTP Archive that browsers and proxies export: read only."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from integtest.codecs.cassette_read import NoCassetteError
from integtest.codecs.json_document import NOWHERE, Node, parse
from integtest.model.cassette import Cassette
from integtest.model.http import (
    Exchange,
    FailureKind,
    Headers,
    Place,
    Provenance,
    Request,
    Response,
    TransportFailure,
    header_values,
    media_type,
)

_BOUNDARY = re.compile(r'boundary=(?:"([^"]+)"|([^;\s]+))', re.IGNORECASE)
_CHARSET = re.compile(r'charset=(?:"([^"]+)"|([^;\s]+))', re.IGNORECASE)
_CODED = ("content-encoding", "transfer-encoding")
_VERSIONS = {"2": "HTTP/2", "3": "HTTP/2", "1.0": "HTTP/1.0"}
"""HTTP/3 as the nearest that clients of a recording know."""
_FAILURES: tuple[tuple[str, FailureKind], ...] = (
    ("TIMED", "timeout"),
    ("TIMEOUT", "timeout"),
    ("REFUSED", "refused"),
    ("RESET", "reset"),
    ("CLOSED", "closed"),
    ("EMPTY_RESPONSE", "closed"),
    ("NAME", "dns"),
    ("DNS", "dns"),
    ("SSL", "tls"),
    ("CERT", "tls"),
    ("PROTOCOL", "protocol"),
)


def loads(data: bytes, place: Place = NOWHERE) -> Cassette:
    """The cassette in `data`, each exchange with the JSON pointer of its entry; UnreadableFileError otherwise.

    A HAR holds content decoded, so that the fields of its codings are left out and Content-Length is that of the
    content. An entry without a response is a failure; one whose content was not exported breaks off. What is no
    HTTP (WebSocket, data URLs) is counted in `metadata`.
    """
    root = Node(parse(data, place), place)
    log = root.get("log") if isinstance(root.value, dict) else None
    if log is None or log.get("entries") is None:
        raise NoCassetteError("is no HAR file", place=place.file, hint="a HAR has `log` with `entries`")
    tool = _tool(log)
    entries = log.need("entries").list()
    exchanges = tuple(found for entry in entries if (found := _exchange(entry, tool)) is not None)
    left_out = len(entries) - len(exchanges)
    return Cassette(exchanges=exchanges, metadata={"not_http": left_out} if left_out else {}, place=place)


def _tool(log: Node) -> str | None:
    creator = log.get("creator")
    if creator is None:
        return None
    return " ".join(part.text() for key in ("name", "version") if (part := creator.get(key))) or None


def _exchange(entry: Node, tool: str | None) -> Exchange | None:
    request = _request(entry.need("request"))
    if not request.url.lower().startswith(("http://", "https://")):
        return None
    came = entry.need("response")
    response = _response(came, request.method) if _status(came) else None
    duration, latency = _times(entry)
    return Exchange(
        request=request,
        response=response,
        error=None if response else _failure(came),
        latency=latency,
        duration=duration,
        provenance=Provenance(recorded_at=_moment(entry), source=_source(entry, request), tool=tool),
        place=Place(file=entry.place.file, pointer=entry.pointer),
    )


def _request(sent: Node) -> Request:
    posted = sent.get("postData")
    headers = _headers(sent)
    return Request(
        method=sent.need("method").text(),
        url=sent.need("url").text().partition("#")[0],
        headers=headers,
        body=_posted(posted, next(iter(header_values(headers, "content-type")), "")) if posted else b"",
    )


def _response(came: Node, method: str) -> Response:
    content = came.get("content")
    headers = _headers(came)
    kind = next(iter(header_values(headers, "content-type")), "")
    body = _content(content, kind) if content else b""
    size = content.get("size") if content else None
    kept = content is None or content.get("text") is not None or size is None or _number(size) <= 0
    reason, version = came.get("statusText"), came.get("httpVersion")
    return Response(
        status=_status(came),
        reason=reason.text() if reason else "",
        headers=_fitting(headers, body, method, _status(came)),
        body=body,
        complete=kept,
        http_version=_version(version.text()) if version else "HTTP/1.1",
    )


def _status(came: Node) -> int:
    node = came.need("status")
    status = _number(node)
    if status != int(status) or not 0 <= status <= 999:
        node.fail("should be a status code, or 0 for none")
    return int(status)


def _fitting(headers: Headers, body: bytes, method: str, status: int) -> Headers:
    """The fields for a decoded body; a length without a body stays where HTTP has it so (RFC 9110, 8.6)."""
    bodiless = method.upper() == "HEAD" or status == 304
    length = None if bodiless else str(len(body))
    out = []
    for name, value in headers:
        lowered = name.lower()
        if lowered in _CODED and not bodiless:
            continue
        out.append((name, length if lowered == "content-length" and length is not None else value))
    return tuple(out)


def _headers(message: Node) -> Headers:
    """Field lines, without HTTP/2's pseudo fields; browsers join repeated ones by line ends."""
    listed = message.get("headers")
    return tuple(
        (name, line)
        for one in (listed.list() if listed else ())
        if not (name := one.need("name").text()).startswith(":")
        for line in _optional(one, "value").split("\n")
    )


def _content(content: Node, kind: str) -> bytes:
    text = content.get("text")
    if text is None:
        return b""
    coding = content.get("encoding")
    if coding is None or not coding.text():
        return _encoded(text.text(), kind)
    if coding.text().lower() != "base64":
        coding.fail(f"is the encoding {coding.text()[:20]!r}, and only base64 is known")
    try:
        return base64.b64decode("".join(text.text().split()), validate=True)
    except (binascii.Error, ValueError):
        text.fail("is not base64, as its `encoding` says")


def _posted(posted: Node, kind: str) -> bytes:
    """The body sent: its text, or what its parameters come to."""
    text, params = posted.get("text"), posted.get("params")
    if text is not None and (text.text() or params is None):
        return _content(posted, kind)
    listed = params.list() if params else []
    stated = posted.get("mimeType")
    kind = kind or (stated.text() if stated else "")
    boundary = _BOUNDARY.search(kind)
    if media_type(kind).startswith("multipart/") and boundary:
        return _multipart(listed, boundary[1] or boundary[2])
    return urlencode([(one.need("name").text(), _optional(one, "value")) for one in listed]).encode()


def _multipart(params: list[Node], boundary: str) -> bytes:
    """RFC 7578."""
    return b"".join([*(_part(one, boundary) for one in params), f"--{boundary}--\r\n".encode()])


def _part(one: Node, boundary: str) -> bytes:
    file, kind = _optional(one, "fileName"), _optional(one, "contentType")
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{one.need("name").text()}"'
    head += f'; filename="{file}"' if file else ""
    head += f"\r\nContent-Type: {kind}" if kind else ""
    return f"{head}\r\n\r\n{_optional(one, 'value')}\r\n".encode()


def _optional(node: Node, key: str) -> str:
    found = node.get(key)
    return found.text() if found else ""


def _encoded(text: str, kind: str) -> bytes:
    """Text as it was sent: a HAR holds it in Unicode, whatever its charset was."""
    named = _CHARSET.search(kind)
    try:
        return codecs.lookup(named[1] or named[2]).encode(text)[0] if named else text.encode()
    except (LookupError, ValueError, TypeError):
        return text.encode()


def _failure(came: Node) -> TransportFailure:
    """Chrome names the reason in `_error`."""
    reason = _optional(came, "_error") or _optional(came, "statusText")
    kind = next((kind for word, kind in _FAILURES if word in reason.upper()), "other")
    return TransportFailure(kind=kind, message=reason)


def _times(entry: Node) -> tuple[float | None, float | None]:
    """Duration and latency in seconds; a HAR has milliseconds, and -1 for what does not apply."""
    timings = entry.get("timings")
    known = dict(_positive(timings)) if timings else {}
    total = entry.get("time")
    whole = [known[name] for name in ("send", "wait", "receive") if name in known]
    if whole:
        return round(sum(whole), 6), known.get("wait")
    return (_number(total) / 1000 if total is not None and _number(total) >= 0 else None), None


def _positive(timings: Node) -> Iterator[tuple[str, float]]:
    for name in ("send", "wait", "receive"):
        node = timings.get(name)
        if node is not None and (value := _number(node)) >= 0:
            yield name, round(value / 1000, 6)


def _number(node: Node) -> float:
    if isinstance(node.value, bool) or not isinstance(node.value, int | float):
        node.fail("should be a number")
    return node.value


def _moment(entry: Node) -> datetime | None:
    node = entry.get("startedDateTime")
    if node is None:
        return None
    try:
        moment = datetime.fromisoformat(node.text())
    except ValueError:
        node.fail(f"is no date: {node.text()[:40]!r}", hint="ISO 8601, as 2009-07-24T19:20:30.45+01:00")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _source(entry: Node, request: Request) -> str:
    try:
        parts = urlsplit(request.url)
        return f"{parts.scheme.lower()}://{parts.netloc.rpartition('@')[2].lower()}"
    except ValueError:
        entry.need("request").need("url").fail("is no URL")


def _version(text: str) -> str:
    """HAR writers say `h2`, `HTTP/2.0`, `http/1.1`, `unknown`."""
    number = text.lower().removeprefix("http/").removeprefix("h").removesuffix(".0") or "1.1"
    return _VERSIONS.get("1.0" if number == "1" else number, "HTTP/1.1")
