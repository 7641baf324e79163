"""A body of 50 MB goes through the recording proxy as it comes, is recorded whole, and takes no more memory than a few
copies of it."""

import random
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from cli_runs import clean_environment

from integtest.adapters.files import load_cassette

MB = 1 << 20
SIZE = 50 * MB
COPIES = 8
"""Of the body, that a recorder may hold at its peak: as it came, scrubbed, as a line, as the file."""
PROGRAM = 100 * MB
"""What the recorder takes besides."""
BLOCK = random.Random(50).randbytes(MB)


class Provider(BaseHTTPRequestHandler):
    """Sends the first half, and the rest when its client says that it has that."""

    protocol_version = "HTTP/1.1"
    half_came: threading.Event

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(SIZE))
        self.end_headers()
        for number in range(SIZE // MB):
            if number == SIZE // MB // 2 and not self.half_came.wait(30):
                return  # the client never got its half: it was held back
            self.wfile.write(BLOCK)

    def log_message(self, *_):
        pass


@contextmanager
def provider():
    kind = type("Own", (Provider,), {"half_came": threading.Event()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", kind.half_came
    finally:
        server.shutdown()
        server.server_close()


def ended(child: subprocess.Popen) -> tuple[int, int]:
    """The exit status of a recorder that is told to end, and the most memory that it had, in bytes.

    What the system counts for an ended child includes its parent at the time of the fork, so it is asked while the
    child runs.
    """
    child.send_signal(signal.SIGINT)
    child.stdout.close()
    peak = 0
    while child.poll() is None:
        peak = max(peak, most_memory(child.pid))
        time.sleep(0.01)
    return child.returncode, peak


def most_memory(pid: int) -> int:
    """The most memory that a process had so far, in bytes; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not tell a process's memory")
def test_a_large_body_is_passed_on_as_it_comes_and_recorded_whole_in_bounded_memory(tmp_path: Path):
    with provider() as (url, half_came):
        flags = ("--upstream", f"large={url}", "--out", "t", "--cassette", "large.jsonl")
        child = subprocess.Popen(
            [sys.executable, "-m", "integtest", "record", *flags],
            cwd=tmp_path, env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        try:
            address = next(word for word in child.stdout.readline().split() if word.startswith("http://"))
            came, total = sha256(), 0
            with httpx.stream("GET", address, timeout=60) as reply:
                for piece in reply.iter_raw():
                    came.update(piece)
                    total += len(piece)
                    if total >= SIZE // 2 - MB:
                        half_came.set()
            status, peak = ended(child)
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
    (seen,) = load_cassette(tmp_path / "t/large/large.jsonl").exchanges
    assert (status, total) == (0, SIZE)
    assert came.digest() == sha256(seen.response.body).digest() == sha256(BLOCK * (SIZE // MB)).digest()
    assert SIZE < peak < PROGRAM + COPIES * SIZE, f"{peak / MB:.0f} MB at its peak"
