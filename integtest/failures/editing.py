"""Broken bodies as injections: for a call the reply, for a message its contents."""

from __future__ import annotations

from typing import Any

from integtest.failures.catalogue import Draft, always
from integtest.failures.fields import replaced
from integtest.failures.streams import EventView
from integtest.failures.subject import Subject, encoded
from integtest.failures.telling import ranked
from integtest.model.failure import Fault, Injection, Outcome
from integtest.model.http import Headers
from integtest.model.message import Message

MAY_IGNORE: tuple[Outcome, ...] = ("refuse", "tolerate")
"""What is healthy where a consumer may not use the place at all."""

_MARK = "\ue000integtest\ue001"
"""Stands in a document for text that no JSON encoder writes; private-use characters, in no real body."""


def size(subject: Subject) -> int:
    """Octets of the promised body."""
    return len(subject.content)


def telling(subject: Subject, places: Any, **how: Any) -> list[Any]:
    """The places that a mode breaks, the most telling first."""
    return ranked(places, size(subject), **how)


def refusing(subject: Subject) -> tuple[Outcome, ...]:
    """What is healthy where the answer is worthless: refuse; telemetry may be lost without harm."""
    return MAY_IGNORE if subject.kind == "monitoring" or not subject.usable else ("refuse",)


def with_body(
    subject: Subject,
    content: bytes,
    content_type: str | None = None,
    headers: Headers = (),
    status: int | None = None,
) -> Fault:
    """The promised reply, or message, with another body; of a stream's event, the stream with other data in it."""
    if isinstance(subject, EventView):
        content = subject.within(content)
    if subject.message is not None:
        pattern = subject.message.message
        kind = content_type or pattern.body.content_type
        return Fault(
            kind="contents", message=Message(contents=content, content_type=kind, metadata=dict(pattern.metadata))
        )
    kind = content_type or _own_type(subject)
    return Fault(
        kind="reply", response=subject.reply(body=content, content_type=kind, headers=headers, status=status)
    )


def _own_type(subject: Subject) -> str | None:
    """None where the promise names one."""
    assert subject.http is not None  # noqa: S101 - a call
    pattern = subject.http.response
    named = pattern.body.content_type or any(name.lower() == "content-type" for name in pattern.headers)
    return None if named else "application/json"


def with_document(subject: Subject, document: Any) -> Injection:
    """Another document in every reply, or in every message."""
    return always(subject, with_body(subject, encoded(document)))


def changed(subject: Subject, document: Any, *, keeps: bool | None = None, **draft: Any) -> Draft:
    """A case that puts another document in the promised one's place. Where the document still keeps the promise,
    another result than the whole run's is honest, unless the mode says otherwise."""
    kept = subject.keeps(document) if keeps is None else keeps
    oracle = draft.pop("oracle", {})
    if kept:
        oracle = {"differs": True, **oracle}
    return Draft(with_document(subject, document), keeps=kept, oracle=oracle, **draft)


def spliced(document: Any, pointer: str, text: str) -> bytes:
    """The document as JSON, with `text` as it stands at the pointer."""
    whole = encoded(replaced(document, pointer, _MARK))
    return whole.replace(encoded(_MARK), text.encode(), 1)


def literal(subject: Subject, pointer: str, text: str, **draft: Any) -> Draft:
    """A case that puts text at a pointer which a JSON encoder would not write."""
    return Draft(
        always(subject, with_body(subject, spliced(subject.document, pointer, text))), pointer=pointer, **draft
    )


def shown(pointer: str) -> str:
    """A pointer for a reader."""
    return pointer or "the whole body"
