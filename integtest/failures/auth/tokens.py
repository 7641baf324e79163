"""Bearer tokens that end, are not renewed, or lose their scope (RFC 6749, RFC 6750)."""

from __future__ import annotations

from collections.abc import Iterator

from integtest.failures.auth.renewal import bearer_token, issuers, issues_tokens
from integtest.failures.catalogue import Draft, always, first, mode, with_scripts
from integtest.failures.editing import refusing
from integtest.failures.refusals import refusal
from integtest.failures.subject import Subject, encoded
from integtest.model.failure import Fault, Limit, Script
from integtest.model.http import Response


def _challenge(error: str, text: str, **more: str) -> tuple[str, str]:
    """A challenge for a bearer token (RFC 6750, 3)."""
    parts = {"realm": "integtest", "error": error, "error_description": text, **more}
    return "WWW-Authenticate", "Bearer " + ", ".join(f'{name}="{value}"' for name, value in parts.items())


def _expired(subject: Subject) -> Fault:
    challenge = _challenge("invalid_token", "The access token expired")
    document = {"error": "invalid_token", "error_description": "The access token expired"}
    return Fault(kind="reply", response=refusal(subject, 401, challenge, document=document))


def _authorized(subject: Subject) -> bool:
    """Whether the call needs a token; what issues tokens does not."""
    return subject.succeeds and bearer_token(subject) is not None and not issues_tokens(subject)


@mode(
    "token-expires",
    number=18,
    layer="auth",
    title="the token expires on the way",
    source="RFC 6750, 3.1: invalid_token",
    healthy=("recover", "refuse"),
    covers=("wasabi:if-not-retried", "wasabi:when-cap", "csi:inconsistent-context"),
    calls=None,
)
def token_expires(subject: Subject) -> Iterator[Draft]:
    """401 once: who can ask for a token asks for one new token, and calls once more. 401 for ever: nobody asks
    without end. A key that nobody issues is refused for good: `key-refused`."""
    renewed = issuers(subject)
    if not _authorized(subject) or not renewed:
        return
    names = ", ".join(f'{one.provider} "{one.description}"' for one in renewed)
    why = f"the request carries a bearer token, tokens end, and {names} gives another"
    yield Draft(
        first(subject, _expired(subject)),
        what="the first reply is 401: the token has expired",
        why=why,
        oracle={
            "renews": renewed,
            "limits": (Limit(target=subject.ref, more=1), *(Limit(target=one, more=1) for one in renewed)),
        },
    )
    yield Draft(
        always(subject, _expired(subject)),
        what="every reply is 401: the token has expired, and so has each new one",
        why=why,
        variant="for-ever",
        oracle={
            "healthy": refusing(subject),
            "limits": (Limit(target=subject.ref, more=2), *(Limit(target=one, more=2) for one in renewed)),
        },
    )


@mode(
    "refresh-fails",
    number=19,
    layer="auth",
    title="the token expires, and no new one is given",
    source="RFC 6749, 5.2: invalid_grant",
    healthy="refuse",
    covers=("wasabi:when-cap",),
    calls=None,
)
def refresh_fails(subject: Subject) -> Iterator[Draft]:
    """401 from the provider, and from then on 400 where tokens are issued: nothing goes on without a token."""
    renewed = issuers(subject)
    if not _authorized(subject) or not renewed:
        return
    document = {"error": "invalid_grant", "error_description": "The grant is no longer valid"}
    reply = Response(
        status=400,
        headers=(("Content-Type", "application/json"), ("Cache-Control", "no-store")),
        body=encoded(document),
    )
    scripts = (Script(target=one, faults=(None, Fault(kind="reply", response=reply))) for one in renewed)
    yield Draft(
        with_scripts(always(subject, _expired(subject)), *scripts),
        what="every reply is 401, and the second request for a token is refused with invalid_grant",
        why="the request carries a bearer token that the consumer has to renew, and a grant can be withdrawn",
        oracle={"limits": (Limit(target=subject.ref, more=2), *(Limit(target=one, more=2) for one in renewed))},
    )


@mode(
    "scope-lost",
    number=20,
    layer="auth",
    title="the token no longer has the scope",
    source="RFC 6750, 3.1: insufficient_scope",
    healthy="refuse",
    covers=("wasabi:if-retried", "csi:ignorance"),
    calls=1,
)
def scope_lost(subject: Subject) -> Iterator[Draft]:
    """403 insufficient_scope: the same call with the same rights fails the next time too."""
    if not _authorized(subject):
        return
    challenge = _challenge("insufficient_scope", "The token lacks the scope", scope="integtest:other")
    document = {"error": "insufficient_scope", "error_description": "The token lacks the scope"}
    yield Draft(
        always(subject, Fault(kind="reply", response=refusal(subject, 403, challenge, document=document))),
        what="every reply is 403: the token lacks the scope",
        why="the request carries a bearer token, whose scope the provider may narrow",
        oracle={"healthy": refusing(subject)},
    )
