"""Makes every call that the claims assistant's contracts describe, once, for a recorder to take down.

integtest record --upstream identity=$OIDC_URL … --out fixtures/cassettes -- python -m examples.exercise
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from examples.claims_assistant.auth import IdentityClient
from examples.claims_assistant.errors import AuthRefused, BadQuery
from examples.claims_assistant.model_gateway import Gateway
from examples.claims_assistant.monitoring import Alerts, Metrics
from examples.claims_assistant.settings import Settings

ALERT = "ClaimsAssistantCheck"


def identity(settings: Settings) -> None:
    """Discovery, a token, a refused client, introspection and revocation."""
    client = IdentityClient(settings.identity_url, settings.client_id, settings.client_secret)
    client.endpoints()
    client.token()
    client.is_active("unknown")
    client.revoke("unknown")
    with suppress(AuthRefused):
        IdentityClient(settings.identity_url, settings.client_id, "wrong").token()


def prometheus(settings: Settings) -> None:
    """A query with samples, one without, and a malformed one."""
    metrics = Metrics(settings.prometheus_url)
    metrics.value("vector(1)")
    metrics.value("absent_metric_of_nobody")
    with suppress(BadQuery):
        metrics.value("{")


def alertmanager(settings: Settings) -> None:
    """An alert fired, listed and silenced."""
    alerts = Alerts(settings.alertmanager_url)
    alerts.fire({"alertname": ALERT, "severity": "info"}, "a check")
    alerts.active(ALERT)
    alerts.silence(ALERT, timedelta(hours=1), datetime(2099, 1, 1, tzinfo=UTC), "maintenance")


def model_gateway(settings: Settings) -> None:
    """The models, and an answer."""
    gateway = Gateway(settings.gateway_url, settings.gateway_key, settings.model)
    gateway.models()
    gateway.ask("Is a broken window covered?", max_tokens=8)


PROVIDERS: Mapping[str, tuple[str, Callable[[Settings], None]]] = {
    "OIDC_URL": ("identity", identity),
    "PROMETHEUS_URL": ("prometheus", prometheus),
    "ALERTMANAGER_URL": ("alertmanager", alertmanager),
    "GATEWAY_URL": ("model_gateway", model_gateway),
}


def main() -> int:
    """Exercise the providers whose addresses are set; 0 when all answered."""
    settings, failed = Settings.from_env(), 0
    for variable, (name, calls) in PROVIDERS.items():
        if not os.environ.get(variable):
            continue
        try:
            calls(settings)
            print(f"{name}: exercised")
        except Exception as error:  # noqa: BLE001 each provider has its own say
            failed += 1
            print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
