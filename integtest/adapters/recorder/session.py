"""All proxies of one recording session, from the first port to the last cassette."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from integtest._version import __version__
from integtest.adapters.recorder.desk import Counts, Desk
from integtest.adapters.recorder.swap import Swap
from integtest.adapters.recorder.upstream import Upstream
from integtest.adapters.tape import CassetteTape
from integtest.adapters.tape.tape import RecordMode
from integtest.adapters.wire.reader import Limits
from integtest.adapters.wire.record import Cookies, Proxy, both_ways
from integtest.adapters.wire.server import WireServer
from integtest.errors import IntegtestError, UnreadableFileError, UsageError
from integtest.model.http import Headers, Provenance, TransportFailure
from integtest.rules.secrets import Policy

_LIMITS = Limits(head=256 * 1024, body=512 * 1024 * 1024)
Told = Callable[[str, Counts], None]


class Line:
    """One provider's proxy and its cassette."""

    def __init__(self, name: str, desk: Desk, proxy: Proxy, server: WireServer, origin: str) -> None:
        self.name, self.desk, self.proxy, self.server, self.origin = name, desk, proxy, server, origin
        self.url = ""
        """Where its proxy listens, once it does."""

    def facts(self) -> dict[str, Any]:
        """What came of it so far, as `flows.record.outcome.Recorded` names it."""
        counts, tape = self.desk.counts, self.desk.tape
        failure = self.desk.last_failure
        return {
            **asdict(counts),
            "unreachable": _words(failure) if failure and self.desk.unreachable else None,
            "kept_old": self.desk.unreachable and tape.existed,
            "cassette": tape.path,
            "recovered": tape.recovered,
            "elsewhere": dict(self.proxy.elsewhere),
            "unsupported": dict(self.proxy.unsupported),
            "doubts": tuple(tape.findings),
        }


class Session:
    """`add` providers, then use it as a context: inside of it the proxies answer, at its end all is written.

    `told` is called with a provider's name and its counts whenever they changed, from any thread.
    """

    def __init__(
        self,
        mode: RecordMode,
        policy: Policy,
        told: Told,
        *,
        silence: float = 60.0,
        ca_file: str | None = None,
        provenance: Provenance | None = None,
    ) -> None:
        self._mode, self._policy, self._told = mode, policy, told
        self._silence, self._ca_file = silence, ca_file
        self._provenance = provenance or Provenance(tool=f"integtest {__version__}")
        self._cookies = Cookies()
        self._swaps = (Swap({}), Swap({}))
        self._stack = ExitStack()
        self.lines: list[Line] = []

    def add(
        self,
        name: str,
        origin: str,
        cassette: Path,
        *,
        port: int = 0,
        credentials: Headers = (),
        keep: tuple[str, ...] = (),
    ) -> None:
        """UsageError when the mode would record nothing, UnreadableFileError when nothing can be written."""
        _probe(cassette)
        existed = cassette.exists()
        tape = CassetteTape(
            cassette,
            self._mode,
            policy=self._policy.model_copy(update={"keep": (*self._policy.keep, *keep)}),
            loopback=True,
            provenance=self._provenance,
            hint="record it: --mode new_episodes",
        )
        if self._mode == "once" and existed:
            raise UsageError(
                "is there already, and the mode `once` records only where nothing is",
                place=str(cassette),
                hint="--mode all records it anew, --mode new_episodes adds to it; --cassette NAME makes another",
            )
        upstream = Upstream(origin, credentials=credentials, silence=self._silence, ca_file=self._ca_file)
        desk = Desk(tape, lambda counts: self._told(name, counts))
        proxy = Proxy(name, upstream, desk, lambda: self._swaps, self._cookies)
        self.lines.append(Line(name, desk, proxy, WireServer(proxy, port=port, limits=_LIMITS), origin))

    def __enter__(self) -> Session:
        with ExitStack() as stack:
            for line in self.lines:
                stack.callback(_finish, line)
                line.server.start()
                line.url = line.server.url
            self._stack = stack.pop_all()
        self._swaps = both_ways(self.addresses)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def addresses(self) -> Mapping[str, str]:
        """The proxies' addresses by the providers' origins."""
        return {line.origin: line.url for line in self.lines}


def _finish(line: Line) -> None:
    """Stops serving, then writes the cassette; what stood in doubt is in the tape's findings."""
    try:
        line.server.stop()
    finally:
        line.desk.close()
        tape = line.desk.tape
        try:
            if line.desk.unreachable and tape.existed:
                tape.discard()  # nothing but failures shall not stand in the place of what was answered once
            else:
                tape.close()
        except IntegtestError as error:
            if not line.desk.tape.findings:
                line.desk.problem = line.desk.problem or error


def _words(failure: TransportFailure) -> str:
    return f"{failure.kind}: {failure.message}" if failure.message else failure.kind


def _probe(cassette: Path) -> None:
    """Better now than when the first exchange is there."""
    folder = cassette.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, probe = tempfile.mkstemp(prefix=".integtest-", dir=folder)
        os.close(handle)
        Path(probe).unlink()
    except OSError as error:
        raise UnreadableFileError(
            f"cannot be recorded to: {(error.strerror or str(error)).lower()}",
            place=str(cassette),
            hint="make its folder writable, or name another with --out",
        ) from None
