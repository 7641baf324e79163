"""JSON edited in place (RFC 8259): order, white space, numbers and escapes stay as they were written.

Reads one value, several in a row (NDJSON), or the beginning of one that was cut off. It keeps its own stack, so
that depth costs memory only.
"""

from __future__ import annotations

import re

from integtest.rules.secrets.edits import Edit, applied, moved
from integtest.rules.secrets.json_parts import Open, decoded, string_edits
from integtest.rules.secrets.name_table import NAMING
from integtest.rules.secrets.names import holds_secrets, inherits, kind_named
from integtest.rules.secrets.places import At, Leaves

_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_MEMBER = re.compile(
    rf'\s*+(?:({_STRING})\s*+:)?\s*+(?:([\[{{])|([\]}}])|({_STRING})|([^\s"{{}}\[\]:,]++))?\s*+,?', re.DOTALL
)
_WHOLE_STRING = re.compile(_STRING, re.DOTALL)
_OPENING = re.compile(rf'\s*+(?:({_STRING})\s*+:)?\s*+(?=")', re.DOTALL)
_BARE = re.compile(r"(-?\d++(?:\.\d++)?(?:[eE][+-]?\d++)?)|true|false|null|-?Infinity|NaN")
_CUT_MEMBER = re.compile(
    rf"(?:{_STRING}\s*+:)?\s*+(?:t(?:ru?)?|f(?:al?s?)?|n(?:ul?)?|-|-?\d++(?:\.\d*+)?(?:[eE][+-]?)?)?", re.DOTALL
)
_CUT_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?$")
_LONG_NUMBER = 9


def json_edits(text: str, leaves: Leaves, at: At, name: str = "") -> tuple[list[Edit[str]], int | None]:
    """The edits of one document, and the place of the first character that JSON cannot have there (what
    follows is read as plain text), or None. A document that was cut off is not malformed. `name` is the name
    that the document itself stands under."""
    reader = _Reader(text, leaves, at, name)
    bad = reader.read()
    return reader.edits, bad


_WRAPPERS = ("stringValue", "intValue", "doubleValue")


