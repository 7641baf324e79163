"""Requests as a lookup sees them: the positions of secrets all look alike, so that a recording is found by a client
with other credentials than those it was made with."""

from __future__ import annotations

from functools import lru_cache

from integtest.model.http import Headers, Request
from integtest.rules.secrets.actions import Mask
from integtest.rules.secrets.detect import Rules
from integtest.rules.secrets.exchanges import Walk
from integtest.rules.secrets.headers import corrected, is_loopback, rewritten_headers
from integtest.rules.secrets.policy import Policy

_REMEMBERED = 16384
_LONGEST = 65536
"""Bytes of the largest body that is worth remembering."""


class KeyMasker:
    """Masks requests for a lookup; keep one for many requests: it remembers what it masked lately, and making the
    rules ready takes longer than using them."""

    def __init__(self, policy: Policy | None = None) -> None:
        self._policy = policy or Policy()
        self._rules = Rules(self._policy)
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._masked)
        self._field = lru_cache(maxsize=_REMEMBERED)(self._masked_field)

    def mask(self, request: Request) -> Request:
        """The request with a constant in each position of a secret: the same for what was sent and for what the
        scrubber made of it."""
        masked = self._remembered if len(request.body) <= _LONGEST else self._masked
        url, headers, body = masked(request.url, request.headers, request.body)
        return request.model_copy(update={"url": url, "headers": headers, "body": body})

    def _masked(self, url: str, headers: Headers, body: bytes) -> tuple[str, Headers, bytes]:
        chosen = self._policy.allow_list
        listed_only = not is_loopback(url, headers) if chosen is None else chosen
        walk = self._walk(listed_only=listed_only)
        learned = walk.texts.action.learned
        fields = []
        for name, value in headers:
            new, taught = self._field(name, value, listed_only)
            fields.append((name, new))
            for text, kind in taught:
                learned.add(text, kind)
        held = any(not learned.absent(value) for _, value in fields)
        known = -1 if held else len(learned)
        new_url, new_body = walk.url(url), walk.sent_body(body, headers, url)
        if len(learned) > known:
            new_url, new_body = walk.url(new_url), walk.sent_body(new_body, headers, url)
            fields = list(rewritten_headers(tuple(fields), walk.texts, ""))
        return new_url, corrected(tuple(fields), body, new_body), new_body

    def _masked_field(self, name: str, value: str, listed_only: bool) -> tuple[str, tuple[tuple[str, str], ...]]:
        """One field's value, and what it taught; the same fields come with every request of a client."""
        walk = self._walk(listed_only=listed_only)
        ((_, new),) = rewritten_headers(((name, value),), walk.texts, "")
        return new, walk.texts.action.learned.known()

    def _walk(self, *, listed_only: bool) -> Walk:
        return Walk(self._rules, Mask(number="0", marks_stand_ins=True), listed_only=listed_only)


def mask_key_parts(request: Request, policy: Policy | None = None) -> Request:
    """`KeyMasker` for one request."""
    return KeyMasker(policy).mask(request)
