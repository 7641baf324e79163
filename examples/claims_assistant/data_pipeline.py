"""The claim's features, computed by a run of the data pipeline (Airflow's API v2)."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from typing import Any, Literal

import httpx
from pydantic import Field

from examples.claims_assistant.auth import Keeper, Token
from examples.claims_assistant.errors import AuthRefused, AuthUnavailable, FeaturesUnavailable
from examples.claims_assistant.http import Promised, Provider

LOGIN_LIFE = 3600.0
"""Seconds; Airflow does not say how long a login lasts, and refuses it with 401 when it is over."""
PATIENCE = 60.0
"""Seconds that a run may take."""


class Login(Promised):
    """A token for the API."""

    access_token: str = Field(min_length=1, pattern=r"^[!-~]+$")


class Run(Promised):
    """One run of the pipeline."""

    dag_run_id: str
    state: Literal["queued", "running", "success", "failed"]


class Payouts(Promised):
    """What is known of earlier payouts: how many, and in cents all together and the largest."""

    payouts: int = Field(ge=0, le=10_000)
    total: int = Field(ge=0, le=10**10)
    largest: int = Field(ge=0, le=10**10)


class Value(Promised):
    """What a task returned."""

    key: Literal["return_value"]
    value: Payouts


@dataclass(frozen=True)
class Features:
    """Earlier payouts of the claim's owner, amounts in cents."""

    payouts: int
    total: int
    largest: int


class Pipeline:
    """Starts a claim's run, waits for it, and reads what its last task returned."""

    def __init__(self, base: str, user: str, password: str, dag: str = "claim_features") -> None:
        self._provider = Provider(base, FeaturesUnavailable)
        self._entrance = Provider(base, AuthUnavailable)
        self._user = {"username": user, "password": password}
        self._logins = Keeper(self._login)
        self._runs = f"/api/v2/dags/{dag}/dagRuns"

    async def features(self, claim_id: str) -> Features:
        """The claim's features; asking twice uses the run that is there already."""
        run = await self.start(claim_id)
        await self._ended(run)
        path = f"{self._runs}/{run}/taskInstances/load/xcomEntries/return_value"
        found = self._provider.read(await self._send("GET", path), Value).value
        if not found.largest <= found.total or (found.payouts == 0) != (found.total == 0):
            raise FeaturesUnavailable("the features contradict each other")
        return Features(found.payouts, found.total, found.largest)

    async def start(self, claim_id: str) -> str:
        """Start the claim's run and give its id, which is made of the claim's: a repeat is 409, and as good."""
        run = "claim-" + re.sub(r"[^A-Za-z0-9_.~-]", "-", claim_id)
        body = {"logical_date": None, "dag_run_id": run}
        response = await self._send("POST", self._runs, again=True, json=body)
        if response.status_code != 409 and self._provider.read(response, Run).dag_run_id != run:
            raise FeaturesUnavailable("the pipeline started another run")
        return run

    async def _ended(self, run: str) -> None:
        limit, pause = time.monotonic() + PATIENCE, 0.25
        while (told := await self._state(run)) != "success":
            if told == "failed":
                raise FeaturesUnavailable(f"run {run} failed")
            if time.monotonic() + pause > limit:
                raise FeaturesUnavailable(f"run {run} did not end within {PATIENCE:g} s")
            await asyncio.sleep(pause)
            pause = min(2.0, pause * 1.5)

    async def _state(self, run: str) -> str:
        told = self._provider.read(await self._send("GET", f"{self._runs}/{run}"), Run)
        if told.dag_run_id != run:
            raise FeaturesUnavailable("the pipeline tells of another run")
        return told.state

    async def _login(self) -> Token:
        response = await self._entrance.send("POST", "/auth/token", again=True, json=self._user)
        if response.status_code == 401:
            raise AuthRefused("the pipeline does not know this login")
        found = self._entrance.read(response, Login, 200, 201)
        return Token(found.access_token, "Bearer", time.monotonic() + LOGIN_LIFE)

    async def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def call(token: str) -> httpx.Response:
            headers = {"Authorization": f"Bearer {token}"}
            return await self._provider.send(method, path, headers=headers, **options)

        return await self._logins.authorized(call)
