"""Drafts of streamed replies -> the patterns of the model, and an example of the whole text."""

from __future__ import annotations

import json
import re
from typing import Any

from integtest.authoring import models
from integtest.authoring.bodies import Content, json_body, raw_body
from integtest.authoring.build import Aside, response_pattern
from integtest.authoring.compiler import validator
from integtest.authoring.examples import Sheet, plain
from integtest.authoring.places import refuse
from integtest.authoring.sequences import sequence
from integtest.authoring.shapes import every, matcher
from integtest.authoring.streams import Event, Events, Stream
from integtest.authoring.values import Match
from integtest.model.contract import Weaker
from integtest.model.events import StreamEvent, encoded
from integtest.model.matching import Body, ResponsePattern
from integtest.model.order import Order
from integtest.model.stream import EventPattern, Part, StreamPattern, means

_WHY = "a stream of events: Pact sees one text, and at most how it ends"


def stream_pattern(stream: Stream, aside: Aside) -> ResponsePattern:
    """What the consumer relies on in a streamed answer."""
    pattern = response_pattern(stream.reply, aside)
    if any(name.lower() == "content-type" for name in pattern.headers):
        refuse("the Content-Type of a Stream stands in headers=", 'say it with content_type="…"')
    promised = StreamPattern(
        format=stream.format,
        frames=_frames(stream.frames),
        end=_event(stream.end) if stream.end else None,
        optional=tuple(_event(_as_event(one)) for one in stream.optional),
        tolerant=stream.tolerant,
    )
    events = _given(stream.example, promised) if stream.example is not None else sequence(promised)
    body = encoded([one.sample for one in events], promised.format)
    aside.weaker.append(Weaker(part="response", path="$", reason=_WHY))
    headers = {**pattern.headers, "Content-Type": (stream.content_type,)}
    if promised.format == "jsonl":
        promised = promised.model_copy(update={"example": body.decode()})
        return pattern.model_copy(update={"headers": headers, "stream": promised})
    rules = pattern.rules.model_copy(update={"body": {"$": every(matcher("regex", regex=_whole(promised)))}})
    text = Body(state="present", content=body, content_type=stream.content_type)
    return pattern.model_copy(update={"headers": headers, "body": text, "rules": rules, "stream": promised})


def _whole(stream: StreamPattern) -> str:
    """A regular expression of the whole text, which Pact's engine matches in full: at least one event, and the
    terminal one at the end."""
    end = stream.end
    if end is not None and end.kind == "literal":
        return rf"[\s\S]*data: ?{_escaped(end.example)}\s*"
    if end is not None and end.event is not None:
        return rf"[\s\S]*event: ?{_escaped(end.event)}[\r\n][\s\S]*"
    return r"[\s\S]*data:[\s\S]+"


def _escaped(text: str) -> str:
    return re.sub(r"([\\.^$|?*+()\[\]{}/-])", r"\\\1", text)


def _frames(frames: Any) -> Part:
    """A model alone comes once or more; what is in a list comes in order."""
    if isinstance(frames, list | tuple):
        frames = Events(tuple(frames), either=False, least=1, most=1)
        if not frames.parts:
            refuse("frames=[] promises no event", "name the events of the stream")
    if isinstance(frames, Event | Events):
        return _part(frames)
    return Part(event=_event(_as_event(frames)), most=None)


def _part(given: Any) -> Part:
    if isinstance(given, Events):
        parts = tuple(_part(one) for one in given.parts)
        return Part(parts=parts, either=given.either, least=given.least, most=given.most)
    event = _as_event(given)
    return Part(event=_event(event), least=event.least, most=event.most)


def _as_event(given: Any) -> Event:
    if isinstance(given, Events):
        refuse("in_order() and any_of() stand in frames= only", "list the events themselves here")
    return given if isinstance(given, Event) else Event(None, given)


def _event(event: Event) -> EventPattern:
    label = event.name or _label(event.data)
    if event.data is None:
        return EventPattern(label=label, event=event.name, kind="any", example="{}")
    if isinstance(event.data, str) and event.example is None:
        return EventPattern(label=label, event=event.name, kind="literal", example=event.data)
    text = isinstance(event.data, Match) and isinstance(event.data.example, str)
    found: Content = (
        raw_body(event.data, "text/plain") if text else json_body(event.data, event.example, None, "validation")
    )
    if found.sheet.secrets or found.sheet.states:
        refuse("env() or from_state() stands in an event of a stream", "use like() or regex()")
    return EventPattern(
        label=label,
        event=event.name,
        kind="text" if text else "json",
        example=found.body.content.decode(),
        rules=found.sheet.rules,
        json_schema=found.schema,
    )


def _label(data: Any) -> str:
    if isinstance(data, str):
        return data
    if isinstance(data, Match) or not models.is_typed(data):
        return "event"
    return models.name_of(data)


def _given(example: tuple[Any, ...], stream: StreamPattern) -> list[EventPattern]:
    """The author's events; ContractError when they do not keep the promise."""
    events = [_shown(number, one, stream) for number, one in enumerate(example)]
    _ordered(events, stream)
    return events


def _shown(number: int, given: Any, stream: StreamPattern) -> EventPattern:
    """One event of an author's example, under the name of the kind that it is of."""
    event = given if isinstance(given, Event) else Event(None, given)
    shown = plain(models.dumped(event.data), Sheet())
    data = shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    known = [*([stream.end] if stream.end else []), *stream.events, *stream.optional]
    fitting = [one for one in known if _fits(one, StreamEvent(event=event.name or one.event, data=data))]
    if not fitting and not stream.tolerant:
        refuse(f"example[{number}] is none of the promised events: {data:.80}", f"promised are {_names(known)}")
    like = fitting[0] if fitting else EventPattern(label="event", event=event.name, kind="any")
    return like.model_copy(update={"example": data, "event": event.name or like.event})


def _ordered(events: list[EventPattern], stream: StreamPattern) -> None:
    order = Order(stream.frames, stream.events)
    states, body = order.start, events
    if stream.end is not None:
        if not events or not _fits(stream.end, events[-1].sample):
            refuse(f"the example does not end with {stream.end.label!r}", "give the terminal event last")
        body = events[:-1]
    for number, one in enumerate(body):
        allowed = order.allowed(states)
        onward = [allowed[n] for n, kind in enumerate(stream.events) if n in allowed and _fits(kind, one.sample)]
        if onward:
            states = frozenset().union(*onward)
        elif not stream.tolerant and not any(_fits(kind, one.sample) for kind in stream.optional):
            refuse(f"example[{number}] may not come there: {one.label}", "give the events in the promised order")
    if not order.may_end(states):
        awaited = [stream.events[n].label for n in order.allowed(states)]
        refuse("the example ends too early", f"what is missing: {' or '.join(awaited)}")


def _fits(pattern: EventPattern, event: StreamEvent) -> bool:
    if pattern.kind != "json":
        return means(pattern, event, None)
    try:
        document = json.loads(event.data)
    except ValueError:
        return False
    if not means(pattern, event, document):
        return False
    return pattern.json_schema is None or validator(pattern.json_schema).is_valid(document)


def _names(known: list[EventPattern]) -> str:
    return ", ".join(dict.fromkeys(one.label for one in known))
