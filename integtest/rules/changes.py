"""What differs between two replies to the same request: their shape, and their values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from integtest.model.base import Frozen
from integtest.model.http import Response, media_type
from integtest.rules.replay.matching import TEMPLATES

_VOLATILE = re.compile("|".join(f"(?:{pattern})" for pattern in TEMPLATES.values()))
_MOST = 8


class Change(Frozen):
    """Differences by Pact path, where `[*]` is any item of a list. `values` names the paths whose values differ but
    for ids and times, which are counted in `volatile`."""

    facts: tuple[str, ...] = ()
    """Status, content type, or a body that is none any more, in words."""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    retyped: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    volatile: int = 0

    @property
    def in_shape(self) -> bool:
        """Whether anything but values differs."""
        return bool(self.facts or self.added or self.removed or self.retyped)

    def told(self) -> str:
        """The differences in one line; "" when there are none."""
        parts = [*self.facts]
        for word in ("added", "removed", "retyped", "values"):
            if paths := getattr(self, word):
                more = f" and {len(paths) - _MOST} more" if len(paths) > _MOST else ""
                named = {"retyped": "of another type", "values": "other values"}.get(word, word)
                parts.append(f"{named}: {', '.join(paths[:_MOST])}{more}")
        if self.volatile:
            parts.append(f"{self.volatile} ids or times")
        return "; ".join(parts)


def change(old: Response, new: Response) -> Change:
    """What `new` has otherwise than `old`, both without their content codings."""
    facts = []
    if old.status != new.status:
        facts.append(f"status {old.status} → {new.status}")
    before, after = media_type(old.content_type), media_type(new.content_type)
    if before != after:
        facts.append(f"content type {before or 'none'} → {after or 'none'}")
    was, now = _document(old), _document(new)
    if was is None or now is None:
        if was is not now:
            facts.append("a JSON body → none" if now is None else "no JSON body → one")
        same = old.body == new.body or was is not now
        return Change(facts=tuple(facts), values=() if same else ("the body",))
    return _compared(tuple(facts), dict(_leaves([was[0]])), dict(_leaves([now[0]])))


def _compared(facts: tuple[str, ...], was: dict[str, list[Any]], now: dict[str, list[Any]]) -> Change:
    both = sorted(was.keys() & now.keys())
    retyped = [path for path in both if _kinds(was[path]) != _kinds(now[path])]
    differing = [p for p in both if p not in retyped and _scalars(was[p]) != _scalars(now[p])]
    volatile = [path for path in differing if all(map(_is_volatile, [*_scalars(was[path]), *_scalars(now[path])]))]
    return Change(
        facts=facts,
        added=tuple(sorted(now.keys() - was.keys())),
        removed=tuple(sorted(was.keys() - now.keys())),
        retyped=tuple(f"{p} ({_shown(was[p])} → {_shown(now[p])})" for p in retyped),
        values=tuple(path for path in differing if path not in volatile),
        volatile=len(volatile),
    )


def _document(response: Response) -> tuple[Any] | None:
    try:
        return (json.loads(response.body),)
    except (ValueError, RecursionError):
        return None


def _leaves(values: list[Any], path: str = "$") -> Iterator[tuple[str, list[Any]]]:
    """Each path with all values that stand there, level by level: deep documents need no deep stack."""
    level = {path: values}
    while level:
        below: dict[str, list[Any]] = {}
        for at, found in level.items():
            yield at, found
            for value in found:
                if isinstance(value, dict):
                    for key, item in value.items():
                        below.setdefault(f"{at}.{key}" if key.isidentifier() else f"{at}['{key}']", []).append(item)
                elif isinstance(value, list) and value:
                    below.setdefault(f"{at}[*]", []).extend(value)
        level = below


def _kinds(values: list[Any]) -> set[str]:
    return {_kind(value) for value in values}


def _shown(values: list[Any]) -> str:
    return " or ".join(sorted(_kinds(values)))


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    names = ((str, "string"), (dict, "object"), (list, "list"))
    return next((name for type_, name in names if isinstance(value, type_)), "number")


def _scalars(values: list[Any]) -> list[Any]:
    return [value for value in values if not isinstance(value, dict | list)]


def _is_volatile(value: Any) -> bool:
    return isinstance(value, str | int | float) and bool(_VOLATILE.fullmatch(str(value)))
