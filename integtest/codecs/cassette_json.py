"""vcrpy's JSON cassettes, version 1."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

from integtest.codecs.cassette_read import read_cassette
from integtest.codecs.cassette_yaml import document
from integtest.codecs.json_document import NOWHERE, Node, parse
from integtest.model.cassette import Cassette
from integtest.model.http import Place


def loads(data: bytes, place: Place = NOWHERE) -> Cassette:
    """The cassette in `data`, each exchange with the JSON pointer of its interaction.

    UnreadableFileError where it is none. Bodies stay as recorded, compressed ones too.
    """
    return read_cassette(_JsonEntry(parse(data, place), place), place, whole=True)


def dumps(cassette: Cassette) -> bytes:
    """The cassette as vcrpy's JSON; a body that is not UTF-8 stands as `base64_string`, as old vcrpy wrote it."""
    text = json.dumps(_encoded(document(cassette)), indent=2, ensure_ascii=False)
    return text.encode() + b"\n"


def _encoded(value: Any) -> Any:
    if isinstance(value, dict):
        if isinstance(value.get("string"), bytes):
            return {"base64_string": b64encode(value["string"]).decode()}
        return {key: _encoded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_encoded(item) for item in value]
    return {"base64_string": b64encode(value).decode()} if isinstance(value, bytes) else value


class _JsonEntry(Node):
    """A value of a JSON cassette, read as YAML's are."""

    __slots__ = ()

    @property
    def is_null(self) -> bool:
        return self.value is None

    @property
    def where(self) -> Place:
        return Place(file=self.place.file, pointer=self.pointer)

    def at(self, key: str | int, value: Any) -> _JsonEntry:
        return _JsonEntry(value, self.place, self, key)

    def mapping(self) -> dict[str, _JsonEntry]:
        return {key: self.at(key, value) for key, value in self.object().items()}

    def items(self) -> list[_JsonEntry]:  # type: ignore[override]
        return [self.at(index, one.value) for index, one in enumerate(self.list())]

    def get(self, key: str) -> _JsonEntry | None:
        value = self.object().get(key)
        return None if value is None else self.at(key, value)

    def text(self) -> str:
        return self.scalar()

    def octets(self) -> bytes:
        return b"" if self.value is None else self.text().encode()

    def data(self) -> Any:
        return self.value
