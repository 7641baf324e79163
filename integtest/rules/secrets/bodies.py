"""A body, judged by its media type, or by what it begins with where the type says nothing."""

from __future__ import annotations

import base64
import binascii
import codecs
import json
import quopri
import re
from collections.abc import Sequence

from integtest.model.http import media_type
from integtest.rules.otlp import as_json, from_json
from integtest.rules.secrets import binary, content, multipart
from integtest.rules.secrets.actions import MASK
from integtest.rules.secrets.csv_text import csv_edits
from integtest.rules.secrets.edits import Edit, applied, as_bytes, moved, split
from integtest.rules.secrets.json_text import json_edits
from integtest.rules.secrets.places import DEEPEST, At
from integtest.rules.secrets.streams import events, lines, stream_edits
from integtest.rules.secrets.texts import Texts
from integtest.rules.secrets.url_text import form_edits
from integtest.rules.secrets.xml_text import xml_edits

_CHARSET = re.compile(r"""(?i);\s*charset="?([\w.:-]{1,40})""")
_LINES = ("ndjson", "jsonl", "json-lines", "jsonlines", "stream+json", "json-seq", "x-json-stream")
_KEY = re.compile(r"""([A-Za-z_][\w.-]{1,60}+)\\*["']?\s{0,3}[:=]\s{0,3}\S""")
_GZIP = b"\x1f\x8b\x08"
_TEXTUAL = ("text/", "json", "xml", "javascript", "urlencoded", "graphql", "yaml", "toml")


class Bodies:
    """Judges bodies; a body comes and goes in the pieces that it was streamed in."""

    def __init__(self, texts: Texts, *, replace_doubts: bool, largest: int) -> None:
        self._texts, self._replace_doubts, self._largest = texts, replace_doubts, largest

    def rewritten(
        self, pieces: Sequence[bytes], content_type: str | None, coding: str | None, at: At, otlp: str | None = None
    ) -> list[bytes]:
        """The pieces after editing, decoded and coded again where a Content-Encoding asks for it. `otlp` is the
        message of OTLP that the body is, if any."""
        try:
            found = content.codings(coding)
            plain = content.opened(pieces, found, self._largest)
        except content.UnreadableBody as error:
            data = b"".join(pieces)
            if not binary.is_text(data):
                return split(list(pieces), self._doubtful(data, at, str(error)))
            # Recorders that decode bodies often leave the Content-Encoding standing.
            found, plain = [], content.Opened(list(pieces), whole=True)
        data = b"".join(plain.pieces)
        edits = self._otlp(data, otlp, at) if otlp else None
        edits = self.edits(data, content_type, at) if edits is None else edits
        if not edits:
            return list(pieces)
        return content.closed(split(plain.pieces, edits), found, whole=plain.whole)

    def edits(self, data: bytes, content_type: str | None, at: At) -> list[Edit[bytes]]:
        """Edits of one decoded body."""
        media = media_type(content_type)
        if not data or self._texts.keep.keeps_media(media):
            return [] if not data else self._kept(data, at)
        if media.startswith("multipart/") and (limit := multipart.boundary(content_type)):
            return self._multipart(data, limit, at)
        if data.startswith(_GZIP) and at.depth < DEEPEST:
            return self._packed(data, at)
        textual = any(word in media for word in _TEXTUAL) and (b"\0" not in data or _is_wide(data, content_type))
        if textual or (not binary.is_media(media) and binary.is_text(data)):
            return self._text(data, media, content_type, at)
        return self._binary(data, media, at)

    def _otlp(self, data: bytes, message: str, at: At) -> list[Edit[bytes]] | None:
        """Edits of a body of OTLP, judged as its JSON; None where it cannot be read and written to the byte."""
        document = as_json(data, message, numbers=True)
        try:
            text = json.dumps(document, ensure_ascii=False, allow_nan=False)
        except ValueError:
            return None
        if document is None or from_json(text, message) != data:
            return None
        edits = self._json(text, at, declared=True)
        new = from_json(applied(text, edits), message, masked=self._texts.readable) if edits else data
        return None if new is None else [Edit(0, len(data), new)] if new != data else []

    def _kept(self, data: bytes, at: At) -> list[Edit[bytes]]:
        return list(binary.binary_edits(data, self._texts, at))

    def _text(self, data: bytes, media: str, content_type: str | None, at: At) -> list[Edit[bytes]]:
        charset = _charset(data, content_type)
        text = data.decode(charset, "surrogateescape")
        return as_bytes(text, self._read(text, media, at), charset)

    def _read(self, text: str, media: str, at: At) -> list[Edit[str]]:
        start = text.lstrip("\ufeff \t\r\n")[:40]
        if media == "application/x-www-form-urlencoded":
            return form_edits(text.rstrip("\r\n"), self._texts, at)
        if media in ("text/csv", "text/tab-separated-values"):
            return csv_edits(text, self._texts, at)
        if media == "text/event-stream":
            return stream_edits(text, self._texts, at, events)
        if any(word in media for word in _LINES):
            return stream_edits(text, self._texts, at, lines)
        if "json" in media or (start[:1] in ("{", "[") and _is_json_start(start)):
            return self._json(text, at, declared="json" in media)
        if "xml" in media or "html" in media or start.startswith(("<?xml", "<!DOCTYPE", "<html")):
            return xml_edits(text, self._texts, at)
        if start.startswith(("data:", "event:")) and "\n\n" in text.replace("\r\n", "\n"):
            return stream_edits(text, self._texts, at, events)
        return self._texts.string(text, at)

    def _json(self, text: str, at: At, *, declared: bool) -> list[Edit[str]]:
        edits, bad = json_edits(text, self._texts, at)
        if bad is None:
            return edits
        if not declared:
            return self._texts.string(text, at)
        if not self._texts.readable and self._has_lost_key(text[bad:], [e.start - bad for e in edits]):
            whole = self._doubtful(text.encode("utf-8", "replace"), at, "it is not JSON, and names secrets")
            return [Edit(0, len(text), "*" * len(text))] if whole else edits
        return edits

    def _has_lost_key(self, rest: str, starts: Sequence[int]) -> bool:
        """True when a secret's name stands in what could not be read, and nothing after it was replaced."""
        for found in _KEY.finditer(rest):
            if self._texts.kind(found[1]) in ("token", "password", "authorization"):
                end = found.end() - 1
                if rest[end] not in ",}]" and not any(end - 1 <= start <= end + 12 for start in starts):
                    return True
        return False

    def _multipart(self, data: bytes, limit: bytes, at: At) -> list[Edit[bytes]]:
        edits: list[Edit[bytes]] = []
        for index, part in enumerate(multipart.parts(data, limit)):
            own = at.below(part.name or index, self._texts.kind(part.name) if part.name else None)
            body = data[part.start : part.end]
            transfer = part.headers.get("content-transfer-encoding", "").strip().lower()
            edits += moved(self._part(body, part.headers.get("content-type"), transfer, own), part.start)
            if part.filename:
                start, end = part.filename
                name = data[start:end].decode("utf-8", "surrogateescape")
                found = self._texts.string(name, own.below("filename"))
                edits += moved(as_bytes(name, found, "utf-8"), start)
        return edits

    def _part(self, body: bytes, content_type: str | None, transfer: str, at: At) -> list[Edit[bytes]]:
        plain = _transfer_decoded(body, transfer)
        if plain is not None:
            edits = self._part(plain, content_type, "", at)
            return [Edit(0, len(body), _transfer_encoded(applied(plain, edits), transfer))] if edits else []
        if at.kind and binary.is_text(body):
            text = body.decode("utf-8", "surrogateescape")
            return as_bytes(text, self._texts.string(text, at), "utf-8")
        return self.edits(body, content_type, at._replace(depth=at.depth + 1))

    def _packed(self, data: bytes, at: At) -> list[Edit[bytes]]:
        inside = at._replace(depth=at.depth + 1)
        new = self.rewritten([data], None, "gzip", inside)[0]
        return [] if new == data else [Edit(0, len(data), new)]

    def _binary(self, data: bytes, media: str, at: At) -> list[Edit[bytes]]:
        edits = list(binary.binary_edits(data, self._texts, at))
        reason = binary.why_in_doubt(applied(data, edits), media)
        if reason is None and self._texts.keep.listed_only:
            reason = "it is not text, and the allow-list does not name its media type"
        if reason is not None and not self._texts.readable:
            return self._doubtful(data, at, reason) or edits
        return edits

    def _doubtful(self, data: bytes, at: At, reason: str) -> list[Edit[bytes]]:
        """Refuses, or replaces the whole, as the policy says."""
        if not data.strip(b"*"):
            return [Edit(0, len(data), data)] if self._replace_doubts and data else []
        if self._texts.readable:
            return [Edit(0, len(data), f"{MASK} ({len(data)} bytes not shown: {reason})".encode())]
        if self._replace_doubts:
            return [Edit(0, len(data), b"*" * len(data))]
        self._texts.action.doubt(at, reason)
        return []


