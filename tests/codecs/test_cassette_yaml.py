"""vcrpy's YAML cassettes: every form of it read, nothing ever instantiated, whatever is wrong said with its line."""

import base64
import gzip
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integtest.codecs import cassette_json, cassette_yaml, yaml_tree
from integtest.codecs.cassette_read import NoCassetteError
from integtest.codecs.yaml_tree import MAX_DEPTH
from integtest.errors import IntegtestError, UnreadableFileError, UnsafeFileError
from integtest.model.cassette import Cassette
from integtest.model.http import (
    Exchange,
    Frame,
    Place,
    Provenance,
    Request,
    Response,
    TransportFailure,
)

PLACE = Place(file="c.yaml")


def cassette(request: str = "", response: str = "", more: str = "", top: str = "") -> bytes:
    lines = [
        "interactions:",
        "- request:",
        *(f"    {line}" for line in (request or "body: null\nheaders: {}").splitlines()),
        "    method: GET",
        "    uri: http://localhost/a",
        "  response:",
        *(f"    {line}" for line in (response or "body: {string: ''}\nheaders: {}").splitlines()),
        "    status: {code: 200, message: OK}",
        *(f"  {line}" for line in more.splitlines()),
        *top.splitlines(),
        "version: 1",
        "",
    ]
    return "\n".join(lines).encode()


def one(data: bytes) -> Exchange:
    return cassette_yaml.loads(data, PLACE).exchanges[0]


@pytest.mark.parametrize(
    ("written", "body"),
    [
        ("body: null", b""),
        ("body: ''", b""),
        ("body: '{\"a\": 1}'", b'{"a": 1}'),
        ("body: héé", "héé".encode()),
        ("body: 123", b"123"),
        ("body: 2024-01-01", b"2024-01-01"),
        ("body: yes", b"yes"),
        ("body: !!binary AAH/", b"\x00\x01\xff"),
        ("body: !!binary |\n  AAH/\n  AAH/", b"\x00\x01\xff\x00\x01\xff"),
        ("body: !!python/unicode 'héé'", "héé".encode()),
        ("body: !!python/str 'abc'", b"abc"),
        ("body: !!str 5", b"5"),
        ("body: {string: abc}", b"abc"),
        ("body: {string: null}", b""),
        ("body: {}", b""),
        ("body: {encoding: utf-8, string: abc}", b"abc"),
        ("body: {base64_string: AAH/}", b"\x00\x01\xff"),
        ("body: [abc, !!binary AAH/]", b"abc\x00\x01\xff"),
        ("body: {type: none}", b""),
        ("body: {type: text, content: abc}", b"abc"),
        ("body: {type: binary, content: '0001ff'}", b"\x00\x01\xff"),
        ("body: {type: json, content: {a: [1, 2.5, null, true], b: '1'}}", b'{"a":[1,2.5,null,true],"b":"1"}'),
        ("parsed_body: {a: 1, b: [x]}", b'{"a": 1, "b": ["x"]}'),
        ("body: |-\n  line one\n  line two", b"line one\nline two"),
    ],
)
def test_every_form_of_a_body_is_its_bytes(written: str, body: bytes) -> None:
    assert one(cassette(request=written)).request.body == body
    answer = one(cassette(response=written)).response
    assert answer is not None
    assert answer.body == body


def test_headers_are_lists_or_single_values_as_they_were_written() -> None:
    written = (
        "headers:\n  X-Many: [a, b]\n  X-One: c\n  Age: 010\n  Version: [1.10]\n  When: 2024-01-01\n  Nil: null\n"
    )
    headers = one(cassette(request=written)).request.headers
    assert headers == (
        ("X-Many", "a"),
        ("X-Many", "b"),
        ("X-One", "c"),
        ("Age", "010"),
        ("Version", "1.10"),
        ("When", "2024-01-01"),
        ("Nil", ""),
    )


def test_header_bytes_are_utf_8_or_else_latin_1() -> None:
    headers = one(cassette(request="headers: {A: [!!binary w6k=], B: [!!binary 6Q==]}")).request.headers
    assert headers == (("A", "é"), ("B", "é"))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("{code: 404, message: Not Found}", (404, "Not Found")),
        ("{code: 404, message: null}", (404, "")),
        ("{code: '404'}", (404, "")),
        ("404", (404, "")),
    ],
)
def test_a_status_in_every_form(status: str, expected: tuple[int, str]) -> None:
    data = cassette().replace(b"{code: 200, message: OK}", status.encode())
    answer = one(data).response
    assert answer is not None
    assert (answer.status, answer.reason) == expected


