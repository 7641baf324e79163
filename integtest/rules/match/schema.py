"""The JSON Schema half: what Pact's rules cannot say."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import orjson

from integtest.errors import ContractError
from integtest.model.finding import Mismatch


class SchemaJudge:
    """One compiled schema; references resolve within it alone."""

    def __init__(self, schema: dict[str, Any]) -> None:
        try:
            self._validator = jsonschema_rs.validator_for(schema, validate_formats=True, retriever=_refuse)
        except Exception as error:
            raise ContractError(f"the JSON Schema cannot be compiled: {error}") from error

    def add_to(self, found: list[Mismatch], content: bytes) -> list[Mismatch]:
        """`found` with what the schema adds at other places."""
        try:
            document = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            return found or [Mismatch(part="body", message=f"the body is not JSON: {error}", judge="schema")]
        if self._validator.is_valid(document):
            return found
        told = {m.path for m in found}
        extra = [
            Mismatch(part="body", path=_pact_path(e.instance_path), message=e.message, judge="schema")
            for e in self._validator.iter_errors(document)
        ]
        return [*found, *(m for m in extra if m.path not in told)]


def _refuse(uri: str) -> Any:
    raise ValueError(f"{uri} lies outside of the schema")


def _pact_path(steps: list[str | int]) -> str:
    return "$" + "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in steps)
