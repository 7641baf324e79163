"""Query parameters: in any order, but the values of one name in theirs; none missing, none unexpected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from integtest.model.finding import Mismatch
from integtest.model.matching import RuleList
from integtest.ports import MatchingEngine
from integtest.rules.match.paths import parse
from integtest.rules.match.text import TextJudge


class QueryJudge:
    """The expected parameters with their rules: `name` for all values, `name[0]` for the first."""

    __slots__ = ("_names",)

    def __init__(
        self,
        engine: MatchingEngine,
        expected: Mapping[str, tuple[str | None, ...]],
        rules: Mapping[str, RuleList],
    ) -> None:
        self._names = {
            name: ValuesJudge(engine, [value or "" for value in values], rules_for(name, rules))
            for name, values in expected.items()
        }

    def judge(self, actual: Sequence[tuple[str, str]]) -> list[Mismatch]:
        """One mismatch for each name that is missing or unexpected, and each value that differs."""
        seen: dict[str, list[str]] = {}
        for name, value in actual:
            seen.setdefault(name, []).append(value)
        found: list[Mismatch] = []
        for name, judge in self._names.items():
            values = seen.pop(name, None)
            if values is None:
                why = f"query parameter {name!r} is missing"
                found.append(Mismatch(part="query", path=name, message=why, expected=judge.expected))
            else:
                found += [
                    Mismatch(part="query", path=name, message=w, expected=e, actual=a)
                    for w, e, a in judge.judge(values)
                ]
        for name, values in seen.items():
            why = f"query parameter {name!r} is not expected"
            found.append(Mismatch(part="query", path=name, message=why, actual=values))
        return found


NamedRules = Mapping[int | None, RuleList]
"""The rules of one name: under None those of all its values, under a number those of one."""


def rules_for(name: str, rules: Mapping[str, RuleList], *, fold: bool = False) -> dict[int | None, RuleList]:
    """The rules that speak of `name`, written as a name (`a`, `a[0]`, `a[*]`) or as a path (`$.a[0]`)."""
    found: dict[int | None, RuleList] = {}
    wanted = name.lower() if fold else name
    for key, rule in rules.items():
        written = key.lower() if fold else key
        if written == wanted:
            found[None] = rule
            continue
        try:
            steps = parse(written)
        except ValueError:  # a name that is no path speaks of itself alone
            continue
        if steps and str(steps[0]) == wanted and len(steps) <= 2:
            found[steps[1] if len(steps) == 2 and isinstance(steps[1], int) else None] = rule
    return found


_TOLD = tuple[str, object, object]


class ValuesJudge:
    """The values of one name, as Pact compares a list of texts."""

    __slots__ = ("_all", "_bounds", "_judges", "expected")

    def __init__(self, engine: MatchingEngine, expected: list[str], rules: NamedRules) -> None:
        self.expected = expected
        self._all = rules.get(None)
        self._bounds = [_bounds(self._all)] if self._all else []
        self._judges = [TextJudge(engine, value, rules.get(n, self._all)) for n, value in enumerate(expected)]

    def judge(self, actual: list[str]) -> list[_TOLD]:
        """(why, expected, actual) for each difference."""
        if self._all is None:
            return self._in_order(actual)
        found = self._of_length(actual)
        for number, value in enumerate(actual):
            judge = self._judges[number] if number < len(self._judges) else next(iter(self._judges), None)
            why = judge.differs(value) if judge else None
            if why and judge:
                found.append((why, judge.expected, value))
        return found

    def _in_order(self, actual: list[str]) -> list[_TOLD]:
        if len(actual) != len(self.expected):
            return [(f"expected {_counted(self.expected)}, got {len(actual)}", self.expected, actual)]
        pairs = zip(self._judges, actual, strict=True)
        return [(why, judge.expected, value) for judge, value in pairs if (why := judge.differs(value))]

    def _of_length(self, actual: list[str]) -> list[_TOLD]:
        for least, most in self._bounds:
            if len(actual) < least or (most is not None and len(actual) > most):
                wanted = f"at least {least}" if len(actual) < least else f"at most {most}"
                return [(f"expected {wanted} values, got {len(actual)}", self.expected, actual)]
        return []


def _counted(values: list[str]) -> str:
    return "1 value" if len(values) == 1 else f"{len(values)} values"


def _bounds(rules: RuleList) -> tuple[int, int | None]:
    least = max((int(m.args["min"]) for m in rules.matchers if m.args.get("min") is not None), default=0)
    most = [int(m.args["max"]) for m in rules.matchers if m.args.get("max") is not None]
    return least, min(most) if most else None