def test_the_first_httpx_cassettes_of_vcrpy() -> None:
    data = cassette(response="content: abc\nhttp_version: HTTP/1.1\nstatus_code: 201\nheaders: {A: b}")
    data = data.replace(b"    status: {code: 200, message: OK}\n", b"")
    assert one(data).response == Response(status=201, headers=(("A", "b"),), body=b"abc")


def test_each_exchange_knows_the_line_of_its_interaction() -> None:
    data = cassette()
    twice = data.replace(b"version: 1", data.split(b"interactions:\n")[1])
    found = cassette_yaml.loads(twice, PLACE)
    assert [exchange.place for exchange in found.exchanges] == [
        Place(file="c.yaml", line=2),
        Place(file="c.yaml", line=11),
    ]


def test_compressed_bodies_stay_as_they_were_recorded() -> None:
    packed = gzip.compress(b"hello")
    data = cassette(response=f"body: {{string: !!binary {base64.b64encode(packed).decode()}}}")
    answer = one(data).response
    assert answer is not None
    assert answer.body == packed


def test_anchors_aliases_and_merges_are_followed() -> None:
    data = cassette(request="headers: &h {A: b, C: d}", response="headers: {<<: *h, A: x}")
    answer = one(data).response
    assert answer is not None
    assert dict(answer.headers) == {"A": "x", "C": "d"}


MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("where", "moment"),
    [
        ({"more": "recorded_at: '2026-01-02T03:04:05Z'"}, MOMENT),
        ({"more": "recorded_at: 2026-01-02 03:04:05"}, MOMENT),
        ({"response": "recorded_at: 2026-01-02T04:04:05+01:00"}, MOMENT),
        ({"response": "integtest: {recorded_at: '2026-01-02T03:04:05+00:00'}"}, MOMENT),
    ],
)
def test_when_it_was_recorded_is_read_from_wherever_tools_keep_it(where: dict[str, str], moment: datetime) -> None:
    assert one(cassette(**where)).provenance.recorded_at == moment


def test_our_own_key_in_the_response_holds_provenance_times_and_frames() -> None:
    own = "integtest: {source: 'http://s', tool: t, git_commit: 0123, latency: 0.5, duration: 2, frames: [[0.1, 2], [0.2, 1]], complete: false}"
    found = one(cassette(response=f"body: {{string: abc}}\n{own}"))
    assert found.provenance == Provenance(source="http://s", tool="t", git_commit="83")
    assert (found.latency, found.duration) == (0.5, 2.0)
    assert found.response is not None
    assert found.response.frames == (Frame(at=0.1, data=b"ab"), Frame(at=0.2, data=b"c"))
    assert not found.response.complete


def test_a_cassette_says_what_its_file_says_of_itself() -> None:
    found = cassette_yaml.loads(cassette(top="metadata: {owner: me, n: 1}"), PLACE)
    assert found.metadata == {"owner": "me", "n": 1}
    assert found.place == PLACE


UNSAFE = [
    "!!python/object/apply:os.system [echo]",
    "!!python/object/new:os.system [echo]",
    "!!python/object:os.PathLike {}",
    "!!python/name:os.system ''",
    "!!python/module:os ''",
    "!!python/tuple [a]",
    "!!python/bytes abc",
    "!!python/object/new:_io.BytesIO {state: [a]}",
    "!custom {a: b}",
    "!<tag:example.org,2000:x> a",
    "!!set {a: null}",
]


@pytest.mark.parametrize("tag", UNSAFE)
def test_a_tag_that_asks_for_an_object_is_refused_by_name_and_line(tag: str) -> None:
    with pytest.raises(UnsafeFileError) as caught:
        cassette_yaml.loads(cassette(request=f"body: {tag}"), PLACE)
    assert caught.value.place == "c.yaml:3"
    assert tag.split(maxsplit=1)[0].removeprefix("!<").removesuffix(">") in caught.value.message


def test_a_tag_on_an_unused_key_is_refused_too() -> None:
    with pytest.raises(UnsafeFileError):
        cassette_yaml.loads(cassette(more="unused: [{deep: !!python/name:os.system ''}]"), PLACE)


