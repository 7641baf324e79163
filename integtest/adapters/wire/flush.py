"""Knows when the peer has what was written: a reset would throw away what has not arrived."""

from __future__ import annotations

import asyncio
import struct
import sys
from typing import Any

_PATIENCE = 1.0
_SO_NWRITE = 0x1024


async def sent(*transports: asyncio.Transport) -> None:
    """Returns when all bytes have left these transports, which share a socket, and the peer's kernel has
    acknowledged them; waits a second at most for a peer whose kernel takes no more."""
    loop = asyncio.get_running_loop()
    while any(transport.get_write_buffer_size() for transport in transports):  # noqa: ASYNC110 - several buffers
        await asyncio.sleep(0.001)
    sock = transports[0].get_extra_info("socket")
    end = loop.time() + _PATIENCE
    while _unacknowledged(sock) and loop.time() < end:  # noqa: ASYNC110 - the kernel gives no notice
        await asyncio.sleep(0.001)


def _unacknowledged(sock: Any) -> int:
    """Bytes in the kernel's send queue; 0 where the system cannot tell."""
    if sys.platform == "linux":
        import fcntl
        import termios

        found = fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, bytes(4))
        return int(struct.unpack("i", found)[0])
    if sys.platform == "darwin":
        return int(sock.getsockopt(0xFFFF, _SO_NWRITE))
    return 0
