"""The places of a promised body that a failure mode may touch, with what the contract says of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from itertools import islice
from typing import Any

from integtest.authoring.compiler import Compiler
from integtest.authoring.shapes import Hint, Schema, UnsayableError
from integtest.authoring.unions import branches_of

_LIMIT = 400
"""Places of one body; what lies beyond repeats what came before."""


@dataclass(frozen=True)
class Field:
    """One place of an example body. `pointer` is its JSON pointer, "" for the whole."""

    pointer: str
    value: Any
    schema: Mapping[str, Any]
    """What the contract's schema says of it, references resolved; {} where there is no schema."""
    required: bool
    """Whether the place may not be missing: True for all of an example without a schema."""
    key: str | int | None = None

    @property
    def nullable(self) -> bool:
        """Whether the schema admits null here."""
        return admits(self.schema, "null")

    @property
    def choices(self) -> tuple[Any, ...]:
        """The values of an enumeration here; empty where there is none."""
        return tuple(_choices(self.schema))

    @property
    def name(self) -> str:
        """The name of the member; of an item, that of its list; "" for the whole."""
        names = [step for step in steps(self.pointer) if not step.isdigit()]
        return names[-1] if names else ""

    @property
    def depth(self) -> int:
        """How far below the top it lies."""
        return self.pointer.count("/")

    @property
    def container(self) -> bool:
        """Whether it holds other places."""
        return isinstance(self.value, dict | list)


def unshown(places: Iterable[Field], schema: Schema | None) -> tuple[Field, ...]:
    """The optional places that the schema names and the example lacks, each with a value made for it."""
    if not isinstance(schema, Mapping):
        return ()
    compiler = Compiler(schema)
    found = (one for place in places if isinstance(place.value, dict) for one in _lacking(place, compiler))
    return tuple(islice(found, _LIMIT))


def _lacking(place: Field, compiler: Compiler) -> Iterator[Field]:
    branch = _branch(place.schema, place.value, compiler)
    for name, below in branch.get("properties", {}).items():
        made = None if name in place.value else sample(below, compiler)
        if made is not None:
            whole = _resolved(below, compiler)
            yield Field(f"{place.pointer}/{_escaped(name)}", made.value, whole, required=False, key=name)


def sample(schema: Schema, compiler: Compiler) -> Hint | None:
    """A value that is good for a part of the schema, null only where nothing else is; None where there is none."""
    try:
        branches = branches_of(compiler, compiler.resolve(schema)) or []
    except (UnsayableError, RecursionError):
        return None
    made = [hint for one in (schema, *branches) if (hint := _made(one, compiler)) is not None]
    return next((hint for hint in made if hint.value is not None), made[0] if made else None)


def _made(schema: Schema, compiler: Compiler) -> Hint | None:
    try:
        return Hint(compiler.shape(schema).example)
    except (UnsayableError, RecursionError):
        return None


def fields(document: Any, schema: Schema | None) -> tuple[Field, ...]:
    """Every place of the document, outer before inner, in the order of the example; of a list the first item."""
    compiler = Compiler(schema) if isinstance(schema, Mapping) else None
    found: list[Field] = []
    for field in _walk(document, schema if schema is not None else {}, "", None, required=True, compiler=compiler):
        found.append(field)
        if len(found) >= _LIMIT:
            break
    return tuple(found)


def _walk(
    value: Any, schema: Schema, pointer: str, key: str | int | None, *, required: bool, compiler: Compiler | None
) -> Iterator[Field]:
    whole = _resolved(schema, compiler)
    branch = _branch(whole, value, compiler)
    yield Field(pointer, value, whole, required, key)
    if isinstance(value, dict):
        needed = branch.get("required", ()) if compiler else value
        for name, item in value.items():
            below = _property(branch, name)
            yield from _walk(
                item, below, f"{pointer}/{_escaped(name)}", name, required=name in needed, compiler=compiler
            )
    elif isinstance(value, list) and value:
        first = next(iter(branch.get("prefixItems", ())), branch.get("items", {}))
        yield from _walk(value[0], first, f"{pointer}/0", 0, required=True, compiler=compiler)


def _resolved(schema: Schema, compiler: Compiler | None) -> Mapping[str, Any]:
    if compiler is None:
        return {}
    try:
        return compiler.resolve(schema)
    except UnsayableError:
        return {}


def _branch(schema: Mapping[str, Any], value: Any, compiler: Compiler | None) -> Mapping[str, Any]:
    """The branch of a union that the value is of; the schema itself where it is none."""
    branches = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if compiler is None or not branches:
        return schema
    return next((_resolved(one, compiler) for one in branches if fits(compiler, one, value)), schema)


def fits(compiler: Compiler, schema: Schema, value: Any) -> bool:
    """Whether a value satisfies a part of the document; False where the part is no valid schema."""
    try:
        return compiler.fits(schema, value)
    except ValueError:
        return False


def _property(schema: Mapping[str, Any], name: str) -> Schema:
    properties = schema.get("properties", {})
    if name in properties:
        found: Schema = properties[name]
        return found
    more = schema.get("additionalProperties", {})
    return more if isinstance(more, Mapping) else {}


def _choices(schema: Mapping[str, Any]) -> Iterator[Any]:
    if "enum" in schema:
        yield from schema["enum"]
    elif "const" in schema:
        yield schema["const"]
    else:
        for branch in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
            if isinstance(branch, Mapping):
                yield from (value for value in _choices(branch) if value is not None)


def admits(schema: Mapping[str, Any], kind: str) -> bool:
    """Whether a schema names this JSON type, itself or in a branch."""
    named = schema.get("type")
    if named == kind or (isinstance(named, list) and kind in named):
        return True
    branches = (*schema.get("anyOf", ()), *schema.get("oneOf", ()))
    return any(isinstance(branch, Mapping) and admits(branch, kind) for branch in branches)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def steps(pointer: str) -> list[str]:
    """The reference tokens of a JSON pointer (RFC 6901)."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def replaced(document: Any, pointer: str, value: Any) -> Any:
    """A copy of the document with another value at the pointer."""
    if not pointer:
        return deepcopy(value)
    return _edited(document, pointer, lambda holder, key: holder.__setitem__(key, deepcopy(value)))


def without(document: Any, pointer: str) -> Any:
    """A copy of the document without the place."""
    return _edited(document, pointer, lambda holder, key: holder.__delitem__(key))


def renamed(document: Any, pointer: str, name: str) -> Any:
    """A copy of the document whose member has another name, in the same order."""
    parent, _, _ = pointer.rpartition("/")
    key = steps(pointer)[-1]
    holder = at(document, parent)
    return replaced(document, parent, {(name if k == key else k): v for k, v in holder.items()})


def at(document: Any, pointer: str) -> Any:
    """What is at the pointer; KeyError or IndexError where nothing is."""
    for step in steps(pointer):
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def _edited(document: Any, pointer: str, edit: Any) -> Any:
    copy = deepcopy(document)
    *above, last = steps(pointer)
    holder = copy
    for step in above:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    edit(holder, int(last) if isinstance(holder, list) else last)
    return copy
