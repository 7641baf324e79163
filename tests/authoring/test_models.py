"""Pydantic models become an example, Pact's rules, a JSON Schema, and a list of what Pact cannot say."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Generic, Literal, NotRequired, TypeVar
from uuid import UUID

import pytest
from pydantic import (
    AnyUrl,
    BaseModel,
    ConfigDict,
    Field,
    NaiveDatetime,
    RootModel,
    StringConstraints,
    TypeAdapter,
    computed_field,
    field_validator,
)
from typing_extensions import TypedDict

from integtest import json_schema, regex
from integtest.errors import ContractError
from integtest.model.contract import HttpInteraction
from tests.authoring.conftest import Bench

T = TypeVar("T")


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    name: str


class Node(BaseModel):
    name: str
    children: list[Node]


class Page(BaseModel, Generic[T]):
    items: list[T]


class Typed(TypedDict):
    a: int
    b: NotRequired[str]


@dataclass
class Data:
    a: int
    b: str = "x"


Tagged = Annotated[Cat | Dog, Field(discriminator="kind")]
NODE = {"name": "x", "children": [{"name": "y", "children": [{"name": "z", "children": []}]}]}
UUID4 = "fc763eba-0905-41c5-a27f-3934ab26786c"

TABLE: list[tuple[Any, dict[str, list[str]], list[Any], list[Any]]] = [
    (str, {"$": ["type"]}, ["", "x"], [1, None, True]),
    (Annotated[str, Field(min_length=1)], {"$": ["type", "notEmpty"]}, ["x"], ["", None]),
    (int, {"$": ["integer"]}, [0, -3], [1.5, "1", True, None]),
    (float, {"$": ["number"]}, [0, -3, 1.5], ["1", True, None]),
    (bool, {"$": ["type"]}, [True, False], ["true", 1, None]),
    (Literal["a"], {"$": ["equality"]}, ["a"], ["b", None]),
    (Literal["a", "b.c"], {"$": ["type", "regex"]}, ["a", "b.c"], ["bxc", "", None]),
    (Colour, {"$": ["type", "regex"]}, ["red"], ["green", None]),
    (Literal[1, 2], {"$": ["integer", "regex"]}, [1, 2], [3, "1"]),
    (Literal[True, False], {"$": ["type"]}, [True, False], [1, "true"]),
    (Annotated[str, StringConstraints(pattern="[a-z]+")], {"$": ["type", "regex"]}, ["1a1"], ["1", None]),
    (
        dt.datetime,
        {"$": ["type", "regex"]},
        ["2024-01-31T12:30:00.5+01:00"],
        ["2024-01-31", "2024-13-31T12:30:00Z"],
    ),
    (NaiveDatetime, {"$": ["type", "regex"]}, ["2024-01-31T12:30:00"], ["2024-01-31T12:30:00Z", 3]),
    (dt.time, {"$": ["type", "regex"]}, ["09:00", "09:00:00+01:00"], ["9am"]),
    (dt.date, {"$": ["date"]}, ["2024-02-29"], ["2023-02-29", "today"]),
    (UUID, {"$": ["regex"]}, [UUID4], ["x", None]),
    (Decimal, {"$": ["type", "number"]}, [1, 1.5, "1.50"], [None, True, "x"]),
    (AnyUrl, {"$": ["type", "notEmpty"]}, ["https://x.example/"], ["not a url", None]),
    (list[int], {"$": ["type"], "$[*]": ["integer"]}, [[], [1, 2]], [["1"], {}, None]),
    (
        Annotated[list[int], Field(min_length=1, max_length=2)],
        {"$": ["type"], "$[*]": ["integer"]},
        [[1]],
        [[], [1, 2, 3]],
    ),
    (set[int], {"$": ["type"], "$[*]": ["integer"]}, [[1, 2]], [[1, 1]]),
    (tuple[int, str], {"$[0]": ["integer"], "$[1]": ["type"]}, [[1, "x"]], [["x", 1], [1], [1, "x", 2]]),
    (dict[str, int], {"$": ["values"], "$.*": ["integer"]}, [{}, {"it's": 1, "": 2}], [{"a": "x"}, [], None]),
    (int | None, {"$": ["integer", "null"]}, [1, None], ["x", {}]),
    (Colour | None, {"$": ["type", "null"]}, ["red", None], ["green", 1]),
    (Literal["a"] | Literal["b"], {"$": ["type", "regex"]}, ["a", "b"], ["c", None]),
    (Literal["a"] | int | None, {"$": ["type", "integer", "null"]}, ["a", 1, None], ["b", True]),
    (str | int, {"$": ["type", "integer"]}, ["x", 1], [None, True, 1.5, []]),
    (Cat | None, {"$": ["include"]}, [None, {"kind": "cat", "lives": 9}], ["x", {"kind": "cat"}]),
    (Cat | str, {"$": ["include"]}, ["x", {"kind": "cat", "lives": 9}], [None, 1]),
    (Any, {"$": ["include"]}, [None, 1, "x", [], {"a": []}], []),
    (
        Tagged,
        {"$": ["eachKey"], "$.kind": ["type", "regex"], "$.lives": ["include"]},
        [{"kind": "cat", "lives": 1}, {"kind": "dog", "name": "Rex", "more": 1}],
        [{"kind": "cow"}, {"kind": "cat"}, {"kind": "dog", "name": 1}, []],
    ),
    (
        list[Tagged],
        {"$": ["type"], "$[*]": ["eachKey"], "$[*].kind": ["type", "regex"], "$[*].lives": ["include"]},
        [[], [{"kind": "dog", "name": "Rex"}, {"kind": "cat", "lives": 1}]],
        [[{"kind": "cow"}], [1]],
    ),
    (
        Node,
        {
            "$.name": ["type"],
            "$.children": ["type"],
            "$.children[*].name": ["type"],
            "$.children[*].children": ["type"],
        },
        [NODE, {"name": "x", "children": []}],
        [{"name": "x"}, {"name": "x", "children": [{"name": "y", "children": [{"name": 1, "children": []}]}]}],
    ),
    (Page[int], {"$.items": ["type"], "$.items[*]": ["integer"]}, [{"items": [1]}], [{"items": ["x"]}, {}]),
    (RootModel[list[int]], {"$": ["type"], "$[*]": ["integer"]}, [[1]], [{}, ["x"]]),
    (Typed, {"$.a": ["integer"]}, [{"a": 1}, {"a": 1, "b": "x"}], [{"b": "x"}, {"a": 1, "b": 2}]),
    (Data, {"$.a": ["integer"]}, [{"a": 1}], [{"a": "x"}, {}]),
    (TypeAdapter(list[Cat]), {"$": ["type"], "$[*].kind": ["equality"], "$[*].lives": ["integer"]}, [[]], [[{}]]),
    (list[int] | list[str], {"$": ["type"], "$[*]": ["type", "integer"]}, [[], [1], ["x"]], [[None], {}]),
    (dict[int, str], {"$": ["values"], "$.*": ["type"]}, [{"7": "x"}], [{"x": "x"}]),
]


@pytest.mark.parametrize(("annotation", "rules", "good", "bad"), TABLE, ids=lambda v: str(v)[:50])
def test_each_kind_has_its_rules_takes_what_is_good_and_refuses_what_is_not(
    bench: Bench, annotation: Any, rules: dict[str, list[str]], good: list[Any], bad: list[Any]
) -> None:
    found = bench.reply(annotation)
    assert {path: [m.match for m in one.matchers] for path, one in found.response.rules.body.items()} == rules
    assert bench.takes(found, json.loads(found.response.body.content))
    assert [value for value in good if not bench.takes(found, value)] == []
    assert [value for value in bad if bench.takes(found, value)] == []


def _says_in_pact(found: HttpInteraction) -> dict[str, Any]:
    rules = found.response.rules.body.items()
    return {path: [(rule.match, rule.args) for rule in one.matchers] for path, one in rules}


def test_pact_alone_knows_sizes_enumerations_and_forms(bench: Bench) -> None:
    """What a tool without the schema reads from the compiled pact."""

    class Model(BaseModel):
        sized: Annotated[list[int], Field(min_length=1, max_length=3)]
        colour: Colour
        day: dt.date
        code: Annotated[str, StringConstraints(pattern="[a-z]{2}")]

    assert _says_in_pact(bench.reply(Model)) == {
        "$.sized": [("type", {"min": 1, "max": 3})],
        "$.sized[*]": [("integer", {})],
        "$.colour": [("type", {}), ("regex", {"regex": "^(?:red|blue)$"})],
        "$.day": [("date", {"format": "yyyy-MM-dd"})],
        "$.code": [("type", {}), ("regex", {"regex": r"[\s\S]*(?:[a-z]{2})[\s\S]*"})],
    }


class Listed(BaseModel):
    kind: Literal["listed"]
    value: list[int]


class Plain(BaseModel):
    kind: Literal["plain"]
    value: int


class Nested(BaseModel):
    kind: Literal["nested"]
    value: dict[str, Cat]


def test_a_union_of_models_is_shown_by_the_one_that_demands_nothing_of_the_others(bench: Bench) -> None:
    """Pact demands the containers of its example: under one key the variants may not hold other things."""
    found = bench.reply(Listed | Plain)
    assert json.loads(found.response.body.content) == {"kind": "plain", "value": 1}
    assert bench.takes(found, {"kind": "listed", "value": [1, 2]})
    assert not bench.takes(found, {"kind": "listed", "value": 1})


def test_a_union_that_no_example_can_show_must_be_pinned(bench: Bench) -> None:
    with pytest.raises(
        ContractError, match="a container in one alternative and something else in another"
    ) as caught:
        bench.reply(Listed | Nested)
    assert "example={…}" in (caught.value.hint or "")
    found = bench.reply(Listed | Nested, example={"kind": "listed", "value": [7]})
    assert bench.takes(found, {"kind": "listed", "value": []})


class Optionals(BaseModel):
    always: str | None
    with_default: int = 3
    nothing: Cat | None = None


def test_fields_with_a_default_are_not_required_and_are_listed_as_weaker(bench: Bench) -> None:
    found = bench.reply(Optionals)
    assert json.loads(found.response.body.content) == {"always": "string"}
    assert {w.path for w in found.weaker} == {"$.with_default", "$.nothing"}
    assert bench.takes(found, {"always": None})
    assert bench.takes(found, {"always": "x", "with_default": 1, "nothing": None, "unknown": 1})
    assert not bench.takes(found, {"always": "x", "with_default": "1"})
    assert not bench.takes(found, {})


def test_an_example_pins_the_optional_fields_and_the_variant_that_it_shows(bench: Bench) -> None:
    found = bench.reply(Optionals, example={"always": "x", "nothing": {"kind": "cat", "lives": 7}})
    assert json.loads(found.response.body.content)["nothing"] == {"kind": "cat", "lives": 7}
    assert bench.takes(found, {"always": None, "nothing": {"kind": "cat", "lives": 1}})
    assert not bench.takes(found, {"always": "x", "nothing": None})
    assert not bench.takes(found, {"always": "x"})


def test_an_instance_of_a_model_pins_what_was_set_on_it(bench: Bench) -> None:
    found = bench.reply(Optionals(always="x", with_default=5))
    assert json.loads(found.response.body.content) == {"always": "x", "with_default": 5}
    assert not bench.takes(found, {"always": "x"})


def test_a_pinned_union_of_an_object_and_a_list_is_a_promise_of_one(bench: Bench) -> None:
    with pytest.raises(ContractError, match="a union of an object and a list"):
        bench.reply(Cat | list[int])
    found = bench.reply(Cat | list[int], example=[1])
    assert bench.takes(found, [2, 3])
    assert not bench.takes(found, {"kind": "cat", "lives": 1})


def test_an_example_may_hold_matchers_beside_a_model(bench: Bench) -> None:
    found = bench.reply(Cat, example={"kind": "cat", "lives": 7, "tag": regex("[A-Z]{2}", "AB")})
    assert bench.takes(found, {"kind": "cat", "lives": 1, "tag": "XY"})
    assert not bench.takes(found, {"kind": "cat", "lives": 1, "tag": "xy"})


def test_a_model_that_forbids_other_keys_refuses_them_in_a_reply(bench: Bench) -> None:
    class Closed(BaseModel):
        model_config = ConfigDict(extra="forbid")
        a: int

    assert not bench.takes(bench.reply(Closed), {"a": 1, "b": 2})


def test_a_reply_has_the_names_that_are_read_and_a_request_those_that_are_written(bench: Bench) -> None:
    class Aliased(BaseModel):
        value: int = Field(validation_alias="in", serialization_alias="out")

        @computed_field
        def double(self) -> int:
            return self.value * 2

    assert json.loads(bench.reply(Aliased).response.body.content) == {"in": 1}
    assert json.loads(bench.asks(json=Aliased).request.body.content) == {"out": 1, "double": 2}


def test_examples_come_from_the_model_then_from_its_rules() -> None:
    bench = Bench()

    class Model(BaseModel):
        given: str = Field(examples=["first", "second"])
        bounded: int = Field(ge=10, le=12)
        stepped: float = Field(multiple_of=0.5, gt=7)
        short: str = Field(max_length=3)
        long: str = Field(min_length=9)
        code: str = Field(pattern=r"^[A-Z]{3}-\d{2,}(x|y)?$")
        url: AnyUrl
        unique: set[int] = Field(min_length=3)

    first, second = (bench.reply(Model).response.body.content for _ in range(2))
    assert first == second
    shown = json.loads(first)
    assert shown["given"] == "first"
    Model.model_validate(shown)


def test_an_example_of_a_model_lends_its_values_without_demanding_optional_fields(bench: Bench) -> None:
    class Model(BaseModel):
        model_config = ConfigDict(json_schema_extra={"examples": [{"a": 5, "b": "shown"}]})
        a: int
        b: str | None = None

    found = bench.reply(Model)
    assert json.loads(found.response.body.content) == {"a": 5}
    assert bench.takes(found, {"a": 1})


def test_elements_of_several_kinds_in_an_example_do_not_bind_their_places(bench: Bench) -> None:
    """Pact compares elements by position, each with the example's."""
    mixed = Annotated[list[str | int], Field(min_length=2, examples=[["a", 1]])]
    assert bench.takes(bench.reply(mixed), ["a", "b"])
    assert bench.takes(bench.reply(mixed), [1, 2])


