"""Errors that tell nothing of the provider: an undeclared one of these got out because nobody expected the
failure."""

from __future__ import annotations

from integtest.model.failure import SeenError

LEAKS = frozenset(
    {
        "builtins:ArithmeticError",
        "builtins:AssertionError",
        "builtins:AttributeError",
        "builtins:BufferError",
        "builtins:LookupError",
        "builtins:MemoryError",
        "builtins:NameError",
        "builtins:RecursionError",
        "builtins:StopIteration",
        "builtins:StopAsyncIteration",
        "builtins:SyntaxError",
        "builtins:SystemError",
        "builtins:TypeError",
        "builtins:ValueError",
        "builtins:NotImplementedError",
        "json.decoder:JSONDecodeError",
        "service:Undeclared",
        "pydantic_core._pydantic_core:ValidationError",
        "msgspec:ValidationError",
    }
)
"""By name; a class is a leak where one of its bases is, unless it is declared or one of a client's own errors."""

_CLIENTS = (
    "httpx",
    "httpcore",
    "httpx2",
    "httpcore2",
    "requests",
    "urllib3",
    "aiohttp",
    "botocore",
    "openai",
    "anthropic",
    "tenacity",
    "stamina",
    "opentelemetry",
)


def is_leak(error: SeenError) -> bool:
    """Whether an error that nobody declared is a leak. An HTTP client's own error says what happened at the
    provider, even where it is a ValueError too; its decoding errors do not."""
    own = error.types[0] if error.types else ""
    module, _, name = own.partition(":")
    if "JSONDecodeError" in name or "DecodingError" in name:
        return True
    if module.split(".")[0] in _CLIENTS:
        return False
    return any(kind in LEAKS for kind in error.types)


def is_declared(error: SeenError, raises: tuple[str, ...]) -> bool:
    """Whether the error is of a declared class, or of one below it."""
    return any(kind in raises for kind in error.types)
