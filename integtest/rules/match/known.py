"""The matchers of Pact V2 to V4 that the engine knows: a rule outside of this table is refused, never ignored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from integtest.errors import ContractError
from integtest.model.matching import Matcher, RuleList, RuleSet

_Check = Callable[[Any], bool]


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _list(value: Any) -> bool:
    return isinstance(value, list)


def _scalar(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)


def _status(value: Any) -> bool:
    if isinstance(value, str):
        return value in {"info", "success", "redirect", "clientError", "serverError", "nonError", "error"}
    return isinstance(value, list) and all(_count(code) for code in value)


_NAMES: Mapping[str, Mapping[str, _Check]] = {
    "equality": {},
    "type": {},
    "regex": {"regex": _text},
    "include": {"value": _scalar},
    "number": {},
    "integer": {},
    "decimal": {},
    "real": {},
    "boolean": {},
    "null": {},
    "min": {"min": _count},
    "max": {"max": _count},
    "min-type": {"min": _count},
    "max-type": {"max": _count},
    "date": {},
    "time": {},
    "datetime": {},
    "timestamp": {},
    "contentType": {"value": _text},
    "content-type": {"value": _text},
    "values": {},
    "arrayContains": {"variants": _list},
    "array-contains": {"variants": _list},
    "statusCode": {},
    "status-code": {},
    "notEmpty": {},
    "not-empty": {},
    "semver": {},
    "eachKey": {"rules": _list},
    "each-key": {"rules": _list},
    "eachValue": {"rules": _list},
    "each-value": {"rules": _list},
}
"""Matcher name -> what it needs."""

_OPTIONAL: Mapping[str, _Check] = {"min": _count, "max": _count, "format": _text, "status": _status}
ARRAY_CONTAINS = frozenset({"arrayContains", "array-contains"})
EACH_KEY = frozenset({"eachKey", "each-key"})
EACH_VALUE = frozenset({"eachValue", "each-value"})


def check(rules: RuleSet) -> None:
    """ContractError naming place and rule when a matcher is unknown or lacks what it needs."""
    single = (("the path", rules.path), ("the method", rules.method), ("the status", rules.status))
    for where, found in single:
        if found is not None:
            check_list(where, found)
    named = (("query parameter", rules.query), ("header", rules.header), ("metadata", rules.metadata))
    for kind, category in named:
        for name, found in category.items():
            check_list(f"{kind} {name!r}", found)
    for path, found in rules.body.items():
        check_list(path, found)


def check_list(where: str, rules: RuleList) -> None:
    """The same for the rules of one place."""
    for matcher in rules.matchers:
        _check_one(where, matcher)
        for below, nested in inner(matcher):
            check_list(f"{where} {below}".rstrip(), nested)


def _check_one(where: str, matcher: Matcher) -> None:
    needs = _NAMES.get(matcher.match)
    if needs is None:
        raise ContractError(
            f"the matching rule {matcher.match!r} at {where} is unknown",
            hint="known are the matchers of Pact V2 to V4; those of a plugin cannot be judged",
        )
    for name, holds in {**_OPTIONAL, **needs}.items():
        value = matcher.args.get(name)
        if (name in needs and value is None) or (value is not None and not holds(value)):
            said = f"cannot be {value!r}" if name in matcher.args else "is missing"
            raise ContractError(f"the matching rule {matcher.match!r} at {where}: {name!r} {said}")


def inner(matcher: Matcher) -> Iterator[tuple[str, RuleList]]:
    """The rules inside a matcher (of each key, each value, each variant), with the place they speak of."""
    if matcher.match in EACH_KEY | EACH_VALUE:
        yield ("(each)", RuleList(matchers=tuple(_matcher(rule) for rule in matcher.args.get("rules") or ())))
    if matcher.match in ARRAY_CONTAINS:
        for variant in matcher.args.get("variants") or ():
            for path, rules in variant_rules(variant).items():
                yield (f"(variant {variant.get('index', 0)}, {path})", rules)


def variant_rules(variant: Any) -> dict[str, RuleList]:
    """The rules of one variant of arrayContains by path; without any, the item must be equal."""
    if not isinstance(variant, dict):
        raise ContractError(f"a variant of arrayContains is no object: {variant!r}")
    rules = variant.get("rules")
    if rules is None:
        return {"": RuleList(matchers=(Matcher(match="equality"),))}
    return {path: _rule_list(found) for path, found in rules.items()}


def each_rules(matcher: Matcher) -> RuleList:
    """The rules that eachKey or eachValue asks of every key or value."""
    return RuleList(matchers=tuple(_matcher(rule) for rule in matcher.args.get("rules") or ()))


def _rule_list(found: Any) -> RuleList:
    if not isinstance(found, dict):
        raise ContractError(f"matching rules are no object: {found!r}")
    combine = "OR" if str(found.get("combine", "AND")).upper() == "OR" else "AND"
    return RuleList(matchers=tuple(_matcher(rule) for rule in found.get("matchers") or ()), combine=combine)


def _matcher(rule: Any) -> Matcher:
    if not isinstance(rule, dict):
        raise ContractError(f"a matching rule is no object: {rule!r}")
    name = rule.get("match") or rule.get("pact:matcher:type")
    if name is None:
        name = next((n for n in ("regex", "min", "max", "timestamp", "time", "date") if n in rule), None)
    if not isinstance(name, str):
        raise ContractError(f"a matching rule does not say how it matches: {rule!r}")
    return Matcher(match=name, args={k: v for k, v in rule.items() if k not in {"match", "pact:matcher:type"}})
