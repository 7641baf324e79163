"""Hypothesis: pydantic types of every kind with JSON values that are good for them, and mutations of values."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, NamedTuple, Union
from uuid import UUID

from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model


class Kind(NamedTuple):
    """An annotation, and JSON values that are good for it."""

    annotation: Any
    values: st.SearchStrategy[Any]


class Colour(Enum):
    RED = "red"
    DARK_BLUE = "dark.blue"


class Level(Enum):
    LOW = 1
    HIGH = 2


class Node(BaseModel):
    name: str
    children: list[Node]
    parent: Node | None = None


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
INTS = st.integers(-(2**53), 2**53)
NODES = st.recursive(
    st.builds(lambda name: {"name": name, "children": []}, TEXT),
    lambda nodes: st.builds(lambda name, some: {"name": name, "children": some}, TEXT, st.lists(nodes, max_size=2)),
    max_leaves=4,
)
FLOATS = st.floats(allow_nan=False, allow_infinity=False, width=32)
DATETIMES = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(lambda d: d.isoformat() + "Z")

SCALARS = [
    Kind(str, TEXT),
    Kind(int, INTS),
    Kind(float, FLOATS | INTS),
    Kind(bool, st.booleans()),
    Kind(None, st.none()),
    Kind(Annotated[str, Field(min_length=1)], TEXT.filter(bool)),
    Kind(Annotated[str, Field(min_length=2, max_length=4)], st.text("abcé", min_size=2, max_size=4)),
    Kind(Annotated[str, StringConstraints(pattern="^[a-c]+$")], st.text("abc", min_size=1, max_size=5)),
    Kind(
        Annotated[str, StringConstraints(pattern=r"[0-9]{2}-x")], st.from_regex(r"\A[a-z]{0,2}[0-9]{2}-x[a-z]?\Z")
    ),
    Kind(Annotated[int, Field(ge=3, lt=10)], st.integers(3, 9)),
    Kind(Annotated[float, Field(gt=0, le=1)], st.sampled_from([0.25, 0.5, 1])),
    Kind(Annotated[int, Field(multiple_of=5, ge=-20, le=20)], st.integers(-4, 4).map(lambda n: n * 5)),
    Kind(Literal["only"], st.just("only")),
    Kind(Literal["a", "b.c", "d|e"], st.sampled_from(["a", "b.c", "d|e"])),
    Kind(Literal[1, 2], st.sampled_from([1, 2])),
    Kind(Literal["x", None], st.sampled_from(["x", None])),
    Kind(Literal["x", 7], st.sampled_from(["x", 7])),
    Kind(Colour, st.sampled_from(["red", "dark.blue"])),
    Kind(Level, st.sampled_from([1, 2])),
    Kind(date, st.dates().map(str)),
    Kind(datetime, DATETIMES),
    Kind(UUID, st.uuids().map(str)),
    Kind(Decimal, st.decimals(-100, 100, places=2).map(str) | st.integers(-9, 9)),
]
FREE = [
    Kind(Any, st.none() | TEXT | st.lists(INTS, max_size=2) | st.dictionaries(TEXT, INTS, max_size=2)),
    Kind(dict, st.dictionaries(TEXT, INTS | TEXT, max_size=2)),
    Kind(Node, NODES),
]
OPTIONALS = [str, int, float, bool, Colour, UUID, date, datetime, Annotated[str, Field(min_length=1)]]


def scalars() -> st.SearchStrategy[Kind]:
    return st.sampled_from(SCALARS)


def nullable(kind: Kind) -> Kind:
    return either([kind, Kind(None, st.none())])


def either(kinds: list[Kind]) -> Kind:
    union = Union[tuple(kind.annotation for kind in kinds)]  # noqa: UP007  # made at run time
    return Kind(union, st.one_of([kind.values for kind in kinds]))


def listed(kind: Kind) -> Kind:
    return Kind(list[kind.annotation], st.lists(kind.values, max_size=3))


def sized(kind: Kind) -> Kind:
    annotation = Annotated[list[kind.annotation], Field(min_length=1, max_length=2)]
    return Kind(annotation, st.lists(kind.values, min_size=1, max_size=2))


def keyed(kind: Kind) -> Kind:
    return Kind(dict[str, kind.annotation], st.dictionaries(TEXT, kind.values, max_size=3))


def paired(kinds: list[Kind]) -> Kind:
    annotations = tuple(kind.annotation for kind in kinds)
    return Kind(tuple[annotations], st.tuples(*(kind.values for kind in kinds)).map(list))


KEYS = ["id", "a b", "x-y", "é", "$ref_", "it's", "kind_of", "a.b", "items"]


@st.composite
def models(draw: st.DrawFn, inner: st.SearchStrategy[Kind], tag: str | None = None) -> Kind:
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True, min_size=1, max_size=4))
    fields: dict[str, Any] = {}
    good: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for index, key in enumerate(keys):
        kind = draw(inner)
        if draw(st.booleans()):
            fields[f"f{index}"] = (kind.annotation, Field(alias=key))
            good[key] = kind.values
        else:
            found = nullable(kind)
            fields[f"f{index}"] = (found.annotation, Field(default=None, alias=key))
            optional[key] = found.values
    if tag is not None:
        fields["tag"] = (Literal[tag], ...)
        good["tag"] = st.just(tag)
    extra = draw(st.sampled_from(["ignore", "forbid", "allow"]))
    model = create_model(f"M{draw(st.integers(0, 10**6))}", __config__=ConfigDict(extra=extra), **fields)
    return Kind(model, st.fixed_dictionaries(good, optional=optional))


@st.composite
def tagged(draw: st.DrawFn, inner: st.SearchStrategy[Kind]) -> Kind:
    some = [draw(models(inner, tag)) for tag in ("one", "two")]
    annotation = Annotated[some[0].annotation | some[1].annotation, Field(discriminator="tag")]
    return Kind(annotation, some[0].values | some[1].values)


def _deeper(inner: st.SearchStrategy[Kind]) -> st.SearchStrategy[Kind]:
    return st.one_of(
        inner.map(nullable),
        inner.map(listed),
        inner.map(sized),
        inner.map(keyed),
        st.lists(inner, min_size=2, max_size=2).map(paired),
        st.lists(st.one_of(scalars(), inner), min_size=2, max_size=3).map(either),
        models(inner),
        tagged(inner),
    )


def kinds() -> st.SearchStrategy[Kind]:
    """Types of every kind, nested."""
    return st.recursive(st.one_of(scalars(), st.sampled_from(FREE)), _deeper, max_leaves=6)


def bodies() -> st.SearchStrategy[Kind]:
    """What a reply promises: mostly a model, now and then another type."""
    return st.one_of(models(kinds()), models(kinds()), kinds().filter(lambda kind: kind.annotation is not None))


STRANGE: list[Any] = [
    None,
    True,
    0,
    -1,
    10**6,
    0.5,
    "",
    "x",
    "red",
    "only",
    "2024-01-31",
    [],
    [1],
    {},
    {"a": 1},
    [[]],
]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a JSON value."""
    found = [path]
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in steps:
        found += places(item, (*path, key))
    return found


