"""Live verification beside Pact's verifier: the same pact and the same provider, in one run.

    python benchmarks/verify.py [--quick] [--repeat N] [--json FILE]

`call` times the verification alone, with its reading of the pact, in a process that has imported what it needs.
`command` times whole processes: `integtest verify`, and a script that uses pact-python's Verifier. The provider
answers at once from a process of its own, so that nearly all the time is the verifiers' own. Rounds alternate; the
best of each counts. CPU seconds, of the verifier's process alone, are shown beside: they tell most on a machine
that others use too.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any

from common import table, write_json
from provider_process import BODY

HERE = Path(__file__).resolve().parent
OURS = """
import sys, time
from integtest import wiring
from integtest.flows.verify.plan import Plan, ProviderPlan
import integtest.adapters.contracts, integtest.adapters.targets, integtest.flows.verify.run
wiring.judge()
plan = Plan(contracts=(sys.argv[1],), providers=(ProviderPlan(name="people", url=sys.argv[2]),))
began, cpu = time.perf_counter(), time.process_time()
verdict = wiring.verify(plan)
seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
print(seconds, cpu, sum(one.status == "verified" for one in verdict.interactions), file=sys.stderr)
"""
PACTS = """
import sys, time
from pact import Verifier
began, cpu = time.perf_counter(), time.process_time()
verifier = Verifier("people", host="127.0.0.1").add_transport(url=sys.argv[2]).add_source(sys.argv[1])
verifier.verify()
seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
print(seconds, cpu, sum(one["result"] == "OK" for one in verifier.results["interactionResults"]), file=sys.stderr)
"""


def pact(size: int) -> dict[str, Any]:
    """A V4 pact of stateless interactions whose replies match by type, each with an example of its own."""
    rules = {"body": {"$": {"combine": "AND", "matchers": [{"match": "type"}]}}}
    interactions = [
        {
            "type": "Synchronous/HTTP",
            "description": f"reads person {number}",
            "request": {"method": "GET", "path": f"/people/{number}"},
            "response": {
                "status": 200,
                "headers": {"Content-Type": ["application/json"]},
                "body": {
                    "content": json.loads(BODY) | {"id": number},
                    "contentType": "application/json",
                    "encoded": False,
                },
                "matchingRules": rules,
            },
        }
        for number in range(size)
    ]
    return {
        "consumer": {"name": "benchmark"},
        "provider": {"name": "people"},
        "interactions": interactions,
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }


@contextmanager
def provider() -> Iterator[str]:
    """The provider's URL, in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, str(HERE / "provider_process.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.stdin.close()
        process.wait(timeout=10)


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock and of the processor."""

    wall: float
    cpu: float


def run(command: Sequence[str]) -> tuple[Cost, str]:
    """What the process cost, and what it wrote to its standard error."""
    environment = os.environ | {"PACT_DO_NOT_TRACK": "true", "CI": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # An installed package has its bytecode.
    before = getrusage(RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    wall = time.perf_counter() - began
    after = getrusage(RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[:3])} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu), done.stderr


def called(script: str, path: str, url: str, size: int) -> Cost:
    """What the verification within the script cost, all of it verified."""
    _, told = run([sys.executable, "-c", script, path, url])
    wall, cpu, verified = told.split()[-3:]
    if int(verified) != size:
        raise SystemExit(f"{verified} of {size} interactions were verified")
    return Cost(float(wall), float(cpu))


def measure(what: str, size: int, repeat: int, folder: Path) -> dict[str, Any]:
    """The best of both, and how many times faster ours is."""
    path = folder / f"pact-{size}.json"
    path.write_text(json.dumps(pact(size)))
    ours, pacts = [], []
    with provider() as url:
        command = [sys.executable, "-m", "integtest", "verify", "--contract", str(path)]
        command += ["--provider", f"people={url}"]
        run(command)
        for _ in range(repeat):
            if what == "call":
                ours.append(called(OURS, str(path), url, size))
                pacts.append(called(PACTS, str(path), url, size))
            else:
                ours.append(run(command)[0])
                pacts.append(run([sys.executable, "-c", PACTS, str(path), url])[0])
            print(".", end="", file=sys.stderr, flush=True)
    mine, theirs = min(one.wall for one in ours), min(one.wall for one in pacts)
    my_cpu, their_cpu = min(one.cpu for one in ours), min(one.cpu for one in pacts)
    return {
        "what": what,
        "interactions": size,
        "integtest_seconds": round(mine, 3),
        "pact_seconds": round(theirs, 3),
        "times_faster": round(theirs / mine, 1),
        "integtest_cpu": round(my_cpu, 3),
        "pact_cpu": round(their_cpu, 3),
        "times_less_cpu": round(their_cpu / my_cpu, 1),
    }


def main() -> None:
    """Measures and prints."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true", help="one round instead of three")
    options.add_argument("--repeat", type=int, default=3, metavar="N")
    options.add_argument("--json", type=Path, metavar="FILE")
    given = options.parse_args()
    repeat = 1 if given.quick else given.repeat
    with tempfile.TemporaryDirectory() as folder:
        sizes = (("call", 100), ("call", 1000), ("command", 500))
        rows = [measure(what, size, repeat, Path(folder)) for what, size in sizes]
    print(file=sys.stderr)
    head = ["", "interactions", "integtest s", "pact s", "times faster"]
    head += ["integtest cpu s", "pact cpu s", "times less"]
    print(table(head, [[str(value) for value in row.values()] for row in rows]))
    if given.json:
        write_json(given.json, "verify", rows)


if __name__ == "__main__":
    main()
