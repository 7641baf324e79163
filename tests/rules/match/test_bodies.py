"""Bodies: what differs is told in plain words, at its path, once."""

from __future__ import annotations

from typing import Any

import pytest

from integtest.errors import ContractError
from integtest.model.matching import Body, ResponsePattern
from integtest.rules.match import Judge
from tests.rules.match.making import (
    JSON,
    body,
    either,
    promised_reply,
    promised_request,
    reply,
    request,
    rule,
    told,
)


@pytest.mark.parametrize(
    ("expected", "rules", "seen", "path", "message"),
    [
        ("x", {"$": rule("type")}, None, "$", "expected a string, got null"),
        ({"a": "x"}, {"$.a": rule("type")}, {"a": 5}, "$.a", "expected a string, got 5"),
        ({"a": "x"}, {}, {"a": "y"}, "$.a", 'expected "x", got "y"'),
        ({"a": 1}, {"$.a": rule("integer")}, {"a": 1.5}, "$.a", "expected an integer, got 1.5"),
        ({"a": 1.5}, {"$.a": rule("decimal")}, {"a": 1}, "$.a", "expected a number with decimals, got 1"),
        ({"a": 1}, {"$.a": rule("number")}, {"a": "1"}, "$.a", 'expected a number, got "1"'),
        ({"a": True}, {"$.a": rule("boolean")}, {"a": 1}, "$.a", "expected true or false, got 1"),
        ({"a": None}, {"$.a": rule("null")}, {"a": 1}, "$.a", "expected null, got 1"),
        (
            {"a": "ab"},
            {"$.a": rule("regex", regex="^a.$")},
            {"a": "b"},
            "$.a",
            'expected text matching ^a.$, got "b"',
        ),
        (
            {"a": "ab"},
            {"$.a": rule("include", value="a")},
            {"a": "b"},
            "$.a",
            "expected text with 'a' in it, got \"b\"",
        ),
        ({"a": "x"}, {"$.a": rule("notEmpty")}, {"a": ""}, "$.a", 'expected something, got ""'),
        (
            {"a": "1.0.0"},
            {"$.a": rule("semver")},
            {"a": "1"},
            "$.a",
            'expected a semantic version such as 1.2.3, got "1"',
        ),
        (
            {"a": "2024-01-02"},
            {"$.a": rule("date", format="yyyy-MM-dd")},
            {"a": "today"},
            "$.a",
            'expected a date like yyyy-MM-dd, got "today"',
        ),
        ({"a": [1]}, {}, {"a": [1, 2]}, "$.a", "expected 1 items, got 2"),
        ({"a": [1, 2]}, {}, {"a": [1]}, "$.a", "expected 2 items, got 1"),
        ({"a": []}, {}, {"a": [1]}, "$.a", "expected an empty list, got [1]"),
        ({"a": [1]}, {"$.a": rule("type", min=2)}, {"a": [1]}, "$.a", "expected at least 2 items, got 1"),
        ({"a": [1]}, {"$.a": rule("type", max=1)}, {"a": [1, 2]}, "$.a", "expected at most 1 items, got 2"),
        ({"a": {"b": 1}}, {}, {"a": []}, "$.a", "expected an object, got []"),
        ({"a": [1]}, {}, {"a": "x"}, "$.a", 'expected a list, got "x"'),
        ({"a b": {"c.d": 1}}, {}, {"a b": {}}, "$['a b']['c.d']", "key 'c.d' is missing"),
        (["x"], {"$": either(rule("type"), rule("null"))}, "x", "$", 'expected a list, got "x"'),
        (
            {"a": "x"},
            {"$.a": either(rule("type"), rule("null"))},
            {"a": 5},
            "$.a",
            "expected a string or null, got 5",
        ),
        (
            [{"k": 1}],
            {
                "$": rule(
                    "arrayContains", variants=[{"index": 0, "rules": {"$.k": {"matchers": [{"match": "integer"}]}}}]
                )
            },
            [{"k": "x"}],
            "$",
            'no item is like the example 0, {"k":1}',
        ),
    ],
)
def test_a_difference_in_json_is_told_in_plain_words_at_its_path(
    judge: Judge, expected: Any, rules: Any, seen: Any, path: str, message: str
) -> None:
    assert told(judge.response(promised_reply(expected, rules=rules)).judge(reply(seen))) == {path: message}


