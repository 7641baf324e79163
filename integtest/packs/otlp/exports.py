"""What a receiver does with an export."""

from __future__ import annotations

from typing import Any, Literal, Unpack

from integtest.authoring.contract import Contract
from integtest.authoring.credentials import Auth
from integtest.authoring.match import regex
from integtest.authoring.replies import Reply
from integtest.authoring.requests import POST, Draft
from integtest.model.budget import Budget
from integtest.model.contract import HttpInteraction
from integtest.packs.cloudevents.errors import LATER
from integtest.packs.menu import ONE_CALL, RETRIED, Choice, Options, promise
from integtest.packs.otlp.replies import Status, full_success, partial_success
from integtest.packs.otlp.signals import EXAMPLES, REQUESTS

Signal = Literal["traces", "metrics", "logs"]


def export_traces(
    contract: Contract, *, root: str = "", auth: Auth | None = None, **options: Unpack[Options]
) -> HttpInteraction:
    """Takes spans.

    Source: OTLP 1.x, OTLP/HTTP Request; Full Success; JSON Protobuf Encoding.
    """
    return _takes(contract, "traces", root, auth, options)


def export_metrics(
    contract: Contract, *, root: str = "", auth: Auth | None = None, **options: Unpack[Options]
) -> HttpInteraction:
    """Takes metrics.

    Source: OTLP 1.x, OTLP/HTTP Request; Full Success; JSON Protobuf Encoding.
    """
    return _takes(contract, "metrics", root, auth, options)


def export_logs(
    contract: Contract, *, root: str = "", auth: Auth | None = None, **options: Unpack[Options]
) -> HttpInteraction:
    """Takes log records.

    Source: OTLP 1.x, OTLP/HTTP Request; Full Success; JSON Protobuf Encoding.
    """
    return _takes(contract, "logs", root, auth, options)


def partly_taken(
    contract: Contract,
    *,
    signal: Signal = "traces",
    root: str = "",
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Takes part of it, and rejects the rest for good: 200, and the count in the body. It is never sent again.

    Source: OTLP 1.x, OTLP/HTTP, Partial Success ("The client MUST NOT retry").
    """
    choice: Choice = {"given": f"some {signal} are rejected", "failing": ONE_CALL}
    reply = Reply(200, partial_success(signal))
    return promise(contract, f"takes part of the {signal}", _sent(signal, root, auth), reply, options, choice)


def invalid(
    contract: Contract,
    *,
    signal: Signal = "traces",
    root: str = "",
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Cannot read it: 400. It is never sent again.

    Source: OTLP 1.x, OTLP/HTTP, Bad Data ("The client MUST NOT retry").
    """
    body = {next(iter(EXAMPLES[signal])): "none"}
    request = POST(f"{root}/v1/{signal}", json=body, auth=auth)
    reply = Reply(400, Status)
    return promise(contract, f"cannot read the {signal}", request, reply, options, {"repeatable": True})


def too_large(
    contract: Contract,
    *,
    signal: Signal = "traces",
    root: str = "",
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Refuses a request of that size: 413. It is never sent again; a limit of 20 MiB is recommended.

    Source: OTLP 1.x, OTLP/HTTP Request ("The client MUST NOT retry").
    """
    return _refuses(contract, "refuses that many", signal, root, auth, Reply(413, Status), options)


def throttled(
    contract: Contract,
    *,
    signal: Signal = "traces",
    root: str = "",
    auth: Auth | None = None,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Takes nothing for a while: 429, and `Retry-After` says how long.

    Source: OTLP 1.x, OTLP/HTTP Throttling; Retryable Response Codes.
    """
    reply = Reply(429, Status, headers={"Retry-After": regex(LATER, "30")})
    return _refuses(contract, "takes for a while no", signal, root, auth, reply, options)


def unavailable(
    contract: Contract,
    *,
    signal: Signal = "traces",
    root: str = "",
    auth: Auth | None = None,
    status: int = 503,
    **options: Unpack[Options],
) -> HttpInteraction:
    """Is out of service: 503 (or 502, 504), and `Retry-After` may be missing: wait longer each time.

    Source: OTLP 1.x, OTLP/HTTP Throttling; Retryable Response Codes.
    """
    return _refuses(contract, "cannot take", signal, root, auth, Reply(status, Status), options)


def _sent(signal: Signal, root: str, auth: Auth | None) -> Draft:
    return POST(f"{root}/v1/{signal}", json=REQUESTS[signal], example=EXAMPLES[signal], auth=auth)


def _takes(contract: Contract, signal: Signal, root: str, auth: Auth | None, options: Options) -> HttpInteraction:
    choice: Choice = {"budget": Budget(p95="500ms"), "failing": RETRIED, "repeatable": True}
    reply: Any = Reply(200, full_success(signal))
    return promise(contract, f"takes {signal}", _sent(signal, root, auth), reply, options, choice)


def _refuses(
    contract: Contract,
    how: str,
    signal: Signal,
    root: str,
    auth: Auth | None,
    reply: Reply,
    options: Options,
) -> HttpInteraction:
    given = {413: "the request is over the size limit", 429: "the rate of exports is exceeded"}
    state = given.get(reply.status, "the receiver is out of service")
    choice: Choice = {"given": state, "repeatable": True}
    return promise(contract, f"{how} {signal}", _sent(signal, root, auth), reply, options, choice)
