"""The reply that an interaction promises, as an answer."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from dataclasses import replace
from random import Random

from integtest.adapters.wire.answer import Answer, from_response
from integtest.codecs.content import decoded_body
from integtest.errors import UnreadableFileError
from integtest.model.events import StreamFormat, pieces
from integtest.model.http import Request, Response
from integtest.model.matching import ResponsePattern
from integtest.rules.generators import apply_response
from integtest.rules.match import example_response

_GZIP_MAGIC = b"\x1f\x8b"


def reply(pattern: ResponsePattern, method: str, rng: Random) -> Callable[[Request], Answer]:
    """Makes answers from the example, one for all where nothing in it is generated. ContractError when a
    generator is unknown or cannot make its value."""
    if pattern.stream is not None:
        streamed = _streamed(pattern, pattern.stream.format, method)
        return lambda _: streamed
    if apply_response(pattern, {}, rng) is pattern:
        answer = _said(example_response(pattern), method)
        return lambda _: answer

    def made(request: Request) -> Answer:
        url = f"http://{request.header('host') or 'localhost'}"
        return _said(example_response(apply_response(pattern, {}, rng, base_url=url)), method)

    return made


def _streamed(pattern: ResponsePattern, form: StreamFormat, method: str) -> Answer:
    """The example event by event, each in a chunk of its own; a promised gzip coding is flushed behind each."""
    answer = _said(example_response(pattern), method)
    parts = pieces(pattern.example, form)
    if isinstance(answer.body, bytes) and answer.body.startswith(_GZIP_MAGIC):
        coder = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
        parts = tuple(coder.compress(part) + coder.flush(zlib.Z_SYNC_FLUSH) for part in parts)
        parts = (*parts, coder.flush())
    return replace(answer, body=parts)


def decoded(request: Request) -> Request:
    """The request with its body after content decoding (RFC 9110, 8.4), for the judge; as it is when that cannot
    be undone."""
    if not request.body or request.header("content-encoding") is None:
        return request
    try:
        return request.model_copy(update={"body": decoded_body(request)})
    except UnreadableFileError:
        return request


def _said(response: Response, method: str) -> Answer:
    """A promised Content-Encoding is kept by encoding the example, which the contract holds decoded; a promised
    Content-Length is that of the example, except to HEAD."""
    if method.upper() != "HEAD":
        kept = tuple((name, value) for name, value in response.headers if name.lower() != "content-length")
        response = response.model_copy(update={"headers": kept})
    coding = (response.header("content-encoding") or "").strip().lower()
    if coding in ("gzip", "x-gzip") and response.body and not response.body.startswith(_GZIP_MAGIC):
        response = response.model_copy(update={"body": gzip.compress(response.body, mtime=0)})
    return from_response(response)
