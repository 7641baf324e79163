"""Addresses in text, exchanged for others: a provider's own for the local one that stands before it, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, urlsplit

_DEFAULT = {"http": 80, "https": 443}
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_ENDS = re.compile(rb"(?![\w-])(?!\.\w)(?!:\d)(?!%3A\d)", re.IGNORECASE)
"""What follows an origin and does not make it another one."""
_FOLLOWS = re.compile(rb"(?:[\w:/]|%3a)\Z", re.IGNORECASE)
"""What stands before `//` where it is no reference without a scheme, but a part of one, or of a path."""
_BEGINS = (b"h", b"/", b"\\", b"%")
_UNDECIDED = frozenset((b"", b".", b":", b"%", b"%3", b"%3a"))


def spellings(address: str) -> Iterator[str]:
    """The origins by which a server calls itself: with its scheme's port, by the other scheme where both have their
    own port (what terminates TLS often does not tell), and by loopback's other names."""
    parts = urlsplit(address)
    host = address.partition("://")[2]
    yield address
    if parts.port is None:
        for scheme, port in _DEFAULT.items():
            yield from (f"{scheme}://{host}", f"{scheme}://{host}:{port}")
    elif host.rpartition(":")[0] in _LOOPBACK:
        yield from (f"{parts.scheme}://{name}:{parts.port}" for name in _LOOPBACK)


class Swap:
    """Replaces origins, also where they are JSON-escaped (`https:\\/\\/host`) or percent-encoded, or leave out the
    scheme (`//host`, RFC 3986, 4.2)."""

    def __init__(self, pairs: Mapping[str, str]) -> None:
        """`pairs`: an origin, and the one that comes in its place."""
        self._new: dict[bytes, bytes] = {}
        for old, new in pairs.items():
            for spelled in spellings(old):
                for was, now in zip(_forms(spelled), _forms(new), strict=True):
                    self._new.setdefault(was.lower(), now)
        longest = sorted(self._new, key=len, reverse=True)
        either = b"|".join(map(re.escape, longest)) or rb"(?!)"
        self._pattern = re.compile(b"(?:" + either + b")" + _ENDS.pattern, re.IGNORECASE)
        self._size = max(map(len, longest), default=0)

    def data(self, data: bytes, end: int | None = None, before: bytes = b"") -> bytes:
        """A text in an encoding that holds ASCII, up to `end`; what follows tells whether an origin ends there, and
        what stood `before` whether one begins."""
        end = len(data) if end is None else end
        out: list[bytes] = []
        at = 0
        for found in self._pattern.finditer(data):
            if found.start() >= end:
                break
            if found[0][:1] not in b"hH" and _FOLLOWS.search((before + data[: found.start()])[-3:]):
                continue
            out += (data[at : found.start()], self._new[found[0].lower()])
            at = found.end()
        return b"".join((*out, data[at:end])) if out else data[:end]

    def text(self, text: str) -> str:
        """The same for a header's value or a URL."""
        return self.data(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def undecided(self, data: bytes) -> int:
        """How many bytes at the end may belong to an origin that goes on in what comes next."""
        tail = data[-(self._size + 3) :].lower()
        for start in range(len(tail)):
            if tail[start : start + 1] in _BEGINS and self._may_go_on(tail[start:]):
                return len(tail) - start
        return 0

    def _may_go_on(self, rest: bytes) -> bool:
        return any(
            known.startswith(rest) or (rest.startswith(known) and rest[len(known) :] in _UNDECIDED)
            for known in self._new
        )


class SwapStream:
    """A text that comes in pieces: each goes on at once, but for an end that may be the start of an origin."""

    def __init__(self, swap: Swap) -> None:
        self._swap = swap
        self._held = self._before = b""

    def feed(self, data: bytes) -> bytes:
        """What may leave now."""
        data = self._held + data
        keep = len(data) - self._swap.undecided(data)
        self._held = data[keep:]
        return self._out(data, keep)

    def flush(self) -> bytes:
        """What was held."""
        held, self._held = self._held, b""
        return self._out(held, len(held))

    def _out(self, data: bytes, end: int) -> bytes:
        before, self._before = self._before, (self._before + data[:end])[-3:]
        return self._swap.data(data, end, before)


def _forms(address: str) -> tuple[bytes, ...]:
    """An origin, and the same without its scheme, each in its three spellings."""
    return (*_coded(address), *_coded(address[address.index("//") :]))


def _coded(address: str) -> tuple[bytes, bytes, bytes]:
    return address.encode(), address.replace("/", "\\/").encode(), quote(address, safe="").encode()
