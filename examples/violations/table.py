"""The page that tells of them."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from examples.violations.checking import ROOT, broken, command
from examples.violations.sources import Violation

HEAD = """\
# Contract violations found in real services

Written by `make violations`, which holds the promises of [promises.py](../../examples/violations/promises.py) \
against the services that `make services` starts. Each promise follows from a standard, or from the service's \
own specification; each fails. A live test fails by name when one is kept: the service was mended, its row goes.

| service | call | promised | seen | source |
|---|---|---|---|---|
"""
_CHANGES = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<=chatcmpl-)[\w-]+|b\d+-\w{6,}|\b1[78]\d{8}\b"
)
_NO_ID = "00000000-0000-4000-8000-000000000000"
_LONGEST = 180


def page(found: Sequence[tuple[Violation, Mapping[str, Any]]]) -> str:
    """The whole page, the same for the same replies."""
    rows = [
        _row(violation, broken(report, violation.service, violation.promise.description) or {})
        for violation, report in found
    ]
    services = dict.fromkeys(violation.service for violation, _ in found)
    again = "\n".join(f"integtest {' '.join(command(service))}" for service in services)
    shell = 'eval "$(python -m examples.services env)"'
    return f"{HEAD}{chr(10).join(rows)}\n\n## See them again\n\n```\nmake services\n{shell}\n{again}\n```\n"


def _row(violation: Violation, found: Mapping[str, Any]) -> str:
    evidence = found.get("evidence") or {}
    request, response = evidence.get("request") or {}, evidence.get("response") or {}
    promised = violation.promise.request  # type: ignore[attr-defined]
    _, mark, query = str(request.get("url")).partition("?")
    path = f"{promised.path}{mark}{query}"  # an id that a state gave would differ in each run
    call = f"{request.get('method')} {path}"
    body = request.get("body")
    sent = f" `{_code(body)}`" if body else ""
    seen = f"{response.get('status')} `{_code(response.get('body') or 'no body')}`"
    cells = (
        _title(violation.service),
        f"`{_code(call)}`{sent}",
        violation.promise.description,
        f"{seen}; {_text(found['message'])}",
        f"{violation.source}: “{violation.sentence}”",
    )
    return f"| {' | '.join(cells)} |"


def _title(service: str) -> str:
    record = tomllib.loads((ROOT / "examples" / "services" / "catalog" / f"{service}.toml").read_text())
    title = re.split(r"[,:]| with ", str(record["title"]))[0]
    if re.search(r"\d", title):
        return title
    pins = [pin for kind in ("python", "npm") for pin in record.get(kind, ()) if service in pin]
    return f"{title} ({pins[0]})" if pins else f"{title} {record.get('version', '')}".strip()


def _code(value: Any) -> str:
    """Fit for a code span in a table: one line, short, without what differs in each run."""
    text = value if isinstance(value, str) else json.dumps(value)
    text = _CHANGES.sub(lambda m: m[0] if m[0] == _NO_ID else "…", " ".join(text.split()))
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return text.replace("`", "'").replace("|", "\\|")


def _text(value: str) -> str:
    return re.sub(r"([*_<>|\[\]])", r"\\\1", _CHANGES.sub("…", value))
