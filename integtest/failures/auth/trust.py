"""Signing keys that change, and clocks that differ (RFC 7517, RFC 7519)."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from integtest.failures.catalogue import Draft, always, first, mode
from integtest.failures.editing import MAY_IGNORE, with_body
from integtest.failures.fields import Field
from integtest.failures.semantics.times import instant
from integtest.failures.subject import Subject, encoded
from integtest.failures.telling import plain
from integtest.model.failure import Injection, Limit


@mode(
    "signing-key-rotated",
    number=21,
    layer="auth",
    title="another signing key",
    source="RFC 7517, 4.5; OpenID Connect Core 1.0, 10.1.1",
    healthy="recover",
    covers=("wasabi:if-missing", "csi:inconsistent-context"),
    differs=True,
    calls=None,
)
def signing_key_rotated(subject: Subject) -> Iterator[Draft]:
    """The first key set has other keys than the token was signed with, the next one is whole: it is asked for once
    more. With a key that no set ever has, nobody asks without end."""
    if not subject.succeeds or not _is_key_set(subject.document):
        return
    other = with_body(subject, encoded(_rotated(subject.document)))
    why = "the reply is a set of signing keys, and keys change"
    yield Draft(
        first(subject, other),
        what="the keys of the first key set have other ids, those of the second are whole",
        why=why,
        oracle={"limits": (Limit(target=subject.ref, more=1),)},
        keeps=True,
    )
    yield Draft(
        always(subject, other),
        what="the keys of every key set have other ids",
        why=why,
        variant="unknown-key",
        oracle={"healthy": MAY_IGNORE, "limits": (Limit(target=subject.ref, more=2),)},
    )


def _is_key_set(document: Any) -> bool:
    keys = document.get("keys") if isinstance(document, dict) else None
    return isinstance(keys, list) and bool(keys) and all(isinstance(one, dict) and "kty" in one for one in keys)


def _rotated(document: Any) -> Any:
    copy = deepcopy(document)
    for number, key in enumerate(copy["keys"], 1):
        key["kid"] = f"integtest-rotated-{number}"
    return copy


_MOMENTS = ("exp", "iat", "nbf", "auth_time", "expires_at", "issued_at", "not_before", "expires_in")
_LEEWAY = 30.0


@mode(
    "clock-skew",
    number=22,
    layer="auth",
    title="clocks that differ by half a minute",
    source="RFC 7519, 4.1.4 and 4.1.5: some small leeway",
    healthy=("tolerate", "recover"),
    covers=("csi:inconsistent-context",),
)
def clock_skew(subject: Subject) -> Iterator[Draft]:
    """The consumer's clock is half a minute ahead of the provider's, and behind it. It tells where the contract's
    example moves with the provider's clock: `match.current_epoch(60)`, `match.current_datetime(ahead=60)`."""
    if not subject.usable or subject.kind != "auth":
        return
    times = [one for one in subject.leaves if plain(one.name) in _MOMENTS and _is_moment(one)]
    if not times:
        return
    names = ", ".join(one.pointer for one in times)
    for variant, skew in (("ahead", _LEEWAY), ("behind", -_LEEWAY)):
        yield Draft(
            Injection(skew=skew),
            what=f"the consumer's clock is {_LEEWAY:g} s {variant}",
            why=f"{names} is held against a clock, and no two clocks agree",
            variant=variant,
            keeps=True,
        )


def _is_moment(field: Field) -> bool:
    number = isinstance(field.value, int | float) and not isinstance(field.value, bool)
    return number or instant(field) is not None
