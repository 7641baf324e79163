"""The index leaves out only what the judge would refuse, and leaves out nearly all of it."""

from urllib.parse import urlencode

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integtest.adapters.pact_engine import Engine
from integtest.adapters.wire.index import Index
from integtest.model.http import Request
from integtest.model.matching import Body, Generator, GeneratorSet, Matcher, RequestPattern, RuleList, RuleSet
from integtest.rules.match import Judge

ENGINE = Judge(Engine())


def rule(match, **args):
    return RuleList(matchers=(Matcher(match=match, args=args),))


def json_body(value):
    return Body(state="present", content=orjson.dumps(value), content_type="application/json")


def form_body(pairs):
    return Body(
        state="present", content=urlencode(pairs).encode(), content_type="application/x-www-form-urlencoded"
    )


methods = st.sampled_from(["GET", "POST", "post"])
words = st.sampled_from(["a", "b", "1", "ü", ""])
paths = st.lists(st.sampled_from(["a", "b", "1", "a.b"]), min_size=1, max_size=3).map(lambda p: "/" + "/".join(p))
path_rules = st.sampled_from(
    [None, None, "^/a/[^/]+$", r"/a/\d+", r"\/a\/[a-z]+\/b", "/a|/b", "/a/?b", "/.*", "/a(/b)?", r"/a\.b/.+"]
).map(lambda r: None if r is None else rule("regex", regex=r))
scalars = st.sampled_from([1, 1.0, True, "1", "a", None, 2**63, 1e300])
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2),
    max_leaves=4,
)
body_rules = st.dictionaries(
    st.sampled_from(["$", "$.a", "$.b", "$.a[*]", "$.a.*", "$[0]", "$.a.b"]),
    st.sampled_from([rule("type"), rule("integer"), rule("regex", regex="[a1]+"), rule("type", min=0)]),
    max_size=2,
)


@st.composite
def patterns(draw):
    query = draw(st.dictionaries(st.sampled_from(["p", "q"]), st.lists(words, min_size=1, max_size=2), max_size=2))
    query_rules = {name: rule("type") for name in query if draw(st.booleans())}
    kind = draw(st.sampled_from(["json", "form", "text", "empty", "missing"]))
    ruled = {}
    if kind == "json":
        body, ruled = json_body(draw(documents)), draw(body_rules)
    elif kind == "form":
        body = form_body(draw(st.lists(st.tuples(words, words), max_size=2)))
    elif kind == "text":
        body = Body(state="present", content=draw(words).encode() or b"-", content_type="text/plain")
    else:
        body = Body(state=kind)
    return RequestPattern(
        method=draw(methods),
        path=draw(paths),
        query={name: tuple(values) for name, values in query.items()},
        body=body,
        rules=RuleSet(path=draw(path_rules), query=query_rules, body=ruled),
    )


def request_for(pattern, draw):
    """A request near the pattern: its own example, with parts exchanged for other drawn ones."""
    other = draw(patterns())
    target = other if draw(st.integers(0, 4)) == 0 else pattern
    query = (other if draw(st.integers(0, 4)) == 0 else pattern).query
    body = (other if draw(st.integers(0, 3)) == 0 else pattern).body
    pairs = [(name, value) for name, values in query.items() for value in values]
    url = target.path.replace("ü", "%C3%BC") + ("?" + urlencode(pairs) if pairs else "")
    headers = (("Content-Type", body.content_type),) if body.content_type else ()
    return Request(method=target.method.upper(), url=url, headers=headers, body=body.content)


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_no_match_is_ever_left_out(data):
    held = data.draw(st.lists(patterns(), min_size=1, max_size=5))
    index, judges = Index(held), [ENGINE.request(p) for p in held]
    for pattern in held:
        request = request_for(pattern, data.draw)
        matching = {n for n, judge in enumerate(judges) if not judge.judge(request).mismatches}
        assert matching <= set(index.candidates(request))


