"""Laws of scrubbing, over documents that nobody chose."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

from hypothesis import given, settings
from hypothesis import strategies as st
from planted_secrets import BY_SHAPE, NAMED, core

from integtest.model.http import Exchange, Frame, Request, Response
from integtest.rules.secrets import Policy, Scrubber, mask_exchange, mask_key_parts
from integtest.rules.secrets.edits import Edit, applied, settled, split

_POLICIES = st.sampled_from([Policy(allow_list=False), Policy(allow_list=True, keep=("$..kept", "$.a[*]"))])
_PLAIN = st.text(max_size=20) | st.sampled_from(
    ["ok", "2024-05-01T10:00:00Z", "a=1&b=2", "{}", "[x", "https://a/b?c=d"]
)
_SECRETS = st.sampled_from([value for value in BY_SHAPE.values() if "\n" not in value])
_NAMES = st.sampled_from([name for name, _ in NAMED.values()]) | st.sampled_from(["a", "kept", "note", "id"])
_LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _PLAIN | _SECRETS
_DOCUMENTS = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES | st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def _reply(body, kind="application/json", frames=()):
    response = Response(status=200, headers=(("Content-Type", kind),), body=body, frames=frames)
    return Exchange(request=Request(method="GET", url="http://localhost/"), response=response)


def _shape(value):
    if isinstance(value, dict):
        return {"keys": len(value), "members": [_shape(v) for v in value.values()]}
    if isinstance(value, list):
        return [_shape(v) for v in value]
    return type(value).__name__


@settings(max_examples=250, deadline=None)
@given(_DOCUMENTS, _POLICIES, st.booleans())
def test_json_stays_json_of_the_same_shape_and_a_second_pass_changes_nothing(document, policy, ascii_):
    body = json.dumps(document, ensure_ascii=ascii_).encode("utf-8", "surrogatepass")
    once = Scrubber(policy).exchange(_reply(body))
    after = json.loads(once.exchange.response.body.decode("utf-8", "surrogatepass"))
    assert _shape(after) == _shape(json.loads(body.decode("utf-8", "surrogatepass")))
    again = Scrubber(policy).exchange(once.exchange)
    assert again.exchange == once.exchange


@settings(max_examples=150, deadline=None)
@given(_DOCUMENTS, _POLICIES)
def test_a_lookup_is_the_same_before_and_after(document, policy):
    request = Request(
        method="POST",
        url="http://localhost/a?" + urlencode({"note": json.dumps(document)}),
        headers=(("Content-Type", "application/json"),),
        body=json.dumps(document).encode(),
    )
    scrubbed = Scrubber(policy).exchange(Exchange(request=request)).exchange.request
    assert mask_key_parts(request, policy) == mask_key_parts(scrubbed, policy)


@settings(max_examples=150, deadline=None)
@given(_SECRETS, st.text(st.characters(codec="ascii", categories=["Ll", "Zs"]), max_size=20), st.data())
def test_however_a_stream_is_cut_the_outcome_is_the_same(secret, around, data):
    body = f"data: {json.dumps({'t': f'{around} {secret} {around}'})}\n\ndata: {json.dumps({'n': 1})}\n\n".encode()
    cuts = sorted(data.draw(st.sets(st.integers(0, len(body)), max_size=6)))
    pieces = [body[a:b] for a, b in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    frames = tuple(Frame(at=float(i), data=piece) for i, piece in enumerate(pieces))
    policy = Policy(allow_list=False)
    whole = Scrubber(policy).exchange(_reply(body, "text/event-stream")).exchange.response
    cut = Scrubber(policy).exchange(_reply(body, "text/event-stream", frames)).exchange.response
    assert cut.body == whole.body == b"".join(frame.data for frame in cut.frames)
    assert len(cut.frames) == len(frames)
    if len(cut.body) == len(body):
        assert [len(frame.data) for frame in cut.frames] == [len(piece) for piece in pieces]


@settings(max_examples=150, deadline=None)
@given(_SECRETS, st.data())
def test_however_a_model_cuts_its_words_a_secret_is_found(secret, data):
    text = f"Please write to {secret} today."
    cuts = sorted(data.draw(st.sets(st.integers(1, len(text) - 1), max_size=8)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    events = [json.dumps({"choices": [{"delta": {"content": piece}}]}) for piece in pieces]
    body = "".join(f"data: {event}\n\n" for event in events).encode()
    after = Scrubber(Policy(allow_list=False)).exchange(_reply(body, "text/event-stream")).exchange.response.body
    read = [json.loads(line[6:])["choices"][0]["delta"]["content"] for line in after.decode().split("\n\n") if line]
    assert len(read) == len(pieces)
    assert not [part for part in core(secret) if part in "".join(read)]


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from(["application/json", "text/plain", "text/event-stream", "text/xml", ""]),
)
def test_any_bytes_are_scrubbed_masked_and_looked_up_without_an_exception(body, kind):
    exchange = _reply(body, kind)
    scrubbed = Scrubber(Policy(allow_list=False)).exchange(exchange)
    assert Scrubber(Policy(allow_list=False)).exchange(scrubbed.exchange).exchange == scrubbed.exchange
    mask_exchange(exchange)
    mask_key_parts(exchange.request)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), _POLICIES)
def test_any_url_and_header_is_scrubbed_without_an_exception(url, value, policy):
    request = Request(method="GET", url=f"http://localhost/{url}", headers=(("X-Note", value), ("Cookie", value)))
    once = Scrubber(policy).exchange(Exchange(request=request)).exchange
    assert Scrubber(policy).exchange(once).exchange == once


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(_NAMES, st.text(max_size=20) | _SECRETS, max_size=5), _POLICIES)
def test_forms_keep_their_fields(fields, policy):
    kind = (("Content-Type", "application/x-www-form-urlencoded"),)
    body = "&".join(f"{quote(k)}={quote(v, safe='')}" for k, v in fields.items()).encode()
    request = Request(method="POST", url="http://localhost/", headers=kind, body=body)
    after = Scrubber(policy).exchange(Exchange(request=request)).exchange.request.body
    assert [f.split(b"=")[0] for f in after.split(b"&")] == [f.split(b"=")[0] for f in body.split(b"&")]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.text(max_size=8), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10), st.text("xyz", max_size=12)), max_size=5),
)
def test_cutting_edits_at_pieces_changes_nothing_of_the_whole(pieces, raw):
    text = "".join(pieces)
    edits = settled(Edit(a, min(a + n, len(text)), new) for a, n, new in raw if a < len(text))
    assert "".join(split(pieces, edits)) == applied(text, edits)
    assert len(split(pieces, edits)) == len(pieces)
