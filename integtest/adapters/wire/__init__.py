"""One asyncio server on loopback; handlers decide what it answers."""