def _is_json_start(start: str) -> bool:
    return re.match(r"""[{\[]\s*(?:["{\[\]}]|-?\d|true|false|null|$)""", start) is not None


def _is_wide(data: bytes, content_type: str | None) -> bool:
    return _charset(data, content_type).startswith(("utf-16", "utf-32"))


def _charset(data: bytes, content_type: str | None) -> str:
    """The charset declared, told by a byte order mark, or UTF-8; one that encodes without a mark of its own.
    Latin-1, which reads everything, where that is not what the bytes are."""
    try:
        name = _told_charset(data, content_type)
        data.decode(name, "surrogateescape").encode(name, "surrogateescape")
    except (LookupError, UnicodeError):
        return "latin-1"
    return name


def _told_charset(data: bytes, content_type: str | None) -> str:
    for name, mark in (("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE)):
        if data.startswith(mark):
            return name
    declared = _CHARSET.search(content_type or "")
    name = codecs.lookup(declared[1]).name if declared else "utf-8"
    return f"{name}-be" if name in ("utf-16", "utf-32") else name


def _transfer_decoded(body: bytes, transfer: str) -> bytes | None:
    if transfer == "quoted-printable":
        return quopri.decodestring(body)
    if transfer != "base64":
        return None
    try:
        return base64.b64decode(b"".join(body.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _transfer_encoded(data: bytes, transfer: str) -> bytes:
    if transfer == "base64":
        return base64.encodebytes(data).strip().replace(b"\n", b"\r\n")
    return quopri.encodestring(data)
