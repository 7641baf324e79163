"""Schema: what comes has another shape than was promised, or one that was allowed and nobody expected."""

from __future__ import annotations

from integtest.failures.schema import bodies, members, model, values

__all__ = ["bodies", "members", "model", "values"]
