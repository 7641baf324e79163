"""Whether a credential can be renewed: which interactions issue the tokens that a request carries, if any."""

from __future__ import annotations

import re

from integtest.failures.subject import Subject, document_of, references
from integtest.model.contract import HttpInteraction, InteractionRef

_KEY = re.compile(r"(sk|pk|rk|key|api)[-_]", re.IGNORECASE)
"""How a key begins that somebody made by hand, once; no server issues tokens of this form."""


def issuers(subject: Subject) -> tuple[InteractionRef, ...]:
    """What gives the consumer a new token for the request: what replies with the very token that it carries; else
    what its own provider issues tokens by; else, unless it carries a key, whatever issues tokens. A value that the
    contract takes from the environment is a key."""
    token = bearer_token(subject)
    if token is None:
        return ()
    tokens = subject.book.tokens
    mine = [one for one in tokens if _issued(one) == token]
    own = [one for one in tokens if one.contract.provider == subject.interaction.contract.provider]
    anybody = () if _is_key(subject, token) else tokens
    return references(mine or own or anybody)


def bearer_token(subject: Subject) -> str | None:
    """The example of the bearer token that the request carries (RFC 6750, 2.1)."""
    scheme, _, token = (subject.request_header("authorization") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def issues_tokens(subject: Subject) -> bool:
    """Whether the call is what issues tokens."""
    return any(one.identity == subject.interaction.identity for one in subject.book.tokens)


def _issued(interaction: HttpInteraction) -> str:
    return str(document_of(interaction.response.body)["access_token"])


def _is_key(subject: Subject, token: str) -> bool:
    named = any(use.part == "header" and use.name.lower() == "authorization" for use in subject.interaction.secrets)
    return named or bool(_KEY.match(token))
