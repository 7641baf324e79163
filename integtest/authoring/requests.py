"""GET, POST, …: what the consumer sends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from integtest.authoring.credentials import Auth
from integtest.authoring.places import refuse
from integtest.authoring.values import Match

_HOLE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True)
class Draft:
    """A request as written; inert until a contract registers it."""

    method: str
    template: str
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    kind: str | None = None
    """Which of json, form, text, xml, body was given."""
    body: Any = None
    example: Any = None
    content_type: str | None = None
    auth: Auth | None = None


class Verb:
    """A function that writes requests of one method: `GET("/threads/{id}", path={"id": "t1"})`."""

    def __init__(self, method: str) -> None:
        self.method = method

    def __repr__(self) -> str:
        return self.method

    def __call__(
        self,
        template: str,
        /,
        *,
        path: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, Any] | None = None,
        json: Any = None,
        form: Mapping[str, Any] | None = None,
        text: str | Match | None = None,
        xml: str | bytes | Match | None = None,
        body: bytes | Match | None = None,
        example: Any = None,
        content_type: str | None = None,
        auth: Auth | None = None,
    ) -> Draft:
        """The request as the consumer sends it.

        `path` fills the holes of the template. In `query` a list repeats its field and None is a bare name. At most
        one of `json` (a model, a schema, or an example with matchers), `form`, `text`, `xml`, `body` is the body;
        `example` pins the example of a typed `json`. Plain values are exact; matchers, `env` and `from_state` may
        stand in place of any value. ContractError for what cannot be sent.
        """
        given = {"json": json, "form": form, "text": text, "xml": xml, "body": body}
        kinds = [kind for kind, value in given.items() if value is not None]
        name = f"{self.method} {template}"
        if len(kinds) > 1:
            refuse(f"{name} has {len(kinds)} bodies: {', '.join(kinds)}", "give one of them")
        if example is not None and json is None:
            refuse(f"{name} has an example= without json=", "example= pins the example of a typed json=")
        _check_template(name, template, path or {})
        kind = kinds[0] if kinds else None
        sent = given[kind] if kind else None
        return Draft(
            self.method, template, path or {}, query or {}, headers or {}, kind, sent, example, content_type, auth
        )


GET, HEAD, OPTIONS = Verb("GET"), Verb("HEAD"), Verb("OPTIONS")
POST, PUT, PATCH, DELETE = Verb("POST"), Verb("PUT"), Verb("PATCH"), Verb("DELETE")


def _check_template(name: str, template: str, values: Mapping[str, Any]) -> None:
    if not template.startswith("/"):
        refuse(
            f"the path {template!r} must begin with a slash", "the provider's host belongs into the configuration"
        )
    if "?" in template or "#" in template:
        refuse(f"the path {template!r} holds a query or a fragment", 'write query={"name": value}')
    holes = _HOLE.findall(template)
    missing = [hole for hole in holes if hole not in values]
    unknown = [hole for hole in values if hole not in holes]
    if missing:
        refuse(f"{name} leaves {{{missing[0]}}} open", f'fill it: path={{"{missing[0]}": …}}')
    if unknown:
        refuse(f"{name} has no {{{unknown[0]}}}", f"its holes are {', '.join(holes) or 'none'}")


def split(template: str) -> list[tuple[str, str | None]]:
    """Literal text and the hole after it, in turn; the last hole is None."""
    parts = _HOLE.split(template)
    return list(zip(parts[::2], [*parts[1::2], None], strict=True))
