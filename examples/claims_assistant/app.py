"""The service itself: claims come in, people's decisions come in, and it says how it is doing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from examples.claims_assistant.assistant import Assistant, Claim
from examples.claims_assistant.errors import AuthRefused, NotApproved, ProviderUnavailable
from examples.claims_assistant.settings import Settings

Work = Callable[[Assistant, Request], Awaitable[dict[str, Any]]]


def _page(work: Work) -> Callable[[Request], Awaitable[JSONResponse]]:
    """Errors as statuses: 503 for a provider's, 409 for a decision that does not stand, 4xx for the caller's."""

    async def page(request: Request) -> JSONResponse:
        try:
            return JSONResponse(await work(request.app.state.assistant, request))
        except (ProviderUnavailable, AuthRefused) as error:
            return JSONResponse({"decision": "undecided", "reason": type(error).__name__}, status_code=503)
        except NotApproved as error:
            return JSONResponse({"decision": "not executed", "reason": str(error)}, status_code=409)
        except KeyError:
            return JSONResponse({"error": "no such review is open"}, status_code=404)
        except ValueError as error:
            return JSONResponse({"error": f"not understood: {error}"}, status_code=422)

    return page


async def _decide(assistant: Assistant, request: Request) -> dict[str, Any]:
    return await assistant.decide(Claim.of(await request.json()))


async def _decided(assistant: Assistant, request: Request) -> dict[str, Any]:
    told = await request.json()
    names = ("review", "decision", "decided_by", "content_hash")
    if not isinstance(told, dict) or not all(isinstance(told.get(name), str) for name in names):
        raise ValueError(f"a decision has the texts {', '.join(names)}")
    return await assistant.decided(*(told[name] for name in names))


async def _health(assistant: Assistant, _request: Request) -> dict[str, Any]:
    return await assistant.health()


def create_app(settings: Settings | None = None) -> Starlette:
    """The ASGI application; its settings come from the environment unless given."""
    app = Starlette(
        routes=[
            Route("/claims", _page(_decide), methods=["POST"]),
            Route("/reviews/decisions", _page(_decided), methods=["POST"]),
            Route("/health", _page(_health)),
        ]
    )
    app.state.assistant = Assistant(settings or Settings.from_env())
    return app
