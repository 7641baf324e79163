"""Chunked transfer coding (RFC 9112, 7.1), both ways, one piece at a time."""

from __future__ import annotations

from collections.abc import Iterator

LAST = b"0\r\n\r\n"
_HEX = b"0123456789abcdefABCDEF"


def chunk(data: bytes) -> bytes:
    """One chunk of the coding."""
    return b"%x\r\n%b\r\n" % (len(data), data)


class Unchunker:
    """Takes chunks out of the coding as it is read; trailers are passed over."""

    def __init__(self) -> None:
        self.ended = False
        self.broken = False
        """A chunk's size was no number."""
        self._line = b""
        self._parts: list[bytes] = []
        self._left: int | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The chunks that `data` completes."""
        while data and not self.ended and not self.broken:
            if not self._left:
                data = self._between(data)
                continue
            self._parts.append(data[: self._left])
            data, self._left = data[self._left :], self._left - len(self._parts[-1])
            if not self._left:
                yield self.rest()

    def rest(self) -> bytes:
        """What came of the chunk under way; it is given only once."""
        rest, self._parts = b"".join(self._parts), []
        return rest

    def _between(self, data: bytes) -> bytes:
        """Read on to a chunk's size: the line after the data of the one before, if any, is empty."""
        line, found, rest = data.partition(b"\n")
        self._line += line
        if not found:
            return b""
        size, self._line = self._line.split(b";", 1)[0].strip(), b""
        if not size and self._left == 0:
            self._left = None
            return rest
        if not size or size.strip(_HEX):
            self.broken = True
            return b""
        self._left = int(size, 16)
        self.ended = self._left == 0
        return rest
