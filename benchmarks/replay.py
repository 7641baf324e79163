"""Replay in process beside vcrpy, responses and respx, as a part of what the client could do at most.

    python benchmarks/replay.py [--quick] [--sizes 1,100,1000,10000] [--client NAME]… [--json FILE]

Every contender answers GETs of 2 KB JSON documents, each with one of its own, from as many recordings as `sizes`
says, asked for in a scattered order. Each runs in a process of its own, and they take turns: some twenty
milliseconds each, ninety times, of which the quickest sixth counts. A floor is the same client over something that
answers at once. Rates are answers a second of processor time: others use the machine too. A contender that is slow
at some size answers at least three requests there, or is given up after a while; one that is not installed is left
out, and one that fails is told with its reason. Ends with 1 if an answer was wrong.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from common import table, write_json
from replay_contenders import CONTENDERS
from replay_turns import PATIENCE, measure


def measured(client: str, sizes: list[int], blocks: int) -> list[dict[str, Any]]:
    """What each of a client's contenders came to at every size, with its part of the floor's."""
    results = []
    for size in sizes:
        found = measure(client, size, blocks)
        floor = next(iter(found.values())).get("rate", 0)
        for tool, one in found.items():
            part = {"of_floor": one["rate"] / floor} if floor and "rate" in one else {}
            results.append({"client": client, "tool": tool, "size": size, **one, **part})
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
    options.add_argument("--quick", action="store_true", help="a third of the turns")
    options.add_argument("--sizes", type=_sizes, default=[1, 100, 1000, 10000])
    options.add_argument("--client", action="append", choices=list(CONTENDERS), metavar="NAME")
    options.add_argument("--json", type=Path, metavar="FILE")
    given = options.parse_args()
    print("answers a second of processor time (part of the first floor's), by recordings in the cassette")
    print("load of the machine:", ", ".join(f"{part:.1f}" for part in os.getloadavg()))
    results = []
    for client in given.client or CONTENDERS:
        found = measured(client, given.sizes, 30 if given.quick else 90)
        print(f"\n{shown(found, given.sizes)}", flush=True)
        results += found
    if given.json:
        write_json(given.json, "replay", results)
    if any(one.get("wrong") for one in results):
        raise SystemExit("an answer was wrong")


if __name__ == "__main__":
    main()
