"""Bodies with addresses in them, whole; also below a content coding."""

from __future__ import annotations

import gzip

from integtest.adapters.recorder.fields import is_text
from integtest.adapters.recorder.swap import Swap
from integtest.codecs.content import decoded_body
from integtest.errors import UnreadableFileError
from integtest.model.http import Headers, Request, Response, header_values

LARGEST = 4 * 1024 * 1024
"""Bytes of a coded text that are held back to be looked through; what is longer goes on as it is."""
_DECODED = 64 * 1024 * 1024


def coding(headers: Headers) -> str:
    """The content codings in lower case, "" for none."""
    found = ",".join(header_values(headers, "content-encoding")).strip().lower()
    return "" if found == "identity" else found


def swapped(headers: Headers, body: bytes, swap: Swap) -> tuple[Headers, bytes]:
    """A whole body and its fields after the exchange; both as they were where nothing is to be exchanged."""
    if not body or not is_text(headers):
        return headers, body
    coded = coding(headers)
    try:
        plain = decoded_body(Response(status=200, headers=headers, body=body), _DECODED) if coded else body
    except UnreadableFileError:
        return headers, body
    new = swap.data(plain)
    if new == plain:
        return headers, body
    if coded in ("gzip", "x-gzip"):
        return headers, gzip.compress(new, mtime=0)
    kept = tuple((name, value) for name, value in headers if not coded or name.lower() != "content-encoding")
    return kept, new


def swapped_request(request: Request, swap: Swap) -> Request:
    """A request with its body after the exchange."""
    headers, body = swapped(request.headers, request.body, swap)
    return request.model_copy(update={"headers": headers, "body": body})
