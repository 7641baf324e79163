"""What models make: arguments of tool calls, and embeddings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from integtest.failures.catalogue import Draft, mode
from integtest.failures.editing import changed, telling
from integtest.failures.fields import Field, at, replaced, steps
from integtest.failures.subject import Subject
from integtest.failures.telling import plain

_CALLS = {"tool_calls", "function_call", "function", "tool_use", "tool_call", "tool_input"}
_INPUTS = {"input", "args", "arguments", "tool_input"}
_VECTORS = {"embedding", "embeddings", "vector", "vectors", "dense", "dense_vector", "float", "values"}


@mode(
    "tool-arguments",
    number=42,
    layer="schema",
    title="tool arguments that are not what the tool takes",
    source="Hydrangea (ICSE'25)",
    healthy=("refuse", "tolerate"),
    differs=True,
    calls=4,
)
def tool_arguments(subject: Subject) -> Iterator[Draft]:
    """Arguments cut off, no object, empty, without a member, or with another type, in every reply: a repair has to
    be bounded."""
    if not subject.usable:
        return
    for field in telling(subject, (*subject.fields, *_unshown_calls(subject))):
        for variant, what, value in _broken_arguments(subject, field):
            document = replaced(subject.document, field.pointer, value)
            if document != subject.document:
                yield changed(
                    subject,
                    document,
                    keeps=False,
                    pointer=field.pointer,
                    variant=variant,
                    what=f"the tool arguments at {field.pointer} are {what}",
                    why="the reply holds a tool call, whose arguments a model writes and nobody guarantees",
                )


def _unshown_calls(subject: Subject) -> Iterator[Field]:
    return (one for one in subject.unshown if plain(one.name) in _CALLS | {"tool_calls"})


def _broken_arguments(subject: Subject, field: Field) -> Iterator[tuple[str, str, Any]]:
    name = plain(field.name)
    if name in _CALLS and field not in subject.fields:
        yield from _within(field.value)
    elif isinstance(field.value, str) and name in ("arguments", "tool_input") and _in_call(subject, field):
        yield from _texts(field.value)
    elif isinstance(field.value, dict) and name in _INPUTS and _in_call(subject, field):
        yield from _objects(field.value)


def _in_call(subject: Subject, field: Field) -> bool:
    """Whether the place belongs to a call of a tool: within one by name, or beside a tool's name."""
    holder = at(subject.document, field.pointer.rpartition("/")[0])
    within = {plain(step) for step in steps(field.pointer)[:-1]} & _CALLS
    return bool(within) or (isinstance(holder, dict) and "name" in holder)


def _texts(text: str) -> Iterator[tuple[str, str, str]]:
    whole = text if text.strip().startswith("{") and len(text) > 4 else '{"id": "c-1", "amount": 12}'
    yield "cut", "JSON cut off", whole[: max(2, len(whole) * 2 // 3)].rstrip("} \n")
    yield "no-object", "a list, no object", "[]"
    yield "empty", "empty", ""
    try:
        known = json.loads(whole)
    except (ValueError, RecursionError):
        return
    if isinstance(known, dict) and known:
        yield "unknown-argument", "an object of members that the tool does not have", '{"integtest_unknown":1}'


def _objects(known: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    if known:
        yield "missing-argument", "without their first member", dict(list(known.items())[1:])
    yield "unknown-argument", "an object of members that the tool does not have", {"integtest_unknown": 1}


def _within(value: Any) -> Iterator[tuple[str, str, Any]]:
    """A made tool call with its arguments cut off, in whatever it is wrapped."""
    found = _cut(value)
    if found != value:
        yield "cut", "JSON cut off", found


def _cut(value: Any) -> Any:
    if isinstance(value, list):
        return [_cut(one) for one in value]
    if isinstance(value, dict):
        return {
            key: '{"id": "c-1", "amo' if key == "arguments" and isinstance(one, str) else _cut(one)
            for key, one in value.items()
        }
    return value


@mode(
    "embedding-size",
    number=44,
    layer="schema",
    title="an embedding of another dimension",
    source="rag_api#180",
    healthy="refuse",
    covers=("csi:unspoken-convention/schema-structure",),
)
def embedding_size(subject: Subject) -> Iterator[Draft]:
    """One number less, twice as many, none: a store that takes them cannot be searched."""
    if not subject.usable:
        return
    for field in telling(subject, subject.fields):
        if not is_vector(field):
            continue
        vector = field.value
        for variant, value in (
            ("shorter", vector[:-1] if len(vector) > 1 else [*vector, 0.5]),
            ("longer", vector * 2),
            ("empty", []),
        ):
            yield changed(
                subject,
                replaced(subject.document, field.pointer, value),
                keeps=False,
                pointer=field.pointer,
                variant=variant,
                what=f"{field.pointer} holds {len(value)} numbers in place of {len(vector)}",
                why=f"{field.pointer} is promised as a list of numbers, and an index has one dimension",
            )


def is_vector(field: Field) -> bool:
    """Whether a place is a list of numbers that its name, or its length, calls a vector."""
    value = field.value
    if not isinstance(value, list) or not value or "prefixItems" in field.schema:
        return False
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in value)
    return numbers and (plain(field.name) in _VECTORS or len(value) >= 8)
