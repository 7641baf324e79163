"""Credentials that the recorder adds: named on the command line, read from the environment."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Literal, NamedTuple

from integtest.errors import UsageError
from integtest.model.base import Frozen

_FORMS = "NAME=bearer:env:VAR, NAME=basic:env:USER:env:PASSWORD, or NAME=header:X-Key:env:VAR"
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FIELD = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


class Credential(Frozen):
    """One header with secrets of these variables in it: bearer has one, basic user and password (or a key alone,
    as user), a header of its own one."""

    scheme: Literal["bearer", "basic", "header"]
    variables: tuple[str, ...]
    header: str = "Authorization"


class Resolved(NamedTuple):
    """The header to send, and the secret values by the names of their variables."""

    header: tuple[str, str]
    known: dict[str, str]


def parse_credential(text: str) -> tuple[str, Credential]:
    """The provider's name and its credential. UsageError, which shows no value, for anything that may be a secret
    itself."""
    name, equals, rest = text.partition("=")
    scheme, _, rest = rest.partition(":")
    if not equals or scheme not in ("bearer", "basic", "header"):
        raise UsageError(
            f"--auth is not of the form {_FORMS}",
            hint="name the variable that holds the secret, never the secret itself",
        )
    place, header = f"--auth {name}={scheme}", "Authorization"
    if scheme == "header":
        header, _, rest = rest.partition(":")
        if not _FIELD.fullmatch(header):
            raise UsageError("has no header's name", place=place, hint=f"write {_FORMS}")
    variables = tuple(re.split(r":?env:", rest)[1:]) if rest.startswith("env:") else ()
    wanted = (1, 2) if scheme == "basic" else (1,)
    if len(variables) not in wanted or not all(_VARIABLE.fullmatch(one) for one in variables):
        raise UsageError(
            "a secret is named by its environment variable, never written on the command line: others see it in the"
            " list of processes, and it stays in the shell's history",
            place=place,
            hint=f"write {_FORMS}",
        )
    return name, Credential(scheme=scheme, variables=variables, header=header)


def resolved(credential: Credential, environ: Mapping[str, str], place: str) -> Resolved:
    """With the values; UsageError for a variable that is not set or cannot stand in a header."""
    values = {name: _value(name, environ, place) for name in credential.variables}
    first, *more = values.values()
    if credential.scheme == "bearer":
        return Resolved((credential.header, f"Bearer {first}"), values)
    if credential.scheme == "header":
        return Resolved((credential.header, first), values)
    pair = b64encode(":".join([first, more[0] if more else ""]).encode()).decode()
    names = list(values)
    # A user's name beside a password is no secret; a key in its place is.
    secrets = {names[-1]: values[names[-1]], "+".join(names): pair}
    return Resolved((credential.header, f"Basic {pair}"), secrets)


def _value(name: str, environ: Mapping[str, str], place: str) -> str:
    value = environ.get(name, "")
    if not value:
        raise UsageError(f"environment variable {name} is not set", place=place, hint=f"set it: export {name}=…")
    if any(ord(char) < 32 or ord(char) == 127 for char in value):
        raise UsageError(f"the value of {name} holds a line break or another control character", place=place)
    return value
