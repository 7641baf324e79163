"""Generators: the values that take an example's place."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integtest.adapters.pact_engine import Engine
from integtest.errors import ContractError
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
from integtest.model.message import MessagePattern
from integtest.rules.generators import apply_message, apply_request, apply_response, unresolved

NOW = datetime(2024, 2, 29, 13, 5, 9, 123456, tzinfo=UTC)
"""A Thursday, the last day of a leap February."""
JSON = "application/json"
ENGINE = Engine()


def generator(kind: str, **args: Any) -> Generator:
    return Generator(type=kind, args=args)


def json_body(value: Any) -> Body:
    return Body(state="present", content=json.dumps(value).encode(), content_type=JSON)


def generated(kind: str, example: Any = "x", values: Any = None, seed: int = 0, **args: Any) -> Any:
    """The value that one generator makes in the place of `example`."""
    pattern = RequestPattern(
        body=json_body({"v": example}), generators=GeneratorSet(body={"$.v": generator(kind, **args)})
    )
    made = apply_request(pattern, values or {}, Random(seed), now=NOW)
    return json.loads(made.body.content)["v"]


def matches(value: Any, **rule: Any) -> bool:
    """Whether Pact's engine holds `value` to the rule."""
    rules = RuleList(matchers=(Matcher(match=rule.pop("match"), args=rule),))
    return not ENGINE.body(json_body("x"), {"$": rules}).mismatches(json.dumps(value).encode(), None)


def test_a_pattern_without_generators_stays_the_same_object() -> None:
    pattern = RequestPattern(path="/a", body=json_body({"a": 1}))

    assert apply_request(pattern, {"a": 2}, Random(0)) is pattern


def test_random_numbers_keep_to_their_bounds_and_to_the_example_s_type() -> None:
    for seed in range(50):
        assert 3 <= generated("RandomInt", 1, min=3, max=5, seed=seed) <= 5
        assert generated("RandomInt", "1", min=3, max=3, seed=seed) == "3"
        decimal = generated("RandomDecimal", "1.5", digits=6, seed=seed)
        assert len(decimal.replace(".", "")) == 6
        assert matches(float(decimal), match="decimal")
        assert isinstance(generated("RandomDecimal", 1.5, digits=6, seed=seed), float)


def test_random_texts_have_the_length_and_letters_asked_for() -> None:
    assert matches(generated("RandomHexadecimal", digits=8), match="regex", regex="[0-9A-F]{8}")
    assert matches(generated("RandomString", size=20), match="regex", regex="[0-9A-Za-z]{20}")
    assert matches(generated("RandomString"), match="regex", regex=".{10}")
    assert {generated("RandomBoolean", True, seed=n) for n in range(20)} == {True, False}
    assert {generated("RandomBoolean", "true", seed=n) for n in range(20)} == {"true", "false"}


@pytest.mark.parametrize(
    ("written", "pattern"),
    [
        ("simple", "[0-9a-f]{32}"),
        ("lower-case-hyphenated", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        ("upper-case-hyphenated", "[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}"),
        ("URN", "urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        (None, "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
    ],
)
def test_a_uuid_has_the_format_asked_for(written: str | None, pattern: str) -> None:
    assert matches(generated("Uuid", format=written), match="regex", regex=pattern)


PATTERNS = [
    r"\d+",
    "^(?:a|b)$",
    r"[a-f0-9]{8}-[^-\s]{2,4}",
    r"(foo|bar){2}x?",
    r"\w+@\w+\.com",
    r"[\]\-a]+",
    r"\x41B",
    "a{2}b{1,}?",
]


@settings(max_examples=60, deadline=None)
@given(pattern=st.sampled_from(PATTERNS), seed=st.integers(0, 10_000))
def test_text_made_for_a_regular_expression_matches_it(pattern: str, seed: int) -> None:
    assert matches(generated("Regex", regex=pattern, seed=seed), match="regex", regex=pattern)


@pytest.mark.parametrize(
    "pattern", ["(?=a)b", r"(a)\1", "[[:alpha:]]", "(a", "a)", "[a", "\\", "a{2000000}", "(" * 99]
)
def test_a_regular_expression_that_cannot_be_sampled_is_refused_by_name(pattern: str) -> None:
    with pytest.raises(ContractError, match="no text can be made for the regular expression"):
        generated("Regex", regex=pattern)


DATES = ["yyyy-MM-dd", "dd/MM/yy", "EEE, d MMM yyyy", "yyyyMMdd", "EEEE d MMMM yyyy"]
TIMES = ["HH:mm:ss", "hh:mm a", "HH:mm:ss.SSS", "H.mm", "HHmmss"]
BOTH = [
    "yyyy-MM-dd'T'HH:mm:ssXXX",
    "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
    "yyyy-MM-dd HH:mm:ss Z",
    "yyyy-MM-dd'T'HH:mm:ssX",
]


@pytest.mark.parametrize(
    ("kind", "match", "written"),
    [
        *[("Date", "date", pattern) for pattern in DATES],
        *[("Time", "time", pattern) for pattern in TIMES],
        *[("DateTime", "datetime", pattern) for pattern in BOTH],
    ],
)
def test_a_generated_date_has_the_format_as_pact_reads_it(kind: str, match: str, written: str) -> None:
    assert matches(generated(kind, format=written), match=match, format=written)


def test_a_date_without_format_is_written_as_iso_8601_says() -> None:
    assert generated("Date") == "2024-02-29"
    assert generated("Time") == "13:05:09"
    assert generated("DateTime") == "2024-02-29T13:05:09.123+0000"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("now", "2024-02-29"),
        ("yesterday", "2024-02-28"),
        ("tomorrow + 1 week", "2024-03-08"),
        ("+1 day", "2024-03-01"),
        ("- 1 year", "2023-02-28"),
        ("now - 1 month", "2024-01-29"),
        ("today + 2 months - 1 day", "2024-04-28"),
        ("next monday", "2024-03-04"),
        ("next thurs", "2024-03-07"),
        ("last friday", "2024-02-23"),
        ("next month", "2024-03-29"),
        ("next fortnight", "2024-03-14"),
        ("next january", "2025-01-29"),
        ("last december", "2023-12-29"),
    ],
)
def test_a_date_expression_moves_the_date(expression: str, expected: str) -> None:
    assert generated("Date", expression=expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("noon", "12:00:00"),
        ("midnight + 2 hours - 1 second", "01:59:59"),
        ("+ 90 minutes", "14:35:09"),
        ("2 o'clock am", "02:00:00"),
        ("2 o'clock pm + 1 minute", "14:01:00"),
        ("2 o'clock", "14:00:00"),
        ("next hour", "14:05:09"),
    ],
)
def test_a_time_expression_moves_the_time(expression: str, expected: str) -> None:
    assert generated("Time", expression=expression) == expected


