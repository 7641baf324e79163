"""Opening a large cassette beside vcrpy: cold, and from the cache that the first time left.

    python benchmarks/load.py [--quick] [--size 10000] [--rounds 3] [--json FILE]

The file is vcrpy's own: GETs and POSTs with the headers that clients and servers send, and 2 KB JSON documents as
replies, written by vcrpy. Each contender opens it in a process of its own, as its users do, and answers the last
request recorded, since to load lazily is no merit where the work is only put off. Rounds alternate, and the best
counts. Times are of the processor, since others use the machine too; imports are not counted. Memory is the most
that the process ever had, the interpreter and its imports included. Ends with 1 if an answer was wrong, or if the
cache was not used.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from common import table, write_json

ROUNDS = 3
BASE = "https://api.test/v1/items"
FILLER = {"name": "Ada", "tags": ["a", "b", "c"], "notes": "lorem ipsum dolor sit amet " * 70}
SENT = {"accept": ["application/json"], "user-agent": ["client/1.0"], "host": ["api.test"]}
CAME = {
    "content-type": ["application/json"],
    "date": ["Mon, 05 Jan 2026 10:00:00 GMT"],
    "server": ["nginx"],
    "cache-control": ["no-store"],
}


def url(number: int) -> str:
    """The address of one recording."""
    return f"{BASE}/{number}?view=full"


def sent(number: int) -> bytes | None:
    """Every fifth request is a POST with a body."""
    return None if number % 5 else json.dumps({"query": f"item {number}", "limit": 10}).encode()


def came(number: int) -> bytes:
    """The document recorded there; it says which one it is."""
    return json.dumps({"id": number, **FILLER}).encode()


@contextmanager
def cassette(size: int) -> Iterator[Path]:
    """A cassette as vcrpy writes it."""
    from vcr.request import Request
    from vcr.serialize import serialize
    from vcr.serializers import yamlserializer

    requests = [
        Request("GET" if sent(n) is None else "POST", url(n), sent(n), {k: v[0] for k, v in _fields(n).items()})
        for n in range(size)
    ]
    responses = [
        {"status": {"code": 200, "message": "OK"}, "headers": CAME, "body": {"string": came(n)}}
        for n in range(size)
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.yaml"
        path.write_text(serialize({"requests": requests, "responses": responses}, yamlserializer))
        yield path


def _fields(number: int) -> dict[str, list[str]]:
    return SENT if sent(number) is None else SENT | {"content-type": ["application/json"]}


def vcrpy(path: Path, last: int) -> tuple[float, bytes]:
    """vcrpy's cassette, as `use_cassette` opens it."""
    import vcr
    from vcr.cassette import Cassette
    from vcr.request import Request

    began = time.process_time()
    opened = Cassette.load(path=str(path), record_mode=vcr.mode.NONE)
    used = time.process_time() - began
    method = "GET" if sent(last) is None else "POST"
    return used, opened.play_response(Request(method, url(last), sent(last), {}))["body"]["string"]


def integtest(path: Path, last: int) -> tuple[float, bytes]:
    """A tape, with all that it does by default: keys by meaning, their secrets masked."""
    from integtest.adapters.tape import CassetteTape
    from integtest.model.http import Request

    expected = os.environ["INTEGTEST_BENCHMARK"]
    if expected != "Recordings":
        import_module("integtest.codecs.cassette_yaml")  # Nor is this import counted; the cache spares it.
    fields = tuple((name, value) for name, values in _fields(last).items() for value in values)
    began = time.process_time()
    tape = CassetteTape(path)
    used = time.process_time() - began
    method = "GET" if sent(last) is None else "POST"
    found = tape.play(Request(method=method, url=url(last), headers=fields, body=sent(last) or b""))
    if type(tape.existing).__name__ != expected:
        raise SystemExit("the cache was not used, or was used where it must not be")
    return used, found.response.body if found and found.response else b""


