"""vcrpy's YAML cassettes, version 1."""

from __future__ import annotations

from integtest.codecs.cassette_read import read_cassette
from integtest.codecs.json_document import NOWHERE
from integtest.codecs.yaml_tree import parse
from integtest.model.cassette import Cassette
from integtest.model.http import Place


def loads(data: bytes, place: Place = NOWHERE) -> Cassette:
    """The cassette in `data`, each exchange with the line of its interaction.

    UnreadableFileError where it is none or was cut off, UnsafeFileError where it asks for a Python object.
    Bodies stay as recorded, compressed ones too: see `codecs.content.decoded_body`.
    """
    return read_cassette(parse(data, place), place, whole=False)
