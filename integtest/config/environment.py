"""`INTEGTEST_*` environment variables, laid over the settings of a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from integtest.config.hints import near_miss
from integtest.config.problems import config_error
from integtest.config.settings import ProviderSettings, Settings
from integtest.errors import ConfigError, UsageError
from integtest.flows.verify.plan import parse_provider

PREFIX = "INTEGTEST_"
VARIABLES: Mapping[str, str] = {
    "INTEGTEST_CONFIG": "the configuration file, as `--config`",
    "INTEGTEST_CONTRACTS": "`contracts`, separated by commas",
    "INTEGTEST_CASSETTES": "`cassettes`, separated by commas",
    "INTEGTEST_PACTS": "`pacts`",
    "INTEGTEST_CONSUMER": "`consumer`",
    "INTEGTEST_CONSUMER_VERSION": "`consumer-version`",
    "INTEGTEST_FAIL_ON": "`fail-on`",
    "INTEGTEST_TIMEOUT": "`timeout`",
    "INTEGTEST_MAX_AGE": "`max-age`",
    "INTEGTEST_WORKERS": "`workers`",
    "INTEGTEST_SECRETS": "`secrets`, separated by commas",
    "INTEGTEST_PROVIDERS": "addresses of providers as `NAME=URL` or `NAME=module:app`, separated by commas",
    "INTEGTEST_CASSETTE_CACHE": "the folder for what large cassettes were read into; `off` for none",
    "INTEGTEST_DEBUG": "1 shows the traceback of an error, as `-vv`",
}
_LISTS = {"contracts", "cassettes", "secrets"}
_NOT_SETTINGS = {"INTEGTEST_CONFIG", "INTEGTEST_CASSETTE_CACHE", "INTEGTEST_DEBUG"}


def overlay(settings: Settings, environ: Mapping[str, str]) -> Settings:
    """`settings` with those that variables give; ConfigError for a value that cannot be, or a misspelt name."""
    given = {name: value for name, value in environ.items() if name.startswith(PREFIX) and value}
    for name in given:
        meant = None if name in VARIABLES else near_miss(name, VARIABLES)
        if meant and _same_start(name, meant):
            raise ConfigError("unknown variable", place=name, hint=f"did you mean {meant}?")
    changes = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in given.items()
        if name in VARIABLES and name not in _NOT_SETTINGS
    }
    for key, text in changes.items():
        settings = _with(settings, key, text)
    return settings


def _same_start(name: str, meant: str) -> bool:
    """The shared prefix makes all of them alike, so the rest alone must be alike too."""
    return near_miss(name.removeprefix(PREFIX), [meant.removeprefix(PREFIX)]) is not None


def _with(settings: Settings, key: str, text: str) -> Settings:
    place = f"{PREFIX}{key.upper()}"
    value: Any = text
    if key in _LISTS:
        value = _parts(text)
    if key == "providers":
        value = _providers(settings.providers, text, place)
    try:
        checked = Settings.model_validate({key: value})
    except ValidationError as error:
        raise config_error(error, place, "") from None
    return settings.model_copy(update={key: getattr(checked, key)})


def _providers(known: Mapping[str, ProviderSettings], text: str, place: str) -> dict[str, Any]:
    """`known` with addresses put in; the rest of a known provider's settings stays."""
    out: dict[str, Any] = {name: provider.model_dump() for name, provider in known.items()}
    for pair in _parts(text):
        try:
            given = parse_provider(pair)
        except UsageError:
            raise ConfigError(
                f"{pair!r} is neither NAME=URL nor NAME=module:app",
                place=place,
                hint="for example: identity=http://127.0.0.1:3000",
            ) from None
        out[given.name] = {**out.get(given.name, {}), "url": given.url, "app": given.app}
    return out


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
