"""Keys that nobody renews: made once, put into the consumer's settings, and revoked some day."""

from __future__ import annotations

from collections.abc import Iterator

from integtest.failures.auth.credentials import credential_header
from integtest.failures.auth.renewal import issuers
from integtest.failures.catalogue import Draft, always, mode
from integtest.failures.editing import refusing
from integtest.failures.refusals import refusal
from integtest.failures.subject import Subject
from integtest.model.failure import Fault, Limit


@mode(
    "key-refused",
    number=56,
    layer="auth",
    title="the key is not taken any more",
    source="RFC 9110, 15.5.2; RFC 6750, 3.1",
    healthy="refuse",
    covers=("wasabi:if-retried",),
    calls=None,
)
def key_refused(subject: Subject) -> Iterator[Draft]:
    """401 for ever, for a credential that no contract of the consumer shows how to renew: it says so, asks no more
    than once again, and keeps the key out of what it says."""
    name = credential_header(subject)
    if name is None or not subject.succeeds or issuers(subject):
        return
    reply = refusal(subject, 401, *_challenge(subject, name))
    yield Draft(
        always(subject, Fault(kind="reply", response=reply)),
        what="every reply is 401: the credential is not taken any more",
        why=f"the header {name} carries a credential, and no contract shows how a new one is got",
        oracle={"healthy": refusing(subject), "limits": (Limit(target=subject.ref, more=1),)},
    )


def _challenge(subject: Subject, name: str) -> tuple[tuple[str, str], ...]:
    """What a server answers with where the scheme has a challenge (RFC 9110, 11.6.1); keys of a header of their own
    have none."""
    if name.lower() != "authorization":
        return ()
    scheme = (subject.request_header(name) or "").partition(" ")[0] or "Bearer"
    error = ', error="invalid_token"' if scheme.lower() == "bearer" else ""
    return (("WWW-Authenticate", f'{scheme} realm="integtest"{error}'),)
