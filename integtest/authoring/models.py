"""A pydantic model, any type that pydantic validates, or a JSON Schema -> its JSON Schema, shape and checks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import GenericAlias, UnionType
from typing import Any, Literal, get_origin

import jsonschema_rs
from pydantic import BaseModel, PydanticUndefinedAnnotation, PydanticUserError, TypeAdapter, ValidationError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import PydanticSerializationError, SchemaError, core_schema, to_jsonable_python

from integtest.authoring.compiler import Compiler, validator
from integtest.authoring.places import refuse
from integtest.authoring.shapes import Hint, Shape, UnsayableError

Mode = Literal["validation", "serialization"]


@dataclass(frozen=True)
class JsonSchema:
    """A JSON Schema in place of a model; made by `json_schema`."""

    document: Mapping[str, Any]


def json_schema(document: Mapping[str, Any]) -> JsonSchema:
    """A JSON Schema (draft 2020-12, or what its `$schema` names) in place of a model, for a body."""
    if not isinstance(document, Mapping):
        refuse(f"json_schema() takes a schema as a dict, not {type(document).__name__}")
    try:
        validator(_plain(document))
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        refuse(f"this is not a JSON Schema: {_first_line(error)}")
    return JsonSchema(document)


@dataclass(frozen=True)
class Typed:
    """A compiled body: its schema and its shape."""

    schema: dict[str, Any]
    shape: Shape


def is_typed(body: Any) -> bool:
    """Whether a body is a type or a schema, rather than an example."""
    if isinstance(body, JsonSchema | TypeAdapter | type | GenericAlias | UnionType | BaseModel):
        return True
    if get_origin(body) is not None or type(body).__name__ in ("TypeAliasType", "NewType"):
        return True
    return isinstance(body, dict) and isinstance(body.get("$schema"), str)


def dumped(value: Any) -> Any:
    """What a model's instance sends; other values as they are."""
    return (
        value.model_dump(mode="json", by_alias=True, exclude_unset=True) if isinstance(value, BaseModel) else value
    )


def name_of(body: Any) -> str:
    """What a typed body is called in messages."""
    return _name(body)


def compiled(body: Any, example: Any, mode: Mode) -> Typed:
    """The schema and shape of a typed body; ContractError when it has none, or its example is none."""
    if isinstance(body, BaseModel):
        if example is None:
            example = dumped(body)
        body = type(body)
    if example is None and isinstance(body, type):
        return _compiled_once(body, mode)
    return _compiled(json_schema(body) if isinstance(body, dict) else body, example, mode)


@lru_cache(maxsize=512)
def _compiled_once(body: type, mode: Mode) -> Typed:
    """A model stands in many interactions; what comes of it is only read."""
    return _compiled(body, None, mode)


def _compiled(body: Any, example: Any, mode: Mode) -> Typed:
    adapter, name = None if isinstance(body, JsonSchema) else _adapter(body), _name(body)
    document = _plain(body.document) if adapter is None else _schema_of(adapter, mode, name)
    hint = None if example is None else Hint(example, pinned=True)
    if hint is None and adapter is not None and mode == "serialization":
        hint = _sent(adapter, name)
    if example is not None:
        _check(document, example, name)
    shape = _shape(document, hint, name)
    _check(document, shape.example, name)
    if adapter is not None and (mode == "validation" or document == _schema_of(adapter, "validation", name)):
        _check_model(adapter, shape.example, name)
    return Typed(document, shape)


def _sent(adapter: TypeAdapter[Any], name: str) -> Hint | None:
    """What an instance made of the model's own example sends, computed fields among it."""
    shown = _shape(_schema_of(adapter, "validation", name), None, name).example
    try:
        found = adapter.validate_json(json.dumps(shown))
        return Hint(adapter.dump_python(found, mode="json", by_alias=True, exclude_unset=True))
    except (ValidationError, PydanticSerializationError):
        return None


def _shape(document: dict[str, Any], hint: Hint | None, name: str) -> Shape:
    try:
        return Compiler(document).shape(document, "$", hint)
    except UnsayableError as error:
        refuse(f"{name}: at {error.path}: {error.reason}", error.hint)