LAUGHS = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "\n".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)
)
BAD = {
    "empty": (b"", "is empty"),
    "blank": (b"\n \n", "is empty"),
    "not UTF-8": (b"interactions:\n- \xff", "is not UTF-8: byte 0xff"),
    "a control character": (b"interactions: \x00", "is not YAML"),
    "binary": (gzip.compress(b"x"), "is not UTF-8"),
    "a bad indent": (b"interactions:\n- a: b\n c: d", "is not YAML"),
    "an unclosed quote": (b"interactions: 'abc", "is not YAML"),
    "text": (b"just text", "is no cassette"),
    "a list": (b"- a\n- b", "should be a mapping"),
    "a cassette before 1.0": (b"- request: {}\n  response: {}", "vcrpy before 1.0"),
    "a cassette of VCR for Ruby": (b"http_interactions: []\nrecorded_with: VCR", "VCR for Ruby"),
    "several documents": (b"a: 1\n---\nb: 2", "several YAML documents"),
    "a key that stands twice": (b"a: 1\nb: 2\na: 3", "'a' stands twice"),
    "a mapping as a key": (b"? {a: b}\n: c", "stands as a key"),
    "an alias to nowhere": (b"a: *b", "refers to *b, which is nowhere"),
    "an alias to itself": (b"a: &a [*a]", "refers to itself"),
    "a billion laughs": (LAUGHS.encode(), "expand beyond all measure"),
    "deep flow": (b"[" * 50_000, "nested deeper"),
    "deep blocks": (b"- " * 50_000 + b"x", "nested deeper"),
    "deep mappings": (b"{a: " * 50_000, "nested deeper"),
    "deep through aliases": (
        b"".join(
            b"a%d: &a%d %s*a%d%s\n" % (n, n, b"[" * 200, n - 1, b"]" * 200) if n else b"a0: &a0 x\n"
            for n in range(5)
        ),
        "nested deeper",
    ),
    "another version": (cassette().replace(b"version: 1", b"version: 2"), "cassette version '2'"),
    "no version": (cassette().replace(b"version: 1\n", b""), "it was cut off"),
    "no request": (b"interactions:\n- response: {}\nversion: 1", "has no `request`"),
    "no response": (b"interactions:\n- request: {}\nversion: 1", "has no `response`"),
    "no method": (cassette().replace(b"    method: GET\n", b""), "has no `method`"),
    "no uri": (cassette().replace(b"    uri: http://localhost/a\n", b""), "has no `uri`"),
    "no status": (cassette().replace(b"    status: {code: 200, message: OK}\n", b""), "has no `status`"),
    "a status that is text": (cassette().replace(b"200", b"fine"), "should be a status code"),
    "a status beyond all codes": (
        cassette().replace(b"200", b"20000000000000000000000"),
        "should be a status code",
    ),
    "interactions that are text": (b"interactions: abc\nversion: 1", "should be a list"),
    "an interaction that is text": (b"interactions: [abc]\nversion: 1", "should be a mapping"),
    "headers that are a list": (cassette(request="headers: [a]"), "should be a mapping"),
    "a header that is a mapping": (cassette(request="headers: {a: {b: c}}"), "should be text"),
    "a body of an unknown form": (cassette(request="body: {stuff: 1}"), "no known form"),
    "a body of an unknown type": (cassette(request="body: {type: pickle, content: x}"), "not known"),
    "a body that is not base64": (cassette(request="body: !!binary '%%%'"), "is not base64"),
    "a body that is not hexadecimal": (cassette(request="body: {type: binary, content: xyz}"), "not hexadecimal"),
    "a date that is none": (cassette(more="recorded_at: yesterday"), "is no date"),
    "an own key of a wrong shape": (cassette(response="integtest: {latency: soon}"), "integtest writes there"),
    "an own key that is text": (cassette(response="integtest: hello"), "should be a mapping"),
    "frames of a wrong shape": (cassette(response="integtest: {frames: [1]}"), "integtest writes there"),
    "a failure of an unknown kind": (
        cassette(response="integtest: {error: {kind: magic}}"),
        "integtest writes there",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_one_error_with_its_file_and_reason(name: str) -> None:
    data, reason = BAD[name]
    with pytest.raises(UnreadableFileError) as caught:
        cassette_yaml.loads(data, PLACE)
    assert str(caught.value).startswith("c.yaml")
    assert reason in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_document_of_another_kind_is_told_apart_from_a_broken_cassette() -> None:
    for other in (b"openapi: 3.0.0\ninfo: {}\n", b'{"consumer": {}, "provider": {}, "interactions": []}'):
        with pytest.raises(NoCassetteError):
            cassette_yaml.loads(other, PLACE)


@given(st.integers(2, len(cassette()) - 2))
def test_a_cassette_cut_anywhere_is_an_error(at: int) -> None:
    with pytest.raises(UnreadableFileError):
        cassette_yaml.loads(cassette()[:-at], PLACE)


def test_depth_up_to_the_limit_is_read() -> None:
    deep = "[" * (MAX_DEPTH - 3) + "]" * (MAX_DEPTH - 3)
    assert one(cassette(more=f"unused: {deep}"))


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_bytes_damaged_anywhere_are_read_or_refused(data: st.DataObject) -> None:
    raw = bytearray(cassette(request="body: 'abc'\nheaders: {A: [b]}", response="integtest: {latency: 1}"))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(
            st.sampled_from(b"{}[]&*!|>'\"%@`:-,#\n \t\x00\xffab0")
        )
    try:
        cassette_yaml.loads(bytes(raw), PLACE)
    except IntegtestError as error:
        assert str(error).startswith("c.yaml")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
keys = st.sampled_from(
    [
        "request",
        "response",
        "body",
        "headers",
        "method",
        "uri",
        "status",
        "code",
        "string",
        "integtest",
        "recorded_at",
        "parsed_body",
        "type",
        "content",
    ]
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from(["interactions", "version", "metadata"]),
        values
        | st.lists(
            st.dictionaries(keys, values | st.dictionaries(keys, values, max_size=3), max_size=3), max_size=2
        ),
    )
)
def test_any_mapping_is_read_or_refused(document: Any) -> None:
    text = yaml.safe_dump(document, allow_unicode=True)
    try:
        cassette_yaml.loads(text.encode("utf-8", "surrogatepass"), PLACE)
    except IntegtestError as error:
        assert str(error).startswith("c.yaml")


tokens = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,8}", fullmatch=True)
lines = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
bodies = (
    st.binary(max_size=30)
    | st.text(max_size=30).map(str.encode)
    | st.sampled_from(
        [
            b'{\n  "a": 1\n}\n',
            b"  lead\n\n tail  \n\n",
            b"a\r\nb",
            b"\n",
            b" ",
            b"null",
            b"123",
            b"a: b\n",
            b"\tx\n",
            b"a\n\x85\n",
        ]
    )
)
headers = st.dictionaries(tokens.map(str.lower), st.lists(lines, min_size=1, max_size=2), max_size=3).map(
    lambda found: tuple((name, value) for name, values in found.items() for value in values)
)
moments = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=timezone(timedelta(hours=1)))
)
names = st.none() | lines.filter(str.strip)
provenances = st.builds(
    Provenance,
    recorded_at=st.none() | moments,
    source=names,
    tool=names,
    git_commit=names,
    provider_version=names,
    max_age=st.sampled_from([None, "30d", "12h", "0.5s"]),
)
seconds = st.none() | st.floats(0, 1e6, allow_nan=False)