CONTENDERS: dict[str, tuple[Callable[[Path, int], tuple[float, bytes]], str]] = {
    "vcrpy": (vcrpy, "off"),
    "integtest, without its cache": (integtest, "off"),
    "integtest, filling its cache": (integtest, "fresh"),
    "integtest, from its cache": (integtest, "filled"),
}
"""By name: how it opens, and what it finds of a cache: none, an empty folder, or the one that was filled first."""


def one(name: str, path: Path, size: int) -> dict[str, Any]:
    """One opening, in this process."""
    opens, _ = CONTENDERS[name]
    began = time.process_time()
    opened, body = opens(path, size - 1)
    answered = time.process_time() - began
    return {"seconds": opened, "with_imports": answered, "peak_mb": _peak(), "wrong": body != came(size - 1)}


def _peak() -> int:
    """Megabytes. Linux counts what the parent had into its child's `ru_maxrss`, but not into this."""
    with suppress(OSError):
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1 << 20)


def in_process(name: str, path: Path, size: int, number: int) -> dict[str, Any]:
    """One opening in a process of its own."""
    folder = CONTENDERS[name][1]
    cache = "off" if folder == "off" else str(path.parent / (f"fresh-{number}" if folder == "fresh" else "fresh-0"))
    kind = "Recordings" if folder == "filled" else "tuple"
    environment = os.environ | {"INTEGTEST_CASSETTE_CACHE": cache, "INTEGTEST_BENCHMARK": kind}
    command = [sys.executable, __file__, "--one", name, str(path), str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr.strip().splitlines()[-1]}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def measure(size: int, rounds: int) -> tuple[list[dict[str, Any]], int]:
    """The best round of each contender with its part of vcrpy's, and the file's bytes."""
    best: dict[str, dict[str, Any]] = {}
    with cassette(size) as path:
        for number in range(rounds):
            for name in CONTENDERS:
                found = in_process(name, path, size, number)
                last = best.get(name, found)
                best[name] = {key: min(found[key], last[key]) for key in ("seconds", "with_imports", "peak_mb")}
                best[name]["wrong"] = found["wrong"] or last["wrong"]
                print(".", end="", flush=True, file=sys.stderr)
        length = path.stat().st_size
    print(file=sys.stderr)
    floor = best["vcrpy"]
    for found in best.values():
        found["times_faster"] = floor["seconds"] / found["seconds"]
        found["of_memory"] = found["peak_mb"] / floor["peak_mb"]
    return [{"tool": name, "size": size, **found} for name, found in best.items()], length


def _row(found: dict[str, Any]) -> list[str]:
    return [
        found["tool"],
        f"{found['seconds'] * 1000:,.0f} ms",
        f"{found['times_faster']:.1f}",
        f"{found['peak_mb']} MB",
        f"{found['of_memory']:.2f}",
    ]


def main() -> None:
    """Prints one table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true", help="two rounds over 2,000 recordings")
    options.add_argument("--size", type=int, default=10_000)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    options.add_argument("--json", type=Path, metavar="FILE")
    options.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.one:
        name, path, size = given.one
        print(json.dumps(one(name, Path(path), int(size))))
        return
    results, length = measure(2000 if given.quick else given.size, 2 if given.quick else given.rounds)
    print(f"opening {results[0]['size']:,} recordings, {length / 1e6:.0f} MB of vcrpy's YAML")
    print("load of the machine:", ", ".join(f"{part:.1f}" for part in os.getloadavg()))
    print(table(["tool", "opened after", "times faster", "peak memory", "of vcrpy's"], list(map(_row, results))))
    print("left out: responses and respx, which have no cassettes; cassetter, which stops at 250,000 nodes of YAML")
    if given.json:
        write_json(given.json, "load", results)
    if any(found["wrong"] for found in results):
        raise SystemExit("an answer was wrong")


if __name__ == "__main__":
    main()
