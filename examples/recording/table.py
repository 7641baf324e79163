"""The table of calls, and the clients that make them."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
_LINE = re.compile(r"(\S+) (\d+) (\d+) (\d+) ([0-9a-f]{64})")
_TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded", "text": "text/plain"}


@dataclass(frozen=True)
class Call:
    """One request to one service, as a client needs to know it."""

    service: str
    number: int
    variable: str
    """The environment variable with the service's address."""
    method: str
    path: str
    type: str | None = None
    body: str | None = None


@dataclass(frozen=True)
class Told:
    """What a client saw of one call."""

    status: int
    size: int
    digest: str


def variable(service: str) -> str:
    """The name of the variable with a service's address, such as LABEL_STUDIO_URL."""
    return f"{service.upper().replace('-', '_')}_URL"


def table() -> dict[str, tuple[str | None, list[Call]]]:
    """For each service its credential, as `record --auth` takes it, and its calls."""
    return {name: (part.get("auth"), _calls(name, part["calls"])) for name, part in _read().items()}


def _read() -> dict[str, Any]:
    return tomllib.loads((HERE / "calls.toml").read_text())


def _calls(service: str, rows: Sequence[Mapping[str, str]]) -> list[Call]:
    found = []
    for number, row in enumerate(rows, 1):
        method, _, path = row["call"].partition(" ")
        kind = next((kind for kind in _TYPES if kind in row), None)
        more = (_TYPES[kind], row[kind]) if kind else (None, None)
        found.append(Call(service, number, variable(service), method, path, *more))
    return found


def clients() -> dict[str, str]:
    """Each client by its name, with the program that it needs."""
    return {name: program for name, program in (("curl", "curl"), ("node", "node")) if shutil.which(program)}


def command(client: str, calls: Sequence[Call], folder: Path) -> list[str]:
    """What makes the calls; its files go to the folder."""
    if client == "node":
        (folder / "calls.json").write_text(json.dumps([asdict(call) for call in calls]))
        return ["node", str(HERE / "client.mjs"), str(folder / "calls.json")]
    (folder / "calls.sh").write_text("".join(_curl(call) for call in calls))
    return ["sh", str(folder / "calls.sh")]


def _curl(call: Call) -> str:
    words = ["curl", "-sS", "--compressed", "-X", call.method]
    words += ["-H", f"Content-Type: {call.type}", "--data-binary", call.body] if call.body is not None else []
    words += ["-o", "answer", "-w", "%{http_code} %{size_download}"]
    asked = f'{shlex.join(words)} "${call.variable}"{shlex.quote(call.path)}'
    return f'echo {call.service} {call.number} "$({asked})" "$(sha256sum answer | cut -c 1-64)"; rm -f answer\n'


def told(output: str) -> Mapping[tuple[str, int], Told]:
    """What a client printed, by service and number."""
    lines = [found.groups() for line in output.splitlines() if (found := _LINE.fullmatch(line))]
    return {(s, int(n)): Told(int(status), int(size), digest) for s, n, status, size, digest in lines}
