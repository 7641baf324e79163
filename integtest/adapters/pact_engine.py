"""Pact's own matching engine, in process: every raw call into `pact_ffi` for matching lives here.

An expected body with its rules becomes the response part of a synchronous message, which the engine
compares with an actual body without HTTP. The engine allows unexpected keys, as for a response.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

import orjson

# Must be set before the engine's first call: it reports to an analytics host otherwise.
os.environ["PACT_DO_NOT_TRACK"] = "true"

import pact_ffi
from pact_ffi.ffi import ffi, lib

from integtest.errors import ContractError, IntegtestError
from integtest.model.finding import Mismatch
from integtest.model.http import media_type
from integtest.model.matching import Body, RuleList

_RESPONSE = pact_ffi.InteractionPart.RESPONSE
_SHEET_SIZE = 500
"""Expected bodies that share one pact handle: few enough to give memory back, far below the engine's 65,535."""


class _Sheet:
    """One pact handle and the expected bodies on it; freed when the last of them goes."""

    def __init__(self) -> None:
        self._pact = pact_ffi.new_pact("consumer", "provider")
        self.used = 0

    def add(self, content_type: str, content: bytes, rules: Mapping[str, Any]) -> Any:
        """A handle for one expected body; RuntimeError when the engine refuses the rules."""
        self.used += 1
        handle = pact_ffi.new_sync_message_interaction(self._pact, f"body {self.used}")
        pact_ffi.with_binary_body(handle, _RESPONSE, content_type, content)
        if rules:
            pact_ffi.with_matching_rules(handle, _RESPONSE, json.dumps({"body": rules}))
        return handle


class PactBody:
    """An expected body on a sheet; fulfils `ports.BodyMatcher`. Safe to use from several threads."""

    __slots__ = ("_content_type", "_handle", "_pid", "_sheet")

    def __init__(self, sheet: _Sheet, handle: Any, content_type: str) -> None:
        self._sheet = sheet
        self._handle = handle
        self._content_type = content_type
        self._pid = os.getpid()

    def mismatches(self, actual: bytes, content_type: str | None) -> Sequence[Mismatch]:
        """What differs by Pact's rules; `content_type` None means that of the expected body."""
        if self._pid != os.getpid():
            raise _forked()
        seen = (content_type or self._content_type).encode("utf-8", "replace")
        found = lib.pactffi_sync_message_match_response_contents(self._handle._ref, 0, seen, actual)
        if found == ffi.NULL:
            return [_unreadable(actual)]
        text = ffi.string(found)
        lib.pactffi_string_delete(found)
        return [] if text == b"[]" else [_mismatch(entry) for entry in orjson.loads(text)]


class Engine:
    """Makes expected bodies ready to be compared; fulfils `ports.MatchingEngine`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sheet = _Sheet()

    def body(self, expected: Body, rules: Mapping[str, RuleList]) -> PactBody:
        """A matcher for a present body; ContractError when the engine does not take a rule."""
        content_type = media_type(expected.content_type) or "application/octet-stream"
        written = {path: _rule(path, found) for path, found in rules.items()}
        with self._lock:
            if self._sheet.used >= _SHEET_SIZE:
                self._sheet = _Sheet()
            sheet = self._sheet
            try:
                handle = sheet.add(content_type, expected.content, written)
            except RuntimeError as error:
                raise self._refused(rules) from error
        return PactBody(sheet, handle, content_type)

    def _refused(self, rules: Mapping[str, RuleList]) -> ContractError:
        return ContractError(f"Pact's engine does not take the matching rules at {', '.join(rules)}")


def _rule(path: str, rules: RuleList) -> dict[str, Any]:
    return {"combine": rules.combine, "matchers": [{"match": m.match, **m.args} for m in rules.matchers]}


def _mismatch(entry: Mapping[str, Any]) -> Mismatch:
    return Mismatch(
        part="body",
        path=entry.get("path") or "$",
        message=entry["mismatch"],
        expected=entry.get("expected"),
        actual=entry.get("actual"),
    )


def _unreadable(actual: bytes) -> Mismatch:
    return Mismatch(part="body", message=f"the body is not UTF-8 text ({len(actual)} bytes)")


def _forked() -> IntegtestError:
    return IntegtestError(
        "Pact's engine was started in another process and does not survive a fork",
        hint='start workers with multiprocessing\'s "spawn" or "forkserver" method',
    )
