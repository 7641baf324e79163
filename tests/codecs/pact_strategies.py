"""Contracts as hypothesis makes them, and the same without where they were read."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from integtest.codecs.json_document import compact
from integtest.model.budget import Budget
from integtest.model.contract import (
    AnyInteraction,
    AsyncMessage,
    Contract,
    ContractInfo,
    HttpInteraction,
    InteractionRef,
    ProviderState,
    SecretUse,
    SyncMessage,
    Weaker,
)
from integtest.model.http import Place
from integtest.model.matching import (
    Body,
    Generator,
    GeneratorSet,
    Matcher,
    RequestPattern,
    ResponsePattern,
    RuleList,
    RuleSet,
)
from integtest.model.message import Delivery, MessagePattern

names = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8).filter(str.strip)
words = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=6
)
objects = st.dictionaries(names, values, max_size=3)
paths = st.sampled_from(["$", "$.a", "$.a[0].b", "$.a[*].b", "$['x y'].*", "$.a['b-c']"])
tokens = st.from_regex(r"[A-Za-z][A-Za-z-]{0,6}", fullmatch=True)

matchers = st.one_of(
    st.sampled_from(
        ["type", "equality", "integer", "decimal", "number", "boolean", "null", "notEmpty", "values"]
    ).map(lambda match: Matcher(match=match)),
    st.builds(lambda n: Matcher(match="type", args={"min": n}), st.integers(0, 5)),
    st.builds(lambda r: Matcher(match="regex", args={"regex": r}), words),
    st.builds(lambda f: Matcher(match="datetime", args={"format": f}), words),
    st.builds(lambda m, a: Matcher(match=m, args=a), st.just("a matcher of tomorrow"), objects).filter(
        lambda m: "match" not in m.args
    ),
)
rule_lists = st.builds(
    RuleList, matchers=st.lists(matchers, min_size=1, max_size=2).map(tuple), combine=st.sampled_from(["AND", "OR"])
)


def rules(**categories: Any) -> st.SearchStrategy[RuleSet]:
    return st.builds(RuleSet, **categories)


generators = st.one_of(
    st.builds(lambda d: Generator(type="RandomDecimal", args={"digits": d}), st.integers(1, 9)),
    st.just(Generator(type="Uuid")),
    st.builds(lambda e: Generator(type="ProviderState", args={"expression": e}), words),
)
json_bodies = st.builds(
    lambda value: Body(state="present", content=compact(value), content_type="application/json"), values
)
text_bodies = st.builds(
    lambda text, kind: Body(state="present", content=text.encode(), content_type=kind),
    words.filter(bool),
    st.sampled_from(["text/plain", "application/xml", "application/x-www-form-urlencoded"]),
)
binary_bodies = st.builds(
    lambda data: Body(state="present", content=data, content_type="application/octet-stream"),
    st.binary(min_size=1, max_size=12),
)
bodies = st.one_of(
    st.just(Body()),
    st.just(Body(state="null")),
    st.just(Body(state="empty", content_type="text/plain")),
    json_bodies,
    text_bodies,
    binary_bodies,
)
by_path = st.dictionaries(paths, rule_lists, max_size=2)
by_name = st.dictionaries(tokens, rule_lists, max_size=2)
schemas = st.none() | st.sampled_from([{"type": "object", "properties": {"a": {"type": "string"}}}, {}])
headers = st.dictionaries(tokens, st.lists(tokens, min_size=1, max_size=2).map(tuple), max_size=2)
extra = st.dictionaries(st.sampled_from(["x-vendor", "_links"]), values, max_size=1)

requests = st.builds(
    RequestPattern,
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH"]),
    path=words.map(lambda text: f"/{text}"),
    query=st.dictionaries(names, st.lists(st.none() | words, min_size=1, max_size=2).map(tuple), max_size=2),
    headers=headers,
    body=bodies,
    rules=rules(path=st.none() | rule_lists, query=by_name, header=by_name, body=by_path),
    generators=st.builds(
        GeneratorSet,
        path=st.none() | generators,
        header=st.dictionaries(tokens, generators, max_size=1),
        body=st.dictionaries(paths, generators, max_size=1),
    ),
    json_schema=schemas,
    extra=extra,
)
responses = st.builds(
    ResponsePattern,
    status=st.integers(100, 599),
    headers=headers,
    body=bodies,
    rules=rules(status=st.none() | rule_lists, header=by_name, body=by_path),
    json_schema=schemas,
    extra=extra,
)


def messages(aside: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[MessagePattern]:
    return st.builds(
        MessagePattern,
        body=bodies,
        metadata=st.dictionaries(tokens, words, max_size=2),
        rules=rules(body=by_path, metadata=by_name),
        json_schema=schemas,
        extra=aside,
    )


states = st.lists(st.builds(ProviderState, name=names, params=objects), max_size=2).map(tuple)
budgets = st.none() | st.builds(Budget, p95=st.sampled_from([0.3, 1.0]), throughput=st.sampled_from([None, 10.0]))
secrets = st.builds(
    SecretUse,
    part=st.sampled_from(["header", "query", "form", "json"]),
    name=names,
    template=words,
    variables=st.dictionaries(tokens, tokens, max_size=1),
)
weaker = st.builds(Weaker, part=st.sampled_from(["request", "response"]), path=paths, reason=words)


def _shared(info: ContractInfo) -> dict[str, Any]:
    return {
        "contract": st.just(info),
        "description": words,
        "states": states,
        "pending": st.booleans(),
        "key": st.none() | tokens,
        "budget": budgets,
        "guards": st.lists(st.builds(InteractionRef, provider=names, description=words), max_size=1).map(tuple),
        "once": st.none() | paths,
        "repeatable": st.booleans(),
        "secrets": st.lists(secrets, max_size=1).map(tuple),
        "weaker": st.lists(weaker, max_size=1).map(tuple),
        "comments": st.dictionaries(st.sampled_from(["text", "testname"]), words, max_size=1),
        "extra": st.dictionaries(st.sampled_from(["interactionMarkup", "transport", "_id"]), values, max_size=2),
    }


def interactions(info: ContractInfo) -> st.SearchStrategy[AnyInteraction]:
    shared = _shared(info)
    delivery = st.none() | st.just(Delivery(method="POST", path="/hooks", headers=(("X-A", "1"),)))
    replies = st.lists(messages(extra), min_size=1, max_size=2).map(tuple)
    return st.one_of(
        st.builds(HttpInteraction, request=requests, response=responses, **shared),
        st.builds(AsyncMessage, message=messages(st.just({})), delivery=delivery, **shared),
        st.builds(SyncMessage, request=messages(extra), responses=replies, **shared),
    )


infos = st.builds(
    ContractInfo,
    consumer=names,
    provider=names,
    kind=st.none() | st.sampled_from(["auth", "monitoring"]),
    env=st.none() | tokens,
    base=st.sampled_from(["", "/v1"]),
)
contracts = infos.flatmap(
    lambda info: st.builds(
        Contract,
        info=st.just(info),
        interactions=st.lists(interactions(info), max_size=3).map(tuple),
        metadata=st.dictionaries(st.sampled_from(["pactRust", "team"]), objects, max_size=1),
        extra=extra,
    )
)


def placeless(contract: Contract) -> Contract:
    """The same contract without where it was read, its interactions in the order of a written pact."""
    bare = [one.model_copy(update={"place": Place()}) for one in contract.interactions]
    return contract.model_copy(update={"place": Place(), "interactions": tuple(bare)})