class _Generator(GenerateJsonSchema):
    """Pydantic's schema, except where it says other than pydantic does: times without an offset are good, and not
    every text is a decimal."""

    def time_schema(self, schema: core_schema.TimeSchema) -> JsonSchemaValue:  # noqa: ARG002  # overrides
        """A time of day with or without an offset."""
        return {"type": "string", "pattern": rf"^{_CLOCK}({_OFFSET})?$", "examples": ["12:30:00"]}

    def datetime_schema(self, schema: core_schema.DatetimeSchema) -> JsonSchemaValue:
        """RFC 3339, or the same without an offset for a naive datetime."""
        if schema.get("tz_constraint") != "naive":
            return super().datetime_schema(schema)
        pattern = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[T ]{_CLOCK}$"
        return {"type": "string", "pattern": pattern, "examples": ["2024-01-31T12:30:00"]}

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Keys that are numbers in Python are text in JSON."""
        found = super().dict_schema(schema)
        if schema.get("keys_schema", {}).get("type") == "int":
            found["propertyNames"] = {"pattern": "^[+-]?[0-9]+$", "type": "string"}
        return found

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        """A number, or text that is one."""
        found = super().decimal_schema(schema)
        for branch in found.get("anyOf", [found]):
            if branch.get("type") == "string":
                branch.update({"pattern": _DECIMAL, "examples": [str(_bound(schema))]})
        return found


def _bound(schema: core_schema.DecimalSchema) -> Any:
    """A decimal within the bounds, where they are simple ones."""
    if "ge" in schema or "le" in schema:
        return schema.get("ge", schema.get("le"))
    return schema["gt"] + 1 if "gt" in schema else schema["lt"] - 1 if "lt" in schema else "1.5"


_DECIMAL = r"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$"
_CLOCK = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
_OFFSET = "[Zz]|[+-][0-9]{2}:?[0-9]{2}"


def _adapter(body: Any) -> TypeAdapter[Any]:
    if isinstance(body, TypeAdapter):
        return body
    try:
        return _made(body)
    except TypeError:
        return TypeAdapter(body)
    except (PydanticUserError, PydanticUndefinedAnnotation, SchemaError, ImportError) as error:
        refuse(f"{_name(body)} cannot be a body: {_first_line(error)}", "use a type that pydantic can validate")


@lru_cache(maxsize=512)
def _made(body: Any) -> TypeAdapter[Any]:
    return TypeAdapter(body)


def _schema_of(adapter: TypeAdapter[Any], mode: Mode, name: str) -> dict[str, Any]:
    try:
        return _plain(adapter.json_schema(mode=mode, by_alias=True, schema_generator=_Generator))
    except (PydanticUserError, PydanticUndefinedAnnotation, PydanticSerializationError) as error:
        refuse(f"{name} cannot be written as JSON: {_first_line(error)}", "use types that JSON can carry")


def _plain(document: Mapping[str, Any]) -> dict[str, Any]:
    """The schema as JSON would carry it, apart from the user's own object."""
    found: dict[str, Any] = json.loads(json.dumps(to_jsonable_python(document, fallback=str)))
    return found


def _check(document: dict[str, Any], example: Any, name: str) -> None:
    try:
        judge = validator(document)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        refuse(f"{name}: its JSON Schema cannot be used: {_first_line(error)}")
    for wrong in judge.iter_errors(example):
        where = "".join(f"/{step}" for step in wrong.instance_path) or "the whole body"
        refuse(
            f"{name}: the example does not satisfy its own schema at {where}: {wrong.message}",
            "give the field examples=[…] that do, or the reply an example={…}",
        )


def _check_model(adapter: TypeAdapter[Any], example: Any, name: str) -> None:
    try:
        adapter.validate_json(json.dumps(example))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "".join(f"/{step}" for step in first["loc"]) or "the whole body"
        refuse(
            f"{name}: its own validation refuses the example at {where}: {first['msg']}",
            "give the field examples=[…] that it accepts, or the reply an example={…}",
        )


def _name(body: Any) -> str:
    if isinstance(body, JsonSchema):
        return str(body.document.get("title", "the JSON Schema"))
    return str(body) if get_origin(body) else str(getattr(body, "__name__", None) or body)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
