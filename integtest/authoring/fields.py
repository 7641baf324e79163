"""Fields of a query, a header or metadata, and the holes of a path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from integtest.authoring.bodies import text
from integtest.authoring.credentials import used
from integtest.authoring.examples import Sheet
from integtest.authoring.patterns import literal
from integtest.authoring.places import refuse
from integtest.authoring.requests import split
from integtest.authoring.values import Match, Secret
from integtest.model.matching import Generator, Matcher, RuleList

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def fields(part: Literal["header", "query"], given: Mapping[str, Any], sheet: Sheet) -> dict[str, tuple[Any, ...]]:
    """The example values of each field, in order; rules, generators and secrets go onto the sheet."""
    found: dict[str, tuple[Any, ...]] = {}
    for name, value in given.items():
        values = list(value) if isinstance(value, list | tuple) else [value]
        if part == "header":
            _check_name(name, found)
        found[name] = tuple(_value(part, name, one, sheet) for one in values)
    return found


def _value(part: Literal["header", "query"], name: str, value: Any, sheet: Sheet) -> str | None:
    if isinstance(value, Secret):
        value, use = used(part, name, value)
        sheet.secrets.append(use)
    if isinstance(value, Match):
        previous = sheet.rules.get(name)
        sheet.put(name, value)
        if previous is not None and previous != sheet.rules.get(name):
            refuse(
                f"the values of the {part} field {name!r} have different matchers", "give all of them the same one"
            )
        value = value.example
    if value is None and part == "query":
        return None
    shown = text(value)
    if part == "header" and re.search(r"[\r\n\0]", shown):
        refuse(f"the header field {name!r} holds a line break", "a field value is one line (RFC 9110, 5.5)")
    return shown


def _check_name(name: str, seen: Mapping[str, Any]) -> None:
    if not _TOKEN.fullmatch(name):
        refuse(f"{name!r} is not the name of a header field", "letters, digits and hyphens (RFC 9110, 5.1)")
    if name.lower() in (other.lower() for other in seen):
        refuse(f"the header field {name!r} stands twice", "names compare without case; give a list of values")


class Path:
    """A path with its holes filled: the example, the rule where a hole may vary, the generator for state values."""

    def __init__(self, base: str, template: str, values: Mapping[str, Any]) -> None:
        self.example = self._pattern = self._expression = ""
        self._varies = self._generated = False
        self.states: list[str] = []
        self._add(base)
        for before, hole in split(template):
            self._add(before)
            if hole is not None:
                self._fill(hole, values[hole])

    def _add(self, part: str) -> None:
        self.example += part
        self._pattern += literal(part)
        self._expression += part

    def _fill(self, hole: str, value: Any) -> None:
        if isinstance(value, Secret):
            refuse(f"the path's {{{hole}}} is a secret: a path ends in logs", "carry secrets in a header")
        if not isinstance(value, Match):
            self._add(text(value))
            return
        shown = text(value.example)
        self.example += shown
        self._pattern += _segment(value)
        self._varies = True
        if value.state:
            self.states.append(value.state)
            self._generated = True
        elif value.generator:
            refuse(f"the path's {{{hole}}} cannot be generated", "in a path, from_state() alone makes values")
        self._expression += f"${{{value.state}}}" if value.state else shown

    @property
    def rule(self) -> RuleList | None:
        """A regular expression over the whole path; None where it is exact."""
        if not self._varies:
            return None
        return RuleList(matchers=(Matcher(match="regex", args={"regex": f"^{self._pattern}$"}),))

    @property
    def generator(self) -> Generator | None:
        """The path with the provider state's values in it."""
        if not self._generated:
            return None
        return Generator(type="ProviderState", args={"expression": self._expression, "dataType": "STRING"})


def _segment(value: Match) -> str:
    if value.text:
        return value.text
    if any(rule.match == "equality" for rule in value.matchers):
        return literal(text(value.example))
    return "[^/]+"
