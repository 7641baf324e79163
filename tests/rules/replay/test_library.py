"""Which recording answers a request."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from integtest.model.http import Exchange, Request, Response
from integtest.rules.replay import Library, Matching

JSON = (("Content-Type", "application/json"),)
FORM = (("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),)


def post(body: bytes, headers=JSON, url="http://api.test/items") -> Request:
    return Request(method="POST", url=url, headers=headers, body=body)


def get(url: str) -> Request:
    return Request(method="GET", url=url)


def seen(request: Request, status: int = 200) -> Exchange:
    return Exchange(request=request, response=Response(status=status))


def finds(recorded: Request, sent: Request, **matching) -> bool:
    return Library([seen(recorded)], Matching(**matching)).take(sent) is not None


def test_recordings_of_one_request_play_in_order_and_each_once():
    library = Library([seen(get("http://a.test/x"), 200), seen(get("http://a.test/x"), 404)])
    statuses = [library.take(get("http://a.test/x")).response.status for _ in range(2)]
    assert statuses == [200, 404]
    assert library.take(get("http://a.test/x")) is None
    assert "2 recordings were played" in library.miss(get("http://a.test/x")).told()


def test_with_repeats_the_last_recording_plays_on():
    library = Library(
        [seen(get("http://a.test/x"), 200), seen(get("http://a.test/x"), 404)], Matching(repeats=True)
    )
    assert [library.take(get("http://a.test/x")).response.status for _ in range(4)] == [200, 404, 404, 404]


def test_threads_never_share_a_recording():
    library = Library([seen(get("http://a.test/x"), n) for n in range(500)])
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: library.take(get("http://a.test/x")).response.status, range(500)))
    assert sorted(taken) == list(range(500))
    assert library.unplayed == ()


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5) | st.none(), max_size=5))
@settings(max_examples=50)
def test_json_is_found_whatever_its_spelling(value):
    spelled = json.dumps(value, indent=3, ensure_ascii=True).encode()
    turned = json.dumps(dict(reversed(list(value.items()))), ensure_ascii=False).encode()
    assert finds(post(spelled), post(turned))


@pytest.mark.parametrize(
    ("recorded", "sent"),
    [
        (post(b'{"a": 1.0}'), post(b'{"a":1}')),
        (post(b"a=1&b=2", FORM), post(b"b=2&a=1", FORM)),
        (get("http://A.test:80/p?b=2&a=1"), get("http://a.test/p?a=1&b=2")),
        (get("http://a.test/%7Ejo"), get("http://a.test/~jo")),
    ],
)
def test_other_spellings_of_the_same_request_are_found(recorded, sent):
    assert finds(recorded, sent)


@pytest.mark.parametrize(
    ("recorded", "sent"),
    [
        (post(b'{"a": 1}'), post(b'{"a": 2}')),
        (post(b'{"a": 1}'), post(b'{"a": "1"}')),
        (post(b'{"a": true}'), post(b'{"a": 1}')),
        (post(b"a=1&a=2", FORM), post(b"a=2&a=1", FORM)),
        (get("http://a.test/p?a=1"), get("http://a.test/p")),
        (get("http://a.test/p"), get("https://a.test/p")),
        (get("http://a.test/a%2Fb"), get("http://a.test/a/b")),
    ],
)
def test_another_request_is_not_found(recorded, sent):
    assert not finds(recorded, sent)


def multipart(boundary: str, text: str) -> Request:
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
        f"Content-Type: text/plain\r\n\r\n{text}\r\n--{boundary}--\r\n"
    )
    return post(body.encode(), (("Content-Type", f"multipart/form-data; boundary={boundary}"),))


def test_multipart_is_found_whatever_its_boundary():
    assert finds(multipart("aaa", "hello"), multipart("bbb", "hello"))
    assert not finds(multipart("aaa", "hello"), multipart("bbb", "other"))


@pytest.mark.parametrize(
    ("ignore", "recorded", "sent"),
    [
        ("body:/meta/*/id", post(b'{"meta":[{"id":1,"v":2}]}'), post(b'{"meta":[{"id":9,"v":2}]}')),
        ("query:page", get("http://a.test/p?page=1&q=x"), get("http://a.test/p?page=2&q=x")),
        ("form:nonce", post(b"a=1&nonce=x", FORM), post(b"a=1&nonce=y", FORM)),
        ("path:/threads/*/runs", get("http://a.test/threads/1/runs"), get("http://a.test/threads/2/runs")),
    ],
)
def test_what_is_ignored_by_name_does_not_count_and_the_rest_still_does(ignore, recorded, sent):
    assert not finds(recorded, sent)
    assert finds(recorded, sent, ignore=[ignore])
    assert not finds(recorded, sent.model_copy(update={"method": "PUT"}), ignore=[ignore])


def test_templates_make_ids_and_timestamps_alike():
    recorded = post(b'{"id":"8c5f5a0e-3c3b-4b5e-9d5a-0a0a0a0a0a0a","at":"2026-01-01T00:00:00Z"}')
    sent = post(b'{"id":"11111111-2222-3333-4444-555555555555","at":"2027-12-31T23:59:59.5+01:00"}')
    assert not finds(recorded, sent)
    assert finds(recorded, sent, templates=["uuid", "timestamp"])
    assert not finds(recorded, post(b'{"id":"no","at":"2026-01-01T00:00:00Z"}'), templates=["uuid", "timestamp"])


def test_a_miss_names_the_nearest_recording_and_what_differs():
    library = Library([seen(post(b'{"a":1,"b":{"c":2}}')), seen(get("http://api.test/else"))])
    told = library.miss(post(b'{"a":1,"b":{"c":3}}')).told()
    assert "nearest of 2: POST http://api.test/items" in told
    assert "body /b/c: recorded 2, sent 3" in told


def test_a_miss_shows_no_secret():
    def mask(request: Request) -> Request:
        return request.model_copy(update={"body": request.body.replace(b"hunter2", b"***")})

    library = Library([seen(post(b'{"pw":"hunter2","a":1}'))], mask=mask)
    told = library.miss(post(b'{"pw":"hunter2","a":2}')).told()
    assert "hunter2" not in told
    assert "/a: recorded 1, sent 2" in told


@pytest.mark.parametrize(
    "bad", [{"ignore": ["nonsense"]}, {"ignore": ["body:a"]}, {"templates": ["("]}, {"on": ["x"]}]
)
def test_a_matching_that_cannot_work_is_refused(bad):
    with pytest.raises(ValidationError):
        Matching(**bad)


def test_gzip_requests_match_by_what_they_hold():
    import gzip

    headers = (*JSON, ("Content-Encoding", "gzip"))
    assert finds(
        post(gzip.compress(b'{"a":1}', mtime=1), headers), post(gzip.compress(b'{"a": 1}', mtime=2), headers)
    )


def test_a_new_recording_counts_as_played_and_those_before_it_stay_to_be_played():
    old, new = seen(get("http://a.test/x"), 200), seen(get("http://a.test/x"), 201)
    library = Library([old])
    library.add(new)
    assert (library.play_count, library.unplayed) == (1, (old,))
    assert library.take(get("http://a.test/x")) is old
    assert library.take(get("http://a.test/x")) is None
    assert (library.play_count, library.unplayed, library.exchanges) == (2, (), (old, new))


def test_marks_are_those_of_what_it_was_made_of_whenever_they_are_asked_for():
    exchanges = [seen(get(f"http://a.test/{name}")) for name in "xyx"]
    before, library = Library(exchanges).marks, Library(exchanges)
    library.take(get("http://a.test/x"))
    library.add(seen(get("http://a.test/new")))
    assert library.marks == before
    assert len({mark.key for mark in before}) == 2
    again = Library(exchanges, marks=before)
    assert [again.take(get(f"http://a.test/{name}")) for name in "xxyx"] == [
        exchanges[0],
        exchanges[2],
        exchanges[1],
        None,
    ]
