"""Every raw call into `pact_ffi` for matching.

An expected body with its rules becomes the response part of a synchronous message, which the engine
compares with an actual body without HTTP. The engine allows unexpected keys, as in a response.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from threading import Lock
from typing import Any

import orjson

# Before the engine's first call, or it reports to an analytics host.
os.environ["PACT_DO_NOT_TRACK"] = "true"
# It would choose another of Pact's engines, which tells and at times judges differently.
os.environ.pop("PACT_MATCHING_ENGINE", None)

import pact_ffi
from pact_ffi.ffi import ffi, lib

from integtest.adapters.pact_engine.words import told
from integtest.errors import ContractError
from integtest.model.finding import Mismatch
from integtest.model.http import media_type
from integtest.model.matching import Body, Matcher, RuleList
from integtest.rules.match.known import check_list, inner

_RESPONSE = pact_ffi.InteractionPart.RESPONSE
_SHEET_SIZE = 500
"""Expected bodies that share one pact handle: few enough to give memory back, far below the engine's 65,535."""

_calls = Lock()
# A child forked while another thread is inside the engine inherits the engine's own lock, held for ever.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_calls.acquire, after_in_parent=_calls.release, after_in_child=_calls.release)


class _Sheet:
    """One pact handle and the expected bodies on it; the engine frees it when the last of them goes."""

    def __init__(self) -> None:
        self._pact = pact_ffi.new_pact("consumer", "provider")
        self.used = 0

    def add(self, content_type: str, content: bytes, rules: Mapping[str, Any]) -> Any:
        """A handle for one expected body; RuntimeError when the engine refuses the rules."""
        self.used += 1
        handle = pact_ffi.new_sync_message_interaction(self._pact, f"body {self.used}")
        # Plain bytes: `with_body` would read matchers written inside of a JSON body.
        pact_ffi.with_binary_body(handle, _RESPONSE, content_type, content)
        if rules:
            pact_ffi.with_matching_rules(handle, _RESPONSE, json.dumps({"body": rules}))
        return handle


class PactBody:
    """An expected body on a sheet; fulfils `ports.BodyMatcher`. Safe to use from several threads."""

    __slots__ = ("_handle", "_json", "_sheet")

    def __init__(self, sheet: _Sheet, handle: Any, content_type: str) -> None:
        self._sheet = sheet
        self._handle = handle
        self._json = "json" in content_type

    def mismatches(self, actual: bytes, content_type: str | None) -> Sequence[Mismatch]:
        """What differs by Pact's rules; `content_type` None means that of the expected body.

        The engine reads text: an actual body that is not UTF-8, or holds a NUL, is one mismatch.
        """
        if not _readable(actual):
            return [
                Mismatch(part="body", message=f"expected text, got {len(actual)} bytes that are not UTF-8 text")
            ]
        entries = _match(self._handle, content_type, actual)
        return told(entries, as_json=self._json) if entries else ()


class Engine:
    """Makes expected bodies ready to be compared; fulfils `ports.MatchingEngine`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sheet = _Sheet()

    def body(self, expected: Body, rules: Mapping[str, RuleList]) -> PactBody:
        """A matcher for a present body; ContractError naming path and rule when the engine does not take one."""
        for path, found in rules.items():
            check_list(path, found)
            _check_patterns(path, found)
        content_type = media_type(expected.content_type) or "application/octet-stream"
        with self._lock:
            if self._sheet.used >= _SHEET_SIZE:
                self._sheet = _Sheet()
            sheet = self._sheet
            handle = _added(sheet, content_type, expected.content, rules)
        return PactBody(sheet, handle, content_type)


def _added(sheet: _Sheet, content_type: str, content: bytes, rules: Mapping[str, RuleList]) -> Any:
    written = {path: _written(found) for path, found in rules.items()}
    try:
        with _calls:
            return sheet.add(content_type, content, written)
    except (RuntimeError, TypeError, ValueError) as error:
        raise ContractError(
            f"Pact's engine does not take the matching rules at {', '.join(rules)}",
            hint="check that each path is written like $.items[*].name and each rule has what it needs",
        ) from error


def _written(rules: RuleList) -> dict[str, Any]:
    return {"combine": rules.combine, "matchers": [{"match": m.match, **m.args} for m in rules.matchers]}


def _readable(actual: bytes) -> bool:
    if b"\0" in actual:
        return False
    try:
        actual.decode()
    except UnicodeDecodeError:
        return False
    return True


def _match(handle: Any, content_type: str | None, actual: bytes) -> list[dict[str, Any]]:
    seen = content_type.encode("ascii", "replace") if content_type else ffi.NULL
    with _calls:
        found = lib.pactffi_sync_message_match_response_contents(handle._ref, 0, seen, actual)
        if found == ffi.NULL:
            raise ContractError("Pact's engine could not compare this body")
        text = ffi.string(found)
        lib.pactffi_string_delete(found)
    return [] if text == b"[]" else orjson.loads(text)


def _check_patterns(path: str, rules: RuleList) -> None:
    for matcher in _all(rules):
        fault = _fault(matcher)
        if fault:
            raise ContractError(f"the matching rule {matcher.match!r} at {path}: {fault}")


def _all(rules: RuleList) -> Iterator[Matcher]:
    for matcher in rules.matchers:
        yield matcher
        for _, nested in inner(matcher):
            yield from _all(nested)


def _fault(matcher: Matcher) -> str | None:
    if matcher.match == "regex":
        return _pattern_fault("regex", "regex", str(matcher.args["regex"]))
    if matcher.match in {"date", "time", "datetime", "timestamp"}:
        written = matcher.args.get("format", matcher.args.get(matcher.match))
        return _pattern_fault(matcher.match, "format", written) if isinstance(written, str) else None
    return None


@lru_cache(maxsize=2048)
def _pattern_fault(match: str, name: str, pattern: str) -> str | None:
    """What the engine holds against a regular expression or a date format; it says so only when it matches."""
    rules = {"$": {"combine": "AND", "matchers": [{"match": match, name: pattern}]}}
    with _calls:
        handle = _probes().add("application/json", b'"x"', rules)
    said = "".join(entry["mismatch"] for entry in _match(handle, None, b'"x"'))
    if "is not a valid regular expression" in said:
        return f"{pattern!r} is no regular expression (Oniguruma): {said.rpartition(': ')[2]}"
    if "Parsing datetime pattern" in said:
        return f"{pattern!r} is no date format (Java's DateTimeFormatter letters)"
    return None


@lru_cache(maxsize=1)
def _probes() -> _Sheet:
    return _Sheet()
