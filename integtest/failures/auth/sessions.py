"""Sessions that their server has forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from integtest.failures.catalogue import Draft, first, mode
from integtest.failures.refusals import asked, refusal
from integtest.failures.subject import Subject, document_of, references
from integtest.model.contract import HttpInteraction
from integtest.model.failure import Fault, Limit


@mode(
    "session-lost",
    number=55,
    layer="auth",
    title="the session is not known any more",
    source="Model Context Protocol, Streamable HTTP: session management; agent-native#5547",
    healthy=("recover", "refuse"),
    covers=("wasabi:if-missing", "csi:state-resource-inconsistency"),
    calls=None,
)
def session_lost(subject: Subject) -> Iterator[Draft]:
    """404 for a session that was live: the client starts one new session, and calls once more."""
    if subject.http is None or not subject.succeeds or not subject.request_header("mcp-session-id"):
        return
    if asked(subject, "/method") == "initialize" or subject.http.request.method.upper() == "DELETE":
        return
    openers = references(one for one in subject.book.interactions if _opens(one, subject))
    document = {
        "jsonrpc": "2.0",
        "id": asked(subject, "/id"),
        "error": {"code": -32001, "message": "Session not found"},
    }
    yield Draft(
        first(subject, Fault(kind="reply", response=refusal(subject, 404, document=document))),
        what="the first reply is 404: the session is not known any more",
        why="the request names a session, which the server may end at any time",
        oracle={
            "renews": openers,
            "limits": (Limit(target=subject.ref, more=1), *(Limit(target=one, more=1) for one in openers)),
        },
    )


def _opens(one: Any, subject: Subject) -> bool:
    """Whether the interaction starts a session at the same provider."""
    if not isinstance(one, HttpInteraction) or one.contract.provider != subject.interaction.contract.provider:
        return False
    document = document_of(one.request.body)
    return isinstance(document, dict) and document.get("method") == "initialize"
