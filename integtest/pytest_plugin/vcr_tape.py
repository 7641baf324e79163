"""vcrpy's arguments, said in our words: filters and `before_record` functions run as vcrpy runs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from integtest.adapters.tape import CassetteTape, RecordMode
from integtest.model.http import Exchange, Headers, Request, Response
from integtest.pytest_plugin.cassettes import matching, mode, policy, provenance, reach
from integtest.pytest_plugin.peer_options import blocks
from integtest.rules.replay.matching import PARTS

# vcrpy has no types.
_vcr: Any = import_module("vcr")
_VcrRequest: Any = import_module("vcr.request").Request
_ALTERING = (
    *("before_record", "before_record_request", "before_record_response", "decode_compressed_response"),
    *(
        "filter_headers",
        "filter_query_parameters",
        "filter_post_data_parameters",
        "ignore_hosts",
        "ignore_localhost",
    ),
)
"""vcrpy's arguments that leave something out or alter it."""
_PARTS = {"query": "query", "uri": "uri", "raw_body": "raw_body", "body": "body", "headers": "headers"}


def vcr_tape(
    item: pytest.Item, markers: Sequence[pytest.Mark], config: dict[str, Any], folder: Path, name: str
) -> CassetteTape:
    """The tape for a test with `vcr` markers. The nearest marker's arguments win over `config`; the first path
    named is recorded to, the others are played too."""
    arguments = _merged(markers, config)
    paths = [_path(text, folder) for marker in markers for text in marker.args] or [_path(name, folder)]
    merged = _vcr.VCR().get_merged_config(**arguments)
    parts = [part for part in arguments.get("match_on", ()) if part in {*PARTS, *_PARTS}]
    chosen = {"on": tuple(parts)} if parts else {"on": tuple(part for part in PARTS if part != "body")}
    return CassetteTape(
        paths[0],
        vcr_mode(item, markers, config),
        matching=matching(item, {**chosen, "repeats": bool(merged["allow_playback_repeats"])}),
        policy=policy(item.config),
        loopback=True,
        also=[path for path in paths[1:] if path.exists()],
        filters=_filters(arguments, merged),
        provenance=provenance(item.config),
        reach=reach(item, config),
        sealed=blocks(item.config) or item.get_closest_marker("block_network") is not None,
    )


def vcr_mode(item: pytest.Item, markers: Sequence[pytest.Mark], config: Mapping[str, Any]) -> RecordMode:
    """The record mode of a test with `vcr` markers."""
    return mode(item.config, _word(_merged(markers, config).get("record_mode")))


def _merged(markers: Sequence[pytest.Mark], config: Mapping[str, Any]) -> dict[str, Any]:
    arguments = dict(config)
    for marker in reversed(markers):
        arguments |= marker.kwargs
    return arguments


class VcrFilters:
    """vcrpy's two functions over our exchanges."""

    def __init__(self, on_request: Any, on_response: Any) -> None:
        self._on_request, self._on_response = on_request, on_response

    def request(self, request: Request) -> Request | None:
        """What vcrpy would record of the request; None for one that it ignores."""
        changed = self._on_request(_to_vcr(request))
        return None if changed is None else _from_vcr(changed)

    def exchange(self, exchange: Exchange) -> Exchange | None:
        """Both functions; None when either drops its part."""
        request = self.request(exchange.request)
        if request is None:
            return None
        update: dict[str, Any] = {"request": request}
        if exchange.response is not None:
            response = self._response(exchange.response)
            if response is None:
                return None
            update["response"] = response
        return exchange.model_copy(update=update)

    def _response(self, response: Response) -> Response | None:
        given = {
            "status": {"code": response.status, "message": response.reason},
            "headers": _grouped(response.headers),
            "body": {"string": response.body},
        }
        changed = self._on_response(given)
        if changed is None:
            return None
        body = (changed.get("body") or {}).get("string") or b""
        body = body.encode() if isinstance(body, str) else body
        kept = {} if body == response.body else {"body": body, "frames": ()}
        return response.model_copy(
            update={
                "status": changed["status"]["code"],
                "reason": changed["status"].get("message") or "",
                "headers": _flat(changed["headers"], response.headers),
                **kept,
            }
        )


def _filters(arguments: Mapping[str, Any], merged: Mapping[str, Any]) -> VcrFilters | None:
    """None where nothing is left out or altered: such a cassette can be kept ready to be played."""
    if not any(arguments.get(name) for name in _ALTERING):
        return None
    return VcrFilters(merged["before_record_request"], merged["before_record_response"])


def _path(text: str, folder: Path) -> Path:
    path = Path(text)
    path = path if path.suffix in (".yaml", ".yml", ".json", ".jsonl") else path.with_name(path.name + ".yaml")
    return path if path.is_absolute() else folder / path


def _word(given: Any) -> str | None:
    """vcrpy's modes are words, or members of an enum; pytest-recording adds `rewrite`."""
    word = getattr(given, "value", given)
    return "all" if word == "rewrite" else word


def _to_vcr(request: Request) -> Any:
    headers = {name: ", ".join(values) for name, values in _grouped(request.headers).items()}
    return _VcrRequest(request.method, request.url, request.body or None, headers)


def _from_vcr(request: Any) -> Request:
    body = request.body
    data = body.encode() if isinstance(body, str) else bytes(body or b"")
    url = request.uri if urlsplit(request.uri).scheme else str(request.url)
    return Request(method=request.method, url=url, headers=tuple(request.headers.items()), body=data)


def _grouped(headers: Headers) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in headers:
        grouped.setdefault(name, []).append(value)
    return grouped


def _flat(changed: dict[str, Any], before: Headers) -> Headers:
    """Headers in their old order where nothing changed."""
    flat = [
        (name, str(value))
        for name, values in changed.items()
        for value in (values if isinstance(values, list | tuple) else [values])
    ]
    return before if sorted(flat) == sorted(before) else tuple(flat)
