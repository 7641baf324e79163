"""A short cut for requests: what a tape plays is answered at the adapter, where all below it would pass it through.

Most of the time of a replay goes into urllib3's pools and retries, which for a plain adapter and an answer that is
whole do nothing. Whatever could make a difference (retries, proxies, certificates, an adapter of one's own, a tool
around urllib3, a failure or a latency to replay) goes the whole way, to the seam of urllib3.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from operator import attrgetter
from pathlib import Path
from types import FunctionType
from typing import Any

from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import select_proxy
from urllib3 import HTTPConnectionPool
from urllib3.util import Retry
from urllib3.util.request import SKIP_HEADER

from integtest.adapters.interceptor import state
from integtest.adapters.interceptor.fields import bare
from integtest.adapters.interceptor.handing import handing_down
from integtest.adapters.interceptor.playing import Reel, ask, with_body
from integtest.adapters.interceptor.urllib3_played import VERSIONED, played
from integtest.adapters.interceptor.urllib3_sent import fields_of
from integtest.adapters.interceptor.wrapping import is_outermost, wrap
from integtest.model.http import Headers

_TARGET = "[A-Za-z0-9/._~:@!$&'()*+,;=-]*+(?:%[0-9A-F]{2}[A-Za-z0-9/._~:@!$&'()*+,;=-]*+)*+"
_PLAIN_URL = re.compile(
    rf"https?://[a-z0-9][a-z0-9.-]*+(?::(?!80/|443/)[1-9]\d{{1,4}})?(/(?!/){_TARGET}(?:\?(?:{_TARGET}\??)*+)?)"
)
"""A URL that urllib3 asks for letter by letter, and its target."""
_METHODS = frozenset(name for name in vars(HTTPAdapter) if not name.startswith("__")) - {"send", "close"}
"""What an adapter of one's own may do otherwise."""
_methods_of = attrgetter(*_METHODS)
_OWN = _methods_of(HTTPAdapter)


def install(client: Any) -> None:
    """Put the short cut into `client`, the module requests, unless a tool that answers in its place is there."""
    send = client.adapters.HTTPAdapter.send
    if is_outermost(HTTPConnectionPool._make_request) and _is_own(send, "requests.adapters"):
        wrap(client.adapters.HTTPAdapter, "send", _seam)


def _seam(original: Callable[..., Any]) -> Callable[..., Any]:
    def send(adapter: Any, request: Any, *args: Any, **options: Any) -> Any:
        if args or not state.any_open() or not (plain := _PLAIN_URL.fullmatch(request.url or "")):
            return original(adapter, request, *args, **options)
        if not (_is_plain(adapter) and _goes_straight(request, **options)):
            return original(adapter, request, **options)
        head = bare(request.method, request.url, _fields(request.headers))
        tape = state.chosen(head)
        if tape is None or tape.latency:
            return original(adapter, request, **options)
        body = request.body or b""
        exchange = ask(tape, with_body(head, body.encode() if isinstance(body, str) else body))
        if exchange is not None:
            reel = Reel(exchange, request.method, 0.0)
            if reel.response is not None and reel.failure is None:
                return _answer(adapter, request, reel, plain[1])
        with handing_down(tape, exchange):
            return original(adapter, request, **options)

    return send


def _fields(headers: Any) -> Headers:
    """The fields as urllib3 is given them: where all is plain text, as requests keeps them."""
    if type(headers) is not CaseInsensitiveDict:
        return fields_of(headers)
    kept: Headers = tuple(headers._store.values())  # type: ignore[attr-defined]
    for name, value in kept:
        if type(name) is not str or type(value) is not str or value == SKIP_HEADER:
            return fields_of(headers)
    return kept


def _answer(adapter: Any, request: Any, reel: Reel, target: str) -> Any:
    came: Any = reel.response
    options: dict[str, Any] = {"version_string": came.http_version} if VERSIONED else {}
    raw = played(
        reel,
        came,
        request.method,
        None,
        request_url=target,
        preload_content=False,
        decode_content=False,
        retries=adapter.max_retries,
        **options,
    )
    return adapter.build_response(request, raw)


def _is_plain(adapter: Any) -> bool:
    """Whether neither the adapter nor what lies below it has a say of its own in a whole answer."""
    retries = adapter.max_retries
    return (
        type(retries) is Retry
        and not retries.total
        and not retries.status_forcelist
        and _methods_of(type(adapter)) == _OWN
        and _METHODS.isdisjoint(vars(adapter))
        and _is_own(HTTPConnectionPool.urlopen, "urllib3.connectionpool")
        and is_outermost(HTTPConnectionPool._make_request)
    )


def _is_own(function: Any, module: str) -> bool:
    """Whether a function is its library's, with nothing around it."""
    return type(function) is FunctionType and function.__module__ == module and not function.__dict__


def _goes_straight(
    request: Any, *, timeout: Any = None, verify: Any = True, cert: Any = None, proxies: Any = None, **_: Any
) -> bool:
    """Whether the request is sent as it is, over a connection that the defaults describe."""
    body = request.body
    return (
        (body is None or type(body) is bytes or type(body) is str)
        and cert is None
        and (type(verify) is bool or request.url.startswith("http:") or Path(verify).exists())
        and _is_valid(timeout)
        and (not proxies or select_proxy(request.url, proxies) is None)
    )


def _is_valid(timeout: Any) -> bool:
    if type(timeout) is tuple:
        return len(timeout) == 2 and all(map(_is_valid, timeout))
    return timeout is None or (type(timeout) in (int, float) and timeout > 0)