def test_a_mismatch_carries_the_values_as_they_are_in_the_document(judge: Judge) -> None:
    (found,) = judge.response(promised_reply({"a": [1, "x"]})).judge(reply({"a": [1, None]})).mismatches

    assert (found.part, found.path, found.expected, found.actual, found.judge) == (
        "body",
        "$.a[1]",
        "x",
        None,
        "pact",
    )


def test_each_missing_key_is_told_at_its_own_place(judge: Judge) -> None:
    found = told(judge.response(promised_reply({"a": 1, "b": {"c": 2}})).judge(reply({"b": {}})))

    assert found == {"$.a": "key 'a' is missing", "$.b.c": "key 'c' is missing"}


@pytest.mark.parametrize(
    ("seen", "start"),
    [
        (b"<html>busy</html>", "the body is cut or malformed"),
        (b'{"a": 1', "the body is cut or malformed"),
        (b'{"a": NaN}', "the body is cut or malformed"),
        (b"[" * 100_000, "the body is cut or malformed: recursion limit"),
        (b'{"a": "\xff"}', "expected text, got"),
        (b'{"a": "\x00"}', "expected text, got"),
        (b"", "expected a body, got none"),
    ],
)
def test_a_malformed_body_is_one_clear_mismatch(judge: Judge, seen: bytes, start: str) -> None:
    response = reply(seen)
    for pattern in (promised_reply({"a": 1}), promised_reply({"a": 1}, json_schema={"type": "object"})):
        (found,) = judge.response(pattern).judge(response).mismatches
        assert found.message.startswith(start)
        assert len(str(found.expected)) + len(str(found.actual)) < 5000


def test_a_huge_document_is_judged_and_told_shortly(judge: Judge) -> None:
    seen = [{"id": n, "name": "x" * 50} for n in range(20_000)]
    compiled = judge.response(promised_reply([{"id": 1, "name": "y"}], rules={"$": rule("type", min=1)}))

    assert compiled.judge(reply(seen)).holds
    (found,) = compiled.judge(reply([*seen, {"id": None, "name": "x"}])).mismatches
    assert (found.path, found.message) == ("$[20000].id", "expected a number, got null")


def test_a_body_of_another_type_is_told_by_type_alone(judge: Judge) -> None:
    found = judge.response(promised_reply({"a": 1})).judge(reply(b"<html>", "text/html; charset=utf-8"))

    assert told(found) == {"$": "expected a body of type application/json, got text/html"}


@pytest.mark.parametrize(
    ("expected", "seen", "holds"),
    [
        ("application/json", "application/json; charset=utf-8", True),
        ("application/json", "application/vnd.api+json", True),
        ("application/json", "text/json", False),
        ("application/json; charset=utf-8", "application/json; charset=UTF-8", True),
        ("application/json; charset=utf-8", "application/json; charset=latin-1", False),
        ("application/json", None, True),
        ("application/json", "nonsense", True),
        ("application/xml", "text/xml", True),
    ],
)
def test_content_types_are_compared_as_pact_compares_them(
    judge: Judge, expected: str, seen: str | None, holds: bool
) -> None:
    content = b"<a/>" if "xml" in expected else b"{}"

    assert judge.response(promised_reply(content, expected)).judge(reply(content, seen)).holds is holds


def test_what_is_promised_of_no_body_is_no_body_and_of_a_missing_one_nothing(judge: Judge) -> None:
    for state in ("empty", "null"):
        compiled = judge.response(ResponsePattern(body=Body(state=state)))
        assert compiled.judge(reply()).holds
        assert told(compiled.judge(reply({"a": 1}))) == {"$": 'expected no body, got "{\\"a\\": 1}"'}
    assert judge.response(ResponsePattern()).judge(reply(b"anything", "x/y")).holds


def test_a_request_may_not_hold_keys_that_nobody_promised_and_a_reply_may(judge: Judge) -> None:
    expected, seen = {"a": {"b": 1}}, {"a": {"b": 1, "c": {"d": 2}}, "e f": 3}

    assert judge.response(promised_reply(expected)).judge(reply(seen)).holds
    found = told(judge.request(promised_request(expected)).judge(request(seen)))
    assert found == {"$.a.c": "key 'c' is not expected", "$['e f']": "key 'e f' is not expected"}


