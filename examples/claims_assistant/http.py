"""One way to call a provider: JSON in, JSON out, a deadline, and one kind of error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from examples.claims_assistant.errors import ProviderUnavailable

DEADLINE = 5.0
"""Seconds; a claim's page waits no longer for any provider."""


class Provider:
    """A provider's base URL and the error that stands for its failure."""

    def __init__(self, base: str, unavailable: type[ProviderUnavailable], deadline: float = DEADLINE) -> None:
        self.base = base.rstrip("/")
        self.unavailable = unavailable
        self.deadline = deadline

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """The response, whatever its status below 500; otherwise `unavailable`."""
        try:
            with httpx.Client(timeout=self.deadline, trust_env=False) as client:
                response = client.request(method, self.base + path, **options)
        except httpx.HTTPError as error:
            raise self.unavailable(f"{method} {path}: {type(error).__name__}") from error
        if response.status_code >= 500 or response.status_code == 429:
            raise self.unavailable(f"{method} {path}: status {response.status_code}")
        return response

    def json(self, response: httpx.Response) -> Mapping[str, Any]:
        """The body as an object; `unavailable` when it is anything else."""
        try:
            body = response.json()
        except ValueError as error:
            raise self.unavailable(f"{response.request.url.path}: not JSON") from error
        if not isinstance(body, dict):
            raise self.unavailable(f"{response.request.url.path}: not an object")
        return body
