"""Values of another type, beyond what a number holds, of a new kind, or of another branch of a union."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from integtest.failures.catalogue import Draft, mode
from integtest.failures.editing import MAY_IGNORE, changed, literal, telling
from integtest.failures.fields import Field, replaced
from integtest.failures.schema.branches import others
from integtest.failures.streams import in_streams
from integtest.failures.subject import Subject
from integtest.failures.telling import decides, plain, weight

BEYOND = 2**53 + 1
"""The first whole number that a double does not hold (RFC 8259, 6)."""
_ROUNDED = ("9007199254740992", "9007199254740992.0", "9.007199254740992e+15")
_DEEP = 20_000

_NEW = {"token_type": "DPoP", "finish_reason": "pause", "stop_reason": "pause_turn", "finishReason": "PAUSE"}


@mode(
    "wrong-type",
    number=27,
    layer="schema",
    title="another type, or a number that does not fit",
    source="CSI (EuroSys'23): Type Confusion; RFC 8259, section 6",
    healthy=MAY_IGNORE,
    covers=("csi:type-confusion/schema-value", "csi:type-confusion/schema-structure"),
)
@in_streams
def wrong_type(subject: Subject) -> Iterator[Draft]:
    """A number as text and text as a number; then what lies beyond 2^53, beyond a double, NaN, and depth."""
    leaves = telling(subject, subject.fields, key=lambda one: weight(one) + 3 * _number(one) - 3 * one.container)
    for field in leaves:
        document = replaced(subject.document, field.pointer, confused(field.value))
        if not subject.keeps(document):
            yield changed(
                subject,
                document,
                pointer=field.pointer,
                what=f"{field.pointer} is {_name(confused(field.value))} in place of {_name(field.value)}",
                why=f"the contract promises {_name(field.value)} at {field.pointer}",
            )
    for field in leaves:
        yield from _numbers(subject, field)
    for field in [one for one in leaves if not one.container][:1]:
        yield literal(
            subject,
            field.pointer,
            "[" * _DEEP + "]" * _DEEP,
            variant="deep",
            what=f"{field.pointer} is a list {_DEEP} levels deep",
            why="a parser has to bound the depth that it follows (RFC 8259, section 9)",
        )


def _numbers(subject: Subject, field: Field) -> Iterator[Draft]:
    if not _number(field):
        return
    told = f"{field.pointer} is a number, and JSON does not bound numbers"
    if isinstance(field.value, int):
        document = replaced(subject.document, field.pointer, BEYOND)
        oracle = {"never": _ROUNDED, "differs": True}
        what = f"{field.pointer} is {BEYOND}, which a double does not hold"
        yield changed(
            subject, document, pointer=field.pointer, variant="beyond-2^53", what=what, why=told, oracle=oracle
        )
    for variant, text, never in (
        ("overflow", "1e309", ("inf", "Infinity")),
        ("nan", "NaN", ("nan", "NaN")),
        ("negative-zero", "-0", ("-0.0",)),
    ):
        yield literal(
            subject,
            field.pointer,
            text,
            variant=variant,
            what=f"{field.pointer} is {text}",
            why=told,
            oracle={"never": never, "differs": variant == "negative-zero"},
        )


def _number(field: Field) -> bool:
    return isinstance(field.value, int | float) and not isinstance(field.value, bool)


def confused(value: Any) -> Any:
    """The value as another system's encoder might write it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | dict):
        return json.dumps(value)
    if isinstance(value, list):
        return value[0] if value and not isinstance(value[0], list) else "[]"
    try:
        return json.loads(value) if isinstance(json.loads(value), int | float) else 7
    except (ValueError, RecursionError):
        return 7


def _name(value: Any) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", str: "text", list: "a list", dict: "an object"}
    return names.get(type(value), "null")


@mode(
    "new-enum",
    number=28,
    layer="schema",
    title="a value that the enumeration does not have yet",
    source="pydantic-ai#2844, litellm#21348",
    healthy=MAY_IGNORE,
    covers=("csi:wrong-api-assumptions/api-semantics", "csi:unspoken-convention/schema-value"),
    differs=True,
)
@in_streams
def new_enum(subject: Subject) -> Iterator[Draft]:
    """An unknown value at one enumeration; first where the consumer decides by it."""
    listed = (one for one in (*subject.fields, *subject.unshown) if any(isinstance(c, str) for c in one.choices))
    for field in telling(subject, listed, key=lambda one: weight(one) + 6 * decides(one)):
        value = unknown(field)
        document = replaced(subject.document, field.pointer, value)
        if not subject.keeps(document):
            known = ", ".join(str(one) for one in field.choices[:4])
            yield changed(
                subject,
                document,
                pointer=field.pointer,
                what=f"{field.pointer} is {value!r}",
                why=f"the contract knows {known}{', …' if len(field.choices) > 4 else ''}; such lists grow",
            )


def unknown(field: Field) -> str:
    """A value that the enumeration does not have, in its own spelling."""
    known = [one for one in field.choices if isinstance(one, str)]
    made = _NEW.get(field.name) or _NEW.get(plain(field.name)) or "integtest_unknown"
    made = made.upper() if known and all(one.isupper() for one in known) else made
    return made if made not in known else f"{made}_2"


@mode(
    "other-variant",
    number=30,
    layer="schema",
    title="another branch of the union",
    source="Pact MkII RFC: oneOf has no matcher",
    healthy=MAY_IGNORE,
    covers=("csi:type-confusion/schema-structure", "csi:unsupported-operations/schema-structure"),
    differs=True,
)
@in_streams
def other_variant(subject: Subject) -> Iterator[Draft]:
    """The other branches that the contract names, one at a place each."""
    if subject.schema is None:
        return
    for field in telling(subject, (*subject.places, *subject.unshown)):
        for number, (name, value) in enumerate(others(field, subject.schema)):
            document = replaced(subject.document, field.pointer, value)
            if subject.keeps(document):
                yield changed(
                    subject,
                    document,
                    pointer=field.pointer,
                    variant=f"branch-{number + 1}",
                    what=f"{field.pointer or 'the whole body'} is {name}",
                    why="the contract names several alternatives there, and the example shows one",
                )
