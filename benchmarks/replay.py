"""Replay in process beside vcrpy, responses and respx, as a part of what the client could do at most.

    python benchmarks/replay.py [--quick] [--sizes 1,100,1000,10000] [--client NAME]… [--json FILE]

Every contender answers GETs of 2 KB JSON documents, each with one of its own, from as many recordings as `sizes`
says, asked for in a scattered order. Each runs in a process of its own; rounds alternate, and the best counts. A
floor is the same client over something that answers at once. Rates are answers a second of processor time: others
use the machine too. A contender that is slow at some size answers at least three requests there, or is given up
after a while; one that is not installed is left out, and one that fails is told with its reason. Ends with 1 if an
answer was wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import inspect
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from common import table, write_json
from peers import environment
from replay_contenders import CONTENDERS, is_right

LEAST = 3
STRIDE = 7919
"""A prime: steps through all recordings, far apart."""
PATIENCE = 90
"""Seconds that a contender may take to make itself ready and to answer three requests."""


async def _round(ask: Any, size: int, seconds: float) -> dict[str, Any]:
    """Asks for `seconds`, after a tenth of that to warm up."""
    waits = inspect.iscoroutinefunction(ask)
    answered = wrong = number = 0
    began, cpu = time.perf_counter(), time.process_time()
    warm = False
    while True:
        now = time.perf_counter() - began
        if not warm and now > seconds / 10 and answered:
            began, cpu, warm, answered = time.perf_counter(), time.process_time(), True, 0
        elif now > seconds and answered >= LEAST:
            break
        number = (number + STRIDE) % size
        data = await ask(number) if waits else ask(number)
        answered += 1
        wrong += not is_right(data, number)
    used = time.process_time() - cpu
    return {"rate": answered / used, "wall_rate": answered / (time.perf_counter() - began), "wrong": wrong}


def one(client: str, tool: str, size: int, seconds: float) -> dict[str, Any]:
    """One round, in this process; None of a rate where the tool is not installed."""
    try:
        with CONTENDERS[client][tool](size) as ask:
            gc.collect()
            gc.freeze()
            return asyncio.run(_round(ask, size, seconds))
    except ModuleNotFoundError as missing:
        return {"missing": missing.name}


def in_process(client: str, tool: str, size: int, seconds: float) -> dict[str, Any]:
    """One round in a process of its own."""
    command = [sys.executable, __file__, "--one", client, tool, str(size), str(seconds)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=PATIENCE, env=environment(tool)
        )
    except subprocess.TimeoutExpired:
        return {"slow": PATIENCE}
    if done.returncode:
        return {"failed": _reason(done.stderr)}
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _reason(said: str) -> str:
    """The line of an error output that says most: the last that names an error, else the last."""
    lines = said.strip().splitlines() or ["no reason given"]
    named = [line for line in lines if "Error" in line or "breached" in line]
    return (named or lines)[-1].strip(" |^")[:200]


def measure(client: str, sizes: list[int], seconds: float, rounds: int) -> list[dict[str, Any]]:
    """The best round of each of a client's contenders at every size, with its part of the floor's."""
    results = []
    for size in sizes:
        best: dict[str, dict[str, Any]] = {}
        for _ in range(rounds):
            for tool in CONTENDERS[client]:
                if "slow" in (last := best.get(tool, {})):
                    continue
                found = in_process(client, tool, size, seconds)
                wrong = found.get("wrong", 0) + last.get("wrong", 0)
                best[tool] = (found if found.get("rate", 0) >= last.get("rate", 0) else last) | {"wrong": wrong}
                print(".", end="", flush=True, file=sys.stderr)
        floor = next(iter(best.values())).get("rate", 0)
        for tool, found in best.items():
            part = {"of_floor": found["rate"] / floor} if floor and "rate" in found else {}
            results.append({"client": client, "tool": tool, "size": size, **found, **part})
    print(file=sys.stderr)
    return results


def shown(results: list[dict[str, Any]], sizes: list[int]) -> str:
    """One client's table."""
    cells = {(one["tool"], one["size"]): one for one in results}
    tools = list(dict.fromkeys(tool for tool, _ in cells))
    rows = [[tool, *(_cell(cells[tool, size]) for size in sizes)] for tool in tools]
    failed = [f"{one['tool']} failed at {one['size']:,}: {one['failed']}" for one in results if "failed" in one]
    return "\n".join([table([results[0]["client"], *(f"{size:,}" for size in sizes)], rows), *failed])


def _cell(result: dict[str, Any]) -> str:
    if "rate" not in result:
        return "not installed" if "missing" in result else f"over {PATIENCE} s" if "slow" in result else "failed"
    rate = f"{result['rate']:,.0f}" if result["rate"] >= 100 else f"{result['rate']:.1f}"
    return f"{rate} ({result['of_floor']:.2f})" if result["of_floor"] >= 0.005 else f"{rate} (0.00)"


def _sizes(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def main() -> None:
    """Prints a table for each client as soon as it is there."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true", help="one short round instead of three")
    options.add_argument("--sizes", type=_sizes, default=[1, 100, 1000, 10000])
    options.add_argument("--client", action="append", choices=list(CONTENDERS), metavar="NAME")
    options.add_argument("--json", type=Path, metavar="FILE")
    options.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.one:
        client, tool, size, seconds = given.one
        print(json.dumps(one(client, tool, int(size), float(seconds))))
        return
    print("answers a second of processor time (part of the first floor's), by recordings in the cassette")
    print("load of the machine:", ", ".join(f"{part:.1f}" for part in os.getloadavg()))
    results = []
    for client in given.client or CONTENDERS:
        found = measure(client, given.sizes, *((0.3, 1) if given.quick else (2.0, 3)))
        print(f"\n{shown(found, given.sizes)}", flush=True)
        results += found
    if given.json:
        write_json(given.json, "replay", results)
    if any(one.get("wrong") for one in results):
        raise SystemExit("an answer was wrong")


if __name__ == "__main__":
    main()
