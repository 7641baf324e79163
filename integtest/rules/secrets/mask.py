"""Exchanges as a report may show them: what is secret reads `***`."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from urllib.parse import quote, quote_plus

from integtest.model.http import Exchange, Headers, Request, Response
from integtest.rules.secrets.names import kind_of

MASK = "***"
_SHORTEST = 4
_AUTH = frozenset({"authorization", "proxy-authorization"})
_SCHEME = re.compile(r"\s*([A-Za-z][\w-]{0,30})\s+\S")
_JSON_FIELD = re.compile(r'"((?:[^"\\]|\\.){1,200})"(\s*:\s*)"((?:[^"\\]|\\.)*)"')
_PAIR = re.compile(r"(?<![\w%.-])([\w%.\[\]-]{1,100})=([^&\s\"'<>;,]+)")
_USERINFO = re.compile(r"(?<=://)[^\s/?#@\"']{1,500}@")
_TOKEN = re.compile(
    r"eyJ[\w-]{5,4000}\.[\w-]{2,9000}\.[\w-]{0,2000}|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bgh[pousr]_\w{20,255}"
    r"|\bsk-[\w-]{20,200}|\bxox[abprs]-[\w-]{10,200}|(?i:(?<=bearer )[\w.~+/=-]{6,4000})"
)


def mask_exchange(exchange: Exchange, known: Mapping[str, str] | None = None) -> Exchange:
    """The exchange for display. `known` maps the names of environment variables to their secret values, which
    are masked wherever they stand, also base64-encoded, percent-encoded or JSON-escaped."""
    known = known or {}
    response, error = exchange.response, exchange.error
    return exchange.model_copy(
        update={
            "request": mask_request(exchange.request, known),
            "response": None if response is None else _response(response, known),
            "error": error and error.model_copy(update={"message": mask_text(error.message, known)}),
        }
    )


def mask_request(request: Request, known: Mapping[str, str] | None = None) -> Request:
    """The request for display."""
    known = known or {}
    update = {
        "url": mask_text(request.url, known),
        "headers": mask_headers(request.headers, known),
        "body": _body(request.body, known),
    }
    return request.model_copy(update=update)


def _response(response: Response, known: Mapping[str, str]) -> Response:
    body = _body(response.body, known)
    frames = tuple(f.model_copy(update={"data": _body(f.data, known)}) for f in response.frames)
    return response.model_copy(
        update={"headers": mask_headers(response.headers, known), "body": body, "frames": frames}
    )


def _body(body: bytes, known: Mapping[str, str]) -> bytes:
    text = body.decode("utf-8", "surrogateescape")
    return mask_text(text, known).encode("utf-8", "surrogateescape")


def mask_headers(headers: Headers, known: Mapping[str, str] | None = None) -> Headers:
    """Header fields for display: the scheme of an Authorization and the names of cookies stay."""
    return tuple((name, _header(name, value, known or {})) for name, value in headers)


def _header(name: str, value: str, known: Mapping[str, str]) -> str:
    lower = name.lower()
    if lower in _AUTH:
        scheme = _SCHEME.match(value)
        return f"{scheme[1]} {MASK}" if scheme else MASK
    if lower == "cookie":
        return re.sub(r"=[^;]+", f"={MASK}", value)
    if lower == "set-cookie":
        return re.sub(r"=[^;]+", f"={MASK}", value, count=1)
    return MASK if kind_of(name) else mask_text(value, known)


def mask_text(text: str, known: Mapping[str, str] | None = None) -> str:
    """Text for display: known values, tokens by their shape, and what stands under a secret name."""
    for form in _forms(known or {}):
        text = text.replace(form, MASK)
    text = _USERINFO.sub(f"{MASK}@", text)
    text = _JSON_FIELD.sub(lambda m: f'"{m[1]}"{m[2]}"{MASK}"' if kind_of(m[1]) else m[0], text)
    text = _PAIR.sub(lambda m: f"{m[1]}={MASK}" if kind_of(m[1]) else m[0], text)
    return _TOKEN.sub(MASK, text)


def _forms(known: Mapping[str, str]) -> list[str]:
    found: set[str] = set()
    for value in known.values():
        if len(value) < _SHORTEST:
            continue
        escaped = json.dumps(value)[1:-1]
        found |= {value, quote(value, safe=""), quote_plus(value), escaped, escaped.replace("/", "\\/")}
        for pad in range(3):
            core = base64.b64encode(b"\0" * pad + value.encode()).decode().rstrip("=")
            core = core[(0, 2, 3)[pad] : len(core) - (0 if (len(value) + pad) % 3 == 0 else 1)]
            found |= {core, core.replace("+", "-").replace("/", "_")}
    return sorted((f for f in found if len(f) >= _SHORTEST), key=len, reverse=True)