@st.composite
def responses(draw: st.DrawFn) -> Response:
    body = draw(bodies)
    cut = draw(st.integers(0, len(body)))
    frames = (Frame(at=0.5, data=body[:cut]), Frame(at=1.0, data=body[cut:])) if draw(st.booleans()) else ()
    return Response(
        status=draw(st.integers(100, 599)),
        reason=draw(lines),
        headers=draw(headers),
        body=body,
        frames=frames,
        complete=draw(st.booleans()),
        http_version=draw(st.sampled_from(["HTTP/1.1", "HTTP/2"])),
    )


@st.composite
def exchanges(draw: st.DrawFn) -> Exchange:
    request = Request(method=draw(tokens), url=draw(lines), headers=draw(headers), body=draw(bodies))
    failed = draw(st.booleans())
    return Exchange(
        request=request,
        response=None if failed else draw(responses()),
        error=TransportFailure(kind="timeout", message=draw(lines)) if failed else None,
        latency=draw(seconds),
        duration=draw(seconds),
        provenance=draw(provenances),
    )


cassettes = st.builds(
    Cassette,
    exchanges=st.lists(exchanges(), max_size=3).map(tuple),
    metadata=st.dictionaries(
        tokens, st.none() | st.booleans() | st.integers() | lines | st.lists(lines), max_size=2
    ),
)


def placeless(found: Cassette) -> Cassette:
    bare = tuple(exchange.model_copy(update={"place": Place()}) for exchange in found.exchanges)
    return found.model_copy(update={"exchanges": bare, "place": Place()})


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(cassettes)
def test_a_cassette_is_equal_after_writing_and_reading(found: Cassette) -> None:
    data = cassette_yaml.dumps(found)
    assert placeless(cassette_yaml.loads(data, PLACE)) == found
    assert cassette_yaml.dumps(cassette_yaml.loads(data, PLACE)) == data


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(cassettes)
def test_any_yaml_reader_sees_the_same_bodies(found: Cassette) -> None:
    document = yaml.safe_load(cassette_yaml.dumps(found))
    for exchange, entry in zip(found.exchanges, document["interactions"], strict=True):
        body = entry["request"]["body"] or b""
        assert (body.encode() if isinstance(body, str) else body) == exchange.request.body
    assert document["version"] == 1


