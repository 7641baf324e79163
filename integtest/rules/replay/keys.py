"""The key of a request: equal for requests that a recording may answer alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Mapping
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from integtest.model.http import Request, header_values
from integtest.rules.replay.bodies import meaning
from integtest.rules.replay.matching import Matching

_PORTS = {"http": 80, "https": 443}
_MEANT = ("content-type", "content-encoding")
"""Fields that say what a body means."""
_MOST = 1024
"""Spellings of names that are kept in mind."""
Key = tuple[Hashable, ...]
PartKey = Callable[[Request, SplitResult], Hashable]


class Keys:
    """Makes keys by one `Matching`; `mask` takes secrets out of a request first, so that a run with other
    secrets finds the same recordings."""

    def __init__(self, matching: Matching, mask: Callable[[Request], Request] | None = None) -> None:
        self._mask = mask
        pattern = matching.pattern()
        self._normalise: Callable[[str], str] = (lambda text: pattern.sub("<*>", text)) if pattern else str
        self._paths = [_glob(path) for path in matching.ignored("path")]
        self._query = set(matching.ignored("query"))
        self._form = matching.ignored("form")
        self._pointers = matching.ignored("body")
        dropped = {name.lower() for name in matching.ignored("header")}
        self._named = [name.lower() for name in matching.headers if name.lower() not in dropped]
        self._dropped = dropped
        makers: Mapping[str, PartKey] = {
            "method": lambda request, _: request.method.upper(),
            "scheme": lambda _, url: url.scheme.lower(),
            "host": lambda _, url: (url.hostname or "").lower(),
            "port": lambda _, url: _port(url),
            "path": lambda _, url: self.path(url.path),
            "query": lambda _, url: self.query(url.query),
            "uri": lambda _, url: (url.netloc.lower(), self.path(url.path), self.query(url.query)),
            "body": lambda request, _: self.body(request),
            "raw_body": lambda request, _: request.body,
            "headers": lambda request, _: self.all_headers(request),
        }
        self._makers = {part: makers[part] for part in matching.on}
        self._telling = None if "headers" in matching.on else {*_MEANT, *self._named}
        self._tells = _Tells(self._telling or ())

    def exact(self, request: Request) -> Hashable:
        """What the key follows from, uninterpreted: where it is equal, so are the keys. Quick to make; None where
        it would take everything."""
        if self._telling is None:
            return None
        telling = self._tells
        fields = tuple([field for field in request.headers if telling[field[0]]])
        return request.method, request.url, request.body, fields

    def key(self, request: Request) -> Key:
        """One hashable value for all parts that count."""
        parts = self.parts(request)
        return tuple(parts.values())

    def parts(self, request: Request) -> dict[str, Hashable]:
        """The value of each part that counts, by its name."""
        request = self.masked(request)
        url = urlsplit(request.url)
        out: dict[str, Hashable] = {part: make(request, url) for part, make in self._makers.items()}
        for name in self._named:
            out[f"header {name}"] = tuple(header_values(request.headers, name))
        return out

    def masked(self, request: Request) -> Request:
        """The request without the values of its secrets."""
        return self._mask(request) if self._mask is not None else request

    def path(self, raw: str) -> str:
        """The path with one spelling of its percent-encoding; an ignored segment is `*`."""
        path = "/".join(quote(unquote(part), safe=":@!$&'()*+,;=~-._") for part in (raw or "/").split("/"))
        for pattern, replacement in self._paths:
            if pattern.fullmatch(path):
                return replacement
        return self._normalise(path)

    def query(self, raw: str) -> tuple[tuple[str, str], ...]:
        """Decoded pairs sorted by name; the order of a repeated name stays."""
        pairs = [(n, self._normalise(v)) for n, v in parse_qsl(raw, keep_blank_values=True) if n not in self._query]
        return tuple(sorted(pairs, key=lambda pair: pair[0]))

    def body(self, request: Request) -> Hashable:
        """The meaning of the body."""
        return meaning(request, self._pointers, self._form, self._normalise)

    def all_headers(self, request: Request) -> Hashable:
        """Every header but the ignored ones, names in lower case."""
        kept = [(name.lower(), value) for name, value in request.headers if name.lower() not in self._dropped]
        return tuple(sorted(kept))


class _Tells(dict[str, bool]):
    """Of a field's name as it is spelt, whether it is one of `names`."""

    def __init__(self, names: Collection[str]) -> None:
        super().__init__()
        self._names = names

    def __missing__(self, name: str) -> bool:
        if len(self) >= _MOST:
            self.clear()
        tells = self[name] = name.lower() in self._names
        return tells


def _port(url: SplitResult) -> int | None:
    try:
        return url.port or _PORTS.get(url.scheme.lower())
    except ValueError:
        return None


def _glob(path: str) -> tuple[re.Pattern[str], str]:
    return re.compile("/".join("[^/]*" if part == "*" else re.escape(part) for part in path.split("/"))), path
