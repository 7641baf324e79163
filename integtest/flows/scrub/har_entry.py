"""One entry of a HAR, read by one walk: what each of its texts becomes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from integtest.codecs.json_spans import Path
from integtest.flows.scrub import har_fields as fields
from integtest.model.http import Headers, Response, header_values
from integtest.rules.secrets.exchanges import Walk
from integtest.rules.secrets.headers import corrected
from integtest.rules.secrets.places import At

Changes = dict[Path, str | int]
_MESSAGES = ("_webSocketMessages", "_eventSourceMessages")


class Reading:
    """Fills `changes`: the way to a value, and what becomes of it. `way` leads to the value read."""

    def __init__(self, walk: Walk, way: Path) -> None:
        self.walk, self.way = walk, way
        self.changes: Changes = {}
        self._seen: set[Path] = set()

    def entry(self, entry: dict[str, Any]) -> Changes:
        """All of an entry: what is known of HAR's fields, then every other text."""
        sent, came = _object(entry.get("request")), _object(entry.get("response"))
        url = _text(sent.get("url"))
        self._request(sent, url)
        self._response(came, url)
        for name in _MESSAGES:
            for index, one in _objects(entry.get(name)):
                binary = one.get("opcode") == 2
                where, data = f"/{name}/{index}", _text(one.get("data"))
                new = fields.body(data, "base64" if binary else None, "", self.walk, fields.root(where))
                self._put((name, index, "data"), data, new)
        return self.rest(entry)

    def rest(self, value: Any, way: Path = ()) -> Changes:
        """Every text below a value that was not read yet."""
        if isinstance(value, dict | list):
            for step, one in value.items() if isinstance(value, dict) else enumerate(value):
                self.rest(one, (*way, step))
        elif isinstance(value, str) and value and way not in self._seen:
            where = "".join(f"/{step}" for step in way)
            self._put(way, value, self._loose(value, way, where))
        return self.changes

    def _loose(self, value: str, way: Path, where: str) -> str:
        """What is no part of a message. A tool's own fields may have a name that speaks; a page's title came from
        the provider."""
        name = str(way[-1])
        own = any(str(step).startswith("_") for step in way)
        kind = self.walk.texts.kind(name) if own else None
        if fields.is_url(value) and not kind:
            return fields.url(value, self.walk, where)
        if kind or (name == "title" and "pages" in way):
            return fields.text(value, self.walk, At(where, kind))
        return self.walk.line(value, where)

    def _request(self, sent: dict[str, Any], url: str) -> None:
        walk, at = self.walk, fields.root("/request/url")
        self._put(("request", "url"), url, fields.url(url, walk, "/request/url"))
        self._fields(
            ("request", "queryString"), sent.get("queryString"), at._replace(where=f"{at.where}/query"), url
        )
        self._cookies("request", sent)
        posted = _object(sent.get("postData"))
        text, kind = _text(posted.get("text")), self._kind(sent, posted)
        old = fields.decoded(text, posted.get("encoding"))
        new = walk.sent_body(old, _typed(kind), url)
        self._body(("request", "postData", "text"), text, old, new, posted.get("encoding"))
        self._headers("request", sent, old, new)
        params, at = ("request", "postData", "params"), fields.root("/request/body")
        if fields.is_multipart(kind):
            self._parts(params, posted.get("params"), at)
        else:
            self._fields(params, posted.get("params"), at, text)

    def _response(self, came: dict[str, Any], url: str) -> None:
        target = _text(came.get("redirectURL"))
        self._put(("response", "redirectURL"), target, fields.url(target, self.walk, "/response/redirectURL"))
        self._cookies("response", came)
        content = _object(came.get("content"))
        text, kind = _text(content.get("text")), self._kind(came, content)
        old = fields.decoded(text, content.get("encoding"))
        new = self.walk.response(Response(status=200, headers=_typed(kind), body=old), url).body
        self._body(("response", "content", "text"), text, old, new, content.get("encoding"))
        self._length(("response", "content", "size"), content.get("size"), old, new)
        self._headers("response", came, old, new)

    def _headers(self, side: str, message: dict[str, Any], old: bytes, new: bytes) -> None:
        for index, one in _objects(message.get("headers")):
            name, value = _text(one.get("name")), _text(one.get("value"))
            after = fields.header(name, value, self.walk, f"/{side}/headers")
            ((_, after),) = corrected(((name, after),), old, new)
            self._put((side, "headers", index, "value"), value, after)
        self._length((side, "bodySize"), message.get("bodySize"), old, new)

    def _cookies(self, side: str, message: dict[str, Any]) -> None:
        for index, one in _objects(message.get("cookies")):
            name, value = _text(one.get("name")), _text(one.get("value"))
            new = fields.cookie(name, value, self.walk, f"/{side}/cookies")
            self._put((side, "cookies", index, "value"), value, new)

    def _fields(self, way: Path, listed: Any, at: At, source: str) -> None:
        for index, one in _objects(listed):
            name, value = _text(one.get("name")), _text(one.get("value"))
            new_name, new = fields.field(name, value, self.walk, at, source)
            self._put((*way, index, "name"), name, new_name)
            self._put((*way, index, "value"), value, new)

    def _parts(self, way: Path, listed: Any, at: At) -> None:
        for index, one in _objects(listed):
            name, value, file = (_text(one.get(key)) for key in ("name", "value", "fileName"))
            kind = _text(one.get("contentType"))
            self._put((*way, index, "value"), value, fields.part(name, value, kind, self.walk, at))
            own = at.below(name).below("filename")
            self._put((*way, index, "fileName"), file, fields.text(file, self.walk, own))

    def _body(self, way: Path, text: str, old: bytes, new: bytes, encoding: Any) -> None:
        self._put(way, text, text if new == old else fields.encoded(new, text, encoding))

    def _length(self, way: Path, stated: Any, old: bytes, new: bytes) -> None:
        """A length that was true stays true."""
        if stated == len(old) and type(stated) is int and len(new) != len(old):
            self.changes[(*self.way, *way)] = len(new)

    def _put(self, way: Path, old: str, new: str) -> None:
        self._seen.add(way)
        if new != old:
            self.changes[(*self.way, *way)] = new

    @staticmethod
    def _kind(message: dict[str, Any], body: dict[str, Any]) -> str:
        """The content type: by the header, else by the body's own field. Its charset is that of the file."""
        headers = [(_text(one.get("name")), _text(one.get("value"))) for _, one in _objects(message.get("headers"))]
        said = next(iter(header_values(tuple(headers), "content-type")), "") or _text(body.get("mimeType"))
        return said if fields.is_base64(body.get("encoding")) else fields.in_utf8(said)


def texts(value: Any) -> Iterator[str | None]:
    """All texts below a value as they stand; None for one that must be opened or joined first."""
    if isinstance(value, dict):
        streamed = "event-stream" in _text(value.get("mimeType"))
        if streamed or fields.is_base64(value.get("encoding")) or value.get("opcode") == 2:
            yield None
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, str):
        yield value


def _typed(kind: str) -> Headers:
    return (("content-type", kind),) if kind else ()


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    listed = value if isinstance(value, list) else []
    return ((index, one) for index, one in enumerate(listed) if isinstance(one, dict))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
