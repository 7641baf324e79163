"""Secrets in the middle of text: log lines, error messages, command lines, configuration."""

from __future__ import annotations

import re
from collections.abc import Callable

from integtest.rules.secrets import encoded
from integtest.rules.secrets.credentials import authorization_edits
from integtest.rules.secrets.edits import Edit, moved
from integtest.rules.secrets.places import At, Values

SCHEME_AND_TOKEN = re.compile(
    r"(?i)(?<![A-Za-z0-9])(?:(bearer)|(basic)|token|apikey)[ \t]{1,4}(?P<s>[\w~.+/=-]{8,}+)"
)
_ASSIGNED = re.compile(
    r"""(?<![\w.])(?:(?<=--)|(?<!-))([A-Za-z_][\w.-]{1,60}+)(?:\\*["'])?\s{0,3}(:=|=>|[:=])\s{0,3}"""
)
_VALUE = re.compile(
    r"""(?:"(?P<double>(?:[^"\\\r\n]|\\[^\r\n"])++)|'(?P<single>(?:[^'\\\r\n]|\\[^\r\n'])++)"""
    r"""|\\++["'](?P<escaped>[^"'\\\r\n]++)|(?P<bare>[^\s"'\\&;,<>(){}\[\]|\0]{3,256}+)(?![(\[]))"""
)
_BARE = re.compile(r"""[^\s"'\\&;,<>(){}\[\]|\0]*""")
_DIGIT = re.compile(r"\d")
_LINE = re.compile(r"[^\r\n\"'\\]*")
_WORDS = frozenset({"name", "user-name", "address"})
_FLAG = re.compile(r"(?<!\S)--?([A-Za-z][\w-]{1,40})[ \t]+(?=[^\s-])(?P<s>[^\s\"'\0]{4,256}+)")


def credential_edits(text: str, values: Values, at: At) -> list[Edit[str]]:
    """Edits of `Bearer …`, `Basic …` and of command line options that take a secret."""
    edits: list[Edit[str]] = []
    for found in SCHEME_AND_TOKEN.finditer(text):
        value = found["s"]
        if found[2]:
            plain = encoded.decode(value)
            if plain is not None and ":" in plain:
                edits += moved(authorization_edits(found[0], values, at), found.start())
        elif _DIGIT.search(value) or len(value) >= 24:
            edits.append(Edit(*found.span("s"), values.replace(value, "token", at)))
    for found in _FLAG.finditer(text):
        kind = values.kind(found[1])
        if kind in ("token", "password") and _DIGIT.search(found["s"]):
            edits.append(Edit(*found.span("s"), values.replace(found["s"], kind, at)))
    return edits


def assignment_edits(
    text: str, values: Values, named: Callable[[str, At], list[Edit[str]] | None], at: At
) -> list[Edit[str]]:
    """Edits of `password=…`, `"token": "…"`, `secret: …`; `named` judges a value by its name."""
    edits: list[Edit[str]] = []
    for name in _ASSIGNED.finditer(text):
        kind = values.kind(name[1])
        if kind is None or (edits and name.start() < edits[-1].end):
            continue
        if found := _VALUE.match(text, name.end()):
            start, end = _assigned(kind, name, found, text)
            edits += moved(named(text[start:end], at._replace(kind=kind)) or [], start)
    return edits


def _assigned(kind: str, name: re.Match[str], found: re.Match[str], text: str) -> tuple[int, int]:
    """Where the value stands. In prose only what looks like a secret is one: `token: a string` is not,
    `token=abcdef` is."""
    start, end = found.span(found.lastgroup or 0)
    if found["bare"] is None:
        return start, end
    if kind == "authorization":
        return start, start + len((_LINE.match(text, start) or [""])[0].rstrip())
    likely = kind not in _WORDS and _DIGIT.search(found["bare"]) is not None
    if likely or (name[2] == "=" and name.end(2) == name.end()):
        return start, start + len((_BARE.match(text, start) or [""])[0])
    return start, start
