"""Ready-made promises of standards: menus, not meals.

A function of a pack registers one interaction of its standard on a contract, and returns it; a consumer takes only
what it uses. Packs load on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from integtest.packs import airflow as airflow
    from integtest.packs import alertmanager as alertmanager
    from integtest.packs import anthropic as anthropic
    from integtest.packs import audit as audit
    from integtest.packs import cerbos as cerbos
    from integtest.packs import cloudevents as cloudevents
    from integtest.packs import mcp as mcp
    from integtest.packs import oauth2 as oauth2
    from integtest.packs import oidc as oidc
    from integtest.packs import opa as opa
    from integtest.packs import openai as openai
    from integtest.packs import openlineage as openlineage
    from integtest.packs import otlp as otlp
    from integtest.packs import presidio as presidio
    from integtest.packs import prometheus as prometheus
    from integtest.packs import rabbitmq as rabbitmq
    from integtest.packs import review as review
    from integtest.packs import sentry as sentry

PACKS: dict[str, str] = {
    "oauth2": "OAuth 2.0 tokens, introspection and revocation (RFC 6749, 7662, 7009)",
    "oidc": "OpenID Connect discovery, keys and userinfo, with bearer token errors (RFC 6750)",
    "cerbos": "Cerbos: may this principal act on this resource",
    "opa": "Open Policy Agent: decisions, and what is undefined",
    "presidio": "Presidio: find personal data in text, and replace it",
    "openai": "OpenAI-compatible chat, tools, models, embeddings",
    "anthropic": "Anthropic's Messages API: messages, tool use, errors",
    "mcp": "Model Context Protocol: tools over streamable HTTP",
    "cloudevents": "CloudEvents over HTTP: binary, structured, batch, webhooks",
    "audit": "Audit events as CloudEvents: who did what, recorded once",
    "review": "Human review as CloudEvents, and with LangGraph or Label Studio",
    "airflow": "Airflow: start a run once, wait for its end, read its values",
    "prometheus": "Prometheus: values now and over a time, and why there are none",
    "alertmanager": "Alertmanager: alerts, silences, errors",
    "rabbitmq": "RabbitMQ: publish and take over the management API, messages on a queue",
    "openlineage": "OpenLineage: events of runs, one by one and in batches",
    "otlp": "OpenTelemetry's OTLP/HTTP in JSON: traces, metrics, logs",
    "sentry": "The Sentry envelope: errors, limits, refusals",
}
"""Name -> what it holds. A pack is a module of this name here, and a starter beside it in `starters/`."""


def __getattr__(name: str) -> Any:
    if name not in PACKS:
        raise AttributeError(f"module 'integtest.packs' has no attribute {name!r}")
    return import_module(f"integtest.packs.{name}")


def __dir__() -> list[str]:
    return sorted(PACKS)


__all__ = [*PACKS]  # noqa: PLE0604 - strings, all of them
