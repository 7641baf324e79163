"""Fills the `@{…}` of a record and its files, and reads what the environment overrides."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from examples.services.errors import ServiceError, WrongUse
from examples.services.places import Home
from examples.services.record import Record

_PLACEHOLDER = re.compile(r"@\{([^{}]*)\}")


def port_of(record: Record, which: str = "") -> int:
    """A record's port, or what its INTEGTEST_PORT_… says."""
    variable = record.port_setting(which)
    text = os.environ.get(variable)
    if text is None:
        return record.ports()[which]
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise WrongUse(f"{variable} must be a port from 1 to 65535, not {text!r}")
    return int(text)


def url_of(record: Record) -> str:
    return f"http://127.0.0.1:{port_of(record)}"


def setting_values(record: Record) -> dict[str, str]:
    """The settings a caller may change, each from the environment or its default."""
    return {name: os.environ.get(name, default) for name, default in record.settings.items()}


class Filler:
    """Knows what each placeholder of one service stands for.

    `port`, `port.NAME` (one of more_ports), `url`, `data`, `folder`, `files`; `port:SERVICE`, `url:SERVICE`;
    `file:PATH` (the text of a file in the data folder, stripped); the name of a setting.
    """

    def __init__(self, record: Record, records: Mapping[str, Record], home: Home) -> None:
        self._record = record
        self._records = records
        self._place = home.of(record.name)
        self._known = {
            "url": url_of(record),
            "data": str(self._place.data),
            "folder": str(self._place.folder),
            "files": str(record.files),
            **{f"port.{which}" if which else "port": str(port_of(record, which)) for which in record.ports()},
            **setting_values(record),
        }

    def fill(self, text: str) -> str:
        return _PLACEHOLDER.sub(lambda match: self._value(match[1]), text)

    def command(self, words: tuple[str, ...]) -> list[str]:
        return [self.fill(word) for word in words]

    def table(self, values: Mapping[str, str]) -> dict[str, str]:
        return {name: self.fill(value) for name, value in values.items()}

    def _value(self, name: str) -> str:
        if name in self._known:
            return self._known[name]
        kind, _, argument = name.partition(":")
        if kind in ("port", "url") and argument in self._records:
            other = self._records[argument]
            return url_of(other) if kind == "url" else str(port_of(other))
        if kind == "file" and argument:
            return self._text(argument)
        raise ServiceError(f"its record says @{{{name}}}, which stands for nothing")

    def _text(self, path: str) -> str:
        try:
            return (self._place.data / path).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ServiceError(f"cannot read {path} in its data folder: {error}") from None
