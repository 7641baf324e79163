"""Finds and reads the configuration."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from integtest.config import toml
from integtest.config.environment import overlay
from integtest.config.problems import config_error
from integtest.config.settings import SECTIONS, ProviderSettings, Settings
from integtest.errors import ConfigError


@dataclass(frozen=True)
class Config:
    """The settings in force. `folder` is where imports start and where relative paths were written from;
    `file` is None where no file configures anything. The paths in `settings` hold from the working folder."""

    settings: Settings
    folder: Path
    file: Path | None = None


def load(
    file: Path | None = None, *, start: Path | None = None, environ: Mapping[str, str] | None = None
) -> Config:
    """Read `file`, or the nearest configuration at or above `start` (default: the working folder), and lay the
    `INTEGTEST_*` variables over it.

    `file` is a pyproject.toml, or a TOML file with the same keys at its top; `INTEGTEST_CONFIG` may name it.
    Raises ConfigError for a file that cannot be read, an unknown key, or a value of the wrong kind.
    """
    environ = os.environ if environ is None else environ
    named = file or (Path(environ["INTEGTEST_CONFIG"]) if environ.get("INTEGTEST_CONFIG") else None)
    source = toml.read(named) if named else toml.search(start or Path.cwd())
    if source is None:
        base, folder, found = Settings(), (start or Path.cwd()), None
    else:
        base, folder, found = _settings(source), source.file.parent, source.file
    return Config(overlay(base, environ), folder.absolute(), found)


def _settings(source: toml.Source) -> Settings:
    place = toml.shown(source.file)
    table = _snake(source.table, source)
    providers = table.get("providers")
    if isinstance(providers, dict):
        table["providers"] = {
            name: _snake(body, source, ProviderSettings, f"providers.{name}") if isinstance(body, dict) else body
            for name, body in providers.items()
        }
    for name, model in SECTIONS.items():
        if isinstance(table.get(name), dict):
            table[name] = _snake(table[name], source, model, name)
    try:
        settings = Settings.model_validate(table)
    except ValidationError as error:
        raise config_error(error, place, source.prefix) from None
    return _rooted(settings, source.file.parent)


def _snake(
    table: Mapping[str, Any], source: toml.Source, model: type[BaseModel] = Settings, path: str = ""
) -> dict[str, Any]:
    """`table` with known kebab-case keys in snake case; the same key in both spellings is an error."""
    known = model.model_fields
    out: dict[str, Any] = {}
    for key, value in table.items():
        name = key.replace("-", "_") if key.replace("-", "_") in known else key
        if name in out:
            where = ".".join(part for part in (source.prefix, path, key) if part)
            raise ConfigError("is given twice, with - and with _", place=f"{toml.shown(source.file)}: {where}")
        out[name] = value
    return out


def _rooted(settings: Settings, folder: Path) -> Settings:
    """Paths written from `folder`, made to hold from the working folder."""
    if folder.absolute() == Path.cwd():
        return settings
    changes: dict[str, Any] = {
        "contracts": tuple(_contract_from(folder, item) for item in settings.contracts),
        "cassettes": tuple(toml.shown(folder / item) for item in settings.cassettes),
        "pacts": toml.shown(folder / settings.pacts) if settings.pacts else None,
        "providers": {name: _provider_from(folder, body) for name, body in settings.providers.items()},
    }
    return settings.model_copy(update=changes)


def _provider_from(folder: Path, provider: ProviderSettings) -> ProviderSettings:
    return provider.model_copy(update={"cassettes": tuple(toml.shown(folder / c) for c in provider.cassettes)})


def _contract_from(folder: Path, item: str) -> str:
    """`item` as seen from the working folder; a URL, or the name of a module, stays as it is."""
    if "://" in item or (_is_module_name(item) and not (folder / item).exists()):
        return item
    return toml.shown(folder / item)


def _is_module_name(item: str) -> bool:
    return all(part.isidentifier() for part in item.split(".")) and not item.endswith((".py", ".json"))