@pytest.mark.parametrize(
    ("expected", "rules", "seen", "unexpected"),
    [
        ({}, {}, {"a": 1}, ["$.a"]),
        ([{"a": 1}], {"$": rule("type", min=1)}, [{"a": 2}, {"a": 3, "b": 4}], ["$[1].b"]),
        ({"m": {"k": 1}}, {"$.m": rule("values")}, {"m": {"x": 1, "y": 1}}, []),
        ({"m": {"k": {"v": 1}}}, {"$.m": rule("values")}, {"m": {"x": {"v": 1, "w": 2}}}, ["$.m.x.w"]),
        ({"m": {"k": 1}}, {"$.m": rule("eachValue", rules=[{"match": "integer"}])}, {"m": {"x": 7}}, []),
        (
            {"m": {"k": 1}},
            {"$.m": rule("eachKey", rules=[{"match": "regex", "regex": "[a-z]"}])},
            {"m": {"x": 1}},
            [],
        ),
        ({"m": {"k": {"v": 1}}}, {"$": rule("type")}, {"m": {"k": {"v": 2}, "l": {}}}, ["$.m.l"]),
        (
            [{"m": {"k": 1}}],
            {"$": rule("type", min=1), "$[*].m": rule("values"), "$[*].m.*": rule("integer")},
            [{"m": {"x": 7, "y": 8}, "n": 1}],
            ["$[0].n"],
        ),
        ({"a": {"b": 1}, "c": {"d": 1}}, {"$.*": rule("values")}, {"a": {"x": 1}, "c": {"y": 1}}, []),
        ({"1": {"k": 1}}, {"$[*]": rule("values")}, {"1": {"x": 1}}, []),
        ({"a": {"k": 1}}, {"$.*": rule("values"), "$.a": rule("type")}, {"a": {"k": 1, "x": 1}}, []),
        ([{"a": 1}], {"$": rule("arrayContains", variants=[])}, [{"a": 1, "b": 2}], ["$"]),
    ],
)
def test_a_request_s_rules_decide_which_keys_are_promised(
    judge: Judge, expected: Any, rules: Any, seen: Any, unexpected: list[str]
) -> None:
    found = told(judge.request(promised_request(expected, rules=rules)).judge(request(seen)))

    assert list(found) == unexpected


def test_a_variant_is_found_only_in_an_item_without_unpromised_keys(judge: Judge) -> None:
    variants = [{"index": 0, "rules": {"$.a": {"matchers": [{"match": "integer"}]}}}]
    rules = {"$": rule("arrayContains", variants=variants)}
    compiled = judge.request(promised_request([{"a": 1}], rules=rules))

    assert compiled.judge(request([{"b": 1}, {"a": 7}])).holds
    assert not compiled.judge(request([{"a": 7, "b": 1}])).holds
    assert judge.response(promised_reply([{"a": 1}], rules=rules)).judge(reply([{"a": 7, "b": 1}])).holds


def test_an_xml_request_may_not_hold_what_nobody_promised_and_a_reply_may(judge: Judge) -> None:
    xml, seen = b'<a x="1"><b>t</b></a>', b'<a x="1" y="2"><b>t</b><b>u</b><c z="3"/></a>'

    assert judge.response(promised_reply(xml, "application/xml")).judge(reply(seen, "application/xml")).holds
    found = told(judge.request(promised_request(xml, "application/xml")).judge(request(seen, "application/xml")))
    assert found == {
        "$.a['@y']": "attribute 'y' is not expected",
        "$.a.b": "element <b> is not expected",
        "$.a": "element <c> is not expected",
    }


@pytest.mark.parametrize(
    "seen",
    [
        b"{}",
        b"<a><b></a>",
        b"",
        b"<a>" * 5000 + b"</a>" * 5000,
        b'<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx">'
        + b"".join(b'<!ENTITY x%d "&x%d;&x%d;">' % (n, n - 1, n - 1) for n in range(2, 40))
        + b"]><a>&x39;</a>",
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
    ],
)
def test_hostile_xml_is_one_clear_mismatch(judge: Judge, seen: bytes) -> None:
    (found,) = (
        judge.response(promised_reply(b"<a>t</a>", "application/xml"))
        .judge(reply(seen, "application/xml"))
        .mismatches
    )

    assert len(found.message) < 200


