"""Timing: no answer in time, failures that pass or do not, replies that are lost, work that is called off."""

from __future__ import annotations

from collections.abc import Iterator

from integtest.failures.catalogue import Draft, always, first, mode
from integtest.failures.editing import refusing
from integtest.failures.refusals import refusal
from integtest.failures.subject import Subject, acts
from integtest.model.failure import Fault, Gap, Injection, Limit, Outcome

_DRIPPING = 120.0
"""Seconds that a dripping body takes: longer than any deadline, while no two octets are far apart."""


@mode(
    "stall",
    number=2,
    layer="timing",
    title="no answer, and the connection stays open",
    source="Filibuster (SoCC'21): Timeout",
    healthy="refuse",
    covers=("filibuster:Timeout",),
)
def stall(subject: Subject) -> Iterator[Draft]:
    """The provider takes the request and never answers; or stops in the middle of the body."""
    if subject.http is None:
        return
    yield Draft(
        always(subject, Fault(kind="stall")),
        what="the provider never answers",
        why="every call waits for an answer",
        oracle={"healthy": refusing(subject)},
    )
    size = len(subject.http.response.example) if subject.succeeds else 0
    if size > 1:
        yield Draft(
            always(subject, Fault(kind="stall-body", at=size // 2)),
            what=f"after {size // 2} of {size} octets of the body nothing comes any more",
            why=f"the reply has a body of {size} octets",
            variant="mid-body",
            oracle={"healthy": refusing(subject)},
        )


@mode(
    "drip",
    number=7,
    layer="timing",
    title="a few octets a second",
    source="Toxiproxy: slow_close, bandwidth, slicer",
    healthy="refuse",
    covers=("filibuster:Timeout",),
)
def drip(subject: Subject) -> Iterator[Draft]:
    """The body comes so slowly that it takes two minutes, and no single wait is long: only a deadline for the whole
    ends it."""
    size = len(subject.http.response.example) if subject.http is not None and subject.succeeds else 0
    if size < 2:
        return
    step = max(1, round(size / _DRIPPING))
    every = _DRIPPING / max(1, -(-size // step) - 1)
    yield Draft(
        always(subject, Fault(kind="drip", at=step, seconds=round(every, 3))),
        what=f"the body comes {step} octet{'s' * (step > 1)} every {every:.3g} s, so that it takes two minutes",
        why=f"the reply has a body of {size} octets, and a client's time-out is for each of its waits",
        oracle={"healthy": refusing(subject)},
    )


@mode(
    "fails-then-recovers",
    number=12,
    layer="timing",
    title="fails N times, then recovers",
    source="Toxiproxy#404; Wasabi (SOSP'24): IF, HOW",
    healthy=("recover", "refuse"),
    covers=("wasabi:if-not-retried", "wasabi:if-missing", "wasabi:how-state", "filibuster:503"),
    calls=None,
)
def fails_then_recovers(subject: Subject) -> Iterator[Draft]:
    """503 once, and twice; then all is well. Who tries again needs one call more for each failure; who declared
    that it tries often enough has to come through."""
    if subject.http is None or not subject.succeeds:
        return
    fault = Fault(kind="reply", response=refusal(subject, 503))
    for times, variant in ((1, "once"), (2, "twice")):
        yield Draft(
            first(subject, *[fault] * times),
            what=f"the first {'reply is' if times == 1 else 'two replies are'} 503, the next is whole",
            why="any server may be away for a moment",
            variant=variant,
            oracle={
                "healthy": _persistence(subject, times),
                "limits": (Limit(target=subject.ref, more=times),),
                "gaps": (Gap(seconds=0.05, call=2),) if times == 2 else (),
            },
        )


def _persistence(subject: Subject, failures: int) -> tuple[Outcome, ...]:
    """What a healthy consumer does: the contract may say how often it calls, and then it has to."""
    terms = subject.interaction.failing
    declared = terms.calls if terms is not None and terms.calls is not None else 1
    must = declared > failures and not _acts_twice(subject)
    return ("recover",) if must else ("recover", "refuse")


def _acts_twice(subject: Subject) -> bool:
    """Whether trying again may do twice what was to be done once: it acts, and has no idempotency key."""
    return subject.http is not None and acts(subject.http) and subject.http.once is None


@mode(
    "never-recovers",
    number=13,
    layer="timing",
    title="fails for good",
    source="Wasabi (SOSP'24): WHEN, cap and delay",
    healthy="refuse",
    covers=("wasabi:when-cap", "wasabi:when-delay", "filibuster:503"),
    calls=8,
    gaps=(Gap(seconds=0.1, call=2), Gap(seconds=0.1, call=3), Gap(seconds=0.1, call=5)),
)
def never_recovers(subject: Subject) -> Iterator[Draft]:
    """Every call fails: with 503, and with a connection that is reset. Tries are capped, and further apart each."""
    if subject.http is None or not subject.succeeds:
        return
    ways = {"503": Fault(kind="reply", response=refusal(subject, 503)), "reset": Fault(kind="reset")}
    told = {"503": "every reply is 503", "reset": "every connection is reset before an answer"}
    for variant, fault in ways.items():
        yield Draft(
            always(subject, fault),
            what=told[variant],
            why="who tries again must stop some day, and wait meanwhile",
            variant=variant,
            oracle={"healthy": refusing(subject)},
        )


@mode(
    "reply-lost",
    number=15,
    layer="timing",
    title="done, and the reply is lost",
    source="Rainmaker (NSDI'23); draft-ietf-httpapi-idempotency-key-header",
    healthy=("recover", "refuse"),
    covers=("wasabi:how-tracking", "csi:state-resource-inconsistency"),
    once=True,
)
def reply_lost(subject: Subject) -> Iterator[Draft]:
    """The provider acts, and the connection breaks before its reply arrives. A second try carries the same
    idempotency key, or looks first; to give up and say that the outcome is not known is honest too."""
    http = subject.http
    if http is None or not subject.succeeds or not (acts(http) or http.once):
        return
    yield Draft(
        first(subject, Fault(kind="lose")),
        what="the provider acts, and its first reply is lost",
        why=f"{http.request.method} changes something at the provider each time it is called",
    )


@mode(
    "cancelled",
    number=16,
    layer="timing",
    title="called off while it waits",
    source="Wasabi (SOSP'24): IF, wrong retry policy: a cancelled task is retried",
    healthy="refuse",
    covers=("wasabi:if-retried",),
    calls=1,
)
def cancelled(subject: Subject) -> Iterator[Draft]:
    """The consumer's task is cancelled while a call waits for its answer: no further call leaves."""
    if subject.http is None or not subject.succeeds:
        return
    stalled = always(subject, Fault(kind="stall"))
    yield Draft(
        Injection(scripts=stalled.scripts, cancel_after=1),
        what="the work is cancelled while the call waits for its answer",
        why="every call may be called off: a user leaves, a deadline passes, a service stops",
    )
