"""The Pact V4 file format as a JSON Schema: what its specification names, closed where it names everything."""

from typing import Any

_ANY: dict[str, Any] = {}
_OBJECT = {"type": "object"}
_TEXT = {"type": "string"}


def _closed(required: list[str], **members: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": members,
        "required": required,
        "patternProperties": {"^(x-|_)": _ANY},
        "additionalProperties": False,
    }


_BODY = _closed(
    ["content"],
    content=_ANY,
    contentType=_TEXT,
    contentTypeHint={"enum": ["BINARY", "TEXT", "DEFAULT"]},
    encoded={"type": ["boolean", "string"]},
)
_RULES = _closed(
    ["matchers"],
    combine={"enum": ["AND", "OR"]},
    matchers={
        "type": "array",
        "items": {"type": "object", "properties": {"match": _TEXT}, "required": ["match"]},
    },
)
_BY_NAME = {"type": "object", "additionalProperties": _RULES}
_BY_PATH = {"type": "object", "patternProperties": {r"^\$": _RULES}, "additionalProperties": False}
_GENERATOR = {"type": "object", "properties": {"type": _TEXT}, "required": ["type"]}
_GENERATORS = {"type": "object", "additionalProperties": _GENERATOR}
_HEADERS = {"type": "object", "additionalProperties": {"type": "array", "items": _TEXT}}
_HTTP_RULES = _closed([], path=_RULES, method=_RULES, status=_RULES, query=_BY_NAME, header=_BY_NAME, body=_BY_PATH)
_HTTP_GENERATORS = _closed(
    [],
    path=_GENERATOR,
    method=_GENERATOR,
    status=_GENERATOR,
    query=_GENERATORS,
    header=_GENERATORS,
    body=_GENERATORS,
)
_REQUEST = _closed(
    ["method", "path"],
    method={"type": "string", "pattern": "^[A-Z]+$"},
    path=_TEXT,
    query={"type": "object", "additionalProperties": {"type": "array", "items": {"type": ["string", "null"]}}},
    headers=_HEADERS,
    body=_BODY,
    matchingRules=_HTTP_RULES,
    generators=_HTTP_GENERATORS,
)
_RESPONSE = _closed(
    ["status"],
    status={"type": "integer", "minimum": 100, "maximum": 599},
    headers=_HEADERS,
    body=_BODY,
    matchingRules=_HTTP_RULES,
    generators=_HTTP_GENERATORS,
)
_CONTENTS = {
    "contents": _BODY,
    "metadata": _OBJECT,
    "matchingRules": _closed([], body=_BY_PATH, metadata=_BY_NAME),
    "generators": _closed([], body=_GENERATORS, metadata=_GENERATORS),
}
_STATE = _closed(["name"], name=_TEXT, params=_OBJECT)
_SHARED = {
    "description": _TEXT,
    "providerStates": {"type": "array", "items": _STATE},
    "pending": {"type": "boolean"},
    "key": _TEXT,
    "comments": _OBJECT,
    "interactionMarkup": _ANY,
    "pluginConfiguration": _ANY,
    "transport": _ANY,
}


def _interaction(kind: str, required: list[str], **members: Any) -> dict[str, Any]:
    return _closed(["type", "description", *required], type={"const": kind}, **_SHARED, **members)


_MESSAGE = _closed([], **_CONTENTS)
_INTERACTIONS = {
    "Synchronous/HTTP": _interaction(
        "Synchronous/HTTP", ["request", "response"], request=_REQUEST, response=_RESPONSE
    ),
    "Asynchronous/Messages": _interaction("Asynchronous/Messages", [], **_CONTENTS),
    "Synchronous/Messages": _interaction(
        "Synchronous/Messages",
        ["request", "response"],
        request=_MESSAGE,
        response={"type": "array", "items": _MESSAGE},
    ),
}
_PARTY = {"type": "object", "properties": {"name": _TEXT}, "required": ["name"]}

V4: dict[str, Any] = _closed(
    ["consumer", "provider", "interactions", "metadata"],
    consumer=_PARTY,
    provider=_PARTY,
    interactions={
        "type": "array",
        "items": {
            "type": "object",
            "required": ["type"],
            "allOf": [
                {"if": {"properties": {"type": {"const": kind}}}, "then": schema}
                for kind, schema in _INTERACTIONS.items()
            ],
        },
    },
    metadata={
        "type": "object",
        "required": ["pactSpecification"],
        "properties": {"pactSpecification": {"type": "object", "properties": {"version": {"const": "4.0"}}}},
    },
)
