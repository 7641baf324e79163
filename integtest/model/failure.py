"""Ways to break an interaction: what is done to it, what a healthy consumer does, what was seen, how it is
judged."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Literal

from integtest.model.base import Frozen
from integtest.model.contract import InteractionRef
from integtest.model.finding import Finding
from integtest.model.http import Exchange, Response
from integtest.model.message import Message

Layer = Literal["transport", "auth", "schema", "semantics", "timing", "ordering", "volume", "oversight"]
LAYERS: tuple[Layer, ...] = (
    "transport",
    "auth",
    "schema",
    "semantics",
    "timing",
    "ordering",
    "volume",
    "oversight",
)

Outcome = Literal["tolerate", "recover", "refuse", "hold"]
"""What a healthy consumer does: gives the result as if nothing had happened; succeeds after trying again; fails
with an error that it declares; fails closed, so that no guarded call leaves."""

Status = Literal["survived", "leaked", "hung", "stormed", "lied", "gave-up", "not-judged"]
"""`leaked`: an undeclared error, a secret, or a call that a guard forbids. `hung`: its deadline passed. `stormed`:
too many calls, or too close together. `lied`: a result as if nothing had happened, or a second side effect.
`gave-up`: an error where it had to tolerate or recover."""

FaultKind = Literal[
    "reply",
    "refuse",
    "stall",
    "stall-body",
    "reset",
    "empty",
    "short",
    "bad-chunk",
    "garbage",
    "drip",
    "lose",
    "duplicate",
    "drop",
    "hold-back",
    "contents",
]
"""What happens to one call or one delivery.

`reply`: `response` in place of the promised one, after `seconds`. `refuse`: nobody listens. `stall`: no answer
ever; `stall-body`: none after `at` octets of the body. `reset`: RST after `at` octets of the body, None: before the
head. `empty`: closed before an octet. `short`: closed after `at` octets of a body that is longer. `bad-chunk`,
`garbage`: broken framing. `drip`: `at` octets every `seconds`. `lose`: the provider acts, its reply is lost
(reset). For what the provider sends to the consumer: `duplicate` (`times` deliveries, at once with `concurrently`),
`drop`, `hold-back` (after the next delivery, or at the end), `contents` (`message` in place of the promised one).
"""


def slug(text: str) -> str:
    """A description as words with hyphens: "Answers in a stream" is answers-in-a-stream."""
    return "-".join(re.findall(r"\w+", text.lower())) or "interaction"


class Fault(Frozen):
    """What happens to one call of an interaction; see `FaultKind`. A header value of `response` may hold
    `{http-date:+30}`: the HTTP date so many seconds after the answer is given (RFC 9110, 5.6.7)."""

    kind: FaultKind
    response: Response | None = None
    at: int | None = None
    seconds: float | None = None
    message: Message | None = None
    times: int = 2
    concurrently: bool = False


class Condition(Frozen):
    """Which calls a script counts: those whose request has this header value, or this text at a JSON pointer."""

    header: str | None = None
    pointer: str | None = None
    equals: str | None = None
    """None: it is enough that the header or the place is there."""


class Script(Frozen):
    """Faults for the calls of one interaction, by occurrence: the first for the first call from when it is armed.
    None leaves a call whole. `then` is what happens to later calls: `whole`, or the last fault again."""

    target: InteractionRef
    faults: tuple[Fault | None, ...]
    then: Literal["whole", "again"] = "again"
    when: Condition | None = None

    def fault(self, occurrence: int) -> Fault | None:
        """The fault of a call, counted from 0."""
        if occurrence < len(self.faults):
            return self.faults[occurrence]
        return self.faults[-1] if self.then == "again" and self.faults else None


class Injection(Frozen):
    """All that is done to the consumer in one case."""

    scripts: tuple[Script, ...] = ()
    skew: float = 0.0
    """Seconds by which the consumer's clock is ahead of the provider's."""
    cancel_after: int | None = None
    """Cancel the consumer's work when this many calls of the case's interaction have begun."""
    credential: Literal["none", "wrong"] | None = None
    """For a live provider: the request is sent without its credential, or with a wrong one."""
    stale: bool = False
    """Every reply to the interaction is the first one recorded, whatever was written since."""

    @property
    def refused(self) -> frozenset[str]:
        """The providers that nobody reaches from the first call on."""
        return frozenset(
            script.target.provider
            for script in self.scripts
            if script.faults and script.then == "again" and all(f and f.kind == "refuse" for f in script.faults)
        )


class Gap(Frozen):
    """Between a call of the interaction and the next one, if there is one, at least `seconds` pass. `call` counts
    from 1; None means every pair."""

    seconds: float
    call: int | None = None


ELSEWHERE = "{elsewhere}"
"""The provider that calls to another host are noted under; in a header's value, that host's URL. No credential may
arrive there (RFC 9110, 15.4)."""


class Limit(Frozen):
    """How often another interaction may, or must, be called in the broken run."""

    target: InteractionRef
    at_most: int | None = None
    at_least: int = 0
    more: int | None = None
    """At most so many calls more than in the whole run."""


class Oracle(Frozen):
    """What a healthy consumer does in one case; every part must hold."""

    healthy: tuple[Outcome, ...]
    differs: bool = False
    """Whether another result than the whole run's is healthy: a safe default, an answer marked incomplete."""
    raises: tuple[str, ...] = ()
    """Declared errors, as `module:QualifiedName`; empty: any that is no leak."""
    within: float = 30.0
    """Seconds, virtual where they can be."""
    calls: int | None = 10
    """The most calls of the interaction."""
    gaps: tuple[Gap, ...] = ()
    limits: tuple[Limit, ...] = ()
    never: tuple[str, ...] = ()
    """Texts that the result must not hold: sentinels that went through as data."""
    hands_on: tuple[Any, Any] | None = None
    """A promised value and what came in its place: a consumer whose result holds the one where it held the other
    hands on what it is given, and reads nothing into it."""
    once: bool = False
    """No second side effect: calls that act carry one idempotency key over all tries."""
    quiet: tuple[InteractionRef, ...] = ()
    """No call to these leaves (fail closed)."""
    statuses: tuple[int, ...] = ()
    """For a live provider: the statuses by which it refuses."""
    renews: tuple[InteractionRef, ...] = ()
    """What gives the means to recover, such as a new token: who called one of these in the whole run has to
    recover, and may not refuse."""


