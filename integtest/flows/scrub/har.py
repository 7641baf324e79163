"""HAR files checked, and mended in place: what holds no secret stays as it was written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

from integtest.codecs.json_document import parse
from integtest.codecs.json_spans import Path, rewritten
from integtest.flows.scrub.done import Scrubbing
from integtest.flows.scrub.har_entry import Changes, Reading, texts
from integtest.model.finding import Finding
from integtest.model.http import Place
from integtest.rules.secrets import Checker, Doubt, Policy, Scrubber, doubt_findings, was_scrubbed
from integtest.rules.secrets.exchanges import Walk
from integtest.rules.secrets.headers import is_loopback


class HarFile(NamedTuple):
    """A HAR's bytes, of which it is known that they can be read, and how many exchanges they hold."""

    file: str
    data: bytes
    exchanges: int


class _Part(NamedTuple):
    """An entry, or what stands around them; where it is, and whether it did not stay on this machine."""

    way: Path
    value: Any
    beyond: bool

    def read(self, walk: Walk) -> Changes:
        """What becomes of it."""
        reading = Reading(walk, self.way)
        return reading.entry(self.value) if self.way else reading.rest(self.value)

    def again(self, walk: Walk) -> Changes:
        """The same after more was learned, if that can be there at all."""
        return self.read(walk) if walk.may_hold(texts(self.value)) else {}


def check_har(files: Iterable[HarFile], policy: Policy) -> Scrubbing:
    """Every secret that stands in a HAR is a finding; nothing is written."""
    checker, findings, number, exchanges = Checker(policy), list[Finding](), 0, 0
    for number, one in enumerate(files, 1):  # noqa: B007 counted on
        exchanges += one.exchanges
        for part in _parts(parse(one.data, Place(file=one.file))):
            findings += checker.walked(part.read, Place(file=one.file, pointer=_pointer(part.way)))
    return Scrubbing(tuple(findings), number, exchanges)


def scrub_har(files: Iterable[HarFile], policy: Policy, write: Callable[[str, bytes], None]) -> Scrubbing:
    """Replace what is secret and hand each changed HAR to `write`; one in doubt is left as it is, and told."""
    findings: list[Finding] = []
    read = exchanges = written = replaced = 0
    for one in files:
        read, exchanges = read + 1, exchanges + one.exchanges
        new, number, doubts = _mended(one, policy)
        if doubts:
            findings += doubt_findings(doubts, one.file)
        elif new != one.data:
            write(one.file, new)
            written, replaced = written + 1, replaced + number
    return Scrubbing(tuple(findings), read, exchanges, written, replaced)


def _mended(one: HarFile, policy: Policy) -> tuple[bytes, int, list[Doubt]]:
    """The bytes of a HAR without secrets, how many values were replaced, and where nobody can tell."""
    text, scrubber = one.data.decode(), Scrubber(policy)
    document = parse(one.data, Place(file=one.file))
    if was_scrubbed(text):
        for part in _parts(document):
            scrubber.scouted(part.read, beyond=part.beyond)
    changes: Changes = {}
    doubts: list[Doubt] = []
    number = 0
    for look in (_Part.read, _Part.again):  # A value that only a later entry gave away stands in earlier ones too.
        for part in _parts(document):
            found, replaced, doubted = scrubber.walked(partial(look, part), beyond=part.beyond)
            _put(document, found)
            changes |= found
            number += len(replaced)
            doubts += [d._replace(where=f"{_pointer(part.way)}{d.where}") for d in doubted]
    return rewritten(text, changes).encode(), number, list(dict.fromkeys(doubts))


def _parts(document: Any) -> Iterator[_Part]:
    entries = document["log"]["entries"]
    beyond = False
    for index, entry in enumerate(entries):
        part = _entry(entry, ("log", "entries", index))
        beyond = beyond or part.beyond
        yield part
    around = {**document, "log": {key: value for key, value in document["log"].items() if key != "entries"}}
    yield _Part((), around, beyond)


def _entry(entry: dict[str, Any], way: Path) -> _Part:
    request = entry["request"]
    headers = tuple((one["name"], one.get("value") or "") for one in request.get("headers") or ())
    beyond = not is_loopback(request["url"], headers)
    return _Part(way, entry, beyond)


def _put(document: Any, changes: Changes) -> None:
    for way, new in changes.items():
        holder = document
        for step in way[:-1]:
            holder = holder[step]
        holder[way[-1]] = new


def _pointer(way: Path) -> str:
    return "".join(f"/{step}" for step in way)
