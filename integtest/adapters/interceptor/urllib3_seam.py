"""The seam of urllib3 2, and so of requests and botocore: one request on one connection of a pool.

Retries, redirects and the decoding of contents lie above it and see single exchanges.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from urllib3.util import Timeout

from integtest.adapters.interceptor import state
from integtest.adapters.interceptor.fields import upgrades
from integtest.adapters.interceptor.handing import handed_down
from integtest.adapters.interceptor.playing import Reel, ask, with_body
from integtest.adapters.interceptor.taking import Take
from integtest.adapters.interceptor.urllib3_failures import exception_for, failure_of
from integtest.adapters.interceptor.urllib3_played import VERSIONED, played
from integtest.adapters.interceptor.urllib3_sent import body_of, head_of
from integtest.adapters.interceptor.urllib3_taken import take_down
from integtest.adapters.interceptor.urllib3_tunnels import Tunnels
from integtest.adapters.interceptor.wrapping import wrap
from integtest.model.http import TransportFailure

_tunnels = Tunnels()


def install(client: Any) -> None:
    """Put the seam into `client`, the module urllib3; version 1 stays without."""
    if int(client.__version__.split(".")[0]) < 2:
        return
    wrap(client.HTTPConnectionPool, "_make_request", _seam)
    wrap(client.HTTPSConnectionPool, "_prepare_proxy", _tunnels.put_off)


def _seam(original: Callable[..., Any]) -> Callable[..., Any]:
    def _make_request(
        pool: Any, conn: Any, method: str, url: str, body: Any = None, headers: Any = None, **options: Any
    ) -> Any:
        if not state.any_open() or (tape := state.chosen(head := head_of(pool, method, url, headers))) is None:
            _tunnels.open(pool, conn)
            return original(pool, conn, method, url, body=body, headers=headers, **options)
        data, body = body_of(body, getattr(conn, "blocksize", 16384))
        sent = with_body(head, data)
        said = handed_down(tape)
        if exchange := said.exchange if said else ask(tape, sent):
            return _play(Reel(exchange, method, tape.latency), pool, conn, method, url, options)
        send = partial(_send, original, pool, conn, method, url, body=body, headers=headers)
        if upgrades(sent.headers):
            return send(**options)
        return _take(send, conn, Take(tape, sent), **options)

    return _make_request


def _send(original: Callable[..., Any], pool: Any, conn: Any, *request: Any, **options: Any) -> Any:
    with state.beneath():
        _tunnels.open(pool, conn)
        return original(pool, conn, *request, **options)


def _take(send: Callable[..., Any], conn: Any, take: Take, *, preload_content: bool = True, **options: Any) -> Any:
    """Taken down from the headers on, so nothing of the body may be read before; preloading is done after."""
    try:
        take.begin()
        with _noting_sent(conn, take):
            response = send(preload_content=False, **options)
    except BaseException as error:
        failure = failure_of(error)
        if failure is None:
            take.drop()
        else:
            take.broke(failure)
        raise
    take_down(response, take)
    if preload_content:
        _ = response.data
    return response


@contextmanager
def _noting_sent(conn: Any, take: Take) -> Iterator[None]:
    """A response is asked for when all was sent."""
    getresponse = conn.getresponse

    def noting(*args: Any, **options: Any) -> Any:
        take.sent()
        return getresponse(*args, **options)

    conn.getresponse = noting
    try:
        yield
    finally:
        del conn.getresponse


def _play(reel: Reel, pool: Any, conn: Any, method: str, url: str, options: dict[str, Any]) -> Any:
    limit = _read_timeout(pool, options.pop("timeout", None))
    pool.num_requests += 1
    if reel.wait:
        time.sleep(reel.wait if limit is None or not _outlasted(reel) else min(reel.wait, limit))
    if reel.response is None:
        failure = reel.failure or TransportFailure(kind="other")
        # Where there is a proxy, urllib3 blames it for every failure before it is connected to.
        conn._has_connected_to_proxy = failure.phase != "connect"
        raise exception_for(failure, pool, conn, url)
    if limit is not None and reel.wait > limit:
        raise exception_for(TransportFailure(kind="timeout", phase="read"), pool, conn, url)
    retries, response_conn = options.pop("retries", None), options.pop("response_conn", None)
    options.pop("chunked", None)
    if VERSIONED:
        options["version_string"] = reel.response.http_version
    response = played(reel, reel.response, method, limit, request_url=url, **options)
    response.retries = retries
    response._connection, response._pool = response_conn, pool
    return response


def _outlasted(reel: Reel) -> bool:
    """Whether the client's own time-out ends the wait: for a response, and for one that never came."""
    return reel.response is not None or (reel.failure is not None and reel.failure.kind == "timeout")


def _read_timeout(pool: Any, timeout: Any) -> float | None:
    """How long the client waits for the next bytes, in seconds."""
    own = pool.timeout if timeout is None else timeout
    if isinstance(own, Timeout) and own.total is None:  # Nothing is left to be reckoned.
        return Timeout.resolve_default_timeout(own.read_timeout)
    own = (own if isinstance(own, Timeout) else Timeout.from_float(own)).clone()
    own.start_connect()
    return Timeout.resolve_default_timeout(own.read_timeout)
