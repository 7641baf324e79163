"""Whatever comes over the wire, the judge answers; it never raises."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from integtest.adapters.pact_engine import Engine
from integtest.model.http import Request, Response
from integtest.model.matching import Body, RequestPattern, ResponsePattern, RuleSet
from integtest.model.message import Message, MessagePattern
from integtest.rules.match import Judge
from tests.rules.match.making import body, rule

_JUDGE = Judge(Engine())
_PARTS = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n'
_BODIES: list[Body] = [
    body({"a": [{"b": 1}], "c": "x"}),
    body(b'<a x="1"><b>t</b></a>', "application/xml"),
    body(b"a=1&b=2", "application/x-www-form-urlencoded"),
    body(_PARTS, "multipart/form-data; boundary=x"),
    body(b"text", "text/plain"),
    body(b"\x00\xff", "application/octet-stream"),
]
_RULED = RuleSet(
    path=rule("regex", regex="/.*"),
    query={"q": rule("type")},
    header={"X-A": rule("regex", regex=r"\w+")},
)
_SCHEMA = {"type": "object", "properties": {"a": {"items": {"properties": {"b": {"multipleOf": 0.1}}}}}}
_REQUESTS = [
    _JUDGE.request(
        RequestPattern(
            method="POST",
            path="/a",
            query={"q": ("1",), "r": ("2",)},
            headers={"X-A": ("1",), "Accept": ("a/b;q=1",)},
            body=promised,
            rules=_RULED,
            json_schema=schema,
        )
    )
    for promised in _BODIES
    for schema in (None, _SCHEMA)
]
_RESPONSES = [_JUDGE.response(ResponsePattern(body=promised, json_schema=_SCHEMA)) for promised in _BODIES]
_TYPES = [
    None,
    "",
    "application/json",
    "text/xml",
    "multipart/form-data; boundary=",
    "multipart/mixed",
    ";",
    "a/b/c",
    "\udcff",
]

_CUT = st.builds(
    lambda made, at: made.content[: at % (len(made.content) + 1)], st.sampled_from(_BODIES), st.integers(0, 80)
)
_CONTENTS = st.one_of(
    st.binary(max_size=60), _CUT, st.text(max_size=30).map(lambda text: json.dumps(text).encode())
)
_TEXTS = st.one_of(
    st.text(max_size=20), st.sampled_from(["//", "http://[", "http://a:b/c", "/%zz?%zz=%&&=", "/\ud800?\udc80"])
)


@settings(max_examples=150, deadline=None)
@given(content=_CONTENTS, url=_TEXTS, name=_TEXTS, kind=st.sampled_from(_TYPES))
@example(content=b"[" * 3000 + b"]" * 3000, url="/", name="X-A", kind="application/json")
@example(content=b"1" * 5000, url="/", name="X-A", kind="application/json")
@example(content=b'{"a": [{"b": 1e400}]}', url="/", name="X-A", kind="application/json")
@example(content=b'{"a": [{"b": 123456789012345678901234567890}]}', url="/", name="X-A", kind="application/json")
@example(content=b'{"\\ud800": 1}', url="/", name="X-A", kind="application/json")
def test_a_request_of_any_bytes_is_judged(content: bytes, url: str, name: str, kind: Any) -> None:
    headers = ((name, name), ("X-A", url), *((("Content-Type", kind),) if kind is not None else ()))
    seen = Request(method=name or "GET", url=url, headers=headers, body=content)

    for compiled in _REQUESTS:
        for mismatch in compiled.judge(seen).mismatches:
            assert len(mismatch.message) < 700


@settings(max_examples=100, deadline=None)
@given(content=_CONTENTS, status=st.integers(-1, 10**6), kind=st.sampled_from(_TYPES))
def test_a_reply_of_any_bytes_is_judged(content: bytes, status: int, kind: Any) -> None:
    headers = (("Content-Type", kind),) if kind is not None else ()

    for compiled in _RESPONSES:
        compiled.judge(Response(status=status, headers=headers, body=content))


@settings(max_examples=60, deadline=None)
@given(
    content=_CONTENTS,
    metadata=st.dictionaries(_TEXTS, st.one_of(_TEXTS, st.floats(), st.binary(), st.none()), max_size=3),
)
def test_a_message_of_any_bytes_is_judged(content: bytes, metadata: dict[str, Any]) -> None:
    promised = MessagePattern(
        body=_BODIES[0], metadata={"k": "v", "n": 1}, rules=RuleSet(metadata={"n": rule("integer")})
    )

    _JUDGE.message(promised).judge(
        Message(contents=content, metadata={**metadata, "n": next(iter(metadata.values()), 0)})
    )
