"""Pact's own tools, driven on loopback: the mock server and the Verifier, as judges beside ours."""

from __future__ import annotations

import http.client
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

os.environ["PACT_DO_NOT_TRACK"] = "true"

import pact_ffi
from pact import Verifier

from integtest.codecs import pact_v4
from integtest.codecs.pact_rules import write_rules
from integtest.model.contract import Contract, ContractInfo, HttpInteraction
from integtest.model.http import Request, Response
from integtest.model.matching import RequestPattern, ResponsePattern

_REQUEST = pact_ffi.InteractionPart.REQUEST


def mock_server_refusals(pattern: RequestPattern, request: Request) -> list[dict[str, Any]]:
    """What Pact's mock server, told to expect `pattern`, holds against `request`; empty when it answers."""
    pact = pact_ffi.new_pact("consumer", "provider")
    pact_ffi.with_specification(pact, pact_ffi.PactSpecification.V4)
    interaction = pact_ffi.new_interaction(pact, "one")
    pact_ffi.with_request(interaction, pattern.method, pattern.path)
    for name, values in pattern.query.items():
        for index, value in enumerate(values):
            pact_ffi.with_query_parameter_v2(interaction, name, index, value or "")
    for name, texts in pattern.headers.items():
        for index, text in enumerate(texts):
            pact_ffi.with_header_v2(interaction, _REQUEST, name, index, text)
    if pattern.body.state == "present":
        pact_ffi.with_binary_body(interaction, _REQUEST, pattern.body.content_type, pattern.body.content)
    rules = write_rules(pattern.rules)
    if rules:
        pact_ffi.with_matching_rules(interaction, _REQUEST, json.dumps(rules))
    server = pact_ffi.create_mock_server_for_transport(pact, "127.0.0.1", 0, "http", None)
    if _status(server.port, request) == 200:
        return []
    return pact_ffi.mock_server_mismatches(server) or [{"type": "refused"}]


def _status(port: int, request: Request) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest(request.method, request.url, skip_accept_encoding=True)
    for name, value in request.headers:
        connection.putheader(name, value)
    connection.putheader("Content-Length", str(len(request.body)))
    connection.endheaders(request.body or None)
    status = connection.getresponse().status
    connection.close()
    return status


def verifier_mismatches(pairs: list[tuple[ResponsePattern, Response]], folder: Path) -> list[list[dict[str, Any]]]:
    """What Pact's Verifier holds against each response, promised by the pattern beside it; one pact for all."""
    info = ContractInfo(consumer="consumer", provider="provider")
    interactions = tuple(
        HttpInteraction(contract=info, description=str(n), request=RequestPattern(path=f"/{n}"), response=pattern)
        for n, (pattern, _) in enumerate(pairs)
    )
    file = folder / "pact.json"
    file.write_bytes(pact_v4.dumps(Contract(info=info, interactions=interactions)))
    with _Provider({f"/{n}": response for n, (_, response) in enumerate(pairs)}) as provider:
        verifier = Verifier("provider", host="127.0.0.1").add_transport(url=provider.url).add_source(str(file))
        with suppress(RuntimeError):  # raised when anything differs; the results say what
            verifier.verify()
        results = {r["description"]: r for r in verifier.results["interactionResults"]}
    return [_held_against(results[str(n)]) for n in range(len(pairs))]


def _held_against(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    if result["result"] == "OK":
        return []
    mismatch = result.get("mismatch") or {}
    return list(mismatch.get("mismatches") or [mismatch or {"type": "refused"}])


class _Provider(ThreadingHTTPServer):
    """Answers each path with the response written for it."""

    daemon_threads = True

    def __init__(self, responses: Mapping[str, Response]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.responses = responses
        self.url = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> _Provider:
        Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        response = self.server.responses[self.path]
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)

    def log_message(self, *_: object) -> None:
        """Keeps the tests' output clean."""
