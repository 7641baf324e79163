"""Several services at once: installed, started and ended side by side, each failure named, the rest going on."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from examples.services import processes
from examples.services.errors import ServiceError, WrongUse
from examples.services.install import install
from examples.services.memory import Admission
from examples.services.places import Home
from examples.services.record import Record
from examples.services.running import Service, end


@dataclass
class Outcome:
    """Which service ended how; each list holds names."""

    done: str
    fresh: list[str] = field(default_factory=list)
    already: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def status(self) -> int:
        return 1 if self.failed else 0

    def closing_line(self) -> str:
        parts = [f"{len(self.fresh)} {self.done}"]
        if self.done != "checked":
            parts.append(f"{len(self.already)} already {self._was}")
        for names, word in ((self.left_out, "left out"), (self.failed, "failed")):
            parts.append(f"{len(names)} {word}" + (f" ({', '.join(names)})" if names else ""))
        return ", ".join(parts)

    @property
    def _was(self) -> str:
        return "running" if self.done == "started" else self.done


class Fleet:
    """The services of a catalog in one home."""

    def __init__(self, records: Mapping[str, Record], home: Home) -> None:
        self.records = records
        self.home = home
        self.begun: list[str] = []
        self._stop = threading.Event()
        self._attempted: dict[str, threading.Event] = {}
        self._admission = Admission()
        self._printing = threading.Lock()

    def install(self, selected: Mapping[str, Record], skipped: Sequence[str] = ()) -> Outcome:
        return self._all(selected, skipped, Outcome("installed"), self._install_one)

    def up(self, selected: Mapping[str, Record], skipped: Sequence[str] = ()) -> Outcome:
        """Install and start; what runs already as asked is left alone."""
        self._attempted = {name: threading.Event() for name in selected}
        return self._all(selected, skipped, Outcome("started"), self._start_in_turn)

    def check(self, selected: Mapping[str, Record], skipped: Sequence[str] = ()) -> Outcome:
        """Whether each still runs, answers, and is the version it should be; nothing is started."""
        return self._all(selected, skipped, Outcome("checked"), self._check_one)

    def died(self, selected: Mapping[str, Record]) -> list[str]:
        """Those that do not run or answer any more, each named with the end of its log."""
        look = self._guarded(lambda record: bool(Service(record, self.records, self.home).refuse_dead_or_mute()))
        return [name for name, record in selected.items() if look(record) == "failed"]

    def down(self, names: Collection[str]) -> None:
        """End what was started here, and only that."""
        if not names:
            return
        with self.home.locked(), ThreadPoolExecutor(len(names)) as pool:
            ended = list(pool.map(self._end_one, names))
        self.say("", f"{sum(ended)} ended, {len(ended) - sum(ended)} not running")

    def environment(self, selected: Mapping[str, Record]) -> dict[str, str]:
        """The URL and the demo credentials of each service that runs."""
        values: dict[str, str] = {}
        for record in selected.values():
            if started := Service(record, self.records, self.home).running():
                values |= {record.url_name: started.url, **started.credentials}
        return values

    def say(self, name: str, text: str, seconds: float | None = None) -> None:
        timed = f"{text:<56} {seconds:5.1f} s" if seconds is not None else text
        with self._printing:
            print(f"{name:<14} {timed}" if name else timed, file=sys.stderr, flush=True)

    def _all(
        self,
        selected: Mapping[str, Record],
        skipped: Sequence[str],
        outcome: Outcome,
        one: Callable[[Record], bool],
    ) -> Outcome:
        outcome.left_out += skipped
        with self.home.locked(), ThreadPoolExecutor(len(selected)) as pool:
            try:
                for name, kind in zip(selected, pool.map(self._guarded(one), selected.values()), strict=True):
                    {"fresh": outcome.fresh, "already": outcome.already, "failed": outcome.failed}[kind].append(
                        name
                    )
            except BaseException:
                self._stop.set()
                raise
        self.say("", outcome.closing_line())
        return outcome

    def _guarded(self, one: Callable[[Record], bool]) -> Callable[[Record], str]:
        def attempt(record: Record) -> str:
            try:
                return "fresh" if one(record) else "already"
            except ServiceError as error:
                lines = error.lines()
            except WrongUse as error:
                lines = [str(error)]
            except OSError as error:
                lines = [f"{error.strerror}: {error.filename}"]
            self.say(f"x {record.name}", "\n".join(f"{'':<15}{line}" for line in lines).lstrip())
            return "failed"

        return attempt

    def _install_one(self, record: Record) -> bool:
        begun = time.monotonic()
        place = self.home.of(record.name)
        done = install(record, place)
        if done:
            self.say(record.name, f"installed {', '.join(done)}", time.monotonic() - begun)
        return bool(done)

    def _check_one(self, record: Record) -> bool:
        service = Service(record, self.records, self.home)
        started = service.refuse_dead_or_mute()
        service.refuse_another_version()
        used = processes.memory(processes.ours(started.identity)) // 1_000_000
        self.say(record.name, f"answers at {started.url}, uses {used} MB")
        return True

    def _start_in_turn(self, record: Record) -> bool:
        """Start once those it comes after were tried; it is its own business to do without one that failed."""
        try:
            self._install_one(record)
            for name in record.after:
                while name in self._attempted and not self._attempted[name].wait(0.1) and not self._stop.is_set():
                    pass
            return self._start_one(record)
        finally:
            self._attempted[record.name].set()

    def _start_one(self, record: Record) -> bool:
        if self._stop.is_set():
            raise ServiceError("stopped before it was started")
        service = Service(record, self.records, self.home)
        begun = time.monotonic()
        if started := service.running():
            if service.runs_as_asked(started):
                self.say(record.name, f"already running at {started.url}")
                return False
            self.say(record.name, "runs with other settings or answers no more: starting it again")
        end(service.place)
        with self._admission.turn(record.memory, self._stop):
            self.begun.append(record.name)
            service.start(self._stop)
        self.say(record.name, f"ready at {service.url}", time.monotonic() - begun)
        return True

    def _end_one(self, name: str) -> bool:
        begun = time.monotonic()
        was_there = end(self.home.of(name))
        if was_there:
            self.say(name, "ended", time.monotonic() - begun)
        return was_there
