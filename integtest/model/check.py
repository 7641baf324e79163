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
