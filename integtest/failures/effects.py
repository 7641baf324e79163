"""Side effects: what the consumer's calls did at its providers, counted by idempotency key."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from integtest.failures.fields import at
from integtest.model.contract import InteractionRef
from integtest.model.failure import Call

KEY_HEADERS = ("idempotency-key", "x-idempotency-key", "x-request-id")
"""Headers that carry a key (draft-ietf-httpapi-idempotency-key-header); the last one only where a provider says
so."""


def repeated_effects(
    whole: Sequence[Call], broken: Sequence[Call], keys: Mapping[InteractionRef, str | None]
) -> Iterator[str]:
    """What was done more often than in the whole run, in words. `keys`: the interactions that act, with the JSON
    path of their idempotency key; calls without a key count each."""
    for ref, path in keys.items():
        before, after = _effects(ref, path, whole), _effects(ref, path, broken)
        if len(after) > max(len(before), 1):
            how = "with another key each time" if path and None not in after else "without an idempotency key"
            yield f'{ref.provider} "{ref.description}" was done {len(after)} times {how}'


def _effects(ref: InteractionRef, path: str | None, calls: Sequence[Call]) -> list[Any]:
    """One entry for each effect: calls with the same key are one."""
    found: list[Any] = []
    for one in calls:
        if (one.provider, one.interaction) != (ref.provider, ref.description) or not one.acted:
            continue
        key = key_of(one, path)
        if key is None or key not in found:
            found.append(key)
    return found


def key_of(call: Call, path: str | None) -> str | None:
    """The idempotency key of a call: at the JSON path of its body, else in the header of that name."""
    request = call.exchange.request
    if path is not None:
        try:
            return json.dumps(at(json.loads(request.body), _pointer(path)))
        except (ValueError, LookupError, TypeError):
            return None
    return next((value for name in KEY_HEADERS[:2] if (value := request.header(name))), None)


def _pointer(path: str) -> str:
    """A JSON path of plain steps as a JSON pointer."""
    plain = path.removeprefix("$").replace("['", ".").replace("']", "").replace("[", ".").replace("]", "")
    return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in plain.split(".") if step)