@pytest.mark.parametrize(
    ("regex", "path"),
    [
        ("/a/?b", "/ab"),
        ("/a/b|/c/d", "/c/d"),
        ("/a(/b)?/c", "/a/c"),
        ("/a/*b", "/a//b"),
        ("/a{2}/b", "/aa/b"),
        (r"/a/\|b/c", "/a/|b/c"),
        ("/a/[^x]/b", "/a///b"),
        ("/a/.+/b", "/a/x/y/b"),
        (r"^\/a\/\d+$", "/a/7"),
        ("(?i)/A/b", "/a/B"),
    ],
)
def test_a_paths_rule_is_never_read_more_strictly_than_it_is_judged(regex, path):
    pattern = RequestPattern(path="/", rules=RuleSet(path=rule("regex", regex=regex)))
    request = Request(method="GET", url=path)
    assert not ENGINE.request(pattern).judge(request).mismatches
    assert Index([pattern]).candidates(request) == [0]


def many(make):
    return Index([make(n) for n in range(1000)])


@pytest.mark.parametrize(
    ("make", "request_"),
    [
        (lambda n: RequestPattern(path=f"/things/{n}"), Request(method="GET", url="/things/7")),
        (
            lambda n: RequestPattern(path="/things", query={"id": (str(n),)}),
            Request(method="GET", url="/things?id=7"),
        ),
        (
            lambda n: RequestPattern(
                path="/things",
                query={"id": (str(n),), "page": ("1",)},
                rules=RuleSet(query={"page": rule("integer")}),
            ),
            Request(method="GET", url="/things?page=99&id=7"),
        ),
        (
            lambda n: RequestPattern(method="POST", path="/things", body=json_body({"id": n, "x": [1]})),
            Request(method="POST", url="/things", body=b'{"x": [1], "id": 7}'),
        ),
        (
            lambda n: RequestPattern(
                method="POST",
                path="/things",
                body=json_body({"id": n, "at": "now", "items": [{"a": 1}]}),
                rules=RuleSet(body={"$.at": rule("type"), "$.items": rule("type", min=1)}),
            ),
            Request(method="POST", url="/things", body=b'{"id": 7, "at": "x", "items": [{"a": 5}, {"a": 6}]}'),
        ),
        (
            lambda n: RequestPattern(method="POST", path="/token", body=form_body({"client": n})),
            Request(method="POST", url="/token", body=b"client=7"),
        ),
        (
            lambda n: RequestPattern(path=f"/r{n}/x", rules=RuleSet(path=rule("regex", regex=rf"^/r{n}/\w+$"))),
            Request(method="GET", url="/r7/y"),
        ),
        (
            lambda n: RequestPattern(
                path=f"/a/x/r{n}", rules=RuleSet(path=rule("regex", regex=f"^/a/[^/]+/r{n}$"))
            ),
            Request(method="GET", url="/a/anything/r7"),
        ),
        (
            lambda n: RequestPattern(method="POST", path=f"/r{n}", body=json_body({f"field{n}": 1, "id": n})),
            Request(method="POST", url="/r7", body=b'{"field7": 1, "id": 7}'),
        ),
    ],
    ids=["path", "query", "query beside a rule", "json", "json beside rules", "form", "prefix", "suffix", "shapes"],
)
def test_one_of_a_thousand_is_found_without_asking_the_others(make, request_):
    assert many(make).candidates(request_) == [7]


@pytest.mark.parametrize(
    "generators",
    [
        GeneratorSet(path=Generator(type="ProviderState")),
        GeneratorSet(method=Generator(type="ProviderState")),
        GeneratorSet(query={"q": Generator(type="ProviderState")}),
        GeneratorSet(body={"$.a": Generator(type="ProviderState")}),
    ],
)
def test_what_is_generated_may_be_anything(generators):
    pattern = RequestPattern(
        method="GET", path="/a", query={"q": ("1",)}, body=json_body({"a": 1}), generators=generators
    )
    request = Request(
        method="PUT" if generators.method else "GET",
        url=("/other" if generators.path else "/a") + ("?q=2" if generators.query else "?q=1"),
        body=b'{"a": 2}' if generators.body else b'{"a": 1}',
    )
    assert Index([pattern]).candidates(request) == [0]


@pytest.mark.parametrize("body", [b"", b"\xff", b"{", b"[" * 100_000, b"null", b"[]", b'{"a":{}}'])
@pytest.mark.parametrize("url", ["/", "*", "//[", "/%ff?%ff=%ff&=&&", "/" * 1000, "/a?" + "q=1&" * 500])
def test_no_request_makes_it_stumble(url, body):
    index = Index(
        [RequestPattern(path="/", body=json_body({"a": 1})), RequestPattern(path="/", query={"a": ("b",)})]
    )
    index.candidates(Request(method="GET", url=url, body=body))
