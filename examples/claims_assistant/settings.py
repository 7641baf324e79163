"""Where the providers are, read when asked so that a test can point them elsewhere. The variables are those that
`python -m examples.services env` prints."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PORTS = {
    "OIDC_URL": 13000,
    "CERBOS_URL": 13592,
    "AIRFLOW_URL": 18081,
    "LITELLM_URL": 14000,
    "LANGGRAPH_URL": 12024,
    "RABBITMQ_URL": 15672,
    "PROMETHEUS_URL": 19090,
    "ALERTMANAGER_URL": 19093,
}
"""The local services' own ports, for what is not set."""


@dataclass(frozen=True)
class Settings:
    """Base URLs without a trailing slash, the service's own credentials, and the folder for what must last."""

    identity_url: str
    policy_url: str
    pipeline_url: str
    gateway_url: str
    review_url: str
    broker_url: str
    prometheus_url: str
    alertmanager_url: str
    telemetry_url: str = ""
    client_id: str = "claims-assistant"
    client_secret: str = ""
    pipeline_user: str = "claims-assistant"
    pipeline_password: str = ""
    broker_user: str = "claims-assistant"
    broker_password: str = ""
    gateway_key: str = ""
    model: str = "tiny"
    folder: Path | None = None
    """Where the ledger and the spool are; None keeps them in memory."""

    @classmethod
    def from_env(cls) -> Settings:
        """The environment's settings."""
        said = os.environ.get
        folder = said("CLAIMS_FOLDER")
        return cls(
            identity_url=_url("OIDC_URL"),
            policy_url=_url("CERBOS_URL"),
            pipeline_url=_url("AIRFLOW_URL"),
            gateway_url=_url("LITELLM_URL") + "/v1",
            review_url=_url("LANGGRAPH_URL"),
            broker_url=_url("RABBITMQ_URL"),
            prometheus_url=_url("PROMETHEUS_URL"),
            alertmanager_url=_url("ALERTMANAGER_URL"),
            telemetry_url=said("OTLP_URL", "").rstrip("/"),
            client_id=said("OIDC_CLIENT_ID", cls.client_id),
            client_secret=said("OIDC_CLIENT_SECRET", ""),
            pipeline_user=said("AIRFLOW_USER", cls.pipeline_user),
            pipeline_password=said("AIRFLOW_PASSWORD", ""),
            broker_user=said("RABBITMQ_USER", cls.broker_user),
            broker_password=said("RABBITMQ_PASSWORD", ""),
            gateway_key=said("LITELLM_KEY", ""),
            model=said("LITELLM_MODEL", cls.model),
            folder=Path(folder) if folder else None,
        )


def _url(name: str) -> str:
    return os.environ.get(name, f"http://127.0.0.1:{PORTS[name]}").rstrip("/")
