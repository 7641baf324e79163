"""A provider to measure against: answers every GET with the same JSON over kept-alive connections.

Prints its port, then serves until its standard input closes.
"""

from __future__ import annotations

import asyncio
import sys

BODY = b'{"id":42,"name":"Ada","active":true,"roles":["admin","user"],"score":4.5}'
REPLY = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
    + str(len(BODY)).encode()
    + b"\r\n\r\n"
    + BODY
)


class Answers(asyncio.Protocol):
    """Replies once for each request without a body."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        *heads, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for head in heads:
            self._transport.write(REPLY)
            if b"connection: close" in head.lower():
                self._transport.close()


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answers, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
