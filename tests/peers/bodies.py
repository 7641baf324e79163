"""Bodies other than JSON: what is promised, by which rules, and what may come instead."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any

from integtest.model.matching import Body, RuleList
from tests.peers.generated import rule

PNG = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
XML = "application/xml"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Promised:
    """A promised body, and (content type, content) pairs that may come."""

    body: Body
    seen: list[tuple[str | None, bytes]]
    rules: dict[str, RuleList] = field(default_factory=dict)


def _body(content: bytes, content_type: str | None) -> Body:
    return Body(state="present", content=content, content_type=content_type)


def _same(content_type: str | None, *contents: bytes) -> list[tuple[str | None, bytes]]:
    return [(content_type, content) for content in contents]


def _promised(
    content: bytes, content_type: str, seen: list[Any], rules: dict[str, RuleList] | None = None
) -> Promised:
    return Promised(_body(content, content_type), seen, rules or {})


_REGEX = {"$": rule({"match": "regex", "regex": r"[a-z]+\d"})}
_ARTICLE = b'<a x="1"><b>t</b><c n="1"/></a>'

BODIES: list[Promised] = [
    _promised(b"abc1", "text/plain", _same("text/plain", b"abc1", b"abc2", b"", b"ABC1")),
    _promised(b"abc1", "text/plain", _same("text/plain", b"abc1", b"zz9", b"", b"ABC1", b"abc1\n"), _REGEX),
    _promised(b"abc1", "text/plain", [("text/plain; charset=utf-8", b"abc1"), ("text/html", b"abc1")]),
    _promised(b"a,b\n1,2\n", "text/csv", _same("text/csv", b"a,b\n1,2\n", b"a,b\n1,3\n")),
    _promised(
        b"<html></html>", "text/html", [("text/html", b"<html></html>"), ("text/html;charset=utf-8", b"<p>")]
    ),
    _promised(
        _ARTICLE,
        XML,
        _same(
            XML,
            _ARTICLE,
            b'<a x="1"><b>u</b><c n="1"/></a>',
            b'<a x="1"> <b> t </b><c n="1"/> </a>',
            b'<a x="2"><b>t</b><c n="1"/></a>',
            b'<a x="1" y="2"><b>t</b><c n="1"/></a>',
            b'<a x="1"><b>t</b><c n="1"/><d/></a>',
            b'<a x="1"><b>t</b><b>t</b><c n="1"/></a>',
            b'<a x="1"><c n="1"/><b>t</b></a>',
            b'<a x="1"><b>t</b></a>',
            b"<a><b>t</b><c/></a>",
            b'<z x="1"><b>t</b><c n="1"/></z>',
            b'<a xmlns="urn:x" x="1"><b>t</b><c n="1"/></a>',
            b'<a x="1"><b>t</b>',
            b"{}",
        ),
    ),
    _promised(
        b"<l><i>1</i></l>",
        XML,
        _same(XML, b"<l><i>1</i></l>", b"<l><i>2</i><i>3</i></l>", b"<l><i>x</i></l>", b"<l/>", b"<l><j>1</j></l>"),
        {"$.l.i": rule({"match": "type"}), "$.l.i.#text": rule({"match": "regex", "regex": r"\d+"})},
    ),
    _promised(
        b"<a/>", "text/xml", [(XML, b"<a/>"), ("application/atom+xml", b"<a/>"), ("text/xml", b"<a b='1'/>")]
    ),
    _promised(
        b"a=1&b=2&b=3",
        FORM,
        _same(
            FORM, b"a=1&b=2&b=3", b"b=2&a=1&b=3", b"a=1&b=3&b=2", b"a=1&b=2", b"a=1&b=2&b=3&c=4", b"a=%31&b=2&b=3"
        ),
    ),
    _promised(
        b"a=1&b=x+y",
        FORM,
        _same(FORM, b"a=22&b=x%20y", b"a=x&b=x+y", b"a=1&b=y", b"a=1", b"a=1&b=x+y&a=2"),
        {"$.a": rule({"match": "regex", "regex": r"\d+"})},
    ),
    _promised(
        b"\xff\x00\x01",
        "application/octet-stream",
        _same("application/octet-stream", b"\xff\x00\x01", b"\xff\x00", b"abc"),
    ),
    _promised(
        PNG,
        "image/png",
        _same("image/png", PNG, PNG + b"\x00more", b"\xff\xd8\xff\xe0 no png", b"text"),
        {"$": rule({"match": "contentType", "value": "image/png"})},
    ),
    _promised(PNG, "image/png", _same("image/png", PNG, PNG + b"\x00more")),
    _promised(
        b'{"a": 1}',
        "application/hal+json",
        [
            ("application/hal+json", b'{"a": 1}'),
            ("application/hal+json", b'{"a": 2}'),
            ("application/json", b'{"a": 1}'),
        ],
    ),
    _promised(
        b'{"a": 1}',
        "application/json",
        [
            ("application/hal+json", b'{"a": 1}'),
            ("application/json;charset=utf-8", b'{"a": 1}'),
            ("text/json", b'{"a": 1}'),
            ("application/problem+json", b'{"a": 1}'),
        ],
    ),
    _promised(
        b'{"a": 1}',
        "application/json",
        _same("application/json", b"", b"<html>", b'{"a": 1', b'{"a": NaN}', b'\xff{"a": 1}', b"null"),
    ),
    _promised(
        b'{"a": 1}',
        "application/json; charset=utf-8",
        [
            ("application/json", b'{"a": 1}'),
            ("application/json; charset=UTF-8", b'{"a": 1}'),
            ("application/json; charset=iso-8859-1", b'{"a": 1}'),
        ],
    ),
    Promised(Body(state="empty"), [(None, b""), ("text/plain", b"x")]),
    Promised(Body(state="null", content_type="application/json"), [(None, b""), ("application/json", b"{}")]),
    Promised(Body(), [(None, b""), ("application/json", b"{}"), ("text/plain", b"x")]),
]
