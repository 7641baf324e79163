"""A cassette that HTTP clients run on: plays what it knows, records what it may, refuses the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

from integtest.adapters.files import load_cassette
from integtest.adapters.origin import provider_version
from integtest.adapters.tape.hosts import host_of, hosts_of, is_loopback
from integtest.adapters.tape.seal import Reach, Seal
from integtest.adapters.tape.shelf import Shelf, open_shelf
from integtest.adapters.tape.shelves import Shelves, marks_of
from integtest.adapters.tape.store import Store
from integtest.errors import ClosedNetworkError, UnreadableFileError
from integtest.model.finding import Finding
from integtest.model.http import Exchange, Place, Provenance, Request
from integtest.rules.freshness import Age
from integtest.rules.replay import Library, Matching
from integtest.rules.secrets import KeyMasker, Policy, Scrubber, doubt_findings, mask_request

RecordMode = Literal["none", "once", "new_episodes", "all"]


class Filters(Protocol):
    """A team's own say in what is recorded, as vcrpy's `before_record` functions have it."""

    def request(self, request: Request) -> Request | None:
        """The request to look up and to record; None for one that is none of the cassette's business."""
        ...

    def exchange(self, exchange: Exchange) -> Exchange | None:
        """The exchange to record; None for one that is not recorded."""
        ...


