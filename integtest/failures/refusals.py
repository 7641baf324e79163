"""What providers say when they refuse, in the words of their own standards."""

from __future__ import annotations

from typing import Any

from integtest.failures.fields import at
from integtest.failures.subject import Subject, document_of, encoded
from integtest.model.contract import HttpInteraction
from integtest.model.http import Response

REASONS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    410: "Gone",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
"""Reason phrases (RFC 9110, 15)."""


def proxy_page(status: int) -> bytes:
    """What a proxy in front of the provider says: HTML, not the provider's own words."""
    told = f"{status} {REASONS.get(status, 'Error')}"
    page = f"<html>\r\n<head><title>{told}</title></head>\r\n<body>\r\n<center><h1>{told}</h1></center>\r\n</body>"
    return f"{page}\r\n</html>\r\n".encode()


def error_of(subject: Subject, status: int) -> Any:
    """An error document as the provider would write it.

    JSON-RPC 2.0, GraphQL, OpenAI's or Anthropic's error object, RFC 9457 problem detail as Airflow has it, what the
    contract promises of its errors elsewhere, else a plain one.
    """
    text = f"{REASONS.get(status, 'Error')} (made by integtest)"
    if (call := _rpc_call(subject)) is not None:
        return {"jsonrpc": "2.0", "id": call.get("id"), "error": {"code": -32603, "message": text}}
    if subject.http is not None and subject.http.request.path.endswith("/graphql"):
        return {"data": None, "errors": [{"message": text}]}
    if subject.kind == "model_gateway":
        return _model_error(subject, status, text)
    if _is_airflow(subject):
        return {"detail": text, "status": status, "title": REASONS.get(status, "Error"), "type": "about:blank"}
    promised = _promised(subject)
    return {"error": text, "status": status} if promised is None else promised


def _rpc_call(subject: Subject) -> dict[str, Any] | None:
    asked = document_of(subject.http.request.body) if subject.http else None
    return asked if isinstance(asked, dict) and asked.get("jsonrpc") == "2.0" else None


def _model_error(subject: Subject, status: int, text: str) -> dict[str, Any]:
    kind = "server_error" if status >= 500 or status == 200 else "invalid_request_error"
    if subject.http is not None and subject.http.request.path.endswith("/messages"):
        name = "api_error" if kind == "server_error" else "authentication_error" if status == 401 else kind
        return {"type": "error", "error": {"type": name, "message": text}}
    return {"error": {"message": text, "type": kind, "param": None, "code": None}}


def _is_airflow(subject: Subject) -> bool:
    path = subject.http.request.path if subject.http else ""
    return "airflow" in subject.interaction.contract.provider.lower() or "/dags" in path or "/dagRuns" in path


def _promised(subject: Subject) -> Any:
    """The body of an error that the same contract promises elsewhere."""
    own = subject.interaction.contract.provider
    for one in subject.book.interactions:
        if isinstance(one, HttpInteraction) and one.contract.provider == own and one.response.status >= 400:
            document = document_of(one.response.body)
            if isinstance(document, dict) and document:
                return document
    return None


def refusal(subject: Subject, status: int, *headers: tuple[str, str], document: Any = None) -> Response:
    """A reply with an error status, without the headers that belong to the promised body."""
    content = encoded(error_of(subject, status) if document is None else document)
    kind = "application/problem+json" if document is None and _is_airflow(subject) else "application/json"
    return Response(
        status=status,
        reason=REASONS.get(status, ""),
        headers=(("Content-Type", kind), *headers),
        body=b"" if _bodiless(subject) else content,
    )


def page(subject: Subject, status: int, *headers: tuple[str, str]) -> Response:
    """A proxy's reply."""
    return Response(
        status=status,
        reason=REASONS.get(status, ""),
        headers=(("Content-Type", "text/html"), ("Server", "nginx"), *headers),
        body=b"" if _bodiless(subject) else proxy_page(status),
    )


def _bodiless(subject: Subject) -> bool:
    return subject.http is not None and subject.http.request.method.upper() == "HEAD"


def asked(subject: Subject, pointer: str) -> Any:
    """What the promised request holds at a JSON pointer of its body; None where nothing is."""
    document = document_of(subject.http.request.body) if subject.http else None
    try:
        return at(document, pointer)
    except (LookupError, TypeError, ValueError):
        return None
