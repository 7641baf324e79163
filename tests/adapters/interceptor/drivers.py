"""Every client behind one call, so that one test can hold all of them to the same promise."""

from __future__ import annotations

import asyncio
import http.client
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import aiohttp
import httpx
import httpx2
import requests
import urllib3


@dataclass
class Outcome:
    """What a program sees of one exchange, to the last detail that a recording keeps."""

    status: int = 0
    reason: str = ""
    version: str = ""
    headers: list = field(default_factory=list)
    cookies: dict = field(default_factory=dict)
    pieces: list = field(default_factory=list)
    error: str = ""

    @property
    def body(self):
        return b"".join(self.pieces)

    def failed(self, error):
        said = re.sub(r" at 0x[0-9a-f]+", "", str(error))
        self.error = f"{type(error).__module__}.{type(error).__name__}: {said}"
        return self

    def heard(self, piece, on_piece):
        self.pieces.append(piece)
        if on_piece:
            on_piece(piece)


class Httpx:
    def __init__(self, lib):
        self.lib = lib

    def call(self, method, url, on_piece=None, timeout=5.0, **options):
        seen = Outcome()
        try:
            with (
                self.lib.Client(timeout=timeout, verify=False) as client,
                client.stream(method, url, **options) as response,
            ):
                self._head(seen, response, client)
                for piece in response.iter_bytes():
                    seen.heard(piece, on_piece)
        except self.lib.TransportError as error:
            return seen.failed(error)
        return seen

    def _head(self, seen, response, client):
        seen.status, seen.reason, seen.version = response.status_code, response.reason_phrase, response.http_version
        seen.headers, seen.cookies = response.headers.multi_items(), dict(client.cookies)


class HttpxAsync(Httpx):
    def call(self, *args, **options):
        return asyncio.run(self._call(*args, **options))

    async def _call(self, method, url, on_piece=None, timeout=5.0, content=None, **options):
        seen = Outcome()
        if content is not None:
            options["content"] = _async(content) if hasattr(content, "__next__") else content
        try:
            async with (
                self.lib.AsyncClient(timeout=timeout, verify=False) as client,
                client.stream(method, url, **options) as response,
            ):
                self._head(seen, response, client)
                async for piece in response.aiter_bytes():
                    seen.heard(piece, on_piece)
        except self.lib.TransportError as error:
            return seen.failed(error)
        return seen


class Requests:
    def call(self, method, url, on_piece=None, timeout=5.0, content=None, **options):
        seen = Outcome()
        try:
            with (
                requests.Session() as session,
                session.request(
                    method, url, stream=True, timeout=timeout, data=content, allow_redirects=False, **options
                ) as response,
            ):
                seen.status, seen.reason, seen.version = (
                    response.status_code,
                    response.reason,
                    f"HTTP/{response.raw.version / 10}",
                )
                seen.headers, seen.cookies = list(response.raw.headers.items()), session.cookies.get_dict()
                for piece in response.iter_content(None):
                    seen.heard(piece, on_piece)
        except requests.RequestException as error:
            return seen.failed(error)
        return seen


class Urllib3:
    def call(self, method, url, on_piece=None, timeout=5.0, content=None, **options):
        seen = Outcome()
        try:
            with urllib3.PoolManager(retries=False, timeout=timeout) as pools:
                response = pools.request(
                    method, url, body=content, preload_content=False, redirect=False, **options
                )
                seen.status, seen.reason, seen.version = (
                    response.status,
                    response.reason,
                    f"HTTP/{response.version / 10}",
                )
                seen.headers = list(response.headers.items())
                for piece in response.stream():
                    seen.heard(piece, on_piece)
                response.release_conn()
        except urllib3.exceptions.HTTPError as error:
            return seen.failed(error)
        return seen


class HttpClient:
    """The standard library's own; urllib.request stands on it."""

    def call(self, method, url, on_piece=None, timeout=5.0, content=None, headers=None):
        seen = Outcome()
        parts = urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection = kind(parts.hostname, parts.port, timeout=timeout)
        try:
            connection.request(method, target, body=content, headers=dict(headers or {}))
            response = connection.getresponse()
            seen.status, seen.reason, seen.version = (
                response.status,
                response.reason,
                f"HTTP/{response.version / 10}",
            )
            seen.headers = response.getheaders()
            while piece := response.read1(65536):
                seen.heard(piece, on_piece)
        except (OSError, http.client.HTTPException) as error:
            return seen.failed(error)
        finally:
            connection.close()
        return seen


class Aiohttp:
    def call(self, *args, **options):
        return asyncio.run(self._call(*args, **options))

    async def _call(self, method, url, on_piece=None, timeout=5.0, content=None, **options):
        seen = Outcome()
        limits = aiohttp.ClientTimeout(total=None, sock_connect=timeout, sock_read=timeout)
        content = _async(content) if hasattr(content, "__next__") else content
        try:
            async with (
                aiohttp.ClientSession(timeout=limits) as session,
                session.request(method, url, data=content, allow_redirects=False, **options) as response,
            ):
                seen.status, seen.reason, seen.version = (
                    response.status,
                    response.reason,
                    f"HTTP/{response.version.major}.{response.version.minor}",
                )
                seen.headers = list(response.headers.items())
                seen.cookies = {cookie.key: cookie.value for cookie in session.cookie_jar}
                async for piece in response.content.iter_any():
                    seen.heard(piece, on_piece)
        except (aiohttp.ClientError, TimeoutError) as error:
            return seen.failed(error)
        return seen


async def _async(pieces):
    for piece in pieces:
        yield piece


DRIVERS = {
    "httpx": Httpx(httpx),
    "httpx-async": HttpxAsync(httpx),
    "httpx2": Httpx(httpx2),
    "httpx2-async": HttpxAsync(httpx2),
    "requests": Requests(),
    "urllib3": Urllib3(),
    "http.client": HttpClient(),
    "aiohttp": Aiohttp(),
}
