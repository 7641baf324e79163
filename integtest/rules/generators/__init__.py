"""Pact's generators: the values that take an example's place when it is used."""

from integtest.rules.generators.apply import apply_message, apply_request, apply_response, unresolved

__all__ = ["apply_message", "apply_request", "apply_response", "unresolved"]
