"""The service itself: one page that decides a claim, one that says how the assistant is doing."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from examples.claims_assistant.auth import IdentityClient
from examples.claims_assistant.compliance import Policy
from examples.claims_assistant.data_pipeline import Pipeline
from examples.claims_assistant.errors import AuthRefused, ProviderUnavailable
from examples.claims_assistant.human_review import Reviews
from examples.claims_assistant.model_gateway import Gateway
from examples.claims_assistant.monitoring import Alerts, Metrics
from examples.claims_assistant.settings import Settings

REVIEW_ABOVE = 500.0
"""Euro; above it a person decides."""


class Assistant:
    """One claim at a time: features, policy, answer, and a person where the amount asks for one."""

    def __init__(self, settings: Settings) -> None:
        self.identity = IdentityClient(settings.identity_url, settings.client_id, settings.client_secret)
        self.policy = Policy(settings.policy_url)
        self.pipeline = Pipeline(settings.pipeline_url, lambda: self.identity.token().access_token)
        self.gateway = Gateway(settings.gateway_url, settings.gateway_key, settings.model)
        self.reviews = Reviews(settings.review_url)
        self.metrics = Metrics(settings.prometheus_url)
        self.alerts = Alerts(settings.alertmanager_url)

    def decide(self, claim: dict[str, Any]) -> dict[str, Any]:
        """A decision about a claim of `id`, `text`, `amount` (euro) and `region`."""
        claim_id, amount = str(claim["id"]), float(claim["amount"])
        pii = bool(claim.get("contains_pii", True))
        if not self.policy.allows_model_call(claim_id, region=str(claim["region"]), contains_pii=pii):
            return {"id": claim_id, "decision": "refused", "reason": "policy"}
        answer = self.gateway.ask(str(claim["text"]))
        if amount > REVIEW_ABOVE or not answer.complete:
            return {"id": claim_id, "decision": "pending", "review": self.reviews.request(amount)}
        return {"id": claim_id, "decision": "answered", "text": answer.text}

    def health(self) -> dict[str, Any]:
        """What monitoring knows of the assistant now."""
        rate = self.metrics.value('ai_error_rate{model="claims"}')
        return {"error_rate": rate, "alerts": self.alerts.active("ModelErrorRateHigh")}


async def _decide(request: Request) -> JSONResponse:
    assistant: Assistant = request.app.state.assistant
    try:
        claim = await request.json()
        return JSONResponse(await run_in_threadpool(assistant.decide, claim))
    except (ProviderUnavailable, AuthRefused) as error:
        return JSONResponse({"decision": "undecided", "reason": type(error).__name__}, status_code=503)
    except (KeyError, TypeError, ValueError) as error:
        return JSONResponse({"error": f"not a claim: {error}"}, status_code=422)


async def _health(request: Request) -> JSONResponse:
    assistant: Assistant = request.app.state.assistant
    try:
        return JSONResponse(await run_in_threadpool(assistant.health))
    except ProviderUnavailable as error:
        return JSONResponse({"monitoring": str(error)}, status_code=503)


def create_app(settings: Settings | None = None) -> Starlette:
    """The ASGI application; its settings come from the environment unless given."""
    app = Starlette(routes=[Route("/claims", _decide, methods=["POST"]), Route("/health", _health)])
    app.state.assistant = Assistant(settings or Settings.from_env())
    return app
