"""What was seen in a run, picked out and put into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from integtest.failures.fields import at
from integtest.model.contract import InteractionRef
from integtest.model.failure import Call, Observation
from integtest.model.http import Response

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


_LONG = 8
"""Characters of a credential that stand in a text by no chance."""


def _sent(call: Call) -> list[tuple[str, str]]:
    """The credentials of a call, by header, without their scheme."""
    return [
        (name, value.rpartition(" ")[2])
        for name, value in call.exchange.request.headers
        if name.lower() in (*_CREDENTIALS, "mcp-session-id")
    ]


def told_credential(text: str, calls: Sequence[Call]) -> str | None:
    """The header whose credential, sent in a call, stands in the text."""
    sent = (pair for call in calls for pair in _sent(call) if pair[0].lower() != "mcp-session-id")
    return next((name for name, value in sent if len(value) >= _LONG and value in text), None)


def got_from(givers: Sequence[InteractionRef], target: InteractionRef, calls: Sequence[Call]) -> bool:
    """Whether the consumer sends the target a credential that it was given by one of these: by a reply that holds
    it. One that it has from elsewhere, though it asked for others, it cannot renew."""
    replies = [call.exchange.response for ref in givers for call in calls_of(ref, calls)]
    given = [text for one in replies if one is not None for text in _texts(one)]
    sent = {value for call in calls_of(target, calls) for _, value in _sent(call) if value}
    return any(value in text for value in sent for text in given)


def _texts(reply: Response) -> tuple[str, ...]:
    return reply.body.decode("utf-8", "replace"), *(value for _, value in reply.headers)


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
