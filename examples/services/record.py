"""A service as data: one TOML file in the catalog, read and checked here."""

from __future__ import annotations

import dataclasses
import difflib
import graphlib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from examples.services.errors import WrongUse

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_ENV_NAME = re.compile(r"[A-Z][A-Z0-9_]*")


@dataclass(frozen=True)
class Record:
    """What is known of a service before it runs. README.md describes each key."""

    name: str
    title: str
    area: str
    port: int
    command: tuple[str, ...]
    health: str
    files: Path
    health_status: int = 200
    ready_seconds: float = 20.0
    memory: float = 100.0
    url_env: str = ""
    more_ports: Mapping[str, int] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    npm: tuple[str, ...] = ()
    python: tuple[str, ...] = ()
    debian: tuple[str, ...] = ()
    debian_system: bool = False
    once: tuple[tuple[str, ...], ...] = ()
    prepare: tuple[tuple[str, ...], ...] = ()
    seed: tuple[tuple[str, ...], ...] = ()
    after: tuple[str, ...] = ()
    version: str = ""
    version_path: str = ""
    version_command: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    credentials: Mapping[str, str] = field(default_factory=dict)

    @property
    def url_name(self) -> str:
        """The environment variable that carries the service's URL, such as OIDC_URL."""
        return self.url_env or f"{self.name.upper().replace('-', '_')}_URL"

    def ports(self) -> dict[str, int]:
        """Every port by its name; the main one is named ''."""
        return {"": self.port, **self.more_ports}

    def port_setting(self, which: str = "") -> str:
        """The environment variable that overrides a port, such as INTEGTEST_PORT_OIDC."""
        words = f"{self.name}_{which}" if which else self.name
        return f"INTEGTEST_PORT_{words.upper().replace('-', '_')}"


def catalog(folder: Path) -> dict[str, Record]:
    """Every record of a folder by name, sorted."""
    if not folder.is_dir():
        raise WrongUse(f"there is no catalog folder {folder}")
    found = {path.stem: read(path) for path in sorted(folder.glob("*.toml"))}
    if not found:
        raise WrongUse(f"no service record (*.toml) in {folder}")
    _refuse_bad_order(folder, found)
    return found


def _refuse_bad_order(folder: Path, records: Mapping[str, Record]) -> None:
    for record in records.values():
        for name in record.after:
            if name not in records:
                raise WrongUse(f"{folder / record.name}.toml: `after` names {name!r}, which is no service there")
    try:
        graphlib.TopologicalSorter({record.name: record.after for record in records.values()}).prepare()
    except graphlib.CycleError as error:
        circle = error.args[1]
        raise WrongUse(f"{folder / circle[0]}.toml: each starts `after` the next: {' -> '.join(circle)}") from None


def read(path: Path) -> Record:
    """One record; WrongUse names the file, the key and what it should be."""
    if not _NAME.fullmatch(path.stem):
        raise WrongUse(f"{path}: a service's name is small letters, digits and dashes")
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongUse(f"{path}: not a readable TOML file: {error}") from None
    known = [f for f in dataclasses.fields(Record) if f.name not in ("name", "files")]
    _refuse_unknown(path, data, [f.name for f in known])
    for key in known:
        if key.name in data:
            data[key.name] = _checked(path, key, data[key.name])
        elif key.default is dataclasses.MISSING and key.default_factory is dataclasses.MISSING:
            raise WrongUse(f"{path}: `{key.name}` is missing")
    steps = [*data.get("once", ()), *data.get("prepare", ()), *data.get("seed", ())]
    if not data["command"] or not all(steps):
        raise WrongUse(f"{path}: an empty command")
    _refuse_half_a_version(path, data)
    return Record(name=path.stem, files=path.with_suffix(""), **data)


def _refuse_unknown(path: Path, data: Mapping[str, Any], known: list[str]) -> None:
    for key in data:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            raise WrongUse(f"{path}: unknown key `{key}`" + (f", did you mean `{near[0]}`?" if near else ""))


def _refuse_half_a_version(path: Path, data: Mapping[str, Any]) -> None:
    asked = [key for key in ("version_path", "version_command") if key in data]
    if bool(asked) != ("version" in data) or len(asked) > 1:
        raise WrongUse(f"{path}: `version` goes with either `version_path` or `version_command`")


def _checked(path: Path, key: dataclasses.Field[Any], value: Any) -> Any:
    accepts, should_be, convert = _KINDS[str(key.type)]
    if not accepts(value):
        raise WrongUse(f"{path}: `{key.name}` must be {should_be}, not {value!r}")
    if key.name in ("env", "settings", "credentials"):
        for name in value:
            if not _ENV_NAME.fullmatch(name):
                raise WrongUse(f"{path}: `{key.name}.{name}` is not an environment variable's name")
    return convert(value)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_port(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 65536


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


# By the annotation of the field: what it accepts, in words, and how it is stored.
_KINDS: dict[str, tuple[Callable[[Any], bool], str, Callable[[Any], Any]]] = {
    "str": (lambda v: isinstance(v, str) and v != "", "a text", str),
    "int": (_is_port, "a whole number from 1 to 65535", int),
    "float": (_is_number, "a number above 0", float),
    "bool": (lambda v: isinstance(v, bool), "true or false", bool),
    "tuple[str, ...]": (_is_texts, "a list of texts", tuple),
    "tuple[tuple[str, ...], ...]": (
        lambda v: isinstance(v, list) and all(_is_texts(each) for each in v),
        "a list of commands, each a list of texts",
        lambda v: tuple(tuple(each) for each in v),
    ),
    "Mapping[str, str]": (
        lambda v: isinstance(v, dict) and all(isinstance(each, str) for each in v.values()),
        "a table of texts",
        dict,
    ),
    "Mapping[str, int]": (
        lambda v: isinstance(v, dict) and all(_is_port(each) for each in v.values()),
        "a table of ports",
        dict,
    ),
}
