"""One way to call a provider: a deadline for the whole call, a few tries, and one kind of error."""

from __future__ import annotations

import asyncio
import random
import ssl
import time
from collections.abc import Awaitable, Callable
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from examples.claims_assistant.errors import ProviderUnavailable

DEADLINE = 8.0
"""Seconds for one call with all of its tries; a body that drips does not make it longer."""
TRIES = 3
LATER = frozenset({429, 500, 502, 503, 504})
Result = TypeVar("Result")
Model = TypeVar("Model", bound="Strict")


class Strict(BaseModel):
    """JSON as the assistant reads it: no type stands for another, other keys are ignored."""

    model_config = ConfigDict(strict=True, frozen=True, allow_inf_nan=False)


class Promised(Strict):
    """A reply that succeeded. One that holds an error did not, whatever its status says."""

    @model_validator(mode="before")
    @classmethod
    def _no_error_inside(cls, value: Any) -> Any:
        if isinstance(value, dict) and value.get("error"):
            raise ValueError("an error, whatever the status said")
        return value


class Passing(Exception):
    """A failure that may pass; `wait` is how long the provider asked to be left alone, in seconds."""

    def __init__(self, told: str, wait: float | None = None) -> None:
        super().__init__(told)
        self.wait = wait


class Provider:
    """A provider's base URL and the error that stands for its failure."""

    def __init__(self, base: str, unavailable: type[ProviderUnavailable], deadline: float = DEADLINE) -> None:
        self.base = base.rstrip("/")
        self.unavailable = unavailable
        self.deadline = deadline

    async def send(self, method: str, path: str, *, again: bool | None = None, **options: Any) -> httpx.Response:
        """The response of any status below 500 that is no redirect and no 429. `again`: whether a second sending
        does no harm, by default only of GET."""
        repeatable = method == "GET" if again is None else again
        name = f"{method} {path}"
        return await self.insist(name, lambda: self._once(method, path, options), TRIES if repeatable else 1)

    async def insist(self, name: str, call: Callable[[], Awaitable[Result]], tries: int) -> Result:
        """What `call` gives, again while it is Passing; the provider's error when tries or time end."""
        try:
            async with asyncio.timeout(self.deadline):
                for number in range(1, tries + 1):
                    try:
                        return await call()
                    except Passing as failure:
                        pause = _pause(number, failure.wait)
                        if number == tries or pause > self.deadline:
                            raise self.unavailable(f"{name}: {failure}") from failure
                    await asyncio.sleep(pause)
        except TimeoutError as error:
            raise self.unavailable(f"{name}: no answer within {self.deadline:g} s") from error
        raise AssertionError("the loop returns or raises")

    async def _once(self, method: str, path: str, options: dict[str, Any]) -> httpx.Response:
        try:
            async with httpx.AsyncClient(timeout=self.deadline, trust_env=False, verify=_tls()) as client:
                response = await client.request(method, self.base + path, **options)
        except httpx.HTTPError as error:
            raise Passing(type(error).__name__) from error
        if response.status_code in LATER:
            raise Passing(f"status {response.status_code}", retry_after(response.headers.get("retry-after")))
        if response.status_code >= 500 or response.is_redirect:
            raise self.unavailable(f"{method} {path}: status {response.status_code}")
        return response

    def read(self, response: httpx.Response, model: type[Model], *statuses: int) -> Model:
        """The body as `model`; `unavailable` when it is anything else, or the status none of `statuses` (200)."""
        path = response.request.url.path
        if response.status_code not in (statuses or (200,)):
            raise self.unavailable(f"{path}: status {response.status_code}")
        try:
            return model.model_validate_json(response.content)
        except ValidationError as error:
            where = ".".join(map(str, error.errors(include_url=False, include_input=False)[0]["loc"]))
            raise self.unavailable(f"{path}: not what was promised{where and f' at {where}'}") from None


def retry_after(value: str | None) -> float | None:
    """Seconds that Retry-After asks for (RFC 9110, 10.2.3): a number, or a date. None when it says nothing."""
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None


def _pause(number: int, asked: float | None) -> float:
    """Longer before each try, and never at the same moment as everybody else."""
    own = 0.2 * 4.0 ** (number - 1) * random.uniform(1.0, 1.5)  # noqa: S311 - no secret hangs on it
    return max(asked or 0.0, own)


@cache
def _tls() -> ssl.SSLContext:
    """Made once: reading the system's certificates takes longer than a call."""
    return ssl.create_default_context()
