"""pytest-recording's options, understood where it is not installed, and honoured where it is.

They are added after every other plugin and the first conftests had their say: pytest refuses an option that is
defined twice, and who has one of that name already keeps it.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

RECORD_MODE, BLOCK_NETWORK, ALLOWED_HOSTS = "--record-mode", "--block-network", "--allowed-hosts"
DISABLE_RECORDING = "--disable-recording"
OURS = pytest.StashKey[frozenset[str]]()
"""Which of them this plugin has added."""
_OPTIONS: dict[str, dict[str, Any]] = {
    RECORD_MODE: {
        "choices": ("none", "once", "new_episodes", "all", "rewrite"),
        "default": None,
        "help": "as pytest-recording has it: --integtest-record, and `rewrite`, which is `all`",
    },
    BLOCK_NETWORK: {
        "action": "store_true",
        "default": False,
        "help": "as pytest-recording has it: no test reaches the network, but for what a cassette records",
    },
    ALLOWED_HOSTS: {
        "metavar": "REGEX,...",
        "default": None,
        "help": "as pytest-recording has it: hosts that may be reached all the same",
    },
    DISABLE_RECORDING: {
        "action": "store_true",
        "default": False,
        "help": "as pytest-recording has it: no cassette is used, and what tests ask goes to the network",
    },
}


def add(config: pytest.Config, parser: pytest.Parser) -> None:
    """Add those that nobody has, unless a plugin is there that plays `vcr` itself."""
    ours = []
    if not (config.pluginmanager.hasplugin("recording") or config.pluginmanager.hasplugin("vcr")):
        group = parser.getgroup("integtest", "contracts and cassettes")
        for name, what in _OPTIONS.items():
            with suppress(ValueError):
                group.addoption(name, **what)
                ours.append(name)
    config.stash[OURS] = frozenset(ours)


def record_mode(config: pytest.Config) -> str | None:
    """The record mode that the command line gives, in our words."""
    word: str | None = _value(config, RECORD_MODE)
    return "all" if word == "rewrite" else word


def disabled(config: pytest.Config) -> bool:
    """Whether the command line takes all cassettes out of use."""
    return bool(_value(config, DISABLE_RECORDING))


def blocks(config: pytest.Config) -> bool:
    """Whether the command line closes the network and leaves that to this plugin."""
    return BLOCK_NETWORK in config.stash.get(OURS, frozenset()) and bool(_value(config, BLOCK_NETWORK))


def allowed(given: str | Sequence[str] | None, config: pytest.Config) -> list[re.Pattern[str]]:
    """Which hosts may be reached: what a marker gives, else the command line; regular expressions that fit from a
    host's beginning. ValueError where one is none."""
    hosts = given or _value(config, ALLOWED_HOSTS) or ()
    try:
        return [re.compile(host) for host in (hosts.split(",") if isinstance(hosts, str) else hosts)]
    except re.error as error:
        raise ValueError(f"allowed hosts: {error.pattern!r} is no regular expression: {error}") from None


def _value(config: pytest.Config, name: str) -> Any:
    """What an option of that name holds, where it is ours or pytest-recording's."""
    known = config.pluginmanager.hasplugin("recording") or name in config.stash.get(OURS, frozenset())
    return config.getoption(name, None) if known else None
