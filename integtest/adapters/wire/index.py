"""Which promises could a request mean: found by hashing what they say exactly, so that 1,000 cost as much as one.

What a pattern says without a rule or generator must be equal in every request that matches it. Those places
form its shape; patterns of one shape lie in one table under their values. A request meets few shapes.
The index only leaves out what cannot match; whether a candidate does match is the judge's to say.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from integtest.adapters.wire.contents import ABSENT, BodyShape, Content, Steps, form, settled
from integtest.model.http import Request
from integtest.model.matching import Body, RequestPattern, RuleList
from integtest.rules.match.content_types import detected, parsed
from integtest.rules.match.query import rules_for
from integtest.rules.match.selection import Place, root
from integtest.rules.match.target import decoded, split

_LEAVES = 40
"""Places of a JSON body that count at most: enough to tell bodies apart, few enough to look up."""
_HOLE = "[^/]+"
_TAME = re.compile(r"(?:\0|\\[dw]|\[[\w-]+\]|[\w~@!&=;,:'-]|[+*?]|\{\d+(?:,\d*)?\})+", re.ASCII)
"""A part of a path's regex that cannot match a slash."""
_UNSETTLED = re.compile(r"\||/[?*+{]")
"""Alternatives, and slashes that may be absent: segments cannot be told apart by counting."""
_ESCAPED = re.compile(r"\\([^\w\s])")
_SPECIAL = re.compile(r"[\\.^$*+?()\[\]{}|\0]")


@dataclass(frozen=True, slots=True)
class _Shape:
    """`query`: the names whose values are exact."""

    query: tuple[str, ...]
    body: BodyShape


_Table = dict[Hashable, list[int]]
_Bucket = dict[tuple[str, ...], dict[_Shape, _Table]]
"""By all names of the query, which is always exact; then by shape."""


@dataclass(frozen=True, slots=True)
class _Target:
    """What of the request's target is exact: the method, and the whole path (None) or some of its segments."""

    method: bool
    segments: tuple[int, ...] | None

    def key(self, method: str, path: str, pieces: list[str]) -> Hashable:
        """Its value in a request; segments beyond the path's end never equal a literal."""
        if self.segments is None:
            where: Hashable = path
        else:
            where = tuple(pieces[n] if n < len(pieces) else None for n in self.segments)
        return (method if self.method else None, where)


class Index:
    """Candidates among patterns, by their numbers."""

    def __init__(self, patterns: Sequence[RequestPattern]) -> None:
        self._targets: dict[_Target, dict[Hashable, _Bucket]] = {}
        for number, pattern in enumerate(patterns):
            self._add(number, pattern)

    def candidates(self, request: Request) -> list[int]:
        """The numbers of the patterns that may match, in order."""
        path, query = split(request.url)
        path = decoded(path)
        pieces = path.split("/")
        method = request.method.upper()
        seen: dict[str, list[str]] = {}
        for name, value in query:
            seen.setdefault(name, []).append(value)
        names = tuple(sorted(seen))
        body = Content(request.body)
        found: list[int] = []
        for target, buckets in self._targets.items():
            bucket = buckets.get(target.key(method, path, pieces))
            for shape, table in bucket.get(names, {}).items() if bucket else ():
                content = body.key(shape.body)
                if content is not ABSENT:
                    key = (tuple(tuple(seen[name]) for name in shape.query), content)
                    found += table.get(key, ())
        return sorted(found)

    def _add(self, number: int, pattern: RequestPattern) -> None:
        target, where = _target(pattern)
        shape, key = _shape(pattern)
        bucket = self._targets.setdefault(target, {}).setdefault(where, {})
        table = bucket.setdefault(tuple(sorted(pattern.query)), {}).setdefault(shape, {})
        table.setdefault(key, []).append(number)


