"""What the network answers http.client, taken down while the program reads it."""

from __future__ import annotations

import io
from collections.abc import Generator
from http import client as http_client
from typing import Any

from integtest.adapters.interceptor.chunks import LAST, chunk
from integtest.adapters.interceptor.fields import from_wire
from integtest.adapters.interceptor.http_client_failures import failure_of
from integtest.adapters.interceptor.http_client_played import Wire, head, is_chunked
from integtest.adapters.interceptor.taking import Take
from integtest.model.http import Headers, Response

_BLOCK = 65536


def live(real: Any, method: str, take: Take) -> io.BufferedReader:
    """The file that a response is read from, as it comes over `real`, a socket that is this response's alone."""
    try:
        response = http_client.HTTPResponse(real, method=method)
        real.close()  # The response's own file holds it open.
        response.begin()
    except BaseException as error:
        end_with(take, error, connected=True)
        raise
    version = "HTTP/1.0" if response.version == 10 else "HTTP/1.1"
    came = Response(status=response.status, reason=response.reason, headers=_fields(response), http_version=version)
    take.answered(came.status, came.reason, came.headers, version)
    return io.BufferedReader(Wire(_parts(response, came, take)))


def end_with(take: Take, error: BaseException, *, connected: bool) -> None:
    """Take down that it failed; nothing where the program failed on its own."""
    failure = failure_of(error, connected=connected)
    if failure is None:
        take.drop()
    else:
        take.broke(failure)


def _parts(response: http_client.HTTPResponse, came: Response, take: Take) -> Generator[bytes]:
    chunked = is_chunked(came.headers)
    if response.isclosed() or response.length == 0:
        take.ended()
    try:
        yield head(came)
        while data := response.read1(_BLOCK):
            take.piece(data)
            if response.length == 0:
                take.ended()
            yield chunk(data) if chunked else data
        if response.length:
            take.broke()
            return
        take.ended()
        if chunked:
            yield LAST
    except GeneratorExit:
        take.let_go()
        raise
    except BaseException as error:
        end_with(take, error, connected=True)
        raise
    finally:
        response.close()


def _fields(response: http_client.HTTPResponse) -> Headers:
    """http.client reads field lines as Latin-1; their bytes say more."""
    pairs = response.headers.items()
    return from_wire((name, value.encode("latin-1", "surrogateescape")) for name, value in pairs)
