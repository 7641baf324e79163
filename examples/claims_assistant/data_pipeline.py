"""The claim's features, computed by a run of the data pipeline (Airflow's API v2)."""

from __future__ import annotations

from collections.abc import Callable

from examples.claims_assistant.errors import FeaturesUnavailable
from examples.claims_assistant.http import Provider


class Pipeline:
    """Starts a run and reads what its last task returned."""

    def __init__(self, base: str, token: Callable[[], str], dag: str = "etl") -> None:
        self._provider = Provider(base, FeaturesUnavailable)
        self._token = token
        self._runs = f"/api/v2/dags/{dag}/dagRuns"

    def start(self, claim_id: str) -> str:
        """Start the claim's run; the run that is there already is as good (409)."""
        body = {"logical_date": None, "dag_run_id": claim_id}
        response = self._provider.send("POST", self._runs, json=body, headers=self._headers())
        if response.status_code not in (200, 409):
            raise FeaturesUnavailable(f"start: status {response.status_code}")
        return claim_id

    def state(self, run_id: str) -> str:
        """queued, running, success or failed."""
        return str(self._read(f"{self._runs}/{run_id}", "state"))

    def value(self, run_id: str, task: str = "load") -> object:
        """What the task of a finished run returned."""
        return self._read(f"{self._runs}/{run_id}/taskInstances/{task}/xcomEntries/return_value", "value")

    def _read(self, path: str, key: str) -> object:
        response = self._provider.send("GET", path, headers=self._headers())
        body = self._provider.json(response)
        if response.status_code != 200 or key not in body:
            raise FeaturesUnavailable(f"GET {path}: status {response.status_code}")
        return body[key]

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token()}"}
