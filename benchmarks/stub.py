"""The stub server beside Pact's mock server: requests a second by interactions held, in one run.

    python benchmarks/stub.py [--quick] [--sizes 1,10,100,1000] [--json FILE]

Contracts whose interactions differ in their path, in the body of one path beside rules, and in a path that a rule
describes; the last two with requests that are all different, and with each interaction's one request again and
again. Server and client have a process and a core each, where there are two; 16 keep-alive connections ask in turn.
Pact's mock server slows down with the number of interactions, so each run ends after some seconds, however few
answers came. The best of three rounds counts. Answers in a second of the server's own processor time (cpu s) mind
other processes least: ratios and flatness are taken from them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ["PACT_DO_NOT_TRACK"] = "true"

from integtest.adapters.pact_engine import Engine
from integtest.adapters.wire.server import WireServer
from integtest.adapters.wire.stub import Stub
from integtest.model.contract import ContractInfo, HttpInteraction
from integtest.model.matching import Body, Matcher, RequestPattern, ResponsePattern, RuleList, RuleSet
from integtest.rules.match import Judge

sys.path.insert(0, str(Path(__file__).resolve().parent))

from common import Load, Server, drive, in_process, machine, table, write_json

INFO = ContractInfo(consumer="benchmark", provider="things")
REPLY = {"id": 1, "name": "a thing", "tags": ["x", "y"], "owner": {"id": "u1", "mail": "a@example.org"}}


@dataclass(frozen=True, slots=True)
class Case:
    """The n-th interaction of a contract, as data for both servers."""

    method: str
    path: str
    body: dict[str, Any] | None = None
    path_regex: str | None = None
    typed: tuple[str, ...] = ()
    """Places of the body that match by type."""


def wire(method: str, path: str, body: dict[str, Any] | None = None) -> bytes:
    """A whole request."""
    content = b"" if body is None else json.dumps(body).encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: things.example\r\nAccept: application/json\r\n"
    if content:
        head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
    return head.encode() + b"\r\n" + content


def by_path(number: int, _: int) -> tuple[Case, bytes]:
    """GET /things/n."""
    return Case("GET", f"/things/{number}"), wire("GET", f"/things/{number}")


def by_body(number: int, again: int) -> tuple[Case, bytes]:
    """POST /orders, told apart by $.sku, while $.note and $.lines match by type."""
    example = {"sku": number, "note": "x", "lines": [{"amount": 1}]}
    sent = {"sku": number, "note": f"note {again}", "lines": [{"amount": 7}, {"amount": 8}]}
    return Case("POST", "/orders", example, typed=("$.note", "$.lines")), wire("POST", "/orders", sent)


def by_rule(number: int, again: int) -> tuple[Case, bytes]:
    """GET /r<n>/<any id>."""
    return Case("GET", f"/r{number}/1", path_regex=rf"^/r{number}/[^/]+$"), wire("GET", f"/r{number}/{again}")


CONTRACTS: dict[str, tuple[Callable[[int, int], tuple[Case, bytes]], bool]] = {
    "path": (by_path, False),
    "body beside rules": (by_body, True),
    "body beside rules, repeated": (by_body, False),
    "path by rule": (by_rule, True),
    "path by rule, repeated": (by_rule, False),
}
"""What makes the n-th interaction and its k-th request; whether every request is a new one."""
_ROUNDS = 3
"""The best counts: another process on the machine only ever slows a round down."""
_SLOW = 20.0
"""Answers a second below which one connection's first round is the only one."""
_DIFFERENT = 5_000
"""Requests before one comes again, more than any server remembers."""


def interaction(number: int, case: Case) -> HttpInteraction:
    """The case for our stub."""
    typed = RuleList(matchers=(Matcher(match="type"),))
    regex = RuleList(matchers=(Matcher(match="regex", args={"regex": case.path_regex}),))
    return HttpInteraction(
        contract=INFO,
        description=f"interaction {number}",
        request=RequestPattern(
            method=case.method,
            path=case.path,
            body=_json(case.body) if case.body else Body(),
            rules=RuleSet(path=regex if case.path_regex else None, body=dict.fromkeys(case.typed, typed)),
        ),
        response=ResponsePattern(body=_json(REPLY)),
    )


def _json(value: Any) -> Body:
    return Body(state="present", content=json.dumps(value).encode(), content_type="application/json")


@contextmanager
def ours(cases: list[Case]) -> Iterator[tuple[str, int]]:
    """Our stub server."""
    stub = Stub([interaction(n, case) for n, case in enumerate(cases)], Judge(Engine()))
    with WireServer(stub) as server:
        yield server.host, server.port


