"""Pact's own verifier, for what needs its plugins and to compare with: in a process of its own, behind a relay."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from integtest.adapters.pact_relay import MARK, relay
from integtest.codecs.pact_v4 import document
from integtest.errors import ProviderError
from integtest.model.contract import AsyncMessage, Contract, HttpInteraction, SyncMessage
from integtest.model.finding import Mismatch
from integtest.ports import Bridge

_PARTS: dict[str, Any] = {
    "StatusMismatch": "status",
    "HeaderMismatch": "header",
    "MetadataMismatch": "metadata",
    "BodyMismatch": "body",
    "BodyTypeMismatch": "body",
}
_STARTING = 30.0
"""Seconds that the process may take besides its requests."""


class PactVerifier:
    """Fulfils `ports.Verifier`."""

    async def verify(
        self, contract: Contract, bridge: Bridge, *, timeout: float
    ) -> Mapping[int, Sequence[Mismatch]]:
        """As `ports.Verifier.verify`."""
        async with relay(bridge) as url:
            return await self._run(contract, bridge, url, timeout)

    async def _run(
        self, contract: Contract, bridge: Bridge, url: str, timeout: float
    ) -> dict[int, Sequence[Mismatch]]:
        with tempfile.TemporaryDirectory(prefix="integtest-") as folder:
            home = Path(folder)
            pact = marked(contract)
            (home / "pacts").mkdir()
            (home / "pacts" / "pact.json").write_bytes(orjson.dumps(pact))
            task = {
                "provider": contract.info.provider,
                "folder": str(home / "pacts"),
                "relay": url,
                "transports": _transports(pact, bridge.base),
                "timeout": int(timeout * 1000),
            }
            (home / "task.json").write_bytes(orjson.dumps(task))
            said = await _child(home, _STARTING + (timeout + 1) * len(contract.interactions))
            try:
                outcome = json.loads((home / "result.json").read_bytes())
            except (OSError, ValueError):
                raise _failed(said) from None
        if "error" in outcome:
            raise _failed(outcome["error"])
        return {int(one["interactionKey"]): _mismatches(one) for one in outcome["results"]}


def marked(contract: Contract) -> dict[str, Any]:
    """The pact, each interaction carrying its index: as its key, in its request, in a message's description."""
    interactions = []
    for index, one in enumerate(contract.interactions):
        single = document(contract.model_copy(update={"interactions": (one,)}))["interactions"][0]
        made = {**single, "key": str(index), "pending": False}
        if isinstance(one, HttpInteraction):
            made["request"] = _marked_request(made["request"], index)
        elif isinstance(one, AsyncMessage | SyncMessage):
            made["description"] = f"{index} {one.description}"
        interactions.append(made)
    return {**document(contract.model_copy(update={"interactions": ()})), "interactions": interactions}


def _marked_request(request: dict[str, Any], index: int) -> dict[str, Any]:
    """With the mark, and with the Content-Type that Pact's verifier leaves out where a request has other fields."""
    headers = {**request.get("headers", {}), MARK: [str(index)]}
    content_type = (request.get("body") or {}).get("contentType")
    if content_type and "content-type" not in {name.lower() for name in headers}:
        headers["Content-Type"] = [content_type]
    return {**request, "headers": headers}


def _transports(pact: Mapping[str, Any], base: str | None) -> dict[str, int]:
    """Transports of plugins, at the provider's own port."""
    names = {one["transport"] for one in pact["interactions"] if isinstance(one.get("transport"), str)}
    port = urlsplit(base).port if base else None
    return {name: port for name in sorted(names - {"http", "https", "message"}) if port}


async def _child(home: Path, timeout: float) -> str:
    """Run the child; what it printed. ProviderError when it does not end in time."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "integtest.adapters.pact_child",
        str(home / "task.json"),
        str(home / "result.json"),
        env={**os.environ, "PACT_DO_NOT_TRACK": "true"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(timeout):
            said, _ = await process.communicate()
    except TimeoutError:
        raise _failed(f"it did not end within {timeout:g} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return said.decode("utf-8", "replace")


def _failed(why: object) -> ProviderError:
    last = " ".join(str(why).split())[-500:]
    return ProviderError(f"Pact's verifier could not run: {last or 'it said nothing'}", hint="try --engine native")


def _mismatches(result: Mapping[str, Any]) -> list[Mismatch]:
    if result["result"] == "OK":
        return []
    told = result.get("mismatch") or {}
    found = [_mismatch(one) for one in told.get("mismatches", ())]
    return found or [Mismatch(part="body", message=str(told.get("message") or "it failed without a reason"))]


def _mismatch(one: Mapping[str, Any]) -> Mismatch:
    kind = str(one.get("type"))
    return Mismatch(
        part=_PARTS.get(kind, "body"),
        path=str(one.get("path") or one.get("key") or "$"),
        message=str(one.get("mismatch") or kind),
        expected=one.get("expected"),
        actual=one.get("actual"),
    )
