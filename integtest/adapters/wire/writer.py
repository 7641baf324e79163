"""From an answer to bytes in their time: status line, fields, framing, cuts and drips (RFC 9112)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Iterator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from time import time
from typing import Protocol

from integtest.adapters.wire.answer import Answer, Cut, Drip, Piece, Raw
from integtest.model.http import Headers

_REASONS = {status.value: status.phrase for status in HTTPStatus}


class Outlet(Protocol):
    """Where the bytes go: one connection."""

    def write(self, data: bytes) -> None:
        """Hand over `data`; returns at once."""
        ...

    async def drain(self) -> None:
        """Wait until the client has read enough that more may be written."""
        ...

    async def hold(self, seconds: float) -> None:
        """Wait until all is sent and then that long; ends early when the client leaves."""
        ...


@dataclass(frozen=True, slots=True)
class Turn:
    """What a request decides about the framing of its answer."""

    method: str
    keep: bool
    """The client lets the connection live on."""
    http10: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """An answer fitted to its request."""

    head: bytes
    chunked: bool
    bodiless: bool
    keep: bool
    """The connection may serve another request afterwards."""


def fit(answer: Answer, turn: Turn) -> Plan:
    """Chooses framing and connection handling; ValueError when a header would break the message's lines."""
    if answer.head is not None:
        return Plan(answer.head, chunked=False, bodiless=False, keep=answer.finish == "keep-alive")
    given = {name.lower(): value for name, value in answer.headers}
    bodiless = answer.framing == "auto" and (turn.method == "HEAD" or _is_bodiless(answer.status))
    streamed = answer.framing == "chunked" or _is_streamed(answer, given)
    chunked, until_close = streamed and not turn.http10, streamed and turn.http10
    ends = bodiless or chunked or (answer.framing in ("auto", "length") and not until_close)
    keep = _keeps(answer, turn, given, bodiless=bodiless) and ends
    added: list[tuple[str, str]] = []
    if answer.framing != "none":
        added += _framing_fields(answer, given, chunked=chunked, until_close=until_close)
    if answer.defaults:
        added += _default_fields(answer, turn, given, keep=keep)
    return Plan(_head(answer, (*answer.headers, *added)), chunked and not bodiless, bodiless, keep)


def whole(answer: Answer, plan: Plan) -> bytes:
    """All bytes of an answer that `is_whole`."""
    body = answer.body
    if plan.bodiless or not isinstance(body, bytes):
        return plan.head
    if not plan.chunked:
        return plan.head + body
    return plan.head + (_chunk(body) if body else b"") + (b"0\r\n\r\n" if answer.complete else b"")


async def deliver(answer: Answer, plan: Plan, out: Outlet) -> None:
    """Sends an answer in its time, up to its cut, and holds the connection as long as it says."""
    await asyncio.sleep(answer.delay)
    sender = _Sender(out, answer.cut, answer.drip)
    with suppress(_CutReachedError):
        await _say(answer, plan, sender, out)
    if answer.hold:
        await out.hold(answer.hold)


async def _say(answer: Answer, plan: Plan, sender: _Sender, out: Outlet) -> None:
    sender.check()
    await sender.put(plan.head)
    if plan.bodiless:
        return
    sender.check(body=True)
    await out.drain()
    clock = asyncio.get_running_loop().time
    start = clock()
    async with aclosing(_pieces(answer.body)) as pieces:
        async for piece in pieces:
            if not isinstance(piece, bytes):
                await asyncio.sleep(max(0.0, start + piece.at - clock()))
            await _put_piece(piece, sender, chunked=plan.chunked)
    if plan.chunked and answer.complete:
        await sender.put(b"0\r\n\r\n")


async def _put_piece(piece: Piece, sender: _Sender, *, chunked: bool) -> None:
    data = piece if isinstance(piece, bytes) else piece.data
    if not data:  # an empty chunk would end the body
        return
    if not chunked or isinstance(piece, Raw):
        await sender.put(data, body=True)
        return
    if not sender.splits_body:
        await sender.put(_chunk(data), body=True)
        return
    await sender.put(b"%x\r\n" % len(data))
    await sender.put(data, body=True)
    await sender.put(b"\r\n")


