"""Requests as a lookup sees them: the positions of secrets all look alike, so that a recording is found by a client
with other credentials than those it was made with."""

from __future__ import annotations

from integtest.model.http import Exchange, Request
from integtest.rules.secrets.actions import Mask
from integtest.rules.secrets.detect import Rules
from integtest.rules.secrets.exchanges import Walk, from_beyond
from integtest.rules.secrets.policy import Policy


class KeyMasker:
    """Masks requests for a lookup; keep one for many requests, for making the rules ready takes longer than using
    them."""

    def __init__(self, policy: Policy | None = None) -> None:
        self._policy = policy or Policy()
        self._rules = Rules(self._policy)

    def mask(self, request: Request) -> Request:
        """The request with a constant in each position of a secret: the same for what was sent and for what the
        scrubber made of it."""
        chosen = self._policy.allow_list
        listed_only = from_beyond(request) if chosen is None else chosen
        walk = Walk(self._rules, Mask(number="0", marks_stand_ins=True), listed_only=listed_only)
        return walk.exchange(Exchange(request=request)).request


def mask_key_parts(request: Request, policy: Policy | None = None) -> Request:
    """`KeyMasker` for one request."""
    return KeyMasker(policy).mask(request)
