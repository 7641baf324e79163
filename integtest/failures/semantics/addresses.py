"""Addresses written otherwise, addresses that lead nowhere, and answers of another environment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

from integtest.failures.catalogue import Draft, always, mode
from integtest.failures.editing import MAY_IGNORE, changed, telling
from integtest.failures.fields import Field, replaced
from integtest.failures.refusals import refusal
from integtest.failures.subject import Subject
from integtest.failures.telling import plain, weight, words
from integtest.model.failure import Fault

_PATHS = {"path", "uri", "url", "href", "endpoint", "location", "link", "next"}


@mode(
    "renamed-address",
    number=33,
    layer="semantics",
    title="an address written otherwise, or moved",
    source="CSI (EuroSys'23): Unspoken Convention and Unsupported Operations of addresses",
    healthy=MAY_IGNORE,
    covers=(
        *("csi:unspoken-convention/address", "csi:unsupported-operations/address"),
        *("csi:wrong-api-assumptions/address", "csi:inconsistent-context"),
    ),
)
def renamed_address(subject: Subject) -> Iterator[Draft]:
    """Addresses in the body with another case, prefix or slash at the end; and the promised path not found."""
    if not subject.usable:
        return
    for field in telling(subject, (one for one in subject.fields if is_address(one))):
        for variant, value in _otherwise(field.value):
            yield changed(
                subject,
                replaced(subject.document, field.pointer, value),
                pointer=field.pointer,
                variant=variant,
                what=f"{field.pointer} is {value!r}",
                why=f"{field.pointer} holds an address, and systems differ in what they take for the same one",
                oracle={"differs": False},
            )
    yield from _moved(subject)


def _moved(subject: Subject) -> Iterator[Draft]:
    http = subject.http
    if http is None or http.request.rules.path is not None or http.request.path == "/":
        return
    yield Draft(
        always(subject, Fault(kind="reply", response=refusal(subject, 404))),
        what=f"{http.request.path} is not found",
        why="the path is always the same: not to find it says that the address is wrong, not that nothing is there",
        variant="moved",
        oracle={"healthy": MAY_IGNORE if subject.kind == "monitoring" else ("refuse",), "calls": 1},
    )


def is_address(field: Field) -> bool:
    """Whether text is a URL, or a path under a name that says so."""
    value = field.value
    if not isinstance(value, str) or not value:
        return False
    named = bool(set(words(field.name)[-1:]) & _PATHS) or field.schema.get("format") in ("uri", "uri-reference")
    return bool(re.match(r"https?://[^/]", value)) or (named and "/" in value)


def _otherwise(address: str) -> Iterator[tuple[str, str]]:
    parts = urlsplit(address)
    path = parts.path or "/"
    slashed = path.rstrip("/") if len(path) > 1 and path.endswith("/") else f"{path.rstrip('/')}/"
    yield "slash", urlunsplit(parts._replace(path=slashed))
    if path.upper() != path:
        yield "case", urlunsplit(parts._replace(path=path.upper()))
    yield "prefix", urlunsplit(parts._replace(path=f"/v2{path}"))


_WORLDS = {
    "environment": ("production", "staging"),
    "env": ("production", "staging"),
    "stage": ("prod", "dev"),
    "region": ("eu-central-1", "us-east-1"),
    "realm": ("main", "test"),
    "cluster": ("main", "test"),
    "tenant": ("main", "another-tenant"),
    "tenant_id": ("main", "another-tenant"),
}


@mode(
    "wrong-environment",
    number=35,
    layer="semantics",
    title="the answer of another environment",
    source="CSI (EuroSys'23): Inconsistent Context; RFC 8414, 3.3",
    healthy=MAY_IGNORE,
    covers=(
        *("csi:inconsistent-context", "csi:unexpected-override"),
        *("csi:mishandling-configuration-value", "csi:wrong-api-assumptions/address"),
    ),
)
def wrong_environment(subject: Subject) -> Iterator[Draft]:
    """Another issuer, base URL, environment, tenant, or test mode in the reply."""
    if not subject.usable:
        return
    places = [one for one in subject.fields if _elsewhere(one) is not None]
    for field in telling(subject, places, key=lambda one: weight(one) + 9 * (plain(one.name) in ("issuer", "iss"))):
        issuer = plain(field.name) in ("issuer", "iss")
        document = replaced(subject.document, field.pointer, _elsewhere(field))
        rule = "an issuer other than the one asked for must be refused (RFC 8414, 3.3)"
        yield changed(
            subject,
            document,
            keeps=subject.keeps(document) and not issuer,
            pointer=field.pointer,
            what=f"{field.pointer} is {_elsewhere(field)!r}",
            why=rule if issuer else f"{field.pointer} says where the answer comes from",
            oracle={"healthy": ("refuse",) if issuer else MAY_IGNORE, "differs": False},
        )


def _elsewhere(field: Field) -> str | bool | None:
    name, value = plain(field.name), field.value
    if name == "livemode" and isinstance(value, bool):
        return not value
    if not isinstance(value, str) or not value:
        return None
    if name in ("issuer", "iss") or (name.endswith(("_endpoint", "base_url", "_base")) and is_address(field)):
        parts = urlsplit(value)
        return urlunsplit(parts._replace(netloc="staging.example.invalid")) if parts.netloc else f"{value}-staging"
    if name in _WORLDS:
        usual, other = _WORLDS[name]
        return other if value != other else usual
    return None
