"""Which places of a body tell most when they are broken, by their names: what a consumer decides by comes first,
what only labels things comes last."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from integtest.failures.fields import Field

PLACES = 40
"""Places of one body that one mode breaks, one case each."""

_OCTETS = 2_000_000
"""Octets that the cases of one mode hold together, so that a large body is broken in fewer places."""

_DECIDES = frozenset(
    {
        *("finish_reason", "stop_reason", "status", "state", "phase", "decision", "verdict", "outcome", "result"),
        *("effect", "action", "conclusion", "type", "kind", "token_type", "event", "event_type", "severity"),
        *("allow", "allowed", "approved", "active", "flagged", "success", "ok", "error", "error_code", "code"),
    }
)
_HOLDS = frozenset(
    {
        *("content", "text", "answer", "output", "message", "data", "value", "amount", "score", "embedding"),
        *("access_token", "token", "arguments", "items", "results", "choices", "expires_in", "scope"),
    }
)
_LABELS = frozenset(
    {
        *("id", "uuid", "object", "created", "created_at", "model", "version", "index", "usage", "title", "href"),
        *("system_fingerprint", "fingerprint", "description", "comment", "comments", "metadata", "links", "self"),
        *("service_tier", "logprobs", "__name__"),
    }
)


def words(name: str) -> tuple[str, ...]:
    """The words of a member's name, lower case: `expiresInMs` and `expires_in_ms` are the same."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return tuple(part for part in re.split(r"[^a-z0-9]+", apart.lower()) if part)


def plain(name: str) -> str:
    """A name in one spelling: `finishReason` as `finish_reason`."""
    return "_".join(words(name))


def is_label(field: Field) -> bool:
    """Whether it names or numbers a thing, and no more."""
    name = plain(field.name)
    return name in _LABELS or name.endswith(("_id", "_ids", "_uuid"))


def decides(field: Field) -> bool:
    """Whether a consumer chooses by it what to do."""
    return plain(field.name) in _DECIDES


def weight(field: Field) -> float:
    """How much breaking the place tells: more for what is required, deep, and decides or holds the answer."""
    name = plain(field.name)
    found = 4.0 * (name in _DECIDES) + 4.5 * (name in _HOLDS) - 4.0 * is_label(field)
    item = isinstance(field.key, int)
    return found + 2.0 * field.required + 0.5 * min(field.depth, 4) - 2.0 * item


def ranked(
    places: Iterable[Field], octets: int = 0, *, key: Callable[[Field], float] = weight, most: int = PLACES
) -> list[Field]:
    """The places, the most telling first; as many as one mode breaks in a body of so many octets."""
    count = max(3, min(most, _OCTETS // max(octets, 1)))
    return sorted(places, key=lambda field: -key(field))[:count]
