"""The credential of a request: where it is, the request without it, and with a wrong one."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode

import orjson

from integtest.flows.verify.sending import overlay, reach
from integtest.model.contract import SecretUse
from integtest.model.http import Request
from integtest.rules.match.paths import parse

Spoil = Literal["none", "wrong"]
_HEADERS = frozenset({"cookie", "x-api-key", "api-key", "x-auth-token", "proxy-authorization"})
_KINDS = frozenset({"token", "password", "authorization", "opaque"})
_ROTATED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "nopqrstuvwxyzabcdefghijklmNOPQRSTUVWXYZABCDEFGHIJKLM5678901234",
)


def spoiled(request: Request, secrets: Iterable[SecretUse], how: Spoil, added: Iterable[str] = ()) -> Request:
    """`request` without its credential, or with a wrong one of the same shape: in headers that are called so, in
    those `added` by a hook, and at the places of `secrets`. The same request where it has none."""
    uses = tuple(secrets)
    extra = {name.lower() for name in added} | {use.name.lower() for use in uses if use.part == "header"}
    request = _headers(request, extra, how)
    for use in uses:
        if use.part != "header":
            request = _PARTS[use.part](request, use.name, how)
    return request


def _headers(request: Request, extra: set[str], how: Spoil) -> Request:
    from integtest.rules.secrets.names import kind_of

    def proves(name: str) -> bool:
        return name.lower() in _HEADERS or name.lower() in extra or kind_of(name) in _KINDS

    if how == "wrong":
        return overlay(request, tuple((n, _wrong_header(n, v)) for n, v in request.headers if proves(n)))
    kept = tuple((name, value) for name, value in request.headers if not proves(name))
    return request.model_copy(update={"headers": kept})


def _wrong_header(name: str, value: str) -> str:
    if name.lower() == "cookie":
        pairs = (part.partition("=") for part in value.split(";"))
        return ";".join(f"{key}{equals}{wrong(text)}" for key, equals, text in pairs)
    scheme, space, rest = value.partition(" ")
    if not space:
        return wrong(value)
    return f"{scheme} {_wrong_login(rest) if scheme.lower() == 'basic' else wrong(rest)}"


def _wrong_login(encoded: str) -> str:
    """The same user with another password (RFC 7617)."""
    try:
        user, colon, password = base64.b64decode(encoded, validate=True).decode("latin-1").partition(":")
    except (binascii.Error, ValueError):
        return wrong(encoded)
    return base64.b64encode(f"{user}{colon}{wrong(password)}".encode("latin-1")).decode()


def wrong(secret: str) -> str:
    """Another secret of the same shape: the signature of a JWT altered, the later half of anything else, so that
    what looks at the beginning alone is found out."""
    at = secret.rfind(".") + 1 if secret.count(".") == 2 else len(secret) // 2
    at = at if at < len(secret) else 0
    changed = secret[:at] + secret[at:].translate(_ROTATED)
    return changed if changed != secret else f"{secret}x"


def _in_pairs(request: Request, name: str, how: Spoil, *, form: bool) -> Request:
    path, _, query = request.url.partition("?")
    text = request.body.decode("latin-1") if form else query
    key = name.removeprefix("$.").split("[")[0]
    pairs = [(n, wrong(v) if n == key else v) for n, v in parse_qsl(text, keep_blank_values=True)]
    made = urlencode([pair for pair in pairs if how == "wrong" or pair[0] != key])
    if form:
        return request.model_copy(update={"body": made.encode()})
    return request.model_copy(update={"url": f"{path}?{made}" if made else path})


def _in_json(request: Request, name: str, how: Spoil) -> Request:
    steps = parse(name)
    document: Any = orjson.loads(request.body)
    for parent, key in reach(document, steps):
        if how == "wrong":
            parent[key] = wrong(str(parent[key]))
        elif isinstance(parent, dict):
            del parent[key]
        else:
            parent[key] = None
    return request.model_copy(update={"body": orjson.dumps(document)})


_PARTS: dict[str, Callable[[Request, str, Spoil], Request]] = {
    "query": partial(_in_pairs, form=False),
    "form": partial(_in_pairs, form=True),
    "json": _in_json,
}
