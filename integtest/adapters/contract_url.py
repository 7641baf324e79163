"""Pacts from URLs: whatever host the user names, within a time and a size."""

from __future__ import annotations

import base64
import time
from http.client import HTTPException
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from integtest.adapters.files import MAX_BYTES, too_large
from integtest.errors import UnreadableFileError

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_CHUNK = 1 << 16


def shown(url: str) -> str:
    """The URL without user and password; UnreadableFileError where it is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise UnreadableFileError("is no URL", place=url.rpartition("@")[2]) from None
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def fetch(url: str, *, timeout: float = 20.0, limit: int = MAX_BYTES) -> bytes:
    """What `url` answers to GET, at most `limit` bytes within `timeout` seconds; UnreadableFileError otherwise.

    A user and password in the URL are sent as Basic credentials (RFC 7617), to that host alone, and never shown.
    """
    place = shown(url)
    deadline = time.monotonic() + timeout
    try:
        with _opener(url).open(_request(url), timeout=timeout) as answer:
            return _body(answer, deadline, limit, place)
    except HTTPError as error:
        hint = "are credentials needed?" if error.code in (401, 403) else None
        raise UnreadableFileError(f"answers {error.code} {error.reason}", place=place, hint=hint) from None
    except TimeoutError:
        raise UnreadableFileError(f"does not answer within {timeout:g} s", place=place) from None
    except (URLError, HTTPException, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        if isinstance(reason, TimeoutError):
            raise UnreadableFileError(f"does not answer within {timeout:g} s", place=place) from None
        text = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
        raise UnreadableFileError(f"cannot be fetched: {text.lower()}", place=place) from None


def _request(url: str) -> Request:
    parts = urlsplit(url)
    if not parts.hostname:
        raise ValueError("the URL names no host")
    request = Request(shown(url), headers={"Accept": "application/hal+json, application/json"})  # noqa: S310 - http(s) by the caller's check
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        request.add_unredirected_header("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}")
    return request


def _opener(url: str) -> OpenerDirector:
    direct = urlsplit(url).hostname in _LOOPBACK
    return build_opener(_HttpOnly(), *([ProxyHandler({})] if direct else []))


class _HttpOnly(HTTPRedirectHandler):
    """Follows redirects to http and https alone; the standard handler would go on to ftp."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Request | None:
        if urlsplit(newurl).scheme not in ("http", "https"):
            raise URLError(f"redirects to {urlsplit(newurl).scheme}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _body(answer: IO[bytes], deadline: float, limit: int, place: str) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while piece := answer.read(_CHUNK):
        size += len(piece)
        if size > limit:
            raise too_large(size, limit, place)
        if time.monotonic() > deadline:
            raise TimeoutError
        pieces.append(piece)
    return b"".join(pieces)
