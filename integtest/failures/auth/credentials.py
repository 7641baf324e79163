"""Credentials that reach the wrong host, or that nobody looks at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from integtest.failures.catalogue import Draft, always, mode
from integtest.failures.editing import refusing
from integtest.failures.subject import Subject
from integtest.model.failure import ELSEWHERE, Fault, Injection
from integtest.model.http import Response, media_type

_FORM = "application/x-www-form-urlencoded"
_SPOILED: dict[Literal["none", "wrong"], str] = {
    "none": "without its credential",
    "wrong": "with a wrong credential",
}
_CREDENTIALS = ("authorization", "cookie", "x-api-key", "api-key", "x-auth-token")


_KEYS = ("Authorization", "X-Api-Key", "Api-Key", "X-Auth-Token")


def credential_header(subject: Subject) -> str | None:
    """The header by which the request proves who asks; a cookie belongs to a session, and is none."""
    own = (use.name for use in subject.interaction.secrets if use.part == "header" and use.name.lower() != "cookie")
    return next((name for name in (*_KEYS, *own) if subject.request_header(name)), None)


def _carries_credentials(subject: Subject) -> bool:
    known = any(subject.request_header(name) for name in _CREDENTIALS)
    return known or bool(subject.interaction.secrets)


@mode(
    "redirect-elsewhere",
    number=10,
    layer="auth",
    title="a redirect to another host",
    source="RFC 9110, 15.4; RFC 6750, 5.3",
    healthy="refuse",
    covers=("csi:unspoken-convention/address",),
)
def redirect_elsewhere(subject: Subject) -> Iterator[Draft]:
    """302, and 307 which asks to send the body again, to a host that no contract names: no credential arrives
    there, and what it answers is not the provider's."""
    http = subject.http
    if http is None or not subject.succeeds or not _carries_credentials(subject):
        return
    for status in (302, 307):
        reply = Response(status=status, headers=(("Location", f"{ELSEWHERE}{http.request.path}"),))
        yield Draft(
            always(subject, Fault(kind="reply", response=reply)),
            what=f"every reply is {status} and leads to another host",
            why="the request carries credentials, which are for this provider alone",
            variant=str(status),
            oracle={"healthy": refusing(subject)},
        )


@mode(
    "auth-ignored",
    number=23,
    layer="auth",
    title="the provider answers without the credential",
    source="Schemathesis: ignored_auth",
    healthy="refuse",
    covers=("csi:ignorance",),
    side="provider",
)
def auth_ignored(subject: Subject) -> Iterator[Draft]:
    """The promised request without its credential, and with a wrong one: a provider that needs one refuses, or
    hides that there is anything (RFC 9110, 15.5.2, 15.5.4 and 15.5.5). OAuth 2.0 refuses clients with 400 too
    (RFC 6749, 5.2)."""
    if not subject.succeeds or not _carries_credentials(subject):
        return
    oauth = subject.http is not None and media_type(subject.http.request.body.content_type) == _FORM
    for variant, told in _SPOILED.items():
        yield Draft(
            Injection(credential=variant),
            what=f"the request is sent {told}",
            why="the contract's request carries a credential",
            variant=variant,
            oracle={"statuses": (400, 401, 403, 404) if oauth else (401, 403, 404)},
        )
