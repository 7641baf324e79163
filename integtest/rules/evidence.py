"""What was seen, fit to be shown: masked, cut to size, with a line to reproduce it.

Secrets' rules are imported where they are needed: a run that finds nothing pays nothing for them.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from integtest.model.finding import Finding
from integtest.model.http import Exchange, Headers, Request, Response

_READ = 64 * 1024
"""Bytes of a body that are looked at."""
_SHOWN = 4000
"""Characters of a body that are shown."""
_CREDENTIALS = frozenset({"token", "password", "authorization", "opaque"})
_TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
"""What a JSON Schema may expect in the place of a value."""
_SENTENCE = 8
"""Characters from which on a value is no word of a sentence."""


def evidence(
    exchange: Exchange,
    known: Mapping[str, str],
    *,
    state: str | None = None,
    state_ms: float | None = None,
    trace: Sequence[str] = (),
) -> dict[str, Any]:
    """The evidence of a finding, as `Finding.evidence` says; `known` maps names of secrets to their values,
    `state_ms` is how long the set-up of `state` took."""
    from integtest.rules.secrets import mask_exchange

    seen = mask_exchange(_cut(exchange), known)
    found: dict[str, Any] = {"request": _request(seen.request, exchange.request)}
    if seen.response is not None and exchange.response is not None:
        found["response"] = _response(seen.response, exchange.response)
    if seen.error is not None:
        found["error"] = seen.error.message
    if exchange.latency is not None:
        found["latency_ms"] = round(exchange.latency * 1000, 1)
    found["curl"] = curl(seen.request)
    if exchange.place.file:
        found["recorded_in"] = exchange.place.model_dump(exclude_none=True)
    return found | told(
        known, state=state, state_ms=state_ms, trace=trace or (exchange.error.trace if exchange.error else ())
    )


def told(
    known: Mapping[str, str],
    *,
    state: str | None = None,
    state_ms: float | None = None,
    trace: Sequence[str] = (),
) -> dict[str, Any]:
    """Evidence without an exchange: a state's set-up, the lines of a traceback."""
    from integtest.rules.secrets import mask_text

    found: dict[str, Any] = {}
    if state:
        found["state"] = mask_text(state, known)
    if state_ms is not None:
        found["state_ms"] = round(state_ms, 1)
    if trace:
        found["traceback"] = [mask_text(line, known) for line in trace]
    return found


def masked(finding: Finding, known: Mapping[str, str]) -> Finding:
    """The finding with its message, expected and actual value fit to be shown: no credential, and no more than a
    reader takes in."""
    from integtest.rules.secrets import mask_headers, mask_text
    from integtest.rules.secrets.names import kind_of

    update: dict[str, Any] = {
        "expected": _value(finding.expected, known),
        "actual": _value(finding.actual, known),
        "message": mask_text(finding.message, known)[:_SHOWN],
    }
    name = re.split(r"[.\[\]']", (finding.location.pointer or "").rstrip("]'"))[-1]
    if kind_of(name) in _CREDENTIALS:
        for key in ("expected", "actual"):
            if isinstance(value := update[key], str) and value and not _is_type(key, value):
                update[key] = mask_headers(((name, value),))[0][1]
                if update[key] != value:
                    update["message"] = _without(update["message"], value.partition(" ")[2] or value)
    return finding.model_copy(update=update)


def _is_type(key: str, value: str) -> bool:
    return key == "expected" and value in _TYPES


def _without(message: str, secret: str) -> str:
    """The message without a secret. A short one may be a word of the sentence too, and is itself only where a
    quotation ends with it."""
    from integtest.rules.secrets import MASK

    if len(secret) < _SENTENCE:
        return re.sub(rf"(?<=[\"' ]){re.escape(secret)}(?=[\"'])", MASK, message)
    return message.replace(secret, MASK).replace(secret[:60], MASK)


def curl(request: Request) -> str:
    """A shell line that sends the request again; what is masked stays masked."""
    words = ["curl", "-s"]
    if request.method == "HEAD":
        words.append("-I")
    elif request.method != ("POST" if request.body else "GET"):
        words += ["-X", request.method]
    words.append(request.url)
    for name, value in request.headers:
        if name.lower() != "content-length":
            words += ["-H", f"{name}: {value}"]
    if request.body:
        words += ["--data-binary", _text(request.body) or "@BODY"]
    return " ".join(shlex.quote(word) for word in words)


def _value(value: Any, known: Mapping[str, str]) -> Any:
    from integtest.rules.secrets import MASK, mask_text

    if isinstance(value, str):
        return mask_text(value, known)[:_SHOWN]
    if not isinstance(value, list | dict):
        return value
    try:
        text = mask_text(orjson.dumps(value).decode(), known)
        return orjson.loads(text) if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    except ValueError:
        return MASK


def _cut(exchange: Exchange) -> Exchange:
    """Bodies no longer than what is looked at: masking reads every character."""
    update: dict[str, Any] = {
        "request": exchange.request.model_copy(update={"body": exchange.request.body[:_READ]})
    }
    if exchange.response is not None:
        body = {"body": exchange.response.body[:_READ], "frames": ()}
        update["response"] = exchange.response.model_copy(update=body)
    return exchange.model_copy(update=update)


def _request(seen: Request, whole: Request) -> dict[str, Any]:
    return {
        "method": seen.method,
        "url": seen.url,
        "headers": _headers(seen.headers),
        "body": _body(seen.body, len(whole.body), seen.content_type),
    }


def _response(seen: Response, whole: Response) -> dict[str, Any]:
    found = {
        "status": seen.status,
        "headers": _headers(seen.headers),
        "body": _body(seen.body, len(whole.body), seen.content_type),
    }
    return found if whole.complete else found | {"complete": False}


def _headers(headers: Headers) -> list[list[str]]:
    return [[name, value] for name, value in headers]


def _body(body: bytes, length: int, content_type: str | None) -> str | None:
    if not body:
        return None
    text = _text(body)
    if text is None:
        return f"<{length} bytes of {content_type or 'no content type'}, starting {body[:16].hex()}>"
    if len(text) <= _SHOWN and length <= _READ:
        return text
    return f"{text[:_SHOWN]}… <{length} bytes in all>"


def _text(body: bytes) -> str | None:
    """The body as text, None when it is none; a character cut at the end is forgiven."""
    for end in (len(body), len(body) - 1, len(body) - 2, len(body) - 3):
        try:
            text = body[: max(end, 0)].decode()
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None