def _unmakeable() -> list[tuple[Any, str]]:
    class Endless(BaseModel):
        inner: Endless

    class Validated(BaseModel):
        a: str

        @field_validator("a")
        @classmethod
        def odd(cls, value: str) -> str:
            if value != "magic":
                raise ValueError("not magic")
            return value

    class Hard(BaseModel):
        a: str = Field(json_schema_extra={"pattern": r"^(?=.*[A-Z])(?=.*\d)(?=.*#).{9}$"})

    class Wrong(BaseModel):
        a: int = Field(ge=5, examples=[1])

    Endless.model_rebuild(_types_namespace={"Endless": Endless})
    return [
        (Endless, "holds itself without an end"),
        (Validated, "its own validation refuses the example at /a: Value error, not magic"),
        (Hard, "no example could be made for"),
        (Wrong, "the example does not satisfy its own schema at /a"),
        (json_schema({"not": {}}), "nothing satisfies"),
    ]


@pytest.mark.parametrize(("body", "message"), _unmakeable(), ids=lambda value: str(value)[:30])
def test_a_model_without_an_example_is_refused_with_what_to_do(bench: Bench, body: Any, message: str) -> None:
    with pytest.raises(ContractError) as caught:
        bench.reply(body)
    assert message in caught.value.message
    assert caught.value.hint
    assert caught.value.place is not None


