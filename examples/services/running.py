"""Starts one service, waits until it answers, and ends it."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import secrets
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from examples.services import processes
from examples.services.data import Data
from examples.services.errors import ServiceError
from examples.services.install import pins
from examples.services.places import Home, Place
from examples.services.processes import TOKEN, Identity
from examples.services.record import Record
from examples.services.steps import run_step
from examples.services.values import Filler, port_of, url_of
from examples.services.versions import ask, says_version

_PASSED_ON = ("LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR")


@dataclass(frozen=True)
class Started:
    """What `running.json` keeps of a started service."""

    identity: Identity
    url: str
    since: float
    fingerprint: str
    credentials: Mapping[str, str]


class Service:
    """One record in one home, about to run."""

    def __init__(self, record: Record, records: Mapping[str, Record], home: Home) -> None:
        self.record = record
        self.place = home.of(record.name)
        self.url = url_of(record)
        self._fill = Filler(record, records, home)
        self._data = Data(record, self.place, self._fill)

    def running(self) -> Started | None:
        """The service as it runs now; None if it was not started here or has died."""
        started = read_state(self.place)
        return started if started and processes.is_alive(started.identity) else None

    def runs_as_asked(self, started: Started) -> bool:
        """Whether what runs was started with today's record, ports and settings, and answers."""
        return started.fingerprint == self.fingerprint() and self.answer() == str(self.record.health_status)

    def refuse_dead_or_mute(self) -> Started:
        """What runs; ServiceError if it was not started here, has died, or answers no more."""
        started = read_state(self.place)
        if not started:
            raise ServiceError("does not run", hint=f"start it: python -m examples.services up {self.record.name}")
        if not processes.is_alive(started.identity):
            raise ServiceError("died after it was ready", log=self.place.log)
        answer = self.answer(seconds=10.0)
        if answer != str(self.record.health_status):
            raise ServiceError(
                f"answers no more: {self.url}{self.record.health} answered {answer}, "
                f"not {self.record.health_status}",
                log=self.place.log,
            )
        return started

    def answer(self, seconds: float = 2.0) -> str:
        """What the health address says now: a status, or why there is none."""
        connection = http.client.HTTPConnection("127.0.0.1", port_of(self.record), timeout=seconds)
        try:
            connection.request("GET", self.record.health, headers={"Connection": "close"})
            return str(connection.getresponse().status)
        except (OSError, http.client.HTTPException) as error:
            return f"nothing ({type(error).__name__})"
        finally:
            connection.close()

    def start(self, stop: threading.Event) -> None:
        """Start on empty data and wait until it is ready; `stop` ends the wait, and the service, early."""
        self._refuse_taken_ports()
        self.place.step_log.unlink(missing_ok=True)
        self._data.lay_out(lambda: self._steps(self.record.once, "preparing"), self._template_key())
        self._steps(self.record.prepare, "preparing")
        started, process = self._spawn()
        try:
            self._wait(process, stop)
            self._refuse_wrong_listeners(started.identity)
            self.refuse_another_version()
            self._steps(self.record.seed, "seeding")
            # Read again: a credential may stand in a file that the service wrote while it started.
            self._write_state(started, self._fill.table(self.record.credentials))
        except BaseException:
            end(self.place, patience=3.0)
            process.wait()
            raise

    def _refuse_taken_ports(self) -> None:
        for which in self.record.ports():
            port = port_of(self.record, which)
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError as error:
                    raise self._port_error(port, which, error) from None

    def _port_error(self, port: int, which: str, error: OSError) -> ServiceError:
        holder = processes.owner_of(port)
        by = f"{holder.name} (pid {holder.pid})" if holder else f"another program ({error.strerror})"
        variable = self.record.port_setting(which)
        return ServiceError(f"port {port} is taken by {by}", hint=f"end it, or set {variable} to a free port")

    def _environment(self) -> dict[str, str]:
        """A small environment: nothing of the caller's that could change how a service behaves, or leak into it."""
        base = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        own = {"PATH": self.place.search_path(), "HOME": str(self.place.data), "TZ": "UTC"}
        return base | own | self._own_environment()

    def _own_environment(self) -> dict[str, str]:
        # A credential that a file holds cannot be known before the service ran, nor does the service ask for it.
        plain = {name: text for name, text in self.record.credentials.items() if "@{file:" not in text}
        return self._fill.table(plain) | self._fill.table(self.record.env)

    def fingerprint(self) -> str:
        """Changes with all that a caller or a record can ask for, and with nothing else of the caller's shell."""
        asked = [
            self._fill.command(self.record.command),
            [self._fill.command(step) for step in (*self.record.prepare, *self.record.seed)],
            self._template_key(),
            [port_of(self.record, which) for which in self.record.ports()],
        ]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()

    def _template_key(self) -> str:
        """Changes with all that the steps of `once` can depend on."""
        asked = [
            [self._fill.command(step) for step in self.record.once],
            self._own_environment(),
            {str(path): hashlib.sha256(content).hexdigest() for path, content in self._data.files().items()},
            pins(self.record),
        ]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()

    def _steps(self, steps: tuple[tuple[str, ...], ...], what: str) -> None:
        for step in steps:
            run_step(self._resolved(self._fill.command(step)), self.place, self._environment(), what)

    def _spawn(self) -> tuple[Started, subprocess.Popen[bytes]]:
        command = self._resolved(self._fill.command(self.record.command))
        token = secrets.token_hex(16)
        with self.place.log.open("wb") as log:
            process = subprocess.Popen(
                command,
                cwd=self.place.data,
                env={**self._environment(), TOKEN: token},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        leader = processes.find(process.pid)
        identity = Identity(process.pid, leader.start if leader else -1, processes.boot_id(), token)
        started = Started(identity, self.url, time.time(), self.fingerprint(), {})
        self._write_state(started, {})
        return started, process

    def _resolved(self, command: list[str]) -> list[str]:
        program = shutil.which(command[0], path=self.place.search_path())
        if not program:
            raise ServiceError(f"the program `{command[0]}` is not here")
        return [program, *command[1:]]

    def _wait(self, process: subprocess.Popen[bytes], stop: threading.Event) -> None:
        limit = time.monotonic() + self.record.ready_seconds
        while True:
            answer = self.answer()
            if process.poll() is not None:
                raise ServiceError(f"died while starting, {_left_with(process.returncode)}", log=self.place.log)
            if answer == str(self.record.health_status):
                return
            if time.monotonic() > limit:
                raise ServiceError(
                    f"not ready after {self.record.ready_seconds:g} s: {self.url}{self.record.health} "
                    f"answered {answer}, not {self.record.health_status}",
                    log=self.place.log,
                )
            if stop.wait(0.05):
                raise ServiceError("stopped while starting")

    def _refuse_wrong_listeners(self, identity: Identity) -> None:
        heard = processes.listeners(processes.ours(identity))
        if port_of(self.record) not in [port for _, port in heard]:
            raise ServiceError(f"{self.url} is answered by another program", log=self.place.log)
        outside = sorted({port for address, port in heard if not processes.is_loopback(address)})
        if outside:
            ports = ", ".join(map(str, outside))
            raise ServiceError(f"listens beyond loopback on port {ports}: its record must bind 127.0.0.1")

    def refuse_another_version(self) -> None:
        """ServiceError if what runs is not the version that its record pins."""
        if not self.record.version:
            return
        if self.record.version_path:
            said = ask(port_of(self.record), self.record.version_path)
        else:
            said = run_step(
                self._resolved(self._fill.command(self.record.version_command)),
                self.place,
                self._environment(),
                "asking for its version",
            )
        if not says_version(said, self.record.version):
            raise ServiceError(
                f"is another version than {self.record.version}, which is pinned: it says {said[:200]!r}"
            )

    def _write_state(self, started: Started, credentials: Mapping[str, str]) -> None:
        data = {**asdict(started), "credentials": dict(credentials)}
        draft = self.place.state.with_suffix(".new")
        draft.write_text(json.dumps(data, indent=1), "utf-8")
        draft.replace(self.place.state)


def read_state(place: Place) -> Started | None:
    """What was started here last, running or not; None if nothing was, or it was ended."""
    try:
        data = json.loads(place.state.read_text("utf-8"))
        return Started(**{**data, "identity": Identity(**data["identity"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def end(place: Place, patience: float = 10.0) -> bool:
    """End what was started here, and only that; False if nothing of it was running."""
    started = read_state(place)
    was_there = started is not None and processes.end(started.identity, patience)
    place.state.unlink(missing_ok=True)
    return was_there


def _left_with(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"