class CassetteTape:
    """One cassette in use; fulfils `ports.Tape`.

    `mode` is vcrpy's: `none` plays only; `once` records only where there is no file yet; `new_episodes` plays
    what it knows and records the rest; `all` records everything anew. With `loopback` the traffic to this machine
    belongs to it too; without, it passes unless the cassette holds it. `latency` is the factor on recorded times.
    Recordings in `also` are played too. `filters` see every exchange first, and drop those they make None of.
    While it only plays, clients that no seam sees are refused, but for the hosts in `reach`; not where `sealed` is
    False.
    `provenance` is put into each recording, with the time. Nothing is written unscrubbed: an exchange that the
    scrubber is in doubt about is left out, and `close` says so.
    """

    def __init__(
        self,
        path: Path,
        mode: RecordMode = "none",
        *,
        matching: Matching | None = None,
        policy: Policy | None = None,
        loopback: bool = False,
        latency: float = 0.0,
        provenance: Provenance | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        hint: str = "record it: pytest --integtest-record=new_episodes",
        also: Sequence[Path] = (),
        filters: Filters | None = None,
        reach: Sequence[Reach] = (),
        sealed: bool = True,
    ) -> None:
        self.path, self.mode, self.latency = path, mode, latency
        self._store = Store(path)
        self._records = mode in ("all", "new_episodes") or (mode == "once" and not self._store.existed)
        self._plays = mode != "all"
        self._loopback, self._hint, self._now = loopback, hint, now
        self._filters = filters
        matching, policy = matching or Matching(), policy or Policy()
        shelf = self._shelf = self._open(matching, policy)
        self.existing = shelf.exchanges
        """What the cassette's file held when it was opened."""
        self._provenance = self._limited(provenance or Provenance())
        others = [open_shelf(one, matching, policy) for one in also] if self._plays else []
        self._shelves = Shelves([shelf, *others] if self._plays else [])
        self._library = self._played_from(self._shelves, matching, KeyMasker(policy).mask)
        self._hosts = self._shelves.hosts if filters is None else hosts_of(self._library.exchanges)
        self._seal = Seal(str(path), self._hosts, reach, closed=sealed and not self._records)
        self._scrubber = Scrubber(policy)
        self._scrubbed = False
        self._lock = Lock()
        self._recorded: list[Exchange] = []
        self.written: list[Exchange] = []
        """What `close` wrote."""
        self.spares: Callable[[Exchange], bool] = lambda _: False
        """What mode `all` leaves of the recordings that it found."""
        self.findings: list[Finding] = []
        self.refused: list[str] = []
        """What was not let through, in words: a program may swallow the error that said so."""
        self.replaced = 0

    @property
    def name(self) -> str:
        """The cassette's path."""
        return str(self.path)

    @property
    def existed(self) -> bool:
        """Whether there was a cassette when this was opened, or what an interrupted recorder had left of one."""
        return self._store.existed or self._store.recovered > 0

    @property
    def recovered(self) -> int:
        """Exchanges that an interrupted recorder had left, and that are in the cassette again."""
        return self._store.recovered

    @property
    def recorded(self) -> tuple[Exchange, ...]:
        """What was recorded so far, as it is written."""
        return tuple(self._recorded)

    @property
    def unplayed(self) -> tuple[Exchange, ...]:
        """Recordings that nobody asked for."""
        return self._library.unplayed

    @property
    def unplayed_places(self) -> list[Place]:
        """Where in their files these stand; no recording is read for it."""
        known = len(self._shelves)
        left = self._library.unplayed_numbers
        return [self._shelves.place(n) if n < known else self._library.at(n).place for n in left]

    @property
    def play_count(self) -> int:
        """How many recordings were played or made."""
        return self._library.play_count

    @property
    def all_played(self) -> bool:
        """Whether every recording was asked for."""
        return self._library.play_count == len(self._library)

    @property
    def age(self) -> Age:
        """How old what the cassette held is, and may be."""
        return self._shelf.age

    def __len__(self) -> int:
        return len(self._library)

    def passes(self, request: Request) -> bool:
        """True for loopback that this cassette neither holds nor is to record."""
        if self._loopback or request.url.partition("://")[2].partition("/")[0] in self._hosts:
            return False
        host = host_of(request)
        return is_loopback(host) and host not in self._hosts

    def play(self, request: Request) -> Exchange | None:
        """The recording, None to let the request go out and be recorded; ClosedNetworkError otherwise."""
        if self._filters is not None:
            changed = self._filters.request(request)
            if changed is None:
                return None
            request = changed
        found = self._library.take(request) if self._plays else None
        if found is not None or self._records:
            return found
        shown = mask_request(request)
        told = self._library.miss(request).told()
        where = "the cassette is not there" if not self._store.existed else told
        message = f"{shown.method} {shown.url} is not in the cassette, and was not sent: {where}"
        self.refused.append(message)
        raise ClosedNetworkError(message, place=self.name, hint=self._hint)

    def reaches(self, host: str) -> bool:
        """Whether `reach` names this host."""
        return self._seal.reaches(host)

    def refuse(self, message: str) -> None:
        """As `ports.Tape.refuse`: `refused` has it too."""
        self.refused.append(message)

    def unseen(self, hosts: Sequence[str], port: int | None, client: str | None) -> None:
        """Refuse what no seam sees while the cassette only plays; this machine passes, as it does at the seams."""
        try:
            self._seal.judge(hosts, port, client)
        except ClosedNetworkError as refusal:
            self.refused.append(refusal.message)
            raise

    @property
    def passed(self) -> tuple[str, ...]:
        """What clients outside the seams reached past the cassette, in words."""
        return tuple(self._seal.passed)

    def keep(self, exchange: Exchange) -> None:
        """Scrub a new exchange and put it on disk; in doubt it is left out."""
        if self._filters is not None:
            changed = self._filters.exchange(exchange)
            if changed is None:
                return
            exchange = changed
        with self._lock:
            if not self._scrubbed:
                self._scrubber.resume(self.existing)
                self._scrubbed = True
            scrubbed = self._scrubber.exchange(self._stamped(exchange))
            if scrubbed.doubts:
                self.findings += doubt_findings(scrubbed.doubts, self.name)
                return
            self.replaced += len(scrubbed.replaced)
            self._store.keep(scrubbed.exchange)
            self._recorded.append(scrubbed.exchange)
        self._library.add(scrubbed.exchange)

    def close(self) -> None:
        """Write the cassette. UnreadableFileError when something was left out, after the rest is safe."""
        with self._lock:
            self.written = self._final()
            replaced = [one for one in self.existing if not self.spares(one)] if self.mode == "all" else ()
            self._store.finish(self.written, replaced=replaced)
        if self.findings:
            first = self.findings[0]
            more = f" (and {len(self.findings) - 1} more)" if len(self.findings) > 1 else ""
            at = f"{first.message}, at {first.location.pointer}{more}"
            raise UnreadableFileError(
                f"{len(self.findings)} exchanges were not recorded: {at}",
                place=self.name,
                hint=first.hint,
            )

    def discard(self) -> None:
        """Leave the cassette as it was, and forget what was recorded."""
        with self._lock:
            self._store.discard()

    def _open(self, matching: Matching, policy: Policy) -> Shelf:
        """The file's recordings; what is only written over is read as it is."""
        if not self.path.exists():
            return Shelf(())
        return open_shelf(self.path, matching, policy) if self._plays else Shelf(load_cassette(self.path).exchanges)

    def _played_from(self, shelves: Shelves, matching: Matching, mask: Callable[[Request], Request]) -> Library:
        """What is looked up; with filters the recordings as these would have them: one made before a filter was
        added is still found."""
        filters, known = self._filters, shelves.exchanges
        if filters is None:
            library = Library(known, matching, mask=mask, marks=shelves.marks)
            shelves.keep(lambda: library.marks)
            return library
        shelves.keep(lambda: marks_of(known, matching, mask))
        return Library([filters.exchange(one) or one for one in known], matching, mask=mask)

    def _limited(self, provenance: Provenance) -> Provenance:
        """A new recording may become as old as those it joins or replaces, unless it has a limit of its own."""
        own = provenance.max_age or (self.age.max_age if self._records else None)
        return provenance if own is None else provenance.model_copy(update={"max_age": own})

    def _final(self) -> list[Exchange]:
        """A second pass: a value that only a later exchange gave away is replaced in the earlier ones too."""
        return [self._scrubber.exchange(exchange).exchange for exchange in self._recorded]

    def _stamped(self, exchange: Exchange) -> Exchange:
        moment = exchange.provenance.recorded_at or self._now().replace(microsecond=0)
        source = urlsplit(exchange.request.url)
        update: dict[str, Any] = {
            "recorded_at": moment,
            "source": f"{source.scheme}://{host_of(exchange.request)}",
        }
        if version := exchange.provenance.provider_version or provider_version(exchange.response):
            update["provider_version"] = version
        return exchange.model_copy(update={"provenance": self._provenance.model_copy(update=update)})