def changed(value: Any, path: tuple[Any, ...], change: Callable[[Any], Any]) -> Any:
    """A copy with one place changed."""
    whole = [copy.deepcopy(value)]
    holder: Any = whole
    for step in (0, *path)[:-1]:
        holder = holder[step]
    last = (0, *path)[-1]
    holder[last] = change(holder[last])
    return whole[0]


def _without(value: Any, draw: st.DrawFn) -> Any:
    if isinstance(value, dict | list) and value:
        key = draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
        value.pop(key)
    return value


def _with_more(value: Any, draw: st.DrawFn) -> Any:
    if isinstance(value, dict):
        value[draw(st.sampled_from(["unknown", "another one", "tag"]))] = draw(st.sampled_from(STRANGE))
    elif isinstance(value, list):
        value.append(draw(st.sampled_from(STRANGE)))
    elif isinstance(value, str):
        return value + draw(st.sampled_from(["x", " ", "1"]))
    return value


@st.composite
def mutated(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> Any:
    """A good value with one or two places changed: often bad, sometimes still good."""
    value = json.loads(json.dumps(draw(values)))
    for _ in range(draw(st.integers(1, 2))):
        path = draw(st.sampled_from(places(value)))
        how = draw(st.sampled_from(["replace", "remove", "add"]))
        if how == "replace":
            new = copy.deepcopy(draw(st.sampled_from(STRANGE)))
            value = changed(value, path, lambda _, new=new: new)
        else:
            act = _without if how == "remove" else _with_more
            value = changed(value, path, lambda old, act=act: act(old, draw))
    return value
