"""YAML as a tree of data: nothing is ever instantiated, depth and expansion are bounded.

The tree is built from libyaml's events, without recursion: PyYAML's own composer crashes the process on deep
nesting, and is slower.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any, NoReturn

import yaml
from yaml import events

from integtest.codecs.json_document import MAX_DEPTH, unreadable
from integtest.errors import UnsafeFileError
from integtest.model.http import Place

MAX_EXPANSION = 50_000_000
"""Characters that aliases may add to a file; beyond, it is a bomb."""

_NODE_WEIGHT = 50
_STD = "tag:yaml.org,2002:"
_TEXT_TAGS = frozenset({"!", f"{_STD}str", f"{_STD}python/str", f"{_STD}python/unicode"})
_DATA = ("binary", "bool", "float", "int", "map", "null", "seq", "timestamp")
_DATA_TAGS = frozenset(f"{_STD}{name}" for name in _DATA)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVERS = yaml.SafeLoader.yaml_implicit_resolvers


class YamlNode:
    """A scalar, list or mapping with its line; `value` is text, a list of nodes, or a dict of nodes by key."""

    __slots__ = ("height", "line", "place", "plain", "tag", "value", "weight")

    def __init__(self, value: Any, tag: str | None, plain: bool, line: int, place: Place) -> None:
        self.value = value
        self.tag = tag
        self.plain = plain
        self.line = line
        self.place = place
        self.weight = _NODE_WEIGHT
        self.height = 0

    @property
    def is_null(self) -> bool:
        """Whether it is null, written or left out."""
        return (self.plain and self.value in _NULLS) if self.tag is None else self.tag == f"{_STD}null"

    @property
    def is_binary(self) -> bool:
        """Whether it is base64 by its tag."""
        return self.tag == f"{_STD}binary"

    @property
    def where(self) -> Place:
        """Its file and line."""
        return Place(file=self.place.file, line=self.line)

    def mapping(self) -> dict[str, YamlNode]:
        """The members of a mapping."""
        if not isinstance(self.value, dict):
            self._not("a mapping")
        return self.value

    def items(self) -> list[YamlNode]:
        """The items of a list."""
        if not isinstance(self.value, list):
            self._not("a list")
        return self.value

    def get(self, key: str) -> YamlNode | None:
        """The member `key`, None where it is absent or null."""
        found = self.mapping().get(key)
        return None if found is None or found.is_null else found

    def text(self) -> str:
        """A scalar as it was written: `1.10` stays "1.10"."""
        if not isinstance(self.value, str) or self.is_binary or self.is_null:
            self._not("text")
        return self.value

    def octets(self) -> bytes:
        """A scalar as bytes: decoded where it is !!binary, UTF-8 where it is text, empty where it is null."""
        if self.is_null:
            return b""
        if not self.is_binary:
            return self.text().encode("utf-8", "surrogatepass")
        try:
            return base64.b64decode("".join(self.value.split()), validate=True)
        except (binascii.Error, ValueError, AttributeError):
            self.fail("is not base64, as its tag !!binary says")

    def data(self) -> Any:
        """The value with YAML 1.1's types, dates kept as text."""
        if isinstance(self.value, list):
            return [one.data() for one in self.value]
        if isinstance(self.value, dict):
            return {key: one.data() for key, one in self.value.items()}
        if self.is_null:
            return None
        return self.octets() if self.is_binary else self._scalar()

    def fail(self, message: str, hint: str | None = None) -> NoReturn:
        """Raise UnreadableFileError for this value."""
        raise unreadable(message, self.place, line=self.line, hint=hint)

    def _scalar(self) -> Any:
        tag = self.tag or (_implicit(self.value) if self.plain else None)
        if tag not in (f"{_STD}int", f"{_STD}float", f"{_STD}bool"):
            return self.value
        try:
            return yaml.constructor.SafeConstructor().construct_object(yaml.ScalarNode(tag, self.value))
        except (ValueError, KeyError, IndexError, OverflowError):
            self.fail(f"is not a {tag.removeprefix(_STD)}")

    def _not(self, wanted: str) -> NoReturn:
        found = "a mapping" if isinstance(self.value, dict) else "a list"
        if isinstance(self.value, str):
            found = "nothing" if self.is_null else "binary" if self.is_binary else "text"
        self.fail(f"should be {wanted}, found {found}")


def parse(data: bytes, place: Place) -> YamlNode:
    """The one document in `data`; UnreadableFileError, or UnsafeFileError for a tag that asks for an object."""
    return _Builder(_decoded(data, place), place).build()


