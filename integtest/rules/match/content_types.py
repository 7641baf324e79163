"""Content types as Pact reads them: what kind of body one means, and when two mean the same."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from integtest.model.base import Frozen

Kind = Literal["json", "xml", "form", "multipart", "other"]

_XML_START = re.compile(r"\s*<\?xml\s*version")
_HTML_START = re.compile(r"\s*<!DOCTYPE|<HTML>", re.IGNORECASE)
_TAG_START = re.compile(r"\s*<\w+")
_JSON_START = re.compile(r'\s*(true|false|null|[0-9]+|"\w*|\{\s*(\}|"\w+)|\[\s*)')


class ContentType(Frozen):
    """A parsed media type (RFC 9110, 8.3). `subtype` is without its suffix; "*" stands for unknown."""

    main: str = "*"
    subtype: str = "*"
    suffix: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def unknown(self) -> bool:
        return "*" in (self.main, self.subtype)

    @property
    def base(self) -> str:
        """Without parameters, as it is written."""
        return f"{self.main}/{self.subtype}+{self.suffix}" if self.suffix else f"{self.main}/{self.subtype}"

    @property
    def kind(self) -> Kind:
        """How Pact compares a body of this type."""
        if self.base.startswith("application/") and (self.base.endswith("json") or self.subtype.startswith("json")):
            return "json"
        if self.base == "text/xml" or (self.base.startswith("application/") and self.base.endswith("xml")):
            return "xml"
        if self.main == "multipart":
            return "multipart"
        return "form" if self.base == "application/x-www-form-urlencoded" else "other"

    def admits(self, actual: ContentType) -> bool:
        """Pact's equivalence: parameters count only where this one has some; a suffix stands for its base."""
        if self.unknown or actual.unknown:
            return True
        plain = ContentType(main=actual.main, subtype=actual.suffix or actual.subtype)
        return self._equivalent(actual) or self._equivalent(plain)

    def _equivalent(self, other: ContentType) -> bool:
        if self.subtype == other.subtype == "xml" and {self.main, other.main} <= {"application", "text"}:
            return not self.parameters or self.parameters == other.parameters
        if not self._meaning:
            return (self.main, self.subtype) == (other.main, other.subtype)
        alike = (self.main, self.subtype, self.suffix) == (other.main, other.subtype, other.suffix)
        return alike and self._meaning == other._meaning

    @property
    def _meaning(self) -> tuple[tuple[str, str], ...]:
        """The parameters without the boundary, which every sender chooses anew (RFC 2046, 5.1.1)."""
        return tuple(pair for pair in self.parameters if pair[0] != "boundary")


UNKNOWN = ContentType()


@lru_cache(maxsize=1024)
def parsed(text: str | None) -> ContentType:
    """The content type that a header's value says; unknown when absent or malformed."""
    essence, *rest = (text or "").split(";")
    main, slash, subtype = essence.strip().lower().partition("/")
    if not slash or not main or not subtype or " " in subtype:
        return UNKNOWN
    name, plus, suffix = subtype.rpartition("+")
    pairs = (p.partition("=") for p in rest if "=" in p)
    parameters = tuple(sorted((k.strip().lower(), _parameter(k, v)) for k, _, v in pairs))
    return ContentType(
        main=main, subtype=name if plus else subtype, suffix=suffix if plus else None, parameters=parameters
    )


def _parameter(name: str, value: str) -> str:
    bare = value.strip().strip('"')
    return bare.lower() if name.strip().lower() == "charset" else bare


def detected(content: bytes) -> ContentType:
    """What the first bytes of a body look like; unknown when they are no text."""
    try:
        start = content[:32].decode()
    except UnicodeDecodeError:
        return UNKNOWN
    if _XML_START.match(start):
        return parsed("application/xml")
    if _HTML_START.match(start):
        return parsed("text/html")
    if _TAG_START.match(start):
        return parsed("application/xml")
    return parsed("application/json" if _JSON_START.match(start) else "text/plain")
