"""A pattern with the values of its generators in the examples' places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from random import Random
from typing import Any

from integtest.errors import ContractError
from integtest.model.matching import Generator, GeneratorSet, RequestPattern, ResponsePattern, RuleSet
from integtest.model.message import MessagePattern
from integtest.rules.generators.bodies import Make, filled
from integtest.rules.generators.values import Kept, Source, as_text, made, references
from integtest.rules.match.known import ARRAY_CONTAINS
from integtest.rules.match.paths import parse, render


def apply_request(
    pattern: RequestPattern,
    values: Mapping[str, Any],
    rng: Random,
    *,
    now: datetime | None = None,
    base_url: str | None = None,
) -> RequestPattern:
    """The request with generated values. `values` are those of the provider states; a ProviderState generator
    whose value is missing keeps its example (see `unresolved`), as MockServerURL does without `base_url`.
    ContractError when a generator is unknown or cannot make its value."""
    if not _any(pattern.generators, pattern.rules):
        return pattern
    make = _maker(values, rng, now, base_url)
    generators = pattern.generators
    update: dict[str, Any] = {
        "headers": _headers(pattern.headers, generators.header, make),
        "query": _query(pattern.query, generators.query, make),
        "body": filled(pattern.body, _of_body(generators, pattern.rules), make),
    }
    if generators.path is not None:
        update["path"] = as_text(_one(make, generators.path, pattern.path, "the path"))
    return pattern.model_copy(update=update)


def apply_response(
    pattern: ResponsePattern,
    values: Mapping[str, Any],
    rng: Random,
    *,
    now: datetime | None = None,
    base_url: str | None = None,
) -> ResponsePattern:
    """The response with generated values; see `apply_request`."""
    if not _any(pattern.generators, pattern.rules):
        return pattern
    make = _maker(values, rng, now, base_url)
    generators = pattern.generators
    update: dict[str, Any] = {
        "headers": _headers(pattern.headers, generators.header, make),
        "body": filled(pattern.body, _of_body(generators, pattern.rules), make),
    }
    if generators.status is not None:
        update["status"] = _status(_one(make, generators.status, pattern.status, "the status"))
    return pattern.model_copy(update=update)


def apply_message(
    pattern: MessagePattern,
    values: Mapping[str, Any],
    rng: Random,
    *,
    now: datetime | None = None,
    base_url: str | None = None,
) -> MessagePattern:
    """The message with generated values in contents and metadata; see `apply_request`."""
    if not _any(pattern.generators, pattern.rules):
        return pattern
    make = _maker(values, rng, now, base_url)
    metadata = dict(pattern.metadata)
    for key, generator in pattern.generators.metadata.items():
        name = _name(key)
        metadata[name] = _one(make, generator, metadata.get(name), f"metadata {name!r}")
    body = filled(pattern.body, _of_body(pattern.generators, pattern.rules), make)
    return pattern.model_copy(update={"metadata": metadata, "body": body})


def unresolved(
    pattern: RequestPattern | ResponsePattern | MessagePattern, values: Mapping[str, Any]
) -> tuple[str, ...]:
    """The names that ProviderState generators of the pattern ask for and `values` does not hold; their places
    keep the example."""
    wanted = (name for generator in _all(pattern.generators, pattern.rules) for name in references(generator))
    inner = values.get("providerState")
    known = {*values, *(inner if isinstance(inner, Mapping) else ())}
    return tuple(dict.fromkeys(name for name in wanted if name not in known))


def _maker(values: Mapping[str, Any], rng: Random, now: datetime | None, base_url: str | None) -> Make:
    source = Source(values=values, rng=rng, now=now or datetime.now().astimezone(), base_url=base_url)
    return lambda generator, example, where: made(generator, example, source, where)


def _all(generators: GeneratorSet, rules: RuleSet) -> Iterator[Generator]:
    yield from (one for one in (generators.path, generators.method, generators.status) if one is not None)
    for category in (generators.query, generators.header, generators.metadata, _of_body(generators, rules)):
        yield from category.values()


def _any(generators: GeneratorSet, rules: RuleSet) -> bool:
    return next(_all(generators, rules), None) is not None


def _of_body(generators: GeneratorSet, rules: RuleSet) -> dict[str, Generator]:
    """Those of the body, and those that the variants of arrayContains carry, at the variants' examples."""
    found = dict(generators.body)
    for path, listed in rules.body.items():
        for matcher in listed.matchers:
            if matcher.match in ARRAY_CONTAINS:
                for variant in matcher.args.get("variants") or ():
                    found |= _of_variant(path, variant)
    return found


def _of_variant(path: str, variant: Any) -> dict[str, Generator]:
    inside = variant.get("generators") if isinstance(variant, Mapping) else None
    if not isinstance(inside, Mapping):
        return {}
    index = int(variant.get("index", 0))
    return {
        render((*parse(path), index, *parse(place))): Generator(
            type=str(written.get("type")), args={k: v for k, v in written.items() if k != "type"}
        )
        for place, written in inside.items()
        if isinstance(written, Mapping)
    }


def _one(make: Make, generator: Generator, example: Any, where: str) -> Any:
    try:
        return make(generator, example, where)
    except Kept:
        return example


def _headers(
    headers: Mapping[str, tuple[str, ...]], generators: Mapping[str, Generator], make: Make
) -> dict[str, tuple[str, ...]]:
    made_of = dict(headers)
    for key, generator in generators.items():
        wanted = _name(key)
        name = next((found for found in headers if found.lower() == wanted.lower()), wanted)
        example = next(iter(headers.get(name, ())), "")
        value = as_text(_one(make, generator, example, f"header {name!r}"))
        if name in headers or value:
            made_of[name] = (value,)
    return made_of


def _query(
    query: Mapping[str, tuple[str | None, ...]], generators: Mapping[str, Generator], make: Make
) -> dict[str, tuple[str | None, ...]]:
    made_of = dict(query)
    for key, generator in generators.items():
        name = _name(key)
        examples = query.get(name) or ("",)
        values = tuple(as_text(_one(make, generator, e or "", f"query parameter {name!r}")) for e in examples)
        if name in query or any(values):
            made_of[name] = values
    return made_of


def _name(key: str) -> str:
    """The name that a key means: itself, or the first step of a path such as $.name."""
    if not key.startswith("$"):
        return key
    try:
        return next((str(step) for step in parse(key)), key)
    except ValueError:
        return key


def _status(value: Any) -> int:
    text = as_text(value)
    if not (text.isdecimal() and 100 <= int(text) <= 599):
        raise ContractError(f"the generator at the status made {text!r}, which is no status code")
    return int(text)
