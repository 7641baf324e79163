"""The attributes of a CloudEvent (CloudEvents 1.0) as metadata of a message, or as headers of a webhook."""

# ruff: noqa: A002 - the specification's own words

from __future__ import annotations

from typing import Any

from integtest.authoring.match import not_empty
from integtest.authoring.places import refuse

_SOURCE, _ID, _KAFKA = "/source", "1", "ce_"


def cloud_event(
    type: str,
    *,
    source: str = _SOURCE,
    id: str = _ID,
    subject: str | None = None,
    time: str | None = None,
    prefix: str = _KAFKA,
    **extensions: str,
) -> dict[str, Any]:
    """Attributes of a CloudEvent in binary mode: `type` and `specversion` come exactly so, the others are there
    and differ from event to event. `prefix` is the protocol's: `ce_` in Kafka, `ce-` in HTTP, `cloudEvents:` in
    AMQP. In structured mode the event is the body: `content_type="application/cloudevents+json"`."""
    if not isinstance(type, str) or not type:
        refuse(f"a CloudEvent needs a type, not {type!r}", 'for example cloud_event("com.example.review.decided")')
    named = {"id": id, "source": source, "subject": subject, "time": time, **extensions}
    wrong = [name for name in extensions if not (name.isascii() and name.isalnum() and name == name.lower())]
    if wrong:
        refuse(f"{wrong[0]!r} is no name of a CloudEvent's attribute", "use lower-case letters and digits alone")
    about = {f"{prefix}{name}": not_empty(value) for name, value in named.items() if value is not None}
    return {f"{prefix}specversion": "1.0", f"{prefix}type": type, **about}
