"""Answers one claim end to end, with each call that it makes: `python -m examples.claims_assistant --real|--stubs`.

`--real` talks to the services that `make services` started; `--stubs` to servers that answer from the contracts.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import PIPE, Popen, run
from typing import Any, TextIO
from uuid import uuid4

import httpx
import httpx2

from examples.claims_assistant.app import create_app
from examples.claims_assistant.settings import PORTS, Settings

ROOT = Path(__file__).parents[2]
PACTS = {
    "OIDC_URL": "identity",
    "CERBOS_URL": "policy",
    "AIRFLOW_URL": "pipeline",
    "LITELLM_URL": "model_gateway",
    "LANGGRAPH_URL": "review",
    "RABBITMQ_URL": "broker",
}
CLAIM = {"text": "Is a broken window covered?", "amount": 900, "region": "eu", "contains_pii": False}


def main() -> int:
    """0 when the claim was paid, once; 1 when it was not; 3 when the services do not run."""
    parser = argparse.ArgumentParser(prog="python -m examples.claims_assistant", description=__doc__)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--real", action="store_true", help="the services of `make services`")
    which.add_argument("--stubs", action="store_true", help="servers that answer from the contracts")
    options = parser.parse_args()
    with ExitStack() as stack:
        names = running() if options.real else stack.enter_context(stubs())
        if missing := [name for name in PACTS if name not in names]:
            print(f"not running: {', '.join(missing)}; start them: make services", file=sys.stderr)
            return 3
        os.environ.update(names)
        stack.enter_context(watched({names[name].rstrip("/"): name.removesuffix("_URL").lower() for name in PACTS}))
        claim = f"c-{uuid4().hex[:8]}" if options.real else "c-1"
        return asyncio.run(answered({"id": claim, **CLAIM}))


async def answered(claim: Mapping[str, Any]) -> int:
    """The claim goes to the service, a person approves what it asks about, twice, and it is paid once."""
    app = create_app(Settings.from_env())
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://assistant") as caller:
        told = (await _said(caller, "/claims", claim)).json()
        if told.get("decision") != "pending":
            return 1
        verdict = {
            "review": told["review"],
            "decision": "approve",
            "decided_by": "bob",
            "content_hash": told["content_hash"],
        }
        paid = [(await _said(caller, "/reviews/decisions", verdict)).json() for _ in range(2)]
    app.state.assistant.telemetry.close()
    once = {one.get("payout") for one in paid}
    print(f"\npaid once, under the key {once.pop()}" if None not in once and len(once) == 1 else "\nnot paid")
    return 0 if all(one.get("decision") == "paid" for one in paid) else 1


async def _said(caller: httpx.AsyncClient, path: str, body: Mapping[str, Any]) -> httpx.Response:
    print(f"\nPOST {path} {json.dumps(body)}")
    response = await caller.post(path, json=body, timeout=120)
    print(f"{response.status_code} {response.text}")
    return response


def running() -> dict[str, str]:
    """Addresses and demo credentials of the services that run."""
    told = run(
        [sys.executable, "-m", "examples.services", "env"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    pairs = (line.removeprefix("export ").partition("=") for line in told.stdout.splitlines() if line)
    return {name: value.strip("'\"") for name, _, value in pairs}


@contextmanager
def stubs() -> Iterator[dict[str, str]]:
    """A server for each contract's pact, on a free port; all end with the block."""
    credentials = dict.fromkeys(
        ("OIDC_CLIENT_SECRET", "AIRFLOW_PASSWORD", "RABBITMQ_PASSWORD", "LITELLM_KEY"), "any"
    )
    started = {name: _stub(provider) for name, provider in PACTS.items()}
    try:
        yield {
            **dict.fromkeys(PORTS, "http://127.0.0.1:9"),
            **credentials,
            **{n: _url(p) for n, p in started.items()},
        }
    finally:
        for process in started.values():
            process.terminate()
            process.communicate()


def _stub(provider: str) -> Popen[str]:
    pact = f"contracts/pacts/claims-assistant-{provider}.json"
    command = [sys.executable, "-m", "integtest", "serve", "--contract", pact, "--format", "json"]
    return Popen(command, cwd=ROOT, stdout=PIPE, text=True)


def _url(process: Popen[str]) -> str:
    line = (process.stdout or sys.stdin).readline()
    return str(json.loads(line)["url"])


@contextmanager
def watched(names: Mapping[str, str]) -> Iterator[None]:
    """Prints every call of the service's two HTTP clients while the block runs."""
    kinds: tuple[Any, ...] = (httpx.AsyncHTTPTransport, httpx2.AsyncHTTPTransport)
    own = [kind.handle_async_request for kind in kinds]
    for kind, original in zip(kinds, own, strict=True):
        kind.handle_async_request = _telling(original, names, sys.stdout)
    try:
        yield
    finally:
        for kind, original in zip(kinds, own, strict=True):
            kind.handle_async_request = original


def _telling(original: Any, names: Mapping[str, str], out: TextIO) -> Any:
    async def told(transport: Any, request: Any) -> Any:
        began = time.perf_counter()
        answer: Any = "no answer"
        try:
            response = await original(transport, request)
            answer = response.status_code
            return response
        finally:
            base = f"{request.url.scheme}://{request.url.netloc.decode()}"
            spent = (time.perf_counter() - began) * 1000
            where = f"{names.get(base, base):10} {request.method:4} {request.url.path}"
            print(f"  {where} -> {answer}  {spent:.0f} ms", file=out)

    return told


if __name__ == "__main__":
    sys.exit(main())