def _target(pattern: RequestPattern) -> tuple[_Target, Hashable]:
    rules, made = pattern.rules, pattern.generators
    literals: dict[int, str] | None = None
    if rules.path is not None:
        literals = _literals(rules.path)
    elif made.path is not None:
        literals = {}
    exact_method = rules.method is None and made.method is None
    segments = None if literals is None else tuple(literals)
    where: Hashable = decoded(pattern.path) if literals is None else tuple(literals.values())
    return _Target(exact_method, segments), (pattern.method.upper() if exact_method else None, where)


def _literals(rules: RuleList) -> dict[int, str]:
    """The segments, by number, that every path has which these rules allow."""
    if rules.combine == "OR":
        return {}
    found: dict[int, str] = {}
    for matcher in rules.matchers:
        if matcher.match == "regex" and not found:
            found = _segments(str(matcher.args.get("regex", "")))
    return found


def _segments(regex: str) -> dict[int, str]:
    found: dict[int, str] = {}
    bare = regex.removeprefix("^").removesuffix("$").replace(r"\/", "/").replace(_HOLE, "\0")
    if not bare.startswith("/") or _UNSETTLED.search(_ESCAPED.sub("", bare)):
        return found
    for number, piece in enumerate(bare.split("/")):
        text = _ESCAPED.sub(r"\1", piece)
        if not _SPECIAL.search(_ESCAPED.sub("", piece)):
            found[number] = text
        elif not _TAME.fullmatch(piece):
            break
    return found


def _shape(pattern: RequestPattern) -> tuple[_Shape, Hashable]:
    free = pattern.rules.query, pattern.generators.query
    exact = sorted(n for n in pattern.query if not rules_for(n, free[0]) and not _names(n, free[1]))
    values = tuple(tuple(value or "" for value in pattern.query[name]) for name in exact)
    body, content = _body_shape(pattern)
    return _Shape(tuple(exact), body), (values, content)


def _names(name: str, generators: Mapping[str, Any]) -> bool:
    return any(name in path for path in generators)


def _body_shape(pattern: RequestPattern) -> tuple[BodyShape, Hashable]:
    body = pattern.body
    if body.state == "missing":
        return BodyShape("any"), None
    if body.state != "present" or not body.content:
        return BodyShape("empty"), True
    kind = _kind(pattern, body)
    free = pattern.rules.body or pattern.generators.body
    if kind == "json":
        leaves = tuple(_exact_leaves(pattern, body))
        return BodyShape("json", tuple(steps for steps, _ in leaves)), tuple(value for _, value in leaves)
    if free or kind not in ("form", "other"):
        return BodyShape("any"), None
    if kind == "form":
        return BodyShape("form"), form(body.content)
    return BodyShape("bytes"), body.content


def _kind(pattern: RequestPattern, body: Body) -> str:
    header = next((v[0] for name, v in pattern.headers.items() if name.lower() == "content-type" and v), None)
    content_type = parsed(body.content_type or header)
    if content_type.unknown:
        content_type = detected(body.content)
    return "any" if content_type.subtype == "graphql" else content_type.kind


def _exact_leaves(pattern: RequestPattern, body: Body) -> Iterator[tuple[Steps, Hashable]]:
    free = {**dict.fromkeys(pattern.generators.body, RuleList(matchers=())), **pattern.rules.body}
    try:
        document, place = orjson.loads(body.content), root(free)
    except orjson.JSONDecodeError:
        return
    for number, leaf in enumerate(_leaves(document, place, ())):
        if number == _LEAVES:
            return
        yield leaf


def _leaves(value: Any, place: Place, steps: Steps) -> Iterator[tuple[Steps, Hashable]]:
    if isinstance(value, dict) and value:
        for key in sorted(value):
            yield from _leaves(value[key], place.child(key, len(steps)), (*steps, key))
    elif isinstance(value, list) and value:
        for number, item in enumerate(value):
            yield from _leaves(item, place.child(str(number), len(steps)), (*steps, number))
    elif place.best is None and not isinstance(value, dict | list):
        yield steps, settled(value)
