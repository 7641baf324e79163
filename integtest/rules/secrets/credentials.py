"""Authorization and cookie fields edited in place (RFC 9110 section 11, RFC 6265)."""

from __future__ import annotations

import re

from integtest.rules.secrets import encoded, jwt
from integtest.rules.secrets.edits import Edit, applied, moved
from integtest.rules.secrets.name_table import listed
from integtest.rules.secrets.places import At, Values
from integtest.rules.secrets.url_text import is_generic_user, url_edits

_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9_-]{1,40})\s+(?=\S)")
_PARAMETER = re.compile(r"""([A-Za-z_][\w-]{0,40})\s*=\s*(?:"((?:[^"\\]|\\.)*+)"|([^\s,;"]++))""")
_PUBLIC = listed("""
    realm algorithm qop nc stale charset signedheaders oauth_signature_method oauth_version oauth_timestamp
    headers keyid error error_description scope ts created expires userhash domain bodyhash ext version type
""")
_COOKIE = re.compile(r"([^=;\s]+)=\s*([^;]*)")
_EMPTY_COOKIES = frozenset({"deleted", "null", "true", "false", "1", "0"})


def authorization_edits(value: str, values: Values, at: At) -> list[Edit[str]]:
    """Edits of credentials: the scheme and the names of parameters stay."""
    scheme = _SCHEME.match(value)
    start = scheme.end() if scheme else 0
    rest = value[start:].rstrip()
    if not rest:
        return []
    if scheme and scheme[1].lower() == "basic":
        return moved(_basic(rest, values, at), start)
    if scheme and "=" in rest.rstrip("=") and _PARAMETER.match(rest):
        return moved(_parameters(rest, values, at), start)
    return moved(token_edits(rest, values, at._replace(kind="token")), start)


def token_edits(value: str, values: Values, at: At) -> list[Edit[str]]:
    """Edits of one bare token."""
    if jwt.is_jwt(value):
        return jwt_edits(value, values, at)
    return [Edit(0, len(value), values.replace(value, at.kind or "token", at))]


def jwt_edits(value: str, values: Values, at: At) -> list[Edit[str]]:
    """Edits of one JWT."""
    if jwt.is_stand_in(value) and not values.readable:
        return []
    new = values.replace(value, "jwt", at, lambda token, number: jwt.stand_in(token, number, values, at))
    return [Edit(0, len(value), new)]


def _basic(text: str, values: Values, at: At) -> list[Edit[str]]:
    plain = encoded.decode(text)
    if plain is None or ":" not in plain or values.readable:
        return [Edit(0, len(text), values.replace(text, "token", at))]
    user, _, password = plain.partition(":")
    edits: list[Edit[str]] = []
    if user and not is_generic_user(user):
        edits.append(Edit(0, len(user), values.replace(user, "user-name" if password else "token", at)))
    if password:
        edits.append(Edit(len(user) + 1, len(plain), values.replace(password, "password", at)))
    return [Edit(0, len(text), encoded.encode(applied(plain, edits), text))]


def _parameters(text: str, values: Values, at: At) -> list[Edit[str]]:
    edits: list[Edit[str]] = []
    for found in _PARAMETER.finditer(text):
        group = 2 if found[2] is not None else 3
        name, value, own = found[1].lower(), found[group], at.below(found[1])
        if name in _PUBLIC or not value:
            continue
        if name == "uri":
            edits += url_edits(value, values, own, found.start(group))
        elif name == "credential" and "/" in value:
            end = found.start(group) + value.index("/")
            new = values.replace(value.partition("/")[0], "token", own)
            edits.append(Edit(found.start(group), end, new))
        else:
            kind = "user-name" if name == "username" else "token"
            edits.append(Edit(found.start(group), found.end(group), values.replace(value, kind, own)))
    return edits


def challenge_edits(value: str, values: Values, at: At) -> list[Edit[str]]:
    """Edits of WWW-Authenticate and Authentication-Info: nonces and the like."""
    kept = {"resource_metadata", "as_uri", "authorization_uri"}
    edits: list[Edit[str]] = []
    for found in _PARAMETER.finditer(value):
        group = 2 if found[2] is not None else 3
        if found[1].lower() not in _PUBLIC | kept and found[group]:
            new = values.replace(found[group], "token", at.below(found[1]))
            edits.append(Edit(found.start(group), found.end(group), new))
    return edits


def cookie_edits(value: str, values: Values, at: At, *, is_set: bool) -> list[Edit[str]]:
    """Edits of Cookie, or of one Set-Cookie, whose attributes stay."""
    edits: list[Edit[str]] = []
    for found in _COOKIE.finditer(value):
        text = found[2].strip().strip('"')
        start = found.start(2) + found[2].find(text) if text else 0
        if text and text.lower() not in _EMPTY_COOKIES:
            edits += moved(_cookie(text, values, at.below(found[1], "cookie")), start)
        if is_set:
            break
    return edits


def _cookie(text: str, values: Values, at: At) -> list[Edit[str]]:
    """A cookie may hold a token, a signed value, or JSON in percent-encoding: all of it goes."""
    return token_edits(text, values, at)
