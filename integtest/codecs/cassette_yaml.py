"""vcrpy's YAML cassettes, version 1."""

from __future__ import annotations

import re
from secrets import token_hex
from typing import Any

import yaml

from integtest.codecs import json_lines
from integtest.codecs.cassette_read import KEY, read_cassette
from integtest.codecs.json_document import NOWHERE
from integtest.codecs.yaml_tree import parse
from integtest.model.cassette import Cassette
from integtest.model.http import Exchange, Headers, Place, Response, TransportFailure

_UNLIMITED = 1 << 30
_FAILED = 599
"""The status that other tools see where a request was answered by a failure."""


def loads(data: bytes, place: Place = NOWHERE) -> Cassette:
    """The cassette in `data`, each exchange with the line of its interaction.

    UnreadableFileError where it is none or was cut off, UnsafeFileError where it asks for a Python object.
    Bodies stay as recorded, compressed ones too: see `codecs.content.decoded_body`.
    """
    return read_cassette(parse(data, place), place, whole=False)


def dumps(cassette: Cassette) -> bytes:
    """The cassette as a file that vcrpy and pytest-recording load: the same bytes for the same cassette.

    Bodies keep every byte for every reader: text of several lines and JSON stand as lines, what is not UTF-8 as
    !!binary. What vcrpy has no word for (provenance, times, frames, failures) stands in the response's `integtest`,
    which vcrpy carries along.
    """
    content, bodies = document(cassette), _Bodies()
    for one in content["interactions"]:
        one["request"]["body"] = bodies.taken(one["request"]["body"])
        one["response"]["body"]["string"] = bodies.taken(one["response"]["body"]["string"])
    text = yaml.dump(content, Dumper=_Dumper, width=_UNLIMITED, sort_keys=False, allow_unicode=True)
    return bodies.put_back(text).encode()


class _Bodies:
    """JSON bodies, taken out before PyYAML writes, which breaks lines at widths only, and put in as lines after."""

    def __init__(self) -> None:
        self._mark = f"json-{token_hex(16)}-"
        self._texts: list[str] = []

    def taken(self, body: str | bytes | None) -> str | bytes | None:
        if not isinstance(body, str) or not json_lines.is_fit(body):
            return body
        self._texts.append(body)
        return f"{self._mark}{len(self._texts) - 1}"

    def put_back(self, text: str) -> str:
        pattern = re.compile(rf"^( *)(\w+: ){self._mark}(\d+)$", re.MULTILINE)
        return pattern.sub(self._lines, text) if self._texts else text

    def _lines(self, found: re.Match[str]) -> str:
        return found[1] + found[2] + json_lines.scalar(self._texts[int(found[3])], len(found[1]) + 2)


def document(cassette: Cassette) -> dict[str, Any]:
    """The file's content as plain data; a body that is not UTF-8 is bytes."""
    document: dict[str, Any] = {
        "interactions": [_interaction(one) for one in cassette.exchanges],
        "version": 1,
    }
    if cassette.metadata and cassette.exchanges:
        first = document["interactions"][0]["response"]
        first.setdefault(KEY, {})["cassette"] = cassette.metadata
    elif cassette.metadata:
        document["metadata"] = cassette.metadata
    return document


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes each value where it stands, without anchors, and text of several lines as lines."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _represent(dumper: Any, text: str) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent)


def _interaction(exchange: Exchange) -> dict[str, Any]:
    sent = exchange.request
    return {
        "request": {
            "body": _text(sent.body) if sent.body else None,
            "headers": _headers(sent.headers),
            "method": sent.method,
            "uri": sent.url,
        },
        "response": _response(exchange),
    }


def _response(exchange: Exchange) -> dict[str, Any]:
    came, own = exchange.response, _own(exchange)
    failure = exchange.error or TransportFailure(kind="other")
    return {
        "body": {"string": _text(came.body) if came else ""},
        "headers": _headers(came.headers if came else ()),
        **({KEY: own} if own else {}),
        "status": {
            "code": came.status if came else _FAILED,
            "message": came.reason if came else failure.kind,
        },
    }


def _own(exchange: Exchange) -> dict[str, Any]:
    """What vcrpy has no word for, only what is known."""
    known = exchange.provenance.model_dump(mode="json", exclude_none=True)
    known |= {name: value for name in ("latency", "duration") if (value := getattr(exchange, name)) is not None}
    if exchange.response is None:
        known["error"] = (exchange.error or TransportFailure(kind="other")).model_dump(exclude_defaults=True)
        return known
    if exchange.error is not None:  # what came after the headers, and ended the body
        known["broke"] = exchange.error.model_dump(exclude_defaults=True, exclude={"trace"})
    if exchange.response.frames:
        known["frames"] = [[frame.at, len(frame.data)] for frame in exchange.response.frames]
    for name in ("complete", "http_version"):
        value = getattr(exchange.response, name)
        if value != Response.model_fields[name].default:
            known[name] = value
    return known


def _headers(headers: Headers) -> dict[str, list[str]]:
    """Values by name; a name that comes in several spellings has the first."""
    spelled: dict[str, str] = {}
    grouped: dict[str, list[str]] = {}
    for name, value in headers:
        grouped.setdefault(spelled.setdefault(name.lower(), name), []).append(value)
    return grouped


def _text(body: bytes) -> str | bytes:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body
