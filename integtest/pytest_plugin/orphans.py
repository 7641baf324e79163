"""Cassettes beside tests that no test has as its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from integtest.adapters.files import CASSETTES, walk
from integtest.pytest_plugin import PARTIAL, vcr_wanted
from integtest.pytest_plugin.cassettes import default_path
from integtest.pytest_plugin.settings import config_of

_CHOOSING = ("keyword", "markexpr", "lf", "stepwise")


def unclaimed(session: pytest.Session) -> list[str] | None:
    """The cassettes below `cassettes/` folders beside the collected test files that no collected test names, as
    absolute paths. None where the run is not a full one, or another plugin decides where cassettes are.

    What the configuration names is used by `integtest verify`, and is left out.
    """
    items = session.items
    if not items or not _full(session) or _foreign(session.config, items):
        return None
    folders = {item.path.parent / "cassettes" for item in items}
    claimed = {path.resolve() for item in items for path in _own(item)}
    named = _configured(session.config)
    found = (file.resolve() for folder in sorted(folders) if folder.is_dir() for file in walk(folder, CASSETTES))
    return [str(file) for file in found if file not in claimed and not any(map(file.is_relative_to, named))]


def _full(session: pytest.Session) -> bool:
    config = session.config
    if config.stash.get(PARTIAL, False) or any(config.getoption(name, None) for name in _CHOOSING):
        return False
    if session.shouldstop or session.shouldfail or (session.testsfailed and config.getoption("maxfail", 0)):
        return False
    return not any("::" in one or Path(config.invocation_params.dir, one).is_file() for one in config.args)


def _foreign(config: pytest.Config, items: list[pytest.Item]) -> bool:
    others = any(config.pluginmanager.hasplugin(name) for name in ("recording", "vcr"))
    return others and any(vcr_wanted(item) for item in items)


def _own(item: pytest.Item) -> Iterator[Path]:
    """Where a test's cassettes would be, whether it ran or was skipped."""
    yield default_path(item)
    for marker in item.iter_markers():
        if marker.name in ("cassette", "vcr", "default_cassette"):
            named = [*marker.args, marker.kwargs.get("path")]
            for one in named:
                if isinstance(one, str | Path):
                    yield item.path.parent / one
                    yield default_path(item).parent / one
                    yield default_path(item).parent / f"{one}.yaml"


def _configured(config: pytest.Config) -> list[Path]:
    settings = config_of(config.rootpath).settings
    paths = [*settings.cassettes, *(path for one in settings.providers.values() for path in one.cassettes)]
    return [Path(path).resolve() for path in paths]