class _Reader:
    def __init__(self, text: str, leaves: Leaves, at: At, name: str) -> None:
        self.text, self.leaves = text, leaves
        self.edits: list[Edit[str]] = []
        self.stack = [Open(name, at.kind, None, 0, is_array=True).stands_at(at)]
        self._plain_keys: set[str] = set()

    def read(self) -> int | None:
        text, position, match = self.text, int(self.text.startswith("\ufeff")), _MEMBER.match
        while (found := match(text, position)) and found.end() > position:
            if found.lastindex == 1 or (found.lastindex == 5 and not _BARE.fullmatch(found[5])):
                break
            self._take(found)
            position = found.end()
        bad = self._rest(position) if text[position : position + 1] else None
        while self.stack:
            self._close()
        return bad

    def _take(self, found: re.Match[str]) -> None:
        top = self.stack[-1]
        step: str | int = top.count
        if found[1] is not None:
            step = self._key(top, found.start(1) + 1, found.end(1) - 1)
        if found[2]:
            self._open(top, step, is_array=found[2] == "[")
        elif found[3]:
            if len(self.stack) > 1:
                self._close()
        elif (group := found.lastindex or 0) >= 4:
            top.members.append((found.start(group), found.end(group), step, True))
            top.count += 1

    def _key(self, top: Open, start: int, end: int) -> str:
        inner = self.text[start:end]
        key = decoded(inner)
        top.keys.append(key)
        if key in self._plain_keys or self.leaves.clean(key):
            return key
        edits = self.leaves.scan(key, top.at())
        if not edits:
            self._plain_keys.add(key)
        self.edits += string_edits(inner, key, edits, start)
        return applied(key, [edit._replace(new="***") for edit in edits])

    def _open(self, top: Open, step: str | int, *, is_array: bool) -> None:
        name, kind = top.name, top.kind
        if isinstance(step, str):
            name = step
            kind = self.leaves.kind(step, top.name, top.keys) or inherits(step, top.name, kind)
        top.count += 1
        self.stack.append(Open(name, kind, top, step, is_array=is_array))

    def _close(self) -> None:
        top = self.stack.pop()
        text, leaves, every = self.text, self.leaves, not self.leaves.quiet("1")
        handed_down = top.kind is not None or (
            (isinstance(top.step, str) or top.deep == 1) and holds_secrets(top.name)
        )
        paired, wrapped = self._paired(top), self._wrapped(top)
        for start, end, step, closed in top.members:
            kind = top.kind
            if isinstance(step, str):
                kind = leaves.kind(step, top.name, top.keys) or (
                    inherits(step, top.name, kind) if handed_down else None
                )
            if paired and step in ("value", 1):
                kind = kind or paired
            if wrapped and step in _WRAPPERS:
                kind = kind or wrapped
            if text[start] == '"':
                self._string(start + 1, end - closed, top, step, kind)
            elif kind or every or end - start >= _LONG_NUMBER:
                self._number(start, end, top, step, kind)

    def _paired(self, top: Open) -> str | None:
        """The kind of a value that another member names: `{"name": "password", "value": …}`, or in a list of
        two, `["password", …]`, where only what looks made up by a machine is taken for one."""
        if top.is_array:
            if len(top.members) != 2 or top.count != 2 or self.text[top.members[0][0]] != '"':
                return None
            (start, end, _, _), (second, last, _, _) = top.members
            likely = any(c.isdigit() for c in self.text[second:last]) and self.text[second] == '"'
            kind = self.leaves.kind(decoded(self.text[start + 1 : end - 1])) if likely else None
            return kind if kind in ("token", "password", "authorization") else None
        if "value" not in top.keys:
            return None
        named = {step: decoded(self.text[start + 1 : end - 1]) for start, end, step, _ in top.members}
        naming = next((name for name in NAMING if name in named), None)
        return None if naming is None else kind_named(naming, self.leaves.kind(named[naming]), top.name)

    def _wrapped(self, top: Open) -> str | None:
        """The kind of a value that says its type, as OpenTelemetry's attributes do: `{"key": "password", "value":
        {"stringValue": …}}`."""
        if top.step != "value" or top.is_array or top.parent is None or top.parent.is_array:
            return None
        return self._paired(top.parent) if len(self.stack) > 1 else None

    def _at(self, top: Open, step: str | int, kind: str | None) -> At:
        return top.at().below(step, kind) if self.stack else top.at()._replace(kind=kind)

    def _string(self, start: int, end: int, top: Open, step: str | int, kind: str | None) -> None:
        inner = self.text[start:end]
        value = decoded(inner)
        if value and (kind or not self.leaves.quiet(value)):
            edits = self.leaves.string(value, self._at(top, step, kind))
            self.edits += string_edits(inner, value, edits, start)

    def _number(self, start: int, end: int, top: Open, step: str | int, kind: str | None) -> None:
        raw = self.text[start:end]
        if raw[0] in "-0123456789":
            new = self.leaves.number(raw, self._at(top, step, kind))
            if new is not None:
                self.edits.append(Edit(start, end, new))

    def _rest(self, position: int) -> int | None:
        """What could not be read: a string that was cut off belongs to its name; all else is text."""
        opening = _OPENING.match(self.text, position)
        if opening and not _WHOLE_STRING.match(self.text, opening.end()):
            step: str | int = self.stack[-1].count
            if opening[1]:
                step = self._key(self.stack[-1], opening.start(1) + 1, opening.end(1) - 1)
            end = len(self.text) - len((_CUT_ESCAPE.search(self.text[-6:]) or [""])[0])
            self.stack[-1].members.append((opening.end(), max(end, opening.end() + 1), step, False))
            return None
        rest = self.text[position:]
        if _CUT_MEMBER.fullmatch(rest):
            return None
        self.edits += moved(self.leaves.string(rest, self.stack[0].at().inside()), position)
        return position