async def _pieces(body: bytes | Sequence[Piece] | AsyncIterable[Piece]) -> AsyncGenerator[Piece]:
    if isinstance(body, bytes):
        yield body
    elif isinstance(body, AsyncIterable):
        async for piece in body:
            yield piece
    else:
        for piece in body:
            yield piece


class _CutReachedError(Exception):
    """Nothing more may leave."""


class _Sender:
    """Counts what leaves, ends it at the cut, and lets it drip."""

    def __init__(self, out: Outlet, cut: Cut | None, drip: Drip | None) -> None:
        self._out = out
        self._cut = cut
        self._left = cut.after if cut else 0
        self._drip = drip
        self.splits_body = (cut is not None and cut.of == "body") or (drip is not None and drip.of == "body")

    def check(self, *, body: bool = False) -> None:
        """Ends here when the cut lies right before what comes next."""
        if self._cut is not None and self._left <= 0 and (body or self._cut.of == "wire"):
            raise _CutReachedError

    async def put(self, data: bytes, *, body: bool = False) -> None:
        counted = self._cut is not None and (body or self._cut.of == "wire")
        if counted:
            data = data[: self._left]
            self._left -= len(data)
        for number, drop in enumerate(self._drops(data, body=body)):
            if number and self._drip:
                await asyncio.sleep(self._drip.every)
            self._out.write(drop)
            await self._out.drain()
        if counted and self._left <= 0:
            raise _CutReachedError

    def _drops(self, data: bytes, *, body: bool) -> Iterator[bytes]:
        if self._drip is None or not (body or self._drip.of == "wire"):
            yield data
            return
        for start in range(0, len(data), self._drip.size):
            yield data[start : start + self._drip.size]


def _is_bodiless(status: int) -> bool:
    return status < 200 or status in (204, 304)


def _is_streamed(answer: Answer, given: dict[str, str]) -> bool:
    if answer.framing != "auto" or "content-length" in given:
        return False
    return not isinstance(answer.body, bytes) or "transfer-encoding" in given


def _length(body: bytes | Sequence[Piece] | AsyncIterable[Piece]) -> int | None:
    """Octets of a body that is known beforehand; what is raw lies outside of it."""
    if isinstance(body, bytes):
        return len(body)
    if isinstance(body, AsyncIterable):
        return None
    return sum(len(p if isinstance(p, bytes) else p.data) for p in body if not isinstance(p, Raw))


def _keeps(answer: Answer, turn: Turn, given: dict[str, str], *, bodiless: bool) -> bool:
    if answer.finish != "auto":
        return answer.finish == "keep-alive"
    stated, length = given.get("content-length"), _length(answer.body)
    lies = not bodiless and None not in (stated, length) and stated != str(length)
    closes = given.get("connection", "").lower() == "close"
    return turn.keep and answer.is_honest and not lies and not closes


def _framing_fields(
    answer: Answer, given: dict[str, str], *, chunked: bool, until_close: bool
) -> Iterator[tuple[str, str]]:
    if chunked and "transfer-encoding" not in given:
        yield "Transfer-Encoding", "chunked"
    sized = answer.framing in ("auto", "length") and not (chunked or until_close or _is_bodiless(answer.status))
    if sized and "content-length" not in given:
        length = _length(answer.body)
        if length is None:
            raise ValueError("a streamed body of unknown length needs a Content-Length header or chunks")
        yield "Content-Length", str(length)


def _default_fields(answer: Answer, turn: Turn, given: dict[str, str], *, keep: bool) -> Iterator[tuple[str, str]]:
    if "date" not in given and answer.status >= 200:
        yield "Date", _date(int(time()))
    if "connection" in given:
        return
    if keep and turn.http10:
        yield "Connection", "keep-alive"
    elif not keep and (answer.is_honest or answer.framing == "close"):
        yield "Connection", "close"


def _head(answer: Answer, headers: Headers) -> bytes:
    reason = _REASONS.get(answer.status, "") if answer.reason is None else answer.reason
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers])
    text = f"HTTP/1.1 {answer.status:03d} {reason}\r\n{lines}\r\n"
    if text.count("\n") != len(headers) + 2 or text.count("\r") != len(headers) + 2 or "\0" in text:
        raise ValueError("a header of the answer holds a line break or a NUL")
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)
