"""Matchers for examples written by hand do in Pact's engine what they say."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from integtest import match
from integtest.authoring.values import Match
from integtest.errors import ContractError
from tests.authoring.conftest import Bench

UUID4 = "fc763eba-0905-41c5-a27f-3934ab26786c"

TABLE: list[tuple[str, Any, list[Any], list[Any]]] = [
    ("like", match.like("x"), ["y", ""], [1, None, []]),
    ("like, nested", match.like({"a": [1]}), [{"a": [2], "b": 1}], [{"a": ["x"]}, {}, []]),
    ("regex", match.regex("[a-c]+", "abc"), ["a"], ["ad", "", "xa", "a\nd"]),
    ("one_of", match.one_of("a.b", "c"), ["a.b", "c"], ["axb", ""]),
    ("integer", match.integer(7), [1, -2], [1.5, "1", None, True]),
    ("decimal", match.decimal(1.5), [2.25], [2, "1.5", None]),
    ("number", match.number(1), [2, 1.5], ["1", None]),
    ("boolean", match.boolean(), [True, False], ["true", 1, None]),
    ("null", match.null(), [None], [0, "", {}]),
    ("uuid", match.uuid(), [UUID4], ["x", None]),
    ("date", match.date(), ["2025-12-31"], ["31.12.2025", "2025-02-30"]),
    ("date, of a form", match.date("dd.MM.yyyy", "31.01.2024"), ["01.02.2025"], ["2025-02-01"]),
    ("time", match.time(), ["23:59:59"], ["24:61:00", "x"]),
    ("datetime", match.datetime(), ["2024-01-31T12:30:00+02:00"], ["2024-01-31"]),
    (
        "each_like",
        match.each_like({"id": match.integer(1)}),
        [[{"id": 2}], [{"id": 2}, {"id": 3}]],
        [[], [{"id": "x"}]],
    ),
    ("each_like, bounds", match.each_like("x", min=2, max=3), [["a", "b"]], [["a"], ["a", "b", "c", "d"], [1, 2]]),
    ("each_like, empty", match.each_like("x", min=0), [[], ["a"]], [[1]]),
    (
        "each_key",
        match.each_key({"ab": 1}, match.regex("[a-z]{2}", "ab")),
        [{"ab": 1, "cd": 5}],
        [{"ab": 1, "x": 1}],
    ),
    ("each_value", match.each_value({"k": match.integer(1)}), [{}, {"a": 2, "b c": 3}], [{"a": "x"}]),
    (
        "each_key, with each_value",
        match.each_key(match.each_value({"ab": match.integer(1)}), match.regex("[a-z]{2}", "ab")),
        [{"cd": 2}],
        [{"cd": "x"}, {"c": 2}],
    ),
    (
        "array_containing",
        match.array_containing({"id": match.integer(1), "kind": "a"}, "last"),
        [["last", {"id": 9, "kind": "a"}, 7]],
        [["last"], [{"id": 9, "kind": "b"}, "last"]],
    ),
    ("includes", match.includes("cat", "concatenate"), ["cat", "cats"], ["dog", None]),
    ("equals, within like", match.like({"a": match.equals(1), "b": 2}), [{"a": 1, "b": 3}], [{"a": 2, "b": 3}]),
    ("semver", match.semver(), ["2.10.3-rc.1"], ["2.x", None]),
    ("not_empty", match.not_empty("x"), ["y"], ["", None, 1]),
    ("any_value", match.any_value(), [None, 1, "", [], {"a": 1}], []),
    ("all_of", match.all_of(match.like("xy"), match.includes("x")), ["ax"], ["a", 1]),
    ("all_of, as &", match.like("xy") & match.includes("y"), ["y"], ["x"]),
    ("random_int", match.random_int(1, 6), [3, 700], ["3", 1.5]),
    ("random_decimal", match.random_decimal(), [2.5], ["x"]),
    ("random_hex", match.random_hex(), ["00ff"], ["xyz"]),
    ("random_string", match.random_string(4), ["any"], [1]),
    ("random_uuid", match.random_uuid(), [UUID4], ["x"]),
    ("random_boolean", match.random_boolean(), [False], ["x"]),
    ("current_date", match.current_date(), ["2025-01-01"], ["x"]),
    ("current_time", match.current_time(), ["01:02:03"], ["x"]),
    ("current_datetime", match.current_datetime(), ["2025-01-01T00:00:00Z"], ["x"]),
    ("current_epoch", match.current_epoch(60), [1], ["1", 1.5]),
    ("from_state", match.from_state("id", example=5), [6], ["6"]),
]


@pytest.mark.parametrize(("value", "good", "bad"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_a_matcher_takes_its_example_and_what_is_like_it_and_refuses_the_rest(
    value: Match, good: list[Any], bad: list[Any], bench: Bench
) -> None:
    found = bench.reply({"at": value})
    assert bench.takes(found, json.loads(found.response.body.content))
    assert [one for one in good if not bench.takes(found, {"at": one})] == []
    assert [one for one in bad if bench.takes(found, {"at": one})] == []


def test_every_public_matcher_is_in_the_table() -> None:
    names = set(match.__all__) - {"binary", "content_type"}
    assert (
        names
        == {row[0].split(",")[0].split(" ")[0] for row in TABLE} - {"all_of, as &", "date of", "equals within"}
        | set()
    )


@pytest.mark.parametrize(
    ("value", "generator"),
    [
        (match.random_int(1, 6), ("RandomInt", {"min": 1, "max": 6})),
        (match.random_decimal(4), ("RandomDecimal", {"digits": 4})),
        (match.random_hex(4), ("RandomHexadecimal", {"digits": 4})),
        (match.random_string(4), ("RandomString", {"size": 4})),
        (match.random_uuid(), ("Uuid", {})),
        (match.random_boolean(), ("RandomBoolean", {})),
        (match.current_date(), ("Date", {"format": "yyyy-MM-dd"})),
        (match.current_time(), ("Time", {"format": "HH:mm:ss"})),
        (match.current_datetime(), ("DateTime", {"format": "yyyy-MM-dd'T'HH:mm:ssXXX"})),
        (
            match.current_datetime(ahead=-30),
            ("DateTime", {"format": "yyyy-MM-dd'T'HH:mm:ssXXX", "expression": "now @ now -30 seconds"}),
        ),
        (match.from_state("id", example="x"), ("ProviderState", {"expression": "${id}", "dataType": "STRING"})),
        (match.from_state("id", example=1.5), ("ProviderState", {"expression": "${id}", "dataType": "DECIMAL"})),
        (match.from_state("id", example=True), ("ProviderState", {"expression": "${id}", "dataType": "BOOLEAN"})),
    ],
)
def test_a_generator_has_the_name_that_pact_v4_gives_it(value: Match, generator: Any, bench: Bench) -> None:
    found = bench.reply({"at": [value]}).response.generators.body["$.at[0]"]
    assert (found.type, found.args) == generator


def test_seconds_since_the_epoch_are_a_generator_of_our_own(bench: Bench) -> None:
    found = bench.reply({"exp": match.current_epoch(3600), "iat": match.current_epoch()}).response.generators.body
    assert {path: (one.type, one.args) for path, one in found.items()} == {
        "$.exp": ("Epoch", {"ahead": 3600}),
        "$.iat": ("Epoch", {}),
    }


@pytest.mark.parametrize("make", [match.current_epoch, lambda ahead: match.current_datetime(ahead=ahead)])
@pytest.mark.parametrize("ahead", ["1h", 1.5, True, None])
def test_a_time_ahead_is_whole_seconds(make: Any, ahead: Any) -> None:
    with pytest.raises(ContractError, match="no whole number of seconds"):
        make(ahead)


def test_rules_lie_where_pact_looks_for_them(bench: Bench) -> None:
    found = bench.reply(
        {
            "list": match.each_like({"id": match.integer(1)}),
            "map": match.each_value({"k": {"deep": match.like("x")}}),
            "odd key": match.like(1),
            "plain": [match.like(1)],
        }
    )
    assert set(found.response.rules.body) == {
        "$.list",
        "$.list[*].id",
        "$.map",
        "$.map.*.deep",
        "$['odd key']",
        "$.plain[0]",
    }


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: match.regex("(", "x"), "is not a regular expression"),
        (lambda: match.regex("(?P<a>x)", "x"), "Pact's engine does not read"),
        (lambda: match.regex("(?s).+", "x"), "Pact's engine does not read"),
        (lambda: match.regex("[a-z]", "ab"), "does not match its own pattern"),
        (lambda: match.integer("1"), "needs an example of its own kind"),  # type: ignore[arg-type]
        (lambda: match.integer(True), "needs an example of its own kind"),
        (lambda: match.decimal(1), "needs an example of its own kind"),
        (lambda: match.boolean(1), "needs True or False"),  # type: ignore[arg-type]
        (lambda: match.uuid("x"), "does not match its own pattern"),
        (lambda: match.date("dd.MM.yyyy"), "does not have the form"),
        (lambda: match.current_time(example="noon"), "does not have the form"),
        (lambda: match.each_like("x", min=3, max=2), "allows no list"),
        (lambda: match.each_value({}), "at least one key"),
        (lambda: match.each_key({"A": 1}, match.regex("[a-z]", "a")), "does not obey its own matcher"),
        (lambda: match.array_containing(), "at least one variant"),
        (lambda: match.includes("x", "y"), "does not include"),
        (lambda: match.any_value([1]), "takes a scalar"),  # type: ignore[arg-type]
        (lambda: match.one_of(), "at least one value"),
        (lambda: match.from_state("id", example=None), "needs an example"),
        (lambda: match.like(1) & 2, "cannot be said in a pact"),  # type: ignore[operator]
    ],
)
def test_a_matcher_that_says_nothing_sensible_is_refused_where_it_stands(
    make: Callable[[], Any], message: str
) -> None:
    with pytest.raises(ContractError) as caught:
        make()
    assert message in caught.value.message
    assert (caught.value.place or "").startswith(f"{__file__}:")
