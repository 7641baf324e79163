"""Matching rules and generators: Pact V2's flat paths and V3's and V4's categories, read; V4's, written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from integtest.codecs import pact_path
from integtest.codecs.json_document import Node
from integtest.codecs.pact_overlay import overlay, rest
from integtest.model.matching import Generator, GeneratorSet, Matcher, RuleList, RuleSet

_SINGLE = ("path", "method", "status")
_KEYED = ("query", "header", "body", "metadata")
_ALIASES = {"headers": "header", "content": "body", "contents": "body"}
_SYNONYMS = {"real": "decimal", "timestamp": "datetime", "min": "type", "max": "type"}
_FORMATS = ("timestamp", "datetime", "date", "time")
_GUESSED = {"regex": "regex", "min": "type", "max": "type", **{name: name for name in _FORMATS}}


def read_rules(node: Node | None) -> RuleSet:
    """The rules of a request, response or message; UnreadableFileError where their structure is wrong.

    A matcher that is not known is kept: whoever has to judge with it refuses it.
    """
    if node is None:
        return RuleSet()
    single: dict[str, RuleList] = {}
    keyed: dict[str, dict[str, RuleList]] = {category: {} for category in _KEYED}
    extra: dict[str, Any] = {}
    for key, value in node.items():
        if key.startswith("$"):
            _read_flat(key, value, single, keyed, extra)
            continue
        category = _ALIASES.get(key, key)
        if category in _SINGLE:
            found = _read_single(value, extra, category)
            if found is not None:
                single[category] = found
        elif category in keyed:
            keyed[category].update(_read_keyed(category, value, extra))
        else:
            extra[key] = value.value
    return RuleSet(**single, **keyed, extra=extra)


def write_rules(rules: RuleSet) -> dict[str, Any]:
    """The `matchingRules` of Pact V4; empty where there are none."""
    made = _write(rules, _write_list)
    return overlay(made, rules.extra)  # type: ignore[no-any-return]


def read_generators(node: Node | None) -> GeneratorSet:
    """The generators of a request, response or message; UnreadableFileError where one has no `type`."""
    if node is None:
        return GeneratorSet()
    single: dict[str, Generator] = {}
    keyed: dict[str, dict[str, Generator]] = {category: {} for category in _KEYED}
    extra: dict[str, Any] = {}
    for key, value in node.items():
        category = _ALIASES.get(key, key)
        if category in _SINGLE:
            single[category] = _read_generator(_unwrapped(value, "type"))
        elif category in keyed:
            spelled = _spelling(category)
            keyed[category] |= {spelled(place): _read_generator(one) for place, one in value.items()}
        else:
            extra[key] = value.value
    return GeneratorSet(**single, **keyed, extra=extra)


def write_generators(generators: GeneratorSet) -> dict[str, Any]:
    """The `generators` of Pact V4; empty where there are none."""
    made = _write(generators, lambda one: {**one.args, "type": one.type})
    return overlay(made, generators.extra)  # type: ignore[no-any-return]


def _read_flat(
    path: str,
    node: Node,
    single: dict[str, RuleList],
    keyed: dict[str, dict[str, RuleList]],
    extra: dict[str, Any],
) -> None:
    """One rule of Pact V2: `$.body.a`, `$.headers.X`, `$.query.q[0]`, `$.path`."""
    found = pact_path.steps(path)
    if not found or not isinstance(found[0], str):
        node.fail("is no path of a matching rule", hint="Pact V2 writes `$.body.a`, `$.headers.X` or `$.path`")
    category = _ALIASES.get(found[0], found[0])
    rules = _read_list(node) if "matchers" in node.object() else RuleList(matchers=(_read_matcher(node),))
    if category in _SINGLE:
        single[category] = rules
    elif category not in keyed:
        extra[path] = node.value
    elif category == "body":
        keyed["body"][pact_path.render(found[1:])] = rules
    elif len(found) > 1 and isinstance(found[1], str):
        keyed[category][str(found[1])] = rules
    else:
        node.fail(f"names no {category}", hint=f"Pact V2 writes `$.{category}.NAME`")


def _read_single(node: Node, extra: dict[str, Any], category: str) -> RuleList | None:
    node = _unwrapped(node, "matchers")
    if not node.object():
        return None
    aside = rest(node.object(), ("matchers", "combine"))
    if aside:
        extra[category] = aside
    return _read_list(node)


def _read_keyed(category: str, node: Node, extra: dict[str, Any]) -> dict[str, RuleList]:
    spelled = _spelling(category)
    if isinstance(node.object().get("matchers"), list):
        return {"$": _read_list(node)}
    made: dict[str, RuleList] = {}
    for place, rules in node.items():
        made[spelled(place)] = _read_list(rules)
        aside = rest(rules.object(), ("matchers", "combine"))
        if aside:
            extra.setdefault(category, {})[spelled(place)] = aside
    return made


def _unwrapped(node: Node, sign: str) -> Node:
    """Some tools key the only entry of a category with "" or "$"."""
    members = node.object()
    if sign not in members:
        for key in ("", "$"):
            if isinstance(members.get(key), dict):
                return node.at(key, members[key])
    return node


def _spelling(category: str) -> Callable[[str], str]:
    """How a category's keys are spelled: paths in a body, names elsewhere, either in metadata."""
    return {"body": pact_path.normal, "metadata": _metadata_key}.get(category, pact_path.name)


def _metadata_key(path: str) -> str:
    deep = len(pact_path.steps(path) or []) > 1
    return pact_path.normal(path) if deep else pact_path.name(path)


def _read_list(node: Node) -> RuleList:
    matchers = node.need("matchers").list()
    combine = node.get("combine")
    return RuleList(
        matchers=tuple(_read_matcher(one) for one in matchers),
        combine=_read_combine(combine) if combine else "AND",
    )


def _read_combine(node: Node) -> Literal["AND", "OR"]:
    combine = node.text().upper()
    if combine not in ("AND", "OR"):
        node.fail(f'is {node.value!r}, and rules combine with "AND" or "OR"')
    return "OR" if combine == "OR" else "AND"


def _read_matcher(node: Node) -> Matcher:
    members = dict(node.object())
    match = members.pop("match", None) or members.pop("pact:matcher:type", None)
    if match is None:
        match = next((kind for sign, kind in _GUESSED.items() if sign in members), None)
    if not isinstance(match, str):
        node.fail("is a matching rule without `match`", hint='a rule is written as {"match": "type"}')
    kind = _SYNONYMS.get(match, match)
    if kind in _FORMATS and "format" not in members:
        old = next((sign for sign in (match, kind) if isinstance(members.get(sign), str)), None)
        if old is not None:
            members["format"] = members.pop(old)
    return Matcher(match=kind, args=members)


def _read_generator(node: Node) -> Generator:
    kind = node.need("type").text()
    return Generator(type=kind, args=rest(node.object(), ("type",)))


def _write(source: RuleSet | GeneratorSet, one: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for category in _SINGLE:
        value = getattr(source, category)
        if value is not None:
            made[category] = one(value)
    for category in _KEYED:
        entries: Mapping[str, Any] = getattr(source, category)
        if entries:
            made[category] = {place: one(value) for place, value in entries.items()}
    return made


def _write_list(rules: RuleList) -> dict[str, Any]:
    matchers = [{**matcher.args, "match": matcher.match} for matcher in rules.matchers]
    return {"combine": rules.combine, "matchers": matchers}
