"""Volume: too many calls, too much to take in, the same page for ever, nothing or a hundred times as much."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from integtest.failures.catalogue import Draft, always, first, mode, with_scripts
from integtest.failures.editing import MAY_IGNORE, changed, size, telling, with_body, with_document
from integtest.failures.fields import Field, replaced
from integtest.failures.paging import cursor, more, pages
from integtest.failures.refusals import asked, refusal
from integtest.failures.sizes import lists, numbered
from integtest.failures.streams import in_streams
from integtest.failures.subject import Subject, encoded
from integtest.failures.telling import plain
from integtest.model.failure import Fault, Gap, Limit, Script

_WAITS: tuple[tuple[str, str | None, float, str], ...] = (
    ("seconds", "2", 2.0, "Retry-After: 2"),
    ("http-date", "{http-date:+3}", 2.0, "Retry-After as an HTTP date, 3 seconds ahead"),
    ("fraction", "1.5", 1.0, "Retry-After: 1.5, no whole number"),
    ("none", None, 0.0, "no Retry-After"),
)


@mode(
    "too-many-requests",
    number=11,
    layer="volume",
    title="429, with Retry-After in each of its forms, and without",
    source="RFC 6585, 4; RFC 9110, 10.2.3; openai-python#937, litellm#34954",
    healthy=("recover", "refuse"),
    covers=("wasabi:when-delay", "csi:api-semantics-violation"),
)
def too_many_requests(subject: Subject) -> Iterator[Draft]:
    """The first call is refused for now; who calls again waits as long as it was told. An hour is too long."""
    if subject.http is None or subject.http.response.status == 429:
        return
    why = "every provider may limit the rate of calls"
    for variant, value, gap, told in _WAITS:
        headers = () if value is None else (("Retry-After", value),)
        yield Draft(
            first(subject, Fault(kind="reply", response=refusal(subject, 429, *headers))),
            what=f"the first reply is 429 Too Many Requests with {told}",
            why=why,
            variant=variant,
            oracle={"gaps": (Gap(seconds=gap, call=1),) if gap else ()},
        )
    yield Draft(
        always(subject, Fault(kind="reply", response=refusal(subject, 429, ("Retry-After", "3600")))),
        what="every reply is 429 Too Many Requests with Retry-After: 3600",
        why=f"{why}, and an hour is longer than a caller may hang",
        variant="an-hour",
        oracle={"healthy": MAY_IGNORE if subject.kind == "monitoring" else ("refuse",), "calls": 3},
    )


@mode(
    "context-exceeded",
    number=43,
    layer="volume",
    title="the model's context or output limit is reached",
    source="Hydrangea (ICSE'25)",
    healthy="refuse",
    covers=("wasabi:if-retried",),
)
def context_exceeded(subject: Subject) -> Iterator[Draft]:
    """An answer that ends at the limit is no whole answer; a prompt that is too long is too long the next time."""
    if subject.kind != "model_gateway" or subject.http is None or not subject.succeeds:
        return
    yield from _cut(subject)
    if any(asked(subject, f"/{name}") is not None for name in ("messages", "prompt", "input", "contents")):
        yield Draft(
            always(subject, Fault(kind="reply", response=refusal(subject, 400, document=_too_long(subject)))),
            what="every reply is 400: the prompt is longer than the model's context",
            why="the request carries a prompt, which grows with its conversation",
            variant="400",
            oracle={"calls": 3},
        )


@in_streams
def _cut(subject: Subject) -> Iterator[Draft]:
    for field in telling(subject, subject.fields):
        if (stop := _stopped(field)) is not None and stop != field.value:
            yield changed(
                subject,
                replaced(subject.document, field.pointer, stop),
                keeps=False,
                pointer=field.pointer,
                variant="length",
                what=f"{field.pointer} is {stop!r}: the answer was cut at the limit",
                why=f"{field.pointer} says why the model stopped",
                oracle={"healthy": ("refuse",), "differs": True},
            )


_STOPS = {"finish_reason": "length", "stop_reason": "max_tokens"}


def _stopped(field: Field) -> str | None:
    """What the field says of a model that stopped at its limit (OpenAI, Anthropic, Gemini)."""
    name = plain(field.name)
    if not isinstance(field.value, str) or name not in _STOPS:
        return None
    known = [one for one in field.choices if str(one).lower() in ("length", "max_tokens")]
    return str(known[0]) if known else _STOPS[name] if not field.value.isupper() else "MAX_TOKENS"


def _too_long(subject: Subject) -> dict[str, object]:
    assert subject.http is not None  # noqa: S101 - a call
    if subject.http.request.path.endswith("/messages"):
        text = "prompt is too long: 208310 tokens > 200000 maximum"
        return {"type": "error", "error": {"type": "invalid_request_error", "message": text}}
    text = "This model's maximum context length is 8192 tokens. However, your messages resulted in 9031 tokens."
    error = {
        "message": text,
        "type": "invalid_request_error",
        "param": "messages",
        "code": "context_length_exceeded",
    }
    return {"error": error}


_PAGES = 5
"""Calls for pages after which a consumer has to see that they go round in a circle."""


@mode(
    "cursor-loop",
    number=45,
    layer="volume",
    title="the next page is this page",
    source="Wasabi (SOSP'24): HOW, state reset",
    healthy=MAY_IGNORE,
    covers=("wasabi:how-state", "wasabi:when-cap"),
    calls=_PAGES,
    differs=True,
)
def cursor_loop(subject: Subject) -> Iterator[Draft]:
    """Every page names the same next page, for ever."""
    place = cursor(subject)
    if place is None:
        return
    document = replaced(subject.document, place.pointer, place.value if place.value is not None else "page-2")
    if (flag := more(subject)) is not None:
        document = replaced(document, flag.pointer, True)
    injection = with_document(subject, document)
    fault = with_body(subject, encoded(document))
    further = [ref for ref in pages(subject) if ref != subject.ref]
    others = [Script(target=ref, faults=(fault,)) for ref in further]
    yield Draft(
        with_scripts(injection, *others),
        pointer=place.pointer,
        what=f"{place.pointer} names the same next page in every reply",
        why=f"{place.pointer} says where the next page starts",
        keeps=subject.keeps(document),
        oracle={"limits": tuple(Limit(target=ref, at_most=_PAGES) for ref in further)},
    )


_MANY = 100
_OCTETS = 5_000_000


@mode(
    "volume-shift",
    number=46,
    layer="volume",
    title="nothing, or a hundred times as much",
    source="TFDV: num_examples drift",
    healthy=MAY_IGNORE,
    covers=("csi:undefined-values/schema-value", "csi:monitoring-discrepancy"),
    differs=True,
)
def volume_shift(subject: Subject) -> Iterator[Draft]:
    """An empty list, and one with a hundred items for each; items of their own where they carry identifiers."""
    if not subject.usable:
        return
    places = lists(subject)
    for place in places:
        yield changed(
            subject,
            replaced(subject.document, place.pointer, []),
            pointer=place.pointer,
            variant="none",
            what=f"{place.pointer or 'the list'} is empty",
            why="a list may be empty on a quiet day, or when its source failed",
        )
    for place in places:
        count = min(_MANY * len(place.value), max(2, _OCTETS // max(size(subject), 1)))
        items = [numbered(deepcopy(place.value[i % len(place.value)]), i) for i in range(count)]
        yield changed(
            subject,
            replaced(subject.document, place.pointer, items),
            pointer=place.pointer,
            variant="many",
            what=f"{place.pointer or 'the list'} has {count} items in place of {len(place.value)}",
            why="nothing bounds the list but the provider's data",
        )
