"""Asks again what a cassette's requests asked, and tells what changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from integtest.codecs.content import decoded_body
from integtest.errors import UnreadableFileError
from integtest.model.cassette import Cassette
from integtest.model.finding import Finding
from integtest.model.http import Exchange, Response
from integtest.rules.changes import change
from integtest.rules.coverage import call
from integtest.rules.secrets import Policy, Scrubber, doubt_findings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing (RFC 9110, 9.2.1); TRACE may show credentials."""

Ask = Callable[[Exchange], Awaitable[Exchange]]
"""Sends an exchange's request to where it belongs now; a failure is data."""


@dataclass
class Refresh:
    """What became of one cassette. `cassette` is the new one, None where nothing may be written."""

    file: str
    cassette: Cassette | None = None
    asked: int = 0
    answered: int = 0
    kept: list[str] = field(default_factory=list)
    """Calls that were not asked again, each with the reason."""
    notes: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


async def refresh(
    cassette: Cassette, ask: Ask, policy: Policy, now: datetime, repeatable: Callable[[Exchange], bool]
) -> Refresh:
    """Ask in the order recorded, one at a time. What may not be asked again, or gets no answer, stays as it was;
    requests stay as recorded in any case, so that what played before still plays."""
    done = Refresh(cassette.place.file or "")
    fresh: list[Exchange] = []
    replies: dict[int, Exchange] = {}
    for number, old in enumerate(cassette.exchanges):
        reason = _kept(old, repeatable)
        if reason is not None:
            done.kept.append(f"{call(old)} ({reason})")
            fresh.append(old)
            continue
        done.asked += 1
        seen = await ask(old)
        if seen.response is None or not seen.response.complete:
            done.findings.append(_unanswered(old, seen, done.file))
            fresh.append(old)
            continue
        done.answered += 1
        replies[number] = seen
        fresh.append(_renewed(old, seen, now))
    scrubbed = Scrubber(policy).cassette(cassette.model_copy(update={"exchanges": tuple(fresh)}))
    if scrubbed.doubts:
        done.findings += doubt_findings(scrubbed.doubts, done.file)
    elif done.answered:
        done.cassette = scrubbed.cassette
    _compare(done, cassette.exchanges, scrubbed.cassette.exchanges, replies)
    return done


def _kept(old: Exchange, repeatable: Callable[[Exchange], bool]) -> str | None:
    if old.response is None:
        return "a recorded failure"
    if old.response.frames or not old.response.complete:
        return "a stream: record it again to keep its frames"
    if old.request.method.upper() not in SAFE and not repeatable(old):
        return "not safe, and no contract calls it repeatable"
    return None


def _renewed(old: Exchange, seen: Exchange, now: datetime) -> Exchange:
    """What the old recording says of its making is no longer true: of it stays only how old it may be."""
    kept = {"recorded_at": now.replace(microsecond=0), "max_age": old.provenance.max_age}
    provenance = seen.provenance.model_copy(update=kept)
    return old.model_copy(
        update={
            "response": seen.response,
            "error": None,
            "latency": seen.latency,
            "duration": seen.duration,
            "provenance": provenance,
        }
    )


def _compare(done: Refresh, old: Sequence[Exchange], new: Sequence[Exchange], replied: Collection[int]) -> None:
    """By what would be written: nothing secret comes into a report."""
    for number in sorted(replied):
        was, now = old[number].response, new[number].response
        if was is None or now is None:
            continue
        found = change(_plain(was), _plain(now))
        done.notes.append(f"{call(old[number])}: {now.status}{_latency(old[number], new[number])}")
        if found.in_shape:
            done.findings.append(_reshaped(old[number], now, found.told(), done.file))
        elif found.told():
            done.findings.append(_changed(old[number], found.told(), done.file))


def _plain(response: Response) -> Response:
    """Without its content codings; as it is where they cannot be undone."""
    try:
        return response.model_copy(update={"body": decoded_body(response)})
    except UnreadableFileError:
        return response


def _latency(was: Exchange, now: Exchange) -> str:
    if now.latency is None:
        return ""
    before = "" if was.latency is None else f", was {was.latency * 1000:.0f} ms"
    return f" in {now.latency * 1000:.0f} ms{before}"


def _reshaped(old: Exchange, now: Response, told: str, file: str) -> Finding:
    return Finding(
        rule="recording-changed",
        severity="error",
        blame="provider",
        message=f"answers otherwise than recorded: {told}",
        hint="look at the new cassette, and run the tests on it",
        location=old.place.model_copy(update={"file": file, "pointer": call(old)}),
        actual=now.status,
    )


def _changed(old: Exchange, told: str, file: str) -> Finding:
    return Finding(
        rule="recording-values-changed",
        severity="info",
        blame="provider",
        message=f"answers otherwise than recorded: {told}",
        location=old.place.model_copy(update={"file": file, "pointer": call(old)}),
    )


def _unanswered(old: Exchange, seen: Exchange, file: str) -> Finding:
    reason = seen.error.message or seen.error.kind if seen.error else "the reply was cut short"
    return Finding(
        rule="recording-unreachable",
        severity="error",
        blame="provider",
        message=f"got no answer, and stays as it was: {reason}",
        hint="is the provider running? --upstream NAME=URL or --base URL names where it answers",
        location=old.place.model_copy(update={"file": file, "pointer": call(old)}),
    )
