"""URLs, query strings and forms edited in place (RFC 3986, WHATWG URL's form encoding)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import quote

from integtest.rules.secrets.edits import Edit, applied, mapped, moved
from integtest.rules.secrets.name_table import listed
from integtest.rules.secrets.places import At, Leaves

_UNIT = re.compile(rb"%[0-9A-Fa-f]{2}|[\x00-\xff]", re.DOTALL)
_URL = re.compile(
    r"([A-Za-z][\w+.-]{0,40}:)?//(?:([^/?#]*)@)?([^/?#@]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL
)
_RELATIVE = re.compile(r"()()()([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_SEGMENT = re.compile(r"[^/;]+")
_FIELD = re.compile(r"([^&=]*)(=)?([^&]*)&?")
_FIELDS = re.compile(r"[\w.\[\]%~-]{1,100}=(?!=)[^&\s]*+(?:&[\w.\[\]%~-]{1,100}=[^&\s]*+)*+")
_GENERIC_USERS = listed(
    "admin api apikey api_key git guest oauth2 postgres root sa system test token user username "
    "x-access-token x-oauth-basic x-token-auth __token__"
)


def is_generic_user(name: str) -> bool:
    """True for user names that say nothing of anyone."""
    return name.lower() in _GENERIC_USERS


def looks_like_fields(text: str) -> bool:
    """True for the whole of `a=1&b=2`."""
    return "=" in text and _FIELDS.fullmatch(text) is not None


def _decoded(raw: str, *, plus: bool) -> tuple[str, Sequence[int]]:
    """The text without percent-encoding, and where each of its characters begins in `raw`."""
    if "%" not in raw and not (plus and "+" in raw):
        return raw, range(len(raw) + 1)
    data, starts, at = bytearray(), [], 0
    for unit in re.finditer(r"%[0-9A-Fa-f]{2}|.", raw, re.DOTALL):
        found = unit[0]
        if len(found) == 3:
            piece = bytes((int(found[1:], 16),))
        else:
            piece = (" " if plus and found == "+" else found).encode("utf-8", "surrogatepass")
        data += piece
        starts += [unit.start()] * len(piece)
        at = unit.end()
    text = bytes(data).decode("utf-8", "surrogateescape")
    offsets, byte = [], 0
    for char in text:
        offsets.append(starts[byte])
        byte += 1 if "\udc80" <= char <= "\udcff" else len(char.encode("utf-8", "surrogatepass"))
    return text, [*offsets, at]


def _encoder(raw: str) -> Callable[[str], str]:
    """Percent-encodes as `raw` did: what stood there bare stays bare."""
    bare = "".join(c for c in "@:/,;!'()$" if c in raw)
    return lambda new: quote(new, safe="~*" + bare)


def _value(raw: str, start: int, leaves: Leaves, at: At, *, plus: bool) -> list[Edit[str]]:
    value, offsets = _decoded(raw, plus=plus)
    if not value or (not at.kind and leaves.quiet(value)):
        return []
    return moved(mapped(leaves.string(value, at), offsets, _encoder(raw)), start)


def form_edits(text: str, leaves: Leaves, at: At, start: int = 0) -> list[Edit[str]]:
    """Edits of `a=1&b=2`; `start` is where the text begins in the one that the edits are for."""
    edits: list[Edit[str]] = []
    for field in _FIELD.finditer(text):
        if field.end() == field.start():
            break
        name, offsets = _decoded(field[1], plus=True)
        if field[2]:
            found = [] if leaves.clean(name) else leaves.scan(name, at)
            edits += moved(mapped(found, offsets, _encoder(field[1])), start + field.start(1))
            own = at.below(applied(name, [edit._replace(new="***") for edit in found]), leaves.kind(name))
            edits += _value(field[3], start + field.start(3), leaves, own, plus=True)
        else:
            edits += _value(field[1], start + field.start(1), leaves, at, plus=True)
    return edits


def url_edits(text: str, leaves: Leaves, at: At, start: int = 0) -> list[Edit[str]]:
    """Edits of one URL, absolute or relative: credentials, path segments, query, fragment."""
    parts = _URL.match(text) or _RELATIVE.match(text)
    if parts is None:
        return []
    edits = moved(leaves.webhooks(text, at), start)
    if parts[2]:
        edits += _userinfo(parts[2], start + parts.start(2), leaves, at)
    if not leaves.clean(parts[3]):
        edits += moved(leaves.scan(parts[3], at), start + parts.start(3))
    edits += _path(parts[4], start + parts.start(4), leaves, at)
    if parts[5]:
        edits += form_edits(parts[5], leaves, at._replace(where=f"{at.where}/query"), start + parts.start(5))
    if parts[6]:
        fragment, at_fragment = parts[6], at._replace(where=f"{at.where}/fragment")
        read = form_edits if looks_like_fields(fragment) else _whole
        edits += read(fragment, leaves, at_fragment, start + parts.start(6))
    return edits


def _whole(text: str, leaves: Leaves, at: At, start: int) -> list[Edit[str]]:
    return _value(text, start, leaves, at, plus=False)


def _userinfo(text: str, start: int, leaves: Leaves, at: At) -> list[Edit[str]]:
    user, colon, password = text.partition(":")
    edits: list[Edit[str]] = []
    if password:
        own = at._replace(where=f"{at.where}/password", kind="password")
        edits = _value(password, start + len(user) + len(colon), leaves, own, plus=False)
    if user and not is_generic_user(user):
        own = at._replace(where=f"{at.where}/user", kind="user-name" if password else "token")
        edits += _value(user, start, leaves, own, plus=False)
    return edits


def _path(path: str, start: int, leaves: Leaves, at: At) -> list[Edit[str]]:
    edits: list[Edit[str]] = []
    before = ""
    for index, segment in enumerate(_SEGMENT.finditer(path)):
        raw = segment[0]
        name, equals, _ = raw.partition("=")
        own = at._replace(where=f"{at.where}/path/{index}")
        if equals and segment.start() and path[segment.start() - 1] == ";":
            edits += form_edits(raw, leaves, own, start + segment.start())
        else:
            edits += _segment(raw, start + segment.start(), leaves, own, before)
        before = name
    return edits


def _segment(raw: str, start: int, leaves: Leaves, at: At, before: str) -> list[Edit[str]]:
    value, offsets = _decoded(raw, plus=False)
    if kind := leaves.segment_kind(value, before):
        edits = leaves.string(value, at._replace(kind=kind))
    else:
        edits = [] if leaves.clean(value) else leaves.scan(value, at)
    return moved(mapped(edits, offsets, _encoder(raw)), start)
