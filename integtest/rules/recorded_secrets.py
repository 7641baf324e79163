"""Credentials in recordings are placeholders, or left out: they are compared as far as that allows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from integtest.model.contract import HttpInteraction
from integtest.model.finding import Mismatch
from integtest.model.http import Request
from integtest.rules.match import Judgement
from integtest.rules.secrets.names import kind_of

_CREDENTIALS = frozenset({"token", "password", "authorization", "opaque"})


@dataclass(frozen=True, slots=True)
class Told:
    """How a recorded request compares; `absent` names credentials that the recording does not hold."""

    mismatches: tuple[Mismatch, ...]
    absent: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether nothing but credentials differs."""
        return not self.mismatches


def tell(judgement: Judgement, request: Request, interaction: HttpInteraction) -> Told:
    """What differs, without what a scrubbed credential explains: another value of the same scheme, or none."""
    if judgement.holds:
        return Told(())
    left, absent = [], []
    for mismatch in judgement.mismatches:
        name = _credential(mismatch, interaction)
        if name is None or not _scrubbed(mismatch, request):
            left.append(mismatch)
        elif not _present(mismatch, request):
            absent.append(name)
    return Told(tuple(left), tuple(absent))


def _credential(mismatch: Mismatch, interaction: HttpInteraction) -> str | None:
    """The name of the credential that differs, None when it is none."""
    if mismatch.part in ("header", "query") and kind_of(mismatch.path) in _CREDENTIALS:
        return f"{mismatch.part} {mismatch.path}"
    last = re.split(r"[.\[\]']+", mismatch.path.removesuffix("[0]").rstrip("]'"))[-1]
    if mismatch.part == "body" and isinstance(mismatch.actual, str) and kind_of(last) in _CREDENTIALS:
        return f"body {mismatch.path}"
    for use in interaction.secrets:
        part = "body" if use.part in ("form", "json") else use.part
        if mismatch.part == part and _plain(mismatch.path) == _plain(use.name):
            return f"{part} {use.name}"
    return None


def _scrubbed(mismatch: Mismatch, request: Request) -> bool:
    """Whether scrubbing may have made the difference: a scheme is never scrubbed."""
    if mismatch.part != "header" or not _present(mismatch, request):
        return True
    expected, actual = _scheme(mismatch.expected), _scheme(request.header(mismatch.path) or "")
    return expected is None or actual is None or expected == actual


def _present(mismatch: Mismatch, request: Request) -> bool:
    if mismatch.part == "header":
        return request.header(mismatch.path) is not None
    if mismatch.part == "query":
        return any(name == mismatch.path for name, _ in request.query)
    return mismatch.actual is not None


def _scheme(value: object) -> str | None:
    """The scheme of credentials (RFC 9110, 11.4), None when there is none."""
    found = re.match(r"([A-Za-z][\w-]*) +\S", str(value or ""))
    return found[1].lower() if found else None


def _plain(path: str) -> str:
    """A form field and its Pact path are one: `a`, `$.a`, `$.a[0]`."""
    return re.sub(r"\[0\]$", "", path.removeprefix("$.")).lower()
