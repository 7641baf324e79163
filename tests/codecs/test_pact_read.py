"""Pacts of every version and language, read; what a version has no word for survives."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pact_oracle
import pytest

from integtest.codecs import pact_read, pact_v4
from integtest.codecs.json_document import Node
from integtest.codecs.pact_parts import read_request, read_response, write_request, write_response
from integtest.errors import UnreadableFileError
from integtest.model.contract import (
    AsyncMessage,
    Contract,
    ForeignInteraction,
    HttpInteraction,
    ProviderState,
    SyncMessage,
)
from integtest.model.http import Place
from integtest.model.matching import Generator, Matcher, RuleList

SPECIFICATION = Path(__file__).parents[3] / "shared" / "corpora" / "pact-specification"
PACTS = Path(__file__).parents[3] / "shared" / "corpora" / "openapi-pact-comparator"


def pact(interaction: dict[str, Any] | None = None, version: str = "2.0.0", **top: Any) -> Contract:
    document = {
        "consumer": {"name": "web"},
        "provider": {"name": "api"},
        "interactions": [interaction] if interaction else [],
        "metadata": {"pactSpecification": {"version": version}},
    } | top
    return pact_read.loads(json.dumps(document).encode(), Place(file="web-api.json"))


def http(
    request: dict[str, Any] | None = None, response: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    request = {"method": "get", "path": "/a"} | (request or {})
    return {"description": "d", "request": request, "response": {"status": 200} | (response or {})} | more


def one(interaction: dict[str, Any], version: str = "2.0.0") -> Any:
    return pact(interaction, version).interactions[0]


RULE = {"match": "type"}
TYPE = RuleList(matchers=(Matcher(match="type"),))


@pytest.mark.parametrize(
    ("path", "category", "key"),
    [
        ("$.body", "body", "$"),
        ("$.body.a", "body", "$.a"),
        ("$.body[0].a", "body", "$[0].a"),
        ("$['body']['a']['b c']", "body", "$.a['b c']"),
        ("$.body.list[*].*", "body", "$.list[*].*"),
        ("$.headers.Content-Type", "header", "Content-Type"),
        ("$.header.X", "header", "X"),
        ("$['headers']['X Y']", "header", "X Y"),
        ("$.query.q", "query", "q"),
        ("$.query.q[0]", "query", "q"),
        ("$.query['a[]']", "query", "a[]"),
    ],
)
def test_a_flat_path_of_v2_finds_its_category(path: str, category: str, key: str) -> None:
    rules = one(http({"matchingRules": {path: RULE}})).request.rules
    assert getattr(rules, category) == {key: TYPE}


def test_a_flat_path_of_v2_for_the_path_itself() -> None:
    assert one(http({"matchingRules": {"$.path": {"match": "regex", "regex": "/\\d"}}})).request.rules.path == (
        RuleList(matchers=(Matcher(match="regex", args={"regex": "/\\d"}),))
    )


@pytest.mark.parametrize(
    ("rule", "matcher"),
    [
        ({"min": 2}, Matcher(match="type", args={"min": 2})),
        ({"match": "min", "min": 2}, Matcher(match="type", args={"min": 2})),
        ({"match": "type", "min": 1, "max": 3}, Matcher(match="type", args={"min": 1, "max": 3})),
        ({"regex": "x"}, Matcher(match="regex", args={"regex": "x"})),
        ({"match": "timestamp", "timestamp": "yyyy"}, Matcher(match="datetime", args={"format": "yyyy"})),
        ({"match": "date", "date": "yyyy"}, Matcher(match="date", args={"format": "yyyy"})),
        ({"match": "time", "format": "HH"}, Matcher(match="time", args={"format": "HH"})),
        ({"match": "real"}, Matcher(match="decimal")),
        ({"pact:matcher:type": "integer"}, Matcher(match="integer")),
        ({"match": "of tomorrow", "with": [1]}, Matcher(match="of tomorrow", args={"with": [1]})),
    ],
)
def test_the_spellings_of_a_rule_mean_one_matcher(rule: dict[str, Any], matcher: Matcher) -> None:
    for version, rules in (("2.0.0", {"$.body.a": rule}), ("3.0.0", {"body": {"$.a": {"matchers": [rule]}}})):
        found = one(http(response={"matchingRules": rules}), version).response.rules
        assert found.body == {"$.a": RuleList(matchers=(matcher,))}


def test_categories_of_v3_and_v4_in_every_spelling() -> None:
    rules = {
        "path": {"matchers": [RULE]},
        "method": {"": {"matchers": [RULE]}},
        "query": {"q": {"matchers": [RULE], "combine": "OR"}, "ids[]": {"matchers": [RULE]}},
        "headers": {"X-A": {"matchers": [RULE], "combine": "and"}},
        "body": {"$['a']": {"matchers": [RULE]}},
        "status": {"$": {"matchers": [{"match": "statusCode", "status": "success"}]}},
    }
    found = one(http({"matchingRules": rules}), "4.0").request.rules
    assert found.path == TYPE
    assert found.method == TYPE
    assert found.query == {"q": RuleList(matchers=TYPE.matchers, combine="OR"), "ids[]": TYPE}
    assert found.header == {"X-A": TYPE}
    assert found.body == {"$.a": TYPE}
    assert found.status == RuleList(matchers=(Matcher(match="statusCode", args={"status": "success"}),))


def test_a_category_of_tomorrow_survives() -> None:
    rules = {"trailers": {"X": {"matchers": [RULE]}}}
    found = one(http({"matchingRules": rules}), "4.0")
    assert found.request.rules.extra == rules
    assert pact_v4.interaction_document(found)["request"]["matchingRules"] == rules


@pytest.mark.parametrize(
    ("rules", "pointer", "message"),
    [
        ({"body": {"$.a": {"matchers": {"match": "type"}}}}, "/body/$.a/matchers", "should be an array"),
        ({"body": {"$.a": {"matchers": [{}]}}}, "/body/$.a/matchers/0", "without `match`"),
        ({"body": {"$.a": {"matchers": ["type"]}}}, "/body/$.a/matchers/0", "should be an object"),
        ({"body": {"$.a": {"matchers": [{"match": 5}]}}}, "/body/$.a/matchers/0", "without `match`"),
        ({"body": {"$.a": {"combine": "AND"}}}, "/body/$.a", 'has no "matchers"'),
        ({"body": {"$.a": {"combine": "XOR", "matchers": [RULE]}}}, "/body/$.a/combine", '"AND" or "OR"'),
        ({"body": []}, "/body", "should be an object"),
        ({"$.body.a": [RULE]}, "/$.body.a", "should be an object"),
        ({"$.headers": RULE}, "/$.headers", "names no header"),
        ({"$": RULE}, "/$", "is no path"),
        ([], "", "should be an object"),
    ],
)
def test_rules_of_a_wrong_shape_are_one_error_with_its_pointer(rules: Any, pointer: str, message: str) -> None:
    with pytest.raises(UnreadableFileError, match=message.replace("(", r"\(")) as caught:
        one(http({"matchingRules": rules}), "3.0.0")
    assert caught.value.place == f"web-api.json#/interactions/0/request/matchingRules{pointer}"


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        ("a=1&b=2&a=3", {"a": ("1", "3"), "b": ("2",)}),
        ("a=x%20y+z&b", {"a": ("x y z",), "b": (None,)}),
        ("a=&=b", {"a": ("",), "": ("b",)}),
        ("a=b=c&&", {"a": ("b=c",)}),
        ("n=%E6%96%87", {"n": ("文",)}),
        ("", {}),
        (
            {"a": ["1", "2"], "b": "3", "c": [None], "d": 4},
            {"a": ("1", "2"), "b": ("3",), "c": (None,), "d": ("4",)},
        ),
    ],
)
def test_queries_as_text_and_as_lists(query: Any, pairs: dict[str, tuple[str | None, ...]]) -> None:
    assert one(http({"query": query}), "3.0.0").request.query == pairs


def test_headers_as_text_and_as_lists() -> None:
    headers = {
        "Accept": "text/html, text/plain",
        "User-Agent": "a, b",
        "X": ["1", "2"],
        "Date": "Mon, 1 Jan",
        "Age": 3,
    }
    assert one(http({"headers": headers})).request.headers == {
        "Accept": ("text/html", "text/plain"),
        "User-Agent": ("a, b",),
        "X": ("1", "2"),
        "Date": ("Mon, 1 Jan",),
        "Age": ("3",),
    }


@pytest.mark.parametrize(
    ("members", "states"),
    [
        ({"providerState": "s"}, (ProviderState(name="s"),)),
        ({"provider_state": "s"}, (ProviderState(name="s"),)),
        ({"providerState": None}, ()),
        ({"providerState": ""}, ()),
        ({"providerStates": []}, ()),
        ({"providerStates": "s"}, (ProviderState(name="s"),)),
        (
            {"providerStates": ["s", {"name": "t", "params": None}]},
            (ProviderState(name="s"), ProviderState(name="t")),
        ),
        ({"providerStates": [{"name": "t", "params": {"id": 5}}]}, (ProviderState(name="t", params={"id": 5}),)),
    ],
)
def test_provider_states_of_every_version(members: dict[str, Any], states: tuple[ProviderState, ...]) -> None:
    assert one(http(**members)).states == states


def test_messages_of_v3() -> None:
    message = {
        "description": "an event",
        "providerStates": [{"name": "s"}],
        "contents": {"id": 1},
        "metaData": {"contentType": "application/json", "key": "k"},
        "matchingRules": {"body": {"$.id": {"matchers": [{"match": "integer"}]}}},
        "generators": {"body": {"$.id": {"type": "RandomInt", "min": 1}}},
    }
    contract = pact(version="3.0.0", messages=[message])
    found = contract.interactions[0]
    assert isinstance(found, AsyncMessage)
    assert found.message.body.content == b'{"id":1}'
    assert found.message.metadata == {"contentType": "application/json", "key": "k"}
    assert found.message.rules.body == {"$.id": RuleList(matchers=(Matcher(match="integer"),))}
    assert found.message.generators.body == {"$.id": Generator(type="RandomInt", args={"min": 1})}
    assert found.place == Place(file="web-api.json", pointer="/messages/0")
    assert contract.spec == "3.0.0"


def test_messages_of_v4() -> None:
    contents = {"content": {"id": 1}, "contentType": "application/json", "encoded": False}
    rules = {"content": {"$.id": {"matchers": [RULE]}}}
    event = {"type": "Asynchronous/Messages", "description": "e", "contents": contents, "matchingRules": rules}
    call = {
        "type": "Synchronous/Messages",
        "description": "s",
        "request": {"contents": contents, "metadata": {"k": "v"}},
        "response": [{"contents": contents, "matchingRules": {"body": {"$.id": {"matchers": [RULE]}}}}],
    }
    seen, called = pact(version="4.0", interactions=[event, call]).interactions
    assert isinstance(seen, AsyncMessage)
    assert isinstance(called, SyncMessage)
    assert seen.message.rules.body == called.responses[0].rules.body == {"$.id": TYPE}
    assert called.request.metadata == {"k": "v"}
    single = one(call | {"response": call["response"][0]}, "4.0")  # type: ignore[index]
    assert single.responses == called.responses


def test_an_interaction_of_an_unknown_kind_is_carried_along() -> None:
    raw = {"type": "Plugin/Thing", "description": "x", "providerStates": [{"name": "s"}], "thing": {"deep": [1]}}
    found = one(raw, "4.0")
    assert isinstance(found, ForeignInteraction)
    assert (found.foreign_type, found.description, found.states) == (
        "Plugin/Thing",
        "x",
        (ProviderState(name="s"),),
    )
    assert pact_v4.interaction_document(found) == raw


def test_v4_without_a_type_is_http() -> None:
    assert isinstance(one(http(), "4.0"), HttpInteraction)


@pytest.mark.parametrize(
    ("metadata", "spec"),
    [
        ({"pactSpecification": {"version": "4.0"}}, "4.0"),
        ({"pact-specification": {"version": "2.0.0"}}, "2.0.0"),
        ({"pactSpecificationVersion": "1.0.0"}, "1.0.0"),
        ({}, "3.0.0"),
        (None, "3.0.0"),
    ],
)
def test_the_version_is_found_wherever_tools_wrote_it(metadata: Any, spec: str) -> None:
    assert pact(http(), metadata=metadata).spec == spec


def test_a_version_that_is_not_known_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match=r"specification '5\.0'; 1 to 4"):
        pact(version="5.0")


FOREIGN = {
    "consumer": {"name": "web", "x-team": "a"},
    "provider": {"name": "api"},
    "createdAt": "2026-01-01",
    "_links": {"self": {"href": "http://broker"}},
    "interactions": [
        {
            "type": "Synchronous/HTTP",
            "_id": "abc",
            "key": "k1",
            "pending": True,
            "description": "d",
            "providerStates": [{"name": "s", "params": {"a": 1}, "x-why": "because"}],
            "comments": {"text": ["a note"], "references": {"jira": "1"}},
            "interactionMarkup": {"markup": "# hi", "markupType": "COMMON_MARK"},
            "pluginConfiguration": {"protobuf": {"descriptor": "1"}},
            "transport": "grpc",
            "request": {
                "method": "GET",
                "path": "/",
                "x-request": 1,
                "body": {"content": "a", "contentType": "text/plain", "encoded": False, "x-body": 2},
                "matchingRules": {"body": {"$": {"combine": "AND", "matchers": [RULE], "x-rules": 3}}},
            },
            "response": {"status": 200, "x-response": {"y": [1]}},
        }
    ],
    "metadata": {"pactSpecification": {"version": "4.0"}, "pactRust": {"ffi": "0.5"}, "x-meta": True},
}


def test_every_unknown_field_at_every_level_survives_a_round_trip() -> None:
    again = json.loads(pact_v4.dumps(pact_read.from_document(FOREIGN)))
    assert again == FOREIGN


def test_our_own_part_written_by_a_later_version_survives() -> None:
    document = json.loads(json.dumps(FOREIGN))
    own = {"once": "$.id", "of-tomorrow": {"a": 1}, "schema": {"request": {"type": "string"}, "trailer": {}}}
    document["interactions"][0]["comments"]["integtest"] = own
    document["metadata"]["integtest"] = {"kind": "auth", "of-tomorrow": 1}
    contract = pact_read.from_document(document)
    assert contract.interactions[0].once == "$.id"
    assert contract.interactions[0].request.json_schema == {"type": "string"}  # type: ignore[union-attr]
    assert contract.info.kind == "auth"
    assert json.loads(pact_v4.dumps(contract)) == document


WRONG: dict[str, tuple[Any, str, str]] = {
    "a list": ([], "/", "is not a pact"),
    "another JSON file": ({"name": "pkg", "version": "1"}, "/", "neither a consumer nor a provider"),
    "no provider": ({"consumer": {"name": "c"}}, "/", 'has no "provider"'),
    "a nameless consumer": ({"consumer": {}, "provider": {"name": "p"}}, "/consumer", 'has no "name"'),
    "a blank name": ({"consumer": {"name": " "}, "provider": {"name": "p"}}, "/consumer", "names no consumer"),
    "a name that is a number": ({"consumer": {"name": 5}, "provider": {"name": "p"}}, "/consumer/name", "a string"),
    "a consumer that is text": ({"consumer": "c", "provider": {"name": "p"}}, "/consumer", "should be an object"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_pact_is_refused_with_its_pointer(name: str) -> None:
    document, pointer, message = WRONG[name]
    with pytest.raises(UnreadableFileError, match=message) as caught:
        pact_read.loads(json.dumps(document).encode(), Place(file="x.json"))
    assert caught.value.place == f"x.json#{pointer}"


@pytest.mark.parametrize(
    ("interaction", "pointer"),
    [
        ("text", ""),
        ({"request": {}, "response": {}}, ""),
        (http(description=5), "/description"),
        ({"description": "d", "response": {}}, ""),
        ({"description": "d", "request": {}}, ""),
        (http({"method": 5}), "/request/method"),
        (http({"headers": []}), "/request/headers"),
        (http({"headers": {"X": {}}}), "/request/headers/X"),
        (http({"headers": {"X": [None]}}), "/request/headers/X/0"),
        (http({"query": 5}), "/request/query"),
        (http({"query": {"a": {}}}), "/request/query/a"),
        (http(response={"status": "ok"}), "/response/status"),
        (http(response={"status": 99}), "/response/status"),
        (http(response={"status": True}), "/response/status"),
        (http(pending="yes"), "/pending"),
        (http(providerStates=[{"params": {}}]), "/providerStates/0"),
        (http(providerStates=[5]), "/providerStates/0"),
        (http({"generators": {"body": {"$.a": {}}}}), "/request/generators/body/$.a"),
        (http(comments=[]), "/comments"),
        (http(comments={"integtest": {"budget": {"p95": "soon"}}}), "/comments/integtest"),
        (http(type=5), "/type"),
    ],
)
def test_a_wrong_type_anywhere_in_an_interaction_is_refused_with_its_pointer(
    interaction: Any, pointer: str
) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        one(interaction, "4.0")
    assert caught.value.place == f"web-api.json#/interactions/0{pointer}"


def test_a_pact_without_interactions_is_an_empty_contract() -> None:
    for interactions in ([], None):
        assert pact(interactions=interactions).interactions == ()


CASES = sorted(str(path.relative_to(SPECIFICATION)) for path in SPECIFICATION.rglob("*.json"))


@pytest.mark.corpus
@pytest.mark.skipif(not CASES, reason=f"the official specification cases are not at {SPECIFICATION}")
@pytest.mark.parametrize("version", ["v2", "v3", "v4"])
@pytest.mark.parametrize("part", ["request", "response"])
def test_every_official_example_means_the_same_written_as_v4(version: str, part: str) -> None:
    cases = [case for case in CASES if case.startswith(f"{version}/{part}/")]
    assert cases
    for case in cases:
        expected = json.loads((SPECIFICATION / case).read_text())["expected"]
        form = "v4" if version == "v4" else "plain"
        if part == "request":
            first = read_request(Node(expected, Place()), form)
            again: Any = read_request(Node(write_request(first), Place()), "v4")
        else:
            first = read_response(Node(expected, Place()), form)  # type: ignore[assignment]
            again = read_response(Node(write_response(first), Place()), "v4")  # type: ignore[arg-type]
        assert _meaning(again) == _meaning(first), case


def _meaning(pattern: Any) -> Any:
    """All of a pattern; JSON by its value, since blanks in an example say nothing."""
    content = pattern.body.content
    with contextlib.suppress(ValueError):
        content = json.loads(content)
    body = (pattern.body.state, content, pattern.body.content_type)
    return pattern.model_copy(update={"body": None}), body


FILES = sorted(PACTS.rglob("pact.json"))
REFUSED = {"mixed-http-and-async-no-asyncapi": "V4 with an interaction without `type`, which we take for HTTP"}
"""Pacts that Pact's library refuses and we read, with the reason."""


@pytest.mark.corpus
@pytest.mark.skipif(not FILES, reason=f"the pacts of openapi-pact-comparator are not at {PACTS}")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_a_real_pact_has_the_interactions_and_bodies_that_pacts_library_sees(file: Path) -> None:
    contract = pact_read.loads(file.read_bytes(), Place(file=str(file)))
    again = pact_v4.dumps(contract)
    assert pact_v4.dumps(pact_read.loads(again)) == again
    if file.parent.name in REFUSED:
        with pytest.raises(ValueError):
            pact_oracle.read(file.read_bytes())
        return
    seen = pact_oracle.read(file.read_bytes())
    assert [one["description"] for one in seen] == [one.description for one in contract.interactions]
    for theirs, ours in zip(seen, contract.interactions, strict=True):
        if isinstance(ours, HttpInteraction):
            for part in ("request", "response"):
                assert _json(getattr(ours, part).body.content) == _json(theirs[part])


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return content
