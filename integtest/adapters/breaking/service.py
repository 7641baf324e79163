"""A service in a process of its own: started with its providers' addresses, asked, and watched from outside."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from integtest.adapters.breaking.clocks import RealClock
from integtest.adapters.breaking.session import Session
from integtest.errors import IntegtestError, UsageError
from integtest.model.failure import Injection, Observation, SeenError

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_REFUSING = (400, 401, 403, 404, 408, 409, 410, 422, 424, 425, 429, 502, 503, 504)
"""Statuses with which a service says that it cannot do what it was asked; 500 says that nobody expected it."""
_END = 5.0
_GONE = 2.0
_LAST = 1.0
_STATUS = "status "


class ServiceError(IntegtestError):
    """The service did not start, or was not ready in time."""

    code = "service"


@dataclass(frozen=True)
class Asking:
    """How a service is started and asked; `probe` is `METHOD /path`, or a command; `ready` how many seconds it may
    take to be ready. UsageError for what cannot be."""

    start: str
    url: str
    health: str
    probe: str
    body: str | None = None
    ready: float = 30.0

    def __post_init__(self) -> None:
        _words(self.start, "the command that starts the service")
        _words(self.probe, "the probe")
        if self.url.partition("://")[0] not in ("http", "https") or not _host(self.url):
            raise UsageError(
                f"the service's URL must start with http:// or https:// and name a host: {self.url}",
                hint="--url http://127.0.0.1:8000",
            )
        _body(self.body)


class Service:
    """A service that is started anew for each run, so that nothing it remembers spoils the next one."""

    def __init__(self, session: Session, asking: Asking) -> None:
        self._session, self._asking = session, asking
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the service

    def observe(self, injection: Injection | None, within: float) -> Observation:
        """Start it, ask it once, stop it; what it answered and what it called. Real time: what stalls is reset when
        the deadline has passed."""
        with self._running() as process:
            clock = RealClock()
            with self._session.armed(injection, clock, hold=within) as run:
                seen = self._asked(process, within)
                run.finish()
            return seen.model_copy(update={"calls": run.calls, "seconds": run.seconds, "clock": "real"})

    @contextmanager
    def _running(self) -> Iterator[subprocess.Popen[bytes]]:
        with self._session.armed(None, RealClock(), hold=1.0):
            process = self._started()
            try:
                self._ready(process)
            except BaseException:
                _stop(process)
                raise
        try:
            yield process
        finally:
            _stop(process)

    def _started(self) -> subprocess.Popen[bytes]:
        if _listens(self._asking.url):
            raise UsageError(
                "something listens there already, so that it would be asked in place of the service",
                place=self._asking.url,
                hint="end it, or start the service on another port",
            )
        command = _words(self._asking.start, "the command that starts the service")
        environ = {**os.environ, "NO_PROXY": "127.0.0.1,localhost,::1", "no_proxy": "127.0.0.1,localhost,::1"}
        if command[0] in ("python", "python3"):
            command[0] = sys.executable
        try:
            return subprocess.Popen(  # noqa: S603 - it is the user's own command
                command, env=environ, stdout=self._log, stderr=subprocess.STDOUT, start_new_session=True
            )
        except OSError as error:
            raise UsageError(f"cannot be started: {error.strerror or error}", place=command[0]) from None

    def _ready(self, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + self._asking.ready
        while time.monotonic() < until:
            if process.poll() is not None:
                raise ServiceError(
                    f"the service ended with {process.returncode} before it was ready", hint=self._last_words()
                )
            with suppress(OSError, HTTPException):
                if _ask(self._asking.url, "GET", self._asking.health, None, 1.0)[0] < 500:
                    return
            time.sleep(0.05)
        raise ServiceError(
            f"the service did not answer {self._asking.health} below 500 within {self._asking.ready:g} s",
            place=self._asking.url,
            hint=self._last_words(),
        )

    def _last_words(self) -> str:
        self._log.seek(0)
        lines = self._log.read().decode("utf-8", "replace").strip().splitlines()[-5:]
        return "its last words: " + "\n  ".join(lines) if lines else "it said nothing"

    def _asked(self, process: subprocess.Popen[bytes], within: float) -> Observation:
        method, _, path = self._asking.probe.strip().partition(" ")
        called = method.upper() in METHODS
        seen = self._over_http(method.upper(), path.strip() or "/", within) if called else self._by_command(within)
        return seen.model_copy(update={"ended": "exited"}) if _exited(process, seen) else seen

    def _over_http(self, method: str, path: str, within: float) -> Observation:
        try:
            status, body = _ask(self._asking.url, method, path, _body(self._asking.body), within + 1.0)
        except TimeoutError:
            return Observation(ended="hung")
        except (OSError, HTTPException) as error:
            return _failed("service:Undeclared", f"the service broke off: {error or type(error).__name__}")
        if status < 400:
            return _returned({"status": status, "body": _plain(body)})
        kind = "service:Refusal" if status in _REFUSING else "service:Undeclared"
        return _failed(kind, f"{_STATUS}{status}: {body[:300].decode('utf-8', 'replace')}")

    def _by_command(self, within: float) -> Observation:
        command = _words(self._asking.probe, "the probe")
        environ = {**os.environ, "SERVICE_URL": self._asking.url}
        try:
            done = subprocess.run(  # noqa: S603 - it is the user's own command
                command, env=environ, capture_output=True, timeout=within + 1.0, check=False
            )
        except subprocess.TimeoutExpired:
            return Observation(ended="hung")
        except OSError as error:
            raise UsageError(f"the probe cannot be run: {error.strerror or error}", place=command[0]) from None
        if done.returncode == 0:
            return _returned(_plain(done.stdout))
        said = done.stderr.decode("utf-8", "replace").strip()
        kind = "service:Undeclared" if "Traceback" in said else "service:Refusal"
        return _failed(kind, f"the probe ended with {done.returncode}: {said[-300:]}")


def _exited(process: subprocess.Popen[bytes], seen: Observation) -> bool:
    """Whether the service ended. A process that ends closes its connections before the system tells of its end, so
    that one that did not answer is given a moment."""
    answered = seen.error is None or seen.error.text.startswith(_STATUS)
    with suppress(subprocess.TimeoutExpired):
        process.wait(0.0 if answered else _LAST)
    return process.returncode is not None


def _returned(value: Any) -> Observation:
    return Observation(ended="returned", value=value, returned=value)


def _failed(kind: str, text: str) -> Observation:
    return Observation(ended="raised", error=SeenError(types=(kind,), text=text))


def _words(command: str, what: str) -> list[str]:
    """A command as a shell splits it."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UsageError(f"{what} is no command: {str(error).lower()}", place=command) from None
    if not words:
        raise UsageError(f"{what} is empty", hint="--start 'uvicorn app:app --port 8000' --probe 'POST /claims'")
    return words


