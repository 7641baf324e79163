"""What /proc tells about processes and listening sockets, and a way to end only our own.

A process counts as ours when it carries the token that its service was started with, or lies in the session
whose leader is the very process that was started (same pid, same start time, same boot). A pid alone proves
nothing: it is used again.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TOKEN = "INTEGTEST_SERVICE_TOKEN"
_PROC = Path("/proc")
_LOOPBACK = ("0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F")


@dataclass(frozen=True)
class Process:
    """One process that runs now; `start` (clock ticks since boot) tells it from a later one of the same pid."""

    pid: int
    session: int
    start: int
    name: str


@dataclass(frozen=True)
class Identity:
    """How a started service is recognised later."""

    pid: int
    start: int
    boot: str
    token: str


def boot_id() -> str:
    return (_PROC / "sys/kernel/random/boot_id").read_text().strip()


def find(pid: int) -> Process | None:
    """The running process of a pid; None for none and for a zombie."""
    try:
        text = (_PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except OSError:
        return None
    # The name stands in brackets and may hold anything, so the fields are counted from the last bracket.
    name = text[text.index("(") + 1 : text.rindex(")")]
    fields = text[text.rindex(")") + 2 :].split()
    return None if fields[0] in "ZX" else Process(pid, int(fields[3]), int(fields[19]), name)


def everything() -> Iterator[Process]:
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (process := find(int(entry.name))):
            yield process


def ours(identity: Identity) -> list[Process]:
    """Every running process of a service."""
    if identity.boot != boot_id():
        return []
    leader = find(identity.pid)
    led = leader is not None and leader.start == identity.start
    mark = f"{TOKEN}={identity.token}".encode()
    return [p for p in everything() if (led and p.session == identity.pid) or mark in _environment(p.pid)]


def is_alive(identity: Identity) -> bool:
    """Whether the very process that was started still runs."""
    leader = find(identity.pid)
    return leader is not None and leader.start == identity.start and identity.boot == boot_id()


def end(identity: Identity, patience: float = 10.0) -> bool:
    """Ask every process of a service to end, after `patience` seconds force it; False if there was none."""
    if not ours(identity):
        return False
    for number, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 5.0)):
        limit = time.monotonic() + seconds
        for process in ours(identity):
            _send(process, number)
        while ours(identity):
            if time.monotonic() > limit:
                break
            time.sleep(0.03)
    return True


def _send(process: Process, number: signal.Signals) -> None:
    # A pidfd is bound to one process: between the look and the signal the pid cannot change hands.
    with contextlib.suppress(ProcessLookupError):
        handle = os.pidfd_open(process.pid)
        try:
            if (now := find(process.pid)) and now.start == process.start:
                signal.pidfd_send_signal(handle, number)
        finally:
            os.close(handle)


def memory(processes: list[Process]) -> int:
    """Bytes of memory that processes use, shared pages counted once (Pss); 0 where the kernel does not tell."""
    kilobytes = 0
    for process in processes:
        with contextlib.suppress(OSError):
            for line in (_PROC / str(process.pid) / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    kilobytes += int(line.split()[1])
    return kilobytes * 1024


def listeners(processes: list[Process]) -> list[tuple[str, int]]:
    """The (hex address, port) pairs that processes listen on, TCP over IPv4 and IPv6."""
    held = {inode for process in processes for inode in _sockets(process.pid)}
    return [(address, port) for address, port, inode in _listening() if inode in held]


def is_loopback(address: str) -> bool:
    return address in _LOOPBACK or (len(address) == 8 and address.endswith("7F"))


def owner_of(port: int) -> Process | None:
    """The process that listens on a port, as far as this user may see."""
    wanted = {inode for _, number, inode in _listening() if number == port}
    return next((p for p in everything() if wanted & set(_sockets(p.pid))), None)


def _listening() -> Iterator[tuple[str, int, str]]:
    for table in ("tcp", "tcp6"):
        try:
            rows = (_PROC / "net" / table).read_text().splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            fields = row.split()
            if fields[3] == "0A":
                address, port = fields[1].rsplit(":", 1)
                yield address, int(port, 16), fields[9]


def _sockets(pid: int) -> list[str]:
    inodes = []
    with contextlib.suppress(OSError):
        for entry in (_PROC / str(pid) / "fd").iterdir():
            with contextlib.suppress(OSError):
                target = str(entry.readlink())
                if target.startswith("socket:["):
                    inodes.append(target[8:-1])
    return inodes


def _environment(pid: int) -> list[bytes]:
    try:
        return (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return []
