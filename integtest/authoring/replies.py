"""Reply: what the consumer relies on in an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from integtest.authoring.places import refuse

_CLASSES = {
    "info": ("info", 100),
    "1xx": ("info", 100),
    "success": ("success", 200),
    "2xx": ("success", 200),
    "redirect": ("redirect", 302),
    "3xx": ("redirect", 302),
    "client_error": ("clientError", 400),
    "4xx": ("clientError", 400),
    "server_error": ("serverError", 500),
    "5xx": ("serverError", 500),
    "non_error": ("nonError", 200),
    "error": ("error", 400),
}


@dataclass(frozen=True, init=False)
class Reply:
    """What the consumer relies on in an answer.

    `status` is a code, a list of codes, or a class: "success" ("2xx"), "redirect" ("3xx"), "client_error" ("4xx"),
    "server_error" ("5xx"), "non_error", "error". `body` is a pydantic model or any type pydantic can validate, a
    JSON Schema (`json_schema(…)`), or an example with matchers; `str` is text, `bytes` are bytes, None promises
    nothing of the body. `example` pins the example of a typed body, with the optional fields and the variant of a
    union that it shows. Values of `headers` are exact unless they are matchers.
    """

    status: int
    status_rule: dict[str, Any] | None
    body: Any
    example: Any
    headers: Mapping[str, Any]
    content_type: str | None

    def __init__(
        self,
        status: int | str | list[int],
        body: Any = None,
        *,
        example: Any = None,
        headers: Mapping[str, Any] | None = None,
        content_type: str | None = None,
    ) -> None:
        code, rule = _status(status)
        for name, value in (
            ("status", code),
            ("status_rule", rule),
            ("body", body),
            ("example", example),
            ("headers", headers or {}),
            ("content_type", content_type),
        ):
            object.__setattr__(self, name, value)


def _status(status: int | str | list[int]) -> tuple[int, dict[str, Any] | None]:
    if isinstance(status, str) and status.lower() in _CLASSES:
        name, code = _CLASSES[status.lower()]
        return code, {"status": name}
    if isinstance(status, list) and status and all(_code(one) for one in status):
        return status[0], {"status": status}
    if isinstance(status, int) and _code(status):
        return status, None
    return refuse(
        f"Reply({status!r}) has no HTTP status", 'write a code (200), codes ([200, 201]) or a class ("success")'
    )


def _code(status: Any) -> bool:
    return isinstance(status, int) and not isinstance(status, bool) and 100 <= status <= 599
