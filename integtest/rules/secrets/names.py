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
    parts = plain.split("_")
    for size in range(min(table.LONGEST, len(parts)), 0, -1):
        tail = "_".join(parts[-size:])
        if tail in table.HARMLESS:
            return None
        if tail in table.KINDS and (size == len(parts) or tail not in table.ALONE):
            return table.KINDS[tail]
    return None


def depends_on_siblings(name: str) -> bool:
    """True for a name that `kind_among` judges by what stands around."""
    plain = words(name)
    return plain == "token" or plain in table.PERSON_NAMES


def kind_among(name: str, parent: str, siblings: Collection[str]) -> str | None:
    """As `kind_of`, for a member of an object that stands under `parent` with these members: a `name` is a
    person's where they speak of a person, and a scored `token` is a model's, no credential."""
    kind = kind_of(name)
    plain = words(name)
    if kind == "token" and plain == "token" and any(words(s) in table.SCORES for s in siblings):
        return None
    if kind is None and plain in table.PERSON_NAMES and _of_person(parent, siblings):
        return "name"
    return kind


def _of_person(parent: str, siblings: Collection[str]) -> bool:
    last = words(parent).rsplit("_", 1)[-1]
    return last in table.PEOPLE or any(kind_of(s) in table.PERSON_SIGNS for s in siblings)


@lru_cache(maxsize=65536)
def holds_secrets(name: str) -> bool:
    """True for the name of an object whose members are all secrets."""
    return words(name) in table.CONTAINERS


def inherits(name: str, parent: str, kind: str | None) -> str | None:
    """The kind that a member gets from the name its object stands under, or None."""
    if holds_secrets(parent):
        return "token"
    return kind if words(name) in table.INNER else None
