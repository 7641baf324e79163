"""What two requests must share to count as the same: the parts, what to ignore in them, and templates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, field_validator

from integtest.model.base import Frozen

Part = Literal["method", "scheme", "host", "port", "path", "query", "body", "raw_body", "headers", "uri"]
PARTS: tuple[Part, ...] = ("method", "scheme", "host", "port", "path", "query", "body")

TEMPLATES: Mapping[str, str] = {
    "uuid": r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}",
    "timestamp": r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?",
    "date": r"(?<!\d)\d{4}-\d\d-\d\d(?![\dT])",
    "epoch": r"(?<![\d.])1\d{9}(?:\d{3}|\d{6}|\d{9}|\.\d+)?(?![\d.])",
    "hex": r"(?<![0-9a-zA-Z])[0-9a-f]{16,64}(?![0-9a-zA-Z])",
}
"""Values that change from run to run, by the name that `templates` uses."""

_IGNORE = re.compile(r"(path|query|form|body|header):(.+)", re.DOTALL)


def _ignore(text: str) -> str:
    found = _IGNORE.fullmatch(text)
    if not found:
        raise ValueError(
            f'{text!r} must be "path:/a/*", "query:NAME", "form:NAME", "header:NAME" or "body:/pointer"'
        )
    if found[1] in ("path", "body") and not found[2].startswith("/"):
        raise ValueError(f"{text!r}: a path or JSON pointer starts with /")
    return text


Ignore = Annotated[str, AfterValidator(_ignore)]


class Matching(Frozen):
    """How a request finds its recording.

    `on` has vcrpy's names; `body` compares by meaning (JSON, form, multipart), `raw_body` byte for byte.
    `ignore` leaves out parts: `path:/threads/*/runs` (a `*` is any one segment), `query:page`, `form:nonce`,
    `header:x-trace` and `body:/meta/*/id` (JSON pointer, RFC 6901, where `*` is any one key or index).
    `headers` are compared besides, by name. `templates` are names of TEMPLATES or regular expressions:
    what they match in path, query and body counts as alike. With `repeats` a recording may be played again
    when all of its kind were played.
    """

    on: tuple[Part, ...] = PARTS
    ignore: tuple[Ignore, ...] = ()
    headers: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    repeats: bool = False

    @field_validator("templates")
    @classmethod
    def _compiles(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            try:
                re.compile(TEMPLATES.get(name, name))
            except re.error as error:
                raise ValueError(f"{name!r} is no template and no regular expression: {error}") from None
        return names

    def ignored(self, kind: str) -> list[str]:
        """What to leave out of one kind of part."""
        return [text.partition(":")[2] for text in self.ignore if text.startswith(f"{kind}:")]

    def pattern(self) -> re.Pattern[str] | None:
        """One expression for all templates, None without any."""
        if not self.templates:
            return None
        return re.compile("|".join(f"(?:{TEMPLATES.get(name, name)})" for name in self.templates))