class Case(Frozen):
    """One failure mode for one interaction. `id` is unique among the interaction's cases, and stable."""

    mode: str
    number: int | None = None
    """The mode's number in the catalogue; None for one of a user's own."""
    layer: Layer
    consumer: str
    target: InteractionRef
    pointer: str | None = None
    """JSON pointer (RFC 6901) into the reply's body, or into a message's contents."""
    variant: str | None = None
    what: str
    """What happens, for a reader: "the reply lacks /scope"."""
    why: str
    """Why it applies to this interaction."""
    source: str = ""
    primary: bool = True
    """False for a further pointer or variant of a mode that has a primary case."""
    injection: Injection
    oracle: Oracle

    @property
    def id(self) -> str:
        """`mode[:pointer][:variant]`."""
        return ":".join(part for part in (self.mode, self.pointer, self.variant) if part is not None)

    @property
    def address(self) -> str:
        """`provider/interaction-in-words/id`: unique among all cases, fit for a command line."""
        return f"{self.target.provider}/{slug(self.target.description)}/{self.id}"


class Weakness(Frozen):
    """A failure that is known, and accepted until a day: `case` is a case's address, or a pattern of it (`*`,
    `?`)."""

    case: str
    reason: str
    until: date


class Call(Frozen):
    """One call that the consumer made in a run; `interaction` is None where nothing promised it. `at` in seconds of
    the consumer's clock from the start of the run."""

    provider: str
    interaction: str | None
    at: float
    exchange: Exchange
    faulted: bool = False
    acted: bool = True
    """Whether the provider acted on it: False where it never arrived whole."""


class SeenError(Frozen):
    """An error that left the consumer. `types`: its class and the bases, as `module:QualifiedName`."""

    types: tuple[str, ...]
    text: str
    where: str | None = None
    """`file:line` of the innermost frame in the consumer's own code."""


class Observation(Frozen):
    """One run of the consumer. `value` is its result as JSON-like data; `seconds` on its own clock."""

    ended: Literal["returned", "raised", "hung", "exited", "cancelled"]
    value: Any = None
    returned: Any = None
    """The result itself, for predicates; not compared."""
    volatile: tuple[str, ...] = ()
    """JSON pointers into `value` at which two whole runs differ: new ids, moments in time."""
    raised: Any = None
    """The error itself, for a traceback."""
    error: SeenError | None = None
    calls: tuple[Call, ...] = ()
    delivered: int = 0
    """Messages handed to the consumer that met a fault; in the whole run all of them."""
    seconds: float = 0.0
    clock: Literal["virtual", "real"] = "virtual"
    remarks: tuple[str, ...] = ()
    """What a reader should know: threads left behind, hosts that were not reached."""


class Judgement(Frozen):
    """What became of one case."""

    case: Case
    status: Status
    findings: tuple[Finding, ...] = ()
    reason: str | None = None
    """Why it could not be judged."""
    calls: int = 0
    seconds: float = 0.0
    clock: Literal["virtual", "real"] = "virtual"
    remarks: tuple[str, ...] = ()
    known: str | None = None
    """The reason why this weakness is known and accepted for now."""
