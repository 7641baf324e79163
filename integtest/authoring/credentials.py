"""Secrets by name, and the ways a request carries them (RFC 7617, RFC 6750)."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Literal

from integtest.authoring.patterns import literal
from integtest.authoring.places import refuse
from integtest.authoring.values import Match, Secret
from integtest.model.contract import SecretUse
from integtest.model.matching import Matcher

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def env(name: str, template: str = "{value}") -> Secret:
    """A secret by the name of its environment variable, usable as a header, query, form or JSON value.

    The variable is read when a request is sent, never while the contract is written, so that the contract
    and the pact hold the name alone. `template` surrounds the value: `env("KEY", "Token {value}")`.
    """
    if not _NAME.fullmatch(name):
        refuse(f"env({name!r}) is not the name of an environment variable", 'write the name: env("API_TOKEN")')
    if template.count("{value}") != 1:
        refuse(f"the template {template!r} must hold {{value}} once", 'for example env("KEY", "Token {value}")')
    return Secret(name, template)


@dataclass(frozen=True)
class Auth:
    """How a request proves who sends it: one header or query field."""

    part: Literal["header", "query"]
    name: str
    value: str | Match
    secret: SecretUse | None = None


def basic(*, user: str | Secret, password: str | Secret) -> Auth:
    """HTTP Basic authentication (RFC 7617). A plain string is written into the pact as it is."""
    variables = {role: v.variable for role, v in (("user", user), ("password", password)) if isinstance(v, Secret)}
    pair = f"{_example(user)}:{_example(password)}"
    value = "Basic " + base64.b64encode(pair.encode()).decode()
    if not variables:
        return Auth("header", "Authorization", value)
    template = "Basic " + ":".join(
        f"{{{role}}}" if isinstance(v, Secret) else v for role, v in (("user", user), ("password", password))
    )
    use = SecretUse(part="header", name="Authorization", template=template, variables=variables, encoding="basic")
    return Auth("header", "Authorization", _wide(value, "[Bb]asic +[A-Za-z0-9+/]+=*"), use)


def bearer(token: str | Secret) -> Auth:
    """A bearer token (RFC 6750). A plain string is written into the pact as it is."""
    if not isinstance(token, Secret):
        return Auth("header", "Authorization", f"Bearer {token}")
    use = SecretUse(
        part="header",
        name="Authorization",
        template="Bearer " + token.template.replace("{value}", "{token}"),
        variables={"token": token.variable},
    )
    return Auth("header", "Authorization", _wide(f"Bearer {token.placeholder}", r"[Bb]earer +\S+"), use)


def api_key(*, header: str | None = None, query: str | None = None, value: str | Secret) -> Auth:
    """A key in a header or in the query; exactly one of `header`, `query` names the field."""
    name = header or query
    if not name or (header and query):
        refuse(
            "api_key() needs one of header= and query=", 'for example api_key(header="X-API-Key", value=env("KEY"))'
        )
    part: Literal["header", "query"] = "header" if header else "query"
    if not isinstance(value, Secret):
        return Auth(part, name, value)
    found, use = used(part, name, value)
    return Auth(part, name, found, use)


def used(part: Literal["header", "query", "form", "json"], name: str, secret: Secret) -> tuple[Match, SecretUse]:
    """The pattern that stands in the pact for a secret, and its use by name."""
    before, after = (literal(text) for text in secret.template.split("{value}"))
    use = SecretUse(part=part, name=name, template=secret.template, variables={"value": secret.variable})
    return _wide(secret.placeholder, f"{before}.+{after}"), use


def _wide(example: str, pattern: str) -> Match:
    return Match(example, (Matcher(match="regex", args={"regex": pattern}),))


def _example(value: str | Secret) -> str:
    return value.variable if isinstance(value, Secret) else value