def test_a_body_of_several_lines_stands_as_lines_and_a_binary_one_as_base64() -> None:
    text = Response(status=200, body=b'{\n  "a": [\n    1\n  ]\n}\n')
    packed = Response(status=200, body=b"\x1f\x8b\x00\xff")
    asked = Request(method="GET", url="http://localhost/")
    written = cassette_yaml.dumps(
        Cassette(exchanges=(Exchange(request=asked, response=text), Exchange(request=asked, response=packed)))
    ).decode()
    assert '      string: |\n        {\n          "a": [\n            1\n          ]\n        }\n' in written
    assert "      string: !!binary |\n        H4sA/w==\n" in written
    assert written.endswith("version: 1\n")


def test_a_long_line_is_not_folded_so_that_one_change_is_one_line() -> None:
    answer = Response(status=200, body=b"word " * 200 + b"end")
    found = Cassette(exchanges=(Exchange(request=Request(method="GET", url="http://localhost/"), response=answer),))
    assert ("word " * 200 + "end") in cassette_yaml.dumps(found).decode()


@pytest.mark.parametrize("name", ["deep flow", "deep blocks", "a billion laughs", "an unclosed quote"])
def test_without_libyaml_the_pure_loader_refuses_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_tree, "_Loader", yaml.SafeLoader)
    assert one(cassette()).request.url == "http://localhost/a"
    data, reason = BAD[name]
    with pytest.raises(UnreadableFileError, match=reason):
        cassette_yaml.loads(data, PLACE)


def test_adding_an_exchange_adds_lines_and_changes_none() -> None:
    asked = Request(method="GET", url="http://localhost/")
    first = Exchange(request=asked, response=Response(status=200, body=b"x" * 500))
    short = cassette_yaml.dumps(Cassette(exchanges=(first,))).decode().splitlines()
    long = cassette_yaml.dumps(Cassette(exchanges=(first, first))).decode().splitlines()
    assert long[: len(short) - 1] == short[:-1]
    assert long[-1] == short[-1]


def test_json_cassettes_read_the_same_as_yaml() -> None:
    document = {
        "version": 1,
        "interactions": [
            {
                "request": {
                    "method": "POST",
                    "uri": "http://localhost/",
                    "body": "a",
                    "headers": {"A": ["1", "2"]},
                },
                "response": {
                    "status": {"code": 201, "message": "Created"},
                    "headers": {"B": ["x"], "Age": 5},
                    "body": {"base64_string": "AAH/"},
                    "integtest": {"recorded_at": "2026-01-02T03:04:05Z"},
                },
            },
            {
                "request": {"method": "GET", "uri": "http://localhost/", "body": None, "headers": {}},
                "response": {"status": {"code": 200}, "headers": {}, "parsed_body": {"a": 1.5}},
            },
        ],
    }
    from_json = cassette_json.loads(json.dumps(document).encode(), Place(file="c.json"))
    from_yaml = cassette_yaml.loads(yaml.safe_dump(document, sort_keys=False).encode(), PLACE)
    assert placeless(from_json) == placeless(from_yaml)
    assert from_json.exchanges[0].provenance.recorded_at == MOMENT
    assert from_json.exchanges[1].place == Place(file="c.json", pointer="/interactions/1")


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ([], ""),
        ({"interactions": 5}, "/interactions"),
        ({"interactions": [5]}, "/interactions/0"),
        ({"interactions": [{"request": {"method": 5, "uri": "x"}}]}, "/interactions/0"),
        (
            {"interactions": [{"request": {"method": {}, "uri": "x"}, "response": {}}]},
            "/interactions/0/request/method",
        ),
        (
            {"interactions": [{"request": {"method": "GET", "uri": "x"}, "response": {"status": {}}}]},
            "/interactions/0/response/status",
        ),
    ],
)
def test_a_wrong_json_cassette_is_refused_with_its_pointer(document: Any, pointer: str) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        cassette_json.loads(json.dumps(document).encode(), Place(file="c.json"))
    assert caught.value.place in (f"c.json#{pointer}", "c.json#/")