def test_forms_are_compared_field_by_field(judge: Judge) -> None:
    form = "application/x-www-form-urlencoded"
    compiled = judge.request(promised_request(b"a=1&b=2", form, rules={"$.a": rule("regex", regex=r"\d+")}))

    assert compiled.judge(request(b"b=2&a=33", form)).holds
    found = told(compiled.judge(request(b"a=x&c=3", form)))
    assert found == {
        "$.a": 'expected text matching \\d+, got "x"',
        "$.b": "form field 'b' is missing",
        "$.c": "form field 'c' is not expected",
    }


def multipart(*parts: tuple[str, bytes], boundary: str = "xx", close: bool = True) -> bytes:
    made = b"".join(
        b"--%s\r\n%s\r\n\r\n%s\r\n" % (boundary.encode(), head.encode(), content) for head, content in parts
    )
    return made + (b"--%s--\r\n" % boundary.encode() if close else b"")


FIELD = 'Content-Disposition: form-data; name="a"'
FILE = 'Content-Disposition: form-data; name="f"; filename="x.json"\r\nContent-Type: application/json'


def test_multipart_bodies_are_compared_part_by_part_whatever_the_boundary(judge: Judge) -> None:
    rules = {"$.f.n": rule("integer"), "$.a": rule("regex", regex="[a-z]+")}
    content = multipart((FIELD, b"abc"), (FILE, b'{"n": 1}'))
    compiled = judge.response(promised_reply(content, "multipart/form-data; boundary=xx", rules=rules))

    def seen(*parts: tuple[str, bytes], close: bool = True) -> dict[str, str]:
        other = multipart(*parts, boundary="yy", close=close)
        return told(compiled.judge(reply(other, "multipart/form-data; boundary=yy")))

    assert seen((FILE, b'{"n": 2}'), (FIELD, b"xyz")) == {}
    assert seen((FIELD, b"xyz")) == {"$.f": "part 'f' is missing"}
    assert seen((FILE, b'{"n": "x"}'), (FIELD, b"1")) == {
        "$.a": 'expected text matching [a-z]+, got "1"',
        "$.f.n": 'expected an integer, got "x"',
    }
    assert seen((FIELD, b"abc"), (FIELD.replace('"a"', '"f"'), b"x")) == {
        "$.f": "expected part 'f' to be a file, got a field"
    }
    assert seen((FIELD, b"abc"), close=False) == {
        "$": "the body is no multipart: it is cut: the closing boundary is missing"
    }


def test_binary_bodies_are_equal_or_of_the_type_that_their_first_bytes_say(judge: Judge) -> None:
    png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01"
    exact = judge.response(promised_reply(png, "image/png"))
    magic = judge.response(promised_reply(png, "image/png", rules={"$": rule("contentType", value="image/png")}))

    assert exact.judge(reply(png, "image/png")).holds
    assert told(exact.judge(reply(png[:-1], "image/png")))["$"].startswith(
        "expected 20 bytes starting with 89504e47"
    )
    assert magic.judge(reply(png + b"\x00\xff", "image/png")).holds
    assert told(magic.judge(reply(b"\xff\xd8\xff\xe0", "image/png"))) == {"$": "expected content of type image/png"}


def test_text_is_compared_whole_and_by_rules(judge: Judge) -> None:
    assert told(judge.response(promised_reply(b"a,b", "text/csv")).judge(reply(b"a,c", "text/csv"))) == {
        "$": 'expected "a,b", got "a,c"'
    }
    ruled = promised_reply(b"v1", "text/plain", rules={"$": rule("regex", regex=r"v\d")})
    assert judge.response(ruled).judge(reply(b"v2", "text/plain")).holds
    assert told(judge.response(ruled).judge(reply(b"\xff", "text/plain")))["$"].startswith(
        "expected text for the rule"
    )


@pytest.mark.parametrize(
    ("content", "content_type"),
    [(b"{no json", JSON), (b"<a>", "application/xml"), (b"no parts", "multipart/form-data; boundary=x")],
)
def test_a_promise_whose_own_body_is_malformed_is_refused_when_it_is_compiled(
    judge: Judge, content: bytes, content_type: str
) -> None:
    with pytest.raises(ContractError, match="an expected body is called"):
        judge.response(promised_reply(content, content_type))


def test_a_body_without_a_type_is_compared_as_what_it_looks_like(judge: Judge) -> None:
    pattern = ResponsePattern(body=body({"a": 1}).model_copy(update={"content_type": None}))

    assert judge.response(pattern).judge(reply({"a": 1, "b": 2})).holds
    assert not judge.response(pattern).judge(reply({"a": 2})).holds
