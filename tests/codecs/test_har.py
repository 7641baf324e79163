"""HAR files are read as what was sent and received, and a bad one is one clear error."""

import base64
import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integtest.codecs import cassette_jsonl, cassette_yaml, har
from integtest.errors import UnreadableFileError
from integtest.model.http import Place


def entry(**changed: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "startedDateTime": "2026-03-01T10:00:00.250+01:00",
        "time": 123.5,
        "request": {
            "method": "POST",
            "url": "https://api.test/claims?page=2#top",
            "httpVersion": "h2",
            "headers": [
                {"name": ":authority", "value": "api.test"},
                {"name": "content-type", "value": "application/json"},
            ],
            "postData": {"mimeType": "application/json", "text": '{"a": 1}'},
        },
        "response": {
            "status": 200,
            "statusText": "OK",
            "httpVersion": "h2",
            "headers": [
                {"name": "content-encoding", "value": "gzip"},
                {"name": "content-length", "value": "31"},
                {"name": "content-type", "value": "application/json"},
                {"name": "set-cookie", "value": "a=1\nb=2"},
            ],
            "content": {"size": 9, "mimeType": "application/json", "text": '{"ok": 1}'},
        },
        "timings": {"blocked": 4, "dns": -1, "connect": -1, "send": 1, "wait": 100, "receive": 9},
        "_resourceType": "fetch",
    }
    for key, value in changed.items():
        part, _, name = key.partition("__")
        if name:
            whole[part][name] = value
        else:
            whole[part] = value
    return whole


def read(*entries: Any) -> Any:
    log = {"version": "1.2", "creator": {"name": "WebInspector", "version": "537"}, "entries": list(entries)}
    return har.loads(json.dumps({"log": log}).encode(), Place(file="seen.har"))


def test_an_entry_is_what_was_sent_and_received() -> None:
    (exchange,) = read(entry()).exchanges
    assert exchange.request.method == "POST"
    assert exchange.request.url == "https://api.test/claims?page=2"
    assert exchange.request.headers == (("content-type", "application/json"),)
    assert exchange.request.body == b'{"a": 1}'
    assert exchange.response.status == 200
    assert exchange.response.body == b'{"ok": 1}'
    assert exchange.response.http_version == "HTTP/2"
    assert exchange.latency == 0.1
    assert exchange.duration == 0.11
    assert exchange.provenance.recorded_at == datetime(2026, 3, 1, 9, 0, 0, 250000, UTC)
    assert exchange.provenance.source == "https://api.test"
    assert exchange.provenance.tool == "WebInspector 537"
    assert exchange.place.pointer == "/log/entries/0"


def test_the_fields_fit_the_decoded_content() -> None:
    (exchange,) = read(entry()).exchanges
    assert exchange.response.headers == (
        ("content-length", "9"),
        ("content-type", "application/json"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
    )


def test_a_length_without_a_body_stays_for_head() -> None:
    headers = [{"name": "Content-Length", "value": "512"}]
    (exchange,) = read(
        entry(request__method="HEAD", response__headers=headers, response__content={"size": 0})
    ).exchanges
    assert exchange.response.header("content-length") == "512"


def test_binary_content_comes_from_base64() -> None:
    content = {"size": 3, "text": base64.b64encode(b"\xff\x00\xfe").decode(), "encoding": "base64"}
    (exchange,) = read(entry(response__content=content)).exchanges
    assert exchange.response.body == b"\xff\x00\xfe"


def test_text_has_the_charset_that_its_header_names() -> None:
    headers = [{"name": "Content-Type", "value": "text/plain; charset=iso-8859-1"}]
    (exchange,) = read(entry(response__headers=headers, response__content={"size": 4, "text": "über"})).exchanges
    assert exchange.response.body == b"\xfcber"


def test_a_form_comes_from_its_parameters() -> None:
    posted = {
        "mimeType": "application/x-www-form-urlencoded",
        "params": [{"name": "a b", "value": "1&2"}, {"name": "c"}],
    }
    (exchange,) = read(entry(request__postData=posted, request__headers=[])).exchanges
    assert exchange.request.body == b"a+b=1%262&c="


def test_a_multipart_body_comes_from_its_parameters() -> None:
    posted = {
        "mimeType": "multipart/form-data; boundary=xyz",
        "params": [{"name": "f", "fileName": "a.txt", "contentType": "text/plain", "value": "hi"}],
    }
    (exchange,) = read(entry(request__postData=posted, request__headers=[])).exchanges
    assert exchange.request.body == (
        b'--xyz\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nhi\r\n'
        b"--xyz--\r\n"
    )


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("net::ERR_CONNECTION_REFUSED", "refused"),
        ("net::ERR_NAME_NOT_RESOLVED", "dns"),
        ("net::ERR_CONNECTION_TIMED_OUT", "timeout"),
        ("net::ERR_CERT_AUTHORITY_INVALID", "tls"),
        ("", "other"),
    ],
)
def test_an_entry_without_a_response_is_a_failure(reason: str, kind: str) -> None:
    (exchange,) = read(entry(response__status=0, response___error=reason)).exchanges
    assert exchange.response is None
    assert exchange.error is not None
    assert exchange.error.kind == kind


