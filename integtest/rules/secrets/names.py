"""What a name (of a header, key, field, cookie, element) says about its value.

A name is compared by its words: `clientSecret`, `client-secret` and `CLIENT_SECRET` are one name. The last words
count: `db_password` is a password, `password_policy` is not.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from integtest.rules.secrets import name_table as table

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=65536)
def words(name: str) -> str:
    """The words of a name in lower case, joined by "_"; text beyond 200 characters is not read."""
    return _NOT_WORD.sub("_", _CAMEL.sub("_", name[:200]).lower()).strip("_")


@lru_cache(maxsize=65536)
def kind_of(name: str) -> str | None:
    """The kind of secret or personal datum that stands under this name, or None."""
    plain = words(name)
    return _listed_kind(plain) or _listed_kind(plain.rstrip("0123456789_")) or _ending(plain)


def _listed_kind(plain: str) -> str | None:
    parts = plain.split("_")
    for size in range(min(table.LONGEST, len(parts)), 0, -1):
        tail = "_".join(parts[-size:])
        if tail in table.HARMLESS:
            return None
        if tail in table.KINDS and (size == len(parts) or tail not in table.ALONE):
            return table.KINDS[tail]
    return None


def _ending(plain: str) -> str | None:
    last = plain.rsplit("_", 1)[-1]
    return next((kind for ending, kind in table.ENDINGS.items() if last.endswith(ending)), None)


@lru_cache(maxsize=65536)
def depends_on_siblings(name: str) -> bool:
    """True for a name that `kind_among` judges by what stands around."""
    plain = words(name)
    return plain in ("token", "line") or plain in table.OF_PEOPLE | _IN_FORMATS


_IN_FORMATS = dict.fromkeys(table.KEY_PARTS | table.PARTS_OF_NAMES)


def kind_among(name: str, parent: str, siblings: Collection[str]) -> str | None:
    """As `kind_of`, for a member of an object that stands under `parent` with these members: a `name` is a
    person's where they speak of a person, and a scored `token` is a model's, no credential."""
    kind = kind_of(name)
    if not depends_on_siblings(name):
        return kind
    plain, around = words(name), {words(sibling) for sibling in siblings}
    if kind == "token" and plain == "token" and around & table.SCORES:
        return None
    if kind is None and plain in table.OF_PEOPLE and _of_person(parent, siblings):
        return table.OF_PEOPLE[plain]
    return kind or _in_format(plain, words(parent).rsplit("_", 1)[-1], around)


def _of_person(parent: str, siblings: Collection[str]) -> bool:
    last = words(parent).rsplit("_", 1)[-1]
    return last in table.PEOPLE or any(kind_of(s) in table.PERSON_SIGNS for s in siblings)


def _in_format(plain: str, parent: str, around: set[str]) -> str | None:
    """Names that mean something in a standard format only: a private key's parts, a person's name, an address."""
    if plain in table.KEY_PARTS and "kty" in around:
        return "token"
    if plain in table.PARTS_OF_NAMES and (parent == "name" or around & (table.PARTS_OF_NAMES - {plain})):
        return "name"
    return "address" if plain == "line" and parent == "address" else None


def kind_named(naming: str, kind: str | None, parent: str = "") -> str | None:
    """The kind of a `value` that another member names, as in `{"name": "password", "value": "…"}`: `kind` is what
    the text of that member, `naming`, says."""
    if words(parent) == "cookies":
        return "token"
    if words(naming) in table.LOOSELY_NAMING and kind not in ("email", "phone"):
        return None
    return kind


@lru_cache(maxsize=65536)
def holds_secrets(name: str) -> bool:
    """True for the name of an object whose members are all secrets."""
    return words(name) in table.CONTAINERS


def inherits(name: str, parent: str, kind: str | None) -> str | None:
    """The kind that a member gets from the name its object stands under, or None."""
    if holds_secrets(parent):
        return "token"
    return kind if words(name) in table.INNER else None