def _host(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        return parts.hostname if parts.port != 0 else None
    except ValueError:
        return None


def _listens(url: str) -> bool:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    with suppress(OSError), socket.create_connection((parts.hostname or "127.0.0.1", port), 1.0):
        return True
    return False


def _ask(base: str, method: str, path: str, body: bytes | None, timeout: float) -> tuple[int, bytes]:
    parts = urlsplit(base)
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = connect(parts.hostname or "127.0.0.1", parts.port, timeout=timeout)
    headers = {"Content-Type": "application/json"} if body is not None else {}
    try:
        connection.request(method, parts.path.rstrip("/") + path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _body(given: str | None) -> bytes | None:
    if given is None:
        return None
    if not given.startswith("@"):
        return given.encode()
    try:
        return Path(given[1:]).read_bytes()
    except OSError as error:
        raise UsageError(f"the probe's body cannot be read: {error.strerror or error}", place=given[1:]) from None


def _plain(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace").strip()


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the process group that it started with: a server and its workers, whoever of them is left. What is asked
    to end needs a moment for it, and its port is somebody's until then."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_END)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    until = time.monotonic() + _GONE
    with suppress(ProcessLookupError):
        while time.monotonic() < until:
            os.killpg(process.pid, 0)
            time.sleep(0.01)
