"""A request that was recorded just so is found without being interpreted, and never another than by its meaning."""

from hypothesis import given
from hypothesis import strategies as st

from integtest.model.http import Exchange, Request, Response
from integtest.rules.replay import Library, Matching
from integtest.rules.replay.keys import Keys

FIELDS = st.sampled_from(
    [
        ("Content-Type", "application/json"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("Content-Encoding", "gzip"),
        ("X-Tenant", "a"),
        ("X-Tenant", "b"),
        ("Authorization", "Bearer one"),
    ]
)
REQUESTS = st.builds(
    Request,
    method=st.sampled_from(["GET", "get", "POST"]),
    url=st.sampled_from(
        ["http://a.test/x", "http://a.test/%78", "http://a.test/x?a=1&b=2", "http://a.test/x?b=2&a=1"]
    ),
    headers=st.lists(FIELDS, max_size=3, unique=True).map(tuple),
    body=st.sampled_from([b"", b'{"a":1,"b":2}', b'{"b":2,"a":1.0}', b"a=1&b=2", b"b=2&a=1"]),
)
MATCHINGS = st.sampled_from(
    [
        Matching(),
        Matching(headers=("x-tenant",)),
        Matching(headers=("x-tenant",), ignore=("header:x-tenant",)),
        Matching(on=("method", "path")),
        Matching(on=("method", "uri", "raw_body", "headers")),
    ]
)


@given(MATCHINGS, REQUESTS, REQUESTS)
def test_requests_that_are_exactly_alike_have_one_key(matching, one, other):
    keys = Keys(matching)
    if keys.exact(one) is not None and keys.exact(one) == keys.exact(other):
        assert keys.key(one) == keys.key(other)


@given(MATCHINGS, st.lists(REQUESTS, max_size=6), REQUESTS)
def test_a_library_finds_what_the_keys_say(matching, recorded, sent):
    exchanges = [Exchange(request=one, response=Response(status=200 + n)) for n, one in enumerate(recorded)]
    keys = Keys(matching)
    expected = next((one for one in exchanges if keys.key(one.request) == keys.key(sent)), None)
    assert Library(exchanges, matching).take(sent) == expected


def test_a_recorded_request_is_found_without_masking_it():
    asked = []

    def mask(request):
        asked.append(request)
        return request

    request = Request(method="GET", url="http://a.test/x")
    library = Library([Exchange(request=request, response=Response(status=200))], mask=mask)
    asked.clear()
    assert library.take(request) is not None
    assert not asked
