"""The claims assistant, pointed at the stubs of a test."""

from __future__ import annotations

from typing import Any

from examples.claims_assistant.assistant import Assistant, Claim
from examples.claims_assistant.auth import IdentityClient
from examples.claims_assistant.settings import Settings

NAMES = {
    "identity_url": "identity",
    "policy_url": "policy",
    "pipeline_url": "pipeline",
    "gateway_url": "model_gateway",
    "review_url": "review",
    "broker_url": "broker",
    "prometheus_url": "prometheus",
    "alertmanager_url": "alertmanager",
}
LARGE = Claim("c-1", "Is a broken window covered?", 900.0, "eu", contains_pii=False)
SMALL = Claim("c-1", "Is a broken window covered?", 90.0, "eu", contains_pii=False)


def settings(providers: Any, **more: Any) -> Settings:
    """Addresses of the providers that the test has; nobody listens at the others'."""

    def url(name: str) -> str:
        try:
            found = str(providers[name].url)
        except Exception:  # not one of this test's providers
            return "http://127.0.0.1:9"
        return found + "/v1" if name == "model_gateway" else found

    secrets = dict.fromkeys(("client_secret", "pipeline_password", "broker_password", "gateway_key"), "any")
    return Settings(**{name: url(provider) for name, provider in NAMES.items()}, **secrets, **more)


def assistant(providers: Any, **more: Any) -> Assistant:
    return Assistant(settings(providers, **more))


def identity(providers: Any, secret: str = "any") -> IdentityClient:
    return IdentityClient(providers["identity"].url, "claims-assistant", secret, "urn:claims:policy")