class _Builder:
    def __init__(self, text: str, place: Place) -> None:
        self.place = place
        self.loader = _open(text, place)
        self.anchors: dict[str, YamlNode] = {}
        self.open: list[list[Any]] = []
        """The collections around the current place, each with the mapping key that waits for its value."""
        self.expansion = 0
        self.root: YamlNode | None = None

    def build(self) -> YamlNode:
        try:
            return self._build(self.loader.get_event)
        except yaml.YAMLError as error:
            raise _malformed(error, self.place) from None

    def _build(self, next_event: Callable[[], Any]) -> YamlNode:
        scalar, place = events.ScalarEvent, self.place
        while True:
            event = next_event()
            kind = type(event)
            if kind is scalar:
                tag, value = event.tag, event.value
                node = YamlNode(value, tag, tag is None and event.implicit[0], event.start_mark.line + 1, place)
                if tag is None and event.anchor is None:
                    node.weight += len(value)
                    self._add(node)
                else:
                    self._start(event, node)
            elif kind is events.MappingStartEvent or kind is events.SequenceStartEvent:
                empty: Any = {} if kind is events.MappingStartEvent else []
                node = YamlNode(empty, event.tag, False, event.start_mark.line + 1, self.place)
                self._start(event, node)
            elif kind is events.MappingEndEvent or kind is events.SequenceEndEvent:
                self._end()
            elif kind is events.AliasEvent:
                self._alias(event)
            elif kind is events.DocumentStartEvent and self.root is not None:
                line = event.start_mark.line + 1
                raise unreadable("holds several YAML documents; a cassette is one", self.place, line=line)
            elif kind is events.StreamEndEvent:
                return self.root or YamlNode("", None, True, 1, self.place)

    def _start(self, event: Any, node: YamlNode) -> None:
        tag = node.tag
        if tag is not None and tag not in _DATA_TAGS and tag not in _TEXT_TAGS:
            raise _unsafe(tag, node)
        if tag in _TEXT_TAGS:
            node.tag = None
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        if isinstance(node.value, str):
            node.weight += len(node.value)
            self._add(node)
            return
        self._bound(1, node.line)
        self.open.append([node, None])

    def _end(self) -> None:
        node, _ = self.open.pop()
        if isinstance(node.value, dict) and "<<" in node.value:
            _merge(node)
        self._add(node)

    def _alias(self, event: Any) -> None:
        node = self.anchors.get(event.anchor)
        line = event.start_mark.line + 1
        if node is None:
            raise unreadable(f"refers to *{event.anchor}, which is nowhere", self.place, line=line)
        if any(node is one for one, _ in self.open):
            raise unreadable(f"*{event.anchor} refers to itself", self.place, line=line)
        self.expansion += node.weight
        if self.expansion > MAX_EXPANSION:
            hint = "write it without anchors and aliases"
            raise unreadable("its aliases expand beyond all measure", self.place, line=line, hint=hint)
        self._bound(node.height, line)
        self._add(node)

    def _bound(self, height: int, line: int) -> None:
        if len(self.open) + height > MAX_DEPTH:
            raise unreadable(f"is nested deeper than {MAX_DEPTH} levels", self.place, line=line)

    def _add(self, node: YamlNode) -> None:
        """Put a finished node where it belongs."""
        if not self.open:
            self.root = node
            return
        spot = self.open[-1]
        parent, key = spot
        parent.weight += node.weight
        if parent.height <= node.height:
            parent.height = node.height + 1
        members = parent.value
        if type(members) is list:
            members.append(node)
        elif key is None:
            if type(node.value) is not str or node.is_binary:
                node.fail("is no text, and stands as a key")
            spot[1] = node
        elif key.value in members:
            key.fail(f"the key {key.value!r} stands twice in one mapping")
        else:
            members[key.value] = node
            spot[1] = None


def _merge(node: YamlNode) -> None:
    """YAML 1.1's `<<`: the members of other mappings, below the mapping's own."""
    source = node.value.pop("<<")
    merged: dict[str, YamlNode] = {}
    for other in source.value if isinstance(source.value, list) else [source]:
        merged = {**other.mapping(), **merged}
    node.value = {**merged, **node.value}


def _decoded(data: bytes, place: Place) -> str:
    if not data.strip():
        raise unreadable("is empty", place, hint="record it again, or take it out of what is read")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise unreadable(f"is not UTF-8: byte 0x{data[error.start]:02x}", place, line=line) from None


def _open(text: str, place: Place) -> Any:
    try:
        return _Loader(text)
    except yaml.YAMLError as error:
        raise _malformed(error, place) from None


def _malformed(error: yaml.YAMLError, place: Place) -> Exception:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
    where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    return unreadable(
        f"is not YAML: {problem}{where}",
        place,
        line=mark.line + 1 if mark else None,
        hint="if it was cut off, record it again",
    )


def _unsafe(tag: str, node: YamlNode) -> UnsafeFileError:
    shown = tag.replace(_STD, "!!") if tag.startswith(_STD) else tag
    where = f"{node.place.file or 'the document'}:{node.line}"
    return UnsafeFileError(
        f"asks for an object with the tag {shown}; only data is loaded",
        place=where,
        hint="record it again, or write the value as plain text or !!binary",
    )


def _implicit(text: str) -> str | None:
    """The tag of a plain scalar by YAML 1.1, None for text."""
    resolvers = _RESOLVERS.get(text[:1], []) + _RESOLVERS.get(None, [])
    return next((tag for tag, pattern in resolvers if pattern.match(text)), None)
