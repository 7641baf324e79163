"""One thing that was looked at in an environment, and what was found."""

from __future__ import annotations

from typing import Literal

from integtest.model.base import Frozen

CheckStatus = Literal["ok", "warn", "fail"]


class Check(Frozen):
    """`name` is stable and fit for machines; `detail` says what was found, `hint` what to do next."""

    name: str
    status: CheckStatus
    detail: str
    hint: str | None = None


class Client(Frozen):
    """An installed client of HTTP, gRPC or WebSocket."""

    name: str
    version: str
    seen_by: Literal["seam", "proxy", "not recorded"]
    """A seam in this process; only the recording proxy; or nothing."""
    stopped: bool = True
    """False where it opens its sockets below Python, so that a playing cassette does not keep it in."""
