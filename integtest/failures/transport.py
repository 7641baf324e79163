"""Transport: the connection fails, or what comes over it is no HTTP message (RFC 9112)."""

from __future__ import annotations

from collections.abc import Iterator

from integtest.failures.catalogue import Draft, always, mode
from integtest.failures.subject import Subject, content_of
from integtest.model.failure import Fault

_WIREMOCK = "WireMock: simulating faults"


@mode(
    "refused",
    number=1,
    layer="transport",
    title="nobody listens",
    source="Filibuster (SoCC'21): ConnectionError",
    healthy="refuse",
    covers=("filibuster:ConnectionError", "wasabi:if-absent"),
)
def refused(subject: Subject) -> Iterator[Draft]:
    """The provider's port is closed."""
    if subject.http is not None:
        yield Draft(
            always(subject, Fault(kind="refuse")),
            what="the provider refuses the connection",
            why="every call needs a connection",
        )


@mode(
    "reset-mid-body",
    number=3,
    layer="transport",
    title="reset in the middle of the body",
    source=_WIREMOCK,
    healthy="refuse",
    covers=("filibuster:ConnectionError",),
)
def reset_mid_body(subject: Subject) -> Iterator[Draft]:
    """RST after half of the body."""
    if subject.http is None or not subject.succeeds:
        return
    size = len(content_of(subject.body))
    if size > 1:
        yield Draft(
            always(subject, Fault(kind="reset", at=size // 2)),
            what=f"the connection is reset after {size // 2} of {size} octets of the body",
            why=f"the reply has a body of {size} octets",
        )


@mode(
    "empty-reply", number=4, layer="transport", title="closed before an octet", source=_WIREMOCK, healthy="refuse"
)
def empty_reply(subject: Subject) -> Iterator[Draft]:
    """The provider closes the connection without an answer."""
    if subject.http is not None:
        yield Draft(
            always(subject, Fault(kind="empty")),
            what="the provider closes the connection without an answer",
            why="every call waits for an answer",
        )
