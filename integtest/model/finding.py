"""The one noun that comes out of every check."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Literal

from pydantic import computed_field

from integtest.model.base import Frozen
from integtest.model.http import Place

Severity = Literal["error", "warning", "info"]
Blame = Literal["consumer", "provider", "recording", "contract", "oversight"]


class Finding(Frozen):
    """What is wrong, how bad, who must act, where, and what to do next. Holds no secret."""

    rule: str
    severity: Severity
    blame: Blame
    message: str
    hint: str | None = None
    consumer: str | None = None
    provider: str | None = None
    interaction: str | None = None
    """The description of the interaction."""
    mode: str | None = None
    location: Place = Place()
    expected: Any = None
    actual: Any = None
    evidence: dict[str, Any] | None = None
    """Masked: {"request": {"method","url","headers","body"}, "response": {"status","headers","body"}, "curl": str,
    "state": str, "traceback": [str]}, each where known."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def fingerprint(self) -> str:
        """The same for the same finding in another run, whatever the values seen."""
        parts = (
            self.rule,
            self.consumer,
            self.provider,
            self.interaction,
            self.mode,
            self.location.pointer,
        )
        where = self.location.file if self.interaction is None else None
        text = "\0".join(str(p or "") for p in (*parts, where))
        return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Mismatch(Frozen):
    """One difference between what was promised and what was seen; a rule's raw result, before blame is given."""

    part: Literal["method", "path", "query", "header", "body", "status", "metadata"]
    path: str = "$"
    """A Pact path in a body (`$.a[0]`), a name in a header, query or metadata."""
    message: str
    expected: Any = None
    actual: Any = None
    judge: Literal["pact", "schema"] = "pact"
