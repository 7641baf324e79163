"""Bodies that are no text: what can be read in them is judged and replaced at the same length, so that lengths and
offsets inside (protobuf, CBOR, media containers) stay true; what cannot be read is a reason for doubt."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from functools import partial

from integtest.rules.secrets import shapes
from integtest.rules.secrets.edits import Edit
from integtest.rules.secrets.places import At
from integtest.rules.secrets.texts import Texts

_RUN = re.compile(rb"[\x20-\x7e\t\r\n]{6,}")
_OPAQUE = re.compile(rb"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{24,}")
_ADDRESS = re.compile(r"[\w.%+-]+@[\w.-]+", re.ASCII)
_HEX = re.compile(rb"[0-9a-fA-F-]+")
_PACKED = {
    b"PK\x03\x04": "a zip archive",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!": "a rar archive",
    b"\xfd7zXZ\0": "an xz archive",
    b"BZh": "a bzip2 archive",
    b"%PDF-": "a PDF, whose text is compressed",
    b"(\xb5/\xfd": "zstd data",
}
_SEALED = ("pkcs7", "pkcs12", "pgp-encrypted", "x-x509", "jose", "java-keystore")
_CHANCE = 1e-5
"""How seldom a body may be altered by mistake."""
_MEDIA = ("image/", "audio/", "video/", "font/")


def is_text(data: bytes) -> bool:
    """True for UTF-8 without control characters."""
    if b"\0" in data:
        return False
    try:
        text = data[:65536].decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(data[:65536]) - 4:
            return False
        text = data[: error.start].decode("utf-8")
    return not any(c < " " and c not in "\t\r\n\x1e\f\b\x1b" for c in text[:65536])


def is_media(media: str) -> bool:
    """True for pictures, sound, film and fonts."""
    return media.startswith(_MEDIA)


def why_in_doubt(data: bytes, media: str) -> str | None:
    """Why nobody can tell what is inside, or None."""
    packed = next((name for magic, name in _PACKED.items() if data.startswith(magic)), None)
    if packed:
        return f"it is {packed}"
    if any(word in media for word in _SEALED):
        return "it is encrypted or holds keys"
    if not is_media(media) and any(_looks_random(run[0]) for run in _OPAQUE.finditer(data)):
        return "it is binary and holds text that looks like a key"
    return None


def _looks_random(run: bytes) -> bool:
    if _HEX.fullmatch(run) or run.startswith(b"eyJ") or shapes.is_part(run.decode("ascii")):
        return False
    if not (re.search(rb"\d", run) and re.search(rb"[a-z]", run) and re.search(rb"[A-Z]", run)):
        return False
    counts = Counter(run[:256]).values()
    size = sum(counts)
    return -sum(n / size * math.log2(n / size) for n in counts) > 3.8


def binary_edits(data: bytes, texts: Texts, at: At) -> Iterator[Edit[bytes]]:
    """Edits of the readable stretches, each of the same length."""
    for form in texts.rules.known:
        mark = form.text.encode("utf-8", "surrogateescape")
        for found in re.finditer(re.escape(mark), data):
            yield Edit(found.start(), found.end(), _fitted(texts.replace_known(form, at), len(mark), texts))
    for run in _RUN.finditer(data):
        text = run[0].decode("ascii")
        if texts.clean(text):
            continue
        if "@" in text:
            text = _ADDRESS.sub(partial(_unless_chance, run=len(text), size=len(data)), text)
        for start, end, new in texts.scan(text, at):
            yield Edit(run.start() + start, run.start() + end, _fitted(new, end - start, texts))


def _unless_chance(match: re.Match[str], run: int, size: int) -> str:
    """What looks like an e-mail address; blank where as many random bytes as the body has are likely to hold such a
    one: `a@b.cd` is short enough for a picture to hold several. `run`: length of the readable stretch around it."""
    find = match[0]
    letters = sum(letter.isalnum() for letter in find)
    marks = len(find) - letters
    likely = math.log(62 / 256) * letters - math.log(256) * marks + math.log(len(find)) * (marks - 1)
    expected = math.log(size) + likely + math.log(98 / 256) * max(0, run - len(find) - 8)
    return "\0" * len(find) if expected > math.log(_CHANCE) else find


def _fitted(new: str, size: int, texts: Texts) -> bytes:
    """At exactly this size, except where people read it."""
    data = new.encode("ascii", "replace")
    return data if texts.readable else data[:size].ljust(size, b"x")
