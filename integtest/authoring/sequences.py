"""A short sequence of events to serve as an example: first, middle and last of what repeats."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

from integtest.authoring.compiler import Compiler, validator
from integtest.authoring.shapes import UnsayableError, offered
from integtest.model.stream import EventPattern, Part, StreamPattern

Moment = Literal["first", "middle", "last"]
_MOMENTS: tuple[Moment, ...] = ("first", "middle", "last")


def sequence(pattern: StreamPattern) -> list[EventPattern]:
    """Events that keep the promise, with the terminal one, each as a pattern whose `example` is its data."""
    return [*_part(pattern.frames), *([pattern.end] if pattern.end else [])]


def _part(part: Part) -> list[EventPattern]:
    if part.event is not None:
        return _repeated(part.event, part)
    inner = part.parts[:1] if part.either else part.parts
    once = [event for one in inner for event in _part(one)]
    if part.either and len(inner) == 1 and inner[0].event is not None and inner[0].most == 1:
        return _repeated(inner[0].event, part)
    return once * max(part.least, 0)


def _repeated(event: EventPattern, part: Part) -> list[EventPattern]:
    """As often as it must come; what may come without end is shown beginning, going on and ending."""
    if part.most is not None and part.most < len(_MOMENTS):
        return [event] * part.least
    shown: list[EventPattern] = []
    for moment in _MOMENTS:
        one = event.model_copy(update={"example": _at(event, moment)})
        if not shown or one.example != shown[-1].example:
            shown.append(one)
    if part.least == 0 and len(shown) == 1:
        return []
    middle = shown[len(shown) // 2]
    while len(shown) < part.least:
        shown.insert(len(shown) // 2, middle)
    return shown


def _at(event: EventPattern, moment: Moment) -> str:
    """The event's data as it is early, in the middle or late in the stream; its own example where that is none."""
    if event.kind != "json" or event.json_schema is None:
        return event.example
    made = _Moments(event.json_schema, moment).value(event.json_schema, json.loads(event.example))
    if not validator(event.json_schema).is_valid(made):
        return event.example
    return json.dumps(made, ensure_ascii=False, separators=(",", ":"))


class _Moments:
    """What differs within a stream: a label that is null or left out but at the beginning (one value: a role), text
    that flows in between (an optional field with an example), a reason that stands at the end (several values)."""

    def __init__(self, document: dict[str, Any], moment: Moment) -> None:
        self._compiler = Compiler(document)
        self._moment = moment

    def value(self, schema: Any, example: Any) -> Any:
        """The example of one place at this moment."""
        try:
            found = self._compiler.resolve(schema)
        except UnsayableError:
            return example
        if isinstance(example, list):
            return [self.value(found.get("items", {}), item) for item in example]
        if not isinstance(example, dict):
            return example
        made = dict(example)
        for key, part in found.get("properties", {}).items():
            self._member(made, key, part, key in found.get("required", ()))
        return made

    def _member(self, made: dict[str, Any], key: str, part: Any, required: bool) -> None:
        try:
            schema = self._compiler.resolve(part)
        except UnsayableError:
            return
        choices = _choices(self._compiler, schema)
        if choices is not None:
            if self._moment == ("first" if len(choices) == 1 else "last"):
                made[key] = choices[0]
            elif required:
                made[key] = None
            else:
                made.pop(key, None)
        elif key in made:
            made[key] = self.value(part, made[key])
        elif self._moment == "middle" and "examples" in schema and (hint := offered(schema)):
            made[key] = hint.value


def _choices(compiler: Compiler, schema: Mapping[str, Any]) -> list[Any] | None:
    """The values of a nullable choice ("stop", "length" or null), None for anything else."""
    branches = [compiler.resolve(branch) for branch in schema.get("anyOf", ())]
    if len(branches) != 2 or {"type": "null"} not in branches:
        return None
    other = next(branch for branch in branches if branch != {"type": "null"})
    return [other["const"]] if "const" in other else list(other.get("enum", ())) or None
