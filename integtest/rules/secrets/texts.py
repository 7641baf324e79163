"""One text, judged: by the name it stands under, by its structure, by what it looks like."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator

from integtest.rules.secrets import encoded, jwt, prose
from integtest.rules.secrets.actions import Action
from integtest.rules.secrets.credentials import authorization_edits, jwt_edits, token_edits
from integtest.rules.secrets.detect import Rules, fits, is_opaque, is_redacted
from integtest.rules.secrets.edits import Edit, applied, moved, settled
from integtest.rules.secrets.json_text import json_edits
from integtest.rules.secrets.keep import Keep
from integtest.rules.secrets.literals import Form
from integtest.rules.secrets.name_table import listed
from integtest.rules.secrets.places import DEEPEST, At
from integtest.rules.secrets.shapes import STAND_IN
from integtest.rules.secrets.stand_ins import is_any_stand_in
from integtest.rules.secrets.url_text import form_edits, looks_like_fields, url_edits

_URL = re.compile(r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,30}://[^\s\"'<>`\\\0]++")
_WEB_ADDRESS = re.compile(r"(?i)(?:http|ws)s?://(?:[^\s/?#@]*@)?(?:[\w-]+\.)*[\w-]+(?::\d{1,5})?(?:[/?#]\S*)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ][\d:.,+Z-]*)?")
_CARRIERS = listed("bot hook hooks invite invitation key magic reset secret share token tokens unsubscribe verify")
_IDENTIFIER = re.compile(r"\d{5,}|[0-9A-Fa-f-]{16,}|(?=[^\d]*\d)[\w~.=-]{20,}|[^@\s]+@[^@\s]+")


class Texts:
    """Judges every text of one exchange."""

    def __init__(self, rules: Rules, action: Action, keep: Keep) -> None:
        self.rules, self.action, self.keep = rules, action, keep
        self.readable = action.readable

    def kind(self, name: str, parent: str = "", siblings: Collection[str] = ()) -> str | None:
        """The kind that stands under a name."""
        return self.rules.kind(name, parent, siblings)

    def webhooks(self, url: str, at: At) -> list[Edit[str]]:
        """Edits of a URL whose path is itself a vendor's secret."""
        return [Edit(s, e, self.replace(url[s:e], kind, at)) for s, e, kind in _apart(self.rules.webhooks(url))]

    def segment_kind(self, segment: str, before: str) -> str | None:
        """The kind of a URL's path segment: what follows `/token/`, and, by the allow-list, any identifier."""
        if before.lower() in _CARRIERS and is_opaque(segment):
            return "opaque"
        return "placeholder" if self.keep.listed_only and _IDENTIFIER.fullmatch(segment) else None

    def clean(self, text: str) -> bool:
        """True when nothing can be detected; cheap."""
        if self.action.marks_stand_ins and STAND_IN.search(text):
            return False
        return self.rules.quiet(text) and self.action.learned.absent(text)

    def quiet(self, value: str) -> bool:
        """True when nothing becomes of a value that no name speaks of; cheap."""
        return not self.keep.listed_only and self.clean(value)

    def replace(self, value: str, kind: str, at: At, make: Callable[[str, int], str | None] | None = None) -> str:
        """What stands in the value's place; the value itself when it may stay."""
        if self.rules.harmless(value) or (is_redacted(value) and not self.action.forced):
            return value
        return self.action.replace(value, kind, at, make)

    def number(self, raw: str, at: At) -> str | None:
        """What a JSON number becomes; None leaves it, as it does each that is no integer."""
        if not raw.lstrip("-").isdigit():
            return None
        kind = at.kind if at.kind not in (None, "opaque") and fits(at.kind or "", raw) and len(raw) > 2 else None
        if kind == "token" and len(raw) < 6:
            kind = None
        if kind is None:
            kind = next((k for start, end, k in self.rules.find(raw) if end - start == len(raw)), None)
        if kind is None and any(form.text == raw for form in self.rules.known):
            kind = "known"
        return self.action.number(raw, kind, at) if kind else None

    def string(self, value: str, at: At) -> list[Edit[str]]:
        """Edits of a decoded value: by its name, else by its structure, else by what it looks like."""
        if at.depth > DEEPEST:
            self.action.doubt(at, "formats stand too deep inside each other")
            return []
        if at.kind and (named := self._named(value, at)) is not None:
            return named
        if (inner := self._structured(value, at)) is not None:
            return inner
        if self.keep.listed_only and not self.keep.keeps(at):
            return self._placeholder(value, at)
        return [] if self.clean(value) else self.scan(value, at)

    def _named(self, value: str, at: At) -> list[Edit[str]] | None:
        kind = at.kind or ""
        if not value.strip("\0"):
            return []
        if self.rules.harmless(value) or (is_redacted(value) and not self.action.forced):
            return []
        if kind == "authorization":
            return authorization_edits(value, self, at)
        if not fits(kind, value) and not is_any_stand_in(value):
            return None
        if kind in ("token", "password"):
            inner = self._secret(value, at)
            if inner is not None:
                return inner
        if kind in ("token", "password", "opaque", "claim"):
            left = len(value) - len(value.lstrip())
            return moved(token_edits(value.strip(), self, at), left)
        return [Edit(0, len(value), self.replace(value, kind, at))]

    def _secret(self, value: str, at: At) -> list[Edit[str]] | None:
        """A secret value that has parts: a URL with a password, a connection string, credentials as JSON."""
        if "PRIVATE KEY-----" in value or "://" in value:
            return self.scan(value, at)
        if prose.SCHEME_AND_TOKEN.match(value):
            return authorization_edits(value, self, at)
        if value[0] in "{[" and value[-1] in "}]":
            edits, bad = json_edits(value, self, at.inside()._replace(kind="token"), "secrets")
            return edits if bad is None and edits else None
        if ";" in value and "=" in value:
            edits = prose.assignment_edits(value, self, self._named, at)
            return edits or None
        return None

    def _structured(self, value: str, at: At) -> list[Edit[str]] | None:
        first = value[:1]
        if first in ("{", "[") and value.rstrip()[-1] in "}]" and len(value) > 4:
            edits, bad = json_edits(value, self, at.inside())
            if bad is None:
                return edits
        if looks_like_fields(value) and self._has_names(value):
            return form_edits(value, self, at.inside())
        if first == "/" and "?" in value and "=" in value and " " not in value:
            return url_edits(value, self, at.inside())
        if self.keep.listed_only and _WEB_ADDRESS.fullmatch(value):
            return url_edits(value, self, at.inside())
        return None

    def _has_names(self, value: str) -> bool:
        return "&" in value or self.kind(value.partition("=")[0]) is not None

    def _placeholder(self, value: str, at: At) -> list[Edit[str]]:
        if not any(c.isalnum() for c in value) or value in ("true", "false", "null"):
            return []
        if value.isdecimal() and len(value) < 5:
            return []
        kind = next((k for start, end, k in self.rules.find(value) if end - start == len(value)), None)
        if jwt.is_jwt(value):
            return jwt_edits(value, self, at)
        if kind is None:
            kind = "date" if _DATE.fullmatch(value) else "placeholder"
        return [Edit(0, len(value), self.action.replace(value, kind, at))]

    def scan(self, text: str, at: At) -> list[Edit[str]]:
        """Edits of all that is detected in a text."""
        edits = [*self._known(text, at), *self._learned(text, at)]
        rest = text
        if "://" in rest:
            rest = _URL.sub(lambda m: self._blanked(m, edits, url_edits(m[0], self, at, m.start())), rest)
        if "eyJ" in rest:
            rest = jwt.JWT.sub(lambda m: self._jwt(m, edits, at), rest)
        rest = encoded.RUN.sub(lambda m: self._encoded(m, edits, at), rest)
        for start, end, kind in _apart(self.rules.find(rest)):
            edits.append(Edit(start, end, self.replace(text[start:end], kind, at)))
        if self.action.marks_stand_ins:
            edits += [Edit(*m.span(), self.action.replace(m[0], "known", at)) for m in STAND_IN.finditer(rest)]
        edits += prose.credential_edits(rest, self, at)
        if ":" in rest or "=" in rest:
            edits += prose.assignment_edits(rest, self, self._named, at)
        return settled(edits)

    @staticmethod
    def _blanked(found: re.Match[str], edits: list[Edit[str]], own: list[Edit[str]]) -> str:
        edits += own
        return "\0" * (found.end() - found.start())

    def _jwt(self, found: re.Match[str], edits: list[Edit[str]], at: At) -> str:
        if not jwt.is_jwt(found[0]):
            return found[0]
        return self._blanked(found, edits, moved(jwt_edits(found[0], self, at), found.start()))

    def _encoded(self, found: re.Match[str], edits: list[Edit[str]], at: At) -> str:
        """Base64 is opened, and closed again where something in it changed."""
        run = found[0]
        plain = encoded.decode(run)
        if plain is None:
            return run
        if at.depth >= DEEPEST:
            self.action.doubt(at, "formats stand too deep inside each other")
            return run
        inner = self.string(plain, at.inside()) if not self.keep.listed_only else self._inner(plain, at)
        if not inner:
            return run
        new = (
            self.action.replace(run, "base64", at) if self.readable else encoded.encode(applied(plain, inner), run)
        )
        return self._blanked(found, edits, [Edit(found.start(), found.end(), new)])

    def _inner(self, plain: str, at: At) -> list[Edit[str]]:
        structured = self._structured(plain, at.inside())
        return self.scan(plain, at.inside()) if structured is None else structured

    def _known(self, text: str, at: At) -> list[Edit[str]]:
        edits: list[Edit[str]] = []
        for form in self.rules.known:
            start = text.find(form.text)
            while start >= 0:
                edits.append(Edit(start, start + len(form.text), self.replace_known(form, at)))
                start = text.find(form.text, start + len(form.text))
        return edits

    def replace_known(self, form: Form, at: At) -> str:
        """What stands in the place of a known value, written in the same form."""
        new = self.action.replace(form.value, "known", at)
        return new if self.readable else form.write(new)

    def _learned(self, text: str, at: At) -> list[Edit[str]]:
        if self.action.learned.absent(text):
            return []
        found = self.action.learned.spans(text)
        return [Edit(start, end, self.action.replace(text[start:end], kind, at)) for start, end, kind in found]


def _apart(spans: Iterable[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """The spans in order, without those that lie inside another."""
    reached = 0
    for start, end, kind in sorted(spans, key=lambda span: (span[0], -span[1])):
        if end > reached:
            reached = end
            yield start, end, kind