@contextmanager
def pacts(cases: list[Case]) -> Iterator[tuple[str, int]]:
    """Pact's mock server."""
    from pact import Pact, match

    pact = Pact("benchmark", "things").with_specification("V4")
    for number, case in enumerate(cases):
        path: Any = match.regex(case.path, regex=case.path_regex) if case.path_regex else case.path
        builder = pact.upon_receiving(f"interaction {number}").with_request(case.method, path)
        if case.body is not None:
            builder.with_body(json.dumps(case.body), "application/json", part="Request")
            rules = {place: {"matchers": [{"match": "type"}]} for place in case.typed}
            builder.with_matching_rules({"body": rules}, part="Request")
        builder.will_respond_with(200).with_body(json.dumps(REPLY), "application/json")
    with pact.serve("127.0.0.1", raises=False) as server:
        yield "127.0.0.1", server.port


def measure(sizes: list[int], seconds: float) -> list[dict[str, Any]]:
    """One result a contract and size."""
    results = []
    for contract, (make, is_new) in CONTRACTS.items():
        for size in sizes:
            cases = [make(number, 0)[0] for number in range(size)]
            requests = [make(n % size, n if is_new else 0)[1] for n in range(_DIFFERENT if is_new else size)]
            row: dict[str, Any] = {"contract": contract, "interactions": size}
            for name, server in (("integtest", ours), ("pact", pacts)):
                row[name] = _one(name, server, cases, Load(tuple(requests), seconds=seconds, count=500_000))
            row["times_faster"] = round(row["integtest"]["per_cpu_second"] / row["pact"]["per_cpu_second"], 1)
            results.append(row)
            print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return results


def _one(name: str, server: Any, cases: list[Case], load: Load) -> dict[str, Any]:
    first = Load(load.requests[-50:], connections=1, count=50, seconds=1, least=1, longest=60)
    with in_process(server, cases) as running:
        warm = _round(running, first)
        slow = warm["per_second"] < _SLOW
        rounds = [warm] if slow else [_round(running, load) for _ in range(_ROUNDS)]
    if wrong := sum(one["wrong"] for one in rounds):
        raise SystemExit(f"{name} gave {wrong} wrong answers with {len(cases)} interactions")
    return max(rounds, key=lambda one: float(one["per_cpu_second"]))


def _round(running: Server, load: Load) -> dict[str, Any]:
    """Rates of one round; where no answer came at all, those of one answer, which it did not reach."""
    before = running.cpu()
    outcome = drive(running.address, load)
    answered = max(outcome.answered, 1)
    return {
        "per_second": round(answered / outcome.seconds, 2),
        "per_cpu_second": round(answered / max(running.cpu() - before, 1e-3), 2),
        "answered": outcome.answered,
        "wrong": outcome.wrong,
    }


def flatness(results: list[dict[str, Any]]) -> dict[str, float]:
    """The slowest size as a fraction of the fastest, for each contract: 1.0 is flat."""
    rates: dict[str, list[float]] = {}
    for row in results:
        rates.setdefault(row["contract"], []).append(row["integtest"]["per_cpu_second"])
    return {contract: round(min(found) / max(found), 2) for contract, found in rates.items()}


def _sizes(text: str) -> list[int]:
    sizes = [int(size) for size in text.split(",")]
    if min(sizes) < 1:
        raise ValueError
    return sizes


def main() -> None:
    """Measures and prints."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", type=_sizes, default=[1, 10, 100, 1000], metavar="N,N", help="interactions")
    options.add_argument("--quick", action="store_true", help="half a second a round instead of two")
    options.add_argument("--json", type=Path, metavar="FILE")
    given = options.parse_args()
    results = measure(given.sizes, 0.5 if given.quick else 2.0)
    rows = [
        [
            row["contract"],
            str(row["interactions"]),
            f"{row['integtest']['per_second']:,.0f}",
            f"{row['pact']['per_second']:,.1f}",
            f"{row['integtest']['per_cpu_second']:,.0f}",
            f"{row['pact']['per_cpu_second']:,.1f}",
            f"{row['times_faster']:,.1f}",
        ]
        for row in results
    ]
    print(
        table(
            [
                "told apart by",
                "interactions",
                "integtest/s",
                "pact/s",
                "integtest/cpu s",
                "pact/cpu s",
                "times faster",
            ],
            rows,
        )
    )
    print("slowest size as a fraction of the fastest:", ", ".join(f"{k} {v}" for k, v in flatness(results).items()))
    if machine()["cores"] < 2:
        print("server and client shared one core")
    if given.json:
        write_json(given.json, "stub", {"rows": results, "flatness": flatness(results)})


if __name__ == "__main__":
    main()