def test_content_that_was_not_exported_is_never_taken_for_an_empty_body() -> None:
    (exchange,) = read(entry(response__content={"size": 900, "mimeType": "image/png"})).exchanges
    assert not exchange.response.complete


def test_what_is_no_http_is_left_out_and_counted() -> None:
    cassette = read(entry(), entry(request__url="wss://api.test/live"))
    assert len(cassette.exchanges) == 1
    assert cassette.metadata == {"not_http": 1}


@pytest.mark.parametrize("codec", [cassette_yaml, cassette_jsonl])
def test_a_har_keeps_everything_as_a_cassette(codec: Any) -> None:
    cassette = read(entry(), entry(response__status=0, response___error="net::ERR_CONNECTION_RESET"))
    again = codec.loads(codec.dumps(cassette))
    for was, now in zip(cassette.exchanges, again.exchanges, strict=True):
        assert was.model_copy(update={"place": Place()}) == now.model_copy(update={"place": Place()})


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"request__url": 7}, "/log/entries/0/request/url"),
        ({"response__status": "200"}, "/log/entries/0/response/status"),
        ({"response__status": 2000}, "/log/entries/0/response/status"),
        ({"startedDateTime": "yesterday"}, "/log/entries/0/startedDateTime"),
        ({"response__headers": [{"value": "x"}]}, "/log/entries/0/response/headers/0"),
        ({"response__content": {"text": "%%", "encoding": "base64"}}, "/log/entries/0/response/content/text"),
        ({"response__content": {"text": "x", "encoding": "rot13"}}, "/log/entries/0/response/content/encoding"),
        ({"timings": {"wait": "long"}}, "/log/entries/0/timings/wait"),
        ({"request__url": "http://[::1"}, "/log/entries/0/request/url"),
    ],
)
def test_a_wrong_entry_is_named_by_its_pointer(changed: dict[str, Any], pointer: str) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read(entry(**changed))
    assert caught.value.place == f"seen.har#{pointer}"


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b'{"log": {}}', b'{"log": []}', b"\xff"])
def test_a_file_that_is_no_har_is_one_error(data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        har.loads(data, Place(file="seen.har"))


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 999)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_KEYS = [
    "startedDateTime",
    "time",
    "timings",
    *(f"request__{k}" for k in ("method", "url", "headers", "postData")),
    *(f"response__{k}" for k in ("status", "statusText", "headers", "content", "httpVersion", "_error")),
]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(_KEYS), _JSON)
def test_anything_in_a_field_is_read_or_refused(key: str, value: Any) -> None:
    with suppress(UnreadableFileError):
        read(entry(**{key: value}))
