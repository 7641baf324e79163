"""Statuses that say no: for now, for good, or to the operation as such (RFC 9110, 15)."""

from __future__ import annotations

from collections.abc import Iterator

from integtest.failures.catalogue import Draft, always, mode
from integtest.failures.editing import refusing
from integtest.failures.refusals import REASONS, page, refusal
from integtest.failures.subject import SAFE, Subject
from integtest.model.failure import Fault
from integtest.model.http import Response


def _replies(subject: Subject, response: Response, **draft: object) -> Draft:
    status = response.status
    return Draft(
        always(subject, Fault(kind="reply", response=response)),
        what=f"every reply is {status} {REASONS[status]}",
        variant=str(status),
        **draft,  # type: ignore[arg-type]  # fields of a Draft
    )


@mode(
    "server-error",
    number=8,
    layer="semantics",
    title="500, 502, 503, 504",
    source="Filibuster (SoCC'21): 500, 502, 503",
    healthy="refuse",
    covers=(
        *("filibuster:500", "filibuster:502", "filibuster:503"),
        *("wasabi:when-cap", "csi:state-resource-inconsistency"),
    ),
)
def server_error(subject: Subject) -> Iterator[Draft]:
    """The provider's own error, and those of the proxy before it."""
    http = subject.http
    if http is None:
        return
    for status in (503, 500, 502, 504):
        if status != http.response.status:
            own = status in (500, 503)
            yield _replies(
                subject,
                refusal(subject, status) if own else page(subject, status),
                why="any server may fail, or the proxy before it",
                oracle={"healthy": refusing(subject)},
            )


@mode(
    "permanent-refusal",
    number=14,
    layer="semantics",
    title="a refusal that no retry changes",
    source="Wasabi (SOSP'24): IF, wrong retry policy: a non-recoverable error is retried",
    healthy="refuse",
    covers=("wasabi:if-retried", "csi:api-semantics-violation"),
    calls=1,
)
def permanent_refusal(subject: Subject) -> Iterator[Draft]:
    """422, 400, 409 where the request has a body; 404, 410, 400 where it has none. Once is enough."""
    http = subject.http
    if http is None:
        return
    sends = http.request.body.state == "present" or http.request.method.upper() not in SAFE
    for status in (422, 400, 409) if sends else (404, 410, 400):
        if status != http.response.status:
            absent = status in (404, 410)
            yield _replies(
                subject,
                refusal(subject, status),
                why="the request has a body that can be refused" if sends else "what it asks for may not exist",
                oracle={"healthy": refusing(subject), "differs": absent},
            )


@mode(
    "unsupported-operation",
    number=34,
    layer="semantics",
    title="the operation is not supported",
    source="CSI (EuroSys'23): Unsupported Operations",
    healthy=("refuse", "tolerate"),
    covers=(
        *("csi:unsupported-operations/address", "csi:unsupported-operations/schema-value"),
        *("csi:unsupported-operations/schema-structure", "csi:feature-inconsistency"),
        "wasabi:if-retried",
    ),
    differs=True,
)
def unsupported_operation(subject: Subject) -> Iterator[Draft]:
    """405 with what is allowed instead, and 501: another version of the provider, or a proxy that blocks it."""
    if subject.http is None:
        return
    allowed = "GET, HEAD" if subject.http.request.method.upper() not in SAFE else "POST"
    for response, most in (
        (refusal(subject, 405, ("Allow", allowed)), 1),
        (refusal(subject, 501), 10),
    ):
        yield _replies(
            subject,
            response,
            why=f"another version may not know {subject.http.request.method} {subject.http.request.path}",
            oracle={"calls": most},
        )