def test_a_date_and_time_expression_moves_both() -> None:
    assert generated("DateTime", expression="tomorrow @ noon", format="yyyy-MM-dd HH:mm") == "2024-03-01 12:00"
    assert generated("DateTime", expression="now @ now -30 seconds", format="HH:mm:ss") == "13:04:39"
    assert generated("DateTime", expression="now @ now +3600 seconds", format="HH:mm:ss") == "14:05:09"
    assert generated("Epoch", ahead=30) - generated("Epoch") == 30


@pytest.mark.parametrize("expression", ["whenever", "now today", "+ 1 parsec", "next never", "44 o'clock"])
def test_an_expression_that_cannot_be_read_is_refused(expression: str) -> None:
    with pytest.raises(ContractError, match="cannot be read"):
        generated("Time" if "clock" in expression else "Date", expression=expression)


def test_values_of_provider_states_are_injected_everywhere() -> None:
    state = generator("ProviderState", expression="${id}")
    pattern = RequestPattern(
        path="/users/1",
        query={"q": ("1", "2")},
        headers={"X-Id": ("1",), "Other": ("kept",)},
        body=json_body({"a": {"id": 1}, "b": [{"id": 1}, {"id": 2}], "c": {"x": 1, "y": 2}}),
        generators=GeneratorSet(
            path=generator("ProviderState", expression="/users/${id}"),
            query={"q": state},
            header={"x-id": state},
            body={"$.a.id": state, "$.b[*].id": state, "$.c.*": state, "$.not.there": state},
        ),
    )

    made = apply_request(pattern, {"id": 42}, Random(0))

    assert made.path == "/users/42"
    assert made.query == {"q": ("42", "42")}
    assert made.headers == {"X-Id": ("42",), "Other": ("kept",)}
    assert json.loads(made.body.content) == {
        "a": {"id": 42},
        "b": [{"id": 42}, {"id": 42}],
        "c": {"x": 42, "y": 42},
    }


@pytest.mark.parametrize(
    ("expression", "kind", "expected"),
    [
        ("${n}", None, 7),
        ("n", None, 7),
        ("${n}", "STRING", "7"),
        ("${text}", "INTEGER", 5),
        ("${text}", "DECIMAL", 5.0),
        ("${yes}", "BOOLEAN", True),
        ("${n}-${text}", None, "7-5"),
        ("${whole}", "RAW", {"a": [1]}),
    ],
)
def test_a_state_s_value_has_the_data_type_asked_for(expression: str, kind: str | None, expected: Any) -> None:
    values = {"n": 7, "text": "5", "yes": "true", "whole": {"a": [1]}}
    args = {"expression": expression} | ({"dataType": kind} if kind else {})

    assert generated("ProviderState", values=values, **args) == expected


def test_a_state_s_value_that_is_not_of_the_data_type_is_named() -> None:
    with pytest.raises(ContractError, match=r"'ProviderState' at \$\.v cannot make a value"):
        generated("ProviderState", values={"n": "many"}, expression="${n}", dataType="INTEGER")


