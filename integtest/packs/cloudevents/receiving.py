"""Events that the provider sends to the consumer: as a webhook, or on a queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from integtest.authoring.contract import Contract
from integtest.authoring.requests import POST
from integtest.model.contract import AsyncMessage
from integtest.packs.cloudevents.events import STRUCTURED, TYPE, event_of
from integtest.packs.menu import Options, told_message


def receives(
    contract: Contract,
    *,
    path: str = "/hooks/events",
    type: str = TYPE,  # noqa: A002 - the attribute's own name
    source: str | None = None,
    data: Any = None,
    extensions: Mapping[str, Any] | None = None,
    **options: Unpack[Options],
) -> AsyncMessage:
    """Sends an event to the consumer's webhook, in structured mode. It may come more than once under its id.

    Source: CloudEvents HTTP protocol binding 1.0.2, 3.2; core specification, id ("duplicates").
    """
    model = options.get("body") or event_of(type, data, source=source, extensions=extensions)
    request = POST(path, json=model, content_type=STRUCTURED)
    named, terms = told_message(contract, f"sends {type}", options)
    return contract.incoming(named, request=request, **terms)


def receives_message(
    contract: Contract,
    *,
    type: str = TYPE,  # noqa: A002
    source: str | None = None,
    data: Any = None,
    extensions: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    **options: Unpack[Options],
) -> AsyncMessage:
    """Puts an event on a queue or topic, in structured mode; `metadata` are the broker's own fields.

    Source: CloudEvents JSON event format 1.0.2, 3; the structured modes of the Kafka and AMQP bindings.
    """
    model = options.get("body") or event_of(type, data, source=source, extensions=extensions)
    named, terms = told_message(contract, f"publishes {type}", options)
    return contract.message(named, contents=model, metadata=metadata or {}, content_type=STRUCTURED, **terms)
