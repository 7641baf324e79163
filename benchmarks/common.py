"""What the benchmarks share: a load generator in a process of its own, and results as a table and as JSON."""

from __future__ import annotations

import json
import multiprocessing
import os
import platform
import selectors
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked of a server: whole requests, sent in turn over keep-alive connections, one at a time on each.

    Ends after `count` answers, or after `seconds` once `least` answers are there, or after `longest` seconds
    whatever is there, so that a slow peer does not hold up the rest.
    """

    requests: tuple[bytes, ...]
    connections: int = 16
    count: int = 20_000
    seconds: float = 5.0
    least: int = 3
    longest: float = 30.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a load. `wrong` counts answers whose status is not 200."""

    answered: int
    wrong: int
    seconds: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server in another process."""

    address: tuple[str, int]
    pipe: Any

    def cpu(self) -> float:
        """Seconds of processor time that it has used."""
        self.pipe.send("cpu")
        return float(self.pipe.recv())


@contextmanager
def in_process(serve: Callable[[Any], AbstractContextManager[tuple[str, int]]], argument: Any) -> Iterator[Server]:
    """Runs `serve(argument)`, a context that gives host and port, in a process of its own on the first core,
    so that no server pays for what another has left behind. What it prints is dropped."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(serve, argument, there))
    process.start()
    there.close()
    try:
        yield Server(here.recv(), here)
        here.send("stop")
    finally:
        process.join(20)
        process.kill()


def _serve(serve: Callable[[Any], AbstractContextManager[tuple[str, int]]], argument: Any, pipe: Any) -> None:
    _use_core(0)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    with serve(argument) as address:
        pipe.send(address)
        while pipe.recv() == "cpu":
            pipe.send(time.process_time())


def drive(address: tuple[str, int], load: Load) -> Outcome:
    """Applies the load from a process of its own, on the last core."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_drive, args=(address, load, sender))
    process.start()
    sender.close()
    try:
        found: Outcome = receiver.recv()
    finally:
        process.join()
    return found


def _drive(address: tuple[str, int], load: Load, sender: Any) -> None:
    _use_core(-1)
    sender.send(_apply(address, load))


def _use_core(number: int) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, [sorted(os.sched_getaffinity(0))[number]])


class _Client:
    """One connection with one request on its way."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.sock = socket.create_connection(address, timeout=10)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._seen = b""
        self._whole = 0

    def send(self, request: bytes) -> None:
        self._seen, self._whole = b"", 0
        self.sock.sendall(request)

    def receive(self) -> bytes | None:
        """The status line's start when the answer is whole."""
        data = self.sock.recv(65536)
        if not data:
            raise ConnectionError("the server closed a connection")
        self._seen += data
        if not self._whole:
            end = self._seen.find(b"\r\n\r\n")
            if end < 0:
                return None
            head = self._seen[:end].lower()
            at = head.find(b"content-length:")
            if at < 0:
                raise ValueError(f"an answer without a Content-Length: {head!r}")
            self._whole = end + 4 + int(head[at + 15 :].split(b"\r", 1)[0])
        return self._seen[:12] if len(self._seen) >= self._whole else None


def _apply(address: tuple[str, int], load: Load) -> Outcome:
    clients = [_Client(address) for _ in range(min(load.connections, load.count))]
    selector = selectors.DefaultSelector()
    sent = answered = wrong = 0
    start = time.perf_counter()
    for client in clients:
        selector.register(client.sock, selectors.EVENT_READ, client)
        client.send(load.requests[sent % len(load.requests)])
        sent += 1
    while answered < sent and not _is_over(load, answered, time.perf_counter() - start):
        for key, _ in selector.select(timeout=1):
            status = key.data.receive()
            if status is None:
                continue
            answered += 1
            wrong += status != b"HTTP/1.1 200"
            if sent < load.count:
                key.data.send(load.requests[sent % len(load.requests)])
                sent += 1
    elapsed = time.perf_counter() - start
    for client in clients:
        client.sock.close()
    return Outcome(answered, wrong, elapsed)


def _is_over(load: Load, answered: int, elapsed: float) -> bool:
    return elapsed > load.longest or (elapsed > load.seconds and answered >= load.least)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns aligned to the right, but the first."""
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if n else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
    }


def write_json(path: Path, name: str, results: Any) -> None:
    """Writes the results of one benchmark with the machine they came from."""
    document = {"benchmark": name, "machine": machine(), "results": results}
    path.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n")
