"""A policy made ready: which names speak of secrets, and what in a text looks like one."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache

from integtest.rules.secrets.keep import Keep
from integtest.rules.secrets.literals import Form, forms
from integtest.rules.secrets.names import depends_on_siblings, kind_among, kind_of, words
from integtest.rules.secrets.personal import ADDRESSES, PERSONAL, around_digits
from integtest.rules.secrets.policy import Policy
from integtest.rules.secrets.stand_ins import is_stand_in
from integtest.rules.secrets.vendors import VENDORS, Detector

_WORTH_A_LOOK = re.compile(
    r"[@=:{\[<%\\+]|\d(?:[ ./()-]{0,2}\d){6}|[A-Za-z0-9+/_-]{16}|[A-Za-z]{2} ?\d\d ?\d\d ?\d\d|earer |asic "
)
_ABOUT = "by|for|value|values|secret|token|key|api|password|header|cookie|data|security|reasons|vcr"
_REDACTED = re.compile(
    r"(?i)[\W_]{0,3}(?:redacted|filtered|masked|hidden|removed|scrubbed|sanitized|obfuscated|dummy|placeholder)"
    rf"(?:[ _-](?:{_ABOUT})){{0,4}}[\W_]{{0,3}}"
    r"|<[a-z][a-z _.-]{0,60}>|\$\{[a-z_][\w.]{0,60}\}|\{\{[\w .]{0,60}\}\}|\{[a-z_][\w.]{0,40}\}|%\(\w{1,40}\)s"
    r"|null|none|true|false|undefined|nil|yes|no|on|off|\[\]|\{\}"
)
_PROSE = re.compile(
    r"(?i)\b(?:required|invalid|valid|must|should|cannot|blank|empty|characters|field|missing|expired|incorrect|wrong"
    r"|weak|not|your|please|used|returns?)\b"
)
_DIALLED = re.compile(r"[+\d ().x/-]{6,40}")
_DATED = re.compile(r"[\w ,./:+-]{4,40}")
_GROUPED = re.compile(r"[\d -]{12,20000}")
_NUMBERED = re.compile(r"[\w .-]{4,60}")
_OPAQUE = re.compile(r"[\w~.+/=:-]{12,}")


_SHORT = 100
"""Texts up to this length are often met again: what they hold is remembered."""
_IN_URLS = ("webhook", "telegram-token")


def is_redacted(value: str) -> bool:
    """True for what stands where somebody took a secret out, and for what says that there is none."""
    return not value.strip("*x•.#-") or (len(value) <= 200 and _REDACTED.fullmatch(value) is not None)


def is_prose(value: str) -> bool:
    """True for a sentence about a secret, as validation errors have it."""
    return value.count(" ") >= 2 and _PROSE.search(value[:400]) is not None


def is_opaque(value: str) -> bool:
    """True for what only a machine writes: one word of letters and digits mixed."""
    if not _OPAQUE.fullmatch(value):
        return False
    return any(c.isdigit() for c in value) and any(c.isalpha() for c in value)


def _digits(value: str) -> int:
    return sum(c.isdigit() for c in value)


_FITS: dict[str, Callable[[str], bool]] = {
    "email": lambda v: "@" in v,
    "phone": lambda v: 6 <= _digits(v) <= 20 and _DIALLED.fullmatch(v) is not None,
    "birth-date": lambda v: _digits(v) >= 4 and _DATED.fullmatch(v) is not None,
    "card": lambda v: _digits(v) >= 12 and _GROUPED.fullmatch(v) is not None,
    "iban": lambda v: _digits(v) >= 8 and _NUMBERED.fullmatch(v) is not None,
    "postcode": lambda v: len(v) <= 12 and _digits(v) > 0,
    "name": lambda v: len(v) < 200 and any(c.isalpha() for c in v) and "/" not in v,
    "user-name": lambda v: len(v) < 200 and any(c.isalpha() for c in v) and "://" not in v,
    "address": lambda v: any(c.isalnum() for c in v) and "://" not in v,
    "opaque": is_opaque,
    "password": lambda v: not is_prose(v),
    "token": lambda v: len(v) > 2 and not is_prose(v),
    "claim": bool,
    "placeholder": bool,
}


def _fits_number(value: str) -> bool:
    return _digits(value) >= 4 and _NUMBERED.fullmatch(value) is not None


def fits(kind: str, value: str) -> bool:
    """True when a value that stands under a name of this kind can be of this kind."""
    return _FITS.get(kind, _fits_number)(value)


class Rules:
    """What a policy looks for. Holds the known values; has no repr that would show them."""

    def __init__(self, policy: Policy, shown: Mapping[str, str] | None = None) -> None:
        """`shown` are known values that need no replacing, only masking: they may be shorter."""
        self.policy = policy
        self._off = frozenset(policy.off)
        self._harmless = frozenset(map(words, policy.harmless))
        self._harmless_values = frozenset(policy.harmless)
        self._keys = {words(key): rule.kind or rule.name for rule in policy.rules for key in rule.keys}
        own = [Detector(rule.kind or rule.name, re.compile(rule.pattern)) for rule in policy.rules if rule.pattern]
        self._own = tuple(own)
        extra = ADDRESSES if policy.ip_addresses else ()
        self._detectors = tuple(d for d in (*own, *VENDORS, *PERSONAL, *extra) if d.kind not in self._off)
        self._webhooks = tuple(d for d in (*own, *VENDORS) if "://" in d.hints or d.kind.endswith(_IN_URLS))
        values = {name: value.get_secret_value() for name, value in policy.known.items()}
        self.known: tuple[Form, ...] = forms(values | dict(shown or {}), shortest=4)
        self._hints = _hints_of(self._detectors)
        self._hintless = tuple(d for d in self._detectors if not d.hints)
        self._keep = [Keep(policy.keep, listed_only=listed_only) for listed_only in (False, True)]
        self._kind = lru_cache(maxsize=65536)(self._kind_of)
        self._short_quiet = lru_cache(maxsize=65536)(self._is_quiet)
        self._short_find = lru_cache(maxsize=8192)(self._found)

    def kind(self, name: str, parent: str = "", siblings: Collection[str] = ()) -> str | None:
        """The kind that stands under a name."""
        kind, fixed = self._kind(name)
        if fixed or not (parent or siblings):
            return kind
        kind = kind_among(name, parent, siblings)
        return None if kind in self._off else kind

    def _kind_of(self, name: str) -> tuple[str | None, bool]:
        """The kind, and whether it stays that whatever stands around."""
        plain = words(name)
        if plain in self._harmless:
            return None, True
        if plain in self._keys:
            return self._keys[plain], True
        kind = kind_of(name)
        return (None if kind in self._off else kind), not depends_on_siblings(name)

    def keep(self, *, listed_only: bool) -> Keep:
        """What the policy keeps, for exchanges of this side of loopback or of the other."""
        return self._keep[listed_only]

    def harmless(self, value: str) -> bool:
        """True for a value that the policy lets pass."""
        return value in self._harmless_values

    def quiet(self, text: str) -> bool:
        """True when nothing can be found; cheap."""
        return self._short_quiet(text) if len(text) <= _SHORT else self._is_quiet(text)

    def _is_quiet(self, text: str) -> bool:
        if _WORTH_A_LOOK.search(text) or any(form.text in text for form in self.known):
            return False
        return not any(detector.pattern.search(text) for detector in self._own)

    def webhooks(self, url: str) -> Iterator[tuple[int, int, str]]:
        """As `find`, for those URLs that are secrets as a whole."""
        return iter(_find(url, self._webhooks))

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where something has the shape of a secret or of personal data, and its kind; stand-ins too."""
        return iter(self._short_find(text) if len(text) <= _SHORT else self._found(text))

    def _found(self, text: str) -> list[tuple[int, int, str]]:
        return _find(text, self._detectors if self._hints.search(text) else self._hintless)


@lru_cache(maxsize=16)
def _hints_of(detectors: tuple[Detector, ...]) -> re.Pattern[str]:
    hints = {hint for detector in detectors for hint in detector.hints}
    return re.compile("|".join(map(re.escape, sorted(hints, key=len, reverse=True))))


def _find(text: str, detectors: tuple[Detector, ...]) -> list[tuple[int, int, str]]:
    spans: list[tuple[int, int, str]] = []
    whole, digits = [(0, len(text))], list(around_digits(text))
    for detector in detectors:
        if detector.hints and not any(hint in text for hint in detector.hints):
            continue
        for start, end in digits if detector.near_digits else whole:
            spans += _matches(text, start, end, detector)
    return spans


def _matches(text: str, start: int, end: int, detector: Detector) -> Iterator[tuple[int, int, str]]:
    group = "s" if "s" in detector.pattern.groupindex else 0
    for found in detector.pattern.finditer(text, start, end):
        if detector.check is None or detector.check(found[group]) or is_stand_in(found[group], detector.kind):
            yield *found.span(group), detector.kind
