"""Where the six providers are, read when asked so that a test can point them elsewhere."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Base URLs without a trailing slash, and the service's own credentials."""

    identity_url: str
    policy_url: str
    pipeline_url: str
    gateway_url: str
    review_url: str
    prometheus_url: str
    alertmanager_url: str
    client_id: str
    client_secret: str
    gateway_key: str
    model: str

    @classmethod
    def from_env(cls) -> Settings:
        """The environment's settings; what is not set points at the local services' ports."""

        def url(name: str, default: str) -> str:
            return os.environ.get(name, default).rstrip("/")

        return cls(
            identity_url=url("OIDC_URL", "http://127.0.0.1:13000"),
            policy_url=url("POLICY_URL", "http://127.0.0.1:13592"),
            pipeline_url=url("PIPELINE_URL", "http://127.0.0.1:18081"),
            gateway_url=url("GATEWAY_URL", "http://127.0.0.1:18100/v1"),
            review_url=url("REVIEW_URL", "http://127.0.0.1:12024"),
            prometheus_url=url("PROMETHEUS_URL", "http://127.0.0.1:19090"),
            alertmanager_url=url("ALERTMANAGER_URL", "http://127.0.0.1:19093"),
            client_id=os.environ.get("OIDC_CLIENT_ID", "claims-assistant"),
            client_secret=os.environ.get("OIDC_CLIENT_SECRET", ""),
            gateway_key=os.environ.get("GATEWAY_KEY", ""),
            model=os.environ.get("MODEL", "tiny"),
        )
