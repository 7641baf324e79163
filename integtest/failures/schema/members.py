"""Members that are gone, null, or new."""

from __future__ import annotations

from collections.abc import Iterator

from integtest.failures.catalogue import Draft, mode
from integtest.failures.editing import MAY_IGNORE, changed, shown, telling
from integtest.failures.fields import Field, replaced, without
from integtest.failures.streams import in_streams
from integtest.failures.subject import Subject
from integtest.failures.telling import weight

ADDED = "integtest_added"
"""The name of a member that no contract knows."""


@mode(
    "required-gone",
    number=24,
    layer="schema",
    title="a required field is gone",
    source="oasdiff: response-required-property-removed",
    healthy=MAY_IGNORE,
    covers=("csi:wrong-api-assumptions/custom-property", "csi:unspoken-convention/schema-structure"),
)
@in_streams
def required_gone(subject: Subject) -> Iterator[Draft]:
    """The reply without one member that the contract requires; with every field of it, one case each."""
    for field in telling(subject, (one for one in subject.fields if one.required and isinstance(one.key, str))):
        document = without(subject.document, field.pointer)
        if not subject.keeps(document):
            yield changed(
                subject,
                document,
                pointer=field.pointer,
                what=f"{field.pointer} is missing",
                why=f"the contract requires {field.pointer}",
            )


@mode(
    "null",
    number=25,
    layer="schema",
    title="null where a value usually is",
    source="CSI (EuroSys'23): Undefined Values",
    healthy=MAY_IGNORE,
    covers=("csi:undefined-values/schema-value", "csi:undefined-values/custom-property"),
)
@in_streams
def null(subject: Subject) -> Iterator[Draft]:
    """null at one place. Where the contract allows it, the consumer said that it copes: those come first."""
    allowed = (one for one in (*subject.fields, *subject.unshown) if one.nullable and one.value is not None)
    promised = telling(subject, allowed)
    others = telling(subject, (one for one in subject.fields if not one.nullable and one.value is not None))
    for field in (*promised, *others):
        yield _null(subject, field)


def _null(subject: Subject, field: Field) -> Draft:
    document = replaced(subject.document, field.pointer, None)
    kept = subject.keeps(document)
    said = "the contract allows null there" if kept else f"the contract promises a value at {field.pointer}"
    return changed(subject, document, keeps=kept, pointer=field.pointer, what=f"{field.pointer} is null", why=said)


@mode(
    "extra-field",
    number=29,
    layer="schema",
    title="a field that the contract does not know",
    source="Pact: unexpected response keys are allowed (Postel's law)",
    healthy="tolerate",
    covers=("csi:unspoken-convention/schema-structure",),
)
@in_streams
def extra_field(subject: Subject) -> Iterator[Draft]:
    """One more member, at each level; never where the contract itself forbids it, nor among the keys of a map."""
    for place in telling(subject, subject.places, key=_outermost):
        if not isinstance(place.value, dict) or (subject.schema is not None and not _names_members(place)):
            continue
        pointer = f"{place.pointer}/{ADDED}"
        document = replaced(subject.document, pointer, {"since": "v2", "values": [1, None]})
        if subject.schema is None or subject.keeps(document):
            yield changed(
                subject,
                document,
                keeps=True,
                pointer=pointer,
                what=f"{shown(place.pointer)} has one more member, {ADDED}",
                why="a provider may add members, and the contract allows it",
            )


def _outermost(place: Field) -> float:
    return isinstance(place.value, dict) * 10 + weight(place) / 10 - place.depth


def _names_members(place: Field) -> bool:
    schemas = [place.schema, *place.schema.get("anyOf", ()), *place.schema.get("oneOf", ())]
    return any(isinstance(one, dict) and ("properties" in one or "$ref" in one) for one in schemas)
