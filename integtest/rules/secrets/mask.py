"""Exchanges as a report may show them: what is secret or personal reads `***`."""

from __future__ import annotations

from collections.abc import Mapping

from integtest.model.http import Exchange, Headers, Request, Response
from integtest.rules.secrets.actions import MASK, Mask
from integtest.rules.secrets.detect import Rules
from integtest.rules.secrets.edits import applied
from integtest.rules.secrets.exchanges import Walk
from integtest.rules.secrets.headers import rewritten_headers
from integtest.rules.secrets.places import At
from integtest.rules.secrets.policy import Policy

__all__ = ["MASK", "mask_exchange", "mask_headers", "mask_request", "mask_response", "mask_text"]

_Known = Mapping[str, str] | None


def _walk(known: _Known, policy: Policy | None) -> Walk:
    chosen = (policy or Policy()).model_copy(update={"in_doubt": "replace"})
    return Walk(Rules(chosen, known), Mask(), listed_only=False)


def mask_exchange(exchange: Exchange, known: _Known = None, policy: Policy | None = None) -> Exchange:
    """The exchange for display. `known` maps the names of environment variables to their secret values, which
    are masked wherever they stand, also base64-encoded, percent-encoded or JSON-escaped."""
    return _walk(known, policy).exchange(exchange)


def mask_request(request: Request, known: _Known = None, policy: Policy | None = None) -> Request:
    """The request for display."""
    return mask_exchange(Exchange(request=request), known, policy).request


def mask_response(response: Response, known: _Known = None, policy: Policy | None = None) -> Response:
    """The response for display."""
    exchange = Exchange(request=Request(method="GET", url="/"), response=response)
    return mask_exchange(exchange, known, policy).response or response


def mask_headers(headers: Headers, known: _Known = None, policy: Policy | None = None) -> Headers:
    """Header fields for display: the scheme of an Authorization and the names of cookies stay."""
    return rewritten_headers(headers, _walk(known, policy).texts, "/headers")


def mask_text(text: str, known: _Known = None, policy: Policy | None = None) -> str:
    """Text for display, whatever it holds: a URL, a log line, JSON, an error."""
    return applied(text, _walk(known, policy).texts.string(text, At("")))
