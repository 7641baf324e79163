"""Secrets and personal data of many kinds, planted in exchanges in many positions. All of it is made up here."""

from __future__ import annotations

import base64
import gzip
import json
import random
import re
import string
import zlib
from functools import lru_cache
from urllib.parse import quote, unquote, unquote_plus
from xml.sax.saxutils import escape, quoteattr

import brotli

from integtest.model.http import Exchange, Frame, Request, Response, TransportFailure

_LETTERS = string.ascii_letters + string.digits
_HEX = "0123456789abcdef"
_random = random.Random(20240501)


def _some(count: int, alphabet: str = _LETTERS) -> str:
    text = "".join(_random.choice(alphabet) for _ in range(count - 3))
    return text + "".join(_random.choice(a) for a in (alphabet[:10], alphabet[-10:], alphabet))


def _b64url(value: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _jwt() -> str:
    claims = {"sub": "f3a9d1", "email": "lena.vogt@kunde-beispiel.de", "iat": 1700000000, "exp": 1700003600}
    return f"{_b64url({'alg': 'RS256', 'typ': 'JWT'})}.{_b64url(claims)}.{_some(86, _LETTERS + '-_')}"


_PEM_BODY = "\n".join(_some(64, _LETTERS + "+/") for _ in range(6))

BY_SHAPE: dict[str, str] = {
    "aws access key id": "AKIA" + _some(16, string.ascii_uppercase + string.digits),
    "aws temporary key id": "ASIA" + _some(16, string.ascii_uppercase + string.digits),
    "github classic": "ghp_" + _some(36),
    "github app": "ghs_" + _some(36),
    "github fine-grained": "github_pat_" + _some(22) + "_" + _some(59),
    "gitlab": "glpat-" + _some(20),
    "slack bot": f"xoxb-{_some(12, string.digits)}-{_some(12, string.digits)}-{_some(24)}",
    "slack app": f"xapp-1-{_some(11, string.ascii_uppercase)}-{_some(12, string.digits)}-{_some(64, _HEX)}",
    "slack webhook": f"https://hooks.slack.com/services/T{_some(8).upper()}/B{_some(8).upper()}/{_some(24)}",
    "stripe": "sk_live_" + _some(24),
    "stripe webhook": "whsec_" + _some(32),
    "openai": "sk-proj-" + _some(48, _LETTERS + "-_"),
    "openai old": "sk-" + _some(20) + "T3BlbkFJ" + _some(20),
    "anthropic": "sk-ant-api03-" + _some(90, _LETTERS + "-_") + "AA",
    "google api key": "AIza" + _some(35, _LETTERS + "-_"),
    "google oauth": "ya29." + _some(60, _LETTERS + "-_"),
    "google client secret": "GOCSPX-" + _some(28, _LETTERS + "-_"),
    "npm": "npm_" + _some(36),
    "pypi": "pypi-AgEIcHlwaS5vcmc" + _some(90),
    "azure client secret": "aB3" + "8Q~" + _some(34),
    "twilio": "SK" + _some(32, _HEX),
    "sendgrid": f"SG.{_some(22)}.{_some(43)}",
    "mailgun": "key-" + _some(32, _HEX),
    "hugging face": "hf_" + _some(34),
    "shopify": "shpat_" + _some(32, _HEX),
    "databricks": "dapi" + _some(32, _HEX),
    "digitalocean": "dop_v1_" + _some(64, _HEX),
    "new relic": "NRAK-" + _some(27, string.ascii_uppercase + string.digits),
    "telegram": _some(10, "123456789") + ":AA" + _some(33),
    "jwt": _jwt(),
    "private key": f"-----BEGIN RSA PRIVATE KEY-----\n{_PEM_BODY}\n-----END RSA PRIVATE KEY-----",
    "connection string": "postgres://svc_claims:Xk9fQ2mWp7@db.internal.corp:5432/claims",
    "redis url": "redis://:q8Wz4LmN0p@cache.internal:6379/0",
    "e-mail": "lena.vogt@kunde-beispiel.de",
    "phone": "+49 171 5550123",
    "us phone": "(415) 867-5309",
    "card": "4539 1488 0343 6467",
    "card bare": "5425233430109903",
    "iban": "DE75512108001245126199",
    "iban spaced": "FR76 3000 6000 0112 3456 7890 189",
    "us ssn": "219-09-9999",
    "uk nino": "AB 12 34 56 C",
    "spanish dni": "12345678Z",
    "spanish nie": "X1234567L",
    "italian codice fiscale": "RSSMRA85T10A562S",
    "french nir": "2 55 08 14 168 025 38",
    "german tax id": "86 095 742 719",
}
"""Found wherever they stand."""

NAMED: dict[str, tuple[str, str]] = {
    "password": ("password", "Tr0ub4dor&3x"),
    "plain password": ("db_password", "letmeinplease"),
    "client secret": ("client_secret", "h8!kLm/2+Qw=="),
    "access token": ("access_token", "2YotnFZFEjr1zCsicMWpAA"),
    "refresh token": ("refreshToken", "tGzv3JOkF0XG5Qx2TlKWIA"),
    "api key": ("api_key", "0f9e8d7c6b5a4938271605f4e3d2c1b0"),
    "aws secret": ("aws_secret_access_key", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzKEY"),
    "session": ("session_id", "31d4d96e407aad42"),
    "csrf": ("csrf_token", "KbyUmhTLMpYj7CD2di7JKP1P3qmLlkPt"),
    "signature": ("signature", "b1946ac92492d2347c6235b4d2611184"),
    "otp": ("otp", "492039"),
    "authorization code": ("code", "SplxlOBeZQQYbYS6WxSbIA"),
    "first name": ("first_name", "Annegret"),
    "family name": ("familyName", "Kowalczyk"),
    "full name": ("full_name", "Annegret Kowalczyk"),
    "user name": ("username", "akowalczyk77"),
    "street": ("street_address", "Lindenallee 17b"),
    "postcode": ("postal_code", "SW1A 2AA"),
    "birth date": ("date_of_birth", "1985-03-02"),
    "local birth date": ("birthDate", "02.03.1985"),
    "phone": ("phone_number", "0171 5550123"),
    "ssn bare": ("ssn", "219099999"),
    "bsn": ("bsn", "111222333"),
    "steuer id": ("steuer_id", "86095742719"),
    "passport": ("passport_number", "C01X00T47"),
    "account": ("account_number", "0532013000"),
    "national id": ("national_id", "ID-7734-8812"),
    "card": ("card_number", "6011000990139424"),
    "cvv": ("cvv", "837"),
}
"""Found by the name they stand under."""


def _json(document: object, **more: object) -> Exchange:
    return _reply(json.dumps(document, **more).encode(), "application/json; charset=utf-8")  # type: ignore[arg-type]


def _reply(body: bytes, kind: str, *headers: tuple[str, str], pieces: int = 0) -> Exchange:
    frames: tuple[Frame, ...] = ()
    if pieces:
        size = len(body) // pieces + 1
        frames = tuple(Frame(at=i * 0.1, data=body[i * size : i * size + size]) for i in range(pieces))
    response = Response(status=200, headers=(("Content-Type", kind), *headers), body=body, frames=frames)
    return Exchange(request=_request(), response=response)


def _request(**more: object) -> Request:
    return Request(**({"method": "POST", "url": "http://localhost/v1/things"} | more))  # type: ignore[arg-type]


def _sent(**more: object) -> Exchange:
    return Exchange(request=_request(**more))


def _multipart(name: str, value: str, extra: str = "") -> bytes:
    return (
        f'--XyZ\r\nContent-Disposition: form-data; name="{name}"\r\n{extra}\r\n{value}\r\n'
        f'--XyZ\r\nContent-Disposition: form-data; name="other"\r\n\r\nkept\r\n--XyZ--\r\n'
    ).encode()


def _thirds(value: str) -> list[str]:
    size = len(value) // 3 + 1
    return [value[i : i + size] for i in range(0, len(value), size)]


def _deltas(value: str) -> str:
    pieces = ["Here it is: ", *_thirds(value), " and that was it."]
    chunks = [json.dumps({"id": "c1", "choices": [{"index": 0, "delta": {"content": p}}]}) for p in pieces]
    return "".join(f"data: {chunk}\n\n" for chunk in chunks) + "data: [DONE]\n\n"


_GRAPHQL = "query Find($v: String!) { find(v: $v) { id } }"

SHAPE_POSITIONS = {
    "query value": lambda v: _sent(url=f"http://localhost/find?q={quote(v, safe='')}&page=2"),
    "path segment": lambda v: _sent(url=f"http://localhost/find/{quote(v, safe='')}/items"),
    "fragment": lambda v: _sent(url=f"http://localhost/find#{quote(v, safe='')}"),
    "custom header": lambda v: _sent(headers=(("X-Trace-Note", f"seen {v} here"),)) if "\n" not in v else None,
    "redirect": lambda v: _reply(b"", "text/plain", ("Location", f"https://app.corp/cb?next={quote(v, safe='')}")),
    "json value": lambda v: _json({"note": f"see {v} please", "n": 1}),
    "json whole value": lambda v: _json({"note": v, "n": 1}),
    "json nested": lambda v: _json({"a": [{"b": {"c": [[{"d": v}]]}}]}),
    "json escaped": lambda v: _reply(
        ('{"note": "' + "".join(f"\\u{ord(c):04x}" for c in v) + '"}').encode(), "application/json"
    ),
    "json key": lambda v: _json({"by": {v: {"count": 1}}}),
    "json in string": lambda v: _json({"payload": json.dumps({"note": v})}),
    "json in string twice": lambda v: _json({"payload": json.dumps({"inner": json.dumps({"note": v})})}),
    "json of a vendor type": lambda v: _reply(json.dumps({"x": v}).encode(), "application/vnd.api+json"),
    "graphql variable": lambda v: _sent(
        headers=(("Content-Type", "application/json"),),
        body=json.dumps({"query": _GRAPHQL, "variables": {"v": v}}).encode(),
    ),
    "graphql literal": lambda v: _sent(
        headers=(("Content-Type", "application/json"),),
        body=json.dumps({"query": f"{{ find(v: {json.dumps(v)}) {{ id }} }}"}).encode(),
    ),
    "form": lambda v: _sent(
        headers=(("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"),),
        body=f"a=1&note={quote(v, safe='')}&b=2".encode(),
    ),
    "form with json": lambda v: _sent(
        headers=(("Content-Type", "application/x-www-form-urlencoded"),),
        body=f"payload={quote(json.dumps({'t': v}))}".encode(),
    ),
    "multipart field": lambda v: _sent(
        headers=(("Content-Type", "multipart/form-data; boundary=XyZ"),), body=_multipart("note", v)
    ),
    "multipart json file": lambda v: _sent(
        headers=(("Content-Type", 'multipart/form-data; boundary="XyZ"'),),
        body=_multipart("file", json.dumps({"k": v}), "Content-Type: application/json\r\n"),
    ),
    "multipart base64": lambda v: _sent(
        headers=(("Content-Type", "multipart/mixed; boundary=XyZ"),),
        body=_multipart("file", base64.b64encode(v.encode()).decode(), "Content-Transfer-Encoding: base64\r\n"),
    ),
    "xml text": lambda v: _reply(f"<a><b>{escape(v)}</b></a>".encode(), "application/soap+xml"),
    "xml attribute": lambda v: _reply(f"<a><b c={quoteattr(v)}/></a>".encode(), "text/xml"),
    "xml cdata": lambda v: _reply(f"<a><![CDATA[see {v}]]></a>".encode(), "application/xml"),
    "xml comment": lambda v: _reply(f"<a><!-- {v} --><b/></a>".encode(), "application/xml"),
    "html": lambda v: _reply(f"<html><body><p>{escape(v)}</p></body></html>".encode(), "text/html"),
    "text": lambda v: _reply(f"Failed for {v}, try again".encode(), "text/plain; charset=utf-8"),
    "text in utf-16": lambda v: _reply(f"Failed for {v}".encode("utf-16"), "text/plain; charset=utf-16"),
    "no content type": lambda v: Exchange(request=_request(), response=Response(status=200, body=v.encode())),
    "sse event": lambda v: _reply(f"event: note\ndata: {json.dumps({'t': v})}\n\n".encode(), "text/event-stream"),
    "sse over three frames": lambda v: _reply(
        f"data: {json.dumps({'t': v})}\n\n".encode(), "text/event-stream", pieces=3
    ),
    "sse over three events": lambda v: _reply(_deltas(v).encode(), "text/event-stream", pieces=4),
    "json lines": lambda v: _reply(f'{{"a":1}}\n{json.dumps({"t": v})}\n'.encode(), "application/x-ndjson"),
    "gzip": lambda v: _reply(
        gzip.compress(json.dumps({"t": v}).encode()), "application/json", ("Content-Encoding", "gzip")
    ),
    "deflate": lambda v: _reply(
        zlib.compress(json.dumps({"t": v}).encode()), "application/json", ("Content-Encoding", "deflate")
    ),
    "brotli": lambda v: _reply(
        brotli.compress(json.dumps({"t": v}).encode()), "application/json", ("Content-Encoding", "br")
    ),
    "gzip in frames": lambda v: _reply(
        gzip.compress(f"data: {json.dumps({'t': v})}\n\n".encode()),
        "text/event-stream",
        ("Content-Encoding", "gzip"),
        pieces=3,
    ),
    "base64 value": lambda v: _json({"blob": base64.b64encode(f"some text with {v} inside".encode()).decode()}),
    "base64 json value": lambda v: _json(
        {"blob": base64.urlsafe_b64encode(json.dumps({"k": v}).encode()).decode()}
    ),
    "base64 body": lambda v: _reply(base64.b64encode(f"some text with {v} inside".encode()), "text/plain"),
    "binary": lambda v: _reply(b"\x0a\x10\xff\x00" + v.encode() + b"\x00\x12\xfe\x03abc", "application/x-protobuf"),
    "error text": lambda v: Exchange(
        request=_request(), error=TransportFailure(kind="other", message=f"cannot reach {v} now")
    ),
}

NAMED_POSITIONS = {
    "query": lambda n, v: _sent(url=f"http://localhost/find?page=2&{n}={quote(v, safe='')}"),
    "implicit fragment": lambda n, v: _sent(url=f"http://localhost/cb#state=x&{n}={quote(v, safe='')}"),
    "header": lambda n, v: _sent(headers=((f"X-{n}", v),)),
    "redirect": lambda n, v: _reply(b"", "text/plain", ("Location", f"/cb?{n}={quote(v, safe='')}&x=1")),
    "form": lambda n, v: _sent(
        headers=(("content-type", "application/x-www-form-urlencoded; charset=utf-8"),),
        body=f"grant_type=x&{n}={quote(v, safe='')}".encode(),
    ),
    "json": lambda n, v: _json({"id": 7, n: v}),
    "json number": lambda n, v: _json({"id": 7, n: int(v)}) if v.isdecimal() and v[0] != "0" else None,
    "json list": lambda n, v: _json({n: [v, v]}),
    "json nested": lambda n, v: _json({"data": {"items": [{"attributes": {n: v}}]}}),
    "json in string": lambda n, v: _json({"body": json.dumps({n: v})}),
    "json camel case": lambda n, v: _json({re.sub(r"_(\w)", lambda m: m[1].upper(), n): v}),
    "json capitals": lambda n, v: _json({n.upper(): v}) if n.islower() else None,
    "json base64": lambda n, v: _json({"blob": base64.b64encode(json.dumps({n: v}).encode()).decode()}),
    "graphql variables": lambda n, v: _json({"query": _GRAPHQL, "variables": {"input": {n: v}}}),
    "multipart": lambda n, v: _sent(
        headers=(("Content-Type", "multipart/form-data; boundary=XyZ"),), body=_multipart(n, v)
    ),
    "xml element": lambda n, v: _reply(f"<r xmlns:a='u'><a:{n}>{escape(v)}</a:{n}></r>".encode(), "text/xml"),
    "xml attribute": lambda n, v: _reply(f"<r {n}={quoteattr(v)}/>".encode(), "text/xml"),
    "xml key and value": lambda n, v: _reply(f'<r><add key="{n}" value={quoteattr(v)}/></r>'.encode(), "text/xml"),
    "html input": lambda n, v: _reply(f'<form><input name="{n}" value={quoteattr(v)}>'.encode(), "text/html"),
    "sse": lambda n, v: _reply(f"data: {json.dumps({n: v})}\n\n".encode(), "text/event-stream", pieces=3),
    "tool arguments over events": lambda n, v: _reply(_arguments(n, v).encode(), "text/event-stream", pieces=5),
    "json lines": lambda n, v: _reply(
        f"{json.dumps({n: v})}\n{json.dumps({n: v})}\n".encode(), "application/jsonl"
    ),
    "gzip": lambda n, v: _reply(
        gzip.compress(json.dumps({n: v}).encode()), "application/json", ("Content-Encoding", "gzip")
    ),
    "cut json": lambda n, v: _reply(json.dumps({"a": 1, n: v})[:-2].encode(), "application/json"),
    "assignment in text": lambda n, v: (
        _reply(f"config: {n}={v}\n".encode(), "text/plain") if not re.search(r"[\s&;,/=]", v) else None
    ),
    "quoted in text": lambda n, v: _reply(f'invalid input {{"{n}": "{v}"}} given'.encode(), "text/plain"),
}


def _arguments(name: str, value: str) -> str:
    pieces = _thirds(json.dumps({"to": "x", name: value}))
    events = [{"delta": {"type": "input_json_delta", "partial_json": piece}} for piece in pieces]
    return "".join(f"event: content_block_delta\ndata: {json.dumps(event)}\n\n" for event in events)


def planted() -> list[tuple[str, str, Exchange]]:
    """All of it: what it is and where, the secret text, the exchange."""
    shaped = [
        (f"{kind} in {place}", value, exchange)
        for kind, value in BY_SHAPE.items()
        for place, make in SHAPE_POSITIONS.items()
        if (exchange := make(value)) is not None
    ]
    named = [
        (f"{kind} in {place}", value, exchange)
        for kind, (name, value) in NAMED.items()
        for place, make in NAMED_POSITIONS.items()
        if (exchange := make(name, value)) is not None
    ]
    return shaped + named


_RUN = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")


def everything_in(exchange: Exchange) -> list[str]:
    """Every text that can be read out of an exchange by undoing encodings, written apart from the scrubber."""
    response = exchange.response
    texts = [exchange.request.url, exchange.error.message if exchange.error else ""]
    texts += [v for _, v in (*exchange.request.headers, *(response.headers if response else ()))]
    bodies = [exchange.request.body]
    if response:
        coding = response.header("content-encoding")
        for body in (response.body, b"".join(f.data for f in response.frames)):
            opened = {"gzip": gzip.decompress, "deflate": zlib.decompress, "br": brotli.decompress}.get(
                coding or ""
            )
            bodies += [body, opened(body) if opened and body else body]
        texts.append("".join(_flow(bodies[-1])))
    for body in bodies:
        texts += [body.decode("utf-8", "replace"), body.decode("utf-16", "replace")]
    return list({deep for text in set(texts) for deep in _undone(text, 3)})


def _flow(body: bytes) -> list[str]:
    found = []
    for line in body.decode("utf-8", "replace").splitlines():
        try:
            event = json.loads(line.removeprefix("data: "))
            delta = event.get("delta") or event["choices"][0]["delta"]
            found.append(delta.get("content") or delta.get("partial_json"))
        except (ValueError, KeyError, AttributeError, TypeError, IndexError):
            continue
    return [piece for piece in found if piece]


@lru_cache(maxsize=20000)
def _undone(text: str, depth: int) -> frozenset[str]:
    found = {text}
    if depth == 0 or not text:
        return frozenset(found)
    more = {unquote(text), unquote_plus(text), re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), text)}
    more.add(re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], text))
    more.add(text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&"))
    for run in _RUN.findall(text):
        plain = run.rstrip("=").replace("-", "+").replace("_", "/")
        try:
            more.add(base64.b64decode(plain + "=" * (-len(plain) % 4)).decode("utf-8"))
        except ValueError:
            continue
    for other in more - {text}:
        found |= _undone(other, depth - 1)
    return frozenset(found)


def core(secret: str) -> list[str]:
    """The texts of which none may survive: the secret, or the parts of it that are secret."""
    if secret.startswith("-----BEGIN"):
        return secret.split("\n")[1:-1]
    if "://" in secret and "@" in secret:
        return [secret.split("@", maxsplit=1)[0].rpartition(":")[2]]
    if secret.startswith("https://hooks"):
        return [secret.rpartition("/")[2]]
    if secret.startswith("eyJ"):
        return [secret, secret.split(".")[1], secret.split(".")[2], "lena.vogt"]
    return [secret]
