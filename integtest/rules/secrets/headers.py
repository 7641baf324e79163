"""Header fields edited one by one (RFC 9110)."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from urllib.parse import urlsplit

from integtest.model.http import Headers, header_values
from integtest.rules.secrets.credentials import authorization_edits, challenge_edits, cookie_edits
from integtest.rules.secrets.edits import Edit, applied
from integtest.rules.secrets.name_table import listed
from integtest.rules.secrets.names import words
from integtest.rules.secrets.places import At
from integtest.rules.secrets.texts import Texts
from integtest.rules.secrets.url_text import url_edits

_LINKS = listed("location content-location referer referrer x-original-url x-rewrite-url x-forwarded-uri")
_CHALLENGES = listed("www-authenticate proxy-authenticate authentication-info proxy-authentication-info")
_FORWARDED = listed(
    "x-forwarded-for x-real-ip x-client-ip true-client-ip cf-connecting-ip x-cluster-client-ip forwarded"
)
_NO_CREDENTIALS = listed("""
    idempotency socket websocket cache surrogate partition sort routing correlation request trace public object etag
""")
_STRUCTURAL = listed("""
    accept accept-charset accept-encoding accept-language accept-patch accept-ranges age allow alt-svc cache-control
    clear-site-data connection content-disposition content-encoding content-language content-length content-range
    content-security-policy content-security-policy-report-only content-type cross-origin-embedder-policy
    cross-origin-opener-policy cross-origin-resource-policy date deprecation etag expect expires host if-match
    if-modified-since if-none-match if-range if-unmodified-since keep-alive last-modified max-forwards
    mcp-protocol-version openai-processing-ms openai-version origin-agent-cluster permissions-policy pragma prefer
    preference-applied priority range referrer-policy retry-after retry-after-ms sec-fetch-dest sec-fetch-mode
    sec-fetch-site sec-fetch-user server server-timing strict-transport-security sunset te timing-allow-origin
    trailer transfer-encoding upgrade upgrade-insecure-requests user-agent vary via warning x-api-version
    x-content-type-options x-dns-prefetch-control x-download-options x-frame-options
    x-permitted-cross-domain-policies x-powered-by x-requested-with x-robots-tag x-should-retry x-xss-protection
""")
_STRUCTURAL_STARTS = (
    "access-control-",
    "x-ratelimit-",
    "ratelimit",
    "x-rate-limit-",
    "anthropic-version",
    "x-stainless-",
)


def header_edits(name: str, value: str, texts: Texts, at: At) -> list[Edit[str]]:
    """Edits of one field's value."""
    lower = name.lower()
    if lower in ("cookie", "set-cookie", "set-cookie2"):
        return cookie_edits(value, texts, at, is_set=lower != "cookie")
    if lower in _CHALLENGES:
        return challenge_edits(value, texts, at)
    if lower in _LINKS:
        return url_edits(value.strip(), texts, at, len(value) - len(value.lstrip()))
    kind = _kind(name, texts)
    if kind == "authorization":
        return authorization_edits(value, texts, at)
    if lower in _FORWARDED and kind is None:
        return texts.scan(value, at)
    kept = lower in _STRUCTURAL or lower.startswith(_STRUCTURAL_STARTS) or lower in texts.keep.headers
    if kind is None and kept:
        return [] if texts.clean(value) else texts.scan(value, at)
    if not value or (kind is None and texts.quiet(value)):
        return []
    return texts.string(value, at._replace(kind=kind))


def _kind(name: str, texts: Texts) -> str | None:
    """What a field's name says; a key that no table knows is one when its value looks like one."""
    kind = texts.kind(re.sub(r"(?i)^x-", "", name))
    last = words(name).split("_")
    if kind is None and last[-1] == "key" and not _NO_CREDENTIALS & set(last):
        return "opaque"
    return kind


def rewritten_headers(headers: Headers, texts: Texts, where: str) -> Headers:
    """The fields after editing, in their order."""
    return tuple(
        (name, applied(value, header_edits(name, value, texts, At(f"{where}/{name}")))) for name, value in headers
    )


def corrected(headers: Headers, old: bytes, new: bytes) -> Headers:
    """The fields that speak of the body's length and digest, made true again where they were true before."""
    if old == new:
        return headers
    return tuple((name, _corrected(name.lower(), value, old, new)) for name, value in headers)


def _corrected(name: str, value: str, old: bytes, new: bytes) -> str:
    if name == "content-length":
        return str(len(new)) if value.strip() == str(len(old)) else value
    if name in ("content-md5", "digest", "content-digest", "repr-digest", "x-amz-content-sha256", "x-goog-hash"):
        for algorithm in ("md5", "sha1", "sha256", "sha512"):
            before, after = (hashlib.new(algorithm, data, usedforsecurity=False) for data in (old, new))
            value = value.replace(before.hexdigest(), after.hexdigest())
            value = value.replace(b64encode(before.digest()).decode(), b64encode(after.digest()).decode())
    return value


def is_loopback(url: str, headers: Headers) -> bool:
    """True for what was exchanged with this machine, or inside a process (`path?query` without a host)."""
    try:
        host = urlsplit(url).hostname
        if host is None:
            host = urlsplit("//" + next(iter(header_values(headers, "host")), "localhost")).hostname or ""
    except ValueError:
        return False
    return host in ("localhost", "::1", "testserver") or host.endswith(".localhost") or host.startswith("127.")