def test_a_wrong_example_for_a_reply_is_refused(bench: Bench) -> None:
    with pytest.raises(ContractError, match="does not satisfy its own schema at /lives"):
        bench.reply(Cat, example={"kind": "cat", "lives": "many"})


def test_a_json_schema_stands_for_a_model(bench: Bench) -> None:
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "allOf": [{"$ref": "#/$defs/base"}],
        "properties": {"tags": {"items": {"enum": ["a", "b"]}, "type": "array"}},
        "required": ["tags"],
        "$defs": {"base": {"properties": {"id": {"type": ["integer", "null"]}}, "required": ["id"]}},
    }
    for body in (document, json_schema(document)):
        found = bench.reply(body)
        assert json.loads(found.response.body.content) == {"id": 1, "tags": ["a"]}
        assert bench.takes(found, {"id": None, "tags": []})
        assert not bench.takes(found, {"id": "x", "tags": []})
        assert not bench.takes(found, {"id": 1, "tags": ["c"]})


def test_an_object_with_a_type_key_is_an_example_not_a_schema(bench: Bench) -> None:
    found = bench.reply({"type": "object"})
    assert found.response.json_schema is None
    assert not bench.takes(found, {"type": "string"})


def test_keys_that_a_pact_path_cannot_name_are_left_to_the_schema(bench: Bench) -> None:
    class Odd(BaseModel):
        model_config = ConfigDict(populate_by_name=True)
        quoted: int = Field(alias="it's")
        plain: str

    found = bench.reply(Odd)
    assert bench.takes(found, {"it's": 2, "plain": "x"})
    assert not bench.takes(found, {"it's": "2", "plain": "x"})
    assert not bench.takes(found, {"plain": "x"})
    assert ("$", "it has a key that a Pact path cannot name") in [(w.path, w.reason) for w in found.weaker]


def test_a_whole_number_with_a_fraction_of_zero_is_no_integer_to_pact(bench: Bench) -> None:
    """The one place where Pact says more than JSON Schema, which calls 1.0 an integer."""
    assert not bench.takes(bench.reply(int), 1.0)
