"""What was seen in a run, picked out and put into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from integtest.failures.fields import at
from integtest.model.contract import InteractionRef
from integtest.model.failure import Call, Observation

_CREDENTIALS = ("authorization", "cookie", "x-api-key", "api-key", "x-auth-token", "proxy-authorization")


def credential(call: Call, secrets: Mapping[str, str]) -> str | None:
    """What a request gives away: a header that proves who asks, or the value of a secret anywhere in it."""
    request = call.exchange.request
    header = next((name for name, _ in request.headers if name.lower() in _CREDENTIALS), None)
    if header is not None:
        return f"the header {header}"
    text = "\n".join((request.url, *(value for _, value in request.headers), request.body.decode("latin-1")))
    found = next((name for name, value in secrets.items() if len(value) > 3 and value in text), None)
    return None if found is None else f"the value of {found}"


def found_at(value: Any, pointer: str) -> Any:
    """What is at a JSON pointer of a result, "nothing" where nothing is."""
    try:
        return at(value, pointer)
    except (LookupError, TypeError, ValueError):
        return "nothing"


def calls_of(ref: InteractionRef, calls: Sequence[Call]) -> list[Call]:
    """The calls of one interaction, in order."""
    return [one for one in calls if (one.provider, one.interaction) == (ref.provider, ref.description)]


def told_end(seen: Observation) -> str:
    """How a run ended, in words."""
    if seen.error is None:
        return "it did not return" if seen.ended == "hung" else f"it {seen.ended}"
    name = seen.error.types[0].rpartition(":")[2] if seen.error.types else "an error"
    text = seen.error.text if len(seen.error.text) <= 120 else seen.error.text[:117] + "…"
    where = f" at {seen.error.where}" if seen.error.where else ""
    return f"{name}({text!r}){where}" if text else f"{name}{where}"


def short(value: Any) -> str:
    """A value for a sentence."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def holds(value: Any, text: str) -> bool:
    """Whether a result holds this text, or the value that is written so, anywhere."""
    if isinstance(value, Mapping):
        return any(holds(one, text) for one in value.values())
    if isinstance(value, list | tuple):
        return any(holds(one, text) for one in value)
    return repr(value) == text or str(value) == text