def test_a_value_that_no_state_supplies_keeps_the_example_and_is_reported() -> None:
    pattern = RequestPattern(
        path="/users/1",
        body=json_body({"v": "example"}),
        generators=GeneratorSet(
            path=generator("ProviderState", expression="/users/${id}"),
            body={"$.v": generator("ProviderState", expression="${id}-${other}")},
        ),
    )

    assert apply_request(pattern, {"id": 3}, Random(0)).path == "/users/3"
    assert apply_request(pattern, {"id": 3}, Random(0)).body == pattern.body
    assert unresolved(pattern, {"id": 3}) == ("other",)
    assert unresolved(pattern, {}) == ("id", "other")
    assert unresolved(pattern, {"providerState": {"id": 1, "other": 2}}) == ()


def test_the_same_seed_makes_the_same_values_and_another_seed_others() -> None:
    assert (
        generated("RandomString", seed=1) == generated("RandomString", seed=1) != generated("RandomString", seed=2)
    )


def test_an_unknown_generator_is_refused_with_its_place() -> None:
    with pytest.raises(ContractError, match=r"generator 'Magic' at \$\.v is unknown"):
        generated("Magic")


@pytest.mark.parametrize(
    ("kind", "args"),
    [
        ("RandomInt", {"min": "low"}),
        ("RandomInt", {"min": 5, "max": 1}),
        ("RandomString", {"size": 10**9}),
        ("Regex", {}),
        ("Date", {"format": "qqqq"}),
        ("Uuid", {"format": "odd"}),
    ],
)
def test_a_generator_that_cannot_do_what_it_says_is_refused(kind: str, args: dict[str, Any]) -> None:
    with pytest.raises(ContractError):
        generated(kind, **args)


def test_a_stub_s_url_takes_the_example_s_place_only_where_a_stub_is() -> None:
    body = json_body({"href": "http://localhost:9876/orders/1"})
    rules = GeneratorSet(
        body={
            "$.href": generator(
                "MockServerURL", example="http://localhost:9876/orders/1", regex=".*(/orders/\\d+)$"
            )
        }
    )
    pattern = ResponsePattern(body=body, generators=rules)

    assert apply_response(pattern, {}, Random(0)).body == body
    stubbed = apply_response(pattern, {}, Random(0), base_url="http://127.0.0.1:5000/")
    assert json.loads(stubbed.body.content) == {"href": "http://127.0.0.1:5000/orders/1"}


def test_a_response_s_status_may_be_generated_and_must_be_one() -> None:
    pattern = ResponsePattern(generators=GeneratorSet(status=generator("ProviderState", expression="code")))

    assert apply_response(pattern, {"code": 404}, Random(0)).status == 404
    with pytest.raises(ContractError, match="no status code"):
        apply_response(pattern, {"code": "many"}, Random(0))


def test_a_message_s_metadata_and_contents_are_generated() -> None:
    pattern = MessagePattern(
        body=json_body([1]),
        metadata={"key": "k", "n": 1},
        generators=GeneratorSet(
            body={"$[0]": generator("ProviderState", expression="id")},
            metadata={"$.key": generator("ProviderState", expression="id", dataType="STRING")},
        ),
    )

    made = apply_message(pattern, {"id": 9}, Random(0))

    assert json.loads(made.body.content) == [9]
    assert made.metadata == {"key": "9", "n": 1}


def test_forms_xml_and_text_take_generated_values_too() -> None:
    def made(content: bytes, content_type: str, path: str) -> bytes:
        body = Body(state="present", content=content, content_type=content_type)
        generators = GeneratorSet(body={path: generator("ProviderState", expression="id")})
        return apply_request(
            RequestPattern(body=body, generators=generators), {"id": "a b"}, Random(0)
        ).body.content

    assert made(b"x=1&y=2", "application/x-www-form-urlencoded", "$.x") == b"x=a+b&y=2"
    assert b'<a><b n="1">a b</b></a>' in made(b'<a><b n="1">t</b></a>', "application/xml", "$.a.b.#text")
    assert b'<b n="a b">t</b>' in made(b'<a><b n="1">t</b></a>', "application/xml", "$.a.b['@n']")
    assert made(b"text", "text/plain", "$") == b"a b"
    with pytest.raises(ContractError, match="needs a JSON, XML or form body"):
        made(b"text", "text/plain", "$.a")


def test_the_generators_of_a_variant_fill_that_variant_s_example() -> None:
    variants = [{"index": 1, "rules": {}, "generators": {"$.id": {"type": "ProviderState", "expression": "id"}}}]
    matcher = Matcher(match="arrayContains", args={"variants": variants})
    pattern = ResponsePattern(
        body=json_body({"all": [{"id": 1}, {"id": 2}]}),
        rules=RuleSet(body={"$.all": RuleList(matchers=(matcher,))}),
    )

    made = apply_response(pattern, {"id": 7}, Random(0))

    assert json.loads(made.body.content) == {"all": [{"id": 1}, {"id": 7}]}
    assert unresolved(pattern, {}) == ("id",)
